//! `mbx_crime_*`: what goes through the stacks: frames in and out, time, payloads and events of the application.

use motebox_crime::{
    Address, Attr, Event, FRAME_BYTES, Frame, Ignored, Info, Link, NEVER, Network, PACKET_BYTES, SendError,
};

use crate::crime::{Parts, mbx_crime, with};
use crate::error::*;
use crate::event::MBX_EMPTY;
use crate::mem::{DONE, bytes, place, room, structure};

/// The longest frame, in bytes.
pub const MBX_CRIME_FRAME_BYTES: usize = 137;
/// The longest packet, and so the longest payload, in bytes.
pub const MBX_CRIME_PACKET_BYTES: usize = 128;
/// A time that does not come.
pub const MBX_CRIME_NEVER: u64 = 0xffff_ffff_ffff_ffff;

const _: () = assert!(
    MBX_CRIME_FRAME_BYTES == FRAME_BYTES
        && MBX_CRIME_PACKET_BYTES == PACKET_BYTES
        && MBX_CRIME_NEVER == NEVER
);

/// What the radio knows of a received frame.
#[repr(C)]
pub struct mbx_crime_reception {
    /// `sizeof(mbx_crime_reception)`.
    pub size: u32,
    /// Received signal strength, dBm.
    pub rssi_dbm: i16,
    /// Link quality indicator.
    pub lqi: u8,
    /// 0.
    pub reserved: u8,
    /// Who transmitted it, where the framing is raw and the radio has addresses beside the frame; else 0.
    pub from: u16,
    /// Whom it is for; 0 is everybody.
    pub to: u16,
}

/// A frame to transmit.
#[repr(C)]
pub struct mbx_crime_frame {
    /// `sizeof(mbx_crime_frame)`.
    pub size: u32,
    /// Its channel.
    pub channel: u16,
    /// This node, for a radio that writes the MAC header itself.
    pub from: u16,
    /// Whom it is for; 0 is everybody.
    pub to: u16,
    /// 0.
    pub reserved: u16,
    /// Its bytes.
    pub len: usize,
}

/// Something for the application.
#[repr(C)]
pub struct mbx_crime_event {
    /// `sizeof(mbx_crime_event)`.
    pub size: u32,
    /// What: `MBX_CRIME_RECV`, `…_SENT`, `…_DROPPED`, `…_TIMED_OUT`, `…_READ_CHUNK` or `…_WRITE_CHUNK`.
    pub operation: u8,
    /// Hops that the packet took, where the stack counts them.
    pub hops: u8,
    /// Link quality of its last hop.
    pub lqi: u8,
    /// 0.
    pub reserved: u8,
    /// Signal strength of its last hop, dBm.
    pub rssi_dbm: i16,
    /// The channel of the stack.
    pub channel: u16,
    /// Where the packet comes from, if that is known: end to end where the stack has ends.
    pub from: u16,
    /// Number of the chunk, for `MBX_CRIME_READ_CHUNK` and `MBX_CRIME_WRITE_CHUNK`.
    pub chunk: u16,
    /// Bytes of the payload.
    pub len: usize,
}

/// What a stack has done since it was opened. Counts wrap.
#[repr(C)]
pub struct mbx_crime_counts {
    /// `sizeof(mbx_crime_counts)`.
    pub size: u32,
    /// Frames handed to the radio.
    pub frames_out: u32,
    /// Frames that came in on the channel.
    pub frames_in: u32,
    /// Packets given up, for want of a packet slot among other reasons.
    pub dropped: u32,
}

/// Takes in a frame from the radio. A frame that is refused has changed nothing, and is an everyday thing.
///
/// Context: the one thread that uses the network. Does not block: a bounded number of module calls. Errors: `MBX_E_NULL`,
/// `MBX_E_SIZE`, `MBX_E_BUSY`, `MBX_E_OBJECT`; `MBX_E_CRIME_FRAMING`, `MBX_E_CRIME_NOT_FOR_US`, `MBX_E_CRIME_LENGTH`,
/// `MBX_E_CRIME_CHANNEL`.
///
/// # Safety
/// `crime` is NULL or from `mbx_crime_init`; `frame` is NULL or has `len` bytes; `reception` is NULL or points to what its type
/// says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_crime_receive(
    crime: *mut mbx_crime,
    now: u64,
    frame: *const u8,
    len: usize,
    reception: *const mbx_crime_reception,
) -> i32 {
    let work = |parts: &mut Parts| {
        // SAFETY: the caller's promise.
        let (frame, info) = unsafe { heard(frame, len, reception) }?;
        taken(parts.network.receive(now, frame, info))
    };
    // SAFETY: the caller's promise.
    unsafe { with(crime, work) }
}

/// Sends a payload through the stack on `channel` to a node or, with `to` 0, to whom the stack's parameters say. What becomes of
/// it is an event later. `chunk` is its number where `MBX_CRIME_READ_CHUNK` has asked for it, else 0.
///
/// Context: the one thread that uses the network. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE`, `MBX_E_BUSY`,
/// `MBX_E_OBJECT`, `MBX_E_CRIME_CHANNEL`, `MBX_E_CRIME_PAYLOAD`.
///
/// # Safety
/// `crime` is NULL or from `mbx_crime_init`; `payload` is NULL or has `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_crime_send(
    crime: *mut mbx_crime,
    now: u64,
    channel: u16,
    to: u16,
    chunk: u16,
    payload: *const u8,
    len: usize,
) -> i32 {
    let work = |parts: &mut Parts| {
        // SAFETY: the caller's promise.
        let payload = unsafe { bytes(payload, len) }?;
        let attrs = [(Attr::Chunk, chunk)];
        let to = Address::from_value(to);
        sent(parts.network.send_with(now, channel, to, payload, &attrs))
    };
    // SAFETY: the caller's promise.
    unsafe { with(crime, work) }
}

/// Does what is due, and puts the time when it wants to be called again into `*next`: `MBX_CRIME_NEVER` when not before something
/// else happens; `now` or before: at once. Every other call may bring that time forward, so it is asked again after each.
///
/// Context: the one thread that uses the network. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.
///
/// # Safety
/// `crime` is NULL or from `mbx_crime_init`; `next` is NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_crime_poll(crime: *mut mbx_crime, now: u64, next: *mut u64) -> i32 {
    let work = |parts: &mut Parts| {
        let next = place(next)?;
        // SAFETY: the caller's promise.
        unsafe { next.write(parts.network.poll(now)) };
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with(crime, work) }
}

/// Takes the next frame for the radio out: its bytes go to `out`, which has `MBX_CRIME_FRAME_BYTES` at least, and what else there
/// is to know to `*frame`. `MBX_EMPTY`: there is none. The frame before counts as transmitted, unless `mbx_crime_frame_done` has
/// said otherwise.
///
/// Context: the one thread that uses the network. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE`, `MBX_E_BUSY`,
/// `MBX_E_OBJECT`.
///
/// # Safety
/// `crime` is NULL or from `mbx_crime_init`; `out` is NULL or has `cap` bytes; `frame` is NULL or points to what its type says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_crime_next_frame(
    crime: *mut mbx_crime,
    now: u64,
    out: *mut u8,
    cap: usize,
    frame: *mut mbx_crime_frame,
) -> i32 {
    let work = |parts: &mut Parts| {
        // SAFETY: the caller's promise.
        unsafe {
            let out = frame_room(out, cap, frame)?;
            tell_frame(frame, parts.network.next_frame(now, out))
        }
    };
    // SAFETY: the caller's promise.
    unsafe { with(crime, work) }
}

/// Says what became of the frame that `mbx_crime_next_frame` gave last: `sent` is 0 when the MAC gave it up (no acknowledgement,
/// no free channel), anything else when it was on the air. Does nothing when there is none.
///
/// Context: the one thread that uses the network. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.
///
/// # Safety
/// `crime` is NULL or from `mbx_crime_init`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_crime_frame_done(crime: *mut mbx_crime, now: u64, sent: u32) -> i32 {
    let work = |parts: &mut Parts| {
        parts.network.frame_done(now, sent != 0);
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with(crime, work) }
}

/// Takes the next event for the application out: a payload goes to `payload` (as much as fits: `len` of the event is all of it,
/// and `MBX_CRIME_PACKET_BYTES` are always enough), the rest to `*event`. `MBX_EMPTY`: there is none.
///
/// Context: the one thread that uses the network. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE`, `MBX_E_BUSY`,
/// `MBX_E_OBJECT`.
///
/// # Safety
/// `crime` is NULL or from `mbx_crime_init`; `payload` is NULL or has `cap` bytes; `event` is NULL or points to what its type
/// says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_crime_next_event(
    crime: *mut mbx_crime,
    payload: *mut u8,
    cap: usize,
    event: *mut mbx_crime_event,
) -> i32 {
    let work = |parts: &mut Parts| {
        // SAFETY: the caller's promise.
        unsafe {
            structure(event)?;
            let payload = room(payload, cap)?;
            tell_event(event, parts.network.next_event(payload))
        }
    };
    // SAFETY: the caller's promise.
    unsafe { with(crime, work) }
}

/// Puts what the running stack on `channel` has done into `*stats`.
///
/// Context: the one thread that uses the network. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE`, `MBX_E_BUSY`,
/// `MBX_E_OBJECT`, `MBX_E_CRIME_CHANNEL`.
///
/// # Safety
/// `crime` is NULL or from `mbx_crime_init`; `stats` is NULL or points to what its type says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_crime_stats(
    crime: *mut mbx_crime,
    channel: u16,
    stats: *mut mbx_crime_counts,
) -> i32 {
    let work = |parts: &mut Parts| {
        // SAFETY: the caller's promise.
        unsafe { tell_counts(&parts.network, channel, stats) }
    };
    // SAFETY: the caller's promise.
    unsafe { with(crime, work) }
}

/// Copies the state of a running module, by the channel of its stack and its registry id, to `words`, which has room for `cap`
/// of 32 bits, and puts how many there are into `*count`. `MBX_EMPTY`: there is no such module, or it has no state. What the words
/// hold, the module says.
///
/// Context: the one thread that uses the network. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`;
/// `MBX_E_SIZE` when there are more than `cap`.
///
/// # Safety
/// `crime` is NULL or from `mbx_crime_init`; `words` is NULL or has room for `cap` words; `count` is NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_crime_state(
    crime: *mut mbx_crime,
    channel: u16,
    id: u8,
    words: *mut u32,
    cap: usize,
    count: *mut usize,
) -> i32 {
    let work = |parts: &mut Parts| {
        let (words, count) = (place(words)?, place(count)?);
        let state = parts.network.module_state(channel, id);
        if state.is_empty() {
            return Ok(MBX_EMPTY);
        }
        if state.len() > cap {
            return Err(MBX_E_SIZE);
        }
        // SAFETY: the caller's promise; the state lies in the object, which overlaps with nothing.
        unsafe {
            words
                .as_ptr()
                .copy_from_nonoverlapping(state.as_ptr(), state.len());
            count.write(state.len());
        }
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with(crime, work) }
}

/// A received frame, and what the radio knew of it.
///
/// # Safety
/// `frame` is NULL or has `len` bytes; `reception` is NULL or points to what its type says.
pub(crate) unsafe fn heard<'a>(
    frame: *const u8,
    len: usize,
    reception: *const mbx_crime_reception,
) -> Result<(&'a [u8], Info), i32> {
    // SAFETY: the caller's promise, for both.
    let (frame, reception) = unsafe { (bytes(frame, len)?, structure(reception)?) };
    let info = Info {
        rssi_dbm: reception.rssi_dbm,
        lqi: reception.lqi,
        link: Link {
            from: Address::from_value(reception.from),
            to: Address::from_value(reception.to),
        },
    };
    Ok((frame, info))
}

/// What became of a received frame, for C.
pub(crate) fn taken(outcome: Result<(), Ignored>) -> Result<i32, i32> {
    match outcome {
        Ok(()) => DONE,
        Err(Ignored::NotForUs) => Err(MBX_E_CRIME_NOT_FOR_US),
        Err(Ignored::Length) => Err(MBX_E_CRIME_LENGTH),
        Err(Ignored::Channel(_)) => Err(MBX_E_CRIME_CHANNEL),
        Err(_) => Err(MBX_E_CRIME_FRAMING),
    }
}

/// What became of a payload to send, for C.
pub(crate) fn sent(outcome: Result<(), SendError>) -> Result<i32, i32> {
    match outcome {
        Ok(()) => DONE,
        Err(SendError::TooLong(_)) => Err(MBX_E_CRIME_PAYLOAD),
        Err(_) => Err(MBX_E_CRIME_CHANNEL),
    }
}

/// Room for a frame, when there is also a struct to describe it in.
///
/// # Safety
/// `out` is NULL or has `cap` bytes; `frame` is NULL or points to what its type says.
pub(crate) unsafe fn frame_room<'a>(
    out: *mut u8,
    cap: usize,
    frame: *const mbx_crime_frame,
) -> Result<&'a mut [u8; FRAME_BYTES], i32> {
    // SAFETY: the caller's promise, for both.
    let out = unsafe {
        structure(frame)?;
        room(place(out)?.as_ptr(), cap)?
    };
    out.first_chunk_mut().ok_or(MBX_E_SIZE)
}

/// Describes a frame to C, if there is one.
///
/// # Safety
/// `to` can be written.
pub(crate) unsafe fn tell_frame(to: *mut mbx_crime_frame, frame: Option<Frame>) -> Result<i32, i32> {
    let Some(frame) = frame else {
        return Ok(MBX_EMPTY);
    };
    let told = mbx_crime_frame {
        size: size_of::<mbx_crime_frame>() as u32,
        channel: frame.channel,
        from: frame.link.from.value(),
        to: frame.link.to.value(),
        reserved: 0,
        len: frame.len,
    };
    // SAFETY: the caller's promise.
    unsafe { to.write(told) };
    DONE
}

/// Describes an event to C, if there is one.
///
/// # Safety
/// `to` can be written.
pub(crate) unsafe fn tell_event(to: *mut mbx_crime_event, event: Option<Event>) -> Result<i32, i32> {
    let Some(event) = event else {
        return Ok(MBX_EMPTY);
    };
    let told = mbx_crime_event {
        size: size_of::<mbx_crime_event>() as u32,
        operation: event.op as u8,
        hops: event.hops,
        lqi: event.lqi,
        reserved: 0,
        rssi_dbm: event.rssi_dbm,
        channel: event.channel,
        from: event.from.value(),
        chunk: event.chunk,
        len: event.len,
    };
    // SAFETY: the caller's promise.
    unsafe { to.write(told) };
    DONE
}

/// Tells C what a stack has done.
///
/// # Safety
/// `to` is NULL or points to what its type says.
pub(crate) unsafe fn tell_counts(
    network: &Network<'_>,
    channel: u16,
    to: *mut mbx_crime_counts,
) -> Result<i32, i32> {
    // SAFETY: the caller's promise.
    unsafe { structure(to) }?;
    let mut stacks = network.stacks().iter();
    let stack = stacks.find(|stack| stack.pipe.channel == channel);
    let counted = stack.ok_or(MBX_E_CRIME_CHANNEL)?.pipe.stats;
    let told = mbx_crime_counts {
        size: size_of::<mbx_crime_counts>() as u32,
        frames_out: counted.frames_out,
        frames_in: counted.frames_in,
        dropped: counted.dropped,
    };
    // SAFETY: as above.
    unsafe { to.write(told) };
    DONE
}
