//! `cargo +nightly fuzz run --features libfuzzer coap`
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| motebox_fuzz::coap(bytes));
