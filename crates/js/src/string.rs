//! Strings: UTF-8 with lone surrogates allowed (WTF-8), indexed by UTF-16 units as the language asks.

use crate::heap::*;
use crate::names::n;
use crate::number;
use crate::object::Key;
use crate::value::{R, ROM_NAME, Value};
use core::cmp::Ordering;

/// Decimal text of an unsigned number.
pub(crate) fn decimal(mut i: u32, out: &mut [u8; 10]) -> &[u8] {
    let mut at = out.len();
    for b in out.iter_mut().rev() {
        *b = b'0' + (i % 10) as u8;
        i /= 10;
        at -= 1;
        if i == 0 {
            break;
        }
    }
    out.get(at..).unwrap_or(&[])
}

/// How many bytes of a text are its first characters, of at most `most` bytes.
#[inline(never)]
pub(crate) fn first_bytes(text: &[u8], most: usize) -> usize {
    let mut len = text.len().min(most);
    while len > 0 && text.get(len).is_some_and(|b| b & 0xc0 == 0x80) {
        len -= 1;
    }
    len
}

/// The array index that a text spells, if it is one: below 2^32 - 1, no leading zero.
pub(crate) fn array_index(text: &[u8]) -> Option<u32> {
    if text.is_empty() || text.len() > 10 || (text.len() > 1 && text.first() == Some(&b'0')) {
        return None;
    }
    let mut i = 0u32;
    for &b in text {
        if !b.is_ascii_digit() || i > u32::MAX / 10 {
            return None;
        }
        i = (i * 10).checked_add((b - b'0') as u32)?;
    }
    if i == u32::MAX { None } else { Some(i) }
}

/// Bytes of the character that starts with this byte.
fn width(lead: u8) -> usize {
    match lead {
        0..0xc0 => 1,
        0xc0..0xe0 => 2,
        0xe0..0xf0 => 3,
        _ => 4,
    }
}
/// The code point at the start of a WTF-8 text, and its bytes.
pub(crate) fn decode(text: &[u8]) -> Option<(u32, usize)> {
    let lead = *text.first()?;
    let w = width(lead);
    if w == 1 {
        return Some((lead as u32, 1));
    }
    let mut c = lead as u32 & 0x7f >> w;
    for i in 1..w {
        c = c << 6 | text.get(i).copied().unwrap_or(0) as u32 & 0x3f;
    }
    Some((c, w))
}
/// WTF-8 of a code point; its bytes are the first of `out`.
pub(crate) fn encode(mut c: u32, out: &mut [u8; 4]) -> usize {
    let (len, lead) = match c {
        0..0x80 => (1, 0),
        0x80..0x800 => (2, 0xc0),
        0x800..0x1_0000 => (3, 0xe0),
        _ => (4, 0xf0),
    };
    for i in (0..len).rev() {
        if let Some(b) = out.get_mut(i) {
            *b = c as u8 & 0x3f | 0x80;
        }
        if i == 0 {
            out[0] = c as u8 | lead;
        }
        c >>= 6;
    }
    len
}
/// UTF-16 units of a text, one at a time.
#[derive(Clone)]
pub(crate) struct Units<'a> {
    text: &'a [u8],
    low: u16,
}
impl<'a> Units<'a> {
    pub(crate) fn new(text: &'a [u8]) -> Self {
        Units { text, low: 0 }
    }
}
impl Iterator for Units<'_> {
    type Item = u16;
    fn next(&mut self) -> Option<u16> {
        if self.low != 0 {
            return Some(core::mem::take(&mut self.low));
        }
        let (c, len) = decode(self.text)?;
        self.text = self.text.get(len..).unwrap_or(&[]);
        if c < 0x1_0000 {
            return Some(c as u16);
        }
        self.low = 0xdc00 | (c & 0x3ff) as u16;
        Some((0xd7c0 + (c >> 10)) as u16)
    }
}
/// Byte offset of UTF-16 unit `i`, and whether the unit is the second half of a character.
pub(crate) fn unit_offset(text: &[u8], i: usize) -> (usize, bool) {
    let (mut at, mut unit) = (0, 0);
    while unit < i {
        let Some(&lead) = text.get(at) else { break };
        let w = width(lead);
        if w == 4 {
            if unit + 1 == i {
                return (at, true);
            }
            unit += 1;
        }
        unit += 1;
        at += w;
    }
    (at, false)
}

/// How a text is read as a number.
#[derive(Clone, Copy)]
pub(crate) enum Read {
    /// As the whole of a number, by the rules of `ToNumber`.
    Number,
    /// As `parseFloat` and `parseInt` do, with a radix.
    Float,
    Int(i32),
    /// As digits of a radix.
    Digits(u32),
}

impl Vm<'_> {
    /// Length in UTF-16 units.
    pub(crate) fn utf16_len(&self, s: u16) -> usize {
        let text = self.str_bytes(s);
        if self.is_ascii(s) {
            return text.len();
        }
        text.iter()
            .map(|&b| usize::from(b & 0xc0 != 0x80) + usize::from(b >= 0xf0))
            .sum()
    }
    /// The UTF-16 unit at index `i`.
    pub(crate) fn unit_at(&self, s: u16, i: usize) -> Option<u16> {
        let text = self.str_bytes(s);
        if self.is_ascii(s) {
            return text.get(i).map(|&b| b as u16);
        }
        let (at, second) = unit_offset(text, i);
        let mut units = Units::new(text.get(at..)?);
        if second {
            units.next();
        }
        units.next()
    }
    /// A string of one UTF-16 unit.
    pub(crate) fn unit_str(&mut self, unit: u16) -> R<Value> {
        let mut buf = [0; 4];
        let len = encode(unit as u32, &mut buf);
        self.new_str(buf.get(..len).unwrap_or(&[]))
    }
    pub(crate) fn char_at(&mut self, s: u16, i: usize) -> R<Value> {
        match self.unit_at(s, i) {
            Some(unit) => self.unit_str(unit),
            None => Ok(Value::str(n::EMPTY)),
        }
    }
    /// The character at unit `i`: one unit, or the two of a surrogate pair.
    pub(crate) fn code_point_at(&mut self, s: u16, i: usize) -> R<Value> {
        let lead = self.unit_at(s, i).unwrap_or(0);
        let trail = self.unit_at(s, i + 1).unwrap_or(0);
        if (0xd800..0xdc00).contains(&lead) && (0xdc00..0xe000).contains(&trail) {
            return self.substring(s, i, i + 2);
        }
        self.char_at(s, i)
    }
    /// UTF-16 units `from..to` of a string (`from <= to`, both at most its length).
    pub(crate) fn substring(&mut self, s: u16, from: usize, to: usize) -> R<Value> {
        if from >= to {
            return Ok(Value::str(n::EMPTY));
        }
        let (mut ends, mut halves) = ([from, to], [[0; 4]; 2]);
        let mut lens = [0; 2];
        if !self.is_ascii(s) {
            for (k, ((end, half), len)) in ends.iter_mut().zip(&mut halves).zip(&mut lens).enumerate() {
                let i = *end;
                let (at, is_second) = unit_offset(self.str_bytes(s), i);
                *end = at;
                if is_second {
                    // A character that is cut in two leaves a surrogate half at that end.
                    let unit = self.unit_at(s, i - k).unwrap_or(0);
                    *len = encode(unit as u32, half);
                    *end = if k == 0 { at + 4 } else { at };
                }
            }
        }
        let [from, to] = ends;
        let [head, tail] = &halves;
        let [x, y] = lens;
        self.cut(
            s,
            from,
            to,
            [head.get(..x).unwrap_or(&[]), tail.get(..y).unwrap_or(&[])],
        )
    }
    /// Bytes `from..to` of a string, between two other texts.
    pub(crate) fn cut(&mut self, s: u16, from: usize, to: usize, [head, tail]: [&[u8]; 2]) -> R<Value> {
        if from == 0 && to >= self.str_bytes(s).len() {
            return Ok(Value::str(s));
        }
        let len = to.saturating_sub(from);
        self.push(Value::str(s));
        let h = self.alloc_str(head.len() + len + tail.len());
        let s = self.pop().payload();
        let h = h?;
        self.fill_str(h, 0, head);
        self.copy_str(h, head.len(), s, from, len);
        self.fill_str(h, head.len() + len, tail);
        self.fuel -= len as i32 / 4;
        Ok(self.finish_str(h))
    }
    /// Joins the two strings on top of the stack (the right one uppermost) and pops them.
    #[inline(never)]
    pub(crate) fn concat_top(&mut self) -> R<Value> {
        let sp = self.r[reg::sp] as usize;
        let (a, b) = (Value(self.at(sp + 1)).payload(), Value(self.at(sp)).payload());
        let (la, lb) = (self.str_bytes(a).len(), self.str_bytes(b).len());
        if la == 0 || lb == 0 {
            self.drop_n(2);
            return Ok(Value::str(if la == 0 { b } else { a }));
        }
        // Two surrogate halves that meet become one character.
        let mut joined = [0; 4];
        let mut cut = 0;
        let (ascii_a, ascii_b) = (self.is_ascii(a), self.is_ascii(b));
        if !ascii_a && !ascii_b {
            let code = |s: u16, at: usize| {
                let text = self.str_bytes(s).get(at..).unwrap_or(&[]);
                decode(text).map_or(0, |(c, _)| c)
            };
            let (high, low) = (code(a, la.wrapping_sub(3)) ^ 0xd800, code(b, 0) ^ 0xdc00);
            if (high | low) < 0x400 {
                encode(0x1_0000 + (high << 10 | low), &mut joined);
                cut = 3;
            }
        }
        let mid = if cut != 0 { 4 } else { 0 };
        let h = self.alloc_str(la - cut + mid + lb - cut);
        let b = self.pop().payload();
        let a = self.pop().payload();
        let h = h?;
        self.copy_str(h, 0, a, 0, la - cut);
        if mid != 0 {
            self.fill_str(h, la - cut, &joined);
        }
        self.copy_str(h, la - cut + mid, b, cut, lb - cut);
        self.fuel -= (la + lb) as i32 / 8;
        if ascii_a && ascii_b {
            self.set_flag(h, ASCII);
        }
        Ok(Value::str(h))
    }
    pub(crate) fn same_text(&self, a: u16, b: u16) -> bool {
        a == b
            || !(a >= ROM_NAME && b >= ROM_NAME) && {
                let (x, y) = (self.str_bytes(a), self.str_bytes(b));
                x.len() == y.len() && x == y
            }
    }
    /// Order by UTF-16 units.
    pub(crate) fn compare_text(&self, a: u16, b: u16) -> Ordering {
        let (x, y) = (self.str_bytes(a), self.str_bytes(b));
        if self.is_ascii(a) || self.is_ascii(b) {
            // Where one side is ASCII, bytes order as units do.
            return x.cmp(y);
        }
        Units::new(x).cmp(Units::new(y))
    }

    // ---- conversions of primitives ----

    /// `ToNumber` of a primitive value (NaN for an object: callers convert objects before).
    pub(crate) fn prim_to_number(&mut self, v: Value) -> f64 {
        if v.is_number() {
            return self.to_f64(v);
        }
        if v.is_str() {
            return self.text_to_number(v.payload());
        }
        match v {
            Value::NULL | Value::FALSE => 0.0,
            Value::TRUE => 1.0,
            _ => f64::NAN,
        }
    }
    /// `ToNumber` of a string.
    pub(crate) fn text_to_number(&mut self, s: u16) -> f64 {
        let text = self.str_bytes(s);
        let (len, index) = (text.len(), array_index(number::trim(text)));
        self.fuel -= len as i32 / 4;
        match index {
            Some(i) => i as f64,
            None => self.scratched(s, Read::Number),
        }
    }
    #[inline(never)]
    fn scratched(&mut self, s: u16, how: Read) -> f64 {
        let Some(at) = self.scratch_at() else {
            return f64::NAN;
        };
        let (outer, cell) = (self.outer_text(s), self.text_cell(s) as usize);
        let (heap, scratch) = self.mem.split_at_mut_checked(at).unwrap_or((&mut [], &mut []));
        let text = outer.unwrap_or_else(|| {
            let len = lo(heap.get(cell + 1).copied().unwrap_or(0)) as usize;
            let bytes: &[u8] = bytemuck::cast_slice(heap);
            let start = (cell + 2) * 4;
            bytes.get(start..start + len).unwrap_or(&[])
        });
        match how {
            Read::Number => number::string_to_number(text, scratch),
            Read::Float => number::parse_float(text, scratch),
            Read::Int(radix) => number::parse_int(text, radix, scratch),
            Read::Digits(radix) => number::parse_radix(text, radix, scratch).map_or(f64::NAN, |(v, _)| v),
        }
    }
    /// Reads a number from the text of a string, where being out of memory must be told from NaN.
    pub(crate) fn read_number(&mut self, s: u16, how: Read) -> R<f64> {
        if self.scratch_at().is_none() {
            return Err(self.out_of_memory());
        }
        Ok(self.scratched(s, how))
    }
    /// First word of the free words below the stack that number text may use. They are part of what every frame
    /// reserves, and of what the compiler leaves free: nothing is collected for them.
    pub(crate) fn scratch_at(&self) -> Option<usize> {
        let at = (self.r[reg::sp] as usize).checked_sub(number::SCRATCH_WORDS)?;
        if at >= self.used_top() { Some(at) } else { None }
    }
    /// `ToString` of a primitive value. The text of an object is made by the ROM helper before.
    pub(crate) fn prim_to_str(&mut self, v: Value) -> R<Value> {
        if v.is_str() {
            return Ok(v);
        }
        if v.is_number() {
            let mut out = [0; number::OUT_MAX];
            let len = if v.is_int() {
                number::integer(v.as_int(), &mut out)
            } else {
                let x = self.to_f64(v);
                number::shortest(x, self.number_scratch()?, &mut out)
            };
            return self.new_str(out.get(..len).unwrap_or(&[]));
        }
        Ok(Value::str(match v {
            Value::UNDEFINED => n::UNDEFINED,
            Value::NULL => n::NULL,
            Value::TRUE => n::TRUE,
            Value::FALSE => n::FALSE,
            _ => n::EMPTY,
        }))
    }
    /// The words that a number printer works in.
    pub(crate) fn number_scratch(&mut self) -> R<&mut [u32]> {
        match self.scratch_at() {
            Some(at) => Ok(self
                .mem
                .get_mut(at..at + number::SCRATCH_WORDS)
                .unwrap_or(&mut [])),
            None => Err(self.out_of_memory()),
        }
    }
    /// A primitive value as a property key. A new name may be made; the value's own slot is not changed.
    pub(crate) fn prim_to_key(&mut self, v: Value) -> R<Key> {
        // No other number is an index that is a small integer.
        if v.is_int() && v.as_int() >= 0 {
            return Ok(Key(v));
        }
        let s = self.prim_to_str(v)?.payload();
        let key = self.name_key(s);
        if key.index().is_some() {
            return Ok(key);
        }
        self.intern(s).map(Key::name)
    }
    /// `ToBoolean`.
    pub(crate) fn truthy(&self, v: Value) -> bool {
        if v.is_int() {
            return v.as_int() != 0;
        }
        if v.is_str() {
            return !self.str_bytes(v.payload()).is_empty();
        }
        if v.is_float() {
            let x = self.to_f64(v);
            return !number::is_zero(x) && !number::is_nan(x);
        }
        v.is_obj() || v == Value::TRUE
    }
    /// `===`.
    pub(crate) fn strict_equal(&self, a: Value, b: Value) -> bool {
        if a.is_int() && b.is_int() {
            return a == b;
        }
        if a.is_number() && b.is_number() {
            return number::equal(self.to_f64(a), self.to_f64(b));
        }
        if a.is_str() && b.is_str() {
            return self.same_text(a.payload(), b.payload());
        }
        a == b
    }
}
