#![doc = include_str!("../README.md")]
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
