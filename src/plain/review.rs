//! The access review: findings, and who can do what.

use jiff::Timestamp;

use super::{
    PlainUi,
    menu::{Export, Finding, Review},
    pick::{Pick, Picked},
    prompter::PromptAbort,
};
use crate::{
    api::call::Call,
    commands::review::{self, Known},
    domain::{
        ApiToken, SafeText, Scope,
        review::{
            Item, Question,
            accepted::{self, Acceptance, Accepted},
            anywhere::{AccessEntry, anywhere},
            export::{
                Format, Table, also, anywhere_table, findings_table, scope_table, tokens_table,
            },
            narrower,
            reach::{Reach, describe_rights},
            survey,
        },
        when,
    },
};

const HELP: &str = "A number shows what can be done. export saves or prints the whole list. q \
                    goes back.";
const EXPORT: [&str; 1] = ["export"];

/// The lists of a review, as they were when it was opened.
struct Lists {
    tokens: Vec<ApiToken>,
    known: Known,
    org: String,
    now: Timestamp,
}

impl PlainUi<'_> {
    pub(super) async fn review_access(&mut self) -> Result<(), PromptAbort> {
        let lists = self.lists().await?;
        let mut again = false;
        loop {
            let help = "Findings are rights that deserve a second look. q goes back.";
            let question = "What do you want to review?";
            let choice = self.prompter.choose_again(question, help, again).await?;
            again = true;
            let done = match choice {
                Review::Findings => self.findings(&lists).await,
                Review::Dataset => self.who(&lists, Some(Scope::Dataset)).await,
                Review::View => self.who(&lists, Some(Scope::View)).await,
                Review::Org => self.who(&lists, Some(Scope::Org)).await,
                Review::Anywhere => self.who(&lists, None).await,
                Review::Tokens => self.reviewed_tokens(&lists).await,
            };
            match done {
                Ok(true) | Err(PromptAbort::Back) => {}
                // A change was offered: the lists may have changed.
                Ok(false) => return Ok(()),
                Err(abort) => return Err(abort),
            }
        }
    }

    async fn lists(&mut self) -> Result<Lists, PromptAbort> {
        let tokens = self.tokens().await?;
        let calls = [Call::ListDatasets, Call::ListViews];
        let known = self.prompter.unless_signal(Known::ask(&self.signed_in, &calls)).await?;
        let known = known.map_err(|error| {
            self.prompter.say(&format!("Failed: {}", error.message));
            PromptAbort::Back
        })?;
        for gap in &known.gaps {
            self.prompter.say(&format!("Note: {gap}"));
        }
        if let Some(words) = known.unseen(&self.signed_in) {
            self.prompter.say(&format!("Note: {words}."));
        }
        if let Err(why) = known.policies.usable() {
            self.prompter.say(&format!("Note: {why}."));
        }
        let org = self.prompter.unless_signal(review::org(&self.signed_in)).await?;
        Ok(Lists { tokens, known, org, now: self.signed_in.now() })
    }

    /// The accepted findings; those of a demo are kept until it ends.
    fn accepted(&self) -> Vec<Acceptance> {
        if self.signed_in.session.demo {
            return self.accepted.clone();
        }
        self.start.ops.load_accepted().unwrap_or_else(|why| {
            self.prompter.say(&format!("Note: the file of accepted findings {why}."));
            Vec::new()
        })
    }

    /// Asks about a list of results. Returns the chosen one; exports the list meanwhile.
    async fn results(
        &mut self,
        question: &str,
        lines: &[String],
        table: &Table,
        mut quiet: bool,
    ) -> Result<usize, PromptAbort> {
        if lines.is_empty() {
            self.prompter.say(question);
            return Err(PromptAbort::Back);
        }
        loop {
            let pick = Pick { words: &EXPORT, quiet, ..Pick::one(question, lines, HELP) };
            quiet = true;
            match self.prompter.pick(&pick).await? {
                Picked::Items(items) => return items.first().copied().ok_or(PromptAbort::Back),
                Picked::Word(_) => match self.export(table).await {
                    Ok(()) | Err(PromptAbort::Back) => {}
                    Err(abort) => return Err(abort),
                },
            }
        }
    }

    async fn export(&mut self, table: &Table) -> Result<(), PromptAbort> {
        let format = match self.prompter.choose("Export how?", "It contains no secrets.").await? {
            Export::Json => Format::Json,
            Export::Csv => Format::Csv,
            Export::Markdown => Format::Markdown,
            Export::File => {
                let help = "The path of a file that does not exist. Its name must end in .json, \
                            .csv or .md.";
                let path = self.prompter.ask("Path of the new file:", None, help).await?;
                let Some(format) = Format::of_file(&path) else {
                    self.prompter.say("Not written: the name must end in .json, .csv or .md.");
                    return Ok(());
                };
                let written = self.start.ops.export(&path, table.write(format));
                match self.prompter.unless_signal(written).await? {
                    Ok(delivered) => self.prompter.say(&format!("{}.", delivered.describe())),
                    Err(why) => self.prompter.say(&format!("Not written: {why}.")),
                }
                return Ok(());
            }
        };
        self.prompter.verbatim(&table.write(format));
        Ok(())
    }

    /// Lists the findings. Returns whether the lists are still up to date.
    async fn findings(&mut self, lists: &Lists) -> Result<bool, PromptAbort> {
        let Lists { tokens, known, org, now } = lists;
        let mut again = false;
        loop {
            let acceptances = self.accepted();
            let accepted = Accepted::of(&acceptances, org);
            let mut items = survey(tokens, known.inventory(), *now);
            items.sort_by_key(|item| accepted.of_item(item, tokens).is_some());
            let line = |item: &Item| {
                let (finding, token) = (&item.finding, tokens.get(item.token)?);
                let severity = match accepted.of_item(item, tokens) {
                    None => finding.severity.label().to_owned(),
                    Some(a) => {
                        let reason = a.reason.shown().trim_end_matches('.');
                        format!("accepted {}: {reason}", when::date(a.at))
                    }
                };
                let (name, id, why) = (&token.name, &token.id, &finding.why);
                Some(format!("{name} {why}. {severity}. Fix: {}. Id {id}.", finding.fix))
            };
            let lines: Vec<_> = items.iter().filter_map(line).collect();
            let open = items.iter().filter(|i| accepted.of_item(i, tokens).is_none()).count();
            let table = self.about(findings_table(items.iter(), tokens, &accepted));
            let question = match (open, items.len() - open) {
                (0, 0) => "No findings.".to_owned(),
                (open, over) => format!("{open} findings, {over} more accepted. Worst first."),
            };
            let at = self.results(&question, &lines, &table, again).await?;
            again = true;
            let Some(item) = items.get(at) else { continue };
            match self.finding(lists, item, accepted.of_item(item, tokens)).await {
                Ok(true) | Err(PromptAbort::Back) => {}
                done => return done,
            }
        }
    }

    /// Offers what can be done about a finding.
    async fn finding(
        &mut self,
        lists: &Lists,
        item: &Item,
        accepted: Option<&Acceptance>,
    ) -> Result<bool, PromptAbort> {
        let Some(token) = lists.tokens.get(item.token) else { return Ok(true) };
        let question = format!("{} {}.", token.name, item.finding.why);
        let code = item.finding.code;
        match self.prompter.choose(&question, "q goes back to the findings.").await? {
            Finding::Narrow => {
                let narrow = narrower(token, code, lists.known.inventory());
                if narrow.is_none() {
                    self.prompter.say(
                        "axtok can't suggest narrower rights here: change the draft yourself.",
                    );
                }
                let narrow = narrow.map(|grants| (grants, format!("narrowed to fix {code}")));
                self.replace(token, narrow, &lists.tokens).await?;
                Ok(false)
            }
            Finding::Token => {
                self.token_menu(token.clone(), &lists.tokens).await?;
                Ok(false)
            }
            Finding::Accept => {
                let (acceptance, on) = match accepted {
                    Some(accepted) => (accepted.clone(), false),
                    None => (self.acceptance(lists, token, code).await?, true),
                };
                self.set_accepted(acceptance, on);
                Ok(true)
            }
        }
    }

    /// Asks why a finding is acceptable.
    async fn acceptance(
        &mut self,
        lists: &Lists,
        token: &ApiToken,
        code: &str,
    ) -> Result<Acceptance, PromptAbort> {
        let help = "The reason and today's date are stored on this computer.";
        loop {
            let text = self.prompter.ask("Why is this acceptable?", None, help).await?;
            match accepted::reason(&text) {
                Ok(reason) => {
                    return Ok(Acceptance {
                        org: lists.org.clone(),
                        token: token.id.clone(),
                        code: code.to_owned(),
                        at: lists.now,
                        reason,
                    });
                }
                Err(why) => self.prompter.say(&format!("Not possible: {why}.")),
            }
        }
    }

    fn set_accepted(&mut self, acceptance: Acceptance, on: bool) {
        let done = if self.signed_in.session.demo {
            self.accepted.retain(|a| !a.is_about_the_same(&acceptance));
            self.accepted.extend(on.then_some(acceptance));
            Ok(())
        } else {
            self.start.ops.set_accepted(&acceptance, on).map(drop)
        };
        match done {
            Ok(()) if on => self.prompter.say("Accepted."),
            Ok(()) => self.prompter.say("No longer accepted."),
            Err(why) => self.prompter.say(&format!("Not stored: {why}.")),
        }
    }

    /// Lists who can do what with a dataset, a view or a right, or with anything.
    async fn who(&mut self, lists: &Lists, scope: Option<Scope>) -> Result<bool, PromptAbort> {
        let Lists { tokens, known, now, .. } = lists;
        let labels: Vec<_> = Question::ALL.iter().map(|q| q.label()).collect();
        let at = self.prompter.menu("Who can ...?", &labels, "Choose a question.").await?;
        let question = Question::ALL.get(at).copied().unwrap_or_default();
        let (entries, what, table) = if let Some(scope) = scope {
            let reach = Reach::new(tokens, known.inventory(), *now);
            let thing = self.thing(&reach, scope, question, tokens).await?;
            let name = reach.name(scope, thing).to_owned();
            let entry =
                |grantee| AccessEntry { scope, name: SafeText::from(name.as_str()), grantee };
            let grantees = reach.grantees(scope, thing, question, tokens);
            let entries: Vec<_> = grantees.into_iter().map(entry).collect();
            let table = scope_table(&entries, scope, question, tokens);
            (entries, format!("{name}: "), table)
        } else {
            let entries = anywhere(tokens, question, *now);
            let table = anywhere_table(&entries, question, tokens);
            (entries, String::new(), table)
        };
        let line = |entry: &AccessEntry| {
            let (grantee, token) = (&entry.grantee, tokens.get(entry.grantee.token)?);
            let expired = if grantee.expired { ", expired" } else { "" };
            let on = match (scope, entry.scope) {
                (Some(_), _) => String::new(),
                (None, Scope::Org) => "On the organisation: ".to_owned(),
                (None, Scope::Dataset) => format!("On dataset {}: ", entry.label()),
                (None, Scope::View) => format!("On view {}: ", entry.label()),
            };
            let rights = describe_rights(entry.scope, &grantee.own, &grantee.everywhere);
            let parts: Vec<_> =
                [rights, also(grantee)].into_iter().filter(|part| !part.is_empty()).collect();
            let (name, id) = (&token.name, &token.id);
            Some(format!("{name}{expired}. {on}{}. Id {id}.", parts.join("; ")))
        };
        let lines: Vec<_> = entries.iter().filter_map(line).collect();
        let label = question.label();
        let text = match lines.len() {
            0 => format!("{what}no token can {label}."),
            1 => format!("{what}1 result for who can {label}."),
            n => format!("{what}{n} results for who can {label}."),
        };
        let at = self.results(&text, &lines, &self.about(table), false).await?;
        let token = entries.get(at).and_then(|entry| tokens.get(entry.grantee.token));
        self.reviewed(token, tokens).await
    }

    /// Asks for a dataset, a view or a right of the organisation.
    async fn thing(
        &mut self,
        reach: &Reach,
        scope: Scope,
        question: Question,
        tokens: &[ApiToken],
    ) -> Result<usize, PromptAbort> {
        let counts = reach.counts(scope, question, tokens);
        let line = |(thing, count): (usize, &usize)| {
            let missing = if reach.is_listed(scope, thing) { "" } else { ", not listed" };
            let tokens = if *count == 1 { "token" } else { "tokens" };
            format!("{}{missing}: {count} {tokens}", reach.name(scope, thing))
        };
        let lines: Vec<_> = counts.iter().enumerate().map(line).collect();
        let asked = match scope {
            Scope::Dataset => "Which dataset?",
            Scope::View => "Which view?",
            Scope::Org => "Which right of the organisation?",
        };
        self.prompter.menu(asked, &lines, "A number, or the first letters of a name.").await
    }

    async fn reviewed_tokens(&mut self, lists: &Lists) -> Result<bool, PromptAbort> {
        let Lists { tokens, known, now, .. } = lists;
        let items = survey(tokens, known.inventory(), *now);
        let mut all: Vec<_> = tokens.iter().map(|token| (token, Vec::new())).collect();
        for item in &items {
            if let Some((_, of)) = all.get_mut(item.token) {
                of.push(item);
            }
        }
        let line = |(token, items): &(&ApiToken, Vec<&Item>)| {
            let codes: Vec<_> = items.iter().map(|i| i.finding.code).collect();
            let codes = if codes.is_empty() { "none".to_owned() } else { codes.join(", ") };
            format!("{}. Findings: {codes}. Id {}.", token.name, token.id)
        };
        let lines: Vec<_> = all.iter().map(line).collect();
        let table = self.about(tokens_table(all.iter().map(|(t, items)| (*t, items.clone()))));
        let question = format!("{} tokens.", lines.len());
        let at = self.results(&question, &lines, &table, false).await?;
        self.reviewed(tokens.get(at), tokens).await
    }

    /// Shows a token of the review, and offers what can be done with it.
    async fn reviewed(
        &mut self,
        token: Option<&ApiToken>,
        tokens: &[ApiToken],
    ) -> Result<bool, PromptAbort> {
        if let Some(token) = token {
            self.token_menu(token.clone(), tokens).await?;
        }
        Ok(false)
    }

    fn about(&self, table: Table) -> Table {
        Table { about: review::about(&self.signed_in), ..table }
    }
}
