//! Puts the code of the built-ins that are written in JavaScript into one table, for any choice of features.

use crate::opcode as op;
use crate::romcode;
use crate::vm::ROM_PC;

pub(crate) const fn lo(x: u16) -> u8 {
    x as u8
}
pub(crate) const fn hi(x: u16) -> u8 {
    (x >> 8) as u8
}

/// What the instructions above [`op::COUNT`] stand for; then each function's name with its bytes: a constant for where it starts in the table, and the table.
macro_rules! rom_code {
    ($({ $([$($of:expr,)*])* })? $($(#[$on:meta])* $name:ident [$($byte:expr,)*])*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Index { $($(#[$on])* $name,)* }
        $($(#[$on])* pub(crate) const $name: u16 = crate::romlink::SHARED as u16 + crate::romlink::offset(PARTS, Index::$name as usize);)*
        pub(crate) const MACROS: &[&[u8]] = &[$($(&[$($of,)*],)*)?];
        pub(crate) const PARTS: &[&[u8]] = &[$($(#[$on])* &[$($byte,)*],)*];
    };
}
pub(crate) use rom_code;

/// Bytes of the first `n` parts.
#[allow(clippy::indexing_slicing)] // runs at compile time
pub(crate) const fn offset(parts: &[&[u8]], n: usize) -> u16 {
    let (mut at, mut i) = (0, 0);
    while i < n {
        at += parts[i].len();
        i += 1;
    }
    at as u16
}

/// Bytes of what the instructions above [`op::COUNT`] stand for: the table starts with them.
pub(crate) const SHARED: usize = offset(romcode::MACROS, romcode::MACROS.len()) as usize;
const SIZE: usize = SHARED + offset(romcode::PARTS, romcode::PARTS.len()) as usize;
#[allow(clippy::indexing_slicing)] // runs at compile time
const fn bytes() -> [u8; SIZE + 4] {
    let mut out = [op::RETURN_UNDEF; SIZE + 4];
    let (mut at, mut part) = (0, 0);
    while part < romcode::MACROS.len() + romcode::PARTS.len() {
        let bytes = if part < romcode::MACROS.len() {
            romcode::MACROS[part]
        } else {
            romcode::PARTS[part - romcode::MACROS.len()]
        };
        let mut i = 0;
        while i < bytes.len() {
            out[at] = bytes[i];
            at += 1;
            i += 1;
        }
        part += 1;
    }
    out
}
/// The code in flash; behind it, instructions that return.
static ROM_CODE: [u8; SIZE + 4] = bytes();
#[allow(clippy::indexing_slicing)] // runs at compile time
const fn starts() -> [u8; romcode::MACROS.len() + 1] {
    let mut out = [0; romcode::MACROS.len() + 1];
    let mut i = 0;
    while i < out.len() {
        assert!(offset(romcode::MACROS, i) < 256);
        out[i] = offset(romcode::MACROS, i) as u8;
        i += 1;
    }
    out
}
/// Where each instruction above [`op::COUNT`] has what it stands for; its end is the next one's start.
static STARTS: [u8; romcode::MACROS.len() + 1] = starts();

/// Bits of a place in the table. A place among what an instruction stands for has the bit [`INSIDE`], the lower four bits of that instruction's
/// place in between, and counts on from that place.
const PLACE_BITS: u32 = 14;
const INSIDE: u32 = 1 << (PLACE_BITS + 4);
const _: () = assert!(SIZE < 1 << PLACE_BITS);

/// The place of the instruction that stands for several, of which the one at `place` is one; and how many bytes of them come before it.
#[inline(always)]
fn inside(place: u32) -> (u32, u32) {
    let low = place & ((1 << PLACE_BITS) - 1);
    let done = low.wrapping_sub(place >> PLACE_BITS) & 15;
    (low.wrapping_sub(done), done)
}
/// The instruction at `pc`, which is not in the arena: it is in flash. Behind those that one instruction stands for, and outside of all code, there
/// are others.
#[inline(never)]
pub(crate) fn rom_code_at(pc: u32) -> &'static [u8; 5] {
    let mut at = pc.wrapping_sub(ROM_PC);
    if at & INSIDE != 0 {
        let (of, done) = inside(at);
        let which = ROM_CODE
            .get(of as usize)
            .map_or(0, |code| code.wrapping_sub(op::COUNT));
        let Some(&[start, end]) = STARTS.get(which as usize..).and_then(<[u8]>::first_chunk) else {
            return &BEHIND;
        };
        at = start as u32 + done;
        if at >= end as u32 {
            return &BEHIND;
        }
    }
    if let Some(ins) = ROM_CODE.get(at as usize..)
        && let Some(ins) = ins.first_chunk()
    {
        return ins;
    }
    &[op::RETURN_UNDEF; 5]
}
/// What stands behind the instructions that one stands for.
static BEHIND: [u8; 5] = [u8::MAX; 5];
/// From an instruction that stands for several to the first of them, and from behind the last of them to what follows it.
#[inline(never)]
pub(crate) fn rom_turn(pc: u32) -> u32 {
    if pc & INSIDE == 0 {
        pc | INSIDE | (pc & 15) << PLACE_BITS
    } else {
        ROM_PC + inside(pc).0 + 1
    }
}

/// Bytes before a function's instructions: its parameters in three bits, one for `arguments`, its other variables in
/// four; its operand stack.
pub(crate) const ROM_HEAD: u32 = 2;
/// Byte `i` of the function in flash that starts at `at`.
pub(crate) fn rom_byte(at: u16, i: usize) -> u32 {
    ROM_CODE.get(at as usize + i).copied().unwrap_or(0) as u32
}
