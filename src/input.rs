//! Keys, what a user can ask for, and the table that joins the two.
//! Imports nothing else of ours.

pub mod action;
pub mod changes;
pub mod key;
pub mod keymap;

pub use action::Action;
pub use changes::{Change, Position, Problem, Word};
pub use key::{Code, Key};
pub use keymap::{Binding, Context, Found, Keymap};
