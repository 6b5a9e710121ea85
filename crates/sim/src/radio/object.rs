//! Objects in chunks, as the application of a node keeps them.

use motebox_crime::Address;
use motebox_crime::modules::rucb::CHUNK_BYTES;

/// What an application has of an object: all of it where it begins, and elsewhere what has come.
#[derive(Debug, Default)]
pub(super) struct Object {
    to: Address,
    bytes: Vec<u8>,
}

impl Object {
    /// An object that goes to a node, or to all.
    pub(super) fn new(to: Address, bytes: &[u8]) -> Self {
        Self {
            to,
            bytes: bytes.to_vec(),
        }
    }

    pub(super) fn to(&self) -> Address {
        self.to
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// A chunk; behind the end an empty one.
    pub(super) fn chunk(&self, number: u16) -> &[u8] {
        let from = (usize::from(number) * CHUNK_BYTES).min(self.bytes.len());
        let to = (from + CHUNK_BYTES).min(self.bytes.len());
        &self.bytes[from..to]
    }

    /// A chunk came. Chunk 0 begins anew; others come in order, or again.
    pub(super) fn write(&mut self, number: u16, chunk: &[u8]) {
        self.bytes.resize(usize::from(number) * CHUNK_BYTES, 0);
        self.bytes.extend_from_slice(chunk);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_go_out_and_come_in() {
        for length in [0, 1, 63, 64, 65, 200] {
            let bytes: Vec<u8> = (0..length).collect();
            let (object, mut copy) = (Object::new(Address::NONE, &bytes), Object::default());
            for number in 0..=u16::from(length) / 64 {
                copy.write(number, object.chunk(number));
            }
            assert_eq!(copy.bytes(), bytes);
            assert_eq!(object.chunk(9), []);
        }
    }
}
