//! A conversation: prints lines, asks, and hears answers, signals and the end of
//! the input. Nothing but text and line ends is ever printed.

use std::{
    io::{self, BufRead, IsTerminal as _, Read as _, Write as _},
    thread,
};

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::{
    commands::{output, words::shown},
    domain::text,
    ops::Interrupt,
};

/// Longest line that is read, in bytes.
const LONGEST: u64 = 64 * 1024;

/// A line that was typed, or why it is no answer.
type Line = Result<String, &'static str>;

/// Columns after which a line is broken.
const WIDTH: usize = 72;

/// Why a question has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PromptAbort {
    /// The user goes back.
    Back,
    /// The input has ended.
    End,
    /// A signal came.
    Signal(i32),
    /// It ended, and a secret had to be kept in a file.
    SecretKept,
}

/// Who talks with the user.
#[derive(Debug)]
pub struct Prompter {
    answers: UnboundedReceiver<Line>,
    /// What was typed is not seen: it comes from a pipe.
    is_piped: bool,
    pub interrupt: Interrupt,
    /// The last answer was `q`.
    pub said_q: bool,
}

impl Prompter {
    #[must_use]
    pub fn begin() -> Self {
        let (sender, answers) = unbounded_channel();
        // Apart, so that a signal is heard while nobody types. It is left behind
        // when the program ends.
        thread::spawn(move || {
            let mut input = io::stdin().lock();
            while let Some(line) = line(&mut input) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        let is_piped = !io::stdin().is_terminal();
        Self { answers, is_piped, interrupt: Interrupt::listen(), said_q: false }
    }

    /// Prints a text, broken into lines.
    pub fn say(&self, words: &str) {
        self.indented("", words);
    }

    /// Prints one of a numbered list.
    pub fn item(&self, number: usize, words: &str) {
        self.indented(&format!("{number}. "), words);
    }

    #[expect(clippy::unused_self, reason = "who talks is one person")]
    fn indented(&self, first: &str, words: &str) {
        let indent = " ".repeat(first.len());
        let mut out = output::lock();
        let words = shown(words, io::stdout().is_terminal());
        for (at, line) in text::wrapped(&words, WIDTH - first.len()).iter().enumerate() {
            let before = if at == 0 { first } else { &indent };
            // Where nobody listens, the input ends soon too.
            let _ = writeln!(out, "{}", format!("{before}{line}").trim_end());
        }
        let _ = out.flush();
    }

    /// Asks for a line. An empty one is the default, or goes back without one.
    pub async fn ask(
        &mut self,
        question: &str,
        default: Option<&str>,
        help: &str,
    ) -> Result<String, PromptAbort> {
        let shown = match default {
            Some(default) if !default.is_empty() => format!("{question} [{default}] "),
            _ => format!("{question} "),
        };
        loop {
            let answer = self.hear(&shown).await?;
            match (answer.trim(), default) {
                ("?", _) => self.say(help),
                ("q", _) => return Err(PromptAbort::Back),
                ("", Some(default)) => return Ok(default.to_owned()),
                ("", None) => return Err(PromptAbort::Back),
                (answer, _) => return Ok(answer.to_owned()),
            }
        }
    }

    /// Asks for one of a numbered list; its position comes back.
    pub async fn menu(
        &mut self,
        question: &str,
        choices: &[impl AsRef<str>],
        help: &str,
    ) -> Result<usize, PromptAbort> {
        self.say("");
        self.say(question);
        for (at, choice) in choices.iter().enumerate() {
            self.item(at + 1, choice.as_ref());
        }
        loop {
            let answer = self.ask("Number:", None, help).await?;
            match answer.parse::<usize>() {
                Ok(number) if (1..=choices.len()).contains(&number) => return Ok(number - 1),
                _ => self.say(&format!("Type a number from 1 to {}.", choices.len())),
            }
        }
    }

    /// Asks for a word to be typed before something is sent.
    pub async fn confirm(&mut self, wanted: &str) -> Result<(), PromptAbort> {
        let question = format!("Type {wanted} to go on:");
        let help = "Nothing has been sent yet. Anything else goes back.";
        if self.ask(&question, None, help).await? == wanted.trim() {
            return Ok(());
        }
        self.say("That is not what was asked for: nothing was sent.");
        Err(PromptAbort::Back)
    }

    /// Waits for something that a signal may cut short.
    pub async fn unless_signal<T>(&self, what: impl Future<Output = T>) -> Result<T, PromptAbort> {
        tokio::select! {
            biased;
            done = what => Ok(done),
            () = self.interrupt.comes() => Err(PromptAbort::Signal(self.interrupt.take().unwrap_or(2))),
        }
    }

    /// Prints a question, and waits for a line. Asks again after one that is no text.
    async fn hear(&mut self, question: &str) -> Result<String, PromptAbort> {
        loop {
            match self.hear_once(question).await? {
                Ok(answer) => return Ok(answer),
                Err(why) => self.say(why),
            }
        }
    }

    async fn hear_once(&mut self, question: &str) -> Result<Line, PromptAbort> {
        self.said_q = false;
        let mut out = output::lock();
        let lines = text::wrapped(&shown(question, io::stdout().is_terminal()), WIDTH);
        let _ = write!(out, "{}", lines.join("\n")).and_then(|()| out.flush());
        drop(out);
        let answer = tokio::select! {
            answer = self.answers.recv() => answer.ok_or(PromptAbort::End),
            () = self.interrupt.comes() => Err(PromptAbort::Signal(self.interrupt.take().unwrap_or(2))),
        };
        if self.is_piped || answer.is_err() {
            self.say("");
        }
        let answer = answer?;
        self.said_q = answer.as_ref().is_ok_and(|answer| answer.trim() == "q");
        Ok(answer)
    }
}

/// The next line of the input. `None` at its end, or when it cannot be read.
fn line(input: &mut impl BufRead) -> Option<Line> {
    let mut line = Vec::new();
    input.by_ref().take(LONGEST).read_until(b'\n', &mut line).ok().filter(|n| *n > 0)?;
    let mut is_short = true;
    while !line.ends_with(b"\n") && u64::try_from(line.len()).is_ok_and(|n| n == LONGEST) {
        is_short = false;
        line.clear();
        input.by_ref().take(LONGEST).read_until(b'\n', &mut line).ok()?;
    }
    if !is_short {
        return Some(Err("That line is too long. Type a shorter one."));
    }
    Some(String::from_utf8(line).map_err(|_| "That line is not UTF-8 text. Type it again."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_no_text_costs_no_other_line() {
        let long = "x".repeat(3 * 64 * 1024);
        let exact = "y".repeat(64 * 1024 - 1);
        let text = [b"one\n\xff\xfe\ntwo\r\n", long.as_bytes(), b"\n", exact.as_bytes(), b"\n\xc3"];
        let text = text.concat();
        let mut input = text.as_slice();
        let lines: Vec<_> = std::iter::from_fn(|| line(&mut input)).collect();
        let texts: Vec<_> = lines.iter().map(|l| l.as_deref().ok().map(str::trim_end)).collect();
        assert_eq!(texts, [Some("one"), None, Some("two"), None, Some(exact.as_str()), None]);
    }
}
