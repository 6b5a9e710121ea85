//! A CoAP client that waits: one peer, one request at a time.

mod block;
mod exchange;
#[cfg(test)]
mod tests;
mod uri;
mod wire;

pub(crate) use block::{LARGEST_EXPONENT, Progress, Resume, Upload};
pub(crate) use exchange::{Client, Timing};
pub(crate) use uri::Uri;
pub(crate) use wire::{Udp, Wire};
