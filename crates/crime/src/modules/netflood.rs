//! netflood: packets to every node of the network. Before the payload: sequence number u16, originator, hops u16,
//! all little endian.
//!
//! Below an application it relays by itself; below any other module that one decides, by forwarding what it got.

use super::id;
use crate::{Attr, Cx, Descriptor, Doc, Flow, Op, Param, ParamDoc, Scope, interface};

const HOP_LIMIT: u8 = 0;
const FIRST_SEQUENCE: u8 = 1;

/// Floods that are remembered, so that none is relayed twice.
const REMEMBERED: usize = 4;

/// How far back a sequence number counts as old; further back it is taken for a node that began anew, or whose
/// 8-bit counter went round.
const OLD: u16 = 128;

/// netflood. State: number of floods sent; next place in the memory; the memory.
pub static DESCRIPTOR: Descriptor = Descriptor {
    id: id::NETFLOOD,
    scope: Scope::MultiHop,
    needs: interface::BROADCAST,
    offers: interface::FLOOD,
    params: &[Param::new(1, 255, 16), Param::new(0, 0xffff, 0)],
    words: 2 + REMEMBERED as u16,
    handler: Some(handler),
    ..Descriptor::PLAIN
};

/// netflood in words.
pub static DOC: Doc = Doc {
    name: "netflood",
    summary: "packets to every node of the network",
    params: &[
        ParamDoc {
            name: "hops",
            unit: "hops",
            summary: "a packet that has come so far is not relayed any more",
        },
        ParamDoc {
            name: "sequence",
            unit: "1",
            summary: "the first sequence number",
        },
    ],
    descriptor: &DESCRIPTOR,
};

fn handler(cx: &mut Cx<'_, '_>, op: Op) -> Flow {
    match op {
        Op::Send => {
            let first = cx.param(FIRST_SEQUENCE) as u16;
            let Some(count) = cx.state().first_mut() else {
                return Flow::Stop;
            };
            let sequence = first.wrapping_add(*count as u16);
            *count = count.wrapping_add(1);
            let own = cx.address().value();
            cx.set(Attr::ESender, own);
            cx.set(Attr::EPacketId, sequence);
            cx.set(Attr::Hops, 0);
            cx.set(Attr::Receiver, 0);
            // One's own goes out at once; only relays are polite.
            cx.set(Attr::Urgent, 1);
            push_header(cx)
        }
        Op::Forward => {
            if u32::from(cx.get(Attr::Hops)) >= cx.param(HOP_LIMIT) {
                return Flow::Stop;
            }
            let hops = cx.get(Attr::Hops) + 1;
            cx.set(Attr::Hops, hops);
            cx.set(Attr::Urgent, 0);
            push_header(cx)
        }
        Op::Recv => receive(cx),
        _ => Flow::Go,
    }
}

fn push_header(cx: &mut Cx<'_, '_>) -> Flow {
    let [s0, s1] = cx.get(Attr::EPacketId).to_le_bytes();
    let [o0, o1] = cx.get(Attr::ESender).to_le_bytes();
    let [h0, h1] = cx.get(Attr::Hops).to_le_bytes();
    if cx.packet().push(&[s0, s1, o0, o1, h0, h1]) {
        Flow::Go
    } else {
        Flow::Turn(Op::Dropped)
    }
}

fn receive(cx: &mut Cx<'_, '_>) -> Flow {
    let Some([s0, s1, o0, o1, h0, _]) = cx.packet().pull::<6>() else {
        return Flow::Stop;
    };
    let (sequence, originator) = (u16::from_le_bytes([s0, s1]), u16::from_le_bytes([o0, o1]));
    if originator == cx.address().value() || !is_new(cx.state(), originator, sequence) {
        return Flow::Stop;
    }
    cx.set(Attr::ESender, originator);
    cx.set(Attr::EPacketId, sequence);
    cx.set(Attr::Hops, u16::from(h0));
    if cx.below_application() {
        if handler(cx, Op::Forward) == Flow::Go {
            cx.spawn(Flow::Turn(Op::Forward));
            cx.packet().skip(6);
        }
        // The application is told the hops that the packet took, as with multihop: this one included.
        cx.set(Attr::Hops, u16::from(h0) + 1);
    }
    Flow::Go
}

/// Whether a flood has not been here yet; it is remembered then.
fn is_new(state: &mut [u32], originator: u16, sequence: u16) -> bool {
    let Some((_, [next, memory @ ..])) = state.split_first_mut() else {
        return false;
    };
    let flood = u32::from(originator) << 16 | u32::from(sequence);
    // A cell that was never used is 0; a node 0.0 does not exist.
    if let Some(cell) = memory
        .iter_mut()
        .find(|cell| **cell >> 16 == u32::from(originator) && originator != 0)
    {
        let is_new = (*cell as u16).wrapping_sub(sequence) >= OLD;
        if is_new {
            *cell = flood;
        }
        return is_new;
    }
    if let Some(cell) = memory.get_mut(*next as usize) {
        *cell = flood;
    }
    *next = if *next as usize + 1 < memory.len() {
        *next + 1
    } else {
        0
    };
    true
}
