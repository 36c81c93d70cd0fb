//! What the environment reveals about the terminal: its encoding, and whether it has
//! colours.

/// Looks up an environment variable.
type Env<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Whether the locale's encoding is UTF-8. As in the C library, the first variable counts
/// that is set and not empty; with none of them it is not UTF-8.
#[must_use]
pub fn takes_utf8(env: Env<'_>) -> bool {
    let value = |name: &&str| env(name).filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(value).unwrap_or_default();
    let locale = locale.to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

/// Terminal families without colours, by the start of their names.
const PLAIN: [&str; 22] = [
    "vt1",
    "vt2",
    "vt3",
    "vt4",
    "vt5",
    "xterm-vt",
    "xterm-r5",
    "xterm-r6",
    "xterm-old",
    "vs100",
    "wy",
    "tvi",
    "adm",
    "hp",
    "h19",
    "z19",
    "qvt",
    "tek",
    "sun",
    "eterm",
    "kterm",
    "rxvt-basic",
];
/// Members of those families that do have colours.
const COLOURED: [&str; 4] = ["vt525", "wy350", "wy370", "hpterm-color"];

/// Whether a terminal has colours, by its name (`TERM`). A part after a hyphen, such as
/// `-256color` or `-mono`, counts too.
#[must_use]
pub fn has_colours(term: &str) -> bool {
    let starts = |names: &[&str]| names.iter().any(|name| term.starts_with(name));
    let says = |words: &[&str]| term.split('-').skip(1).any(|part| words.contains(&part));
    if says(&["m", "mono"]) || matches!(term, "" | "dumb" | "unknown") {
        return false;
    }
    !starts(&PLAIN)
        || starts(&COLOURED)
        || says(&["color", "16color", "88color", "256color", "direct"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locale_decides_whether_text_is_utf8() {
        for (env, takes) in [
            (&[][..], false),
            (&[("LANG", "en_GB.UTF-8")], true),
            (&[("LANG", "C.utf8")], true),
            (&[("LANG", "C")], false),
            (&[("LANG", "en_GB.ISO-8859-1")], false),
            (&[("LANG", "en_GB.UTF-8"), ("LC_ALL", "C")], false),
            (&[("LANG", "en_GB.UTF-8"), ("LC_CTYPE", "POSIX")], false),
            (&[("LANG", "C"), ("LC_CTYPE", "UTF-8")], true),
            (&[("LC_CTYPE", "C"), ("LC_ALL", "de_DE.UTF-8")], true),
            (&[("LC_ALL", ""), ("LANG", "de_DE.UTF-8")], true),
        ] {
            let env = |name: &str| {
                env.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned())
            };
            assert_eq!(takes_utf8(&env), takes);
        }
    }

    #[test]
    fn terminals_without_colour_are_known_by_name() {
        for term in [
            "vt100",
            "vt102",
            "vt220",
            "vt320",
            "vt420-am",
            "vt52",
            "xterm-mono",
            "linux-m",
            "cons25-m",
            "screen-m",
            "xterm-r6",
            "xterm-vt220",
            "wy60",
            "sun",
            "eterm",
            "dumb",
            "",
        ] {
            assert!(!has_colours(term), "{term}");
        }
        for term in [
            "xterm",
            "xterm-256color",
            "xterm-kitty",
            "tmux",
            "screen",
            "linux",
            "rxvt-unicode",
            "alacritty",
            "vt525",
            "eterm-color",
            "sun-color",
            "ansi",
            "st-256color",
            "foot-direct",
        ] {
            assert!(has_colours(term), "{term}");
        }
    }
}
