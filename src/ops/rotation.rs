//! Rotations with proof: regenerate, deliver, prove, probe, end the old token. Each step is a mark
//! in the journal, so that a later run continues where one ended.

pub mod overview;
