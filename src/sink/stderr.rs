//! Decides whether a command's message may be shown. The command had the secret, so its message
//! may contain it, whole or in part.

use std::collections::HashSet;

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD as BASE64};
use zeroize::Zeroizing;

use super::CommandOutput;
use crate::domain::{SafeText, secret::PREFIXES};

/// The shortest piece of a secret that counts as quoting it, in bytes.
const PART: usize = 8;

/// The longest line that is shown, in characters.
const LINE: usize = 200;

/// The first line that is not blank, unless anything in the output looks like a secret.
pub fn output(bytes: &[u8], secret: &str) -> CommandOutput {
    let text = String::from_utf8_lossy(bytes);
    let Some(line) = text.lines().map(str::trim).find(|line| !line.is_empty()) else {
        return CommandOutput::Nothing;
    };
    if quotes(bytes, secret) {
        return CommandOutput::Hidden;
    }
    CommandOutput::Line(SafeText::from(line.chars().take(LINE).collect::<String>()))
}

/// Whether the bytes contain any token, or a piece of this one: as it is, in another case, or as
/// base64.
fn quotes(bytes: &[u8], secret: &str) -> bool {
    let lower = |bytes: &[u8]| Zeroizing::new(bytes.to_ascii_lowercase());
    let bytes = lower(bytes);
    if PREFIXES.iter().any(|(p, _)| bytes.windows(p.len()).any(|w| w == p.as_bytes())) {
        return true;
    }
    let mut forms = vec![lower(secret.as_bytes())];
    forms.extend((0..3).filter_map(|shift| {
        // The characters at both ends mix in bits of whatever surrounds the secret.
        let shifted = Zeroizing::new([&[0; 2][..shift], secret.as_bytes()].concat());
        let encoded = Zeroizing::new(BASE64.encode(&*shifted));
        encoded.get(4..encoded.len().saturating_sub(4)).map(|inner| lower(inner.as_bytes()))
    }));
    forms.iter().filter(|form| !form.is_empty()).any(|form| {
        let part = form.len().min(PART);
        let seen: HashSet<&[u8]> = bytes.windows(part).collect();
        form.windows(part).any(|w| seen.contains(w))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "canary-0123456789-abcdef";

    #[test]
    fn the_first_line_is_shown_sanitized_and_truncated() {
        assert_eq!(output(b"", SECRET), CommandOutput::Nothing);
        assert_eq!(output(b" \n\n", SECRET), CommandOutput::Nothing);
        assert_eq!(
            output(b"\n not unlocked \r\nmore", SECRET),
            CommandOutput::Line("not unlocked".into())
        );
        let CommandOutput::Line(line) = output(b"\x1b[2Jgone\xff", SECRET) else { panic!() };
        assert_eq!(line.shown(), "<U+001B>[2Jgone\u{fffd}");
        let CommandOutput::Line(line) = output("é".repeat(500).as_bytes(), SECRET) else {
            panic!()
        };
        assert_eq!(line.raw().chars().count(), 200);
    }

    #[test]
    fn output_that_could_be_a_secret_is_hidden() {
        let mut shifted: Vec<String> = ["", "u", "us"]
            .iter()
            .map(|before| BASE64.encode(format!("{before}{SECRET}")))
            .collect();
        shifted.extend([
            format!("no: {SECRET}"),
            "first line\nsecond canary-0".to_owned(),
            SECRET.to_uppercase(),
            "456789-a".to_owned(),
            "another: xaat-1".to_owned(),
            "XAPT-1".to_owned(),
            "xait-".to_owned(),
        ]);
        for text in shifted {
            assert_eq!(output(text.as_bytes(), SECRET), CommandOutput::Hidden, "{text}");
        }
    }

    #[test]
    fn short_and_empty_secrets_hide_only_matching_output() {
        assert_eq!(output(b"it is abc", "abc"), CommandOutput::Hidden);
        assert_eq!(output(b"fine", "abc"), CommandOutput::Line("fine".into()));
        assert_eq!(output(b"fine", ""), CommandOutput::Line("fine".into()));
    }
}
