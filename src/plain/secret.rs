//! Sending a change, and what becomes of its secret: it is printed only after
//! `show` was typed, and is not let go before somebody has said that it is
//! stored.

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
    ops::{Listed, Made},
    sink::Sink,
};

/// How long a lost answer is looked for.
const PATIENCE: Duration = Duration::from_secs(30);

/// The signal of Ctrl-C.
const INTERRUPT: i32 = rustix::process::Signal::INT.as_raw();

const DESTINATIONS: [&str; 3] =
    ["print it here, once you type show", "write it into a new file", "give it to a command"];

/// The words with a full stop. A name at their beginning stays as it is.
fn ended(words: &str) -> String {
    let stop = if words.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{words}{stop}")
}

/// Where a secret will go.
pub struct Destination {
    pub to: To,
    pub words: String,
}

impl PlainUi<'_> {
    /// Asks where the secret goes, and looks at the place.
    pub(super) async fn secret_destination(&mut self, old: Option<&TokenId>) -> Result<Destination, PromptAbort> {
        let help = "The secret comes only once. A file is made new and only you can read it; a \
                    command gets the secret on its standard input, without a shell.";
        loop {
            let mut args = SecretTo::default();
            let words = match self.prompter.menu("Where does its secret go?", &DESTINATIONS, help).await? {
                0 => {
                    let words = "is printed here once you type show".to_owned();
                    return Ok(Destination { to: To::Output, words });
                }
                1 => {
                    let path = self.prompter.ask("Path of the new file:", None, help).await?;
                    let words = format!("goes to the new file {path}");
                    args.secret_file = Some(path);
                    words
                }
                _ => {
                    let line = self.prompter.ask("Command:", None, help).await?;
                    let words = format!("goes to the command {line}");
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

    /// Sends a change, says how it ended, and hands its secret out.
    pub(super) async fn send(&mut self, job: &Job, listed: &Listed) -> Result<(), PromptAbort> {
        self.prompter.say("Sending. If the answer is lost, looking for it takes half a minute.");
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
                    self.prompter.say("You wanted to leave: there is a secret to be stored first.");
                }
                // Nobody need be there to answer.
                Some(signal) => {
                    self.keep(&made).await;
                    return Err(PromptAbort::Signal(signal));
                }
            }
            return self.hand_out(*made).await;
        }
        Ok(())
    }

    /// Shows the secret, or gives it elsewhere, until it is stored.
    async fn hand_out(&mut self, made: Made) -> Result<(), PromptAbort> {
        let help = "show prints the secret. file PATH writes it into a new file, command LINE \
                    gives it to a command. stored says that you have it. keep writes it into \
                    axtok's own folder, where only you can read it, and leaves.";
        self.prompter.say("You won't be able to get this secret again. It is not shown yet.");
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
                        "The secret is not stored yet. Ctrl-C once more keeps it in axtok's own \
                         folder and leaves.",
                    );
                    continue;
                }
                Err(abort) => {
                    self.keep(&made).await;
                    return Err(if abort == PromptAbort::End { PromptAbort::SecretKept } else { abort });
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
                    self.prompter.say("Good. It will not be shown again.");
                    return Ok(());
                }
                ("stored", "") => self.prompter.say("It was not shown yet: type show first."),
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
                _ => self.prompter.say("Type one of these words, or ? for what they mean."),
            }
        }
    }

    /// Whether a sink has taken the secret.
    async fn give(&self, made: &Made, sink: Result<Sink, String>) -> bool {
        let taken = match sink {
            Ok(sink) => {
                let given = self.signed_in.deliver(made, &sink, &[]).await;
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
                self.prompter.say(&format!("Not taken: {why}."));
                false
            }
        }
    }

    /// Nobody has it yet, and the program ends or the user leaves.
    async fn keep(&self, made: &Made) {
        let words = match secret::keep(&made.secret, made.id.as_ref()).await {
            Ok(file) => secret::kept_words(&file),
            Err(why) => format!("the secret is lost ({why}): regenerate the token"),
        };
        self.prompter.say(&ended(&words));
    }
}
