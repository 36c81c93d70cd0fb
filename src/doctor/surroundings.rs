//! The terminal and proxies: what the environment says.

use super::{Check, State};
use crate::domain::terminal;

/// Looks a variable up; empty counts as unset.
pub type Env<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Whether the screens can be shown. `size` is in columns and rows; `None` if
/// there is no terminal.
#[must_use]
pub fn terminal(env: Env<'_>, size: Option<(u16, u16)>) -> Check {
    let term = env("TERM").unwrap_or_default();
    if term.is_empty() || term == "dumb" {
        return Check::new(
            "terminal",
            State::Problem,
            "TERM is unset or dumb: the screens cannot be shown",
        )
        .mend("connect with a terminal (ssh -t), or set TERM to what yours is");
    }
    let Some((width, height)) = size else {
        return Check::new("terminal", State::Warning, "input or output is not a terminal")
            .mend("start axtok in a terminal to see its screens");
    };
    let utf8 = terminal::takes_utf8(env);
    let colours = if env("NO_COLOR").is_some() {
        "no colours (NO_COLOR)"
    } else if terminal::has_colours(&term) {
        "16 colours or more"
    } else {
        "no colours"
    };
    let says = format!("{term}, {width}x{height}, {colours}");
    if width < 60 || height < 15 {
        return Check::new("terminal", State::Warning, says)
            .mend("make the window larger: the screens are made for 80x24 and up");
    }
    if !utf8 {
        let says = format!("{says}; the locale is not UTF-8, so only ASCII is shown");
        return Check::new("terminal", State::Warning, says)
            .mend("set LANG to a UTF-8 locale such as C.UTF-8, if the terminal shows UTF-8");
    }
    Check::new("terminal", State::Fine, says)
}

/// Which proxy stands between us and this address.
#[must_use]
pub fn proxy(env: Env<'_>, loopback: bool) -> Check {
    let first = |names: &[&'static str]| {
        names.iter().find_map(|name| env(name).map(|value| (*name, value)))
    };
    let Some((name, value)) = first(&["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
    else {
        return Check::new("proxy", State::Fine, "none");
    };
    if loopback {
        return Check::new("proxy", State::Fine, "not used for this computer's own addresses");
    }
    let except = match first(&["NO_PROXY", "no_proxy"]) {
        Some((name, value)) => format!(", except for {name}={value}"),
        None => String::new(),
    };
    let says = format!("{name}: {}{except}", without_password(&value));
    Check::new("proxy", State::Fine, says)
}

/// An address without who one is there: that may be a password.
fn without_password(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://…@{host}"),
        (None, Some((_, host))) => format!("…@{host}"),
        (_, None) => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with<'a>(pairs: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<String> + 'a {
        move |name| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned())
    }

    #[test]
    fn terminals_are_told_apart() {
        let term = ("TERM", "xterm-256color");
        for (env, size, state, says) in [
            (&[][..], Some((80, 24)), State::Problem, "unset"),
            (&[("TERM", "dumb")][..], Some((80, 24)), State::Problem, "dumb"),
            (&[term][..], None, State::Warning, "not a terminal"),
            (&[term, ("LANG", "C")][..], Some((80, 24)), State::Warning, "UTF-8"),
            (&[term, ("LANG", "C.utf8")][..], Some((50, 24)), State::Warning, "50x24"),
            (
                &[("TERM", "vt220"), ("LANG", "C.utf8")][..],
                Some((80, 24)),
                State::Fine,
                "no colours",
            ),
            (
                &[term, ("LANG", "C"), ("LC_ALL", "de_DE.UTF-8")][..],
                Some((80, 24)),
                State::Fine,
                "80x24",
            ),
        ] {
            let check = terminal(&with(env), size);
            assert_eq!(check.state, state, "{check:?}");
            assert!(check.says.contains(says), "{check:?}");
            assert_eq!(check.mend.is_some(), state != State::Fine, "{check:?}");
        }
    }

    #[test]
    fn a_proxys_password_is_not_shown() {
        for (url, shown) in [
            ("http://jo:canary@proxy:3128", "http://…@proxy:3128"),
            ("jo:canary@proxy:3128", "…@proxy:3128"),
            ("http://proxy:3128", "http://proxy:3128"),
        ] {
            let env = [("https_proxy", url), ("no_proxy", "corp.example")];
            let check = proxy(&with(&env), false);
            let wanted = format!("https_proxy: {shown}, except for no_proxy=corp.example");
            assert_eq!(check.says, wanted);
            assert!(proxy(&with(&env), true).says.contains("not used"));
        }
    }
}
