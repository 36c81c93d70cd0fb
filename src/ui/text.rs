//! Text in columns.

pub use crate::domain::text::*;
