//! rudolph2: an object in chunks of 64 bytes to every node, hop by hop over polite. A node takes chunks, in order, from
//! nodes that are nearer the source; when it has all, it sends them on itself, and goes on with the last one for as long
//! as it lives. Who misses a chunk asks for it, and neighbours nearer the source go back to it.
//!
//! Sending chunk 0 begins a new version of the object; the application is asked for every chunk when it is to be sent,
//! again and again, and answers by sending it; a short or empty one is the last. Chunks that come go up as `WriteChunk`;
//! a node that has them all is asked for them in the same way.

use super::id;
use super::rucb::CHUNK_BYTES;
use crate::{Attr, Cx, Descriptor, Doc, Flow, Op, Param, ParamDoc, Scope, interface};

/// rudolph2. State: see `State`.
pub static DESCRIPTOR: Descriptor = Descriptor {
    id: id::RUDOLPH2,
    scope: Scope::MultiHop,
    needs: interface::LINK | interface::ANONYMOUS | interface::BROADCAST,
    offers: interface::CHUNKS,
    params: &[Param::new(20, 15_000, 500), Param::new(20, 60_000, 16_000)],
    timers: 1,
    words: 3,
    handler: Some(handler),
    ..Descriptor::PLAIN
};

/// rudolph2 in words.
pub static DOC: Doc = Doc {
    name: "rudolph2",
    summary: "an object in chunks of 64 bytes to every node, hop by hop; stands over polite",
    params: &[
        ParamDoc {
            name: "interval",
            unit: "ms",
            summary: "from one chunk to the next; a node begins after four of them",
        },
        ParamDoc {
            name: "steady",
            unit: "ms",
            summary: "from one sending of the last chunk to the next",
        },
    ],
    descriptor: &DESCRIPTOR,
};

const DATA: u8 = 0;
const NACK: u8 = 1;

/// How long a request waits for others to make it needless.
const NACK_MS: u16 = 250;
/// What a node is away from a source that it has not heard of.
const FAR: u8 = 64;
/// The number of chunks of an object of which the end is not known.
const UNKNOWN: u16 = u16::MAX;

// Flags.
/// This node has the whole object.
const COMPLETE: u8 = 1;
/// The last chunk was sent.
const STEADY: u8 = 2;
/// The application was asked for a chunk, and this was because it was time.
const ASKED: u8 = 4;
const TIMED: u8 = 8;
/// Somebody missed something since the last chunk.
const NACKED: u8 = 16;

/// Version of the object; the chunk to send, and the next one to come; hops from the source.
struct State {
    version: u16,
    send: u16,
    receive: u16,
    /// What a chunk waits when the application gives it.
    wait_ms: u16,
    hops: u8,
    flags: u8,
}

fn load(cx: &mut Cx<'_, '_>) -> State {
    let words = cx.state().first_chunk::<3>().copied().unwrap_or_default();
    let [hops, flags, w0, w1] = words[2].to_le_bytes();
    State {
        version: words[0] as u16,
        wait_ms: u16::from_le_bytes([w0, w1]),
        send: words[1] as u16,
        receive: (words[1] >> 16) as u16,
        hops,
        flags,
    }
}

fn store(cx: &mut Cx<'_, '_>, s: &State) {
    if let Some(words) = cx.state().first_chunk_mut::<3>() {
        let [w0, w1] = s.wait_ms.to_le_bytes();
        words[0] = u32::from(s.version);
        words[1] = u32::from(s.receive) << 16 | u32::from(s.send);
        words[2] = u32::from_le_bytes([s.hops, s.flags, w0, w1]);
    }
}

fn handler(cx: &mut Cx<'_, '_>, op: Op) -> Flow {
    let mut s = load(cx);
    let flow = match op {
        Op::Open => {
            s.hops = FAR;
            Flow::Go
        }
        Op::Send => send(cx, &mut s),
        Op::Recv => receive(cx, &mut s),
        Op::Timer => {
            s.flags |= TIMED;
            let wait_ms = if s.flags & STEADY != 0 {
                cx.param(1)
            } else {
                cx.param(0)
            };
            cx.arm(0, u64::from(wait_ms) * 1000);
            ask(cx, &mut s, wait_ms)
        }
        // The application hears of chunks, not of packets.
        Op::Sent | Op::Dropped | Op::TimedOut => Flow::Stop,
        _ => Flow::Go,
    };
    store(cx, &s);
    flow
}

/// Asks the application for the chunk that is to be sent, which then waits so long.
fn ask(cx: &mut Cx<'_, '_>, s: &mut State, wait_ms: u32) -> Flow {
    s.flags |= ASKED;
    s.wait_ms = wait_ms as u16;
    cx.packet().clear();
    cx.set(Attr::Chunk, s.send);
    Flow::Turn(Op::ReadChunk)
}

/// A chunk from the application: the one that it was asked for, or the first of a new object.
fn send(cx: &mut Cx<'_, '_>, s: &mut State) -> Flow {
    let (chunk, len) = (cx.get(Attr::Chunk), cx.current().payload().len());
    let answer = s.flags & ASKED != 0 && chunk == s.send;
    if len > CHUNK_BYTES || !answer && chunk != 0 {
        return Flow::Turn(Op::Dropped);
    }
    if !answer {
        let interval_ms = cx.param(0);
        *s = State {
            version: s.version.wrapping_add(1),
            send: 0,
            receive: UNKNOWN,
            wait_ms: interval_ms as u16,
            hops: 0,
            flags: COMPLETE,
        };
        cx.arm(0, u64::from(interval_ms) * 1000);
    }
    let [v0, v1] = s.version.to_le_bytes();
    let [c0, c1] = chunk.to_le_bytes();
    cx.packet().push(&[DATA, s.hops, v0, v1, c0, c1]);
    cx.set(Attr::EReceiver, 0);
    cx.set(Attr::Interval, s.wait_ms);
    let last = len < CHUNK_BYTES;
    if last {
        s.receive = chunk.saturating_add(1);
    }
    if s.flags & TIMED != 0 {
        s.flags = if last { s.flags | STEADY } else { s.flags & !STEADY };
        if s.flags & NACKED == 0 && !last && chunk.saturating_add(1) < s.receive {
            s.send = chunk + 1;
        }
        s.flags &= !NACKED;
    }
    s.flags &= !(ASKED | TIMED);
    Flow::Go
}

fn receive(cx: &mut Cx<'_, '_>, s: &mut State) -> Flow {
    let Some([kind, hops, v0, v1, c0, c1]) = cx.packet().pull::<6>() else {
        return Flow::Stop;
    };
    let (version, chunk) = (u16::from_le_bytes([v0, v1]), u16::from_le_bytes([c0, c1]));
    let newer = version.wrapping_sub(s.version) as i16;
    match kind {
        DATA if hops < s.hops => take(cx, s, hops, version, newer, chunk),
        NACK if hops > s.hops => {
            s.flags |= NACKED;
            let missed = newer == 0 && chunk < s.receive;
            if s.flags & COMPLETE == 0 || !missed && newer >= 0 {
                return Flow::Stop;
            }
            s.send = if missed { chunk } else { 0 };
            s.flags &= !TIMED;
            let interval_ms = cx.param(0);
            ask(cx, s, interval_ms)
        }
        _ => Flow::Stop,
    }
}

/// A chunk has come from a node nearer the source.
fn take(cx: &mut Cx<'_, '_>, s: &mut State, hops: u8, version: u16, newer: i16, chunk: u16) -> Flow {
    s.hops = hops + 1;
    if newer > 0 {
        cx.disarm(0);
        (s.version, s.send, s.receive, s.flags) = (version, 0, 0, 0);
    }
    if newer < 0 || chunk < s.receive || s.flags & COMPLETE != 0 {
        return Flow::Stop;
    }
    if chunk > s.receive {
        let [v0, v1] = version.to_le_bytes();
        let [c0, c1] = s.receive.to_le_bytes();
        cx.packet().clear();
        cx.packet().set_payload(&[NACK, s.hops, v0, v1, c0, c1]);
        cx.set(Attr::Interval, NACK_MS);
        return Flow::Turn(Op::Send);
    }
    s.receive = chunk.saturating_add(1);
    cx.packet().truncate(CHUNK_BYTES);
    cx.set(Attr::Chunk, chunk);
    if cx.current().payload().len() == CHUNK_BYTES {
        return Flow::Turn(Op::WriteChunk);
    }
    // All of it is here: the application gets the chunk before it is asked for the first one.
    s.flags |= COMPLETE;
    cx.spawn(Flow::Turn(Op::WriteChunk));
    let begin_ms = 4 * cx.param(0);
    cx.arm(0, u64::from(begin_ms) * 1000);
    let flow = ask(cx, s, begin_ms);
    cx.spawn(flow);
    Flow::Stop
}
