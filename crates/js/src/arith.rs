//! The operators: arithmetic and comparison, where the loop does not do them at once.

use crate::heap::*;
use crate::number;
use crate::opcode::word as op;
use crate::run::holds;
use crate::value::{R, Value};
use crate::vm::{kind, small};

impl Vm<'_> {
    /// Converts an object among the two operands, which then are looked at again.
    fn convert(&mut self, a: Value, hint: u8) -> R<()> {
        self.coerce(usize::from(a.is_obj()), hint)
    }
    #[inline(never)]
    pub(crate) fn arithmetic(&mut self) -> R<()> {
        let code = self.opcode();
        let (a, b) = (self.top(1), self.top(0));
        if code > op::MUL
            && a.is_int()
            && b.is_int()
            && let Some(v) = int_arithmetic(code, a.as_int(), b.as_int())
        {
            self.drop_n(1);
            self.set_top(0, v);
            return Ok(());
        }
        if a.is_obj() || b.is_obj() {
            return self.convert(a, u8::from(code != op::ADD));
        }
        if code == op::ADD && (a.is_str() || b.is_str()) {
            if !a.is_str() {
                let s = self.prim_to_str(a)?;
                self.set_top(1, s);
            }
            if !b.is_str() {
                let s = self.prim_to_str(b)?;
                self.set_top(0, s);
            }
            let s = self.concat_top()?;
            self.push(s);
            return Ok(());
        }
        let (x, y) = (self.prim_to_number(a), self.prim_to_number(b));
        let value = if code == op::MOD {
            number::remainder(x, y, &mut self.fuel)
        } else if code <= op::DIV {
            basic(code, x, y)
        } else {
            let bits = bitwise(code, number::to_int32(x), number::to_int32(y));
            if code == op::USHR {
                bits as u32 as f64
            } else {
                bits as f64
            }
        };
        self.drop_n(2);
        self.push_number(value)
    }
    /// Pushes the result of an instruction, unless the next one takes it at once: then it needs no cell.
    pub(crate) fn push_number(&mut self, mut x: f64) -> R<()> {
        loop {
            let (next, a) = (self.code_byte() as u32, self.top(0));
            if !matches!(next, op::ADD..=op::DIV) || !a.is_number() {
                break;
            }
            self.r[reg::pc] = self.r[reg::pc].wrapping_add(1);
            self.drop_n(1);
            x = basic(next, self.to_f64(a), x);
        }
        let v = self.number(x)?;
        self.push(v);
        Ok(())
    }
    #[inline(never)]
    pub(crate) fn unary(&mut self) -> R<()> {
        let (code, v) = (self.opcode(), self.top(0));
        if v.is_obj() {
            return self.coerce(0, 1);
        }
        let v = match code {
            op::INC | op::DEC => self.stepped(v, code)?,
            op::PLUS | op::TO_NUM if v.is_int() => return Ok(()),
            _ => {
                let x = self.prim_to_number(v);
                self.number(match code {
                    op::NEG => -x,
                    op::BITNOT => !number::to_int32(x) as f64,
                    _ => x,
                })?
            }
        };
        self.set_top(0, v);
        Ok(())
    }
    /// A primitive with one more or one less.
    #[inline(never)]
    fn stepped(&mut self, v: Value, code: u32) -> R<Value> {
        let by = match code {
            op::INC | op::INC_LOC | op::INC_CELL => 1,
            _ => -1,
        };
        if v.is_int()
            && let Some(new) = small(v.as_int() + by)
        {
            return Ok(new);
        }
        let x = number::add(self.prim_to_number(v), by as f64);
        self.number(x)
    }
    /// `variable++` for a variable whose old value is not used.
    #[inline(never)]
    pub(crate) fn step_variable(&mut self) -> R<()> {
        let (code, slot) = (self.opcode(), self.slot());
        let in_cell = code >= op::INC_CELL;
        let mut v = self.v(slot);
        if in_cell {
            v = Value(self.f(v.payload(), 1));
        }
        if v.is_obj() {
            // An opcode and a byte.
            self.r[reg::pc] = self.r[reg::pc].wrapping_sub(2);
            let how = if in_cell { kind::CELL } else { kind::REPLACE };
            return self.to_primitive(slot.wrapping_sub(self.r[reg::sp] as usize), 1, how);
        }
        let new = self.stepped(v, code)?;
        if in_cell {
            let cell = self.v(slot).payload();
            self.set_f(cell, 1, new.0);
        } else {
            self.set_v(slot, new);
        }
        Ok(())
    }

    /// Compares and pops two operands, and pushes what holds, or jumps by it.
    #[inline(never)]
    pub(crate) fn compare(&mut self) -> R<()> {
        let code = self.opcode();
        let (a, b) = (self.top(1), self.top(0));
        // Both kinds of jumps are in the order of LT..SNE.
        let which = (code - op::LT) & 7;
        let same = a.tag() == b.tag();
        let order = if which >= 6 || which >= 4 && same && !a.is_special() {
            if self.strict_equal(a, b) { 2 } else { 1 }
        } else if which >= 4 && (a.is_nullish() || b.is_nullish()) {
            if a.is_nullish() && b.is_nullish() { 2 } else { 1 }
        } else if a.is_obj() || b.is_obj() {
            return self.convert(a, u8::from(which < 4));
        } else if same && a.is_str() {
            self.fuel -= 1;
            1 << (self.compare_text(a.payload(), b.payload()) as i8 + 1)
        } else {
            match number::order(self.prim_to_number(a), self.prim_to_number(b)) {
                Some(order) => 1 << (order as i8 + 1),
                None => 8,
            }
        };
        self.drop_n(2);
        let holds = holds(which as u8, order);
        if code < op::JT_LT {
            self.push(Value::bool(holds));
        } else {
            self.branch(holds == (code < op::JF_LT));
        }
        Ok(())
    }
}

/// Integer arithmetic whose result is an integer of 31 bits; the rest goes through doubles.
fn int_arithmetic(code: u32, a: i32, b: i32) -> Option<Value> {
    match code {
        op::DIV | op::MOD => {
            let quotient = a.checked_div(b)?;
            let rest = a - quotient * b;
            if code == op::MOD {
                // A rest of zero has the sign of `a`.
                return if a < 0 { None } else { Some(Value::int(rest)) };
            }
            if rest != 0 || a == 0 && b < 0 {
                return None;
            }
            small(quotient)
        }
        op::USHR if a < 0 => None,
        _ => small(bitwise(code, a, b)),
    }
}
/// The operators on doubles.
fn basic(code: u32, x: f64, y: f64) -> f64 {
    match code {
        op::ADD => number::add(x, y),
        op::SUB => number::sub(x, y),
        op::MUL => number::mul(x, y),
        _ => number::div(x, y),
    }
}
/// The operators on 32 bits.
fn bitwise(code: u32, a: i32, b: i32) -> i32 {
    let by = b & 31;
    match code {
        op::USHR => (a as u32 >> by) as i32,
        op::SHL => a << by,
        op::SHR => a >> by,
        op::AND => a & b,
        op::OR => a | b,
        _ => a ^ b,
    }
}
