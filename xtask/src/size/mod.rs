//! `cargo xtask size`: what each part weighs on a chip.
//!
//! `benches/images/` holds one small program for each part, which calls its public interface with inputs that the compiler
//! cannot see through. A figure is the linked image less the empty one, so it holds what a firmware pays for the part,
//! `core` and the compiler's arithmetic routines ("builtins", soft float above all) included. The node's own figure is the
//! image of everything less the image of the parts that it binds; the C face's is a C program less the Rust one.
//!
//! Each image is built twice, as the toolchain says (`crate::toolchain`): the reference build, which goals and ceilings are
//! about, and the plain one, with ceilings of its own. Where the sources of `core` are absent, the plain one is the only one.

pub mod budget;
mod dwarf;
pub mod elf;
mod heap;
mod lines;
pub mod link;
mod modules;
mod panics;

use std::collections::{BTreeMap, BTreeSet};

use budget::{Budget, Row, Verdict};
use elf::Image;
use lines::{LINES, Part};
use link::Linker;
use panics::Found;

use crate::shell::{self, Result, thousands};
use crate::toolchain::{TARGETS, Toolchain};

/// How many symbols are named when a part is above its goal.
const NAMED_SYMBOLS: usize = 30;

/// What was asked for.
struct Wanted<'a> {
    targets: Vec<&'a str>,
    parts: Vec<&'a str>,
    symbols: bool,
}

impl<'a> Wanted<'a> {
    fn parse(args: &'a [String]) -> Result<Self> {
        let mut wanted = Wanted {
            targets: Vec::new(),
            parts: Vec::new(),
            symbols: false,
        };
        let mut words = args.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--target" => wanted
                    .targets
                    .push(words.next().ok_or("--target needs a target")?),
                "--symbols" => wanted.symbols = true,
                name if LINES
                    .iter()
                    .any(|line| line.image == name || line.part == Some(name)) =>
                {
                    wanted.parts.push(name);
                }
                other => return Err(format!("size: no part '{other}'")),
            }
        }
        if wanted.targets.is_empty() {
            wanted.targets = TARGETS.to_vec();
        }
        Ok(wanted)
    }

    fn lines(&self) -> Vec<&'static Part> {
        let asked = |line: &&Part| {
            let named = |name: &&str| *name == line.image || line.part == Some(*name);
            self.parts.is_empty() || self.parts.iter().any(named)
        };
        LINES.iter().filter(asked).collect()
    }
}

/// Images by their names.
type Images = BTreeMap<&'static str, Image>;

/// Links the images, prints the report, writes the rows; fails above a ceiling, and for a panic that nobody allowed.
pub fn run(args: &[String]) -> Result<()> {
    if args == ["--modules"] {
        return modules::run();
    }
    let wanted = Wanted::parse(args)?;
    link::same_versions()?;
    let budgets = budget::read(&shell::root().join("benches/budgets.toml"))?;
    let list = panics::read(&shell::root().join("benches/panics.toml"))?;
    let lines = wanted.lines();
    let (mut rows, mut found) = (Vec::new(), Found::default());
    for linked in link_all(&wanted.targets, &lines)? {
        let target = linked.target;
        let fresh = linked.report(&lines, &budgets)?;
        linked.look(&lines, &mut found)?;
        for line in &lines {
            let missed = |row: &Row| {
                Some(row.part.as_str()) == line.part && row.metric == "flash" && row.verdict() != Verdict::Met
            };
            let named = target == TARGETS[0]
                && (line.part == Some("all") || line.part == Some("js") && fresh.iter().any(missed));
            if wanted.symbols || named {
                largest_symbols(target, line, image(linked.first()?, line.image)?);
            }
        }
        rows.extend(fresh);
    }
    if wanted.targets.contains(&TARGETS[0]) && lines.iter().any(|line| line.part == Some("js")) {
        rows.extend(heap::measure(&budgets, TARGETS[0])?);
    }
    let strangers = found.print(&list);
    if wanted.parts.is_empty() {
        for caller in found.unused(&list) {
            println!("benches/panics.toml: nothing reaches a panic through {caller} any more");
        }
    }
    let file = shell::target_dir().join("motebox/size.json");
    budget::merge(&file, &rows)?;
    println!("\n{} rows written to {}", rows.len(), file.display());
    judge(&rows)?;
    if strangers.is_empty() {
        Ok(())
    } else {
        Err(format!(
            "a path to a panic that is not allowed: {}",
            strangers.join(", ")
        ))
    }
}

/// The images of one target, as each toolchain that there is builds them.
struct Linked<'t> {
    target: &'t str,
    images: Vec<(Toolchain, Images)>,
    /// Why there is not another one.
    absent: Vec<String>,
}

/// Builds and links all images that the lines are about: the chips side by side, because a linker has one thread.
fn link_all<'t>(targets: &[&'t str], lines: &[&'static Part]) -> Result<Vec<Linked<'t>>> {
    let names: BTreeSet<&'static str> = lines.iter().flat_map(|line| [line.image, line.less]).collect();
    let all = |toolchain: Toolchain, target: &str| -> Result<(Toolchain, Images)> {
        let linker = Linker {
            toolchain: &toolchain,
            target,
        };
        let images: Result<Images> = names.iter().map(|name| Ok((*name, linker.link(name)?))).collect();
        Ok((toolchain, images?))
    };
    std::thread::scope(|threads| {
        let mut running = Vec::new();
        for target in targets {
            let (mut jobs, mut absent) = (Vec::new(), Vec::new());
            for kind in [Toolchain::reference(), Toolchain::plain(target)] {
                match kind {
                    Ok(toolchain) => jobs.push(threads.spawn(move || all(toolchain, target))),
                    Err(why) => absent.push(why),
                }
            }
            running.push((*target, jobs, absent));
        }
        let mut linked = Vec::new();
        for (target, jobs, absent) in running {
            let images: Result<Vec<_>> = jobs
                .into_iter()
                .map(|job| job.join().map_err(|_| "size: a thread panicked".to_string())?)
                .collect();
            linked.push(Linked {
                target,
                images: images?,
                absent,
            });
        }
        Ok(linked)
    })
}

impl Linked<'_> {
    /// Those that the rows are about.
    fn first(&self) -> Result<&Images> {
        match self.images.first() {
            Some((_, images)) => Ok(images),
            None => Err(format!(
                "nothing here builds for {}: {}",
                self.target,
                self.absent.join("; ")
            )),
        }
    }

    /// Prints the table; returns the rows that have a budget's name.
    fn report(&self, lines: &[&'static Part], budgets: &[Budget]) -> Result<Vec<Row>> {
        println!("\n{}, profile chip", self.target);
        for (toolchain, _) in &self.images {
            println!("{}, {}", toolchain.build(), toolchain.version()?);
        }
        let rows = self.table(lines, budgets)?;
        self.absent.iter().for_each(|why| println!("{why}"));
        recursion(self.first()?);
        Ok(rows)
    }

    /// The images of the reference build, or of the plain one.
    fn built(&self, reference: bool) -> Option<&Images> {
        let mut images = self.images.iter();
        Some(
            &images
                .find(|(toolchain, _)| toolchain.is_reference() == reference)?
                .1,
        )
    }

    /// The table, and its rows.
    fn table(&self, lines: &[&'static Part], budgets: &[Budget]) -> Result<Vec<Row>> {
        let (mut rows, mut cells) = (Vec::new(), Vec::new());
        let text = |figure: Option<u64>| figure.map_or_else(|| "-".into(), thousands);
        for line in lines {
            let flash = |images: Option<&Images>| -> Result<Option<u64>> {
                let Some(images) = images else { return Ok(None) };
                let (whole, less) = (image(images, line.image)?, image(images, line.less)?);
                Ok(Some(whole.flash.saturating_sub(less.flash)))
            };
            let (flash, plain) = (flash(self.built(true))?, flash(self.built(false))?);
            let (whole, less) = (
                image(self.first()?, line.image)?,
                image(self.first()?, line.less)?,
            );
            let ram = whole.ram.saturating_sub(less.ram);
            let part = line.part.unwrap_or_default();
            let row = Row::new(budgets, self.target, part, "flash", flash.unwrap_or_default());
            let simple = Row::plain(budgets, self.target, part, plain.unwrap_or_default());
            let judged = |figure: Option<u64>, row: &Row| figure.map_or_else(|| "-".into(), |_| verdict(row));
            cells.push(vec![
                line.part.unwrap_or(line.image).to_string(),
                text(flash),
                text(row.goal),
                text(row.ceiling),
                judged(flash, &row),
                text(plain),
                text(simple.ceiling),
                judged(plain, &simple),
                thousands(whole.builtins.saturating_sub(less.builtins)),
                thousands(ram),
                whole.panics.len().to_string(),
                line.what.to_string(),
            ]);
            if line.part.is_some() {
                rows.extend(flash.map(|_| row));
                rows.extend(plain.map(|_| simple));
                rows.push(Row::new(budgets, self.target, part, "ram", ram));
            }
        }
        shell::table(
            &[
                "part",
                "flash B",
                "goal",
                "ceiling",
                "",
                "plain build B",
                "ceiling",
                "",
                "builtins B",
                "static RAM B",
                "panics",
                "what is in it",
            ],
            &cells,
        );
        Ok(rows)
    }

    /// Looks for panics.
    fn look(&self, lines: &[&'static Part], found: &mut Found) -> Result<()> {
        for (_, images) in &self.images {
            for line in lines {
                found.add(line.image, image(images, line.image)?);
            }
        }
        Ok(())
    }
}

fn image<'a>(images: &'a Images, name: &str) -> Result<&'a Image> {
    images
        .get(name)
        .ok_or_else(|| format!("the image '{name}' was not linked"))
}

/// Names the functions that recurse, once for all images that have them.
fn recursion(images: &Images) {
    let mut who: BTreeMap<Vec<&str>, Vec<&str>> = BTreeMap::new();
    for (name, image) in images {
        who.entry(image.recursive_functions()).or_default().push(name);
    }
    for (functions, names) in who.iter().filter(|(functions, _)| !functions.is_empty()) {
        println!(
            "\n{}: {} functions recurse: {}",
            names.join(", "),
            functions.len(),
            functions.join(", ")
        );
    }
}

pub fn verdict(row: &Row) -> String {
    match row.verdict() {
        Verdict::Unbudgeted => "no budget".into(),
        Verdict::Met if row.goal.is_none() => "below it".into(),
        Verdict::Met => "goal met".into(),
        Verdict::GoalMissed(by) => format!("goal missed by {}", thousands(by)),
        Verdict::CeilingExceeded(by) => format!("ABOVE THE CEILING by {}", thousands(by)),
    }
}

fn largest_symbols(target: &str, line: &Part, image: &Image) {
    println!(
        "\n{}, {target}: the {NAMED_SYMBOLS} largest symbols",
        line.part.unwrap_or(line.image)
    );
    for symbol in image.symbols.iter().take(NAMED_SYMBOLS) {
        println!("  {:>7}  {}", thousands(symbol.len_bytes), symbol.name);
    }
}

/// Fails when a figure is above its ceiling.
pub fn judge(rows: &[Row]) -> Result<()> {
    let over: Vec<String> = rows
        .iter()
        .filter_map(|row| match row.verdict() {
            Verdict::CeilingExceeded(by) => Some(format!("{} {} by {by}", row.part, row.metric)),
            _ => None,
        })
        .collect();
    if over.is_empty() {
        Ok(())
    } else {
        Err(format!("above the ceiling: {}", over.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::{Wanted, budget, judge};
    use crate::toolchain::TARGETS;

    #[test]
    fn a_ceiling_fails_the_run_and_a_goal_does_not() {
        let row = |ceiling| budget::Row {
            target: "t".into(),
            part: "js".into(),
            metric: "flash".into(),
            value: 15,
            goal: Some(10),
            ceiling: Some(ceiling),
        };
        assert!(judge(&[row(15)]).is_ok());
        assert!(judge(&[row(15), row(14)]).unwrap_err().contains("js flash by 1"));
    }

    #[test]
    fn both_chips_and_all_parts_are_weighed_unless_some_are_named() {
        let wanted = |args: &[&str]| {
            let args: Vec<String> = args.iter().map(ToString::to_string).collect();
            Wanted::parse(&args).map(|wanted| (wanted.targets.len(), wanted.lines().len(), wanted.symbols))
        };
        assert_eq!(wanted(&[]), Ok((TARGETS.len(), super::LINES.len(), false)));
        assert_eq!(
            wanted(&["js", "--target", TARGETS[1], "--symbols"]),
            Ok((1, 1, true))
        );
        assert_eq!(wanted(&["node"]), Ok((2, 2, false)));
        assert!(wanted(&["jss"]).is_err());
    }
}
