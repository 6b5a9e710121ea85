//! The composition message (docs/spec/composition.md): deterministic CBOR, read strictly.
//!
//! There is a reader of its own because a lenient one, as all general ones are, would let one composition have many
//! encodings. It holds no memory and does not recurse: the form has three levels and no more.

use minicbor::Encoder;
use minicbor::encode::write::Cursor;

use crate::{StackSpec, Why};

/// The format version that this crate reads and writes.
pub const VERSION: u32 = 1;

/// What takes the parts of a composition, in the order of its message.
///
/// The first thing that is wrong is what counts. Reading ends soon after it, but not at once: what is handed over until
/// then means nothing.
pub(crate) trait Composer<'a> {
    /// The message that is read.
    fn reader(&mut self) -> &mut Reader<'a>;

    /// Something is wrong with the message.
    fn refuse(&mut self, why: Why);

    /// Whether something is wrong.
    fn refused(&self) -> bool;

    /// A stack begins; if it is merged, into that module, counted over the whole composition.
    fn stack(&mut self, merged: bool, parent: u32);

    /// A module of the stack begun last begins, with its registry id.
    fn module(&mut self, id: u32);

    /// A parameter of the module begun last.
    fn param(&mut self, index: u32, value: u32);

    /// The trigger of the module begun last: every so many milliseconds, so many times, 0 without end.
    fn trigger(&mut self, interval_ms: u32, times: u32);

    /// The module begun last has all its parts.
    fn end_module(&mut self);
}

/// A message, as far as it has been read.
#[repr(C)]
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    at: usize,
    /// Where the last item begins.
    begin: usize,
    /// Its major type.
    major: u32,
    message: &'a [u8],
}

impl<'a> Reader<'a> {
    /// At the begin of a message.
    pub(crate) fn new(message: &'a [u8]) -> Reader<'a> {
        Reader {
            message,
            at: 0,
            begin: 0,
            major: 0,
        }
    }

    /// Where the last item begins. Modulo 2^32: no mote takes a message that long.
    fn begin(&self) -> u32 {
        self.begin as u32
    }
}

/// Reads the message of a composer.
#[inline(never)]
pub(crate) fn read<'a>(composer: &mut impl Composer<'a>) {
    let mut stacks = item(composer, ARRAY);
    let version = item(composer, UINT);
    if version != VERSION {
        composer.refuse(Why::Version(version));
    }
    while stacks > 1 && !composer.refused() {
        stacks -= 1;
        let mut modules = item(composer, ARRAY);
        let parent = item(composer, UINT | SIMPLE);
        let merged = composer.reader().major == UINT;
        composer.stack(merged, parent);
        while modules > 1 && !composer.refused() {
            modules -= 1;
            module(composer);
        }
    }
    let reader = composer.reader();
    let at = reader.at;
    if at < reader.message.len() {
        composer.refuse(Why::Trailing(at as u32));
    }
}

/// Major types, as bits of a mask.
const UINT: u32 = 1 << 0;
const ARRAY: u32 = 1 << 4;
const MAP: u32 = 1 << 5;
const SIMPLE: u32 = 1 << 7;
/// Of the simple values.
const NULL: u32 = 22;

/// A module is its id, or an array of id and parameters, with or without a trigger.
#[inline(never)]
fn module<'a>(composer: &mut impl Composer<'a>) {
    let mut id = item(composer, UINT | ARRAY);
    let begin = composer.reader().begin();
    let elements = id;
    let array = composer.reader().major == ARRAY;
    if array {
        if elements != 2 && elements != 4 {
            wrong_type(composer);
        }
        id = item(composer, UINT);
    }
    composer.module(id);
    if array {
        let mut params = item(composer, MAP);
        if params == 0 && elements == 2 {
            // That is written as the id alone.
            composer.refuse(Why::Encoding(begin));
        }
        let mut least = 0;
        while params != 0 && !composer.refused() {
            params -= 1;
            let index = item(composer, UINT);
            if index < least {
                let begin = composer.reader().begin();
                composer.refuse(Why::KeyOrder(begin));
            }
            // Behind the largest number comes none: no module has such a parameter.
            least = index.wrapping_add(1);
            let value = item(composer, UINT);
            composer.param(index, value);
        }
        if elements == 4 {
            let interval_ms = item(composer, UINT);
            let times = item(composer, UINT);
            composer.trigger(interval_ms, times);
        }
    }
    composer.end_module();
}

/// The value of an item of one of these major types, in its shortest form only. No array is empty, and of the simple
/// values there is `null`.
#[inline(never)]
fn item<'a>(composer: &mut impl Composer<'a>, majors: u32) -> u32 {
    let reader = composer.reader();
    reader.begin = reader.at;
    let initial = byte(composer);
    composer.reader().major = 1 << (initial >> 5);
    let mut value = initial & 0x1f;
    if value >= 24 {
        // 24, 25 and 26: one, two and four bytes follow.
        let bytes = if value > 26 { 0 } else { 1 << (value - 24) };
        value = 0;
        for _ in 0..bytes {
            value = value << 8 | byte(composer);
        }
        if value < 24 || value >> (4 * bytes) == 0 {
            let begin = composer.reader().begin();
            composer.refuse(Why::Encoding(begin));
        }
    }
    let major = composer.reader().major;
    if major & majors == 0 || (major == ARRAY && value == 0) || (major == SIMPLE && value != NULL) {
        wrong_type(composer);
    }
    value
}

/// The next byte; 0 behind the end.
#[inline(never)]
fn byte<'a>(composer: &mut impl Composer<'a>) -> u32 {
    let reader = composer.reader();
    let at = reader.at;
    reader.at = at + 1;
    let byte = reader.message.get(at).copied();
    if byte.is_none() {
        let len = reader.message.len() as u32;
        composer.refuse(Why::Truncated(len));
    }
    byte.unwrap_or(0).into()
}

/// Something else than the last item belongs there.
#[inline(always)]
fn wrong_type<'a>(composer: &mut impl Composer<'a>) {
    let begin = composer.reader().begin();
    composer.refuse(Why::Type(begin));
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
    let mut each = Each {
        reader: Reader::new(message),
        take,
        fault: None,
    };
    read(&mut each);
    each.fault.map_or(Ok(()), Err)
}

struct Each<'a, F> {
    reader: Reader<'a>,
    take: F,
    fault: Option<Why>,
}

impl<F: FnMut(Item)> Each<'_, F> {
    fn hand_over(&mut self, item: Item) {
        if self.fault.is_none() {
            (self.take)(item);
        }
    }
}

impl<'a, F: FnMut(Item)> Composer<'a> for Each<'a, F> {
    fn reader(&mut self) -> &mut Reader<'a> {
        &mut self.reader
    }

    fn refuse(&mut self, why: Why) {
        self.fault.get_or_insert(why);
    }

    fn refused(&self) -> bool {
        self.fault.is_some()
    }

    fn stack(&mut self, merged: bool, parent: u32) {
        let parent = merged.then_some(parent);
        self.hand_over(Item::Stack { parent });
    }

    fn module(&mut self, id: u32) {
        self.hand_over(Item::Module { id });
    }

    fn param(&mut self, index: u32, value: u32) {
        if index == u32::MAX {
            self.refuse(Why::UnknownParameter(index));
        }
        self.hand_over(Item::Param { index, value });
    }

    fn trigger(&mut self, interval_ms: u32, times: u32) {
        self.hand_over(Item::Trigger { interval_ms, times });
    }

    fn end_module(&mut self) {}
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
