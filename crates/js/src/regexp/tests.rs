//! Tables by hand, and patterns at random against a matcher that is written down from the standard's text, with
//! functions for its continuations.

mod reference;

use super::*;
use crate::string::{Units, encode};
use proptest::prelude::*;
use reference::{Reference, count, nodes, units, write};
use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

/// The program, made with so much fuel at a time.
fn program(pattern: &[u8], flags: u8, fuel: i32) -> Result<Vec<u8>, Error> {
    let mut words = 24;
    loop {
        let mut memory = std::vec![0; words];
        loop {
            let mut left = fuel;
            match compile(pattern, flags, &mut memory, &mut left) {
                Compiled::Done(len) => return Ok(bytemuck::cast_slice(&memory)[..len].to_vec()),
                Compiled::OutOfFuel => assert!(left <= 0),
                Compiled::OutOfMemory => break,
                Compiled::Error(error) => return Err(error),
            }
        }
        words += words / 2;
        assert!(words < 1 << 20, "no program takes this much");
    }
}
type Groups = Vec<Option<(usize, usize)>>;

/// Runs a program from byte `at` on with so much fuel at a time, and no more memory than it must have; counts
/// the fuel.
fn matched(program: &[u8], text: &[u8], at: usize, fuel: i32, most: u32) -> Option<(Option<Groups>, u32)> {
    let mut memory = std::vec![0; words(program)];
    assert!(Run::new(program, text, &mut memory).start(at));
    let mut burnt = 0;
    loop {
        let mut left = fuel;
        let result = Run::new(program, text, &mut memory).step(&mut left);
        burnt += (fuel - left) as u32;
        match result {
            Matched::Yes => {
                let run = Run::new(program, text, &mut memory);
                return Some((Some((0..groups(program)).map(|i| run.group(i)).collect()), burnt));
            }
            Matched::No => return Some((None, burnt)),
            Matched::OutOfFuel => assert!(left <= 0 && left > -100_000),
            Matched::OutOfMemory => memory.resize(memory.len() + 4, 0),
        }
        if burnt > most {
            return None;
        }
    }
}
/// What `exec` would give: the index in units and the groups' texts, as text.
fn exec_from(pattern: &str, letters: &str, text: &[u8], at: usize) -> String {
    let mut results = Vec::new();
    for fuel in [1, 7, 1 << 20] {
        let flags = flags(letters.as_bytes()).expect("flags");
        let result = match program(pattern.as_bytes(), flags, fuel) {
            Err(error) => format!("{error:?}"),
            Ok(program) => match matched(&program, text, at, fuel, u32::MAX).expect("no limit").0 {
                None => "null".to_string(),
                Some(groups) => {
                    let (from, _) = groups[0].expect("the match");
                    let mut out = format!("{}", unit_index(text, from));
                    for group in groups {
                        out += &match group {
                            None => " -".to_string(),
                            Some((from, to)) => format!(" {:?}", String::from_utf8_lossy(&text[from..to])),
                        };
                    }
                    out
                }
            },
        };
        results.push(result);
    }
    assert!(results.iter().all(|r| *r == results[0]), "{results:?}");
    results.remove(0)
}
fn exec(pattern: &str, flags: &str, text: &str) -> String {
    exec_from(pattern, flags, text.as_bytes(), 0)
}
/// UTF-16 units in front of a position.
fn unit_index(text: &[u8], at: usize) -> usize {
    let half = text.get(at).is_some_and(|b| b & 0xc0 == 0x80);
    let lead = if half { at - 2 } else { at };
    Units::new(&text[..lead]).count() + usize::from(half)
}

#[test]
fn patterns_match_as_the_standard_says() {
    // The examples of ECMA-262 5.1, 15.10.2, and what is easy to get wrong.
    for (pattern, flags, text, expected) in [
        ("a|ab", "", "abc", r#"0 "a""#),
        (
            "((a)|(ab))((c)|(bc))",
            "",
            "abc",
            r#"0 "abc" "a" "a" - "bc" - "bc""#,
        ),
        ("a[a-z]{2,4}", "", "abcdefghi", r#"0 "abcde""#),
        ("a[a-z]{2,4}?", "", "abcdefghi", r#"0 "abc""#),
        ("(aa|aabaac|ba|b|c)*", "", "aabaac", r#"0 "aaba" "ba""#),
        (
            "(z)((a+)?(b+)?(c))*",
            "",
            "zaacbbbcac",
            r#"0 "zaacbbbcac" "z" "ac" "a" - "c""#,
        ),
        ("(a*)*", "", "b", r#"0 "" -"#),
        ("(a*)b\\1+", "", "baaaac", r#"0 "b" """#),
        ("(?=(a+))", "", "baaabac", r#"1 "" "aaa""#),
        ("(?=(a+))a*b\\1", "", "baaabac", r#"3 "aba" "a""#),
        (
            "(.*?)a(?!(a+)b\\2c)\\2(.*)",
            "",
            "baaabaac",
            r#"0 "baaabaac" "ba" - "abaac""#,
        ),
        (
            "(z)((a+)?(b+)?(c))*?$",
            "",
            "zaacbbbcac",
            r#"0 "zaacbbbcac" "z" "ac" "a" - "c""#,
        ),
        ("(?:a|b)+?c", "", "xababc", r#"1 "ababc""#),
        ("(a\\1)", "", "aa", r#"0 "a" "a""#),
        ("(?:(a)|b)*", "", "ab", r#"0 "ab" -"#),
        ("(a?)??b", "", "ab", r#"0 "ab" "a""#),
        ("(?:a*?){2,}", "", "aaa", r#"0 "aaa""#),
        ("(?:){3}x", "", "x", r#"0 "x""#),
        ("(a){0}\\1b", "", "ab", r#"1 "b" -"#),
        ("\\2(a)(b)", "", "ab", r#"0 "ab" "a" "b""#),
        ("x*", "", "aaa", r#"0 """#),
        ("[^]", "", "\n", r#"0 "\n""#),
        ("[]", "", "a", "null"),
        ("", "", "abc", r#"0 """#),
        ("a||b", "", "b", r#"0 """#),
        ("^b", "", "a\nb", "null"),
        ("^b", "m", "a\nb", r#"2 "b""#),
        ("a$", "", "a\nb", "null"),
        ("a$", "m", "a\nb", r#"0 "a""#),
        (".+", "", "ab\u{2028}c", r#"0 "ab""#),
        ("\\bx\\B", "", "ax x1 x", r#"3 "x""#),
        ("\\B", "", "", r#"0 """#),
        ("\\w+\\s\\W\\S\\D\\d", "", "a_9 -+x7", r#"0 "a_9 -+x7""#),
        ("[\\w-a]+", "", "x-a", r#"0 "x-a""#),
        ("[a-\\d]+", "", "a-5", r#"0 "a-5""#),
        ("[\\b]", "", "\u{8}", r#"0 "\u{8}""#),
        ("[\\s\\S]{3}", "", "a\nb", r#"0 "a\nb""#),
        (
            "\\s+",
            "",
            "a\u{a0}\u{feff}\u{3000}b",
            r#"1 "\u{a0}\u{feff}\u{3000}""#,
        ),
        ("\\cJ", "", "\n", r#"0 "\n""#),
        ("\\c", "", "\\c", r#"0 "\\c""#),
        ("[\\c]", "", "c", r#"0 "c""#),
        ("\\x41\\u0042\\x4\\u00", "", "ABx4u00", r#"0 "ABx4u00""#),
        ("\\101\\0\\8", "", "A\u{0}8", r#"0 "A\08""#),
        (
            "\\t\\n\\v\\f\\r",
            "",
            "\t\n\u{b}\u{c}\r",
            r#"0 "\t\n\u{b}\u{c}\r""#,
        ),
        ("a{,2}", "", "a{,2}", r#"0 "a{,2}""#),
        ("a{", "", "a{", r#"0 "a{""#),
        ("]}", "", "]}", r#"0 "]}""#),
        ("x{2}{", "", "xx{", r#"0 "xx{""#),
        ("(?=a)*b", "", "b", r#"0 "b""#),
        ("AbC", "i", "xaBc", r#"1 "aBc""#),
        ("[a-z]+", "i", "1XyZ", r#"1 "XyZ""#),
        ("[^x]", "i", "Xa", r#"1 "a""#),
        ("(ä)\\1", "i", "äÄ", r#"0 "äÄ" "ä""#),
        ("[À-Ö]", "i", "é", r#"0 "é""#),
        ("\u{3c3}", "i", "\u{3c2}", "0 \"\u{3c2}\""),
        ("[\u{3bc}]", "i", "\u{b5}", "0 \"\u{b5}\""),
        ("[\u{17f}]", "i", "s", "null"),
        ("ß", "i", "SS", "null"),
        ("b.d", "", "añb😀d", "null"),
        ("b..d", "", "añb😀d", r#"2 "b😀d""#),
        ("[^a]{3}", "", "añ😀d", r#"1 "ñ😀""#),
        ("😀{2}", "", "😀😀", "null"),
        ("d$", "", "😀d", r#"2 "d""#),
    ] {
        assert_eq!(
            exec(pattern, flags, text),
            expected,
            "/{pattern}/{flags} on {text:?}"
        );
    }
}
#[test]
fn halves_of_characters_are_units() {
    let text = "a😀".as_bytes();
    // The second half alone, forwards and backwards.
    assert_eq!(exec_from("\\ude00", "", text, 0), "2 \"\u{fffd}\u{fffd}\"");
    assert_eq!(exec_from("[^]", "", text, 3), "2 \"\u{fffd}\u{fffd}\"");
    assert_eq!(exec_from(".*\\ude00$", "", text, 0), "0 \"a😀\"");
    assert_eq!(exec_from("\\ud83d\\ude00", "", text, 0), "1 \"😀\"");
    assert_eq!(exec_from("(?:.)+?\\ude00", "", text, 0), "0 \"a😀\"");
}
#[test]
fn what_is_no_pattern_is_refused() {
    use Error::*;
    for (pattern, expected) in [
        ("*", NothingToRepeat(1)),
        ("a**", NothingToRepeat(3)),
        ("a|+", NothingToRepeat(3)),
        ("(?:*)", NothingToRepeat(4)),
        ("^*", NothingToRepeat(2)),
        ("\\b+", NothingToRepeat(3)),
        ("{2}", NothingToRepeat(3)),
        ("x{2}{3}", NothingToRepeat(7)),
        ("(a", Parenthesis(2)),
        ("a)", Parenthesis(2)),
        ("(?a)", Group(2)),
        ("(?<n>a)", Group(2)),
        ("(?", Group(2)),
        ("[a", Class(2)),
        ("[z-a]", Order(4)),
        ("[b-a-z]", Order(4)),
        ("x{3,2}", Order(6)),
        ("a\\", Escape(2)),
        ("[\\", Escape(2)),
    ] {
        assert_eq!(
            program(pattern.as_bytes(), 0, 3).err(),
            Some(expected),
            "/{pattern}/"
        );
        assert!(expected.message().contains("regular expression"));
    }
    let groups =
        |n: usize| program(&[b"(".repeat(n), b")".repeat(n)].concat(), 0, 100).map(|p| super::groups(&p));
    assert_eq!(groups(250), Ok(251));
    assert!(matches!(groups(251), Err(TooLarge(_))));
    assert!(matches!(
        program(&b"(?:a|b)*".repeat(2000), 0, 100),
        Err(TooLarge(_))
    ));
    let plain = |n: usize| program(&[b"(?:".repeat(n), b"a|b)".repeat(n)].concat(), 0, 100);
    assert!(plain(250).is_ok());
    assert!(matches!(plain(251), Err(TooLarge(_))));
    let nested = [b"(?:".repeat(150), b")*".repeat(150)].concat();
    assert!(matches!(program(&nested, 0, 100), Err(TooLarge(_))));
    assert_eq!(flags(b"mig"), Some(GLOBAL | IGNORE_CASE | MULTILINE));
    for wrong in [&b"gg"[..], b"u", b"y", b"x", b"g ", b"G"] {
        assert_eq!(flags(wrong), None);
    }
}

/// Patterns that take others forever stop when the fuel does, and take no memory that grows with the time.
#[test]
fn catastrophes_only_burn_fuel() {
    let text = b"a".repeat(60);
    for pattern in [
        "(a*)*b",
        "(a|a)*b",
        "(a|aa)+$b",
        "(?:a?){60}a{60}b",
        "(x+x+)+y|(a+a+)+b",
    ] {
        let program = program(pattern.as_bytes(), 0, 10).expect(pattern);
        assert_eq!(matched(&program, &text, 0, 1000, 300_000), None, "{pattern}");
    }
}
/// A repetition of one unit goes back without a word for each.
#[test]
fn repetitions_of_units_take_no_stack() {
    let text = "ä".repeat(2000);
    let program = program(b".*x|[^y]*?z|\\W+b", 0, 100).expect("a pattern");
    let mut memory = std::vec![0; words(&program)];
    let mut run = Run::new(&program, text.as_bytes(), &mut memory);
    assert!(run.start(0));
    let mut fuel = i32::MAX;
    assert_eq!(run.step(&mut fuel), Matched::No);
}
#[test]
fn too_little_memory_is_refused() {
    let program = program(b"(a)", 0, 100).expect("a pattern");
    for words in 0..words(&program) {
        assert!(!Run::new(&program, b"a", &mut std::vec![0; words]).start(0));
    }
    assert!(Run::new(&program, b"a", &mut std::vec![0; words(&program)]).start(0));
    assert!(!Run::new(&program, &std::vec![b'a'; 65536], &mut [0; 100]).start(0));
    let mut memory = [0; 100];
    let text = std::vec![b'a'; 65535];
    assert!(Run::new(&program, &text, &mut memory).start(65534));
    assert_eq!(
        Run::new(&program, &text, &mut memory).step(&mut 100),
        Matched::Yes
    );
}

/// WTF-8 of units, halves of characters joined.
fn wtf8(units: &[u16]) -> Vec<u8> {
    let mut out = Vec::new();
    for c in char::decode_utf16(units.iter().copied()) {
        let c = c.map_or_else(|e| e.unpaired_surrogate() as u32, |c| c as u32);
        let mut bytes = [0; 4];
        let n = encode(c, &mut bytes);
        out.extend_from_slice(&bytes[..n]);
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]
    #[test]
    fn random_patterns_match_as_the_reference_does(
        node in nodes(),
        units in proptest::collection::vec(units(), 0..14),
        flags in 0..4u8,
        fuel in proptest::sample::select(&[1, 3, 50, 100_000][..]),
    ) {
        let flags = flags * IGNORE_CASE;
        let text = wtf8(&units);
        let mut pattern = String::new();
        write(&node, &mut pattern);
        let program = program(pattern.as_bytes(), flags, fuel).expect("a pattern");
        prop_assert_eq!(super::groups(&program), count(&node) + 1);
        let reference = Reference { text: &units, flags, steps: Default::default() };
        let (Ok(expected), Some((found, _))) = (reference.exec(&node), matched(&program, &text, 0, fuel, 3_000_000)) else {
            return Ok(());
        };
        // A back reference to no group is an octal escape: those are in the table.
        if pattern.contains(&format!("\\{}", count(&node) + 1)) || pattern.contains("\\2") && count(&node) < 2 {
            return Ok(());
        }
        let found = found.map(|groups| {
            groups
                .into_iter()
                .map(|group| group.map(|(from, to)| (unit_index(&text, from), unit_index(&text, to))))
                .collect::<Vec<_>>()
        });
        prop_assert_eq!(found, expected, "/{}/", pattern);
    }
    /// Whatever the bytes: an answer, in bounded fuel for the pattern, and no panic.
    #[test]
    fn any_bytes_are_a_pattern_or_refused(
        pattern in proptest::collection::vec(
            prop_oneof![4 => proptest::sample::select(&b"(|)*+?{,}[]^-$.\\/12dbBcuxk:=!a"[..]), 1 => any::<u8>()],
            0..40,
        ),
        text in proptest::collection::vec(prop_oneof![3 => Just(b'a'), 1 => any::<u8>()], 0..20),
        flags in 0..8u8,
    ) {
        if let Ok(program) = program(&pattern, flags, 5) {
            matched(&program, &text, 0, 17, 20_000);
        }
    }
    /// A program that is none does no harm.
    #[test]
    fn damaged_programs_only_burn_fuel(
        program in proptest::collection::vec(prop_oneof![3 => 0..26u8, 1 => any::<u8>()], 0..60),
        text in proptest::collection::vec(any::<u8>(), 0..20),
    ) {
        let mut memory = std::vec![0; super::words(&program) + 40];
        Run::new(&program, &text, &mut memory).start(0);
        for _ in 0..30 {
            let mut fuel = 20;
            let result = Run::new(&program, &text, &mut memory).step(&mut fuel);
            prop_assert!(fuel > -200_000);
            if result != Matched::OutOfFuel {
                break;
            }
        }
    }
}
