//! Sends a [`Call`] over HTTP and returns its result.
//!
//! A change is sent at most once: no redirect is followed, nothing is retried, and each change
//! uses a new connection, since the server may be closing an idle one at that moment. Reads are
//! retried a few times after a transient error.

mod answer;
mod body;
mod clock;
mod fault;
mod http_clients;
mod observe;
mod personal;
mod rate;
mod refusal;
mod request;

use std::{
    hash::{BuildHasher as _, RandomState},
    sync::{Arc, OnceLock},
    time::Duration,
};

use jiff::Timestamp;
use reqwest::{Request, Response};

use self::{
    body::Cap,
    clock::Ahead,
    http_clients::HttpClients,
    observe::{Attempt, Observer},
    request::Ask,
};
use super::{
    Answer, Call, Endpoint, Failure, FailureKind,
    error::{ProxyFailure, ProxyFault},
};
use crate::{
    clock::{Deadline, Elapsed},
    domain::{SafeText, Secret, audit},
};

pub use self::observe::Sent;

/// Properties of responses that the fuzzer checks, see `crate::fuzzing`.
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing {
    pub use super::{
        answer::fuzzing::{replies, secret},
        rate::fuzzing::rate,
    };
}

/// The default base path of the routes for personal tokens. Assumed: no published description has
/// these routes.
pub const DEFAULT_PERSONAL_PATH: &str = "/v1/tokens/personal";

/// How often a read is retried after a transient error.
const RETRIES: u32 = 3;

/// Time and size limits of the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Time to connect: name resolution, TCP and TLS.
    pub connect: Duration,
    /// Time for one whole request, from name resolution to the response's last byte. Time during
    /// which this process is stopped does not count.
    pub whole: Duration,
    /// Delay before the first retry of a read; doubles each time.
    pub backoff: Duration,
    /// The largest response to a read, in bytes. The response to a change is searched for its
    /// secret up to this size.
    pub list_bytes: usize,
    /// How much of the response to a change is kept, in bytes.
    pub mutation_bytes: usize,
}

impl Limits {
    /// The size limits of a response.
    const fn cap(&self, is_change: bool) -> Cap {
        let kept = if is_change { self.mutation_bytes } else { self.list_bytes };
        Cap { kept, searched: if is_change { self.list_bytes } else { kept } }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            whole: Duration::from_secs(30),
            backoff: Duration::from_millis(200),
            list_bytes: 16 * 1024 * 1024,
            mutation_bytes: 4 * 1024 * 1024,
        }
    }
}

/// Why a client could not be built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// The credential is not a valid header value.
    #[error("the credential is empty or contains invalid characters")]
    Credential,
}

/// A server.
#[derive(Debug)]
struct Site {
    endpoint: Endpoint,
    /// The HTTP clients, built on first use. A failed attempt is not kept: the user may have fixed
    /// the problem before the next one.
    http_clients: OnceLock<HttpClients>,
}

impl Site {
    const fn new(endpoint: Endpoint) -> Self {
        Self { endpoint, http_clients: OnceLock::new() }
    }

    fn http_clients(&self, limits: &Limits) -> Result<&HttpClients, FailureKind> {
        if let Some(http_clients) = self.http_clients.get() {
            return Ok(http_clients);
        }
        let http_clients = HttpClients::new(&self.endpoint, limits)?;
        Ok(self.http_clients.get_or_init(|| http_clients))
    }
}

/// A client for one API with one credential. Sending needs a tokio runtime with time and I/O.
#[derive(Debug)]
pub struct Client {
    api: Site,
    credential: Arc<Secret>,
    /// The server of the routes for personal tokens, if it is another one.
    personal_site: Option<Site>,
    personal_path: String,
    log_dataset: String,
    limits: Limits,
    observer: Option<Observer>,
    ahead: Ahead,
}

impl Client {
    /// A client with the default limits. The first request loads the trusted root certificates,
    /// unless the endpoint is plain HTTP, so reuse the client.
    ///
    /// # Errors
    /// If the credential is not a valid header value.
    pub fn new(endpoint: Endpoint, credential: Arc<Secret>) -> Result<Self, ClientError> {
        Self::with_limits(endpoint, credential, Limits::default())
    }

    /// A client with other limits.
    ///
    /// # Errors
    /// As [`Client::new`].
    pub fn with_limits(
        endpoint: Endpoint,
        credential: Arc<Secret>,
        limits: Limits,
    ) -> Result<Self, ClientError> {
        request::authorization(&credential).ok_or(ClientError::Credential)?;
        let personal_path = DEFAULT_PERSONAL_PATH.to_owned();
        let (observer, ahead) = (None, Ahead::default());
        let log_dataset = audit::DATASET.to_owned();
        Ok(Self {
            api: Site::new(endpoint),
            credential,
            personal_site: None,
            personal_path,
            log_dataset,
            limits,
            observer,
            ahead,
        })
    }

    /// Sets the base path of the routes for personal tokens: relative to the endpoint, not
    /// percent-encoded; or their whole address, on any server, which gets the credential then.
    /// Calls fail if a segment is empty, `.` or `..`, or the address is refused.
    #[must_use]
    pub fn with_personal_path(self, path: &str) -> Self {
        if !path.contains("://") {
            return Self { personal_site: None, personal_path: path.to_owned(), ..self };
        }
        let (site, personal_path) = Endpoint::of_routes(path)
            .map_or_else(|_| (None, String::new()), |(site, path)| (Some(site), path));
        Self { personal_site: site.map(Site::new), personal_path, ..self }
    }

    /// Queries the audit log in this dataset or view.
    #[must_use]
    pub fn with_log_dataset(self, name: &str) -> Self {
        Self { log_dataset: name.to_owned(), ..self }
    }

    /// Reports each attempt to send a request to `observer`, retries included.
    #[must_use]
    pub fn with_observer(self, observer: Arc<dyn Fn(&Sent) + Send + Sync>) -> Self {
        Self { observer: Some(Observer::new(observer)), ..self }
    }

    /// The address of the API.
    #[must_use]
    pub const fn endpoint(&self) -> &Endpoint {
        &self.api.endpoint
    }

    /// How many seconds the server's clock is ahead of ours, from the last response's `Date`
    /// header; negative if it is behind.
    #[must_use]
    pub fn server_ahead(&self) -> Option<i64> {
        self.ahead.seconds()
    }

    /// Sends a call. `org` is sent in a header if given; with a personal token it is required.
    ///
    /// # Errors
    /// A [`Failure`], whose class says whether a change may have happened.
    pub async fn send(&self, call: &Call, org: Option<&SafeText>) -> Answer {
        if matches!(call, Call::CreatePersonalToken(_)) {
            return self.create_personal(call, org).await;
        }
        let mut repeated = 0;
        loop {
            match self.once(call, org, repeated + 1).await {
                Err(e) if !call.is_sent_once() && self.waited(&e, &mut repeated).await => {}
                answer => return answer,
            }
        }
    }

    async fn once(&self, call: &Call, org: Option<&SafeText>, attempt: u32) -> Answer {
        let response = self.execute(Ask::Call(call), org, attempt).await?;
        answer::read(call, response, self.limits.cap(call.is_mutation())).await
    }

    /// Sends one request, once.
    async fn execute(
        &self,
        ask: Ask<'_>,
        org: Option<&SafeText>,
        attempt: u32,
    ) -> Result<Response, Failure> {
        let request =
            request::build(self, ask, org).ok_or(const { Failure::new(FailureKind::Request) })?;
        let attempt = Attempt::start(self.observer.as_ref(), ask, attempt);
        let site = self.site(ask);
        let http_clients = match site.http_clients(&self.limits) {
            Ok(http_clients) => http_clients,
            Err(kind) => {
                attempt.end(Err(kind));
                return Err(Failure::new(kind));
            }
        };
        let client = if ask.is_sent_once() { &http_clients.mutations } else { &http_clients.reads };
        let mut deadline = Deadline::after(self.limits.whole);
        let response = self.executed(site, http_clients, client, request, &mut deadline).await;
        attempt.end(response.as_ref().map(|r| r.status().as_u16()).map_err(|kind| *kind));
        let mut response = response.map_err(Failure::new)?;
        // The reader of the body uses the same deadline.
        response.extensions_mut().insert(deadline);
        Ok(response)
    }

    /// Sends a request and waits for the response's status and headers.
    async fn executed(
        &self,
        site: &Site,
        http_clients: &HttpClients,
        client: &reqwest::Client,
        request: Request,
        deadline: &mut Deadline,
    ) -> Result<Response, FailureKind> {
        loop {
            let again = request.try_clone();
            let Some(this) = again else { return Err(FailureKind::Request) };
            let was_stopped = deadline.was_stopped();
            let asked = now();
            let response = match deadline.wait(client.execute(this)).await {
                Ok(Ok(response)) => response,
                // Connecting timed out because the process was stopped. Nothing was sent.
                Ok(Err(e))
                    if e.is_connect()
                        && e.is_timeout()
                        && deadline.was_stopped() != was_stopped =>
                {
                    continue;
                }
                Ok(Err(e)) => return Err(self.cause(site, http_clients, &e).await),
                Err(Elapsed) => return Err(FailureKind::Timeout),
            };
            if deadline.was_stopped() == was_stopped && std::ptr::eq(site, &raw const self.api) {
                self.ahead.see(response.headers(), asked, now());
            }
            return Ok(response);
        }
    }

    /// The server that a request goes to.
    fn site(&self, ask: Ask<'_>) -> &Site {
        self.personal_site.as_ref().filter(|_| ask.is_personal()).unwrap_or(&self.api)
    }

    /// The cause of a failed request.
    async fn cause(
        &self,
        site: &Site,
        http_clients: &HttpClients,
        error: &reqwest::Error,
    ) -> FailureKind {
        let Some(proxy) = &http_clients.proxy else { return fault::kind(error) };
        match fault::kind_via(error, proxy.variable) {
            // The library does not report the proxy's status.
            FailureKind::Proxy(ProxyFailure { variable, fault: ProxyFault::Refused }) => {
                let asked = refusal::ask(proxy, &site.endpoint, self.limits.connect).await;
                let fault = asked.unwrap_or(ProxyFault::Refused);
                FailureKind::Proxy(ProxyFailure { variable, fault })
            }
            kind => kind,
        }
    }

    /// Whether to retry a read after this failure. If so, waits before returning.
    async fn waited(&self, failure: &Failure, repeated: &mut u32) -> bool {
        let again = failure.is_passing() && *repeated < RETRIES;
        if again {
            tokio::time::sleep(jittered(self.limits.backoff * 2_u32.pow(*repeated))).await;
            *repeated += 1;
        }
        again
    }
}

/// Checks that the trusted root certificates and the proxy settings for this address can be used.
/// Sends nothing.
///
/// # Errors
/// With the error that every request to this address would have.
pub fn readiness(endpoint: &Endpoint) -> Result<(), FailureKind> {
    HttpClients::new(endpoint, &Limits::default()).map(|_| ())
}

#[expect(clippy::disallowed_methods, reason = "the server's clock is compared with ours")]
fn now() -> Timestamp {
    crate::clock::now()
}

/// A random time between half of `time` and all of it, so that clients that fail together do not
/// retry together. Each `RandomState` has new keys, which is random enough.
fn jittered(time: Duration) -> Duration {
    let random = u32::try_from(RandomState::new().hash_one(()) % 1000).unwrap_or_default();
    time / 2 + time / 2 * random / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(url: &str, credential: &str) -> Result<Client, ClientError> {
        let credential = Arc::new(Secret::new(credential.to_owned()));
        Client::new(Endpoint::parse(url).unwrap(), credential)
    }

    #[test]
    fn jitter_stays_between_half_and_the_full_delay() {
        let time = Duration::from_millis(200);
        let times: Vec<_> = (0..100).map(|_| jittered(time)).collect();
        assert!(times.iter().all(|t| (time / 2..=time).contains(t)));
        assert!(times.iter().any(|t| *t != times[0]));
    }

    #[test]
    fn a_credential_that_is_not_a_valid_header_is_rejected() {
        for bad in ["", "a\nb", "a b\u{7f}", "ü"] {
            assert_eq!(client("http://127.0.0.1", bad).unwrap_err(), ClientError::Credential);
        }
    }

    #[test]
    fn debug_does_not_show_the_credential() {
        let shown = format!("{:?}", client("http://127.0.0.1", "xapt-canary").unwrap());
        assert!(!shown.contains("canary"), "{shown}");
    }
}
