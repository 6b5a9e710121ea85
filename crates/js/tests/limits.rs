//! What a hostile or unlucky script cannot do: take native stack, panic, keep the processor, break the engine.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;
use common::{LIBRARY, Outcomes, Run, es5_files, read, run};
use motebox_js::{Engine, Mapped, Step};

/// Runs on a thread whose stack is small against the nesting of its input.
fn on_small_stack(f: impl FnOnce() + Send + 'static) {
    let bytes = if cfg!(debug_assertions) {
        256 << 10
    } else {
        64 << 10
    };
    std::thread::Builder::new()
        .stack_size(bytes)
        .spawn(f)
        .unwrap()
        .join()
        .unwrap();
}

/// 100,000 nested brackets, or a megabyte of one token: compiled or refused with an error that has a name.
#[test]
fn deep_nesting_takes_no_native_stack() {
    const N: usize = 100_000;
    let mut texts: Vec<String> = [
        "[",
        "(",
        "{",
        "!",
        "new ",
        "function f(){",
        "a?",
        "x=>(",
        "if(1)",
        "-",
        "a[",
        "f(",
    ]
    .iter()
    .map(|piece| piece.repeat(N))
    .collect();
    texts.push(format!("{}1{}", "[".repeat(N), "]".repeat(N)));
    texts.push(format!("{}1{}", "(".repeat(N), ")".repeat(N)));
    texts.push(format!("{}{}", "{".repeat(N), "}".repeat(N)));
    texts.push(format!("a{}", ".b".repeat(N)));
    texts.push(format!("1{}", "+1".repeat(N)));
    texts.push(format!("'{}'", "x".repeat(1 << 20)));
    texts.push("x".repeat(1 << 20));
    texts.push("1".repeat(1 << 20));
    texts.push(" ".repeat(1 << 20));
    texts.push(format!("/*{}*/", "x".repeat(1 << 20)));
    on_small_stack(move || {
        for text in texts {
            for mapped in [true, false] {
                let result = run(
                    &text,
                    &Run {
                        mapped,
                        ..Run::default()
                    },
                );
                println!("{:?} {}: {:?}", &text[..10], text.len(), result.error);
                assert!(
                    result.error.is_empty() || result.error.contains("Error: "),
                    "{}: {:?}",
                    &text[..10],
                    result.error
                );
            }
        }
    });
}

/// Recursion without an end is a RangeError that the script catches, whatever way it recurses.
#[test]
fn endless_recursion_is_caught() {
    on_small_stack(|| {
        for body in [
            "function f() { return f() + 1; } f();",
            "var o = { get x() { return this.x; } }; o.x;",
            "var o = { toString: function () { return '' + this; } }; '' + o;",
            "function f() { return [2, 1].sort(f); } f();",
            "function F() { return new F(); } new F();",
            "function f() { return f.apply(null, [1, 2, 3]); } f();",
            "var o = { valueOf: function () { return o * 2; } }; o + 1;",
        ] {
            let text = format!(
                "try {{ {body} }} catch (e) {{ print(e instanceof RangeError, e.name); }} print('on');"
            );
            for stress in [0, 1] {
                let result = run(
                    &text,
                    &Run {
                        arena: 1200,
                        stress,
                        ..Run::default()
                    },
                );
                assert_eq!(
                    result.printed,
                    ["true RangeError", "on"],
                    "{body} {}",
                    result.error
                );
            }
        }
    });
}

/// An arena that fills up ends in an exception that the script catches; afterwards it has its memory back.
#[test]
fn full_arena_is_caught() {
    for bomb in [
        "var a = []; for (;;) a.push([a]);",
        "var s = 'x'; for (;;) s += s;",
        "var o = {}; for (var i = 0; ; i++) o['k' + i] = i;",
        "var f = null; for (;;) f = (function (g) { return function () { return g; }; })(f);",
        "var a = new Array(1e9); for (var i = 0; ; i++) a[i] = 0.5 + i;",
    ] {
        let text = format!(
            "function bomb() {{ {bomb} }} try {{ bomb(); }} catch (e) {{ print(e instanceof Error); }} \
             var b = []; for (var j = 0; j < 20; j++) b.push({{}}); print(b.length);"
        );
        let result = run(
            &text,
            &Run {
                arena: 3000,
                ..Run::default()
            },
        );
        assert_eq!(result.printed, ["true", "20"], "{bomb} {}", result.error);
    }
}

/// The k-th allocation fails, for every k: never a panic, and the engine takes another script.
#[test]
fn every_allocation_may_fail() {
    let script = "function f(a) { try { return [a, { b: a + 0.5 }, 'x' + a].join('-'); } catch (e) { return e.name; } }
                  var s = [3, 1, 2].sort(function (x, y) { return x - y; }); print(f(1.5) + s); check(true, 'end');";
    let mut texts = vec![(script.to_owned(), 1)];
    for file in es5_files().iter().step_by(9) {
        texts.push((read(file), 37));
    }
    let after = "print('usable ' + [1, 2].map(function (x) { return x / 4; }));";
    for (text, stride) in &texts {
        let mut threw = 0;
        let mut k = 1;
        loop {
            let mut arena = vec![0u32; 12_000];
            let mut engine = Engine::new(&mut arena, &LIBRARY).unwrap();
            engine.stress(k + 1);
            let mut out = Outcomes::default();
            engine.load(text.len() as u32).unwrap();
            let mut step = Step::OutOfFuel;
            for _ in 0..30 {
                step = engine.step(&mut out, &Mapped(text.as_bytes()), 20_000);
                if step != Step::OutOfFuel {
                    break;
                }
            }
            if step == Step::OutOfFuel {
                engine.abort();
            } else if step == Step::Threw {
                threw += 1;
                let mut buf = [0; 200];
                assert!(!engine.result().text(&mut buf).is_empty());
            }
            engine.stress(0);
            out.printed.clear();
            engine.load(after.len() as u32).unwrap();
            let end = engine.step(&mut out, &Mapped(after.as_bytes()), 100_000);
            assert_eq!(
                (end, out.printed),
                (Step::Done, vec!["usable 0.25,0.5".to_owned()]),
                "k = {k}"
            );
            k += stride;
            if k > 60 * stride {
                break;
            }
        }
        println!("{threw} of 60 threw");
        assert!(threw > 0, "no allocation failed");
    }
}

/// Arenas of every size load a small script, or refuse it with an error.
#[test]
fn arenas_of_every_size() {
    let text = "var t = 0; function add(x) { t += x; return t; } for (var i = 0; i < 5; i++) add(i); if (t !== 10) throw t;";
    let mut smallest = 0;
    for words in 0..700 {
        let mut arena = vec![0u32; words];
        let Ok(mut engine) = Engine::new(&mut arena, &LIBRARY) else {
            assert!(words < Engine::MIN_WORDS);
            continue;
        };
        assert!(words >= Engine::MIN_WORDS);
        engine.load(text.len() as u32).unwrap();
        let mut out = Outcomes::default();
        match engine.step(&mut out, &Mapped(text.as_bytes()), 100_000) {
            Step::Done => smallest = if smallest == 0 { words } else { smallest },
            Step::Threw => assert!(smallest == 0 || words < smallest + 40, "{words}"),
            step => panic!("{words} words: {step:?}"),
        }
    }
    println!("{smallest} words are enough");
    assert!((Engine::MIN_WORDS..500).contains(&smallest));
}

/// What the engine does not have is refused by name.
#[test]
fn unsupported_features_are_named() {
    for (text, feature) in [
        ("with (a) b;", "with"),
        ("class A {}", "class"),
        ("var a = class {};", "class"),
        ("import a from 'b';", "modules"),
        ("export var a;", "modules"),
        ("var s = f`a`;", "tagged templates"),
        #[cfg(not(feature = "regexp"))]
        ("var r = /a/;", "regular expressions"),
        #[cfg(feature = "regexp")]
        ("var r = /a/u;", "flags of a regular expression are"),
        ("function* g() {}", "generators"),
        ("var g = function* () {};", "generators"),
        ("async function f() {}", "async"),
        ("eval('1');", "eval"),
        ("new Function('1');", "Function constructor"),
    ] {
        // The parts that have features of their own.
        if feature == "Function constructor" && cfg!(feature = "eval") {
            continue;
        }
        let error = run(text, &Run::default()).error;
        assert!(
            error.starts_with("SyntaxError: ") && error.contains(feature),
            "{text}: {error}"
        );
    }
}

/// A comparison that contradicts itself, and getters that change what is being walked: an end, and all elements there.
#[test]
fn liars_and_re_entry_end() {
    let text = "
        var n = 0, a = [];
        for (var i = 0; i < 50; i++) a.push(i);
        a.sort(function () { n++; return n % 3 - 1; });
        check(a.length === 50, 'length');
        var seen = {};
        for (i = 0; i < 50; i++) seen[a[i]] = 1;
        check(Object.keys(seen).length === 50, 'all elements');
        a.sort(function () { a.length = 0; return 1; });
        a.sort(function () { a.push(1); return -1; });
        var o = { get x() { delete this.x; this.y = 1; return 1; } };
        for (var k in o) o[k];
        check(o.y === 1, 'getter in for-in');
        var b = [1, 2, 3];
        Object.defineProperty(b, '1', { get: function () { b.length = 0; return 9; } });
        check(b.map(function (v) { return v; }).length === 3, 'map over a list that shrinks');
        var c = { valueOf: function () { c.again = c.again || +{ valueOf: function () { return 1; } }; return 2; } };
        check(c + c === 4, 'valueOf inside valueOf');
    ";
    let result = run(text, &Run::default());
    assert!(
        result.error.is_empty() && result.failures.is_empty(),
        "{} {:?}",
        result.error,
        result.failures
    );
    assert_eq!(result.passed, 5);
}

/// No step overruns its fuel by more than the constant that the interface states.
#[test]
fn debt_is_bounded() {
    let natives = "
        var s = 'x'; while (s.length < 8000) s += s;
        s.indexOf('y'); s.split(''); s.toUpperCase(); s.charCodeAt(7) + Number(s + '1');
        var a = new Array(4000); a[3999] = 1; a.sort(); a.join(); Object.keys(a); a.reverse(); a.slice();
        Object.freeze(a);
        var o = {}; for (var i = 3000; i > 0; i--) o[i] = i; for (var k in o); Object.keys(o);
        1.7976931348623157e308 % 5e-324; (1.7976931348623157e308).toFixed(100); (5e-324).toString(2);
        parseFloat('1' + new Array(3000).join('0') + 'e-3000');
    ";
    let mut worst = 0;
    let mut texts: Vec<String> = es5_files().iter().map(|f| read(f)).collect();
    texts.push(natives.into());
    for text in texts {
        let mut arena = vec![0; 1 << 16];
        let mut engine = Engine::new(&mut arena, &LIBRARY).unwrap();
        let source = Mapped(text.as_bytes());
        engine.load(text.len() as u32).unwrap();
        let mut host = Outcomes::default();
        loop {
            let before = engine.fuel_used();
            let step = engine.step(&mut host, &source, 1);
            worst = worst.max(engine.fuel_used() - before);
            if step != Step::OutOfFuel {
                let error = String::from_utf8_lossy(engine.result().text(&mut [0; 80])).into_owned();
                assert_eq!(step, Step::Done, "{error}");
                break;
            }
        }
    }
    println!("worst step of one unit: {worst}");
    assert!(worst <= u64::from(Engine::MAX_DEBT) + 1, "{worst}");
}

#[test]
fn fuel_cuts_do_not_show() {
    let text = "function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
                var o = { toString: function () { return 'o' + fib(3); } };
                try { print(fib(6), [3, 1, 2].sort(), o + 0.5); throw o; } catch (e) { print(e); } finally { for (var k in o) print(k); }";
    let whole = run(text, &Run::default()).printed;
    assert_eq!(whole.len(), 3);
    for fuel in 1..=64 {
        let cut = run(
            text,
            &Run {
                fuel,
                ..Run::default()
            },
        );
        assert_eq!(cut.printed, whole, "fuel {fuel}");
    }
}

/// Reads that are looked for in very many prototypes end before their step is far beyond its fuel: those of one instruction
/// with an error, those of a straight line each in a step of its own.
#[test]
fn searches_of_prototypes_are_bounded() {
    for (reads, error) in [
        ("Math.max.apply(null, o)".to_owned(), "RangeError"),
        ("o.x; ".repeat(200), "undefined"),
    ] {
        let text = format!(
            "var o = {{}}; for (var i = 0; i < 4000; i++) o = Object.create(o); o.length = 200; var name;
             try {{ {reads} }} catch (e) {{ name = e.name; }} print(name, Math.max.apply(null, [1, , 3]), o.x);"
        );
        let mut arena = vec![0; 1 << 16];
        let mut engine = Engine::new(&mut arena, &LIBRARY).unwrap();
        engine.load(text.len() as u32).unwrap();
        let mut out = Outcomes::default();
        let mut step = Step::OutOfFuel;
        while step == Step::OutOfFuel {
            let before = engine.fuel_used();
            step = engine.step(&mut out, &Mapped(text.as_bytes()), 1_000);
            let burnt = engine.fuel_used() - before;
            assert!(burnt <= u64::from(1_000 + Engine::MAX_DEBT), "{burnt}");
        }
        assert_eq!(out.printed, [format!("{error} NaN undefined")]);
    }
}

/// The keys of an object are put in order in one step, which nothing cuts: as many as fit into the largest arena, in the orders
/// that take most work, stay below the largest debt.
#[test]
fn many_indexes_make_no_larger_debt_than_is_said() {
    let shuffled = "var o = {}; for (var i = 0; i < 6000; i++) o[i * 7919 % 65521] = 0;";
    let descending = "var o = {}; for (var i = 8000; i > 0; i--) o[i] = 0;";
    let of_a_text = "var s = 'x'; while (s.length < 12000) s += s; var o = new String(s); for (var i = 0; i < 3000; i++) o[60000 - i] = 0;";
    let dense = "var o = []; while (o.length < 28000) o[o.length] = 0;";
    for (text, keys) in [
        (shuffled, 6000),
        (descending, 8000),
        (of_a_text, 19_384),
        (dense, 28_000),
    ] {
        let text = format!(
            "{text} var k = 0, last = -1; for (var x in o) {{ if (+x > last) k++; last = +x; }} print(k);"
        );
        let mut arena = vec![0; 1 << 16];
        let mut engine = Engine::new(&mut arena, &LIBRARY).unwrap();
        engine.load(text.len() as u32).unwrap();
        let mut out = Outcomes::default();
        let mut most = 0;
        let last = loop {
            let before = engine.fuel_used();
            let step = engine.step(&mut out, &Mapped(text.as_bytes()), 1);
            most = most.max(engine.fuel_used() - before);
            if step != Step::OutOfFuel {
                break step;
            }
        };
        assert_eq!(
            (last, out.printed.concat()),
            (Step::Done, keys.to_string()),
            "{text}"
        );
        assert!(most > keys / 2, "{text}: the sort is not metered ({most})");
        assert!(most <= u64::from(1 + Engine::MAX_DEBT), "{text}: {most}");
    }
}
