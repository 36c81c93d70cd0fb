//! Corrects wrong addresses: Axiom has more hosts than its API's, and people copy addresses from
//! browsers and documents.

use std::fmt;

use crate::domain::SafeText;

/// A corrected address that is safe to show: scheme, host and port, and at most a path that was
/// checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Right(SafeText);

impl Right {
    /// An address that was parsed and contains nothing confidential.
    pub(super) fn new(address: &str) -> Self {
        Self(address.into())
    }
}

impl fmt::Display for Right {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The prefixes of tokens.
pub(super) const TOKENS: [&str; 4] = ["xapt-", "xaat-", "xait-", "xaapt-"];

/// The address that a text probably means: with https, without parts that do not belong there, and
/// with Axiom's API instead of another of its hosts.
pub(super) fn correction(text: &str) -> Right {
    let mut rest = text;
    // Skip any number of schemes, with or without slashes.
    while let Some((scheme, after)) = rest.split_once(':')
        && is_scheme(scheme)
    {
        rest = after.trim_start_matches(['/', '\\', ':']);
    }
    // Skip one other scheme too.
    let rest = match rest.split_once("://") {
        Some((scheme, after)) if scheme.bytes().all(|b| b.is_ascii_alphanumeric()) => after,
        _ => rest,
    };
    let authority = rest.split(['/', '\\', '?', '#']).next().unwrap_or_default();
    let host_and_port = authority.rsplit('@').next().unwrap_or_default().trim();
    let (host, port) = match host_and_port.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => (host, Some(port)),
        _ => (host_and_port, None),
    };
    let lower = host.to_ascii_lowercase();
    let lower = lower.strip_suffix('.').unwrap_or(&lower);
    Right(match Host::of(lower) {
        _ if lower.is_empty() || TOKENS.iter().any(|prefix| lower.contains(prefix)) => {
            "https://api.axiom.co".into()
        }
        Host::Foreign => SafeText::from(format!("https://{host_and_port}")),
        // Port 80 belongs to http, not to the API.
        of => match port.filter(|port| !matches!(*port, "80" | "")) {
            Some(port) => SafeText::from(format!("https://{}:{port}", of.api(lower))),
            None => SafeText::from(format!("https://{}", of.api(lower))),
        },
    })
}

pub(super) fn is_scheme(text: &str) -> bool {
    ["http", "https"].iter().any(|scheme| text.eq_ignore_ascii_case(scheme))
}

/// What a host is. Axiom's hosts are taken from its documentation.
pub(super) enum Host<'a> {
    /// Not a host of Axiom.
    Foreign,
    /// Axiom's API, or possibly so, under this domain.
    Api(&'a str),
    /// Another host of Axiom.
    Other { what: &'static str, domain: &'a str },
}

impl<'a> Host<'a> {
    /// Classifies a host in lower case.
    pub(super) fn of(host: &'a str) -> Self {
        const DOMAIN: &str = "axiom.co";
        let Some(before) = host.strip_suffix(DOMAIN) else { return Self::Foreign };
        if !before.is_empty() && !before.ends_with('.') {
            return Self::Foreign;
        }
        let first = before.split('.').next().unwrap_or_default();
        // The domain of a region, such as `eu.axiom.co`.
        let region = before.get(first.len() + 1..).map_or(DOMAIN, |_| &host[first.len() + 1..]);
        let other = |what, domain| Self::Other { what, domain };
        match first {
            "" | "www" => other("web site", DOMAIN),
            "docs" => other("documentation", DOMAIN),
            "status" => other("status page", DOMAIN),
            "play" => other("playground", DOMAIN),
            "app" => other("console", region),
            "mcp" => other("MCP server", region),
            _ if before.split('.').any(|label| label == "edge") => {
                other("edge, for ingest and queries", DOMAIN)
            }
            "api" | "cloud" => Self::Api(region),
            // A region alone, or an unknown host.
            _ => Self::Api(host),
        }
    }

    /// The API's host name for this host.
    pub(super) fn api(&self, host: &str) -> String {
        match self {
            Self::Other { domain, .. } => format!("api.{domain}"),
            Self::Api(domain) if *domain != host => format!("api.{domain}"),
            Self::Api(_) | Self::Foreign => host.to_owned(),
        }
    }
}

/// Routes of the API that people copy along with the address.
const ROUTES: [&str; 8] =
    ["tokens", "datasets", "orgs", "user", "users", "views", "ingest", "monitors"];

/// A path without the parts that axtok adds itself: a version at its end, a route, or both. What
/// remains is the prefix of a gateway in front of the API.
pub(super) fn before_routes(path: &str) -> &str {
    let is_version = |segment: &str| matches!(segment, "v1" | "v2");
    let is_route = |segment: &str| ROUTES.contains(&segment);
    let segments: Vec<_> = path.split('/').collect();
    let at = segments.iter().enumerate().position(|(at, segment)| {
        let next = segments.get(at + 1);
        (is_version(segment) && next.is_none_or(|next| is_route(next)))
            || (is_route(segment) && next.is_none())
    });
    let Some(at) = at else { return path };
    let length: usize = segments[..at].iter().map(|s| s.len() + 1).sum();
    path[..length.saturating_sub(1)].trim_end_matches('/')
}
