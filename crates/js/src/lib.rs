//! JavaScript for microcontrollers, in safe Rust.
//!
//! An [`Engine`] lives in one block of memory of the caller's: values, stack, compiler, everything. It
//! compiles a script in one pass, runs it for as much fuel as it is given, and hands control back at any
//! point. A script can neither leave the arena nor keep the processor: the engine is its sandbox, on chips
//! that have no other. Functions that the host lends ([`Library`], [`Host`]) may make the script wait
//! without making the host wait.
//!
//! The crate has no `unsafe` code, allocates nothing, and recurses on no input.
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(doctest, doc = include_str!("../README.md"))]

#[cfg(test)]
extern crate std;

mod api;
mod arith;
mod array;
mod builtins;
mod call;
mod compiler;
mod enumerate;
mod error;
mod gc;
mod heap;
mod intrinsic;
mod lexer;
mod message;
mod names;
pub mod number;
mod object;
mod opcode;
mod ops;
#[cfg(feature = "regexp")]
pub mod regexp;
mod rom;
#[rustfmt::skip]
mod romcode;
#[cfg(all(test, feature = "full"))]
mod romgen;
mod romlink;
mod run;
mod string;
#[cfg(feature = "lines")]
mod trace;
mod value;
mod vm;
mod words;

pub use api::{
    ArenaTooSmall, Arg, Engine, Entry, ErrorKind, Function, Host, Item, JobError, Kind, Library, Mapped,
    Memory, Name, Native, Outcome, ResultView, Resume, Root, RootsFull, Source, Step, Type, Windowed,
};
