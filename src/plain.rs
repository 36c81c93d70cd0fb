//! Plain mode: questions and answers line by line, for screen readers and simple terminals.
//! It prints no escape sequences: no frames, no colour, no cursor movement. It uses the same
//! code as the commands, and the screens' permission matrix.
//!
//! `menu` has all menus; a test compares them with the actions of the screens.
//!
//! It needs no terminal: answers can come from a pipe, and the end of the input quits. Ending
//! in the middle loses no secret and leaves no change unrecorded.

mod choose;
mod draft;
mod menu;
mod pick;
mod places;
mod profile;
mod prompter;
mod renew;
mod review;
mod rights;
mod secret;
mod several;
mod sources;
mod summary;
mod tokens;
mod unconfirmed;

use std::process::ExitCode;

use menu::Main;
use prompter::{PromptAbort, Prompter};

use crate::{
    api::call::Call,
    commands::{CommandResult, ExitError, exit, journal, start::Start},
    domain::{ApiToken, Org, review::accepted::Acceptance},
    journal::Open,
    ops::{SignInError, SignedIn},
};

const HELP: &str = "Type a number, or the first letters of a choice. In lists, more prints the \
                    next items, and several are chosen by 1 3 5-7 or all. An empty line, q or \
                    back goes back one step; q here quits. ? explains a question and lists its \
                    choices. Nothing is sent until you type the word at the end to confirm. \
                    Ctrl-C quits, but waits for the response to a change that has been sent.";

/// The state of plain mode.
struct PlainUi<'a> {
    start: &'a Start,
    signed_in: SignedIn,
    prompter: Prompter,
    /// The unconfirmed changes.
    open: Vec<Open>,
    order: choose::Order,
    /// The accepted findings of a demo, which stores none.
    accepted: Vec<Acceptance>,
    clock_is_told: bool,
}

/// Runs plain mode until the user quits.
///
/// # Errors
/// When signing in fails.
pub async fn run(start: &Start) -> CommandResult {
    let signed_in = start.anywhere().await?;
    let mut prompter = Prompter::begin();
    let mut signed_in = match in_an_org(signed_in, &mut prompter).await {
        Ok(signed_in) => signed_in?,
        Err(abort) => return Ok(ended(&prompter, abort)),
    };
    signed_in.session = places::begun(signed_in.session, start.read_only);
    let mut ui = PlainUi {
        start,
        signed_in,
        prompter,
        open: Vec::new(),
        order: choose::Order::default(),
        accepted: Vec::new(),
        clock_is_told: false,
    };
    let mut done = ui.greet().await;
    let mut is_first = true;
    let abort = loop {
        if let Err(abort) = done {
            break abort;
        }
        ui.warn_of_clock();
        done = Box::pin(ui.turn(is_first)).await;
        is_first = false;
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
            let at = which_org(prompter, &orgs).await?;
            let mut signed_in = signed_in;
            signed_in.session.org = orgs.get(at).map(|o| o.id.clone());
            Ok(Ok(signed_in))
        }
        Err(other) => Ok(Err(other.into())),
    }
}

/// Asks for one of several organisations.
async fn which_org(prompter: &mut Prompter, orgs: &[Org]) -> Result<usize, PromptAbort> {
    let names: Vec<_> = orgs.iter().map(|o| format!("{}, id {}", o.name, o.id)).collect();
    let help = "Your personal token has access to several organisations. Set AXIOM_ORG_ID to skip \
                this question.";
    prompter.menu("Which organisation?", &names, help).await
}

impl PlainUi<'_> {
    async fn greet(&mut self) -> Result<(), PromptAbort> {
        let demo = if self.signed_in.session.demo { " A demo with made-up data." } else { "" };
        self.prompter.say(&format!("axtok, plain mode.{demo}"));
        self.say_place();
        let (open, warning) = self.prompter.unless_signal(self.signed_in.recall()).await?;
        if let Some(warning) = warning {
            self.prompter.say(&format!("Warning: {warning}"));
        }
        for open in &open {
            self.prompter.say(&format!("Unconfirmed: {}.", journal::describe(open)));
        }
        if !open.is_empty() {
            self.prompter.say("Type unconfirmed to resolve or dismiss an unconfirmed change.");
        }
        self.open = open;
        self.prompter.say(
            "Type a number or the first letters of a choice, and press Enter. ? for help, q to \
             quit.",
        );
        Ok(())
    }

    fn warn_of_clock(&mut self) {
        if let Some(words) = self.signed_in.clock_difference().filter(|_| !self.clock_is_told) {
            self.prompter.say(&format!(
                "Warning: this computer's clock {words}. Expiries use the server's."
            ));
            self.clock_is_told = true;
        }
    }

    /// Asks the main menu and runs the choice.
    async fn turn(&mut self, is_first: bool) -> Result<(), PromptAbort> {
        let question =
            if is_first { "What do you want to do?" } else { "What do you want to do? q quits." };
        let choice = match self.prompter.choose_again(question, HELP, !is_first).await {
            Ok(choice) => choice,
            // In the main menu only q quits, not an empty line.
            Err(PromptAbort::Back) if !self.prompter.said_q => return Ok(()),
            Err(abort) => return Err(abort),
        };
        let done = match choice {
            Main::List => self.list().await,
            Main::Show => self.show().await,
            Main::Create => self.create().await,
            Main::Regenerate => self.regenerate_one().await,
            Main::Delete => self.delete_one().await,
            Main::Several => self.several().await,
            Main::Review => self.review_access().await,
            Main::Profile => self.profile().await,
            Main::Audit => self.audit(None).await,
            Main::History => self.history().await,
            Main::Places => self.places().await,
            Main::Unconfirmed => self.unconfirmed().await,
            Main::ReadOnly => self.read_only().await,
        };
        match done {
            Err(PromptAbort::Back) => Ok(()),
            done => done,
        }
    }

    /// The tokens. Reports an error as a message.
    async fn tokens(&self) -> Result<Vec<ApiToken>, PromptAbort> {
        self.prompter.unless_signal(self.signed_in.tokens()).await?.map_err(|failure| {
            self.prompter.say(&format!("Failed: {}", exit::message(&failure, &Call::ListTokens)));
            PromptAbort::Back
        })
    }

    /// Checks that changes are allowed. Reports an error as a message.
    fn may_change(&self) -> Result<(), PromptAbort> {
        if !self.signed_in.session.access.is_read_only() {
            return Ok(());
        }
        Err(self.refused("this session is read-only: nothing was sent"))
    }

    /// Reports why something is not possible.
    fn refused(&self, why: &str) -> PromptAbort {
        self.prompter.say(&format!("Refused: {why}."));
        PromptAbort::Back
    }
}
