//! `ArrayBuffer`, the typed arrays and `DataView`: what touches bytes. The rest is in `rom_typed.js`.
//!
//! A buffer is a box with a cell of bytes, at most 65,535 of them. Typed arrays and data views are windows on one:
//! a VIEW cell.

use crate::heap::*;
use crate::message::m;
use crate::number as num;
use crate::rom::{self, Args};
use crate::value::{R, Value};

/// Kinds of elements, in the order of their prototypes; a `DataView` is the last kind of view.
pub(crate) mod el {
    pub(crate) const I8: u16 = 0;
    pub(crate) const U8: u16 = 1;
    pub(crate) const CLAMPED: u16 = 2;
    pub(crate) const I16: u16 = 3;
    pub(crate) const U16: u16 = 4;
    pub(crate) const I32: u16 = 5;
    pub(crate) const U32: u16 = 6;
    pub(crate) const F32: u16 = 7;
    pub(crate) const F64: u16 = 8;
    pub(crate) const DATA_VIEW: u16 = 9;
}
static PROTOS: [u16; 10] = [
    rom::INT8_PROTO,
    rom::UINT8_PROTO,
    rom::UINT8_CLAMPED_PROTO,
    rom::INT16_PROTO,
    rom::UINT16_PROTO,
    rom::INT32_PROTO,
    rom::UINT32_PROTO,
    rom::FLOAT32_PROTO,
    rom::FLOAT64_PROTO,
    rom::DATA_VIEW_PROTO,
];
/// Bytes of an element.
fn size(kind: u16) -> usize {
    match kind {
        el::I16 | el::U16 => 2,
        el::I32 | el::U32 | el::F32 => 4,
        el::F64 => 8,
        _ => 1,
    }
}
/// The number that `bytes`, lowest first, are.
fn read(kind: u16, bytes: [u8; 8]) -> f64 {
    let [a, b, c, d, ..] = bytes;
    match kind {
        el::I8 => a as i8 as f64,
        el::I16 => i16::from_le_bytes([a, b]) as f64,
        el::U16 => u16::from_le_bytes([a, b]) as f64,
        el::I32 => i32::from_le_bytes([a, b, c, d]) as f64,
        el::U32 => u32::from_le_bytes([a, b, c, d]) as f64,
        el::F32 => f32::from_le_bytes([a, b, c, d]) as f64,
        el::F64 => f64::from_le_bytes(bytes),
        _ => a as f64,
    }
}
/// The bytes of a number, lowest first.
fn write(kind: u16, x: f64) -> [u8; 8] {
    let whole = match kind {
        el::F64 => return x.to_le_bytes(),
        el::F32 => (x as f32).to_bits(),
        el::CLAMPED => {
            let down = num::floor(x);
            let up = x - down > 0.5 || x - down == 0.5 && num::remainder(down, 2.0, &mut 0) != 0.0;
            // Conversions of numbers too small or too large end at the ends, NaN at zero.
            (down + f64::from(u8::from(up))) as u8 as u32
        }
        _ => num::to_uint32(x),
    };
    (whole as u64).to_le_bytes()
}

impl Vm<'_> {
    /// A buffer of so many bytes, all zero.
    fn new_buffer(&mut self, bytes: usize) -> R<Value> {
        if bytes > 0xffff {
            return Err(self.range_error(m!("a buffer has at most 65535 bytes")));
        }
        let words = bytes.div_ceil(4);
        let data = self.alloc(t::WORDS, 2 + words)?;
        self.set_f(data, 1, pack(bytes as u16, words as u16));
        let at = data as usize + 2;
        if let Some(words) = self.mem.get_mut(at..at + words) {
            words.fill(0);
        }
        self.new_box(rom::ARRAY_BUFFER_PROTO, class::BUFFER, Value::cell(data))
    }
    /// A view on the buffer on top of the stack, which it replaces.
    fn new_view(&mut self, kind: u16, offset: usize, bytes: usize) -> R<Value> {
        let h = self.alloc(t::VIEW | class::VIEW << CLASS_SHIFT, 4);
        let buffer = self.pop().payload();
        let h = h?;
        let proto = PROTOS.get(kind as usize).copied().unwrap_or(0);
        self.set_f(h, 1, pack(proto, 0));
        self.set_f(h, 2, pack(buffer, kind));
        self.set_f(h, 3, pack(offset as u16, bytes as u16));
        Ok(Value::obj(h))
    }
    /// A new `Uint8Array` with these bytes.
    pub(crate) fn new_bytes(&mut self, bytes: &[u8]) -> R<Value> {
        let buffer = self.new_buffer(bytes.len())?;
        let data = Value(self.f(buffer.payload(), 2)).payload() as usize;
        let start = (data + 2) * 4;
        if let Some(to) = self.bytes_mut().get_mut(start..start + bytes.len()) {
            copy(to, bytes);
        }
        self.push(buffer);
        self.new_view(el::U8, 0, bytes.len())
    }
    fn is_buffer(&self, v: Value) -> bool {
        v.is_obj() && !Self::is_rom(v.payload()) && self.class_of(v.payload()) == class::BUFFER
    }
    pub(crate) fn is_view(&self, o: u16) -> bool {
        !Self::is_rom(o) && self.cell_type(o) == t::VIEW
    }
    /// First byte in the arena, and length, of a buffer's data.
    fn buffer_range(&self, buffer: u16) -> (usize, usize) {
        let data = Value(self.f(buffer, 2));
        if !data.is_cell() {
            return (0, 0);
        }
        let data = data.payload();
        ((data as usize + 2) * 4, self.f_lo(data, 1) as usize)
    }
    /// Takes a buffer's data away: the one that this is, or that it is a view on.
    pub(crate) fn detach(&mut self, v: Value) -> bool {
        let buffer = if self.is_buffer(v) {
            v.payload()
        } else if v.is_obj() && self.is_view(v.payload()) {
            self.f_lo(v.payload(), 2)
        } else {
            return false;
        };
        self.set_f(buffer, 2, Value::UNDEFINED.0);
        true
    }
    /// Checks that a buffer still has data.
    fn attached(&mut self, buffer: u16) -> R<()> {
        if Value(self.f(buffer, 2)).is_cell() {
            return Ok(());
        }
        Err(self.type_error(m!("the buffer has no memory any more")))
    }
    /// Checks that this is a typed array and has its memory; its length.
    pub(crate) fn valid_view(&mut self, v: Value) -> R<usize> {
        let o = self.view_of(v, false)?;
        self.attached(self.f_lo(o, 2))?;
        Ok(self.view_len(o))
    }
    /// Kind, first byte in the arena, and length in bytes of a view.
    fn view_range(&self, o: u16) -> (u16, usize, usize) {
        let (start, _) = self.buffer_range(self.f_lo(o, 2));
        let (offset, len) = if start == 0 {
            (0, 0)
        } else {
            (self.f_lo(o, 3), self.f_hi(o, 3))
        };
        (self.f_hi(o, 2), start + offset as usize, len as usize)
    }
    /// The bytes behind a buffer or a view.
    pub(crate) fn bytes_of(&self, v: Value) -> Option<&[u8]> {
        let (start, len) = if self.is_buffer(v) {
            self.buffer_range(v.payload())
        } else if v.is_obj() && self.is_view(v.payload()) {
            let (_, start, len) = self.view_range(v.payload());
            (start, len)
        } else {
            return None;
        };
        self.bytes().get(start..start + len)
    }
    /// How many elements a typed array has; 0 for a data view.
    pub(crate) fn view_len(&self, o: u16) -> usize {
        let (kind, _, len) = self.view_range(o);
        if kind == el::DATA_VIEW {
            0
        } else {
            len / size(kind)
        }
    }
    fn load(&self, kind: u16, at: usize) -> f64 {
        let mut bytes = [0; 8];
        copy(&mut bytes, self.bytes().get(at..at + size(kind)).unwrap_or(&[]));
        read(kind, bytes)
    }
    fn store(&mut self, kind: u16, at: usize, bytes: [u8; 8]) {
        if let Some(to) = self.bytes_mut().get_mut(at..at + size(kind)) {
            copy(to, &bytes);
        }
    }
    /// Element `i` of a typed array, which must be there.
    pub(crate) fn view_element(&self, o: u16, i: u32) -> f64 {
        let (kind, start, _) = self.view_range(o);
        self.load(kind, start + i as usize * size(kind))
    }
    /// Writes an element, if it is there; the value is a primitive.
    pub(crate) fn set_view_element(&mut self, o: u16, i: u32, v: Value) {
        let x = self.prim_to_number(v);
        if (i as usize) < self.view_len(o) {
            let (kind, start, _) = self.view_range(o);
            self.store(kind, start + i as usize * size(kind), write(kind, x));
        }
    }
    /// An argument as an index or a length: a whole number from zero on.
    fn index_arg(&mut self, args: Args, i: usize) -> R<usize> {
        let x = crate::number::to_integer(self.arg_number(args, i));
        if (0.0..9_007_199_254_740_992.0).contains(&x) {
            // Beyond what is addressable it saturates, which no check lets pass.
            return Ok(x as usize);
        }
        Err(self.range_error(m!("not an index")))
    }
    fn this_buffer(&mut self, args: Args) -> R<u16> {
        let v = self.this_arg(args);
        if self.is_buffer(v) {
            return Ok(v.payload());
        }
        Err(self.type_error(m!("a method of buffers needs an ArrayBuffer")))
    }
    fn this_view(&mut self, args: Args, data: bool) -> R<u16> {
        self.view_of(self.this_arg(args), data)
    }
    fn view_of(&mut self, v: Value, data: bool) -> R<u16> {
        if v.is_obj() && self.is_view(v.payload()) && (self.f_hi(v.payload(), 2) == el::DATA_VIEW) == data {
            return Ok(v.payload());
        }
        Err(self.type_error(m!("a method of typed arrays or views needs one")))
    }
}

/// `new ArrayBuffer(length)`.
pub(crate) fn buffer(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    if !args.construct {
        return Err(vm.type_error(m!("ArrayBuffer needs new")));
    }
    let len = vm.index_arg(args, 0)?;
    vm.new_buffer(len)
}
pub(crate) fn is_view(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let v = vm.arg(args, 0);
    Ok(Value::bool(v.is_obj() && vm.is_view(v.payload())))
}
pub(crate) fn buffer_length(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let b = vm.this_buffer(args)?;
    Ok(Value::int(vm.buffer_range(b).1 as i32))
}
/// `buffer.slice(from, to)`, where the script's part has made both places of it.
pub(crate) fn buffer_copy(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let b = vm.this_buffer(args)?;
    vm.attached(b)?;
    let len = vm.buffer_range(b).1;
    let to = vm.index_arg(args, 1)?.min(len);
    let from = vm.index_arg(args, 0)?.min(to);
    let copy = vm.new_buffer(to - from)?;
    let (start, _) = vm.buffer_range(vm.this_arg(args).payload());
    let (target, _) = vm.buffer_range(copy.payload());
    vm.move_bytes(start + from, to - from, target);
    vm.fuel -= (to - from) as i32 / 4;
    Ok(copy)
}
/// What (value) is: the kind of a view, 10 for a buffer, else -1.
pub(crate) fn kind(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let v = vm.arg(args, 0);
    Ok(Value::int(if vm.is_buffer(v) {
        10
    } else if v.is_obj() && vm.is_view(v.payload()) {
        vm.f_hi(v.payload(), 2) as i32
    } else {
        -1
    }))
}
/// A view of the kind that is `this`: (buffer, offset, length), or (undefined, 0, length) on a buffer of its own.
pub(crate) fn view(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let kind = vm.this_arg(args).as_int() as u16;
    let size = size(kind);
    let offset = vm.index_arg(args, 1)?;
    if offset % size != 0 {
        return Err(vm.range_error(m!("the offset is no multiple of the element")));
    }
    let given = vm.arg(args, 2);
    let mut bytes = vm.index_arg(args, 2)?.saturating_mul(size);
    let buffer = vm.arg(args, 0);
    if buffer == Value::UNDEFINED {
        let buffer = vm.new_buffer(bytes)?;
        vm.push(buffer);
        return vm.new_view(kind, 0, bytes);
    }
    if !vm.is_buffer(buffer) {
        return Err(vm.type_error(m!("a view needs an ArrayBuffer")));
    }
    vm.attached(buffer.payload())?;
    let (_, len) = vm.buffer_range(buffer.payload());
    if given == Value::UNDEFINED {
        if len % size != 0 {
            return Err(vm.range_error(m!("the length is no multiple of the element")));
        }
        bytes = len.saturating_sub(offset);
    }
    if offset > len || bytes > len - offset {
        return Err(vm.range_error(m!("the view ends behind its buffer")));
    }
    vm.push(buffer);
    vm.new_view(kind, offset, bytes)
}
/// `new DataView(buffer, offset, length)`.
pub(crate) fn data_view(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    if !args.construct {
        return Err(vm.type_error(m!("DataView needs new")));
    }
    if !vm.is_buffer(vm.arg(args, 0)) {
        return Err(vm.type_error(m!("a view needs an ArrayBuffer")));
    }
    vm.set_v(args.base, Value::int(el::DATA_VIEW as i32));
    view(vm, args)
}
pub(crate) fn length(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let o = vm.this_view(args, false)?;
    Ok(Value::int(vm.view_len(o) as i32))
}
/// The length of a typed array that has its memory.
pub(crate) fn valid(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let len = vm.valid_view(vm.this_arg(args))?;
    Ok(Value::int(len as i32))
}
/// The parts of a typed array (0 where the memory is gone) and of a data view.
fn part(vm: &mut Vm<'_>, args: Args, data: bool, length: bool) -> R<Value> {
    let o = vm.this_view(args, data)?;
    let buffer = vm.f_lo(o, 2);
    if data {
        vm.attached(buffer)?;
    }
    let there = Value(vm.f(buffer, 2)).is_cell();
    let part = if length { vm.f_hi(o, 3) } else { vm.f_lo(o, 3) };
    Ok(Value::int(if there { part as i32 } else { 0 }))
}
fn buffer_part(vm: &mut Vm<'_>, args: Args, data: bool) -> R<Value> {
    let o = vm.this_view(args, data)?;
    Ok(Value::obj(vm.f_lo(o, 2)))
}
pub(crate) fn byte_length(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    part(vm, args, false, true)
}
pub(crate) fn byte_offset(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    part(vm, args, false, false)
}
pub(crate) fn buffer_of(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    buffer_part(vm, args, false)
}
pub(crate) fn data_length(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    part(vm, args, true, true)
}
pub(crate) fn data_offset(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    part(vm, args, true, false)
}
pub(crate) fn data_buffer(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    buffer_part(vm, args, true)
}
/// Where a method of a data view reads or writes, and whether the lowest byte comes first.
fn place(vm: &mut Vm<'_>, args: Args, kind: u16, order: usize) -> R<(usize, bool)> {
    let o = vm.this_view(args, true)?;
    let at = vm.index_arg(args, 0)?;
    let little = vm.truthy(vm.arg(args, order));
    vm.attached(vm.f_lo(o, 2))?;
    let (_, start, len) = vm.view_range(o);
    if at.saturating_add(size(kind)) > len {
        return Err(vm.range_error(m!("outside of the view")));
    }
    Ok((start + at, little))
}
/// The bytes in the other order.
fn swapped(kind: u16, bytes: [u8; 8]) -> [u8; 8] {
    let unused = 64 - 8 * size(kind) as u32;
    u64::from_be_bytes(bytes).wrapping_shr(unused).to_le_bytes()
}
fn get(vm: &mut Vm<'_>, args: Args, kind: u16) -> R<Value> {
    let (at, little) = place(vm, args, kind, 1)?;
    let mut bytes = [0; 8];
    copy(&mut bytes, vm.bytes().get(at..at + size(kind)).unwrap_or(&[]));
    let x = read(kind, if little { bytes } else { swapped(kind, bytes) });
    vm.number(x)
}
fn set(vm: &mut Vm<'_>, args: Args, kind: u16) -> R<Value> {
    if vm.arg(args, 1).is_obj() {
        // The index is looked at before the value is converted.
        vm.this_view(args, true)?;
        vm.index_arg(args, 0)?;
        return Ok(Value::HOLE);
    }
    let x = vm.arg_number(args, 1);
    let (at, little) = place(vm, args, kind, 2)?;
    let bytes = write(kind, x);
    vm.store(kind, at, if little { bytes } else { swapped(kind, bytes) });
    Ok(Value::UNDEFINED)
}
macro_rules! accessors {
    ($($get:ident $set:ident $kind:expr;)*) => {$(
        pub(crate) fn $get(vm: &mut Vm<'_>, args: Args) -> R<Value> {
            get(vm, args, $kind)
        }
        pub(crate) fn $set(vm: &mut Vm<'_>, args: Args) -> R<Value> {
            set(vm, args, $kind)
        }
    )*};
}
accessors! {
    get_int8 set_int8 el::I8;
    get_uint8 set_uint8 el::U8;
    get_int16 set_int16 el::I16;
    get_uint16 set_uint16 el::U16;
    get_int32 set_int32 el::I32;
    get_uint32 set_uint32 el::U32;
    get_float32 set_float32 el::F32;
    get_float64 set_float64 el::F64;
}
