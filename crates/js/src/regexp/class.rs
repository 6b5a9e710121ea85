//! Classes and escapes of a pattern.

use super::compile::{Compile, R, atom, st};
use super::{Error, op, set};

impl Compile<'_> {
    pub(super) fn class(&mut self) -> R<()> {
        self.begin(atom::UNIT);
        let start = self.len();
        self.emit(&[op::CLASS, 0, 0, 0])?;
        let mut sets = if self.eat(b"^") { set::NEGATED } else { 0 };
        while !self.eat(b"]") {
            let (from, more) = self.class_atom()?;
            sets |= more;
            let mut to = from;
            if self.byte(0) == b'-' && self.byte(1) != b']' {
                self.s[st::at] += 1;
                let (last, more) = self.class_atom()?;
                sets |= more;
                if from.is_some() && last.is_some() {
                    to = last;
                } else {
                    // With a set there is no range: both ends and the hyphen stand for themselves.
                    self.range(from, from)?;
                    self.range(Some(b'-' as u16), Some(b'-' as u16))?;
                    self.range(last, last)?;
                    continue;
                }
            }
            if from > to {
                return self.wrong(Error::Order);
            }
            self.range(from, to)?;
        }
        let [low, high] = ((self.len() - start - 4) as u16).to_le_bytes();
        self.put(start + 1, &[sets, low, high]);
        Ok(())
    }
    fn range(&mut self, from: Option<u16>, to: Option<u16>) -> R<()> {
        *self.fuel -= 1;
        if let (Some(from), Some(to)) = (from, to) {
            self.emit_unit(from)?;
            self.emit_unit(to)?;
        }
        Ok(())
    }
    /// A unit, or sets.
    fn class_atom(&mut self) -> R<(Option<u16>, u8)> {
        let Some(unit) = self.next() else {
            return self.wrong(Error::Class);
        };
        if unit != b'\\' as u16 {
            return Ok((Some(unit), 0));
        }
        if self.peek().is_none() {
            return self.wrong(Error::Escape);
        }
        if let Some(sets) = self.sets() {
            return Ok((None, sets));
        }
        if self.eat(b"b") {
            return Ok((Some(8), 0));
        }
        Ok((Some(self.character(true)), 0))
    }
    /// The set that a letter behind a backslash names.
    fn sets(&mut self) -> Option<u8> {
        let sets = match self.byte(0) {
            b'd' => set::DIGIT,
            b'D' => set::NOT_DIGIT,
            b's' => set::SPACE,
            b'S' => set::NOT_SPACE,
            b'w' => set::WORD,
            b'W' => set::NOT_WORD,
            _ => return None,
        };
        self.s[st::at] += 1;
        Some(sets)
    }
    /// Behind a backslash.
    pub(super) fn escape(&mut self) -> R<()> {
        if self.peek().is_none() {
            return self.wrong(Error::Escape);
        }
        if let Some(sets) = self.sets() {
            self.begin(atom::UNIT);
            return self.emit(&[op::CLASS, sets, 0, 0]);
        }
        if self.eat(b"b") {
            return self.assertion(op::WORD);
        }
        if self.eat(b"B") {
            return self.assertion(op::NOT_WORD);
        }
        if matches!(self.byte(0), b'1'..=b'9') {
            let start = self.s[st::at];
            let number = self.decimal().unwrap_or(0);
            if number < self.total() {
                self.begin(atom::MAYBE_EMPTY);
                return self.emit(&[op::BACK, number as u8]);
            }
            self.s[st::at] = start;
        }
        let unit = self.character(false);
        self.unit(unit)
    }
    /// How many groups the whole pattern has.
    fn total(&mut self) -> u32 {
        if self.s[st::total] == 0 {
            let (mut total, mut class, mut escaped) = (1, false, false);
            for (i, &b) in self.pattern.0.iter().enumerate() {
                match b {
                    _ if escaped => escaped = false,
                    b'\\' => escaped = true,
                    b'[' => class = true,
                    b']' => class = false,
                    b'(' if !class && self.pattern.0.get(i + 1) != Some(&b'?') => total += 1,
                    _ => {}
                }
            }
            *self.fuel -= self.pattern.0.len() as i32 / 4;
            self.s[st::total] = total;
        }
        self.s[st::total]
    }
    /// The character that an escape stands for, behind the backslash.
    fn character(&mut self, class: bool) -> u16 {
        let b = self.byte(0);
        let one = match b {
            b'f' => 12,
            b'n' => 10,
            b'r' => 13,
            b't' => 9,
            b'v' => 11,
            b'0'..=b'7' => return self.octal(),
            b'c' => {
                let letter = self.byte(1);
                if letter.is_ascii_alphabetic() || class && (letter == b'_' || letter.is_ascii_digit()) {
                    self.s[st::at] += 2;
                    return letter as u16 & 31;
                }
                // The backslash stands for itself.
                return b'\\' as u16;
            }
            b'x' => return self.hex(2),
            b'u' => return self.hex(4),
            _ => return self.next().unwrap_or(0),
        };
        self.s[st::at] += 1;
        one
    }
    /// Up to three digits, at most 0377.
    fn octal(&mut self) -> u16 {
        let mut value = 0;
        for _ in 0..3 {
            let digit = self.byte(0).wrapping_sub(b'0') as u16;
            if digit > 7 || value * 8 + digit > 0o377 {
                break;
            }
            value = value * 8 + digit;
            self.s[st::at] += 1;
        }
        value
    }
    /// The letter at the place, then `n` digits; without them, the letter itself.
    fn hex(&mut self, n: usize) -> u16 {
        let mut value = 0;
        for i in 1..=n {
            match (self.byte(i) as char).to_digit(16) {
                Some(digit) => value = value << 4 | digit as u16,
                None => return self.next().unwrap_or(0),
            }
        }
        self.s[st::at] += n as u32 + 1;
        value
    }
}
