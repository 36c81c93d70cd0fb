//! axtok manages Axiom's API tokens and personal tokens from a terminal.
//!
//! ```text
//! +- header: deployment, organisation, user ------------------------+
//! | screen: API tokens | token detail | new token                   |
//! |   +- overlay: review, regenerate, delete, one-time secret --+   |
//! |   +---------------------------------------------------------+   |
//! +- footer: the last notice, or the keys that work here -----------+
//! ```
//!
//! A keypress takes this path: `term` reads it, and `runtime` passes it to
//! `app::update`, which changes the model and returns effects as data. `effects` runs
//! them through `ops` and sends one message back. `ui::draw` then draws the model.
//! `commands` and `plain` use `ops` directly.
//!
//! Modules only import lower layers; `tests/architecture.rs` enforces this.

pub mod accepted;
pub mod api;
pub mod app;
pub mod choices;
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
pub mod told;
pub mod ui;
pub mod version;
