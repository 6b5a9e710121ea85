//! app: the top of a stack. The application sends through it, and finds there what came.

use super::id;
use crate::{Descriptor, Doc, Scope, interface};

/// app.
pub static DESCRIPTOR: Descriptor = Descriptor {
    id: id::APP,
    scope: Scope::Input,
    needs: interface::DATA,
    ops: Descriptor::UP,
    handler: None,
    ..Descriptor::PLAIN
};

/// app in words.
pub static DOC: Doc = Doc {
    name: "app",
    summary: "the application: it sends through this stack and gets what the stack receives",
    params: &[],
    descriptor: &DESCRIPTOR,
};
