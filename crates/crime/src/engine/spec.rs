//! A composition as Rust writes it, what it costs, and why it is refused.

use super::memory::{Module, Slot, Stack};

/// Sending again by the engine: what passes the module on its way down is sent once more from there, every
/// `interval_ms`, `times` times (0: until something else is sent, or the stack closes).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Trigger {
    /// Milliseconds between two times, 1 or more.
    pub interval_ms: u32,
    /// How many times again.
    pub times: u16,
}

/// One module of a composition.
#[derive(Clone, Copy, Debug)]
pub struct ModuleSpec<'a> {
    /// Its registry id.
    pub id: u8,
    /// Parameters that differ from their default: index and value.
    pub params: &'a [(u8, u32)],
    /// Its trigger, if it has one.
    pub trigger: Option<Trigger>,
}

impl<'a> ModuleSpec<'a> {
    /// A module without trigger.
    #[must_use]
    pub const fn new(id: u8, params: &'a [(u8, u32)]) -> ModuleSpec<'a> {
        ModuleSpec {
            id,
            params,
            trigger: None,
        }
    }

    /// With a trigger.
    #[must_use]
    pub const fn triggered(self, interval_ms: u32, times: u16) -> ModuleSpec<'a> {
        ModuleSpec {
            trigger: Some(Trigger { interval_ms, times }),
            ..self
        }
    }
}

/// One stack of a composition: its modules from the channel to the top.
#[derive(Clone, Copy, Debug)]
pub struct StackSpec<'a> {
    /// The modules, bottom first.
    pub modules: &'a [ModuleSpec<'a>],
    /// The module that the stack is merged into, counted over all stacks of the composition from 0.
    pub parent: Option<u8>,
}

impl<'a> StackSpec<'a> {
    /// A stack with an application on top.
    #[must_use]
    pub const fn new(modules: &'a [ModuleSpec<'a>]) -> StackSpec<'a> {
        StackSpec {
            modules,
            parent: None,
        }
    }

    /// A stack that goes on at module `parent`.
    #[must_use]
    pub const fn merged(modules: &'a [ModuleSpec<'a>], parent: u8) -> StackSpec<'a> {
        StackSpec {
            modules,
            parent: Some(parent),
        }
    }
}

/// A composition was refused; the stacks go on that ran before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Refused {
    /// The offending module, counted over all stacks of the composition from 0. For what is no module, the number
    /// of those before it.
    pub module: u8,
    /// What is wrong with it.
    pub why: Why,
}

/// What a composition takes of a node's memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Cost {
    /// Records of stacks.
    pub stacks: u8,
    /// Records of modules.
    pub modules: u8,
    /// Words for parameters, timers and state.
    pub words: u16,
    /// Packet slots that its modules may need at one time, and one each for a frame in and out.
    pub slots: u16,
}

impl Cost {
    /// All of it in bytes, on the machine that asks.
    #[must_use]
    pub const fn ram_bytes(self) -> usize {
        self.stacks as usize * size_of::<Stack>()
            + self.modules as usize * size_of::<Module>()
            + self.words as usize * 4
            + self.slots as usize * size_of::<Slot>()
    }
}

/// What is wrong with a composition.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Why {
    /// The message ends in the middle; this many bytes are there.
    Truncated(u32),
    /// The item at this offset is not in its one deterministic encoding.
    Encoding(u32),
    /// Another type of item, or another length of an array, belongs at this offset.
    Type(u32),
    /// The parameter at this offset is given twice, or out of order.
    KeyOrder(u32),
    /// Bytes follow the message from this offset on.
    Trailing(u32),
    /// The message is of this version, which this node does not know.
    Version(u32),
    /// No stack at all, or a stack without modules.
    Empty,
    /// The node has no module with this id.
    UnknownModule(u32),
    /// The module has no parameter with this index.
    UnknownParameter(u32),
    /// This value of a parameter, or of a trigger, is out of its range.
    OutOfRange(u32),
    /// A stack begins with something else than a channel.
    NoChannel,
    /// The module needs an interface that the one below does not offer.
    Interface,
    /// A singlehop module over a multihop one.
    Scope,
    /// The top of a stack is neither an application nor merged.
    OpenTop,
    /// Another stack has this channel already.
    ChannelTaken(u32),
    /// There is no module with this number to merge into.
    NoParent(u32),
    /// The stack is merged, over one or more others, into itself.
    Cycle,
    /// The module merged into does not take what this top offers.
    MergeInterface,
    /// A stack should be merged into the module, and none is.
    NothingMerged,
    /// This many records of stacks are needed, and half of the memory has fewer.
    Stacks(u32),
    /// This many records of modules are needed, and half of the memory has fewer.
    Modules(u32),
    /// This many words are needed, and half of the memory has fewer.
    Words(u32),
    /// This many packet slots are needed, and there are fewer.
    Slots(u32),
    /// The module could not be opened.
    Open,
}

impl Why {
    /// The number of the refusal (docs/spec/composition.md, section 4), and the number that goes with it: an offset,
    /// an id, an index, a value, or how many are needed.
    #[must_use]
    pub const fn number(self) -> (u16, u32) {
        match self {
            Why::Truncated(at) => (2101, at),
            Why::Encoding(at) => (2102, at),
            Why::Type(at) => (2103, at),
            Why::KeyOrder(at) => (2104, at),
            Why::Trailing(at) => (2105, at),
            Why::Version(version) => (2106, version),
            Why::Empty => (2201, 0),
            Why::UnknownModule(id) => (2202, id),
            Why::UnknownParameter(index) => (2203, index),
            Why::OutOfRange(value) => (2204, value),
            Why::NoChannel => (2205, 0),
            Why::Interface => (2206, 0),
            Why::Scope => (2207, 0),
            Why::OpenTop => (2208, 0),
            Why::ChannelTaken(channel) => (2209, channel),
            Why::NoParent(parent) => (2210, parent),
            Why::Cycle => (2211, 0),
            Why::MergeInterface => (2212, 0),
            Why::NothingMerged => (2213, 0),
            Why::Stacks(needed) => (2301, needed),
            Why::Modules(needed) => (2302, needed),
            Why::Words(needed) => (2303, needed),
            Why::Slots(needed) => (2304, needed),
            Why::Open => (2305, 0),
        }
    }
}
