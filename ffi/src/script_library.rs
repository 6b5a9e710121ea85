//! The functions that a C program lends to scripts: from its table to the engine's library, in the caller's memory.
//!
//! The engine wants sorted names and linked slices that stay for its life. They are made once, behind the script's object;
//! the table of C is needed no more afterwards, its texts are.

use core::ptr::NonNull;

use motebox_js::{Entry, Function, Item, Library, Name, Type};

use crate::error::{MBX_E_SCRIPT_KIND, MBX_E_SCRIPT_NAME, MBX_E_SCRIPT_NAMES};
use crate::mem::{bytes, structure};

/// Different names that the natives of one script may have, their objects' included, at most.
pub const MBX_SCRIPT_NAMES: usize = 64;

/// [`mbx_native::kind`]: a function.
pub const MBX_NATIVE_FUNCTION: u8 = 0;
/// [`mbx_native::kind`]: a fixed number.
pub const MBX_NATIVE_NUMBER: u8 = 1;
/// [`mbx_native::kind`]: a value that is asked for at each read: a function without arguments.
pub const MBX_NATIVE_GETTER: u8 = 2;

/// Type of an argument: handed over as it is.
pub const MBX_TYPE_ANY: u8 = 0;
/// Type of an argument: converted to a number, as JavaScript does it.
pub const MBX_TYPE_NUMBER: u8 = 1;
/// Type of an argument: converted to a string, as JavaScript does it.
pub const MBX_TYPE_TEXT: u8 = 2;
/// Type of an argument: must be a function; anything else is a TypeError.
pub const MBX_TYPE_FUNCTION: u8 = 3;

/// One name that scripts find: `print`, `timer.now`, or a method of a kind of host object. Names are UTF-8 and not names that
/// the engine has itself (`get`, `length`, `log`).
#[repr(C)]
pub struct mbx_native {
    /// `sizeof(mbx_native)`.
    pub size: u32,
    /// One of `MBX_NATIVE_…`.
    pub kind: u8,
    /// Not 0: it is a method of host objects of this class, 1 to 31, and `object` is empty.
    pub class_id: u8,
    /// Fewer arguments than this are a TypeError.
    pub required: u8,
    /// `MBX_TYPE_…` of all arguments behind `types`.
    pub rest: u8,
    /// The global object in which it stands (`timer`); NULL and 0: it is a global itself.
    pub object: *const u8,
    /// Bytes of `object`.
    pub object_len: usize,
    /// Its name.
    pub name: *const u8,
    /// Bytes of `name`.
    pub name_len: usize,
    /// What the callback is told.
    pub id: u16,
    /// A second number for the callback, for functions that differ little: `mbx_call_index`.
    pub index: u16,
    /// The value of a number.
    pub number: i32,
    /// `MBX_TYPE_…` of the first arguments.
    pub types: *const u8,
    /// How many.
    pub type_count: usize,
}

/// Largest class of host objects.
const MAX_CLASS: usize = 31;

// The compiler runs what indexes in these two: an index out of bounds does not compile.
/// Texts that no engine has as names: 1 to 64 times the byte 1.
#[allow(clippy::indexing_slicing)]
const PLACEHOLDERS: [&str; MBX_SCRIPT_NAMES] = {
    const ONES: &str = match core::str::from_utf8(&[1; MBX_SCRIPT_NAMES]) {
        Ok(ones) => ones,
        Err(_) => "",
    };
    let mut texts = [""; MBX_SCRIPT_NAMES];
    let mut index = 0;
    while index < MBX_SCRIPT_NAMES {
        texts[index] = ONES.split_at(index + 1).0;
        index += 1;
    }
    texts
};

/// What the engine calls the text in place `index` of a library's names, whatever it is.
#[allow(clippy::indexing_slicing)]
static NAME_AT: [Name; MBX_SCRIPT_NAMES] = {
    let mut names = [Library::name(&PLACEHOLDERS, PLACEHOLDERS[0]); MBX_SCRIPT_NAMES];
    let mut index = 0;
    while index < MBX_SCRIPT_NAMES {
        names[index] = Library::name(&PLACEHOLDERS, PLACEHOLDERS[index]);
        index += 1;
    }
    names
};

/// How much of everything a table needs.
pub(crate) struct Count {
    natives: usize,
    types: usize,
}

impl Count {
    pub(crate) fn of(natives: &[mbx_native]) -> Count {
        Count {
            natives: natives.len(),
            types: natives
                .iter()
                .fold(0, |sum, native| native.type_count.saturating_add(sum)),
        }
    }

    /// Bytes for the library: as if each native stood in an object of its own.
    pub(crate) const fn bytes(&self) -> usize {
        const ONE: usize =
            2 * size_of::<&str>() + 2 * size_of::<Entry>() + size_of::<&[Entry]>() + size_of::<Function>();
        let classes = (MAX_CLASS + 1) * size_of::<&[Entry]>();
        // Five tables follow the first, each aligned to a word.
        let gaps = 6 * size_of::<usize>();
        self.natives
            .saturating_mul(ONE)
            .saturating_add(self.types.saturating_mul(size_of::<Type>()))
            .saturating_add(classes + gaps)
    }
}

/// Memory that is given out piece by piece.
pub(crate) struct Pieces {
    next: NonNull<u8>,
    left: usize,
}

impl Pieces {
    /// # Safety
    /// `left` bytes that nobody else uses, and that stay for the life of what is taken.
    pub(crate) const unsafe fn new(next: NonNull<u8>, left: usize) -> Pieces {
        Pieces { next, left }
    }

    /// A slice of `count` copies of `fill`; shorter when there is no room, which [`Count`] rules out.
    fn take<T: Copy>(&mut self, count: usize, fill: T) -> &'static mut [T] {
        let skip = self.next.addr().get().wrapping_neg() % align_of::<T>();
        let fits = self.left.saturating_sub(skip) / size_of::<T>().max(1);
        let count = count.min(fits);
        if count == 0 {
            return &mut [];
        }
        let taken = skip + count * size_of::<T>();
        self.left -= taken;
        // SAFETY: skip and slice lie within the memory, the slice is aligned, and every element is written.
        unsafe {
            let first = self.next.byte_add(skip).cast::<T>();
            self.next = self.next.byte_add(taken);
            for index in 0..count {
                first.add(index).write(fill);
            }
            NonNull::slice_from_raw_parts(first, count).as_mut()
        }
    }
}

/// A native whose pointers were followed.
#[derive(Clone, Copy)]
struct Native<'n> {
    object: &'static str,
    name: &'static str,
    table: &'n mbx_native,
}

impl<'n> Native<'n> {
    /// # Safety
    /// What the native points to stays for the engine's life.
    unsafe fn read(table: &'n mbx_native) -> Result<Native<'n>, i32> {
        let text = |from, len| {
            // SAFETY: the caller's promise.
            let text: &'static [u8] = unsafe { bytes(from, len) }?;
            core::str::from_utf8(text).map_err(|_| MBX_E_SCRIPT_NAME)
        };
        // SAFETY: a reference is not NULL and points to its struct.
        unsafe { structure(table) }?;
        let native = Native {
            object: text(table.object, table.object_len)?,
            name: text(table.name, table.name_len)?,
            table,
        };
        let class = usize::from(table.class_id);
        match table.kind <= MBX_NATIVE_GETTER
            && class <= MAX_CLASS
            && (class == 0 || native.object.is_empty())
        {
            true => Ok(native),
            false => Err(MBX_E_SCRIPT_KIND),
        }
    }

    fn is_in(&self, object: &str, class: u8) -> bool {
        self.object == object && self.table.class_id == class
    }
}

/// The engine's library of a checked table.
///
/// # Safety
/// What the natives point to stays for the engine's life.
pub(crate) unsafe fn build(table: &[mbx_native], memory: &mut Pieces) -> Result<Library, i32> {
    // SAFETY: the caller's promise.
    let natives = || table.iter().map(|native| unsafe { Native::read(native) });
    for native in natives() {
        native?;
    }
    let natives = || natives().flatten();
    let names = names(natives().flat_map(|native| [native.name, native.object]), memory)?;
    let functions = functions(natives(), names, memory)?;

    // An object is met at its first native.
    let firsts = || {
        natives()
            .enumerate()
            .filter(|(at, native)| {
                !native.object.is_empty() && !natives().take(*at).any(|other| other.object == native.object)
            })
            .map(|(_, native)| native.object)
    };
    let objects = memory.take::<&'static [Entry]>(firsts().count(), &[]);
    for (object, name) in objects.iter_mut().zip(firsts()) {
        *object = entries(natives(), name, 0, 0, names, memory)?;
    }
    let classes = natives().map(|native| native.table.class_id).max().unwrap_or(0);
    let prototypes = memory.take::<&'static [Entry]>(usize::from(classes) + 1, &[]);
    for (prototype, class) in prototypes.iter_mut().zip(0..=classes).skip(1) {
        *prototype = entries(natives(), "", class, 0, names, memory)?;
    }
    let globals = entries(natives(), "", 0, objects.len(), names, memory)?;
    let behind = globals.len() - objects.len();
    for ((entry, name), index) in globals.iter_mut().skip(behind).zip(firsts()).zip(0..) {
        *entry = Entry {
            name: name_of(names, name)?,
            item: Item::Object(index),
        };
    }
    Ok(Library {
        names,
        globals,
        objects,
        classes: prototypes,
        functions,
    })
}

/// The texts, sorted, each once.
fn names(
    texts: impl Iterator<Item = &'static str> + Clone,
    memory: &mut Pieces,
) -> Result<&'static [&'static str], i32> {
    let names = memory.take::<&'static str>(texts.clone().count().min(MBX_SCRIPT_NAMES), "");
    let mut count = 0;
    for text in texts.filter(|text| !text.is_empty()) {
        if Library::is_engine_name(text) {
            return Err(MBX_E_SCRIPT_NAME);
        }
        let known = names.get(..count).unwrap_or(&[]);
        if let Err(at) = known.binary_search(&text) {
            let grown = names.get_mut(at..=count).ok_or(MBX_E_SCRIPT_NAMES)?;
            // Each one a place further; what falls out at the end is the empty place.
            let mut carried = text;
            for place in grown {
                core::mem::swap(place, &mut carried);
            }
            count += 1;
        }
    }
    Ok(names.get(..count).unwrap_or(&[]))
}

fn name_of(names: &[&str], text: &str) -> Result<Name, i32> {
    let place = names.binary_search(&text).ok();
    // An empty text is in no list: a native must have a name.
    place
        .and_then(|place| NAME_AT.get(place).copied())
        .ok_or(MBX_E_SCRIPT_NAME)
}

const fn type_of(number: u8) -> Result<Type, i32> {
    Ok(match number {
        MBX_TYPE_ANY => Type::Any,
        MBX_TYPE_NUMBER => Type::Number,
        MBX_TYPE_TEXT => Type::String,
        MBX_TYPE_FUNCTION => Type::Callable,
        _ => return Err(MBX_E_SCRIPT_KIND),
    })
}

fn functions<'n>(
    natives: impl Iterator<Item = Native<'n>> + Clone,
    names: &[&str],
    memory: &mut Pieces,
) -> Result<&'static [Function], i32> {
    let natives = natives.filter(|native| native.table.kind != MBX_NATIVE_NUMBER);
    let none = Function {
        name: NAME_AT[0],
        id: 0,
        index: 0,
        required: 0,
        args: &[],
        rest: None,
    };
    let functions = memory.take(natives.clone().count(), none);
    for (function, native) in functions.iter_mut().zip(natives) {
        let table = native.table;
        // SAFETY: the table's promise.
        let numbers = unsafe { bytes(table.types, table.type_count) }?;
        let types = memory.take(numbers.len(), Type::Any);
        for (to, number) in types.iter_mut().zip(numbers) {
            *to = type_of(*number)?;
        }
        *function = Function {
            name: name_of(names, native.name)?,
            id: table.id,
            index: table.index,
            required: table.required,
            args: types,
            rest: match type_of(table.rest)? {
                Type::Any => None,
                other => Some(other),
            },
        };
    }
    Ok(functions)
}

/// The entries of the natives of one object or class, and `more` places behind them.
fn entries<'n>(
    natives: impl Iterator<Item = Native<'n>> + Clone,
    object: &str,
    class: u8,
    more: usize,
    names: &[&str],
    memory: &mut Pieces,
) -> Result<&'static mut [Entry], i32> {
    let count = natives
        .clone()
        .filter(|native| native.is_in(object, class))
        .count();
    let nothing = Entry {
        name: NAME_AT[0],
        item: Item::Int(0),
    };
    let entries = memory.take(count + more, nothing);
    let mut places = entries.iter_mut();
    let mut function = 0;
    for native in natives {
        let item = match native.table.kind {
            MBX_NATIVE_NUMBER => Item::Int(native.table.number),
            MBX_NATIVE_GETTER => Item::Getter(function),
            _ => Item::Function(function),
        };
        function += u16::from(native.table.kind != MBX_NATIVE_NUMBER);
        if native.is_in(object, class)
            && let Some(place) = places.next()
        {
            *place = Entry {
                name: name_of(names, native.name)?,
                item,
            };
        }
    }
    Ok(entries)
}
