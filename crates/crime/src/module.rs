//! What a module is: a descriptor and one function.
//!
//! The descriptor is the single source for the checks of a composition, the ids on the air, the memory that an
//! instance takes, and its part of the header. Names and units, which a mote has no use for, stand beside it in a
//! [`Doc`] that only tools refer to.

use crate::{Cx, Field};

/// The primitives of a module. Each walks its stack in one direction, module by module.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
#[repr(u8)]
pub enum Op {
    /// Up: the stack begins to live. State is zero, timers are off. There is no packet.
    Open = 0,
    /// Up: a packet came in from the air.
    Recv = 1,
    /// Up: a packet went out. Attributes are those that it was sent with.
    Sent = 2,
    /// Up: a packet was given up.
    Dropped = 3,
    /// Up: what was waited for did not come.
    TimedOut = 4,
    /// Up: there is a route to the address in `EReceiver`.
    NewRoute = 5,
    /// Up: the chunk of an object with number `Chunk` is wanted.
    ReadChunk = 6,
    /// Up: the payload is the chunk of an object with number `Chunk`.
    WriteChunk = 7,
    /// Down: a packet of this node goes out.
    Send = 8,
    /// Down: a packet of another node goes on to `Receiver`.
    Forward = 9,
    /// Down: a route to the address in `EReceiver` is wanted.
    Discover = 10,
    /// Down: the stack ends. Timers are off already; there is no packet.
    Close = 11,
    /// No walk by itself: a timer of the module has expired. The number of the timer is [`Cx::timer`].
    Timer = 12,
}

impl Op {
    /// Among the operations of a module, see [`Descriptor::ops`].
    #[must_use]
    pub const fn bit(self) -> u16 {
        1 << self as u8
    }

    /// Whether its walk goes up, from the channel to the application.
    #[must_use]
    pub const fn goes_up(self) -> bool {
        (self as u8) < (Op::Send as u8)
    }
}

/// What becomes of a walk after a module had it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flow {
    /// On to the next module in the direction of the walk. Above the last one is the module that the stack is
    /// merged into, if any.
    Go,
    /// The walk ends here: the module took the packet, or nobody wants it.
    Stop,
    /// The walk goes on from this module as another one, in the direction of that.
    Turn(Op),
    /// The walk goes on as another one, down the first stack that is merged into this module, from its top.
    Merged(Op),
    /// The packet goes to the radio, with the header of its stack before it: what the bottom of a stack answers. Without a
    /// free slot, or when it is too long, the walk goes on from here as `Dropped`.
    Transmit,
    /// The packet, or the outcome that the walk brings, goes to the application: what the top of a stack answers.
    Deliver,
}

/// The function of a module. It is called for the operations that its descriptor names; what it does not care about it
/// answers with [`Flow::Go`]. A timer's walk ends unless the module turns it.
pub type Handler = fn(&mut Cx<'_, '_>, Op) -> Flow;

/// Where in a stack a module may be.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Scope {
    /// Talks to neighbours. Never above a multihop module.
    SingleHop,
    /// Talks over several hops.
    MultiHop,
    /// The application.
    Input,
}

/// A number of a module that its user sets: three words in this order, so that other languages can write it down.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Param {
    /// The smallest value allowed.
    pub min: u32,
    /// The largest value allowed.
    pub max: u32,
    /// The value when none is given.
    pub default: u32,
}

impl Param {
    /// A parameter from `min` to `max`, both included.
    #[must_use]
    pub const fn new(min: u32, max: u32, default: u32) -> Param {
        Param { min, max, default }
    }

    /// A parameter that is an address (see [`crate::Address::value`]); 0 is none.
    pub const ADDRESS: Param = Param::new(0, 0xffff, 0);
}

/// Interfaces, as bits of a mask. What a module offers above must be among what the one above it needs.
pub mod interface {
    /// Nothing.
    pub const NONE: u16 = 0;
    /// Of `offers`: what the module below offers, for modules that only look on or delay.
    pub const SAME: u16 = 1 << 15;
    /// Frames on a channel.
    pub const LINK: u16 = 1 << 0;
    /// Packets to everybody, from nobody in particular.
    pub const ANONYMOUS: u16 = 1 << 1;
    /// Packets to everybody, with their sender.
    pub const BROADCAST: u16 = 1 << 2;
    /// Packets to one neighbour.
    pub const UNICAST: u16 = 1 << 3;
    /// Packets to one neighbour, acknowledged.
    pub const RELIABLE: u16 = 1 << 4;
    /// Packets that carry two ends and hops, and need somebody above who knows the next hop.
    pub const RELAY: u16 = 1 << 5;
    /// Packets to a node anywhere.
    pub const MULTIHOP: u16 = 1 << 6;
    /// Packets to every node of the network.
    pub const FLOOD: u16 = 1 << 7;
    /// Routes on demand.
    pub const ROUTES: u16 = 1 << 8;
    /// Objects of many chunks.
    pub const CHUNKS: u16 = 1 << 9;
    /// Values that neighbours announce.
    pub const ANNOUNCE: u16 = 1 << 10;
    /// Every interface over which an application sends and receives packets.
    pub const DATA: u16 =
        LINK | ANONYMOUS | BROADCAST | UNICAST | RELIABLE | MULTIHOP | FLOOD | CHUNKS | ANNOUNCE;
}

/// What the engine and the checker know of a module. Bytes lie before words: a Cortex-M0 reaches near fields with less code.
#[repr(C)]
#[derive(Debug)]
pub struct Descriptor {
    /// Registry id, on the air in composition messages; never reused.
    pub id: u8,
    /// Where it may stand.
    pub scope: Scope,
    /// How many timers it has.
    pub timers: u8,
    /// Packets that it may keep at one time.
    pub packets: u8,
    /// A table, added to `words`: (index of the parameter that counts its entries, words of one entry); no words, no
    /// table.
    pub words_per: (u8, u8),
    /// Words of state beside parameters and timers; parameters may add to it, see `words_per`.
    pub words: u16,
    /// Interfaces of which the module below must offer one; [`interface::NONE`] for a bottom.
    pub needs: u16,
    /// Interface that it offers to the module above; [`interface::NONE`] for a top.
    pub offers: u16,
    /// Interfaces of which the top of a stack that is merged into it must offer one.
    pub merges: u16,
    /// The operations of walks that it is called for, a sum of [`Op::bit`]; the others go past it. `Open`, `Close` and
    /// `Timer` are no walks, and always come.
    pub ops: u16,
    /// Its parameters, by index.
    pub params: &'static [Param],
    /// Its attributes in the header, before those of the modules below it.
    pub header: &'static [Field],
    /// Its function. `None` for an end of a stack that has nothing to do but that: what comes down to it goes to the radio
    /// ([`Flow::Transmit`]), what comes up to it to the application ([`Flow::Deliver`]), without a call.
    pub handler: Option<Handler>,
}

impl Descriptor {
    /// Every operation of a walk.
    pub const ALL: u16 = Descriptor::UP | Op::Send.bit() | Op::Forward.bit() | Op::Discover.bit();
    /// Every operation of a walk that goes up.
    pub const UP: u16 = Op::Send.bit() - Op::Recv.bit();

    /// A module without parameters, timers or state that hands everything on; others are written as
    /// `Descriptor { id: …, ..Descriptor::PLAIN }`.
    pub const PLAIN: Descriptor = Descriptor {
        id: 0,
        scope: Scope::SingleHop,
        needs: interface::NONE,
        offers: interface::NONE,
        merges: interface::NONE,
        params: &[],
        timers: 0,
        words: 0,
        words_per: (0, 0),
        packets: 0,
        header: &[],
        ops: Descriptor::ALL,
        handler: Some(|_, _| Flow::Go),
    };
}

/// Name, purpose and parameters of a module in words, for tools and documentation.
#[derive(Clone, Copy, Debug)]
pub struct Doc {
    /// Its name in readable compositions.
    pub name: &'static str,
    /// What it is for, in one sentence.
    pub summary: &'static str,
    /// Its parameters, in the order of the descriptor's.
    pub params: &'static [ParamDoc],
    /// The descriptor.
    pub descriptor: &'static Descriptor,
}

/// A parameter in words.
#[derive(Clone, Copy, Debug)]
pub struct ParamDoc {
    /// Its name in readable compositions.
    pub name: &'static str,
    /// Its unit: `ms`, `s`, `hops`, `address`, `1` for a count.
    pub unit: &'static str,
    /// What it does.
    pub summary: &'static str,
}
