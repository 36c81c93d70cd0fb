//! The management API, as a client sees it.
//!
//! `call` says what can be asked and answered, as plain data; `error` what can
//! go wrong, in words; `endpoint` where the API is; `proxy` and `roots` how it is
//! reached, by the environment; `wire` reads and writes the
//! JSON; `client` does the HTTP; `preview` shows a request as text. Shares no
//! code with the simulator: they would share their mistakes.

pub mod call;
pub mod client;
pub mod endpoint;
pub mod error;
pub mod preview;
pub mod proxy;
pub mod roots;
pub mod wire;

pub use call::{Answer, Call, Created, Reply};
pub use client::{Client, ClientError, DEFAULT_PERSONAL_PATH, Limits, Sent};
pub use endpoint::{Endpoint, EndpointError};
pub use error::{Certainty, Failure, FailureKind};
pub use proxy::Route;
pub use roots::Roots;
