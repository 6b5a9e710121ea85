//! `mbx_node_*`: a whole node, from its birth to the reset. The network side is in `node_coap.rs`.

use core::ffi::c_void;
use core::mem::MaybeUninit;

use motebox::coap::Id;
use motebox::envelope::{Context, KeyRecord, KeyRing};
use motebox::script::peer::Address;
use motebox::{BuildError, Config, Node};

use crate::error::*;
use crate::event::{MBX_EVENT_APPLICATION, MBX_EVENT_DEVICE, MBX_EVENT_WAKE};
use crate::flash::{Callbacks as Flash, mbx_flash};
use crate::keys::{Ed25519, KEY_BYTES, mbx_key, mbx_verify, records};
use crate::mem::{Content, DONE, Object, bytes, code, place, structure, words};
use crate::node_board::{Callbacks as Board, mbx_board};
use crate::node_coap::MBX_NOT_MINE;

/// Containers that a node of this library has room for.
pub const MBX_CONTAINERS: usize = 2;
/// Own addresses that a node can be told, at most.
pub const MBX_ADDRESSES: usize = 6;
const _: () = assert!(MBX_ADDRESSES == motebox::MAX_ADDRESSES);

/// Memory for one container's engine.
#[repr(C)]
pub struct mbx_arena {
    /// `sizeof(mbx_arena)`.
    pub size: u32,
    /// The memory, at any address.
    pub memory: *mut c_void,
    /// Its bytes. Scripts of some 1,000 B need about 2,500.
    pub len: usize,
}

/// What a node is told at its birth. Zero it, set `size`, and fill in what the comments do not call optional. All that it
/// points to, but not the struct itself, stays as it is for the node's life.
#[repr(C)]
pub struct mbx_node_config {
    /// `sizeof(mbx_node_config)`.
    pub size: u32,
    /// Not 0: takes signatures for development, and no others.
    pub development: u8,
    /// Not 0: scripts, logs and the long status are shown to everybody. For a desk.
    pub open_read: u8,
    /// Must be 0.
    pub reserved: u16,
    /// This device's id, 1 to 16 bytes: what a manifest's target may name.
    pub device: *const u8,
    /// Bytes of `device`.
    pub device_len: usize,
    /// This device's class, 1 to 16 bytes.
    pub class_name: *const u8,
    /// Bytes of `class_name`.
    pub class_len: usize,
    /// The trusted keys.
    pub keys: *const mbx_key,
    /// How many.
    pub key_count: usize,
    /// Who computes Ed25519; optional (NULL) where the library has a verifier of its own.
    pub verify: mbx_verify,
    /// Handed to `verify`.
    pub verify_user: *mut c_void,
    /// The flash.
    pub flash: *const mbx_flash,
    /// The board.
    pub board: *const mbx_board,
    /// The arenas, one for each container.
    pub arenas: *const mbx_arena,
    /// How many: `MBX_CONTAINERS`.
    pub arena_count: usize,
    /// The container id that `/riot/script` stands for; optional.
    pub alias: *const u8,
    /// Bytes of `alias`.
    pub alias_len: usize,
    /// Random bits of this boot, for message ids, tokens and Echo.
    pub seed: u64,
    /// How long a script's request may wait for its answer, in microseconds; 0: 10 seconds.
    pub request_timeout_us: u64,
    /// The largest datagram that the system can take, in bytes; 0: 1280. Larger blocks are told the size that fits.
    pub max_request_bytes: u32,
    /// Fuel of one slice of a script, that is of one poll; 0: 4000.
    pub slice_fuel: u32,
    /// Fuel for one event of a script; 0: 2,000,000.
    pub fuel_per_event: u32,
    /// Bytes that a container may print in a minute; 0: 4096.
    pub log_bytes_per_minute: u32,
    /// Requests that a container may send in a minute; 0: 60.
    pub messages_per_minute: u32,
    /// Payload bytes that a container may send in a minute; 0: 4096.
    pub bytes_per_minute: u32,
    /// Boots as the firmware counts them, the first is 1, for the status; 0: it does not count.
    pub boots: u32,
}

/// A node; its memory is the caller's.
pub struct mbx_node {
    _opaque: [u8; 0],
}

pub(crate) type Inner = Node<'static, Flash, Board, MBX_CONTAINERS>;

/// What lies in a node's memory, key records behind it. The node borrows the others for its life, so that only ever it
/// alone is borrowed mutably.
#[repr(C)]
pub(crate) struct Parts {
    pub(crate) node: Inner,
    config: Config<'static>,
    verifier: Ed25519,
}

impl Content for Parts {
    const ALIVE: u32 = 0x4d6f_4e31; // "MoN1"
}

/// Runs `work` with the node.
///
/// # Safety
/// `node` is NULL or from [`mbx_node_init`], and belongs to this thread.
pub(crate) unsafe fn with(node: *mut mbx_node, work: impl FnOnce(&mut Inner) -> Result<i32, i32>) -> i32 {
    // SAFETY: the caller's promise.
    let entered = match unsafe { Object::<Parts>::enter(node.cast()) } {
        Ok(entered) => entered,
        Err(error) => return error,
    };
    // SAFETY: who has entered has the node to itself; nobody else borrows this field.
    code(work(unsafe { &mut (*entered.inner()).node }))
}

/// Puts the bytes of memory that a node of this configuration takes into `*needed`, wherever the memory begins.
///
/// Context: any. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE` of `config`.
///
/// # Safety
/// The pointers are NULL or point to what their types say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_node_size(config: *const mbx_node_config, needed: *mut usize) -> i32 {
    code((|| {
        // SAFETY: the caller's promise.
        let config = unsafe { structure(config) }?;
        // SAFETY: as above.
        unsafe { place(needed)?.write(Object::<Parts>::bytes(extra(config))) };
        DONE
    })())
}

/// What a node without keys takes.
pub(crate) const BYTES: usize = Object::<Parts>::bytes(0);

fn extra(config: &mbx_node_config) -> usize {
    config.key_count.saturating_mul(KEY_BYTES)
}

/// Puts the bytes of flash that the store takes, from `flash->base` on, into `*needed`: what to reserve in a linker script.
/// Only the numbers of `flash` are looked at.
///
/// Context: any. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE` of `flash`, `MBX_E_STORE_LAYOUT`.
///
/// # Safety
/// The pointers are NULL or point to what their types say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_node_flash_bytes(flash: *const mbx_flash, needed: *mut u32) -> i32 {
    code((|| {
        // SAFETY: the caller's promise.
        let bytes = unsafe { structure(flash) }?.needed(MBX_CONTAINERS as u32)?;
        // SAFETY: as above.
        unsafe { place(needed)?.write(bytes) };
        DONE
    })())
}

/// Makes a node in `memory` of `len` bytes, at any address, and puts it into `*node`. It reads what is in flash; nothing is
/// programmed, erased or started before the first `mbx_node_poll`. The memory is the node's until it is used no more; there
/// is nothing to free.
///
/// Context: the one thread that will drive the node. Calls `flash->read`. Does not wait.
///
/// Errors: `MBX_E_NULL` for a pointer or callback that must be; `MBX_E_SIZE` for memory that is too small (`mbx_node_size` tells) or
/// the `size` of a struct; `MBX_E_NODE_ARENAS`, `MBX_E_NODE_NAME`, `MBX_E_NODE_VERIFIER`, `MBX_E_ENVELOPE_GRANTS`, `MBX_E_ENVELOPE_KINDS`; `MBX_E_JS_ARENA`;
/// `MBX_E_STORE_LAYOUT`, `MBX_E_STORE_FLASH`, `MBX_E_STORE_DAMAGED`.
///
/// # Safety
/// The pointers are NULL or point to what their types say, and what the configuration points to stays for the node's life.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_node_init(
    memory: *mut c_void,
    len: usize,
    config: *const mbx_node_config,
    node: *mut *mut mbx_node,
) -> i32 {
    code((|| {
        // SAFETY: the caller's promise.
        let config = unsafe { structure(config) }?;
        let result = place(node)?;
        // SAFETY: as above.
        let object = unsafe { Object::<Parts>::place(memory, len, extra(config)) }?;
        // SAFETY: the memory has room for the parts and the records; what the configuration points to stays.
        unsafe {
            build(Object::inner(object), object.as_ptr().add(1).cast(), config)?;
            Object::born(object);
            result.write(object.as_ptr().cast());
        }
        DONE
    })())
}

/// # Safety
/// `parts` and as many records as there are keys, from `to` on, can be written; what `from` points to stays for the node's life.
unsafe fn build(parts: *mut Parts, to: *mut KeyRecord<'static>, from: &mbx_node_config) -> Result<(), i32> {
    // SAFETY: the caller's promise, for all of these.
    let (device, class, alias, flash, board) = unsafe {
        (
            bytes(from.device, from.device_len)?,
            bytes(from.class_name, from.class_len)?,
            bytes(from.alias, from.alias_len)?,
            Flash::new(from.flash)?,
            structure::<mbx_board>(from.board)?,
        )
    };
    if board.list.is_none() || board.read.is_none() || board.write.is_none() {
        return Err(MBX_E_NULL);
    }
    let named = |name: &[u8]| (1..=16).contains(&name.len());
    if !named(device) || !named(class) {
        return Err(MBX_E_NODE_NAME);
    }
    if cfg!(not(any(feature = "ed25519-compact", feature = "ed25519-small"))) && from.verify.is_none() {
        return Err(MBX_E_NODE_VERIFIER);
    }
    if from.arena_count != MBX_CONTAINERS {
        return Err(MBX_E_NODE_ARENAS);
    }
    if from.arenas.is_null() {
        return Err(MBX_E_NULL);
    }
    let mut arenas: [&'static mut [u32]; MBX_CONTAINERS] =
        core::array::from_fn(|_| -> &'static mut [u32] { &mut [] });
    for (index, arena) in arenas.iter_mut().enumerate() {
        // SAFETY: there are MBX_CONTAINERS arenas, and each has the memory that it says.
        *arena = unsafe {
            let given = structure(from.arenas.add(index))?;
            words(given.memory, given.len)?
        };
    }
    // SAFETY: there are `key_count` keys, and room for as many records.
    unsafe { records(from.keys, from.key_count, to) }?;
    // SAFETY: the records were written, and stay where they are for the node's life, as verifier and configuration do.
    let (verifier, keys): (&'static Ed25519, KeyRing<'static>) = unsafe {
        (&raw mut (*parts).verifier).write(Ed25519 {
            user: from.verify_user,
            verify: from.verify,
        });
        let records = core::ptr::slice_from_raw_parts(to.cast_const(), from.key_count);
        (&(*parts).verifier, KeyRing(&*records))
    };
    let mut config = Config::new(device, class, keys, verifier, flash.layout(), from.seed);
    if !alias.is_empty() {
        config.alias = Some(Id::new(alias).ok_or(MBX_E_NODE_NAME)?);
    }
    settings(&mut config, from);
    // SAFETY: the place can be written; nobody borrows it mutably from now on.
    let config: &'static Config<'static> = unsafe {
        (&raw mut (*parts).config).write(config);
        &(*parts).config
    };
    // SAFETY: as above; the node is built where it stays, for it is larger than a stack should have to hold.
    let place = unsafe { &mut *(&raw mut (*parts).node).cast::<MaybeUninit<Inner>>() };
    Node::new_in(place, config, flash, Board(board), arenas).map_err(|error| match error {
        BuildError::Arena(_) => MBX_E_JS_ARENA,
        BuildError::Store(motebox::store::Error::Layout(_)) => MBX_E_STORE_LAYOUT,
        BuildError::Store(motebox::store::Error::Damaged) => MBX_E_STORE_DAMAGED,
        _ => MBX_E_STORE_FLASH,
    })?;
    Ok(())
}

/// What is 0 stays at its default.
fn settings(config: &mut Config<'_>, from: &mbx_node_config) {
    config.context = match from.development {
        0 => Context::Production,
        _ => Context::Development,
    };
    config.open_read = from.open_read != 0;
    config.resets = from.boots.checked_sub(1);
    if from.request_timeout_us != 0 {
        config.request_timeout_us = from.request_timeout_us;
    }
    if from.max_request_bytes != 0 {
        config.max_request_bytes = from.max_request_bytes as usize;
    }
    let limits = &mut config.limits;
    for (given, place) in [
        (from.slice_fuel, &mut config.slice_fuel),
        (from.fuel_per_event, &mut limits.fuel_per_event),
        (from.log_bytes_per_minute, &mut limits.log_bytes_per_minute),
        (from.messages_per_minute, &mut limits.messages_per_minute),
        (from.bytes_per_minute, &mut limits.bytes_per_minute),
    ] {
        if given != 0 {
            *place = given;
        }
    }
}

/// Does what is to be done: one program or erase of flash, and one slice of one script, at most. `*deadline` is when to poll
/// again at the latest: `now` when there is more to do at once, `UINT64_MAX` when only something from outside can give it
/// work. Afterwards ask `mbx_node_next_request` and `mbx_node_next_notification` until they have nothing more, and
/// `mbx_node_take_reboot`.
///
/// `now` is monotonic, in microseconds, here and everywhere (`mbx_clock32_us` makes it of a 32-bit counter).
///
/// Context: the one thread that drives the node. Calls the flash's and the board's callbacks. Does not wait; takes as long
/// as one flash operation and `slice_fuel` of a script. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.
///
/// # Safety
/// `node` is NULL or from `mbx_node_init`; `deadline` is NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_node_poll(node: *mut mbx_node, now: u64, deadline: *mut u64) -> i32 {
    let work = |node: &mut Inner| {
        let deadline = place(deadline)?;
        // SAFETY: the caller's promise.
        unsafe { deadline.write(node.poll(now)) };
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with(node, work) }
}

/// Hands an event over that `mbx_event_take` gave. `MBX_OK`: the node has it, poll it. `MBX_NOT_MINE`: a kind of the
/// application's.
///
/// Context: the one thread that drives the node, not an interrupt. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`,
/// `MBX_E_OBJECT`, `MBX_E_NODE_EVENT` for a kind below `MBX_EVENT_APPLICATION` that means nothing.
///
/// # Safety
/// `node` is NULL or from `mbx_node_init`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_node_post(node: *mut mbx_node, kind: u32, value: u32, now: u64) -> i32 {
    let work = |node: &mut Inner| match kind {
        MBX_EVENT_WAKE => DONE,
        MBX_EVENT_DEVICE => {
            // A number beyond 16 bits is no device's.
            if let Ok(device) = u16::try_from(value) {
                node.device_changed(device, now);
            }
            DONE
        }
        MBX_EVENT_APPLICATION.. => Ok(MBX_NOT_MINE),
        _ => Err(MBX_E_NODE_EVENT),
    };
    // SAFETY: the caller's promise.
    unsafe { with(node, work) }
}

/// Tells the node its own addresses, `count` times 16 bytes (IPv6, or IPv4 as `::ffff:a.b.c.d`); they replace those told
/// before. Scripts can send nothing to them.
///
/// Context: the one thread that drives the node. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`,
/// `MBX_E_NODE_ADDRESSES` when there are more than `MBX_ADDRESSES`; none is taken then.
///
/// # Safety
/// `node` is NULL or from `mbx_node_init`; `addresses` is NULL or has 16 times `count` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_node_set_addresses(
    node: *mut mbx_node,
    addresses: *const u8,
    count: usize,
) -> i32 {
    let work = |node: &mut Inner| {
        if count > MBX_ADDRESSES {
            return Err(MBX_E_NODE_ADDRESSES);
        }
        // SAFETY: the caller's promise.
        let given = unsafe { bytes(addresses, 16 * count) }?;
        let mut own = [const { Address::V4([0; 4]) }; MBX_ADDRESSES];
        for (own, given) in own.iter_mut().zip(given.as_chunks::<16>().0) {
            *own = address(given);
        }
        let own = own.get(..count).unwrap_or(&[]);
        node.set_addresses(own).map_err(|_| MBX_E_NODE_ADDRESSES)?;
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with(node, work) }
}

/// `::ffff:a.b.c.d` is IPv4.
const MAPPED: [u8; 12] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

fn address(octets: &[u8; 16]) -> Address {
    let v4 = octets.strip_prefix(&MAPPED).and_then(|v4| v4.first_chunk());
    v4.map_or(Address::V6(*octets), |v4| Address::V4(*v4))
}

#[inline(never)]
pub(crate) fn octets(address: &Address) -> [u8; 16] {
    match address {
        Address::V6(octets) => *octets,
        Address::V4([a, b, c, d]) => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, *a, *b, *c, *d],
    }
}

/// Whether a script asked for a reboot since this was last asked: 1, else 0. The firmware calls `mbx_node_shut_down`, sends
/// what is to be sent, and resets.
///
/// Context: the one thread that drives the node. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.
///
/// # Safety
/// `node` is NULL or from `mbx_node_init`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_node_take_reboot(node: *mut mbx_node) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { with(node, |node| Ok(node.take_reboot().into())) }
}

/// Stops every script and returns its actuators to their safe values: before the firmware resets.
///
/// Context: the one thread that drives the node. Calls `board->write`. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`,
/// `MBX_E_OBJECT`.
///
/// # Safety
/// `node` is NULL or from `mbx_node_init`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_node_shut_down(node: *mut mbx_node) -> i32 {
    let work = |node: &mut Inner| {
        node.shut_down();
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with(node, work) }
}

/// What a container does, at one moment.
#[repr(C)]
pub struct mbx_container {
    /// `sizeof(mbx_container)`, set by the caller.
    pub size: u32,
    /// 0 empty, 1 receiving, 2 stored, 3 trial, 4 confirmed, 5 failed, 6 stopped.
    pub state: u8,
    /// Bytes of `id`; 0 for a place that no container was bound to.
    pub id_len: u8,
    /// 0.
    pub reserved: u16,
    /// The container's id, not 0-terminated.
    pub id: [u8; 16],
    /// Sequence of the container that the resource shows; 0 without one.
    pub sequence: u32,
    /// Bytes of its arena.
    pub arena_bytes: u32,
    /// Bytes of the arena in use.
    pub used_bytes: u32,
    /// The most that was ever in use since its engine was set up.
    pub high_water_bytes: u32,
    /// Fuel burnt since its engine was set up.
    pub fuel: u64,
}

/// Writes what the container in place `index` (0 to `MBX_CONTAINERS` - 1) does into `*status`, whose `size` the caller has set.
///
/// Context: the one thread that drives the node. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE` of `status`, `MBX_E_BUSY`,
/// `MBX_E_OBJECT`, `MBX_E_NODE_INDEX`.
///
/// # Safety
/// `node` is NULL or from `mbx_node_init`; `status` is NULL or a struct of the size that it says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_node_status(
    node: *mut mbx_node,
    index: usize,
    status: *mut mbx_container,
) -> i32 {
    let work = |node: &mut Inner| {
        // SAFETY: the caller's promise.
        unsafe { structure(status) }?;
        let now = node.status(index).ok_or(MBX_E_NODE_INDEX)?;
        let mut id = [0; 16];
        let name = now.id.as_ref().map_or(&[][..], |id| id.as_slice());
        id.iter_mut().zip(name).for_each(|(to, from)| *to = *from);
        let container = mbx_container {
            size: size_of::<mbx_container>() as u32,
            state: now.state as u8,
            id_len: name.len() as u8,
            reserved: 0,
            id,
            sequence: now.sequence,
            arena_bytes: now.arena_bytes,
            used_bytes: now.used_bytes,
            high_water_bytes: now.high_water_bytes,
            fuel: now.fuel,
        };
        // SAFETY: the caller's promise.
        unsafe { status.write(container) };
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with(node, work) }
}
