//! Colour support according to the environment, and a first guess at the background.

use crate::{
    domain::{Background, terminal},
    ui::{Appearance, theme::depth::Depth},
};

/// Looks up a variable.
type Env<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The colours and characters that the terminal can show.
#[must_use]
pub fn appearance(env: Env<'_>, ascii: bool) -> Appearance {
    let value = |name: &str| env(name).unwrap_or_default();
    let depth = Depth::of(&value("COLORTERM"), &value("TERM"));
    let utf8 = terminal::takes_utf8(env);
    Appearance { colour: wanted(env), depth, unicode: utf8 && !ascii, utf8 }
}

/// Whether to use colours. `NO_COLOR` wins if it is not empty, as its convention says;
/// `CLICOLOR_FORCE` overrides `CLICOLOR=0` and a terminal name that means no colours.
fn wanted(env: Env<'_>) -> bool {
    let value = |name: &str| env(name).filter(|value| !value.is_empty());
    if value("NO_COLOR").is_some() {
        return false;
    }
    let forced = value("CLICOLOR_FORCE").is_some_and(|v| v != "0");
    let has = value("TERM").is_none_or(|term| terminal::has_colours(&term));
    forced || (has && value("CLICOLOR").is_none_or(|v| v != "0"))
}

/// The background according to `COLORFGBG`, which some terminals set to colour numbers, the last
/// one for the background. Dark if it is not set.
#[must_use]
pub fn background(env: Env<'_>) -> Background {
    let said = env("COLORFGBG").unwrap_or_default();
    match said.rsplit(';').next().and_then(|number| number.parse().ok()) {
        Some(7_u8 | 9..=15) => Background::Light,
        _ => Background::Dark,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with<'a>(pairs: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<String> + 'a {
        move |name| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned())
    }

    #[test]
    fn colour_conventions_are_followed() {
        for (env, colour) in [
            (&[][..], true),
            (&[("NO_COLOR", "1")], false),
            (&[("NO_COLOR", "0")], false),
            (&[("NO_COLOR", "")], true),
            (&[("CLICOLOR", "0")], false),
            (&[("CLICOLOR", "1")], true),
            (&[("CLICOLOR", "0"), ("CLICOLOR_FORCE", "1")], true),
            (&[("CLICOLOR", "0"), ("CLICOLOR_FORCE", "0")], false),
            (&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], false),
            (&[("TERM", "xterm-256color")], true),
            (&[("TERM", "xterm-mono")], false),
            (&[("TERM", "vt100"), ("COLORTERM", "truecolor"), ("CLICOLOR", "1")], false),
            (&[("TERM", "vt220"), ("CLICOLOR_FORCE", "1")], true),
        ] {
            assert_eq!(appearance(&with(env), false).colour, colour, "{env:?}");
        }
    }

    #[test]
    fn the_last_number_is_the_background() {
        for (said, is) in [
            ("15;0", Background::Dark),
            ("0;15", Background::Light),
            ("0;default;15", Background::Light),
            ("0;7", Background::Light),
            ("7;8", Background::Dark),
            ("default", Background::Dark),
            ("", Background::Dark),
        ] {
            assert_eq!(background(&with(&[("COLORFGBG", said)])), is, "{said}");
        }
    }
}
