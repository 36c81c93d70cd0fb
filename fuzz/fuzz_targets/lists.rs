//! Runs the check of this name from `src/fuzzing.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| axtok::fuzzing::lists(bytes));
