//! The part of `Array` that needs no callbacks and no generic access; the rest is in `rom.js`.

use crate::heap::*;
use crate::number;
use crate::rom::Args;
use crate::value::{R, Value};

pub(crate) fn is_array(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let v = vm.arg(args, 0);
    Ok(Value::bool(
        v.is_obj() && vm.class_of(v.payload()) == class::ARRAY,
    ))
}
pub(crate) fn construct(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    if args.count == 1 && vm.arg(args, 0).is_number() {
        let x = vm.arg_number(args, 0);
        let len = number::to_uint32(x);
        if len as f64 != x {
            return Err(vm.range_error("Invalid array length"));
        }
        return vm.new_array(len, 0);
    }
    let a = vm.new_array(0, args.count)?;
    let h = a.payload();
    for i in 0..args.count {
        let v = vm.arg(args, i);
        vm.set_element(h, i as u32, v)?;
    }
    Ok(a)
}
