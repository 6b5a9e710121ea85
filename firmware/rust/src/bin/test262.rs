//! The engine with one program of test262, which `cargo xtask test262 --chip` puts behind the image: it prints what the program
//! came to, for a comparison with the PC.
//!
//! At [`PROGRAM`]: length in bytes and fuel, both as 32-bit little-endian numbers, and the text. It is mapped, as on a chip that
//! runs scripts from its flash.
#![no_std]
#![no_main]

use cortex_m_rt::entry;
use motebox_firmware::console;
use motebox_js::{Engine, Entry, Function, Item, Library, Mapped, Step, Type};

/// Where the program lies, and where flash ends; xtask knows the same numbers.
const PROGRAM: usize = 0x2_4000;
const FLASH_END: usize = 0x4_0000;
/// Words of the arena: 24,576 B.
const ARENA: usize = 6_144;
/// Fuel of one step.
const SLICE: u32 = 1 << 20;

const NAMES: &[&str] = &["print"];
static LIBRARY: Library = Library {
    names: NAMES,
    globals: &[Entry {
        name: Library::name(NAMES, "print"),
        item: Item::Function(0),
    }],
    objects: &[],
    classes: &[],
    functions: &[Function {
        name: Library::name(NAMES, "print"),
        id: 0,
        index: 0,
        required: 0,
        args: &[],
        rest: Some(Type::String),
    }],
};

/// Reads what xtask put there; the compiler must not take it for what the linker left.
fn word(at: usize) -> u32 {
    // SAFETY: the address lies in flash, which is readable and holds no object of this program.
    unsafe { core::ptr::with_exposed_provenance::<u32>(at).read_volatile() }
}

#[entry]
fn main() -> ! {
    static mut MEMORY: [u32; ARENA] = [0; ARENA];
    let (length, fuel) = (word(PROGRAM) as usize, u64::from(word(PROGRAM + 4)));
    if length > FLASH_END - PROGRAM - 8 {
        console::fail();
    }
    // SAFETY: the bytes lie in flash, as checked; nothing writes them.
    let text =
        unsafe { core::slice::from_raw_parts(core::ptr::with_exposed_provenance::<u8>(PROGRAM + 8), length) };
    let Ok(mut engine) = Engine::new(MEMORY, &LIBRARY) else {
        console::fail()
    };
    if engine.load(length as u32).is_err() {
        console::fail();
    }
    let step = loop {
        let step = engine.step(&mut (), &Mapped(text), SLICE);
        if step != Step::OutOfFuel || engine.fuel_used() > fuel {
            break step;
        }
    };
    let mut room = [0; 400];
    let result = engine.result();
    let verdict: &[u8] = match step {
        Step::Done => b"done",
        Step::Threw if result.is_memory() => b"memory",
        Step::Threw => b"threw",
        _ => b"fuel",
    };
    let why = if step == Step::Threw {
        result.text(&mut room)
    } else {
        &[]
    };
    console::pieces(&[b"verdict ", verdict, b" ", why]);
    console::succeed()
}
