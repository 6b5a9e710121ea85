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
    ops: Op::Send.bit() | Op::Forward.bit() | Op::Recv.bit(),
    handler: Some(handler),
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
            let mut receiver = cx.get(Attr::Receiver);
            if receiver == 0 {
                receiver = cx.get(Attr::EReceiver);
            }
            if receiver == 0 {
                receiver = cx.param(0) as u16;
            }
            if receiver == 0 {
                return Flow::Turn(Op::Dropped);
            }
            cx.set(Attr::Receiver, receiver);
            Flow::Go
        }
        Op::Recv if cx.get(Attr::Receiver) != cx.address().value() => Flow::Stop,
        _ => Flow::Go,
    }
}
