//! `mbx_store_*`: containers in NOR flash behind C callbacks, power-cut safe, with roll-back. Here: the object, what is under
//! way, and what is read. What changes flash is in `store_update.rs`.
//!
//! The region and everything in it are those of a node with the same `mbx_flash`: a boot loader stores with these functions
//! what the node in the image that it starts then runs. Pairs of slots have the numbers 0 to `MBX_STORE_PAIRS` - 1; the slots
//! of pair `p` have the numbers `2 * p` and `2 * p + 1`.

use core::ffi::c_void;
use core::ptr::null;

use motebox::store::{Error, Progress, Slot, State, Store};

use crate::error::*;
use crate::event::MBX_EMPTY;
use crate::flash::{Callbacks, mbx_flash};
use crate::mem::{Content, DONE, Object, bytes, code, place, room, structure};

/// Pairs of slots, that is containers that a store has room for.
pub const MBX_STORE_PAIRS: u32 = 2;
const PAIRS: usize = crate::node::MBX_CONTAINERS;
const _: () = assert!(MBX_STORE_PAIRS as usize == PAIRS);

/// State of a slot: nothing that counts.
pub const MBX_SLOT_EMPTY: u8 = 0;
/// State of a slot: header in flash, payload on its way.
pub const MBX_SLOT_RECEIVING: u8 = 1;
/// State of a slot: whole and verified, not started yet.
pub const MBX_SLOT_STORED: u8 = 2;
/// State of a slot: started, not confirmed yet.
pub const MBX_SLOT_TRIAL: u8 = 3;
/// State of a slot: confirmed. The newest of these runs; the other can be gone back to.
pub const MBX_SLOT_CONFIRMED: u8 = 4;
/// State of a slot: it will not be started any more.
pub const MBX_SLOT_FAILED: u8 = 5;

/// What [`mbx_store_init`] answers besides `MBX_OK`: neither copy of the counters or of the trust record can be read, and
/// the flash is not blank. Nothing is accepted before `mbx_store_format`.
pub const MBX_DAMAGED: i32 = 7;
/// Bytes of the tag by which the store remembers a manifest: the first of its SHA-256.
pub const MBX_TAG_BYTES: usize = 12;

/// A store; its memory is the caller's.
pub struct mbx_store {
    _opaque: [u8; 0],
}

/// What lies in a store's memory.
pub(crate) struct Parts {
    pub(crate) store: Store<PAIRS>,
    pub(crate) flash: Callbacks,
    /// Manifest or trust record of the operation under way: the caller keeps it for so long.
    given: *const u8,
    given_len: usize,
    detail: u32,
}

impl Content for Parts {
    const ALIVE: u32 = 0x4d6f_5331; // "MoS1"
}

/// Why a call ends early.
pub(crate) enum Stop {
    /// With this number.
    Code(i32),
    /// The store refuses.
    Refused(Error),
}

impl From<i32> for Stop {
    fn from(code: i32) -> Self {
        Stop::Code(code)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Stop::Refused(error)
    }
}

/// The number for C, and the one that matters for `mbx_store_detail`.
fn refused(error: Error) -> (i32, u32) {
    match error {
        Error::Layout(needed) => (MBX_E_STORE_LAYOUT, needed),
        Error::Busy => (MBX_E_STORE_BUSY, 0),
        Error::State => (MBX_E_STORE_STATE, 0),
        Error::IdLength(len) => (MBX_E_STORE_ID, len),
        Error::RecordLength(limit) => (MBX_E_STORE_RECORD, limit),
        Error::PayloadLength(limit) => (MBX_E_STORE_PAYLOAD, limit),
        Error::NoPair(pairs) => (MBX_E_STORE_FULL, pairs),
        Error::NoId(limit) => (MBX_E_STORE_IDS, limit),
        Error::Offset(expected) => (MBX_E_STORE_OFFSET, expected),
        Error::Incomplete(there) => (MBX_E_STORE_INCOMPLETE, there),
        Error::Stale(known) => (MBX_E_STORE_STALE, known),
        Error::Conflict => (MBX_E_STORE_CONFLICT, 0),
        Error::Attempts(limit) => (MBX_E_STORE_ATTEMPTS, limit),
        Error::Damaged => (MBX_E_STORE_DAMAGED, 0),
        _ => (MBX_E_STORE_FLASH, 0),
    }
}

impl Parts {
    #[inline(never)]
    fn refused(&mut self, error: Error) -> i32 {
        let (code, detail) = refused(error);
        self.detail = detail;
        code
    }

    /// Keeps what every step of the operation that was just begun wants to see.
    pub(crate) fn give(&mut self, bytes: &[u8]) {
        (self.given, self.given_len) = (bytes.as_ptr(), bytes.len());
    }

    fn step(&mut self) -> Result<Progress, Stop> {
        // SAFETY: `give` got them from C, which keeps them while the operation is under way; it was told of no others since.
        let given = unsafe { bytes(self.given, self.given_len) }?;
        let progress = self.store.step(&mut self.flash, given);
        if !self.store.busy() {
            self.give(&[]);
        }
        Ok(progress?)
    }
}

/// Runs `work` with the store; what it ends with is noted for `mbx_store_detail`.
///
/// # Safety
/// `store` is NULL or from [`mbx_store_init`], and belongs to this thread.
pub(crate) unsafe fn with(store: *mut mbx_store, work: impl FnOnce(&mut Parts) -> Result<i32, Stop>) -> i32 {
    code((|| {
        // SAFETY: the caller's promise.
        let entered = unsafe { Object::<Parts>::enter(store.cast()) }?;
        // SAFETY: who has entered has the parts to itself.
        let parts = unsafe { &mut *entered.inner() };
        work(parts).map_err(|stop| match stop {
            Stop::Code(code) => code,
            Stop::Refused(error) => parts.refused(error),
        })
    })())
}

/// The pair of this number.
pub(crate) fn pair(number: u32) -> Result<usize, Stop> {
    match number < MBX_STORE_PAIRS {
        true => Ok(number as usize),
        false => Err(MBX_E_STORE_SLOT.into()),
    }
}

/// The slot of this number.
pub(crate) fn slot(number: u32) -> Result<Slot, Stop> {
    Ok(Slot {
        pair: pair(number / 2)? as u8,
        half: (number % 2) as u8,
    })
}

pub(crate) fn slot_number(slot: Slot) -> u32 {
    2 * u32::from(slot.pair) + u32::from(slot.half)
}

/// What a store takes.
pub(crate) const BYTES: usize = Object::<Parts>::bytes(0);

/// Puts the bytes of memory that a store takes into `*needed`, wherever the memory begins.
///
/// Context: any. Does not block. Errors: `MBX_E_NULL`.
///
/// # Safety
/// `needed` is NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_store_size(needed: *mut usize) -> i32 {
    code((|| {
        // SAFETY: the caller's promise.
        unsafe { place(needed)?.write(BYTES) };
        DONE
    })())
}

/// Puts the bytes of flash that the store takes, from `flash->base` on, into `*needed`: what to reserve in a linker script.
/// Only the numbers of `flash` are looked at.
///
/// Context: any. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE` of `flash`, `MBX_E_STORE_LAYOUT`.
///
/// # Safety
/// The pointers are NULL or point to what their types say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_store_flash_bytes(flash: *const mbx_flash, needed: *mut u32) -> i32 {
    code((|| {
        // SAFETY: the caller's promise.
        let bytes = unsafe { structure(flash) }?.needed(MBX_STORE_PAIRS)?;
        // SAFETY: as above.
        unsafe { place(needed)?.write(bytes) };
        DONE
    })())
}

/// Makes a store in `memory` of `len` bytes, at any address, and puts it into `*store`: it reads what is in flash, and begins
/// to make firm what a power cut left open (most often nothing). `MBX_OK`: `mbx_store_finish` that, or step it, before
/// anything that is read is acted upon. `MBX_DAMAGED`: the store is there, and `mbx_store_format` is all that can be done with
/// it. Blank flash is a store without containers.
///
/// The memory is the store's until it is used no more; there is nothing to free, and no other object has the same region of
/// flash meanwhile. `flash` stays as it is for the store's life.
///
/// Context: the one thread that will use the store. Calls `flash->read`. Does not wait. Errors: `MBX_E_NULL`; `MBX_E_SIZE` for
/// memory that is too small (`MBX_STORE_SIZE` is enough) or the `size` of `flash`; `MBX_E_STORE_LAYOUT`, `MBX_E_STORE_FLASH`.
///
/// # Safety
/// The pointers are NULL or point to what their types say; `memory` has `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_store_init(
    memory: *mut c_void,
    len: usize,
    flash: *const mbx_flash,
    store: *mut *mut mbx_store,
) -> i32 {
    code((|| {
        let result = place(store)?;
        // SAFETY: the caller's promise, for both.
        let (mut flash, object) = unsafe {
            let flash = Callbacks::new(flash)?;
            (flash, Object::<Parts>::place(memory, len, 0)?)
        };
        let parts = Object::inner(object);
        let layout = flash.layout();
        // SAFETY: the memory has room for the parts. Field by field, and the store mounted where it stays: it has 600 B.
        let damaged = unsafe {
            let store = &raw mut (*parts).store;
            store.write(Store::unmounted(layout));
            (*store).remount(&mut flash).map_err(|error| refused(error).0)?;
            (&raw mut (*parts).flash).write(flash);
            (&raw mut (*parts).given).write(null());
            (&raw mut (*parts).given_len).write(0);
            (&raw mut (*parts).detail).write(0);
            let damaged = (*store).damaged();
            if !damaged {
                (*store).settle().map_err(|error| refused(error).0)?;
            }
            Object::born(object);
            result.write(object.as_ptr().cast());
            damaged
        };
        Ok(if damaged { MBX_DAMAGED } else { MBX_OK })
    })())
}

/// Carries the operation under way on, by one program or one erase at most. `MBX_MORE`: step again. `MBX_OK`: it is done and in
/// flash, or there was none.
///
/// Context: the one thread that uses the store. Calls the flash's callbacks; takes as long as they do. Errors: `MBX_E_NULL`,
/// `MBX_E_BUSY`, `MBX_E_OBJECT`; `MBX_E_STORE_FLASH`: the operation has ended as if power had gone; make the store anew, or
/// begin it again.
///
/// # Safety
/// `store` is NULL or from `mbx_store_init`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_store_step(store: *mut mbx_store) -> i32 {
    let work = |parts: &mut Parts| {
        Ok(match parts.step()? {
            Progress::Working => MBX_MORE,
            Progress::Done => MBX_OK,
        })
    };
    // SAFETY: the caller's promise.
    unsafe { with(store, work) }
}

/// Steps until the operation under way is done: for those who may block, such as a boot loader.
///
/// Context: the one thread that uses the store. **Blocks** for as many programs and erases as there are to do. Errors as
/// `mbx_store_step`.
///
/// # Safety
/// `store` is NULL or from `mbx_store_init`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_store_finish(store: *mut mbx_store) -> i32 {
    let work = |parts: &mut Parts| {
        while parts.step()? == Progress::Working {}
        Ok(MBX_OK)
    };
    // SAFETY: the caller's promise.
    unsafe { with(store, work) }
}

/// Puts the pair that this container id is bound to into `*pair`. `MBX_EMPTY`: none is.
///
/// Context: the one thread that uses the store. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.
///
/// # Safety
/// `store` is NULL or from `mbx_store_init`; `id` is NULL or has `id_len` bytes; `pair` is NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_store_find(
    store: *mut mbx_store,
    id: *const u8,
    id_len: usize,
    pair: *mut u32,
) -> i32 {
    let work = |parts: &mut Parts| {
        let place = place(pair)?;
        // SAFETY: the caller's promise.
        let Some(found) = parts.store.find(unsafe { bytes(id, id_len) }?) else {
            return Ok(MBX_EMPTY);
        };
        // SAFETY: as above.
        unsafe { place.write(found as u32) };
        Ok(MBX_OK)
    };
    // SAFETY: the caller's promise.
    unsafe { with(store, work) }
}

/// Puts the newest slot of a pair that is in this state (`MBX_SLOT_…`) into `*slot`. `MBX_EMPTY`: none is.
///
/// Context: the one thread that uses the store. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`,
/// `MBX_E_STORE_SLOT`, `MBX_E_STORE_STATE` when there is no such state.
///
/// # Safety
/// `store` is NULL or from `mbx_store_init`; `slot` is NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_store_newest(
    store: *mut mbx_store,
    pair: u32,
    state: u8,
    slot: *mut u32,
) -> i32 {
    let state = match state {
        MBX_SLOT_EMPTY => State::Empty,
        MBX_SLOT_RECEIVING => State::Receiving,
        MBX_SLOT_STORED => State::Stored,
        MBX_SLOT_TRIAL => State::Trial,
        MBX_SLOT_CONFIRMED => State::Confirmed,
        MBX_SLOT_FAILED => State::Failed,
        _ => return MBX_E_STORE_STATE,
    };
    // SAFETY: the caller's promise.
    unsafe { found(store, pair, slot, |store, pair| store.newest(pair, state)) }
}

/// Puts the slot that a boot starts into `*slot`: the one on trial, else the one that is stored and waits for its trial, else
/// the current confirmed one. `MBX_EMPTY`: none. Before it is started: read it back and compare its digest
/// (`mbx_envelope_readback`), see that its key is still trusted (`mbx_envelope_check`); `mbx_store_start_trial` for a stored one,
/// `mbx_store_attempt` for one on trial. When one of these fails: `mbx_store_fail`, and ask again.
///
/// Context: the one thread that uses the store. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`,
/// `MBX_E_STORE_SLOT`.
///
/// # Safety
/// `store` is NULL or from `mbx_store_init`; `slot` is NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_store_boot(store: *mut mbx_store, pair: u32, slot: *mut u32) -> i32 {
    let choose = |store: &Store<PAIRS>, pair| {
        let order = [State::Trial, State::Stored, State::Confirmed];
        order.into_iter().find_map(|state| store.newest(pair, state))
    };
    // SAFETY: the caller's promise.
    unsafe { found(store, pair, slot, choose) }
}

/// Puts the slot that can be gone back to from the current confirmed one into `*slot`: the older confirmed one.
/// `MBX_EMPTY`: none.
///
/// Context: the one thread that uses the store. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`,
/// `MBX_E_STORE_SLOT`.
///
/// # Safety
/// `store` is NULL or from `mbx_store_init`; `slot` is NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_store_previous(store: *mut mbx_store, pair: u32, slot: *mut u32) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { found(store, pair, slot, |store, pair| store.previous(pair)) }
}

/// # Safety
/// As for [`mbx_store_newest`].
unsafe fn found(
    store: *mut mbx_store,
    number: u32,
    to: *mut u32,
    look: impl FnOnce(&Store<PAIRS>, usize) -> Option<Slot>,
) -> i32 {
    let work = |parts: &mut Parts| {
        let to = place(to)?;
        let Some(found) = look(&parts.store, pair(number)?) else {
            return Ok(MBX_EMPTY);
        };
        // SAFETY: the caller's promise.
        unsafe { to.write(slot_number(found)) };
        Ok(MBX_OK)
    };
    // SAFETY: the caller's promise.
    unsafe { with(store, work) }
}

/// What is known of a slot.
#[repr(C)]
pub struct mbx_slot {
    /// `sizeof(mbx_slot)`, set by the caller.
    pub size: u32,
    /// One of `MBX_SLOT_…`.
    pub state: u8,
    /// Why it failed (`docs/spec/lifecycle.md`, section 3); 0 when a power cut tore that, or when it did not fail.
    pub reason: u8,
    /// Bytes of `id`; 0 for a pair that no id is bound to.
    pub id_len: u8,
    /// 0.
    pub reserved: u8,
    /// The container id of the pair, not 0-terminated.
    pub id: [u8; 16],
    /// Sequence of the container.
    pub sequence: u32,
    /// Bytes of its payload.
    pub payload_len: u32,
    /// Bytes of its manifest.
    pub manifest_len: u32,
    /// Which of a pair's slots is newer: the one with the higher number.
    pub generation: u32,
    /// Where its payload lies in flash: for flash that is mapped.
    pub payload_at: u32,
    /// SHA-256 of the payload, as the header has it; zeros for an empty slot.
    pub payload_digest: [u8; 32],
}

/// Writes what is known of a slot into `*info`, whose `size` the caller has set.
///
/// Context: the one thread that uses the store. Calls `flash->read`. Does not wait. Errors: `MBX_E_NULL`, `MBX_E_SIZE` of
/// `info`, `MBX_E_BUSY`, `MBX_E_OBJECT`, `MBX_E_STORE_SLOT`, `MBX_E_STORE_FLASH`.
///
/// # Safety
/// `store` is NULL or from `mbx_store_init`; `info` is NULL or a struct of the size that it says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_store_slot(store: *mut mbx_store, number: u32, info: *mut mbx_slot) -> i32 {
    let work = |parts: &mut Parts| {
        // SAFETY: the caller's promise.
        unsafe { structure(info.cast_const()) }?;
        let slot = slot(number)?;
        let Parts { store, flash, .. } = parts;
        let known = store.info(slot);
        let name = store.id(usize::from(slot.pair)).unwrap_or(&[]);
        let mut id = [0; 16];
        id.iter_mut().zip(name).for_each(|(to, from)| *to = *from);
        let found = mbx_slot {
            size: size_of::<mbx_slot>() as u32,
            state: known.state as u8,
            reason: store.reason(flash, slot)?.unwrap_or(0),
            id_len: name.len() as u8,
            reserved: 0,
            id,
            sequence: known.sequence,
            payload_len: known.payload_len,
            manifest_len: known.manifest_len,
            generation: known.generation,
            payload_at: store.payload_at(slot),
            payload_digest: match known.state {
                State::Empty => [0; 32],
                _ => store.digest(flash, slot)?,
            },
        };
        // SAFETY: the caller's promise.
        unsafe { info.write(found) };
        Ok(MBX_OK)
    };
    // SAFETY: the caller's promise.
    unsafe { with(store, work) }
}

/// Reads the payload in a slot from `offset` on into `out`; `*len` is how much there was, less than `cap` at its end. While a
/// slot is receiving, that is what came so far.
///
/// Context: the one thread that uses the store. Calls `flash->read`. Does not wait. After `MBX_E_STORE_FLASH`, `out` may be
/// changed. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`, `MBX_E_STORE_SLOT`, `MBX_E_STORE_FLASH`.
///
/// # Safety
/// `store` is NULL or from `mbx_store_init`; `out` is NULL or has room for `cap` bytes; `len` is NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_store_read(
    store: *mut mbx_store,
    number: u32,
    offset: u32,
    out: *mut u8,
    cap: usize,
    len: *mut usize,
) -> i32 {
    let work = |parts: &mut Parts, out: &mut [u8]| {
        Ok(parts.store.read(&mut parts.flash, slot(number)?, offset, out)?)
    };
    // SAFETY: the caller's promise.
    unsafe { window(store, out, cap, len, work) }
}

/// Reads the manifest in a slot (the COSE_Sign1, for `mbx_envelope_load`), as `mbx_store_read` reads the payload.
/// `MBX_SIGN1_BYTES` are always enough.
///
/// Context: the one thread that uses the store. Calls `flash->read`. Does not wait. Errors as `mbx_store_read`.
///
/// # Safety
/// As for `mbx_store_read`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_store_manifest(
    store: *mut mbx_store,
    number: u32,
    offset: u32,
    out: *mut u8,
    cap: usize,
    len: *mut usize,
) -> i32 {
    let work = |parts: &mut Parts, out: &mut [u8]| {
        Ok(parts
            .store
            .manifest(&mut parts.flash, slot(number)?, offset, out)?)
    };
    // SAFETY: the caller's promise.
    unsafe { window(store, out, cap, len, work) }
}

/// Reads the trust record, whose bytes are the caller's own, as `mbx_store_read` reads a payload. Nothing is there before the
/// first `mbx_store_set_trust`.
///
/// Context: the one thread that uses the store. Calls `flash->read`. Does not wait. Errors as `mbx_store_read`, but
/// `MBX_E_STORE_SLOT`.
///
/// # Safety
/// As for `mbx_store_read`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_store_read_trust(
    store: *mut mbx_store,
    offset: u32,
    out: *mut u8,
    cap: usize,
    len: *mut usize,
) -> i32 {
    let work = |parts: &mut Parts, out: &mut [u8]| {
        Ok(match parts.store.trust() {
            Some(_) => parts.store.read_trust(&mut parts.flash, offset, out)?,
            None => 0,
        })
    };
    // SAFETY: the caller's promise.
    unsafe { window(store, out, cap, len, work) }
}

/// # Safety
/// As for [`mbx_store_read`].
unsafe fn window(
    store: *mut mbx_store,
    out: *mut u8,
    cap: usize,
    len: *mut usize,
    read: impl FnOnce(&mut Parts, &mut [u8]) -> Result<usize, Stop>,
) -> i32 {
    let work = |parts: &mut Parts| {
        let len = place(len)?;
        // SAFETY: the caller's promise.
        let there = read(parts, unsafe { room(out, cap) }?)?;
        // SAFETY: as above.
        unsafe { len.write(there) };
        Ok(MBX_OK)
    };
    // SAFETY: the caller's promise.
    unsafe { with(store, work) }
}

/// Puts the number that matters for the last error of this store (`MBX_E_STORE_…`) into `*number`: the limit of a length, the
/// offset that was expected, the sequence that is remembered; 0 where there is none.
///
/// Context: the one thread that uses the store. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.
///
/// # Safety
/// `store` is NULL or from `mbx_store_init`; `number` is NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_store_detail(store: *mut mbx_store, number: *mut u32) -> i32 {
    let work = |parts: &mut Parts| {
        // SAFETY: the caller's promise.
        unsafe { place(number)?.write(parts.detail) };
        Ok(MBX_OK)
    };
    // SAFETY: the caller's promise.
    unsafe { with(store, work) }
}
