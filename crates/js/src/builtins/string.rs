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
/// Where `what` stands in `s`, in units: the first place from `from` on, or the last one up to it.
#[inline(never)]
pub(crate) fn find(vm: &mut Vm<'_>, s: u16, what: u16, from: usize, back: bool) -> Option<usize> {
    vm.fuel -= vm.str_bytes(s).len() as i32 / 4;
    if !vm.is_ascii(s) {
        return find_units(vm, s, what, from, back);
    }
    let (text, piece) = (vm.str_bytes(s), vm.str_bytes(what));
    let last = text.len().checked_sub(piece.len())?;
    let mut at = from;
    if back {
        at = at.min(last);
    }
    while at <= last {
        if text.get(at..at + piece.len()) == Some(piece) {
            return Some(at);
        }
        at = if back { at.wrapping_sub(1) } else { at + 1 };
    }
    None
}
/// The same by units, since a surrogate half may match half a character.
fn find_units(vm: &mut Vm<'_>, s: u16, what: u16, from: usize, back: bool) -> Option<usize> {
    let mut text = Units::new(vm.str_bytes(s));
    let (mut at, mut work, mut found) = (0, 0, None);
    while !(back && at > from) {
        if back || at >= from {
            let mut rest = text.clone();
            if Units::new(vm.str_bytes(what)).all(|unit| {
                work += 1;
                rest.next() == Some(unit)
            }) {
                found = Some(at);
                if !back {
                    break;
                }
            }
        }
        if text.next().is_none() {
            break;
        }
        at += 1;
    }
    vm.fuel -= work;
    found
}
/// First and last of a range of small letters, and by how much they lie above their capitals. Where that is 0 or 1,
/// capitals and small letters take turns, the capitals at even or at odd places. Of two ranges that fit, the first one counts.
static CASES: [[u16; 3]; 17] = [
    [0x61, 0x7a, 32],
    [0xe0, 0xf6, 32],
    [0xf8, 0xfe, 32],
    [0x100, 0x12f, 0],
    [0x139, 0x148, 1],
    [0x14a, 0x177, 0],
    [0x179, 0x17e, 1],
    [0x3b1, 0x3c1, 32],
    [0x3c3, 0x3cb, 32],
    [0x430, 0x44f, 32],
    [0x450, 0x45f, 80],
    [0x460, 0x481, 0],
    [0x48a, 0x4bf, 0],
    [0x4d0, 0x52f, 0],
    // Letters whose capitals lie above them, or have another small letter.
    [0xff, 0xff, 0xff_u16.wrapping_sub(0x178)],
    [0xb5, 0xb5, 0xb5_u16.wrapping_sub(0x39c)],
    [0x3c2, 0x3c2, 0x3c2 - 0x3a3],
];
/// Simple case mapping: ASCII, Latin-1, Greek and Cyrillic letters of one byte count.
pub(crate) fn other_case(c: u32, upper: bool) -> u32 {
    for &[first, last, by] in &CASES {
        let by = by as i16 as u32;
        let turns = by < 2;
        let small = if upper || turns { c } else { c.wrapping_add(by) };
        if (first as u32..=last as u32).contains(&small) {
            return if turns {
                ((c + by) & !1 | u32::from(!upper)).wrapping_sub(by)
            } else if upper {
                c.wrapping_sub(by)
            } else {
                small
            };
        }
    }
    c
}
fn change_case(vm: &mut Vm<'_>, args: Args, upper: bool) -> R<Value> {
    let mut s = this_str(vm, args)?;
    vm.fuel -= vm.str_bytes(s).len() as i32 / 2;
    // First how long it gets, then the copy.
    let mut h = 0;
    for pass in 0..2 {
        let (mut at, mut to) = (0, 0);
        while let Some((c, w)) = decode(vm.str_bytes(s).get(at..).unwrap_or(&[])) {
            at += w;
            // The sharp s is the one letter of these scripts that grows.
            let mut out = [b'S', b'S', 0, 0];
            let n = if upper && c == 0xdf {
                2
            } else {
                encode(other_case(c, upper), &mut out)
            };
            if pass == 1 {
                vm.fill_str(h, to, out.get(..n).unwrap_or(&[]));
            }
            to += n;
        }
        if pass == 0 {
            h = vm.alloc_str(to)?;
            s = vm.this_arg(args).payload();
        }
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
    vm.cut(s, start, end, [&[], &[]])
}
