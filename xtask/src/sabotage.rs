//! `cargo xtask sabotage`: would anybody notice if a check were gone?
//!
//! Three patches, each of which makes one check accept everything: the signature, the sequence, the permissions. They live in
//! `xtask/sabotage/`, never as a switch in shipped code, and are applied one at a time to a copy of the tree. Tests, interop
//! and demo must each go red. A cell counts as red only when the run itself says that something failed: a build that broke, or
//! a program that could not start, shows nothing.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::interop::{self, Scope};
use crate::shell::{self, Result};

/// One check that is taken away.
struct Patch {
    name: &'static str,
    /// The package whose tests must notice.
    package: &'static str,
}

const PATCHES: [Patch; 3] = [
    Patch {
        name: "verifier",
        package: "motebox-envelope",
    },
    Patch {
        name: "sequence",
        package: "motebox-envelope",
    },
    Patch {
        name: "permission",
        package: "motebox-script",
    },
];

/// What a run under sabotage showed.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Cell {
    /// It noticed.
    Red(String),
    /// It did not.
    Green,
    /// It could not tell.
    Broken(String),
}

impl Cell {
    fn shown(&self) -> String {
        match self {
            Self::Red(why) => format!("red ({why})"),
            Self::Green => "GREEN".into(),
            Self::Broken(why) => format!("BROKEN ({why})"),
        }
    }
}

/// Applies each patch in turn and prints the table; fails unless all cells are red.
pub fn run() -> Result<()> {
    let tree = shell::target_dir().join("motebox/sabotage/tree");
    let (mut rows, mut quiet) = (Vec::new(), Vec::new());
    for patch in &PATCHES {
        copy_tree(&tree)?;
        let file = shell::root()
            .join("xtask/sabotage")
            .join(format!("{}.patch", patch.name));
        apply(&tree, &file)?;
        println!("\n-- without the {} check", patch.name);
        let cells = [
            ("tests", tests(&tree, patch)?),
            ("interop", with_peers(&tree)?),
            ("demo", demo(&tree)?),
        ];
        for (run, cell) in &cells {
            println!("   {run}: {}", cell.shown());
            if !matches!(cell, Cell::Red(_)) {
                quiet.push(format!(
                    "{run} without the {} check is {}",
                    patch.name,
                    cell.shown()
                ));
            }
        }
        rows.push(
            [patch.name.to_string()]
                .into_iter()
                .chain(cells.map(|(_, cell)| cell.shown()))
                .collect(),
        );
    }
    println!();
    shell::table(&["without the check", "tests", "interop", "demo"], &rows);
    if quiet.is_empty() {
        Ok(())
    } else {
        Err(quiet.join("; "))
    }
}

/// Brings the copy to the state of the tree: files that git knows, written only where they differ, so that cargo builds
/// again only what a patch touches; what git does not know any more goes.
fn copy_tree(tree: &Path) -> Result<()> {
    let root = shell::root();
    let listed = shell::output(Command::new("git").current_dir(&root).args(["ls-files", "-z"]))?;
    let known: BTreeSet<PathBuf> = listed
        .split('\0')
        .map(|name| tree.join(name))
        .filter(|path| path != tree)
        .collect();
    remove_unknown(tree, &known)?;
    for name in listed.split('\0').filter(|name| !name.is_empty()) {
        let (from, to) = (root.join(name), tree.join(name));
        if let Ok(target) = std::fs::read_link(&from) {
            let parent = to.parent().unwrap_or(tree);
            let _ = std::fs::remove_file(&to);
            std::fs::create_dir_all(parent)
                .and_then(|()| std::os::unix::fs::symlink(&target, &to))
                .map_err(|error| format!("cannot link {}: {error}", to.display()))?;
            continue;
        }
        let Ok(bytes) = std::fs::read(&from) else {
            continue;
        };
        if std::fs::read(&to).is_ok_and(|there| there == bytes) {
            continue;
        }
        let parent = to.parent().unwrap_or(tree);
        std::fs::create_dir_all(parent)
            .and_then(|()| std::fs::write(&to, &bytes))
            .map_err(|error| format!("cannot write {}: {error}", to.display()))?;
    }
    Ok(())
}

/// Deletes each file below `tree` that is not among the `known` ones.
fn remove_unknown(tree: &Path, known: &BTreeSet<PathBuf>) -> Result<()> {
    let mut folders = vec![tree.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                folders.push(path);
            } else if !known.contains(&path) {
                std::fs::remove_file(&path)
                    .map_err(|error| format!("cannot remove {}: {error}", path.display()))?;
            }
        }
    }
    Ok(())
}

/// Applies a patch, whole or not at all. Git is kept from finding the repository around the copy: inside of one it leaves out
/// what lies in other folders, without a word.
fn apply(tree: &Path, patch: &Path) -> Result<()> {
    let mut git = Command::new("git");
    git.current_dir(tree).env_remove("GIT_DIR");
    if let Some(parent) = tree.parent() {
        git.env("GIT_CEILING_DIRECTORIES", parent);
    }
    shell::output(git.args(["apply", "--whitespace=nowarn"]).arg(patch))
        .map(drop)
        .map_err(|why| format!("{} no longer applies, renew it: {why}", patch.display()))
}

/// Cargo in the copy. One profile for tests and programs, so that dependencies are compiled once.
fn cargo(tree: &Path) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(tree).stdin(Stdio::null());
    cargo.env("CARGO_TARGET_DIR", tree.with_file_name("target"));
    cargo
        .env("CARGO_PROFILE_DEV_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_DEV_DEBUG", "0");
    cargo
}

/// What a program prints on both outputs, and whether it ended well.
fn both(command: &mut Command) -> Result<(String, bool)> {
    let out = command
        .output()
        .map_err(|error| format!("cannot start `{}`: {error}", shell::shown(command)))?;
    let said = [out.stdout, out.stderr]
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .concat();
    Ok((said, out.status.success()))
}

fn tests(tree: &Path, patch: &Patch) -> Result<Cell> {
    let (said, good) = both(cargo(tree).args(["test", "--no-fail-fast", "--package", patch.package]))?;
    Ok(judge_tests(&said, good))
}

fn judge_tests(said: &str, good: bool) -> Cell {
    let failed: u32 = said
        .lines()
        .filter_map(|line| line.strip_prefix("test result: FAILED. "))
        .filter_map(|line| line.split(' ').nth(2)?.parse::<u32>().ok())
        .sum();
    match (good, failed) {
        (true, _) => Cell::Green,
        (false, 0) => Cell::Broken(last_line(said)),
        (false, failed) => Cell::Red(format!("{failed} failed")),
    }
}

fn with_peers(tree: &Path) -> Result<Cell> {
    let motebox = build(tree)?;
    Ok(match interop::check(&motebox, Scope::Rights) {
        Ok(outcome) if outcome.failed > 0 => Cell::Red(format!("{} failed", outcome.failed)),
        Ok(_) => Cell::Green,
        Err(why) => Cell::Broken(why),
    })
}

fn demo(tree: &Path) -> Result<Cell> {
    let motebox = build(tree)?;
    let (said, good) = both(
        Command::new(motebox)
            .arg("demo")
            .current_dir(tree)
            .stdin(Stdio::null()),
    )?;
    Ok(judge_demo(&said, good))
}

/// The demo's last line counts its steps and failures: "N steps, M failed".
fn judge_demo(said: &str, good: bool) -> Cell {
    let words: Vec<&str> = said
        .lines()
        .rev()
        .find(|line| line.contains("failed"))
        .unwrap_or_default()
        .split(' ')
        .collect();
    let before = words
        .iter()
        .position(|word| word.starts_with("failed"))
        .and_then(|at| words.get(at.checked_sub(1)?));
    let failed = before
        .and_then(|word| word.parse::<u32>().ok())
        .unwrap_or_default();
    match (good, failed) {
        (true, _) => Cell::Green,
        (false, 0) => Cell::Broken(last_line(said)),
        (false, failed) => Cell::Red(format!("{failed} failed")),
    }
}

fn build(tree: &Path) -> Result<PathBuf> {
    shell::output(cargo(tree).args(["build", "--quiet", "--package", "motebox-cli"]))?;
    Ok(tree.with_file_name("target").join("debug/motebox"))
}

fn last_line(said: &str) -> String {
    said.lines()
        .rev()
        .find(|line| !line.trim().is_empty())
        .unwrap_or("it said nothing")
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::{Cell, PATCHES, apply, judge_demo, judge_tests, remove_unknown};

    #[test]
    fn only_tests_that_failed_are_red() {
        let passed = "test result: ok. 9 passed; 0 failed; 0 ignored; 0 measured";
        let failed = "test result: FAILED. 7 passed; 2 failed; 0 ignored; 0 measured";
        assert_eq!(judge_tests(passed, true), Cell::Green);
        let both = format!("{passed}\n{failed}\n{failed}\nerror: 2 targets failed:");
        assert_eq!(judge_tests(&both, false), Cell::Red("4 failed".into()));
        let compile = "error: could not compile `motebox`";
        assert_eq!(judge_tests(compile, false), Cell::Broken(compile.into()));
    }

    #[test]
    fn only_steps_that_failed_are_red() {
        assert_eq!(judge_demo("…\n31 steps, 0 failed", true), Cell::Green);
        assert_eq!(
            judge_demo("…\n31 steps, 2 failed\n", false),
            Cell::Red("2 failed".into())
        );
        assert_eq!(judge_demo("no port", false), Cell::Broken("no port".into()));
    }

    #[test]
    fn a_patch_that_does_not_fit_is_an_error() {
        let tree = std::env::temp_dir().join(format!("motebox-sabotage-{}/tree", std::process::id()));
        std::fs::create_dir_all(&tree).unwrap();
        let (file, patch) = (tree.join("check.txt"), tree.with_file_name("one.patch"));
        std::fs::write(&file, "check\n").unwrap();
        std::fs::write(
            &patch,
            "--- a/check.txt\n+++ b/check.txt\n@@ -1 +1 @@\n-check\n+accept\n",
        )
        .unwrap();
        assert_eq!(apply(&tree, &patch), Ok(()));
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "accept\n");
        assert!(apply(&tree, &patch).unwrap_err().contains("no longer applies"));
        std::fs::remove_dir_all(tree.parent().unwrap()).unwrap();
    }

    #[test]
    fn what_git_does_not_know_leaves_the_copy() {
        let tree = std::env::temp_dir().join(format!("motebox-stale-{}", std::process::id()));
        std::fs::create_dir_all(tree.join("rom")).unwrap();
        let (kept, stale) = (tree.join("rom/mod.rs"), tree.join("rom.rs"));
        std::fs::write(&kept, "").unwrap();
        std::fs::write(&stale, "").unwrap();
        assert_eq!(remove_unknown(&tree, &[kept.clone()].into()), Ok(()));
        assert!(kept.is_file() && !stale.exists());
        std::fs::remove_dir_all(&tree).unwrap();
    }

    #[test]
    fn every_patch_is_there_and_touches_no_test() {
        for patch in PATCHES {
            let file = crate::shell::root()
                .join("xtask/sabotage")
                .join(format!("{}.patch", patch.name));
            let text = std::fs::read_to_string(&file).unwrap();
            let touched: Vec<&str> = text
                .lines()
                .filter_map(|line| line.strip_prefix("+++ b/"))
                .collect();
            assert!(!touched.is_empty(), "{}", patch.name);
            let mut git = std::process::Command::new("git");
            git.current_dir(crate::shell::root()).args(["apply", "--check"]);
            let checked = git.arg(&file).output().unwrap();
            assert!(checked.status.success(), "{}: {checked:?}", patch.name);
            assert!(
                touched
                    .iter()
                    .all(|path| path.starts_with("crates/") && path.contains("/src/")),
                "{touched:?}"
            );
        }
    }
}
