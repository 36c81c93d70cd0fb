//! The client side of Axiom's management API.
//!
//! `call` defines requests and responses as plain data, `error` the failures and their messages,
//! `endpoint` the address; `proxy` and `roots` read the network settings from the environment;
//! `wire` reads and writes the JSON, `client` sends requests over HTTP, and `preview` shows a
//! request as text. Shares no code with the simulator: shared code would hide bugs from tests.

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
