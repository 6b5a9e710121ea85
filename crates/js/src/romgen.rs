//! Makes `romcode.rs` from `rom.js` with this crate's own compiler, and tests that it is up to date.

// What goes wrong here goes wrong in the test that makes the code.
#![allow(clippy::panic, clippy::expect_used, clippy::indexing_slicing)]

use crate::api::{Engine, Library, Mapped};
use crate::compiler::st;
use crate::compiler::{Compiler, Progress, cap, ff};
use crate::heap::*;
use crate::opcode as op;
use crate::rom;
use crate::romlink::ROM_HEAD;
use std::format;
use std::string::String;
use std::vec::Vec;

impl Compiler<'_, '_> {
    /// `%name(arguments)`: an operation of the engine; `%call` is a call with `this`.
    pub(crate) fn intrinsic_name(&mut self) -> Option<u8> {
        self.next();
        let name = self.s[st::val] as u16;
        let text = String::from_utf8_lossy(self.vm.str_bytes(name)).into_owned();
        self.next();
        self.expect(crate::lexer::punct!(b"("));
        if text == "call" {
            return None;
        }
        match crate::intrinsic::INTRINSICS.iter().position(|i| *i == text) {
            Some(i) => Some(i as u8),
            None => panic!("no operation named {text}"),
        }
    }
}

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
    let source = format!("'use strict';{source}");
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
    let (params, locals) = (vm.code_slots(code) as u8, (vm.f(code, 2) >> 24) as u8);
    let (stack, entry) = (vm.f_lo(code, 3) as u8, vm.f_hi(code, 3) as usize);
    assert!(params < 8 && locals < 16, "{name}: too many variables");
    let has_arguments = u8::from(flags & ff::ARGS != 0);
    let mut bytes = std::vec![params | has_arguments << 3 | locals << 4, stack];
    let start = (code as usize + 4) * 4;
    let mut body = vm.bytes()[start..start + vm.f_lo(code, 1) as usize].to_vec();
    let mut at = 0;
    while at < body.len() {
        let o = body[at];
        if o == op::STR && body[at + 3] == op::INTRINSIC && throws(body[at + 4]) {
            // What an error says is a message.
            let n = u16::from_le_bytes([body[at + 1], body[at + 2]]);
            let text = String::from_utf8_lossy(vm.str_bytes(n)).into_owned();
            let number = crate::message::find(&text).number();
            body[at..at + 3].copy_from_slice(&[op::I8, number, op::NOP]);
        } else if NAMED.contains(&o) {
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
    let mut body = shortened(&body, entry);
    bytes.append(&mut body);
    (name, bytes)
}

/// An instruction that may be moved: its jump goes to a number in the list.
struct Ins {
    op: u8,
    operands: Vec<u8>,
    to: Option<usize>,
    gone: bool,
}
fn jumps(o: u8) -> bool {
    (op::JT_LT..=op::JF_SNE).contains(&o)
        || (op::J_TRUE..=op::J_CASE).contains(&o)
        || matches!(o, op::JMP | op::TRY | op::GOSUB | op::FOR_IN_NEXT | op::JMP8)
}
/// Whether the operation that this operand says throws a message.
fn throws(operand: u8) -> bool {
    let name = crate::intrinsic::INTRINSICS[(operand >> 3) as usize];
    name == "typeError" || name == "rangeError"
}
/// Whether what stands behind is reached by jumps only.
fn ends(ins: &Ins) -> bool {
    matches!(ins.op, op::RETURN | op::RETURN_UNDEF | op::JMP | op::THROW)
        || ins.op == op::INTRINSIC && throws(ins.operands[0])
}
/// The first instruction from number `i` on that is there.
fn next(list: &[Ins], i: usize) -> usize {
    (i..list.len()).find(|&k| !list[k].gone).expect("an end")
}
/// The code with its entry in front, without what is not needed, in short forms where there are.
fn shortened(body: &[u8], entry: usize) -> Vec<u8> {
    let (mut list, mut starts, mut at) = (Vec::new(), Vec::new(), 0);
    while at < body.len() {
        let (o, size) = (body[at], op::size(body[at]));
        starts.push(at);
        list.push(Ins {
            op: o,
            operands: body[at + 1..at + size].to_vec(),
            to: jumps(o).then(|| {
                (at + size).wrapping_add_signed(i16::from_le_bytes([body[at + 1], body[at + 2]]) as isize)
            }),
            gone: matches!(o, op::NOP | op::NOP2 | op::LINE),
        });
        at += size;
    }
    starts.push(at);
    let number = |at: usize| starts.iter().position(|s| *s == at).expect("a start");
    let entry = number(entry);
    for ins in &mut list {
        ins.to = ins.to.map(number);
    }
    // What the function starts with stands behind it, and ends with a jump to its front.
    list.rotate_left(entry);
    let n = list.len();
    for ins in &mut list {
        ins.to = ins
            .to
            .map(|to| if to < entry { to + n - entry } else { to - entry });
    }
    let mut before = usize::MAX;
    loop {
        // To where a jump to a jump goes.
        for i in 0..n {
            if let Some(to) = list[i].to {
                let to = next(&list, to);
                let (on, further) = (list[to].op, list[to].to);
                list[i].to = Some(to);
                if on == op::JMP && further != Some(to) {
                    list[i].to = further;
                } else if list[i].op == op::JMP && on == op::RETURN_UNDEF {
                    list[i].op = op::RETURN_UNDEF;
                    list[i].operands.clear();
                    list[i].to = None;
                }
            }
        }
        // What is never reached, and jumps to the next instruction.
        let mut reached = std::vec![false; n];
        let mut open = std::vec![next(&list, 0)];
        while let Some(i) = open.pop() {
            if core::mem::replace(&mut reached[i], true) {
                continue;
            }
            open.extend(list[i].to);
            if !ends(&list[i]) {
                open.push(next(&list, i + 1));
            }
        }
        for i in 0..n {
            list[i].gone |= !reached[i];
            if list[i].op == op::JMP && !list[i].gone && i + 1 < n {
                let after = (i + 1..n).find(|&k| !list[k].gone);
                list[i].gone = list[i].to.is_some() && list[i].to == after;
            }
        }
        let left = list.iter().filter(|ins| !ins.gone).count();
        if left == before {
            break;
        }
        before = left;
    }
    let targets: Vec<usize> = list
        .iter()
        .filter(|ins| !ins.gone)
        .filter_map(|ins| ins.to)
        .collect();
    for i in 0..n {
        let name = |list: &[Ins], k: usize| u16::from_le_bytes([list[k].operands[0], list[k].operands[1]]);
        if list[i].gone {
            continue;
        }
        match list[i].op {
            op::INTRINSIC => {
                let id = (list[i].operands[0] >> 3) as usize;
                if crate::intrinsic::WITHOUT_RESULT.contains(&crate::intrinsic::INTRINSICS[id]) {
                    let after = next(&list, i + 1);
                    assert!(list[after].op == op::POP && !targets.contains(&after));
                    list[after].gone = true;
                }
            }
            op::GET_FIELD if name(&list, i) == crate::names::n::LENGTH => {
                list[i].op = op::LENGTH;
                list[i].operands.clear();
            }
            o @ (op::GET_LOC | op::PUT_LOC | op::I8) => {
                let (short, most) = match o {
                    op::GET_LOC => (op::GET_0, 9),
                    op::PUT_LOC => (op::PUT_0, 9),
                    _ => (op::INT_0, 2),
                };
                let k = list[i].operands[0];
                if k <= most {
                    list[i].op = short + k;
                    list[i].operands.clear();
                }
            }
            _ => {}
        }
    }
    // Jumps to what is gone now go to what follows it.
    for i in 0..n {
        list[i].to = list[i].to.map(|to| next(&list, to));
    }
    loop {
        let (mut place, mut at) = (Vec::new(), 0);
        for ins in &list {
            place.push(at);
            at += if ins.gone { 0 } else { op::size(ins.op) };
        }
        let distance = |i: usize, to: usize| place[to] as i32 - (place[i] + op::size(list[i].op)) as i32;
        let near = |i: usize| {
            let (ins, to) = (&list[i], list[i].to);
            !ins.gone && ins.op == op::JMP && to.is_some_and(|to| (-120..120).contains(&distance(i, to)))
        };
        let short: Vec<usize> = (0..n).filter(|&i| near(i)).collect();
        if !short.is_empty() {
            for i in short {
                list[i].op = op::JMP8;
            }
            continue;
        }
        let mut out = Vec::new();
        for (i, ins) in list.iter().enumerate().filter(|(_, ins)| !ins.gone) {
            out.push(ins.op);
            match ins.to {
                Some(to) => {
                    let bytes = (distance(i, to) as i16).to_le_bytes();
                    out.extend_from_slice(&bytes[..op::size(ins.op) - 1]);
                }
                None => out.extend_from_slice(&ins.operands),
            }
        }
        return out;
    }
}

/// The sources. A line `// [condition]` in front of a function says in which builds it is.
const SOURCES: &[&str] = &[
    include_str!("rom.js"),
    include_str!("rom_json.js"),
    include_str!("rom_eval.js"),
    include_str!("rom_statics.js"),
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
            for text in code_text(&bytes, ROM_HEAD as usize) {
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
        "//! Code of the built-ins that are written in JavaScript (`rom.js`, `rom_*.js`): each with its variables and\n//! operand stack, then its instructions. Made by the tests; see `romgen.rs`.\n\nuse crate::names::n;\nuse crate::rom::f;\nuse crate::romlink::{{hi, lo, rom_code}};\n\nrom_code! {{\n{code}}}\n"
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
