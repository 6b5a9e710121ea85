//! `mbx_event_*`: from interrupts to the loop that drives the node.
//!
//! The node is driven from one place; an interrupt posts what it saw, and the loop takes it out and hands it to
//! `mbx_node_post`. The queue is an object of its own, so an interrupt never touches the node. A Cortex-M0 has no
//! compare-and-swap, and interrupts of several priorities may post: every access is a short critical section. The two
//! functions that make one belong to the queue and are not found at link time, so a program without a queue need not
//! define them.

use core::ffi::c_void;
use core::mem::offset_of;
use core::ptr::NonNull;

use crate::error::{MBX_E_EVENT_FULL, MBX_E_NULL, MBX_E_OBJECT, MBX_E_SIZE, MBX_OK};
use crate::mem::{DONE, code, place, structure};

/// Kind of an event: nothing but a reason to poll.
pub const MBX_EVENT_WAKE: u32 = 0;
/// Kind of an event: a device changed. The event's value is its number in the board's list.
pub const MBX_EVENT_DEVICE: u32 = 1;
/// The first kind that means nothing to the node, and is the application's to use.
pub const MBX_EVENT_APPLICATION: u32 = 256;
/// A queue of `n` events takes at most `MBX_EVENT_QUEUE_BYTES + n * MBX_EVENT_BYTES` bytes, wherever it lies.
pub const MBX_EVENT_QUEUE_BYTES: usize = 64;
/// Bytes of one event in a queue.
pub const MBX_EVENT_BYTES: usize = 8;
/// What [`mbx_event_take`] answers when no event is there.
pub const MBX_EMPTY: i32 = 1;

/// What stands in a queue that was initialised.
const ALIVE: u32 = 0x4d6f_7151;

/// How interrupts are kept away for some twenty instructions.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct mbx_critical {
    /// `sizeof(mbx_critical)`.
    pub size: u32,
    /// Handed to both functions.
    pub user: *mut c_void,
    /// Keeps interrupts (and, where there are, other threads that use the queue) away; returns what `leave` needs to know.
    /// On a Cortex-M0: reads PRIMASK, then sets it. Interrupts may be off already; sections of one queue are never nested.
    pub enter: Option<unsafe extern "C" fn(user: *mut c_void) -> u32>,
    /// Undoes `enter`, whose answer it gets: interrupts come back only if they were not off before.
    pub leave: Option<unsafe extern "C" fn(user: *mut c_void, before: u32)>,
}

/// A queue of events; its memory is the caller's.
pub struct mbx_event_queue {
    _opaque: [u8; 0],
}

#[derive(Clone, Copy)]
struct Event {
    kind: u32,
    value: u32,
}

/// What changes, and only within a critical section.
#[derive(Clone, Copy)]
struct Ring {
    first: u32,
    count: u32,
    lost: u32,
}

/// What lies in a queue's memory; the events behind it.
#[repr(C)]
struct Queue {
    alive: u32,
    capacity: u32,
    critical: mbx_critical,
    ring: Ring,
    events: [Event; 0],
}

const _: () = assert!(size_of::<Event>() == MBX_EVENT_BYTES);
const _: () = assert!(size_of::<Queue>() + align_of::<Queue>() - 1 <= MBX_EVENT_QUEUE_BYTES);

impl Queue {
    /// # Safety
    /// `queue` is NULL or from [`mbx_event_init`].
    unsafe fn of(queue: *mut mbx_event_queue) -> Result<NonNull<Queue>, i32> {
        let queue = place(queue)?.cast::<Queue>();
        // SAFETY: the caller's promise. This never changes once the queue is there.
        match queue.is_aligned() && unsafe { (*queue.as_ptr()).alive } == ALIVE {
            true => Ok(queue),
            false => Err(MBX_E_OBJECT),
        }
    }

    /// Works on the ring, alone: `work` gets the ring, the capacity, and where the events lie.
    ///
    /// # Safety
    /// `queue` is from [`Queue::of`].
    unsafe fn alone<T>(
        queue: NonNull<Queue>,
        work: impl FnOnce(&mut Ring, u32, *mut Event) -> T,
    ) -> Option<T> {
        let queue = queue.as_ptr();
        // SAFETY: critical section and capacity never change. The ring and the events are touched between `enter` and
        // `leave` only, where nobody else is.
        unsafe {
            let critical = (*queue).critical;
            let (enter, leave) = (critical.enter?, critical.leave?);
            let before = enter(critical.user);
            let events = queue.byte_add(offset_of!(Queue, events)).cast();
            let answer = work(&mut (*queue).ring, (*queue).capacity, events);
            leave(critical.user, before);
            Some(answer)
        }
    }
}

/// Makes a queue in `memory` of `len` bytes, at any address, and puts it into `*queue`. It holds as many events as fit, one at
/// least. The memory is the queue's until it is used no more; there is nothing to free. `critical` is copied.
///
/// Context: before the first interrupt that posts. Does not block. Errors: `MBX_E_NULL` for a pointer or a function that must
/// be, `MBX_E_SIZE` for memory that is too small or the `size` of `critical`.
///
/// # Safety
/// The pointers are NULL or point to what their types say; `memory` has `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_event_init(
    memory: *mut c_void,
    len: usize,
    critical: *const mbx_critical,
    queue: *mut *mut mbx_event_queue,
) -> i32 {
    code((|| {
        let (memory, result) = (place(memory)?, place(queue)?);
        // SAFETY: the caller's promise.
        let critical = *unsafe { structure(critical) }?;
        if critical.enter.is_none() || critical.leave.is_none() {
            return Err(MBX_E_NULL);
        }
        let skip = memory.addr().get().wrapping_neg() % align_of::<Queue>();
        let room = len.saturating_sub(skip).checked_sub(size_of::<Queue>());
        let capacity = room.ok_or(MBX_E_SIZE)? / size_of::<Event>();
        if capacity == 0 {
            return Err(MBX_E_SIZE);
        }
        // SAFETY: the queue fits behind `skip`, as was just seen.
        unsafe {
            let queue = memory.byte_add(skip).cast::<Queue>();
            queue.write(Queue {
                alive: ALIVE,
                capacity: u32::try_from(capacity).unwrap_or(u32::MAX),
                critical,
                ring: Ring {
                    first: 0,
                    count: 0,
                    lost: 0,
                },
                events: [],
            });
            result.write(queue.as_ptr().cast());
        }
        DONE
    })())
}

/// Puts an event behind the others.
///
/// Context: **any, interrupts of every priority included.** Does not block. Errors: `MBX_E_NULL`, `MBX_E_OBJECT`;
/// `MBX_E_EVENT_FULL`: it is counted as lost.
///
/// # Safety
/// `queue` is NULL or from `mbx_event_init`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_event_post(queue: *mut mbx_event_queue, kind: u32, value: u32) -> i32 {
    code((|| {
        // SAFETY: the caller's promise.
        let queue = unsafe { Queue::of(queue) }?;
        let put = |ring: &mut Ring, capacity: u32, events: *mut Event| {
            if ring.count >= capacity {
                ring.lost = ring.lost.saturating_add(1);
                return Err(MBX_E_EVENT_FULL);
            }
            let at = wrapped(ring.first, ring.count, capacity);
            // SAFETY: `at` is below the capacity.
            unsafe { events.add(at).write(Event { kind, value }) };
            ring.count += 1;
            DONE
        };
        // SAFETY: it is a queue.
        unsafe { Queue::alone(queue, put) }.unwrap_or(Err(MBX_E_NULL))
    })())
}

/// `first + step` in a ring; both are at most `capacity`, which has no room for an overflow.
fn wrapped(first: u32, step: u32, capacity: u32) -> usize {
    let at = u64::from(first) + u64::from(step);
    let capacity = u64::from(capacity);
    (if at < capacity { at } else { at - capacity }) as usize
}

/// Takes the oldest event out. `MBX_OK`: it is in `*kind` and `*value`. `MBX_EMPTY`: there is none.
///
/// To sleep without missing an event: keep interrupts away, take; when it is empty, wait for an interrupt, and only then let
/// them come (on a Cortex-M, `wfi` returns for a pending one all the same).
///
/// Context: any; meant for the loop. Does not block. `*kind` and `*value` are written with `MBX_OK` only. Errors: `MBX_E_NULL`,
/// `MBX_E_OBJECT`.
///
/// # Safety
/// `queue` is NULL or from `mbx_event_init`; the others are NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_event_take(queue: *mut mbx_event_queue, kind: *mut u32, value: *mut u32) -> i32 {
    code((|| {
        // SAFETY: the caller's promise.
        let queue = unsafe { Queue::of(queue) }?;
        let (kind, value) = (place(kind)?, place(value)?);
        let take = |ring: &mut Ring, capacity: u32, events: *mut Event| {
            ring.count = ring.count.checked_sub(1)?;
            // SAFETY: `first` is below the capacity, and an event was put there.
            let event = unsafe { events.add(ring.first as usize).read() };
            ring.first = wrapped(ring.first, 1, capacity) as u32;
            Some(event)
        };
        // SAFETY: it is a queue.
        let Some(event) = unsafe { Queue::alone(queue, take) }.flatten() else {
            return Ok(MBX_EMPTY);
        };
        // SAFETY: the caller's promise.
        unsafe {
            kind.write(event.kind);
            value.write(event.value);
        }
        DONE
    })())
}

/// Puts how many events found no place since the queue was made into `*lost`.
///
/// Context: any. Does not block. Errors: `MBX_E_NULL`, `MBX_E_OBJECT`.
///
/// # Safety
/// `queue` is NULL or from `mbx_event_init`; `lost` is NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_event_lost(queue: *mut mbx_event_queue, lost: *mut u32) -> i32 {
    code((|| {
        // SAFETY: the caller's promise.
        let queue = unsafe { Queue::of(queue) }?;
        let lost = place(lost)?;
        // SAFETY: it is a queue.
        let count = unsafe { Queue::alone(queue, |ring, _, _| ring.lost) }.unwrap_or(0);
        // SAFETY: the caller's promise.
        unsafe { lost.write(count) };
        Ok(MBX_OK)
    })())
}
