//! Whether a script can be compiled, before it is signed: what a mote would say only after the update.

use motebox_js::{Engine, Library, Mapped, Step};

use crate::error::{Error, Result};
use crate::excerpt::{self, Place};

/// The largest arena of an engine: room is not what is checked first.
const ARENA_BYTES: usize = 256 * 1024;
/// Longest message of the engine.
const TEXT_BYTES: usize = 512;

/// Compiles a script, and runs none of it that could be noticed; `Err` says where it is wrong.
pub(crate) fn script(subject: &str, source: &[u8]) -> Result<()> {
    if source.is_empty() {
        return Err(Error::new(format!("{subject} is empty")).advise("a script has at least one statement"));
    }
    let Ok(text) = std::str::from_utf8(source) else {
        return Err(Error::new(format!("{subject} is no text in UTF-8"))
            .advise("is it the right file? compositions are signed with `motebox compose --key`"));
    };
    match compile(source, ARENA_BYTES) {
        Ok(()) => Ok(()),
        Err(said) => Err(match place(&said) {
            Some((message, place)) => excerpt::error_at(subject, text, place, message),
            None => Error::new(format!(
                "{subject} does not compile in {} kB, the most that an engine has",
                ARENA_BYTES / 1024
            )),
        }
        .advise("no mote would run it; --no-check signs it all the same")),
    }
}

/// Whether it compiles in so many bytes of heap.
pub(crate) fn fits(source: &[u8], heap_bytes: u32) -> bool {
    let room = (heap_bytes as usize).min(ARENA_BYTES);
    room / 4 >= Engine::MIN_WORDS && compile(source, room).is_ok()
}

/// What the compiler says against a script.
fn compile(source: &[u8], arena_bytes: usize) -> std::result::Result<(), String> {
    let mut arena = vec![0u32; arena_bytes / 4];
    let mut engine =
        Engine::new(&mut arena, &Library::EMPTY).map_err(|small| format!("{} words needed", small.needed))?;
    let length = u32::try_from(source.len()).map_err(|_| "longer than 4 GB".to_string())?;
    engine.load(length).map_err(|error| format!("{error:?}"))?;
    // One unit of work at a time: the step that ends the compilation goes no further than the script's first jump or
    // call, and there is nothing that it could call.
    while engine.is_compiling() {
        if engine.step(&mut (), &Mapped(source), 1) != Step::Threw {
            continue;
        }
        let mut text = [0; TEXT_BYTES];
        let said = String::from_utf8_lossy(engine.result().text(&mut text)).into_owned();
        // Other exceptions are the script's own.
        return match place(&said).is_some() || said.contains(OUT_OF_MEMORY) {
            true => Err(said),
            false => Ok(()),
        };
    }
    Ok(())
}

/// What the engine says when its arena is full.
const OUT_OF_MEMORY: &str = "out of memory";

/// Message and place of a SyntaxError: `SyntaxError: message (line 1, column 2)`.
fn place(said: &str) -> Option<(&str, Place)> {
    let (message, place) = said.strip_suffix(')')?.rsplit_once(" (line ")?;
    let (line, column) = place.split_once(", column ")?;
    let place = Place {
        line: line.parse().ok()?,
        column: column.parse().ok()?,
    };
    message.starts_with("SyntaxError: ").then_some((message, place))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(source: &str) -> String {
        script("x.js", source.as_bytes())
            .err()
            .map_or_else(String::new, |error| error.to_string())
    }

    #[test]
    fn what_cannot_be_compiled_is_told_with_its_place() {
        let said = said("var a = 1;\nvar = 2;\n");
        assert!(
            said.starts_with("x.js:2:5: SyntaxError: ") && said.contains("\n  var = 2;\n      ^"),
            "{said}"
        );
    }

    #[test]
    fn what_a_script_does_when_it_runs_is_its_own_business() {
        for source in [
            "saul.get_by_name('x')",
            "throw new SyntaxError('own')",
            "throw new SyntaxError('own (line 1, column 1)')",
            "null.x",
            "for (;;) {}",
            "(function f() { f(); })()",
            "var a = [1]; while (true) a = a.concat(a);",
        ] {
            assert_eq!(said(source), "", "{source}");
        }
    }

    #[test]
    fn a_heap_is_large_enough_or_not() {
        let script = "var a = 1;\n".repeat(100);
        assert!(fits(script.as_bytes(), 16_384));
        assert!(!fits(script.as_bytes(), 1_000));
        assert!(!fits(b"1;", 16));
    }

    #[test]
    fn a_long_script_is_checked_to_its_end() {
        let script = format!("{}var = 1;", "print('x');\n".repeat(5_000));
        assert!(said(&script).starts_with("x.js:5001:5: "), "{}", said(&script));
    }
}
