//! Plain mode: questions and answers line by line, for screen readers and simple terminals.
//! It prints no escape sequences: no frames, no colour, no cursor movement. It uses the same
//! code as the commands.
//!
//! It needs no terminal: answers can come from a pipe, and the end of the input quits. Ending
//! in the middle loses no secret and leaves no change unrecorded.

mod choose;
mod create;
mod prompter;
mod renew;
mod secret;

use std::process::ExitCode;

use prompter::{PromptAbort, Prompter};

use crate::{
    api::call::Call,
    commands::{CommandResult, ExitError, exit, journal, start::Start, tokens},
    domain::{ApiToken, SecretKind},
    journal::Open,
    ops::{SignInError, SignedIn},
};

const MENU: [&str; 6] = [
    "list API tokens",
    "show a token",
    "create a token",
    "regenerate a token",
    "delete a token",
    "close an unconfirmed change",
];

const HELP: &str = "Type a number to choose. An empty line or q goes back one step; q here quits. \
                    ? explains a question. Nothing is sent until you type the word at the end \
                    to confirm. Ctrl-C quits, but waits for the response to a change that has \
                    been sent.";

/// The state of plain mode.
struct PlainUi<'a> {
    start: &'a Start,
    signed_in: SignedIn,
    prompter: Prompter,
    /// The unconfirmed changes of earlier runs.
    open: Vec<Open>,
}

/// Runs plain mode until the user quits.
///
/// # Errors
/// When signing in fails.
pub async fn run(start: &Start) -> CommandResult {
    let signed_in = start.anywhere().await?;
    let mut prompter = Prompter::begin();
    let signed_in = match in_an_org(signed_in, &mut prompter).await {
        Ok(signed_in) => signed_in?,
        Err(abort) => return Ok(ended(&prompter, abort)),
    };
    let mut ui = PlainUi { start, signed_in, prompter, open: Vec::new() };
    let mut clock_is_told = false;
    let mut done = ui.greet().await;
    let abort = loop {
        if let Err(abort) = done {
            break abort;
        }
        if let Some(words) = start.ops.clock_difference().filter(|_| !clock_is_told) {
            ui.prompter.say(&format!(
                "Warning: this computer's clock {words}. Expiries use the server's."
            ));
            clock_is_told = true;
        }
        done = ui.turn().await;
    };
    Ok(ended(&ui.prompter, abort))
}

fn ended(prompter: &Prompter, abort: PromptAbort) -> ExitCode {
    match abort {
        PromptAbort::Signal(signal) => {
            prompter.say("");
            ExitCode::from(u8::try_from(128 + signal).unwrap_or(exit::FAILED))
        }
        PromptAbort::SecretKept => ExitCode::from(exit::FAILED),
        PromptAbort::Back | PromptAbort::End => ExitCode::SUCCESS,
    }
}

/// Asks for the organisation if there are several.
async fn in_an_org(
    signed_in: SignedIn,
    prompter: &mut Prompter,
) -> Result<Result<SignedIn, ExitError>, PromptAbort> {
    match prompter.unless_signal(signed_in.clone().in_an_org()).await? {
        Ok(signed_in) => Ok(Ok(signed_in)),
        Err(SignInError::WhichOrg(orgs)) => {
            let names: Vec<_> = orgs.iter().map(|o| format!("{}, id {}", o.name, o.id)).collect();
            let help = "Your personal token has access to several organisations. Set \
                        AXIOM_ORG_ID to skip this question.";
            let at = prompter.menu("Which organisation?", &names, help).await?;
            let mut signed_in = signed_in;
            signed_in.session.org = orgs.get(at).map(|o| o.id.clone());
            Ok(Ok(signed_in))
        }
        Err(other) => Ok(Err(other.into())),
    }
}

impl PlainUi<'_> {
    async fn greet(&mut self) -> Result<(), PromptAbort> {
        let session = &self.signed_in.session;
        let org = session.org.as_ref().map_or_else(String::new, |o| format!(", organisation {o}"));
        let with = match session.credential {
            SecretKind::Personal => "a personal token",
            SecretKind::Api => "an API token",
            SecretKind::Ingest | SecretKind::Other => "a token",
        };
        let demo = if session.demo { " This is a demo with made-up data." } else { "" };
        let place = &session.deployment;
        self.prompter
            .say(&format!("axtok, plain mode. {place}{org}. Signed in with {with}.{demo}"));
        if self.start.may_change(&self.signed_in).is_err() {
            self.prompter.say("This session is read-only: you can't change anything.");
        }
        let (open, warning) = self.prompter.unless_signal(self.signed_in.recall()).await?;
        if let Some(warning) = warning {
            self.prompter.say(&format!("Warning: {warning}"));
        }
        for open in &open {
            self.prompter.say(&format!("Unconfirmed: {}.", journal::describe(open)));
        }
        if !open.is_empty() {
            self.prompter.say("Check the list of tokens. Type 6 to close an unconfirmed change.");
        }
        self.open = open;
        self.prompter.say("Type a number and press Enter. ? for help, q to quit.");
        Ok(())
    }

    /// Asks the main menu and runs the choice.
    async fn turn(&mut self) -> Result<(), PromptAbort> {
        let choices = if self.open.is_empty() { &MENU[..5] } else { &MENU };
        let at = match self.prompter.menu("What do you want to do?", choices, HELP).await {
            Ok(at) => at,
            // In the main menu only q quits, not an empty line.
            Err(PromptAbort::Back) if !self.prompter.said_q => return Ok(()),
            Err(abort) => return Err(abort),
        };
        let done = match at {
            0 => self.list().await,
            1 => self.show().await,
            2 => self.create().await,
            3 => self.regenerate().await,
            4 => self.delete().await,
            _ => self.close().await,
        };
        match done {
            Err(PromptAbort::Back) => Ok(()),
            done => done,
        }
    }

    /// The tokens, soonest to expire first. Reports an error as a message.
    async fn tokens(&self) -> Option<Vec<ApiToken>> {
        let answer = tokio::select! {
            answer = self.signed_in.tokens() => answer,
            // The next question sees the signal again.
            () = self.prompter.interrupt.received() => return None,
        };
        match answer {
            Ok(mut tokens) => {
                tokens::list::sort(&mut tokens);
                Some(tokens)
            }
            Err(failure) => {
                self.prompter
                    .say(&format!("Failed: {}", exit::message(&failure, &Call::ListTokens)));
                None
            }
        }
    }

    /// Checks that changes are allowed. Reports an error as a message.
    fn may_change(&self) -> Result<(), PromptAbort> {
        self.start.may_change(&self.signed_in).map_err(|error| {
            self.prompter.say(&format!("Refused: {}.", error.message));
            PromptAbort::Back
        })
    }

    async fn list(&mut self) -> Result<(), PromptAbort> {
        let Some(tokens) = self.tokens().await else { return Ok(()) };
        let now = self.signed_in.now();
        let found = choose::search(&mut self.prompter, &tokens, now).await?;
        for (at, token) in found.iter().enumerate() {
            self.prompter.item(at + 1, &choose::line(token, now));
        }
        let count = found.len();
        self.prompter.say(&format!("{count} of {} tokens.", tokens.len()));
        Ok(())
    }

    /// Closes an unconfirmed change. Only the journal changes.
    async fn close(&mut self) -> Result<(), PromptAbort> {
        let help = "axtok then no longer mentions the change. Tokens do not change.";
        let lines: Vec<_> = self.open.iter().map(journal::describe).collect();
        let at = self.prompter.menu("Which change do you want to close?", &lines, help).await?;
        self.prompter.confirm(&"close".into()).await?;
        let Some(open) = self.open.get(at) else { return Ok(()) };
        match self.signed_in.close(&open.entry.id).await {
            Ok(()) => {
                self.open.remove(at);
                self.prompter.say("Closed.");
            }
            Err(why) => self.prompter.say(&format!("Failed: {why}.")),
        }
        Ok(())
    }

    async fn show(&mut self) -> Result<(), PromptAbort> {
        let Some(tokens) = self.tokens().await else { return Ok(()) };
        let now = self.signed_in.now();
        let token = choose::one(&mut self.prompter, &tokens, now).await?;
        for line in tokens::show::text(&token, now, None).lines() {
            let (what, text) = line.split_at(line.find("  ").unwrap_or(line.len()));
            let text = text.trim().replace(" · ", ", ");
            self.prompter.say(&format!("{}: {text}", what.trim()));
        }
        Ok(())
    }
}
