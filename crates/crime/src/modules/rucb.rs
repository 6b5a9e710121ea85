//! rucb: an object in chunks of 64 bytes to one neighbour, each acknowledged before the next.
//!
//! Sending chunk 0 begins an object. When a chunk has arrived the application is asked for the next one, and answers by
//! sending it; a chunk shorter than 64 bytes, or empty, is the last. On the air an empty chunk follows a short one. At
//! the other end each chunk comes up as `WriteChunk`. One object at a time goes each way; a sender that is silent for
//! long loses its turn.

use super::id;
use crate::{Attr, Cx, Descriptor, Doc, Flow, Op, Param, ParamDoc, interface};

/// Bytes of a chunk; one that is shorter is the last.
pub const CHUNK_BYTES: usize = 64;

const TRANSMISSIONS: u8 = 0;
const PATIENCE_MS: u8 = 1;

/// rucb. State: chunk being sent, and how far it is; its receiver; chunk expected, and from whom; last packet heard.
pub static DESCRIPTOR: Descriptor = Descriptor {
    id: id::RUCB,
    needs: interface::RELIABLE,
    offers: interface::CHUNKS,
    params: &[Param::new(1, 255, 8), Param::new(1_000, 3_600_000, 10_000)],
    timers: 2,
    words: 4,
    handler: Some(handler),
    ..Descriptor::PLAIN
};

/// rucb in words.
pub static DOC: Doc = Doc {
    name: "rucb",
    summary: "an object in chunks of 64 bytes to one neighbour",
    params: &[
        ParamDoc {
            name: "transmissions",
            unit: "1",
            summary: "how often a chunk is sent before the object times out",
        },
        ParamDoc {
            name: "patience",
            unit: "ms",
            summary: "a sender silent for so long has given up; an application asked for a chunk is asked again",
        },
    ],
    descriptor: &DESCRIPTOR,
};

/// Timers: the application's silence, and a sender's.
const APPLICATION: u8 = 0;
const SENDER: u8 = 1;

// How far the chunk is whose number is in the upper half of the first word.
const IDLE: u32 = 0;
/// The application was asked for it.
const ASKED: u32 = 1;
/// It is under way, and another one follows; or none but the empty one does; or it is that.
const MORE: u32 = 2;
const LAST: u32 = 3;
const END: u32 = 4;

// The last packet heard: its sender in the upper half, these, and its number.
const HEARD: u32 = 0x200;
const ENDED: u32 = 0x100;

fn handler(cx: &mut Cx<'_, '_>, op: Op) -> Flow {
    match op {
        Op::Send => send(cx),
        Op::Sent => sent(cx),
        Op::Dropped | Op::TimedOut => {
            set_sending(cx, 0, IDLE);
            Flow::Go
        }
        Op::Recv => receive(cx),
        Op::Timer if cx.timer() == APPLICATION => {
            let (chunk, _) = sending(cx);
            ask(cx, chunk)
        }
        Op::Timer => {
            if let Some(expected) = cx.state().get_mut(2) {
                *expected = 0;
            }
            Flow::Stop
        }
        _ => Flow::Go,
    }
}

fn sending(cx: &mut Cx<'_, '_>) -> (u16, u32) {
    let word = cx.state().first().copied().unwrap_or(0);
    ((word >> 16) as u16, word & 0xffff)
}

fn set_sending(cx: &mut Cx<'_, '_>, chunk: u16, step: u32) {
    if let Some(sending) = cx.state().first_mut() {
        *sending = u32::from(chunk) << 16 | step;
    }
    cx.disarm(APPLICATION);
}

/// A chunk from the application: the first of an object, or the one that it was asked for.
fn send(cx: &mut Cx<'_, '_>) -> Flow {
    let (expected, step) = sending(cx);
    let (chunk, len) = (cx.get(Attr::Chunk), cx.current().payload().len());
    let answer = step == ASKED && chunk == expected;
    if len > CHUNK_BYTES || step > ASKED || !answer && chunk != 0 {
        return Flow::Turn(Op::Dropped);
    }
    if !answer {
        let receiver = u32::from(cx.get(Attr::EReceiver));
        if let Some(to) = cx.state().get_mut(1) {
            *to = receiver;
        }
    }
    let step = match len {
        CHUNK_BYTES => MORE,
        0 if chunk != 0 => END,
        _ => LAST,
    };
    prepare(cx, chunk, step);
    Flow::Go
}

fn prepare(cx: &mut Cx<'_, '_>, chunk: u16, step: u32) {
    set_sending(cx, chunk, step);
    let receiver = cx.state().get(1).copied().unwrap_or(0) as u16;
    let transmissions = cx.param(TRANSMISSIONS) as u16;
    cx.set(Attr::Receiver, 0);
    cx.set(Attr::EReceiver, receiver);
    cx.set(Attr::MaxRexmit, transmissions);
}

/// The chunk under way has arrived.
fn sent(cx: &mut Cx<'_, '_>) -> Flow {
    let (chunk, step) = sending(cx);
    let next = chunk.wrapping_add(1);
    match step {
        MORE => ask(cx, next),
        LAST => {
            cx.packet().set_empty();
            prepare(cx, next, END);
            Flow::Turn(Op::Send)
        }
        _ => {
            set_sending(cx, 0, IDLE);
            Flow::Go
        }
    }
}

fn ask(cx: &mut Cx<'_, '_>, chunk: u16) -> Flow {
    set_sending(cx, chunk, ASKED);
    let patience_us = cx.param_us(PATIENCE_MS);
    cx.arm(APPLICATION, patience_us);
    cx.packet().clear();
    cx.set(Attr::Chunk, chunk);
    Flow::Turn(Op::ReadChunk)
}

fn receive(cx: &mut Cx<'_, '_>) -> Flow {
    let from = u32::from(cx.get(Attr::Sender));
    let number = u32::from(cx.get(Attr::PacketId) & 0xff);
    let len = cx.current().payload().len();
    let patience_us = cx.param_us(PATIENCE_MS);
    let [_, _, expected, last] = cx.state() else {
        return Flow::Stop;
    };
    if *last & !ENDED == from << 16 | HEARD | number || len > CHUNK_BYTES {
        return Flow::Stop;
    }
    let ended = *last & ENDED != 0 && *last >> 16 == from;
    let is_last = len < CHUNK_BYTES;
    *last = from << 16 | HEARD | number | if is_last { ENDED } else { 0 };
    if *expected == 0 && ended && len == 0 {
        // The empty chunk after a short one: nothing new begins with it.
        *last &= !ENDED;
        return Flow::Stop;
    }
    if *expected != 0 && *expected >> 16 != from {
        // Another object is not complete yet.
        return Flow::Stop;
    }
    let chunk = *expected & 0xffff;
    *expected = if is_last {
        0
    } else {
        from << 16 | (chunk + 1) & 0xffff
    };
    if is_last {
        cx.disarm(SENDER);
    } else {
        cx.arm(SENDER, patience_us);
    }
    cx.set(Attr::Chunk, chunk as u16);
    Flow::Turn(Op::WriteChunk)
}
