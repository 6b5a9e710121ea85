//! The command `motebox`.
#![forbid(unsafe_code)]
#![allow(dead_code)]

mod args;
mod client;
mod commands;
mod error;
mod keyfile;
mod linkformat;
mod mote;
mod status;
mod terms;
mod textform;

fn main() {}
