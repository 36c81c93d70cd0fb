//! Keys, actions, and the keymap that maps one to the other. Imports no other
//! module of this crate.

pub mod action;
pub mod changes;
pub mod key;
pub mod keymap;

pub use action::Action;
pub use changes::{Change, Position, Problem, Word};
pub use key::{Code, Key};
pub use keymap::{Binding, Context, Found, Keymap};
