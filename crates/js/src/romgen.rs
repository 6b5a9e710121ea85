//! Makes `romcode.rs` from `rom.js` with this crate's own compiler, and tests that it is up to date.

// What goes wrong here goes wrong in the test that makes the code.
#![allow(clippy::panic, clippy::expect_used, clippy::indexing_slicing)]

use crate::api::{Engine, Library, Mapped};
use crate::compiler::st;
use crate::compiler::{Compiler, Progress, cap, ff};
use crate::heap::*;
use crate::opcode as op;
use crate::rom;
use std::collections::BTreeMap;
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

/// A function in JavaScript: its name, its header, and its instructions.
struct Built {
    name: String,
    head: [u8; 2],
    list: Vec<Ins>,
}
/// Every function of the source, in its order.
fn compile(source: &str) -> Vec<Built> {
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

fn function(vm: &Vm<'_>, code: u16) -> Built {
    let name = String::from_utf8_lossy(vm.str_bytes(vm.code_name(code))).into_owned();
    assert_eq!(vm.f(code, 1) >> 16, 0, "{name}: no inner functions, no captures");
    let flags = vm.f(code, 0) >> ff::SHIFT & 0x1ff;
    let (params, locals) = (vm.code_slots(code) as u8, (vm.f(code, 2) >> 24) as u8);
    let (stack, entry) = (vm.f_lo(code, 3) as u8, vm.f_hi(code, 3) as usize);
    assert!(params < 8 && locals < 16, "{name}: too many variables");
    let has_arguments = u8::from(flags & ff::ARGS != 0);
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
    Built {
        name,
        head: [params | has_arguments << 3 | locals << 4, stack],
        list: shortened(&body, entry),
    }
}

/// An instruction that may be moved: its jump goes to a number in the list.
#[derive(Clone, PartialEq, Eq)]
struct Ins {
    op: u8,
    operands: Vec<u8>,
    to: Option<usize>,
    gone: bool,
}
fn jumps(o: u8) -> bool {
    op::is_near(o) || matches!(o, op::J_CASE | op::TRY | op::GOSUB | op::FOR_IN_NEXT)
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
fn shortened(body: &[u8], entry: usize) -> Vec<Ins> {
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
    // Without what is gone: jumps to it go to what follows it.
    let mut places = Vec::new();
    for ins in &list {
        let before = places.last().map_or(0, |&(after, _)| after);
        places.push((before + usize::from(!ins.gone), before));
    }
    let mut out = Vec::new();
    for ins in list.iter().filter(|ins| !ins.gone) {
        assert!(
            ins.op != op::F64,
            "its bytes are not read where one instruction may stand for several"
        );
        let mut ins = ins.clone();
        ins.to = ins.to.map(|to| places[to].1);
        out.push(ins);
    }
    out
}

/// The function, in pieces that one instruction may stand for: number of the first instruction and of the one behind the last. A piece has no jump,
/// none goes into it, and the call that `%merge` goes back to stands for itself. The third number says how many bytes are worth it: more in a
/// loop, and nothing in those of the sort.
fn pieces(list: &[Ins]) -> Vec<(usize, usize, usize)> {
    let merge = crate::intrinsic::INTRINSICS.iter().position(|i| *i == "merge");
    let is_merge = |ins: &Ins| ins.op == op::INTRINSIC && Some((ins.operands[0] >> 3) as usize) == merge;
    let (mut out, mut start) = (Vec::new(), 0);
    for (i, ins) in list.iter().enumerate() {
        if list.iter().any(|from| from.to == Some(i)) {
            out.push((start, i));
            start = i;
        }
        if ins.to.is_some() || is_merge(ins) || list.get(i + 1).is_some_and(is_merge) {
            out.push((start, i));
            start = i + 1;
        }
    }
    out.push((start, list.len()));
    out.retain(|(from, to)| from < to);
    let in_loop = |i: usize| list[i..].iter().any(|ins| ins.to.is_some_and(|to| to <= i));
    let in_loops = if list.iter().any(is_merge) {
        usize::MAX
    } else {
        LEAST_IN_LOOPS
    };
    out.into_iter()
        .map(|(from, to)| (from, to, if in_loop(from) { in_loops } else { 2 }))
        .collect()
}
fn size_of(list: &[Ins]) -> usize {
    list.iter().map(|ins| 1 + ins.operands.len()).sum()
}

/// Opcodes with their operands.
type Key<'l> = Vec<(u8, &'l [u8])>;
/// What the instructions above [`op::COUNT`] stand for: again and again what saves most, in those functions that are in a build without features.
fn choose<'f>(functions: impl Iterator<Item = &'f Built>) -> Vec<Vec<Ins>> {
    // What is taken already is cut out.
    let mut open: Vec<(Vec<Ins>, usize)> = functions
        .flat_map(|f| {
            pieces(&f.list)
                .into_iter()
                .map(|(from, to, least)| (f.list[from..to].to_vec(), least))
        })
        .collect();
    let (mut out, mut bytes) = (Vec::new(), 0);
    while out.len() < 256 - op::COUNT as usize {
        let mut counts: BTreeMap<Key<'_>, (usize, usize)> = BTreeMap::new();
        for (number, (piece, least)) in open.iter().enumerate() {
            for from in 0..piece.len() {
                for to in from + 1..=piece.len() {
                    let size = size_of(&piece[from..to]);
                    if size < *least {
                        continue;
                    }
                    if size > MOST_SHARED || bytes + size > 255 {
                        break;
                    }
                    let key = piece[from..to]
                        .iter()
                        .map(|ins| (ins.op, &ins.operands[..]))
                        .collect();
                    // Not what overlaps with the last one.
                    let (count, free) = counts.entry(key).or_default();
                    let place = number << 16 | from;
                    if *count == 0 || *free <= place {
                        (*count, *free) = (*count + 1, number << 16 | to);
                    }
                }
            }
        }
        let gain = |key: &Key<'_>, count: usize| {
            let size: usize = key.iter().map(|(_, operands)| 1 + operands.len()).sum();
            (count * (size - 1)) as i32 - size as i32 - 1
        };
        let Some((key, _)) = counts.iter().max_by_key(|(key, (count, _))| gain(key, *count)) else {
            break;
        };
        if gain(key, counts[key].0) <= 0 {
            break;
        }
        let chosen: Vec<Ins> = key
            .iter()
            .map(|(o, operands)| Ins {
                op: *o,
                operands: operands.to_vec(),
                to: None,
                gone: false,
            })
            .collect();
        bytes += size_of(&chosen);
        let size = size_of(&chosen);
        open = open
            .into_iter()
            .flat_map(|(piece, least)| {
                let left = if size < least {
                    std::vec![piece]
                } else {
                    without(&piece, &chosen)
                };
                left.into_iter().map(move |piece| (piece, least))
            })
            .collect();
        out.push(chosen);
    }
    out
}
/// What is left of the piece around each place where `chosen` stands.
fn without(piece: &[Ins], chosen: &[Ins]) -> Vec<Vec<Ins>> {
    let (mut out, mut rest) = (Vec::new(), piece);
    while let Some(at) = rest.windows(chosen.len()).position(|part| part == chosen) {
        out.push(rest[..at].to_vec());
        rest = &rest[at + chosen.len()..];
    }
    out.push(rest.to_vec());
    out
}
/// Bytes that one is worth standing for in a loop: it takes time to go there and back.
const LEAST_IN_LOOPS: usize = 3;
/// Bytes that an instruction stands for at most: a place among them has four bits.
const MOST_SHARED: usize = 15;

/// The list with instructions that stand for several, so that it is shortest.
fn packed(list: &[Ins], shared: &[Vec<Ins>]) -> Vec<Ins> {
    let within = pieces(list);
    // From the end on: size, how many instructions, and what stands for them.
    let mut best: Vec<(usize, usize, Option<usize>)> = std::vec![(0, 0, None); list.len() + 1];
    for i in (0..list.len()).rev() {
        best[i] = (1 + list[i].operands.len() + best[i + 1].0, 1, None);
        let (end, least) = within
            .iter()
            .find(|(from, to, _)| (*from..*to).contains(&i))
            .map_or((i, 0), |&(_, to, least)| (to, least));
        for (number, of) in shared.iter().enumerate() {
            if size_of(of) >= least
                && i + of.len() <= end
                && list[i..i + of.len()] == of[..]
                && 1 + best[i + of.len()].0 < best[i].0
            {
                best[i] = (1 + best[i + of.len()].0, of.len(), Some(number));
            }
        }
    }
    let (mut out, mut places, mut i) = (Vec::new(), std::vec![0; list.len()], 0);
    while i < list.len() {
        places[i] = out.len();
        let mut ins = list[i].clone();
        if let Some(number) = best[i].2 {
            ins.op = op::COUNT + number as u8;
            ins.operands.clear();
        }
        out.push(ins);
        i += best[i].1;
    }
    for ins in &mut out {
        ins.to = ins.to.map(|to| places[to]);
    }
    out
}

/// Bytes of an instruction in flash.
fn size_in_flash(o: u8) -> usize {
    op::size(o) - usize::from(op::is_near(o))
}
/// The bytes of the instructions. Jumps that go further than a byte says do so by [`op::JMP_FAR`].
fn bytes(list: &[Ins]) -> Vec<u8> {
    let mut far = std::vec![false; list.len()];
    loop {
        let (mut places, mut at) = (Vec::new(), 0);
        for (ins, far) in list.iter().zip(&far) {
            places.push(at);
            let reach = if *far { op::size(op::JMP_FAR) } else { 0 };
            at += match ins.op {
                op::JMP if *far => reach,
                o => size_in_flash(o) + reach,
            };
        }
        places.push(at);
        let distance = |i: usize| list[i].to.map(|to| places[to] as i32 - places[i + 1] as i32);
        let more: Vec<usize> = (0..list.len())
            .filter(|&i| !far[i] && distance(i).is_some_and(|by| i8::try_from(by).is_err()))
            .collect();
        if !more.is_empty() {
            for i in more {
                far[i] = true;
            }
            continue;
        }
        let mut out = Vec::new();
        for (i, ins) in list.iter().enumerate() {
            let Some(by) = distance(i) else {
                out.push(ins.op);
                out.extend_from_slice(&ins.operands);
                continue;
            };
            let by = (by as i16).to_le_bytes();
            if far[i] {
                if ins.op != op::JMP {
                    out.extend_from_slice(&[opposite(ins.op), op::size(op::JMP_FAR) as u8]);
                }
                out.push(op::JMP_FAR);
                out.extend_from_slice(&by);
            } else {
                out.push(ins.op);
                out.extend_from_slice(&by[..size_in_flash(ins.op) - 1]);
            }
        }
        return out;
    }
}
/// The jump that is taken where this one is not.
fn opposite(o: u8) -> u8 {
    match o {
        op::J_TRUE => op::J_FALSE,
        op::J_FALSE => op::J_TRUE,
        op::JT_LT..=op::JT_SNE => o - op::JT_LT + op::JF_LT,
        op::JF_LT..=op::JF_SNE => o - op::JF_LT + op::JT_LT,
        _ => panic!("a jump that goes too far"),
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
fn code_text(body: &[u8]) -> Vec<String> {
    let (mut out, mut at) = (Vec::new(), 0);
    while at < body.len() {
        let o = body[at];
        let size = size_in_flash(o);
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
/// The same in lines.
fn lines(texts: &[String]) -> String {
    let (mut code, mut column) = (String::new(), 200);
    for text in texts {
        if column + text.len() > 108 {
            code.push_str("\n       ");
            column = 7;
        }
        code += &format!(" {text},");
        column += text.len() + 2;
    }
    code
}

fn generate() -> String {
    let mut functions = Vec::new();
    for source in SOURCES {
        functions.extend(
            compile(source)
                .into_iter()
                .map(|f| (condition(source, &f.name), f)),
        );
    }
    let always = functions
        .iter()
        .filter(|(when, _)| when.is_none_or(|when| when.starts_with("not(")));
    let shared = choose(always.map(|(_, f)| f));
    let mut code = String::from("    {\n");
    for of in &shared {
        code += &format!("        [{},]\n", code_text(&bytes(of)).join(", "));
    }
    code += "    }\n";
    for (when, f) in &functions {
        if let Some(when) = when {
            code += &format!("    #[cfg({when})]\n");
        }
        let mut texts: Vec<String> = f.head.iter().map(|b| format!("{b}")).collect();
        texts.extend(code_text(&bytes(&packed(&f.list, &shared))));
        code += &format!("    {} [{}\n    ]\n", f.name, lines(&texts));
    }
    format!(
        "//! Code of the built-ins that are written in JavaScript (`rom.js`, `rom_*.js`): what single instructions of it stand for, then each function\n//! with its variables and operand stack, then its instructions. Made by the tests; see `romgen.rs`.\n\nuse crate::names::n;\nuse crate::rom::f;\nuse crate::romlink::{{hi, lo, rom_code}};\n\nrom_code! {{\n{code}}}\n"
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
