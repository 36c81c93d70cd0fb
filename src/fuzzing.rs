//! What must hold whatever comes from outside: one function a target, for the
//! fuzzer in `fuzz/`, and for a test that runs them over what it has found.
//! Not a part of the program: only tests and the feature `fuzzing` have it.
//!
//! A check that needs what its module hides stands in that module.

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

/// A target: its name, which its corpus has too, and its check.
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
