//! The numbers of errors. A range of a hundred for each part; a number is never used again for something else. Those of
//! refused containers, below -1100, are in `refusal.rs`, those of refused compositions, below -2100, in `composition.rs`; `errors.txt` keeps what was ever given out.

pub use crate::composition::*;
pub use crate::refusal::*;

/// Done.
pub const MBX_OK: i32 = 0;
/// What `mbx_script_step` answers when the fuel is used up, and steps of stores and headers that go on: call again.
pub const MBX_MORE: i32 = 2;
/// A pointer that must not be NULL is.
pub const MBX_E_NULL: i32 = -1;
/// A struct's `size` is not the one of this library, or memory or a buffer is too small.
pub const MBX_E_SIZE: i32 = -2;
/// A call is in this object: a callback called back.
pub const MBX_E_BUSY: i32 = -3;
/// In this memory no object of this kind was made.
pub const MBX_E_OBJECT: i32 = -4;
/// What is to be written overlaps with what is to be read.
pub const MBX_E_OVERLAP: i32 = -5;

/// A key's grants are no permissions map.
pub const MBX_E_ENVELOPE_GRANTS: i32 = -100;
/// This library has no verifier of its own, and none was given.
pub const MBX_E_ENVELOPE_VERIFIER: i32 = -101;
/// Neither `MBX_FORM_BINARY` nor `MBX_FORM_TEXT`.
pub const MBX_E_ENVELOPE_FORM: i32 = -102;
/// The signature was not verified, or what it was verified for was refused.
pub const MBX_E_ENVELOPE_UNVERIFIED: i32 = -103;
/// A key's kinds are not a sum of those that there are.
pub const MBX_E_ENVELOPE_KINDS: i32 = -104;
/// Payload bytes for another offset than the next one.
pub const MBX_E_ENVELOPE_OFFSET: i32 = -105;

/// The flash failed: a callback of its table said so.
pub const MBX_E_STORE_FLASH: i32 = -200;
/// Units, base or capacity of the flash do not allow the store; for `capacity` see `mbx_node_flash_bytes`.
pub const MBX_E_STORE_LAYOUT: i32 = -201;
/// What is in flash cannot be read as a store, and is not blank either.
pub const MBX_E_STORE_DAMAGED: i32 = -202;
/// An operation is under way: step it to its end first.
pub const MBX_E_STORE_BUSY: i32 = -203;
/// The slot or pair is not in a state that allows this.
pub const MBX_E_STORE_STATE: i32 = -204;
/// A container id is empty or longer than 16 bytes.
pub const MBX_E_STORE_ID: i32 = -205;
/// A manifest or trust record is longer than 512 bytes.
pub const MBX_E_STORE_RECORD: i32 = -206;
/// A payload is longer than `payload_max`, or bytes lie behind its end.
pub const MBX_E_STORE_PAYLOAD: i32 = -207;
/// All pairs of slots belong to other ids: delete one first.
pub const MBX_E_STORE_FULL: i32 = -208;
/// No more ids can be remembered.
pub const MBX_E_STORE_IDS: i32 = -209;
/// Bytes came for another offset than the next one.
pub const MBX_E_STORE_OFFSET: i32 = -210;
/// The payload is not all there.
pub const MBX_E_STORE_INCOMPLETE: i32 = -211;
/// A sequence or version is below the one remembered, or does not rise where it must.
pub const MBX_E_STORE_STALE: i32 = -212;
/// This sequence was tried with another manifest.
pub const MBX_E_STORE_CONFLICT: i32 = -213;
/// All attempts of this trial are used: it has failed.
pub const MBX_E_STORE_ATTEMPTS: i32 = -214;
/// There is no slot or pair of this number.
pub const MBX_E_STORE_SLOT: i32 = -215;

/// An endpoint is longer than `MBX_ENDPOINT_BYTES`.
pub const MBX_E_COAP_ENDPOINT: i32 = -300;
/// Not one of `MBX_SECURITY_…`.
pub const MBX_E_COAP_SECURITY: i32 = -301;
/// Not a CoAP message.
pub const MBX_E_COAP_MALFORMED: i32 = -302;
/// A token is longer than 8 bytes.
pub const MBX_E_COAP_TOKEN: i32 = -303;

/// A native has a name that is empty, no UTF-8, or one that the engine has itself.
pub const MBX_E_SCRIPT_NAME: i32 = -400;
/// More different names than `MBX_SCRIPT_NAMES`.
pub const MBX_E_SCRIPT_NAMES: i32 = -401;
/// Not one of the kinds, types or classes that there are.
pub const MBX_E_SCRIPT_KIND: i32 = -402;
/// There is no such argument, or it is not of this kind.
pub const MBX_E_SCRIPT_ARGUMENT: i32 = -403;
/// More functions are kept than the engine's table or arena has room for.
pub const MBX_E_SCRIPT_ROOTS: i32 = -404;
/// Another text was loaded into this engine, and what it left refers to it: make the engine anew.
pub const MBX_E_SCRIPT_TEXT: i32 = -405;
/// A text lies in the engine's own memory, where it moves: copy it first.
pub const MBX_E_SCRIPT_ALIAS: i32 = -406;

/// An arena is too small for an engine.
pub const MBX_E_JS_ARENA: i32 = -500;
/// Another job is not over: step it to its end, or abort it.
pub const MBX_E_JS_JOB: i32 = -501;
/// The kept function was released, or never was.
pub const MBX_E_JS_ROOT: i32 = -502;
/// No activation waits with this token.
pub const MBX_E_JS_TOKEN: i32 = -503;
/// The arena has no room for it.
pub const MBX_E_JS_MEMORY: i32 = -504;

/// Not as many arenas as there are containers: `MBX_CONTAINERS`.
pub const MBX_E_NODE_ARENAS: i32 = -600;
/// A device id or class is not 1 to 16 bytes long, or the alias is no container id.
pub const MBX_E_NODE_NAME: i32 = -601;
/// More own addresses than `MBX_ADDRESSES`.
pub const MBX_E_NODE_ADDRESSES: i32 = -602;
/// This library has no verifier of its own, and none was given.
pub const MBX_E_NODE_VERIFIER: i32 = -603;
/// No event of this kind is known.
pub const MBX_E_NODE_EVENT: i32 = -604;
/// There is no container of this index.
pub const MBX_E_NODE_INDEX: i32 = -605;
/// The queue is full; the event is counted as lost.
pub const MBX_E_EVENT_FULL: i32 = -650;

/// A module in C: its id is below `MBX_CRIME_OWN_ID` or another has it, or its descriptor is not what there can be.
pub const MBX_E_CRIME_MODULE: i32 = -700;
/// A configuration: no such MAC, or more records than there can be.
pub const MBX_E_CRIME_CONFIG: i32 = -701;
/// There is no stack on this channel, or none with an application.
pub const MBX_E_CRIME_CHANNEL: i32 = -702;
/// The payload, with what is put before it, is longer than a packet.
pub const MBX_E_CRIME_PAYLOAD: i32 = -703;
/// A received frame is not of this MAC framing, or of another PAN.
pub const MBX_E_CRIME_FRAMING: i32 = -704;
/// A received frame is for another node.
pub const MBX_E_CRIME_NOT_FOR_US: i32 = -705;
/// A received frame is shorter than its header, or longer than a packet.
pub const MBX_E_CRIME_LENGTH: i32 = -706;
/// There is no attribute, operation, timer or parameter of this number.
pub const MBX_E_CRIME_NUMBER: i32 = -707;
/// No packet slot is free.
pub const MBX_E_CRIME_SLOT: i32 = -708;
