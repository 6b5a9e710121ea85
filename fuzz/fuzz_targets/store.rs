//! `cargo +nightly fuzz run --features libfuzzer store`
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| motebox_fuzz::store(bytes));
