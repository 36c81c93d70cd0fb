//! Splits a bash command line as far as completion needs it: words without their quotes, and the
//! part of the last word that the shell will replace. Also the reverse: quotes a text so that
//! bash reads it as one word.

/// A command line up to the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// The words before the cursor's, including the program's name, without quotes.
    pub before: Vec<String>,
    /// The word at the cursor, without quotes; empty if none has begun.
    pub word: String,
    /// Length of the part of that word that the shell keeps, in bytes.
    pub kept: usize,
    /// The quote that is open at the cursor.
    pub quote: Option<char>,
}

impl Typed {
    /// Splits a line. bash replaces what follows the last of `breaks`, or the open quote. `None`
    /// at the target of a redirection, which is not an argument.
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
                    // The number of a file descriptor, as in `2>`.
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

    /// Takes words that the shell has split. The last one is at the cursor, as it was typed.
    #[must_use]
    pub fn of_words(words: &[String]) -> Option<Self> {
        let (word, before) = words.split_last()?;
        // Only quotes need removing: white space without quotes is part of the word.
        let mut blanks = word.chars().filter(|c| c.is_whitespace());
        let typed = if blanks.next().is_some() && !word.contains(['\'', '"', '\\']) {
            Self { word: word.clone(), ..Self::default() }
        } else {
            Self::of_bash(word, "").unwrap_or_default()
        };
        Some(Self { before: before.to_vec(), kept: 0, ..typed })
    }

    /// The text for bash to insert in place of what it replaces; `None` if `value` does not
    /// continue what was typed.
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

/// Escapes every character that may be special, with a backslash.
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

/// Escapes for double quotes, in which a backslash does not stop history expansion of `!`.
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
