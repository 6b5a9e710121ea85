//! `mbx_crime_call_*`: what a module in C sees of the network while one of its operations runs, and what the engine does for
//! it.
//!
//! An `mbx_crime_call` lives as long as the callback that got it.

use core::ptr;

use motebox_crime::{Attr, Cx, Op, PACKET_BYTES, Packet};

use crate::crime_module::{ATTRIBUTES, OPERATIONS, flow};
use crate::error::*;
use crate::event::MBX_EMPTY;
use crate::mem::{DONE, apart, bytes, code, place};

/// One operation of a module.
pub struct mbx_crime_call {
    _opaque: [u8; 0],
}

/// Runs `work` with a call.
///
/// # Safety
/// `call` is NULL or what the running callback was given.
unsafe fn with(call: *mut mbx_crime_call, work: impl FnOnce(&mut Cx<'_, '_>) -> Result<i32, i32>) -> i32 {
    code((|| {
        let mut cx = place(call)?.cast::<Cx<'_, '_>>();
        // SAFETY: the caller's promise: it is on the stack below the callback, and only the callback uses it.
        work(unsafe { cx.as_mut() })
    })())
}

/// Puts what `read` finds into `*to`.
///
/// # Safety
/// `call` is NULL or what the running callback was given; `to` is NULL or can be written.
unsafe fn tell<T>(
    call: *mut mbx_crime_call,
    to: *mut T,
    read: impl FnOnce(&mut Cx<'_, '_>) -> Result<T, i32>,
) -> i32 {
    let work = |cx: &mut Cx<'_, '_>| {
        let to = place(to)?;
        let value = read(cx)?;
        // SAFETY: the caller's promise.
        unsafe { to.write(value) };
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with(call, work) }
}

fn attribute(number: u8) -> Result<Attr, i32> {
    ATTRIBUTES
        .get(usize::from(number))
        .copied()
        .ok_or(MBX_E_CRIME_NUMBER)
}

fn slot(there: bool) -> Result<i32, i32> {
    there.then_some(MBX_OK).ok_or(MBX_E_CRIME_SLOT)
}

/// Bytes from C that go into the packet, and are not in it.
///
/// # Safety
/// As for [`bytes`].
unsafe fn given<'a>(cx: &Cx<'_, '_>, from: *const u8, len: usize) -> Result<&'a [u8], i32> {
    if len > PACKET_BYTES {
        return Err(MBX_E_CRIME_PAYLOAD);
    }
    let packet = ptr::from_ref(cx.current()).cast::<u8>();
    if !from.is_null() && !apart(from, len, packet, size_of::<Packet>()) {
        return Err(MBX_E_OVERLAP);
    }
    // SAFETY: the caller's promise.
    unsafe { bytes(from, len) }
}

/// Puts the time, in microseconds, into `*now`.
///
/// Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`.
///
/// # Safety
/// `call` is NULL or what the running callback was given; `now` is NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_crime_call_now(call: *mut mbx_crime_call, now: *mut u64) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { tell(call, now, |cx| Ok(cx.now())) }
}

/// Puts a parameter, by index, into `*value`; it is within its range.
///
/// Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`, `MBX_E_CRIME_NUMBER`.
///
/// # Safety
/// `call` is NULL or what the running callback was given; `value` is NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_crime_call_param(call: *mut mbx_crime_call, index: u8, value: *mut u32) -> i32 {
    let read = |cx: &mut Cx<'_, '_>| match usize::from(index) < cx.descriptor().params.len() {
        true => Ok(cx.param(index)),
        false => Err(MBX_E_CRIME_NUMBER),
    };
    // SAFETY: the caller's promise.
    unsafe { tell(call, value, read) }
}

/// Puts the words of this instance's state into `*words`, and how many they are into `*count`: as many as the descriptor
/// says, all 0 when the module is opened. They are good until the next `mbx_crime_call_…` of this callback; what is written
/// there stays for the next operation.
///
/// Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`.
///
/// # Safety
/// `call` is NULL or what the running callback was given; `words` and `count` are NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_crime_call_state(
    call: *mut mbx_crime_call,
    words: *mut *mut u32,
    count: *mut usize,
) -> i32 {
    let work = |cx: &mut Cx<'_, '_>| {
        let (words, count) = (place(words)?, place(count)?);
        let state = cx.state();
        // SAFETY: the caller's promise.
        unsafe {
            words.write(state.as_mut_ptr());
            count.write(state.len());
        }
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with(call, work) }
}

/// Starts a timer, or sets it anew: it expires once, `after_us` microseconds from now.
///
/// Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`, `MBX_E_CRIME_NUMBER`.
///
/// # Safety
/// `call` is NULL or what the running callback was given.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_crime_call_arm(call: *mut mbx_crime_call, timer: u8, after_us: u64) -> i32 {
    let work = |cx: &mut Cx<'_, '_>| {
        known_timer(cx, timer)?;
        cx.arm(timer, after_us);
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with(call, work) }
}

/// Stops a timer.
///
/// Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`, `MBX_E_CRIME_NUMBER`.
///
/// # Safety
/// `call` is NULL or what the running callback was given.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_crime_call_disarm(call: *mut mbx_crime_call, timer: u8) -> i32 {
    let work = |cx: &mut Cx<'_, '_>| {
        known_timer(cx, timer)?;
        cx.disarm(timer);
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with(call, work) }
}

fn known_timer(cx: &Cx<'_, '_>, timer: u8) -> Result<(), i32> {
    (timer < cx.descriptor().timers)
        .then_some(())
        .ok_or(MBX_E_CRIME_NUMBER)
}

/// Puts the number of the timer that expired, for `MBX_CRIME_TIMER`, into `*timer`.
///
/// Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`.
///
/// # Safety
/// `call` is NULL or what the running callback was given; `timer` is NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_crime_call_timer(call: *mut mbx_crime_call, timer: *mut u8) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { tell(call, timer, |cx| Ok(cx.timer())) }
}

/// Puts 1 into `*merged` when the walk came out of a stack that is merged into this module, else 0.
///
/// Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`.
///
/// # Safety
/// `call` is NULL or what the running callback was given; `merged` is NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_crime_call_merged(call: *mut mbx_crime_call, merged: *mut u8) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { tell(call, merged, |cx| Ok(cx.merged().into())) }
}

/// Puts a number from 0 to `below` - 1 into `*value`; 0 when `below` is 0. Good enough to spread packets, and not for
/// secrets.
///
/// Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`.
///
/// # Safety
/// `call` is NULL or what the running callback was given; `value` is NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_crime_call_random(
    call: *mut mbx_crime_call,
    below: u32,
    value: *mut u32,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { tell(call, value, |cx| Ok(cx.random(below))) }
}

/// Puts an attribute of the packet (`MBX_CRIME_SENDER`, …) into `*value`; 0 when the packet has it not.
///
/// Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`, `MBX_E_CRIME_NUMBER`.
///
/// # Safety
/// `call` is NULL or what the running callback was given; `value` is NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_crime_call_get(
    call: *mut mbx_crime_call,
    attribute_no: u8,
    value: *mut u16,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { tell(call, value, |cx| Ok(cx.get(attribute(attribute_no)?))) }
}

/// Sets an attribute of the packet.
///
/// Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`, `MBX_E_CRIME_NUMBER`.
///
/// # Safety
/// `call` is NULL or what the running callback was given.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_crime_call_set(call: *mut mbx_crime_call, attribute_no: u8, value: u16) -> i32 {
    let work = |cx: &mut Cx<'_, '_>| {
        cx.set(attribute(attribute_no)?, value);
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with(call, work) }
}

/// Puts where the packet's payload lies into `*payload`, and its bytes into `*len`; good until the next `mbx_crime_call_…` of
/// this callback.
///
/// Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`.
///
/// # Safety
/// `call` is NULL or what the running callback was given; `payload` and `len` are NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_crime_call_payload(
    call: *mut mbx_crime_call,
    payload: *mut *const u8,
    len: *mut usize,
) -> i32 {
    let work = |cx: &mut Cx<'_, '_>| {
        let (to, len) = (place(payload)?, place(len)?);
        let payload = cx.current().payload();
        // SAFETY: the caller's promise.
        unsafe {
            to.write(payload.as_ptr());
            len.write(payload.len());
        }
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with(call, work) }
}

/// Makes these bytes the packet's payload; attributes stay.
///
/// Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`, `MBX_E_CRIME_PAYLOAD`, `MBX_E_OVERLAP` for
/// bytes that lie in the packet.
///
/// # Safety
/// `call` is NULL or what the running callback was given; `payload` is NULL or has `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_crime_call_set_payload(
    call: *mut mbx_crime_call,
    payload: *const u8,
    len: usize,
) -> i32 {
    let work = |cx: &mut Cx<'_, '_>| {
        // SAFETY: the caller's promise.
        let payload = unsafe { given(cx, payload, len) }?;
        let fits = cx.packet().set_payload(payload);
        fits.then_some(MBX_OK).ok_or(MBX_E_CRIME_PAYLOAD)
    };
    // SAFETY: the caller's promise.
    unsafe { with(call, work) }
}

/// Puts these bytes before the packet's payload, as a header of the module's own.
///
/// Context: the callback that got `call`. Does not block. Errors: as `mbx_crime_call_set_payload`.
///
/// # Safety
/// `call` is NULL or what the running callback was given; `header` is NULL or has `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_crime_call_push(
    call: *mut mbx_crime_call,
    header: *const u8,
    len: usize,
) -> i32 {
    let work = |cx: &mut Cx<'_, '_>| {
        // SAFETY: the caller's promise.
        let header = unsafe { given(cx, header, len) }?;
        let fits = cx.packet().push(header);
        fits.then_some(MBX_OK).ok_or(MBX_E_CRIME_PAYLOAD)
    };
    // SAFETY: the caller's promise.
    unsafe { with(call, work) }
}

/// Takes the first `len` bytes of the payload away.
///
/// Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`; `MBX_E_CRIME_PAYLOAD` when there are fewer,
/// and none is taken.
///
/// # Safety
/// `call` is NULL or what the running callback was given.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_crime_call_pull(call: *mut mbx_crime_call, len: usize) -> i32 {
    let work = |cx: &mut Cx<'_, '_>| {
        if len > cx.current().payload().len() {
            return Err(MBX_E_CRIME_PAYLOAD);
        }
        cx.packet().skip(len);
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with(call, work) }
}

/// Keeps a copy of the packet, in place of the one kept before.
///
/// Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`, `MBX_E_CRIME_SLOT`.
///
/// # Safety
/// `call` is NULL or what the running callback was given.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_crime_call_hold(call: *mut mbx_crime_call) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { with(call, |cx| slot(cx.hold())) }
}

/// Makes the packet kept the current one, and goes on keeping it. `MBX_EMPTY`: there is none.
///
/// Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`.
///
/// # Safety
/// `call` is NULL or what the running callback was given.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_crime_call_recall(call: *mut mbx_crime_call) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { with(call, |cx| Ok(if cx.recall() { MBX_OK } else { MBX_EMPTY })) }
}

/// Keeps no packet any more. `MBX_EMPTY`: there was none.
///
/// Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`.
///
/// # Safety
/// `call` is NULL or what the running callback was given.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_crime_call_release(call: *mut mbx_crime_call) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { with(call, |cx| Ok(if cx.release() { MBX_OK } else { MBX_EMPTY })) }
}

/// Begins another walk from this module with a copy of the packet, after the present one: `MBX_CRIME_TURN(operation)` or
/// `MBX_CRIME_INTO(operation)`.
///
/// Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`, `MBX_E_CRIME_NUMBER` for any other answer,
/// `MBX_E_CRIME_SLOT`.
///
/// # Safety
/// `call` is NULL or what the running callback was given.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_crime_call_spawn(call: *mut mbx_crime_call, answer: i32) -> i32 {
    use motebox_crime::Flow;
    let work = |cx: &mut Cx<'_, '_>| match flow(answer) {
        Flow::Go | Flow::Stop => Err(MBX_E_CRIME_NUMBER),
        walk => slot(cx.spawn(walk)),
    };
    // SAFETY: the caller's promise.
    unsafe { with(call, work) }
}

/// Leaves a copy of the packet, or an outcome, for the application (`mbx_crime_next_event`): what the top of a stack does
/// with the operations that go up.
///
/// Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`, `MBX_E_CRIME_NUMBER` for an operation that
/// goes down, `MBX_E_CRIME_SLOT`.
///
/// # Safety
/// `call` is NULL or what the running callback was given.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_crime_call_deliver(call: *mut mbx_crime_call, operation: u8) -> i32 {
    let work = |cx: &mut Cx<'_, '_>| {
        let op = OPERATIONS.get(usize::from(operation)).copied();
        let op = op.filter(|op: &Op| op.goes_up()).ok_or(MBX_E_CRIME_NUMBER)?;
        slot(cx.deliver(op))
    };
    // SAFETY: the caller's promise.
    unsafe { with(call, work) }
}
