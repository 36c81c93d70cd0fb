//! A connection to an API: an address and a credential.

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicI64, Ordering},
};

use crate::{
    api::{
        Endpoint,
        call::{Answer, Call},
        client::{Client, DEFAULT_PERSONAL_PATH, Limits, Sent},
        error::{Failure, FailureKind},
    },
    config::Routes,
    domain::{SafeText, Secret},
    log::{Line, Log},
};

/// The smallest change of the clock difference that is reported, in seconds. Smaller ones come
/// from the time that responses take.
const CLOCK_STEP: i64 = 30;

/// An address with a credential. The HTTP client is built for the first call, since that takes
/// longer than drawing the first frame.
#[derive(Debug)]
pub struct Connection {
    pub(super) endpoint: Endpoint,
    pub(super) credential: Arc<Secret>,
    /// What the settings say about the routes.
    routes: Routes,
    /// The deployment's name.
    pub(super) deployment: String,
    /// To the embedded server, whose tokens are not real.
    pub(super) demo: bool,
    /// Whether the credential is the one configured for the deployment.
    pub(super) is_of_its_deployment: bool,
    limits: Limits,
    log: Option<Arc<Log>>,
    client: OnceLock<Option<Client>>,
    /// The clock difference that was reported last: seconds the server was ahead.
    told_ahead: AtomicI64,
}

impl Connection {
    /// A connection with the default limits and without a log. Sends nothing yet.
    #[must_use]
    pub fn new(
        endpoint: Endpoint,
        credential: Arc<Secret>,
        routes: Routes,
        deployment: String,
        demo: bool,
    ) -> Self {
        let client = OnceLock::new();
        let told_ahead = AtomicI64::new(0);
        let (limits, log) = (Limits::default(), None);
        Self {
            endpoint,
            credential,
            routes,
            deployment,
            demo,
            is_of_its_deployment: false,
            limits,
            log,
            client,
            told_ahead,
        }
    }

    /// Writes a line to this log for each request.
    #[must_use]
    pub fn logged(self, log: Option<Arc<Log>>) -> Self {
        Self { log, ..self }
    }

    /// Sets whether the credential is the one configured for the deployment. If so, the
    /// deployment's name identifies the organisation.
    #[must_use]
    pub(super) fn of_its_deployment(self, yes: bool) -> Self {
        Self { is_of_its_deployment: yes, ..self }
    }

    /// Replaces the default limits.
    #[must_use]
    pub fn limited(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// A connection to the same address with another credential.
    pub(super) fn with(&self, credential: Arc<Secret>) -> Self {
        Self::new(
            self.endpoint.clone(),
            credential,
            self.routes.clone(),
            self.deployment.clone(),
            self.demo,
        )
    }

    /// The base path of the routes for personal tokens, or their whole address.
    pub(super) fn personal_path(&self) -> &str {
        self.routes.personal.as_deref().unwrap_or(DEFAULT_PERSONAL_PATH)
    }

    /// The host of the routes for personal tokens, if it is another one.
    pub(super) fn personal_host(&self) -> Option<String> {
        let there = self.routes.elsewhere(&self.endpoint.to_string())?;
        Some(there.host().to_owned())
    }

    fn client(&self) -> Option<Client> {
        let (endpoint, credential) = (self.endpoint.clone(), Arc::clone(&self.credential));
        let client = Client::with_limits(endpoint, credential, self.limits).ok()?;
        let client = match &self.log {
            Some(log) => client.with_observer(observer(Arc::clone(log))),
            None => client,
        };
        let client = match &self.routes.personal {
            Some(path) => client.with_personal_path(path),
            None => client,
        };
        Some(match &self.routes.audit_dataset {
            Some(name) => client.with_log_dataset(name),
            None => client,
        })
    }

    pub(super) async fn send(&self, call: &Call, org: Option<&SafeText>) -> Answer {
        match self.client.get_or_init(|| self.client()) {
            Some(client) => client.send(call, org).await,
            None => Err(Failure::new(FailureKind::Request)),
        }
    }

    /// How far the server's clock is ahead of ours, in seconds, if that is known.
    pub(super) fn ahead(&self) -> Option<i64> {
        self.client.get()?.as_ref()?.server_ahead()
    }

    /// Like [`Self::ahead`], but only if the value differs from the one reported last.
    pub(super) fn newly_ahead(&self) -> Option<i64> {
        let ahead = self.ahead()?;
        let told = self.told_ahead.load(Ordering::Relaxed);
        (ahead.abs_diff(told) >= CLOCK_STEP.unsigned_abs())
            .then(|| self.told_ahead.store(ahead, Ordering::Relaxed))
            .map(|()| ahead)
    }
}

/// Logs the fixed fields of each request.
fn observer(log: Arc<Log>) -> Arc<dyn Fn(&Sent) + Send + Sync> {
    Arc::new(move |sent: &Sent| {
        #[expect(clippy::disallowed_methods, reason = "a log line has a time")]
        let at = crate::clock::now();
        let Sent { method, route, outcome, time, attempt } = *sent;
        let milliseconds = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        // A log that cannot be written must not stop the work.
        let _ = log.request(&Line { at, method, route, outcome, milliseconds, attempt });
    })
}
