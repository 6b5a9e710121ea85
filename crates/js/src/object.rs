//! Objects and their properties: own lookup, the prototype chain, definition, deletion, enumeration.
//!
//! Lookup never allocates, so nothing moves while a caller holds what it found. Whatever may allocate
//! returns `R<_>`: after it, references in local variables are stale, stack slots and registers are not.

use crate::compiler::ff;
use crate::heap::*;
use crate::message::m;
use crate::names::n;
use crate::rom;
use crate::value::{HEAP_END, INT_MAX, R, Value};

/// No chain of an arena has more links. Only damaged ones would; walks end there all the same.
pub(crate) const MOST_HOPS: i32 = 1 << 15;
/// Fuel below which an instruction makes no more debts for reads.
const MOST_DEBT: i32 = -100_000;

/// A property key, in one register: the value of an integer that is an index, or of a name. An index that is no small
/// integer is a name, see [`Vm::key_index`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Key(pub(crate) Value);
impl Key {
    pub(crate) const LENGTH: Key = Key::name(n::LENGTH);
    pub(crate) const PROTOTYPE: Key = Key::name(n::PROTOTYPE);
    /// No name that can be shown: where an error is not about a certain property.
    pub(crate) const NONE: Key = Key::name(n::EMPTY);

    pub(crate) const fn name(name: u16) -> Key {
        Key(Value::str(name))
    }
    /// Of an index up to [`INT_MAX`].
    pub(crate) const fn at(i: u32) -> Key {
        Key(Value::int(i as i32))
    }
    pub(crate) const fn index(self) -> Option<u32> {
        if self.0.is_int() {
            Some(self.0.as_int() as u32)
        } else {
            None
        }
    }
}

/// Where an own property was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum At {
    /// The word that holds the value.
    Word(usize),
    /// `length` of an array.
    Length,
    /// A character of a String object, or an element of a typed array: the value is its index.
    Unit,
    /// Computed, or in flash: to write it, it must be defined first.
    Fixed,
}

/// An own property: two words, so that what was found comes back in registers. With [`ACCESSOR`] in `flags`, `value` is its
/// PAIR cell.
#[derive(Clone, Copy)]
pub(crate) struct Own {
    pub(crate) value: Value,
    /// Flags below, the place above: a word of the arena, or one of those below. None of them: nothing was found.
    place: u32,
}
/// Places; no value of a property lies in a word that low.
const FIXED: u32 = 1;
const LENGTH: u32 = 2;
const UNIT: u32 = 3;

impl Own {
    pub(crate) const NONE: Own = Own {
        value: Value::UNDEFINED,
        place: 0,
    };
    #[inline(always)]
    fn new(value: Value, at: u32, flags: u32) -> Own {
        Own {
            value,
            place: at << 16 | flags,
        }
    }
    /// One in flash.
    #[inline(always)]
    pub(crate) fn fixed(value: Value, flags: u32) -> Own {
        Own::new(value, FIXED, flags)
    }
    #[inline(always)]
    pub(crate) fn flags(self) -> u32 {
        self.place & 0xffff
    }
    #[inline(always)]
    pub(crate) fn at(self) -> At {
        match self.place >> 16 {
            FIXED => At::Fixed,
            LENGTH => At::Length,
            UNIT => At::Unit,
            at => At::Word(at as usize),
        }
    }
}

/// Result of a read: a value, or the getter to call.
pub(crate) enum Get {
    Absent,
    Value(Value),
    Getter(Value),
}
/// Result of a write: done, refused, or the setter to call.
pub(crate) enum Put {
    Done,
    Refused,
    Setter(Value),
}

impl Vm<'_> {
    pub(crate) fn new_object(&mut self, proto: u16) -> R<Value> {
        self.new_object_of(proto, class::OBJECT)
    }
    pub(crate) fn new_object_of(&mut self, proto: u16, class: u32) -> R<Value> {
        self.alloc_object(t::OBJ | class << CLASS_SHIFT, 2, proto)
            .map(Value::obj)
    }
    pub(crate) fn new_box(&mut self, proto: u16, class: u32, value: Value) -> R<Value> {
        self.push(value);
        let h = self.alloc_object(t::BOX | class << CLASS_SHIFT, 3, proto);
        let value = self.pop();
        let h = h?;
        self.set_f(h, 2, value.0);
        Ok(Value::obj(h))
    }
    /// A cell that starts as an object does.
    pub(crate) fn alloc_object(&mut self, kind: u32, words: usize, proto: u16) -> R<u16> {
        self.push(Value::obj(proto));
        let h = self.alloc(kind, words);
        let proto = self.pop().payload();
        let h = h?;
        self.set_f(h, 1, proto as u32);
        Ok(h)
    }

    pub(crate) fn is_rom(o: u16) -> bool {
        o >= HEAP_END
    }
    /// `[[Prototype]]`, 0 for null.
    pub(crate) fn proto_of(&self, o: u16) -> u16 {
        if Self::is_rom(o) {
            rom::proto(self.lib, o)
        } else {
            self.f_lo(o, 1)
        }
    }
    pub(crate) fn class_of(&self, o: u16) -> u32 {
        if Self::is_rom(o) {
            return rom::class(self.lib, o);
        }
        match self.cell_type(o) {
            t::FUNC | t::BOUND => class::FUNCTION,
            _ => self.class(o),
        }
    }
    pub(crate) fn is_callable(&self, v: Value) -> bool {
        v.is_obj() && self.class_of(v.payload()) == class::FUNCTION
    }
    /// What the script changed of an object in flash.
    pub(crate) fn shadow_of(&self, o: u16) -> u16 {
        if o == rom::GLOBAL {
            return self.r[reg::global] as u16;
        }
        let mut h = self.r[reg::shadows] as u16;
        for _ in 0..MOST_HOPS {
            if h == 0 || self.f_lo(h, 1) == o {
                break;
            }
            h = self.f_lo(h, 2);
        }
        h
    }
    /// The cell that holds an object's own named properties, making a shadow for one in flash.
    fn holder(&mut self, o: u16) -> R<u16> {
        if !Self::is_rom(o) {
            return Ok(o);
        }
        let shadow = self.shadow_of(o);
        if shadow != 0 {
            return Ok(shadow);
        }
        let h = self.alloc(t::SHADOW, 3)?;
        self.set_f(h, 1, pack(o, 0));
        self.set_f(h, 2, self.r[reg::shadows]);
        self.r[reg::shadows] = h as u32;
        Ok(h)
    }

    /// Index of the value word of property `key` in a holder.
    #[inline]
    pub(crate) fn find_prop(&self, holder: u16, key: u16) -> Option<usize> {
        let props = hi(self.at(holder as usize + 1));
        if props == 0 {
            return None;
        }
        let base = props as usize + 2;
        let count = lo(self.at(props as usize + 1)) as usize;
        let table = self.mem.get(base..base + 2 * count)?;
        for (i, pair) in table.chunks_exact(2).enumerate() {
            if let Some(&k) = pair.first()
                && lo(k) == key
            {
                return Some(base + 2 * i + 1);
            }
        }
        None
    }

    /// An own property; never allocates. `prototype` of a function that never was asked for it is made by
    /// [`Self::force`], which callers run first.
    #[inline(always)]
    pub(crate) fn find_own(&self, o: u16, key: Key) -> Option<Own> {
        let own = self.look(o, key);
        if own.place == 0 { None } else { Some(own) }
    }
    #[inline(never)]
    fn look(&self, o: u16, key: Key) -> Own {
        if let Some(i) = key.index() {
            if !Self::is_rom(o) {
                match self.cell_type(o) {
                    t::ARR if !self.flag(o, SLOW) => {
                        let at = self.element(o, i);
                        return if at == 0 {
                            Own::NONE
                        } else {
                            Own::new(self.v(at), at as u32, DATA)
                        };
                    }
                    #[cfg(feature = "typed-arrays")]
                    t::VIEW => {
                        return if (i as usize) < self.view_len(o) {
                            Own::new(Value::int(i as i32), UNIT, DATA)
                        } else {
                            Own::NONE
                        };
                    }
                    t::BOX if self.class(o) == class::STRING => {
                        let s = Value(self.f(o, 2)).payload();
                        if (i as usize) < self.utf16_len(s) {
                            return Own::new(Value::int(i as i32), UNIT, ENUMERABLE);
                        }
                    }
                    _ => {}
                }
            }
            // No table in flash has an index for a name.
            let holder = self.known_holder(o);
            if holder == 0 || self.f_hi(holder, 1) == 0 {
                return Own::NONE;
            }
        }
        match self.key_name(key) {
            0 => Own::NONE,
            name => self.look_name(o, name),
        }
    }
    /// The name that a key is or spells; 0 for one that no property has.
    fn key_name(&self, key: Key) -> u16 {
        match key.index() {
            Some(i) => {
                let mut text = [0u8; 10];
                self.find_name(crate::string::decimal(i, &mut text)).unwrap_or(0)
            }
            None => key.0.payload(),
        }
    }
    /// The array index that a key is or spells.
    #[inline(never)]
    pub(crate) fn key_index(&self, key: Key) -> Option<u32> {
        match key.index() {
            None => crate::string::array_index(self.str_bytes(key.0.payload())),
            index => index,
        }
    }
    /// The cell that holds an object's own named properties; 0 for one in flash that was not changed.
    pub(crate) fn known_holder(&self, o: u16) -> u16 {
        if Self::is_rom(o) { self.shadow_of(o) } else { o }
    }
    /// A dense element: the word that holds its value, 0 for a hole. Elements of a mapped `arguments` object are the cells of
    /// the parameters.
    pub(crate) fn element(&self, arr: u16, i: u32) -> usize {
        let elems = self.f_lo(arr, 3);
        if elems == 0 || i >= self.f_lo(elems, 1) as u32 || i >= self.f(arr, 2) {
            return 0;
        }
        let at = elems as usize + 2 + i as usize;
        let v = self.v(at);
        if v.is_cell() {
            v.payload() as usize + 1
        } else if v == Value::HOLE {
            0
        } else {
            at
        }
    }
    #[inline(never)]
    fn look_name(&self, o: u16, name: u16) -> Own {
        let holder = self.known_holder(o);
        if holder != 0
            && let Some(at) = self.find_prop(holder, name)
        {
            let flags = self.w(at - 1) >> 16;
            if flags & DELETED != 0 {
                return Own::NONE;
            }
            return Own::new(self.v(at), at as u32, flags);
        }
        if Self::is_rom(o) {
            return rom::lookup(self.lib, o, name);
        }
        if name != n::LENGTH && name != n::NAME {
            return Own::NONE;
        }
        match self.cell_type(o) {
            t::ARR if name == n::LENGTH && self.class(o) == class::ARRAY => {
                let flags = if self.flag(o, LEN_RO) { 0 } else { WRITABLE };
                Own::new(Value::UNDEFINED, LENGTH, flags)
            }
            t::BOX if name == n::LENGTH && self.class(o) == class::STRING => {
                let len = self.utf16_len(Value(self.f(o, 2)).payload());
                Own::new(Value::int(len as i32), FIXED, 0)
            }
            t::FUNC if !self.flag(o, META_DONE) => {
                let code = self.f_lo(o, 2);
                let value = if name == n::LENGTH {
                    self.code_length(code)
                } else {
                    Value::str(self.code_name(code))
                };
                Own::new(value, FIXED, CONFIGURABLE)
            }
            _ => Own::NONE,
        }
    }
    /// Slots that the parameters of a code cell take.
    pub(crate) fn code_slots(&self, code: u16) -> usize {
        (self.f(code, 2) >> 16 & 0xff) as usize
    }
    /// Parameters that count for `length`.
    fn code_length(&self, code: u16) -> Value {
        let n = if self.f(code, 0) >> ff::SHIFT & ff::COMPLEX != 0 {
            let at = self.code_base(code) as usize + 1;
            self.bytes().get(at).copied().unwrap_or(0) as usize
        } else {
            self.code_slots(code)
        };
        Value::int(n as i32)
    }
    pub(crate) fn code_name(&self, code: u16) -> u16 {
        match self.f_lo(code, 2) {
            0 => n::EMPTY,
            name => name,
        }
    }
    /// The value of an own data property that was just found; may allocate.
    pub(crate) fn own_value(&mut self, o: u16, own: Own) -> R<Value> {
        match own.at() {
            At::Length => self.number(self.f(o, 2) as f64),
            #[cfg(feature = "typed-arrays")]
            At::Unit if self.is_view(o) => self.number(self.view_element(o, own.value.as_int() as u32)),
            At::Unit => {
                let s = Value(self.f(o, 2)).payload();
                self.char_at(s, own.value.as_int() as usize)
            }
            _ => Ok(own.value),
        }
    }

    /// Looks a property up in an object and its prototypes; where it was found is in [`Vm::found`].
    #[inline(never)]
    fn search(&mut self, mut o: u16, key: Key) -> Own {
        let mut hops = 0;
        let mut own = Own::NONE;
        while o != 0 && hops < MOST_HOPS {
            self.found = o as u32;
            own = self.look(o, key);
            if own.place != 0 {
                break;
            }
            o = self.proto_of(o);
            hops += 1;
        }
        self.fuel -= hops;
        own
    }
    /// Whether an object or a prototype of it has the property.
    pub(crate) fn has(&mut self, o: u16, key: Key) -> bool {
        self.search(o, key).place != 0
    }
    /// Whether `proto` is a prototype of an object.
    pub(crate) fn inherits(&self, mut o: u16, proto: u16) -> bool {
        for _ in 0..MOST_HOPS {
            o = self.proto_of(o);
            if o == 0 || o == proto {
                break;
            }
        }
        o == proto
    }
    /// Makes `prototype` of each function on the chain of the object in stack slot `slot`, if `key` asks
    /// for it. To be called before a lookup.
    pub(crate) fn force(&mut self, slot: usize, key: Key) -> R<()> {
        if key != Key::PROTOTYPE {
            return Ok(());
        }
        loop {
            let mut o = if self.v(slot).is_obj() {
                self.v(slot).payload()
            } else {
                0
            };
            let mut hops = 0;
            while o != 0 && (Self::is_rom(o) || !self.lacks_prototype(o)) {
                o = self.proto_of(o);
                hops += 1;
                if hops == MOST_HOPS {
                    o = 0;
                }
            }
            if o == 0 {
                return Ok(());
            }
            self.push(Value::obj(o));
            let done = self.make_prototype();
            self.drop_n(1);
            done?;
        }
    }
    fn lacks_prototype(&self, o: u16) -> bool {
        self.cell_type(o) == t::FUNC && !self.flag(o, PROTO_DONE) && self.is_constructor_code(self.f_lo(o, 2))
    }
    /// For the function on top of the stack.
    fn make_prototype(&mut self) -> R<()> {
        let proto = self.new_object(rom::OBJECT_PROTO)?;
        self.push(proto);
        let f = self.top(1);
        let done = self
            .define_raw(proto.payload(), n::CONSTRUCTOR, f, WRITABLE | CONFIGURABLE)
            .and_then(|()| {
                let (f, proto) = (self.top(1).payload(), self.top(0));
                self.set_flag(f, PROTO_DONE);
                self.define_raw(f, n::PROTOTYPE, proto, WRITABLE)
            });
        self.drop_n(1);
        done
    }
    /// Turns `length` and `name` of a closure into ordinary properties, before one of them changes.
    fn make_meta(&mut self, slot: usize) -> R<()> {
        let o = self.v(slot).payload();
        if Self::is_rom(o) || self.cell_type(o) != t::FUNC || self.flag(o, META_DONE) {
            return Ok(());
        }
        let code = self.f_lo(o, 2);
        let (len, name) = (self.code_length(code), Value::str(self.code_name(code)));
        self.set_flag(o, META_DONE);
        self.define_raw(o, n::LENGTH, len, CONFIGURABLE)?;
        self.define_raw(self.v(slot).payload(), n::NAME, name, CONFIGURABLE)
    }

    /// Adds or overwrites a named own property in the property list, no questions asked.
    pub(crate) fn define_raw(&mut self, o: u16, name: u16, value: Value, flags: u32) -> R<()> {
        self.push(Value::obj(o));
        self.push(value);
        self.push(Value::str(name));
        let done = self.define_pushed(flags);
        self.drop_n(3);
        done
    }
    /// Object, value and name are the top three stack slots, name uppermost; they stay there.
    fn define_pushed(&mut self, flags: u32) -> R<()> {
        let holder = self.holder(self.top(2).payload())?;
        if let Some(at) = self.find_prop(holder, self.top(0).payload()) {
            let value = self.top(1);
            self.set_v(at, value);
            self.set_w(at - 1, pack(self.top(0).payload(), flags as u16));
            return Ok(());
        }
        let props = self.f_hi(holder, 1);
        let (count, cap) = if props == 0 {
            (0, 0)
        } else {
            (self.f_lo(props, 1) as usize, self.f_hi(props, 1) as usize)
        };
        let mut holder = holder;
        if count == cap {
            let new_cap = cap + if cap < 4 { 2 } else { (cap / 4).clamp(2, 256) };
            // A table at the end of the heap grows where it is.
            let end = props as usize + 2 + 2 * cap;
            if props != 0 && self.grow_last(end, 2 * (new_cap - cap)) {
                self.set_f_hi(props, 1, new_cap as u16);
            } else {
                let new = self.alloc(t::PROPS, 2 + 2 * new_cap)?;
                let o = self.top(2).payload();
                holder = self.known_holder(o);
                let old = self.f_hi(holder, 1) as usize;
                if cap != 0 {
                    self.move_words(old + 2, 2 * cap, new as usize + 2);
                }
                self.set_f(new, 1, pack(count as u16, new_cap as u16));
                self.set_f_hi(holder, 1, new);
            }
        }
        let props = self.f_hi(holder, 1);
        let at = props as usize + 2 + 2 * count;
        self.set_w(at, pack(self.top(0).payload(), flags as u16));
        let value = self.top(1);
        self.set_v(at + 1, value);
        self.set_f_lo(props, 1, (count as u16).wrapping_add(1));
        Ok(())
    }

    /// Defines an own property with these attributes, replacing what was there. The rules of
    /// `[[DefineOwnProperty]]` about what may change are the caller's.
    #[inline(never)]
    pub(crate) fn define(&mut self, o: u16, key: Key, value: Value, flags: u32) -> R<()> {
        #[cfg(feature = "typed-arrays")]
        if let Some(i) = key.index()
            && self.is_view(o)
        {
            self.set_view_element(o, i, value);
            return Ok(());
        }
        self.push(Value::obj(o));
        self.push(value);
        let mut words = 2;
        let done = self.define_top(key, flags, &mut words);
        self.drop_n(words);
        done
    }
    /// The object and the value are on top; `words` tells how many there are in the end.
    fn define_top(&mut self, key: Key, flags: u32, words: &mut usize) -> R<()> {
        let o = self.top(1).payload();
        let mut len = 0;
        if !Self::is_rom(o)
            && self.cell_type(o) == t::ARR
            && let Some(i) = self.key_index(key)
        {
            if !self.flag(o, SLOW) {
                // A larger index is no element.
                if flags == DATA && key.index().is_some() {
                    return self.set_element(o, i, self.top(0));
                }
                self.make_slow()?;
            }
            len = i.wrapping_add(1);
        }
        let name = match key.index() {
            Some(i) => {
                let mut text = [0u8; 10];
                self.intern_text(crate::string::decimal(i, &mut text))?
            }
            None => key.0.payload(),
        };
        self.push(Value::str(name));
        *words = 3;
        let o = self.top(2).payload();
        if len != 0 && self.f(o, 2) < len {
            self.set_f(o, 2, len);
        }
        if name == n::LENGTH || name == n::NAME {
            self.make_meta(self.r[reg::sp] as usize + 2)?;
        }
        self.define_pushed(flags)
    }

    /// Reads through the prototype chain, for a receiver of any type. `slot` holds the receiver.
    pub(crate) fn get(&mut self, slot: usize, key: Key) -> R<Get> {
        self.force(slot, key)?;
        let base = self.v(slot);
        if let Some(i) = self.own_of_text(base, key) {
            let s = base.payload();
            return match key.index() {
                None => Ok(Value::int(i)),
                _ => self.char_at(s, i as usize),
            }
            .map(Get::Value);
        }
        let o = self.base_object(base, key)?;
        #[cfg(feature = "typed-arrays")]
        if key.index().is_some() && self.is_view(o) && self.find_own(o, key).is_none() {
            // What is not in the window is not there: prototypes are not asked.
            return Ok(Get::Value(Value::UNDEFINED));
        }
        let own = self.search(o, key);
        if own.place == 0 {
            // The reads of one instruction are one step: where each of them goes over thousands of prototypes, they must end.
            if self.fuel < MOST_DEBT {
                return Err(self.range_error(m!("too many prototypes to search at once")));
            }
            return Ok(Get::Absent);
        }
        if own.flags() & ACCESSOR != 0 {
            return Ok(match self.accessor(own, 1) {
                Value::UNDEFINED => Get::Value(Value::UNDEFINED),
                getter => Get::Getter(getter),
            });
        }
        self.own_value(self.found as u16, own).map(Get::Value)
    }
    /// Of a string: its length, or an index that is one of its units.
    fn own_of_text(&self, base: Value, key: Key) -> Option<i32> {
        if !base.is_str() {
            return None;
        }
        let len = self.utf16_len(base.payload()) as i32;
        if key == Key::LENGTH {
            return Some(len);
        }
        match key.index() {
            Some(i) if (i as i32) < len => Some(i as i32),
            _ => None,
        }
    }
    /// The getter (1) or setter (2) of an accessor property; one in flash has a getter only, but what throws does so for both.
    pub(crate) fn accessor(&self, own: Own, which: usize) -> Value {
        if own.value.is_cell() {
            return Value(self.f(own.value.payload(), which));
        }
        if which == 1 || own.value == Value::obj(rom::f::THROWER) {
            own.value
        } else {
            Value::UNDEFINED
        }
    }
    /// Where lookup starts: the object itself, or the prototype of a primitive.
    fn base_object(&mut self, base: Value, key: Key) -> R<u16> {
        Ok(match base {
            _ if base.is_obj() => base.payload(),
            _ if base.is_str() => rom::STRING_PROTO,
            _ if base.is_number() => rom::NUMBER_PROTO,
            _ if base.is_bool() => rom::BOOLEAN_PROTO,
            _ => return Err(self.nullish_error(base, key)),
        })
    }

    /// Writes a property by the rules of `[[Put]]`. `slot` holds the receiver, `slot - 1` the value.
    pub(crate) fn put(&mut self, slot: usize, key: Key) -> R<Put> {
        self.force(slot, key)?;
        let base = self.v(slot);
        let value = self.v(slot - 1);
        // No built-in prototype has an index where none was changed.
        if base.is_obj()
            && let Some(i) = key.index()
            && self.grows(base.payload())
        {
            self.set_element(base.payload(), i, value)?;
            return Ok(Put::Done);
        }
        #[cfg(feature = "typed-arrays")]
        if let Some(i) = key.index()
            && base.is_obj()
            && self.is_view(base.payload())
        {
            self.set_view_element(base.payload(), i, value);
            return Ok(Put::Done);
        }
        if self.own_of_text(base, key).is_some() {
            return Ok(Put::Refused);
        }
        let first = self.base_object(base, key)?;
        let own = self.search(first, key);
        let mut flags = DATA;
        if own.place != 0 {
            if own.flags() & ACCESSOR != 0 {
                let setter = self.accessor(own, 2);
                return Ok(if setter == Value::UNDEFINED {
                    Put::Refused
                } else {
                    Put::Setter(setter)
                });
            }
            if own.flags() & WRITABLE == 0 {
                return Ok(Put::Refused);
            }
        }
        if !base.is_obj() {
            return Ok(Put::Refused);
        }
        if own.place != 0 && self.found == first as u32 {
            match own.at() {
                At::Word(at) => {
                    self.set_v(at, value);
                    return Ok(Put::Done);
                }
                At::Length => return self.put_length(slot),
                _ => flags = own.flags(),
            }
        } else if !self.can_add(first, key) {
            return Ok(Put::Refused);
        }
        self.define(first, key, value, flags)?;
        Ok(Put::Done)
    }
    /// An array whose elements are written without a look at others.
    fn grows(&self, o: u16) -> bool {
        const MASK: u32 = TYPE_MASK | NONEXT | SLOW | LEN_RO | 0xf << CLASS_SHIFT;
        !Self::is_rom(o)
            && self.f(o, 0) & MASK == t::ARR | class::ARRAY << CLASS_SHIFT
            && self.f_lo(o, 1) == rom::ARRAY_PROTO
            && self.r[reg::shadows] == 0
    }
    /// Whether a property that is not there may be added.
    pub(crate) fn can_add(&self, o: u16, key: Key) -> bool {
        let holder = self.known_holder(o);
        if holder != 0 && self.flag(holder, NONEXT) {
            return false;
        }
        Self::is_rom(o)
            || self.cell_type(o) != t::ARR
            || !self.flag(o, LEN_RO)
            || self.key_index(key).is_none_or(|i| i < self.f(o, 2))
    }
    pub(crate) fn is_extensible(&self, o: u16) -> bool {
        let holder = self.known_holder(o);
        holder == 0 || !self.flag(holder, NONEXT)
    }
    pub(crate) fn prevent_extensions(&mut self, o: u16) -> R<()> {
        let holder = self.holder(o)?;
        self.set_flag(holder, NONEXT);
        Ok(())
    }

    /// `delete o[key]`: false when the property cannot be deleted.
    pub(crate) fn delete(&mut self, slot: usize, key: Key) -> R<bool> {
        self.force(slot, key)?;
        if !self.v(slot).is_obj() {
            return Ok(true);
        }
        let o = self.v(slot).payload();
        let Some(own) = self.find_own(o, key) else {
            return Ok(true);
        };
        if own.flags() & CONFIGURABLE == 0 {
            return Ok(false);
        }
        #[cfg(feature = "typed-arrays")]
        if own.at() == At::Unit {
            return Ok(false);
        }
        if let Some(i) = key.index()
            && !Self::is_rom(o)
            && self.cell_type(o) == t::ARR
            && !self.flag(o, SLOW)
        {
            let elems = self.f_lo(o, 3) as usize;
            self.set_v(elems + 2 + i as usize, Value::HOLE);
            return Ok(true);
        }
        let name = self.key_name(key);
        if name == n::LENGTH || name == n::NAME {
            self.make_meta(slot)?;
        }
        let o = self.v(slot).payload();
        if Self::is_rom(o) && rom::lookup(self.lib, o, name).place != 0 {
            self.define_raw(o, name, Value::UNDEFINED, DELETED)?;
            return Ok(true);
        }
        let holder = self.known_holder(o);
        if let Some(at) = self.find_prop(holder, name) {
            let props = self.f_hi(holder, 1);
            let count = self.f_lo(props, 1) as usize;
            let end = props as usize + 2 + 2 * count;
            self.move_words(at + 1, end.saturating_sub(at + 1), at - 1);
            self.set_f_lo(props, 1, count as u16 - 1);
        }
        Ok(true)
    }
    /// A name as a key: an index where the text is one.
    pub(crate) fn name_key(&self, name: u16) -> Key {
        match crate::string::array_index(self.str_bytes(name)) {
            Some(i) if i <= INT_MAX as u32 => Key::at(i),
            _ => Key::name(name),
        }
    }
}
