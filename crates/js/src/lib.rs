#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]

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
