//! What a SyntaxError says: what is not supported by its name, what stood there, what belongs there.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::{Run, run};

/// What nobody catches, the text read as a whole and through the window.
fn error(text: &str) -> String {
    let window = Run {
        mapped: false,
        ..Run::default()
    };
    let said = run(text, &window).error;
    assert_eq!(run(text, &Run::default()).error, said, "{text}");
    said
}

/// The same without the places that the feature `lines` adds.
fn no_place(text: &str) -> String {
    let said = error(text);
    said.split(" at ").next().unwrap().to_string()
}

fn all_say(table: &[(&str, &str)]) {
    for (text, said) in table {
        assert_eq!(error(text), format!("SyntaxError: {said}"), "{text}");
    }
}

#[test]
fn what_is_not_supported_is_named() {
    all_say(&[
        ("class A {}", "class is not supported (line 1, column 1)"),
        ("x = class {}", "class is not supported (line 1, column 5)"),
        (
            "({ f() { super.f(); } })",
            "class is not supported (line 1, column 10)",
        ),
        (
            "import x from 'y'",
            "modules are not supported (line 1, column 1)",
        ),
        ("export var x", "modules are not supported (line 1, column 1)"),
        ("with (a) {}", "with is not supported (line 1, column 1)"),
        (
            "function* g() {}",
            "generators are not supported (line 1, column 9)",
        ),
        (
            "x = { *g() {} }",
            "generators are not supported (line 1, column 7)",
        ),
        (
            "function g() { yield 1 }",
            "generators are not supported (line 1, column 22)",
        ),
        (
            "async function f() {}",
            "async functions are not supported (line 1, column 7)",
        ),
        (
            "x = async function () {}",
            "async functions are not supported (line 1, column 11)",
        ),
        (
            "x = async y => y",
            "async functions are not supported (line 1, column 11)",
        ),
        (
            "x = { async f() {} }",
            "async functions are not supported (line 1, column 13)",
        ),
        ("await x", "async functions are not supported (line 1, column 7)"),
        (
            "x = async () => 1",
            "no arrow function can stand here, nor an async one (line 1, column 14)",
        ),
        ("tag`x`", "tagged templates are not supported (line 1, column 4)"),
        ("a?.b", "?. is not supported (line 1, column 3)"),
        ("a?.[0]", "?. is not supported (line 1, column 3)"),
        ("a?.()", "?. is not supported (line 1, column 3)"),
        ("a ?? b", "?? is not supported (line 1, column 4)"),
        ("a ||= b", "||= is not supported (line 1, column 5)"),
        ("a &&= b", "&&= is not supported (line 1, column 5)"),
        ("2 ** 3", "** is not supported (line 1, column 4)"),
        ("a **= 3", "**= is not supported (line 1, column 4)"),
        ("10n", "BigInt is not supported (line 1, column 1)"),
        ("0x1fn", "BigInt is not supported (line 1, column 1)"),
        ("1_000", "_ in a number is not supported (line 1, column 1)"),
    ]);
}

#[test]
fn what_looks_like_it_is_not_taken_for_it() {
    all_say(&[
        ("my_async x", "expected ;, not x (line 1, column 10)"),
        ("ayield 1", "expected ;, not 1 (line 1, column 8)"),
        ("a * * b", "expected an expression, not * (line 1, column 5)"),
        ("a ? .b : c", "expected an expression, not . (line 1, column 5)"),
        ("a | = b", "expected an expression, not = (line 1, column 5)"),
    ]);
}

#[test]
fn the_rest_says_what_stands_there_and_what_should() {
    all_say(&[
        ("var a = ;", "expected an expression, not ; (line 1, column 9)"),
        (
            "f(1, 2",
            "expected ), not the end of the script (line 1, column 7)",
        ),
        ("f(1 2)", "expected ), not 2 (line 1, column 5)"),
        ("a\nb c", "expected ;, not c (line 2, column 3)"),
        (
            "a 'a long text that goes on'",
            "expected ;, not 'a long text that goes o (line 1, column 3)",
        ),
        (
            "a 'a text that goes on ääää'",
            "expected ;, not 'a text that goes on ä (line 1, column 3)",
        ),
        (
            "a 'a text that goes on, ä ä'",
            "expected ;, not 'a text that goes on, ä (line 1, column 3)",
        ),
        ("if a", "expected (, not a (line 1, column 4)"),
        ("try x", "expected {, not x (line 1, column 5)"),
        (
            "a ? b",
            "expected :, not the end of the script (line 1, column 6)",
        ),
        ("a.5", "expected ;, not .5 (line 1, column 2)"),
        ("a.;", "expected a name, not ; (line 1, column 3)"),
        ("var 5", "expected a name, not 5 (line 1, column 5)"),
        ("`${a b}`", "expected }, not b (line 1, column 6)"),
        ("switch (1) { foo }", "expected case, not foo (line 1, column 14)"),
        ("do x; y", "expected while, not y (line 1, column 7)"),
        (
            "enum X {}",
            "expected something else, not enum (line 1, column 1)",
        ),
        ("#x", "expected something else, not # (line 1, column 1)"),
        ("`a", "template is not closed (line 1, column 1)"),
        ("'a", "string is not closed on its line (line 1, column 1)"),
        ("3in x", "number runs into a name (line 1, column 1)"),
    ]);
}

#[cfg(not(any(feature = "regexp", feature = "spread", feature = "destructuring")))]
#[test]
fn what_is_not_in_the_build_is_named() {
    all_say(&[
        (
            "/a/",
            "regular expressions are not in this build (line 1, column 1)",
        ),
        ("f(...a)", "spread is not in this build (line 1, column 3)"),
        (
            "var {a} = b",
            "unexpected bracket; destructuring is not in this build (line 1, column 5)",
        ),
    ]);
}

#[test]
fn what_cannot_be_called_is_named() {
    for (text, said) in [
        ("var saul = {}; saul.get_oen(1)", "get_oen is not a function"),
        // By the name at the call, whatever else was missed meanwhile.
        (
            "var o = {}; function miss() { try { o.inner(); } catch (e) {} } o.outer(miss(), [1].push(2))",
            "outer is not a function",
        ),
        ("'text'.trimm()", "trimm is not a function"),
        ("(function () {}).cal()", "cal is not a function"),
        ("var f; f()", "undefined is not a function"),
        ("null()", "null is not a function"),
        ("var o = { n: 1 }; o.n()", "number is not a function"),
        ("({})()", "object is not a function"),
        ("var o = {}; o.a.b()", "property 'b' of undefined"),
    ] {
        assert_eq!(no_place(text), format!("TypeError: {said}"), "{text}");
    }
    // Only the call sees the name.
    assert_eq!(
        no_place(
            "var o = {}; if (o.none !== undefined || typeof o.none !== 'undefined') throw 1; throw new Error('end')"
        ),
        "Error: end"
    );
}
