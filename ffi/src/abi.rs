//! What ties a header to its archive: a symbol whose name has the version of the interface and what was built in, and
//! upper bounds of the objects' sizes.
//!
//! `motebox.h` refers to `MBX_ABI`, a name from `motebox_config.h`, wherever an object is made. A program that was compiled
//! with the header of another version, or with the configuration of another build, does not link.

/// Version of this interface: it goes up when a struct, a number or the meaning of a function changes.
pub const MBX_ABI_VERSION: u32 = 2;

/// What the header refers to; its value says nothing.
#[cfg(all(
    any(feature = "ed25519-compact", feature = "ed25519-small"),
    feature = "stacks"
))]
#[unsafe(no_mangle)]
pub static mbx_abi_2_verifier_stacks: u8 = 1;
/// What the header refers to; its value says nothing.
#[cfg(all(
    any(feature = "ed25519-compact", feature = "ed25519-small"),
    not(feature = "stacks")
))]
#[unsafe(no_mangle)]
pub static mbx_abi_2_verifier: u8 = 1;
/// What the header refers to; its value says nothing.
#[cfg(all(
    not(any(feature = "ed25519-compact", feature = "ed25519-small")),
    feature = "stacks"
))]
#[unsafe(no_mangle)]
pub static mbx_abi_2_callback_stacks: u8 = 1;
/// What the header refers to; its value says nothing.
#[cfg(all(
    not(any(feature = "ed25519-compact", feature = "ed25519-small")),
    not(feature = "stacks")
))]
#[unsafe(no_mangle)]
pub static mbx_abi_2_callback: u8 = 1;

/// Bytes that are enough for a node without keys, where pointers have 32 bits; each key takes [`MBX_KEY_BYTES_32`] more.
pub const MBX_NODE_BYTES_32: usize = 7168;
/// The same where they have 64 bits; each key takes [`MBX_KEY_BYTES_64`] more.
pub const MBX_NODE_BYTES_64: usize = 9216;
/// Bytes that are enough for a node without keys that can have stacks, where pointers have 32 bits.
pub const MBX_NODE_STACKS_BYTES_32: usize = 8448;
/// The same where they have 64 bits.
pub const MBX_NODE_STACKS_BYTES_64: usize = 10752;
/// Bytes of a node's memory for each key.
pub const MBX_KEY_BYTES_32: usize = 64;
/// The same where pointers have 64 bits.
pub const MBX_KEY_BYTES_64: usize = 96;
/// Bytes that are enough for a script's engine without natives, besides its arena; what natives take is for
/// `mbx_script_size` to tell.
pub const MBX_SCRIPT_BYTES_32: usize = 256;
/// The same where pointers have 64 bits.
pub const MBX_SCRIPT_BYTES_64: usize = 512;

/// Bytes that are enough for an envelope without keys; each key takes [`MBX_KEY_BYTES_32`] more.
pub const MBX_ENVELOPE_BYTES_32: usize = 768;
/// The same where pointers have 64 bits; each key takes [`MBX_KEY_BYTES_64`] more.
pub const MBX_ENVELOPE_BYTES_64: usize = 768;
/// Bytes that are enough for a store.
pub const MBX_STORE_BYTES_32: usize = 1024;
/// The same where pointers have 64 bits.
pub const MBX_STORE_BYTES_64: usize = 1024;

/// Bytes that are enough for a network without anything in it; the five below are for each of what is.
pub const MBX_CRIME_BYTES_32: usize = 440;
/// The same where pointers have 64 bits.
pub const MBX_CRIME_BYTES_64: usize = 576;
/// Bytes of a network's memory for each stack, which is there twice.
pub const MBX_CRIME_STACK_BYTES: usize = 80;
/// Bytes of a network's memory for each module, which is there twice.
pub const MBX_CRIME_MODULE_BYTES: usize = 48;
/// Bytes of a network's memory for each word, which is there twice.
pub const MBX_CRIME_WORD_BYTES: usize = 8;
/// Bytes of a network's memory for each packet slot.
pub const MBX_CRIME_SLOT_BYTES: usize = 172;
/// Bytes of a network's memory for each module in C.
pub const MBX_CRIME_OWN_BYTES_32: usize = 44;
/// The same where pointers have 64 bits.
pub const MBX_CRIME_OWN_BYTES_64: usize = 72;

/// What holds for the target that this is compiled for.
#[cfg(target_pointer_width = "32")]
const BOUNDS: [usize; 7] = [
    if cfg!(feature = "stacks") {
        MBX_NODE_STACKS_BYTES_32
    } else {
        MBX_NODE_BYTES_32
    },
    MBX_KEY_BYTES_32,
    MBX_SCRIPT_BYTES_32,
    MBX_ENVELOPE_BYTES_32,
    MBX_STORE_BYTES_32,
    MBX_CRIME_BYTES_32,
    MBX_CRIME_OWN_BYTES_32,
];
#[cfg(not(target_pointer_width = "32"))]
const BOUNDS: [usize; 7] = [
    if cfg!(feature = "stacks") {
        MBX_NODE_STACKS_BYTES_64
    } else {
        MBX_NODE_BYTES_64
    },
    MBX_KEY_BYTES_64,
    MBX_SCRIPT_BYTES_64,
    MBX_ENVELOPE_BYTES_64,
    MBX_STORE_BYTES_64,
    MBX_CRIME_BYTES_64,
    MBX_CRIME_OWN_BYTES_64,
];
const _: () = assert!(crate::node::BYTES <= BOUNDS[0], "a node is larger than its bound");
const _: () = assert!(
    crate::keys::KEY_BYTES <= BOUNDS[1],
    "a key is larger than its bound"
);
#[cfg(feature = "script")]
const _: () = assert!(
    crate::script::BYTES <= BOUNDS[2],
    "an engine is larger than its bound"
);
#[cfg(feature = "boot")]
const _: () = assert!(
    crate::envelope::BYTES <= BOUNDS[3],
    "an envelope is larger than its bound"
);
#[cfg(feature = "boot")]
const _: () = assert!(
    crate::store::BYTES <= BOUNDS[4],
    "a store is larger than its bound"
);
#[cfg(feature = "crime")]
const _: () = assert!(
    crate::crime::BYTES <= BOUNDS[5],
    "a network is larger than its bound"
);
#[cfg(feature = "crime")]
const _: () = {
    let [stack, module, word, slot, own] = crate::crime::EACH;
    assert!(
        stack <= MBX_CRIME_STACK_BYTES
            && module <= MBX_CRIME_MODULE_BYTES
            && word <= MBX_CRIME_WORD_BYTES
            && slot <= MBX_CRIME_SLOT_BYTES
            && own <= BOUNDS[6],
        "a network's record is larger than its bound"
    );
};
