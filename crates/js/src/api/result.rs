//! What the last job came to.

use super::*;
use crate::heap::reg;
use crate::heap::{hi, lo};
use crate::names;
use crate::rom;
use crate::value::Value;
use crate::words::Field;

/// The value of the last job, or the text of the exception that ended it.
pub struct ResultView<'e> {
    pub(super) mem: &'e [u32],
    pub(super) lib: &'static Library,
}
impl ResultView<'_> {
    #[inline(never)]
    fn word(&self, i: usize) -> u32 {
        self.mem.get(i).copied().unwrap_or(0)
    }
    /// What a register holds between two entries into the engine.
    pub(super) fn reg(&self, reg: Field) -> u32 {
        self.word(reg.0)
    }
    fn value(&self) -> Value {
        Value(self.reg(reg::result))
    }
    /// Its kind; functions are told as objects.
    pub fn kind(&self) -> Kind {
        let v = self.value();
        match v {
            Value::UNDEFINED => Kind::Undefined,
            Value::NULL => Kind::Null,
            _ if v.is_bool() => Kind::Bool,
            _ if v.is_number() => Kind::Number,
            _ if v.is_str() => Kind::String,
            _ => Kind::Object,
        }
    }
    /// The number; 1 and 0 for booleans, NaN for anything else.
    pub fn number(&self) -> f64 {
        let v = self.value();
        if v.is_int() {
            return v.as_int() as f64;
        }
        if v.is_float() {
            let h = v.payload();
            if h >= crate::value::HEAP_END {
                return rom::float(h);
            }
            let low = self.word(h as usize + 1) as u64;
            return f64::from_bits(low | (self.word(h as usize + 2) as u64) << 32);
        }
        match v {
            Value::TRUE => 1.0,
            Value::FALSE => 0.0,
            _ => f64::NAN,
        }
    }
    fn str_bytes(&self) -> &[u8] {
        let v = self.value();
        if !v.is_str() {
            return &[];
        }
        let s = v.payload();
        if s >= crate::value::ROM_NAME {
            return names::rom_text(self.lib, s);
        }
        let bytes: &[u8] = bytemuck::cast_slice(self.mem);
        let at = (s as usize + 2) * 4;
        bytes
            .get(at..at + lo(self.word(s as usize + 1)) as usize)
            .unwrap_or(&[])
    }
    /// The bytes of a string result (UTF-8, lone surrogates as three bytes), if they fit.
    pub fn bytes<'b>(&self, buf: &'b mut [u8]) -> Option<&'b [u8]> {
        let text = self.str_bytes();
        let to = buf.get_mut(..text.len())?;
        crate::heap::copy(to, text);
        Some(to)
    }
    /// The text of the exception (`Name: message`), or of a string result, as far as it fits.
    #[inline(never)]
    pub fn text<'b>(&self, buf: &'b mut [u8]) -> &'b [u8] {
        let text = self.str_bytes();
        let len = crate::string::first_bytes(text, buf.len());
        crate::heap::copy(buf, text);
        buf.get(..len).unwrap_or(&[])
    }
    /// Whether the job ended because the arena was full.
    pub fn is_memory(&self) -> bool {
        self.reg(reg::exc) == Value::obj(rom::OUT_OF_MEMORY).0
    }
    pub(super) fn roots(&self) -> u32 {
        let table = self.reg(reg::roots) as usize;
        if table == 0 {
            return 0;
        }
        let cap = lo(self.word(table + 1)) as usize;
        (0..cap / 2)
            .filter(|i| self.word(table + 2 + 2 * i) != Value::HOLE.0)
            .count() as u32
    }
    pub(super) fn waiting(&self) -> u32 {
        let mut n = 0;
        let mut at = self.reg(reg::saved) as u16;
        while at != 0 {
            n += 1;
            at = hi(self.word(at as usize + 1));
        }
        n
    }
}
