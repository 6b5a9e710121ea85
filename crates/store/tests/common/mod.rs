//! A caller of the store as a node would be: after every mount it looks at what is there and goes on from there.
#![allow(dead_code, unreachable_pub)] // Each test file uses its part.

use motebox_store::mock::{Cells, MockFlash};
use motebox_store::{Error, Header, Layout, Resume, Slot, State, Store, Written};

/// Pairs in all tests.
pub const PAIRS: usize = 2;
/// Kinds of attempts.
pub const START: u8 = 1;
/// Reasons of failure.
pub const THREW: u8 = 2;
pub const REVERTED: u8 = 3;

pub type Flash<const W: usize, const E: usize> = MockFlash<W, E>;

/// A container of the tests: everything follows from its id and sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Container {
    pub id: &'static str,
    pub sequence: u32,
}

impl Container {
    pub const fn new(id: &'static str, sequence: u32) -> Self {
        Container { id, sequence }
    }

    /// A payload with runs of 0xFF in front, in the middle and at its end.
    pub fn payload(self) -> Vec<u8> {
        let len = 300 + 37 * (self.sequence as usize % 5);
        let mut bytes: Vec<u8> = (0..len)
            .map(|index| (index as u32 * 31 + self.sequence * 7 + self.id.len() as u32) as u8)
            .collect();
        let blank = |bytes: &mut Vec<u8>, range: std::ops::Range<usize>| bytes[range].fill(0xff);
        if self.sequence % 3 == 1 {
            blank(&mut bytes, 0..70);
        }
        blank(&mut bytes, 120..200);
        if self.sequence.is_multiple_of(2) {
            blank(&mut bytes, len - 75..len);
        }
        bytes
    }

    pub fn manifest(self) -> Vec<u8> {
        (0..90 + self.sequence % 7)
            .map(|index| (index * 5 + self.sequence) as u8)
            .collect()
    }

    pub fn digest(self) -> [u8; 32] {
        digest(&self.payload())
    }

    pub fn tag(self) -> [u8; 12] {
        let mut tag = [0; 12];
        tag.copy_from_slice(&digest(&self.manifest())[..12]);
        tag
    }
}

/// Not SHA-256, but as sensitive to every bit; the store does not look into it.
pub fn digest(bytes: &[u8]) -> [u8; 32] {
    let mut digest = [0; 32];
    for (lane, out) in digest.chunks_mut(8).enumerate() {
        let mut hash = 0xcbf2_9ce4_8422_2325u64 ^ lane as u64;
        for &byte in bytes {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        out.copy_from_slice(&hash.to_le_bytes());
    }
    digest
}

pub fn layout<const W: usize, const E: usize>(resume: Resume) -> Layout {
    Layout {
        ids: 4,
        manifest_max: 128,
        resume,
        ..Layout::of::<Flash<W, E>>(E as u32, 512)
    }
}

pub fn blank<const W: usize, const E: usize>(cells: Cells) -> Flash<W, E> {
    let layout = layout::<W, E>(Resume::Unit);
    Flash::new(E + layout.len_bytes(PAIRS as u32) as usize, cells)
}

pub type TestStore = Store<PAIRS>;

/// Whether what a slot holds, read through a window, is what its header promises.
pub fn whole<const W: usize, const E: usize>(store: &TestStore, flash: &mut Flash<W, E>, slot: Slot) -> bool {
    digest(&payload_of(store, flash, slot)) == store.digest(flash, slot).unwrap()
}

pub fn payload_of<const W: usize, const E: usize>(
    store: &TestStore,
    flash: &mut Flash<W, E>,
    slot: Slot,
) -> Vec<u8> {
    let (mut bytes, mut buf) = (Vec::new(), [0; 50]);
    loop {
        let len = store.read(flash, slot, bytes.len() as u32, &mut buf).unwrap();
        if len == 0 {
            return bytes;
        }
        bytes.extend_from_slice(&buf[..len]);
    }
}

pub fn manifest_of<const W: usize, const E: usize>(
    store: &TestStore,
    flash: &mut Flash<W, E>,
    slot: Slot,
) -> Vec<u8> {
    let mut buf = [0; 512];
    let len = store.manifest(flash, slot, 0, &mut buf).unwrap();
    buf[..len].to_vec()
}

/// Receives, from wherever it stands, in blocks that no unit divides.
pub fn receive<const W: usize, const E: usize>(
    store: &mut TestStore,
    flash: &mut Flash<W, E>,
    pair: usize,
    payload: &[u8],
) -> Result<(), Error> {
    while (store.offset(pair) as usize) < payload.len() {
        let at = store.offset(pair) as usize;
        let mut block = &payload[at..payload.len().min(at + 45)];
        while !block.is_empty() {
            let next = store.offset(pair);
            match store.write(flash, pair, next, block)? {
                Written::Taken(len) => block = &block[len as usize..],
                Written::Rewound(to) => {
                    assert!(
                        to <= next && (to as usize).is_multiple_of(E),
                        "rewound to {to} from {next}"
                    );
                    break;
                }
            }
        }
    }
    Ok(())
}

/// Brings a container to this state (stored, trial or confirmed), from whatever is there.
pub fn bring<const W: usize, const E: usize>(
    store: &mut TestStore,
    flash: &mut Flash<W, E>,
    container: Container,
    to: State,
) -> Result<Slot, Error> {
    loop {
        let there = store.find(container.id.as_bytes()).and_then(|pair| {
            [State::Confirmed, State::Trial, State::Stored, State::Receiving]
                .into_iter()
                .find_map(|state| {
                    store
                        .newest(pair, state)
                        .filter(|&slot| store.info(slot).sequence == container.sequence)
                })
        });
        let state = there.map_or(State::Empty, |slot| store.info(slot).state);
        if let Some(slot) = there.filter(|_| state >= to) {
            return Ok(slot);
        }
        match (there, state) {
            (Some(slot), State::Receiving) => {
                assert_eq!(manifest_of(store, flash, slot), container.manifest());
                receive(store, flash, slot.pair.into(), &container.payload())?;
                assert!(whole(store, flash, slot), "received, but not what was sent");
                store.commit(slot.pair.into())?;
            }
            (Some(slot), State::Stored) => store.start_trial(flash, slot, &container.tag())?,
            (Some(slot), _) => {
                if store.attempts(flash, slot, START)? < 3 {
                    store.attempt(flash, slot, START)?;
                    store.run_to_end(flash, &[])?;
                }
                store.confirm(slot)?;
            }
            (None, _) => {
                let (manifest, digest) = (container.manifest(), container.digest());
                let header = Header {
                    id: container.id.as_bytes(),
                    sequence: container.sequence,
                    payload_len: container.payload().len() as u32,
                    digest: &digest,
                    manifest: &manifest,
                };
                store.begin(flash, &header)?;
                store.run_to_end(flash, &manifest)?;
                continue;
            }
        }
        store.run_to_end(flash, &[])?;
    }
}

/// The trust record of a version.
pub fn trust_bytes(version: u32) -> Vec<u8> {
    (0..100 + 130 * (version % 4))
        .map(|index| (index * 3 + version) as u8)
        .collect()
}

pub fn trust<const W: usize, const E: usize>(
    store: &mut TestStore,
    flash: &mut Flash<W, E>,
    version: u32,
) -> Result<(), Error> {
    if store.trust().is_none_or(|(is, _)| is < version) {
        let bytes = trust_bytes(version);
        store.set_trust(flash, version, &bytes)?;
        store.run_to_end(flash, &bytes)?;
    }
    Ok(())
}
