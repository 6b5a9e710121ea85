//! Makes `romcode.rs` from `rom.js` with this crate's own compiler, and tests that it is up to date.

// What goes wrong here goes wrong in the test that makes the code.
#![allow(clippy::panic, clippy::expect_used, clippy::indexing_slicing)]

use crate::api::{Engine, Library, Mapped};
use crate::compiler::st;
use crate::compiler::{Compiler, Progress, cap, ff};
use crate::heap::*;
use crate::opcode as op;
use crate::rom;
use crate::value::R;
use std::format;
use std::string::String;
use std::vec::Vec;

impl Compiler<'_, '_> {
    /// `%name(arguments)`: an operation of the engine; `%call` is a call with `this`.
    pub(crate) fn intrinsic_name(&mut self) -> R<Option<u8>> {
        self.next()?;
        let name = self.s[st::val] as u16;
        let text = String::from_utf8_lossy(self.vm.str_bytes(name)).into_owned();
        self.next()?;
        self.expect(crate::lexer::punct!(b"("))?;
        if text == "call" {
            return Ok(None);
        }
        match crate::ops::INTRINSICS.iter().position(|i| *i == text) {
            Some(i) => Ok(Some(i as u8)),
            None => panic!("no operation named {text}"),
        }
    }
}

/// Bytes before a function's instructions.
const HEAD: usize = 6;
/// Instructions whose operand is a name.
const NAMED: &[u8] = &[
    op::GET_NAME,
    op::GET_FIELD,
    op::GET_METHOD,
    op::PUT_FIELD,
    op::SET_FIELD,
    op::STR,
    op::GET_FIELD2,
    op::INIT_FIELD,
];

/// Code of every function of the source, in its order: name, and header with bytes.
fn compile(source: &str) -> Vec<(String, Vec<u8>)> {
    let mut arena = std::vec![0u32; 1 << 16];
    let mut engine = Engine::new(&mut arena, &Library::EMPTY).expect("a large arena");
    let text = Mapped(source.as_bytes());
    engine.with_source(&text, |vm| {
        vm.start_compiler(source.len() as u32, crate::compiler::text::MAPPED)
            .expect("starts");
        let script = loop {
            vm.fuel = i32::MAX;
            match vm.run_compiler() {
                Ok(Progress::Done(code)) => break code,
                Ok(Progress::More) => {}
                Err(_) => panic!("{}", vm.test_exception()),
            }
        };
        let caps = (vm.f(script, 1) >> 16 & 0xff) as usize;
        let kids = (vm.f(script, 1) >> 24) as usize;
        let mut out = Vec::new();
        for k in 0..kids {
            let w = vm.f(script, 4 + caps + k / 2);
            let code = if k % 2 == 0 { lo(w) } else { hi(w) };
            out.push(function(vm, code));
        }
        out
    })
}

fn function(vm: &Vm<'_>, code: u16) -> (String, Vec<u8>) {
    let name = String::from_utf8_lossy(vm.str_bytes(vm.code_name(code))).into_owned();
    assert_eq!(vm.f(code, 1) >> 16, 0, "{name}: no inner functions, no captures");
    let flags = vm.f(code, 0) >> ff::SHIFT & 0x1ff;
    let stack = vm.f_lo(code, 3) as u8;
    let entry = vm.f_hi(code, 3) as usize;
    let mut bytes = std::vec![
        vm.code_slots(code) as u8,
        (vm.f(code, 2) >> 24) as u8,
        stack,
        flags as u8,
        entry as u8,
        (entry >> 8) as u8
    ];
    let start = (code as usize + 4) * 4;
    let mut body = vm.bytes()[start..start + vm.f_lo(code, 1) as usize].to_vec();
    let mut at = 0;
    while at < body.len() {
        let o = body[at];
        if NAMED.contains(&o) {
            let n = u16::from_le_bytes([body[at + 1], body[at + 2]]);
            if o == op::GET_NAME {
                let text = String::from_utf8_lossy(vm.str_bytes(n)).into_owned();
                if text == "undefined" {
                    body[at..at + 4].copy_from_slice(&[op::UNDEF, op::NOP, op::NOP, op::NOP]);
                    at += 1;
                    continue;
                }
                let i = rom::function_ids().position(|f| f == text);
                let i = i.unwrap_or_else(|| panic!("{name}: no built-in named {text}"));
                let [a, b] = (rom::FUNCTIONS_AT + i as u16).to_le_bytes();
                body[at..at + 4].copy_from_slice(&[op::ROM_FUN, a, b, op::NOP]);
            } else {
                let text = String::from_utf8_lossy(vm.str_bytes(n));
                assert!(
                    n >= crate::value::ROM_NAME,
                    "{name}: {text:?} is not among the engine's names"
                );
            }
        }
        assert!(
            o != op::PUT_NAME && o != op::SET_NAME,
            "{name}: assignment to a global"
        );
        at += op::size(o);
    }
    let (mut body, entry) = without_padding(&body, entry);
    bytes[4] = entry as u8;
    bytes[5] = (entry >> 8) as u8;
    bytes.append(&mut body);
    (name, bytes)
}
/// The code without what pads instructions that became shorter, and where it starts.
fn without_padding(body: &[u8], entry: usize) -> (Vec<u8>, usize) {
    let jumps =
        |o: u8| (op::JMP..=op::J_CASE).contains(&o) || matches!(o, op::TRY | op::GOSUB | op::FOR_IN_NEXT);
    let mut place = std::vec![0usize; body.len() + 1];
    let (mut at, mut to) = (0, 0);
    while at < body.len() {
        place[at] = to;
        let size = op::size(body[at]);
        if !matches!(body[at], op::NOP | op::NOP2 | op::LINE) {
            to += size;
        }
        at += size;
    }
    place[body.len()] = to;
    let mut out = Vec::new();
    at = 0;
    while at < body.len() {
        let (o, size) = (body[at], op::size(body[at]));
        if jumps(o) {
            let target = (at + size) as i32 + i16::from_le_bytes([body[at + 1], body[at + 2]]) as i32;
            let distance = place[target as usize] as i32 - (place[at] + size) as i32;
            out.push(o);
            out.extend_from_slice(&(distance as i16).to_le_bytes());
        } else if !matches!(o, op::NOP | op::NOP2 | op::LINE) {
            out.extend_from_slice(&body[at..at + size]);
        }
        at += size;
    }
    (out, place[entry])
}

/// The sources. A line `// [condition]` in front of a function says in which builds it is.
const SOURCES: &[&str] = &[
    include_str!("rom.js"),
    include_str!("rom_json.js"),
    include_str!("rom_eval.js"),
    include_str!("rom_typed.js"),
    include_str!("rom_regexp.js"),
    include_str!("rom_date.js"),
];

/// In which builds the function of this name is.
fn condition<'s>(source: &'s str, name: &str) -> Option<&'s str> {
    let head = format!("function {name}(");
    let (before, _) = source.split_once(&head)?;
    before
        .trim_end()
        .lines()
        .last()?
        .strip_prefix("// [")?
        .strip_suffix(']')
}

/// The code as text: names and functions by their constants, so that it holds for any choice of features.
fn code_text(body: &[u8], at: usize) -> Vec<String> {
    let mut out: Vec<String> = body[..at].iter().map(|b| format!("{b}")).collect();
    let mut at = at;
    while at < body.len() {
        let o = body[at];
        let size = op::size(o);
        out.push(format!("{o}"));
        let mut rest = at + 1;
        if NAMED.contains(&o) || o == op::ROM_FUN {
            let r = u16::from_le_bytes([body[at + 1], body[at + 2]]);
            let symbol = if o == op::ROM_FUN {
                format!(
                    "f::{}",
                    rom::function_ids()
                        .nth((r - rom::FUNCTIONS_AT) as usize)
                        .unwrap_or("")
                )
            } else {
                format!("n::{}", crate::names::IDS[(r - crate::value::ROM_NAME) as usize])
            };
            out.push(format!("lo({symbol})"));
            out.push(format!("hi({symbol})"));
            rest += 2;
        }
        out.extend(body[rest..at + size].iter().map(|b| format!("{b}")));
        at += size;
    }
    out
}

fn generate() -> String {
    let mut code = String::new();
    for source in SOURCES {
        for (name, bytes) in compile(source) {
            if let Some(when) = condition(source, &name) {
                code += &format!("    #[cfg({when})]\n");
            }
            code += &format!("    {name} [");
            let mut column = 200;
            for text in code_text(&bytes, HEAD) {
                if column + text.len() > 108 {
                    code.push_str("\n       ");
                    column = 7;
                }
                code += &format!(" {text},");
                column += text.len() + 2;
            }
            code += "\n    ]\n";
        }
    }
    format!(
        "//! Code of the built-ins that are written in JavaScript (`rom.js`, `rom_*.js`): each with its parameters, other\n//! variables, operand stack, flags and entry, then its instructions. Made by the tests; see `romgen.rs`.\n\nuse crate::names::n;\nuse crate::rom::f;\nuse crate::romlink::{{hi, lo, rom_code}};\n\nrom_code! {{\n{code}}}\n"
    )
}

#[test]
fn romcode_is_fresh() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/romcode.rs");
    let fresh = generate();
    if std::env::var_os("MOTEBOX_BLESS").is_some() {
        std::fs::write(path, &fresh).expect("written");
    }
    let committed = std::fs::read_to_string(path).expect("read");
    assert!(
        committed == fresh,
        "romcode.rs is stale: run the tests of motebox-js once with --features full and MOTEBOX_BLESS=1"
    );
    let _ = cap::KIND;
}
