//! Out of memory at every allocation: no panic, an error that the script may catch, and an engine that goes on.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;
use common::{LIBRARY, Outcomes};
use motebox_js::{Engine, Mapped, Source, Step, Windowed};

/// What allocates, a piece of the language each. All of them print what they came to.
const SCRIPTS: &[(&str, &str)] = &[
    (
        "closures",
        "function counter(n) { return { up: function () { return n += 0.5; }, down: () => --n }; }
         var a = counter(1), b = counter(2); a.up(); b.down(); print(a.up(), b.up());",
    ),
    (
        "properties",
        "var o = { a: 1, get b() { return this.a + 0.25; }, set b(v) { this.a = v; } }; o.b = 7; o['k' + 1] = [o.b];
         Object.defineProperty(o, 'hidden', { value: 'h' }); delete o.a; Math.extra = o; print(Object.keys(o), o.hidden, Math.extra.k1);",
    ),
    (
        "arrays",
        "var a = [3, 1, 2].map(function (v) { return v / 2; }); a.push('x', [1]); a[100] = 1; a.length = 6;
         print(a.sort(), a.slice(1, 3), a.concat([7], 8).join('-'), a.indexOf('x'), a.splice(0, 2));",
    ),
    (
        "strings",
        "var s = ''; for (var i = 0; i < 12; i++) s += i + '\\u20ac'; s = s.replace('3', function (m) { return m + m; });
         print(s.split('\\u20ac').length, s.toUpperCase(), s.substring(3, 9), 'x'.concat(1.5, null), s.charAt(4));",
    ),
    (
        "exceptions",
        "function f(n) { try { if (n === 0) throw new RangeError('deep ' + n); return f(n - 1); } catch (e) { throw { was: e }; } finally { g += n; } }
         var g = 0; try { f(4); } catch (e) { while (e.was) e = e.was; print(e, g); }",
    ),
    (
        "patterns",
        "function f({ a, b: [c = 1.5, ...d], ...e }, g = `${a}-${c}`, ...h) { return [a, c, d, g, h.length, Object.keys(e)]; }
         let [x, y = [...'ab']] = [f({ a: 1, b: [undefined, 2, 3], z: 4 }, undefined, 5, 6)]; print(...x, y); for (const v of y) print(v);",
    ),
    (
        "numbers",
        "print((1 / 3).toFixed(9), 1e21 + 1, (255).toString(2), parseFloat('1.25e3'), 0.1 + 0.2, (12.5).toExponential(3), Number('0x1f'));",
    ),
    (
        "functions",
        "var b = function () { return this.v + arguments.length; }.bind({ v: 1.5 }, 1); function C(x) { this.x = x; } C.prototype.get = b;
         print(b(2), new C(3).get(), b.apply(null, [1, 2]), f.call('s')); function f() { 'use strict'; return this + f.length; }",
    ),
    (
        "enumeration",
        "var o = Object.create({ far: 1, near: 2 }); o.near = 3; for (var i = 5; i > 0; i--) o[i] = i; var out = '';
         for (var k in o) { out += k; if (k === '2') delete o[4]; } print(out);",
    ),
    #[cfg(feature = "regexp")]
    (
        "regular expressions",
        "var r = /(?:(\\w)|-)+?(\\d+)/g, s = 'ab-1 cd-22', m = r.exec(s); print(m.index, m, r.lastIndex, new RegExp('x/', 'i'));
         print(s.match(r), s.split(/(-)/), s.replace(r, (a, b, c) => c + b), s.replace(/(.)$/, '[$1]'), /^(?:a|b|[^x])*$/.test(s));",
    ),
];
const FUEL: u32 = 1_000_000;

/// Runs a text; its error, if it threw. The host keeps what was printed.
fn run(engine: &mut Engine<'_>, out: &mut Outcomes, source: &dyn Source, len: usize) -> Option<String> {
    engine.load(len as u32).expect("no other job");
    match engine.step(out, source, FUEL) {
        Step::Done => None,
        Step::Threw => Some(String::from_utf8_lossy(engine.result().text(&mut [0; 200])).into_owned()),
        step => panic!("{step:?}"),
    }
}

/// Whether the script needs a feature that this build does not have.
fn is_left_out(error: Option<&str>) -> bool {
    error.is_some_and(|error| error.contains("not in this build"))
}

#[test]
fn every_allocation_of_every_script_fails_once() {
    for &(name, text) in SCRIPTS {
        for mapped in [true, false] {
            let source: &dyn Source = if mapped {
                &Mapped(text.as_bytes())
            } else {
                &Windowed(text.as_bytes())
            };
            let mut arena = vec![0; 8_000];
            let mut engine = Engine::new(&mut arena, &LIBRARY).unwrap();
            let mut whole = Outcomes::default();
            let error = run(&mut engine, &mut whole, source, text.len());
            if is_left_out(error.as_deref()) {
                continue;
            }
            assert_eq!(error, None, "{name}");
            assert!(!whole.printed.is_empty(), "{name}");
            // When the script has come to its end so many times in a row, it has no allocation number k.
            let (mut unharmed, mut failed, mut k) = (0, 0, 0);
            while unharmed < 60 {
                k += 1;
                let mut arena = vec![0; 8_000];
                let mut engine = Engine::new(&mut arena, &LIBRARY).unwrap();
                engine.stress(k + 1);
                let mut out = Outcomes::default();
                let error = run(&mut engine, &mut out, source, text.len());
                engine.stress(0);
                if let Some(error) = &error {
                    assert!(error.contains("out of memory"), "{name}, k = {k}: {error}");
                    failed += 1;
                    unharmed = 0;
                } else if out.printed == whole.printed {
                    unharmed += 1;
                } else {
                    unharmed = 0;
                }
                let after = "print([1, 2].map(function (v) { return v / 4; }) + `${{}}`);";
                out.printed.clear();
                let error = run(&mut engine, &mut out, &Mapped(after.as_bytes()), after.len());
                assert_eq!(
                    (error, &out.printed[..]),
                    (None, &["0.25,0.5[object Object]".to_owned()][..]),
                    "{name}, k = {k}"
                );
            }
            println!(
                "{name} (mapped: {mapped}): {failed} of {} allocations ended the script",
                k - unharmed
            );
            assert!(failed > 10, "{name}: no allocation failed");
        }
    }
}

/// The same with arenas that are too small, by a word at a time: down to those in which nothing compiles.
#[test]
fn arenas_that_are_too_small_end_in_an_error() {
    for &(name, text) in SCRIPTS {
        let source = Mapped(text.as_bytes());
        let (mut fits, mut fails, mut left_out) = (0, 0, false);
        for words in (Engine::MIN_WORDS..1_200).step_by(3) {
            let mut arena = vec![0; words];
            let mut engine = Engine::new(&mut arena, &LIBRARY).unwrap();
            let mut out = Outcomes::default();
            match run(&mut engine, &mut out, &source, text.len()) {
                None => fits += 1,
                Some(error) if is_left_out(Some(&error)) => left_out = true,
                // Full of stack, or full of cells.
                Some(error) => {
                    assert!(
                        error.contains("memory") || error.contains("stack") || error.contains("room"),
                        "{name}: {error}"
                    );
                    fails += 1;
                }
            }
        }
        assert!(
            left_out || fits > 10 && fails > 10,
            "{name}: {fits} fit, {fails} fail"
        );
    }
}
