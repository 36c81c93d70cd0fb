//! What can be asked of an organisation, once for all fronts.

pub mod change;
