//! `benches/budgets.toml`: what each part may cost, and the rows of `target/motebox/size.json`.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::shell::Result;

/// The parts that a row can be about; `js/fib` is a workload of the part `js`.
pub const PARTS: [&str; 10] = [
    "js", "envelope", "verifier", "store", "script", "coap", "crime", "node", "ffi", "all",
];

/// The metrics that a row can be about; bytes, but for instructions. `bytes` are those on the air.
pub const METRICS: [&str; 6] = ["flash", "ram", "heap", "stack", "instructions", "bytes"];

/// The metric of flash in a plain build. It has no budget of its own: `plain` of the one for flash is its ceiling.
pub const PLAIN: &str = "flash, plain build";

/// The part that a row belongs to.
pub fn base(part: &str) -> &str {
    part.split_once('/').map_or(part, |(base, _)| base)
}

/// One budget: the goal is what we want, above the ceiling CI fails.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    pub target: String,
    pub part: String,
    pub metric: String,
    pub goal: Option<u64>,
    pub ceiling: Option<u64>,
    /// The ceiling of the same figure in a plain build (`crate::toolchain`), for flash.
    pub plain: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Budgets {
    budget: Vec<Budget>,
}

/// One measured figure beside its budget.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct Row {
    pub target: String,
    pub part: String,
    pub metric: String,
    pub value: u64,
    pub goal: Option<u64>,
    pub ceiling: Option<u64>,
}

/// How a figure stands to its budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// There is no budget for it.
    Unbudgeted,
    /// At or below the goal.
    Met,
    /// Above the goal by so much, at or below the ceiling.
    GoalMissed(u64),
    /// Above the ceiling by so much: CI fails.
    CeilingExceeded(u64),
}

impl Row {
    /// The figure beside the budget of its target, part and metric.
    pub fn new(budgets: &[Budget], target: &str, part: &str, metric: &str, value: u64) -> Self {
        let same =
            |budget: &&Budget| budget.target == target && budget.part == part && budget.metric == metric;
        let found = budgets.iter().find(same);
        Self {
            target: target.into(),
            part: part.into(),
            metric: metric.into(),
            value,
            goal: found.and_then(|budget| budget.goal),
            ceiling: found.and_then(|budget| budget.ceiling),
        }
    }

    /// Flash of a part in a plain build, beside its ceiling.
    pub fn plain(budgets: &[Budget], target: &str, part: &str, value: u64) -> Self {
        let same =
            |budget: &&Budget| budget.target == target && budget.part == part && budget.metric == "flash";
        Self {
            target: target.into(),
            part: part.into(),
            metric: PLAIN.into(),
            value,
            goal: None,
            ceiling: budgets.iter().find(same).and_then(|budget| budget.plain),
        }
    }

    pub fn verdict(&self) -> Verdict {
        let above = |limit: Option<u64>| {
            limit
                .and_then(|limit| self.value.checked_sub(limit))
                .filter(|by| *by > 0)
        };
        match (above(self.ceiling), above(self.goal)) {
            (Some(by), _) => Verdict::CeilingExceeded(by),
            (None, Some(by)) => Verdict::GoalMissed(by),
            (None, None) if self.goal.is_none() && self.ceiling.is_none() => Verdict::Unbudgeted,
            (None, None) => Verdict::Met,
        }
    }
}

/// Reads and checks the budgets: known parts and metrics, no row twice, no goal above its ceiling.
pub fn read(path: &Path) -> Result<Vec<Budget>> {
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    parse(&text).map_err(|why| format!("{}: {why}", path.display()))
}

fn parse(text: &str) -> Result<Vec<Budget>> {
    let Budgets { budget: budgets } = toml::from_str(text).map_err(|error| error.to_string())?;
    for (at, budget) in budgets.iter().enumerate() {
        let name = format!("{} {} {}", budget.target, budget.part, budget.metric);
        if !PARTS.contains(&base(&budget.part)) || !METRICS.contains(&budget.metric.as_str()) {
            return Err(format!("{name}: no such part or metric"));
        }
        if budget.plain.is_some() && budget.metric != "flash" {
            return Err(format!("{name}: only flash has a ceiling for the plain build"));
        }
        if let (Some(goal), Some(ceiling)) = (budget.goal, budget.ceiling)
            && goal > ceiling
        {
            return Err(format!("{name}: the goal {goal} is above the ceiling {ceiling}"));
        }
        let twice = budgets.iter().take(at).any(|other| {
            (&other.target, &other.part, &other.metric) == (&budget.target, &budget.part, &budget.metric)
        });
        if twice {
            return Err(format!("{name}: two budgets"));
        }
    }
    Ok(budgets)
}

/// Writes the rows of one target into the file of all rows, in the place of what an earlier run left for the same
/// target, part and metric.
pub fn merge(path: &Path, fresh: &[Row]) -> Result<()> {
    let old = std::fs::read_to_string(path).ok();
    let mut rows: Vec<Row> = old
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default();
    let key = |row: &Row| (row.target.clone(), row.part.clone(), row.metric.clone());
    rows.retain(|row| !fresh.iter().any(|new| key(new) == key(row)));
    rows.extend_from_slice(fresh);
    let place = |list: &[&str], name: &str| list.iter().position(|item| *item == name);
    rows.sort_by_key(|row| {
        (
            row.target.clone(),
            place(&PARTS, base(&row.part)),
            row.part.clone(),
            place(&METRICS, &row.metric),
            row.metric.clone(),
        )
    });
    let text = serde_json::to_string_pretty(&rows).map_err(|error| error.to_string())?;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)
            .map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    }
    std::fs::write(path, text + "\n").map_err(|error| format!("cannot write {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::{Row, Verdict, merge, parse, read};

    const ONE: &str =
        "[[budget]]\ntarget = \"t\"\npart = \"js\"\nmetric = \"flash\"\ngoal = 10\nceiling = 20\n";

    #[test]
    fn a_figure_is_judged_by_its_own_budget() {
        let budgets = parse(ONE).unwrap();
        let verdict = |part, value| Row::new(&budgets, "t", part, "flash", value).verdict();
        assert_eq!(verdict("js", 10), Verdict::Met);
        assert_eq!(verdict("js", 11), Verdict::GoalMissed(1));
        assert_eq!(verdict("js", 20), Verdict::GoalMissed(10));
        assert_eq!(verdict("js", 21), Verdict::CeilingExceeded(1));
        assert_eq!(verdict("store", 1_000_000), Verdict::Unbudgeted);
    }

    #[test]
    fn a_plain_build_has_a_ceiling_of_its_own() {
        let budgets = parse(&format!("{ONE}plain = 30\n")).unwrap();
        let verdict = |part, value| Row::plain(&budgets, "t", part, value).verdict();
        assert_eq!(verdict("js", 30), Verdict::Met);
        assert_eq!(verdict("js", 31), Verdict::CeilingExceeded(1));
        assert_eq!(verdict("store", 31), Verdict::Unbudgeted);
        assert_eq!(
            Row::plain(&parse(ONE).unwrap(), "t", "js", 1).verdict(),
            Verdict::Unbudgeted
        );
    }

    #[test]
    fn a_wrong_budget_is_refused() {
        let wrong = [
            ONE.replace("js", "jss"),
            ONE.replace("flash", "rom"),
            ONE.replace("ceiling = 20", "ceiling = 9"),
            ONE.replace("ceiling", "ceilling"),
            ONE.repeat(2),
            ONE.replace("flash", "ram") + "plain = 30\n",
        ];
        for text in wrong {
            assert!(parse(&text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_committed_budgets_are_well_formed() {
        assert!(
            !read(&crate::shell::root().join("benches/budgets.toml"))
                .unwrap()
                .is_empty()
        );
    }

    #[test]
    fn a_second_run_replaces_its_own_rows_only() {
        let file = std::env::temp_dir().join(format!("motebox-size-{}.json", std::process::id()));
        let row = |part, value| Row::new(&[], "t", part, "flash", value);
        merge(&file, &[row("js", 1), row("all", 2)]).unwrap();
        merge(&file, &[row("js", 3)]).unwrap();
        let rows: Vec<Row> = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        std::fs::remove_file(&file).unwrap();
        assert_eq!(rows, [row("js", 3), row("all", 2)]);
    }
}
