//! The container resource of Motebox over CoAP: discovery, block-wise transfer, status and log.
//!
//! Request in, response out: [`Resource::handle`] takes a datagram with its circumstances and writes the answer into a
//! buffer of the caller's; the node's state is reached through [`Backend`]. No socket, no clock, no memory of its own
//! but [`Resource`]. What goes over the air is specified in `docs/spec/resource.md`.
//!
//! [`msg`] is the message codec; scripts' own CoAP and client programs use it too.
#![no_std]
#![forbid(unsafe_code)]

#[cfg(test)]
extern crate std;

mod answer;
mod backend;
mod call;
mod context;
mod get;
mod header;
mod links;
pub mod msg;
mod observe;
mod render;
mod report;
mod resource;
mod upload;
mod wanted;
mod why;
mod window;

pub use backend::{
    Access, Backend, Begun, Container, Current, Finished, Link, Observable, Offer, Part, Refusal,
};
pub use context::{Endpoint, Id, Peer, Request, Security};
pub use report::{Key, Report, SenMl, status};
pub use resource::{Config, Notification, Outcome, Resource};

/// The longest envelope (COSE_Sign1) that is collected, in bytes.
pub const MAX_ENVELOPE: usize = 342;
/// The longest header of a container's body: the text form's first line, in bytes.
pub const MAX_HEADER: usize = 11 + 456 + 65 + 3;
/// The largest write unit of flash, in bytes.
pub const MAX_WRITE_UNIT: usize = 64;
