//! One JavaScript value in 32 bits.
//!
//! Bit 0 clear: a 31-bit integer. Bit 0 set: the low byte is a tag and the upper half a 16-bit
//! reference. A reference below [`HEAP_END`] is the word index of a cell in the arena; at or above it,
//! it names something that needs no cell: a name of the script, or an entry of the tables in flash.

/// References from here on are not cells of the arena. It bounds the heap to 236 kB.
pub(crate) const HEAP_END: u16 = 0xec00;
/// String references from here on are built-in names (engine first, then the host's library).
pub(crate) const ROM_NAME: u16 = 0xfc00;
/// How many names (identifiers and literals) one script can have.
pub(crate) const MAX_NAMES: u16 = ROM_NAME - HEAP_END;

const FLOAT: u32 = 0x01;
const STR: u32 = 0x03;
const OBJ: u32 = 0x05;
const SPECIAL: u32 = 0x09;
const CELL: u32 = 0x0b;

/// A value, or one of the engine's internal markers, as it stands on the stack and in cells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Value(pub(crate) u32);

/// The smallest and largest integer that needs no cell.
pub(crate) const INT_MIN: i32 = -(1 << 30);
pub(crate) const INT_MAX: i32 = (1 << 30) - 1;

impl Value {
    pub(crate) const UNDEFINED: Value = Value(SPECIAL);
    pub(crate) const NULL: Value = Value(SPECIAL | 1 << 16);
    pub(crate) const FALSE: Value = Value(SPECIAL | 2 << 16);
    pub(crate) const TRUE: Value = Value(SPECIAL | 3 << 16);
    /// An absent array element.
    pub(crate) const HOLE: Value = Value(SPECIAL | 4 << 16);

    pub(crate) const fn int(i: i32) -> Value {
        Value((i as u32) << 1)
    }
    pub(crate) const fn float_ref(r: u16) -> Value {
        Value(FLOAT | (r as u32) << 16)
    }
    pub(crate) const fn str(r: u16) -> Value {
        Value(STR | (r as u32) << 16)
    }
    pub(crate) const fn obj(r: u16) -> Value {
        Value(OBJ | (r as u32) << 16)
    }
    /// A reference to an internal cell: a captured variable, a code cell, a pair of accessors.
    pub(crate) const fn cell(r: u16) -> Value {
        Value(CELL | (r as u32) << 16)
    }
    pub(crate) const fn bool(b: bool) -> Value {
        if b { Value::TRUE } else { Value::FALSE }
    }

    pub(crate) const fn is_int(self) -> bool {
        self.0 & 1 == 0
    }
    pub(crate) const fn as_int(self) -> i32 {
        self.0 as i32 >> 1
    }
    pub(crate) const fn tag(self) -> u32 {
        self.0 & 0xff
    }
    /// The upper half: what the tag refers to.
    pub(crate) const fn payload(self) -> u16 {
        (self.0 >> 16) as u16
    }
    pub(crate) const fn is_float(self) -> bool {
        self.tag() == FLOAT
    }
    pub(crate) const fn is_number(self) -> bool {
        self.is_int() || self.is_float()
    }
    pub(crate) const fn is_str(self) -> bool {
        self.tag() == STR
    }
    pub(crate) const fn is_obj(self) -> bool {
        self.tag() == OBJ
    }
    pub(crate) const fn is_cell(self) -> bool {
        self.tag() == CELL
    }
    /// `undefined`, `null`, a boolean, or a hole.
    pub(crate) const fn is_special(self) -> bool {
        self.tag() == SPECIAL
    }
    pub(crate) const fn is_bool(self) -> bool {
        self.0 == Value::TRUE.0 || self.0 == Value::FALSE.0
    }
    pub(crate) const fn is_nullish(self) -> bool {
        self.0 == Value::UNDEFINED.0 || self.0 == Value::NULL.0
    }
    /// The cell of an object that is not in flash.
    pub(crate) const fn heap_object(self) -> Option<u16> {
        if self.is_obj() && self.payload() < HEAP_END {
            Some(self.payload())
        } else {
            None
        }
    }
    /// Whether its upper half is a reference.
    pub(crate) const fn is_reference(self) -> bool {
        !self.is_int() && !self.is_special()
    }
    pub(crate) const fn with_payload(self, r: u16) -> Value {
        Value(self.0 & 0xffff | (r as u32) << 16)
    }
}

/// Why an operation stopped: the exception is in the engine's register.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Thrown;

/// What operations that can throw return.
pub(crate) type R<T> = Result<T, Thrown>;
