//! The keys that a device trusts, and who computes Ed25519.

use core::ffi::c_void;

use motebox::envelope::{Grants, IdScope, KeyRecord, KindSet, Permissions, Verifier};

use crate::error::{MBX_E_ENVELOPE_GRANTS, MBX_E_ENVELOPE_KINDS, MBX_E_NULL};
use crate::mem::{bytes, structure};

/// [`mbx_key::kinds`]: every kind, trust included.
pub const MBX_KINDS_ALL: u32 = 0x1f;

/// A key that is trusted, and what it may do. It stays as it is for the life of the object that it is given to.
#[repr(C)]
pub struct mbx_key {
    /// `sizeof(mbx_key)`.
    pub size: u32,
    /// Kinds that it may sign, a sum: 1 script, 2 composition, 4 parameters, 8 command, 16 trust.
    pub kinds: u32,
    /// Its id, 1 to 8 bytes: `motebox keygen` prints it.
    pub id: *const u8,
    /// Bytes of `id`.
    pub id_len: usize,
    /// The Ed25519 public key: 32 bytes.
    pub public_key: *const u8,
    /// Container ids that it may sign: ids, or prefixes and `*`, with `,` between. NULL and 0: every id.
    pub ids: *const u8,
    /// Bytes of `ids`.
    pub ids_len: usize,
    /// The most that it may grant: a permissions map (`docs/spec/container.md`). NULL and 0: everything.
    pub grants: *const u8,
    /// Bytes of `grants`.
    pub grants_len: usize,
}

impl mbx_key {
    /// # Safety
    /// What the key points to stays for `'k`.
    pub(crate) unsafe fn record<'k>(&self) -> Result<KeyRecord<'k>, i32> {
        // SAFETY: the caller's promise, for all four.
        let (id, public_key, ids, grants) = unsafe {
            (
                bytes(self.id, self.id_len)?,
                bytes(self.public_key, 32)?,
                bytes(self.ids, self.ids_len)?,
                bytes(self.grants, self.grants_len)?,
            )
        };
        Ok(KeyRecord {
            key_id: id,
            public_key: *public_key.first_chunk().ok_or(MBX_E_NULL)?,
            ids: if ids.is_empty() {
                IdScope::ANY
            } else {
                IdScope(ids)
            },
            kinds: kinds(self.kinds)?,
            grants: match grants {
                [] => Grants::Everything,
                map => Grants::AtMost(Permissions::parse(map).map_err(|_| MBX_E_ENVELOPE_GRANTS)?),
            },
            epoch: 0,
        })
    }
}

/// A sum of kinds, all of which there are.
pub(crate) fn kinds(sum: u32) -> Result<KindSet, i32> {
    match sum & !MBX_KINDS_ALL {
        0 => Ok(KindSet::from_bits(sum as u8)),
        _ => Err(MBX_E_ENVELOPE_KINDS),
    }
}

/// What the record of one key takes in an object's memory.
pub(crate) const KEY_BYTES: usize = size_of::<KeyRecord<'static>>();

// They lie behind an object, at its alignment.
const _: () = assert!(align_of::<KeyRecord<'static>>() <= align_of::<usize>());

/// Writes the record of each of `count` keys.
///
/// # Errors
/// `MBX_E_NULL`, `MBX_E_SIZE`, `MBX_E_ENVELOPE_GRANTS`, `MBX_E_ENVELOPE_KINDS`.
///
/// # Safety
/// `keys` is NULL or has `count` structs, whose pointers stay for `'k`; there is room for as many records at `to`.
pub(crate) unsafe fn records<'k>(
    keys: *const mbx_key,
    count: usize,
    to: *mut KeyRecord<'k>,
) -> Result<(), i32> {
    if keys.is_null() && count > 0 {
        return Err(MBX_E_NULL);
    }
    for index in 0..count {
        // SAFETY: the caller's promise.
        unsafe { to.add(index).write(structure(keys.add(index))?.record()?) };
    }
    Ok(())
}

/// Whether `signature` (64 bytes) is the one of the public key (32 bytes) over the message: 0 no, anything else yes. It is
/// asked only about what has passed Motebox's own guard.
pub type mbx_verify = Option<
    unsafe extern "C" fn(
        user: *mut c_void,
        public_key: *const u8,
        message: *const u8,
        message_len: usize,
        signature: *const u8,
    ) -> i32,
>;

/// The verifier that the library has in itself, in the shape of an application's: for one that does something around it, such
/// as feeding a watchdog or measuring. 1 when the signature holds, 0 when it does not, a pointer is NULL, or the library was
/// built without a verifier. It is the bare computation: what the guard refuses, it may take.
///
/// Context: any. Does not wait; a Cortex-M0 computes for 14.5 million instructions, on 4.8 kB of stack.
///
/// # Safety
/// The pointers are NULL, or `public_key` has 32 bytes, `message` `message_len`, and `signature` 64. `user` is not looked at.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_ed25519_verify(
    user: *mut c_void,
    public_key: *const u8,
    message: *const u8,
    message_len: usize,
    signature: *const u8,
) -> i32 {
    let _ = user;
    // SAFETY: the caller's promise, for all three.
    let given = unsafe {
        (
            bytes(public_key, 32),
            bytes(message, message_len),
            bytes(signature, 64),
        )
    };
    let (Ok(public_key), Ok(message), Ok(signature)) = given else {
        return 0;
    };
    let (Some(public_key), Some(signature)) = (public_key.first_chunk(), signature.first_chunk()) else {
        return 0;
    };
    computed(public_key, message, signature).into()
}

#[cfg(feature = "ed25519-compact")]
fn computed(public_key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    motebox::envelope::Compact.verify(public_key, message, signature)
}

#[cfg(all(feature = "ed25519-small", not(feature = "ed25519-compact")))]
fn computed(public_key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    motebox::envelope::Small.verify(public_key, message, signature)
}

#[cfg(not(any(feature = "ed25519-compact", feature = "ed25519-small")))]
fn computed(_: &[u8; 32], _: &[u8], _: &[u8; 64]) -> bool {
    false
}

/// The application's verifier, or the built-in one.
pub(crate) struct Ed25519 {
    pub(crate) user: *mut c_void,
    pub(crate) verify: mbx_verify,
}

impl Verifier for Ed25519 {
    fn verify(&self, public_key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
        match self.verify {
            // SAFETY: a callback of the application's, called as its type says.
            Some(verify) => unsafe {
                let (message, len) = (message.as_ptr(), message.len());
                verify(self.user, public_key.as_ptr(), message, len, signature.as_ptr()) != 0
            },
            None => computed(public_key, message, signature),
        }
    }
}
