//! Questions and answers on standard output and input. Also handles signals and the end of the
//! input. Prints only text and line breaks.

use std::{
    io::{self, BufRead, IsTerminal as _, Read as _, Write as _},
    thread,
};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use zeroize::Zeroizing;

use crate::{
    commands::{output, words::shown},
    domain::{SafeText, confirm::Confirmation, text},
    ops::Interrupt,
};

/// The longest line that is accepted, in bytes.
const LONGEST: u64 = 64 * 1024;

/// A line of input, or why it is not accepted.
type Line = Result<String, &'static str>;

/// The width of the output, in columns.
const WIDTH: usize = 72;

/// Why a question has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PromptAbort {
    /// The user goes back one step.
    Back,
    /// The input has ended.
    End,
    /// This signal arrived.
    Signal(i32),
    /// The input has ended before a secret was stored; it was saved to a file.
    SecretKept,
}

/// Asks questions and reads the answers.
#[derive(Debug)]
pub struct Prompter {
    answers: UnboundedReceiver<Line>,
    /// The input is not a terminal, so that nothing echoes the answers.
    is_piped: bool,
    /// The signals since the start.
    pub interrupt: Interrupt,
    /// The last answer was `q`.
    pub said_q: bool,
}

impl Prompter {
    /// Starts to read standard input.
    #[must_use]
    pub fn begin() -> Self {
        let (sender, answers) = unbounded_channel();
        // A separate thread, so that signals are handled while it waits for input. It ends with
        // the program.
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

    /// Prints a text, wrapped.
    pub fn say(&self, words: &str) {
        self.indented("", words);
    }

    /// Prints an item of a numbered list, wrapped.
    pub fn item(&self, number: usize, words: &str) {
        self.indented(&format!("{number}. "), words);
    }

    #[expect(clippy::unused_self, reason = "the methods of asking belong together")]
    fn indented(&self, first: &str, words: &str) {
        let indent = " ".repeat(first.len());
        let mut out = output::lock();
        let words = shown(words, io::stdout().is_terminal());
        for (at, line) in text::wrapped(&words, WIDTH - first.len()).iter().enumerate() {
            let before = if at == 0 { first } else { &indent };
            // If standard output is closed, the input ends soon too.
            let _ = writeln!(out, "{}", format!("{before}{line}").trim_end());
        }
        let _ = out.flush();
    }

    /// Prints a text for a machine line by line, without wrapping it.
    #[expect(clippy::unused_self, reason = "the methods of asking belong together")]
    pub fn verbatim(&self, text: &str) {
        let mut out = output::lock();
        for line in text.lines() {
            let _ = writeln!(out, "{}", SafeText::from(line));
        }
        let _ = out.flush();
    }

    /// Asks for a text. An empty line means the default, or goes back if there is none.
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

    /// Asks for a token, which a terminal does not show.
    pub async fn ask_hidden(
        &mut self,
        question: &str,
        help: &str,
    ) -> Result<Zeroizing<String>, PromptAbort> {
        loop {
            let hidden = Hidden::begin();
            let answer = self.hear(&format!("{question} ")).await.map(Zeroizing::new);
            if hidden.is_some() {
                self.say("");
            }
            drop(hidden);
            let answer = answer?;
            match answer.trim() {
                "?" => self.say(help),
                "q" | "" => return Err(PromptAbort::Back),
                _ => return Ok(answer),
            }
        }
    }

    /// Asks the user to type what confirms a change, before it is sent. That counts before `?`
    /// and `q`, since a token can have any name.
    pub async fn confirm(&mut self, wanted: &Confirmation) -> Result<(), PromptAbort> {
        let question = format!("Type {wanted} to continue: ");
        loop {
            let answer = self.hear(&question).await?;
            match answer.trim() {
                answer if wanted.is_typed(answer) => return Ok(()),
                "?" => self.say("Nothing has been sent yet. Any other answer goes back."),
                "" | "q" => return Err(PromptAbort::Back),
                _ => {
                    self.say("The text does not match: nothing was sent.");
                    return Err(PromptAbort::Back);
                }
            }
        }
    }

    /// Waits for a future, or until a signal arrives.
    pub async fn unless_signal<T>(&self, what: impl Future<Output = T>) -> Result<T, PromptAbort> {
        tokio::select! {
            biased;
            done = what => Ok(done),
            () = self.interrupt.received() => Err(PromptAbort::Signal(self.interrupt.take().unwrap_or(2))),
        }
    }

    /// Asks a question and waits for a line. Asks again if a line is too long or not UTF-8.
    pub(super) async fn hear(&mut self, question: &str) -> Result<String, PromptAbort> {
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
            () = self.interrupt.received() => Err(PromptAbort::Signal(self.interrupt.take().unwrap_or(2))),
        };
        if self.is_piped || answer.is_err() {
            self.say("");
        }
        let answer = answer?;
        self.said_q = answer.as_ref().is_ok_and(|answer| answer.trim() == "q");
        Ok(answer)
    }
}

/// While it lives, the terminal does not show what is typed.
struct Hidden(Termios);

impl Hidden {
    /// `None` if standard input is not a terminal.
    fn begin() -> Option<Self> {
        let before = tcgetattr(io::stdin()).ok()?;
        let mut hidden = before.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        tcsetattr(io::stdin(), OptionalActions::Now, &hidden).ok()?;
        Some(Self(before))
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
    }
}

/// The next line of the input. `None` at its end, or when reading fails.
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
    fn a_rejected_line_does_not_affect_the_next() {
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
