//! `Function` and its prototype. `call` and `apply` are the virtual machine's.

use crate::heap::*;
use crate::message::m;
use crate::names::n;
use crate::rom::{self, Args};
use crate::value::{R, Value};

pub(crate) fn empty(_: &mut Vm<'_>, _: Args) -> R<Value> {
    Ok(Value::UNDEFINED)
}
pub(crate) fn thrower(vm: &mut Vm<'_>, _: Args) -> R<Value> {
    Err(vm.type_error(m!("not to be read in strict code")))
}
/// Code of a text that should be one function, and nothing else.
#[cfg(feature = "eval")]
pub(crate) fn of_code(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let code = vm.arg(args, 0);
    if vm.f(code.payload(), 1) >> 24 != 1 {
        return Err(vm.throw(rom::SYNTAX_ERROR_PROTO, m!("the text is not one function")));
    }
    Ok(code)
}
#[cfg(not(feature = "eval"))]
pub(crate) fn construct(vm: &mut Vm<'_>, _: Args) -> R<Value> {
    Err(vm.throw(
        rom::SYNTAX_ERROR_PROTO,
        m!("the Function constructor is not in this build"),
    ))
}
/// `f.bind(this, arguments…)`: a cell that names its target.
pub(crate) fn bind(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    if !vm.is_callable(vm.this_arg(args)) {
        return Err(vm.type_error(m!("bind needs a function")));
    }
    let bound = args.count.saturating_sub(1);
    let elems = vm.new_elems(2 + bound)?;
    let target = vm.this_arg(args);
    vm.set_v(elems as usize + 2, target);
    let this = vm.arg(args, 0);
    vm.set_v(elems as usize + 3, this);
    for i in 0..bound {
        let v = vm.arg(args, i + 1);
        vm.set_v(elems as usize + 4 + i, v);
    }
    vm.push(Value::cell(elems));
    let f = vm.alloc(t::BOUND, 3);
    let elems = vm.pop().payload();
    let f = f?;
    vm.set_f(f, 1, pack(rom::FUNCTION_PROTO, 0));
    vm.set_f(f, 2, elems as u32);
    let mut length = 0;
    if let Some(own) = vm.find_own(target_of(vm, f), crate::object::Key::LENGTH)
        && own.value.is_int()
    {
        length = (own.value.as_int() - bound as i32).max(0);
    }
    vm.push(Value::obj(f));
    let done = vm.define_raw(f, n::LENGTH, Value::int(length), CONFIGURABLE);
    let f = vm.pop();
    done.map(|()| f)
}
fn target_of(vm: &Vm<'_>, f: u16) -> u16 {
    vm.v(vm.f_lo(f, 2) as usize + 2).payload()
}
