//! The memory of a network, all of it the caller's: records of stacks and modules, words for their parameters,
//! timers and state, and slots for packets on their way.

use crate::wire::Packed;
use crate::{Handler, Op, Packet};

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

/// An ordered list of modules and one pipe. What is written byte by byte lies first.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Stack {
    /// The shared data.
    pub pipe: Pipe,
    pub(crate) first: u8,
    pub(crate) count: u8,
    pub(crate) parent: u8,
    /// Of the attributes in the header; [`u8::MAX`] when they are too many for any packet.
    pub(crate) header_bytes: u8,
    /// The attributes in the header, in air order, and where they begin: the last one ends the list.
    pub(crate) header_from: u8,
    pub(crate) header: [Packed; HEADER_FIELDS],
}

/// The most attributes in the header of a stack: of the names that there are, eleven are for the air.
pub(crate) const HEADER_FIELDS: usize = 15;

impl Stack {
    /// A record to fill an array with: all zeros, so that it takes no flash.
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
        parent: 0,
        header_bytes: 0,
        header: [Packed::NONE; HEADER_FIELDS],
        header_from: 0,
    };

    /// One that belongs to nothing.
    pub(crate) const VOID: Stack = Stack {
        parent: NONE,
        ..Stack::EMPTY
    };

    /// The attributes in the header.
    pub(crate) fn fields(&self) -> &[Packed] {
        self.header.get(usize::from(self.header_from)..).unwrap_or(&[])
    }

    /// Puts an attribute before those in the header, which take so many bits; gives how many they take then.
    #[inline(always)]
    pub(crate) fn put_before(&mut self, field: Packed, bits: u32) -> u32 {
        let place = self.header_from.wrapping_sub(1);
        match self.header.get_mut(usize::from(place)) {
            Some(free) => {
                *free = field;
                self.header_from = place;
                bits + field.bits()
            }
            // More than that is given up when it is sent, as is more than a packet has room for.
            None => 8 * 255,
        }
    }

    pub(crate) fn top(&self) -> u8 {
        (self.first + self.count).wrapping_sub(1)
    }
}

/// The record of a module in a stack: all that a walk needs to know of it. Its words are its parameters, four for its
/// trigger if it has one, two for each timer, and its state.
#[derive(Clone, Copy, Debug)]
pub struct Module {
    pub(crate) handler: Option<Handler>,
    /// The operations that it is called for (see [`Op::bit`]), and the marks below.
    pub(crate) ops: u16,
    /// Where its words are: parameters, timers, state, and what is behind it.
    pub(crate) params: u16,
    pub(crate) timers: u16,
    pub(crate) state: u16,
    pub(crate) end: u16,
    /// Index of its descriptor in the registry.
    pub(crate) kind: u8,
    pub(crate) stack: u8,
}

/// Marks among a module's operations, in the place of those that no walk brings: the lowest of its stack, the highest,
/// one with a trigger.
pub(crate) const BOTTOM: u16 = 1 << 15;
pub(crate) const TOP: u16 = 1 << 14;
pub(crate) const TRIGGERED: u16 = 1 << 13;
/// Another one, that only the check of a draft asks for: a stack is merged into it.
pub(crate) const MERGED: u16 = 1 << 12;

/// Words of a trigger, before those of the timers: when its packet goes out again (two, as of a timer), every how many
/// milliseconds, and how many times (16 bits) and how many of them are left.
pub(crate) const TRIGGER_WORDS: usize = 4;

impl Module {
    /// A record to fill an array with.
    pub const EMPTY: Module = Module {
        handler: None,
        ops: 0,
        params: 0,
        timers: 0,
        state: 0,
        end: 0,
        kind: 0,
        stack: 0,
    };

    /// One that belongs to nothing.
    pub(crate) const VOID: Module = Module {
        ops: BOTTOM | TOP,
        kind: NONE,
        stack: NONE,
        ..Module::EMPTY
    };

    /// Where its timers begin, that of its trigger first.
    pub(crate) fn first_deadline(&self) -> u16 {
        if self.ops & TRIGGERED == 0 {
            self.timers
        } else {
            self.timers.wrapping_sub(TRIGGER_WORDS as u16)
        }
    }
}

/// What a packet slot is for; the numbers are bits, for sets, in which there are no free ones.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum Use {
    Free = 0,
    /// A module keeps it.
    Held = 1,
    /// A module's trigger sends it again.
    Trigger = 2,
    /// A walk that begins after the present one, from its module.
    Walk = 4,
    /// A walk that begins after the present one, down the stack merged into its module.
    Merged = 8,
    /// Waits for the radio.
    Out = 16,
    /// The radio has it.
    Air = 32,
    /// Waits for the application.
    In = 64,
}

impl Use {
    /// In a set of uses.
    pub(crate) const fn bit(self) -> u8 {
        self as u8
    }
}

/// Room for one packet on its way. What is asked for often lies first.
#[repr(C)]
#[derive(Clone, Debug)]
pub struct Slot {
    /// Orders the slots of one use.
    pub(crate) order: u32,
    pub(crate) used: Use,
    /// The walk that begins, or what the application is told.
    pub(crate) op: Op,
    /// The module that it belongs to, or [`NONE`].
    pub(crate) module: u8,
    pub(crate) packet: Packet,
}

impl Slot {
    /// A slot to fill an array with.
    pub const EMPTY: Slot = Slot {
        packet: Packet::EMPTY,
        order: 0,
        used: Use::Free,
        op: Op::Open,
        module: 0,
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
