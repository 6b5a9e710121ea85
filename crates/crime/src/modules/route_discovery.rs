//! route_discovery: routes on demand. A request floods the network; the node that is asked for answers, hop by hop
//! back over the routes that the request has made.
//!
//! It stands over netflood (requests), a unicast stack is merged into it (replies), and it is merged into the module
//! whose table it fills. Request: wanted node, id u8, 0. Reply: 0, hops u8, node that asked, node that was asked for.

use super::mesh;
use super::{id, route};
use crate::{Address, Attr, Cx, Descriptor, Doc, Flow, Op, Param, ParamDoc, Scope, interface};

const TIMEOUT_MS: u8 = 0;
const HOP_LIMIT: u8 = 1;

/// route_discovery. State: requests sent; whether an answer is awaited; the last request of others.
pub static DESCRIPTOR: Descriptor = Descriptor {
    id: id::ROUTE_DISCOVERY,
    scope: Scope::MultiHop,
    needs: interface::FLOOD,
    offers: interface::ROUTES,
    merges: interface::UNICAST,
    params: &[Param::new(100, 3_600_000, 10_000), Param::new(1, 255, 32)],
    timers: 1,
    words: 3,
    handler: Some(handler),
    ..Descriptor::PLAIN
};

/// route_discovery in words.
pub static DOC: Doc = Doc {
    name: "route_discovery",
    summary: "asks the network for routes, and answers those who ask",
    params: &[
        ParamDoc {
            name: "timeout",
            unit: "ms",
            summary: "how long an answer is awaited",
        },
        ParamDoc {
            name: "hops",
            unit: "hops",
            summary: "a reply that has come so far is not passed on",
        },
    ],
    descriptor: &DESCRIPTOR,
};

fn handler(cx: &mut Cx<'_, '_>, op: Op) -> Flow {
    match op {
        Op::Discover => ask(cx),
        Op::Recv if cx.merged() => reply_received(cx),
        Op::Recv => request_received(cx),
        Op::Timer => {
            set_waiting(cx, 0);
            Flow::Turn(Op::TimedOut)
        }
        Op::Open | Op::Close => Flow::Go,
        // What becomes of requests and replies is no news for whoever wants a route.
        _ => Flow::Stop,
    }
}

fn set_waiting(cx: &mut Cx<'_, '_>, waiting: u32) {
    if let [_, cell, ..] = cx.state() {
        *cell = waiting;
    }
}

fn ask(cx: &mut Cx<'_, '_>) -> Flow {
    let [d0, d1] = cx.get(Attr::EReceiver).to_le_bytes();
    let [count, waiting, ..] = cx.state() else {
        return Flow::Stop;
    };
    if *waiting != 0 {
        return Flow::Stop;
    }
    *waiting = 1;
    let number = *count as u8;
    *count = count.wrapping_add(1);
    let timeout_us = cx.param_us(TIMEOUT_MS);
    cx.arm(0, timeout_us);
    cx.packet().clear();
    cx.packet().set_payload(&[d0, d1, number, 0]);
    Flow::Turn(Op::Send)
}

fn request_received(cx: &mut Cx<'_, '_>) -> Flow {
    let Some(&[d0, d1, number, ..]) = cx.packet().payload().first_chunk::<4>() else {
        return Flow::Stop;
    };
    let asking = cx.get(Attr::ESender);
    // The first request ever must differ from a state of 0.
    let request = 1 << 24 | u32::from(asking) << 8 | u32::from(number);
    let [_, _, last] = cx.state() else {
        return Flow::Stop;
    };
    if *last == request {
        return Flow::Stop;
    }
    *last = request;
    let hops = cx.get(Attr::Hops) as u8;
    add_route(cx, asking, hops);
    if Address::new(d0, d1) != cx.address() {
        return Flow::Turn(Op::Forward);
    }
    let ([a0, a1], [o0, o1]) = (asking.to_le_bytes(), cx.address().0);
    cx.packet().clear();
    cx.packet().set_payload(&[0, 0, a0, a1, o0, o1]);
    reply_towards(cx, asking)
}

fn reply_received(cx: &mut Cx<'_, '_>) -> Flow {
    let Some(&[_, hops, a0, a1, o0, o1]) = cx.packet().payload().first_chunk::<6>() else {
        return Flow::Stop;
    };
    let (asking, found) = (Address::new(a0, a1), Address::new(o0, o1));
    add_route(cx, found.value(), hops);
    if asking == cx.address() {
        set_waiting(cx, 0);
        cx.disarm(0);
        cx.set(Attr::EReceiver, found.value());
        return Flow::Turn(Op::NewRoute);
    }
    if u32::from(hops) >= cx.param(HOP_LIMIT) {
        return Flow::Stop;
    }
    cx.packet().clear();
    cx.packet().set_payload(&[0, hops + 1, a0, a1, o0, o1]);
    reply_towards(cx, asking.value())
}

/// A route to `to` over the neighbour that sent the current packet.
fn add_route(cx: &mut Cx<'_, '_>, to: u16, hops: u8) {
    let neighbour = cx.get(Attr::Sender);
    if to != cx.address().value() {
        mesh::with_table(cx, |mut table, tick, until| {
            table.add(to, neighbour, hops, tick, until)
        });
    }
}

fn reply_towards(cx: &mut Cx<'_, '_>, asking: u16) -> Flow {
    match mesh::with_table(cx, |mut table: route::Table<'_>, tick, until| {
        table.use_route(asking, tick, until)
    }) {
        Some(next_hop) => {
            cx.set(Attr::Receiver, next_hop);
            Flow::Merged(Op::Send)
        }
        None => Flow::Stop,
    }
}
