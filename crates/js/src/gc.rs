//! The collector: marks without a stack (the grey list runs through the headers), then slides every
//! cell to the bottom of the heap. Its cost is charged to the script's fuel, one unit a cell.

use crate::heap::reg;
use crate::heap::{CELL_REGISTERS, MARK, STATE_WORDS, TYPE_MASK, Vm, hi, lo, t};
use crate::value::{HEAP_END, Value};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Pass {
    Mark,
    Update,
}

impl Vm<'_> {
    /// Frees what cannot be reached and closes the gaps. With `pad`, cells end that many words higher
    /// than they could, so that tests see every cell move.
    pub(crate) fn collect(&mut self, pad: usize) {
        self.r[reg::collections] = self.r[reg::collections].wrapping_add(1);
        let mut grey = 0u16;
        self.roots(Pass::Mark, &mut grey);
        while grey != 0 {
            let h = grey;
            let hdr = self.f(h, 0);
            grey = hi(hdr);
            self.set_f(h, 0, hdr & 0xffff);
            self.visit(h as usize, Pass::Mark, &mut grey);
        }
        self.drop_dead_interned();
        let cells = self.assign_places(pad);
        self.fuel = self.fuel.saturating_sub(cells);
        self.adjust_pc();
        self.roots(Pass::Update, &mut grey);
        let (mut at, end) = (STATE_WORDS, self.r[reg::heap_top] as usize);
        while at < end {
            let size = self.size_of(at);
            if self.w(at) & MARK != 0 {
                self.visit(at, Pass::Update, &mut grey);
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

    fn roots(&mut self, pass: Pass, grey: &mut u16) {
        for i in self.r[reg::sp] as usize..self.mem.len() {
            self.value_at(i, pass, grey);
        }
        for reg in [reg::exc, reg::result] {
            let v = Value(self.r.get(reg));
            if let Some(h) = v.heap_ref() {
                let to = self.touch(h, pass, grey);
                self.r.set(reg, v.with_payload(to).0);
            }
        }
        for &reg in CELL_REGISTERS {
            let h = self.r.get(reg);
            if h != 0 {
                let to = self.touch(h as u16, pass, grey);
                self.r.set(reg, to as u32);
            }
        }
        if pass == Pass::Update && self.r[reg::interned] != 0 {
            self.r[reg::interned] = hi(self.f(self.r[reg::interned] as u16, 0)) as u32;
        }
    }

    /// Marks a cell, or tells its new place.
    fn touch(&mut self, h: u16, pass: Pass, grey: &mut u16) -> u16 {
        let hdr = self.f(h, 0);
        match pass {
            Pass::Mark => {
                if hdr & MARK == 0 {
                    self.set_f(h, 0, hdr & 0xffff | MARK | (*grey as u32) << 16);
                    *grey = h;
                }
                h
            }
            Pass::Update => hi(hdr),
        }
    }
    fn value_at(&mut self, i: usize, pass: Pass, grey: &mut u16) {
        let v = self.v(i);
        if let Some(h) = v.heap_ref() {
            let to = self.touch(h, pass, grey);
            if pass == Pass::Update {
                self.set_v(i, v.with_payload(to));
            }
        }
    }
    fn halves_at(&mut self, i: usize, low: bool, high: bool, pass: Pass, grey: &mut u16) {
        let w = self.w(i);
        let (mut l, mut h) = (lo(w), hi(w));
        if low && l != 0 && l < HEAP_END {
            l = self.touch(l, pass, grey);
        }
        if high && h != 0 && h < HEAP_END {
            h = self.touch(h, pass, grey);
        }
        if pass == Pass::Update {
            self.set_w(i, crate::heap::pack(l, h));
        }
    }

    /// Goes over every reference that the cell at `h` holds.
    fn visit(&mut self, h: usize, pass: Pass, grey: &mut u16) {
        let end = h + self.size_of(h);
        match self.w(h) & TYPE_MASK {
            t::STR
                // The chain is weak: it is only kept up to date.
                if pass == Pass::Update => {
                    self.halves_at(h + 1, false, true, pass, grey);
                }
            t::OBJ | t::HOST => self.halves_at(h + 1, true, true, pass, grey),
            t::BOX => {
                self.halves_at(h + 1, true, true, pass, grey);
                self.value_at(h + 2, pass, grey);
            }
            #[cfg(feature = "regexp")]
            t::REGEXP => {
                self.halves_at(h + 1, true, true, pass, grey);
                self.value_at(h + 2, pass, grey);
                self.value_at(h + 3, pass, grey);
            }
            t::ARR => {
                self.halves_at(h + 1, true, true, pass, grey);
                self.halves_at(h + 3, true, false, pass, grey);
            }
            #[cfg(feature = "typed-arrays")]
            t::VIEW => {
                self.halves_at(h + 1, true, true, pass, grey);
                self.halves_at(h + 2, true, false, pass, grey);
            }
            t::BOUND => {
                self.halves_at(h + 1, true, true, pass, grey);
                self.halves_at(h + 2, true, false, pass, grey);
            }
            t::FUNC => {
                self.halves_at(h + 1, true, true, pass, grey);
                self.halves_at(h + 2, true, false, pass, grey);
                for i in h + 3..end {
                    self.halves_at(i, true, true, pass, grey);
                }
            }
            t::PROPS => {
                let count = lo(self.w(h + 1)) as usize;
                for p in 0..count {
                    self.halves_at(h + 2 + 2 * p, true, false, pass, grey);
                    self.value_at(h + 3 + 2 * p, pass, grey);
                }
            }
            t::ELEMS | t::CELL | t::PAIR | t::NAMES => {
                let first = if matches!(self.w(h) & TYPE_MASK, t::ELEMS | t::NAMES) {
                    h + 2
                } else {
                    h + 1
                };
                for i in first..end {
                    self.value_at(i, pass, grey);
                }
            }
            t::SAVED => {
                self.halves_at(h + 1, false, true, pass, grey);
                for i in h + 2..end {
                    self.value_at(i, pass, grey);
                }
            }
            t::SHADOW => {
                self.halves_at(h + 1, false, true, pass, grey);
                self.halves_at(h + 2, true, false, pass, grey);
            }
            t::CODE => {
                let w1 = self.w(h + 1);
                let (caps, kids) = ((w1 >> 16 & 0xff) as usize, (w1 >> 24) as usize);
                for i in 0..kids.div_ceil(2) {
                    self.halves_at(h + 4 + caps + i, true, true, pass, grey);
                }
            }
            _ => {}
        }
    }
}
