//! The operators: arithmetic and comparison, where the loop does not do them at once.

use crate::heap::*;
use crate::number;
use crate::opcode as op;
use crate::run::holds;
use crate::value::{R, Value};
use crate::vm::{kind, small};

impl Vm<'_> {
    /// Converts objects among the two operands; true when one is under way.
    fn operands(&mut self, hint: u8) -> R<bool> {
        let mut depth = 2;
        while depth > 0 {
            depth -= 1;
            if self.top(depth).is_obj() {
                self.coerce(depth, hint)?;
                return Ok(true);
            }
        }
        Ok(false)
    }
    #[inline(never)]
    pub(crate) fn add(&mut self) -> R<()> {
        let (a, b) = (self.top(1), self.top(0));
        if (a.is_obj() || b.is_obj()) && self.operands(0)? {
            return Ok(());
        }
        if a.is_str() || b.is_str() {
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
        self.arithmetic(op::ADD)
    }
    pub(crate) fn arithmetic(&mut self, code: u8) -> R<()> {
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
        if !(a.is_number() && b.is_number()) && self.operands(1)? {
            return Ok(());
        }
        let (x, y) = (self.prim_to_number(a), self.prim_to_number(b));
        let value = match code {
            op::MOD => {
                self.fuel -= number::remainder_steps(x, y) as i32 / 8;
                number::remainder(x, y)
            }
            op::ADD..=op::DIV => basic(code, x, y),
            _ => {
                let bits = bitwise(code, number::to_int32(x), number::to_int32(y));
                if code == op::USHR {
                    bits as u32 as f64
                } else {
                    bits as f64
                }
            }
        };
        self.drop_n(2);
        self.push_number(value)
    }
    /// Pushes the result of an instruction, unless the next one takes it at once: then it needs no cell.
    pub(crate) fn push_number(&mut self, mut x: f64) -> R<()> {
        loop {
            let (next, a) = (self.code_byte(), self.top(0));
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
    pub(crate) fn unary(&mut self, code: u8) -> R<()> {
        let v = self.top(0);
        if v.is_int() {
            let i = v.as_int();
            let done = match code {
                op::PLUS | op::TO_NUM => return Ok(()),
                op::INC | op::DEC => small(i + step_of(code)),
                _ => None,
            };
            if let Some(v) = done {
                self.set_top(0, v);
                return Ok(());
            }
        }
        if v.is_obj() {
            self.coerce(0, 1)?;
            return Ok(());
        }
        let x = self.prim_to_number(v);
        let x = match code {
            op::NEG => -x,
            op::BITNOT => !number::to_int32(x) as f64,
            op::INC | op::DEC => number::add(x, step_of(code) as f64),
            _ => x,
        };
        let v = self.number(x)?;
        self.set_top(0, v);
        Ok(())
    }
    /// `variable++` for a variable whose old value is not used.
    #[inline(never)]
    pub(crate) fn step_variable(&mut self, code: u8) -> R<()> {
        let k = self.operand();
        let slot = (self.r[reg::fp] as usize).wrapping_sub(k);
        let in_cell = code == op::INC_CELL || code == op::DEC_CELL;
        let v = if in_cell {
            Value(self.f(self.v(slot).payload(), 1))
        } else {
            self.v(slot)
        };
        let by = step_of(code);
        let new = match small(v.as_int() + by) {
            Some(new) if v.is_int() => new,
            _ => {
                if v.is_obj() {
                    let size = op::size(code) as u32;
                    self.r[reg::pc] = self.r[reg::pc].wrapping_sub(size);
                    let how = if in_cell { kind::CELL } else { kind::REPLACE };
                    self.to_primitive(slot.wrapping_sub(self.r[reg::sp] as usize), 1, how)?;
                    return Ok(());
                }
                let x = number::add(self.prim_to_number(v), by as f64);
                self.number(x)?
            }
        };
        if in_cell {
            let cell = self.v(slot).payload();
            self.set_f(cell, 1, new.0);
        } else {
            self.set_v(slot, new);
        }
        Ok(())
    }

    /// Compares and pops two operands; `None` when an object is being converted.
    pub(crate) fn compare(&mut self, code: u8) -> R<Option<bool>> {
        let (a, b) = (self.top(1), self.top(0));
        let which = code.wrapping_sub(op::LT);
        let order = if which < 4 {
            if self.operands(1)? {
                return Ok(None);
            }
            self.ordered(a, b)
        } else {
            // Equal, or anything else.
            let text = a.is_str() && b.is_str();
            let equal = if which >= 6 || text || a.is_obj() && b.is_obj() {
                self.strict_equal(a, b)
            } else if a.is_nullish() || b.is_nullish() {
                a.is_nullish() && b.is_nullish()
            } else if a.is_obj() || b.is_obj() {
                self.coerce(usize::from(a.is_obj()), 0)?;
                return Ok(None);
            } else {
                number::equal(self.prim_to_number(a), self.prim_to_number(b))
            };
            if equal { 2 } else { 1 }
        };
        self.drop_n(2);
        Ok(Some(holds(which, order)))
    }
    /// Less 1, equal 2, greater 4; 0 for what has no order.
    fn ordered(&mut self, a: Value, b: Value) -> u8 {
        let order = if a.is_str() && b.is_str() {
            self.fuel -= 1;
            Some(self.compare_text(a.payload(), b.payload()))
        } else {
            number::order(self.prim_to_number(a), self.prim_to_number(b))
        };
        order.map_or(0, |order| 1 << (order as i8 + 1))
    }
}

fn step_of(code: u8) -> i32 {
    match code {
        op::INC | op::INC_LOC | op::INC_CELL => 1,
        _ => -1,
    }
}
/// Integer arithmetic whose result is an integer of 31 bits; the rest goes through doubles.
fn int_arithmetic(code: u8, a: i32, b: i32) -> Option<Value> {
    match code {
        op::DIV => {
            if a.checked_rem(b) != Some(0) || a == 0 && b < 0 {
                return None;
            }
            small(a / b)
        }
        op::MOD => {
            if a < 0 {
                return None;
            }
            a.checked_rem(b).map(Value::int)
        }
        op::USHR if a < 0 => None,
        _ => small(bitwise(code, a, b)),
    }
}
/// The operators on doubles.
fn basic(code: u8, x: f64, y: f64) -> f64 {
    match code {
        op::ADD => number::add(x, y),
        op::SUB => number::sub(x, y),
        op::MUL => number::mul(x, y),
        _ => number::div(x, y),
    }
}
/// The operators on 32 bits.
fn bitwise(code: u8, a: i32, b: i32) -> i32 {
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
