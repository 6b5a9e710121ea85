//! trickle: the newest packet to every node of the network, repeated ever more rarely, and not at all where enough
//! neighbours repeat it (Levis et al., NSDI 2004, in Rime's form: doublings are counted, and the first repetition
//! of a packet just learnt comes within one first interval).

use super::id;
use crate::{Attr, Cx, Descriptor, Doc, Field, Flow, Op, Param, ParamDoc, Scope, interface};

/// trickle.
pub static DESCRIPTOR: Descriptor = Descriptor {
    id: id::TRICKLE,
    scope: Scope::MultiHop,
    needs: interface::BROADCAST,
    offers: interface::FLOOD,
    params: &[
        Param::new(2, 65_535, 1000),
        Param::new(0, 10, 4),
        Param::new(1, 255, 1),
    ],
    timers: 3,
    words: 1,
    packets: 1,
    header: &[Field::new(Attr::EPacketId, 8)],
    handler: Some(handler),
    ..Descriptor::PLAIN
};

/// trickle in words.
pub static DOC: Doc = Doc {
    name: "trickle",
    summary: "the newest packet to every node, repeated while neighbours lack it",
    params: &[
        ParamDoc {
            name: "interval",
            unit: "ms",
            summary: "the first interval; a packet is repeated in the second half of each",
        },
        ParamDoc {
            name: "doublings",
            unit: "1",
            summary: "how many times the interval doubles",
        },
        ParamDoc {
            name: "redundancy",
            unit: "1",
            summary: "as many neighbours repeating the packet in one interval keep this node silent",
        },
    ],
    descriptor: &DESCRIPTOR,
};

// Numbered so that of several that are due at once the interval's end comes last.
const REPEAT: u8 = 0;
const FIRST: u8 = 1;
const INTERVAL: u8 = 2;

/// What the module remembers: bytes of one word.
struct State {
    seqno: u8,
    doubled: u8,
    heard: u8,
}

fn load(cx: &mut Cx<'_, '_>) -> State {
    let [seqno, doubled, heard, _] = cx.state().first().copied().unwrap_or(0).to_le_bytes();
    State {
        seqno,
        doubled,
        heard,
    }
}

fn store(cx: &mut Cx<'_, '_>, state: &State) {
    if let Some(word) = cx.state().first_mut() {
        *word = u32::from_le_bytes([state.seqno, state.doubled, state.heard, 0]);
    }
}

fn handler(cx: &mut Cx<'_, '_>, op: Op) -> Flow {
    let mut state = load(cx);
    let flow = match op {
        Op::Send => {
            state.seqno = state.seqno.wrapping_add(1);
            cx.set(Attr::EPacketId, u16::from(state.seqno));
            cx.hold();
            begin_interval(cx, &mut state);
            Flow::Go
        }
        Op::Recv => {
            // Numbers wrap: the difference tells which one is newer.
            let newer = (cx.get(Attr::EPacketId) as u8).wrapping_sub(state.seqno) as i8;
            if newer == 0 {
                state.heard = state.heard.saturating_add(1);
                Flow::Stop
            } else if newer < 0 {
                state.doubled = 0;
                repeat(cx)
            } else {
                state.seqno = cx.get(Attr::EPacketId) as u8;
                cx.set(Attr::Receiver, 0);
                cx.hold();
                state.doubled = 0;
                begin_interval(cx, &mut state);
                let first = cx.param(0);
                let delay_ms = cx.random(first);
                cx.arm(FIRST, u64::from(delay_ms) * 1000);
                Flow::Go
            }
        }
        // The application hears of its own sending, not of what is repeated.
        Op::Sent | Op::Dropped if cx.get(Attr::PacketId) != 0 => Flow::Stop,
        Op::Timer => match cx.timer() {
            INTERVAL => {
                let most = cx.param(1) as u8;
                state.doubled = (state.doubled + 1).min(most);
                begin_interval(cx, &mut state);
                Flow::Stop
            }
            REPEAT if u32::from(state.heard) >= cx.param(2) => Flow::Stop,
            _ => repeat(cx),
        },
        _ => Flow::Go,
    };
    store(cx, &state);
    flow
}

fn begin_interval(cx: &mut Cx<'_, '_>, state: &mut State) {
    let interval_ms = cx.param(0) << state.doubled;
    let delay_us = cx.random_half_us(interval_ms);
    cx.arm(REPEAT, delay_us);
    cx.arm(INTERVAL, u64::from(interval_ms) * 1000);
    state.heard = 0;
}

/// Sends the newest packet, if there is one, marked as a repetition.
fn repeat(cx: &mut Cx<'_, '_>) -> Flow {
    if !cx.recall() {
        return Flow::Stop;
    }
    cx.set(Attr::PacketId, 1);
    Flow::Turn(Op::Send)
}
