//! Sends changes and delivers their secrets. Prints the secret only after the user types `show`,
//! and keeps it until the user confirms that it is stored.

use std::time::Duration;

use super::{PlainUi, menu::Secret, prompter::PromptAbort};
use crate::{
    cli::args::SecretTo,
    commands::{
        change::{Job, Report, Run},
        exit,
        secret::{self, To},
    },
    domain::{TokenId, pasted, text::sentence},
    ops::{self, Interrupt, Listed, Made, undelivered},
    sink::Sink,
};

/// How long to check for the outcome after a lost response.
const PATIENCE: Duration = Duration::from_secs(30);

/// The signal of Ctrl-C.
const INTERRUPT: i32 = rustix::process::Signal::INT.as_raw();

const DESTINATIONS: [&str; 3] =
    ["print it here when you type show", "save it to a new file", "send it to a command"];
const EACH: [&str; 3] = [
    "print each here when you type show",
    "save each to a new file",
    "send each to a command, run once for each",
];

/// The sentence with a full stop. Its first letter may belong to a name, so it does not change.
pub fn ended(words: &str) -> String {
    let stop = if words.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{words}{stop}")
}

/// The destination of the secrets of a change, or of a run.
#[derive(Clone, Debug)]
pub struct Destination {
    /// The destination of each secret.
    pub to: Vec<To>,
    /// The destination in a sentence.
    pub sentence: String,
}

impl PlainUi<'_> {
    /// Asks for the destination of the secret of each of these tokens (the old token's id, if
    /// there is one), and checks it.
    pub(super) async fn secret_destination(
        &mut self,
        old: &[Option<&TokenId>],
    ) -> Result<Destination, PromptAbort> {
        let many = old.len() > 1;
        let help = "The server sends a secret only once. A file must not exist yet, and only you \
                    can read it. {id} in its path is the id of the old token. A command gets the \
                    secret on its standard input, without a shell.";
        let question = if many { "Where do the secrets go?" } else { "Where does the secret go?" };
        let choices = if many { &EACH } else { &DESTINATIONS };
        let what = if many { "Each secret" } else { "The secret" };
        loop {
            let mut args = SecretTo::default();
            let words = match self.prompter.menu(question, choices, help).await? {
                0 => {
                    let sentence = format!("{what} is printed here when you type show.");
                    return Ok(Destination { to: vec![To::Output; old.len()], sentence });
                }
                1 => {
                    let question = if many {
                        "Path of the new files, with {id} for the old token's id:"
                    } else {
                        "Path of the new file:"
                    };
                    let path = match self.prompter.ask(question, None, help).await {
                        Err(PromptAbort::Back) => continue,
                        path => path?,
                    };
                    let words = format!("is saved to the new file {path}");
                    args.secret_file = Some(path);
                    words
                }
                _ => {
                    let line = match self.prompter.ask("Command:", None, help).await {
                        Err(PromptAbort::Back) => continue,
                        line => line?,
                    };
                    let words = format!("is sent to the command {line}");
                    args.secret_command = Some(line);
                    words
                }
            };
            match secret::places(&args, old, false, &self.start.home) {
                Ok(to) => return Ok(Destination { to, sentence: format!("{what} {words}.") }),
                Err(error) => self.prompter.say(&format!("Not possible: {}.", error.message)),
            }
        }
    }

    /// Sends a change and delivers its secret. Returns whether it was made.
    pub(super) async fn send(&mut self, job: &Job, listed: &Listed) -> Result<bool, PromptAbort> {
        let reports = self.send_all(std::slice::from_ref(job), listed).await?;
        // An unknown outcome is not sent again: the change may have been made.
        Ok(reports.iter().all(|report| matches!(report.status, exit::DONE | exit::UNKNOWN)))
    }

    /// Sends changes one after another, reports each outcome, and delivers the secrets.
    pub(super) async fn send_all(
        &mut self,
        jobs: &[Job],
        listed: &Listed,
    ) -> Result<Vec<Report>, PromptAbort> {
        self.prompter
            .say("Sending. After a lost response, checking the outcome takes half a minute.");
        let (signed_in, open) = (self.signed_in.clone(), self.open.clone());
        let interrupt = self.prompter.interrupt.clone();
        let run = Run {
            signed_in: &signed_in,
            listed,
            open: &open,
            patience: PATIENCE,
            interrupt: &interrupt,
        };
        let mut abort = None;
        let (mut at, all) = (0, jobs.len());
        let reports = run.each(jobs, async |job, report| {
            at += 1;
            let place = if all > 1 { format!("{at} of {all}: ") } else { String::new() };
            match self.told(job, report, &place, &interrupt).await {
                (report, None) => report,
                (report, why) => {
                    abort = why;
                    report.stopping()
                }
            }
        });
        let mut reports = reports.await;
        for (job, report) in jobs.iter().zip(&mut reports) {
            if let (exit::DONE, Some(old)) = (report.status, job.old()) {
                self.open.retain(|open| !signed_in.is_resolved(open, old, listed));
            }
            self.open.extend(report.unconfirmed.take().map(|open| *open));
        }
        match abort {
            Some(abort) => Err(abort),
            None => Ok(reports),
        }
    }

    /// Reports the outcome of a change, and delivers its secret.
    async fn told(
        &mut self,
        job: &Job,
        mut report: Report,
        place: &str,
        interrupt: &Interrupt,
    ) -> (Report, Option<PromptAbort>) {
        let words = report.words.iter().chain(&report.delivered).chain(&report.advice);
        for (at, words) in words.enumerate() {
            let place = if at == 0 { place } else { "" };
            self.prompter.say(&ended(&format!("{place}{words}")));
        }
        let made = report.made.take().filter(|_| job.to == Some(To::Output));
        let Some(made) = made else { return (report, None) };
        match interrupt.take() {
            None => {}
            Some(INTERRUPT) => {
                self.prompter.say("Not quitting yet: store the secret first.");
            }
            // After another signal than Ctrl-C, no user may be present.
            Some(signal) => {
                self.keep(&made).await;
                return (report, Some(PromptAbort::Signal(signal)));
            }
        }
        let handed_over = self.hand_over_secret(*made).await;
        (report, handed_over.err())
    }

    /// Prints the secret, or delivers it elsewhere, until the user has stored it.
    async fn hand_over_secret(&mut self, made: Made) -> Result<(), PromptAbort> {
        let help = "The server does not send this secret again. A file must not exist yet, and \
                    only you can read it; so it is in axtok's own folder. A command gets the \
                    secret on its standard input.";
        self.prompter
            .say("You won't be able to see this token again. Store it now. It is not shown yet.");
        let mut seen = false;
        let mut asked_to_leave = false;
        loop {
            let question = "Type show, file PATH, command LINE, check, try, stored, or keep:";
            let done = match self.prompter.command(question, help).await {
                Ok((what, rest)) => self.handle_secret(what, &rest, &made, &mut seen).await,
                Err(abort) => Err(abort),
            };
            match done {
                Ok(true) => return Ok(()),
                Ok(false) => {}
                Err(PromptAbort::Back) => {
                    self.prompter.say("The secret is not stored yet. Type stored when it is.");
                }
                Err(PromptAbort::Signal(INTERRUPT)) if !asked_to_leave => {
                    asked_to_leave = true;
                    self.prompter.say(
                        "The secret is not stored yet. Press Ctrl-C again to save it in axtok's \
                         own folder and quit.",
                    );
                }
                Err(PromptAbort::SecretKept) => return Err(PromptAbort::SecretKept),
                Err(abort) => {
                    self.keep(&made).await;
                    return Err(if abort == PromptAbort::End {
                        PromptAbort::SecretKept
                    } else {
                        abort
                    });
                }
            }
        }
    }

    /// Does one of the things that can be done with a secret. Returns whether it is stored then.
    /// `seen` says whether it was printed, or compared with what the user stored.
    async fn handle_secret(
        &mut self,
        what: Secret,
        rest: &str,
        made: &Made,
        seen: &mut bool,
    ) -> Result<bool, PromptAbort> {
        match what {
            Secret::Show if !secret::can_be_shown(&made.secret) => {
                self.prompter.say(&format!("Not shown: {}.", secret::NOT_SHOWN));
            }
            Secret::Show => {
                *seen = true;
                if secret::to_output(&made.secret).is_err() {
                    self.keep(made).await;
                    return Err(PromptAbort::SecretKept);
                }
            }
            Secret::Stored if *seen => {
                self.signed_in.stored(made, None).await;
                self.prompter.say("Done. The secret will not be shown again.");
                return Ok(true);
            }
            Secret::Stored => {
                self.prompter.say("The secret was not shown yet: type show first.");
            }
            Secret::Keep => {
                self.keep(made).await;
                return Ok(true);
            }
            Secret::File => {
                let sink = Sink::file(rest, Some(&self.start.home));
                return Ok(self.give(made, sink.map_err(|e| e.to_string())).await);
            }
            Secret::Command => {
                let sink = Sink::command(rest).map_err(|e| e.to_string());
                return Ok(self.give(made, sink).await);
            }
            Secret::Check => {
                let help = "Paste the token from where you stored it. A terminal does not show it.";
                let pasted = self.prompter.ask_hidden("Paste what you stored:", help).await?;
                match pasted::token(&pasted) {
                    Err(why) => self.prompter.say(&format!("What you pasted {why}.")),
                    Ok(pasted) if made.secret.is_same(&pasted) => {
                        *seen = true;
                        self.prompter.say("It matches. Type stored to finish.");
                    }
                    Ok(_) => self.prompter.say("This does not match. Store the secret again."),
                }
            }
            Secret::Try => {
                let tried = self.signed_in.try_secret(made);
                match self.prompter.unless_signal(tried).await? {
                    Ok(words) | Err(words) => self.prompter.say(&sentence(&words)),
                }
            }
        }
        Ok(false)
    }

    /// Delivers the secret to a file or command. Returns whether that worked.
    async fn give(&self, made: &Made, sink: Result<Sink, String>) -> bool {
        let taken = match sink {
            Ok(sink) => {
                let name = made.name.as_ref().map(ToString::to_string).unwrap_or_default();
                let id = made.id.as_ref().map(ToString::to_string).unwrap_or_default();
                let given = self.signed_in.deliver(made, &sink, &ops::about(&name, &id)).await;
                given.map_err(|e| e.with_secret_kept())
            }
            Err(why) => Err(why),
        };
        match taken {
            Ok(delivered) => {
                self.prompter.say(&ended(&delivered.describe()));
                true
            }
            Err(why) => {
                self.prompter.say(&format!("Not delivered: {why}."));
                false
            }
        }
    }

    /// Saves a secret that has no destination yet, before axtok quits.
    async fn keep(&self, made: &Made) {
        let words = match undelivered::keep(&made.secret, made.id.as_ref()).await {
            Ok(file) => undelivered::kept_words(&file),
            Err(why) => {
                format!("the secret is lost ({why}): regenerate the token to get a new one")
            }
        };
        self.prompter.say(&ended(&words));
    }
}
