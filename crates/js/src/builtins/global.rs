//! Functions of the global object.

use crate::heap::Vm;
#[cfg(not(feature = "eval"))]
use crate::message::m;
use crate::number;
use crate::rom::{self, Args};
use crate::string::Read;
use crate::value::{R, Value};

pub(crate) fn parse_int(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let radix = number::to_int32(vm.arg_number(args, 1));
    let s = vm.arg_str(args, 0)?;
    let x = vm.read_number(s, Read::Int(radix))?;
    vm.number(x)
}
pub(crate) fn parse_float(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let s = vm.arg_str(args, 0)?;
    let x = vm.read_number(s, Read::Float)?;
    vm.number(x)
}
/// The global object.
#[cfg(feature = "eval")]
pub(crate) fn this(_: &mut Vm<'_>, _: Args) -> R<Value> {
    Ok(Value::obj(rom::GLOBAL))
}
#[cfg(not(feature = "eval"))]
pub(crate) fn eval(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let v = vm.arg(args, 0);
    if v.is_str() {
        return Err(vm.throw(rom::SYNTAX_ERROR_PROTO, m!("eval is not supported")));
    }
    Ok(v)
}
