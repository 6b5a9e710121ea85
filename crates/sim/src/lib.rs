//! A Motebox mote on a PC.
#![forbid(unsafe_code)]

pub mod bench;
pub mod board;
pub mod clock;
pub mod flash;
pub mod net;
pub mod packet;
