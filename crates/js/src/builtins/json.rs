//! `JSON`: what reads and writes its text, a token at a time. What goes over objects is in `rom_json.js`.
//!
//! Places are byte offsets into the text, which is at most 65,535 bytes.

use crate::heap::*;
use crate::message::{Message, m};
use crate::rom::{self, Args};
use crate::string::{decode, encode};
use crate::value::{R, Value};

/// The text, which is the first argument, and the place that is the second.
fn text_at(vm: &mut Vm<'_>, args: Args) -> (u16, usize) {
    (
        vm.arg(args, 0).payload(),
        vm.arg(args, 1).as_int().max(0) as usize,
    )
}
fn fail_at(vm: &mut Vm<'_>, at: usize) -> R<Value> {
    let mut digits = [0; 10];
    let at = crate::string::decimal(at as u32, &mut digits);
    let message = [m!("JSON: not understood at byte <"), Message::NONE];
    Err(vm.throw_of(rom::SYNTAX_ERROR_PROTO, message, &[at]))
}
/// Throws: (text, place) is not JSON.
pub(crate) fn fail(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let (_, at) = text_at(vm, args);
    fail_at(vm, at)
}
/// (text, place): place * 256 + byte of the next token; the byte is 0 at the end.
pub(crate) fn next(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let (s, mut at) = text_at(vm, args);
    let text = vm.str_bytes(s);
    let from = at;
    while let Some(b' ' | b'\t' | b'\n' | b'\r') = text.get(at) {
        at += 1;
    }
    let byte = match text.get(at) {
        // No token starts with a byte of zero.
        Some(0) => 1,
        Some(&b) => b,
        None => 0,
    };
    vm.fuel -= (at - from) as i32 / 4;
    Ok(Value::int((at << 8) as i32 | byte as i32))
}
fn digits(text: &[u8], at: usize) -> Option<usize> {
    let n = text.get(at..)?.iter().take_while(|b| b.is_ascii_digit()).count();
    if n == 0 { None } else { Some(at + n) }
}
/// Where the number at `at` ends.
fn number_end(text: &[u8], at: usize) -> Option<usize> {
    let at = at + usize::from(text.get(at) == Some(&b'-'));
    let mut end = if text.get(at) == Some(&b'0') {
        at + 1
    } else {
        digits(text, at)?
    };
    if text.get(end) == Some(&b'.') {
        end = digits(text, end + 1)?;
    }
    if let Some(b'e' | b'E') = text.get(end) {
        let sign = usize::from(matches!(text.get(end + 1), Some(b'+' | b'-')));
        end = digits(text, end + 1 + sign)?;
    }
    Some(end)
}
/// One character of a string literal: its code point, and where the next one starts.
fn literal_char(text: &[u8], at: usize) -> Option<(u32, usize)> {
    let (c, w) = decode(text.get(at..)?)?;
    if c < 0x20 {
        return None;
    }
    if c != b'\\' as u32 {
        return Some((c, at + w));
    }
    let c = match *text.get(at + 1)? {
        c @ (b'"' | b'\\' | b'/') => c,
        b'b' => 8,
        b'f' => 12,
        b'n' => 10,
        b'r' => 13,
        b't' => 9,
        b'u' => {
            let mut unit = 0;
            for &b in text.get(at + 2..at + 6)? {
                unit = unit << 4 | (b as char).to_digit(16)?;
            }
            return Some((unit, at + 6));
        }
        _ => return None,
    };
    Some((c as u32, at + 2))
}
/// Where the string literal at `at` ends, or where it is wrong.
fn string_end(text: &[u8], at: usize) -> Result<usize, usize> {
    let mut at = at + 1;
    loop {
        if text.get(at) == Some(&b'"') {
            return Ok(at + 1);
        }
        at = literal_char(text, at).ok_or(at)?.1;
    }
}
const WORDS: [(&[u8], Value); 3] = [
    (b"true", Value::TRUE),
    (b"false", Value::FALSE),
    (b"null", Value::NULL),
];
/// (text, place, only a string?): where the literal there ends.
pub(crate) fn end(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let (s, at) = text_at(vm, args);
    let text = vm.str_bytes(s);
    let rest = text.get(at..).unwrap_or(&[]);
    let end = if rest.first() == Some(&b'"') {
        string_end(text, at)
    } else if vm.arg(args, 2) == Value::TRUE {
        Err(at)
    } else if let Some((word, _)) = WORDS.iter().find(|(word, _)| rest.starts_with(word)) {
        Ok(at + word.len())
    } else {
        number_end(text, at).ok_or(at)
    };
    match end {
        Ok(end) => {
            vm.fuel -= (end - at) as i32 / 4;
            Ok(Value::int(end as i32))
        }
        Err(at) => fail_at(vm, at),
    }
}
/// (text, from, to): the value of the literal, which [`end`] has found there.
pub(crate) fn scalar(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let (s, at) = text_at(vm, args);
    let end = vm.arg(args, 2).as_int().max(0) as usize;
    let text = vm.str_bytes(s);
    match text.get(at) {
        Some(b'"') => unescape(vm, args, at + 1, end.saturating_sub(1)),
        Some(b'-' | b'0'..=b'9') => {
            let len = end.saturating_sub(at);
            let digits = vm.alloc_str(len)?;
            let s = vm.arg(args, 0).payload();
            vm.copy_str(digits, 0, s, at, len);
            let text = vm.finish_str(digits);
            let x = vm.read_number(text.payload(), crate::string::Read::Number)?;
            vm.number(x)
        }
        _ => {
            let rest = text.get(at..).unwrap_or(&[]);
            let word = WORDS.iter().find(|(word, _)| rest.starts_with(word));
            Ok(word.map_or(Value::UNDEFINED, |w| w.1))
        }
    }
}
/// The string of a literal's inside. Two passes: how long it is, then what it is.
fn unescape(vm: &mut Vm<'_>, args: Args, from: usize, to: usize) -> R<Value> {
    let mut h = 0;
    for pass in 0..2 {
        let s = vm.arg(args, 0).payload();
        let (mut at, mut len) = (from, 0);
        while at < to {
            let text = vm.str_bytes(s);
            let Some((mut c, mut after)) = literal_char(text, at) else {
                break;
            };
            // Two surrogate halves make one character.
            if (0xd800..0xdc00).contains(&c)
                && let Some((low @ 0xdc00..0xe000, end)) = literal_char(text, after)
            {
                c = 0x1_0000 + ((c & 0x3ff) << 10) + (low & 0x3ff);
                after = end;
            }
            at = after;
            let mut bytes = [0; 4];
            let n = encode(c, &mut bytes);
            if pass == 1 {
                vm.fill_str(h, len, bytes.get(..n).unwrap_or(&[]));
            }
            len += n;
        }
        if pass == 0 {
            h = vm.alloc_str(len)?;
        }
    }
    vm.fuel -= (to - from.min(to)) as i32 / 2;
    Ok(vm.finish_str(h))
}
/// What a character becomes in a string literal: its bytes are the first of the array.
fn escaped(c: u32, out: &mut [u8; 6]) -> usize {
    let short = match c {
        0x08 => b'b',
        0x09 => b't',
        0x0a => b'n',
        0x0c => b'f',
        0x0d => b'r',
        0x22 | 0x5c => c as u8,
        _ => 0,
    };
    if short != 0 {
        *out = [b'\\', short, 0, 0, 0, 0];
        return 2;
    }
    if c < 0x20 || (0xd800..0xe000).contains(&c) {
        let hex = |shift: u32| {
            let digit = (c >> shift & 15) as u8;
            if digit < 10 {
                b'0' + digit
            } else {
                b'a' - 10 + digit
            }
        };
        *out = [b'\\', b'u', hex(12), hex(8), hex(4), hex(0)];
        return 6;
    }
    let mut bytes = [0; 4];
    let n = encode(c, &mut bytes);
    let [a, b, c, d] = bytes;
    *out = [a, b, c, d, 0, 0];
    n
}
/// (string): its literal.
pub(crate) fn quote(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let mut h = 0;
    for pass in 0..2 {
        let s = vm.arg(args, 0).payload();
        let (mut at, mut len) = (0, 1);
        while let Some((c, w)) = decode(vm.str_bytes(s).get(at..).unwrap_or(&[])) {
            at += w;
            let mut bytes = [0; 6];
            let n = escaped(c, &mut bytes);
            if pass == 1 {
                vm.fill_str(h, len, bytes.get(..n).unwrap_or(&[]));
            }
            len += n;
        }
        if pass == 0 {
            vm.fuel -= at as i32 / 2;
            h = vm.alloc_str(len + 1)?;
            vm.fill_str(h, 0, b"\"");
            vm.fill_str(h, len, b"\"");
        }
    }
    Ok(vm.finish_str(h))
}
