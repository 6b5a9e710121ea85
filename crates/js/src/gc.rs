//! The collector: marks without a stack (the grey list runs through the headers), then slides every
//! cell to the bottom of the heap. Its cost is charged to the script's fuel, one unit a cell.

use crate::heap::reg;
use crate::heap::{CELL_REGISTERS, LAYOUTS, MARK, STATE_WORDS, TYPE_MASK, UPDATE, Vm, hi, holds, lo, t};
use crate::value::{HEAP_END, Value};

impl Vm<'_> {
    /// Frees what cannot be reached and closes the gaps. With `pad`, cells end that many words higher
    /// than they could, so that tests see every cell move.
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
        let cells = self.assign_places(pad);
        self.fuel = self.fuel.saturating_sub(cells);
        self.adjust_pc();
        self.grey = UPDATE;
        self.roots();
        self.r[reg::interned] = self.followed(self.r[reg::interned], holds::LOW);
        let (mut at, end) = (STATE_WORDS, self.r[reg::heap_top] as usize);
        while at < end {
            let size = self.size_of(at);
            if self.w(at) & MARK != 0 {
                self.visit(at);
            }
            at += size;
        }
        self.slide(pad);
    }

    /// The chain of interned strings does not keep them alive.
    fn drop_dead_interned(&mut self) {
        let mut prev = 0u16;
        let mut at = self.r[reg::interned] as u16;
        for _ in 0..crate::object::MOST_HOPS {
            if at == 0 {
                break;
            }
            let next = self.f_hi(at, 1);
            if self.f(at, 0) & MARK != 0 {
                prev = at;
            } else if prev == 0 {
                self.r[reg::interned] = next as u32;
            } else {
                self.set_f_hi(prev, 1, next);
            }
            at = next;
        }
    }

    /// Writes each live cell's new place into its header, and makes one cell of those that lie between two of them;
    /// returns how many cells there were.
    fn assign_places(&mut self, pad: usize) -> i32 {
        let (mut at, end) = (STATE_WORDS, self.r[reg::heap_top] as usize);
        let pad = if self.pad_fits(pad) { pad } else { 0 };
        let mut to = at + pad;
        let mut cells = 0i32;
        let mut gap = at;
        while at < end {
            let size = self.size_of(at);
            let hdr = self.w(at);
            at += size;
            if hdr & MARK != 0 {
                self.set_w(at - size, hdr & 0xffff | (to as u32) << 16);
                to += size;
                gap = at;
            } else {
                self.set_w(gap, t::FREE | ((at - gap) as u32) << 16);
            }
            cells += 1;
        }
        cells
    }
    fn pad_fits(&self, pad: usize) -> bool {
        self.r[reg::buf] == 0
            && self.r[reg::heap_top] as usize + pad < self.r[reg::slimit].min(self.r[reg::sp]) as usize
            || self.r[reg::buf] != 0 && self.r[reg::heap_top] as usize + pad <= self.r[reg::buf] as usize
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

    fn slide(&mut self, pad: usize) {
        let pad = if self.pad_fits(pad) { pad } else { 0 };
        let base = STATE_WORDS;
        let (mut at, end) = (base, self.r[reg::heap_top] as usize);
        let mut to = base;
        while at < end {
            let size = self.size_of(at);
            let hdr = self.w(at);
            if hdr & MARK != 0 {
                self.set_w(at, hdr & 0xffff & !MARK);
                if to != at && at + size <= self.mem.len() {
                    self.move_words(at, size, to);
                }
                to += size;
            }
            at += size;
        }
        if pad != 0 {
            self.move_words(base, to - base, base + pad);
            self.set_w(base, t::FREE | (pad as u32) << 16);
            to += pad;
        }
        self.r[reg::heap_top] = to as u32;
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
