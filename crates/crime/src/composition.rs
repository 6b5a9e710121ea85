//! The composition message (docs/spec/composition.md): deterministic CBOR, read strictly.
//!
//! There is a reader of its own because a lenient one, as all general ones are, would let one composition have many
//! encodings. It holds no memory and does not recurse: the form has three levels and no more.
//! There is a reader of its own because a lenient one, as all general ones are, would let one composition have many
//! encodings. It holds no memory and does not recurse: the form has three levels and no more.

use minicbor::Encoder;
use minicbor::encode::write::Cursor;

use crate::{StackSpec, Why};

/// The format version that this crate reads and writes.
pub const VERSION: u32 = 1;

/// What takes the parts of a composition, in the order of its message. Each answer is `None` when it wants no more of them.
pub trait Composer {
    /// Something is wrong with the message.
    fn refuse(&mut self, why: Why);

    /// The module begun last, if there is one, has all its parts.
    fn end_module(&mut self) -> Option<()>;

    /// A stack begins, with the module that it is merged into, counted over the whole composition.
    fn stack(&mut self, parent: Option<u32>) -> Option<()>;

    /// A module of the stack begun last begins, with its registry id.
    fn module(&mut self, id: u32) -> Option<()>;

    /// A parameter of the module begun last.
    fn param(&mut self, index: u32, value: u32) -> Option<()>;

    /// The trigger of the module begun last: every so many milliseconds, so many times, 0 without end.
    fn trigger(&mut self, interval_ms: u32, times: u32) -> Option<()>;
}

/// Reads a message. `None` when something is wrong with it, or the composer wants no more: what comes before has been
/// handed over.
pub fn read(message: &[u8], composer: &mut impl Composer) -> Option<()> {
    let mut reader = Reader {
        message,
        at: 0,
        composer,
    };
    let stacks = reader.longer_array()?;
    let version = reader.expect(UINT)?;
    if version != VERSION {
        return reader.refuse(Why::Version(version));
    }
    for _ in 0..stacks {
        reader.composer.end_module()?;
        let modules = reader.longer_array()?;
        let parent = if reader.peek() == NULL {
            reader.at += 1;
            None
        } else {
            Some(reader.expect(UINT)?)
        };
        reader.composer.stack(parent)?;
        for _ in 0..modules {
            reader.composer.end_module()?;
            reader.module()?;
        }
    }
    reader.composer.end_module()?;
    if reader.at < message.len() {
        return reader.refuse(Why::Trailing(reader.offset()));
    }
    Some(())
}

const UINT: u32 = 0;
const ARRAY: u32 = 4;
const MAP: u32 = 5;
/// `null`.
const NULL: u32 = 0xf6;

/// A message, as far as it has been read.
struct Reader<'a, C> {
    message: &'a [u8],
    at: usize,
    composer: &'a mut C,
}

impl<C: Composer> Reader<'_, C> {
    #[inline(always)]
    fn refuse<T>(&mut self, why: Why) -> Option<T> {
        self.composer.refuse(why);
        None
    }

    fn offset(&self) -> u16 {
        // Modulo 2^16: no mote takes a message that long.
        self.at as u16
    }

    /// The next byte; 0 behind the end.
    fn peek(&self) -> u32 {
        self.message.get(self.at).copied().unwrap_or(0).into()
    }

    /// The value of an item of one major type, in its shortest form only.
    fn expect(&mut self, major: u32) -> Option<u32> {
        let begin = self.offset();
        let initial = self.peek();
        let (mut value, mut least) = (initial & 0x1f, 0);
        self.at += 1;
        if value >= 24 {
            // 24, 25 and 26: one, two and four bytes follow.
            let bytes = 1 << (value - 24);
            if bytes > 4 {
                return self.refuse(Why::Encoding(begin));
            }
            least = if bytes == 1 { 24 } else { 1 << (4 * bytes) };
            value = 0;
            for _ in 0..bytes {
                value = value << 8 | self.peek();
                self.at += 1;
            }
        }
        let len = self.message.len();
        if self.at > len {
            self.refuse(Why::Truncated(len as u16))
        } else if value < least {
            self.refuse(Why::Encoding(begin))
        } else if initial >> 5 != major {
            self.refuse(Why::Type(begin))
        } else {
            Some(value)
        }
    }

    /// The number of elements of an array behind its first one.
    fn longer_array(&mut self) -> Option<u32> {
        let begin = self.offset();
        match self.expect(ARRAY)? {
            0 => self.refuse(Why::Type(begin)),
            elements => Some(elements - 1),
        }
    }

    /// A module is its id, or an array of id and parameters, with or without a trigger.
    fn module(&mut self) -> Option<()> {
        let begin = self.offset();
        let mut elements = 1;
        if self.peek() >> 5 == ARRAY {
            elements = self.expect(ARRAY)?;
            if elements != 2 && elements != 4 {
                return self.refuse(Why::Type(begin));
            }
        }
        let id = self.expect(UINT)?;
        self.composer.module(id)?;
        if elements == 1 {
            return Some(());
        }
        let params = self.expect(MAP)?;
        if params == 0 && elements == 2 {
            // That is written as the id alone.
            return self.refuse(Why::Encoding(begin));
        }
        let mut least = 0;
        for _ in 0..params {
            let begin = self.offset();
            let index = self.expect(UINT)?;
            if index < least {
                return self.refuse(Why::KeyOrder(begin));
            }
            least = index.saturating_add(1);
            let value = self.expect(UINT)?;
            self.composer.param(index, value)?;
        }
        if elements == 4 {
            let interval_ms = self.expect(UINT)?;
            let times = self.expect(UINT)?;
            self.composer.trigger(interval_ms, times)?;
        }
        Some(())
    }
}

/// A part of a composition.
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

/// Reads a message item by item, for tools.
///
/// # Errors
/// The first thing that is wrong with it; the items before have been handed over.
pub fn items(message: &[u8], take: impl FnMut(Item)) -> Result<(), Why> {
    let mut each = Each { take, fault: None };
    read(message, &mut each);
    each.fault.map_or(Ok(()), Err)
}

struct Each<F> {
    take: F,
    fault: Option<Why>,
}

impl<F: FnMut(Item)> Composer for Each<F> {
    fn refuse(&mut self, why: Why) {
        self.fault = Some(why);
    }

    fn end_module(&mut self) -> Option<()> {
        Some(())
    }

    fn stack(&mut self, parent: Option<u32>) -> Option<()> {
        (self.take)(Item::Stack { parent });
        Some(())
    }

    fn module(&mut self, id: u32) -> Option<()> {
        (self.take)(Item::Module { id });
        Some(())
    }

    fn param(&mut self, index: u32, value: u32) -> Option<()> {
        (self.take)(Item::Param { index, value });
        Some(())
    }

    fn trigger(&mut self, interval_ms: u32, times: u32) -> Option<()> {
        (self.take)(Item::Trigger { interval_ms, times });
        Some(())
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
