//! Changes the rights of a draft by commands: those of the command palette, on the matrix that
//! the screens have.

use super::{
    PlainUi,
    draft::Draft,
    menu::Edit,
    pick::{Choice as _, Pick},
    prompter::PromptAbort,
    sources::preset_line,
};
use crate::{
    api::call::{Call, Reply},
    app::matrix::{ExpiryChange, Matrix, Plan},
    domain::{
        ApiToken, Capability, Expiry, Grants, SafeText, Scope, Target, WILDCARD, filter,
        preset::Preset, review::reach::describe_rights, summary::difference_lines, text::sentence,
        validate,
    },
};

const HELP: &str = "NAMES are datasets separated by commas. * and ? match any letters of names \
                    that exist; =* is the row for all datasets. view:NAME is a view, org the \
                    organisation. RIGHTS are such as query:read, data:*, ingest:create or *.";

impl PlainUi<'_> {
    /// Changes the rights of a draft until the user types `done`.
    pub(super) async fn edit(
        &mut self,
        draft: &mut Draft,
        tokens: &[ApiToken],
    ) -> Result<(), PromptAbort> {
        self.read_names(&mut draft.matrix).await?;
        self.prompter.say("");
        self.prompter.say(
            "Change the rights by commands such as grant prod-* query:read or grant org \
             users:read. ? lists all commands. done continues.",
        );
        self.show_rights(draft);
        loop {
            let (command, rest) = self.prompter.command::<Edit>("Rights:", HELP).await?;
            if command == Edit::Done {
                if !draft.matrix.grants().is_empty() {
                    return Ok(());
                }
                self.prompter.say("Grant at least one right first.");
                continue;
            }
            match self.edit_once(command, &rest, draft, tokens).await {
                Ok(()) | Err(PromptAbort::Back) => {}
                Err(abort) => return Err(abort),
            }
        }
    }

    async fn edit_once(
        &mut self,
        command: Edit,
        rest: &str,
        draft: &mut Draft,
        tokens: &[ApiToken],
    ) -> Result<(), PromptAbort> {
        let matrix = &mut draft.matrix;
        match command {
            Edit::Grant | Edit::Revoke | Edit::Only => {
                let word = command.label().split(' ').next().unwrap_or_default();
                match matrix.command(&format!("{word} {rest}")) {
                    Ok(preview) => {
                        if preview.today_only {
                            self.prompter.say("The pattern matches names that exist now only.");
                        }
                        self.apply(draft, preview.plan).await?;
                    }
                    Err(why) => self.prompter.say(&sentence(&why)),
                }
            }
            Edit::Undo | Edit::Redo => {
                let words = draft.turn(command == Edit::Undo);
                self.prompter.say(&words);
            }
            Edit::Preset => self.apply_preset(draft, tokens).await?,
            Edit::Save => self.save_preset(rest, matrix.grants()).await?,
            Edit::Show => self.show_rights(draft),
            Edit::Changes => {
                let from = &matrix.base().label;
                let lines = difference_lines(&matrix.difference());
                if lines.is_empty() {
                    self.prompter.say(&format!("No changes from {from}."));
                } else {
                    self.prompter.say(&format!("Changes from {from}:"));
                    self.prompter.verbatim(&lines.join("\n"));
                }
            }
            Edit::Names => self.list_names(rest, matrix).await?,
            Edit::Explain => self.explain(rest),
            Edit::Add => self.add_name(rest, matrix),
            Edit::Request => self.print_request(draft, rest)?,
            Edit::Done => {}
        }
        Ok(())
    }

    /// Gives the matrix the names that the server lists.
    async fn read_names(&mut self, matrix: &mut Matrix) -> Result<(), PromptAbort> {
        for (scope, call) in [(Scope::Dataset, Call::ListDatasets), (Scope::View, Call::ListViews)]
        {
            let names = match self.prompter.unless_signal(self.signed_in.read(&call)).await? {
                Ok(Reply::Datasets(list)) => list.into_iter().map(|d| d.name).collect(),
                Ok(Reply::Views(list)) => list.into_iter().map(|v| v.name).collect(),
                Ok(_) => continue,
                Err(failure) => {
                    let why = failure.headline(&call);
                    self.prompter.say(&format!("{why}. add takes names that are not listed."));
                    continue;
                }
            };
            matrix.set_names(scope, Some(names));
        }
        Ok(())
    }

    /// Makes a change. Asks first if it has a risk that the user has not accepted yet.
    async fn apply(&mut self, draft: &mut Draft, plan: Plan) -> Result<(), PromptAbort> {
        if plan.rows.is_empty() && plan.still.is_empty() {
            self.prompter.say("Nothing to change.");
            return Ok(());
        }
        let (words, still) = (plan.words.clone(), plan.still.clone());
        let risks = draft.matrix.risks(&plan);
        if !risks.is_empty() {
            self.prompter.say(&format!("{} This changes {}.", sentence(&words), rows(&plan)));
            for risk in risks {
                self.prompter.say(risk.describe());
            }
            let choices = ["cancel", "apply: undo takes it back"];
            if self.prompter.menu("Change the rights?", &choices, "Nothing is sent.").await? == 0 {
                return Ok(());
            }
        }
        let expiry = plan.expiry.as_ref().filter(|_| !plan.rows.is_empty());
        let expiry = expiry.map(|change| format!(" Expiry set to {}.", change.after));
        draft.apply(plan);
        if still.is_empty() {
            let expiry = expiry.unwrap_or_default();
            self.prompter.say(&format!("Done: {words}.{expiry} undo takes it back."));
            return Ok(());
        }
        let rights = still.iter().flat_map(|(_, c, verbs)| verbs.iter().map(|verb| c.right(verb)));
        let mut rights: Vec<_> = rights.collect();
        rights.sort_unstable();
        rights.dedup();
        let expand = draft.matrix.plan_expand(&still);
        let question = format!("{} But * still grants {}.", sentence(&words), rights.join(", "));
        let choices = [
            "keep *".to_owned(),
            format!(
                "expand *: grants this to each other row by name ({}), not to future ones",
                rows(&expand)
            ),
        ];
        if self.prompter.menu(&question, &choices, "Nothing is sent.").await? == 1 {
            let words = expand.words.clone();
            draft.apply(expand);
            self.prompter.say(&format!("Done: {words}. undo takes it back."));
        }
        Ok(())
    }

    /// Replaces the rights by those of a preset or a token, or adds them.
    async fn apply_preset(
        &mut self,
        draft: &mut Draft,
        tokens: &[ApiToken],
    ) -> Result<(), PromptAbort> {
        let presets = self.presets()?;
        let mut lines: Vec<_> = presets.iter().map(preset_line).collect();
        lines.push("the rights of a token".to_owned());
        let at = self.prompter.menu("Which rights?", &lines, "Named sets of rights.").await?;
        let (label, grants, expires) = if let Some(preset) = presets.get(at) {
            let targets = self.targets(preset, draft.matrix.grants()).await?;
            (preset.label.clone(), preset.apply(&targets), preset.expires.clone())
        } else {
            let token = self.token_of(tokens).await?;
            (token.name.to_string(), token.grants, None)
        };
        let ways = ["replace all rights", "keep the rights, and add these"];
        let merge = self.prompter.menu("How?", &ways, "undo takes it back.").await? == 1;
        let matrix = &draft.matrix;
        let mut plan = if merge {
            matrix.plan_merge(&grants, format!("merge {label}"))
        } else {
            matrix.plan_to(&grants, format!("replace all rights with {label}"))
        };
        plan.expiry = expires.map(|after| ExpiryChange { before: String::new(), after });
        self.apply(draft, plan).await
    }

    /// The rows that a preset applies to: those that grant something, or those that the user
    /// chooses. `*` only if there is no other: a preset must not silently widen rights.
    pub(super) async fn targets(
        &mut self,
        preset: &Preset,
        grants: &Grants,
    ) -> Result<Vec<Target>, PromptAbort> {
        let rows = grants.rows().map(|(target, _)| target);
        let rows: Vec<_> = rows.filter(|target| target.scope() != Scope::Org).collect();
        if rows.is_empty() {
            // Views are an extra of most presets: only one without datasets asks for them.
            return match (preset.dataset.is_empty(), preset.view.is_empty()) {
                (false, _) => self.names_of(Scope::Dataset, &[]).await,
                (true, false) => self.names_of(Scope::View, &[]).await,
                (true, true) => Ok(Vec::new()),
            };
        }
        let is_for_all = |target: &&Target| matches!(target, Target::Dataset(n) | Target::View(n) if n.raw() == WILDCARD);
        let named: Vec<_> = rows.iter().filter(|target| !is_for_all(target)).cloned().collect();
        let rows = if named.is_empty() { rows } else { named };
        self.prompter.say(&format!("It applies to the rows that grant something: {}.", rows.len()));
        Ok(rows)
    }

    async fn save_preset(&mut self, name: &str, grants: &Grants) -> Result<(), PromptAbort> {
        let help = "An existing preset of that name is replaced.";
        let name = if name.is_empty() {
            self.text("Name of the preset:", None, help, validate::name).await?
        } else {
            name.to_owned()
        };
        let (preset, left_out) = Preset::of(&name, grants);
        if !left_out.is_empty() {
            let left_out = left_out.join(", ");
            self.prompter
                .say(&format!("Left out of the preset, unknown to this version: {left_out}."));
        }
        match self.start.ops.save_preset(&preset) {
            Ok(label) => self.prompter.say(&format!("Saved as {}.", SafeText::from(label))),
            Err(why) => self.prompter.say(&format!("Not saved: {why}.")),
        }
        Ok(())
    }

    fn show_rights(&self, draft: &Draft) {
        let grants = draft.matrix.grants();
        if grants.is_empty() {
            self.prompter.say("There are no rights yet.");
            return;
        }
        let now = self.signed_in.now();
        let expiry = draft.expires.as_deref().and_then(|text| Expiry::parse(text, now).ok());
        self.say_rights(grants);
        let against = self.objections(draft);
        self.say_findings(&draft.matrix.findings(against, expiry, now));
    }

    /// Lists datasets and views that match, with their rights. A row that is chosen is spelt out.
    async fn list_names(&mut self, words: &str, matrix: &Matrix) -> Result<(), PromptAbort> {
        let rows = |scope: Scope| {
            let names = matrix.part_of(scope).names().cloned();
            let all = std::iter::once(SafeText::from(WILDCARD)).chain(names);
            all.filter_map(move |name| Target::named(scope, name)).collect::<Vec<_>>()
        };
        let rows = [rows(Scope::Dataset), rows(Scope::View)].concat();
        let name = |target: &Target| match target {
            Target::Dataset(name) => name.to_string(),
            Target::View(name) => format!("view:{name}"),
            Target::Org => "org".to_owned(),
        };
        let names: Vec<_> = rows.iter().map(name).collect();
        let mut found = filter::matching(words, names.iter().map(String::as_str));
        found.sort_unstable();
        let rights = |target: &Target| {
            let all = Target::named(target.scope(), WILDCARD.into()).filter(|all| all != target);
            let of = |target| matrix.grants().get(target).cloned().unwrap_or_default();
            let everywhere = all.as_ref().map(of).unwrap_or_default();
            let words = describe_rights(target.scope(), &of(target), &everywhere);
            if words.is_empty() { "no rights".to_owned() } else { words }
        };
        let line = |at: &usize| Some(format!("{}: {}", names.get(*at)?, rights(rows.get(*at)?)));
        let lines: Vec<_> = found.iter().filter_map(line).collect();
        if lines.is_empty() {
            self.prompter.say("No names match.");
            return Ok(());
        }
        let help = "A * after a right means that the row * grants it. q goes back.";
        let question = format!("{} of {} names. q goes back.", lines.len(), names.len());
        let at = self.prompter.one(&Pick::one(&question, &lines, help)).await?;
        if let Some(line) = lines.get(at) {
            self.prompter.say(line);
        }
        Ok(())
    }

    /// Explains the rights whose names begin with these words.
    fn explain(&self, words: &str) {
        let words = words.split(':').next().unwrap_or_default().trim().to_lowercase();
        let is_it = |c: &&Capability| {
            [c.wire, c.label].iter().any(|name| name.to_lowercase().starts_with(&words))
        };
        let all = Scope::ALL.into_iter().flat_map(Scope::capabilities).filter(is_it);
        let mut any = false;
        for capability in all {
            any = true;
            let scope = match capability.scope {
                Scope::Dataset => "dataset",
                Scope::View => "view",
                Scope::Org => "organisation",
            };
            let rights = capability.verbs.iter().map(|verb| capability.right(verb));
            let rights: Vec<_> = rights.collect();
            let about = capability.about;
            self.prompter.say(&format!("{scope}, {}: {about}.", rights.join(", ")));
        }
        if !any {
            self.prompter.say("No right has that name. explain alone lists all rights.");
        }
    }

    /// Adds a row for a name that is not listed.
    fn add_name(&self, text: &str, matrix: &mut Matrix) {
        let (scope, name) = match text.strip_prefix("view:") {
            Some(name) => (Scope::View, name),
            None => (Scope::Dataset, text),
        };
        match validate::dataset_name(name) {
            Ok(name) => {
                matrix.part = scope;
                matrix.add_name(SafeText::from(name.as_str()));
                self.prompter.say(&format!("Added: {name}. Now grant it rights."));
            }
            Err(why) => self.prompter.say(&format!("Not possible: {why}.")),
        }
    }
}

fn rows(plan: &Plan) -> String {
    if plan.rows.len() == 1 { "1 row".to_owned() } else { format!("{} rows", plan.rows.len()) }
}
