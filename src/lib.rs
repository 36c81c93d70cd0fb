//! axtok: Axiom's token settings, in the terminal.
pub mod api;
pub mod domain;
pub mod simulator;
