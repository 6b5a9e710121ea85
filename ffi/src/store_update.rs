//! `mbx_store_*`: what changes flash. Every function here begins an operation, but `mbx_store_write`, which does its part at
//! once; `mbx_store_step` or `mbx_store_finish` carries it out. What was begun is as good as undone until that says `MBX_OK`: a
//! power cut in between leaves the old state or the new one.

use motebox::store::{Header, Slot, Written};

use crate::error::*;
use crate::event::MBX_EMPTY;
use crate::mem::{bytes, place, structure};
use crate::store::{MBX_TAG_BYTES, Parts, Stop, mbx_store, pair, slot, slot_number, with};

/// What [`mbx_store_write`] answers besides `MBX_OK`: flash and bytes differ where a power cut had left off; reception goes on
/// at an earlier offset, `mbx_store_offset`.
pub const MBX_REWOUND: i32 = 6;

/// What a new slot's header says. `mbx_envelope_header` fills it from a verified container; who has another way of signing
/// fills it himself.
#[repr(C)]
pub struct mbx_store_header {
    /// `sizeof(mbx_store_header)`.
    pub size: u32,
    /// Sequence of the container.
    pub sequence: u32,
    /// Bytes of the payload, as flash will hold it.
    pub payload_len: u32,
    /// Must be 0.
    pub reserved: u32,
    /// Container id, 1 to 16 bytes.
    pub id: *const u8,
    /// Bytes of `id`.
    pub id_len: usize,
    /// SHA-256 of the payload, as flash will hold it: 32 bytes.
    pub payload_digest: *const u8,
    /// What is kept with it, 512 bytes at most: the signed manifest. **It stays until the operation is done.**
    pub manifest: *const u8,
    /// Bytes of `manifest`.
    pub manifest_len: usize,
}

/// Begins to receive a container that was verified: the spare slot of its id's pair is erased, then its header is written.
/// The slot's number is put into `*slot`; `slot / 2` is the pair. A trial or a reception in the spare slot ends; the current
/// confirmed container is not touched, whatever happens.
///
/// Context: the one thread that uses the store. Calls `flash->read`; does not wait. Errors, after which nothing has changed:
/// `MBX_E_NULL`, `MBX_E_SIZE` of `header`, `MBX_E_BUSY`, `MBX_E_OBJECT`, `MBX_E_STORE_BUSY`, `MBX_E_STORE_DAMAGED`,
/// `MBX_E_STORE_ID`, `MBX_E_STORE_RECORD`, `MBX_E_STORE_PAYLOAD`, `MBX_E_STORE_FULL`, `MBX_E_STORE_IDS`, `MBX_E_STORE_FLASH`.
///
/// # Safety
/// `store` is NULL or from `mbx_store_init`; `header` is NULL or as its type says; `slot` is NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_store_begin(
    store: *mut mbx_store,
    header: *const mbx_store_header,
    slot: *mut u32,
) -> i32 {
    let work = |parts: &mut Parts| {
        let place = place(slot)?;
        // SAFETY: the caller's promise, for all of these.
        let (header, id, digest, manifest) = unsafe {
            let header = structure(header)?;
            (
                header,
                bytes(header.id, header.id_len)?,
                bytes(header.payload_digest, 32)?,
                bytes(header.manifest, header.manifest_len)?,
            )
        };
        let begun = parts.store.begin(
            &mut parts.flash,
            &Header {
                id,
                sequence: header.sequence,
                payload_len: header.payload_len,
                digest: digest.first_chunk().ok_or(MBX_E_NULL)?,
                manifest,
            },
        )?;
        parts.give(manifest);
        // SAFETY: the caller's promise.
        unsafe { place.write(slot_number(begun)) };
        Ok(MBX_OK)
    };
    // SAFETY: the caller's promise.
    unsafe { with(store, work) }
}

/// Puts the place of the next payload byte that the pair's reception wants into `*offset`: where to go on after a power cut.
///
/// Context: the one thread that uses the store. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`,
/// `MBX_E_STORE_SLOT`.
///
/// # Safety
/// `store` is NULL or from `mbx_store_init`; `offset` is NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_store_offset(store: *mut mbx_store, number: u32, offset: *mut u32) -> i32 {
    let work = |parts: &mut Parts| {
        let place = place(offset)?;
        let next = parts.store.offset(pair(number)?);
        // SAFETY: the caller's promise.
        unsafe { place.write(next) };
        Ok(MBX_OK)
    };
    // SAFETY: the caller's promise.
    unsafe { with(store, work) }
}

/// Takes payload bytes from `offset` on, with one program or erase at most, and puts how many it took into `*taken`, which may
/// be none: call again with the rest. `MBX_REWOUND`: it goes on at an earlier offset. Whole write units are in flash then; the
/// rest waits in RAM for what follows.
///
/// Context: the one thread that uses the store. Calls the flash's callbacks; takes as long as they do. `*taken` is written
/// with `MBX_OK` only. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`, `MBX_E_STORE_SLOT`, `MBX_E_STORE_BUSY`;
/// `MBX_E_STORE_STATE` when the pair receives nothing; `MBX_E_STORE_OFFSET` for another offset than `mbx_store_offset`;
/// `MBX_E_STORE_PAYLOAD` for bytes behind the end (none is taken); `MBX_E_STORE_FLASH`.
///
/// # Safety
/// `store` is NULL or from `mbx_store_init`; `from` is NULL or has `len` bytes; `taken` is NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_store_write(
    store: *mut mbx_store,
    number: u32,
    offset: u32,
    from: *const u8,
    len: usize,
    taken: *mut usize,
) -> i32 {
    let work = |parts: &mut Parts| {
        let (pair, taken) = (pair(number)?, place(taken)?);
        // SAFETY: the caller's promise.
        let bytes = unsafe { bytes(from, len) }?;
        Ok(match parts.store.write(&mut parts.flash, pair, offset, bytes)? {
            Written::Taken(count) => {
                // SAFETY: as above.
                unsafe { taken.write(count as usize) };
                MBX_OK
            }
            Written::Rewound(_) => MBX_REWOUND,
        })
    };
    // SAFETY: the caller's promise.
    unsafe { with(store, work) }
}

/// Begins to mark the container in reception as stored. The caller has read the payload back and found its digest right
/// (`mbx_store_read`, `mbx_envelope_readback`).
///
/// Context: the one thread that uses the store. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`,
/// `MBX_E_STORE_SLOT`, `MBX_E_STORE_BUSY`; `MBX_E_STORE_STATE` when the pair receives nothing, `MBX_E_STORE_INCOMPLETE`.
///
/// # Safety
/// `store` is NULL or from `mbx_store_init`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_store_commit(store: *mut mbx_store, number: u32) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { on_pair(store, number, |parts, pair| parts.store.commit(pair)) }
}

/// Begins to give a reception up: its slot becomes empty.
///
/// Context: the one thread that uses the store. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`,
/// `MBX_E_STORE_SLOT`, `MBX_E_STORE_BUSY`; `MBX_E_STORE_STATE` when the pair receives nothing.
///
/// # Safety
/// `store` is NULL or from `mbx_store_init`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_store_abandon(store: *mut mbx_store, number: u32) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { on_pair(store, number, |parts, pair| parts.store.abandon(pair)) }
}

/// Begins to go back from the current confirmed container to the one before: the current one fails for `reason` (1 to 254).
///
/// Context: the one thread that uses the store. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`,
/// `MBX_E_STORE_SLOT`, `MBX_E_STORE_BUSY`; `MBX_E_STORE_STATE` when there is no other confirmed container, or for another
/// reason.
///
/// # Safety
/// `store` is NULL or from `mbx_store_init`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_store_revert(store: *mut mbx_store, number: u32, reason: u8) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { on_pair(store, number, |parts, pair| parts.store.revert(pair, reason)) }
}

/// Begins to delete both of a pair's containers and to free the pair. What was tried stays remembered.
///
/// Context: the one thread that uses the store. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`,
/// `MBX_E_STORE_SLOT`, `MBX_E_STORE_BUSY`; `MBX_E_STORE_STATE` when the pair is free.
///
/// # Safety
/// `store` is NULL or from `mbx_store_init`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_store_delete(store: *mut mbx_store, number: u32) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { on_pair(store, number, |parts, pair| parts.store.delete(pair)) }
}

/// Begins to start the trial of a stored container: what was tried is raised to its sequence, then the slot is marked. Only
/// when that is done may it run. `tag` is `MBX_TAG_BYTES` long: the first of `mbx_manifest::digest`.
///
/// Context: the one thread that uses the store. Calls `flash->read`; does not wait. Errors: `MBX_E_NULL`, `MBX_E_BUSY`,
/// `MBX_E_OBJECT`, `MBX_E_STORE_SLOT`, `MBX_E_STORE_BUSY`; `MBX_E_STORE_STATE` when it is not stored; `MBX_E_STORE_STALE` for
/// a sequence below what was tried, `MBX_E_STORE_CONFLICT` for the same one with another tag; `MBX_E_STORE_DAMAGED`,
/// `MBX_E_STORE_IDS`, `MBX_E_STORE_FLASH`.
///
/// # Safety
/// `store` is NULL or from `mbx_store_init`; `tag` is NULL or has `MBX_TAG_BYTES` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_store_start_trial(store: *mut mbx_store, number: u32, tag: *const u8) -> i32 {
    let work = |parts: &mut Parts| {
        // SAFETY: the caller's promise.
        let tag = unsafe { tag_of(tag) }?;
        parts.store.start_trial(&mut parts.flash, slot(number)?, tag)?;
        Ok(MBX_OK)
    };
    // SAFETY: the caller's promise.
    unsafe { with(store, work) }
}

/// Begins to count an attempt of a trial, for good: `kind` (0 to 254) is 1 for a start (`docs/spec/lifecycle.md`, section 3).
///
/// Context: the one thread that uses the store. Calls `flash->read`; does not wait. Errors: `MBX_E_NULL`, `MBX_E_BUSY`,
/// `MBX_E_OBJECT`, `MBX_E_STORE_SLOT`, `MBX_E_STORE_BUSY`; `MBX_E_STORE_ATTEMPTS` when all are used: `mbx_store_fail` it;
/// `MBX_E_STORE_STATE` when it is not on trial; `MBX_E_STORE_FLASH`.
///
/// # Safety
/// `store` is NULL or from `mbx_store_init`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_store_attempt(store: *mut mbx_store, number: u32, kind: u8) -> i32 {
    // SAFETY: the caller's promise.
    unsafe {
        on_slot(store, number, |parts, slot| {
            parts.store.attempt(&mut parts.flash, slot, kind)
        })
    }
}

/// Puts how many attempts of this kind the trial in the slot has had into `*count`. One that a power cut tore counts for
/// every kind.
///
/// Context: the one thread that uses the store. Calls `flash->read`; does not wait. Errors: `MBX_E_NULL`, `MBX_E_BUSY`,
/// `MBX_E_OBJECT`, `MBX_E_STORE_SLOT`, `MBX_E_STORE_FLASH`.
///
/// # Safety
/// `store` is NULL or from `mbx_store_init`; `count` is NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_store_attempts(
    store: *mut mbx_store,
    number: u32,
    kind: u8,
    count: *mut u32,
) -> i32 {
    let work = |parts: &mut Parts| {
        let place = place(count)?;
        let found = parts.store.attempts(&mut parts.flash, slot(number)?, kind)?;
        // SAFETY: the caller's promise.
        unsafe { place.write(found) };
        Ok(MBX_OK)
    };
    // SAFETY: the caller's promise.
    unsafe { with(store, work) }
}

/// Begins to confirm the container on trial: it is the current one from then on.
///
/// Context: the one thread that uses the store. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`,
/// `MBX_E_STORE_SLOT`, `MBX_E_STORE_BUSY`; `MBX_E_STORE_STATE` when it is not on trial.
///
/// # Safety
/// `store` is NULL or from `mbx_store_init`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_store_confirm(store: *mut mbx_store, number: u32) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { on_slot(store, number, |parts, slot| parts.store.confirm(slot)) }
}

/// Begins to mark a stored, tried or confirmed container as failed, for `reason` (1 to 254; `docs/spec/lifecycle.md`,
/// section 3): it is never started again. `mbx_store_boot` says what is left.
///
/// Context: the one thread that uses the store. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`,
/// `MBX_E_STORE_SLOT`, `MBX_E_STORE_BUSY`; `MBX_E_STORE_STATE` when the slot holds nothing that could run, or for another
/// reason.
///
/// # Safety
/// `store` is NULL or from `mbx_store_init`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_store_fail(store: *mut mbx_store, number: u32, reason: u8) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { on_slot(store, number, |parts, slot| parts.store.fail(slot, reason)) }
}

/// Begins to erase the whole region: containers, what was tried, and the trust record. For provisioning.
///
/// Context: the one thread that uses the store. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`,
/// `MBX_E_STORE_BUSY`.
///
/// # Safety
/// `store` is NULL or from `mbx_store_init`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_store_format(store: *mut mbx_store) -> i32 {
    let work = |parts: &mut Parts| {
        parts.store.format()?;
        Ok(MBX_OK)
    };
    // SAFETY: the caller's promise.
    unsafe { with(store, work) }
}

/// # Safety
/// `store` is NULL or from `mbx_store_init`.
unsafe fn on_pair(
    store: *mut mbx_store,
    number: u32,
    begin: impl FnOnce(&mut Parts, usize) -> Result<(), motebox::store::Error>,
) -> i32 {
    let work = |parts: &mut Parts| {
        begin(parts, pair(number)?)?;
        Ok(MBX_OK)
    };
    // SAFETY: the caller's promise.
    unsafe { with(store, work) }
}

/// # Safety
/// `store` is NULL or from `mbx_store_init`.
unsafe fn on_slot(
    store: *mut mbx_store,
    number: u32,
    begin: impl FnOnce(&mut Parts, Slot) -> Result<(), motebox::store::Error>,
) -> i32 {
    let work = |parts: &mut Parts| {
        begin(parts, slot(number)?)?;
        Ok(MBX_OK)
    };
    // SAFETY: the caller's promise.
    unsafe { with(store, work) }
}

/// # Safety
/// `tag` is NULL or has `MBX_TAG_BYTES` bytes for `'t`.
unsafe fn tag_of<'t>(tag: *const u8) -> Result<&'t [u8; MBX_TAG_BYTES], Stop> {
    // SAFETY: the caller's promise.
    let bytes = unsafe { bytes(tag, MBX_TAG_BYTES) }?;
    Ok(bytes.first_chunk().ok_or(MBX_E_NULL)?)
}

/// Puts what was tried last of a container id into `*sequence`, and the tag of its manifest into `tag`, which has room for
/// `MBX_TAG_BYTES`: for `mbx_place`. A lower sequence is to be refused. `MBX_EMPTY`: nothing was tried.
///
/// Context: the one thread that uses the store. Calls `flash->read`; does not wait. Errors: `MBX_E_NULL`, `MBX_E_BUSY`,
/// `MBX_E_OBJECT`, `MBX_E_STORE_ID`, `MBX_E_STORE_DAMAGED`, `MBX_E_STORE_FLASH`.
///
/// # Safety
/// `store` is NULL or from `mbx_store_init`; `id` is NULL or has `id_len` bytes; the others are NULL or have room for what they
/// are for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_store_tried(
    store: *mut mbx_store,
    id: *const u8,
    id_len: usize,
    sequence: *mut u32,
    tag: *mut u8,
) -> i32 {
    let work = |parts: &mut Parts| {
        let (sequence, tag) = (place(sequence)?, place(tag)?.cast::<[u8; MBX_TAG_BYTES]>());
        // SAFETY: the caller's promise.
        let id = unsafe { bytes(id, id_len) }?;
        let Some(tried) = parts.store.tried(&mut parts.flash, id)? else {
            return Ok(MBX_EMPTY);
        };
        // SAFETY: the caller's promise.
        unsafe {
            sequence.write(tried.sequence);
            tag.write(tried.manifest_tag);
        }
        Ok(MBX_OK)
    };
    // SAFETY: the caller's promise.
    unsafe { with(store, work) }
}

/// Begins to raise what was tried of a container id without a trial: for a command, which takes a sequence as a container
/// does. Only when that is done may it be obeyed.
///
/// Context: the one thread that uses the store. Calls `flash->read`; does not wait. Errors: `MBX_E_NULL`, `MBX_E_BUSY`,
/// `MBX_E_OBJECT`, `MBX_E_STORE_BUSY`; `MBX_E_STORE_STALE` for a sequence below it, `MBX_E_STORE_CONFLICT` for the same one
/// with another tag; `MBX_E_STORE_ID`, `MBX_E_STORE_DAMAGED`, `MBX_E_STORE_IDS`, `MBX_E_STORE_FLASH`.
///
/// # Safety
/// `store` is NULL or from `mbx_store_init`; `id` is NULL or has `id_len` bytes; `tag` is NULL or has `MBX_TAG_BYTES` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_store_raise_tried(
    store: *mut mbx_store,
    id: *const u8,
    id_len: usize,
    sequence: u32,
    tag: *const u8,
) -> i32 {
    let work = |parts: &mut Parts| {
        // SAFETY: the caller's promise.
        let (id, tag) = unsafe { (bytes(id, id_len)?, tag_of(tag)?) };
        parts.store.raise_tried(&mut parts.flash, id, sequence, tag)?;
        Ok(MBX_OK)
    };
    // SAFETY: the caller's promise.
    unsafe { with(store, work) }
}

/// Begins to forget what was tried of a container id: only for a trust update that retires the key of its scope.
///
/// Context: the one thread that uses the store. Calls `flash->read`; does not wait. Errors: `MBX_E_NULL`, `MBX_E_BUSY`,
/// `MBX_E_OBJECT`, `MBX_E_STORE_BUSY`; `MBX_E_STORE_STATE` when nothing is remembered of it; `MBX_E_STORE_ID`,
/// `MBX_E_STORE_DAMAGED`, `MBX_E_STORE_FLASH`.
///
/// # Safety
/// `store` is NULL or from `mbx_store_init`; `id` is NULL or has `id_len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_store_forget_tried(store: *mut mbx_store, id: *const u8, id_len: usize) -> i32 {
    let work = |parts: &mut Parts| {
        // SAFETY: the caller's promise.
        let id = unsafe { bytes(id, id_len) }?;
        parts.store.forget_tried(&mut parts.flash, id)?;
        Ok(MBX_OK)
    };
    // SAFETY: the caller's promise.
    unsafe { with(store, work) }
}

/// Puts version and length of the trust record into `*version` and `*len`. `MBX_EMPTY`: there is none.
///
/// Context: the one thread that uses the store. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.
///
/// # Safety
/// `store` is NULL or from `mbx_store_init`; the others are NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_store_trust(store: *mut mbx_store, version: *mut u32, len: *mut u32) -> i32 {
    let work = |parts: &mut Parts| {
        let (version, len) = (place(version)?, place(len)?);
        let Some(found) = parts.store.trust() else {
            return Ok(MBX_EMPTY);
        };
        // SAFETY: the caller's promise.
        unsafe {
            version.write(found.0);
            len.write(found.1);
        }
        Ok(MBX_OK)
    };
    // SAFETY: the caller's promise.
    unsafe { with(store, work) }
}

/// Begins to replace the trust record, which has two copies as the containers do. Its bytes are the caller's own, 512 at
/// most, and **stay until the operation is done**.
///
/// Context: the one thread that uses the store. Calls `flash->read`; does not wait. Errors: `MBX_E_NULL`, `MBX_E_BUSY`,
/// `MBX_E_OBJECT`, `MBX_E_STORE_BUSY`; `MBX_E_STORE_STALE` unless `version` is higher than the one in flash;
/// `MBX_E_STORE_RECORD`, `MBX_E_STORE_DAMAGED`, `MBX_E_STORE_FLASH`.
///
/// # Safety
/// `store` is NULL or from `mbx_store_init`; `record` is NULL or has `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_store_set_trust(
    store: *mut mbx_store,
    version: u32,
    record: *const u8,
    len: usize,
) -> i32 {
    let work = |parts: &mut Parts| {
        // SAFETY: the caller's promise.
        let record = unsafe { bytes(record, len) }?;
        parts.store.set_trust(&mut parts.flash, version, record)?;
        parts.give(record);
        Ok(MBX_OK)
    };
    // SAFETY: the caller's promise.
    unsafe { with(store, work) }
}
