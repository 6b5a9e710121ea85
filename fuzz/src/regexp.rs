//! Patterns and texts for the regular expressions: of the matcher alone, and of scripts.

use motebox_js::regexp::{self, Compiled, Matched, Run};
use motebox_js::{Engine, Mapped, Source, Windowed};

use crate::run::{self, How};

/// Most fuel for one match.
const FUEL: u64 = 300_000;
const MAX_DEBT: i32 = Engine::MAX_DEBT as i32;

/// Flags, length of the pattern, pattern, text. The pattern is refused, or matched the same however often it is interrupted;
/// what scripts do with it is the same too, while everything moves.
pub fn target(bytes: &[u8]) {
    let [flags, len, rest @ ..] = bytes else {
        return;
    };
    let rest = rest.get(..400).unwrap_or(rest);
    let (pattern, text) = rest.split_at(usize::from(*len).min(rest.len()));
    let (pattern, text) = (String::from_utf8_lossy(pattern), String::from_utf8_lossy(text));
    let program = compile(pattern.as_bytes(), *flags, i32::MAX / 2);
    assert_eq!(program, compile(pattern.as_bytes(), *flags, 1), "/{pattern}/");
    let mut whole = None;
    if let Some(program) = &program {
        whole = matched(program, text.as_bytes(), 1 << 20);
        if let Some(whole) = &whole {
            let cut = matched(program, text.as_bytes(), 7);
            assert!(cut.is_none_or(|cut| cut == *whole), "/{pattern}/ on {text:?}");
        }
    }
    script(&pattern, *flags, &text, program.is_some() && whole.is_some());
}

fn compile(pattern: &[u8], flags: u8, fuel: i32) -> Option<Vec<u8>> {
    let mut memory = vec![0; 40];
    loop {
        let mut left = fuel;
        match regexp::compile(pattern, flags, &mut memory, &mut left) {
            Compiled::Done(len) => return Some(regexp::code(&memory)[..len].to_vec()),
            Compiled::OutOfFuel => assert!(left <= 0 && left >= -MAX_DEBT),
            Compiled::OutOfMemory => memory = vec![0; memory.len() * 2],
            Compiled::Error(_) => return None,
        }
        assert!(memory.len() < 1 << 20, "no program takes this much");
    }
}

type Groups = Vec<Option<(usize, usize)>>;
/// The groups, if there is a match; none where the fuel does not suffice.
fn matched(program: &[u8], text: &[u8], fuel: i32) -> Option<Option<Groups>> {
    let mut memory = vec![0; regexp::words(program)];
    assert!(Run::new(program, text, &mut memory).start(0));
    let mut burnt = 0;
    while burnt < FUEL {
        let mut left = fuel;
        let mut run = Run::new(program, text, &mut memory);
        match run.step(&mut left) {
            Matched::Yes => return Some(Some((0..regexp::groups(program)).map(|i| run.group(i)).collect())),
            Matched::No => return Some(None),
            Matched::OutOfFuel => assert!(left <= 0 && left >= -MAX_DEBT),
            Matched::OutOfMemory => memory.resize(memory.len() + 50, 0),
        }
        burnt += u64::from(fuel.abs_diff(left));
    }
    None
}

/// A string literal of ASCII.
fn literal(text: &str) -> String {
    let units: String = text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
    format!("\"{units}\"")
}
fn script(pattern: &str, flags: u8, text: &str, good: bool) {
    let letters: String = "gim"
        .chars()
        .enumerate()
        .filter(|(i, _)| flags >> i & 1 != 0)
        .map(|(_, c)| c)
        .collect();
    let text = format!(
        "var s = {}, r = new RegExp({}, {letters:?}), m = r.exec(s);
print(r, r.lastIndex, m && m.index, m);
print(s.match(r), s.search(r), s.split(r, 50));
print(s.replace(r, function (x, y) {{ return '<' + y + '>'; }}), s.replace(r, \"[$&$1$'$`]\").length);
print(new RegExp(r.source, r.flags).test(s));",
        literal(text),
        literal(pattern)
    );
    let (mapped, windowed) = (Mapped(text.as_bytes()), Windowed(text.as_bytes()));
    let play = |source: &dyn Source, words, slice, stress| {
        let most_fuel = 3_000_000;
        let how = How {
            words,
            slice,
            stress,
            most_fuel,
        };
        run::run(source, text.len(), &how, None)
    };
    let whole = play(&mapped, 1 << 16, 1 << 20, 0);
    if let Some(whole) = whole.filter(|printed| !printed.contains("RangeError")) {
        assert!(!good || !whole.contains("SyntaxError"), "{whole}\n{text}");
        for (source, slice, stress) in [(&windowed as &dyn Source, 7, 0), (&mapped, 1 << 20, 1)] {
            let again = play(source, 1 << 16, slice, stress);
            assert!(again.is_none_or(|again| again == whole), "{whole}\n{text}");
        }
    }
    play(&mapped, 700, 500, 0);
}
