//! Who we are and where we go: credentials from the environment or from the
//! Axiom CLI's file; and the user's own files in the configuration folder.

pub mod credentials;
pub mod presets;

pub use credentials::{ConfigError, SignIn, find};
