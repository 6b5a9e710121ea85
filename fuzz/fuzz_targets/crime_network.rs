//! `cargo +nightly fuzz run --features libfuzzer crime_network`
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| motebox_fuzz::crime::crime_network(bytes));
