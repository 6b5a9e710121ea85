//! A Motebox mote on a PC: the node on simulated hardware, behind real sockets or in virtual time.
//!
//! | module | what it is |
//! |---|---|
//! | [`mote`] | the mote, sans-IO: [`motebox::Node`] behind the most unkind system that Motebox supports |
//! | [`serve`] | the same behind two UDP sockets |
//! | [`mod@bench`] | CoAP resources of the simulator: set sensors, read actuators, count erases, cut the power |
//! | [`flash`], [`board`], [`clock`], [`transceiver`], [`net`] | its hardware and its network |
//! | [`packet`] | a CoAP message that owns its parts, for PC programs |
//! | [`radio`] | many nodes, their composed radio stacks, and the air between them |
//! | [`field`] | a few motes with scripts and stacks, whose radios hear each other |
#![forbid(unsafe_code)]

pub mod bench;
pub mod board;
pub mod clock;
pub mod field;
pub mod flash;
pub mod mote;
pub mod net;
pub mod packet;
pub mod radio;
mod requests;
pub mod serve;
pub mod transceiver;
