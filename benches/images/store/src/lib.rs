//! The store on a flash that the compiler cannot see into: an update, a trial and its ends, reading, the records.
#![no_std]

use embedded_storage::nor_flash::{ErrorType, NorFlash, NorFlashErrorKind, ReadNorFlash};
use motebox_store::{Error, Header, Layout, State, Store};
use support::{input, opaque};

/// A driver behind callbacks, with the units of the SAMR21.
struct Flash;

impl ErrorType for Flash {
    type Error = NorFlashErrorKind;
}

impl ReadNorFlash for Flash {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Self::Error> {
        opaque((offset, bytes));
        opaque(Ok(()))
    }

    fn capacity(&self) -> usize {
        opaque(16_384)
    }
}

impl NorFlash for Flash {
    const WRITE_SIZE: usize = 16;
    const ERASE_SIZE: usize = 256;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), Self::Error> {
        opaque((from, to));
        opaque(Ok(()))
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Self::Error> {
        opaque((offset, bytes));
        opaque(Ok(()))
    }
}

fn life(store: &mut Store<2>, flash: &mut Flash) -> Result<(), Error> {
    opaque(store.settle())?;
    opaque(store.run_to_end(flash, input()))?;
    let digest = opaque([0; 32]);
    let header = opaque(Header {
        id: input(),
        sequence: 1,
        payload_len: 1,
        digest: &digest,
        manifest: input(),
    });
    let slot = store.begin(flash, &header)?;
    let pair = usize::from(slot.pair);
    opaque(store.step(flash, input())?);
    opaque(store.write(flash, pair, opaque(0), input())?);
    opaque(store.offset(pair));
    opaque(store.commit(pair))?;
    opaque(store.abandon(pair))?;
    opaque(store.start_trial(flash, slot, &opaque([0; 12])))?;
    opaque(store.attempt(flash, slot, opaque(1)))?;
    opaque(store.confirm(slot))?;
    opaque(store.fail(slot, opaque(1)))?;
    opaque(store.revert(pair, opaque(1)))?;
    opaque(store.delete(pair))?;
    opaque(store.set_trust(flash, opaque(1), input()))?;
    opaque(store.forget_tried(flash, input()))?;
    opaque(store.format())
}

fn look(store: &Store<2>, flash: &mut Flash) -> Result<(), Error> {
    let pair = store.find(input()).unwrap_or_default();
    opaque((
        store.id(pair),
        store.previous(pair),
        store.damaged(),
        store.busy(),
        store.trust(),
    ));
    if let Some(slot) = store.newest(pair, opaque(State::Confirmed)) {
        let mut room = [0; 64];
        opaque((store.info(slot), store.payload_at(slot)));
        opaque(store.read(flash, slot, opaque(0), &mut room)?);
        opaque(store.manifest(flash, slot, opaque(0), &mut room)?);
        opaque(store.read_trust(flash, opaque(0), &mut room)?);
        opaque((
            store.digest(flash, slot)?,
            store.reason(flash, slot)?,
            store.attempts(flash, slot, opaque(1))?,
        ));
        opaque(&room);
    }
    opaque(store.tried(flash, input())?);
    Ok(())
}

/// Calls it all once.
pub fn main() {
    let mut flash = Flash;
    let layout = opaque(Layout::of::<Flash>(0, 1_024));
    let mut store = Store::<2>::unmounted(layout);
    let store = opaque(&mut store);
    if opaque(store.remount(&mut flash)).is_err() {
        return;
    }
    let _ = opaque(life(store, &mut flash));
    let _ = opaque(look(store, &mut flash));
}
