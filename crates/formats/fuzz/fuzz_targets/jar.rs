//! What the tests try with mutants, tried with whatever a fuzzer finds.
#![no_main]

#[path = "../../tests/jars/attempts.rs"]
mod attempts;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| attempts::jar(bytes));
