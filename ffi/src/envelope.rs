//! `mbx_envelope_*`: a signed container is read, checked against keys and place, verified, and its payload compared with
//! what was signed. It touches no flash; `store.rs` does, and `mbx_envelope_header` leads there. What the manifest says is in
//! `envelope_manifest.rs`.
//!
//! The way of a container: `mbx_envelope_begin`, `mbx_envelope_push` until the header is whole, `mbx_envelope_verify`; then, and
//! only then, `mbx_store_begin`; `mbx_envelope_payload` with each piece before it is stored; at the end `mbx_envelope_readback`
//! with what lies in flash.

use core::ffi::c_void;

use motebox::envelope::{
    ChunkCheck, Context, Error, Form, FormError, Header, HeaderReader, KeyRecord, KeyRing, Manifest,
    PayloadCheck, PayloadError, Progress, Sign1,
};

use crate::error::*;
use crate::keys::{Ed25519, KEY_BYTES, mbx_key, mbx_verify, records};
use crate::mem::{Content, DONE, Object, bytes, code, place, structure};

/// Form of a container: a CBOR sequence of COSE_Sign1 and payload.
pub const MBX_FORM_BINARY: u32 = 0;
/// Form of a container: JavaScript with the COSE_Sign1 in a comment.
pub const MBX_FORM_TEXT: u32 = 1;
/// What `mbx_envelope_check` and `mbx_envelope_verify` answer besides `MBX_OK`: all is well, and this very manifest was tried
/// before.
pub const MBX_REPEATED: i32 = 5;
/// Longest COSE_Sign1 in bytes: a buffer of so many is enough for what `mbx_store_manifest` reads.
pub const MBX_SIGN1_BYTES: usize = 342;
const _: () = assert!(MBX_SIGN1_BYTES == motebox::envelope::MAX_SIGN1);

/// What an envelope is told at its birth: whom the device trusts. Zero it, set `size`. The keys' texts stay as they are for
/// the envelope's life; this struct and the array of keys need not.
#[repr(C)]
pub struct mbx_envelope_config {
    /// `sizeof(mbx_envelope_config)`.
    pub size: u32,
    /// Not 0: takes signatures for development, and no others.
    pub development: u32,
    /// The trusted keys.
    pub keys: *const mbx_key,
    /// How many.
    pub key_count: usize,
    /// Who computes Ed25519; optional (NULL) where the library has a verifier of its own.
    pub verify: mbx_verify,
    /// Handed to `verify`.
    pub verify_user: *mut c_void,
}

/// What reads and checks one container at a time; its memory is the caller's.
pub struct mbx_envelope {
    _opaque: [u8; 0],
}

/// What the payload is being compared with.
pub(crate) enum Comparing {
    /// The chunk digests, as it comes.
    Chunks(ChunkCheck),
    /// The whole, as it lies in flash; and where.
    Whole(PayloadCheck, u32),
}

/// What lies in an envelope's memory, key records behind it. C is given pointers into `reader`, which is therefore borrowed
/// mutably by those three functions only that begin another header or go on with one.
pub(crate) struct Parts {
    reader: HeaderReader,
    rest: Rest,
}

impl Content for Parts {
    const ALIVE: u32 = 0x4d6f_4531; // "MoE1"
}

/// What C has no pointers into.
pub(crate) struct Rest {
    comparing: Comparing,
    /// The signature of the header in `reader` was verified.
    pub(crate) verified: bool,
    detail: (u32, u32),
    pub(crate) context: Context,
    pub(crate) verifier: Ed25519,
    keys: *const KeyRecord<'static>,
    key_count: usize,
}

impl Rest {
    fn begin(&mut self) {
        (self.verified, self.comparing) = (false, Comparing::Chunks(ChunkCheck::new()));
    }
}

/// Why a call ends early.
pub(crate) enum Stop {
    /// With this number.
    Code(i32),
    /// The container is refused.
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

impl From<FormError> for Stop {
    fn from(error: FormError) -> Self {
        Stop::Refused(error.into())
    }
}

impl From<PayloadError> for Stop {
    fn from(error: PayloadError) -> Self {
        Stop::Refused(error.into())
    }
}

/// A negative number for C, and what the refusal carries for `mbx_envelope_detail`.
#[inline(never)]
fn stopped(outcome: Result<i32, Stop>, rest: &mut Rest) -> i32 {
    match outcome {
        Ok(code) | Err(Stop::Code(code)) => code,
        Err(Stop::Refused(error)) => {
            rest.detail = error.detail();
            -i32::from(error.number())
        }
    }
}

/// Runs `work` with the header, the rest and the keys.
///
/// # Safety
/// `envelope` is NULL or from [`mbx_envelope_init`], and belongs to this thread.
pub(crate) unsafe fn with(
    envelope: *mut mbx_envelope,
    work: impl FnOnce(&HeaderReader, &mut Rest, KeyRing<'_>) -> Result<i32, Stop>,
) -> i32 {
    code((|| {
        // SAFETY: the caller's promise.
        let entered = unsafe { Object::<Parts>::enter(envelope.cast()) }?;
        let parts = entered.inner();
        // SAFETY: who has entered has both fields to itself. The records were written at the birth, and stay as they are.
        let (reader, rest, records) = unsafe {
            let rest = &mut (*parts).rest;
            let records = core::slice::from_raw_parts(rest.keys, rest.key_count);
            (&(*parts).reader, rest, records)
        };
        Ok(stopped(work(reader, rest, KeyRing(records)), rest))
    })())
}

/// Runs `work` with the reader of another header, or of more of this one: C's pointers into the last one end here.
///
/// # Safety
/// As for [`with`].
unsafe fn with_reader(
    envelope: *mut mbx_envelope,
    work: impl FnOnce(&mut HeaderReader) -> Result<i32, Stop>,
) -> i32 {
    code((|| {
        // SAFETY: the caller's promise.
        let entered = unsafe { Object::<Parts>::enter(envelope.cast()) }?;
        let parts = entered.inner();
        // SAFETY: who has entered has both fields to itself.
        let (reader, rest) = unsafe { (&mut (*parts).reader, &mut (*parts).rest) };
        rest.begin();
        Ok(stopped(work(reader), rest))
    })())
}

/// What an envelope without keys takes.
pub(crate) const BYTES: usize = Object::<Parts>::bytes(0);

/// Puts the bytes of memory that an envelope of this configuration takes into `*needed`, wherever the memory begins.
///
/// Context: any. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE` of `config`.
///
/// # Safety
/// The pointers are NULL or point to what their types say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_envelope_size(config: *const mbx_envelope_config, needed: *mut usize) -> i32 {
    code((|| {
        // SAFETY: the caller's promise.
        let config = unsafe { structure(config) }?;
        let extra = config.key_count.saturating_mul(KEY_BYTES);
        // SAFETY: as above.
        unsafe { place(needed)?.write(Object::<Parts>::bytes(extra)) };
        DONE
    })())
}

/// Makes an envelope in `memory` of `len` bytes, at any address, and puts it into `*envelope`. It expects a container in
/// binary form. The memory is the envelope's until it is used no more; there is nothing to free.
///
/// Context: the one thread that will use it. Does not block.
///
/// Errors: `MBX_E_NULL` for a pointer that must be; `MBX_E_SIZE` for memory that is too small (`mbx_envelope_size` tells) or the
/// `size` of a struct; `MBX_E_ENVELOPE_VERIFIER`, `MBX_E_ENVELOPE_GRANTS`, `MBX_E_ENVELOPE_KINDS`.
///
/// # Safety
/// The pointers are NULL or point to what their types say, and the keys' texts stay for the envelope's life.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_envelope_init(
    memory: *mut c_void,
    len: usize,
    config: *const mbx_envelope_config,
    envelope: *mut *mut mbx_envelope,
) -> i32 {
    code((|| {
        // SAFETY: the caller's promise.
        let config = unsafe { structure(config) }?;
        let result = place(envelope)?;
        if cfg!(not(any(feature = "ed25519-compact", feature = "ed25519-small"))) && config.verify.is_none() {
            return Err(MBX_E_ENVELOPE_VERIFIER);
        }
        let extra = config.key_count.saturating_mul(KEY_BYTES);
        // SAFETY: the caller's promise.
        let object = unsafe { Object::<Parts>::place(memory, len, extra) }?;
        // SAFETY: the memory has room for the parts and, behind them, for a record of each key.
        unsafe {
            let keys = object.as_ptr().add(1).cast();
            records(config.keys, config.key_count, keys)?;
            Object::inner(object).write(Parts {
                reader: HeaderReader::new(Form::Binary),
                rest: Rest {
                    comparing: Comparing::Chunks(ChunkCheck::new()),
                    verified: false,
                    detail: (0, 0),
                    context: match config.development {
                        0 => Context::Production,
                        _ => Context::Development,
                    },
                    verifier: Ed25519 {
                        user: config.verify_user,
                        verify: config.verify,
                    },
                    keys,
                    key_count: config.key_count,
                },
            });
            Object::born(object);
            result.write(object.as_ptr().cast());
        }
        DONE
    })())
}

/// Forgets what was read: a container begins, in form `MBX_FORM_BINARY` or `MBX_FORM_TEXT`. All pointers that
/// `mbx_envelope_manifest` and `mbx_envelope_header` gave end here.
///
/// Context: the one thread that uses the envelope. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`,
/// `MBX_E_ENVELOPE_FORM`.
///
/// # Safety
/// `envelope` is NULL or from `mbx_envelope_init`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_envelope_begin(envelope: *mut mbx_envelope, form: u32) -> i32 {
    let work = |reader: &mut HeaderReader| {
        *reader = HeaderReader::new(match form {
            MBX_FORM_BINARY => Form::Binary,
            MBX_FORM_TEXT => Form::Text,
            _ => return Err(MBX_E_ENVELOPE_FORM.into()),
        });
        Ok(MBX_OK)
    };
    // SAFETY: the caller's promise.
    unsafe { with_reader(envelope, work) }
}

/// Takes the next piece of the container, of any length, and puts how much of it belonged to the header into `*used`.
/// `MBX_MORE`: all of it, and the header goes on. `MBX_OK`: the header is whole; what follows in the piece is payload.
///
/// Nothing of it is trusted before `mbx_envelope_verify`; whatever was verified before is no more.
///
/// Context: the one thread that uses the envelope. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`;
/// `MBX_E_COSE_…`, `MBX_E_MANIFEST_…`, `MBX_E_FORM_…`: it is refused, and stays so until `mbx_envelope_begin`.
///
/// # Safety
/// `envelope` is NULL or from `mbx_envelope_init`; `piece` is NULL or has `len` bytes; `used` is NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_envelope_push(
    envelope: *mut mbx_envelope,
    piece: *const u8,
    len: usize,
    used: *mut usize,
) -> i32 {
    let work = |reader: &mut HeaderReader| {
        let used = place(used)?;
        // SAFETY: the caller's promise.
        let piece = unsafe { bytes(piece, len) }?;
        let (taken, outcome) = match reader.push(piece)? {
            Progress::More => (piece.len(), MBX_MORE),
            Progress::Complete(taken) => (taken, MBX_OK),
        };
        // SAFETY: as above.
        unsafe { used.write(taken) };
        Ok(outcome)
    };
    // SAFETY: the caller's promise.
    unsafe { with_reader(envelope, work) }
}

/// Takes a whole header as the store keeps it (`mbx_store_manifest`): the COSE_Sign1 of a container, without its payload.
/// Like `mbx_envelope_begin` and a `mbx_envelope_push` that is answered with `MBX_OK`.
///
/// Context: the one thread that uses the envelope. Does not block. Errors as `mbx_envelope_push`.
///
/// # Safety
/// `envelope` is NULL or from `mbx_envelope_init`; `sign1` is NULL or has `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_envelope_load(envelope: *mut mbx_envelope, sign1: *const u8, len: usize) -> i32 {
    let work = |reader: &mut HeaderReader| {
        // SAFETY: the caller's promise.
        let sign1 = unsafe { bytes(sign1, len) }?;
        *reader = HeaderReader::new(Form::Binary);
        let manifest = Sign1::parse(sign1).map_err(Error::from)?.manifest;
        let payload = Manifest::parse(manifest).map_err(Error::from)?.payload;
        reader.push(sign1)?;
        if let Some(payload) = payload {
            // The head that would follow: a byte string, its length in the shortest form.
            let length = payload.transmitted.to_be_bytes();
            let [_, _, high, low] = length;
            let head: &[u8] = match payload.transmitted {
                0..=23 => &[0x40 | low],
                24..=0xff => &[0x58, low],
                0x100..=0xffff => &[0x59, high, low],
                _ => {
                    reader.push(&[0x5a])?;
                    &length
                }
            };
            reader.push(head)?;
        }
        Ok(MBX_OK)
    };
    // SAFETY: the caller's promise.
    unsafe { with_reader(envelope, work) }
}

/// Compares payload bytes, as transmitted and in order, with the digests of their chunks (1,024 B each). `offset` is the
/// place of the first of them, 0 at the beginning. A payload of one chunk has no digests: then only its length is checked.
///
/// A chunk that is wrong shows at its end, when earlier pieces of it may be in flash already: `mbx_store_abandon` the
/// reception, or compare a whole chunk before any of it is stored.
///
/// Context: the one thread that uses the envelope. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`;
/// `MBX_E_ENVELOPE_OFFSET` for another offset than the next; `MBX_E_PAYLOAD_TOO_LONG` (nothing was taken),
/// `MBX_E_PAYLOAD_CHUNK` (the next offset is the beginning of that chunk); `MBX_E_FORM_TRAILING` for a command, which has no
/// payload; those of `mbx_envelope_push` without a whole header.
///
/// # Safety
/// `envelope` is NULL or from `mbx_envelope_init`; `from` is NULL or has `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_envelope_payload(
    envelope: *mut mbx_envelope,
    offset: u32,
    from: *const u8,
    len: usize,
) -> i32 {
    let work = |reader: &HeaderReader, rest: &mut Rest, _: KeyRing<'_>| {
        // SAFETY: the caller's promise.
        let bytes = unsafe { bytes(from, len) }?;
        let Header {
            manifest, payload_at, ..
        } = reader.header()?;
        let payload = manifest.payload.ok_or(FormError::Trailing(payload_at))?;
        match &mut rest.comparing {
            Comparing::Chunks(chunks) if chunks.at() == offset => chunks.push(&payload, bytes)?,
            _ => return Err(MBX_E_ENVELOPE_OFFSET.into()),
        }
        Ok(MBX_OK)
    };
    // SAFETY: the caller's promise.
    unsafe { with(envelope, work) }
}

/// Goes back, or on after a power cut: bytes before `offset` were compared before. Puts the place where the chunk begins
/// into `*start`: the next offset for `mbx_envelope_payload`.
///
/// Context: the one thread that uses the envelope. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.
///
/// # Safety
/// `envelope` is NULL or from `mbx_envelope_init`; `start` is NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_envelope_resume(
    envelope: *mut mbx_envelope,
    offset: u32,
    start: *mut u32,
) -> i32 {
    let work = |_: &HeaderReader, rest: &mut Rest, _: KeyRing<'_>| {
        let start = place(start)?;
        let chunks = ChunkCheck::resume(offset);
        // SAFETY: the caller's promise.
        unsafe { start.write(chunks.at()) };
        rest.comparing = Comparing::Chunks(chunks);
        Ok(MBX_OK)
    };
    // SAFETY: the caller's promise.
    unsafe { with(envelope, work) }
}

/// Takes payload bytes as they lie in flash, in order, to be compared with what was signed: all of them, from offset 0 on,
/// which begins anew; then `mbx_envelope_readback_end`.
///
/// Context: the one thread that uses the envelope. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`,
/// `MBX_E_ENVELOPE_OFFSET` for another offset than 0 or the next.
///
/// # Safety
/// `envelope` is NULL or from `mbx_envelope_init`; `from` is NULL or has `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_envelope_readback(
    envelope: *mut mbx_envelope,
    offset: u32,
    from: *const u8,
    len: usize,
) -> i32 {
    let work = |_: &HeaderReader, rest: &mut Rest, _: KeyRing<'_>| {
        // SAFETY: the caller's promise.
        let bytes = unsafe { bytes(from, len) }?;
        if offset == 0 {
            rest.comparing = Comparing::Whole(PayloadCheck::new(), 0);
        }
        match &mut rest.comparing {
            Comparing::Whole(check, at) if *at == offset => {
                check.update(bytes);
                *at = at.saturating_add(u32::try_from(len).unwrap_or(u32::MAX));
            }
            _ => return Err(MBX_E_ENVELOPE_OFFSET.into()),
        }
        Ok(MBX_OK)
    };
    // SAFETY: the caller's promise.
    unsafe { with(envelope, work) }
}

/// Says whether what was read back is the payload that was signed: only then `mbx_store_commit`, at an update; only then start
/// it, at a boot.
///
/// Context: the one thread that uses the envelope. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`;
/// `MBX_E_PAYLOAD_TOO_LONG`, `MBX_E_PAYLOAD_TOO_SHORT`, `MBX_E_PAYLOAD_DIGEST`, `MBX_E_FORM_SECOND_HEADER`;
/// `MBX_E_REFUSED_KIND` for a command, which has no payload; those of `mbx_envelope_push` without a whole header.
///
/// # Safety
/// `envelope` is NULL or from `mbx_envelope_init`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_envelope_readback_end(envelope: *mut mbx_envelope) -> i32 {
    let work = |reader: &HeaderReader, rest: &mut Rest, _: KeyRing<'_>| {
        let manifest = reader.header()?.manifest;
        let payload = manifest.payload.ok_or_else(|| no_payload(&manifest))?;
        let check = match &rest.comparing {
            Comparing::Whole(check, _) => check.clone(),
            Comparing::Chunks(_) => PayloadCheck::new(),
        };
        check.finish(manifest.kind, &payload)?;
        Ok(MBX_OK)
    };
    // SAFETY: the caller's promise.
    unsafe { with(envelope, work) }
}

/// What asks for a payload says of a command.
pub(crate) fn no_payload(manifest: &Manifest<'_>) -> Error {
    motebox::envelope::Refusal::Kind(manifest.kind as u8).into()
}

/// Puts what the last refusal (a number below -1100) carries into `*value`, and the limit or expectation beside it into
/// `*limit`; 0 where there is none. `docs/spec/container.md`, section 6, says what it is for each number.
///
/// Context: the one thread that uses the envelope. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.
///
/// # Safety
/// `envelope` is NULL or from `mbx_envelope_init`; the others are NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_envelope_detail(
    envelope: *mut mbx_envelope,
    value: *mut u32,
    limit: *mut u32,
) -> i32 {
    let work = |_: &HeaderReader, rest: &mut Rest, _: KeyRing<'_>| {
        let (value, limit) = (place(value)?, place(limit)?);
        // SAFETY: the caller's promise.
        unsafe {
            value.write(rest.detail.0);
            limit.write(rest.detail.1);
        }
        Ok(MBX_OK)
    };
    // SAFETY: the caller's promise.
    unsafe { with(envelope, work) }
}
