//! The loop: the usual case of the usual instructions, on local variables, without a call. All other cases are
//! those of [`Vm::rare`], which knows every instruction of these too, except for those that have one case only.

use crate::compiler::ff;
use crate::heap::*;
use crate::opcode::{self as op, Do};
use crate::romlink::{rom_code_at, rom_turn};
use crate::value::{HEAP_END, R, Value};
use crate::vm::{RESERVE, ROM_PC, first_byte, kind, rom_shape};

impl Vm<'_> {
    /// Instructions up to a jump or call without fuel for more, or to an exit, which is then pending.
    ///
    /// The inner loop does the usual case of the usual instructions on local variables. All other cases are
    /// those of [`Self::rare`].
    #[inline(never)]
    pub(crate) fn run_block(&mut self) -> R<()> {
        loop {
            let (mut pc, mut sp) = (self.r[reg::pc], self.r[reg::sp]);
            let mut fp = self.r[reg::fp];
            let mem: &mut [u32] = self.mem;
            'line: loop {
                let ins = code_at(mem, pc);
                let code = ins[0];
                // Where a jump or call goes to.
                let to = 'jump: {
                    let (v, size) = match op::what(code) {
                        Do::Nop => {
                            pc = pc.wrapping_add(code as u32 + 1);
                            continue 'line;
                        }
                        #[cfg(feature = "lines")]
                        Do::Line => {
                            pc = pc.wrapping_add(4);
                            continue 'line;
                        }
                        Do::Special => {
                            let which = (code - op::UNDEF) as u32;
                            (Value::UNDEFINED.0 + (which << 16), 1)
                        }
                        Do::I8 => ((ins[1] as i8 as u32) << 1, 2),
                        Do::I16 => ((operand16(ins) as i16 as u32) << 1, 3),
                        Do::I32 => {
                            let &[_, a, b, c, d] = ins;
                            (u32::from_le_bytes([a, b, c, d]) << 1, 5)
                        }
                        Do::Str => (Value::str(operand16(ins)).0, 3),
                        Do::Pop => {
                            sp = sp.wrapping_add(1);
                            pc = pc.wrapping_add(1);
                            continue 'line;
                        }
                        Do::Dup => match mem.get(sp as usize) {
                            Some(&v) => (v, 1),
                            None => break 'line,
                        },
                        Do::GetLocal => match mem.get(slot_at(fp, ins)) {
                            Some(&v) => (v, 2),
                            None => break 'line,
                        },
                        Do::GetShort => match mem.get(fp.wrapping_sub((code - op::GET_0) as u32) as usize) {
                            Some(&v) => (v, 1),
                            None => break 'line,
                        },
                        Do::IntShort => (((code - op::INT_0) as u32) << 1, 1),
                        Do::PutShort => {
                            let Some(&v) = mem.get(sp as usize) else {
                                break 'line;
                            };
                            let slot = fp.wrapping_sub((code - op::PUT_0) as u32);
                            let Some(slot) = mem.get_mut(slot as usize) else {
                                break 'line;
                            };
                            *slot = v;
                            sp = sp.wrapping_add(1);
                            pc = pc.wrapping_add(1);
                            continue 'line;
                        }
                        Do::JumpFar => {
                            pc = pc.wrapping_add(3);
                            break 'jump pc.wrapping_add_signed(operand16(ins) as i16 as i32);
                        }
                        Do::PutLocal => {
                            let Some(&v) = mem.get(sp as usize) else {
                                break 'line;
                            };
                            let Some(slot) = mem.get_mut(slot_at(fp, ins)) else {
                                break 'line;
                            };
                            *slot = v;
                            if code != op::SET_LOC {
                                sp = sp.wrapping_add(1);
                            }
                            pc = pc.wrapping_add(2);
                            continue 'line;
                        }
                        Do::Step => {
                            let slot = slot_at(fp, ins);
                            let Some(v) = mem.get_mut(slot) else { break 'line };
                            if *v & 1 != 0 {
                                break 'line;
                            }
                            let by = if code == op::INC_LOC { 2 } else { -2 };
                            let Some(new) = (*v as i32).checked_add(by) else {
                                break 'line;
                            };
                            *v = new as u32;
                            pc = pc.wrapping_add(2);
                            continue 'line;
                        }
                        Do::GetCell => {
                            let Some(&cell) = mem.get(slot_at(fp, ins)) else {
                                break 'line;
                            };
                            match mem.get((cell >> 16) as usize + 1) {
                                Some(&v) => (v, 2),
                                None => break 'line,
                            }
                        }
                        Do::PutCell => {
                            let Some(&cell) = mem.get(slot_at(fp, ins)) else {
                                break 'line;
                            };
                            let Some(&v) = mem.get(sp as usize) else {
                                break 'line;
                            };
                            let Some(to) = mem.get_mut((cell >> 16) as usize + 1) else {
                                break 'line;
                            };
                            *to = v;
                            if code == op::PUT_CELL {
                                sp = sp.wrapping_add(1);
                            }
                            pc = pc.wrapping_add(2);
                            continue 'line;
                        }
                        Do::Captured => {
                            let Some(&f) = mem.get((fp as usize).wrapping_add(2)) else {
                                break 'line;
                            };
                            let Some(&cells) = mem.get((f >> 16) as usize + 3 + (ins[1] / 2) as usize) else {
                                break 'line;
                            };
                            let cell = if ins[1] & 1 == 0 {
                                cells & 0xffff
                            } else {
                                cells >> 16
                            };
                            let Some(&[header, v]) = words(mem, cell) else {
                                break 'line;
                            };
                            if v == Value::HOLE.0 {
                                break 'line;
                            }
                            if code == op::SET_FREE || code == op::PUT_FREE {
                                if header & CONSTANT != 0 {
                                    break 'line;
                                }
                                let Some(&v) = mem.get(sp as usize) else {
                                    break 'line;
                                };
                                let Some(to) = mem.get_mut(cell as usize + 1) else {
                                    break 'line;
                                };
                                *to = v;
                                if code == op::PUT_FREE {
                                    sp = sp.wrapping_add(1);
                                }
                                pc = pc.wrapping_add(4);
                                continue 'line;
                            }
                            (v, 4)
                        }
                        Do::Field => {
                            let mut o = self.r[reg::global];
                            let mut below = 0;
                            if code < op::GET_NAME {
                                below = (code == op::PUT_FIELD || code == op::SET_FIELD) as u32;
                                let Some(&v) = mem.get(sp.wrapping_add(below) as usize) else {
                                    break 'line;
                                };
                                o = v >> 16;
                                if !Value(v).is_obj() || o >= HEAP_END as u32 {
                                    break 'line;
                                }
                            }
                            // The property is where the instruction remembers it to be.
                            let Some(&props) = mem.get(o as usize + 1) else {
                                break 'line;
                            };
                            let props = (props >> 16) as usize;
                            let &[_, _, _, hint, _] = ins;
                            let Some(&count) = mem.get(props + 1) else {
                                break 'line;
                            };
                            if props == 0 || hint as u32 >= count & 0xffff {
                                break 'line;
                            }
                            let at = props + 2 + 2 * hint as usize;
                            let Some(&[key, v]) = words(mem, at as u32) else {
                                break 'line;
                            };
                            if lo(key) != operand16(ins) || key & (ACCESSOR | DELETED) << 16 != 0 {
                                break 'line;
                            }
                            match code {
                                op::GET_NAME | op::TYPEOF_NAME | op::GET_FIELD2 => (v, 4),
                                op::GET_FIELD => {
                                    sp = sp.wrapping_add(1);
                                    (v, 4)
                                }
                                op::GET_METHOD => {
                                    let Some(top) = mem.get_mut(sp as usize) else {
                                        break 'line;
                                    };
                                    let o = *top;
                                    *top = v;
                                    (o, 4)
                                }
                                _ => {
                                    let Some(&v) = mem.get(sp as usize) else {
                                        break 'line;
                                    };
                                    let Some(to) = mem.get_mut(at + 1) else {
                                        break 'line;
                                    };
                                    if key & WRITABLE << 16 == 0 {
                                        break 'line;
                                    }
                                    *to = v;
                                    sp = sp.wrapping_add(1 + below);
                                    if code == op::PUT_FIELD || code == op::PUT_NAME {
                                        pc = pc.wrapping_add(4);
                                        continue 'line;
                                    }
                                    (v, 4)
                                }
                            }
                        }
                        Do::GetElement => {
                            let Some(v) = element_at(mem, sp).and_then(|at| mem.get(at)) else {
                                break 'line;
                            };
                            let v = *v;
                            sp = sp.wrapping_add(2);
                            (v, 1)
                        }
                        Do::PutElement => {
                            let Some(&v) = mem.get(sp as usize) else {
                                break 'line;
                            };
                            let Some(to) = element_at(mem, sp.wrapping_add(1)).and_then(|at| mem.get_mut(at))
                            else {
                                break 'line;
                            };
                            *to = v;
                            sp = sp.wrapping_add(3);
                            pc = pc.wrapping_add(1);
                            continue 'line;
                        }
                        Do::Arithmetic => {
                            let Some([b, a]) = pair_mut(mem, sp as usize) else {
                                break 'line;
                            };
                            if (*a | *b) & 1 != 0 {
                                break 'line;
                            }
                            let (x, y) = (*a as i32, *b as i32);
                            *a = if code <= op::SUB {
                                let sum = if code == op::ADD {
                                    x.checked_add(y)
                                } else {
                                    x.checked_sub(y)
                                };
                                let Some(sum) = sum else { break 'line };
                                sum
                            } else {
                                match code {
                                    op::AND => x & y,
                                    op::OR => x | y,
                                    op::XOR => x ^ y,
                                    op::SHR => x >> (y >> 1 & 31) & !1,
                                    op::MUL if (x | y) as u32 >> 16 == 0 => (x >> 1) * y,
                                    _ => break 'line,
                                }
                            } as u32;
                            sp = sp.wrapping_add(1);
                            pc = pc.wrapping_add(1);
                            continue 'line;
                        }
                        Do::Compare => {
                            let Some(order) = order(mem, sp) else { break 'line };
                            sp = sp.wrapping_add(2);
                            (Value::bool(holds(code - op::LT, order)).0, 1)
                        }
                        Do::Jump => {
                            let mut taken = true;
                            if code == op::JMP {
                            } else if code < op::J_TRUE {
                                let Some(order) = order(mem, sp) else { break 'line };
                                sp = sp.wrapping_add(2);
                                let which = code - op::JT_LT;
                                taken = holds(which, order) == (which < 8);
                            } else {
                                let Some(b) = mem.get(sp as usize).and_then(|&v| truth(v)) else {
                                    break 'line;
                                };
                                taken = b == (code == op::J_TRUE || code == op::J_TRUE_KEEP);
                                if !(taken && code >= op::J_TRUE_KEEP) {
                                    sp = sp.wrapping_add(1);
                                }
                            }
                            let mut by = operand16(ins) as i16 as i32;
                            pc = pc.wrapping_add(3);
                            if pc & ROM_PC != 0 {
                                by = by as i8 as i32;
                                pc = pc.wrapping_sub(1);
                            }
                            if !taken {
                                continue 'line;
                            }
                            break 'jump pc.wrapping_add_signed(by);
                        }
                        Do::Call => {
                            let base = sp.wrapping_add(ins[1] as u32);
                            let Some(&f) = mem.get(base.wrapping_add(1) as usize) else {
                                break 'line;
                            };
                            if !Value(f).is_obj() || f >> 16 >= HEAP_END as u32 {
                                break 'line;
                            }
                            let Some(&[header, _, callee]) = words(mem, f >> 16) else {
                                break 'line;
                            };
                            let callee = callee & 0xffff;
                            let Some(&[flags, w1, vars, w3]) = words(mem, callee) else {
                                break 'line;
                            };
                            let locals = vars >> 24;
                            let room = 3 + locals + (w3 & 0xffff) + RESERVE as u32;
                            let limit = sp.wrapping_sub(room);
                            if header & TYPE_MASK != t::FUNC
                                || flags & (ff::ARGS | ff::REST) << ff::SHIFT != 0
                                || vars >> 16 & 0xff != ins[1] as u32
                                || (limit as i32) < self.r[reg::heap_top] as i32 + 3
                            {
                                break 'line;
                            }
                            let low = sp.wrapping_sub(2 + locals);
                            let caller = self.r[reg::code];
                            let back = pc.wrapping_add(2).wrapping_sub(if caller == 0 {
                                ROM_PC
                            } else {
                                caller * 4
                            });
                            let Some([frame @ .., caller, ret]) = mem.get_mut(low as usize..sp as usize)
                            else {
                                break 'line;
                            };
                            *ret = back << kind::BITS << 1;
                            *caller = fp << 1;
                            frame.fill(Value::UNDEFINED.0);
                            pc = pc.wrapping_add(2);
                            sp = low;
                            fp = base.wrapping_sub(1);
                            let used = self.r[reg::heap_top]
                                .wrapping_add(mem.len() as u32)
                                .wrapping_sub(sp);
                            if used > self.r[reg::high_water] {
                                self.r[reg::high_water] = used;
                            }
                            self.r[reg::fp] = fp;
                            self.r[reg::code] = callee;
                            self.r[reg::slimit] = limit;
                            break 'jump callee * 4 + first_byte(w1) + (w3 >> 16);
                        }
                        Do::Return => {
                            let mut v = Value::UNDEFINED.0;
                            if code == op::RETURN {
                                let Some(&top) = mem.get(sp as usize) else {
                                    break 'line;
                                };
                                v = top;
                            }
                            let running = self.r[reg::code];
                            let params = if running == 0 {
                                let Some(&f) = mem.get(fp as usize + 2) else {
                                    break 'line;
                                };
                                rom_shape((f >> 16) as u16).params()
                            } else {
                                let Some(&[_, _, vars]) = words(mem, running) else {
                                    break 'line;
                                };
                                vars >> 16 & 0xff
                            };
                            let Some(&[caller, ret]) = words(mem, fp.wrapping_sub(params + 1)) else {
                                break 'line;
                            };
                            let caller = caller >> 1;
                            let Some(&f) = mem.get(caller as usize + 2) else {
                                break 'line;
                            };
                            let back = ret >> 1 >> kind::BITS;
                            if ret != back << kind::BITS << 1 || caller == 0 {
                                break 'line;
                            }
                            let mut to = f >> 16;
                            let (room, start);
                            if to >= HEAP_END as u32 {
                                room = rom_shape(to as u16).words();
                                (to, start) = (0, ROM_PC);
                            } else {
                                if !Value(f).is_cell() {
                                    let Some(&w) = mem.get(to as usize + 2) else {
                                        break 'line;
                                    };
                                    to = w & 0xffff;
                                }
                                let Some(&[_, _, vars, w3]) = words(mem, to) else {
                                    break 'line;
                                };
                                room = (vars >> 16 & 0xff) + (vars >> 24) + 2 + (w3 & 0xffff);
                                start = to * 4;
                            }
                            let Some(top) = mem.get_mut(fp as usize + 2) else {
                                break 'line;
                            };
                            *top = v;
                            sp = fp + 2;
                            fp = caller;
                            pc = pc.wrapping_add(1);
                            self.r[reg::fp] = fp;
                            self.r[reg::code] = to;
                            self.r[reg::slimit] = fp.saturating_sub(room + RESERVE as u32);
                            break 'jump start.wrapping_add(back);
                        }
                        Do::Shared if pc & ROM_PC != 0 => break 'jump rom_turn(pc),
                        Do::Shared | Do::Rare => break 'line,
                    };
                    sp = sp.wrapping_sub(1);
                    let Some(top) = mem.get_mut(sp as usize) else {
                        break 'line;
                    };
                    *top = v;
                    pc = pc.wrapping_add(size);
                    continue 'line;
                };
                self.fuel -= pc.wrapping_sub(self.mark).min(1 << 12) as i32;
                self.mark = to;
                pc = to;
                if self.fuel > 0 {
                    continue 'line;
                }
                self.r[reg::pc] = pc;
                self.r[reg::sp] = sp;
                return Ok(());
            }
            // Not what was read above: that would have to be kept at every instruction.
            self.ins = self.code_word(pc);
            let code = self.ins as u8;
            self.r[reg::pc] = pc.wrapping_add(op::size(code) as u32);
            self.r[reg::sp] = sp;
            self.rare()?;
            // One instruction may take much fuel (it may collect): no two of them in a row.
            if self.fuel <= 0 || self.pending.is_some() {
                return Ok(());
            }
        }
    }
}

/// The instruction at `pc`, with what stands behind it; outside of all code, one that returns.
#[inline(always)]
pub(crate) fn code_at(mem: &[u32], pc: u32) -> &[u8; 5] {
    let bytes: &[u8] = bytemuck::cast_slice(mem);
    if let Some(ins) = bytes.get(pc as usize..)
        && let Some(ins) = ins.first_chunk()
    {
        return ins;
    }
    rom_code_at(pc)
}

/// The slot that the operand names.
#[inline(always)]
fn slot_at(fp: u32, ins: &[u8; 5]) -> usize {
    fp.wrapping_sub(ins[1] as u32) as usize
}
/// Two bytes of operands.
#[inline(always)]
fn operand16(ins: &[u8; 5]) -> u16 {
    let &[_, a, b, ..] = ins;
    u16::from_le_bytes([a, b])
}
/// The words from `at` on.
#[inline(always)]
fn words<const N: usize>(mem: &[u32], at: u32) -> Option<&[u32; N]> {
    if let Some(mem) = mem.get(at as usize..) {
        return mem.first_chunk();
    }
    None
}
#[inline(always)]
fn pair_mut(mem: &mut [u32], at: usize) -> Option<&mut [u32; 2]> {
    mem.get_mut(at..)?.first_chunk_mut()
}
/// The orders (less 1, equal 2, greater 4, none 8) in which each of the operators LT..SNE holds.
static HOLDS_FOR: [u8; 8] = [1, 3, 4, 6, 2, 13, 2, 13];
pub(crate) fn holds(which: u8, order: u8) -> bool {
    HOLDS_FOR
        .get((which & 7) as usize)
        .is_some_and(|orders| orders & order != 0)
}
/// The order of two integers on top.
#[inline(always)]
fn order(mem: &[u32], sp: u32) -> Option<u8> {
    let &[b, a] = words(mem, sp)?;
    if (a | b) & 1 != 0 {
        return None;
    }
    let (a, b) = (a as i32, b as i32);
    Some(if a < b {
        1
    } else if a == b {
        2
    } else {
        4
    })
}
/// What a value is as a condition, where that shows without looking at a cell.
#[inline(always)]
fn truth(v: u32) -> Option<bool> {
    if v & 1 == 0 {
        Some(v != 0)
    } else if v & 0xff == Value::TRUE.0 & 0xff {
        Some(v == Value::TRUE.0)
    } else {
        None
    }
}
/// The word with the element that the index on top of the stack has in the array below it, if it is there.
fn element_at(mem: &[u32], sp: u32) -> Option<usize> {
    let &[i, a] = words(mem, sp)?;
    if !Value(a).is_obj() || a >> 16 >= HEAP_END as u32 || i & 1 != 0 {
        return None;
    }
    let a = (a >> 16) as usize;
    let (header, elems) = (*mem.get(a)?, (*mem.get(a + 3)? & 0xffff) as usize);
    if header & (TYPE_MASK | SLOW) != t::ARR || elems == 0 {
        return None;
    }
    let i = i >> 1;
    let at = elems + 2 + i as usize;
    let v = Value(*mem.get(at)?);
    if i >= mem.get(elems + 1)? & 0xffff || v.is_cell() || v == Value::HOLE {
        return None;
    }
    Some(at)
}
