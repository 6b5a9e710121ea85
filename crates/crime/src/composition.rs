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

/// The items of a message, in order. After an error or the end there is nothing more.
#[derive(Clone, Debug)]
pub struct Items<'a> {
    message: &'a [u8],
    at: usize,
    stacks: u32,
    modules: u32,
    params: u32,
    last_param: Option<u32>,
    trigger: bool,
    /// Parameters come next, of a module that begins at this offset.
    parameters_of: Option<u16>,
    inside_module: bool,
    done: bool,
}

const UINT: u8 = 0;
const ARRAY: u8 = 4;
const MAP: u8 = 5;
/// Major type and value of `null`.
const NULL: (u8, u32) = (7, 22);

impl<'a> Items<'a> {
    /// Reads the beginning of a message.
    ///
    /// # Errors
    /// Another version, or no composition message at all.
    pub fn new(message: &'a [u8]) -> Result<Items<'a>, Why> {
        let mut items = Items {
            message,
            at: 0,
            stacks: 0,
            modules: 0,
            params: 0,
            last_param: None,
            trigger: false,
            parameters_of: None,
            inside_module: false,
            done: false,
        };
        let elements = items.expect(ARRAY)?;
        items.stacks = elements.checked_sub(1).ok_or(Why::Type(0))?;
        match items.expect(UINT)? {
            VERSION => Ok(items),
            version => Err(Why::Version(version)),
        }
    }

    fn offset(&self) -> u16 {
        u16::try_from(self.at).unwrap_or(u16::MAX)
    }

    /// The head of an item: major type and value, in its shortest form only.
    fn head(&mut self) -> Result<(u8, u32), Why> {
        let begin = self.offset();
        let initial = self.byte()?;
        let (major, low) = (initial >> 5, u32::from(initial & 0x1f));
        // The smallest value that needs one, two and four bytes more.
        let (bytes, least) = match low {
            0..=23 => return Ok((major, low)),
            24 => (1, 24),
            25 => (2, 0x100),
            26 => (4, 0x1_0000),
            _ => return Err(Why::Encoding(begin)),
        };
        let mut value = 0;
        for _ in 0..bytes {
            value = value << 8 | u32::from(self.byte()?);
        }
        if value < least {
            Err(Why::Encoding(begin))
        } else {
            Ok((major, value))
        }
    }

    fn byte(&mut self) -> Result<u8, Why> {
        let byte = self
            .message
            .get(self.at)
            .copied()
            .ok_or(Why::Truncated(self.offset()))?;
        self.at += 1;
        Ok(byte)
    }

    fn expect(&mut self, wanted: u8) -> Result<u32, Why> {
        let begin = self.offset();
        let (major, value) = self.head()?;
        if major == wanted {
            Ok(value)
        } else {
            Err(Why::Type(begin))
        }
    }

    fn step(&mut self) -> Result<Option<Item>, Why> {
        let begin = self.offset();
        self.inside_module = true;
        if let Some(module) = self.parameters_of.take() {
            self.params = self.expect(MAP)?;
            self.last_param = None;
            if self.params == 0 && !self.trigger {
                // That is written as the id alone.
                return Err(Why::Encoding(module));
            }
        }
        if self.params != 0 {
            self.params -= 1;
            let index = self.expect(UINT)?;
            if self.last_param.is_some_and(|last| index <= last) {
                return Err(Why::KeyOrder(begin));
            }
            self.last_param = Some(index);
            return Ok(Some(Item::Param {
                index,
                value: self.expect(UINT)?,
            }));
        }
        if self.trigger {
            self.trigger = false;
            return Ok(Some(Item::Trigger {
                interval_ms: self.expect(UINT)?,
                times: self.expect(UINT)?,
            }));
        }
        self.inside_module = false;
        if self.modules != 0 {
            self.modules -= 1;
            return Ok(Some(self.module(begin)?));
        }
        if self.stacks != 0 {
            self.stacks -= 1;
            self.modules = self.expect(ARRAY)?.checked_sub(1).ok_or(Why::Type(begin))?;
            let begin = self.offset();
            let parent = match self.head()? {
                NULL => None,
                (UINT, parent) => Some(parent),
                _ => return Err(Why::Type(begin)),
            };
            return Ok(Some(Item::Stack { parent }));
        }
        if self.at == self.message.len() {
            Ok(None)
        } else {
            Err(Why::Trailing(begin))
        }
    }

    /// A module: its id, or an array of id and parameters, with or without a trigger.
    fn module(&mut self, begin: u16) -> Result<Item, Why> {
        let (major, value) = self.head()?;
        match (major, value) {
            (UINT, id) => return Ok(Item::Module { id }),
            (ARRAY, 2 | 4) => {}
            _ => return Err(Why::Type(begin)),
        }
        self.parameters_of = Some(begin);
        self.trigger = value == 4;
        Ok(Item::Module {
            id: self.expect(UINT)?,
        })
    }

    /// Whether what was read last belongs to a module that has been given out already.
    pub(crate) fn inside_module(&self) -> bool {
        self.inside_module
    }
}

impl Iterator for Items<'_> {
    type Item = Result<Item, Why>;

    fn next(&mut self) -> Option<Result<Item, Why>> {
        if self.done {
            return None;
        }
        let item = self.step();
        self.done = !matches!(item, Ok(Some(_)));
        item.transpose()
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
