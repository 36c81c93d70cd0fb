//! A simulator of Axiom's management API, for `--demo`, for tests, and for trying other clients
//! without an account.
//!
//! | module     | duty                                                        |
//! |------------|-------------------------------------------------------------|
//! | `message`  | a request, a response and a refusal, as plain data          |
//! | `routes`   | the operation that a method and path mean                   |
//! | `auth`     | authentication and authorisation                            |
//! | `check`    | validation of request bodies (`time`: of times in them)     |
//! | `store`    | the organisations, and the handling of one request          |
//! | `tokens`, `personal`, `around` | the operations                          |
//! | `audit`    | the audit log and its query                                 |
//! | `window`   | the rate limit                                              |
//! | `ids`      | new ids and secrets, random or repeatable                   |
//! | `scenario` | the file that describes the content and the faults          |
//! | `faults`   | which request goes wrong, and how                           |
//! | `server`   | HTTP around the store (`throttle`: breaks a connection,        |
//! |            | `gate`: refuses connections)                                |
//!
//! [`Store`] implements the API without a network or a clock: `handle(request, now) -> response`.
//! It shares no code with `api`, because shared code would share its mistakes; both follow the
//! published API description.
//!
//! Where the real API's behaviour is unknown, the simulator does what is harder for a client, or
//! lets the scenario choose.

mod around;
mod audit;
mod auth;
mod check;
mod faults;
mod gate;
mod ids;
mod message;
mod personal;
mod routes;
mod scenario;
mod server;
mod store;
mod throttle;
mod time;
mod tokens;
mod window;

pub use audit::Used;
pub use faults::{Fault, Hangup};
pub use message::{Request, Response};
pub use scenario::{Scenario, ScenarioError};
pub use server::{Seen, Simulator, StartError};
pub use store::Store;
