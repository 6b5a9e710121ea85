//! `cargo xtask test262 --suite DIR`: the engine against a checkout of tc39/test262 that the user brings.
//!
//! Suite one is what has no `features` in its front matter and no text later than ES5, each test in both modes; suite two
//! what needs the later features that the engine has. `select` has the rules, which hold for every engine: `--program` runs
//! another one under them, and `--rival` compares with what that wrote.

mod chip;
mod engine;
mod meta;
mod report;
mod select;
mod suite;
mod tokens;

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use self::engine::{Engine, Features, Other, Worker, build_worker};
use self::report::{AsideCount, Results};
use self::select::Place;
use self::suite::{Mode, Suite, Test, Verdict};
use crate::shell::{Result, target_dir, thousands};

const HELP: &str = "\
cargo xtask test262 --suite DIR [OPTION…]

  --suite DIR         a checkout of https://github.com/tc39/test262
  --features WHICH    of the engine: default, all, or both side by side (all)
  --filter TEXT       only tests with this in their path
  --everything        tests beyond the two suites too: they only must not crash
  --deep              tables with a row for each directory
  --failures FILE     write path, mode and reason of each run that failed
  --json FILE         write the figures (target/motebox/test262.json)
  --rival FILE        another engine's figures beside ours
  --program COMMAND   run another engine instead: COMMAND FILE, exit code 0 for a test without an exception
  --arena BYTES       of our engine (262144)
  --moving            everything moves at every allocation
  --jobs N            runs at once (2)
  --chip              300 files on a Cortex-M0 in QEMU too: they must come to the same there
  --check             fail where a bar is missed
";

struct Options {
    suite: PathBuf,
    features: Vec<Features>,
    filter: String,
    everything: bool,
    deep: bool,
    failures: Option<PathBuf>,
    json: PathBuf,
    rival: Option<PathBuf>,
    program: Option<Vec<String>>,
    arena: usize,
    moving: bool,
    jobs: usize,
    chip: bool,
    check: bool,
}
impl Options {
    fn parse(args: &[String]) -> Result<Options> {
        let mut options = Options {
            suite: PathBuf::new(),
            features: vec![Features::All],
            filter: String::new(),
            everything: false,
            deep: false,
            failures: None,
            json: target_dir().join("motebox/test262.json"),
            rival: None,
            program: None,
            arena: engine::ARENA_BYTES,
            moving: false,
            jobs: 2,
            chip: false,
            check: false,
        };
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let mut value = || args.next().cloned().ok_or_else(|| format!("{arg} needs a value"));
            match arg.as_str() {
                "--suite" => options.suite = value()?.into(),
                "--features" => {
                    options.features = match value()?.as_str() {
                        "default" => vec![Features::Default],
                        "all" => vec![Features::All],
                        "both" => vec![Features::All, Features::Default],
                        other => return Err(format!("--features: '{other}' is not default, all or both")),
                    }
                }
                "--filter" => options.filter = value()?,
                "--everything" => options.everything = true,
                "--deep" => options.deep = true,
                "--failures" => options.failures = Some(value()?.into()),
                "--json" => options.json = value()?.into(),
                "--rival" => options.rival = Some(value()?.into()),
                "--program" => {
                    options.program = Some(value()?.split_whitespace().map(str::to_string).collect())
                }
                "--arena" => {
                    options.arena = value()?
                        .parse()
                        .map_err(|_| "--arena needs a number".to_string())?
                }
                "--moving" => options.moving = true,
                "--jobs" => {
                    options.jobs = value()?
                        .parse()
                        .map_err(|_| "--jobs needs a number".to_string())?
                }
                "--chip" => options.chip = true,
                "--check" => options.check = true,
                other => return Err(format!("there is no option '{other}'\n\n{HELP}")),
            }
        }
        if options.suite.as_os_str().is_empty() {
            return Err(format!("--suite is missing\n\n{HELP}"));
        }
        Ok(options)
    }
}

/// A run that did not pass.
struct Failure {
    test: usize,
    mode: Mode,
    verdict: Verdict,
}

pub fn run(args: &[String]) -> Result<()> {
    let options = Options::parse(args)?;
    let suite = Suite::open(&options.suite)?;
    let mut tests = suite.tests(&options.filter)?;
    let aside = AsideCount::of(&tests);
    if !options.everything {
        tests.retain(|test| matches!(test.place, Place::One | Place::Two | Place::Later));
    }
    if options.chip {
        return chip::compare(&suite, &tests);
    }
    let mut columns = Vec::new();
    for maker in makers(&options)? {
        let start = Instant::now();
        let (results, failures) = run_all(&suite, &tests, &maker, options.jobs)?;
        println!(
            "{}: {} runs of {} files in {:.0} s; {} did not end within {} fuel, {} hung, {} crashed",
            results.name,
            thousands(results.runs),
            thousands(tests.len() as u64),
            start.elapsed().as_secs_f64(),
            results.endless,
            thousands(engine::MOST_FUEL),
            results.hangs,
            results.crashes
        );
        if columns.is_empty() {
            results.write(&options.json)?;
            if let Some(file) = &options.failures {
                std::fs::write(file, listed(&tests, &failures))
                    .map_err(|error| format!("{}: {error}", file.display()))?;
            }
        }
        columns.push(results);
    }
    let rival = options.rival.as_deref().map(Results::read).transpose()?;
    columns.extend(rival.clone());
    let depth = if options.deep { 4 } else { 2 };
    report::table("suite one, runs passed, %", &columns, |column| &column.one, depth);
    report::table("suite two", &columns, |column| &column.two, depth);
    report::table(
        "no `features`, but later than ES5 (class, generator, async, Symbol, Proxy, Reflect); in no suite",
        &columns,
        |column| &column.later,
        depth,
    );
    aside.print();
    let missed = columns
        .first()
        .map_or_else(Vec::new, |ours| report::missed(ours, rival.as_ref(), &aside));
    println!("\nbars missed: {}", missed.len());
    missed.iter().for_each(|line| println!("  {line}"));
    if options.check && !missed.is_empty() {
        return Err("test262: a bar is missed".into());
    }
    Ok(())
}

/// How the engines of a run are made.
struct Maker {
    name: String,
    make: Box<dyn Fn(usize) -> Box<dyn Engine>>,
}
fn makers(options: &Options) -> Result<Vec<Maker>> {
    if let Some(command) = options.program.clone() {
        let dir = target_dir().join("motebox");
        std::fs::create_dir_all(&dir).map_err(|error| format!("{}: {error}", dir.display()))?;
        let program = command.first().cloned().unwrap_or_default();
        return Ok(vec![Maker {
            name: program.rsplit('/').next().unwrap_or_default().to_string(),
            make: Box::new(move |job| {
                Box::new(Other {
                    command: command.clone(),
                    file: dir.join(format!("test262-{}-{job}.js", std::process::id())),
                })
            }),
        }]);
    }
    let (arena, moving) = (options.arena, options.moving);
    let maker = |&features: &Features| {
        let path = build_worker(features)?;
        let name = match features {
            Features::Default => "default",
            Features::All => "all features",
        };
        Ok(Maker {
            name: name.into(),
            make: Box::new(move |_| Box::new(Worker::new(&path, arena, moving))),
        })
    };
    options.features.iter().map(maker).collect()
}

fn run_all(suite: &Suite, tests: &[Test], maker: &Maker, jobs: usize) -> Result<(Results, Vec<Failure>)> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new((
        Results {
            name: maker.name.clone(),
            ..Results::default()
        },
        Vec::new(),
    ));
    let work = |mut engine: Box<dyn Engine>| -> Result<()> {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(test) = tests.get(index) else {
                return Ok(());
            };
            for &mode in test.modes() {
                let verdict = test.judge(engine.run(&suite.program(test, mode)?)?);
                let mut results = results.lock().map_err(|_| "another job panicked")?;
                results.0.add(test, &verdict);
                let fatal = matches!(verdict, Verdict::Crash(_) | Verdict::Hang);
                let counts = matches!(test.place, Place::One | Place::Two | Place::Later);
                if fatal || (counts && verdict != Verdict::Pass) {
                    results.1.push(Failure {
                        test: index,
                        mode,
                        verdict,
                    });
                }
            }
        }
    };
    std::thread::scope(|scope| {
        let jobs: Vec<_> = (0..jobs.max(1))
            .map(|job| {
                let (engine, work) = ((maker.make)(job), &work);
                scope.spawn(move || work(engine))
            })
            .collect();
        jobs.into_iter()
            .try_for_each(|job| job.join().map_err(|_| "a job panicked".to_string())?)
    })?;
    let (results, mut failures) = results.into_inner().map_err(|_| "a job panicked")?;
    failures.sort_by_key(|failure: &Failure| (failure.test, failure.mode));
    Ok((results, failures))
}

/// A line for each failure: path, mode, reason.
fn listed(tests: &[Test], failures: &[Failure]) -> String {
    let mut text = String::new();
    for failure in failures {
        let Some(test) = tests.get(failure.test) else {
            continue;
        };
        let (mut kind, mut why) = ("failed", "");
        match &failure.verdict {
            Verdict::Pass => continue,
            Verdict::Fail(text) => why = text,
            Verdict::Endless => kind = "endless",
            Verdict::Hang => kind = "hung",
            Verdict::Crash(text) => (kind, why) = ("crashed", text),
        }
        let why = why.replace('\n', " ");
        let _ = writeln!(
            text,
            "{}\t{:?}\t{:?}\t{kind}\t{why}",
            test.path, test.place, failure.mode
        );
    }
    text
}
