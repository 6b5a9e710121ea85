//! JavaScript for microcontrollers: compiler, virtual machine and collector in one arena of the caller's, no unsafe code
#![no_std]
#![forbid(unsafe_code)]

pub mod number;
