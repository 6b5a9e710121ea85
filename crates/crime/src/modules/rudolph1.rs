//! rudolph1: an object in chunks of 64 bytes to every node, over trickle. Who misses a chunk asks its neighbours for it
//! on the next channel (a stack of ipolite that is merged into this module), and one of them repairs it.
//!
//! Sending chunk 0 begins a new version of the object; the application is asked for the chunks after it, one each
//! interval, until it answers with a short or empty one. Nodes that hold the object are asked in the same way for chunks
//! that neighbours miss. Chunks that come, in order, go up as `WriteChunk`.

use super::id;
use super::rucb::CHUNK_BYTES;
use crate::{Attr, Cx, Descriptor, Doc, Flow, Op, Param, ParamDoc, Scope, interface};

/// rudolph1. State: see `State`.
pub static DESCRIPTOR: Descriptor = Descriptor {
    id: id::RUDOLPH1,
    scope: Scope::MultiHop,
    needs: interface::FLOOD,
    offers: interface::CHUNKS,
    merges: interface::BROADCAST,
    params: &[Param::new(20, 60_000, 2_000)],
    timers: 1,
    words: 3,
    handler: Some(handler),
    ..Descriptor::PLAIN
};

/// rudolph1 in words.
pub static DOC: Doc = Doc {
    name: "rudolph1",
    summary: "an object in chunks of 64 bytes to every node, repaired by neighbours",
    params: &[ParamDoc {
        name: "interval",
        unit: "ms",
        summary: "from one chunk to the next",
    }],
    descriptor: &DESCRIPTOR,
};

const DATA: u8 = 0;
const NACK: u8 = 1;

/// How long a request or a repair waits for others to make it needless.
const NACK_MS: u16 = 250;

// Flags.
/// Somebody missed something since the last chunk.
const NACKED: u8 = 1;
/// The application was asked for the next chunk, for one that a neighbour misses.
const ASKED_NEXT: u8 = 2;
const ASKED_REPAIR: u8 = 4;
/// The last chunk of this version has been here.
const COMPLETE: u8 = 8;
/// The repair is for a neighbour with an old version.
const OLD_VERSION: u8 = 16;

/// Version of the object; the next chunk to send or to come; the highest one heard of, as far as Rime minds, and at all;
/// the chunk that a neighbour misses.
struct State {
    version: u8,
    flags: u8,
    chunk: u16,
    highest: u16,
    known: u16,
    repair: u16,
}

fn load(cx: &mut Cx<'_, '_>) -> State {
    let words = cx.state().first_chunk::<3>().copied().unwrap_or_default();
    let [version, flags, ..] = words[0].to_le_bytes();
    State {
        version,
        flags,
        chunk: words[1] as u16,
        highest: (words[1] >> 16) as u16,
        repair: words[2] as u16,
        known: (words[2] >> 16) as u16,
    }
}

fn store(cx: &mut Cx<'_, '_>, s: &State) {
    if let Some(words) = cx.state().first_chunk_mut::<3>() {
        words[0] = u32::from_le_bytes([s.version, s.flags, 0, 0]);
        words[1] = u32::from(s.highest) << 16 | u32::from(s.chunk);
        words[2] = u32::from(s.known) << 16 | u32::from(s.repair);
    }
}

fn handler(cx: &mut Cx<'_, '_>, op: Op) -> Flow {
    let mut s = load(cx);
    let flow = match op {
        Op::Send => send(cx, &mut s),
        Op::Recv => receive(cx, &mut s),
        // A node that lacks something asks again.
        Op::Timer if s.flags & COMPLETE == 0 => {
            s.highest = s.known;
            wait_for_repair(cx);
            request(cx, &s)
        }
        Op::Timer => {
            let interval_us = cx.param_us(0);
            cx.arm(0, interval_us);
            let nacked = s.flags & NACKED != 0;
            s.flags &= !NACKED;
            if nacked {
                Flow::Stop
            } else {
                s.flags |= ASKED_NEXT;
                ask(cx, s.chunk)
            }
        }
        // The application hears of chunks, not of packets.
        Op::Sent | Op::Dropped | Op::TimedOut => Flow::Stop,
        _ => Flow::Go,
    };
    store(cx, &s);
    flow
}

fn ask(cx: &mut Cx<'_, '_>, chunk: u16) -> Flow {
    cx.packet().clear();
    cx.set(Attr::Chunk, chunk);
    Flow::Turn(Op::ReadChunk)
}

/// A chunk from the application: a repair or the next one, if it was asked for that, or a new object.
fn send(cx: &mut Cx<'_, '_>, s: &mut State) -> Flow {
    let (chunk, len) = (cx.get(Attr::Chunk), cx.current().payload().len());
    let interval_us = cx.param_us(0);
    let repair = s.flags & ASKED_REPAIR != 0 && chunk == s.repair;
    let next = s.flags & ASKED_NEXT != 0 && chunk == s.chunk;
    if len > CHUNK_BYTES || !repair && !next && chunk != 0 {
        return Flow::Turn(Op::Dropped);
    }
    let interval_ms = cx.param(0) as u16 / 2;
    cx.set(Attr::EReceiver, 0);
    if repair {
        let old = s.flags & OLD_VERSION != 0;
        s.flags &= !(ASKED_REPAIR | OLD_VERSION);
        put_header(cx, s.version, chunk, len);
        cx.set(Attr::Interval, if old { interval_ms } else { NACK_MS });
        return Flow::Merged(Op::Send);
    }
    if next {
        s.flags &= !ASKED_NEXT;
    } else {
        s.version = s.version.wrapping_add(1);
        s.flags = COMPLETE;
    }
    put_header(cx, s.version, chunk, len);
    s.highest = chunk;
    s.chunk = chunk.wrapping_add(1);
    // After the first chunk there is always a second one, if only an empty one.
    if len == CHUNK_BYTES || !next {
        cx.arm(0, interval_us);
    } else {
        cx.disarm(0);
    }
    Flow::Go
}

/// Type, version, chunk and length before the data, and a byte without meaning after it.
fn put_header(cx: &mut Cx<'_, '_>, version: u8, chunk: u16, len: usize) {
    let mut data = [0; CHUNK_BYTES + 1];
    for (to, from) in data.iter_mut().zip(cx.current().payload()) {
        *to = *from;
    }
    let [c0, c1] = chunk.to_le_bytes();
    cx.packet().set_payload(data.get(..len + 1).unwrap_or(&[]));
    cx.packet().push(&[DATA, version, c0, c1, len as u8]);
}

fn receive(cx: &mut Cx<'_, '_>, s: &mut State) -> Flow {
    if cx.merged() {
        s.flags |= NACKED;
    }
    let Some([kind, version, c0, c1]) = cx.packet().pull::<4>() else {
        return Flow::Stop;
    };
    let chunk = u16::from_le_bytes([c0, c1]);
    let newer = version.wrapping_sub(s.version) as i8;
    match kind {
        DATA => take(cx, s, newer, version, chunk),
        NACK if cx.merged() && (newer < 0 || newer == 0 && chunk < s.chunk) => {
            s.flags |= ASKED_REPAIR;
            s.flags &= !OLD_VERSION;
            s.repair = chunk;
            if newer < 0 {
                s.flags |= OLD_VERSION;
                s.repair = 0;
            }
            ask(cx, s.repair)
        }
        _ => Flow::Stop,
    }
}

/// In Rime a request that is lost is not repeated; here it is, when nothing has come for four intervals.
fn wait_for_repair(cx: &mut Cx<'_, '_>) {
    let interval_us = cx.param_us(0);
    cx.arm(0, 4 * interval_us);
}

/// A chunk has come.
fn take(cx: &mut Cx<'_, '_>, s: &mut State, newer: i8, version: u8, chunk: u16) -> Flow {
    let Some([len]) = cx.packet().pull::<1>() else {
        return Flow::Stop;
    };
    let len = usize::from(len);
    if newer < 0 || len > CHUNK_BYTES || len > cx.current().payload().len() {
        return Flow::Stop;
    }
    cx.packet().truncate(len);
    if newer > 0 {
        cx.disarm(0);
        *s = State {
            version,
            flags: 0,
            chunk: 0,
            highest: 0,
            known: 0,
            repair: 0,
        };
    }
    s.known = s.known.max(chunk);
    if s.flags & COMPLETE == 0 {
        wait_for_repair(cx);
    }
    if chunk > s.chunk {
        if newer == 0 {
            s.highest = chunk;
        }
        return request(cx, s);
    }
    if chunk < s.chunk {
        return if s.highest > chunk && s.highest >= s.chunk {
            request(cx, s)
        } else {
            Flow::Stop
        };
    }
    s.highest = s.highest.max(chunk);
    s.chunk = chunk.wrapping_add(1);
    let wanted = s.flags & COMPLETE == 0;
    if wanted && s.known < s.chunk {
        cx.disarm(0);
    }
    if len < CHUNK_BYTES {
        s.flags |= COMPLETE;
    }
    cx.set(Attr::Chunk, chunk);
    if s.highest <= chunk {
        return if wanted {
            Flow::Turn(Op::WriteChunk)
        } else {
            Flow::Stop
        };
    }
    if wanted {
        cx.spawn(Flow::Turn(Op::WriteChunk));
    }
    request(cx, s)
}

/// Asks the neighbours for the chunk that is missing.
fn request(cx: &mut Cx<'_, '_>, s: &State) -> Flow {
    let [c0, c1] = s.chunk.to_le_bytes();
    cx.packet().clear();
    cx.packet().set_payload(&[NACK, s.version, c0, c1]);
    cx.set(Attr::Interval, NACK_MS);
    Flow::Merged(Op::Send)
}
