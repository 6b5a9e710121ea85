//! `cargo xtask interop`: the simulated mote against programs that other people wrote.
//!
//! libcoap's client and aiocoap discover it, read it and push containers with every block size; pycose checks our signatures
//! and makes one that we accept. What counts is the response code and the digest that the mote's status shows, and that
//! digest is compared with one that Python computed from the file.

mod checks;
mod mote;
mod peers;
mod proxy;

use std::path::{Path, PathBuf};

use crate::shell::{self, Result};
use mote::Signer;
use peers::Peers;

/// Checks that were made, in groups.
#[derive(Default)]
pub struct Tally {
    groups: Vec<Group>,
    /// Failing is what the run is for.
    sabotaged: bool,
}

struct Group {
    name: String,
    passed: u32,
    failed: u32,
}

impl Tally {
    /// The checks from here on belong to this group.
    pub fn group(&mut self, name: &str) {
        println!("- {name}");
        self.groups.push(Group {
            name: name.into(),
            passed: 0,
            failed: 0,
        });
    }

    /// Counts one check; says what went wrong when it did.
    pub fn check(&mut self, what: &str, good: bool, seen: &dyn std::fmt::Debug) {
        if let Some(group) = self.groups.last_mut() {
            if good {
                group.passed += 1;
            } else {
                group.failed += 1;
                let seen: String = format!("{seen:?}").chars().take(240).collect();
                let word = if self.sabotaged { "noticed" } else { "FAILED" };
                println!("    {word} {what}: {seen}");
            }
        }
    }

    /// Counts one comparison.
    pub fn equal<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, seen: T, expected: T) {
        self.check(
            what,
            seen == expected,
            &format_args!("{seen:?}, expected {expected:?}"),
        );
    }

    /// Prints the table.
    fn close(self) -> Outcome {
        let mut rows: Vec<Vec<String>> = Vec::new();
        let (mut passed, mut failed) = (0, 0);
        for group in self.groups {
            passed += group.passed;
            failed += group.failed;
            rows.push(vec![
                group.name,
                group.passed.to_string(),
                group.failed.to_string(),
            ]);
        }
        println!();
        shell::table(&["interop", "passed", "failed"], &rows);
        println!("interop: {passed} checks passed, {failed} failed");
        Outcome { passed, failed }
    }
}

/// How many checks went which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    pub passed: u32,
    pub failed: u32,
}

/// Which groups are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    All,
    /// What is refused and what is permitted: the groups that sabotage has to turn red.
    Rights,
}

/// What all checks need.
pub struct Bench {
    pub peers: Peers,
    pub site: Signer,
    pub stranger: Signer,
}

/// Builds the command (or takes the one after `--motebox`) and runs all checks; fails when one does.
pub fn run(args: &[String]) -> Result<()> {
    let motebox = match args {
        [flag, program] if flag == "--motebox" => PathBuf::from(program),
        [] => {
            shell::run(shell::cargo().args(["build", "--release", "--package", "motebox-cli"]))?;
            shell::target_dir().join("release/motebox")
        }
        _ => return Err("interop: the only option is --motebox PROGRAM".into()),
    };
    let Outcome { passed, failed } = check(&motebox, Scope::All)?;
    if failed == 0 {
        Ok(())
    } else {
        Err(format!("{failed} of {} checks failed", passed + failed))
    }
}

/// Runs the checks of a scope against this build of the command `motebox`.
pub fn check(motebox: &Path, scope: Scope) -> Result<Outcome> {
    let folder = shell::target_dir().join("motebox/interop");
    let peers = Peers::find(&folder)?;
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    let site = Signer::new(motebox, &folder, "site")?;
    let stranger = Signer::new(motebox, &folder, "stranger")?;
    let mut tally = Tally {
        groups: Vec::new(),
        sabotaged: scope == Scope::Rights,
    };
    checks::all(
        &Bench {
            peers,
            site,
            stranger,
        },
        scope,
        &mut tally,
    )?;
    Ok(tally.close())
}

#[cfg(test)]
mod tests {
    use super::{Outcome, Tally};

    #[test]
    fn checks_are_counted_over_all_groups() {
        let mut tally = Tally::default();
        tally.group("one");
        tally.equal("same", 1, 1);
        tally.equal("other", 1, 2);
        tally.group("another");
        tally.check("yes", true, &());
        assert_eq!(tally.close(), Outcome { passed: 2, failed: 1 });
    }
}
