//! Unconfirmed changes: what is known about them, and what can be done.

use super::{PlainUi, menu::Unconfirmed, pick::Pick, prompter::PromptAbort};
use crate::{
    commands::{history, journal},
    domain::ApiToken,
    journal::{Likeness, Mark, Open},
    ops::reconcile::Search,
};

impl PlainUi<'_> {
    pub(super) async fn unconfirmed(&mut self) -> Result<(), PromptAbort> {
        if self.open.is_empty() {
            self.prompter.say("There are no unconfirmed changes.");
            return Ok(());
        }
        let lines: Vec<_> = self.open.iter().map(journal::describe).collect();
        let help = "A change whose outcome is unknown, or whose secret nobody confirmed as stored.";
        let at = self.prompter.one(&Pick::one("Which change?", &lines, help)).await?;
        let Some(open) = self.open.get(at).cloned() else { return Ok(()) };
        let mut search = Search::of(&open, open.entry.at);
        self.look(&open, &mut search).await?;
        loop {
            let help = "q goes back: axtok asks again at the next start.";
            match self.prompter.choose("What do you want to do?", help).await? {
                Unconfirmed::Search => self.look(&open, &mut search).await?,
                Unconfirmed::Stored if !matches!(open.last, Some(Mark::Done { .. })) => {
                    self.prompter.say("The secret of this change did not arrive.");
                }
                Unconfirmed::Stored => {
                    self.prompter.confirm(&"stored".into()).await?;
                    self.signed_in.stored_since(&open).await;
                    self.open.remove(at);
                    self.prompter.say("Done.");
                    return Ok(());
                }
                Unconfirmed::Token => match self.candidate(&search).await? {
                    Some((token, tokens)) => return self.token_menu(token, &tokens).await,
                    None => {
                        self.prompter
                            .say("Token not in the list: search again, or dismiss if gone.");
                    }
                },
                Unconfirmed::Dismiss => {
                    self.prompter
                        .say("axtok then no longer mentions the change. Tokens do not change.");
                    self.prompter.confirm(&"dismiss".into()).await?;
                    match self.signed_in.close(&open.entry.id).await {
                        Ok(()) => {
                            self.open.remove(at);
                            self.prompter.say("Dismissed.");
                        }
                        Err(why) => self.prompter.say(&format!("Failed: {why}.")),
                    }
                    return Ok(());
                }
            }
        }
    }

    /// Lists what axtok changed from this computer.
    pub(super) async fn history(&mut self) -> Result<(), PromptAbort> {
        if self.signed_in.session.demo {
            self.prompter.say(journal::NO_DEMO);
            return Ok(());
        }
        let lines: Vec<_> = match self.signed_in.history().await {
            Ok(changes) => changes.iter().rev().map(history::describe).collect(),
            Err(why) => {
                self.prompter.say(&format!("Failed: {why}."));
                return Ok(());
            }
        };
        if lines.is_empty() {
            self.prompter.say("axtok has not changed any token from this computer yet.");
            return Ok(());
        }
        let help = "What axtok changed from this computer, newest first. To resolve a change that \
                    is not finished, choose unconfirmed in the main menu.";
        match self.prompter.one(&Pick::one("History. q goes back.", &lines, help)).await {
            Ok(_) | Err(PromptAbort::Back) => Ok(()),
            Err(abort) => Err(abort),
        }
    }

    /// Searches the list for the change's result, and says what it shows.
    async fn look(&mut self, open: &Open, search: &mut Search) -> Result<(), PromptAbort> {
        let session = &self.signed_in.session;
        let org = session.org.as_ref().map(crate::domain::SafeText::raw);
        if !open.entry.location.is_at(&session.url, org) {
            let place = &open.entry.location.deployment;
            self.prompter.say(&format!("It was made elsewhere, at {place}: switch there first."));
            return Ok(());
        }
        match self.prompter.unless_signal(self.signed_in.look_for(search)).await? {
            None => self.prompter.say("The list could not be read."),
            Some(true) => self.prompter.say("The token is no longer listed: it was deleted."),
            Some(false) if search.delete_target().is_some() => {
                self.prompter.say("The token is still listed. Deleting it again is safe.");
            }
            Some(false) if search.found.is_empty() => {
                self.prompter.say("The token is not listed. It may still appear.");
            }
            Some(false) => {
                for candidate in &search.found {
                    let sure = match candidate.likeness {
                        Likeness::Exact => "It is",
                        Likeness::Probable => "It is probably",
                        Likeness::Possible => "It is possibly",
                    };
                    let (name, id, note) = (&candidate.name, &candidate.id, &candidate.note);
                    let note = if note.is_empty() { String::new() } else { format!(" ({note})") };
                    self.prompter.say(&format!("{sure} {name}, id {id}{note}."));
                }
            }
        }
        Ok(())
    }

    /// The listed token that a change made or was about, and the list.
    async fn candidate(
        &mut self,
        search: &Search,
    ) -> Result<Option<(ApiToken, Vec<ApiToken>)>, PromptAbort> {
        let old = search.delete_target().cloned();
        let ids: Vec<_> = search.found.iter().map(|c| c.id.clone()).chain(old).collect();
        let tokens = self.tokens().await?;
        let found: Vec<_> = tokens.iter().filter(|t| ids.contains(&t.id)).cloned().collect();
        let token = match &found[..] {
            [] => return Ok(None),
            [only] => only.clone(),
            several => {
                let lines: Vec<_> =
                    several.iter().map(|t| format!("{}, id {}", t.name, t.id)).collect();
                let at = self.prompter.menu("Which token?", &lines, "q goes back.").await?;
                several.get(at).cloned().ok_or(PromptAbort::Back)?
            }
        };
        Ok(Some((token, tokens)))
    }
}
