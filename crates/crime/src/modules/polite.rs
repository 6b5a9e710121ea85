//! polite and ipolite: a packet waits for half of an interval to all of it, and is given up when the same one is heard
//! from others first. polite stands over anything local, ipolite, Rime's name for it with senders, over
//! broadcast; they are the same otherwise.

use super::id;
use crate::{Attr, Cx, Descriptor, Doc, Flow, Op, Param, ParamDoc, interface};

const INTERVAL_MS: u8 = 0;
const COMPARED_BYTES: u8 = 1;
const MAX_DUPLICATES: u8 = 2;

/// polite.
pub static POLITE: Descriptor = Descriptor {
    id: id::POLITE,
    needs: interface::LINK | interface::ANONYMOUS | interface::BROADCAST,
    offers: interface::SAME,
    params: &[
        Param::new(0, 3_600_000, 2_000),
        Param::new(0, 128, 4),
        Param::new(1, 255, 1),
    ],
    timers: 1,
    words: 1,
    packets: 1,
    handler: Some(handler),
    ..Descriptor::PLAIN
};

/// ipolite.
pub static IPOLITE: Descriptor = Descriptor {
    id: id::IPOLITE,
    needs: interface::BROADCAST,
    offers: interface::BROADCAST,
    ..POLITE
};

const PARAMS: &[ParamDoc] = &[
    ParamDoc {
        name: "interval",
        unit: "ms",
        summary: "how long a packet waits at most; at least half of it",
    },
    ParamDoc {
        name: "hdrsize",
        unit: "byte",
        summary: "how much of two packets of one length is compared",
    },
    ParamDoc {
        name: "maxdups",
        unit: "1",
        summary: "so many copies heard make this node drop its own",
    },
];

/// polite in words.
pub static DOC_POLITE: Doc = Doc {
    name: "polite",
    summary: "waits, and does not send what others have sent meanwhile",
    params: PARAMS,
    descriptor: &POLITE,
};

/// ipolite in words.
pub static DOC_IPOLITE: Doc = Doc {
    name: "ipolite",
    summary: "waits, and does not send what others have sent meanwhile (over broadcast)",
    params: PARAMS,
    descriptor: &IPOLITE,
};

fn handler(cx: &mut Cx<'_, '_>, op: Op) -> Flow {
    match op {
        Op::Send | Op::Forward => {
            // A new packet takes the place of one that waits.
            let interval_ms = match cx.get(Attr::Interval) {
                0 => cx.param(INTERVAL_MS),
                wish => u32::from(wish),
            };
            if cx.get(Attr::Urgent) != 0 || interval_ms == 0 {
                cx.release();
                cx.disarm(0);
                return Flow::Go;
            }
            if !cx.hold() {
                return Flow::Turn(Op::Dropped);
            }
            let wait_us = cx.random_half_us(interval_ms);
            cx.arm(0, wait_us);
            set_duplicates(cx, 0);
            Flow::Stop
        }
        Op::Timer => {
            if !cx.recall() {
                return Flow::Go;
            }
            cx.release();
            Flow::Turn(Op::Send)
        }
        Op::Recv => {
            if heard_ours(cx) {
                let duplicates = cx.state().first().map_or(0, |count| count + 1);
                set_duplicates(cx, duplicates);
                if duplicates >= cx.param(MAX_DUPLICATES) {
                    cx.release();
                    cx.disarm(0);
                    cx.spawn(Flow::Turn(Op::Dropped));
                }
            }
            Flow::Go
        }
        _ => Flow::Go,
    }
}

fn set_duplicates(cx: &mut Cx<'_, '_>, duplicates: u32) {
    if let Some(count) = cx.state().first_mut() {
        *count = duplicates;
    }
}

/// Whether the packet received is the one that waits: as long, and its first bytes the same.
fn heard_ours(cx: &mut Cx<'_, '_>) -> bool {
    let compared = cx.param(COMPARED_BYTES) as usize;
    let heard = cx.current().payload();
    cx.held().is_some_and(|held| {
        let ours = held.payload();
        let compared = compared.min(ours.len());
        ours.len() == heard.len() && ours.get(..compared) == heard.get(..compared)
    })
}
