//! abc: anonymous best-effort broadcast. It adds nothing; Rime has it, so compositions may name it.

use super::id;
use crate::{Descriptor, Doc, interface};

/// abc.
pub static DESCRIPTOR: Descriptor = Descriptor {
    id: id::ABC,
    needs: interface::LINK,
    offers: interface::ANONYMOUS,
    ops: 0,
    ..Descriptor::PLAIN
};

/// abc in words.
pub static DOC: Doc = Doc {
    name: "abc",
    summary: "packets to every neighbour, from nobody in particular",
    params: &[],
    descriptor: &DESCRIPTOR,
};
