//! `cargo xtask size`: what each part weighs on a chip.
//!
//! `benches/images/` holds one small program for each part, which calls its public interface with inputs that the compiler
//! cannot see through. A figure is the linked image less the empty one, so it holds what a firmware pays for the part,
//! `core` and the compiler's arithmetic routines ("builtins", soft float above all) included. The node's own figure is the image of everything less the image of the parts
//! that it binds.

pub mod budget;
pub mod elf;
mod heap;

use std::collections::{BTreeMap, BTreeSet};

use budget::{Budget, Row, Verdict};
use elf::Image;

use crate::shell::{self, Result, thousands};
use crate::toolchain::{TARGETS, Toolchain};

/// The target that the budgets are about; the images are linked for the others when asked (`--target`).
const BUDGETED: &str = TARGETS[0];

/// How many symbols are named when a part is above its goal.
const NAMED_SYMBOLS: usize = 30;

/// One line of the report: a part is the image of that name less another one.
struct Part {
    /// The part in `size.json`; `None` for a line that is printed only.
    part: Option<&'static str>,
    image: &'static str,
    less: &'static str,
    what: &'static str,
}

/// The lines, in the order of the report.
const LINES: [Part; 9] = [
    Part {
        part: Some("js"),
        image: "js",
        less: "empty",
        what: "engine with its compiler, default features",
    },
    Part {
        part: Some("envelope"),
        image: "envelope",
        less: "empty",
        what: "manifest, COSE, guard; a verifier of the caller's",
    },
    Part {
        part: Some("verifier"),
        image: "compact",
        less: "empty",
        what: "envelope + guard + ed25519-compact",
    },
    Part {
        part: None,
        image: "salty",
        less: "empty",
        what: "envelope + guard + salty",
    },
    Part {
        part: Some("store"),
        image: "store",
        less: "empty",
        what: "two slots a container",
    },
    Part {
        part: Some("script"),
        image: "script",
        less: "empty",
        what: "the API's table and checks",
    },
    Part {
        part: Some("coap"),
        image: "coap",
        less: "empty",
        what: "codec and container resource",
    },
    Part {
        part: Some("node"),
        image: "node",
        less: "parts",
        what: "what the facade adds to its parts",
    },
    Part {
        part: Some("all"),
        image: "node",
        less: "empty",
        what: "a whole node with ed25519-compact",
    },
];

/// Links the images, prints the report, writes the rows; fails above a ceiling.
pub fn run(args: &[String]) -> Result<()> {
    let (mut target, mut wanted, mut symbols) = (BUDGETED.to_string(), Vec::new(), false);
    let mut words = args.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--target" => target = words.next().ok_or("--target needs a target")?.clone(),
            "--symbols" => symbols = true,
            name if LINES
                .iter()
                .any(|line| line.image == name || line.part == Some(name)) =>
            {
                wanted.push(name)
            }
            other => return Err(format!("size: no part '{other}'")),
        }
    }
    same_versions()?;
    let budgets = budget::read(&shell::root().join("benches/budgets.toml"))?;
    let toolchain = Toolchain::find(&target)?;
    let lines: Vec<&Part> = LINES
        .iter()
        .filter(|line| {
            wanted.is_empty()
                || wanted
                    .iter()
                    .any(|name| *name == line.image || line.part == Some(name))
        })
        .collect();
    let mut images = BTreeMap::new();
    for name in lines.iter().flat_map(|line| [line.image, line.less]) {
        if !images.contains_key(name) {
            images.insert(name, link(&toolchain, &target, name)?);
        }
    }
    println!(
        "\n{target}, profile chip, {}, {}",
        toolchain.version()?,
        toolchain.core()
    );
    let mut rows = report(&budgets, &target, &lines, &images)?;
    if lines.iter().any(|line| line.part == Some("js")) {
        rows.extend(heap::measure(&budgets, &target)?);
    }
    for line in &lines {
        let missed = rows.iter().any(|row| {
            Some(row.part.as_str()) == line.part && row.metric == "flash" && row.verdict() != Verdict::Met
        });
        if symbols || missed && line.part == Some("js") {
            largest_symbols(line, image(&images, line.image)?);
        }
    }
    let file = shell::target_dir().join("motebox/size.json");
    budget::merge(&file, &rows)?;
    println!("\n{} rows written to {}", rows.len(), file.display());
    judge(&rows)
}

/// Builds one reference image and reads it.
fn link(toolchain: &Toolchain, target: &str, name: &str) -> Result<Image> {
    let images = shell::root().join("benches/images");
    let script = images.join("image.ld");
    let flags = [
        "-C".to_string(),
        format!("link-arg=-T{}", script.display()),
        "-C".into(),
        "link-arg=--emit-relocs".into(),
    ];
    let mut build = toolchain.cargo("build", target, &flags);
    build.arg("--manifest-path").arg(images.join("Cargo.toml"));
    let package = format!("image-{name}");
    shell::output(build.args(["--profile", "chip", "-p", &package]))?;
    elf::read(
        &shell::target_dir()
            .join("chip")
            .join(target)
            .join("chip")
            .join(package),
    )
}

fn image<'a>(images: &'a BTreeMap<&str, Image>, name: &str) -> Result<&'a Image> {
    images
        .get(name)
        .ok_or_else(|| format!("the image '{name}' was not linked"))
}

/// Prints the table and the panics; returns the rows that have a budget's name.
fn report(
    budgets: &[Budget],
    target: &str,
    lines: &[&Part],
    images: &BTreeMap<&str, Image>,
) -> Result<Vec<Row>> {
    let (mut rows, mut cells) = (Vec::new(), Vec::new());
    for line in lines {
        let (whole, less) = (image(images, line.image)?, image(images, line.less)?);
        let flash = whole.flash.saturating_sub(less.flash);
        let ram = whole.ram.saturating_sub(less.ram);
        let row = Row::new(budgets, target, line.part.unwrap_or_default(), "flash", flash);
        let limit = |limit: Option<u64>| limit.map_or_else(|| "-".into(), thousands);
        cells.push(vec![
            line.part.unwrap_or(line.image).to_string(),
            thousands(flash),
            limit(row.goal),
            limit(row.ceiling),
            verdict(&row),
            thousands(whole.builtins.saturating_sub(less.builtins)),
            thousands(ram),
            whole.panics.len().to_string(),
            line.what.to_string(),
        ]);
        if let Some(part) = line.part {
            rows.push(row);
            rows.push(Row::new(budgets, target, part, "ram", ram));
        }
    }
    shell::table(
        &[
            "part",
            "flash B",
            "goal",
            "ceiling",
            "",
            "builtins B",
            "static RAM B",
            "panics",
            "what is in it",
        ],
        &cells,
    );
    let mut shown = BTreeSet::new();
    for name in lines
        .iter()
        .map(|line| line.image)
        .filter(|name| shown.insert(*name))
    {
        let linked = image(images, name)?;
        panics(name, linked);
        let recursive = linked.recursive_functions();
        if !recursive.is_empty() {
            println!(
                "\n{name}: {} functions recurse: {}",
                recursive.len(),
                recursive.join(", ")
            );
        }
    }
    Ok(rows)
}

pub fn verdict(row: &Row) -> String {
    match row.verdict() {
        Verdict::Unbudgeted => "no budget".into(),
        Verdict::Met => "goal met".into(),
        Verdict::GoalMissed(by) => format!("goal missed by {}", thousands(by)),
        Verdict::CeilingExceeded(by) => format!("ABOVE THE CEILING by {}", thousands(by)),
    }
}

/// Names the functions of an image whose code can panic.
fn panics(name: &str, image: &Image) {
    if image.panics.is_empty() {
        return;
    }
    let functions = image.panicking_functions();
    println!(
        "\n{name}: {} panic symbols, reached from {} functions",
        image.panics.len(),
        functions.len()
    );
    for (function, panics) in functions {
        // All of them end in `panic_fmt`; what leads there says more.
        let last = "core::panicking::panic_fmt";
        let leading = panics.iter().filter(|panic| **panic != last || panics.len() == 1);
        println!(
            "  {function} -> {}",
            leading.copied().collect::<Vec<_>>().join(", ")
        );
    }
}

fn largest_symbols(line: &Part, image: &Image) {
    println!("\n{}: the {NAMED_SYMBOLS} largest symbols", line.image);
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

/// What is weighed is what is shipped: a registry package that both lock files name has one version.
fn same_versions() -> Result<()> {
    let root = shell::root();
    let (ours, images) = (root.join("Cargo.lock"), root.join("benches/images/Cargo.lock"));
    let Ok(images) = std::fs::read_to_string(images) else {
        return Ok(());
    };
    let ours = std::fs::read_to_string(ours).map_err(|error| format!("cannot read Cargo.lock: {error}"))?;
    let (ours, images) = (locked(&ours)?, locked(&images)?);
    for (name, versions) in &images {
        let Some(known) = ours.get(name) else { continue };
        if let Some(other) = versions.iter().find(|version| !known.contains(version)) {
            return Err(format!(
                "benches/images/Cargo.lock has {name} {other}, Cargo.lock has {}: \
                 `cargo update --manifest-path benches/images/Cargo.toml {name} --precise …`",
                known.join(", ")
            ));
        }
    }
    Ok(())
}

/// Registry packages of a lock file with their versions.
fn locked(text: &str) -> Result<BTreeMap<String, Vec<String>>> {
    let lock: toml::Table = toml::from_str(text).map_err(|error| error.to_string())?;
    let mut versions: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in lock
        .get("package")
        .and_then(toml::Value::as_array)
        .into_iter()
        .flatten()
    {
        let field = |name: &str| {
            package
                .get(name)
                .and_then(toml::Value::as_str)
                .map(str::to_string)
        };
        if let (Some(name), Some(version), Some(_)) = (field("name"), field("version"), field("source")) {
            versions.entry(name).or_default().push(version);
        }
    }
    Ok(versions)
}

#[cfg(test)]
mod tests {
    use super::{LINES, budget, judge, locked};
    use crate::shell;

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
    fn every_line_is_a_known_part() {
        for line in LINES {
            assert!(
                line.part.is_none_or(|part| budget::PARTS.contains(&part)),
                "{}",
                line.image
            );
        }
    }

    #[test]
    fn the_images_are_built_with_the_profile_of_the_tree() {
        let chip = |file: &str| {
            let text = std::fs::read_to_string(shell::root().join(file)).unwrap();
            let manifest: toml::Table = toml::from_str(&text).unwrap();
            manifest["profile"]["chip"].clone()
        };
        assert_eq!(chip("Cargo.toml"), chip("benches/images/Cargo.toml"));
    }

    #[test]
    fn versions_are_read_from_a_lock_file() {
        let text = "[[package]]\nname = \"a\"\nversion = \"1.2.3\"\nsource = \"registry\"\n\
                    [[package]]\nname = \"ours\"\nversion = \"0.1.0\"\n";
        let versions = locked(text).unwrap();
        assert_eq!(versions["a"], ["1.2.3"]);
        assert!(!versions.contains_key("ours"));
    }
}
