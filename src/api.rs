//! The management API, as a client sees it.
//!
//! `call` says what can be asked and answered, as plain data; `error` what can
//! go wrong, in words; `wire` reads and writes the JSON; `client` does the HTTP.
//! Shares no code with the simulator: they would share their mistakes.

pub mod call;
pub mod error;

pub use call::{Answer, Call, Created, Reply};
pub use error::{Class, Failure, Trouble};
