//! See the check of this name in `src/fuzzing.rs` of the program.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| axtok::fuzzing::replies(bytes));
