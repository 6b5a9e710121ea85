//! Results: tallies by directory, tables, the JSON file that a later run compares with, and the bars.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::select::Place;
use super::suite::{Test, Verdict};
use crate::shell::{self, Result, thousands};

/// Passed runs of all runs.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Tally {
    pub passed: u64,
    pub total: u64,
}
impl Tally {
    fn add(&mut self, passed: bool) {
        self.passed += u64::from(passed);
        self.total += 1;
    }
    fn join(self, other: Tally) -> Tally {
        Tally {
            passed: self.passed + other.passed,
            total: self.total + other.total,
        }
    }
    /// In percent; 100 of nothing.
    pub fn percent(self) -> f64 {
        if self.total == 0 {
            return 100.0;
        }
        self.passed as f64 * 100.0 / self.total as f64
    }
    fn shown(self) -> String {
        if self.total == 0 {
            return "–".into();
        }
        // Rounded down: 100 means all of them.
        let tenths = self.passed * 1000 / self.total;
        format!("{}/{} {}.{}", self.passed, self.total, tenths / 10, tenths % 10)
    }
}

/// What one engine came to, by the directory of the tests.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Results {
    pub name: String,
    /// Suite one.
    pub one: BTreeMap<String, Tally>,
    /// Suite two.
    pub two: BTreeMap<String, Tally>,
    /// Tests without `features` whose text is later than ES5.
    pub later: BTreeMap<String, Tally>,
    /// Runs that did not end within their fuel, in all groups.
    pub endless: u64,
    pub hangs: u64,
    pub crashes: u64,
    pub runs: u64,
}
impl Results {
    pub fn add(&mut self, test: &Test, verdict: &Verdict) {
        self.runs += 1;
        match verdict {
            Verdict::Endless => self.endless += 1,
            Verdict::Hang => self.hangs += 1,
            Verdict::Crash(_) => self.crashes += 1,
            Verdict::Pass | Verdict::Fail(_) => {}
        }
        let group = match test.place {
            Place::One => &mut self.one,
            Place::Two => &mut self.two,
            Place::Later => &mut self.later,
            Place::Aside(..) | Place::Elsewhere => return,
        };
        let dir = test.dir(usize::MAX).to_string();
        group.entry(dir).or_default().add(*verdict == Verdict::Pass);
    }
    pub fn read(file: &Path) -> Result<Results> {
        let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
        serde_json::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))
    }
    pub fn write(&self, file: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(self).map_err(|error| error.to_string())?;
        if let Some(dir) = file.parent() {
            std::fs::create_dir_all(dir).map_err(|error| format!("{}: {error}", dir.display()))?;
        }
        std::fs::write(file, text + "\n").map_err(|error| format!("{}: {error}", file.display()))
    }
}

/// The tally of a directory with all below it.
pub fn under(group: &BTreeMap<String, Tally>, dir: &str) -> Tally {
    let below = group.iter().filter(|(path, _)| {
        path.strip_prefix(dir)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    below.fold(Tally::default(), |sum, (_, &tally)| sum.join(tally))
}
/// The directories at this depth, sorted.
pub fn dirs(group: &BTreeMap<String, Tally>, depth: usize) -> Vec<String> {
    let mut dirs: Vec<String> = group
        .keys()
        .map(|path| path.split('/').take(depth).collect::<Vec<_>>().join("/"))
        .collect();
    dirs.dedup();
    dirs.sort();
    dirs.dedup();
    dirs
}

/// One table of a group: a row for each directory down to `depth`, a column for each engine.
pub fn table(
    title: &str,
    columns: &[Results],
    group: fn(&Results) -> &BTreeMap<String, Tally>,
    depth: usize,
) {
    let Some(first) = columns.first() else { return };
    println!("\n{title}");
    let mut head = vec!["directory"];
    head.extend(columns.iter().map(|column| column.name.as_str()));
    let row = |name: &str, dir: &str| {
        let mut row = vec![name.to_string()];
        row.extend(columns.iter().map(|column| under(group(column), dir).shown()));
        row
    };
    let mut rows = Vec::new();
    for top in dirs(group(first), 1) {
        for level in 2..=depth {
            for dir in dirs(group(first), level) {
                if dir.starts_with(&format!("{top}/")) {
                    rows.push((dir.clone(), row(&dir, &dir)));
                }
            }
        }
        rows.push((format!("{top}/~"), row(&format!("{top}, all of it"), &top)));
    }
    rows.sort();
    rows.dedup();
    shell::table(&head, &rows.into_iter().map(|(_, row)| row).collect::<Vec<_>>());
}

/// How many tests are set aside, and for what.
#[derive(Clone, Default, Debug)]
pub struct AsideCount {
    /// By reason, in `language/*` and elsewhere; files of suite one and two.
    pub language: BTreeMap<&'static str, u64>,
    pub builtins: BTreeMap<&'static str, u64>,
    /// Files of `language/*` without `features`.
    pub language_files: u64,
}
impl AsideCount {
    pub fn of(tests: &[Test]) -> AsideCount {
        let mut count = AsideCount::default();
        for test in tests {
            let language = test.path.starts_with("language/");
            match test.place {
                Place::One | Place::Later => count.language_files += u64::from(language),
                Place::Aside(why, true) => {
                    count.language_files += u64::from(language);
                    let group = if language {
                        &mut count.language
                    } else {
                        &mut count.builtins
                    };
                    *group.entry(why.name()).or_default() += 1;
                }
                _ => {}
            }
        }
        count
    }
    /// Of the files of `language/*` without `features`, in percent.
    pub fn percent(&self) -> f64 {
        let aside: u64 = self.language.values().sum();
        aside as f64 * 100.0 / self.language_files.max(1) as f64
    }
    pub fn print(&self) {
        let list = |group: &BTreeMap<&str, u64>| {
            let items: Vec<_> = group
                .iter()
                .map(|(why, n)| format!("{why} {}", thousands(*n)))
                .collect();
            items.join(", ")
        };
        println!(
            "\nset aside: {:.1} % of the files of language/* without `features` ({}); in built-ins/*: {}",
            self.percent(),
            list(&self.language),
            list(&self.builtins)
        );
    }
}

/// Bars of `language/*`, of each shipped built-in and each of its methods, of suite two, in percent; most that may be set aside.
const LANGUAGE: f64 = 95.0;
const BUILT_IN: f64 = 85.0;
const SUITE_TWO: f64 = 85.0;
const ASIDE: f64 = 12.0;
/// Directories of the built-ins that the engine ships, with all of its features.
const SHIPPED: &[&str] = &[
    "Array",
    "ArrayBuffer",
    "Boolean",
    "DataView",
    "Date",
    "Error",
    "Function",
    "Infinity",
    "JSON",
    "Math",
    "NaN",
    "NativeErrors",
    "Number",
    "Object",
    "RegExp",
    "String",
    "TypedArray",
    "TypedArrayConstructors",
    "decodeURI",
    "decodeURIComponent",
    "encodeURI",
    "encodeURIComponent",
    "eval",
    "global",
    "isFinite",
    "isNaN",
    "parseFloat",
    "parseInt",
    "undefined",
];

/// What the engine does not ship in the directories above.
const ABSENT: &[&str] = &[
    "Array/prototype/copyWithin",
    "Array/prototype/entries",
    "Array/prototype/flat",
    "Array/prototype/flatMap",
    "Array/prototype/keys",
    "Array/prototype/values",
    "Object/getOwnPropertyDescriptors",
    "Object/getOwnPropertySymbols",
    "Object/setPrototypeOf",
    "RegExp/prototype/sticky",
    "RegExp/prototype/unicode",
    "String/prototype/codePointAt",
    "String/prototype/normalize",
    "String/raw",
    "TypedArray/prototype/entries",
    "TypedArray/prototype/keys",
    "TypedArray/prototype/values",
    // Keys like `1.1` and `-0` are names like any other to a typed array.
    "TypedArrayConstructors/internals/DefineOwnProperty",
    "TypedArrayConstructors/internals/Get",
    "TypedArrayConstructors/internals/Set",
];

/// What is not as it must be, a sentence each.
pub fn missed(ours: &Results, rival: Option<&Results>, aside: &AsideCount) -> Vec<String> {
    let mut missed = Vec::new();
    let mut bar = |name: &str, tally: Tally, percent: f64| {
        if tally.percent() < percent {
            missed.push(format!("{name}: {} %, the bar is {percent} %", tally.shown()));
        }
    };
    bar("language/*", under(&ours.one, "language"), LANGUAGE);
    let of = |dir: &str| under(&ours.one, dir).join(under(&ours.two, dir));
    for name in SHIPPED {
        let dir = format!("built-ins/{name}");
        bar(&dir, of(&dir), BUILT_IN);
        let mut below: Vec<_> = ours.one.keys().chain(ours.two.keys()).collect();
        below.retain(|path| path.strip_prefix(&dir).is_some_and(|rest| rest.starts_with('/')));
        below.sort();
        below.dedup();
        for path in below {
            let absent = path
                .split_once('/')
                .is_some_and(|(_, name)| ABSENT.contains(&name));
            if !absent {
                bar(path, of(path), BUILT_IN);
            }
        }
    }
    let two = ours
        .two
        .values()
        .fold(Tally::default(), |sum, &tally| sum.join(tally));
    bar("suite two", two, SUITE_TWO);
    for (name, count) in [
        ("crashes", ours.crashes),
        ("hangs", ours.hangs),
        ("endless", ours.endless),
    ] {
        if count > 0 {
            missed.push(format!("{count} {name}"));
        }
    }
    if aside.percent() > ASIDE {
        missed.push(format!(
            "{:.1} % of language/* set aside, {ASIDE} % may be",
            aside.percent()
        ));
    }
    for dir in rival.map_or_else(Vec::new, |rival| dirs(&rival.one, 2)) {
        let theirs = rival.map_or_else(Tally::default, |rival| under(&rival.one, &dir));
        let ours = under(&ours.one, &dir);
        if dir.starts_with("language/") && ours.percent() < theirs.percent() {
            missed.push(format!(
                "{dir}: {} %, the rival has {} %",
                ours.shown(),
                theirs.shown()
            ));
        }
    }
    missed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn results(items: &[(&str, u64, u64)]) -> Results {
        let tally = |&(dir, passed, total): &(&str, u64, u64)| (dir.to_string(), Tally { passed, total });
        Results {
            one: items.iter().map(tally).collect(),
            ..Results::default()
        }
    }

    #[test]
    fn directories_sum_what_is_below_them() {
        let ours = results(&[
            ("language/asi", 1, 2),
            ("language/types/a", 3, 3),
            ("language/types/b", 1, 5),
        ]);
        assert_eq!(under(&ours.one, "language/types"), Tally { passed: 4, total: 8 });
        assert_eq!(under(&ours.one, "language/t"), Tally::default());
        assert_eq!(dirs(&ours.one, 2), ["language/asi", "language/types"]);
    }
    #[test]
    fn bars() {
        let aside = AsideCount::default();
        let good = results(&[("language/asi", 19, 20), ("built-ins/Math/abs", 17, 20)]);
        assert!(missed(&good, None, &aside).is_empty());
        let bad = results(&[("language/asi", 18, 20), ("built-ins/Math/abs", 16, 20)]);
        assert_eq!(missed(&bad, None, &aside).len(), 3);
        // A good family excuses no method; what is not shipped needs no excuse.
        let mixed = results(&[("built-ins/Array/of", 8, 10), ("built-ins/Array", 90, 90)]);
        assert_eq!(missed(&mixed, None, &aside).len(), 1);
        let absent = results(&[
            ("built-ins/Array/prototype/keys", 1, 10),
            ("built-ins/Array", 90, 90),
        ]);
        assert!(missed(&absent, None, &aside).is_empty());
        assert_eq!(
            missed(&good, Some(&results(&[("language/asi", 10, 10)])), &aside).len(),
            1
        );
        let crashed = Results { crashes: 1, ..good };
        assert_eq!(missed(&crashed, None, &aside).len(), 1);
    }
    #[test]
    fn percent_is_rounded_down() {
        let tally = Tally {
            passed: 9999,
            total: 10_000,
        };
        assert_eq!(tally.shown(), "9999/10000 99.9");
    }
}
