//! collect: packets from everywhere to a sink, over a tree that mends itself.
//!
//! Every node announces its distance from the sink, in eighths of a transmission, through a stack that is merged into
//! this module: announcement (under an id), or neighbour discovery (the value alone). A packet goes to the neighbour
//! over which the sink is nearest, is sent again until that acknowledges it, and waits while there is none. A payload
//! that travels begins with four bytes, as do acknowledgements: flags, 0, and the distance of whoever sent it.

mod neighbours;
mod state;
mod tree;

use super::id;
use crate::{Attr, Cx, Descriptor, Doc, Field, Flow, Op, Param, ParamDoc, Scope, interface};
use neighbours::METRIC_MAX;
use state::{Announce, RECENT, STATE, State, load, store, table};
use tree::{announced, build_announcement, heard, update};

/// Packets that wait at one time. One place is kept for this node's own.
const QUEUE: u8 = 3;

/// collect. State: see `State`; packets seen lately; neighbours.
pub static DESCRIPTOR: Descriptor = Descriptor {
    id: id::COLLECT,
    scope: Scope::MultiHop,
    needs: interface::UNICAST,
    offers: interface::MULTIHOP,
    merges: interface::ANNOUNCE,
    params: &[
        Param::new(0, 1, 0),
        Param::new(0, 1, 1),
        Param::new(1, 31, 15),
        Param::new(1, 32, 8),
        Param::new(0, 0xffff, 0),
        Param::new(100, 60_000, 4_000),
        Param::new(0, 86_400_000, 0),
    ],
    timers: 6,
    words: (STATE + RECENT) as u16,
    words_per: (ENTRIES, 2),
    packets: QUEUE,
    header: &[
        Field::new(Attr::ESender, 16),
        Field::new(Attr::EPacketId, 8),
        Field::new(Attr::PacketId, 8),
        Field::new(Attr::Ttl, 4),
        Field::new(Attr::Hops, 4),
        Field::new(Attr::MaxRexmit, 5),
        Field::new(Attr::PacketType, 1),
    ],
    ops: Descriptor::ALL,
    handler: Some(handler),
};

/// collect in words.
pub static DOC: Doc = Doc {
    name: "collect",
    summary: "packets from everywhere to a sink, over a tree that mends itself",
    params: &[
        ParamDoc {
            name: "sink",
            unit: "1",
            summary: "1: this node is a sink",
        },
        ParamDoc {
            name: "router",
            unit: "1",
            summary: "1: this node announces its distance, and takes packets of others",
        },
        ParamDoc {
            name: "transmissions",
            unit: "1",
            summary: "how often a packet is sent on one hop before it is given up",
        },
        ParamDoc {
            name: "entries",
            unit: "1",
            summary: "neighbours remembered",
        },
        ParamDoc {
            name: "announcement",
            unit: "1",
            summary: "id under which the distance is announced; 0: the number of the channel below this stack's",
        },
        ParamDoc {
            name: "interval",
            unit: "ms",
            summary: "a packet not acknowledged is sent again after half of this to all of it",
        },
        ParamDoc {
            name: "keepalive",
            unit: "ms",
            summary: "a node that has sent nothing so long probes its way to the sink; 0: never",
        },
    ],
    descriptor: &DESCRIPTOR,
};

const SINK: u8 = 0;
const ROUTER: u8 = 1;
const TRANSMISSIONS: u8 = 2;
const ENTRIES: u8 = 3;
const ANNOUNCEMENT: u8 = 4;
const INTERVAL_MS: u8 = 5;
const KEEPALIVE_MS: u8 = 6;

const START: u8 = 0;
const REXMIT: u8 = 1;
const PROBE: u8 = 2;
const KEEPALIVE: u8 = 3;
const MINUTE: u8 = 4;
const LIFETIME: u8 = 5;

const DATA: u16 = 0;
const ACK: u16 = 1;

const CONGESTED: u8 = 0x80;
const DROPPED: u8 = 0x40;
const LIFETIME_EXCEEDED: u8 = 0x20;
const NEEDS_UPDATE: u8 = 0x10;

/// Hops that a packet takes at most.
const MAX_HOPS: u16 = 15;
fn handler(cx: &mut Cx<'_, '_>, op: Op) -> Flow {
    let mut s = load(cx);
    let flow = match op {
        Op::Open => {
            let sink = cx.param(SINK) != 0;
            (s.metric, s.seqno) = (if sink { 0 } else { METRIC_MAX }, 10);
            s.announced = METRIC_MAX;
            cx.arm(START, 0);
            cx.arm(MINUTE, 1_000_000);
            set_probe(cx);
            set_keepalive(cx);
            Flow::Go
        }
        Op::Send => originate(cx, &mut s),
        Op::Recv if cx.merged() => {
            if let Some(metric) = announced(cx) {
                let from = cx.get(Attr::Sender);
                heard(cx, &mut s, from, metric);
            }
            Flow::Stop
        }
        Op::Recv => received(cx, &mut s),
        Op::Sent | Op::Dropped if !cx.merged() => {
            if cx.get(Attr::PacketType) == DATA && s.sending {
                wait_for_ack(cx, 2);
            }
            Flow::Stop
        }
        Op::Timer => {
            match cx.timer() {
                START => s.announce = Announce::Now,
                REXMIT => retransmit(cx, &mut s),
                LIFETIME if s.queued != 0 => next(cx, &mut s, Op::TimedOut),
                PROBE => probe(cx, &mut s),
                KEEPALIVE => {
                    set_keepalive(cx);
                    if s.queued == 0 {
                        dummy(cx, &mut s, 8);
                    }
                }
                MINUTE => {
                    cx.arm(MINUTE, 60_000_000);
                    table(cx).grow_older();
                }
                _ => {}
            }
            Flow::Stop
        }
        _ if op.goes_up() => Flow::Stop,
        _ => Flow::Go,
    };
    let flow = conclude(cx, &mut s, flow);
    store(cx, &s);
    flow
}

/// Does what the call has found out to be done, after what it answers: an acknowledgement goes out first.
fn conclude(cx: &mut Cx<'_, '_>, s: &mut State, flow: Flow) -> Flow {
    let data = s.send && select(cx, s);
    let says = cx.param(ROUTER) != 0 || cx.param(SINK) != 0;
    let changed = s.announce == Announce::IfChanged && s.metric != s.announced;
    let announce = says && (changed || s.announce == Announce::Now);
    if !data && !announce {
        return flow;
    }
    cx.spawn(flow);
    if data {
        load_present(cx, s);
        cx.spawn(Flow::Turn(Op::Send));
    }
    if announce {
        s.announced = s.metric;
        build_announcement(cx, s);
        cx.spawn(Flow::Merged(Op::Send));
    }
    Flow::Stop
}

/// A packet of this node's application.
fn originate(cx: &mut Cx<'_, '_>, s: &mut State) -> Flow {
    let own = cx.address().value();
    let wanted = match cx.get(Attr::MaxRexmit) {
        0 => cx.param(TRANSMISSIONS) as u16,
        wanted => wanted.min(31),
    };
    cx.packet().clear_attrs();
    cx.set(Attr::EPacketId, u16::from(s.eseqno));
    // Numbers below the half are those of a node that began not long ago.
    s.eseqno = s.eseqno.checked_add(1).unwrap_or(128);
    cx.set(Attr::ESender, own);
    if cx.param(SINK) != 0 {
        return Flow::Turn(Op::Recv);
    }
    cx.set(Attr::Hops, 1);
    cx.set(Attr::Ttl, MAX_HOPS);
    cx.set(Attr::MaxRexmit, wanted);
    if s.queued >= QUEUE || !cx.packet().push(&[0; 4]) || !cx.enqueue() {
        return Flow::Turn(Op::Dropped);
    }
    queued(cx, s);
    if s.parent == 0 {
        s.announce = Announce::Now;
    }
    Flow::Stop
}

/// A packet has been put at the end of the queue.
fn queued(cx: &mut Cx<'_, '_>, s: &mut State) {
    s.queued += 1;
    s.send = true;
    if s.queued == 1 {
        set_lifetime(cx);
    }
}

/// The first packet in the queue has this long to be acknowledged.
fn set_lifetime(cx: &mut Cx<'_, '_>) {
    let allowed = cx.held().map_or(0, |held| held.get(Attr::MaxRexmit));
    let interval_us = cx.param_us(INTERVAL_MS);
    cx.arm(LIFETIME, 2 * interval_us * u64::from(allowed));
}

/// Queues a packet without payload, to find out what the link is like.
fn dummy(cx: &mut Cx<'_, '_>, s: &mut State, transmissions: u16) {
    let own = cx.address().value();
    cx.packet().clear();
    cx.packet().set_payload(&[0; 4]);
    cx.set(Attr::EPacketId, u16::from(s.eseqno.wrapping_sub(1)));
    cx.set(Attr::ESender, own);
    cx.set(Attr::Hops, 1);
    cx.set(Attr::Ttl, 1);
    cx.set(Attr::MaxRexmit, transmissions);
    if s.parent != 0 && cx.enqueue() {
        queued(cx, s);
    }
}

/// Whether the first packet in the queue can go out now; it is the present one then.
fn select(cx: &mut Cx<'_, '_>, s: &mut State) -> bool {
    if s.sending || s.queued == 0 {
        return false;
    }
    if table(cx).find(s.parent).is_none() {
        s.announce = Announce::Now;
        return false;
    }
    (s.sending, s.present, s.transmissions) = (true, s.parent, 0);
    true
}

/// Makes the first packet in the queue the current one, as it goes out.
fn load_present(cx: &mut Cx<'_, '_>, s: &mut State) {
    cx.recall();
    s.transmissions = s.transmissions.saturating_add(1);
    let metric = s.metric.to_le_bytes();
    cx.packet().skip(4);
    cx.packet().push(&[0, 0, metric[0], metric[1]]);
    cx.set(Attr::PacketId, u16::from(s.seqno));
    cx.set(Attr::PacketType, DATA);
    cx.set(Attr::Receiver, s.present);
    // In case nobody ever says what became of it.
    let interval_us = cx.param_us(INTERVAL_MS);
    cx.arm(REXMIT, 16 * interval_us);
}

/// Waits for half of the interval to all of it, or (`halves` 4) for all of it to double.
fn wait_for_ack(cx: &mut Cx<'_, '_>, halves: u32) {
    let interval_ms = cx.param(INTERVAL_MS) / 2 * halves;
    let wait_us = cx.random_half_us(interval_ms);
    cx.arm(REXMIT, wait_us);
}

fn retransmit(cx: &mut Cx<'_, '_>, s: &mut State) {
    if !s.sending {
        return;
    }
    let allowed = cx.held().map_or(0, |held| held.get(Attr::MaxRexmit));
    if u16::from(s.transmissions) >= allowed {
        if let Some(mut neighbour) = table(cx).find(s.present) {
            neighbour.sent(allowed * 2);
            table(cx).put(neighbour);
        }
        update(cx, s);
        next(cx, s, Op::TimedOut);
        return;
    }
    update(cx, s);
    let transmissions = s.transmissions;
    let same = s.parent == s.present;
    s.sending = false;
    s.send = true;
    // Over a new neighbour it is counted anew.
    if select(cx, s) {
        s.transmissions = if same { transmissions } else { 0 };
        load_present(cx, s);
        cx.spawn(Flow::Turn(Op::Send));
    }
}

/// Done with the first packet in the queue; the application is told if it was its own.
fn next(cx: &mut Cx<'_, '_>, s: &mut State, outcome: Op) {
    let own = cx.address().value();
    let ours = cx
        .held()
        .is_some_and(|held| held.get(Attr::ESender) == own && held.payload().len() > 4);
    if ours {
        cx.recall();
        cx.spawn(Flow::Turn(outcome));
    }
    if cx.release() {
        s.queued = s.queued.saturating_sub(1);
    }
    s.seqno = s.seqno.wrapping_add(1);
    (s.sending, s.transmissions, s.send) = (false, 0, true);
    cx.disarm(REXMIT);
    cx.disarm(LIFETIME);
    if s.queued != 0 {
        set_lifetime(cx);
    }
    set_keepalive(cx);
}

/// A packet for us on the data channel.
fn received(cx: &mut Cx<'_, '_>, s: &mut State) -> Flow {
    let Some(&[flags, _, m0, m1]) = cx.current().payload().first_chunk::<4>() else {
        return Flow::Stop;
    };
    let (from, metric) = (cx.get(Attr::Sender), u16::from_le_bytes([m0, m1]));
    if let Some(mut neighbour) = table(cx).find(from) {
        neighbour.says(metric);
        table(cx).put(neighbour);
        update(cx, s);
    }
    if cx.get(Attr::PacketType) == ACK {
        acknowledged(cx, s, flags);
        return Flow::Stop;
    }
    let mut answer = if s.queued + 1 >= QUEUE { CONGESTED } else { 0 };
    let seen = 1 << 24 | u32::from(cx.get(Attr::ESender)) << 8 | u32::from(cx.get(Attr::EPacketId) & 0xff);
    let known = cx
        .state()
        .iter()
        .skip(STATE)
        .take(RECENT)
        .any(|packet| *packet == seen);
    if known {
        // Only the acknowledgement was lost.
    } else if cx.param(SINK) != 0 {
        answer = 0;
        remember(cx, s, seen);
        if cx.current().payload().len() > 4 {
            cx.packet().skip(4);
            cx.spawn(Flow::Turn(Op::Recv));
        }
    } else if cx.get(Attr::Ttl) <= 1 {
        answer |= DROPPED | LIFETIME_EXCEEDED;
    } else if s.metric == METRIC_MAX {
        return Flow::Stop;
    } else {
        if metric <= s.metric {
            answer |= NEEDS_UPDATE;
        }
        let (hops, ttl) = (cx.get(Attr::Hops), cx.get(Attr::Ttl));
        cx.set(Attr::Hops, (hops + 1).min(15));
        cx.set(Attr::Ttl, ttl - 1);
        if s.queued + 1 < QUEUE && cx.enqueue() {
            queued(cx, s);
            remember(cx, s, seen);
        } else {
            answer |= DROPPED | CONGESTED;
        }
    }
    let number = cx.get(Attr::PacketId);
    let metric = s.metric.to_le_bytes();
    cx.packet().clear();
    cx.packet().set_payload(&[answer, 0, metric[0], metric[1]]);
    cx.set(Attr::Receiver, from);
    cx.set(Attr::PacketId, number);
    cx.set(Attr::PacketType, ACK);
    Flow::Turn(Op::Send)
}

/// Remembers a packet, unless it is one that only probes.
fn remember(cx: &mut Cx<'_, '_>, s: &mut State, seen: u32) {
    if cx.current().payload().len() <= 4 {
        return;
    }
    if let Some(place) = cx.state().get_mut(STATE + usize::from(s.next_recent)) {
        *place = seen;
    }
    s.next_recent = (s.next_recent + 1) % RECENT as u8;
}

fn acknowledged(cx: &mut Cx<'_, '_>, s: &mut State, flags: u8) {
    let from = cx.get(Attr::Sender);
    if !s.sending || from != s.present || cx.get(Attr::PacketId) != u16::from(s.seqno) {
        return;
    }
    let transmissions = u16::from(s.transmissions);
    let allowed = cx.held().map_or(0, |held| held.get(Attr::MaxRexmit));
    let lost = flags & DROPPED != 0 && flags & LIFETIME_EXCEEDED == 0;
    if let Some(mut neighbour) = table(cx).find(from) {
        neighbour.sent(transmissions);
        if flags & CONGESTED != 0 {
            neighbour.sent(allowed * 2);
        }
        if lost {
            neighbour.sent(allowed);
        }
        table(cx).put(neighbour);
    }
    if lost {
        wait_for_ack(cx, 4);
    } else {
        next(cx, s, Op::Sent);
    }
    update(cx, s);
    if flags & NEEDS_UPDATE != 0 {
        s.announce = Announce::Now;
    }
    set_keepalive(cx);
}

/// Now and then, sends to a neighbour that is nearer the sink and that nothing was ever sent to.
fn probe(cx: &mut Cx<'_, '_>, s: &mut State) {
    set_probe(cx);
    if cx.param(SINK) != 0 || s.metric == METRIC_MAX || s.queued != 0 {
        return;
    }
    if let Some(neighbour) = table(cx).unprobed(s.metric) {
        let parent = core::mem::replace(&mut s.parent, neighbour.address);
        dummy(cx, s, 15);
        if select(cx, s) {
            load_present(cx, s);
            cx.spawn(Flow::Turn(Op::Send));
        }
        s.parent = parent;
    }
}

fn set_probe(cx: &mut Cx<'_, '_>) {
    let wait_ms = (1 + cx.random(1000)) * 60;
    cx.arm(PROBE, u64::from(wait_ms) * 1000);
}

fn set_keepalive(cx: &mut Cx<'_, '_>) {
    let period_ms = cx.param(KEEPALIVE_MS);
    if period_ms != 0 {
        let wait_us = cx.random_half_us(period_ms);
        cx.arm(KEEPALIVE, wait_us);
    }
}
