//! `motebox js`: output, exceptions, fuel, heap.

mod common;

use common::Folder;

fn run(name: &str, script: &str, more: &[&str]) -> common::Ran {
    let folder = Folder::new(name);
    folder.write("x.js", script);
    let mut args = vec!["js", "x.js"];
    args.extend(more);
    folder.motebox(&args)
}

#[test]
fn print_goes_to_standard_output() {
    assert_eq!(
        run("js-print", "print(1 + 1, 'two', [3]);\nprint();", &[]).ok(),
        "2 two 3\n\n"
    );
}

#[test]
fn an_uncaught_exception_is_told_on_standard_error() {
    let ran = run("js-throw", "print('before');\nnull.x;", &[]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(1), "before\n"));
    assert!(ran.err.starts_with("TypeError: "), "{ran:?}");
    let own = run("js-own", "throw new RangeError('too far');", &[]);
    assert_eq!(
        (own.code, own.err.as_str()),
        (Some(1), "RangeError: too far at (1:1)\n")
    );
    run("js-mote", "saul.get_by_name('x');", &[]).fails(1, "on `motebox device`, there is `saul`");
    let quoted = run("js-control", "var a = \u{1b};", &[]);
    assert!(!quoted.err.contains('\u{1b}'), "{quoted:?}");
    let broken = run("js-syntax", "var = 1;", &[]);
    assert_eq!(broken.code, Some(1));
    assert!(broken.err.starts_with("SyntaxError: "), "{broken:?}");
}

#[test]
fn fuel_ends_a_loop_that_would_not_end() {
    run("js-fuel", "while (true) {}", &["--fuel", "100000"]).fails(1, "the fuel is used up");
    run(
        "js-enough",
        "for (var i = 0; i < 100; i++) {}",
        &["--fuel", "100000"],
    )
    .ok();
}

#[test]
fn the_heap_is_as_large_as_it_is_said_to_be() {
    let script = "var a = []; while (true) { a.push(a.length); }";
    let ran = run("js-heap", script, &["--heap", "4096"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    run("js-small", "1;", &["--heap", "16"]).fails(1, "--heap");
    let stats = run("js-stats", "print('x');", &["--heap", "8192", "--stats"]);
    assert!(
        stats.err.contains("of 8192 B") && stats.err.contains("fuel "),
        "{stats:?}"
    );
}

#[test]
fn the_engine_has_all_that_one_can_be_built_with() {
    let script = "var { a, ...b } = JSON.parse('{\"a\": [1, 2]}');\n\
                  print(Math.max(...a), /b+/.exec('abba')[0], new Uint8Array(2).length, new Date(0).toISOString());\n\
                  print(encodeURIComponent('é'), Function('return 7')(), 'x'.padStart(3), Array.of(1).length);";
    let script = script.replace(", ...b", "");
    assert_eq!(
        run("js-full", &script, &[]).ok(),
        "2 bb 2 1970-01-01T00:00:00.000Z\n%C3%A9 7   x 1\n"
    );
}

#[test]
fn the_time_is_that_of_the_pc() {
    let script = "print(new Date().getFullYear() > 2024, performance.now() >= 0);";
    assert_eq!(run("js-date", script, &[]).ok(), "true true\n");
}
