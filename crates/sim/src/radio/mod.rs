//! Many nodes in one process: [`motebox_crime::Network`]s on virtual time, and the air between them.
//!
//! A run is a queue of events in the order of their times. The medium is IEEE 802.15.4 at 250 kbit/s: frames take
//! their time, a station that sends hears nothing, two frames at one receiver spoil each other unless one is stronger
//! by 3 dB, and stations listen before they send (CSMA/CA). Every chance comes from one seed: the same seed gives
//! the same run, byte for byte.
//!
//! ```
//! use motebox_crime::{Address, Event, ModuleSpec, Op, StackSpec, modules::id};
//! use motebox_sim::radio::{Observer, Room, Settings, Simulation, Size, Topology};
//!
//! let modules = [
//!     ModuleSpec::new(id::CHANNEL, &[(0, 129)]),
//!     ModuleSpec::new(id::BROADCAST, &[]),
//!     ModuleSpec::new(id::APP, &[]),
//! ];
//! let stacks = [StackSpec::new(&modules)];
//!
//! struct Heard(Vec<Address>);
//! impl Observer for Heard {
//!     fn event(&mut self, _: u64, node: Address, event: &Event, _: &[u8]) {
//!         if event.op == Op::Recv {
//!             self.0.push(node);
//!         }
//!     }
//! }
//!
//! let mut room = Room::new(3, Size::of(&stacks).unwrap());
//! let mut simulation = Simulation::new(Settings::default(), &Topology::Line, &mut room).unwrap();
//! let mut heard = Heard(Vec::new());
//! simulation.compose(&stacks).unwrap();
//! simulation.send_at(1_000_000, Address::new(2, 0), 129, Address::NONE, b"Hello").unwrap();
//! simulation.run_until(2_000_000, &mut heard);
//! assert_eq!(heard.0, [Address::new(1, 0), Address::new(3, 0)]);
//! ```

mod medium;
mod object;
mod pcap;
mod rng;
mod room;
mod simulation;
mod topology;

pub use medium::Counts;
pub use pcap::Pcap;
pub use room::{Room, Size};
pub use simulation::{NoNode, Observer, Settings, Simulation};
pub use topology::{GREY_DB, PathLoss, Position, Topology, TopologyError};
