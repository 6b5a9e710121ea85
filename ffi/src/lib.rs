//! The C face of Motebox: `libmotebox.a`.
//!
//! Objects lie in the caller's memory (`mem.rs`), structs begin with their size, errors are numbers (`error.rs`), and every
//! function says in which context it may be called. This is the only crate of the library with `unsafe` code: what C
//! promises is turned into types here, and nothing else is done here.
#![no_std]
#![allow(non_camel_case_types, non_upper_case_globals)] // they are C's names
#![deny(unsafe_op_in_unsafe_fn, missing_docs, clippy::undocumented_unsafe_blocks)]
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[cfg(not(target_os = "none"))]
extern crate std;

pub mod abi;
pub mod clock32;
pub mod composition;
#[cfg(feature = "crime")]
pub mod crime;
#[cfg(feature = "crime")]
pub mod crime_call;
#[cfg(feature = "crime")]
pub mod crime_module;
#[cfg(feature = "crime")]
pub mod crime_traffic;
#[cfg(feature = "boot")]
pub mod envelope;
#[cfg(feature = "boot")]
pub mod envelope_manifest;
pub mod error;
pub mod event;
pub mod flash;
pub mod keys;
mod mem;
pub mod node;
pub mod node_board;
pub mod node_coap;
#[cfg(feature = "stacks")]
pub mod node_stacks;
#[cfg(all(target_os = "none", not(test)))]
mod panic;
pub mod refusal;
#[cfg(feature = "script")]
pub mod script;
#[cfg(feature = "script")]
pub mod script_call;
#[cfg(feature = "script")]
pub mod script_library;
#[cfg(feature = "boot")]
pub mod store;
#[cfg(feature = "boot")]
pub mod store_update;
#[cfg(any(feature = "strerror", test))]
pub mod strerror;
#[cfg(test)]
mod tests;
