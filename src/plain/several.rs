//! Changes the rights of several tokens with one line of changes, in the language of
//! `domain::edit`.

use std::collections::HashMap;

use super::{PlainUi, prompter::PromptAbort, secret::ended};
use crate::{
    commands::{rights, tokens::edit::existing},
    domain::{
        ApiToken, Grants, Kind, TokenId,
        edit::{Difference, Edit, Outcome, Plan, Planned, Vocabulary},
        text::sentence,
    },
};

const HELP: &str = "grant NAMES RIGHTS adds rights, revoke NAMES RIGHTS removes them, only NAMES \
                    removes all rights on other datasets, and apply PRESET NAMES adds the rights \
                    of a preset. Several changes are separated by a semicolon. NAMES are datasets \
                    separated by commas; view:NAME is a view, org the organisation, and =* the \
                    row for all datasets. The rest of each token's rights stays the same.";

impl PlainUi<'_> {
    /// Asks for changes, shows what they do to each token, and replaces those that change.
    pub(super) async fn change_rights(
        &mut self,
        chosen: &[ApiToken],
        tokens: &[ApiToken],
    ) -> Result<(), PromptAbort> {
        self.may_change()?;
        let presets = rights::presets(&self.start.presets);
        let presets = presets.map_err(|error| self.refused(&error.message))?;
        let vocabulary = Vocabulary { presets: Some(&presets), kind: Kind::Advanced };
        let old: Vec<&ApiToken> = chosen.iter().collect();
        loop {
            let line =
                self.prompter.ask("Which change? ? explains the changes.", None, HELP).await?;
            let edits = match Edit::parse_all(&line, vocabulary) {
                Ok(edits) => edits,
                Err(why) => {
                    self.prompter.say(&sentence(&why));
                    continue;
                }
            };
            let existing = self.prompter.unless_signal(existing(&self.signed_in, &edits)).await?;
            let plan = match Plan::new(&edits, &old, &existing) {
                Ok(plan) => plan,
                Err(why) => {
                    self.prompter.say(&sentence(&why));
                    continue;
                }
            };
            self.say_plan(chosen, &plan);
            let changed = chosen.iter().zip(plan.tokens);
            let changed: Vec<_> =
                changed.filter(|(_, planned)| planned.outcome == Outcome::Changed).collect();
            if changed.is_empty() {
                self.prompter.say("This changes no token.");
                continue;
            }
            let changing = changed.iter().map(|(token, _)| (*token).clone()).collect();
            let rights: HashMap<TokenId, Grants> =
                changed.into_iter().map(|(token, new)| (token.id.clone(), new.grants)).collect();
            match self.renew(changing, tokens, &rights).await {
                // Back from the first question: another change.
                Err(PromptAbort::Back) => {}
                done => return done,
            }
        }
    }

    /// Says what each token gets and loses, and which tokens stay the same.
    fn say_plan(&self, tokens: &[ApiToken], plan: &Plan) {
        let mut unchanged: Vec<String> = Vec::new();
        for (token, planned) in tokens.iter().zip(&plan.tokens) {
            let name = format!("{}, id {}", token.name, token.id);
            match planned.outcome {
                Outcome::Changed => {
                    self.prompter.say(&ended(&format!("{name}: {}", differences(planned))));
                    for finding in &planned.findings {
                        let label = finding.severity.label();
                        self.prompter.say(&ended(&format!("Finding, {label}: {}", finding.why)));
                    }
                }
                Outcome::Empty => self.prompter.say(&format!(
                    "{name}: no rights would be left, so it is left out. Delete it instead."
                )),
                Outcome::Unchanged => unchanged.push(name.clone()),
            }
            for words in &planned.notes {
                self.prompter.say(&ended(&format!("Note, {}: {words}", token.name)));
            }
        }
        if !unchanged.is_empty() {
            self.prompter.say(&ended(&format!("Unchanged: {}", unchanged.join("; "))));
        }
    }
}

/// `gets query:read on prod-new; loses ingest:create on prod-api`.
fn differences(planned: &Planned) -> String {
    let words = |d: &Difference| {
        let verb = if d.is_added { "gets" } else { "loses" };
        format!("{verb} {} on {}", d.rights, d.places.join(", "))
    };
    planned.changes.iter().map(words).collect::<Vec<_>>().join("; ")
}
