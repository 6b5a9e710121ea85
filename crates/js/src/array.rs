//! Arrays: dense elements with holes, and the fall-back to ordinary properties for sparse ones.

use crate::heap::*;
use crate::message::m;
use crate::object::{At, Key};
use crate::rom;
use crate::value::{R, Value};

/// A write this far beyond the elements there are makes an array sparse.
const MAX_GAP: u32 = 64;
/// Most elements a dense array may have.
pub(crate) const MAX_DENSE: u32 = 0xe000;

impl Vm<'_> {
    /// An array of `len` holes with room for `cap` elements.
    pub(crate) fn new_array(&mut self, len: u32, cap: usize) -> R<Value> {
        let h = self.alloc_object(t::ARR | class::ARRAY << CLASS_SHIFT, 4, rom::ARRAY_PROTO)?;
        self.set_f(h, 2, len);
        if cap != 0 {
            self.push(Value::obj(h));
            let elems = self.new_elems(cap);
            let h = self.pop().payload();
            let elems = elems?;
            self.set_f(h, 3, elems as u32);
            return Ok(Value::obj(h));
        }
        Ok(Value::obj(h))
    }
    /// An ELEMS cell full of holes.
    pub(crate) fn new_elems(&mut self, cap: usize) -> R<u16> {
        if cap > MAX_DENSE as usize {
            return Err(self.out_of_memory());
        }
        let h = self.alloc(t::ELEMS, 2 + cap)?;
        self.set_f(h, 1, cap as u32);
        let at = h as usize + 2;
        self.make_holes(at, at + cap);
        Ok(h)
    }
    fn make_holes(&mut self, from: usize, to: usize) {
        if let Some(words) = self.mem.get_mut(from..to) {
            words.fill(Value::HOLE.0);
        }
    }
    /// Takes more words for the cell that ends at word `end`, if that is the top of the heap and they are there.
    #[inline(never)]
    pub(crate) fn grow_last(&mut self, end: usize, words: usize) -> bool {
        let top = self.r[reg::heap_top] as usize;
        if end != top || self.r[reg::stress] != 0 {
            return false;
        }
        let limit = self.r[reg::slimit].min(self.r[reg::sp]) as usize;
        if self.r[reg::buf] != 0 || top + words > limit || top + words > crate::value::HEAP_END as usize {
            return false;
        }
        if let Some(new) = self.mem.get_mut(top..top + words) {
            new.fill(0);
        }
        self.r[reg::heap_top] += words as u32;
        self.note_high_water();
        true
    }

    /// How many elements an array has room for.
    #[inline(never)]
    fn capacity(&self, arr: u16) -> usize {
        match self.f_lo(arr, 3) {
            0 => 0,
            elems => self.f_lo(elems, 1) as usize,
        }
    }
    /// Writes element `i` of a dense array, growing it, or making it sparse where that is wiser.
    pub(crate) fn set_element(&mut self, arr: u16, i: u32, value: Value) -> R<()> {
        if (i as usize) < self.capacity(arr) {
            self.put_element(arr, i, value);
            return Ok(());
        }
        self.push(Value::obj(arr));
        self.push(value);
        let done = self.add_element(i);
        self.drop_n(2);
        done
    }
    /// There is room for the element.
    fn put_element(&mut self, arr: u16, i: u32, value: Value) {
        let mut at = self.f_lo(arr, 3) as usize + 2 + i as usize;
        let old = self.v(at);
        if old.is_cell() {
            at = old.payload() as usize + 1;
        }
        self.set_v(at, value);
        if i >= self.f(arr, 2) {
            self.set_f(arr, 2, i + 1);
        }
    }
    /// The array and the value are on top.
    fn add_element(&mut self, i: u32) -> R<()> {
        let cap = self.capacity(self.top(1).payload()) as u32;
        if i >= MAX_DENSE || i > cap.saturating_add(MAX_GAP) {
            self.make_slow()?;
            return self.define(self.top(1).payload(), Key::at(i), self.top(0), DATA);
        }
        let new_cap = (i + 1).max(cap + (cap / 2).clamp(2, 256)).min(MAX_DENSE);
        self.grow_elems(new_cap as usize)?;
        self.put_element(self.top(1).payload(), i, self.top(0));
        Ok(())
    }
    /// For the array in the second stack slot from the top.
    fn grow_elems(&mut self, cap: usize) -> R<()> {
        let arr = self.top(1).payload();
        let (elems, old_cap) = (self.f_lo(arr, 3) as usize, self.capacity(arr));
        let end = elems + 2 + old_cap;
        if elems != 0 && self.grow_last(end, cap.saturating_sub(old_cap)) {
            self.make_holes(end, elems + 2 + cap);
            self.set_w(elems + 1, cap as u32);
            return Ok(());
        }
        let new = self.new_elems(cap)?;
        let arr = self.top(1).payload();
        // Holes that were cut off by a shorter length must not come back.
        let keep = old_cap.min(self.f(arr, 2) as usize);
        self.move_words(self.f_lo(arr, 3) as usize + 2, keep, new as usize + 2);
        self.set_f_lo(arr, 3, new);
        Ok(())
    }
    /// Moves the elements of the array in the second stack slot from the top into its property list.
    pub(crate) fn make_slow(&mut self) -> R<()> {
        let arr = self.top(1).payload();
        self.set_flag(arr, SLOW);
        let mut done = Ok(());
        for i in 0..self.capacity(arr) as u32 {
            let arr = self.top(1).payload();
            let at = self.element(arr, i);
            if at == 0 {
                continue;
            }
            self.fuel -= 1;
            done = self.define(arr, Key::at(i), self.v(at), DATA);
            if done.is_err() {
                break;
            }
        }
        let arr = self.top(1).payload();
        if done.is_ok() {
            self.set_f_lo(arr, 3, 0);
        } else {
            // As it was: nothing reads the properties that were added, they are found in the elements.
            let w = self.f(arr, 0);
            self.set_f(arr, 0, w & !SLOW);
        }
        done
    }

    /// A merge sort, up to the next two elements to compare; `later` says of the last two whether the first one comes
    /// later. The state is an array: two arrays of the same length (the first one is sorted in the end), the width of the
    /// runs, 0 before the first, where the left one starts, and the next element of both.
    #[inline(never)]
    pub(crate) fn merge(&mut self, state: u16, later: bool) -> Option<(Value, Value)> {
        let at = self.f_lo(state, 3) as usize + 2;
        let mem = &mut *self.mem;
        let words: Option<&mut [u32; 6]> = mem.get_mut(at..).and_then(<[u32]>::first_chunk_mut);
        let [mut a, mut b, width, low, left, right] = *words?;
        let int = |w: u32| w >> 1 & 0x1f_ffff;
        let (mut width, mut low, mut left, mut right) = (int(width), int(low), int(left), int(right));
        let mut answer = Some(later);
        if width == 0 {
            (answer, width) = (None, 1);
        }
        let found = 'runs: loop {
            let elems = |of: u32| *mem.get((of >> 16) as usize + 3).unwrap_or(&0) as u16 as usize;
            let (from, to) = (elems(a), elems(b));
            let length = |of: usize| *mem.get(of + 1).unwrap_or(&0) & 0xffff;
            let count = length(from).min(length(to));
            let count = count.min(*mem.get((a >> 16) as usize + 2).unwrap_or(&0));
            // The last run may have nothing to its right.
            let start = low + width;
            let (middle, end) = (start.min(count), (start + width).min(count));
            loop {
                let mut next = left;
                if answer == Some(true) || answer.is_none() && left >= middle {
                    next = right;
                    right += 1;
                    if next >= end {
                        break;
                    }
                } else if answer.is_none() && right < end {
                    let v = |i: u32| Value(*mem.get(from + 2 + i as usize).unwrap_or(&0));
                    break 'runs Some((v(left), v(right)));
                } else {
                    left += 1;
                }
                answer = None;
                let v = *mem.get(from + 2 + next as usize).unwrap_or(&0);
                let k = left.wrapping_add(right).wrapping_sub(start + 1);
                if k < count
                    && let Some(to) = mem.get_mut(to + 2 + k as usize)
                {
                    *to = v;
                }
                self.fuel -= 1;
            }
            // Both runs are used up.
            low = end;
            if low >= count {
                (a, b) = (b, a);
                width *= 2;
                if width >= count {
                    break None;
                }
                low = 0;
            }
            left = low;
            right = low + width;
            answer = None;
        };
        if let Some(state) = mem.get_mut(at..).and_then(<[u32]>::first_chunk_mut) {
            *state = [a, b, width << 1, low << 1, left << 1, right << 1];
        }
        found
    }
    /// Sets the length of the array in `slot`, deleting elements from the end; false where one could not be deleted.
    #[inline(never)]
    pub(crate) fn set_length(&mut self, slot: usize, length: Value) -> R<bool> {
        let x = self.prim_to_number(length);
        let len = crate::number::to_uint32(x);
        if !crate::number::equal(len as f64, x) {
            return Err(self.range_error(m!("Invalid array length")));
        }
        let arr = self.v(slot).payload();
        let old = self.f(arr, 2);
        if self.flag(arr, LEN_RO) {
            return Ok(len == old);
        }
        if !self.flag(arr, SLOW) {
            let (elems, cap) = (self.f_lo(arr, 3) as usize, self.capacity(arr));
            let gone = (len as usize).min(cap);
            self.make_holes(elems + 2 + gone, elems + 2 + cap);
            self.set_f(arr, 2, len);
            return Ok(true);
        }
        // Sparse: the highest index that cannot be deleted stops it. Found first, then what lies above goes.
        let mut deletes = len >= old;
        let (mut floor, mut i) = (len, if deletes { usize::MAX } else { 0 });
        loop {
            if i >= self.own_slots(arr) {
                if deletes {
                    break;
                }
                (i, deletes) = (0, true);
            }
            let own = self.own_key(arr, i);
            let key = Key(own.value);
            if !own.is_none()
                && let Some(index) = self.key_index(key)
                && index >= floor
            {
                if deletes {
                    self.delete(slot, key)?;
                    continue;
                }
                if own.flags() & CONFIGURABLE == 0 {
                    floor = index + 1;
                }
            }
            i += 1;
        }
        self.set_f(arr, 2, floor);
        Ok(floor == len)
    }
    /// Whether reading a missing element of this array can only give `undefined`: nobody touched the
    /// prototypes' indexes.
    pub(crate) fn plain_array(&self, o: u16) -> bool {
        self.is_array(o) && !self.flag(o, SLOW)
    }
    /// `length` of an array or anything with a `length` that is an own integer, for natives.
    pub(crate) fn array_length(&self, o: u16) -> Option<u32> {
        if self.is_array(o) {
            return Some(self.f(o, 2));
        }
        match self.find_own(o, Key::LENGTH)? {
            own if own.at() != At::Length && own.value.is_int() => Some(own.value.as_int().max(0) as u32),
            _ => None,
        }
    }
}
