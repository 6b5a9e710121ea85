//! The engine alone: a library of C's, kept functions, a call that waits.

use core::ffi::c_void;
use core::mem::zeroed;
use core::ptr::null_mut;
use std::{string::String, vec, vec::Vec};

use crate::{error::*, script::*, script_call::*, script_library::*};

#[derive(Default)]
struct Desk {
    printed: String,
    root: u32,
    dropped: u32,
    script: usize,
    met: i32,
}

unsafe extern "C" fn native(user: *mut c_void, id: u16, call: *mut mbx_call) {
    let desk = unsafe { &mut *user.cast::<Desk>() };
    let (mut count, mut index, mut number, mut kind) = (0, 0, 0.0, 99);
    let (mut text, mut len) = (core::ptr::null(), 0);
    unsafe {
        assert_eq!(mbx_call_count(call, &mut count), MBX_OK);
        assert_eq!(mbx_call_index(call, &mut index), MBX_OK);
        match id {
            // print(...)
            1 => {
                for argument in 0..count {
                    assert_eq!(mbx_call_text(call, argument, &mut text, &mut len), MBX_OK);
                    desk.printed += core::str::from_utf8(core::slice::from_raw_parts(text, len)).unwrap();
                    desk.printed.push(' ');
                }
                desk.met = mbx_script_abort(desk.script as *mut mbx_script);
            }
            // desk.add(a, b)
            2 => {
                let mut sum = f64::from(index);
                for argument in 0..2 {
                    assert_eq!(mbx_call_number(call, argument, &mut number), MBX_OK);
                    sum += number;
                }
                assert_eq!(mbx_call_charge(call, 100), MBX_OK);
                assert_eq!(mbx_call_return(call, &value(MBX_NUMBER, sum, b"")), MBX_OK);
            }
            // desk.keep(fn)
            3 => {
                assert_eq!(mbx_call_kind(call, 0, &mut kind), MBX_OK);
                assert_eq!(kind, MBX_FUNCTION);
                assert_eq!(mbx_call_root(call, 5, &mut desk.root), MBX_E_SCRIPT_ARGUMENT);
                assert_eq!(mbx_call_root(call, 0, &mut desk.root), MBX_OK);
                assert_eq!(mbx_call_return_host(call, 1, 42), MBX_OK);
            }
            // kept.number(): a method of class 1
            4 => {
                let (mut class, mut payload) = (0, 0);
                assert_eq!(mbx_call_host(call, MBX_THIS, &mut class, &mut payload), MBX_OK);
                assert_eq!(
                    mbx_call_host(call, 0, &mut class, &mut payload),
                    MBX_E_SCRIPT_ARGUMENT
                );
                mbx_call_return(
                    call,
                    &value(MBX_NUMBER, f64::from(payload * u32::from(class)), b""),
                );
            }
            // desk.ask()
            5 => assert_eq!(mbx_call_wait(call, 0x8000_0007), MBX_OK),
            // desk.fail()
            6 => assert_eq!(mbx_call_throw(call, MBX_RANGE_ERROR, b"no".as_ptr(), 2), MBX_OK),
            // desk.now, a getter
            _ => assert_eq!(mbx_call_return(call, &value(MBX_TEXT, 0.0, b"noon")), MBX_OK),
        }
    }
}

unsafe extern "C" fn dropped(user: *mut c_void, token: u32) {
    unsafe { (*user.cast::<Desk>()).dropped = token };
}

fn value(kind: u32, number: f64, text: &'static [u8]) -> mbx_value {
    mbx_value {
        size: size_of::<mbx_value>() as u32,
        kind,
        number,
        text: text.as_ptr(),
        text_len: text.len(),
    }
}

fn entry(object: &'static str, name: &'static str, id: u16, types: &'static [u8]) -> mbx_native {
    mbx_native {
        size: size_of::<mbx_native>() as u32,
        required: types.len() as u8,
        object: object.as_ptr(),
        object_len: object.len(),
        name: name.as_ptr(),
        name_len: name.len(),
        id,
        types: types.as_ptr(),
        type_count: types.len(),
        ..unsafe { zeroed() }
    }
}

fn table() -> Vec<mbx_native> {
    let mut natives = vec![
        entry("desk", "plus", 2, &[MBX_TYPE_NUMBER, MBX_TYPE_NUMBER]),
        entry("", "print", 1, &[]),
        entry("desk", "keep", 3, &[MBX_TYPE_FUNCTION]),
        entry("room", "answer", 0, &[]),
        entry("", "amount", 4, &[]),
        entry("desk", "ask", 5, &[]),
        entry("desk", "fail", 6, &[]),
        entry("desk", "clock", 7, &[]),
        entry("room", "plus", 2, &[MBX_TYPE_NUMBER, MBX_TYPE_NUMBER]),
    ];
    natives[1].rest = MBX_TYPE_TEXT;
    (natives[3].kind, natives[3].number) = (MBX_NATIVE_NUMBER, -7);
    natives[4].class_id = 1;
    natives[7].kind = MBX_NATIVE_GETTER;
    natives[8].index = 1000;
    natives
}

fn init(natives: &[mbx_native], desk: *mut Desk) -> (i32, *mut mbx_script) {
    let config = mbx_script_config {
        size: size_of::<mbx_script_config>() as u32,
        seed: 1,
        arena: unsafe { vec![0u8; 4099].leak().as_mut_ptr().add(3) }.cast(),
        arena_len: 4096,
        natives: natives.as_ptr(),
        native_count: natives.len(),
        call: Some(native),
        dropped: Some(dropped),
        user: desk.cast(),
    };
    let (mut needed, mut script) = (0, null_mut());
    assert_eq!(unsafe { mbx_script_size(&config, &mut needed) }, MBX_OK);
    let memory = unsafe { vec![0u8; needed + 1].leak().as_mut_ptr().add(1) };
    let short = unsafe { mbx_script_init(memory.cast(), needed - 16, &config, &mut script) };
    assert_eq!((short, script), (MBX_E_SIZE, null_mut()));
    let code = unsafe { mbx_script_init(memory.cast(), needed, &config, &mut script) };
    (code, script)
}

fn run(script: *mut mbx_script) -> (i32, u32) {
    let mut token = 0;
    loop {
        let code = unsafe { mbx_script_step(script, 50, &mut token) };
        if code != MBX_MORE {
            return (code, token);
        }
    }
}

fn text(script: *mut mbx_script) -> String {
    let (mut out, mut len) = ([0; 80], 0);
    assert_eq!(
        unsafe { mbx_script_text(script, out.as_mut_ptr(), out.len(), &mut len) },
        MBX_OK
    );
    String::from_utf8_lossy(&out[..len]).into_owned()
}

#[test]
fn a_script_uses_what_c_lends() {
    let desk: *mut Desk = super::leak(Desk::default());
    let natives = table();
    let (code, script) = init(&natives, desk);
    assert_eq!(code, MBX_OK);
    drop(natives);
    unsafe { (*desk).script = script as usize };
    const SOURCE: &[u8] = br#"
        print(desk.plus(1, "2"), room.plus(1, 2), room.answer, desk.clock, typeof amount);
        var kept = desk.keep(function (a, b) { return b + a; });
        print(kept.amount());
        try { desk.fail(); } catch (error) { print(error.name, error.message); }
        try { desk.keep(1); } catch (error) { print(error.name); }
        print("asked", desk.ask());
    "#;
    assert_eq!(
        unsafe { mbx_script_load(script, SOURCE.as_ptr(), SOURCE.len()) },
        MBX_OK
    );
    assert_eq!(
        unsafe { mbx_script_load(script, SOURCE.as_ptr(), SOURCE.len()) },
        MBX_E_JS_JOB
    );
    assert_eq!(run(script), (MBX_WAITING, 0x8000_0007));
    assert_eq!(
        unsafe { ((*desk).printed.clone(), (*desk).met) },
        (
            String::from("3 1003 -7 noon undefined 42 RangeError no TypeError "),
            MBX_E_BUSY
        )
    );

    // Another job runs while the first waits.
    let root = unsafe { (*desk).root };
    let arguments = [value(MBX_TEXT, 0.0, b"world"), value(MBX_TEXT, 0.0, b"hello ")];
    unsafe {
        assert_eq!(
            mbx_script_call(script, root, arguments.as_ptr(), 5),
            MBX_E_SCRIPT_ARGUMENT
        );
        assert_eq!(
            mbx_script_call(script, root ^ 0x0101, arguments.as_ptr(), 2),
            MBX_E_JS_ROOT
        );
        assert_eq!(mbx_script_call(script, root, arguments.as_ptr(), 2), MBX_OK);
    }
    assert_eq!(run(script).0, MBX_OK);
    let (mut kind, mut number) = (0, 0.0);
    assert_eq!(
        unsafe { mbx_script_result(script, &mut kind, &mut number) },
        MBX_OK
    );
    assert_eq!(
        (kind, number.is_nan(), &text(script)[..]),
        (MBX_TEXT, true, "hello world")
    );

    unsafe {
        let mut memory: mbx_memory = zeroed();
        assert_eq!(mbx_script_memory(script, &mut memory), MBX_E_SIZE);
        memory.size = size_of::<mbx_memory>() as u32;
        assert_eq!(mbx_script_memory(script, &mut memory), MBX_OK);
        assert_eq!((memory.roots, memory.waiting, memory.arena_bytes), (1, 1, 4092));
        assert!(memory.used_bytes <= memory.high_water_bytes && memory.fuel > 100);
        assert_eq!(
            mbx_script_resume(script, 1, &value(MBX_BOOL, 1.0, b"")),
            MBX_E_JS_TOKEN
        );
        assert_eq!(
            mbx_script_resume(script, 0x8000_0007, &value(MBX_BOOL, 1.0, b"")),
            MBX_OK
        );
        assert_eq!(run(script).0, MBX_OK);
        assert!((*desk).printed.ends_with("TypeError asked true "));
        assert_eq!(mbx_script_unroot(script, root), MBX_OK);
        assert_eq!(
            mbx_script_call(script, root, arguments.as_ptr(), 1),
            MBX_E_JS_ROOT
        );
        assert_eq!(run(script).0, MBX_IDLE);
    }
}

#[test]
fn a_call_that_waits_can_throw_be_forgotten_or_find_no_room() {
    let desk: *mut Desk = super::leak(Desk::default());
    let natives = table();
    let (_, script) = init(&natives, desk);
    const SOURCE: &[u8] = b"desk.keep(function () { desk.ask(); });";
    unsafe {
        mbx_script_load(script, SOURCE.as_ptr(), SOURCE.len());
        assert_eq!(run(script).0, MBX_OK);
        let root = (*desk).root;
        for _ in 0..2 {
            assert_eq!(mbx_script_call(script, root, core::ptr::null(), 0), MBX_OK);
            assert_eq!(run(script).0, MBX_WAITING);
        }
        mbx_script_call(script, root, core::ptr::null(), 0);
        assert_eq!((run(script).0, (*desk).dropped), (MBX_THREW, 0x8000_0007));
        assert!(
            text(script).starts_with("RangeError: more than 2"),
            "{}",
            text(script)
        );
        assert_eq!(mbx_script_forget(script, 0x8000_0007), MBX_OK);
        assert_eq!(
            mbx_script_resume_throw(script, 0x8000_0007, 9, b"x".as_ptr(), 1),
            MBX_E_SCRIPT_KIND
        );
        assert_eq!(
            mbx_script_resume_throw(script, 0x8000_0007, MBX_ERROR, b"gone".as_ptr(), 4),
            MBX_OK
        );
        assert_eq!((run(script).0, text(script)), (MBX_THREW, "Error: gone".into()));
        mbx_script_call(script, root, core::ptr::null(), 0);
        assert_eq!(mbx_script_abort(script), MBX_OK);
        assert_eq!(run(script).0, MBX_IDLE);
    }
}

#[test]
fn a_table_that_cannot_be_is_refused() {
    let desk: *mut Desk = super::leak(Desk::default());
    let wrong = |change: &dyn Fn(&mut Vec<mbx_native>)| {
        let mut natives = table();
        change(&mut natives);
        init(&natives, desk).0
    };
    assert_eq!(wrong(&|_| ()), MBX_OK);
    assert_eq!(wrong(&|t| t.clear()), MBX_OK);
    assert_eq!(wrong(&|t| t.push(entry("", "length", 9, &[]))), MBX_E_SCRIPT_NAME);
    assert_eq!(wrong(&|t| t.push(entry("desk", "", 9, &[]))), MBX_E_SCRIPT_NAME);
    assert_eq!(wrong(&|t| t[0].size = 3), MBX_E_SIZE);
    assert_eq!(wrong(&|t| t[0].kind = 3), MBX_E_SCRIPT_KIND);
    assert_eq!(wrong(&|t| t[0].rest = 4), MBX_E_SCRIPT_KIND);
    assert_eq!(wrong(&|t| t[0].class_id = 1), MBX_E_SCRIPT_KIND);
    assert_eq!(wrong(&|t| t[1].name = core::ptr::null()), MBX_E_NULL);
    let many = |t: &mut Vec<mbx_native>| {
        t.clear();
        for number in 0..65u8 {
            let name = vec![b'a' + number / 26, b'a' + number % 26].leak();
            t.push(entry("", core::str::from_utf8(name).unwrap(), 1, &[]));
        }
    };
    assert_eq!(wrong(&many), MBX_E_SCRIPT_NAMES);
    assert_eq!(wrong(&|t| (many(t), t.truncate(64)).1), MBX_OK);
}
