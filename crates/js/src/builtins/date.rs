//! `Date` and `performance`: calendar and text. The time is the host's ([`Engine::set_time`](crate::Engine::set_time)); the local time is UTC.

use crate::heap::*;
use crate::message::m;
use crate::number as num;
use crate::rom::{self, Args};
use crate::value::{R, Value};

const DAY: f64 = 86_400_000.0;
/// No time is further from 1970 than this.
const MOST: f64 = 8.64e15;

// ---- the calendar ----

/// Days from 1970-01-01 to the first of a month (0 to 11). Howard Hinnant's `days_from_civil`.
fn days_to(year: i64, month: i64) -> i64 {
    let y = year - i64::from(month < 2);
    let era = y.div_euclid(400);
    let of_era = y.rem_euclid(400);
    let of_year = (153 * ((month + 10) % 12) + 2) / 5;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}
/// Year, month (0 to 11) and day (1 to 31) of a number of days from 1970-01-01.
fn civil(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let of_era = z.rem_euclid(146_097);
    let y = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * y + y / 4 - y / 100);
    let m = (5 * of_year + 2) / 153;
    let day = of_year - (153 * m + 2) / 5 + 1;
    let month = (m + 2) % 12;
    (y + era * 400 + i64::from(month < 2), month, day)
}
/// The parts of a time: year, month, day, hours, minutes, seconds, milliseconds, day of the week.
fn parts(t: f64) -> [i64; 8] {
    let t = t as i64;
    let (days, ms) = (t.div_euclid(DAY as i64), t.rem_euclid(DAY as i64));
    let (y, m, d) = civil(days);
    [
        y,
        m,
        d,
        ms / 3_600_000,
        ms / 60_000 % 60,
        ms / 1000 % 60,
        ms % 1000,
        (days + 4).rem_euclid(7),
    ]
}
/// The time of seven parts as they come: whole or not, in any range.
fn make(p: [f64; 7]) -> f64 {
    if p.iter().any(|x| !x.is_finite()) {
        return f64::NAN;
    }
    let [y, m, d, h, min, s, ms] = p.map(num::to_integer);
    let year = y + num::floor(m / 12.0);
    if !(-400_000.0..=400_000.0).contains(&year) {
        return f64::NAN;
    }
    let month = m - num::floor(m / 12.0) * 12.0;
    let day = days_to(year as i64, month as i64) as f64 + d - 1.0;
    day * DAY + (h * 3_600_000.0 + min * 60_000.0 + s * 1000.0 + ms)
}
fn clip(t: f64) -> f64 {
    if (-MOST..=MOST).contains(&t) {
        num::to_integer(t) + 0.0
    } else {
        f64::NAN
    }
}

// ---- the object ----

/// The time that `this` stands for.
fn this_time(vm: &mut Vm<'_>, args: Args) -> R<f64> {
    let v = vm.this_arg(args);
    if vm.is_date(v) {
        return Ok(vm.to_f64(Value(vm.f(v.payload(), 2))));
    }
    Err(vm.type_error(m!("a method of dates needs a Date")))
}
impl Vm<'_> {
    pub(crate) fn is_date(&self, v: Value) -> bool {
        v.is_obj() && !Self::is_rom(v.payload()) && self.class_of(v.payload()) == class::DATE
    }
    fn clock(&self, low: crate::words::Field, high: crate::words::Field) -> f64 {
        f64::from_bits(self.r[low] as u64 | (self.r[high] as u64) << 32)
    }
}
/// (value): a Date.
pub(crate) fn new(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let t = clip(vm.arg_number(args, 0));
    let t = vm.number(t)?;
    vm.new_box(rom::DATE_PROTO, class::DATE, t)
}
pub(crate) fn is(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    Ok(Value::bool(vm.is_date(vm.arg(args, 0))))
}
pub(crate) fn now(vm: &mut Vm<'_>, _: Args) -> R<Value> {
    let t = num::floor(vm.clock(reg::wall_lo, reg::wall_hi));
    vm.number(t)
}
/// `performance.now()`.
pub(crate) fn uptime(vm: &mut Vm<'_>, _: Args) -> R<Value> {
    let t = vm.clock(reg::up_lo, reg::up_hi);
    vm.number(t)
}
pub(crate) fn value(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let t = this_time(vm, args)?;
    vm.number(t)
}
pub(crate) fn offset(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let t = this_time(vm, args)?;
    vm.number(if t.is_nan() { t } else { 0.0 })
}
/// `Date.UTC`, and what `new Date` does with more than one argument.
pub(crate) fn utc(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let mut p = [f64::NAN, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0];
    for (i, part) in p.iter_mut().enumerate().take(args.count) {
        *part = vm.arg_number(args, i);
    }
    let [year, rest @ ..] = p;
    let whole = num::to_integer(year);
    // Two digits are of the last century; NaN stays.
    let year = if (0.0..=99.0).contains(&whole) && !year.is_nan() {
        1900.0 + whole
    } else {
        year
    };
    let [m, d, h, min, s, ms] = rest;
    vm.number(clip(make([year, m, d, h, min, s, ms])))
}
fn part(vm: &mut Vm<'_>, args: Args, i: usize) -> R<Value> {
    let t = this_time(vm, args)?;
    if t.is_nan() {
        return Ok(rom::FLOAT_NAN);
    }
    Ok(Value::int(parts(t).get(i).copied().unwrap_or(0) as i32))
}
/// Sets `this` to the time (argument 0) with parts replaced by arguments 2 and on, from the part with the number in argument 1 on; number 7
/// is the time itself.
pub(crate) fn put(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let mut t = vm.arg_number(args, 0);
    let first = vm.arg_small(args, 1) as usize;
    if num::is_nan(t) {
        match first {
            // Only a year mends what is no time.
            0 => t = 0.0,
            1..=6 => return Ok(rom::FLOAT_NAN),
            _ => {}
        }
    }
    if first > 6 {
        t = vm.arg_number(args, 2);
    } else {
        let [y, m, d, h, min, s, ms, _] = parts(t).map(|part| part as f64);
        let mut p = [y, m, d, h, min, s, ms];
        for (i, part) in p
            .iter_mut()
            .skip(first)
            .take(args.count.saturating_sub(2))
            .enumerate()
        {
            *part = vm.arg_number(args, i + 2);
        }
        t = make(p);
    }
    this_time(vm, args)?;
    let v = vm.number(clip(t))?;
    let o = vm.this_arg(args).payload();
    vm.set_f(o, 2, v.0);
    Ok(v)
}
macro_rules! accessors {
    ($($get:ident $i:literal;)*) => {$(
        pub(crate) fn $get(vm: &mut Vm<'_>, args: Args) -> R<Value> {
            part(vm, args, $i)
        }
    )*};
}
accessors! {
    year 0;
    month 1;
    day 2;
    hours 3;
    minutes 4;
    seconds 5;
    milliseconds 6;
    weekday 7;
}

// ---- text ----

static MONTHS: &[u8; 36] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
static DAYS: &[u8; 21] = b"SunMonTueWedThuFriSat";

struct Text {
    bytes: [u8; 64],
    len: usize,
}
impl Text {
    fn put(&mut self, text: &[u8]) {
        for &b in text {
            if let Some(to) = self.bytes.get_mut(self.len) {
                *to = b;
                self.len += 1;
            }
        }
    }
    fn number(&mut self, x: i64, digits: usize) {
        let mut out = [b'0'; 10];
        let mut rest = x.unsigned_abs();
        for b in out.iter_mut().rev() {
            *b = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        self.put(out.get(10 - digits.min(10)..).unwrap_or(&[]));
    }
    /// The name of a month or day.
    fn name(&mut self, names: &[u8], i: i64) {
        let at = i as usize * 3;
        self.put(names.get(at..at + 3).unwrap_or(&[]));
    }
    fn year(&mut self, y: i64) {
        if y < 0 {
            self.put(b"-");
        }
        let digits = match y.unsigned_abs() {
            0..=9999 => 4,
            10_000..=99_999 => 5,
            _ => 6,
        };
        self.number(y, digits);
    }
    fn time(&mut self, p: &[i64; 8]) {
        let [_, _, _, h, m, s, ..] = *p;
        self.number(h, 2);
        self.put(b":");
        self.number(m, 2);
        self.put(b":");
        self.number(s, 2);
    }
}
/// Text of `this`; the argument says which: 0 date and time, 1 date, 2 time, 3 as HTTP writes it, 4 ISO 8601.
pub(crate) fn text(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let t = this_time(vm, args)?;
    let which = vm.arg(args, 0).as_int();
    if t.is_nan() {
        if which == 4 {
            return Err(vm.range_error(m!("invalid date")));
        }
        return vm.new_str(b"Invalid Date");
    }
    let p = parts(t);
    let [y, month, d, _, _, _, ms, weekday] = p;
    let mut out = Text {
        bytes: [0; 64],
        len: 0,
    };
    if which == 4 {
        if (0..=9999).contains(&y) {
            out.number(y, 4);
        } else {
            out.put(if y < 0 { b"-" } else { b"+" });
            out.number(y, 6);
        }
        out.put(b"-");
        out.number(month + 1, 2);
        out.put(b"-");
        out.number(d, 2);
        out.put(b"T");
        out.time(&p);
        out.put(b".");
        out.number(ms, 3);
        out.put(b"Z");
    } else {
        if which != 2 {
            out.name(DAYS, weekday);
            if which == 3 {
                out.put(b", ");
                out.number(d, 2);
                out.put(b" ");
                out.name(MONTHS, month);
            } else {
                out.put(b" ");
                out.name(MONTHS, month);
                out.put(b" ");
                out.number(d, 2);
            }
            out.put(b" ");
            out.year(y);
        }
        if which == 0 || which == 3 {
            out.put(b" ");
        }
        if which != 1 {
            out.time(&p);
            out.put(b" GMT");
            if which != 3 {
                out.put(b"+0000 (UTC)");
            }
        }
    }
    vm.new_str(out.bytes.get(..out.len).unwrap_or(&[]))
}

/// Reads a text from its start.
struct Reader<'t> {
    rest: &'t [u8],
}
impl Reader<'_> {
    fn eat(&mut self, b: u8) -> bool {
        match self.rest.split_first() {
            Some((&first, rest)) if first == b => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }
    /// A number of exactly so many digits.
    fn digits(&mut self, n: usize) -> Option<f64> {
        let (text, rest) = self.rest.split_at_checked(n)?;
        let mut x = 0u32;
        for b in text {
            if !b.is_ascii_digit() {
                return None;
            }
            x = x * 10 + (b - b'0') as u32;
        }
        self.rest = rest;
        Some(x as f64)
    }
    /// A number of one to six digits.
    fn number(&mut self) -> Option<f64> {
        let n = self.rest.iter().take_while(|b| b.is_ascii_digit()).count();
        if n == 0 || n > 6 { None } else { self.digits(n) }
    }
    /// `+hh:mm` or `+hhmm` in minutes.
    fn zone(&mut self) -> Option<f64> {
        let sign = if self.eat(b'+') {
            1.0
        } else if self.eat(b'-') {
            -1.0
        } else {
            return None;
        };
        let h = self.digits(2)?;
        self.eat(b':');
        let m = self.digits(2)?;
        if h > 23.0 || m > 59.0 {
            None
        } else {
            Some(sign * (h * 60.0 + m))
        }
    }
    fn blanks(&mut self) {
        while self.eat(b' ') || self.eat(b',') {}
    }
}
/// The time that a text of ISO 8601 says.
fn parse_iso(text: &[u8]) -> Option<f64> {
    let mut r = Reader { rest: text };
    let year = if r.eat(b'+') {
        r.digits(6)?
    } else if r.eat(b'-') {
        match r.digits(6)? {
            // There is no year minus zero.
            0.0 => return None,
            y => -y,
        }
    } else {
        r.digits(4)?
    };
    let (mut month, mut day) = (1.0, 1.0);
    if r.eat(b'-') {
        month = r.digits(2)?;
        if r.eat(b'-') {
            day = r.digits(2)?;
        }
    }
    let (mut h, mut min, mut s, mut ms, mut zone) = (0.0, 0.0, 0.0, 0.0, 0.0);
    if r.eat(b'T') {
        h = r.digits(2)?;
        if !r.eat(b':') {
            return None;
        }
        min = r.digits(2)?;
        if r.eat(b':') {
            s = r.digits(2)?;
            if r.eat(b'.') {
                let mut unit = 100.0;
                ms = r.digits(1)? * unit;
                while let Some(digit) = r.digits(1) {
                    unit = if unit > 1.0 { unit / 10.0 } else { 0.0 };
                    ms += digit * unit;
                }
            }
        }
        if !r.eat(b'Z') && !r.rest.is_empty() {
            zone = r.zone()?;
        }
    }
    let last = days_to(year as i64, month as i64) - days_to(year as i64, month as i64 - 1);
    let in_range = r.rest.is_empty()
        && (1.0..=12.0).contains(&month)
        && (1.0..=last as f64).contains(&day)
        && min < 60.0
        && s < 60.0
        && (h < 24.0 || h == 24.0 && min + s + ms == 0.0);
    if !in_range {
        return None;
    }
    Some(make([year, month - 1.0, day, h, min - zone, s, ms]))
}
/// The time that a text says which looks like one that [`text`] makes: names of a day and a month, numbers, a zone.
fn parse_text(text: &[u8]) -> Option<f64> {
    let mut r = Reader { rest: text };
    let (mut month, mut day, mut year, mut zone) = (None, None, None, 0.0);
    let mut time = (0.0, 0.0, 0.0);
    loop {
        r.blanks();
        let Some(&b) = r.rest.first() else { break };
        if b == b'(' {
            break;
        }
        if b.is_ascii_alphabetic() {
            let n = r.rest.iter().take_while(|b| b.is_ascii_alphabetic()).count();
            let (word, rest) = r.rest.split_at_checked(n)?;
            r.rest = rest;
            let name = word.get(..3)?;
            if name == b"GMT" || name == b"UTC" {
                if let Some(b'+' | b'-') = r.rest.first() {
                    zone = r.zone()?;
                }
            } else if let Some(i) = MONTHS.chunks_exact(3).position(|m| m == name) {
                month = Some(i as f64);
            } else if !DAYS.chunks_exact(3).any(|d| d == name) {
                return None;
            }
            continue;
        }
        let negative = r.eat(b'-');
        let x = r.number()?;
        if r.eat(b':') {
            time = (x, r.digits(2)?, 0.0);
            if r.eat(b':') {
                time.2 = r.digits(2)?;
            }
        } else if day.is_none() && !negative {
            day = Some(x);
        } else {
            year = Some(if negative { -x } else { x });
        }
    }
    let (h, min, s) = time;
    Some(make([year?, month?, day?, h, min - zone, s, 0.0]))
}
/// `Date.parse`.
pub(crate) fn parse(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let s = vm.arg_str(args, 0)?;
    let text = vm.str_bytes(s);
    let len = text.len();
    let t = parse_iso(text).or_else(|| parse_text(text)).unwrap_or(f64::NAN);
    vm.fuel -= len as i32;
    vm.number(clip(t))
}
