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
    pub(crate) fn is_none(self) -> bool {
        self.place == 0
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
    /// Whether it is an array (no list of arguments).
    #[inline(never)]
    pub(crate) fn is_array(&self, o: u16) -> bool {
        self.header(o) & (TYPE_MASK | CLASS_MASK) == t::ARR | class::ARRAY << CLASS_SHIFT
    }
    /// The text of a String object.
    #[inline(never)]
    pub(crate) fn boxed_text(&self, o: u16) -> Option<u16> {
        if self.header(o) & (TYPE_MASK | CLASS_MASK) == t::BOX | class::STRING << CLASS_SHIFT {
            Some(self.f_hi(o, 2))
        } else {
            None
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
    pub(crate) fn look(&self, o: u16, key: Key) -> Own {
        if let Some(i) = key.index() {
            if self.header(o) & (TYPE_MASK | SLOW) == t::ARR {
                let at = self.element(o, i);
                return if at == 0 {
                    Own::NONE
                } else {
                    Own::new(self.v(at), at as u32, DATA)
                };
            }
            #[cfg(feature = "typed-arrays")]
            if self.is_view(o) {
                return if (i as usize) < self.view_len(o) {
                    Own::new(Value::int(i as i32), UNIT, DATA)
                } else {
                    Own::NONE
                };
            }
            if let Some(s) = self.boxed_text(o)
                && (i as usize) < self.utf16_len(s)
            {
                return Own::new(Value::int(i as i32), UNIT, ENUMERABLE);
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
        let is_length = name == n::LENGTH;
        let header = self.header(o);
        if header & (TYPE_MASK | META_DONE) == t::FUNC {
            let code = self.f_lo(o, 2);
            let value = if is_length {
                self.code_length(code)
            } else {
                Value::str(self.code_name(code))
            };
            return Own::new(value, FIXED, CONFIGURABLE);
        }
        if !is_length {
            return Own::NONE;
        }
        if self.is_array(o) {
            let flags = if header & LEN_RO != 0 { 0 } else { WRITABLE };
            return Own::new(Value::UNDEFINED, LENGTH, flags);
        }
        match self.boxed_text(o) {
            Some(s) => Own::new(Value::int(self.utf16_len(s) as i32), FIXED, 0),
            None => Own::NONE,
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
        let mut o = if self.v(slot).is_obj() {
            self.v(slot).payload()
        } else {
            0
        };
        for _ in 0..MOST_HOPS {
            if o == 0 {
                break;
            }
            if self.header(o) & (TYPE_MASK | PROTO_DONE) == t::FUNC
                && self.is_constructor_code(self.f_lo(o, 2))
            {
                self.push(Value::obj(o));
                let done = self.make_prototype();
                o = self.pop().payload();
                done?;
            }
            o = self.proto_of(o);
        }
        Ok(())
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
    fn make_meta(&mut self, slot: usize, key: Key) -> R<()> {
        let o = self.v(slot).payload();
        let is_meta = key == Key::LENGTH || key == Key::name(n::NAME);
        if !is_meta || self.header(o) & (TYPE_MASK | META_DONE) != t::FUNC {
            return Ok(());
        }
        let code = self.f_lo(o, 2);
        let (len, name) = (self.code_length(code), Value::str(self.code_name(code)));
        self.set_flag(o, META_DONE);
        self.define_raw(o, n::LENGTH, len, CONFIGURABLE)?;
        self.define_raw(self.v(slot).payload(), n::NAME, name, CONFIGURABLE)
    }

    /// Adds or overwrites a named own property in the property list.
    #[inline(always)]
    pub(crate) fn define_raw(&mut self, o: u16, name: u16, value: Value, flags: u32) -> R<()> {
        self.define(o, Key::name(name), value, flags)
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
        self.push(key.0);
        self.push(Value::obj(o));
        self.push(value);
        let done = self.define_top(flags);
        self.drop_n(3);
        done
    }
    /// Key, object and value are on top, the value uppermost.
    fn define_top(&mut self, flags: u32) -> R<()> {
        let (o, key) = (self.top(1).payload(), Key(self.top(2)));
        let mut len = 0;
        if self.cell_type(o) == t::ARR
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
        if let Some(i) = key.index() {
            let mut text = [0u8; 10];
            let name = self.intern_text(crate::string::decimal(i, &mut text))?;
            self.set_top(2, Value::str(name));
        }
        let o = self.top(1).payload();
        if len != 0 && self.f(o, 2) < len {
            self.set_f(o, 2, len);
        }
        self.make_meta(self.r[reg::sp] as usize + 1, Key(self.top(2)))?;
        let holder = self.holder(self.top(1).payload())?;
        let at = match self.find_prop(holder, self.top(2).payload()) {
            Some(at) => at,
            None => self.add_prop(holder)?,
        };
        self.set_w(at - 1, pack(self.top(2).payload(), flags as u16));
        self.set_v(at, self.top(0));
        Ok(())
    }
    /// One more property for the object in the second stack slot from the top, whose own properties this cell holds: where
    /// its value will be.
    fn add_prop(&mut self, holder: u16) -> R<usize> {
        let mut props = self.f_hi(holder, 1);
        let sizes = if props == 0 { 0 } else { self.f(props, 1) };
        let (count, mut cap) = (lo(sizes) as usize, hi(sizes) as usize);
        if count == cap {
            let more = (cap / 4).clamp(2, 256);
            // A table at the end of the heap grows where it is.
            if props == 0 || !self.grow_last(props as usize + 2 + 2 * cap, 2 * more) {
                let new = self.alloc(t::PROPS, 2 + 2 * (cap + more))?;
                let holder = self.known_holder(self.top(1).payload());
                let old = self.f_hi(holder, 1) as usize;
                self.move_words(old + 2, 2 * cap, new as usize + 2);
                self.set_f_hi(holder, 1, new);
                props = new;
            }
            cap += more;
        }
        self.set_f(props, 1, pack((count as u16).wrapping_add(1), cap as u16));
        Ok(props as usize + 3 + 2 * count)
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
                At::Length => {
                    return Ok(if self.set_length(slot, value)? {
                        Put::Done
                    } else {
                        Put::Refused
                    });
                }
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
        const MASK: u32 = TYPE_MASK | NONEXT | SLOW | LEN_RO | CLASS_MASK;
        self.header(o) & MASK == t::ARR | class::ARRAY << CLASS_SHIFT
            && self.f_lo(o, 1) == rom::ARRAY_PROTO
            && self.r[reg::shadows] == 0
    }
    /// Whether a property that is not there may be added.
    #[inline(never)]
    pub(crate) fn can_add(&self, o: u16, key: Key) -> bool {
        let holder = self.known_holder(o);
        if holder != 0 && self.flag(holder, NONEXT) {
            return false;
        }
        self.header(o) & (TYPE_MASK | LEN_RO) != t::ARR | LEN_RO
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
        self.make_meta(slot, key)?;
        let o = self.v(slot).payload();
        let own = self.look(o, key);
        if own.is_none() || own.flags() & CONFIGURABLE == 0 {
            return Ok(own.is_none());
        }
        #[cfg(feature = "typed-arrays")]
        if own.at() == At::Unit {
            return Ok(false);
        }
        if Self::is_rom(o) && key.index().is_none() {
            let name = key.0.payload();
            if !rom::lookup(self.lib, o, name).is_none() {
                self.define_raw(o, name, Value::UNDEFINED, DELETED)?;
                return Ok(true);
            }
        }
        let holder = self.known_holder(o);
        if let Some(i) = key.index()
            && self.header(o) & (TYPE_MASK | SLOW) == t::ARR
        {
            let elems = self.f_lo(o, 3) as usize;
            self.set_v(elems + 2 + i as usize, Value::HOLE);
        } else if let At::Word(at) = own.at() {
            let props = self.f_hi(holder, 1);
            let count = self.f_lo(props, 1);
            let end = props as usize + 2 + 2 * count as usize;
            self.move_words(at + 1, end.saturating_sub(at + 1), at - 1);
            self.set_f_lo(props, 1, count.wrapping_sub(1));
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
