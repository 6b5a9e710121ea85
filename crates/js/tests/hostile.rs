//! Texts that are made to hurt: the work that they cause grows with their length and no faster, whatever they nest.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;
use common::{Run, run};

/// A thread whose stack is small against the nesting of its input.
fn on_small_stack(f: impl FnOnce() + Send + 'static) {
    let bytes = if cfg!(debug_assertions) {
        256 << 10
    } else {
        64 << 10
    };
    let thread = std::thread::Builder::new().stack_size(bytes).spawn(f);
    thread.unwrap().join().unwrap();
}

/// A text of about so many pieces.
type Shape = (&'static str, fn(usize) -> String);
const SHAPES: &[Shape] = &[
    ("parentheses before =>", |n| {
        format!("{}a{} => 1", "(".repeat(n), ")".repeat(n))
    }),
    ("defaults in parameters of arrows", |n| {
        format!("{}1{}", "((a = ".repeat(n), ") => a)".repeat(n))
    }),
    ("arrows in arrows", |n| format!("{}1", "a => ".repeat(n))),
    ("arrows in parentheses", |n| {
        format!("{}1{}", "(a => ".repeat(n), ")".repeat(n))
    }),
    ("patterns in patterns", |n| {
        format!("var {}a{} = 1", "[".repeat(n), "]".repeat(n))
    }),
    ("object patterns", |n| {
        format!("var {}a{} = 1", "{a:".repeat(n), "}".repeat(n))
    }),
    ("assigned patterns", |n| {
        format!("({}a{} = 1)", "[".repeat(n), "]".repeat(n))
    }),
    ("assigned object patterns", |n| {
        format!("({}a{} = 1)", "{a:".repeat(n), "}".repeat(n))
    }),
    ("half a pattern", |n| "[{a:".repeat(n)),
    ("heads of for", |n| "for ([".repeat(n)),
    ("heads of for, closed", |n| {
        format!("for ({}a{} of b);", "[".repeat(n), "]".repeat(n))
    }),
    ("templates in templates", |n| {
        format!("{}1{}", "`${".repeat(n), "}`".repeat(n))
    }),
    ("half a template", |n| "`${".repeat(n)),
    ("blocks with let", |n| {
        format!("{}{}", "{ let a = 1; ".repeat(n), "}".repeat(n))
    }),
    ("blocks with functions", |n| {
        format!("{}{}", "{ function f() {} ".repeat(n), "}".repeat(n))
    }),
    ("variables of one block", |n| {
        (0..n).map(|i| format!("let a{i} = a{};", i / 2)).collect()
    }),
    ("one name, many times", |n| "a; ".repeat(n)),
    ("functions in functions", |n| {
        format!("{}{}", "function f() { ".repeat(n), "}".repeat(n))
    }),
    ("functions in a row", |n| "function f() { return a; } ".repeat(n)),
    ("captured variables", |n| {
        format!(
            "(function () {{ var a; {} }})",
            "(function () { a++; });".repeat(n)
        )
    }),
    ("labels", |n| {
        (0..n).map(|i| format!("l{i}: ")).collect::<String>() + ";"
    }),
    ("ifs with elses", |n| "if (a) b; else ".repeat(n) + ";"),
    ("conditions", |n| "a ? b : ".repeat(n) + "c"),
    ("cases", |n| {
        format!("switch (a) {{ {} }}", "case 1: break; ".repeat(n))
    }),
    ("tries", |n| {
        format!("{}{}", "try { ".repeat(n), "} finally {}".repeat(n))
    }),
    ("members", |n| format!("a{}", ".b[c]".repeat(n))),
    ("calls", |n| format!("a{}", "(b)".repeat(n))),
    ("object literals", |n| {
        format!("a = {}1{}", "{ a: ".repeat(n), "}".repeat(n))
    }),
    ("properties", |n| {
        format!(
            "a = {{ {} }}",
            (0..n).map(|i| format!("p{i}: {i},")).collect::<String>()
        )
    }),
    ("computed keys", |n| {
        format!("a = {}1{}", "{ [".repeat(n), "]: 1 }".repeat(n))
    }),
    ("spread", |n| {
        format!("a = {}b{}", "[...".repeat(n), "]".repeat(n))
    }),
    ("news", |n| "new ".repeat(n) + "a"),
    ("signs", |n| "- ".repeat(n) + "a"),
    ("comments", |n| "/* */".repeat(n)),
    ("escapes in a text", |n| format!("'{}'", "\\u{61}".repeat(n))),
    ("escapes in a name", |n| "\\u0061".repeat(n)),
    ("regular expressions", |n| "a = /[/](b)*/; ".repeat(n)),
    ("regular expressions looked at ahead", |n| {
        format!("([{}a])", "/['(]/, ".repeat(n))
    }),
    ("a long pattern", |n| format!("/{}/", "a|b".repeat(n))),
    ("groups of a pattern", |n| {
        format!("/{}a{}/", "(?:".repeat(n), "|b)".repeat(n))
    }),
    ("repetitions in a pattern", |n| {
        format!("/{}a{}/", "(".repeat(n), ")*".repeat(n))
    }),
    ("a class", |n| format!("/[{}]/", "a-z".repeat(n))),
    ("half a pattern of groups", |n| format!("/{}/", "(?=".repeat(n))),
];

/// Twice the text is at most about twice the work, or refused; and it never takes native stack.
#[test]
fn compiling_is_linear() {
    on_small_stack(|| {
        for &(name, shape) in SHAPES {
            // In a function that is not called: what is measured is compiling.
            let fuel = |n: usize| {
                let body = shape(n);
                let result = run(&format!("function hostile() {{ {body}\n}}"), &Run::default());
                let error = result.error;
                assert!(error.is_empty() || error.contains("Error: "), "{name}: {error:?}");
                assert_ne!(error, "endless", "{name}");
                (result.fuel as f64 / body.len() as f64, error)
            };
            let (short, _) = fuel(200);
            for n in [800, 3_200, 12_800, 51_200] {
                let (long, error) = fuel(n);
                println!("{name} x {n}: {long:.2} fuel a byte, {short:.2} in the short text; {error}");
                // A text of which only a beginning was read costs less.
                assert!(
                    long <= 3.0 * short + 1.0,
                    "{name} x {n}: {long} a byte, {short} in the short text"
                );
            }
        }
    });
}

/// Memory that a script asks for without an end: an error that it may catch, and memory afterwards.
#[test]
fn bombs_are_caught() {
    for bomb in [
        "var s = 'ab'; for (;;) s += s;",
        "var s = 'ab'; for (;;) s = s + 'x' + s;",
        "var s = 'ab'; for (;;) s = `${s}${s}`;",
        "var a = [1]; for (;;) a = a.concat(a);",
        "var a = [1]; for (;;) a = [...a, ...a];",
        "var a = []; for (var i = 0; ; i++) a[i * 100] = i;",
        "var a = [3, 1, 2]; for (;;) a.push(a.slice().sort());",
        "var o = {}; for (var i = 0; ; i++) o = { o, i };",
        "var f = () => 1; for (;;) f = (g => () => g)(f);",
        "var o = {}; for (var i = 0; ; i++) Object.defineProperty(o, 'p' + i, { get: function () { return i; } });",
        "var s = ''; for (var i = 0; ; i++) s = s.replace('', 'x' + i);",
        "var a = new Array(4294967295).join('xyz'); for (;;) a.concat(a);",
        "var f = function () {}; for (;;) f = f.bind(null, 1, 2, 3);",
        "for (var i = 0; ; i++) Math['m' + i] = Array.prototype['p' + i] = i;",
        "for (var i = 0; ; i++) this['g' + i] = i;",
        "var s = '(?:a|b'; for (;;) { s += s; try { new RegExp(s); } catch (e) { if (!(e instanceof SyntaxError)) throw e; } }",
        "var s = 'ab'; for (;;) { /^(?:a|b)*$/.exec(s); s += s; }",
        "for (var a = []; ; ) a.push(/x/);",
    ] {
        let text = format!(
            "function bomb() {{ {bomb} }} var e; try {{ bomb(); }} catch (x) {{ e = x instanceof Error; }} print(e);
             var b = []; for (var j = 0; j < 9; j++) b.push([j]); print(b.length);"
        );
        for (arena, stress) in [(2_000, 0), (6_000, 0), (1_000, 1)] {
            let most_fuel = 30_000_000;
            let result = run(
                &text,
                &Run {
                    arena,
                    stress,
                    most_fuel,
                    ..Run::default()
                },
            );
            if result.error.contains("not in this build") {
                continue;
            }
            // What a name of the global object holds is not garbage: then there is no room to say so.
            let full = result.error.contains("out of memory") && bomb.starts_with("for (");
            let endless = result.error == "endless" && bomb.contains("4294967295");
            assert!(
                full || endless || result.printed == ["true", "9"],
                "{bomb} {:?} {}",
                result.printed,
                result.error
            );
        }
    }
}
