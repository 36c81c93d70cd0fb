//! Regenerating and deleting a token.

use super::{PlainUi, choose, prompter::PromptAbort};
use crate::{
    cli::tokens::Grace,
    commands::{
        change::{self, Job},
        tokens::regenerate,
    },
    domain::{
        ApiToken,
        confirm::Confirmation,
        grace::{DEFAULT_LENGTH, Grace as Length},
        token::Renewal,
    },
    ops::{Listed, change::Intent},
};

impl PlainUi<'_> {
    pub(super) async fn regenerate(&mut self) -> Result<(), PromptAbort> {
        self.may_change()?;
        let Some(tokens) = self.tokens().await else { return Ok(()) };
        let token = choose::one(&mut self.prompter, &tokens, self.signed_in.now()).await?;
        let job = loop {
            let help = "A duration such as 1h, 48h or 7d, a date, or now. Programs that use the \
                        old token need the new one before then.";
            let question = "How long does the old token keep working?";
            let grace = self.prompter.ask(question, Some(DEFAULT_LENGTH), help).await?;
            let (new_expiry, _) = self.expiry("When does the new token expire?", None).await?;
            let renewal = |_: &_| Renewal::Same { new_expiry };
            let grace = Grace { grace, yes: false };
            let now = self.signed_in.now();
            match regenerate::jobs(&[&token], &grace, now, renewal) {
                Ok(mut jobs) => {
                    let ends_now = Length::of(&grace.grace).fails_callers(&token.expiry, now);
                    if let Some(job) = jobs.pop() {
                        break (job, ends_now);
                    }
                }
                Err(error) => self.prompter.say(&format!("Not possible: {}.", error.message)),
            }
        };
        let (mut job, ends_now) = job;
        let destination = self.secret_destination(Some(&token.id)).await?;
        self.prompter.say("");
        self.prompter.say(&format!("Regenerating {}, id {}.", token.name, token.id));
        self.prompter.say("The new token has the same rights, a new id and a new secret.");
        let tokens = Some(tokens);
        if let Some(words) = change::replaced_words(&self.signed_in, &job.intent, &tokens) {
            self.prompter.say(&format!("Warning: {words}."));
        }
        self.prompter.say(&format!("The secret {}.", destination.words));
        if ends_now {
            self.prompter
                .say("The old token stops working immediately, and programs that use it fail.");
            self.prompter.confirm(&confirmation(&token, tokens.as_deref())).await?;
        } else {
            self.prompter.confirm(&"regenerate".into()).await?;
        }
        job.to = Some(destination.to);
        self.send(&job, &Listed { tokens, ..Listed::default() }).await
    }

    pub(super) async fn delete(&mut self) -> Result<(), PromptAbort> {
        self.may_change()?;
        let Some(tokens) = self.tokens().await else { return Ok(()) };
        let now = self.signed_in.now();
        let token = choose::one(&mut self.prompter, &tokens, now).await?;
        self.prompter.say("");
        self.prompter.say(&format!("Deleting: {}", choose::line(&token, now)));
        self.prompter.say(
            "The token stops working immediately. This can't be undone. To leave time to replace \
             it, regenerate it instead.",
        );
        self.prompter.confirm(&confirmation(&token, Some(&tokens))).await?;
        let job = Job::new(Intent::delete(&token));
        self.send(&job, &Listed { tokens: Some(tokens), ..Listed::default() }).await
    }
}

/// What confirms a change to this token of the list.
fn confirmation(token: &ApiToken, listed: Option<&[ApiToken]>) -> Confirmation {
    let all = listed.unwrap_or_default().iter().map(|t| (&t.name, &t.id));
    Confirmation::of([(&token.name, &token.id)].into_iter(), &all)
}
