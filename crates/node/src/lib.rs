//! Motebox: signed JavaScript containers on motes. This crate is the node that binds the family together.
//!
//! A [`Node`] is a store of containers in NOR flash, a CoAP resource through which they are read and replaced, and for each
//! of them an engine in an arena of the caller's, bound to the board's devices, timers and CoAP. It is sans-IO: datagrams,
//! answers and the time come in, datagrams, requests and a deadline go out. What it calls of the firmware is leaf work
//! only: [`Flash`] and [`Board`].
//!
//! # The loop of a system
//! ```text
//! loop {
//!     deadline = node.poll(now);                       // one flash operation and one slice of a script at most
//!     while let Some(o) = node.next_request()          { send o to its endpoint, remember o.id }
//!     while let Some(n) = node.next_notification(..)   { send it }
//!     if node.take_reboot()                            { reset }
//!     wait until deadline, or a datagram, or an answer;
//!     datagram: node.handle(&request, &mut out)        // Send: send it. Pending: poll, then handle it again.
//!     answer to o.id, or its failure: node.completed(o.id, answer)
//! }
//! ```
//! # What is not taken
//! Kinds 3 (parameters) and 5 (trust), and compressed payloads, are refused with their own numbers: 1402 and 1403. So is kind 2
//! (composition) by a node that was given no network, or built without the cargo feature `stacks`. Keys are those given at
//! construction.
#![no_std]
#![forbid(unsafe_code)]

mod backend;
mod calls;
mod config;
mod engine;
mod flash;
mod incoming;
mod inner;
mod library;
mod life;
mod node;
mod outgoing;
#[cfg(feature = "stacks")]
mod radio_calls;
mod run;
mod setup;
#[cfg(feature = "stacks")]
mod stacks;
mod status;
mod table;
mod upload;

pub use config::{Board, Config, DeviceLimits, Flash};
pub use incoming::Answer;
pub use inner::MAX_ADDRESSES;
pub use library::LIBRARY;
pub use life::{MAX_FAILED_STARTS, MAX_KILLS, MAX_STARTS};
pub use node::{BuildError, Node};
pub use outgoing::{OUTGOING_BYTES, Outgoing, RequestId};
pub use setup::{LOG_BYTES, MAX_ACTUATORS, MAX_BODY, MAX_HANDLERS, MAX_REQUESTS, MAX_TIMERS, REQUEST_BYTES};
pub use status::{State, Status};
pub use upload::MAX_SPARE_ERASES;
#[cfg(feature = "stacks")]
pub use {
    setup::{DATA_RECORDS, MAX_RECEIVERS},
    stacks::MAX_COMPOSITION,
};

pub use motebox_coap as coap;
#[cfg(feature = "stacks")]
pub use motebox_crime as crime;
pub use motebox_envelope as envelope;
pub use motebox_script as script;
pub use motebox_store as store;
