//! Puts the code of the built-ins that are written in JavaScript into one table, for any choice of features.

use crate::opcode as op;
use crate::romcode;

pub(crate) const fn lo(x: u16) -> u8 {
    x as u8
}
pub(crate) const fn hi(x: u16) -> u8 {
    (x >> 8) as u8
}

/// Each function's name with its bytes: a constant for where it starts in the table, and the table.
macro_rules! rom_code {
    ($($(#[$on:meta])* $name:ident [$($byte:expr,)*])*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Index { $($(#[$on])* $name,)* }
        $($(#[$on])* pub(crate) const $name: u16 = crate::romlink::offset(PARTS, Index::$name as usize);)*
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

const SIZE: usize = offset(romcode::PARTS, romcode::PARTS.len()) as usize;
#[allow(clippy::indexing_slicing)] // runs at compile time
const fn bytes() -> [u8; SIZE + 4] {
    let mut out = [op::RETURN_UNDEF; SIZE + 4];
    let (mut at, mut part) = (0, 0);
    while part < romcode::PARTS.len() {
        let bytes = romcode::PARTS[part];
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
pub(crate) static ROM_CODE: [u8; SIZE + 4] = bytes();

/// Bytes before a function's instructions: its parameters in three bits, one for `arguments`, its other variables in
/// four; its operand stack.
pub(crate) const ROM_HEAD: u32 = 2;
/// Byte `i` of the function in flash that starts at `at`.
pub(crate) fn rom_byte(at: u16, i: usize) -> u32 {
    ROM_CODE.get(at as usize + i).copied().unwrap_or(0) as u32
}
