//! Host functions that wait, from wherever JavaScript can call one, and what runs meanwhile.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use motebox_js::{
    Arg, Engine, Entry, ErrorKind, Function, Host, Item, JobError, Library, Mapped, Name, Native, Outcome,
    Resume, Root, Source, Step, Type, Windowed,
};

const NAMES: &[&str] = &["again", "keep", "print", "wait", "waitThrow"];
const fn name(text: &str) -> Name {
    Library::name(NAMES, text)
}
const fn function(text: &str, id: u16, args: &'static [Type], rest: Option<Type>) -> Function {
    Function {
        name: name(text),
        id,
        index: 0,
        required: 0,
        args,
        rest,
    }
}
const fn entry(text: &str, i: u16) -> Entry {
    Entry {
        name: name(text),
        item: Item::Function(i),
    }
}
static LIBRARY: Library = Library {
    names: NAMES,
    globals: &[
        entry("again", 0),
        entry("keep", 1),
        entry("print", 2),
        entry("wait", 3),
        entry("waitThrow", 4),
    ],
    objects: &[],
    classes: &[],
    functions: &[
        function("again", 0, &[Type::Number], None),
        function("keep", 1, &[Type::Callable], None),
        function("print", 2, &[], Some(Type::String)),
        function("wait", 3, &[Type::Number], None),
        function("waitThrow", 4, &[Type::Number], None),
    ],
};

#[derive(Default)]
struct Bench {
    printed: Vec<String>,
    /// Token, argument, whether it comes back with an exception.
    waiting: Vec<(u32, f64, bool)>,
    next: u32,
    dropped: Vec<u32>,
    roots: Vec<Root>,
}
impl Host for Bench {
    fn call(&mut self, id: u16, cx: &mut Native<'_, '_>) -> Outcome {
        match id {
            // `again(n)` comes back n times and returns how often it was called: the count is in a slot.
            0 => {
                let done = cx.state(0) + 1.0;
                assert_eq!(cx.state(3), if done == 1.0 { 0.0 } else { -0.5 });
                if done > cx.number(0) {
                    return cx.ret_number(done);
                }
                if !cx.set_state(0, done) || !cx.set_state(3, -0.5) {
                    return cx.throw(ErrorKind::RangeError, "no room for the state");
                }
                Outcome::Again
            }
            1 => {
                let root = cx.root(0).unwrap();
                self.roots.push(root);
                cx.ret_undefined()
            }
            2 => {
                let line: Vec<_> = (0..cx.argc())
                    .map(|i| String::from_utf8_lossy(cx.string(i).unwrap()).into_owned())
                    .collect();
                self.printed.push(line.join(" "));
                cx.ret_undefined()
            }
            _ => {
                // Large tokens, to see that no bit of one is lost.
                self.next += 1;
                let token = self.next << 15 | 0x8000_0001;
                self.waiting.push((token, cx.number(0), id == 4));
                Outcome::Suspend(token)
            }
        }
    }
    fn dropped(&mut self, token: u32) {
        self.waiting.retain(|w| w.0 != token);
        self.dropped.push(token);
    }
}

#[derive(Clone, Copy, Debug)]
struct How {
    stress: u32,
    fuel: u32,
    mapped: bool,
}
/// The ways that must not make a difference.
fn ways() -> Vec<How> {
    let mut ways = Vec::new();
    for stress in [0, 1] {
        for fuel in [1, 3, 1 << 20] {
            for mapped in [true, false] {
                ways.push(How { stress, fuel, mapped });
            }
        }
    }
    ways
}
fn finish(engine: &mut Engine<'_>, host: &mut Bench, source: &dyn Source, fuel: u32) -> Step {
    for _ in 0..1_000_000 {
        match engine.step(host, source, fuel) {
            Step::OutOfFuel => {}
            Step::Threw => {
                let mut buf = [0; 200];
                let text = String::from_utf8_lossy(engine.result().text(&mut buf)).into_owned();
                host.printed.push(format!("uncaught {text}"));
                return Step::Threw;
            }
            step => return step,
        }
    }
    panic!("does not end");
}
/// Runs a script to its end. While an activation waits, the functions that the script kept are called, all of them;
/// then the call that waits longest comes back, with its argument plus one or with an exception.
fn run(text: &str, how: How) -> Bench {
    let mut arena = vec![0u32; 6000];
    let mut engine = Engine::new(&mut arena, &LIBRARY).unwrap();
    engine.stress(how.stress);
    let (mapped, windowed) = (Mapped(text.as_bytes()), Windowed(text.as_bytes()));
    let source: &dyn Source = if how.mapped { &mapped } else { &windowed };
    let mut host = Bench::default();
    engine.load(text.len() as u32).unwrap();
    let mut step = finish(&mut engine, &mut host, source, how.fuel);
    loop {
        if let Step::Waiting(token) = step {
            assert!(
                host.waiting.iter().any(|w| w.0 == token),
                "{token} is not the host's"
            );
        }
        for root in std::mem::take(&mut host.roots) {
            engine
                .call(root, &[Arg::Str(b"called"), Arg::Number(0.5)])
                .unwrap();
            finish(&mut engine, &mut host, source, how.fuel);
        }
        assert_eq!(engine.memory().waiting as usize, host.waiting.len());
        if host.waiting.is_empty() {
            return host;
        }
        let (token, x, throws) = host.waiting.remove(0);
        let message = format!("waited {x}");
        let with = if throws {
            Resume::Throw(ErrorKind::Error, &message)
        } else {
            Resume::Value(Arg::Number(x + 1.0))
        };
        engine.resume(token, with).unwrap();
        assert_eq!(engine.resume(token, with), Err(JobError::Busy));
        step = finish(&mut engine, &mut host, source, how.fuel);
        assert_eq!(
            engine.resume(token, with),
            Err(JobError::NoSuchToken),
            "a token comes back once"
        );
    }
}
fn check_all(name: &str, text: &str, expected: &[&str]) {
    for how in ways() {
        let host = run(text, how);
        assert_eq!(host.printed, expected, "{name}, {how:?}");
    }
}

#[test]
fn waits_at_top_level_and_in_a_handler() {
    check_all("top level", "print(wait(1) + wait(2));", &["5"]);
    check_all("float", "var a = 0.25; print(wait(1.5) + a);", &["2.75"]);
    check_all(
        "handler",
        "keep(function (a, b) { var c = 'x' + a; print(a, b, wait(4), c); }); print('end');",
        &["end", "called 0.5 5 xcalled"],
    );
    check_all(
        "uncaught",
        "print('a'); waitThrow(7); print('b')",
        &["a", "uncaught Error: waited 7"],
    );
}

#[test]
fn waits_in_callbacks_of_built_ins() {
    check_all(
        "sort comparator",
        "var a = [3, 1, 2]; a.sort(function (x, y) { return wait(x - y) - 1; }); print(a);",
        &["1,2,3"],
    );
    check_all(
        "comparator that throws",
        "[3, 1, 2].sort(function () { return waitThrow(1); }); print('not reached');",
        &["uncaught Error: waited 1"],
    );
    check_all(
        "map and forEach",
        "print([1, 2].map(function (x) { return wait(x); })); [5].forEach(function (x) { print(wait(x)); });",
        &["2,3", "6"],
    );
    check_all(
        "getter",
        "var o = { get x() { return wait(20); } }; print(o.x + o['x']);",
        &["42"],
    );
    check_all(
        "getter that throws",
        "var o = { get x() { return waitThrow(2); } }; try { o.x; } catch (e) { print(e); }",
        &["Error: waited 2"],
    );
    check_all(
        "setter",
        "var o = { set x(v) { print(v, wait(v)); } }; print(o.x = 5);",
        &["5 6", "5"],
    );
    check_all(
        "valueOf",
        "var o = { valueOf: function () { return wait(6); } }; print(o * 2, 1 + o, o < 8, -o, +o);",
        &["14 8 true -7 7"],
    );
    check_all(
        "toString of a host function's argument",
        "var o = { toString: function () { return 's' + wait(1); } }; print(o, o);",
        &["s2 s2"],
    );
    check_all(
        "constructor",
        "function C() { this.x = wait(1); } print(new C().x, new C() instanceof C);",
        &["2 true"],
    );
    check_all(
        "bound function, apply, call",
        "var f = function (a, b) { return wait(a) + b; };
         print(f.bind(null, 1)(2), f.apply(null, [1, 2]), f.call(null, 1, 2), wait.call(null, 3), wait.apply(null, [4]), wait.bind(null, 5)());",
        &["4 4 4 4 5 6"],
    );
}

/// The same regular expression is used by others meanwhile.
#[cfg(feature = "regexp")]
#[test]
fn waits_in_what_replaces_a_match() {
    check_all(
        "replace",
        "var r = /[a-z](\\d)/g; keep(function () { print('x7'.replace(r, '$1'), r.test('y8'), r.lastIndex); });
         print('a1-b2'.replace(r, function (m, n) { return wait(n); }), r.lastIndex);",
        &["7 true 2", "2-3 2"],
    );
    check_all(
        "lastIndex",
        "var r = /b/g; r.lastIndex = { valueOf: function () { return wait(1); } }; print(r.exec('bbbb').index, r.lastIndex);",
        &["2 3"],
    );
}

#[test]
fn waits_inside_statements() {
    check_all(
        "try and finally",
        "function f() { try { return wait(1); } finally { print('finally', wait(5)); } } print(f());",
        &["finally 6", "2"],
    );
    check_all(
        "thrown into try",
        "try { waitThrow(1); } catch (e) { print(e.message, wait(1)); } finally { print(wait(2)); }",
        &["waited 1 2", "3"],
    );
    check_all(
        "thrown out of finally",
        "try { try { throw 1; } finally { waitThrow(9); } } catch (e) { print(e.message); }",
        &["waited 9"],
    );
    check_all(
        "finally after an exception",
        "try { try { throw 'a'; } finally { wait(1); } } catch (e) { print(e); }",
        &["a"],
    );
    check_all(
        "for-in",
        "for (var k in { a: 1, b: 2 }) { print(k, wait(1)); } for (k in [7, 8]) print(k, wait(k));",
        &["a 2", "b 2", "0 1", "1 2"],
    );
    check_all(
        "loop with a switch",
        "for (var i = 0; i < 3; i++) { switch (wait(i)) { case 1: print('one'); break; case 2: print('two'); continue; default: print('more'); } }",
        &["one", "two", "more"],
    );
    check_all(
        "two calls deep",
        "function a(x) { return b(x) * 2; } function b(x) { var y = wait(x); return y + x; } print(a(3));",
        &["14"],
    );
    check_all(
        "closures share their variable",
        "var n = 0; function f() { var m = 0; function g() { m++; return wait(m); } return g() + g() + m + n; }
         keep(function () { n = 100; }); print(f());",
        &["107"],
    );
    check_all(
        "arguments",
        "function f(a) { a = wait(1); return arguments[0] + arguments.length; } print(f(5, 6));",
        &["4"],
    );
}

/// Others run while one waits, and see what it did so far.
#[test]
fn others_run_meanwhile() {
    check_all(
        "handler between",
        "var log = []; keep(function (what) { log.push(what); });
         log.push('before'); log.push(wait(1)); log.push('after'); print(log);",
        &["before,called,2,after"],
    );
    check_all(
        "two at once",
        "keep(function () { print('h', wait(10)); }); print('t', wait(1)); print('t', wait(2));",
        &["t 2", "h 11", "t 3"],
    );
}

/// A third call that would wait gets an exception that it can catch; the host learns that its token is void.
#[test]
fn third_waiter_is_refused() {
    let text = "function h(what) { try { wait(1); print('ok'); } catch (e) { print(e.name, e instanceof RangeError); } }
                keep(h); keep(h); keep(h); wait(3);";
    for how in ways() {
        let host = run(text, how);
        assert_eq!(host.dropped.len(), 2, "{how:?}");
        assert_eq!(
            host.printed,
            ["RangeError true", "RangeError true", "ok"],
            "{how:?}"
        );
    }
}

/// An activation of more than 160 bytes cannot wait; the script can catch that and go on.
#[test]
fn large_activation_is_refused() {
    let text =
        "function f(n) { if (n) return f(n - 1); try { return wait(1); } catch (e) { return e.name; } }
                print(f(30)); print(f(0));";
    for how in ways() {
        let host = run(text, how);
        assert_eq!(host.dropped.len(), 1, "{how:?}");
        assert_eq!(host.printed, ["RangeError", "2"], "{how:?}");
    }
}

/// A host function that is called again keeps its state, and spends the script's fuel.
#[test]
fn called_again() {
    check_all(
        "again",
        "print(again(5), again(0)); print([3, 1].map(function (x) { return again(x); }));",
        &["6 1", "4,2"],
    );
    let text = "again(1e9)";
    let mut arena = [0; 1000];
    let mut engine = Engine::new(&mut arena, &LIBRARY).unwrap();
    engine.load(text.len() as u32).unwrap();
    let mut host = Bench::default();
    assert_eq!(
        engine.step(&mut host, &Mapped(text.as_bytes()), 10_000),
        Step::OutOfFuel
    );
    engine.abort();
    assert_eq!(
        engine.step(&mut host, &Mapped(text.as_bytes()), 10_000),
        Step::Idle
    );
    // The state of the call that was ended is gone.
    let text = "print(again(2));";
    engine.load(text.len() as u32).unwrap();
    finish(&mut engine, &mut host, &Mapped(text.as_bytes()), 100);
    assert_eq!(host.printed, ["3"]);
}

/// What was forgotten does not come back, its memory is free again, and its `finally` does not run.
#[test]
fn forgotten() {
    let text = "keep(function () { print('again'); }); try { wait(1); } finally { print('finally'); }";
    for how in ways() {
        let mut arena = vec![0u32; 2000];
        let mut engine = Engine::new(&mut arena, &LIBRARY).unwrap();
        engine.stress(how.stress);
        let source = Mapped(text.as_bytes());
        let mut host = Bench::default();
        engine.load(text.len() as u32).unwrap();
        let Step::Waiting(token) = finish(&mut engine, &mut host, &source, how.fuel) else {
            panic!("does not wait");
        };
        engine.stress(0);
        engine.collect();
        let before = engine.memory();
        assert_eq!(before.waiting, 1);
        engine.forget(token ^ 1);
        assert_eq!(engine.memory().waiting, 1);
        engine.forget(token);
        engine.collect();
        assert_eq!(engine.memory().waiting, 0);
        assert!(engine.memory().used < before.used);
        let back = Resume::Value(Arg::Undefined);
        assert_eq!(engine.resume(token, back), Err(JobError::NoSuchToken));
        engine.call(host.roots[0], &[]).unwrap();
        assert_eq!(finish(&mut engine, &mut host, &source, how.fuel), Step::Done);
        assert_eq!(host.printed, ["again"]);
    }
}

/// A job that is ended in any phase (compiling, running, waiting for its turn, just resumed) runs no code any
/// more, leaves those that wait alone, and the engine takes the next job.
#[test]
fn ended_in_every_phase() {
    let text = "keep(function () { try { wait(1); again(3); print('bad'); } finally { print('bad too'); } });
                print('loaded');";
    let source = Mapped(text.as_bytes());
    for steps in 0..200 {
        for with in [
            Resume::Value(Arg::Str(b"text")),
            Resume::Throw(ErrorKind::TypeError, "no"),
        ] {
            let mut arena = vec![0u32; 2000];
            let mut engine = Engine::new(&mut arena, &LIBRARY).unwrap();
            let mut host = Bench::default();
            // Compiling and the top level.
            engine.load(text.len() as u32).unwrap();
            for _ in 0..steps {
                engine.step(&mut host, &source, 1);
            }
            engine.abort();
            assert_eq!(engine.step(&mut host, &source, 100), Step::Idle);
            host = Bench::default();
            engine.load(text.len() as u32).unwrap();
            assert_eq!(finish(&mut engine, &mut host, &source, 1000), Step::Done);
            assert_eq!(host.printed, ["loaded"]);
            // The handler: two of them wait, the first is resumed and ended.
            let root = host.roots[0];
            let mut tokens = Vec::new();
            for _ in 0..2 {
                engine.call(root, &[]).unwrap();
                match finish(&mut engine, &mut host, &source, 1000) {
                    Step::Waiting(token) => tokens.push(token),
                    step => panic!("{step:?}"),
                }
            }
            engine.resume(tokens[0], with).unwrap();
            let mut printed = 1;
            for _ in 0..steps.min(12) {
                engine.step(&mut host, &source, 1);
                printed = host.printed.len();
            }
            engine.abort();
            assert_eq!(engine.step(&mut host, &source, 1000), Step::Idle);
            assert_eq!(host.printed.len(), printed, "code ran after the end");
            assert_eq!(engine.memory().waiting, 1);
            engine.forget(tokens[1]);
            engine.call(root, &[]).unwrap();
            assert!(matches!(
                finish(&mut engine, &mut host, &source, 1000),
                Step::Waiting(_)
            ));
        }
    }
}

/// Resumed in a heap that others filled: it goes on, or the host is told and can try again.
#[test]
fn resumed_in_a_full_arena() {
    let text =
        "var held = []; function fill(n) { held = []; for (var i = 0; i < n; i++) held.push({}); return n; }
                keep(function (n) { try { fill(5000); } catch (e) { print(e.name); } });
                keep(function () { held = null; });
                function f() { var a = 'a' + 1; return a + wait(1) + a; } print(f());";
    let source = Mapped(text.as_bytes());
    let mut refused = 0;
    for words in 500..700 {
        let mut arena = vec![0u32; words];
        let mut engine = Engine::new(&mut arena, &LIBRARY).unwrap();
        let mut host = Bench::default();
        engine.load(text.len() as u32).unwrap();
        let Step::Waiting(token) = finish(&mut engine, &mut host, &source, 1000) else {
            continue;
        };
        engine.call(host.roots[0], &[]).unwrap();
        finish(&mut engine, &mut host, &source, 1000);
        let back = Resume::Value(Arg::Number(7.5));
        if engine.resume(token, back) == Err(JobError::OutOfMemory) {
            refused += 1;
            assert_eq!(engine.memory().waiting, 1, "it still waits");
            engine.call(host.roots[1], &[]).unwrap();
            assert_eq!(finish(&mut engine, &mut host, &source, 1000), Step::Done);
            engine.resume(token, back).unwrap();
        }
        finish(&mut engine, &mut host, &source, 1000);
        let last = host.printed.last().unwrap();
        assert!(
            last == "a17.5a1" || last.starts_with("uncaught RangeError") || last.contains("memory"),
            "{words}: {:?}",
            host.printed
        );
    }
    println!("{refused} refused");
}
