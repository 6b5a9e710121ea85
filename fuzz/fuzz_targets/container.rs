//! `cargo +nightly fuzz run --features libfuzzer container`
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| motebox_fuzz::container(bytes));
