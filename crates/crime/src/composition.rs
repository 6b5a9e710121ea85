//! The composition message (docs/spec/composition.md): deterministic CBOR, read strictly, item by item.
//!
//! There is a reader of its own because a lenient one, as all general ones are, would let one composition have many
//! encodings. It holds no memory and does not recurse: the form has three levels and no more.

use minicbor::Encoder;
use minicbor::encode::write::Cursor;

use crate::{StackSpec, Why};

/// The format version that this crate reads and writes.
pub const VERSION: u32 = 1;

/// One step through a composition message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Item {
    /// A stack begins.
    Stack {
        /// The module that it is merged into, counted over the whole composition.
        parent: Option<u32>,
    },
    /// A module of the stack begun last.
    Module {
        /// Its registry id.
        id: u32,
    },
    /// A parameter of the module begun last.
    Param {
        /// Its index.
        index: u32,
        /// Its value.
        value: u32,
    },
    /// The trigger of the module begun last.
    Trigger {
        /// Milliseconds.
        interval_ms: u32,
        /// How many times, 0 without end.
        times: u32,
    },
}

/// The items of a message, in order, up to its end or the first thing that is wrong.
#[derive(Clone, Debug)]
pub struct Items<'a> {
    message: &'a [u8],
    at: usize,
    stacks: u32,
    modules: u32,
    params: u32,
    /// The next parameter's index is at least this.
    next_param: u32,
    trigger: bool,
    /// Parameters come next, of a module that begins at this offset; 0 for none.
    parameters_of: u16,
    inside_module: bool,
    /// What is wrong; nothing more is read then.
    fault: Option<Why>,
}

const UINT: u8 = 0;
const ARRAY: u8 = 4;
const MAP: u8 = 5;
/// `null`.
const NULL: u8 = 0xf6;

impl<'a> Items<'a> {
    /// Reads the beginning of a message. One of another version, or that is none at all, has no items.
    #[must_use]
    pub fn new(message: &'a [u8]) -> Items<'a> {
        let mut items = Items {
            message,
            at: 0,
            stacks: 0,
            modules: 0,
            params: 0,
            next_param: 0,
            trigger: false,
            parameters_of: 0,
            inside_module: false,
            fault: None,
        };
        items.begin();
        items
    }

    fn begin(&mut self) -> Option<()> {
        self.stacks = self.longer_array()?;
        let version = self.expect(UINT)?;
        if version == VERSION {
            Some(())
        } else {
            self.fail(Why::Version(version))
        }
    }

    /// Keeps the first fault.
    fn fail<T>(&mut self, why: Why) -> Option<T> {
        if self.fault.is_none() {
            self.fault = Some(why);
        }
        None
    }

    fn offset(&self) -> u16 {
        // Modulo 2^16: no mote takes a message that long.
        self.at as u16
    }

    fn byte(&mut self) -> Option<u32> {
        match self.message.get(self.at) {
            Some(byte) => {
                self.at += 1;
                Some(u32::from(*byte))
            }
            None => self.fail(Why::Truncated(self.offset())),
        }
    }

    /// The value of an item of one major type, in its shortest form only.
    fn expect(&mut self, major: u8) -> Option<u32> {
        let begin = self.offset();
        let initial = self.byte()?;
        let low = initial & 0x1f;
        let mut value = low;
        if low >= 24 {
            // 24, 25 and 26: one, two and four bytes follow.
            let bytes = 1 << (low - 24);
            if bytes > 4 {
                return self.fail(Why::Encoding(begin));
            }
            value = 0;
            for _ in 0..bytes {
                value = value << 8 | self.byte()?;
            }
            let least = if bytes == 1 { 24 } else { 1 << (4 * bytes) };
            if value < least {
                return self.fail(Why::Encoding(begin));
            }
        }
        if initial >> 5 == u32::from(major) {
            Some(value)
        } else {
            self.fail(Why::Type(begin))
        }
    }

    /// The number of elements of an array behind its first one.
    fn longer_array(&mut self) -> Option<u32> {
        let begin = self.offset();
        match self.expect(ARRAY)? {
            0 => self.fail(Why::Type(begin)),
            elements => Some(elements - 1),
        }
    }

    fn peek(&self) -> u8 {
        self.message.get(self.at).copied().unwrap_or(0)
    }

    fn step(&mut self) -> Option<Item> {
        let begin = self.offset();
        self.inside_module = true;
        let module = self.parameters_of;
        if module != 0 {
            self.parameters_of = 0;
            self.params = self.expect(MAP)?;
            self.next_param = 0;
            if self.params == 0 && !self.trigger {
                // That is written as the id alone.
                return self.fail(Why::Encoding(module));
            }
        }
        if self.params != 0 {
            self.params -= 1;
            let begin = self.offset();
            let index = self.expect(UINT)?;
            if index < self.next_param {
                return self.fail(Why::KeyOrder(begin));
            }
            self.next_param = index.saturating_add(1);
            return Some(Item::Param {
                index,
                value: self.expect(UINT)?,
            });
        }
        if self.trigger {
            self.trigger = false;
            return Some(Item::Trigger {
                interval_ms: self.expect(UINT)?,
                times: self.expect(UINT)?,
            });
        }
        self.inside_module = false;
        if self.modules != 0 {
            self.modules -= 1;
            // A module is its id, or an array of id and parameters, with or without a trigger.
            if self.peek() >> 5 == ARRAY {
                let elements = self.expect(ARRAY)?;
                if elements != 2 && elements != 4 {
                    return self.fail(Why::Type(begin));
                }
                self.trigger = elements == 4;
                self.parameters_of = begin;
            }
            return Some(Item::Module {
                id: self.expect(UINT)?,
            });
        }
        if self.stacks != 0 {
            self.stacks -= 1;
            self.modules = self.longer_array()?;
            if self.peek() == NULL {
                self.at += 1;
                return Some(Item::Stack { parent: None });
            }
            return Some(Item::Stack {
                parent: Some(self.expect(UINT)?),
            });
        }
        if self.at < self.message.len() {
            self.fail(Why::Trailing(begin))
        } else {
            None
        }
    }

    /// What was wrong with the message, so far as it has been read.
    #[must_use]
    pub fn fault(&self) -> Option<Why> {
        self.fault
    }

    /// Whether what was read last belongs to a module that has been given out already.
    pub(crate) fn inside_module(&self) -> bool {
        self.inside_module
    }
}

/// Ends at a fault too: see [`Items::fault`].
impl Iterator for Items<'_> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        if self.fault.is_some() { None } else { self.step() }
    }
}

/// Writes the message of a composition, for tools; gives its length, or `None` when `out` is too short or a
/// parameter is given twice. Nothing else is checked.
pub fn encode(stacks: &[StackSpec<'_>], out: &mut [u8]) -> Option<usize> {
    let mut writer = Encoder::new(Cursor::new(out));
    writer.array(stacks.len() as u64 + 1).ok()?.u32(VERSION).ok()?;
    for stack in stacks {
        writer.array(stack.modules.len() as u64 + 1).ok()?;
        match stack.parent {
            Some(parent) => writer.u8(parent).ok()?,
            None => writer.null().ok()?,
        };
        for module in stack.modules {
            if module.params.is_empty() && module.trigger.is_none() {
                writer.u8(module.id).ok()?;
                continue;
            }
            writer
                .array(if module.trigger.is_some() { 4 } else { 2 })
                .ok()?
                .u8(module.id)
                .ok()?;
            writer.map(module.params.len() as u64).ok()?;
            let mut last = None;
            for _ in module.params {
                let rest = module
                    .params
                    .iter()
                    .filter(|(index, _)| last.is_none_or(|last| *index > last));
                let (index, value) = rest.min_by_key(|(index, _)| *index)?;
                writer.u8(*index).ok()?.u32(*value).ok()?;
                last = Some(*index);
            }
            if let Some(trigger) = module.trigger {
                writer.u32(trigger.interval_ms).ok()?.u16(trigger.times).ok()?;
            }
        }
    }
    Some(writer.writer().position())
}
