//! The memory of a network, all of it the caller's: records of stacks and modules, words for their parameters,
//! timers and state, and slots for packets on their way.

use crate::{Op, Packet};

/// No module, no stack.
pub(crate) const NONE: u8 = 0xff;

/// A deadline that never comes.
pub const NEVER: u64 = u64::MAX;

/// The data that all modules of one stack share, packets aside (those carry their own addresses and attributes).
#[derive(Clone, Copy, Debug)]
pub struct Pipe {
    /// Number of the channel.
    pub channel: u16,
    /// Outcomes that the application has not been told yet: sent, dropped, timed out.
    pub(crate) untold: [u8; 3],
    /// Counts since the stack was opened.
    pub stats: Stats,
}

/// What a stack has done since it was opened. Counts wrap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Frames handed to the radio.
    pub frames_out: u32,
    /// Frames that came in on the channel.
    pub frames_in: u32,
    /// Packets given up, for want of a packet slot among other reasons.
    pub dropped: u32,
}

/// An ordered list of modules and one pipe.
#[derive(Clone, Copy, Debug)]
pub struct Stack {
    /// The shared data.
    pub pipe: Pipe,
    pub(crate) first: u8,
    pub(crate) count: u8,
    pub(crate) parent: u8,
    /// Of the attributes.
    pub(crate) header_bytes: u8,
}

impl Stack {
    /// A record to fill an array with.
    pub const EMPTY: Stack = Stack {
        pipe: Pipe {
            channel: 0,
            untold: [0; 3],
            stats: Stats {
                frames_out: 0,
                frames_in: 0,
                dropped: 0,
            },
        },
        first: 0,
        count: 0,
        parent: NONE,
        header_bytes: 0,
    };

    pub(crate) fn top(&self) -> u8 {
        (self.first + self.count).wrapping_sub(1)
    }
}

/// The record of a module in a stack.
#[derive(Clone, Copy, Debug)]
pub struct Module {
    /// When the packet in its trigger slot goes out again.
    pub(crate) trigger_at: u64,
    pub(crate) trigger_interval_ms: u32,
    /// First of its words.
    pub(crate) words: u16,
    pub(crate) word_count: u16,
    pub(crate) trigger_no: u16,
    pub(crate) triggers_left: u16,
    /// Index of its descriptor in the registry.
    pub(crate) kind: u8,
    pub(crate) stack: u8,
}

impl Module {
    /// A record to fill an array with.
    pub const EMPTY: Module = Module {
        trigger_at: NEVER,
        trigger_interval_ms: 0,
        words: 0,
        word_count: 0,
        trigger_no: 0,
        triggers_left: 0,
        kind: NONE,
        stack: NONE,
    };
}

/// What a packet slot is for; the numbers are bits, for sets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum Use {
    Free = 1,
    /// A module keeps it.
    Held = 2,
    /// A module's trigger sends it again.
    Trigger = 4,
    /// A walk that begins after the present one, from its module.
    Walk = 8,
    /// A walk that begins after the present one, down the stack merged into its module.
    Merged = 16,
    /// Waits for the radio.
    Out = 32,
    /// The radio has it.
    Air = 64,
    /// Waits for the application.
    In = 128,
}

impl Use {
    /// In a set of uses.
    pub(crate) const fn bit(self) -> u8 {
        self as u8
    }
}

/// Room for one packet on its way.
#[derive(Clone, Debug)]
pub struct Slot {
    pub(crate) packet: Packet,
    /// Orders the slots of one use.
    pub(crate) order: u32,
    pub(crate) used: Use,
    /// The walk that begins, or what the application is told.
    pub(crate) op: Op,
    /// The module that it belongs to, or [`NONE`].
    pub(crate) module: u8,
}

impl Slot {
    /// A slot to fill an array with.
    pub const EMPTY: Slot = Slot {
        packet: Packet::EMPTY,
        order: 0,
        used: Use::Free,
        op: Op::Open,
        module: NONE,
    };
}

/// The memory that a network works in. Of stacks, modules and words one half runs, and the other is for the composition
/// that comes next, so there must be twice as many as a composition takes; 254 stacks and modules and 65,535 words are
/// used at most. Slots are for both.
#[derive(Debug)]
pub struct Memory<'m> {
    /// Records of stacks.
    pub stacks: &'m mut [Stack],
    /// Records of modules.
    pub modules: &'m mut [Module],
    /// Parameters, timers and state of modules.
    pub words: &'m mut [u32],
    /// Packets on their way.
    pub slots: &'m mut [Slot],
}

/// Arrays for a network: `STACKS`, `MODULES`, `WORDS` and `SLOTS` of them.
#[derive(Debug)]
pub struct Storage<const STACKS: usize, const MODULES: usize, const WORDS: usize, const SLOTS: usize> {
    stacks: [Stack; STACKS],
    modules: [Module; MODULES],
    words: [u32; WORDS],
    slots: [Slot; SLOTS],
}

impl<const STACKS: usize, const MODULES: usize, const WORDS: usize, const SLOTS: usize>
    Storage<STACKS, MODULES, WORDS, SLOTS>
{
    /// Empty memory; fit for a `static`.
    #[must_use]
    pub const fn new() -> Self {
        Storage {
            stacks: [Stack::EMPTY; STACKS],
            modules: [Module::EMPTY; MODULES],
            words: [0; WORDS],
            slots: [const { Slot::EMPTY }; SLOTS],
        }
    }

    /// To give to a network.
    pub fn memory(&mut self) -> Memory<'_> {
        Memory {
            stacks: &mut self.stacks,
            modules: &mut self.modules,
            words: &mut self.words,
            slots: &mut self.slots,
        }
    }
}

impl<const STACKS: usize, const MODULES: usize, const WORDS: usize, const SLOTS: usize> Default
    for Storage<STACKS, MODULES, WORDS, SLOTS>
{
    fn default() -> Self {
        Self::new()
    }
}

/// A part of the records and words: one composition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) stacks: (u8, u8),
    pub(crate) modules: (u8, u8),
    pub(crate) words: (u16, u16),
}

impl Span {
    pub(crate) fn has_module(&self, module: u8) -> bool {
        (self.modules.0..self.modules.1).contains(&module)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.stacks.0 == self.stacks.1
    }
}

// What a module and a pipe may take beyond the module's own words; on every target that this is built for.
const _: () = assert!(size_of::<Module>() <= 24 && size_of::<Stack>() <= 64);
