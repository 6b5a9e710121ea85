//! Frames as a capture file that Wireshark and tcpdump open.

use std::io::{self, Write};

use motebox_crime::Mac;

/// IEEE 802.15.4 without FCS.
const IEEE802154_NOFCS: u32 = 230;
/// "User 0": frames that no link type is registered for.
const USER0: u32 = 147;
const SNAP_BYTES: u32 = 256;

/// Writes a capture: one file header, then a record for each frame.
#[derive(Debug)]
pub struct Pcap<W: Write>(W);

impl<W: Write> Pcap<W> {
    /// Begins a capture of frames in this framing: link type 230 (IEEE 802.15.4 without FCS), or 147 (user 0)
    /// for the framings that are no 802.15.4.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn new(mut out: W, mac: Mac) -> io::Result<Self> {
        let link_type = match mac {
            Mac::Ieee802154 { .. } => IEEE802154_NOFCS,
            Mac::Raw | Mac::NullMac => USER0,
        };
        out.write_all(&0xA1B2_C3D4u32.to_le_bytes())?;
        out.write_all(&[2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0])?;
        out.write_all(&SNAP_BYTES.to_le_bytes())?;
        out.write_all(&link_type.to_le_bytes())?;
        Ok(Self(out))
    }

    /// Adds a frame that went on the air at this time.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn frame(&mut self, time_us: u64, frame: &[u8]) -> io::Result<()> {
        let seconds = (time_us / 1_000_000) as u32;
        let length = frame.len() as u32;
        for number in [seconds, (time_us % 1_000_000) as u32, length, length] {
            self.0.write_all(&number.to_le_bytes())?;
        }
        self.0.write_all(frame)
    }

    /// Writes what is buffered.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_capture_byte_for_byte() {
        let mut bytes = Vec::new();
        let mut pcap = Pcap::new(&mut bytes, Mac::Ieee802154 { pan: 0xabcd }).unwrap();
        pcap.frame(3_000_007, &[0x41, 0x98, 0x01]).unwrap();
        pcap.flush().unwrap();
        assert_eq!(bytes[..4], [0xd4, 0xc3, 0xb2, 0xa1]);
        assert_eq!(bytes[20..24], [230, 0, 0, 0]);
        assert_eq!(
            bytes[24..],
            [3, 0, 0, 0, 7, 0, 0, 0, 3, 0, 0, 0, 3, 0, 0, 0, 0x41, 0x98, 1]
        );
        let mut raw = Vec::new();
        Pcap::new(&mut raw, Mac::Raw).unwrap();
        assert_eq!(raw[20..], [147, 0, 0, 0]);
    }
}
