//! axtok: Axiom's token settings, in the terminal.
//!
//! ```text
//! +- header: where we are, who we are ------------------------------+
//! | screen: API tokens | token detail | new token                   |
//! |   +- overlay: review, regenerate, delete, one-time secret --+   |
//! |   +---------------------------------------------------------+   |
//! +- footer: what was just said, or the keys that work here --------+
//! ```
//!
//! The road of a keypress: `term` hears it, `runtime` hands it to
//! `app::update`, which changes the model and returns effects as data;
//! `effects` has `ops` carry them out and sends one message back; `ui::draw` draws
//! the model once. `commands` and `plain` stand on `ops` without all that.
//!
//! Imports run downward only; `tests/architecture.rs` checks that.

pub mod accepted;
pub mod api;
pub mod app;
pub mod cli;
pub mod clock;
pub mod commands;
pub mod complete;
pub mod config;
pub mod disk;
pub mod doctor;
pub mod domain;
pub mod effects;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
pub mod input;
pub mod journal;
pub mod log;
pub mod names;
pub mod ops;
pub mod plain;
pub mod process;
pub mod programs;
pub mod runtime;
pub mod simulator;
pub mod sink;
pub mod term;
pub mod ui;
