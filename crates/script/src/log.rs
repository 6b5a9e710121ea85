//! The log ring: the last bytes that a container printed, readable over CoAP.

/// The newest `N` bytes of everything that was written.
///
/// Positions are counted from the first byte ever written, so that a reader over CoAP that takes the log block by block
/// notices when what it wanted was overwritten meanwhile.
#[derive(Debug)]
pub struct LogRing<const N: usize> {
    bytes: [u8; N],
    written: u64,
    /// Where the next byte goes: `written % N`, kept so that no 64-bit division is paid for each byte.
    next: usize,
}

impl<const N: usize> LogRing<N> {
    /// An empty ring.
    pub const fn new() -> Self {
        LogRing {
            bytes: [0; N],
            written: 0,
            next: 0,
        }
    }

    /// Appends bytes; the oldest ones give way.
    pub fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if let Some(place) = self.bytes.get_mut(self.next) {
                *place = *byte;
            }
            self.next += 1;
            if self.next >= N {
                self.next = 0;
            }
        }
        self.written += bytes.len() as u64;
    }

    /// Position after the newest byte: how many bytes were ever written.
    pub fn end(&self) -> u64 {
        self.written
    }

    /// Position of the oldest byte that is still there.
    pub fn start(&self) -> u64 {
        self.written.saturating_sub(N as u64)
    }

    /// Bytes held now.
    pub fn len(&self) -> usize {
        (self.written - self.start()) as usize
    }

    /// Whether nothing was written yet.
    pub fn is_empty(&self) -> bool {
        self.written == 0
    }

    /// Copies from `position` into `into` and returns how many bytes that were: fewer than asked for at the end, 0 when
    /// `position` is not (or no longer) in the ring.
    pub fn read(&self, position: u64, into: &mut [u8]) -> usize {
        if position < self.start() || position >= self.written {
            return 0;
        }
        // How far back the position lies, at most N; the ring is walked on from there.
        let back = (self.written - position) as usize;
        let mut at = if self.next >= back {
            self.next - back
        } else {
            self.next + N - back
        };
        let count = back.min(into.len());
        for place in into.iter_mut().take(count) {
            *place = self.bytes.get(at).copied().unwrap_or(0);
            at += 1;
            if at >= N {
                at = 0;
            }
        }
        count
    }

    /// Forgets everything; positions start at 0 again.
    pub fn clear(&mut self) {
        self.written = 0;
        self.next = 0;
    }
}

impl<const N: usize> Default for LogRing<N> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use proptest::prelude::*;
    use std::vec::Vec;

    proptest! {
        /// Property (model: one growing list of bytes): the ring reads as the list does, for every window that starts
        /// among the newest N bytes, and gives nothing for older ones.
        #[test]
        fn ring_is_the_tail_of_the_list(
            writes in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..20), 0..20),
            position in 0u64..300, want in 0usize..40
        ) {
            let mut ring = LogRing::<32>::new();
            let mut all: Vec<u8> = Vec::new();
            for bytes in &writes {
                ring.write(bytes);
                all.extend(bytes);
            }
            let mut buf = std::vec![0; want];
            let got = ring.read(position, &mut buf);
            let start = all.len().saturating_sub(32);
            let expected: &[u8] = if (position as usize) < start || position as usize > all.len() {
                &[]
            } else {
                &all[position as usize..all.len().min(position as usize + want)]
            };
            prop_assert_eq!(&buf[..got], expected);
            prop_assert_eq!(ring.len(), all.len() - start);
        }
    }
}
