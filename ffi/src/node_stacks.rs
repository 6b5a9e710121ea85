//! `mbx_node_*`: the radio stacks of a node, which come as containers of kind "composition", and what goes through them.
//!
//! The network is made by `mbx_crime_init`, with modules in C where there are any, and handed to the node. From then on
//! compositions are the node's business: signed, stored, tried and fallen back from as scripts are.

use motebox_crime::{Address, Attr};

use crate::crime::{Parts, mbx_crime};
use crate::crime_traffic::{
    frame_room, heard, mbx_crime_counts, mbx_crime_event, mbx_crime_frame, mbx_crime_reception, sent, taken,
    tell_counts, tell_event, tell_frame,
};
use crate::error::*;
use crate::mem::{DONE, Object, bytes, room, structure};
use crate::node::{Inner, mbx_node, with};

/// Gives a node its stacks, once and before the first `mbx_node_poll`. A node without takes no composition. The memory of
/// `crime` is the node's from now on, and `crime` is no object any more: frames, payloads and events go through the functions
/// below, time through `mbx_node_poll`. Stacks that it has already are those before the first container.
///
/// Context: the one thread that drives the node; not a callback. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`,
/// `MBX_E_OBJECT`, `MBX_E_CRIME_CONFIG` for a node that has stacks; `crime` is as before then.
///
/// # Safety
/// `node` is NULL or from `mbx_node_init`; `crime` is NULL or from `mbx_crime_init`, and the memory of both stays
/// for the node's life.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_node_set_network(node: *mut mbx_node, crime: *mut mbx_crime) -> i32 {
    let work = |node: &mut Inner| {
        // SAFETY: the caller's promise.
        let entered = unsafe { Object::<Parts>::enter(crime.cast()) }?;
        if node.network().is_some() {
            return Err(MBX_E_CRIME_CONFIG);
        }
        node.set_network(entered.take().network);
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with(node, work) }
}

/// Takes in a frame from the radio; `mbx_node_poll` is due after it. A frame that is refused has changed nothing, and is an
/// everyday thing.
///
/// Context: the one thread that drives the node. Does not block: a bounded number of module calls. Errors: `MBX_E_NULL`,
/// `MBX_E_SIZE`, `MBX_E_BUSY`, `MBX_E_OBJECT`; `MBX_E_CRIME_FRAMING`, `MBX_E_CRIME_NOT_FOR_US`, `MBX_E_CRIME_LENGTH`,
/// `MBX_E_CRIME_CHANNEL`, also where there are no stacks.
///
/// # Safety
/// `node` is NULL or from `mbx_node_init`; `frame` is NULL or has `len` bytes; `reception` is NULL or points to what its type
/// says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_node_radio_receive(
    node: *mut mbx_node,
    now: u64,
    frame: *const u8,
    len: usize,
    reception: *const mbx_crime_reception,
) -> i32 {
    let work = |node: &mut Inner| {
        // SAFETY: the caller's promise.
        let (frame, info) = unsafe { heard(frame, len, reception) }?;
        taken(node.radio_receive(now, frame, info))
    };
    // SAFETY: the caller's promise.
    unsafe { with(node, work) }
}

/// Takes the next frame for the radio out, as `mbx_crime_next_frame` does: to be asked for after every other call, until
/// `MBX_EMPTY`.
///
/// Context: the one thread that drives the node. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE`, `MBX_E_BUSY`,
/// `MBX_E_OBJECT`.
///
/// # Safety
/// `node` is NULL or from `mbx_node_init`; `out` is NULL or has `cap` bytes, `MBX_CRIME_FRAME_BYTES` at least; `frame` is
/// NULL or points to what its type says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_node_next_frame(
    node: *mut mbx_node,
    now: u64,
    out: *mut u8,
    cap: usize,
    frame: *mut mbx_crime_frame,
) -> i32 {
    let work = |node: &mut Inner| {
        // SAFETY: the caller's promise.
        unsafe {
            let out = frame_room(out, cap, frame)?;
            tell_frame(frame, node.next_frame(now, out))
        }
    };
    // SAFETY: the caller's promise.
    unsafe { with(node, work) }
}

/// Says what became of the frame that `mbx_node_next_frame` gave last: `sent` is 0 when the MAC gave it up, anything else when it
/// was on the air. Does nothing when there is none.
///
/// Context: the one thread that drives the node. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.
///
/// # Safety
/// `node` is NULL or from `mbx_node_init`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_node_frame_done(node: *mut mbx_node, now: u64, sent: u32) -> i32 {
    let work = |node: &mut Inner| {
        node.frame_done(now, sent != 0);
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with(node, work) }
}

/// Takes the next thing that a stack has for the application out: to be asked for after every other call, until `MBX_EMPTY`.
/// What a script receives from is the script's and does not come here. A payload is cut to `cap` bytes; `len` of the event is
/// what was put there.
///
/// Context: the one thread that drives the node. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE`, `MBX_E_BUSY`,
/// `MBX_E_OBJECT`.
///
/// # Safety
/// `node` is NULL or from `mbx_node_init`; `payload` is NULL or has `cap` bytes; `event` is NULL or points to what its type
/// says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_node_next_stack_event(
    node: *mut mbx_node,
    payload: *mut u8,
    cap: usize,
    event: *mut mbx_crime_event,
) -> i32 {
    let work = |node: &mut Inner| {
        // SAFETY: the caller's promise.
        unsafe {
            structure(event)?;
            let payload = room(payload, cap)?;
            tell_event(event, node.next_stack_event(payload))
        }
    };
    // SAFETY: the caller's promise.
    unsafe { with(node, work) }
}

/// Sends a payload of the application's through the stack on `channel`, as `mbx_crime_send` does.
///
/// Context: the one thread that drives the node. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE`, `MBX_E_BUSY`,
/// `MBX_E_OBJECT`, `MBX_E_CRIME_PAYLOAD`; `MBX_E_CRIME_CHANNEL`, also where there are no stacks.
///
/// # Safety
/// `node` is NULL or from `mbx_node_init`; `payload` is NULL or has `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_node_stack_send(
    node: *mut mbx_node,
    now: u64,
    channel: u16,
    to: u16,
    chunk: u16,
    payload: *const u8,
    len: usize,
) -> i32 {
    let work = |node: &mut Inner| {
        // SAFETY: the caller's promise.
        let payload = unsafe { bytes(payload, len) }?;
        let to = Address::from_value(to);
        sent(node.stack_send_with(now, channel, to, payload, &[(Attr::Chunk, chunk)]))
    };
    // SAFETY: the caller's promise.
    unsafe { with(node, work) }
}

/// Puts what the running stack on `channel` has done into `*stats`.
///
/// Context: the one thread that drives the node. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE`, `MBX_E_BUSY`,
/// `MBX_E_OBJECT`; `MBX_E_CRIME_CHANNEL`, also where there are no stacks.
///
/// # Safety
/// `node` is NULL or from `mbx_node_init`; `stats` is NULL or points to what its type says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_node_stack_stats(
    node: *mut mbx_node,
    channel: u16,
    stats: *mut mbx_crime_counts,
) -> i32 {
    let work = |node: &mut Inner| {
        let network = node.network().ok_or(MBX_E_CRIME_CHANNEL)?;
        // SAFETY: the caller's promise.
        unsafe { tell_counts(network, channel, stats) }
    };
    // SAFETY: the caller's promise.
    unsafe { with(node, work) }
}
