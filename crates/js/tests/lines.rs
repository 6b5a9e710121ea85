//! Where errors come from (cargo feature `lines`).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::{Run, run};

/// What a script prints, run every way: mapped or not, with one unit of fuel a step, with everything moving.
fn printed(text: &str) -> (Vec<String>, String) {
    let ways = [
        Run::default(),
        Run {
            mapped: false,
            ..Run::default()
        },
        Run {
            fuel: 1,
            ..Run::default()
        },
        Run {
            stress: 1,
            ..Run::default()
        },
    ];
    let mut all = ways.iter().map(|how| {
        let out = run(text, how);
        (out.printed, out.error)
    });
    let first = all.next().unwrap();
    assert!(all.all(|other| other == first), "{text}");
    first
}

#[test]
fn a_stack_names_functions_and_places() {
    let (lines, error) = printed(
        "function inner(x) {\n  var y = x + 1;\n    return null.a;\n}\nfunction outer() {\n  var r;\n  r =\n inner(2);\n}\ntry { outer(); } catch (e) {\n  print(e.stack);\n}",
    );
    assert_eq!(error, "");
    assert_eq!(lines, ["at inner (3:5)\nat outer (7:3)\nat (10:7)"]);
}

#[test]
fn what_nobody_catches_says_where_it_was() {
    for (text, said) in [
        (
            "var a = 1;\n\n  a.b.c = 2;",
            "TypeError: property 'c' of undefined at (3:3)",
        ),
        (
            "function f() { throw new RangeError('mine'); }\nf();",
            "RangeError: mine at f (1:16)",
        ),
        (
            "var o = { get x() {\n return y; } };\no.x;",
            "ReferenceError: y is not defined at x (2:2)",
        ),
        (
            "[3].forEach(function each() {\n\n undefined(); });",
            "TypeError: ",
        ),
        ("throw 5;", "5"),
        ("throw { message: 'plain' };", "plain"),
    ] {
        let (_, error) = printed(text);
        assert!(error.starts_with(said), "{text}: {error}");
    }
}

#[test]
fn built_ins_have_names_and_no_places() {
    let (lines, _) = printed("function each() {\n  print(new Error().stack); }\n\n [1].forEach(each);");
    assert_eq!(lines, ["at each (2:3)\nat forEach\nat (4:2)"]);
}

#[test]
fn loops_and_branches_have_the_line_that_runs() {
    let (lines, _) = printed(
        "var i;\nfor (i = 0; i < 2; i++) {\n  if (i)\n    print(new Error().stack);\n  else\n    print(new Error().stack);\n}\nswitch (1) {\n  case 1:\n    print(new Error().stack);\n}",
    );
    assert_eq!(lines, ["at (6:5)", "at (4:5)", "at (10:5)"]);
}

#[test]
fn a_deep_stack_is_cut() {
    let (lines, _) = printed("function f(n) { if (n) return f(n - 1);\n print(new Error().stack); }\nf(30);");
    let shown = lines[0].lines().count();
    assert!((4..=8).contains(&shown), "{lines:?}");
    assert!(lines[0].starts_with("at f (2:2)\nat f (1:24)\n"), "{lines:?}");
}

#[test]
fn without_room_there_is_an_error_without_a_stack() {
    for words in [800, 1_000, 2_000] {
        let out = run(
            "var hold = [], e; try { for (;;) hold.push([hold.length, 'x' + hold.length]); } catch (x) { e = x; } hold = 0; print(e instanceof RangeError, e.message);",
            &Run {
                arena: words,
                ..Run::default()
            },
        );
        assert_eq!(out.error, "");
        assert_eq!(out.printed, ["true out of memory"]);
    }
}
