//! broadcast: to every neighbour, with the sender's address.

use super::id;
use crate::{Attr, Cx, Descriptor, Doc, Field, Flow, Op, Param, ParamDoc, interface};

/// broadcast.
pub static DESCRIPTOR: Descriptor = Descriptor {
    id: id::BROADCAST,
    needs: interface::LINK | interface::ANONYMOUS,
    offers: interface::BROADCAST,
    params: &[Param::ADDRESS],
    header: &[Field::new(Attr::Sender, 16)],
    ops: Op::Send.bit() | Op::Forward.bit(),
    handler: Some(handler),
    ..Descriptor::PLAIN
};

/// broadcast in words.
pub static DOC: Doc = Doc {
    name: "broadcast",
    summary: "packets to every neighbour, with their sender",
    params: &[ParamDoc {
        name: "sender",
        unit: "address",
        summary: "the address to send as; 0.0 is the node's own",
    }],
    descriptor: &DESCRIPTOR,
};

fn handler(cx: &mut Cx<'_, '_>, op: Op) -> Flow {
    if matches!(op, Op::Send | Op::Forward) {
        let sender = match cx.param_here(0) as u16 {
            0 => cx.address().value(),
            sender => sender,
        };
        cx.set(Attr::Sender, sender);
    }
    Flow::Go
}
