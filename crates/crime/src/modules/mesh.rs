//! mesh: packets to any node, over routes that are asked for when they are needed.
//!
//! It owns the route table. A stack with route_discovery on top is merged into it. A packet without a route waits, one
//! at a time, until there is one.

use super::route::{self, Table};
use super::{id, multihop};
use crate::{Attr, Cx, Descriptor, Doc, Flow, Op, ParamDoc, Scope, interface};

const LIFETIME: u8 = 1;

/// mesh. State: the route table.
pub static DESCRIPTOR: Descriptor = Descriptor {
    id: id::MESH,
    scope: Scope::MultiHop,
    needs: interface::RELAY,
    offers: interface::MULTIHOP,
    merges: interface::ROUTES,
    params: &[route::ENTRIES, route::LIFETIME_S],
    words_per: (0, route::ENTRY_WORDS),
    packets: 1,
    handler: Some(handler),
    ..Descriptor::PLAIN
};

/// mesh in words.
pub static DOC: Doc = Doc {
    name: "mesh",
    summary: "packets to any node, over routes that are asked for when they are needed",
    params: &[
        ParamDoc {
            name: "entries",
            unit: "1",
            summary: "size of the route table",
        },
        ParamDoc {
            name: "lifetime",
            unit: "s",
            summary: "how long a route lives that is not used",
        },
    ],
    descriptor: &DESCRIPTOR,
};

fn handler(cx: &mut Cx<'_, '_>, op: Op) -> Flow {
    match op {
        Op::Send => {
            if !multihop::complete_receiver(cx) {
                return Flow::Turn(Op::Dropped);
            }
            if set_next_hop(cx) {
                Flow::Go
            } else {
                wait_for_route(cx)
            }
        }
        Op::Recv if cx.merged() => Flow::Stop,
        Op::Recv => {
            if cx.get(Attr::EReceiver) == cx.address().value() {
                // Whom one hears from is alive: the route there is renewed.
                let source = cx.get(Attr::ESender);
                with_table(cx, |mut table, tick, until| table.use_route(source, tick, until));
                Flow::Go
            } else if set_next_hop(cx) {
                Flow::Turn(Op::Forward)
            } else {
                wait_for_route(cx)
            }
        }
        Op::NewRoute => {
            let found = cx.get(Attr::EReceiver);
            if cx.held().is_none_or(|held| held.get(Attr::EReceiver) != found) {
                return Flow::Stop;
            }
            cx.recall();
            cx.release();
            if set_next_hop(cx) {
                Flow::Turn(if is_ours(cx) { Op::Send } else { Op::Forward })
            } else {
                Flow::Stop
            }
        }
        Op::TimedOut => {
            let ours = cx.recall() && is_ours(cx);
            cx.release();
            if ours { Flow::Go } else { Flow::Stop }
        }
        _ => Flow::Go,
    }
}

/// Whether the packet comes from this node: it has no end-to-end sender yet.
fn is_ours(cx: &Cx<'_, '_>) -> bool {
    cx.get(Attr::ESender) == 0
}

fn set_next_hop(cx: &mut Cx<'_, '_>) -> bool {
    let receiver = cx.get(Attr::EReceiver);
    match with_table(cx, |mut table: Table<'_>, tick, until| {
        table.use_route(receiver, tick, until)
    }) {
        Some(next_hop) => {
            cx.set(Attr::Receiver, next_hop);
            true
        }
        None => false,
    }
}

/// Keeps the packet, in place of one that waited before, and asks for a route.
fn wait_for_route(cx: &mut Cx<'_, '_>) -> Flow {
    if cx.hold() {
        Flow::Merged(Op::Discover)
    } else {
        Flow::Turn(Op::Dropped)
    }
}

/// Hands the route table of this composition's mesh to `f`, with the present tick and the one at which what is used
/// now ends.
pub(super) fn with_table<R>(cx: &mut Cx<'_, '_>, f: impl FnOnce(Table<'_>, u32, u32) -> R) -> R {
    let tick = route::tick(cx.now());
    let lifetime_us = u64::from(cx.peer_param(id::MESH, LIFETIME)) * 1_000_000;
    let until = route::tick(cx.now().saturating_add(lifetime_us));
    f(Table(cx.peer(id::MESH)), tick, until)
}
