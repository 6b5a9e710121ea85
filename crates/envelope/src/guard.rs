//! What every signature must pass before a backend sees it (docs/spec/container.md section 3.2).
//!
//! Backends differ in what they let through: salty accepts S >= L and keys of small order. Behind this guard they give one verdict.

use crate::SignatureError;

/// The group order L, little endian.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// The field's prime, 2^255 - 19.
const PRIME: [u8; 32] = [
    0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f,
];

/// y of one pair of points of order 8; the other pair's is p - y.
const ORDER_EIGHT: [u8; 32] = [
    0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5,
    0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
];

/// `a < b`, little endian. Nothing here is secret.
fn below(a: &[u8; 32], b: &[u8; 32]) -> bool {
    a.iter().rev().lt(b.iter().rev())
}

/// The y coordinate of an encoded point: without the sign of x.
fn y_of(point: &[u8; 32]) -> [u8; 32] {
    let mut y = *point;
    y[31] &= 0x7f;
    y
}

/// Whether y belongs to one of the eight points whose order divides 8: y or p - y is 0, 1 or that of order 8.
fn has_small_order(y: &[u8; 32]) -> bool {
    let negated = negate(y);
    [y, &negated].into_iter().any(|y| {
        *y == ORDER_EIGHT || y.get(1..).is_some_and(|high| high.iter().all(|byte| *byte == 0)) && y[0] <= 1
    })
}

/// p - y for y < p.
fn negate(y: &[u8; 32]) -> [u8; 32] {
    let mut difference = PRIME;
    let mut borrow = false;
    for (digit, subtract) in difference.iter_mut().zip(y) {
        let (partial, under) = digit.overflowing_sub(*subtract);
        let (whole, under_again) = partial.overflowing_sub(u8::from(borrow));
        *digit = whole;
        borrow = under || under_again;
    }
    difference
}

/// Refuses S >= L, and keys and R that are not canonical or have small order.
///
/// # Errors
/// [`SignatureError`], never `Mismatch`.
pub fn guard(public_key: &[u8; 32], signature: &[u8; 64]) -> Result<(), SignatureError> {
    let (r, s) = signature.split_at(32);
    let (Ok(r), Ok(s)) = (<&[u8; 32]>::try_from(r), <&[u8; 32]>::try_from(s)) else {
        return Err(SignatureError::LargeS);
    };
    if !below(s, &ORDER) {
        return Err(SignatureError::LargeS);
    }
    let key = y_of(public_key);
    if !below(&key, &PRIME) {
        return Err(SignatureError::NonCanonicalKey);
    }
    if has_small_order(&key) {
        return Err(SignatureError::SmallOrderKey);
    }
    let r = y_of(r);
    if !below(&r, &PRIME) {
        return Err(SignatureError::NonCanonicalR);
    }
    if has_small_order(&r) {
        return Err(SignatureError::SmallOrderR);
    }
    Ok(())
}
