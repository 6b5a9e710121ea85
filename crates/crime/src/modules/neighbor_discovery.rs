//! neighbour discovery: every node says a value of its own to its neighbours, again and again and ever more rarely.
//!
//! Sending through it sets the value (two bytes, little endian); the first time, and when the packet is urgent, it is
//! said in the second half of the initial interval. What neighbours say comes up as packets of two bytes.

use super::id;
use crate::{Attr, Cx, Descriptor, Doc, Flow, Op, Param, ParamDoc, interface};

/// The longest interval, in milliseconds: a day.
const DAY_MS: u32 = 86_400_000;

/// Interval of what is announced at first, and the interval at which doubling ends.
pub(super) const INITIAL_MS: u8 = 0;
pub(super) const MAX_MS: u8 = 1;
pub(super) const INTERVALS: [ParamDoc; 2] = [
    ParamDoc {
        name: "initial",
        unit: "ms",
        summary: "the first interval; each one after it is twice as long",
    },
    ParamDoc {
        name: "max",
        unit: "ms",
        summary: "the longest interval",
    },
];

/// An interval parameter.
pub(super) const fn interval(default_ms: u32) -> Param {
    Param::new(2, DAY_MS, default_ms)
}

/// neighbour discovery. State: the present interval in milliseconds, 0 before anything is said; the value.
pub static DESCRIPTOR: Descriptor = Descriptor {
    id: id::NEIGHBOR_DISCOVERY,
    needs: interface::BROADCAST,
    offers: interface::ANNOUNCE,
    params: &[interval(4_000), interval(600_000)],
    timers: 2,
    words: 2,
    handler: Some(handler),
    ..Descriptor::PLAIN
};

/// neighbour discovery in words.
pub static DOC: Doc = Doc {
    name: "neighbor_discovery",
    summary: "says a value of this node's to its neighbours, ever more rarely",
    params: &INTERVALS,
    descriptor: &DESCRIPTOR,
};

/// The time to say it, and the end of the interval.
pub(super) const SAY: u8 = 0;
pub(super) const NEXT: u8 = 1;

fn handler(cx: &mut Cx<'_, '_>, op: Op) -> Flow {
    match op {
        Op::Send => {
            let Some(value) = cx.packet().pull::<2>() else {
                return Flow::Turn(Op::Dropped);
            };
            let urgent = cx.get(Attr::Urgent) != 0;
            if let [interval_ms, said] = cx.state() {
                *said = u32::from(u16::from_le_bytes(value));
                if *interval_ms == 0 || urgent {
                    begin(cx, true);
                }
            }
            Flow::Stop
        }
        Op::Recv if cx.current().payload().len() < 2 => Flow::Stop,
        Op::Recv => {
            cx.packet().truncate(2);
            Flow::Go
        }
        Op::Sent | Op::Dropped => Flow::Stop,
        Op::Timer if cx.timer() == NEXT => {
            next(cx, true);
            Flow::Stop
        }
        Op::Timer => {
            let said = cx.state().get(1).copied().unwrap_or(0) as u16;
            cx.packet().set_payload(&said.to_le_bytes());
            Flow::Turn(Op::Send)
        }
        _ => Flow::Go,
    }
}

/// Begins anew with the initial interval. What is to be said is said in the second half of it, or anywhere in it.
pub(super) fn begin(cx: &mut Cx<'_, '_>, second_half: bool) {
    let initial_ms = cx.param(INITIAL_MS);
    set(cx, initial_ms, second_half);
}

/// Begins the next interval.
pub(super) fn next(cx: &mut Cx<'_, '_>, second_half: bool) {
    let interval_ms = cx.state().first().map_or(0, |ms| ms.saturating_mul(2));
    let interval_ms = interval_ms.min(cx.param(MAX_MS));
    set(cx, interval_ms, second_half);
}

fn set(cx: &mut Cx<'_, '_>, interval_ms: u32, second_half: bool) {
    if let Some(state) = cx.state().first_mut() {
        *state = interval_ms;
    }
    let delay_us = if second_half {
        cx.random_half_us(interval_ms)
    } else {
        u64::from(cx.random(interval_ms)) * 1000
    };
    cx.arm(SAY, delay_us);
    cx.arm(NEXT, u64::from(interval_ms) * 1000);
}
