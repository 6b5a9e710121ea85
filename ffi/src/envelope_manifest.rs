//! `mbx_envelope_*`: what a manifest says, and whether it is for this device, now, from a key that is trusted.

use core::ptr::null;

use motebox::envelope::{
    Header, HeaderReader, KeyRing, Limits, Payload, Place, Target, Tried, check as in_order,
};

use crate::envelope::{MBX_REPEATED, Stop, mbx_envelope, no_payload, with};
use crate::error::*;
use crate::keys::kinds;
use crate::mem::{bytes, structure};
use crate::store_update::mbx_store_header;

/// Kind of a container: JavaScript.
pub const MBX_KIND_SCRIPT: u8 = 1;
/// Kind of a container: a stack composition message.
pub const MBX_KIND_COMPOSITION: u8 = 2;
/// Kind of a container: parameters for a script or composition that runs.
pub const MBX_KIND_PARAMETERS: u8 = 3;
/// Kind of a container: a command, without payload.
pub const MBX_KIND_COMMAND: u8 = 4;
/// Kind of a container: keys and floors.
pub const MBX_KIND_TRUST: u8 = 5;

/// What a manifest is for: any device.
pub const MBX_TARGET_ANY: u8 = 0;
/// What a manifest is for: the device with this id.
pub const MBX_TARGET_DEVICE: u8 = 1;
/// What a manifest is for: the devices of this class.
pub const MBX_TARGET_CLASS: u8 = 2;

/// What a container says of itself. Pointers go into the envelope's memory, and are good until the next
/// `mbx_envelope_begin`, `mbx_envelope_push` or `mbx_envelope_load`. Strings are not 0-terminated.
#[repr(C)]
pub struct mbx_manifest {
    /// `sizeof(mbx_manifest)`, set by the caller.
    pub size: u32,
    /// One of `MBX_KIND_…`.
    pub kind: u8,
    /// One of `MBX_TARGET_…`.
    pub target_kind: u8,
    /// How the payload is transmitted: 0 as it is, 1 DEFLATE, 2 DEFLATE with a dictionary.
    pub encoding: u8,
    /// Who ends a trial well: 0 time, 1 the script, 2 an operator.
    pub policy: u8,
    /// Of a command: 1 confirm, 2 revert, 3 stop, 4 delete; else 0.
    pub command: u8,
    /// 0.
    pub reserved: [u8; 3],
    /// 1 to 4,294,967,294.
    pub sequence: u32,
    /// The sequence that parameters and commands are about; else 0.
    pub base: u32,
    /// How long a trial lasts, in seconds; 0 without one.
    pub probation_s: u32,
    /// Bytes of the payload as flash holds it; 0 without one.
    pub payload_len: u32,
    /// Bytes of it as transmitted.
    pub transmitted_len: u32,
    /// Where it begins in the container.
    pub payload_at: u32,
    /// Limits on the heap in bytes; here and below, 0: the device's own.
    pub heap_bytes: u32,
    /// Limit on the fuel for one event.
    pub fuel_per_event: u32,
    /// Limit on timers at once.
    pub timers: u32,
    /// Limit on the log in bytes.
    pub log_bytes: u32,
    /// Limit on messages in a minute.
    pub messages_per_minute: u32,
    /// Limit on payload bytes that are sent in a minute.
    pub bytes_per_minute: u32,
    /// SHA-256 of the manifest: what names this container. Its first 12 bytes are the tag that the store remembers.
    pub digest: [u8; 32],
    /// The container's id, 1 to 16 bytes.
    pub id: *const u8,
    /// Bytes of `id`.
    pub id_len: usize,
    /// The device's id or class, 1 to 16 bytes; NULL for any.
    pub target: *const u8,
    /// Bytes of `target`.
    pub target_len: usize,
    /// The id of the key that it says it was signed with.
    pub key_id: *const u8,
    /// Bytes of `key_id`.
    pub key_id_len: usize,
    /// SHA-256 of the payload as flash holds it, 32 bytes; NULL without one.
    pub payload_digest: *const u8,
    /// Digests of the chunks of the payload as transmitted, 8 bytes for each 1,024; NULL where there is one chunk.
    pub chunks: *const u8,
    /// Bytes of `chunks`.
    pub chunks_len: usize,
    /// The permissions map, in CBOR (`docs/spec/container.md`, section 2.2); NULL when nothing is permitted.
    pub permissions: *const u8,
    /// Bytes of `permissions`.
    pub permissions_len: usize,
    /// The COSE_Sign1: what a store keeps, and `mbx_envelope_load` takes.
    pub sign1: *const u8,
    /// Its bytes, `MBX_SIGN1_BYTES` at most.
    pub sign1_len: usize,
}

/// Bytes for C; nothing is NULL.
fn seen(bytes: &[u8]) -> (*const u8, usize) {
    match bytes {
        [] => (null(), 0),
        some => (some.as_ptr(), some.len()),
    }
}

fn described(header: &Header<'_>) -> mbx_manifest {
    let manifest = &header.manifest;
    let (target_kind, target) = match manifest.target {
        Target::Any => (MBX_TARGET_ANY, &[][..]),
        Target::Device(id) => (MBX_TARGET_DEVICE, id),
        Target::Class(class) => (MBX_TARGET_CLASS, class),
    };
    let payload = manifest.payload.as_ref();
    let Limits {
        heap_bytes,
        fuel_per_event,
        timers,
        log_bytes,
        messages_per_minute,
        bytes_per_minute,
    } = manifest.limits;
    let (id, id_len) = seen(manifest.id);
    let (target, target_len) = seen(target);
    let (key_id, key_id_len) = seen(header.sign1.key_id);
    let (chunks, chunks_len) = seen(payload.map_or(&[], |payload| payload.chunks));
    let (permissions, permissions_len) = seen(manifest.permissions.as_bytes());
    let (sign1, sign1_len) = seen(header.sign1_bytes);
    mbx_manifest {
        size: size_of::<mbx_manifest>() as u32,
        kind: manifest.kind as u8,
        target_kind,
        encoding: payload.map_or(0, |payload| payload.encoding as u8),
        policy: manifest.confirm.map_or(0, |confirm| confirm.policy as u8),
        command: manifest.command.map_or(0, |command| command as u8),
        reserved: [0; 3],
        sequence: manifest.sequence,
        base: manifest.base.unwrap_or(0),
        probation_s: manifest.confirm.map_or(0, |confirm| confirm.probation_s),
        payload_len: payload.map_or(0, |payload| payload.length),
        transmitted_len: payload.map_or(0, |payload| payload.transmitted),
        payload_at: header.payload_at,
        heap_bytes: heap_bytes.unwrap_or(0),
        fuel_per_event: fuel_per_event.unwrap_or(0),
        timers: timers.unwrap_or(0),
        log_bytes: log_bytes.unwrap_or(0),
        messages_per_minute: messages_per_minute.unwrap_or(0),
        bytes_per_minute: bytes_per_minute.unwrap_or(0),
        digest: header.sign1.manifest_digest(),
        id,
        id_len,
        target,
        target_len,
        key_id,
        key_id_len,
        payload_digest: payload.map_or(null(), |payload| payload.sha256.as_ptr()),
        chunks,
        chunks_len,
        permissions,
        permissions_len,
        sign1,
        sign1_len,
    }
}

/// Writes what the header says into `*manifest`, whose `size` the caller has set. **Nobody vouches for it before
/// `mbx_envelope_verify`.** After `mbx_envelope_load`, `payload_at` is the one of the binary form.
///
/// Context: the one thread that uses the envelope. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE` of `manifest`,
/// `MBX_E_BUSY`, `MBX_E_OBJECT`; those of `mbx_envelope_push` without a whole header.
///
/// # Safety
/// `envelope` is NULL or from `mbx_envelope_init`; `manifest` is NULL or a struct of the size that it says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_envelope_manifest(
    envelope: *mut mbx_envelope,
    manifest: *mut mbx_manifest,
) -> i32 {
    let work = |reader: &HeaderReader, _: &mut _, _: KeyRing<'_>| {
        // SAFETY: the caller's promise.
        unsafe { structure(manifest.cast_const()) }?;
        let found = described(&reader.header()?);
        // SAFETY: as above.
        unsafe { manifest.write(found) };
        Ok(MBX_OK)
    };
    // SAFETY: the caller's promise.
    unsafe { with(envelope, work) }
}

/// The device, and the place in it that a container is for. What it points to is read during the call only.
#[repr(C)]
pub struct mbx_place {
    /// `sizeof(mbx_place)`.
    pub size: u32,
    /// Kinds that are taken there, a sum as in `mbx_key`.
    pub kinds: u32,
    /// The container id of the place, 1 to 16 bytes: what was asked for. Another one is refused.
    pub id: *const u8,
    /// Bytes of `id`.
    pub id_len: usize,
    /// This device's id.
    pub device: *const u8,
    /// Bytes of `device`.
    pub device_len: usize,
    /// This device's class.
    pub class_name: *const u8,
    /// Bytes of `class_name`.
    pub class_len: usize,
    /// The largest payload that is taken, in bytes: `payload_max` of the flash.
    pub slot_bytes: u32,
    /// The lowest sequence that may start; 0: any.
    pub floor: u32,
    /// Sequence of the version that is there, which parameters and commands are about; 0: none.
    pub there: u32,
    /// The sequence that was tried last under this id (`mbx_store_tried`); 0: none.
    pub tried: u32,
    /// The first 12 bytes of the digest of the manifest that was tried. NULL when `tried` is 0.
    pub tried_tag: *const u8,
}

/// The checks of `docs/spec/container.md`, section 4, in their order, but not the signature: cheap enough for anybody.
/// `MBX_OK`, or `MBX_REPEATED`: this very manifest was tried before, and there is nothing to do. Compressed payloads are
/// refused (`MBX_E_REFUSED_ENCODING`): nothing here undoes them.
///
/// Context: the one thread that uses the envelope. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE` of `place`,
/// `MBX_E_BUSY`, `MBX_E_OBJECT`, `MBX_E_ENVELOPE_KINDS`, `MBX_E_REFUSED_…`; those of `mbx_envelope_push` without a whole
/// header.
///
/// # Safety
/// `envelope` is NULL or from `mbx_envelope_init`; `place` is NULL or as its type says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_envelope_check(envelope: *mut mbx_envelope, place: *const mbx_place) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { checked(envelope, place, false) }
}

/// The checks of `mbx_envelope_check`, and then the signature: who is answered `MBX_OK` may change flash for this container.
/// `MBX_REPEATED` as there, the signature is right then too. What is verified is so until the next `mbx_envelope_begin`,
/// `mbx_envelope_push`, `mbx_envelope_load` or refusal.
///
/// Context: the one thread that uses the envelope. Does not block, but takes a third of a second on a Cortex-M0 at 48 MHz:
/// let nobody ask for it more often than you can afford. Calls `verify`. Stack: 300 bytes and the verifier's (6 kB for the
/// one in the library).
///
/// Errors: as `mbx_envelope_check`, and `MBX_E_SIGNATURE_…`.
///
/// # Safety
/// As for `mbx_envelope_check`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_envelope_verify(envelope: *mut mbx_envelope, place: *const mbx_place) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { checked(envelope, place, true) }
}

/// # Safety
/// As for [`mbx_envelope_check`].
unsafe fn checked(envelope: *mut mbx_envelope, place: *const mbx_place, signature: bool) -> i32 {
    let work = |reader: &HeaderReader, rest: &mut crate::envelope::Rest, keys: KeyRing<'_>| {
        // SAFETY: the caller's promise, for all of these.
        let (from, id, device, class, tag) = unsafe {
            let from = structure(place)?;
            let tag_len = if from.tried == 0 { 0 } else { 12 };
            (
                from,
                bytes(from.id, from.id_len)?,
                bytes(from.device, from.device_len)?,
                bytes(from.class_name, from.class_len)?,
                bytes(from.tried_tag, tag_len)?,
            )
        };
        let number = |number: u32| (number != 0).then_some(number);
        let kinds = kinds(from.kinds)?;
        // Whatever is refused below, what was verified before for another place is no more.
        rest.verified &= !signature;
        let header = reader.header()?;
        let digest = header.sign1.manifest_digest();
        let place = Place {
            id,
            kinds,
            deflate: false,
            deflate_dictionary: false,
            device,
            class,
            slot_bytes: from.slot_bytes,
            there: number(from.there),
            // Flash keeps 12 bytes of the digest: where they agree, the rest does.
            tried: number(from.tried).map(|sequence| Tried {
                sequence,
                manifest_digest: if digest.starts_with(tag) { digest } else { [0; 32] },
            }),
            floor: from.floor,
        };
        let cleared = in_order(&header.sign1, &header.manifest, &place, &keys)
            .map_err(|refusal| Stop::Refused(refusal.into()))?;
        if signature {
            cleared
                .verify(rest.context, &rest.verifier)
                .map_err(|error| Stop::Refused(error.into()))?;
            rest.verified = true;
        }
        Ok(match cleared.is_repeated() {
            true => MBX_REPEATED,
            false => MBX_OK,
        })
    };
    // SAFETY: the caller's promise.
    unsafe { with(envelope, work) }
}

/// Writes what `mbx_store_begin` wants of this container into `*header`, whose `size` the caller has set: the way from a
/// verified signature to flash. Pointers go into the envelope's memory, as those of `mbx_envelope_manifest` do.
///
/// Context: the one thread that uses the envelope. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE` of `header`,
/// `MBX_E_BUSY`, `MBX_E_OBJECT`; `MBX_E_ENVELOPE_UNVERIFIED`; `MBX_E_REFUSED_KIND` for a command, which has no payload; those
/// of `mbx_envelope_push` without a whole header.
///
/// # Safety
/// `envelope` is NULL or from `mbx_envelope_init`; `header` is NULL or a struct of the size that it says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_envelope_header(
    envelope: *mut mbx_envelope,
    header: *mut mbx_store_header,
) -> i32 {
    let work = |reader: &HeaderReader, rest: &mut crate::envelope::Rest, _: KeyRing<'_>| {
        // SAFETY: the caller's promise.
        unsafe { structure(header.cast_const()) }?;
        let found = reader.header()?;
        if !rest.verified {
            return Err(MBX_E_ENVELOPE_UNVERIFIED.into());
        }
        let manifest = &found.manifest;
        let Payload { length, sha256, .. } = manifest.payload.ok_or_else(|| no_payload(manifest))?;
        let (id, id_len) = seen(manifest.id);
        let (sign1, sign1_len) = seen(found.sign1_bytes);
        let filled = mbx_store_header {
            size: size_of::<mbx_store_header>() as u32,
            sequence: manifest.sequence,
            payload_len: length,
            reserved: 0,
            id,
            id_len,
            payload_digest: sha256.as_ptr(),
            manifest: sign1,
            manifest_len: sign1_len,
        };
        // SAFETY: as above.
        unsafe { header.write(filled) };
        Ok(MBX_OK)
    };
    // SAFETY: the caller's promise.
    unsafe { with(envelope, work) }
}
