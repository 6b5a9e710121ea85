//! timesynch: one time for all nodes. Each says now and then what time it is and how good its time is; who hears of a
//! better time takes it over, and is one level worse than where it comes from.
//!
//! Time counts in ticks and wraps at 16 bits, as on the motes for which Rime has it. The payload of a message is laid
//! out as the compiler of the mote did it: 16-bit motes send 32 bytes, 32-bit ones 36, 64-bit ones (the native target)
//! 40; all three are understood. Sending a byte through the module sets this node's level. When the time or the level
//! changes, level, 0, and the offset (two bytes, little endian) come up; [`offset`] and [`ticks`] tell the time.

use super::id;
use super::neighbor_discovery::{INTERVALS, NEXT, begin, interval, next};
use crate::{Cx, Descriptor, Doc, Flow, Op, Param, ParamDoc, interface};

const LEVEL: u8 = 2;
const TICKS: u8 = 3;
const LAYOUT: u8 = 4;

/// timesynch. State: the present interval in milliseconds; level; ticks to add to this node's own.
pub static DESCRIPTOR: Descriptor = Descriptor {
    id: id::TIMESYNCH,
    needs: interface::BROADCAST,
    offers: interface::ANNOUNCE,
    params: &[
        interval(8_000),
        interval(300_000),
        Param::new(0, 255, 255),
        Param::new(1, 1_000_000, 32_768),
        Param::new(0, 2, 0),
    ],
    timers: 2,
    words: 3,
    handler: Some(handler),
    ..Descriptor::PLAIN
};

/// timesynch in words.
pub static DOC: Doc = Doc {
    name: "timesynch",
    summary: "one time for all nodes, that of the node with the lowest level",
    params: &[
        INTERVALS[0],
        INTERVALS[1],
        ParamDoc {
            name: "level",
            unit: "1",
            summary: "how good this node's own time is: 0 is best, 255 is none",
        },
        ParamDoc {
            name: "ticks",
            unit: "1/s",
            summary: "ticks of a second; all nodes must agree",
        },
        ParamDoc {
            name: "layout",
            unit: "1",
            summary: "messages as of 16-bit motes (0), 32-bit motes (1) or the native target (2)",
        },
    ],
    descriptor: &DESCRIPTOR,
};

/// Of each layout: length of a message, where its timestamp is, where its clock is and how many times a second that ticks.
const LAYOUTS: [(usize, usize, usize, u32); 3] = [(32, 30, 6, 128), (36, 32, 8, 128), (40, 36, 8, 1000)];

/// What a node knows of the common time: its level, and the ticks to add to [`ticks`] of its own clock. From the state
/// of this module (see [`crate::Network::module_state`]).
#[must_use]
pub fn offset(state: &[u32]) -> Option<(u8, u16)> {
    match state {
        [_, level, offset] => Some((*level as u8, *offset as u16)),
        _ => None,
    }
}

/// A time in microseconds as ticks.
#[must_use]
pub fn ticks(now_us: u64, ticks_per_s: u32) -> u16 {
    clock(now_us, ticks_per_s) as u16
}

/// The same with 32 bits.
fn clock(now_us: u64, ticks_per_s: u32) -> u32 {
    // Whole seconds first, that nothing overflows.
    let (seconds, rest_us) = divide_by_million(now_us);
    let (ticks, _) = divide_by_million(u64::from(rest_us) * u64::from(ticks_per_s));
    seconds.wrapping_mul(ticks_per_s).wrapping_add(ticks)
}

/// Quotient, of which the lower half is enough, and remainder; bit by bit, for the compiler's division of 64 bits takes
/// 500 bytes of flash.
fn divide_by_million(mut value: u64) -> (u32, u32) {
    let (mut divisor, mut quotient) = (1_000_000u64 << 44, 0);
    while divisor >= 1_000_000 {
        quotient <<= 1;
        if value >= divisor {
            value -= divisor;
            quotient |= 1;
        }
        divisor >>= 1;
    }
    (quotient, value as u32)
}

fn handler(cx: &mut Cx<'_, '_>, op: Op) -> Flow {
    match op {
        Op::Open => {
            let level = cx.param(LEVEL);
            set_level(cx, level);
            begin(cx, false);
            Flow::Go
        }
        Op::Send => match cx.packet().pull::<1>() {
            Some([level]) => {
                set_level(cx, u32::from(level));
                Flow::Stop
            }
            None => Flow::Turn(Op::Dropped),
        },
        Op::Recv => heard(cx),
        Op::Sent | Op::Dropped => Flow::Stop,
        Op::Timer if cx.timer() == NEXT => {
            next(cx, false);
            Flow::Stop
        }
        Op::Timer => say(cx),
        _ => Flow::Go,
    }
}

/// A level that changes is told soon.
fn set_level(cx: &mut Cx<'_, '_>, new: u32) {
    let changes = match cx.state().get_mut(1) {
        Some(level) => core::mem::replace(level, new) != new,
        None => false,
    };
    if changes {
        begin(cx, false);
    }
}

fn own_ticks(cx: &Cx<'_, '_>) -> u16 {
    ticks(cx.now(), cx.param(TICKS))
}

fn say(cx: &mut Cx<'_, '_>) -> Flow {
    let layout = cx.param(LAYOUT) as usize;
    let (len, at, clock_at, clock_rate) = LAYOUTS.get(layout).copied().unwrap_or(LAYOUTS[0]);
    let (level, offset) = offset(cx.state()).unwrap_or_default();
    let now = cx.now();
    let (seconds, clock) = (clock(now, 1).to_le_bytes(), clock(now, clock_rate).to_le_bytes());
    let (offset, stamp) = (offset.to_le_bytes(), own_ticks(cx).to_le_bytes());
    let mut message = [0; 40];
    // Level, 0, offset, a finer clock (0), clock, seconds, 16 bytes for the radio to get ready, timestamp.
    let parts: [(usize, &[u8]); 5] = [
        (0, &[level]),
        (2, &offset),
        (clock_at, &clock),
        (at - 20, &seconds),
        (at, &stamp),
    ];
    for (from, bytes) in parts {
        if let Some(to) = message.get_mut(from..) {
            for (to, byte) in to.iter_mut().zip(bytes) {
                *to = *byte;
            }
        }
    }
    cx.packet().set_payload(message.get(..len).unwrap_or(&[]));
    Flow::Turn(Op::Send)
}

fn heard(cx: &mut Cx<'_, '_>) -> Flow {
    let message = cx.current().payload();
    let at = LAYOUTS
        .iter()
        .find(|(len, ..)| *len == message.len())
        .map_or(0, |(_, at, ..)| *at);
    let (Some(&[level, _, o0, o1]), Some(&[t0, t1])) = (
        message.first_chunk::<4>(),
        message.get(at..).and_then(|rest| rest.first_chunk::<2>()),
    ) else {
        return Flow::Stop;
    };
    let own = own_ticks(cx);
    let [_, our_level, offset] = cx.state() else {
        return Flow::Stop;
    };
    if at == 0 || u32::from(level) >= *our_level {
        return Flow::Stop;
    }
    let common = u16::from_le_bytes([t0, t1]).wrapping_add(u16::from_le_bytes([o0, o1]));
    let new = common.wrapping_sub(own);
    let changes = u32::from(new) != *offset || u32::from(level) + 1 != *our_level;
    *offset = u32::from(new);
    set_level(cx, u32::from(level) + 1);
    let [n0, n1] = new.to_le_bytes();
    cx.packet().set_payload(&[level + 1, 0, n0, n1]);
    if changes { Flow::Go } else { Flow::Stop }
}
