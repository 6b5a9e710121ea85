//! echo_app: an application that sends every packet back to where it came from.

use super::id;
use crate::{Attr, Cx, Descriptor, Doc, Flow, Op, Scope, interface};

/// echo_app.
pub static DESCRIPTOR: Descriptor = Descriptor {
    id: id::ECHO_APP,
    scope: Scope::Input,
    needs: interface::DATA,
    ops: Op::Recv.bit(),
    handler: Some(handler),
    ..Descriptor::PLAIN
};

/// echo_app in words.
pub static DOC: Doc = Doc {
    name: "echo_app",
    summary: "sends every packet back to where it came from; both ends being one never falls silent",
    params: &[],
    descriptor: &DESCRIPTOR,
};

fn handler(cx: &mut Cx<'_, '_>, op: Op) -> Flow {
    if op != Op::Recv {
        return Flow::Go;
    }
    let source = cx.packet().source();
    cx.packet().clear_attrs();
    cx.set(Attr::EReceiver, source.value());
    Flow::Turn(Op::Send)
}
