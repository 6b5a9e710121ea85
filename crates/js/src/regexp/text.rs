//! Units of a text, forwards and backwards, and what they are.

use super::set;
use crate::builtins::string::other_case;
use crate::number;
use crate::string::{decode, encode};

/// A WTF-8 text by UTF-16 units.
#[derive(Clone, Copy)]
pub(super) struct Text<'a>(pub(super) &'a [u8]);

impl Text<'_> {
    fn continues(&self, at: usize) -> bool {
        self.0.get(at).is_some_and(|b| b & 0xc0 == 0x80)
    }
    /// The unit at a position, and the position behind it.
    pub(super) fn unit(&self, at: usize) -> Option<(u16, usize)> {
        let lead = *self.0.get(at)?;
        if lead < 0x80 {
            return Some((lead as u16, at + 1));
        }
        if lead < 0xc0 {
            // The second half of the character two bytes before.
            let (c, _) = decode(self.0.get(at.wrapping_sub(2)..).unwrap_or(&[])).unwrap_or((0, 0));
            return Some((0xdc00 | (c & 0x3ff) as u16, (at + 2).min(self.0.len())));
        }
        let (c, width) = decode(self.0.get(at..).unwrap_or(&[])).unwrap_or((0, 1));
        let end = (at + width).min(self.0.len());
        if c < 0x1_0000 {
            return Some((c as u16, end));
        }
        Some(((0xd7c0 + (c >> 10)) as u16, (at + 2).min(end)))
    }
    /// The unit in front of a position, and its own position.
    pub(super) fn before(&self, at: usize) -> Option<(u16, usize)> {
        let mut from = at.checked_sub(1)?;
        if self.continues(at) {
            // Between the halves of a character.
            from = from.saturating_sub(1);
        } else {
            let end = from;
            while end - from < 3 && from > 0 && self.continues(from) {
                from -= 1;
            }
            if end - from == 3 {
                from += 2;
            }
        }
        self.unit(from).map(|(unit, _)| (unit, from))
    }
    pub(super) fn word_at(&self, at: usize) -> bool {
        self.unit(at).is_some_and(|(unit, _)| word(unit))
    }
    pub(super) fn word_before(&self, at: usize) -> bool {
        self.before(at).is_some_and(|(unit, _)| word(unit))
    }
}

pub(super) fn line_end(unit: u16) -> bool {
    matches!(unit, 0x0a | 0x0d | 0x2028 | 0x2029)
}
fn word(unit: u16) -> bool {
    unit < 0x80 && (unit as u8 == b'_' || (unit as u8).is_ascii_alphanumeric())
}
fn space(unit: u16) -> bool {
    let mut text = [0; 4];
    encode(unit as u32, &mut text);
    number::whitespace(&text) != 0
}
/// What stands for a unit where case is ignored (ECMA-262 5.1, 15.10.2.8): its upper case, unless that would
/// make a letter of ASCII of another one.
pub(super) fn canonical(unit: u16) -> u16 {
    let upper = other_case(unit as u32, true) as u16;
    if unit >= 0x80 && upper < 0x80 { unit } else { upper }
}
fn in_sets(unit: u16, sets: u8) -> bool {
    let digit = unit.wrapping_sub(b'0' as u16) < 10;
    let has = |inside: bool, yes: u8, no: u8| sets & if inside { yes } else { no } != 0;
    sets & !set::NEGATED != 0
        && (has(digit, set::DIGIT, set::NOT_DIGIT)
            || has(word(unit), set::WORD, set::NOT_WORD)
            || has(space(unit), set::SPACE, set::NOT_SPACE))
}
/// Whether a class has a unit.
pub(super) fn in_class(unit: u16, sets: u8, ranges: &[u8], ignore_case: bool) -> bool {
    let inside = if ignore_case {
        let upper = canonical(unit);
        // All units with that upper case.
        let lower = other_case(upper as u32, false) as u16;
        let third = match upper {
            0x39c => 0xb5,
            0x3a3 => 0x3c2,
            _ => unit,
        };
        [unit, upper, lower, third]
            .iter()
            .any(|&unit| listed(unit, sets, ranges))
    } else {
        listed(unit, sets, ranges)
    };
    inside != (sets & set::NEGATED != 0)
}
fn listed(unit: u16, sets: u8, mut ranges: &[u8]) -> bool {
    while let Some((from, width)) = decode(ranges) {
        ranges = ranges.get(width..).unwrap_or(&[]);
        let Some((to, width)) = decode(ranges) else { break };
        ranges = ranges.get(width..).unwrap_or(&[]);
        if (from..=to).contains(&(unit as u32)) {
            return true;
        }
    }
    in_sets(unit, sets)
}
