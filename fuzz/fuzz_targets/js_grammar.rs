//! `cargo +nightly fuzz run --features libfuzzer js_grammar`
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| motebox_fuzz::js_grammar(bytes));
