//! Sends a change and delivers its secret. Prints the secret only after the user types `show`,
//! and keeps it until the user confirms that it is stored.

use std::time::Duration;

use super::{PlainUi, prompter::PromptAbort};
use crate::{
    cli::args::SecretTo,
    commands::{
        change::{self, Job},
        exit,
        secret::{self, To},
    },
    domain::TokenId,
    ops::{self, Listed, Made},
    sink::Sink,
};

/// How long to check for the outcome after a lost response.
const PATIENCE: Duration = Duration::from_secs(30);

/// The signal of Ctrl-C.
const INTERRUPT: i32 = rustix::process::Signal::INT.as_raw();

const DESTINATIONS: [&str; 3] =
    ["print it here when you type show", "save it to a new file", "send it to a command"];

/// The sentence with a full stop. Its first letter may belong to a name, so it does not change.
fn ended(words: &str) -> String {
    let stop = if words.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{words}{stop}")
}

/// The destination of a secret.
pub struct Destination {
    /// The destination.
    pub to: To,
    /// The destination in words, after "The secret".
    pub words: String,
}

impl PlainUi<'_> {
    /// Asks for the secret's destination, and checks it.
    pub(super) async fn secret_destination(
        &mut self,
        old: Option<&TokenId>,
    ) -> Result<Destination, PromptAbort> {
        let help = "The server sends the secret only once. A file must not exist yet, and only you \
                    can read it. A command gets the secret on its standard input, without a \
                    shell.";
        loop {
            let mut args = SecretTo::default();
            let words =
                match self.prompter.menu("Where does the secret go?", &DESTINATIONS, help).await? {
                    0 => {
                        let words = "is printed here when you type show".to_owned();
                        return Ok(Destination { to: To::Output, words });
                    }
                    1 => {
                        let path = self.prompter.ask("Path of the new file:", None, help).await?;
                        let words = format!("is saved to the new file {path}");
                        args.secret_file = Some(path);
                        words
                    }
                    _ => {
                        let line = self.prompter.ask("Command:", None, help).await?;
                        let words = format!("is sent to the command {line}");
                        args.secret_command = Some(line);
                        words
                    }
                };
            match secret::places(&args, &[old], false, &self.start.home) {
                Ok(mut to) => {
                    if let Some(to) = to.pop() {
                        return Ok(Destination { to, words });
                    }
                }
                Err(error) => self.prompter.say(&format!("Not possible: {}.", error.message)),
            }
        }
    }

    /// Sends a change, reports the outcome, and delivers the secret.
    pub(super) async fn send(&mut self, job: &Job, listed: &Listed) -> Result<(), PromptAbort> {
        self.prompter
            .say("Sending. After a lost response, checking the outcome takes half a minute.");
        let interrupt = self.prompter.interrupt.clone();
        let mut report = change::one(&self.signed_in, job, listed, PATIENCE, &interrupt).await;
        if let (exit::DONE, Some(old)) = (report.status, job.old()) {
            self.signed_in.close_entries(&self.open, old, listed).await;
        }
        for words in report.words.iter().chain(&report.delivered).chain(&report.advice) {
            self.prompter.say(&ended(words));
        }
        let Some(made) = report.made.take() else { return Ok(()) };
        if job.to == Some(To::Output) {
            match interrupt.take() {
                None => {}
                Some(INTERRUPT) => {
                    self.prompter.say("Not quitting yet: store the secret first.");
                }
                // After another signal than Ctrl-C, no user may be present.
                Some(signal) => {
                    self.keep(&made).await;
                    return Err(PromptAbort::Signal(signal));
                }
            }
            return self.hand_over_secret(*made).await;
        }
        Ok(())
    }

    /// Prints the secret, or delivers it elsewhere, until the user has stored it.
    async fn hand_over_secret(&mut self, made: Made) -> Result<(), PromptAbort> {
        let help = "show prints the secret. file PATH saves it to a new file. command LINE sends \
                    it to a command. stored confirms that you stored it. keep saves it in axtok's \
                    own folder, where only you can read it.";
        self.prompter
            .say("You won't be able to see this token again. Store it now. It is not shown yet.");
        let mut shown = false;
        let mut asked_to_leave = false;
        loop {
            let question = "Type show, file PATH, command LINE, stored, or keep:";
            let answer = match self.prompter.ask(question, None, help).await {
                Ok(answer) => answer,
                Err(PromptAbort::Back) => {
                    self.prompter.say("The secret is not stored yet. Type stored when it is.");
                    continue;
                }
                Err(PromptAbort::Signal(INTERRUPT)) if !asked_to_leave => {
                    asked_to_leave = true;
                    self.prompter.say(
                        "The secret is not stored yet. Press Ctrl-C again to save it in axtok's \
                         own folder and quit.",
                    );
                    continue;
                }
                Err(abort) => {
                    self.keep(&made).await;
                    return Err(if abort == PromptAbort::End {
                        PromptAbort::SecretKept
                    } else {
                        abort
                    });
                }
            };
            let (word, rest) = answer.split_once(' ').unwrap_or((answer.as_str(), ""));
            match (word, rest.trim()) {
                ("show", "") if !secret::can_be_shown(&made.secret) => {
                    self.prompter.say(&format!("Not shown: {}.", secret::NOT_SHOWN));
                }
                ("show", "") => {
                    shown = true;
                    if secret::to_output(&made.secret).is_err() {
                        self.keep(&made).await;
                        return Err(PromptAbort::SecretKept);
                    }
                }
                ("stored", "") if shown => {
                    self.signed_in.stored(&made).await;
                    self.prompter.say("Done. The secret will not be shown again.");
                    return Ok(());
                }
                ("stored", "") => {
                    self.prompter.say("The secret was not shown yet: type show first.");
                }
                ("keep", "") => {
                    self.keep(&made).await;
                    return Ok(());
                }
                ("file", path) => {
                    let sink = Sink::file(path, Some(&self.start.home));
                    if self.give(&made, sink.map_err(|e| e.to_string())).await {
                        return Ok(());
                    }
                }
                ("command", line) => {
                    let sink = Sink::command(line).map_err(|e| e.to_string());
                    if self.give(&made, sink).await {
                        return Ok(());
                    }
                }
                _ => self.prompter.say("Type one of these words, or ? for help."),
            }
        }
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
        let words = match secret::keep(&made.secret, made.id.as_ref()).await {
            Ok(file) => secret::kept_words(&file),
            Err(why) => {
                format!("the secret is lost ({why}): regenerate the token to get a new one")
            }
        };
        self.prompter.say(&ended(&words));
    }
}
