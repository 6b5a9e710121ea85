//! Number text and number arithmetic: what ECMAScript asks of a 64-bit float beyond comparison.
//!
//! Everything here is exact: printing gives the shortest text that reads back as the same number, and of those the closest;
//! parsing rounds correctly however long the text is. `core`'s own formatting and parsing do the same for eight times the
//! flash, so none of it is used. The large numbers that exactness needs live in `scratch`, [`SCRATCH_WORDS`] words that the
//! caller lends for the call; native stack stays below 512 bytes (measured: `docs/why/numbers.md`).
//!
//! Texts are bytes, UTF-8 where it matters (white space). Functions that write text return its length in bytes. When that is
//! more than the buffer holds, the buffer's contents are meaningless, and the length says what is needed. With a scratch shorter than [`SCRATCH_WORDS`]
//! printers return 0 and parsers find no number.

mod arith;
mod big;
mod parse;
mod print;
mod soft;

pub(crate) use arith::saturate;
pub use arith::{ceil, floor, remainder, round, sqrt, to_int32, to_integer, to_uint32, trunc};
pub use parse::{
    parse_decimal, parse_float, parse_int, parse_radix, string_to_number, trim, trim_end, trim_start,
    whitespace,
};
pub use print::{OUT_MAX, TEXT_MAX, integer, print_steps, shortest, to_exponential, to_fixed, to_precision};
pub(crate) use soft::from_u64;
pub use soft::{add, div, equal, less, mul, order, sub};

/// Words of scratch that exact printing and parsing need: 2^1024 in groups of eight decimal digits.
pub const SCRATCH_WORDS: usize = 39;

/// Bits of the mantissa that are stored.
const MANTISSA_BITS: i32 = 52;

/// Exponent of the unit in the last place of the smallest numbers, and so of all subnormal ones.
const MIN_EXP: i32 = -1074;

/// The finite magnitude `mantissa * 2^exp`, with the hidden bit in `mantissa` (below 2^53).
fn decode(v: f64) -> (u64, i32) {
    let bits = v.to_bits();
    let mantissa = bits & ((1 << MANTISSA_BITS) - 1);
    let biased = (bits >> MANTISSA_BITS) as i32 & 0x7ff;
    if biased == 0 {
        (mantissa, MIN_EXP)
    } else {
        (mantissa | 1 << MANTISSA_BITS, biased - 1 + MIN_EXP)
    }
}

/// Neither infinite nor NaN. (Of `core`, these call the compiler's library.)
pub fn is_finite(v: f64) -> bool {
    (v.to_bits() >> 32) as u32 & 0x7ff0_0000 != 0x7ff0_0000
}

/// True for NaN only.
pub fn is_nan(v: f64) -> bool {
    v.to_bits() << 1 > f64::INFINITY.to_bits() << 1
}

/// True for both zeros.
pub fn is_zero(v: f64) -> bool {
    let bits = v.to_bits();
    // Each half for itself, or the compiler sees a comparison of floats in it.
    ((bits >> 32) as u32) << 1 | bits as u32 == 0
}

/// True for every number whose sign bit is set, -0 too.
fn is_negative(v: f64) -> bool {
    (v.to_bits() >> 63) != 0
}
