//! Plain mode: questions and answers, one line after another, for screen readers
//! and simple terminals. No frames, no colour, no cursor movement: not one escape
//! byte is printed. It stands on what the commands stand on.
//!
//! It needs no terminal: answers can come from a pipe, and the end of the input
//! leaves. What is asked for is safe when it ends in the middle.

mod choose;
mod create;
mod secret;
mod renew;
mod prompter;

use std::process::ExitCode;

use prompter::{PromptAbort, Prompter};

use crate::{
    api::call::Call,
    commands::{CommandResult, ExitError, exit, journal, start::Start, tokens},
    domain::{ApiToken, SecretKind},
    journal::Open,
    ops::{SignedIn, SignInError},
};

const MENU: [&str; 6] = [
    "list API tokens",
    "show a token",
    "create a token",
    "regenerate a token",
    "delete a token",
    "close a change that is still open",
];

const HELP: &str = "A number chooses. An empty line or q goes back one step, and q here leaves. \
                    ? explains the question that is asked. Nothing is sent before you have typed \
                    the word that is asked for at the end. Ctrl-C leaves; a change that is on \
                    its way is answered first.";

/// What a conversation goes on in.
struct PlainUi<'a> {
    start: &'a Start,
    signed_in: SignedIn,
    prompter: Prompter,
    /// What earlier runs left open.
    open: Vec<Open>,
}

/// Talks until the user leaves.
///
/// # Errors
/// When nobody can be signed in.
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
            ui.prompter.say(&format!("Warning: this clock {words}. Expiries follow the server's."));
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

/// Asks for the organisation where there are several.
async fn in_an_org(signed_in: SignedIn, prompter: &mut Prompter) -> Result<Result<SignedIn, ExitError>, PromptAbort> {
    match prompter.unless_signal(signed_in.clone().in_an_org()).await? {
        Ok(signed_in) => Ok(Ok(signed_in)),
        Err(SignInError::WhichOrg(orgs)) => {
            let names: Vec<_> = orgs.iter().map(|o| format!("{}, id {}", o.name, o.id)).collect();
            let help =
                "Your personal token sees several organisations. AXIOM_ORG_ID saves this question.";
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
        let demo = if session.demo { " This is a made-up organisation." } else { "" };
        let place = &session.deployment;
        self.prompter.say(&format!("axtok, plain mode. {place}{org}. Signed in with {with}.{demo}"));
        if self.start.may_change(&self.signed_in).is_err() {
            self.prompter.say("This session is read-only: nothing can be changed.");
        }
        let (open, warning) = self.prompter.unless_signal(self.signed_in.recall()).await?;
        if let Some(warning) = warning {
            self.prompter.say(&format!("Warning: {warning}"));
        }
        for open in &open {
            self.prompter.say(&format!("Still open: {}.", journal::describe(open)));
        }
        if !open.is_empty() {
            self.prompter.say("Look at the list of tokens. 6 closes what needs nothing more.");
        }
        self.open = open;
        self.prompter.say("Type a number and press Enter. ? helps, q leaves.");
        Ok(())
    }

    /// One choice of the main menu.
    async fn turn(&mut self) -> Result<(), PromptAbort> {
        let choices = if self.open.is_empty() { &MENU[..5] } else { &MENU };
        let at = match self.prompter.menu("What to do?", choices, HELP).await {
            Ok(at) => at,
            // Here one leaves by saying so, not by an empty line.
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

    /// The tokens, the first to expire first; says why there are none.
    async fn tokens(&self) -> Option<Vec<ApiToken>> {
        let answer = tokio::select! {
            answer = self.signed_in.tokens() => answer,
            // The next question hears it again.
            () = self.prompter.interrupt.comes() => return None,
        };
        match answer {
            Ok(mut tokens) => {
                tokens::list::sort(&mut tokens);
                Some(tokens)
            }
            Err(failure) => {
                self.prompter.say(&format!("Failed: {}", exit::message(&failure, &Call::ListTokens)));
                None
            }
        }
    }

    /// Whether something may be changed; says so if not.
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

    /// Closes a change that an earlier run left open, in the journal alone.
    async fn close(&mut self) -> Result<(), PromptAbort> {
        let help = "It is no longer mentioned then. Tokens stay as they are.";
        let lines: Vec<_> = self.open.iter().map(journal::describe).collect();
        let at = self.prompter.menu("Which change needs nothing more?", &lines, help).await?;
        self.prompter.confirm("close").await?;
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
