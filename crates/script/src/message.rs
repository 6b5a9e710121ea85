//! Short error texts with a number in them, made without `core::fmt`.

use heapless::String;

/// Longest error text, in bytes.
pub const MESSAGE_BYTES: usize = 80;

/// The text of an error that a script catches: says which limit, and how much it is.
#[derive(Clone, Debug, Default)]
pub struct Message(String<MESSAGE_BYTES>);

impl Message {
    /// An empty text.
    pub const fn new() -> Self {
        Message(String::new())
    }

    /// Begins anew.
    pub fn clear(&mut self) -> &mut Self {
        self.0.clear();
        self
    }

    /// Appends `text`; what does not fit is left out.
    #[inline(never)]
    pub fn text(&mut self, text: &str) -> &mut Self {
        let mut fits = text.len().min(self.0.capacity() - self.0.len());
        while !text.is_char_boundary(fits) {
            fits -= 1;
        }
        // It was cut to what fits.
        let _ = self.0.push_str(text.get(..fits).unwrap_or(""));
        self
    }

    /// Appends `number` in decimal.
    #[inline(never)]
    pub fn number(&mut self, number: u32) -> &mut Self {
        let mut power = 1_000_000_000;
        while power > 1 && number < power {
            power /= 10;
        }
        while power > 0 {
            let digit = (number / power % 10) as usize;
            self.text("0123456789".get(digit..=digit).unwrap_or(""));
            power /= 10;
        }
        self
    }

    /// The text so far.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_decimal() {
        let mut m = Message::new();
        m.text("a ")
            .number(0)
            .text(" b ")
            .number(u32::MAX)
            .text(" ")
            .number(1070);
        assert_eq!(m.as_str(), "a 0 b 4294967295 1070");
        assert_eq!(m.clear().number(9).as_str(), "9");
    }

    #[test]
    fn a_text_that_is_too_long_is_cut() {
        let long = "0123456789".repeat(9);
        let mut m = Message::new();
        m.text(&long).number(1);
        assert_eq!(m.as_str(), &long[..MESSAGE_BYTES]);
    }

    extern crate std;
}
