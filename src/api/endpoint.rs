//! Where the API is, and which addresses are refused.
//!
//! HTTPS only; plain HTTP to this computer alone: to literal loopback
//! addresses, and to the name `localhost`, which the client never looks up.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Url;

use crate::domain::SafeText;

/// The address of an API, without a slash at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    url: Url,
    host: String,
}

/// Why an address is refused, and what to write instead. Nothing that may be a
/// password is repeated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    #[error("an address is needed, such as https://api.axiom.co")]
    Empty,
    #[error("the address needs its scheme: write https://{0}")]
    NoScheme(SafeText),
    #[error("only https is taken (and http on this computer)")]
    Scheme,
    #[error("http would show the token to the network: write https://{0}")]
    PlainHttp(String),
    #[error("leave user name and password out of the address")]
    UserInfo,
    #[error("leave ? and # and what follows them out of the address")]
    QueryOrFragment,
    #[error("write the host in ASCII (xn--...): others are easily mistaken for each other")]
    NotAscii,
    #[error("not an address: write one such as https://api.axiom.co")]
    Invalid,
}

impl Endpoint {
    /// Reads an address. A path is kept as a prefix; older configurations name
    /// `cloud.axiom.co`, which is read as `api.axiom.co`.
    ///
    /// # Errors
    /// With what to write instead.
    pub fn parse(text: &str) -> Result<Self, EndpointError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(EndpointError::Empty);
        }
        let Some((_, rest)) = text.split_once("://") else { return Err(no_scheme(text)) };
        if !rest.split(['/', '?', '#']).next().is_some_and(str::is_ascii) {
            return Err(EndpointError::NotAscii);
        }
        let mut url = Url::parse(text).map_err(|_| EndpointError::Invalid)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(EndpointError::UserInfo);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(EndpointError::QueryOrFragment);
        }
        let host = url.host_str().ok_or(EndpointError::Invalid)?.to_owned();
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&host) => {}
            "http" => return Err(EndpointError::PlainHttp(host)),
            _ => return Err(EndpointError::Scheme),
        }
        if let Some(api) = api_host(&host) {
            url.set_host(Some(&api)).map_err(|_| EndpointError::Invalid)?;
        }
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
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

/// The error for an address without `://`, with only its host repeated.
fn no_scheme(text: &str) -> EndpointError {
    let authority = text.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    EndpointError::NoScheme(SafeText::from(host))
}

fn is_loopback(host: &str) -> bool {
    let literal = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || literal.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// `cloud.` of an Axiom host is `api.` now.
fn api_host(host: &str) -> Option<String> {
    let rest = host.strip_prefix("cloud.")?;
    (rest == "axiom.co" || rest.ends_with(".axiom.co")).then(|| format!("api.{rest}"))
}

fn shown_host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<(String, String), String> {
        Endpoint::parse(text)
            .map(|e| (e.to_string(), e.host().to_owned()))
            .map_err(|e| e.to_string())
    }

    #[test]
    fn the_console_is_known_for_axioms_own_hosts() {
        let console = |url| Endpoint::parse(url).unwrap().console_profile();
        let known = Some("https://app.axiom.co/settings/profile".to_owned());
        assert_eq!(console("https://api.axiom.co"), known);
        assert_eq!(console("https://cloud.axiom.co"), known);
        assert_eq!(console("https://api.axiom.co.evil.example"), None);
        assert_eq!(console("http://127.0.0.1:1"), None);
    }

    #[test]
    fn good_addresses_are_taken() {
        for (text, url, host) in [
            ("https://api.axiom.co", "https://api.axiom.co", "api.axiom.co"),
            (" https://API.axiom.co// ", "https://api.axiom.co", "api.axiom.co"),
            ("https://cloud.axiom.co/", "https://api.axiom.co", "api.axiom.co"),
            ("https://cloud.eu.axiom.co", "https://api.eu.axiom.co", "api.eu.axiom.co"),
            ("https://cloud.example.org", "https://cloud.example.org", "cloud.example.org"),
            ("https://cloud.notaxiom.co", "https://cloud.notaxiom.co", "cloud.notaxiom.co"),
            ("https://h.example:8443/a/b/", "https://h.example:8443/a/b", "h.example:8443"),
            ("http://127.0.0.1:80", "http://127.0.0.1", "127.0.0.1"),
            ("http://127.9.9.9:8080/x", "http://127.9.9.9:8080/x", "127.9.9.9:8080"),
            ("http://[::1]:9", "http://[::1]:9", "[::1]:9"),
            ("http://localhost:9", "http://localhost:9", "localhost:9"),
        ] {
            assert_eq!(parsed(text), Ok((url.to_owned(), host.to_owned())), "{text}");
        }
    }

    #[test]
    fn others_are_refused_with_what_to_write() {
        for (text, why) in [
            ("", "an address is needed"),
            ("api.axiom.co", "write https://api.axiom.co"),
            ("api.axiom.co:443/x?token=xapt-1", "write https://api.axiom.co:443"),
            ("me:geheim@api.axiom.co", "write https://api.axiom.co"),
            ("http://api.axiom.co", "write https://api.axiom.co"),
            ("http://localhost.example.org", "http would show the token"),
            ("http://127.0.0.1.example.org", "http would show the token"),
            ("http://[::ffff:127.0.0.1]", "http would show the token"),
            ("http://10.0.0.1", "http would show the token"),
            ("ftp://api.axiom.co", "only https"),
            ("file:///etc/passwd", "not an address"),
            ("https://me:geheim@api.axiom.co", "leave user name and password out"),
            ("https://geheim@api.axiom.co", "leave user name and password out"),
            ("https://api.axiom.co?token=geheim", "leave ? and #"),
            ("https://api.axiom.co/#geheim", "leave ? and #"),
            ("https://", "not an address"),
            ("https://a b", "not an address"),
            ("https://\u{430}xiom.co", "in ASCII (xn--"),
        ] {
            let error = parsed(text).unwrap_err();
            assert!(error.contains(why), "{text}: {error}");
            assert!(!error.contains("geheim") && !error.contains("xapt"), "{text}: {error}");
        }
    }

    #[test]
    fn an_id_stays_one_segment() {
        let endpoint = Endpoint::parse("https://h.example/pre/").unwrap();
        for (id, path) in [
            ("abc-1", "/pre/v2/tokens/abc-1"),
            ("a/b", "/pre/v2/tokens/a%2Fb"),
            ("a?b#c", "/pre/v2/tokens/a%3Fb%23c"),
            ("%2e%2e", "/pre/v2/tokens/%252e%252e"),
            ("..a", "/pre/v2/tokens/..a"),
            ("a\\..\\b", "/pre/v2/tokens/a%5C..%5Cb"),
            ("é \n", "/pre/v2/tokens/%C3%A9%20%0A"),
        ] {
            let url = endpoint.route(&["v2", "tokens", id]).unwrap();
            assert_eq!(url.path(), path);
            assert_eq!((url.query(), url.fragment()), (None, None));
        }
        for id in ["", ".", ".."] {
            assert_eq!(endpoint.route(&["v2", "tokens", id]), None, "{id:?}");
        }
    }
}
