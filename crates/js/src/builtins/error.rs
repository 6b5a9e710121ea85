//! `Error` and its six.

use crate::heap::Vm;
use crate::rom::{self, Args};
use crate::value::{R, Value};

fn make(vm: &mut Vm<'_>, args: Args, proto: u16) -> R<Value> {
    let mut message = vm.arg(args, 0);
    if message != Value::UNDEFINED {
        message = Value::str(vm.arg_str(args, 0)?);
    }
    vm.error_object(proto, message)
}
macro_rules! constructors {
    ($($name:ident $proto:ident,)*) => {$(
        pub(crate) fn $name(vm: &mut Vm<'_>, args: Args) -> R<Value> {
            make(vm, args, rom::$proto)
        }
    )*};
}
constructors! {
    error ERROR_PROTO,
    eval_error EVAL_ERROR_PROTO,
    range_error RANGE_ERROR_PROTO,
    reference_error REFERENCE_ERROR_PROTO,
    syntax_error SYNTAX_ERROR_PROTO,
    type_error TYPE_ERROR_PROTO,
    uri_error URI_ERROR_PROTO,
}
