//! The signed container of Motebox: manifest, COSE_Sign1, text and binary form, verification
#![no_std]
#![forbid(unsafe_code)]
