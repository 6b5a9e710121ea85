//! Where an exception comes from: `stack` of errors, with feature `lines`.

use crate::heap::*;
use crate::names::n;
use crate::opcode as op;
use crate::rom;
use crate::vm::kind;

/// Functions that are named in a trace, at most.
const MOST_FRAMES: usize = 8;
/// Bytes of a trace, at most; a line that does not fit is left out.
const MOST_BYTES: usize = 240;

struct Trace {
    bytes: [u8; MOST_BYTES],
    len: usize,
}
impl Trace {
    fn put(&mut self, text: &[u8]) {
        if let Some(to) = self.bytes.get_mut(self.len..self.len + text.len()) {
            copy(to, text);
            self.len += text.len();
        }
    }
    fn number(&mut self, x: u32) {
        self.put(crate::string::decimal(x, &mut [0; 10]));
    }
}

impl Vm<'_> {
    /// Gives the error on top of the stack its `stack`. Where there is no room for it, it has none.
    pub(crate) fn add_trace(&mut self) {
        let trace = self.trace();
        let text = trace.bytes.get(..trace.len).unwrap_or(&[]);
        if text.is_empty() {
            return;
        }
        let before = self.r[reg::exc];
        let added = self.new_str(text).and_then(|text| {
            let error = self.top(0).payload();
            self.define_raw(error, n::STACK, text, WRITABLE | CONFIGURABLE)
        });
        if added.is_err() {
            self.r[reg::exc] = before;
        }
    }
    /// A line for each function that runs, the innermost first: `at name (line:column)`.
    fn trace(&self) -> Trace {
        let mut trace = Trace {
            bytes: [0; MOST_BYTES],
            len: 0,
        };
        let (mut fp, mut code) = (self.r[reg::fp] as usize, self.r[reg::code] as u16);
        let mut offset = self.pc_offset();
        for _ in 0..MOST_FRAMES {
            if fp == 0 || trace.len + 60 > MOST_BYTES {
                break;
            }
            let (name, params) = self.running(fp, code);
            let place = if code == 0 {
                None
            } else {
                self.position(code, offset)
            };
            if name != n::EMPTY || place.is_some() {
                trace.put(if trace.len == 0 { b"at " } else { b"\nat " });
                let text = self.str_bytes(name);
                trace.put(text.get(..text.len().min(32)).unwrap_or(b"a function"));
                if let Some((line, column)) = place {
                    trace.put(if name == n::EMPTY { b"" } else { b" " });
                    trace.put(b"(");
                    trace.number(line);
                    trace.put(b":");
                    trace.number(column);
                    trace.put(b")");
                }
            }
            let ret = self.v(fp.wrapping_sub(params)).as_int() as u32;
            fp = self.v(fp.wrapping_sub(params.wrapping_add(1))).as_int() as usize;
            offset = ret >> kind::BITS;
            code = if fp == 0 {
                0
            } else {
                self.code_of(self.v(fp.wrapping_add(2)))
            };
        }
        trace
    }
    /// Name and parameters of the function whose frame this is.
    fn running(&self, fp: usize, code: u16) -> (u16, usize) {
        let f = self.v(fp.wrapping_add(2));
        let params = self.shape(code, f).params() as usize;
        if code != 0 {
            return (self.code_name(code), params);
        }
        (rom::function(f.payload()).map_or(n::EMPTY, |f| f.name()), params)
    }
    /// Line and column of the statement that holds the instruction in front of `offset`.
    fn position(&self, code: u16, offset: u32) -> Option<(u32, u32)> {
        let base = self.code_base(code) as usize;
        let from = base - code as usize * 4;
        let len = (offset as usize)
            .saturating_sub(from)
            .min(self.f_lo(code, 1) as usize);
        let text = self.bytes().get(base..base + len)?;
        let (mut at, mut found) = (0, None);
        while let Some(&o) = text.get(at) {
            if o == op::LINE
                && let Some([low, high, column]) = text.get(at + 1..at + 4)
            {
                found = Some((*low as u32 | (*high as u32) << 8, *column as u32));
            }
            at += op::size(o);
        }
        found
    }
    /// The first line of the trace of the exception in a stack slot.
    pub(crate) fn first_of_trace(&self, slot: usize) -> Option<(u16, usize)> {
        let error = self.v(slot);
        let own = self.find_own(error.payload(), crate::object::Key::name(n::STACK))?;
        if !error.is_obj() || !own.value.is_str() {
            return None;
        }
        let text = self.str_bytes(own.value.payload());
        let len = text.iter().position(|b| *b == b'\n').unwrap_or(text.len());
        Some((own.value.payload(), len))
    }
}
