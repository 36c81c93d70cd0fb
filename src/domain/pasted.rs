//! Cleans up pasted tokens. Text around the token that is certainly not part of it is
//! removed; a text with anything else that no token has is refused, so that it is never
//! sent.

use std::borrow::Cow;

use zeroize::Zeroizing;

use super::{Secret, SecretKind, secret::PREFIXES};

/// Why a text is not a token. The message never repeats any of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAToken {
    /// Nothing is left after cleaning up.
    #[error("is empty")]
    Nothing,
    /// There are several lines with text.
    #[error("has {0} lines: it must be the token and nothing else")]
    Lines(usize),
    /// There is white space within the token.
    #[error("contains white space: use the token only, as one word")]
    WhiteSpace,
    /// A quotation mark has no partner at the other end.
    #[error("has a quotation mark at one end only: use the token without quotes")]
    Quote,
    /// There are characters that no token has.
    #[error("contains characters that no token has: copy it again")]
    Letters,
    /// The text is a variable such as `$AXIOM_TOKEN`.
    #[error("is the name of a variable, not its value")]
    Variable,
    /// The token is masked, as in `xaat-…`, or a documentation example.
    #[error("is a placeholder or a masked token: copy the whole token")]
    Placeholder,
    /// There are two tokens, or one pasted twice.
    #[error("contains more than one token: use only one")]
    Two,
    /// The text is longer than any token.
    #[error("is too long to be a token: use the token only")]
    TooLong,
}

/// Longest accepted token, in bytes: many times the length of a real one.
const LONGEST: usize = 4096;

/// Opening and closing quotation marks.
const QUOTES: [(char, char); 8] = [
    ('"', '"'),
    ('\'', '\''),
    ('`', '`'),
    ('\u{201c}', '\u{201d}'),
    ('\u{2018}', '\u{2019}'),
    ('\u{201e}', '\u{201c}'),
    ('\u{ab}', '\u{bb}'),
    ('<', '>'),
];

/// Characters that occur in no token with a known prefix; other tokens may have them.
const NEVER: &str = "\"'`<>(){}[]\\|,;$*&%#!?=:@^";

/// Extracts the token from a pasted text: removes white space, quotation marks, invisible
/// characters, `export AXIOM_TOKEN=`, `Authorization:` and `Bearer` around it.
///
/// # Errors
/// When the text is not a single token. The error never repeats any of the text.
pub fn token(text: &str) -> Result<Secret, NotAToken> {
    let visible: Zeroizing<String> =
        Zeroizing::new(text.chars().filter(|c| !is_invisible(*c)).collect());
    let lines = visible.lines().filter(|line| !line.trim().is_empty()).count();
    if lines > 1 {
        return Err(NotAToken::Lines(lines));
    }
    let token = unwrapped(visible.trim());
    check(token)?;
    Ok(Secret::new(token.to_owned()))
}

/// Whether a character is invisible: a byte order mark, a zero-width character, or one
/// that changes the writing direction.
const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Removes everything around the token, layer by layer.
fn unwrapped(mut text: &str) -> &str {
    while let Some(inner) = layer(text) {
        text = inner.trim();
    }
    text
}

fn layer(text: &str) -> Option<&str> {
    // A comma as in JSON, or a semicolon as after a command.
    if let Some(inner) = text.strip_suffix([',', ';'])
        && inner.ends_with(|c| QUOTES.iter().any(|(_, close)| *close == c))
    {
        return Some(inner);
    }
    let quoted = |(open, close): &(char, char)| text.strip_prefix(*open)?.strip_suffix(*close);
    if let Some(inner) = QUOTES.iter().find_map(quoted) {
        return Some(inner);
    }
    for word in ["export", "set", "Bearer"] {
        if let Some(rest) = without_word(text, word)
            && rest.starts_with(char::is_whitespace)
        {
            return Some(rest);
        }
    }
    for name in ["AXIOM_TOKEN", "$env:AXIOM_TOKEN", "Authorization", "token"] {
        if let Some(rest) = without_word(text, name)
            && let Some(value) = rest.trim_start().strip_prefix(['=', ':'])
        {
            return Some(value);
        }
    }
    None
}

/// The text after a leading word, ignoring the word's case.
fn without_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let (head, rest) = text.split_at_checked(word.len())?;
    head.eq_ignore_ascii_case(word).then_some(rest)
}

fn check(token: &str) -> Result<(), NotAToken> {
    let at_an_end = |c: char| QUOTES.iter().any(|(open, close)| c == *open || c == *close);
    let is_known = kind(token) != SecretKind::Other;
    if token.is_empty() {
        return Err(NotAToken::Nothing);
    }
    if token.len() > LONGEST {
        return Err(NotAToken::TooLong);
    }
    if token.starts_with(at_an_end) || token.ends_with(at_an_end) {
        return Err(NotAToken::Quote);
    }
    if token.starts_with('$') || (token.starts_with('%') && token.ends_with('%')) {
        return Err(NotAToken::Variable);
    }
    let rest = if is_known { token.split_once('-').map_or(token, |(_, rest)| rest) } else { token };
    let is_mask = |c: char| matches!(c, '*' | '.' | '\u{2026}' | '\u{2022}' | '\u{25cf}' | '-');
    let is_x = |c: char| matches!(c, 'x' | 'X' | '-');
    if rest.chars().all(is_mask)
        || rest.contains("...")
        || rest.contains(['\u{2026}', '\u{2022}'])
        || (is_known && rest.chars().all(is_x))
    {
        return Err(NotAToken::Placeholder);
    }
    if token.contains(char::is_whitespace) {
        return Err(NotAToken::WhiteSpace);
    }
    if !token.chars().all(|c| c.is_ascii_graphic()) {
        return Err(NotAToken::Letters);
    }
    let starts: usize = PREFIXES.iter().map(|(prefix, _)| token.matches(prefix).count()).sum();
    if is_known && starts > 1 {
        return Err(NotAToken::Two);
    }
    if is_known && token.contains(|c| NEVER.contains(c)) {
        return Err(NotAToken::Letters);
    }
    Ok(())
}

fn kind(token: &str) -> SecretKind {
    let known = PREFIXES.iter().find(|(prefix, _)| token.starts_with(prefix));
    known.map_or(SecretKind::Other, |(_, kind)| *kind)
}

/// Words up to this length, in bytes, that have no token prefix are not tokens.
const WORD: usize = 24;

/// Whether a text may contain a token: something with a token prefix, or a long word of
/// letters and digits.
#[must_use]
pub fn may_hold_token(text: &str) -> bool {
    let lower = Zeroizing::new(text.to_ascii_lowercase());
    let begins = PREFIXES.iter().any(|(prefix, _)| lower.contains(prefix));
    let is_long = |word: &str| {
        word.len() > WORD
            && word.contains(|c: char| c.is_ascii_digit())
            && word.contains(|c: char| c.is_ascii_alphabetic())
    };
    begins || text.split(|c: char| !c.is_ascii_alphanumeric() && !"-_+".contains(c)).any(is_long)
}

/// Whether a text begins with a token prefix, ignoring case.
#[must_use]
pub fn begins_as_token(text: &str) -> bool {
    PREFIXES.iter().any(|(prefix, _)| without_word(text.trim_start(), prefix).is_some())
}

/// The address with its user and password, if any, replaced by `…`.
#[must_use]
pub fn without_user(address: &str) -> Cow<'_, str> {
    let Some((scheme, rest)) = address.split_once("//") else { return Cow::Borrowed(address) };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..end].rfind('@') {
        Some(at) => Cow::Owned(format!("{scheme}//\u{2026}{}", &rest[at..])),
        None => Cow::Borrowed(address),
    }
}

/// Shortest text after the prefix, in bytes, that is hidden as a token: a token's name
/// may begin with a prefix too, but is shorter.
const REST: usize = 20;

/// The text with each token hidden: its prefix, then `…`.
#[must_use]
pub fn hide_tokens(text: &str) -> Cow<'_, str> {
    hide_tokens_from(text, REST)
}

/// Like [`hide_tokens`], but hides everything after a token prefix, however short. For texts
/// in which no token names are expected.
#[must_use]
pub fn covered_wholly(text: &str) -> Cow<'_, str> {
    hide_tokens_from(text, 1)
}

fn hide_tokens_from(text: &str, least: usize) -> Cow<'_, str> {
    let lower = Zeroizing::new(text.to_ascii_lowercase());
    if !PREFIXES.iter().any(|(prefix, _)| lower.contains(prefix)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let begins = PREFIXES.iter().find(|(prefix, _)| lower[at..].starts_with(prefix));
        if let Some((prefix, _)) = begins {
            let from = at + prefix.len();
            let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
            let end = text[from..].find(|c| !is_part(c)).map_or(text.len(), |n| from + n);
            if end - from >= least {
                out.push_str(&text[at..from]);
                out.push('\u{2026}');
                at = end;
                continue;
            }
        }
        out.push(c);
        at += c.len_utf8();
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "xaat-0123-canary";

    fn cleaned(text: &str) -> Result<String, NotAToken> {
        token(text).map(|secret| secret.expose().to_owned())
    }

    #[test]
    fn surrounding_text_is_removed() {
        for around in [
            "T",
            " T\r\n",
            "\u{feff}T",
            "\"T\"",
            "'T'",
            "`T`",
            "\u{201c}T\u{201d}",
            "\u{ab}T\u{bb}",
            "<T>",
            "Bearer T",
            "bearer  T",
            "Authorization: Bearer T",
            "'Authorization: Bearer T'",
            "export AXIOM_TOKEN=T",
            "export AXIOM_TOKEN=\"T\"",
            "AXIOM_TOKEN = 'T';",
            "set AXIOM_TOKEN=T",
            "$env:AXIOM_TOKEN = \"T\"",
            "\"token\": \"T\",",
            "token = \"T\"",
            "AXIOM_TOKEN: T",
            "\u{a0}T\u{3000}",
            "\u{200b}T\u{200d}",
            "\n\nT\n\n",
            "\"\u{feff}T\" ",
        ] {
            let around = around.replace("\"token\":", "token:");
            assert_eq!(
                cleaned(&around.replace('T', "@").replace("@OKEN", "TOKEN").replace('@', TOKEN))
                    .as_deref(),
                Ok(TOKEN),
                "{around}"
            );
        }
        assert_eq!(cleaned("xaat-01\u{200b}23-canary").as_deref(), Ok(TOKEN));
        // A token without a known prefix is accepted unchanged.
        assert_eq!(cleaned("a=b;c").as_deref(), Ok("a=b;c"));
        assert_eq!(cleaned("xaapt-1").as_deref(), Ok("xaapt-1"));
    }

    #[test]
    fn ambiguous_text_is_rejected_and_never_quoted() {
        for (text, why) in [
            ("", NotAToken::Nothing),
            (" \r\n ", NotAToken::Nothing),
            ("\u{feff}", NotAToken::Nothing),
            ("\"\"", NotAToken::Nothing),
            ("Bearer ''", NotAToken::Nothing),
            ("xaat-1\nxaat-2", NotAToken::Lines(2)),
            ("xaat-1 xaat-2", NotAToken::WhiteSpace),
            ("export xaat-1 # mine", NotAToken::WhiteSpace),
            ("\"xaat-1", NotAToken::Quote),
            ("xaat-1'", NotAToken::Quote),
            ("\"xaat-1'", NotAToken::Quote),
            ("xaat-1\u{fc}", NotAToken::Letters),
            ("xaat-1\u{1b}[A", NotAToken::Letters),
            ("xaat-1\u{7f}", NotAToken::Letters),
            ("xaat-1,", NotAToken::Letters),
            ("xaat-1\\n", NotAToken::Letters),
            ("x\u{430}at-1", NotAToken::Letters),
            ("$AXIOM_TOKEN", NotAToken::Variable),
            ("${AXIOM_TOKEN}", NotAToken::Variable),
            ("export AXIOM_TOKEN=$TOKEN", NotAToken::Variable),
            ("xaat-", NotAToken::Placeholder),
            ("xaat-...", NotAToken::Placeholder),
            ("xaat-0123\u{2026}", NotAToken::Placeholder),
            ("xaat-\u{2022}\u{2022}-\u{2022}", NotAToken::Placeholder),
            ("xaat-****", NotAToken::Placeholder),
            ("xaat-xxxx-xxxx", NotAToken::Placeholder),
            ("xaat-12xaat-12", NotAToken::Two),
            (&"x".repeat(5000), NotAToken::TooLong),
        ] {
            assert_eq!(cleaned(text), Err(why), "{text:?}");
            assert!(!why.to_string().contains("xaat"));
        }
    }

    #[test]
    fn a_token_in_displayed_text_is_hidden() {
        let uuid = "01234567-89ab-cdef-0123-456789abcdef";
        let text = format!("bad xaat-{uuid}: no XAPT-{uuid}!");
        assert_eq!(hide_tokens(&text), "bad xaat-\u{2026}: no XAPT-\u{2026}!");
        for fine in ["a personal token (xapt-) or xaat-", "the token xaat-prod", "\u{fc}ber", ""] {
            assert_eq!(hide_tokens(fine), fine);
        }
        assert_eq!(covered_wholly("no xaat-prod, xapt-"), "no xaat-\u{2026}, xapt-");
        assert!(may_hold_token("no XAAT-1") && may_hold_token(&format!("no {uuid}")));
        assert!(!may_hold_token("no such entry in /usr/lib/x86_64-linux-gnu/store: exit 3"));
    }
}
