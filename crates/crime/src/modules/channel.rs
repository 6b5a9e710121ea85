//! channel: the bottom of every stack. What comes down goes on the air.

use super::id;
use crate::{Descriptor, Doc, Op, Param, ParamDoc, Scope, interface};

/// channel.
pub static DESCRIPTOR: Descriptor = Descriptor {
    id: id::CHANNEL,
    scope: Scope::SingleHop,
    offers: interface::LINK,
    params: &[Param::new(0, 0xffff, 128)],
    ops: Op::Send.bit() | Op::Forward.bit(),
    handler: None,
    ..Descriptor::PLAIN
};

/// channel in words.
pub static DOC: Doc = Doc {
    name: "channel",
    summary: "frames of one Rime channel: the bottom of a stack",
    params: &[ParamDoc {
        name: "channel_no",
        unit: "1",
        summary: "number of the channel; those below 128 are the system's by convention",
    }],
    descriptor: &DESCRIPTOR,
};
