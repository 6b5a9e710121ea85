//! The operating system as a Motebox script sees it: devices, timers, CoAP, permissions; for any engine.
//!
//! A script on a mote meets six objects: `saul` (sensors and actuators), `timer`, `coap`, `print`, `riot` and
//! `container`. This crate holds what they mean, without knowing any engine:
//!
//! - [`api`] is the table of names, function numbers, argument types and constants. A binding walks it; nothing about
//!   the API is written down twice.
//! - [`permission`] decides about every call: is this device, path, peer or rate granted by the container's signed
//!   manifest? A refusal is counted and becomes a catchable error in the script.
//! - [`timer`], [`handler`], [`request`], [`sample`], [`log`] and [`actuator`] are the state behind the calls. They are
//!   sans-IO state machines of fixed capacity: time comes in as an argument, deadlines go out. They keep a script's
//!   function as an opaque `C: Copy` that the engine understands (an index into its table of roots).
//!
//! Time is `u64` microseconds of a monotonic clock; [`NEVER`] is a deadline that does not come.
#![no_std]
#![forbid(unsafe_code)]

pub mod actuator;
pub mod api;
pub mod arith;
#[cfg(feature = "radio")]
pub mod data;
pub mod device;
pub mod handler;
pub mod log;
pub mod message;
pub mod meter;
pub mod path;
pub mod peer;
pub mod permission;
#[cfg(feature = "radio")]
pub mod radio;
pub mod request;
pub mod sample;
pub mod scale;
pub mod timer;

mod handle;

pub use handle::Handle;

/// The deadline that never comes.
pub const NEVER: u64 = u64::MAX;
