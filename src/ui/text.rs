//! Text measured, cut and wrapped in terminal columns; re-exported from `domain`.

pub use crate::domain::text::*;
