//! The collector: marks without a stack (the grey list runs through the headers), then slides every
//! cell to the bottom of the heap. Its cost is charged to the script's fuel, one unit a cell.

use crate::heap::reg;
use crate::heap::{CELL_REGISTERS, LAYOUTS, MARK, STATE_WORDS, TYPE_MASK, UPDATE, Vm, hi, holds, lo, t};
use crate::value::{HEAP_END, Value};

/// What is done with the cells, one after the other.
#[derive(Clone, Copy, PartialEq)]
enum Pass {
    /// Each that lives gets its new place into its header, others are joined.
    Place,
    /// References become those to the new places.
    Update,
    /// To the new places.
    Slide,
}

impl Vm<'_> {
    /// Frees what cannot be reached and closes the gaps. With `pad`, cells end that many words higher
    /// than they could, so that tests see every cell move: that much is free above them.
    pub(crate) fn collect(&mut self, pad: usize) {
        self.r[reg::collections] = self.r[reg::collections].wrapping_add(1);
        self.grey = 0;
        self.roots();
        while self.grey != 0 {
            let h = self.grey as u16;
            let hdr = self.header(h);
            self.grey = hdr >> 16;
            self.set_w(h as usize, hdr & 0xffff);
            // The chain of interned strings is weak: it is only kept up to date.
            if hdr & TYPE_MASK != t::STR {
                self.visit(h as usize);
            }
        }
        self.drop_dead_interned();
        self.walk(Pass::Place, pad);
        self.adjust_pc();
        self.grey = UPDATE;
        self.roots();
        self.r[reg::interned] = self.followed(self.r[reg::interned], holds::LOW);
        self.walk(Pass::Update, pad);
        let end = self.walk(Pass::Slide, 0);
        self.r[reg::heap_top] = end as u32;
        if pad != 0 {
            self.move_words(STATE_WORDS, end - STATE_WORDS, STATE_WORDS + pad);
            self.set_w(STATE_WORDS, t::FREE | (pad as u32) << 16);
            self.r[reg::heap_top] += pad as u32;
        }
    }

    /// The chain of interned strings does not keep them alive.
    fn drop_dead_interned(&mut self) {
        let (mut chain, mut at) = (0, self.r[reg::interned] as u16);
        for _ in 0..crate::object::MOST_HOPS {
            if at == 0 {
                break;
            }
            let next = self.f_hi(at, 1);
            if self.flag(at, MARK) {
                self.set_f_hi(at, 1, chain);
                chain = at;
            }
            at = next;
        }
        self.r[reg::interned] = chain as u32;
    }
    /// Goes over all cells, from the bottom up; those that live come to lie one after the other, `pad` words above it.
    /// Where they end.
    #[inline(never)]
    fn walk(&mut self, pass: Pass, pad: usize) -> usize {
        let (mut at, end) = (STATE_WORDS, self.r[reg::heap_top] as usize);
        let mut to = at + pad;
        let mut gap = at;
        while at < end {
            let size = self.size_of(at);
            let header = self.w(at);
            let next = at + size;
            let lives = header & MARK != 0;
            if pass == Pass::Place {
                self.fuel = self.fuel.saturating_sub(1);
                if lives {
                    self.set_w(at, header & 0xffff | (to as u32) << 16);
                    gap = next;
                } else {
                    // One cell of those that lie between two that live.
                    self.set_w(gap, t::FREE | ((next - gap) as u32) << 16);
                }
            } else if lives {
                if pass == Pass::Update {
                    self.visit(at);
                } else {
                    self.set_w(at, header & 0xffff & !MARK);
                    if to != at && next <= self.mem.len() {
                        self.move_words(at, size, to);
                    }
                }
            }
            if lives {
                to += size;
            }
            at = next;
        }
        to
    }

    fn adjust_pc(&mut self) {
        let code = self.r[reg::code] as u16;
        if code != 0 {
            let to = hi(self.f(code, 0)) as u32;
            let shift = to.wrapping_sub(code as u32).wrapping_mul(4);
            self.r[reg::pc] = self.r[reg::pc].wrapping_add(shift);
            self.mark = self.mark.wrapping_add(shift);
        }
    }

    fn roots(&mut self) {
        for i in self.r[reg::sp] as usize..self.mem.len() {
            self.follow(i, holds::VALUE);
        }
        self.r[reg::exc] = self.followed(self.r[reg::exc], holds::VALUE);
        self.r[reg::result] = self.followed(self.r[reg::result], holds::VALUE);
        for &reg in CELL_REGISTERS {
            let cell = self.followed(self.r.get(reg), holds::LOW);
            self.r.set(reg, cell);
        }
    }
    /// Marks a cell, or tells its new place.
    #[inline(never)]
    fn touch(&mut self, h: u32) -> u32 {
        if h == 0 || h >= HEAP_END as u32 {
            return h;
        }
        let hdr = self.w(h as usize);
        if self.grey == UPDATE {
            return hdr >> 16;
        }
        if hdr & MARK == 0 {
            self.set_w(h as usize, hdr & 0xffff | MARK | self.grey << 16);
            self.grey = h;
        }
        h
    }
    /// A word whose references were marked, or have become those to the new places; `what` it holds is one of [`holds`].
    fn followed(&mut self, mut w: u32, what: u32) -> u32 {
        if what & holds::LOW != 0 {
            w = w & 0xffff_0000 | self.touch(w & 0xffff);
        }
        if what & holds::HIGH != 0 || what & holds::VALUE != 0 && Value(w).is_reference() {
            w = w & 0xffff | self.touch(w >> 16) << 16;
        }
        w
    }
    #[inline(never)]
    fn follow(&mut self, i: usize, what: u32) {
        let w = self.at(i);
        let w = self.followed(w, what);
        self.set_at(i, w);
    }
    /// Goes over every reference that the cell at `h` holds.
    fn visit(&mut self, h: usize) {
        let (mut at, mut end) = (h + 1, h + self.size_of(h));
        let kind = self.w(h) & TYPE_MASK;
        let mut layout = LAYOUTS.get(kind as usize).map_or(0, |layout| layout >> 4);
        let w1 = self.w(at);
        if kind == t::PROPS {
            // What lies behind the last property is left over.
            end = at + 1 + 2 * lo(w1) as usize;
        } else if kind == t::CODE {
            at = h + 4 + (w1 >> 16 & 0xff) as usize;
            end = at + (w1 >> 24).div_ceil(2) as usize;
        }
        while at < end {
            let mut what = layout as u32 & 0xf;
            if what == holds::PAIRS {
                what = if (at - h) & 1 == 0 {
                    holds::LOW
                } else {
                    holds::VALUE
                };
            }
            self.follow(at, what);
            // The last entry is for all words that are left.
            if layout >> 4 != 0 {
                layout >>= 4;
            }
            at += 1;
        }
    }
}
