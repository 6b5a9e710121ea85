//! What a script may do with the radio.

use crate::message::Message;

/// The grant of a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RadioGrant {
    /// Bit n = radio channel n, 0 to 26.
    pub channels: u32,
    /// Highest transmit power, dBm.
    pub max_power_dbm: i8,
    /// Energy may be measured.
    pub energy: bool,
}

impl RadioGrant {
    /// Whether it covers a radio channel.
    pub fn covers(&self, channel: u8) -> bool {
        self.channels
            .checked_shr(channel.into())
            .is_some_and(|bits| bits & 1 == 1)
    }
}

/// The longest address as text: `255.255`.
const ADDRESS_TEXT: usize = 7;

/// An address as scripts write it, `a.b`: `a` and `b` of 0 to 255 without leading zeros.
pub fn parse_address(text: &[u8]) -> Option<[u8; 2]> {
    if text.len() > ADDRESS_TEXT {
        return None;
    }
    let (a, b) = core::str::from_utf8(text).ok()?.split_once('.')?;
    let part = |text: &str| {
        let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let padded = text.len() > 1 && text.starts_with('0');
        if plain && !padded { text.parse().ok() } else { None }
    };
    Some([part(a)?, part(b)?])
}

/// Writes an address as scripts read it.
pub fn tell_address(address: [u8; 2], out: &mut Message) {
    let [a, b] = address;
    out.number(a.into()).text(".").number(b.into());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_written() {
        for (text, address) in [("1.0", [1, 0]), ("0.0", [0, 0]), ("255.255", [255, 255])] {
            assert_eq!(parse_address(text.as_bytes()), Some(address));
            let mut out = Message::new();
            tell_address(address, &mut out);
            assert_eq!(out.as_str(), text);
        }
        for text in [
            "", ".", "1", "1.", ".1", "256.0", "1.0.0", "01.0", "+1.0", " 1.0", "1.0 ", "1.-0", "\u{ff}.0",
        ] {
            assert_eq!(parse_address(text.as_bytes()), None, "{text:?}");
        }
    }

    #[test]
    fn a_grant_covers_its_channels_only() {
        let grant = RadioGrant {
            channels: 1 << 11 | 1 << 26,
            max_power_dbm: 0,
            energy: false,
        };
        let covered = (0..=255).filter(|c| grant.covers(*c));
        assert!(covered.eq([11, 26]));
    }
}
