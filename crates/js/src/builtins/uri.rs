//! `encodeURI`, `encodeURIComponent` and back (ES5.1, 15.1.3): bytes of UTF-8 as `%XX`.

use crate::heap::Vm;
use crate::message::m;
use crate::rom::{self, Args};
use crate::string::{decode, encode};
use crate::value::{R, Value};

/// What has a meaning in a URI, and `#`: `encodeURI` leaves it, and `decodeURI` what stands for it.
const RESERVED: &[u8] = b";/?:@&=+$,#";
/// What never needs an escape, besides letters and digits.
const MARKS: &[u8] = b"-_.!~*'()";

/// The next piece of a text: how many bytes it takes, what becomes of it, and how many of those bytes count. Nothing where it
/// is malformed.
type Piece = fn(text: &[u8], reserved: &[u8]) -> Option<(usize, [u8; 4], usize)>;

pub(crate) fn encode_uri(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    translate(vm, args, escape, RESERVED)
}
pub(crate) fn encode_component(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    translate(vm, args, escape, b"")
}
pub(crate) fn decode_uri(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    translate(vm, args, unescape, RESERVED)
}
pub(crate) fn decode_component(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    translate(vm, args, unescape, b"")
}

fn translate(vm: &mut Vm<'_>, args: Args, piece: Piece, reserved: &[u8]) -> R<Value> {
    vm.arg_str(args, 0)?;
    let (mut h, mut len) = (0, 0);
    // First how long it gets, then the bytes.
    for pass in 0..2 {
        if pass == 1 {
            h = vm.alloc_str(len)?;
        }
        let s = vm.arg_str(args, 0)?;
        let mut from = 0;
        len = 0;
        while let Some(text) = vm.str_bytes(s).get(from..).filter(|text| !text.is_empty()) {
            let Some((taken, bytes, count)) = piece(text, reserved) else {
                return Err(vm.throw(rom::URI_ERROR_PROTO, m!("malformed URI")));
            };
            if pass == 1 {
                vm.fill_str(h, len, bytes.get(..count).unwrap_or(&[]));
            }
            from += taken;
            len += count;
        }
        vm.fuel -= from as i32;
    }
    Ok(vm.finish_str(h))
}

fn escape(text: &[u8], reserved: &[u8]) -> Option<(usize, [u8; 4], usize)> {
    let (&b, rest) = text.split_first()?;
    if b.is_ascii_alphanumeric() || MARKS.contains(&b) || reserved.contains(&b) {
        return Some((1, [b, 0, 0, 0], 1));
    }
    // Half of a surrogate pair, alone.
    if b == 0xed && rest.first().is_some_and(|&b| b >= 0xa0) {
        return None;
    }
    let digit = |half: u8| half + if half < 10 { b'0' } else { b'A' - 10 };
    Some((1, [b'%', digit(b >> 4), digit(b & 15), 0], 3))
}

fn unescape(text: &[u8], reserved: &[u8]) -> Option<(usize, [u8; 4], usize)> {
    let &first = text.first()?;
    if first != b'%' {
        return Some((1, [first, 0, 0, 0], 1));
    }
    let byte = |i: usize| {
        let digit = |at: usize| char::from(*text.get(at)?).to_digit(16);
        (text.get(3 * i) == Some(&b'%')).then_some(())?;
        Some((digit(3 * i + 1)? << 4 | digit(3 * i + 2)?) as u8)
    };
    let lead = byte(0)?;
    if reserved.contains(&lead) {
        // As it was written: letters of the digits included.
        return Some((1, [b'%', 0, 0, 0], 1));
    }
    let mut bytes = [lead, 0, 0, 0];
    let (_, count) = decode(&bytes)?;
    for (i, to) in bytes.iter_mut().enumerate().take(count).skip(1) {
        *to = byte(i)?;
    }
    // Whatever is no UTF-8 would be written differently.
    let (c, _) = decode(&bytes)?;
    let mut again = [0; 4];
    encode(char::from_u32(c)?.into(), &mut again);
    (again == bytes).then_some((3 * count, bytes, count))
}
