//! Scripts in the engine: instructions, stack and heap of each, beside what other engines took.

use std::path::Path;

use super::rivals::{self, Rival};
use super::{Bench, Figures};
use crate::shell::{self, Result, thousands};
use crate::size::budget::Row;

/// What is subtracted: a program that does nothing.
const EMPTY: &str = "empty";
/// The workloads that the mean is over, `benches/workloads/NAME.js`.
pub const MEAN: [&str; 7] = ["fib", "loopint", "loopflt", "strbuild", "prop", "sort", "closure"];
/// Scripts of the alarm scenario, by their places from the root of the tree.
const ALARMS: [(&str, &str); 2] = [
    ("alarm", "examples/alarm.js"),
    ("listing2", "../shared/scripts/listing2.js"),
];

/// What a script took.
struct Taken {
    name: &'static str,
    /// Loading and running it, less the empty program.
    run: u64,
    /// One alarm, where it has one.
    alarm: Option<u64>,
    stack: u64,
    heap: u64,
    live: u64,
}

/// Plays them all, prints the table, returns the rows.
pub fn measure(bench: &Bench<'_>) -> Result<Vec<Row>> {
    let root = shell::root();
    let workload = |name: &str| root.join("benches/workloads").join(format!("{name}.js"));
    let empty = play(bench, EMPTY, &workload(EMPTY), 0)?.run;
    let mut all = Vec::new();
    for name in MEAN {
        all.push(play(bench, name, &workload(name), empty)?);
    }
    for (name, place) in ALARMS {
        if root.join(place).is_file() {
            all.push(play(bench, name, &root.join(place), empty)?);
        } else {
            println!("{name} is left out: no {place} beside the tree");
        }
    }
    let rivals = rivals::read(&root.join("benches/rivals.toml"))?;
    let rows = rows(bench, &all);
    print(&all, &rivals, &rows, empty);
    Ok(rows)
}

fn play(bench: &Bench<'_>, name: &'static str, script: &Path, empty: u64) -> Result<Taken> {
    let to = bench.folder.join("script.js");
    let text = std::fs::read(script).map_err(|error| format!("{}: {error}", script.display()))?;
    std::fs::write(&to, text).map_err(|error| format!("{}: {error}", to.display()))?;
    let Figures { sections, facts } = bench.play("engine").map_err(|why| format!("{name}: {why}"))?;
    let section = |at: usize| sections.get(at).copied();
    let fact = |fact: &str| {
        facts
            .get(fact)
            .copied()
            .ok_or_else(|| format!("{name}: no fact {fact}"))
    };
    Ok(Taken {
        name,
        run: section(0)
            .ok_or_else(|| format!("{name}: nothing was counted"))?
            .saturating_sub(empty),
        alarm: section(1),
        stack: fact("stack.run")?,
        heap: fact("heap")?,
        live: fact("live")?,
    })
}

fn rows(bench: &Bench<'_>, all: &[Taken]) -> Vec<Row> {
    let mut rows = Vec::new();
    for taken in all {
        rows.push(bench.row(&format!("js/{}", taken.name), "instructions", taken.run));
        if let Some(alarm) = taken.alarm {
            rows.push(bench.row(&format!("js/{}-once", taken.name), "instructions", alarm));
        }
    }
    let stack = all.iter().map(|taken| taken.stack).max().unwrap_or_default();
    rows.push(bench.row("js", "stack", stack));
    rows
}

fn print(all: &[Taken], rivals: &[Rival], rows: &[Row], empty: u64) {
    println!(
        "\nscripts: engine, compilation and top level, less the empty program's {}; stack from the call of the engine on; \
         heap is the most that was in use of 20,000 B, garbage included, live what was left at the end",
        thousands(empty)
    );
    let mut head = vec!["script", "instructions"];
    for rival in rivals {
        head.extend([rival.name.as_str(), "ratio"]);
    }
    head.extend(["ceiling", "stack B", "heap B", "live B"]);
    let mut lines = Vec::new();
    for taken in all {
        let mut line = vec![taken.name.to_string(), thousands(taken.run)];
        for rival in rivals {
            match rival.instructions.get(taken.name) {
                Some(theirs) => {
                    line.push(format!("{}*", thousands(*theirs)));
                    line.push(format!("{:.2}", taken.run as f64 / *theirs as f64));
                }
                None => line.extend(["-".to_string(), "-".into()]),
            }
        }
        let part = format!("js/{}", taken.name);
        let row = rows.iter().find(|row| row.part == part);
        let ceiling = row.and_then(|row| row.ceiling);
        line.push(ceiling.map_or_else(|| "-".into(), thousands));
        line.extend([
            thousands(taken.stack),
            thousands(taken.heap),
            thousands(taken.live),
        ]);
        lines.push(line);
    }
    shell::table(&head, &lines);
    for taken in all {
        if let Some(alarm) = taken.alarm {
            println!(
                "{}: one alarm, request and PUT included: {}",
                taken.name,
                thousands(alarm)
            );
        }
    }
    for rival in rivals {
        let pairs: Vec<(u64, u64)> = MEAN
            .iter()
            .filter_map(|name| {
                let ours = all.iter().find(|taken| taken.name == *name)?;
                Some((ours.run, *rival.instructions.get(*name)?))
            })
            .collect();
        if let Some(mean) = rivals::mean_ratio(&pairs) {
            let goal = if rival.reference {
                if mean <= 1.0 {
                    "; the goal of 1.0 is met"
                } else {
                    "; the goal is 1.0"
                }
            } else {
                ""
            };
            println!(
                "geometric mean of {} workloads by {}: {mean:.2}{goal}",
                pairs.len(),
                rival.name
            );
        }
    }
    for rival in rivals {
        println!(
            "* {}: {}; noted in benches/rivals.toml, not measured in this run",
            rival.name, rival.version
        );
    }
}

#[cfg(test)]
mod tests {
    use super::{EMPTY, MEAN};

    #[test]
    fn each_workload_is_in_the_tree_and_checks_its_own_result() {
        for name in MEAN.iter().chain([&EMPTY]) {
            let path = crate::shell::root().join(format!("benches/workloads/{name}.js"));
            let text = std::fs::read_to_string(path).unwrap();
            assert!(*name == EMPTY || text.contains("throw 1"), "{name}");
        }
    }
}
