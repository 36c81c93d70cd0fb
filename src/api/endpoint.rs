//! Where the API is, and which addresses are refused.
//!
//! HTTPS only; plain HTTP to this computer alone: to literal loopback
//! addresses, and to the name `localhost`, which the client never looks up.

mod meant;

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Url;

pub use self::meant::Right;
use self::meant::{Host, TOKENS, before_routes, is_scheme, meant};

/// The address of an API, without a slash at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    url: Url,
    host: String,
}

/// Why an address is refused, and what to write instead: [`Right`] is the address
/// that is probably meant. Nothing that may be a password is repeated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    #[error("an address is needed, such as https://api.axiom.co")]
    Empty,
    #[error("the address needs its scheme: write {0}")]
    NoScheme(Right),
    #[error("the address has its scheme twice: write {0}")]
    TwoSchemes(Right),
    #[error("only https is taken (and http on this computer): write {0}")]
    Scheme(Right),
    #[error("http would show the token to the network: write {0}")]
    PlainHttp(Right),
    #[error("leave user name and password out of the address: write {0}")]
    UserInfo(Right),
    #[error("leave ? and # and what follows them out of the address: write {0}")]
    QueryOrFragment(Right),
    #[error("write the host in ASCII (xn--...): others are easily mistaken for each other")]
    NotAscii,
    #[error("not an address: write one such as https://api.axiom.co")]
    Invalid,
    #[error("a token does not belong here: write an address such as https://api.axiom.co")]
    Token,
    #[error("{host} is Axiom's {what}, not its API: write {right}")]
    NotApi { host: String, what: &'static str, right: Right },
    #[error("leave the path out of the address, axtok adds it: write {0}")]
    Path(Right),
}

impl Endpoint {
    /// Reads an address. A path is kept as a prefix; older configurations name
    /// `cloud.axiom.co`, which is read as `api.axiom.co`. Other hosts of Axiom than
    /// those of its API are refused.
    ///
    /// # Errors
    /// With what to write instead.
    pub fn parse(text: &str) -> Result<Self, EndpointError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(EndpointError::Empty);
        }
        if TOKENS.iter().any(|prefix| text.starts_with(prefix)) {
            return Err(EndpointError::Token);
        }
        let right = || meant(text);
        let Some((_, rest)) = text.split_once("://") else {
            return Err(EndpointError::NoScheme(right()));
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if !authority.is_ascii() {
            return Err(EndpointError::NotAscii);
        }
        // Ends in a colon, or in nothing where there are slashes too many.
        if is_scheme(authority.trim_end_matches(':')) && rest.contains(':') {
            return Err(EndpointError::TwoSchemes(right()));
        }
        // The parser would leave tabs and line ends out, and turn backslashes round.
        if text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') {
            return Err(EndpointError::Invalid);
        }
        let mut url = Url::parse(text).map_err(|_| EndpointError::Invalid)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(EndpointError::UserInfo(right()));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(EndpointError::QueryOrFragment(right()));
        }
        let host = url.host_str().ok_or(EndpointError::Invalid)?;
        // A dot at the end changes nothing but how it is compared.
        let host = host.strip_suffix('.').unwrap_or(host).to_owned();
        let is_token = |text: &str| TOKENS.iter().any(|prefix| text.contains(prefix));
        if TOKENS.iter().any(|prefix| host.starts_with(prefix)) || is_token(url.path()) {
            return Err(EndpointError::Token);
        }
        if let Host::Other { what, .. } = Host::of(&host) {
            return Err(EndpointError::NotApi { host, what, right: right() });
        }
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&host) => {}
            "http" => return Err(EndpointError::PlainHttp(right())),
            _ => return Err(EndpointError::Scheme(right())),
        }
        let is_axioms = matches!(Host::of(&host), Host::Api(_));
        let api = Host::of(&host).api(&host);
        url.set_host(Some(&api)).map_err(|_| EndpointError::Invalid)?;
        let path = url.path().trim_end_matches('/').to_owned();
        // In front of Axiom's own API there is nothing.
        let is_route = (is_axioms && !path.is_empty()) || before_routes(&path) != path;
        url.set_path(before_routes(&path));
        if is_route {
            if is_axioms {
                url.set_path("");
            }
            let right = url.as_str().trim_end_matches('/');
            return Err(EndpointError::Path(Right::new(right)));
        }
        Ok(Self { host: shown_host(&url), url })
    }

    /// Host, and port if it is not the usual one.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The host's name or IP address alone.
    #[must_use]
    pub(super) fn name(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// The port, which may be the usual one.
    #[must_use]
    pub(super) fn port(&self) -> u16 {
        self.url.port_or_known_default().unwrap_or(443)
    }

    /// Whether it is this computer.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.url.host_str().is_some_and(is_loopback)
    }

    /// Whether requests are encrypted.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Where the console shows the user's profile. Known for Axiom's own hosts
    /// only, whose console is `app.` where their API is `api.`; the path is
    /// inferred from the menu, Settings > Profile.
    #[must_use]
    pub fn console_profile(&self) -> Option<String> {
        let rest = self.url.host_str()?.strip_prefix("api.")?;
        let ours = rest == "axiom.co" || rest.ends_with(".axiom.co");
        ours.then(|| format!("https://app.{rest}/settings/profile"))
    }

    /// The address of a route. `None` if an id among the segments would make it
    /// another route: an empty one, `.` or `..`.
    pub(super) fn route(&self, segments: &[&str]) -> Option<Url> {
        let mut url = self.url.clone();
        let prefix = url.path().trim_end_matches('/').to_owned();
        url.set_path(&(prefix + &path(segments)?));
        Some(url)
    }
}

/// The path of a route, to follow an address. `None` as in [`Endpoint::route`].
pub(super) fn path(segments: &[&str]) -> Option<String> {
    // Dots are removed with what is before them even if percent-encoded.
    if segments.iter().any(|s| matches!(*s, "" | "." | "..")) {
        return None;
    }
    let mut path = String::new();
    for segment in segments {
        path.push('/');
        path.extend(utf8_percent_encode(segment, SEGMENT));
    }
    Some(path)
}

/// All but the characters that a URL never takes for anything else.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.url.as_str().trim_end_matches('/'))
    }
}

fn is_loopback(host: &str) -> bool {
    let literal = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || literal.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn shown_host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

#[cfg(test)]
mod tests;
