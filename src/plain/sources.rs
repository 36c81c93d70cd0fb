//! Where the rights of a draft come from: datasets to ingest into, a preset, or commands.

use super::{
    PlainUi,
    draft::Draft,
    menu::Rights,
    pick::{Choice as _, Pick, Picked},
    prompter::PromptAbort,
};
use crate::{
    api::call::{Call, Reply},
    config::presets,
    domain::{
        ApiToken, Grants, SafeText, Scope, Target, Verbs, WILDCARD,
        preset::{self, Preset},
    },
};

impl PlainUi<'_> {
    /// Asks where the rights come from, and for what that needs.
    pub(super) async fn rights(
        &mut self,
        draft: &mut Draft,
        tokens: &[ApiToken],
    ) -> Result<(), PromptAbort> {
        let labels: Vec<_> = Rights::ALL.iter().map(|choice| choice.label()).collect();
        loop {
            let usual = |rights: Rights| Rights::ALL.iter().position(|choice| *choice == rights);
            let pick = Pick {
                default: draft.usual.and_then(usual),
                ..Pick::one(
                    "What can the token do?",
                    &labels,
                    "Grant no more than needed. Rights can't be changed after creation.",
                )
            };
            let choice = Rights::ALL.get(self.prompter.one(&pick).await?).copied();
            match self.rights_from(choice.unwrap_or(Rights::Commands), draft, tokens).await {
                Err(PromptAbort::Back) => {}
                done => return done,
            }
        }
    }

    async fn rights_from(
        &mut self,
        choice: Rights,
        draft: &mut Draft,
        tokens: &[ApiToken],
    ) -> Result<(), PromptAbort> {
        match choice {
            Rights::Ingest => {
                let names = draft.matrix.grants().datasets.iter();
                let now: Vec<_> = names.map(|(name, _)| name.raw().to_owned()).collect();
                let mut grants = Grants::default();
                for target in self.names_of(Scope::Dataset, &now).await? {
                    // Ingest is the first capability of the table. Setting it cannot fail.
                    if let Some(ingest) = Scope::Dataset.capabilities().first() {
                        let _ = grants.set(&target, ingest, Verbs::C);
                    }
                }
                draft.take(&grants, "ingest only", None);
            }
            Rights::Preset => {
                let preset = self.preset().await?;
                let targets = self.targets(&preset, &Grants::default()).await?;
                let words = format!("replace all rights with {}", preset.label);
                draft.take(&preset.apply(&targets), &words, preset.expires);
            }
            Rights::Commands => self.edit(draft, tokens).await?,
        }
        // Asked again, the rights are those of the draft.
        draft.usual = Some(if choice == Rights::Ingest { choice } else { Rights::Commands });
        Ok(())
    }

    /// The presets: the user's own, then the built-in ones.
    pub(super) fn presets(&self) -> Result<Vec<Preset>, PromptAbort> {
        let own = presets::load(&self.start.presets).map_err(|e| e.to_string());
        let all = own.and_then(|mut all| {
            all.extend(preset::built_in().map_err(|e| e.to_string())?);
            Ok(all)
        });
        all.map_err(|why| {
            self.prompter.say(&format!("The presets cannot be read: {why}."));
            PromptAbort::Back
        })
    }

    async fn preset(&mut self) -> Result<Preset, PromptAbort> {
        let all = self.presets()?;
        let lines: Vec<_> = all.iter().map(preset_line).collect();
        let at = self.prompter.menu("Which preset?", &lines, "A named set of rights.").await?;
        all.into_iter().nth(at).ok_or(PromptAbort::Back)
    }

    /// Asks for datasets or views, by number or by name. An empty line means those of `now`.
    pub(super) async fn names_of(
        &mut self,
        scope: Scope,
        now: &[String],
    ) -> Result<Vec<Target>, PromptAbort> {
        let (things, call) = match scope {
            Scope::View => ("views", Call::ListViews),
            _ => ("datasets", Call::ListDatasets),
        };
        let there: Vec<SafeText> =
            match self.prompter.unless_signal(self.signed_in.read(&call)).await? {
                Ok(Reply::Datasets(list)) => list.into_iter().map(|d| d.name).collect(),
                Ok(Reply::Views(list)) => list.into_iter().map(|v| v.name).collect(),
                Ok(_) => Vec::new(),
                Err(failure) => {
                    let why = failure.headline(&call);
                    self.prompter
                        .say(&format!("The {things} cannot be listed: {why}. Type their names."));
                    Vec::new()
                }
            };
        let target = |name: &str| Target::named(scope, SafeText::from(name));
        let question = format!("Which {things}?");
        if there.is_empty() {
            let default = Some(now.join(", ")).filter(|now| !now.is_empty());
            let help = "Names separated by commas. * is every one, including future ones.";
            let text = self.prompter.ask(&question, default.as_deref(), help).await?;
            let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
            return Ok(names.filter_map(target).collect());
        }
        let names: Vec<_> = there.iter().map(SafeText::shown).collect();
        let help = "Numbers or names separated by commas, such as 1, 4, prod-api. * is every one, \
                    including future ones.";
        let question = if now.is_empty() {
            question
        } else {
            format!("{question} An empty line means {}.", now.join(", "))
        };
        let pick = Pick { many: true, words: &[WILDCARD], ..Pick::one(&question, &names, help) };
        match self.prompter.pick(&pick).await {
            Ok(Picked::Word(all)) => Ok(target(all).into_iter().collect()),
            Ok(Picked::Items(items)) => {
                let names = items.into_iter().filter_map(|at| there.get(at));
                Ok(names.filter_map(|name| Target::named(scope, name.clone())).collect())
            }
            Err(PromptAbort::Back) if !now.is_empty() && !self.prompter.said_q => {
                Ok(now.iter().filter_map(|name| target(name)).collect())
            }
            Err(abort) => Err(abort),
        }
    }
}

/// A preset in two sentences.
pub fn preset_line(preset: &Preset) -> String {
    let (label, about) = (preset.label.as_str(), preset.about.as_str());
    format!("{}. {}", SafeText::from(label), SafeText::from(about))
}
