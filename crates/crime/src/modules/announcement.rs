//! announcement: a node's values, each under an id, said to its neighbours in one frame, ever more rarely.
//!
//! Sending through it sets values: pairs of id and value, 16 bits each, little endian; an id at the end without value
//! takes its value back. A new id, or an urgent packet, begins anew with the initial interval. What neighbours
//! announce comes up as the same pairs.

use super::id;
use super::neighbor_discovery::{INTERVALS, NEXT, begin, interval, next};
use crate::{Attr, Cx, Descriptor, Doc, Flow, Op, Param, ParamDoc, interface};

/// The most values of one node: with the headers they fit a frame.
const MAX_ENTRIES: usize = 24;

/// announcement. State: the present interval in milliseconds, 0 before anything is said; how many values; the values,
/// id in the upper half.
pub static DESCRIPTOR: Descriptor = Descriptor {
    id: id::ANNOUNCEMENT,
    needs: interface::BROADCAST,
    offers: interface::ANNOUNCE,
    params: &[
        interval(4_000),
        interval(3_600_000),
        Param::new(1, MAX_ENTRIES as u32, 4),
    ],
    timers: 2,
    words: 2,
    words_per: (2, 1),
    handler: Some(handler),
    ..Descriptor::PLAIN
};

/// announcement in words.
pub static DOC: Doc = Doc {
    name: "announcement",
    summary: "says values of this node's, each under an id, to its neighbours, ever more rarely",
    params: &[
        INTERVALS[0],
        INTERVALS[1],
        ParamDoc {
            name: "entries",
            unit: "1",
            summary: "how many values this node may announce",
        },
    ],
    descriptor: &DESCRIPTOR,
};

fn handler(cx: &mut Cx<'_, '_>, op: Op) -> Flow {
    match op {
        Op::Send => set_values(cx),
        Op::Recv => {
            let Some(count) = cx.packet().pull::<2>() else {
                return Flow::Stop;
            };
            let pairs_bytes = 4 * usize::from(u16::from_le_bytes(count));
            // A count that is too large is no announcement of anything.
            if pairs_bytes == 0 || pairs_bytes > cx.current().payload().len() {
                return Flow::Stop;
            }
            cx.packet().truncate(pairs_bytes);
            Flow::Go
        }
        Op::Sent | Op::Dropped => Flow::Stop,
        Op::Timer if cx.timer() == NEXT => {
            next(cx, false);
            Flow::Stop
        }
        Op::Timer => say(cx),
        _ => Flow::Go,
    }
}

fn set_values(cx: &mut Cx<'_, '_>) -> Flow {
    let mut anew = cx.get(Attr::Urgent) != 0;
    while let Some([i0, i1, v0, v1]) = cx.packet().pull::<4>() {
        let entry = u32::from_be_bytes([i1, i0, v1, v0]);
        let [interval_ms, count, entries @ ..] = cx.state() else {
            return Flow::Stop;
        };
        let known = *count as usize;
        let place = entries.iter().take(known).position(|e| *e >> 16 == entry >> 16);
        let Some(slot) = entries.get_mut(place.unwrap_or(known)) else {
            return Flow::Turn(Op::Dropped);
        };
        *slot = entry;
        if place.is_none() {
            *count += 1;
            anew = true;
        }
        anew |= *interval_ms == 0;
    }
    if let Some(id) = cx.packet().pull::<2>() {
        take_back(cx, u16::from_le_bytes(id));
    }
    if anew {
        begin(cx, false);
    }
    Flow::Stop
}

fn take_back(cx: &mut Cx<'_, '_>, id: u16) {
    let [_, count, entries @ ..] = cx.state() else {
        return;
    };
    let known = (*count as usize).min(entries.len());
    if let Some(at) = entries.iter().take(known).position(|e| *e >> 16 == u32::from(id)) {
        // From the last one on, each takes what the one behind it had.
        let mut behind = 0;
        for entry in entries.iter_mut().take(known).skip(at).rev() {
            core::mem::swap(entry, &mut behind);
        }
        *count -= 1;
    }
}

/// Says all values, if there are any.
fn say(cx: &mut Cx<'_, '_>) -> Flow {
    let [_, count, entries @ ..] = cx.state() else {
        return Flow::Stop;
    };
    let count = (*count as usize).min(entries.len());
    let mut payload = [0; 2 + 4 * MAX_ENTRIES];
    let (head, pairs) = payload.split_at_mut(2);
    head.copy_from_slice(&(count as u16).to_le_bytes());
    for (pair, entry) in pairs.chunks_exact_mut(4).zip(entries.iter().take(count)) {
        let [i1, i0, v1, v0] = entry.to_be_bytes();
        pair.copy_from_slice(&[i0, i1, v0, v1]);
    }
    cx.packet()
        .set_payload(payload.get(..2 + 4 * count).unwrap_or(&[]));
    if count == 0 {
        return Flow::Stop;
    }
    Flow::Turn(Op::Send)
}
