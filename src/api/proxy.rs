//! Chooses the proxy for an address from the environment. A variable that cannot be parsed is an
//! error: a request must not bypass a proxy by accident, nor use one by accident.
//!
//! Only https addresses use a proxy (CONNECT), so `HTTP_PROXY` is ignored.

mod exceptions;

use std::ffi::OsString;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use percent_encoding::percent_decode_str;
use reqwest::{Url, header::HeaderValue};
use zeroize::Zeroizing;

use super::{
    Endpoint,
    error::{ProxyFailure, ProxyFault, ProxyVariable},
};

/// The variables that name a proxy. The first that is set is used.
const PROXY: [ProxyVariable; 4] =
    [ProxyVariable::Https, ProxyVariable::HttpsLower, ProxyVariable::All, ProxyVariable::AllLower];
/// The variables that list hosts to connect to directly.
const EXCEPTIONS: [ProxyVariable; 2] = [ProxyVariable::No, ProxyVariable::NoLower];

/// How an address is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// The address is on this computer and never uses a proxy.
    Loopback,
    /// No variable names a proxy.
    Direct,
    /// The host is excluded from the proxy.
    Excepted {
        /// The variable that names the proxy.
        variable: ProxyVariable,
        /// The variable that excludes the host.
        by: ProxyVariable,
    },
    /// Through this proxy.
    Via(Proxy),
}

/// An HTTP proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proxy {
    /// The variable that names the proxy.
    pub variable: ProxyVariable,
    /// Without user name and password.
    url: Url,
    /// The `Proxy-Authorization` header. Marked as sensitive, so that `Debug` does not show it.
    authorization: Option<HeaderValue>,
}

impl Route {
    /// The route to an address. `get` looks up an environment variable.
    ///
    /// # Errors
    /// If a variable cannot be used.
    pub fn to(
        endpoint: &Endpoint,
        get: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, ProxyFailure> {
        if endpoint.is_loopback() || !endpoint.is_https() {
            return Ok(Self::Loopback);
        }
        let Some((variable, value)) = first(&PROXY, &get) else { return Ok(Self::Direct) };
        if let Some((by, list)) = first(&EXCEPTIONS, &get) {
            let kind = |fault| ProxyFailure { variable: by, fault };
            let list = text(list).map_err(kind)?;
            if exceptions::has(&list, endpoint.name(), endpoint.port()).map_err(kind)? {
                return Ok(Self::Excepted { variable, by });
            }
        }
        let proxy = text(value).and_then(|value| Proxy::parse(variable, &value));
        proxy.map(Self::Via).map_err(|fault| ProxyFailure { variable, fault })
    }

    /// The proxy, if the route uses one.
    #[must_use]
    pub const fn proxy(&self) -> Option<&Proxy> {
        match self {
            Self::Via(proxy) => Some(proxy),
            Self::Loopback | Self::Direct | Self::Excepted { .. } => None,
        }
    }
}

impl Proxy {
    fn parse(variable: ProxyVariable, value: &str) -> Result<Self, ProxyFault> {
        let odd = |c: char| c.is_whitespace() || c.is_control() || c == '\\';
        if value.contains(odd) {
            return Err(ProxyFault::NotAddress);
        }
        let written;
        let value = match value.split_once("://") {
            Some((scheme, _)) if scheme.to_ascii_lowercase().starts_with("socks") => {
                return Err(ProxyFault::Socks);
            }
            Some(("http" | "https", _)) => value,
            Some((scheme, _)) if scheme.eq_ignore_ascii_case("http") => value,
            Some((scheme, _)) if scheme.eq_ignore_ascii_case("https") => value,
            Some(_) => return Err(ProxyFault::Scheme),
            None => {
                written = Zeroizing::new(format!("http://{value}"));
                &written
            }
        };
        let mut url = Url::parse(value).map_err(|_| ProxyFault::NotAddress)?;
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        let host = url.host_str().unwrap_or_default();
        let is_address = host.starts_with('[') || (!host.is_empty() && host.chars().all(plain));
        if !is_address || url.port() == Some(0) {
            return Err(ProxyFault::NotAddress);
        }
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(ProxyFault::Path);
        }
        let authorization = authorization(&url);
        let cleared = url.set_username("").and_then(|()| url.set_password(None));
        cleared.map_err(|()| ProxyFault::NotAddress)?;
        Ok(Self { variable, url, authorization })
    }

    /// The proxy's address, without user name and password.
    #[must_use]
    pub const fn url(&self) -> &Url {
        &self.url
    }

    /// The `Proxy-Authorization` header.
    #[must_use]
    pub const fn authorization(&self) -> Option<&HeaderValue> {
        self.authorization.as_ref()
    }

    /// The address in a form that is safe to show: `…@` stands for user name and password.
    #[must_use]
    pub fn shown(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        let port = self.url.port_or_known_default().unwrap_or_default();
        let user = if self.authorization.is_some() { "…@" } else { "" };
        format!("{}://{user}{host}:{port}", self.url.scheme())
    }
}

/// The first of these variables that is set and not blank.
fn first(
    names: &[ProxyVariable],
    get: impl Fn(&str) -> Option<OsString>,
) -> Option<(ProxyVariable, OsString)> {
    let blank = |value: &OsString| value.to_str().is_some_and(|v| v.trim().is_empty());
    names.iter().find_map(|name| Some((*name, get(name.name()).filter(|value| !blank(value))?)))
}

fn text(value: OsString) -> Result<Zeroizing<String>, ProxyFault> {
    let text = value.into_string().map_err(|_| ProxyFault::NotText)?;
    let text = Zeroizing::new(text);
    Ok(Zeroizing::new(text.trim().to_owned()))
}

/// The `Proxy-Authorization` header, if the address has a user name or a password.
fn authorization(url: &Url) -> Option<HeaderValue> {
    if url.username().is_empty() && url.password().is_none() {
        return None;
    }
    let mut pair = Zeroizing::new(Vec::new());
    pair.extend(percent_decode_str(url.username()));
    pair.push(b':');
    pair.extend(percent_decode_str(url.password().unwrap_or_default()));
    let value = Zeroizing::new(format!("Basic {}", STANDARD.encode(&*pair)));
    // Base64 is always a valid header value.
    let mut value = HeaderValue::from_str(&value).ok()?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests;
