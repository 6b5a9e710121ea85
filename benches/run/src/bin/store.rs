//! The store on the chip's flash: a second container of 1 kB comes in for one that runs.
//!
//! Sections: reception in pieces of 64 B, from the header to the mark that it is whole; start of the trial; confirmation;
//! boot, that is to mount and to end what was begun. The flash's driver does not count.
#![no_std]
#![no_main]

use cortex_m_rt::entry;
use motebox_bench::{CountedFlash, expect, section};
use motebox_firmware::console;
use motebox_firmware::probe::{self, Phase};
use motebox_store::{Error, Header, Layout, Slot, State, Store};

const PAYLOAD: [u8; 1_024] = *include_bytes!("../../../workloads/update.js");
/// As long as the manifest of such a container is.
const MANIFEST: [u8; 200] = [0xa5; 200];
const PIECE: usize = 64;

type TheStore = Store<2>;

#[inline(never)]
fn receive(store: &mut TheStore, flash: &mut CountedFlash, sequence: u32) -> Result<Slot, Error> {
    let header = Header {
        id: b"alarm",
        sequence,
        payload_len: PAYLOAD.len() as u32,
        digest: &[7; 32],
        manifest: &MANIFEST,
    };
    let slot = store.begin(flash, &header)?;
    store.run_to_end(flash, &MANIFEST)?;
    let pair = usize::from(slot.pair);
    loop {
        let at = store.offset(pair);
        let rest = PAYLOAD.get(at as usize..).unwrap_or(&[]);
        if rest.is_empty() {
            break;
        }
        let left = PIECE - at as usize % PIECE;
        store.write(flash, pair, at, rest.get(..left).unwrap_or(rest))?;
    }
    store.commit(pair)?;
    store.run_to_end(flash, &[])?;
    Ok(slot)
}

#[inline(never)]
fn start(store: &mut TheStore, flash: &mut CountedFlash, slot: Slot, tag: u8) -> Result<(), Error> {
    store.start_trial(flash, slot, &[tag; 12])?;
    store.run_to_end(flash, &[])
}

#[inline(never)]
fn confirm(store: &mut TheStore, flash: &mut CountedFlash, slot: Slot) -> Result<(), Error> {
    store.confirm(slot)?;
    store.run_to_end(flash, &[])
}

#[inline(never)]
fn boot(layout: Layout, flash: &mut CountedFlash) -> Result<TheStore, Error> {
    let mut store = Store::mount(layout, flash)?;
    store.settle()?;
    store.run_to_end(flash, &[])?;
    Ok(store)
}

fn measured<T>(
    name: [&str; 2],
    flash: &mut CountedFlash,
    work: impl FnOnce(&mut CountedFlash) -> Result<T, Error>,
) -> Result<T, Error> {
    flash.take();
    let result = section(|| work(flash));
    let done = flash.take();
    console::fact(name[0], done.programs);
    console::fact(name[1], done.erases);
    result
}

fn life(flash: &mut CountedFlash) -> Result<(), Error> {
    let layout = Layout::of::<CountedFlash>(0, PAYLOAD.len() as u32);
    let mut store = boot(layout, flash)?;
    let first = receive(&mut store, flash, 1)?;
    start(&mut store, flash, first, 1)?;
    confirm(&mut store, flash, first)?;

    probe::enter(Phase::Upload);
    let slot = measured(["programs.update", "erases.update"], flash, |flash| {
        receive(&mut store, flash, 2)
    })?;
    measured(["programs.trial", "erases.trial"], flash, |flash| {
        start(&mut store, flash, slot, 2)
    })?;
    measured(["programs.confirm", "erases.confirm"], flash, |flash| {
        confirm(&mut store, flash, slot)
    })?;
    let store = measured(["programs.boot", "erases.boot"], flash, |flash| {
        boot(layout, flash)
    })?;
    probe::enter(Phase::Scenario);
    let pair = usize::from(slot.pair);
    expect(
        "the second container",
        store.newest(pair, State::Confirmed) == Some(slot),
    );
    Ok(())
}

#[entry]
fn main() -> ! {
    expect("every step", life(&mut CountedFlash::blank()).is_ok());
    probe::report();
    console::succeed()
}
