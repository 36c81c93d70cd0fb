//! HTTP around the store: listens on a loopback address, provides the time and applies faults. All
//! decisions about the API are the store's.

use std::{
    collections::VecDeque,
    fmt, io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    extract::{ConnectInfo, Request as HttpRequest, State},
    handler::Handler,
    response::Response as HttpResponse,
};
use jiff::{SignedDuration, Timestamp};
use tokio::{sync::oneshot, task::JoinHandle};

use super::{
    faults::{Fault, Faults},
    gate::{Gate, Handle},
    message::{Request, Response},
    scenario::Scenario,
    store::Store,
    throttle::{Throttle, ThrottledListener},
};

mod wire;

/// How many requests are remembered; the oldest are dropped first.
const REMEMBERED: usize = 100_000;

/// A running simulator. Dropping it stops it.
pub struct Simulator {
    shared: Arc<Shared>,
    address: SocketAddr,
    personal_token: String,
    api_token: String,
    org_id: String,
    task: JoinHandle<()>,
    /// Dropping this stops the server.
    _stop: oneshot::Sender<()>,
}

impl fmt::Debug for Simulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulator").field("address", &self.address).finish_non_exhaustive()
    }
}

/// Why the simulator cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is not a loopback address.
    #[error("the simulator listens on a loopback address only, not on {0}")]
    NotLoopback(SocketAddr),
    /// The address could not be bound.
    #[error("the simulator cannot listen on {0}")]
    Listen(SocketAddr, #[source] io::Error),
}

/// A request that arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The method, such as `POST`.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The status of the response; `None` if the connection was dropped.
    pub status: Option<u16>,
}

impl Simulator {
    /// Any free port on the loopback address, for [`Self::start`].
    pub const ANY_PORT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

    /// Starts listening, and serves on the current tokio runtime.
    ///
    /// # Errors
    /// If the address is not a loopback address, or cannot be bound.
    pub async fn start(scenario: Scenario, listen: SocketAddr) -> Result<Self, StartError> {
        if !listen.ip().is_loopback() {
            return Err(StartError::NotLoopback(listen));
        }
        let failed = |error| StartError::Listen(listen, error);
        let (gate, handle) = Gate::open(listen).await.map_err(failed)?;
        let address = gate.address();

        let clock = Clock(SignedDuration::from_secs(scenario.clock_offset_s));
        let store = Store::new(&scenario, clock.now());
        let (personal_token, api_token, org_id) = (
            store.personal_token().to_owned(),
            store.api_token().to_owned(),
            store.org_id().to_owned(),
        );
        let faults = scenario.fault.into_iter().map(toml::Spanned::into_inner).collect();
        let state = StateOf { store, faults: Faults::new(faults), seen: VecDeque::new() };
        let shared = Arc::new(Shared { clock, gate: handle, state: Mutex::new(state) });

        let (stop, stopped) = oneshot::channel::<()>();
        let service =
            serve.with_state(Arc::clone(&shared)).into_make_service_with_connect_info::<Throttle>();
        let server = axum::serve(ThrottledListener(gate), service).with_graceful_shutdown(async {
            // Nothing is ever sent: the sender is dropped, which ends the server.
            let _ = stopped.await;
        });
        let task = tokio::spawn(async {
            let _ = server.await;
        });
        Ok(Self { shared, address, personal_token, api_token, org_id, task, _stop: stop })
    }

    /// The base address for clients: `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The secret of the user's personal token.
    #[must_use]
    pub fn personal_token(&self) -> &str {
        &self.personal_token
    }

    /// The secret of an API token: the scenario's `api_token`, else the first token; empty if
    /// there is none.
    #[must_use]
    pub fn api_token(&self) -> &str {
        &self.api_token
    }

    /// The id of the default organisation.
    #[must_use]
    pub fn org_id(&self) -> &str {
        &self.org_id
    }

    /// The requests so far, in order.
    #[must_use]
    pub fn requests(&self) -> Vec<Seen> {
        self.shared.state().seen.iter().cloned().collect()
    }

    /// Adds a fault. One for an unknown route has no effect.
    pub fn inject(&self, fault: Fault) {
        self.shared.state().faults.add(fault);
    }

    /// Starts or stops refusing new connections, like a server that is down. Existing ones
    /// continue. In effect when this returns.
    pub async fn refuse(&self, refuse: bool) {
        self.shared.gate.set(!refuse).await;
    }

    /// Waits until the server ends, which happens only if the listener fails.
    pub async fn wait(&mut self) {
        let _ = (&mut self.task).await;
    }
}

/// The real clock with an offset.
#[derive(Clone, Copy)]
struct Clock(SignedDuration);

impl Clock {
    fn now(self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "the server has its own clock")]
        let now = crate::clock::now();
        now.checked_add(self.0).unwrap_or(now)
    }
}

struct Shared {
    clock: Clock,
    gate: Handle,
    state: Mutex<StateOf>,
}

struct StateOf {
    store: Store,
    faults: Faults,
    seen: VecDeque<Seen>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, StateOf> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StateOf {
    /// The response that the client gets, and the fault for its delivery.
    fn answer(&mut self, request: &Request, now: Timestamp) -> (Response, Fault) {
        let route = self.store.route_name(request);
        let fault = self.faults.meet(route.as_deref()).unwrap_or_default();
        let mut response = Response { status: 200, ..Response::default() };
        if let Some(429 | 430) = fault.status {
            response = self.store.add_limit_headers(response, now);
        }
        if fault.reaches_store() {
            self.store.late = fault.late;
            response = self.store.handle(request, now);
            self.store.late = 0;
        }
        let response = fault.apply(response);
        if self.seen.len() == REMEMBERED {
            self.seen.pop_front();
        }
        self.seen.push_back(Seen {
            method: request.method.clone(),
            path: request.path.clone(),
            status: fault.drop.is_none().then_some(response.status),
        });
        (response, fault)
    }
}

async fn serve(
    ConnectInfo(throttle): ConnectInfo<Throttle>,
    State(shared): State<Arc<Shared>>,
    request: HttpRequest,
) -> HttpResponse {
    throttle.open();
    let Some(request) = wire::read(request).await else {
        return wire::write(wire::broken(), Fault::default(), &throttle).await;
    };
    let (response, fault) = shared.state().answer(&request, shared.clock.now());
    if fault.refuse_ms > 0 {
        // Before the client has the response.
        shared.gate.close_for(Duration::from_millis(fault.refuse_ms)).await;
    }
    wire::write(response, fault, &throttle).await
}
