//! Going over the properties of an object, `for-in`, and what `for-of`, spread and patterns take.

use crate::array::MAX_DENSE;
use crate::heap::*;
use crate::message::m;
use crate::names::n;
use crate::number;
use crate::object::{Get, Key, MOST_HOPS, Own};
use crate::opcode::word as op;
use crate::rom;
use crate::value::{R, Value};
use crate::vm::kind;

impl Vm<'_> {
    /// How many slots an object's own properties take to walk with [`Self::own_key`].
    pub(crate) fn own_slots(&self, o: u16) -> usize {
        self.index_slots(o) + self.holder_slots(o) + self.fixed_slots(o)
    }
    fn index_slots(&self, o: u16) -> usize {
        if self.header(o) & (TYPE_MASK | SLOW) == t::ARR {
            let elems = self.f_lo(o, 3);
            return if elems == 0 {
                0
            } else {
                (self.f_lo(elems, 1) as usize).min(self.f(o, 2) as usize)
            };
        }
        #[cfg(feature = "typed-arrays")]
        if self.is_view(o) {
            return self.view_len(o);
        }
        self.boxed_text(o).map_or(0, |s| self.utf16_len(s))
    }
    fn holder_slots(&self, o: u16) -> usize {
        let holder = self.known_holder(o);
        let props = if holder == 0 { 0 } else { self.f_hi(holder, 1) };
        if props == 0 {
            0
        } else {
            self.f_lo(props, 1) as usize
        }
    }
    /// Properties that stand neither in elements nor in the property list.
    fn fixed_slots(&self, o: u16) -> usize {
        if Self::is_rom(o) {
            return rom::count(self.lib, o);
        }
        if self.header(o) & (TYPE_MASK | META_DONE) == t::FUNC {
            2
        } else {
            usize::from(self.is_array(o) || self.boxed_text(o).is_some())
        }
    }
    /// The key in slot `i` (below [`Self::own_slots`]), as the value of what is found, with its flags; nothing for a slot that
    /// is empty.
    pub(crate) fn own_key(&self, o: u16, mut i: usize) -> Own {
        let mut key = Key::at(i as u32);
        let indexes = self.index_slots(o);
        if i >= indexes {
            i -= indexes;
            let named = self.holder_slots(o);
            if i < named {
                let holder = self.known_holder(o);
                let w = self.w(self.f_hi(holder, 1) as usize + 2 + 2 * i);
                if w >> 16 & DELETED != 0 {
                    return Own::NONE;
                }
                return Own::fixed(self.name_key(lo(w)).0, w >> 16);
            }
            i -= named;
            let mut name = if i == 0 { n::LENGTH } else { n::NAME };
            if Self::is_rom(o) {
                name = rom::name_at(self.lib, o, i).unwrap_or(n::EMPTY);
                let shadow = self.shadow_of(o);
                if shadow != 0 && self.find_prop(shadow, name).is_some() {
                    return Own::NONE;
                }
            }
            key = Key::name(name);
        }
        let mut own = self.look(o, key);
        own.value = key.0;
        own
    }

    /// The keys of the object in `slot`: an ELEMS cell with numbers and strings, and how many.
    /// `deep`: of its prototypes too, as `for-in` wants it; `hidden`: those that are not enumerable too.
    pub(crate) fn collect_keys(&mut self, slot: usize, deep: bool, hidden: bool) -> R<(u16, usize)> {
        let (mut most, mut hops) = (0, 0);
        let mut o = self.v(slot).payload();
        // More than an array can hold is refused below.
        while o != 0 && hops < MOST_HOPS && most <= MAX_DENSE as usize {
            hops += 1;
            most += self.own_slots(o);
            o = if deep { self.proto_of(o) } else { 0 };
        }
        self.fuel -= most as i32;
        let keys = self.new_elems(most)?;
        let mut count = 0;
        let first = self.v(slot).payload();
        o = first;
        for _ in 0..hops {
            let start = count;
            for pass in 0..2 {
                for i in 0..self.own_slots(o) {
                    let own = self.own_key(o, i);
                    let (key, flags) = (Key(own.value), own.flags());
                    if own.is_none()
                        || self.key_index(key).is_some() != (pass == 0)
                        || flags & ENUMERABLE == 0 && !hidden
                        || self.hidden_by(first, o, key)
                    {
                        continue;
                    }
                    self.set_v(keys as usize + 2 + count, key.0);
                    count += 1;
                }
                if pass == 0 {
                    self.sort_indexes(keys as usize + 2 + start, count - start);
                }
            }
            o = if deep { self.proto_of(o) } else { 0 };
        }
        self.set_f(keys, 1, count as u32);
        self.shrink(keys as usize, 2 + most, 2 + count);
        Ok((keys, count))
    }
    /// Puts `n` indexes from word `first` on into ascending order (by insertion over gaps that get smaller), in place.
    #[inline(never)]
    fn sort_indexes(&mut self, first: usize, n: usize) {
        // Those beyond 30 bits are strings; they come last.
        let rank = |v: u32| if v & 1 == 0 { v } else { u32::MAX };
        let mut gap = n;
        while gap > 1 {
            gap = (gap * 7 / 16).max(1);
            // To look at one is less than a unit of work; to move one is a unit, below.
            self.fuel = self.fuel.saturating_sub(n as i32 / 8);
            for next in first + gap..first + n {
                let (mut at, v) = (next, self.w(next));
                while at >= first + gap {
                    let before = self.w(at - gap);
                    if rank(before) <= rank(v) {
                        break;
                    }
                    self.set_w(at, before);
                    self.fuel = self.fuel.saturating_sub(1);
                    at -= gap;
                }
                self.set_w(at, v);
            }
        }
    }
    /// Whether an object nearer than `o` has the property too.
    fn hidden_by(&self, first: u16, o: u16, key: Key) -> bool {
        let mut near = first;
        for _ in 0..MOST_HOPS {
            if near == o || near == 0 {
                break;
            }
            if self.find_own(near, key).is_some() {
                return true;
            }
            near = self.proto_of(near);
        }
        false
    }
    #[inline(never)]
    pub(crate) fn for_in(&mut self) -> R<()> {
        let v = self.top(0);
        if !v.is_obj() && !v.is_nullish() {
            let o = self.to_object(v)?;
            self.set_top(0, o);
        }
        let (keys, count) = if v.is_nullish() {
            (self.new_elems(0)?, 0)
        } else {
            self.collect_keys(self.r[reg::sp] as usize, true, false)?
        };
        self.push(Value::cell(keys));
        self.push(Value::int(-(count as i32)));
        Ok(())
    }
    /// What `for-of`, spread and patterns take: an array, a list of arguments, or a string.
    #[inline(never)]
    pub(crate) fn check_iterable(&mut self) -> R<()> {
        let v = self.top(0);
        let class = if v.is_str() {
            class::STRING
        } else if v.is_obj() {
            self.class_of(v.payload())
        } else {
            class::OBJECT
        };
        #[cfg(feature = "typed-arrays")]
        if class == class::VIEW && !Self::is_rom(v.payload()) {
            return Ok(());
        }
        if matches!(class, class::ARRAY | class::ARGUMENTS | class::STRING) {
            Ok(())
        } else {
            Err(self.type_error(m!("not iterable: arrays and strings are")))
        }
    }
    /// What has elements by index, for a pattern: a string of other than ASCII becomes an array of its code
    /// points.
    #[inline(never)]
    pub(crate) fn iterable(&mut self) -> R<()> {
        self.check_iterable()?;
        let v = self.top(0);
        if v.is_str() && !self.is_ascii(v.payload()) {
            let empty = self.new_array(0, 0)?;
            let v = self.top(0);
            self.set_top(0, Value::obj(rom::f::SPREAD));
            self.push(empty);
            self.push(v);
            self.call(1, kind::NORMAL)?;
            return Ok(());
        }
        Ok(())
    }
    /// The next element of a `for-of`.
    #[inline(never)]
    fn for_of_next(&mut self) -> R<bool> {
        let i = self.top(0).as_int();
        let v = self.top(2);
        self.fuel -= 1;
        let mut text = v;
        if v.is_obj()
            && let Some(s) = self.boxed_text(v.payload())
        {
            text = Value::str(s);
        }
        if text.is_str() {
            let s = text.payload();
            if i as usize >= self.utf16_len(s) {
                return Ok(false);
            }
            let c = self.code_point_at(s, i as usize)?;
            let units = self.utf16_len(c.payload()) as i32;
            self.set_top(0, Value::int(i + units));
            self.push(c);
            return Ok(true);
        }
        let slot = self.r[reg::sp] as usize + 2;
        let len = match self.get(slot, Key::LENGTH)? {
            Get::Value(len) => self.prim_to_number(len),
            #[cfg(feature = "typed-arrays")]
            Get::Getter(_) if v.is_obj() && self.is_view(v.payload()) => self.view_len(v.payload()) as f64,
            _ => 0.0,
        };
        if !number::less(i as f64, len) {
            return Ok(false);
        }
        self.set_top(0, Value::int(i + 1));
        self.push(v);
        self.push(Value::int(i));
        self.get_elem(op::GET_ELEM)?;
        Ok(true)
    }
    /// Pushes the next key or element, or calls the getter that does; false at the end. The counter of keys runs from minus the count to zero.
    #[inline(never)]
    pub(crate) fn for_in_next(&mut self) -> R<bool> {
        if !self.top(1).is_cell() {
            return self.for_of_next();
        }
        loop {
            let left = self.top(0).as_int().wrapping_neg();
            let keys = self.top(1).payload();
            let total = self.f_lo(keys, 1) as usize;
            // No compiler counts further than there are keys; damaged code might.
            if left <= 0 || left as usize > total {
                return Ok(false);
            }
            let v = self.v((keys as usize + 2 + total).wrapping_sub(left as usize));
            self.set_top(0, Value::int(1 - left));
            let key = match v.is_int() {
                true => Key(v),
                false => self.name_key(v.payload()),
            };
            self.fuel -= 1;
            if self.has(self.top(2).payload(), key) {
                let s = self.prim_to_str(v)?;
                self.push(s);
                return Ok(true);
            }
        }
    }
}
