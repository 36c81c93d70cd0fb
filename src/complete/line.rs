//! A line of bash, taken apart as far as completion needs it: words without
//! their quotes, and which part of the last one the shell is going to replace.
//! And the way back: a text, quoted so that it is one word and no command.

/// What was typed, up to the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// The words before, the program's name among them, without quotes.
    pub before: Vec<String>,
    /// The word at the cursor, without quotes; empty if it is yet to come.
    pub word: String,
    /// How much of that word the shell leaves as it is, in bytes.
    pub kept: usize,
    /// The quote that is open at the cursor.
    pub quote: Option<char>,
}

impl Typed {
    /// Takes a line apart. bash replaces what follows the last of `breaks`, or the
    /// quote that is open. `None` where a file is named for a redirection: that
    /// is no argument.
    #[must_use]
    pub fn of_bash(line: &str, breaks: &str) -> Option<Self> {
        let mut typed = Self::default();
        let (mut is_word, mut is_target) = (false, false);
        let mut opened = 0;
        let mut chars = line.chars();
        while let Some(c) = chars.next() {
            match (typed.quote, c) {
                (Some(quote), c) if c == quote => typed.quote = None,
                (Some('"'), '\\') => match chars.next() {
                    Some(next @ ('$' | '`' | '"' | '\\')) => typed.word.push(next),
                    next => typed.word.extend(std::iter::once('\\').chain(next)),
                },
                (Some(_), c) => typed.word.push(c),
                (None, '\\') => {
                    is_word = true;
                    typed.word.extend(chars.next());
                }
                (None, '\'' | '"') => {
                    is_word = true;
                    typed.quote = Some(c);
                    opened = typed.word.len();
                }
                (None, ' ' | '\t' | '\n' | '<' | '>') => {
                    let is_redirection = matches!(c, '<' | '>');
                    // The number of a file: `2>`.
                    let is_number =
                        is_redirection && typed.word.bytes().all(|b| b.is_ascii_digit());
                    let word = std::mem::take(&mut typed.word);
                    if is_word && !is_number {
                        if !is_target {
                            typed.before.push(word);
                        }
                        is_target = false;
                    }
                    is_target |= is_redirection;
                    (is_word, typed.kept) = (false, 0);
                }
                (None, c) => {
                    is_word = true;
                    typed.word.push(c);
                    if breaks.contains(c) {
                        typed.kept = typed.word.len();
                    }
                }
            }
        }
        if typed.quote.is_some() {
            typed.kept = opened;
        }
        (!is_target).then_some(typed)
    }

    /// Words that the shell has taken apart; the last one, as it was typed, is at
    /// the cursor.
    #[must_use]
    pub fn of_words(words: &[String]) -> Option<Self> {
        let (word, before) = words.split_last()?;
        // Only its quotes matter: where it has blanks, they are part of it.
        let mut blanks = word.chars().filter(|c| c.is_whitespace());
        let typed = if blanks.next().is_some() && !word.contains(['\'', '"', '\\']) {
            Self { word: word.clone(), ..Self::default() }
        } else {
            Self::of_bash(word, "").unwrap_or_default()
        };
        Some(Self { before: before.to_vec(), kept: 0, ..typed })
    }

    /// What bash is to put in the place of what it replaces; `None` if this does
    /// not go on with what was typed.
    #[must_use]
    pub fn replacement(&self, value: &str) -> Option<String> {
        let rest = value.strip_prefix(self.word.get(..self.kept)?)?;
        Some(match self.quote {
            Some('\'') => rest.replace('\'', "'\\''"),
            Some(_) => in_double_quotes(rest),
            None => without_quotes(rest),
        })
    }
}

/// A backslash before everything that may mean something.
fn without_quotes(text: &str) -> String {
    let means_nothing = |c: char| c.is_alphanumeric() || !c.is_ascii() || "_-+=:,./@%".contains(c);
    let mut out = String::new();
    for c in text.chars() {
        if !means_nothing(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// In double quotes a backslash does not take the history out of `!`.
fn in_double_quotes(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '$' | '`' | '"' | '\\' => out.extend(['\\', c]),
            '!' => out.push_str("\"'!'\""),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests;
