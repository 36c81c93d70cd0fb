//! A stand-in for Axiom's management API, for `--demo`, for tests, and for
//! trying other clients without an account.
//!
//! | module     | duty                                                        |
//! |------------|-------------------------------------------------------------|
//! | `message`  | a request, a response, and a refusal, as plain data         |
//! | `routes`   | which operation a method and a path ask for                 |
//! | `auth`     | who asks, and whether they may                              |
//! | `check`    | what a request's body must look like (`time`: its times)    |
//! | `store`    | the organisations, and the road of one request through them |
//! | `tokens`, `personal`, `around` | what each operation does                |
//! | `audit`    | the audit log: what is written into it, and its query          |
//! | `window`   | the rate limit                                              |
//! | `ids`      | new ids and secrets, random or repeatable                   |
//! | `scenario` | the file that says what is there and what goes wrong        |
//! | `faults`   | which request goes wrong, and how                           |
//! | `server`   | HTTP around the store (`valve`: breaking a connection,      |
//! |            | `door`: refusing one)                                       |
//!
//! [`Store`] is the whole behaviour without a network and without a clock:
//! `handle(request, now) -> response`. It shares no code with `api`, since the
//! two would share their mistakes; what keeps both honest is the published API
//! description.
//!
//! Where the real API's behaviour is not known, the simulator takes the reading
//! that is harder for a client, or lets the scenario choose.

mod around;
mod audit;
mod auth;
mod check;
mod gate;
mod faults;
mod ids;
mod message;
mod personal;
mod routes;
mod scenario;
mod server;
mod store;
mod time;
mod tokens;
mod throttle;
mod window;

pub use faults::{Fault, Hangup};
pub use message::{Request, Response};
pub use scenario::{Scenario, ScenarioError};
pub use server::{Seen, Simulator, StartError};
pub use store::Store;
