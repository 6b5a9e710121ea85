//! multihop: packets with two ends and a hop count. It does not know where the next hop is: the module above says.
//!
//! Going up, it passes on what is for this node and what is not; the module above (mesh, route) turns the latter into
//! `Forward` with the next hop in `Receiver`.

use super::id;
use crate::{Attr, Cx, Descriptor, Doc, Field, Flow, Op, Param, ParamDoc, Scope, interface};

const ESENDER: u8 = 0;
/// The parameter that says where packets go that name no receiver.
pub(super) const ERECEIVER: u8 = 1;
const HOP_LIMIT: u8 = 2;

/// multihop.
pub static DESCRIPTOR: Descriptor = Descriptor {
    id: id::MULTIHOP,
    scope: Scope::MultiHop,
    needs: interface::UNICAST,
    offers: interface::RELAY,
    params: &[Param::ADDRESS, Param::ADDRESS, Param::new(1, 31, 31)],
    header: &[
        Field::new(Attr::ESender, 16),
        Field::new(Attr::EReceiver, 16),
        Field::new(Attr::Hops, 5),
    ],
    handler: Some(handler),
    ..Descriptor::PLAIN
};

/// multihop in words.
pub static DOC: Doc = Doc {
    name: "multihop",
    summary: "packets with two ends, relayed from hop to hop",
    params: &[
        ParamDoc {
            name: "esender",
            unit: "address",
            summary: "the address to send as; 0.0 is the node's own",
        },
        ParamDoc {
            name: "ereceiver",
            unit: "address",
            summary: "where to, when the sender does not say",
        },
        ParamDoc {
            name: "hops",
            unit: "hops",
            summary: "a packet that has come so far is not relayed any more",
        },
    ],
    descriptor: &DESCRIPTOR,
};

fn handler(cx: &mut Cx<'_, '_>, op: Op) -> Flow {
    let sender = match cx.param(ESENDER) as u16 {
        0 => cx.address().value(),
        sender => sender,
    };
    match op {
        Op::Send => {
            cx.set(Attr::ESender, sender);
            cx.set(Attr::Hops, 1);
        }
        Op::Forward => {
            let hops = cx.get(Attr::Hops) + 1;
            cx.set(Attr::Hops, hops);
        }
        Op::Recv => {
            let for_us = cx.get(Attr::EReceiver) == cx.address().value();
            if !for_us && u32::from(cx.get(Attr::Hops)) >= cx.param(HOP_LIMIT) {
                return Flow::Stop;
            }
        }
        // What became of others' packets is no news for this application.
        Op::Sent | Op::Dropped if cx.get(Attr::ESender) != sender => return Flow::Stop,
        _ => {}
    }
    Flow::Go
}

/// The receiver of the packet that is being sent: the packet's own, or the parameter of the multihop module below,
/// which is then made the packet's own. False when there is none, or it is this node.
pub(super) fn complete_receiver(cx: &mut Cx<'_, '_>) -> bool {
    if cx.get(Attr::EReceiver) == 0 {
        let receiver = cx.stack_param(id::MULTIHOP, ERECEIVER) as u16;
        cx.set(Attr::EReceiver, receiver);
    }
    let receiver = cx.get(Attr::EReceiver);
    receiver != 0 && receiver != cx.address().value()
}
