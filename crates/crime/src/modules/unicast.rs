//! unicast: to one neighbour. Packets for others end here.

use super::id;
use crate::{Attr, Cx, Descriptor, Doc, Field, Flow, Op, Param, ParamDoc, interface};

/// unicast.
pub static DESCRIPTOR: Descriptor = Descriptor {
    id: id::UNICAST,
    needs: interface::BROADCAST,
    offers: interface::UNICAST,
    params: &[Param::ADDRESS],
    header: &[Field::new(Attr::Receiver, 16)],
    handler,
    ..Descriptor::PLAIN
};

/// unicast in words.
pub static DOC: Doc = Doc {
    name: "unicast",
    summary: "packets to one neighbour",
    params: &[ParamDoc {
        name: "receiver",
        unit: "address",
        summary: "where to, when neither the sender nor a module above says",
    }],
    descriptor: &DESCRIPTOR,
};

fn handler(cx: &mut Cx<'_, '_>, op: Op) -> Flow {
    match op {
        Op::Send | Op::Forward => {
            let wanted = [
                cx.get(Attr::Receiver),
                cx.get(Attr::EReceiver),
                cx.param(0) as u16,
            ];
            match wanted.into_iter().find(|&address| address != 0) {
                Some(receiver) => {
                    cx.set(Attr::Receiver, receiver);
                    Flow::Go
                }
                None => Flow::Turn(Op::Dropped),
            }
        }
        Op::Recv if cx.get(Attr::Receiver) != cx.address().value() => Flow::Stop,
        _ => Flow::Go,
    }
}
