//! The checkout: which tests there are, the programs they stand for, and what an end means for a test.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::engine::End;
use super::meta::{Meta, Phase};
use super::select::{Place, place};
use crate::shell::Result;

/// A test file.
#[derive(Clone, Debug)]
pub struct Test {
    /// Below `test/`, with `/`.
    pub path: String,
    pub meta: Meta,
    pub text: Vec<u8>,
    pub place: Place,
}
impl Test {
    /// The directory at this depth, such as `language/expressions` at 2.
    pub fn dir(&self, depth: usize) -> &str {
        let dir = self.path.rsplit_once('/').map_or("", |(dir, _)| dir);
        let end = dir
            .match_indices('/')
            .nth(depth - 1)
            .map_or(dir.len(), |(at, _)| at);
        &dir[..end]
    }
    /// The modes that it runs in.
    pub fn modes(&self) -> &'static [Mode] {
        let flag = |name| self.meta.flag(name);
        match (flag("raw"), flag("onlyStrict"), flag("noStrict")) {
            (true, _, _) => &[Mode::Raw],
            (_, true, _) => &[Mode::Strict],
            (_, _, true) => &[Mode::Sloppy],
            _ => &[Mode::Sloppy, Mode::Strict],
        }
    }
    /// Whether what it came to is what it says it should.
    pub fn judge(&self, end: End) -> Verdict {
        let text = match (&self.meta.negative, end) {
            (None, End::Done) => return Verdict::Pass,
            (Some((phase, kind)), End::Done) => format!("no {kind} at {phase:?}"),
            (_, End::Fuel) => return Verdict::Endless,
            (_, End::Hang) => return Verdict::Hang,
            (_, End::Crash(text)) => return Verdict::Crash(text),
            (_, End::Memory) => "the arena is full".into(),
            (None, End::Threw(text)) => text,
            (Some((phase, kind)), End::Threw(text)) => {
                // A test of the parser begins with a call that throws a text, so its SyntaxError came before.
                let rest = text.strip_prefix(kind.as_str());
                if rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric)) {
                    return Verdict::Pass;
                }
                format!("no {kind} at {phase:?} but: {text}")
            }
        };
        Verdict::Fail(text.lines().next().unwrap_or_default().to_string())
    }
}

/// How a test is run.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Mode {
    Sloppy,
    Strict,
    /// As it stands, without the harness.
    Raw,
}
/// What a run came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    Pass,
    /// Why.
    Fail(String),
    /// It had not ended when its fuel had.
    Endless,
    Hang,
    Crash(String),
}

/// A checkout of tc39/test262.
pub struct Suite {
    dir: PathBuf,
    harness: BTreeMap<String, Vec<u8>>,
}
impl Suite {
    pub fn open(dir: &Path) -> Result<Suite> {
        let mut harness = BTreeMap::new();
        for entry in list(&dir.join("harness")).map_err(|error| {
            format!("{error}\n  --suite must name a checkout of https://github.com/tc39/test262")
        })? {
            if entry.is_file() {
                let name = entry.file_name().unwrap_or_default().to_string_lossy();
                harness.insert(name.into_owned(), read(&entry)?);
            }
        }
        Ok(Suite {
            dir: dir.to_path_buf(),
            harness,
        })
    }
    /// All tests of the language and its built-ins whose path has `filter` in it, sorted by path.
    pub fn tests(&self, filter: &str) -> Result<Vec<Test>> {
        let root = self.dir.join("test");
        let mut open = vec![root.join("language"), root.join("built-ins")];
        let mut tests = Vec::new();
        while let Some(dir) = open.pop() {
            for entry in list(&dir)? {
                let below = entry.strip_prefix(&root).unwrap_or(&entry);
                let path = below.to_string_lossy().replace('\\', "/");
                if entry.is_dir() {
                    open.push(entry);
                } else if path.ends_with(".js") && !path.contains("_FIXTURE") && path.contains(filter) {
                    let bytes = read(&entry)?;
                    let text = String::from_utf8_lossy(&bytes);
                    let meta = Meta::parse(&text).map_err(|error| format!("{path}: {error}"))?;
                    let place = place(&meta, &text);
                    tests.push(Test {
                        path,
                        meta,
                        place,
                        text: bytes,
                    });
                }
            }
        }
        tests.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(tests)
    }
    /// The program of a test in a mode: harness, then test, as test262's INTERPRETING.md has it.
    pub fn program(&self, test: &Test, mode: Mode) -> Result<Vec<u8>> {
        let mut program = Vec::new();
        if mode == Mode::Raw {
            return Ok(test.text.clone());
        }
        if mode == Mode::Strict {
            program.extend(b"\"use strict\";\n");
        }
        let always = ["assert.js", "sta.js"].into_iter();
        for name in always.chain(test.meta.includes.iter().map(String::as_str)) {
            let text = self.harness.get(name);
            program.extend(text.ok_or_else(|| format!("{}: no harness/{name}", test.path))?);
            program.push(b'\n');
        }
        if matches!(&test.meta.negative, Some((Phase::Runtime, kind)) if kind == "Test262Error") {
            // So that the text of the exception begins with the name of its constructor.
            program.extend(b"Test262Error.prototype.name = \"Test262Error\";\n");
        }
        program.extend(&test.text);
        Ok(program)
    }
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}
fn list(dir: &Path) -> Result<Vec<PathBuf>> {
    let say = |error| format!("{}: {error}", dir.display());
    let entries = std::fs::read_dir(dir).map_err(say)?;
    entries
        .map(|entry| entry.map(|entry| entry.path()).map_err(say))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test(meta: Meta) -> Test {
        Test {
            path: "language/expressions/addition/a.js".into(),
            meta,
            text: Vec::new(),
            place: Place::One,
        }
    }
    fn negative(phase: Phase) -> Test {
        test(Meta {
            negative: Some((phase, "SyntaxError".into())),
            ..Meta::default()
        })
    }

    #[test]
    fn directories_by_depth() {
        let test = test(Meta::default());
        assert_eq!(test.dir(1), "language");
        assert_eq!(test.dir(2), "language/expressions");
        assert_eq!(test.dir(9), "language/expressions/addition");
    }
    #[test]
    fn a_negative_test_passes_with_its_error_only() {
        let test = negative(Phase::Parse);
        let threw = |text: &str| test.judge(End::Threw(text.into()));
        assert_eq!(threw("SyntaxError: ')' expected"), Verdict::Pass);
        assert_eq!(threw("SyntaxError"), Verdict::Pass);
        for wrong in [
            "Test262: This statement should not be evaluated.",
            "TypeError: x",
            "SyntaxErrors: x",
        ] {
            assert!(matches!(threw(wrong), Verdict::Fail(_)), "{wrong}");
        }
        assert!(matches!(test.judge(End::Done), Verdict::Fail(_)));
    }
    #[test]
    fn a_plain_test_passes_when_it_ends() {
        let test = test(Meta::default());
        assert_eq!(test.judge(End::Done), Verdict::Pass);
        assert_eq!(test.judge(End::Threw("x".into())), Verdict::Fail("x".into()));
        assert_eq!(test.judge(End::Fuel), Verdict::Endless);
        assert_eq!(test.judge(End::Hang), Verdict::Hang);
    }
    #[test]
    fn modes_follow_the_flags() {
        let with = |flag: &str| {
            test(Meta {
                flags: vec![flag.into()],
                ..Meta::default()
            })
        };
        assert_eq!(test(Meta::default()).modes(), [Mode::Sloppy, Mode::Strict]);
        assert_eq!(with("raw").modes(), [Mode::Raw]);
        assert_eq!(with("onlyStrict").modes(), [Mode::Strict]);
        assert_eq!(with("noStrict").modes(), [Mode::Sloppy]);
    }
}
