//! `String` and its prototype: what works on units and bytes. The rest is in `rom.js`.

use crate::heap::*;
use crate::message::m;
use crate::names::n;
use crate::number;
use crate::rom::{self, Args};
use crate::string::{Units, decode, encode};
use crate::value::{R, Value};

pub(crate) fn construct(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let s = if args.count == 0 {
        n::EMPTY
    } else {
        vm.arg_str(args, 0)?
    };
    if args.construct {
        vm.new_box(rom::STRING_PROTO, class::STRING, Value::str(s))
    } else {
        Ok(Value::str(s))
    }
}
pub(crate) fn this_value(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    super::number::unwrapped(vm, args, class::STRING, Value::str(n::EMPTY))
}
/// `this` as a string, which replaces it on the stack.
fn this_str(vm: &mut Vm<'_>, args: Args) -> R<u16> {
    let v = vm.this_arg(args);
    if v.is_nullish() {
        return Err(vm.type_error(m!("a method of strings on undefined or null")));
    }
    let s = vm.prim_to_str(v)?;
    vm.set_v(args.base, s);
    Ok(s.payload())
}
/// `this` and the unit that the first argument asks for, if the string has it.
fn unit(vm: &mut Vm<'_>, args: Args) -> R<(u16, Option<u16>)> {
    let s = this_str(vm, args)?;
    let i = vm.arg_small(args, 0);
    let unit = if (0..65536).contains(&i) {
        vm.unit_at(s, i as usize)
    } else {
        None
    };
    Ok((s, unit))
}
pub(crate) fn char_at(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    match unit(vm, args)?.1 {
        Some(unit) => vm.unit_str(unit),
        None => Ok(Value::str(n::EMPTY)),
    }
}
pub(crate) fn char_code_at(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    Ok(match unit(vm, args)?.1 {
        Some(unit) => Value::int(unit as i32),
        None => rom::FLOAT_NAN,
    })
}
/// Byte offset at which UTF-16 unit `i` starts, for searches (a half is searched at its character).
fn byte_of(vm: &Vm<'_>, s: u16, i: usize) -> usize {
    if vm.is_ascii(s) {
        return i;
    }
    let (mut units, mut at) = (0, 0);
    let text = vm.str_bytes(s);
    while units < i {
        let Some((c, len)) = decode(text.get(at..).unwrap_or(&[])) else {
            break;
        };
        units += if c >= 0x1_0000 { 2 } else { 1 };
        at += len;
    }
    at
}
/// UTF-16 units of the first `bytes` bytes.
fn units_of(vm: &Vm<'_>, s: u16, bytes: usize) -> usize {
    if vm.is_ascii(s) {
        return bytes;
    }
    Units::new(vm.str_bytes(s).get(..bytes).unwrap_or(&[])).count()
}
/// The same by units, since a surrogate half may match half a character.
fn find_units(vm: &mut Vm<'_>, s: u16, what: u16, from: usize) -> Option<usize> {
    let mut text = Units::new(vm.str_bytes(s));
    for _ in 0..from {
        text.next();
    }
    let mut at = from;
    let mut work = 0;
    let found = loop {
        let mut rest = text.clone();
        if Units::new(vm.str_bytes(what)).all(|unit| {
            work += 1;
            rest.next() == Some(unit)
        }) {
            break Some(at);
        }
        if text.next().is_none() {
            break None;
        }
        at += 1;
    };
    vm.fuel -= work;
    found
}
/// Where `what` stands in `s`, in units: the first place from `from` on, or the last one up to it.
#[inline(never)]
pub(crate) fn find(vm: &mut Vm<'_>, s: u16, what: u16, from: usize, back: bool) -> Option<usize> {
    vm.fuel -= vm.str_bytes(s).len() as i32 / 4;
    if !back && !vm.is_ascii(what) && !vm.is_ascii(s) {
        return find_units(vm, s, what, from);
    }
    let (text, piece) = (vm.str_bytes(s), vm.str_bytes(what));
    let last = text.len().checked_sub(piece.len())?;
    let mut at = byte_of(vm, s, from);
    if back {
        at = at.min(last);
    }
    while at <= last {
        if text.get(at..at + piece.len()) == Some(piece) {
            return Some(units_of(vm, s, at));
        }
        at = if back { at.wrapping_sub(1) } else { at + 1 };
    }
    None
}
/// Simple case mapping: ASCII, Latin-1, Greek and Cyrillic letters of one byte count.
pub(crate) fn other_case(c: u32, upper: bool) -> u32 {
    let pair = match c {
        0x61..=0x7a | 0xe0..=0xf6 | 0xf8..=0xfe | 0x3b1..=0x3c1 | 0x3c3..=0x3cb | 0x430..=0x44f if upper => {
            c - 32
        }
        0x41..=0x5a | 0xc0..=0xd6 | 0xd8..=0xde | 0x391..=0x3a1 | 0x3a3..=0x3ab | 0x410..=0x42f if !upper => {
            c + 32
        }
        0x450..=0x45f if upper => c - 80,
        0x400..=0x40f if !upper => c + 80,
        0xff if upper => 0x178,
        0xb5 if upper => 0x39c,
        0x3c2 if upper => 0x3a3,
        0x178 if !upper => 0xff,
        0x100..=0x12f | 0x14a..=0x177 | 0x460..=0x481 | 0x48a..=0x4bf | 0x4d0..=0x52f => {
            if upper {
                c & !1
            } else {
                c | 1
            }
        }
        0x139..=0x148 | 0x179..=0x17e => {
            if upper {
                (c - 1) | 1
            } else {
                (c + 1) & !1
            }
        }
        _ => c,
    };
    if matches!(c, 0x130 | 0x131 | 0x138 | 0x149 | 0x17f) {
        c
    } else {
        pair
    }
}
fn change_case(vm: &mut Vm<'_>, args: Args, upper: bool) -> R<Value> {
    let s = this_str(vm, args)?;
    let len = vm.str_bytes(s).len();
    vm.fuel -= len as i32 / 2;
    // The sharp s is the one letter of these scripts that grows.
    let sharp = |c: u32| upper && c == 0xdf;
    let (mut at, mut bytes) = (0, 0);
    while let Some((c, w)) = decode(vm.str_bytes(s).get(at..).unwrap_or(&[])) {
        at += w;
        bytes += if sharp(c) {
            2
        } else {
            encode(other_case(c, upper), &mut [0; 4])
        };
    }
    let h = vm.alloc_str(bytes)?;
    let s = vm.this_arg(args).payload();
    let (mut at, mut to) = (0, 0);
    while let Some((c, w)) = decode(vm.str_bytes(s).get(at..).unwrap_or(&[])) {
        at += w;
        let mut out = [b'S', b'S', 0, 0];
        let n = if sharp(c) {
            2
        } else {
            encode(other_case(c, upper), &mut out)
        };
        vm.fill_str(h, to, out.get(..n).unwrap_or(&[]));
        to += n;
    }
    Ok(vm.finish_str(h))
}
pub(crate) fn to_lower_case(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    change_case(vm, args, false)
}
pub(crate) fn to_upper_case(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    change_case(vm, args, true)
}
pub(crate) fn trim(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let s = this_str(vm, args)?;
    let text = vm.str_bytes(s);
    let rest = number::trim_start(text);
    let start = text.len() - rest.len();
    let end = start + number::trim_end(rest).len();
    let (a, b) = (units_of(vm, s, start), units_of(vm, s, end));
    vm.substring(s, a, b)
}
