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

    /// Appends `text`; what does not fit is left out.
    #[must_use]
    pub fn text(mut self, text: &str) -> Self {
        for c in text.chars() {
            if self.0.push(c).is_err() {
                break;
            }
        }
        self
    }

    /// Appends `number` in decimal.
    #[must_use]
    pub fn number(mut self, number: u32) -> Self {
        let mut digits = [0u8; 10];
        let mut used = 0;
        let mut rest = number;
        for digit in digits.iter_mut() {
            *digit = b'0' + (rest % 10) as u8;
            rest /= 10;
            used += 1;
            if rest == 0 {
                break;
            }
        }
        for digit in digits.iter().take(used).rev() {
            if self.0.push(char::from(*digit)).is_err() {
                break;
            }
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
        let m = Message::new().text("a ").number(0).text(" b ").number(u32::MAX);
        assert_eq!(m.as_str(), "a 0 b 4294967295");
    }

    #[test]
    fn a_text_that_is_too_long_is_cut() {
        let long = "0123456789".repeat(9);
        assert_eq!(Message::new().text(&long).as_str(), &long[..MESSAGE_BYTES]);
    }

    extern crate std;
}
