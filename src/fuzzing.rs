//! The properties that must hold for any input from outside: one function per target, for the
//! fuzzer in `fuzz/` and for a test that runs them over the corpus. Compiled only for tests and
//! with the feature `fuzzing`.
//!
//! A check that needs private items of a module is in that module.

mod input;
mod lists;
mod meaning;
mod safe_text;
#[cfg(test)]
mod tests;

pub use self::{input::input, lists::lists, safe_text::safe_text};
pub use crate::{
    api::client::fuzzing::{rate, replies, secret},
    journal::fuzzing::journal,
};

/// A target: its name, which is also its corpus folder's, and its check.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: [Target; 7] = [
    ("lists", lists),
    ("secret", secret),
    ("replies", replies),
    ("rate", rate),
    ("journal", journal),
    ("safe_text", safe_text),
    ("input", input),
];
