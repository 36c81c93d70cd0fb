//! Creating a token.

use super::{PlainUi, prompter::PromptAbort, secret::Destination};
use crate::{
    api::call::{Call, Reply},
    cli::args::Rights as Args,
    commands::{
        change::Job,
        draft::Draft,
        rights,
        tokens::{create, show},
    },
    config::presets,
    domain::{
        Expiry, NewToken, SafeText,
        lifetime::DEFAULT_EXPIRY,
        preset::{self, Preset},
        review, validate,
    },
    ops::{Listed, change::Intent},
};

const WAYS: [&str; 3] =
    ["ingest into datasets, nothing else", "the rights of a preset", "rights that you type"];

impl PlainUi<'_> {
    pub(super) async fn create(&mut self) -> Result<(), PromptAbort> {
        self.may_change()?;
        let name = self.name().await?;
        let description = self.description().await?;
        let (rights, expires) = self.rights().await?;
        let expiry = self.expiry("When does the token expire?", expires.as_deref()).await?;
        let draft = rights::draft(&rights, &self.start.presets);
        let draft = draft.map(|draft| Draft {
            name: Some(name),
            description: Some(description),
            // Read again later, so that a duration counts from then.
            expires: Some(expiry.1),
            ..draft
        });
        let now = self.signed_in.now();
        let new = match draft.and_then(|draft| create::token(&draft, now)) {
            Ok(new) => new,
            Err(error) => {
                self.prompter.say(&format!("Refused: {}.", error.message));
                return Err(PromptAbort::Back);
            }
        };
        let destination = self.secret_destination(None).await?;
        let Some(tokens) = self.tokens().await else { return Ok(()) };
        self.review(&new, &destination);
        if tokens.iter().any(|t| t.name.raw() == new.name) {
            self.prompter.say("Note: a token with this name already exists.");
        }
        self.prompter.confirm(&"create".into()).await?;
        let job = Job { to: Some(destination.to), ..Job::new(Intent::create(new)) };
        self.send(&job, &Listed { tokens: Some(tokens), ..Listed::default() }).await
    }

    async fn name(&mut self) -> Result<String, PromptAbort> {
        loop {
            let help = "The name of the token in lists, such as ci-ingest-edge.";
            let text = self.prompter.ask("Name:", None, help).await?;
            match validate::name(&text) {
                Ok(name) => return Ok(name),
                Err(e) => self.prompter.say(&format!("Not possible: {e}.")),
            }
        }
    }

    async fn description(&mut self) -> Result<String, PromptAbort> {
        loop {
            let help = "What the token is for, and who owns it. May be empty.";
            let text = self.prompter.ask("Description (may be empty):", Some(""), help).await?;
            match validate::description(&text) {
                Ok(text) => return Ok(text),
                Err(e) => self.prompter.say(&format!("Not possible: {e}.")),
            }
        }
    }

    /// Asks for an expiry and repeats it. Returns it with the text that the user typed.
    pub(super) async fn expiry(
        &mut self,
        question: &str,
        default: Option<&str>,
    ) -> Result<(Expiry, String), PromptAbort> {
        loop {
            let help = "A duration such as 12h, 90d, 2w, 6mo or 1y, a date such as 2027-12-31, or \
                        never.";
            let text =
                self.prompter.ask(question, Some(default.unwrap_or(DEFAULT_EXPIRY)), help).await?;
            let now = self.signed_in.now();
            match Expiry::parse(&text, now) {
                Ok(expiry) => {
                    let words = expiry.describe(now).replace(" · ", ", ");
                    self.prompter.say(&format!("Expires: {words}."));
                    return Ok((expiry, text));
                }
                Err(e) => self.prompter.say(&format!("Not possible: {e}.")),
            }
        }
    }

    /// Asks for the rights. Returns them, and the expiry of the preset if it has one.
    async fn rights(&mut self) -> Result<(Args, Option<String>), PromptAbort> {
        let help = "Grant no more than needed. Rights can't be changed after creation.";
        match self.prompter.menu("What can the token do?", &WAYS, help).await? {
            0 => {
                let names = self.datasets().await?;
                let dataset = names.into_iter().map(|n| format!("{n}=ingest:create")).collect();
                Ok((Args { dataset, ..Args::default() }, None))
            }
            1 => {
                let preset = self.preset().await?;
                let dataset =
                    if preset.dataset.is_empty() { Vec::new() } else { self.datasets().await? };
                let expires = preset.expires.clone();
                Ok((Args { dataset, preset: Some(preset.id), ..Args::default() }, expires))
            }
            _ => Ok((self.typed().await?, None)),
        }
    }

    async fn preset(&mut self) -> Result<Preset, PromptAbort> {
        let own = presets::load(&self.start.presets).map_err(|e| e.to_string());
        let all = own.and_then(|mut all| {
            all.extend(preset::built_in().map_err(|e| e.to_string())?);
            Ok(all)
        });
        let all = all.map_err(|why| {
            self.prompter.say(&format!("The presets cannot be read: {why}."));
            PromptAbort::Back
        })?;
        let shown = |p: &Preset| {
            format!("{}. {}", SafeText::from(p.label.as_str()), SafeText::from(p.about.as_str()))
        };
        let lines: Vec<_> = all.iter().map(shown).collect();
        let at = self.prompter.menu("Which preset?", &lines, "A named set of rights.").await?;
        all.into_iter().nth(at).ok_or(PromptAbort::Back)
    }

    /// Asks for datasets, by number or by name.
    async fn datasets(&mut self) -> Result<Vec<String>, PromptAbort> {
        let there =
            match self.prompter.unless_signal(self.signed_in.read(&Call::ListDatasets)).await? {
                Ok(Reply::Datasets(list)) => list,
                Ok(_) => Vec::new(),
                Err(failure) => {
                    let why = failure.headline(&Call::ListDatasets);
                    self.prompter
                        .say(&format!("The datasets cannot be listed: {why}. Type their names."));
                    Vec::new()
                }
            };
        self.prompter.say("");
        for (at, dataset) in there.iter().enumerate() {
            self.prompter.item(at + 1, dataset.name.shown());
        }
        let help = "Numbers or names separated by commas, such as 1, 4, prod-api. * is every \
                    dataset, including future ones.";
        loop {
            let text = self.prompter.ask("Which datasets?", None, help).await?;
            let names: Result<Vec<_>, String> = text
                .split(',')
                .map(str::trim)
                .filter(|word| !word.is_empty())
                .map(|word| match word.parse::<usize>() {
                    Ok(n) => match n.checked_sub(1).and_then(|at| there.get(at)) {
                        Some(dataset) => Ok(dataset.name.raw().to_owned()),
                        None => Err(format!("There is no number {n}.")),
                    },
                    Err(_) if word == "*" || there.is_empty() => Ok(word.to_owned()),
                    Err(_) => match there.iter().find(|d| d.name.raw() == word) {
                        Some(dataset) => Ok(dataset.name.raw().to_owned()),
                        None => Err(format!("There is no dataset {}.", SafeText::from(word))),
                    },
                })
                .collect();
            match names {
                Ok(names) if !names.is_empty() => return Ok(names),
                Ok(_) => self.prompter.say("Type at least one dataset."),
                Err(why) => self.prompter.say(&why),
            }
        }
    }

    /// Asks for rights line by line, and checks each line.
    async fn typed(&mut self) -> Result<Args, PromptAbort> {
        self.prompter.say(
            "Type one right on each line: dataset prod-api=query:read,ingest:create or view \
             NAME=query:read or org users:read. Type done to finish.",
        );
        let help = "The name * is every dataset. NAME=* grants all rights, query:* every verb of \
                    query. Verbs are create, read, update and delete.";
        let mut args = Args::default();
        loop {
            let line = self.prompter.ask("Right:", None, help).await?;
            let (scope, text) = line.split_once(' ').unwrap_or((line.as_str(), ""));
            let mut next = args.clone();
            match (scope, text.trim()) {
                ("done", "") => return Ok(args),
                ("dataset", text) => next.dataset.push(text.to_owned()),
                ("view", text) => next.view.push(text.to_owned()),
                ("org", text) => next.org.push(text.to_owned()),
                _ => {
                    self.prompter.say("Start with dataset, view or org, or type done.");
                    continue;
                }
            }
            match rights::draft(&next, &self.start.presets) {
                Ok(_) => args = next,
                Err(error) => self.prompter.say(&format!("Not possible: {}.", error.message)),
            }
        }
    }

    /// Shows the token before it is created.
    fn review(&self, new: &NewToken, destination: &Destination) {
        let now = self.signed_in.now();
        self.prompter.say("");
        self.prompter.say(&format!("New token: {}", SafeText::from(new.name.as_str())));
        self.prompter.say(&format!("Expires: {}.", new.expiry.describe(now).replace(" · ", ", ")));
        self.prompter.say(&format!("The token {}.", new.grants.summary()));
        for (where_to, rights) in show::rows(&new.grants) {
            self.prompter.say(&format!("On {where_to}: {rights}."));
        }
        for finding in review::findings(&new.grants, &new.expiry.into(), now) {
            let severity = finding.severity.label();
            self.prompter
                .say(&format!("Finding, {severity}: {}. Fix: {}.", finding.why, finding.fix));
        }
        self.prompter.say(&format!("The secret {}.", destination.words));
    }
}
