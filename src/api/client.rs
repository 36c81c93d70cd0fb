//! Carries out a [`Call`] over HTTP, and says how it ended.
//!
//! A call that changes something is sent at most once: no redirect is followed,
//! nothing is repeated, and each goes over a connection of its own, so that it
//! cannot be caught by an idle one that the server is just closing. Reads are
//! repeated a few times after a passing trouble.

mod answer;
mod body;
mod clock;
mod fault;
mod observe;
mod personal;
mod rate;
mod refusal;
mod request;
mod wires;

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
    observe::{Attempt, Observer},
    request::Ask,
    wires::Wires,
};
use super::{
    Answer, Call, Endpoint, Failure, FailureKind,
    error::{ProxyFault, ProxyFailure},
};
use crate::{
    clock::{Deadline, Elapsed},
    domain::{SafeText, Secret},
};

pub use self::observe::Sent;

/// What must hold for answers, see `crate::fuzzing`.
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing {
    pub use super::{
        answer::fuzzing::{replies, secret},
        rate::fuzzing::rate,
    };
}

/// Where the personal tokens are, unless the deployment has them elsewhere. No
/// published description has these routes (assumed).
pub const DEFAULT_PERSONAL_PATH: &str = "/v1/tokens/personal";

/// How often a read is repeated after a passing trouble.
const RETRIES: u32 = 3;

/// How long and how much the client takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Until there is a connection: name look-up, TCP and TLS.
    pub connect: Duration,
    /// For the whole of one request, from the look-up to the answer's last byte.
    /// Time in which this process is stopped does not count.
    pub whole: Duration,
    /// Before the first repetition of a read; doubles each time.
    pub backoff: Duration,
    /// Largest reply to a read, in bytes. The reply to a change is looked through for
    /// its secret that far.
    pub list_bytes: usize,
    /// How much is kept of the reply to a change, in bytes.
    pub mutation_bytes: usize,
}

impl Limits {
    /// How much is taken of a reply.
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

/// Why there can be no client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    #[error("the credential is empty or holds characters that cannot be sent")]
    Credential,
}

/// A client of one API with one credential. Needs a tokio runtime with time and
/// I/O when it sends.
#[derive(Debug)]
pub struct Client {
    endpoint: Endpoint,
    credential: Arc<Secret>,
    personal_path: String,
    limits: Limits,
    /// What it sends with, once it could be made: what was in the way may be
    /// mended meanwhile.
    wires: OnceLock<Wires>,
    observer: Option<Observer>,
    ahead: Ahead,
}

impl Client {
    /// A client with the usual limits. Its first request loads the trusted issuers
    /// unless the endpoint is plain HTTP, so build it once.
    ///
    /// # Errors
    /// When the credential cannot be a header.
    pub fn new(endpoint: Endpoint, credential: Arc<Secret>) -> Result<Self, ClientError> {
        Self::with_limits(endpoint, credential, Limits::default())
    }

    /// A client with limits of one's own.
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
        let (wires, observer, ahead) = (OnceLock::new(), None, Ahead::default());
        Ok(Self { endpoint, credential, personal_path, limits, wires, observer, ahead })
    }

    /// The same with the personal tokens elsewhere: a path below the endpoint,
    /// not percent-encoded. One with an empty or dotted segment is never sent.
    #[must_use]
    pub fn with_personal_path(self, path: &str) -> Self {
        Self { personal_path: path.to_owned(), ..self }
    }

    /// The same, telling of each request that it sends, repetitions included.
    #[must_use]
    pub fn with_observer(self, observer: Arc<dyn Fn(&Sent) + Send + Sync>) -> Self {
        Self { observer: Some(Observer::new(observer)), ..self }
    }

    /// Where it sends to.
    #[must_use]
    pub const fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// How many seconds the server's clock is ahead of ours, by the `Date` of its
    /// last answer; negative if it is behind.
    #[must_use]
    pub fn server_ahead(&self) -> Option<i64> {
        self.ahead.seconds()
    }

    /// Carries out a call. `org` is named to the server if given; personal
    /// tokens need that.
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
        let wires = match self.wires() {
            Ok(wires) => wires,
            Err(kind) => {
                attempt.end(Err(kind));
                return Err(Failure::new(kind));
            }
        };
        let client = if ask.is_sent_once() { &wires.mutations } else { &wires.reads };
        let mut deadline = Deadline::after(self.limits.whole);
        let response = self.executed(wires, client, request, &mut deadline).await;
        attempt.end(response.as_ref().map(|r| r.status().as_u16()).map_err(|kind| *kind));
        let mut response = response.map_err(Failure::new)?;
        // Whoever reads the body goes on with it.
        response.extensions_mut().insert(deadline);
        Ok(response)
    }

    /// Sends a request and waits for the response's head.
    async fn executed(
        &self,
        wires: &Wires,
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
                // The process was stopped while it connected. Nothing was sent.
                Ok(Err(e))
                    if e.is_connect()
                        && e.is_timeout()
                        && deadline.was_stopped() != was_stopped =>
                {
                    continue;
                }
                Ok(Err(e)) => return Err(self.cause(wires, &e).await),
                Err(Elapsed) => return Err(FailureKind::Timeout),
            };
            if deadline.was_stopped() == was_stopped {
                self.ahead.see(response.headers(), asked, now());
            }
            return Ok(response);
        }
    }

    /// What it sends with.
    fn wires(&self) -> Result<&Wires, FailureKind> {
        if let Some(wires) = self.wires.get() {
            return Ok(wires);
        }
        let wires = Wires::new(&self.endpoint, &self.limits)?;
        Ok(self.wires.get_or_init(|| wires))
    }

    /// What a failed request means.
    async fn cause(&self, wires: &Wires, error: &reqwest::Error) -> FailureKind {
        let Some(proxy) = &wires.proxy else { return fault::kind(error) };
        match fault::kind_via(error, proxy.variable) {
            // The library does not say which status it was.
            FailureKind::Proxy(ProxyFailure { variable, fault: ProxyFault::Refused }) => {
                let asked = refusal::ask(proxy, &self.endpoint, self.limits.connect).await;
                let fault = asked.unwrap_or(ProxyFault::Refused);
                FailureKind::Proxy(ProxyFailure { variable, fault })
            }
            kind => kind,
        }
    }

    /// Whether a read is worth a repetition after this; if so, the wait before
    /// it is over.
    async fn waited(&self, failure: &Failure, repeated: &mut u32) -> bool {
        let again = failure.is_passing() && *repeated < RETRIES;
        if again {
            tokio::time::sleep(jittered(self.limits.backoff * 2_u32.pow(*repeated))).await;
            *repeated += 1;
        }
        again
    }
}

/// Whether a client has all that it needs to send to this address: the trusted
/// issuers, and the proxy if there is one. Nothing is sent.
///
/// # Errors
/// With what each request would fail with.
pub fn readiness(endpoint: &Endpoint) -> Result<(), FailureKind> {
    Wires::new(endpoint, &Limits::default()).map(|_| ())
}

#[expect(clippy::disallowed_methods, reason = "the server's clock is compared with ours")]
fn now() -> Timestamp {
    crate::clock::now()
}

/// Half of a time to all of it, so that clients which fail together do not come
/// back together. Each `RandomState` has new keys, which is random enough.
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
    fn jitter_stays_between_half_and_all() {
        let time = Duration::from_millis(200);
        let times: Vec<_> = (0..100).map(|_| jittered(time)).collect();
        assert!(times.iter().all(|t| (time / 2..=time).contains(t)));
        assert!(times.iter().any(|t| *t != times[0]));
    }

    #[test]
    fn a_credential_that_is_no_header_is_refused() {
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
