//! Addresses of APIs, and which addresses are refused.
//!
//! Only HTTPS is allowed, except for plain HTTP to this computer: to literal loopback addresses
//! and to the name `localhost`, which the client never looks up.

mod correction;

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Url;

pub use self::correction::Right;
use self::correction::{Host, TOKENS, before_routes, correction, is_scheme};

/// The address of an API, without a trailing slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    url: Url,
    host: String,
}

/// Why an address is refused, and what to write instead: [`Right`] is the address that the user
/// probably means. Anything that may be a password is left out of the message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// The text is empty.
    #[error("an address is required, such as https://api.axiom.co")]
    Empty,
    /// The address does not begin with a scheme and `://`.
    #[error("the address has no scheme: write {0}")]
    NoScheme(Right),
    /// A second scheme follows the first.
    #[error("the address has two schemes: write {0}")]
    TwoSchemes(Right),
    /// The scheme is neither https nor http.
    #[error("only https is supported (http only for this computer): write {0}")]
    Scheme(Right),
    /// Plain HTTP to another computer.
    #[error("http would expose the token to the network: write {0}")]
    PlainHttp(Right),
    /// The address contains a user name or a password.
    #[error("remove the user name and password from the address: write {0}")]
    UserInfo(Right),
    /// The address contains a query or a fragment.
    #[error("remove ? or # and everything after it from the address: write {0}")]
    QueryOrFragment(Right),
    /// The host name contains characters other than ASCII.
    #[error("write the host in ASCII (xn--...): other characters can look alike")]
    NotAscii,
    /// The text is not a URL.
    #[error("invalid address: write one such as https://api.axiom.co")]
    Invalid,
    /// The text is a token, or contains one.
    #[error("a token does not belong here: write an address such as https://api.axiom.co")]
    Token,
    /// The host belongs to Axiom but is not its API.
    #[error("{host} is Axiom's {what}, not its API: write {right}")]
    NotApi {
        /// The host in the address.
        host: String,
        /// What the host is, as in "console".
        what: &'static str,
        /// The address of the API.
        right: Right,
    },
    /// The path contains a route or a version of the API, or Axiom's own API is given a path.
    #[error("remove the path from the address, axtok adds it: write {0}")]
    Path(Right),
}

impl Endpoint {
    /// Parses an address. A path is kept as a prefix. `cloud.axiom.co`, which older configurations
    /// use, becomes `api.axiom.co`; hosts of Axiom other than its API are refused.
    ///
    /// # Errors
    /// If the address is refused; the error says what to write instead.
    pub fn parse(text: &str) -> Result<Self, EndpointError> {
        let text = text.trim();
        let right = || correction(text);
        let (mut url, host) = checked(text)?;
        if let Host::Other { what, .. } = Host::of(&host) {
            return Err(EndpointError::NotApi { host, what, right: right() });
        }
        encrypted(&url, &host, text)?;
        let is_axioms = matches!(Host::of(&host), Host::Api(_));
        let api = Host::of(&host).api(&host);
        url.set_host(Some(&api)).map_err(|_| EndpointError::Invalid)?;
        let path = url.path().trim_end_matches('/').to_owned();
        // Axiom's own API has no path prefix.
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

    /// Parses the whole address of routes: the server, which may be any, and the path below it,
    /// not percent-encoded.
    ///
    /// # Errors
    /// As [`Endpoint::parse`], and if the path is empty or has empty, `.` or `..` segments.
    pub fn of_routes(text: &str) -> Result<(Self, String), EndpointError> {
        let text = text.trim();
        let (mut url, host) = checked(text)?;
        encrypted(&url, &host, text)?;
        let path = text.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
        let path = path.map_or("", |(_, path)| path.trim_matches('/'));
        if path.split('/').any(|s| matches!(s, "" | "." | "..")) {
            return Err(EndpointError::Invalid);
        }
        url.set_host(Some(&host)).map_err(|_| EndpointError::Invalid)?;
        url.set_path("");
        Ok((Self { host: shown_host(&url), url }, path.to_owned()))
    }

    /// The host, with the port unless it is the scheme's default.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The host's name or IP address, without a port.
    #[must_use]
    pub(super) fn name(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// The port, or the scheme's default.
    #[must_use]
    pub(super) fn port(&self) -> u16 {
        self.url.port_or_known_default().unwrap_or(443)
    }

    /// Whether the host is this computer.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.url.host_str().is_some_and(is_loopback)
    }

    /// Whether both are the same server, whatever the path.
    #[must_use]
    pub fn is_same_server(&self, other: &Self) -> bool {
        self.url.origin() == other.url.origin()
    }

    /// Whether requests are encrypted.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// The address of the user's profile in the console. Known only for Axiom's own hosts, where
    /// `app.` is the console of `api.`; the path is inferred from the menu, Settings > Profile.
    #[must_use]
    pub fn console_profile(&self) -> Option<String> {
        let rest = self.url.host_str()?.strip_prefix("api.")?;
        let ours = rest == "axiom.co" || rest.ends_with(".axiom.co");
        ours.then(|| format!("https://app.{rest}/settings/profile"))
    }

    /// The URL of a route. `None` if a segment is empty, `.` or `..`: an id like that would lead to
    /// another route.
    pub(super) fn route(&self, segments: &[&str]) -> Option<Url> {
        let mut url = self.url.clone();
        let prefix = url.path().trim_end_matches('/').to_owned();
        url.set_path(&(prefix + &path(segments)?));
        Some(url)
    }
}

/// Parses any address without a user, a query and a token in it. The host has no trailing dot,
/// which would not change which host is meant.
fn checked(text: &str) -> Result<(Url, String), EndpointError> {
    if text.is_empty() {
        return Err(EndpointError::Empty);
    }
    if TOKENS.iter().any(|prefix| text.starts_with(prefix)) {
        return Err(EndpointError::Token);
    }
    let right = || correction(text);
    let Some((_, rest)) = text.split_once("://") else {
        return Err(EndpointError::NoScheme(right()));
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if !authority.is_ascii() {
        return Err(EndpointError::NotAscii);
    }
    // May end in a colon, or be empty if there are too many slashes.
    if is_scheme(authority.trim_end_matches(':')) && rest.contains(':') {
        return Err(EndpointError::TwoSchemes(right()));
    }
    // The URL parser would remove tabs and line breaks, and replace backslashes with slashes.
    if text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') {
        return Err(EndpointError::Invalid);
    }
    let url = Url::parse(text).map_err(|_| EndpointError::Invalid)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(EndpointError::UserInfo(right()));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(EndpointError::QueryOrFragment(right()));
    }
    let host = url.host_str().ok_or(EndpointError::Invalid)?;
    let host = host.strip_suffix('.').unwrap_or(host).to_owned();
    let is_token = |text: &str| TOKENS.iter().any(|prefix| text.contains(prefix));
    if TOKENS.iter().any(|prefix| host.starts_with(prefix)) || is_token(url.path()) {
        return Err(EndpointError::Token);
    }
    Ok((url, host))
}

/// Checks that nobody on the network can read what is sent to an address.
fn encrypted(url: &Url, host: &str, text: &str) -> Result<(), EndpointError> {
    match url.scheme() {
        "https" => Ok(()),
        "http" if is_loopback(host) => Ok(()),
        "http" => Err(EndpointError::PlainHttp(correction(text))),
        _ => Err(EndpointError::Scheme(correction(text))),
    }
}

/// The path of a route, below an address. `None` as in [`Endpoint::route`].
pub(super) fn path(segments: &[&str]) -> Option<String> {
    // URL parsers resolve dot segments even if they are percent-encoded.
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

/// Encodes everything except the characters that have no special meaning in a URL.
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
