//! `mbx_call_*`: what a native function in C sees of one call, and how it answers.
//!
//! An `mbx_call` lives as long as the callback that got it. The last answer counts; without one, the call returns `undefined`.

use core::ffi::c_void;

use motebox_js as js;
use motebox_js::{Kind, Native, Outcome};

use crate::error::*;
use crate::mem::{DONE, code, place, structure};
use crate::script::*;

/// A native function: `id` is the one of the table. It may not wait, and may not call `mbx_script_*` with the script that it
/// is called from (`MBX_E_BUSY`). It answers through `mbx_call_…`, and must not leave by `longjmp`.
pub type mbx_native_callback = Option<unsafe extern "C" fn(user: *mut c_void, id: u16, call: *mut mbx_call)>;

/// Tells that a call that wanted to wait with this token cannot: there are two already, or it is too deep. It threw instead.
pub type mbx_dropped_callback = Option<unsafe extern "C" fn(user: *mut c_void, token: u32)>;

/// One call of a native function.
pub struct mbx_call {
    _opaque: [u8; 0],
}

/// Which argument of a call: the `this` of a method.
pub const MBX_THIS: u32 = 0xffff_ffff;

struct Call<'c, 'n, 'v> {
    native: &'c mut Native<'n, 'v>,
    arena: Arena,
    outcome: Outcome,
}

/// The functions of C as the engine calls them.
pub(crate) struct Host {
    pub(crate) arena: Arena,
    pub(crate) user: *mut c_void,
    pub(crate) call: mbx_native_callback,
    pub(crate) dropped: mbx_dropped_callback,
}

impl js::Host for Host {
    fn call(&mut self, id: u16, native: &mut Native<'_, '_>) -> Outcome {
        let mut call = Call {
            native,
            arena: self.arena,
            outcome: Outcome::Return,
        };
        if let Some(function) = self.call {
            // SAFETY: a callback of the application's, called as its type says; the call lives longer than it.
            unsafe { function(self.user, id, (&raw mut call).cast()) };
        }
        call.outcome
    }

    fn dropped(&mut self, token: u32) {
        if let Some(dropped) = self.dropped {
            // SAFETY: a callback of the application's, called as its type says.
            unsafe { dropped(self.user, token) };
        }
    }
}

/// Runs `work` with a call.
///
/// # Safety
/// `call` is NULL or what the running callback was given.
unsafe fn with(call: *mut mbx_call, work: impl FnOnce(&mut Call<'_, '_, '_>) -> Result<i32, i32>) -> i32 {
    code((|| {
        let mut call = place(call)?.cast::<Call<'_, '_, '_>>();
        // SAFETY: the caller's promise: the call is on the stack below the callback, and only the callback uses it.
        work(unsafe { call.as_mut() })
    })())
}

pub(crate) const fn kind_number(kind: Kind) -> u32 {
    match kind {
        Kind::Undefined => MBX_UNDEFINED,
        Kind::Null => MBX_NULL,
        Kind::Bool => MBX_BOOL,
        Kind::Number => MBX_NUMBER,
        Kind::String => MBX_TEXT,
        Kind::Function => MBX_FUNCTION,
        Kind::Host => MBX_HOST,
        // Only in builds with typed arrays.
        Kind::Bytes => MBX_OBJECT,
        Kind::Object => MBX_OBJECT,
    }
}

/// The second number of the function's entry in the table.
///
/// Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`.
///
/// # Safety
/// `call` is NULL or what the running callback was given; `index` is NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_call_index(call: *mut mbx_call, index: *mut u16) -> i32 {
    let work = |call: &mut Call<'_, '_, '_>| {
        // SAFETY: the caller's promise.
        unsafe { place(index)?.write(call.native.index()) };
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with(call, work) }
}

/// How many arguments there are.
///
/// Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`.
///
/// # Safety
/// `call` is NULL or what the running callback was given; `count` is NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_call_count(call: *mut mbx_call, count: *mut u32) -> i32 {
    let work = |call: &mut Call<'_, '_, '_>| {
        // SAFETY: the caller's promise.
        unsafe { place(count)?.write(call.native.argc() as u32) };
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with(call, work) }
}

/// The kind of an argument, `MBX_UNDEFINED` to `MBX_OBJECT`; arguments that are not there are `undefined`.
///
/// Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`.
///
/// # Safety
/// `call` is NULL or what the running callback was given; `kind` is NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_call_kind(call: *mut mbx_call, argument: u32, kind: *mut u32) -> i32 {
    let work = |call: &mut Call<'_, '_, '_>| {
        // SAFETY: the caller's promise.
        unsafe { place(kind)?.write(kind_number(call.native.kind(argument as usize))) };
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with(call, work) }
}

/// An argument as a number: 1 and 0 for booleans; NaN for what is none and is not declared as one.
///
/// Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`.
///
/// # Safety
/// `call` is NULL or what the running callback was given; `number` is NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_call_number(call: *mut mbx_call, argument: u32, number: *mut f64) -> i32 {
    let work = |call: &mut Call<'_, '_, '_>| {
        // SAFETY: the caller's promise.
        unsafe { place(number)?.write(call.native.number(argument as usize)) };
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with(call, work) }
}

/// Where the bytes of a string argument are: UTF-8, in the engine's memory, until the next `mbx_call_…` of any kind.
///
/// Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SCRIPT_ARGUMENT` for what is no
/// string.
///
/// # Safety
/// `call` is NULL or what the running callback was given; `text` and `len` are NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_call_text(
    call: *mut mbx_call,
    argument: u32,
    text: *mut *const u8,
    len: *mut usize,
) -> i32 {
    let work = |call: &mut Call<'_, '_, '_>| {
        let (text, len) = (place(text)?, place(len)?);
        let found = call
            .native
            .string(argument as usize)
            .ok_or(MBX_E_SCRIPT_ARGUMENT)?;
        // SAFETY: the caller's promise.
        unsafe {
            text.write(found.as_ptr());
            len.write(found.len());
        }
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with(call, work) }
}

/// Class and payload of an argument, or of `MBX_THIS`, that is an object of the host's.
///
/// Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SCRIPT_ARGUMENT` for anything else.
///
/// # Safety
/// `call` is NULL or what the running callback was given; `class_id` and `payload` are NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_call_host(
    call: *mut mbx_call,
    argument: u32,
    class_id: *mut u16,
    payload: *mut u32,
) -> i32 {
    let work = |call: &mut Call<'_, '_, '_>| {
        let (class_place, payload_place) = (place(class_id)?, place(payload)?);
        let found = match argument {
            MBX_THIS => call.native.this_host(),
            argument => call.native.host(argument as usize),
        };
        let (class, payload) = found.ok_or(MBX_E_SCRIPT_ARGUMENT)?;
        // SAFETY: the caller's promise.
        unsafe {
            class_place.write(class);
            payload_place.write(payload);
        }
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with(call, work) }
}

/// Keeps an argument that is a function, to be called with `mbx_script_call` later; `*root` names it until
/// `mbx_script_unroot` or `mbx_call_unroot`.
///
/// Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SCRIPT_ARGUMENT`,
/// `MBX_E_SCRIPT_ROOTS`.
///
/// # Safety
/// `call` is NULL or what the running callback was given; `root` is NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_call_root(call: *mut mbx_call, argument: u32, root: *mut u32) -> i32 {
    let work = |call: &mut Call<'_, '_, '_>| {
        let root = place(root)?;
        let argument = argument as usize;
        if call.native.kind(argument) != Kind::Function {
            return Err(MBX_E_SCRIPT_ARGUMENT);
        }
        let kept = call.native.root(argument).map_err(|_| MBX_E_SCRIPT_ROOTS)?;
        // SAFETY: the caller's promise.
        unsafe { root.write(root_number(kept)) };
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with(call, work) }
}

/// Releases a kept function, as `mbx_script_unroot` does outside of callbacks.
///
/// Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`.
///
/// # Safety
/// `call` is NULL or what the running callback was given.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_call_unroot(call: *mut mbx_call, root: u32) -> i32 {
    let work = |call: &mut Call<'_, '_, '_>| {
        call.native.unroot(root_of(root));
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with(call, work) }
}

/// Charges work to the script, so that it does not get for nothing what takes time.
///
/// Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`.
///
/// # Safety
/// `call` is NULL or what the running callback was given.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_call_charge(call: *mut mbx_call, fuel: u32) -> i32 {
    let work = |call: &mut Call<'_, '_, '_>| {
        call.native.charge(fuel);
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with(call, work) }
}

/// Answers: the call returns this value, which is not `null`; where the arena has no room for it, it throws.
///
/// Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE`, `MBX_E_SCRIPT_KIND`;
/// `MBX_E_SCRIPT_ALIAS` for the text that `mbx_call_text` gave: copy it first.
///
/// # Safety
/// `call` is NULL or what the running callback was given; `value` is NULL or as its type says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_call_return(call: *mut mbx_call, value: *const mbx_value) -> i32 {
    let work = |call: &mut Call<'_, '_, '_>| {
        // SAFETY: the caller's promise.
        let value = unsafe { structure(value)?.arg(&call.arena) }?;
        call.outcome = match value {
            js::Arg::Undefined => call.native.ret_undefined(),
            js::Arg::Bool(value) => call.native.ret_bool(value),
            js::Arg::Number(value) => call.native.ret_number(value),
            js::Arg::Str(value) => call.native.ret_str(value),
            // What has no form in C.
            _ => return Err(MBX_E_SCRIPT_KIND),
        };
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with(call, work) }
}

/// Answers: the call returns an object of the host's class, 1 to 31, that carries `payload`.
///
/// Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SCRIPT_KIND` for another class.
///
/// # Safety
/// `call` is NULL or what the running callback was given.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_call_return_host(call: *mut mbx_call, class_id: u16, payload: u32) -> i32 {
    let work = |call: &mut Call<'_, '_, '_>| {
        if !(1..=31).contains(&class_id) {
            return Err(MBX_E_SCRIPT_KIND);
        }
        call.outcome = call.native.ret_host(class_id, payload);
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with(call, work) }
}

/// Answers: the call throws an error, `MBX_ERROR` to `MBX_TYPE_ERROR`, with a message in UTF-8.
///
/// Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SCRIPT_KIND` for another kind or a
/// message that is no UTF-8, `MBX_E_SCRIPT_ALIAS` for the text that `mbx_call_text` gave.
///
/// # Safety
/// `call` is NULL or what the running callback was given; `message` is NULL or has `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_call_throw(
    call: *mut mbx_call,
    kind: u32,
    message: *const u8,
    len: usize,
) -> i32 {
    let work = |call: &mut Call<'_, '_, '_>| {
        // SAFETY: the caller's promise.
        let message = unsafe { call.arena.outside(message, len) }?;
        let message = core::str::from_utf8(message).map_err(|_| MBX_E_SCRIPT_KIND)?;
        call.outcome = call.native.throw(error_kind(kind)?, message);
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with(call, work) }
}

/// Answers: the call waits until `mbx_script_resume` with this token, which is the host's to choose.
///
/// Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`.
///
/// # Safety
/// `call` is NULL or what the running callback was given.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_call_wait(call: *mut mbx_call, token: u32) -> i32 {
    let work = |call: &mut Call<'_, '_, '_>| {
        call.outcome = Outcome::Suspend(token);
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with(call, work) }
}
