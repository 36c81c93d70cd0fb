//! Who we are and where we go: credentials from the environment or from the
//! Axiom CLI's file.

pub mod credentials;

pub use credentials::{ConfigError, SignIn, find};
