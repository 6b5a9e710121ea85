//! `cargo +nightly fuzz run --features libfuzzer crime_composition`
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| motebox_fuzz::crime::crime_composition(bytes));
