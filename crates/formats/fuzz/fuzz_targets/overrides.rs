//! What the tests try with mutants of overrides, tried with whatever a fuzzer finds.
#![no_main]

#[path = "../../tests/import/attempts.rs"]
mod attempts;

libfuzzer_sys::fuzz_target!(|text: &str| {
    for (path, _) in kleister_samples::overrides() {
        attempts::overrides(&path, text);
    }
});
