//! Number text and arithmetic against `core`'s own formatter, parser and float operations, and against known hard cases.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;
use motebox_js::number::*;
use proptest::prelude::*;

fn with<const N: usize>(print: impl FnOnce(&mut [u32], &mut [u8]) -> usize) -> String {
    let mut scratch = [0xdead_beef; SCRATCH_WORDS];
    let mut out = [b'?'; N];
    let len = print(&mut scratch, &mut out);
    assert!(len <= N, "{len} bytes do not fit {N}");
    String::from_utf8(out[..len].to_vec()).unwrap()
}

fn text(v: f64) -> String {
    with::<OUT_MAX>(|scratch, out| shortest(v, scratch, out))
}

fn fixed(v: f64, digits: u32) -> String {
    with::<TEXT_MAX>(|scratch, out| to_fixed(v, digits, scratch, out))
}

fn exponential(v: f64, digits: impl Into<Option<u32>>) -> String {
    with::<TEXT_MAX>(|scratch, out| to_exponential(v, digits.into(), scratch, out))
}

fn precision(v: f64, digits: u32) -> String {
    with::<TEXT_MAX>(|scratch, out| to_precision(v, Some(digits), scratch, out))
}

fn radix(v: f64, base: u32) -> String {
    // The engine does it, in JavaScript.
    let text = if v.is_finite() {
        format!("print(({v:e}).toString({base}))")
    } else {
        format!(
            "print(({}).toString({base}))",
            if v.is_nan() {
                "NaN"
            } else if v < 0.0 {
                "-Infinity"
            } else {
                "Infinity"
            }
        )
    };
    let mut out = common::run(&text, &common::Run::default());
    assert_eq!(out.error, "");
    out.printed.pop().unwrap()
}

fn scratch() -> [u32; SCRATCH_WORDS] {
    [0x5555_5555; SCRATCH_WORDS]
}

fn parse(text: &str) -> f64 {
    let (number, used) = parse_decimal(text.as_bytes(), &mut scratch()).unwrap();
    assert_eq!(used, text.len(), "{text}");
    number
}

fn number(text: &str) -> f64 {
    string_to_number(text.as_bytes(), &mut scratch())
}

fn int(text: &str, base: i32) -> f64 {
    parse_int(text.as_bytes(), base, &mut scratch())
}

#[track_caller]
fn same(actual: f64, expected: f64) {
    let equal = if expected.is_nan() {
        actual.is_nan()
    } else {
        actual.to_bits() == expected.to_bits()
    };
    assert!(equal, "{actual:e} is not {expected:e}");
}

/// `ToString` from the digits that `core` finds, laid out as ECMA-262 5.1, 9.8.1 says.
fn expected_text(v: f64) -> String {
    let sign = if v < 0.0 { "-" } else { "" };
    let scientific = format!("{:e}", v.abs());
    let (mantissa, exponent) = scientific.split_once('e').unwrap();
    let mut digits = mantissa.replace('.', "");
    // Exactly half way between two shortest texts, V8 takes the even one and `core` the upper one.
    let exact = format!("{:.1100e}", v.abs()).replace('.', "");
    let (kept, rest) = exact.split_at(digits.len());
    let lower = format!("{}.{}e{exponent}", &kept[..1], &kept[1..]);
    if is_half(rest.split('e').next().unwrap())
        && kept.as_bytes()[kept.len() - 1] % 2 == 0
        && lower.parse() == Ok(v.abs())
    {
        digits = kept.into();
    }
    let point = exponent.parse::<i32>().unwrap() + 1;
    let count = digits.len() as i32;
    let body = if (1..=21).contains(&point) {
        if count <= point {
            digits + &"0".repeat((point - count) as usize)
        } else {
            format!("{}.{}", &digits[..point as usize], &digits[point as usize..])
        }
    } else if (-5..=0).contains(&point) {
        format!("0.{}{digits}", "0".repeat(-point as usize))
    } else {
        let rest = if count > 1 {
            format!(".{}", &digits[1..])
        } else {
            String::new()
        };
        format!("{}{rest}e{:+}", &digits[..1], point - 1)
    };
    format!("{sign}{body}")
}

#[track_caller]
fn round_trips(v: f64) {
    let printed = text(v);
    assert_eq!(printed, expected_text(v));
    same(number(&printed), v);
}

/// splitmix64: the same numbers at every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

#[test]
fn two_hundred_thousand_random_doubles_round_trip() {
    let mut random = Random(1);
    let mut checked = 0;
    while checked < 200_000 {
        let v = f64::from_bits(random.next());
        if v.is_finite() {
            round_trips(v);
            checked += 1;
        }
    }
}

#[test]
fn numbers_as_scripts_have_them_round_trip() {
    let mut random = Random(2);
    for _ in 0..50_000 {
        let n = ((random.next() >> 11) as i64 >> (random.next() % 50)) as f64 + 1.0;
        let scale = 10f64.powi((random.next() % 12) as i32);
        round_trips(n);
        round_trips(n / scale);
        round_trips(-n * scale);
    }
}

#[test]
fn every_power_of_two_and_its_neighbours() {
    for biased in 0..0x7ffu64 {
        for bits in [biased << 52, (biased << 52) + 1, (biased << 52) + (1 << 52) - 1] {
            if bits != 0 {
                round_trips(f64::from_bits(bits));
            }
        }
    }
}

#[test]
fn every_power_of_ten() {
    for exponent in -323..=308 {
        let v = format!("1e{exponent}").parse::<f64>().unwrap();
        same(parse(&format!("1e{exponent}")), v);
        round_trips(v);
        round_trips(f64::from_bits(v.to_bits() + 1));
    }
}

#[test]
fn known_texts() {
    for (v, expected) in [
        (0.0, "0"),
        (-0.0, "0"),
        (1.0, "1"),
        (-1.0, "-1"),
        (0.1, "0.1"),
        (123456789.0, "123456789"),
        (1e21, "1e+21"),
        (123456789012345680000.0, "123456789012345680000"),
        (999999999999999900000.0, "999999999999999900000"),
        (1e-6, "0.000001"),
        (1e-7, "1e-7"),
        (-1.5e-7, "-1.5e-7"),
        (5e-324, "5e-324"),
        (f64::MIN_POSITIVE, "2.2250738585072014e-308"),
        (f64::MAX, "1.7976931348623157e+308"),
        (f64::NAN, "NaN"),
        (-f64::NAN, "NaN"),
        (f64::INFINITY, "Infinity"),
        (f64::NEG_INFINITY, "-Infinity"),
        (9007199254740993.0, "9007199254740992"),
        (2f64.powi(-44), "5.684341886080802e-14"),
        (9.5367431640625e-7, "9.5367431640625e-7"),
        (2f64.powi(89), "6.189700196426902e+26"),
        (1e23, "1e+23"),
        (4.35, "4.35"),
        (-0.0000012345678901234567, "-0.0000012345678901234567"),
        (4294967296.0, "4294967296"),
    ] {
        assert_eq!(text(v), expected);
    }
    for n in [0, 7, -7, 10, 1_000_000_007, i32::MAX, i32::MIN] {
        assert_eq!(with::<11>(|_, out| integer(n, out)), n.to_string());
    }
}

/// Half the sum of two decimal texts with equally many digits after the point, as text.
fn half_sum(a: &str, b: &str) -> String {
    let a = "0".repeat(b.len() - a.len()) + a;
    let digits = |text: &str| {
        text.bytes()
            .filter(|&byte| byte != b'.')
            .map(|byte| byte - b'0')
            .collect::<Vec<u8>>()
    };
    let (a, mut sum) = (digits(&a), digits(b));
    let mut carry = 0;
    for (sum, a) in sum.iter_mut().zip(a).rev() {
        let digit = *sum + a + carry;
        (*sum, carry) = (digit % 10, digit / 10);
    }
    for digit in &mut sum {
        let value = carry * 10 + *digit;
        (*digit, carry) = (value / 2 + b'0', value % 2);
    }
    assert_eq!(carry, 0);
    let mut text = String::from_utf8(sum).unwrap();
    if let Some(point) = b.find('.') {
        text.insert(point, '.');
    }
    text
}

#[test]
fn hard_texts_parse_to_the_closest() {
    let mut hard: Vec<String> = [
        "2.2250738585072011e-308",
        "2.2250738585072012e-308",
        "1.00000000000000011102230246251565404236316680908203125",
        "1.00000000000000011102230246251565404236316680908203124",
        "1.00000000000000011102230246251565404236316680908203126",
        "9007199254740993",
        "9007199254740992.99999999999999999999999999999999999999999999999999",
        "9007199254740993.00000000000000000000000000000000000000000000000001",
        "9007199254740995",
        "8.5e22",
        "1e23",
        "6929495644600919.5",
        "3.2378839133029012895883524125015321748630094185e-319",
        "7.2057594037927933e16",
        "2.4703282292062327208e-324",
        "2.4703282292062328e-324",
        "4.9406564584124654e-324",
        "1.7976931348623158e308",
        "1.797693134862315808e308",
        "1.7976931348623157e309",
        "0.000000000000000000000000000000000000000000000000000000000000000000",
        "123456789012345678901234567890",
        "00000000000000000000000000000000000000001",
        "104110013277974872254e-225",
        "12345e-345",
        "1e-400",
        "1e400",
        "1e99999999999999999999",
        "1e-99999999999999999999",
        "0e99999999999999999999",
        "89255e-22",
    ]
    .map(String::from)
    .to_vec();
    // Half of the smallest number, and the midpoint of the two subnormals with the longest expansion: exactly, and a little to each side.
    for bits in [0, (1 << 52) - 2] {
        let tie = half_sum(
            &format!("{:.1075}", f64::from_bits(bits)),
            &format!("{:.1075}", f64::from_bits(bits + 1)),
        );
        hard.push(tie.clone());
        hard.push(format!("{}4{}", &tie[..tie.len() - 1], "9".repeat(3000)));
        hard.push(format!("{tie}{}1", "0".repeat(3000)));
        hard.push(format!(
            "{}e-2000",
            tie.replacen("0.", &format!("{}0", "0".repeat(5)), 1)
        ));
    }
    // Half way between the largest number and 2^1024: from here on it is Infinity.
    let overflow = half_sum(
        &format!("{:.0}", f64::MAX),
        &(2f64.powi(1023).to_string().parse::<Big>().unwrap().doubled()),
    );
    hard.push(overflow.clone());
    hard.push(format!("{overflow}.{}1", "0".repeat(500)));
    hard.push(format!(
        "{}1.{}",
        &overflow[..overflow.len() - 1],
        "9".repeat(800)
    ));
    for length in [18, 19, 20, 21, 400, 5000] {
        hard.push("9".repeat(length));
        hard.push(format!("0.{}", "9".repeat(length)));
        hard.push(format!("0.{}1", "0".repeat(length)));
        hard.push(format!("{}e-{}", "1".repeat(length), length));
        hard.push(format!("0.{}1e{}", "0".repeat(length), length));
    }
    for written in &hard {
        same(parse(written), written.parse().unwrap());
    }
}

/// A decimal integer that can be doubled.
struct Big(String);

impl std::str::FromStr for Big {
    type Err = std::convert::Infallible;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Big(text.into()))
    }
}

impl Big {
    fn doubled(&self) -> String {
        let mut carry = 0;
        let mut digits: Vec<u8> = Vec::new();
        for digit in self.0.bytes().rev() {
            let value = (digit - b'0') * 2 + carry;
            digits.push(b'0' + value % 10);
            carry = value / 10;
        }
        if carry != 0 {
            digits.push(b'0' + carry);
        }
        digits.reverse();
        String::from_utf8(digits).unwrap()
    }
}

#[test]
fn texts_half_way_between_two_floats_go_to_the_even_one() {
    let mut random = Random(3);
    for _ in 0..4_000 {
        // From 2^53 to 2^115 the midpoint of two floats is an integer that 128 bits hold.
        let mantissa = (random.next() >> 11) | 1 << 52;
        let midpoint = (u128::from(mantissa) * 2 + 1) << (random.next() % 62);
        for written in [midpoint - 1, midpoint, midpoint + 1].map(|n| n.to_string()) {
            same(parse(&written), written.parse().unwrap());
            same(parse(&format!("{written}000e-3")), written.parse().unwrap());
        }
    }
    for _ in 0..1_000 {
        // Below 2, it has up to 1,075 digits after the point.
        let v = f64::from_bits(random.next() >> 2 & !1);
        let next = f64::from_bits(v.to_bits() + 1);
        let midpoint = half_sum(&format!("{v:.1080}"), &format!("{next:.1080}"));
        same(parse(&midpoint), v);
        same(parse(&format!("{midpoint}00000000000000001")), next);
    }
}

#[test]
fn decimal_takes_the_longest_prefix() {
    for (written, number, used) in [
        ("1", 1.0, 1),
        ("1.", 1.0, 2),
        (".5", 0.5, 2),
        ("5.e3x", 5000.0, 4),
        ("1.2.3", 1.2, 3),
        ("1e", 1.0, 1),
        ("1e+", 1.0, 1),
        ("1e+-2", 1.0, 1),
        ("1E-2e5", 0.01, 4),
        ("12px", 12.0, 2),
        ("007", 7.0, 3),
    ] {
        assert_eq!(
            parse_decimal(written.as_bytes(), &mut scratch()),
            Some((number, used)),
            "{written}"
        );
    }
    for written in ["", ".", "e5", ".e5", "-1", " 1", "Infinity"] {
        assert_eq!(
            parse_decimal(written.as_bytes(), &mut scratch()),
            None,
            "{written}"
        );
    }
}

#[test]
fn string_to_number_follows_to_number() {
    for (written, expected) in [
        ("", 0.0),
        ("  \t\n ", 0.0),
        (
            "\u{feff}\u{a0}\u{1680}\u{2000}\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}\u{b}\u{c}\r",
            0.0,
        ),
        ("\u{feff} 12 \u{a0}\u{2029}", 12.0),
        ("-0", -0.0),
        ("+.5", 0.5),
        ("-5.", -5.0),
        ("0x1F", 31.0),
        ("0Xff ", 255.0),
        ("0b101", 5.0),
        ("0O17", 15.0),
        ("010", 10.0),
        ("Infinity", f64::INFINITY),
        ("-Infinity", f64::NEG_INFINITY),
        ("0x20000000000001", 9007199254740992.0),
        ("0x20000000000003", 9007199254740996.0),
        (
            "0x2000000000000100000000000000000000000000000001",
            2f64.powi(181) + 2f64.powi(129),
        ),
    ] {
        same(number(written), expected);
    }
    for written in [
        ".",
        "+",
        "-",
        "1x",
        "1 2",
        "0x",
        "-0x1",
        "+0x1",
        "0xg",
        "infinity",
        "Infinityx",
        "1e",
        "e1",
        "--1",
        "1_000",
        "\u{180e}1",
        "\u{200b}1",
        "NaN",
        "0b2",
        "\u{2030}1",
        "\u{202a}",
    ] {
        same(number(written), f64::NAN);
    }
    same(number(&format!("0x{}", "f".repeat(256))), f64::INFINITY);
    same(number(&format!("0x{}", "f".repeat(300))), f64::INFINITY);
    same(
        number(&format!("0x{}8{}", "f".repeat(13), "0".repeat(242))),
        f64::MAX,
    );
}

#[test]
fn parse_int_and_parse_float() {
    for (written, base, expected) in [
        ("42", 0, 42.0),
        ("  -42abc", 10, -42.0),
        ("0x1f", 0, 31.0),
        ("0x1f", 16, 31.0),
        ("0x1f", 10, 0.0),
        ("-0x1F", 0, -31.0),
        ("010", 0, 10.0),
        ("101", 2, 5.0),
        ("zz", 36, 1295.0),
        ("ZZ", 36, 1295.0),
        ("19", 8, 1.0),
        ("-0", 10, -0.0),
        ("1e3", 10, 1.0),
        ("3.9", 10, 3.0),
        ("0x", 0, f64::NAN),
        ("", 10, f64::NAN),
        ("9", 8, f64::NAN),
        ("1", 1, f64::NAN),
        ("1", 37, f64::NAN),
        ("1", -2147483648, f64::NAN),
        ("9007199254740993", 10, 9007199254740992.0),
        (
            "100000000000000000000000000000000000000000000000000001",
            2,
            9007199254740992.0,
        ),
        (
            "100000000000000000000000000000000000000000000000000011",
            2,
            9007199254740996.0,
        ),
        ("2222222222", 3, 59048.0),
        ("\u{3000}7", 0, 7.0),
    ] {
        same(int(written, base), expected);
    }
    for (written, expected) in [
        ("3.25abc", 3.25),
        ("  -.5e1x", -5.0),
        ("Infinityx", f64::INFINITY),
        ("-Infinity", f64::NEG_INFINITY),
        ("0x10", 0.0),
        ("-0", -0.0),
        ("1e1000", f64::INFINITY),
        ("", f64::NAN),
        ("abc", f64::NAN),
        (".", f64::NAN),
        ("+", f64::NAN),
    ] {
        same(parse_float(written.as_bytes(), &mut scratch()), expected);
    }
    assert_eq!(parse_radix(b"12x", 10, &mut scratch()), Some((12.0, 2)));
    assert_eq!(parse_radix(b"x", 10, &mut scratch()), None);
}

#[test]
fn trimming_keeps_what_is_inside() {
    assert_eq!(trim("\u{feff}\n a b\u{2003}\u{3000}".as_bytes()), b"a b");
    assert_eq!(trim_start(b"  a "), b"a ");
    assert_eq!(trim_end(b"  a "), b"  a");
    assert_eq!(
        trim("\u{200b}x\u{180e}".as_bytes()),
        "\u{200b}x\u{180e}".as_bytes()
    );
    assert_eq!(trim(b" \t\r\n"), b"");
    for c in (0..0x11_0000).filter_map(char::from_u32) {
        let mut bytes = [0; 4];
        let written = c.encode_utf8(&mut bytes);
        // Rust's White_Space has NEL (U+0085) that ECMAScript lacks, and lacks the BOM.
        let expected = (c.is_whitespace() && c != '\u{85}') || c == '\u{feff}';
        assert_eq!(
            whitespace(written.as_bytes()),
            if expected { written.len() } else { 0 },
            "{c:?}"
        );
    }
}

#[test]
fn fixed_exponential_precision() {
    for (v, digits, expected) in [
        (0.0, 0, "0"),
        (0.0, 2, "0.00"),
        (-0.0, 2, "0.00"),
        (1.0, 2, "1.00"),
        (1.005, 2, "1.00"),
        (1.45, 1, "1.4"),
        (0.5, 0, "1"),
        (1.5, 0, "2"),
        (2.5, 0, "3"),
        (-2.5, 0, "-3"),
        (0.000001, 7, "0.0000010"),
        (-0.0000001, 2, "-0.00"),
        (0.05, 1, "0.1"),
        (0.04, 1, "0.0"),
        (0.004, 1, "0.0"),
        (9.96, 1, "10.0"),
        (99.5, 0, "100"),
        (0.95, 0, "1"),
        (123.456, 2, "123.46"),
        (1000000000000000128.0, 0, "1000000000000000128"),
        (1000000000000000128.0, 1, "1000000000000000128.0"),
        (999999999999999900000.0, 2, "999999999999999868928.00"),
        (1e21, 2, "1e+21"),
        (1e-10, 20, "0.00000000010000000000"),
        (f64::NAN, 2, "NaN"),
        (f64::NEG_INFINITY, 2, "-Infinity"),
    ] {
        assert_eq!(fixed(v, digits), expected);
    }
    assert_eq!(fixed(-999999999999999868928.0, 100).len(), TEXT_MAX);
    for (v, digits, expected) in [
        (0.0, None, "0e+0"),
        (0.0, Some(2), "0.00e+0"),
        (123456.0, None, "1.23456e+5"),
        (123456.0, Some(2), "1.23e+5"),
        (99999.0, Some(2), "1.00e+5"),
        (0.00001, None, "1e-5"),
        (25.0, Some(0), "3e+1"),
        (12345.0, Some(3), "1.235e+4"),
        (-2.5e-9, Some(0), "-3e-9"),
        (5e-324, Some(3), "4.941e-324"),
        (f64::INFINITY, Some(3), "Infinity"),
    ] {
        assert_eq!(exponential(v, digits), expected);
    }
    for (v, digits, expected) in [
        (0.0, 1, "0"),
        (0.0, 3, "0.00"),
        (123.456, 4, "123.5"),
        (123.456, 2, "1.2e+2"),
        (123.456, 3, "123"),
        (0.000123, 2, "0.00012"),
        (0.00000123, 2, "0.0000012"),
        (0.000000123, 2, "1.2e-7"),
        (99.99, 3, "100"),
        (99.99, 2, "1.0e+2"),
        (999999.0, 5, "1.0000e+6"),
        (1e21, 22, "1000000000000000000000"),
        (1e21, 3, "1.00e+21"),
        (-1.25, 2, "-1.3"),
        (9.5, 1, "1e+1"),
        (0.00000099, 1, "0.000001"),
        (0.0000009999, 2, "0.0000010"),
        (f64::NAN, 3, "NaN"),
    ] {
        assert_eq!(precision(v, digits), expected);
    }
}

#[test]
fn other_radices() {
    for (v, base, expected) in [
        (255.0, 16, "ff"),
        (-255.0, 2, "-11111111"),
        (0.0, 2, "0"),
        (-0.0, 2, "0"),
        (0.5, 2, "0.1"),
        (-0.5, 16, "-0.8"),
        (
            0.1,
            2,
            "0.0001100110011001100110011001100110011001100110011001101",
        ),
        (0.1, 3, "0.0022002200220022002200220022002201"),
        (3.14158, 16, "3.243e963dc486a"),
        (35.0, 36, "z"),
        (1e21, 16, "3635c9adc5dea00000"),
        (9007199254740991.0, 36, "2gosa7pa2gv"),
        (1.0 - f64::EPSILON / 2.0, 3, "0.222222222222222222222222222222222"),
        (7.999999999999999, 8, "7.77777777777777776"),
        (1.0 / 3.0, 3, "0.1"),
        (-1234.5678, 7, "-3412.365520050024505"),
        (1e-7, 36, "0.000061oezo085tl"),
        (1e21, 10, "1e+21"),
        (f64::NAN, 2, "NaN"),
        (f64::NEG_INFINITY, 36, "-Infinity"),
    ] {
        assert_eq!(radix(v, base), expected, "{v} in radix {base}");
    }
    assert_eq!(radix(f64::from_bits(1), 2), format!("0.{}1", "0".repeat(1073)));
    assert_eq!(radix(-f64::from_bits(1), 2).len(), 1077);
    assert_eq!(radix(f64::MAX, 2), "1".repeat(53) + &"0".repeat(971));
}

/// What is longer than 40 digits and ends by rounding up: digits that become zero are gone, nothing stands behind the text.
#[test]
fn long_texts_that_are_rounded_up() {
    let mut rounded = 0;
    for i in 1..400u32 {
        let v = f64::from(i) / 1024.0 / 1024.0 / 7.0;
        for base in [3, 5] {
            let text = radix(v, base);
            let digits = text.strip_prefix("0.").unwrap();
            assert!(
                digits
                    .bytes()
                    .all(|b| b.is_ascii_digit() && u32::from(b - b'0') < base),
                "{v} in radix {base}: {text:?}"
            );
            assert!(!digits.ends_with('0'), "{v} in radix {base}: {text:?}");
            // Reads back as the number, to the rounding of this sum.
            let mut back = 0.0;
            for b in digits.bytes().rev() {
                back = (back + f64::from(b - b'0')) / f64::from(base);
            }
            assert!(
                (back - v).abs() <= v * 4.0 * f64::EPSILON,
                "{v} in radix {base}: {text:?} is {back}"
            );
            rounded += usize::from(digits.len() > 40);
        }
    }
    assert!(rounded > 50, "{rounded} long ones");
}

/// Integers of any size are exact in every radix.
#[test]
fn large_integers_in_any_radix() {
    for base in 2..=36u32 {
        for v in [
            9007199254740993.0,
            1e21,
            123456789e30,
            2f64.powi(120) - 2f64.powi(70),
        ] {
            let mut rest = v as u128;
            let mut expected = String::new();
            while rest > 0 {
                expected.insert(
                    0,
                    char::from_digit((rest % u128::from(base)) as u32, base).unwrap(),
                );
                rest /= u128::from(base);
            }
            if base != 10 {
                assert_eq!(radix(v, base), expected, "{v} in radix {base}");
            }
        }
    }
}

#[test]
fn a_short_buffer_gets_the_length_it_should_have_had() {
    let mut out = [b'?'; 3];
    assert_eq!(shortest(-1234.5, &mut scratch(), &mut out), 7);
    assert_eq!(shortest(0.1, &mut scratch(), &mut []), 3);
    assert_eq!(to_fixed(9.99, 1, &mut scratch(), &mut out), 4);
    assert_eq!(integer(i32::MIN, &mut out), 11);
}

#[test]
fn a_short_scratch_finds_no_number() {
    let mut short = [0; SCRATCH_WORDS - 1];
    let mut out = [0; TEXT_MAX];
    assert_eq!(shortest(1.5, &mut short, &mut out), 0);
    assert_eq!(to_fixed(1.5, 2, &mut short, &mut out), 0);
    assert_eq!(to_precision(1.5, Some(2), &mut short, &mut out), 0);
    assert_eq!(parse_decimal(b"1.5", &mut short), None);
    same(string_to_number(b"1.5", &mut short), f64::NAN);
}

#[test]
fn conversions_to_integers() {
    for (v, expected) in [
        (0.0, 0),
        (-0.0, 0),
        (1.9, 1),
        (-1.9, -1),
        (2147483648.0, i32::MIN),
        (4294967296.0, 0),
        (4294967295.0, -1),
        (-2147483649.0, i32::MAX),
        (1e21, -559939584),
        (2f64.powi(53) + 2.0, 2),
        (2f64.powi(83), 0),
        (2f64.powi(84), 0),
        (f64::NAN, 0),
        (f64::INFINITY, 0),
        (5e-324, 0),
    ] {
        assert_eq!(to_int32(v), expected, "{v}");
        assert_eq!(to_uint32(v), expected as u32);
    }
    same(to_integer(f64::NAN), 0.0);
    same(to_integer(-3.7), -3.0);
    same(to_integer(f64::INFINITY), f64::INFINITY);
}

#[test]
fn rounding_at_its_edges() {
    for (v, expected) in [
        (0.5, 1.0),
        (-0.5, -0.0),
        (0.49999999999999994, 0.0),
        (-0.5000000000000001, -1.0),
        (2.5, 3.0),
        (-2.5, -2.0),
        (-3.5, -3.0),
        (1.4999999999999998, 1.0),
        (4503599627370495.5, 4503599627370496.0),
        (-4503599627370495.5, -4503599627370495.0),
        (4503599627370497.0, 4503599627370497.0),
        (9007199254740991.0, 9007199254740991.0),
        (-0.0, -0.0),
        (-0.2, -0.0),
        (f64::NAN, f64::NAN),
        (f64::NEG_INFINITY, f64::NEG_INFINITY),
    ] {
        same(round(v), expected);
    }
}

#[test]
fn what_printing_costs_grows_with_the_number_of_bits() {
    for ordinary in [0.0, 1.0, 21.5, 0.1, 1e6, -123456.789, 9007199254740991.0] {
        assert!(print_steps(ordinary) < 700, "{ordinary}");
    }
    assert!(print_steps(1e300) > 10 * print_steps(1e30));
    assert!(print_steps(5e-324) > 5 * print_steps(1e-30));
    assert_eq!(print_steps(f64::MAX), 87_600);
    assert_eq!(print_steps(f64::NAN), 1);
}

/// Doubles of all kinds, those that scripts use more often than the bit patterns would give them.
fn any_double() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<u64>().prop_map(f64::from_bits),
        any::<i32>().prop_map(f64::from),
        (any::<i32>(), 1..1_000_000i32).prop_map(|(a, b)| f64::from(a) / f64::from(b)),
        (0..2098u64).prop_map(|e| f64::from_bits(e << 51)),
        Just(f64::NAN),
        Just(f64::INFINITY),
        Just(-0.0),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Model: `core`'s correctly rounded parser. Property: the same float, for any digits, point and exponent.
    #[test]
    fn parses_as_core_does(written in "[0-9]{1,40}(\\.[0-9]{0,40})?(e[+-]?[0-9]{1,3})?") {
        let (number, used) = parse_decimal(written.as_bytes(), &mut scratch()).unwrap();
        prop_assert_eq!(used, written.len());
        prop_assert_eq!(number.to_bits(), written.parse::<f64>().unwrap().to_bits());
    }

    /// Model: `core`'s exact `{:.*}`. Property: the same text, but that exact halves go up in magnitude.
    #[test]
    fn fixed_is_exact(v in any_double(), digits in 0..=100u32) {
        let v = if v.abs() < 1e21 { v } else { v.recip() };
        prop_assume!(v.is_finite());
        let exact = format!("{:.1100}", v.abs());
        let cut = exact.find('.').unwrap() + 1 + digits as usize;
        prop_assume!(!is_half(&exact[cut..]));
        let sign = if v < 0.0 { "-" } else { "" };
        prop_assert_eq!(fixed(v, digits), format!("{sign}{:.*}", digits as usize, v.abs()));
    }

    /// Model: `core`'s exact `{:.*e}`. Property: the same digits, but that exact halves go up in magnitude.
    #[test]
    fn exponential_is_exact(v in any_double(), digits in 0..=100u32) {
        prop_assume!(v.is_finite());
        let exact = format!("{:.1100e}", v.abs());
        prop_assume!(!is_half(&exact[digits as usize + 2..exact.find('e').unwrap()]));
        let sign = if v < 0.0 { "-" } else { "" };
        let expected = format!("{sign}{:.*e}", digits as usize, v.abs());
        let expected = if expected.contains("e-") { expected } else { expected.replace('e', "e+") };
        prop_assert_eq!(exponential(v, digits), expected);
    }

    /// Property: `toPrecision` gives as many digits as asked for, and they read back as what `toExponential` gives.
    #[test]
    fn precision_is_exponential_in_another_form(v in any_double(), digits in 1..=100u32) {
        prop_assume!(v.is_finite());
        let printed = precision(v, digits);
        let significant = printed.split('e').next().unwrap().replace(['-', '.'], "");
        let count = if v == 0.0 { significant.len() } else { significant.trim_start_matches('0').len() };
        prop_assert_eq!(count, digits as usize);
        same(number(&printed) + 0.0, number(&exponential(v, digits - 1)) + 0.0);
    }

    /// Property: the text in any radix reads back as the number; `parse_int` reads the integers, exactly for powers of two.
    #[test]
    fn radix_round_trips(v in any::<i64>(), base in 2..=36u32) {
        let v = (v >> 11) as f64;
        same(int(&radix(v, base), base as i32), v);
        let wide = v * 2f64.powi(300);
        if base.is_power_of_two() {
            same(int(&radix(wide, base), base as i32), wide);
        }
    }

    /// Model: Rust's `%`, which is C's fmod. Property: the same float, bit for bit.
    #[test]
    fn remainder_is_fmod(a in any_double(), b in any_double()) {
        let mut fuel = 0;
        same(remainder(a, b, &mut fuel), a % b);
        same(remainder(a, b * 1e-300, &mut fuel), a % (b * 1e-300));
        prop_assert!((-2 * 262..=0).contains(&fuel));
    }

    /// Model: std's floor, ceil, trunc, sqrt. Property: the same float, bit for bit.
    #[test]
    fn rounding_and_root_are_as_in_std(v in any_double()) {
        same(floor(v), v.floor());
        same(ceil(v), v.ceil());
        same(trunc(v), v.trunc());
        same(sqrt(v), v.sqrt());
        same(floor(v * 1e-5), (v * 1e-5).floor());
        same(sqrt(v * v), (v * v).sqrt());
    }

    /// Property: `round` gives the integer closest to `v`, the upper of two, with the sign of `v`.
    #[test]
    fn round_is_closest(n in -(1i64 << 50)..(1i64 << 50), shift in 0..50) {
        let v = n as f64 / (1i64 << shift) as f64;
        let expected = ((i128::from(n) * 2 + (1i128 << shift)) >> (shift + 1)) as f64;
        prop_assert_eq!(round(v), expected);
        prop_assert_eq!(round(v).is_sign_negative(), v.is_sign_negative());
    }

    /// Model: modular arithmetic in 128 bits. Property: the same low 32 bits.
    #[test]
    fn to_int32_is_modular(n in any::<i64>(), shift in 0..60u32) {
        let v = n as f64 * (1u64 << shift) as f64;
        prop_assert_eq!(to_int32(v), (((n as f64) as i128) << shift) as i32);
        let v = n as f64 / (1u64 << shift) as f64;
        prop_assert_eq!(to_int32(v), v as i128 as i32);
    }

    /// Property: no bytes make the readers of text fail, and what they take is within the text.
    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..60), base in any::<i32>()) {
        string_to_number(&bytes, &mut scratch());
        parse_float(&bytes, &mut scratch());
        parse_int(&bytes, base, &mut scratch());
        prop_assert!(trim(&bytes).len() <= bytes.len());
        if let Some((_, used)) = parse_decimal(&bytes, &mut scratch()) {
            prop_assert!(used <= bytes.len());
        }
    }
}

/// True for the digits of exactly one half.
fn is_half(digits: &str) -> bool {
    digits.starts_with('5') && digits[1..].bytes().all(|byte| byte == b'0')
}

/// Operands that meet in every way: special ones, neighbours of powers of two, subnormal ones, and random bits with close exponents.
#[test]
fn arithmetic_is_that_of_the_hardware() {
    let special = [
        0.0,
        1.0,
        0.5,
        3.0,
        1.0 / 3.0,
        f64::MAX,
        f64::MIN_POSITIVE,
        f64::MIN_POSITIVE / 4.0,
        5e-324,
        f64::EPSILON,
        1.0 + f64::EPSILON,
        2.0 - f64::EPSILON,
        9_007_199_254_740_991.0,
        f64::INFINITY,
        f64::NAN,
    ];
    let mut random = Random(7);
    let mut close = |x: f64| {
        // The same exponent give or take 64, any other bits.
        let bits = random.next();
        let exp = (x.to_bits() >> 52 & 0x7ff) as i64 + (bits >> 52) as i64 % 65 - 32;
        f64::from_bits(bits & !(0x7ff << 52) | (exp.clamp(0, 0x7fe) as u64) << 52)
    };
    let mut pairs = vec![];
    for a in special {
        for b in special {
            pairs.extend([(a, b), (-a, b), (a, -b), (-a, -b)]);
        }
    }
    let mut x = 1.0;
    for i in 0..400_000 {
        let y = close(x);
        pairs.push((x, y));
        // Half of the products and quotients of such numbers are near the ends of the range.
        x = if i % 1000 == 0 {
            f64::from_bits((i as u64 / 1000 * 5 % 0x7ff) << 52 | 1)
        } else {
            close(y)
        };
    }
    for (a, b) in pairs {
        same(add(a, b), a + b);
        same(sub(a, b), a - b);
        same(mul(a, b), a * b);
        same(div(a, b), a / b);
    }
}
