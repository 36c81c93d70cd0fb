//! Checks of the terminal, the proxy and the certificates, from environment variables.

use std::ffi::{OsStr, OsString};

use super::{Check, State};
use crate::{
    api::{
        Endpoint, FailureKind, Roots, Route,
        error::{CERT_DIR, CERT_FILE, RootsFault},
    },
    domain::{SafeText, terminal},
};

/// Looks up a variable as text; an empty one counts as unset.
pub type Env<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Whether the terminal can show the screens. `size` is in columns and rows; `None` if there is
/// no terminal.
#[must_use]
pub fn terminal(env: Env<'_>, size: Option<(u16, u16)>) -> Check {
    let term = env("TERM").unwrap_or_default();
    if term.is_empty() || term == "dumb" {
        return Check::new(
            "terminal",
            State::Problem,
            "TERM is unset or dumb: the screens cannot be shown",
        )
        .fix("connect with a terminal (ssh -t), or set TERM to your terminal's type");
    }
    let Some((width, height)) = size else {
        return Check::new(
            "terminal",
            State::Warning,
            "standard input or output is not a terminal",
        )
        .fix("start axtok in a terminal to use its screens");
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
            .fix("make the window larger: 80x24 or more");
    }
    if !utf8 {
        let says = format!("{says}; the locale is not UTF-8, so only ASCII is shown");
        return Check::new("terminal", State::Warning, says)
            .fix("set LANG to a UTF-8 locale such as C.UTF-8, if the terminal supports UTF-8");
    }
    Check::new("terminal", State::Fine, says)
}

/// Looks up a variable's raw value, which may not be text.
pub type RawEnv<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// The proxy that requests to this address go through.
#[must_use]
pub fn proxy(env: RawEnv<'_>, endpoint: &Endpoint) -> Check {
    let host = endpoint.host();
    let exceptions = ["NO_PROXY", "no_proxy"].into_iter();
    let mut exceptions = exceptions.filter_map(|name| Some((name, env(name)?)));
    let says = match Route::to(endpoint, env) {
        Err(kind) => {
            return Check::new("proxy", State::Problem, kind.cause()).fix(kind.remedy());
        }
        Ok(Route::Loopback) => "not used for loopback addresses".to_owned(),
        Ok(Route::Direct) => {
            let http = ["HTTP_PROXY", "http_proxy"].into_iter().find(|name| env(name).is_some());
            if let Some(name) = http {
                let says = format!("none: {name} applies to http addresses, but {host} uses https");
                return Check::new("proxy", State::Warning, says)
                    .fix("set HTTPS_PROXY if the network needs a proxy");
            }
            "none".to_owned()
        }
        Ok(Route::Excepted { variable, by }) => {
            format!("none for {host}: {} excludes it from {}", by.name(), variable.name())
        }
        Ok(Route::Via(proxy)) => match exceptions.next() {
            Some((name, value)) => {
                let value = SafeText::from(&*value.to_string_lossy());
                format!("{}: {}, except for {name}={value}", proxy.variable.name(), proxy.shown())
            }
            None => format!("{}: {}", proxy.variable.name(), proxy.shown()),
        },
    };
    Check::new("proxy", State::Fine, says)
}

/// The certificate authorities that are trusted. `ready` is whether a client could be built with
/// them.
#[must_use]
pub fn certificates(env: RawEnv<'_>, endpoint: &Endpoint, ready: Result<(), FailureKind>) -> Check {
    let name = "certificates";
    if !endpoint.is_https() {
        return Check::new(name, State::Fine, "not needed: the address is plain http");
    }
    let found = Roots::find(env);
    let fault = match (&found, ready) {
        (Err(fault), _) => Some(*fault),
        (Ok(_), Err(FailureKind::Roots(fault))) => Some(fault),
        (Ok(_), _) => None,
    };
    if let Some(fault) = fault {
        let named = match fault {
            RootsFault::EmptyFolder => env(CERT_DIR),
            _ => env(CERT_FILE),
        };
        let says = match named.filter(|n| !n.is_empty()) {
            Some(named) => format!("{}: {}", fault.cause(), shown(&named)),
            None => fault.cause(),
        };
        return Check::new(name, State::Problem, says).fix(fault.remedy());
    }
    let says = match found {
        Ok(Roots::File(file, count)) => {
            let count = match count {
                1 => "1 certificate".to_owned(),
                n => format!("{n} certificates"),
            };
            format!("{CERT_FILE}: {}, {count}", shown(file.as_os_str()))
        }
        Ok(Roots::Folders(folders)) => format!("{CERT_DIR}: {}", shown(&folders)),
        Ok(Roots::System) | Err(_) => "from the system".to_owned(),
    };
    Check::new(name, State::Fine, says)
}

fn shown(path: &OsStr) -> SafeText {
    SafeText::from(&*path.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with<'a>(pairs: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<String> + 'a {
        move |name| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned())
    }

    #[test]
    fn terminals_are_identified() {
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
            assert_eq!(check.fix.is_some(), state != State::Fine, "{check:?}");
        }
    }

    fn raw<'a>(pairs: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<OsString> + 'a {
        move |name| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| v.into())
    }

    #[test]
    fn a_proxys_password_is_not_shown() {
        let [api, here] =
            ["https://api.axiom.co", "http://127.0.0.1:1"].map(|url| Endpoint::parse(url).unwrap());
        for (url, shown) in [
            ("http://jo:canary@proxy:3128", "http://…@proxy:3128"),
            ("jo:canary@proxy:3128", "http://…@proxy:3128"),
            ("http://proxy:3128", "http://proxy:3128"),
        ] {
            let env = [("https_proxy", url), ("no_proxy", "corp.example")];
            let check = proxy(&raw(&env), &api);
            let wanted = format!("https_proxy: {shown}, except for no_proxy=corp.example");
            assert_eq!(check.says, wanted);
            assert!(proxy(&raw(&env), &here).says.contains("not used"));
        }
    }

    #[test]
    fn the_effect_of_a_proxy_setting_is_reported() {
        let api = Endpoint::parse("https://api.axiom.co").unwrap();
        for (env, state, says) in [
            (&[][..], State::Fine, "none"),
            (&[("HTTP_PROXY", "http://p")], State::Warning, "HTTP_PROXY applies to http addresses"),
            (&[("ALL_PROXY", "http://p"), ("NO_PROXY", "*")], State::Fine, "none for api.axiom.co"),
            (
                &[("ALL_PROXY", "socks5://canary@p")],
                State::Problem,
                "ALL_PROXY names a SOCKS proxy",
            ),
            (&[("ALL_PROXY", "http://canary@p:x")], State::Problem, "ALL_PROXY is not the address"),
            (
                &[("ALL_PROXY", "http://p"), ("NO_PROXY", "a,b/c")],
                State::Problem,
                "entry 2 of NO_PROXY",
            ),
        ] {
            let check = proxy(&raw(env), &api);
            assert_eq!(check.state, state, "{check:?}");
            assert!(check.says.contains(says), "{check:?}");
            assert!(!format!("{check:?}").contains("canary"), "{check:?}");
            assert_eq!(check.fix.is_some(), state != State::Fine, "{check:?}");
        }
    }
}
