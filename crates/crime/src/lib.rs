//! Radio stacks composed at run time, on one mote: **amodule** (one communication service), **pipe** (what the
//! modules of a stack share) and **stack** (an ordered list of modules on one channel). Frames are byte-compatible
//! with Contiki's Rime.
//!
//! The crate is sans-IO: frames, payloads and `now` come in; frames, events and a deadline go out. All memory is the
//! caller's ([`Storage`]). Nothing recurses, nothing allocates; a frame costs a bounded number of module calls.
//!
//! ```
//! use motebox_crime::{Address, Config, FRAME_BYTES, Framing, Info, ModuleSpec, Network, Op, StackSpec, Storage};
//! use motebox_crime::modules::{self, id};
//!
//! let modules = [
//!     ModuleSpec::new(id::CHANNEL, &[(0, 129)]),
//!     ModuleSpec::new(id::BROADCAST, &[]),
//!     ModuleSpec::new(id::APP, &[]),
//! ];
//! let stack = [StackSpec::new(&modules)];
//! let config = |a| Config { address: Address::new(a, 0), seed: u32::from(a), framing: Framing::default() };
//! let (mut one, mut two) = (Storage::<2, 6, 16, 4>::new(), Storage::<2, 6, 16, 4>::new());
//! let mut one = Network::new(one.memory(), modules::REGISTRY, config(1));
//! let mut two = Network::new(two.memory(), modules::REGISTRY, config(2));
//! one.compose(0, &stack).unwrap();
//! two.compose(0, &stack).unwrap();
//!
//! one.send(1_000, 129, Address::NONE, b"Hello\0").unwrap();
//! let mut frame = [0; FRAME_BYTES];
//! let sent = one.next_frame(1_000, &mut frame).unwrap();
//! assert_eq!(frame[..sent.len], *b"\x81\x00\x01\x00Hello\0");
//!
//! two.receive(2_000, &frame[..sent.len], Info::default()).unwrap();
//! let mut payload = [0; 16];
//! let event = two.next_event(&mut payload).unwrap();
//! assert_eq!((event.op, event.from, &payload[..event.len]), (Op::Recv, Address::new(1, 0), &b"Hello\0"[..]));
//! ```
#![no_std]
#![forbid(unsafe_code)]

mod address;
pub mod composition;
mod engine;
mod module;
pub mod modules;
mod packet;
pub mod wire;

pub use address::Address;
pub use engine::{
    Config, Cost, Cx, Event, FRAME_BYTES, Frame, Ignored, Info, MAX_STEPS, Memory, Module, ModuleSpec, NEVER,
    Network, Pipe, Refused, SendError, Slot, Stack, StackSpec, Stats, Storage, Trigger, Why,
};
pub use module::{Descriptor, Doc, Flow, Handler, Op, Param, ParamDoc, Scope, interface};
pub use packet::{Attr, Field, PACKET_BYTES, Packet};
pub use wire::{Framing, Link, Mac};
