//! `cargo +nightly fuzz run --features libfuzzer js_regexp`
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| motebox_fuzz::regexp::target(bytes));
