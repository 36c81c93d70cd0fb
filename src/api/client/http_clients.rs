//! The two HTTP clients that send requests, set up with the proxy and the trusted root
//! certificates that the environment names.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use super::Limits;
use crate::api::{
    Endpoint, FailureKind,
    error::{ProxyFailure, ProxyFault},
    proxy::{Proxy, Route},
    roots::Roots,
};

/// The HTTP clients for one endpoint.
#[derive(Debug)]
pub struct HttpClients {
    pub reads: reqwest::Client,
    /// Opens a new connection for each request.
    pub mutations: reqwest::Client,
    /// The proxy in use, if there is one.
    pub proxy: Option<Proxy>,
}

impl HttpClients {
    /// Builds the clients. Loads the trusted root certificates unless the endpoint is plain HTTP.
    ///
    /// # Errors
    /// If there are no certificates, or a variable for proxies or certificates cannot be used.
    pub fn new(endpoint: &Endpoint, limits: &Limits) -> Result<Self, FailureKind> {
        let get = |name: &str| std::env::var_os(name);
        let route = Route::to(endpoint, get).map_err(FailureKind::Proxy)?;
        let proxy = route.proxy().map(passed_on).transpose()?;
        let missing = if endpoint.is_https() {
            Roots::find(get).map_err(FailureKind::Roots)?.missing()
        } else {
            Roots::System.missing()
        };
        // An error means that a provider is already installed, which is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = || builder(endpoint, limits, proxy.as_ref());
        let build = |builder: reqwest::ClientBuilder| {
            // After the checks above, only loading certificates can fail.
            builder.build().map_err(|_| FailureKind::Roots(missing))
        };
        Ok(Self {
            reads: build(builder())?,
            mutations: build(builder().pool_max_idle_per_host(0))?,
            proxy: route.proxy().cloned(),
        })
    }
}

/// Our proxy as the library's type.
fn passed_on(proxy: &Proxy) -> Result<reqwest::Proxy, FailureKind> {
    let Proxy { variable, .. } = *proxy;
    let kind = |_| FailureKind::Proxy(ProxyFailure { variable, fault: ProxyFault::NotAddress });
    let passed = reqwest::Proxy::all(proxy.url().clone()).map_err(kind)?;
    Ok(match proxy.authorization() {
        Some(header) => passed.custom_http_auth(header.clone()),
        None => passed,
    })
}

fn builder(
    endpoint: &Endpoint,
    limits: &Limits,
    proxy: Option<&reqwest::Proxy>,
) -> reqwest::ClientBuilder {
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("axtok/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        // The library must not read proxy variables: it ignores invalid ones.
        .no_proxy()
        .https_only(endpoint.is_https())
        // The limit for the whole request is a `Deadline`, which counts time awake only.
        .connect_timeout(limits.connect);
    if let Some(proxy) = proxy {
        builder = builder.proxy(proxy.clone());
    }
    if endpoint.is_loopback() {
        // `localhost` is never looked up.
        let here = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
        let here = here.map(|ip| SocketAddr::new(ip, 0));
        builder = builder.resolve_to_addrs("localhost", &here);
    }
    if !endpoint.is_https() {
        // Plain HTTP needs no certificates: do not load the system's.
        builder = builder.tls_certs_only([]);
    }
    builder
}
