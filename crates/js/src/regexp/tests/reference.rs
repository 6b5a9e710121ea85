//! The matcher of ECMA-262 5.1, 15.10.2, written down as it stands there: with functions for its continuations. And patterns
//! at random for it.

use super::super::text::line_end;
use super::{Groups, IGNORE_CASE, MULTILINE};
use crate::string::encode;
use proptest::prelude::*;
use std::boxed::Box;
use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

#[derive(Clone, Debug)]
pub(super) enum Node {
    Empty,
    Unit(u16),
    Any,
    Class(bool, Vec<(u16, u16)>, Vec<char>),
    Start,
    End,
    Word(bool),
    Back(usize),
    Group(Box<Node>),
    Plain(Box<Node>),
    Look(bool, Box<Node>),
    Either(Box<Node>, Box<Node>),
    Then(Box<Node>, Box<Node>),
    Repeat(Box<Node>, usize, usize, bool),
}
use Node::*;

fn unit_text(unit: u16) -> String {
    let mut out = [0; 4];
    let n = encode(unit as u32, &mut out);
    String::from_utf8(out[..n].to_vec()).expect("no half")
}
pub(super) fn write(node: &Node, out: &mut String) {
    match node {
        Empty => {}
        Unit(unit) if (0xd800..0xe000).contains(unit) => *out += &format!("\\u{unit:04x}"),
        Unit(unit) => *out += &unit_text(*unit),
        Any => out.push('.'),
        Class(negated, ranges, sets) => {
            *out += if *negated { "[^" } else { "[" };
            for (a, b) in ranges {
                *out += &format!("{}-{}", unit_text(*a), unit_text(*b));
            }
            for set in sets {
                *out += &format!("\\{set}");
            }
            out.push(']');
        }
        Start => out.push('^'),
        End => out.push('$'),
        Word(yes) => *out += if *yes { "\\b" } else { "\\B" },
        Back(n) => *out += &format!("(?:\\{n})"),
        Group(inner) | Plain(inner) | Look(_, inner) => {
            *out += match node {
                Group(_) => "(",
                Plain(_) => "(?:",
                Look(true, _) => "(?=",
                _ => "(?!",
            };
            write(inner, out);
            out.push(')');
        }
        Either(a, b) => {
            write(a, out);
            out.push('|');
            write(b, out);
        }
        Then(a, b) => {
            write(a, out);
            write(b, out);
        }
        Repeat(node, least, most, lazy) => {
            write(node, out);
            *out += &match (least, most) {
                (0, &usize::MAX) => "*".to_string(),
                (1, &usize::MAX) => "+".to_string(),
                (0, 1) => "?".to_string(),
                (_, &usize::MAX) => format!("{{{least},}}"),
                _ if least == most => format!("{{{least}}}"),
                _ => format!("{{{least},{most}}}"),
            };
            *out += if *lazy { "?" } else { "" };
        }
    }
}

/// Position and groups, as 15.10.2.1 has them.
#[derive(Clone, Debug, PartialEq)]
struct State {
    at: usize,
    groups: Groups,
}
type Continuation<'a> = &'a dyn Fn(State) -> Option<State>;

pub(super) struct Reference<'a> {
    pub(super) text: &'a [u16],
    pub(super) flags: u8,
    pub(super) steps: core::cell::Cell<u32>,
}
const MOST_STEPS: u32 = 20_000;

impl Reference<'_> {
    fn fold(&self, unit: u16) -> u16 {
        let Some(c) = char::from_u32(unit as u32).filter(|_| self.flags & IGNORE_CASE != 0) else {
            return unit;
        };
        let mut upper = c.to_uppercase();
        match (upper.next(), upper.next()) {
            (Some(u), None) if unit < 0x80 || u as u32 >= 0x80 => u as u32 as u16,
            _ => unit,
        }
    }
    fn word(&self, at: usize) -> bool {
        self.text
            .get(at)
            .and_then(|&u| char::from_u32(u as u32))
            .is_some_and(|c| c == '_' || c.is_ascii_alphanumeric())
    }
    fn one(&self, node: &Node, at: usize) -> bool {
        let unit = self.text[at];
        match node {
            Unit(wanted) => self.fold(*wanted) == self.fold(unit),
            Any => !matches!(unit, 10 | 13 | 0x2028 | 0x2029),
            Class(negated, ranges, sets) => {
                let inside = ranges
                    .iter()
                    .any(|&(a, b)| (a..=b).any(|u| self.fold(u) == self.fold(unit)))
                    || sets.iter().any(|set| {
                        let yes = match set.to_ascii_lowercase() {
                            'd' => (48..58).contains(&unit),
                            'w' => self.word(at),
                            _ => char::from_u32(unit as u32).is_some_and(char::is_whitespace),
                        };
                        yes == set.is_ascii_lowercase()
                    });
                inside != *negated
            }
            _ => false,
        }
    }
    /// Whether `node`, whose first group has the number `first`, matches at `x`, and `c` behind it.
    fn go(&self, node: &Node, first: usize, x: State, c: Continuation<'_>) -> Option<State> {
        self.steps.set(self.steps.get() + 1);
        if self.steps.get() > MOST_STEPS {
            return None;
        }
        let lines = self.flags & MULTILINE != 0;
        let at = x.at;
        let holds = match node {
            Unit(_) | Any | Class(..) => {
                if at == self.text.len() || !self.one(node, at) {
                    return None;
                }
                return c(State { at: at + 1, ..x });
            }
            Empty => true,
            Start => at == 0 || lines && line_end(self.text[at - 1]),
            End => at == self.text.len() || lines && line_end(self.text[at]),
            Word(yes) => ((at > 0 && self.word(at - 1)) != self.word(at)) == *yes,
            Back(n) => {
                let (from, to) = x.groups.get(*n).copied().flatten().unwrap_or((0, 0));
                let again = self.text.get(at..at + to - from)?;
                if !self.text[from..to]
                    .iter()
                    .zip(again)
                    .all(|(&a, &b)| self.fold(a) == self.fold(b))
                {
                    return None;
                }
                return c(State {
                    at: at + to - from,
                    ..x
                });
            }
            Group(inner) => {
                return self.go(inner, first + 1, x, &|mut y| {
                    y.groups[first] = Some((at, y.at));
                    c(y)
                });
            }
            Plain(inner) => return self.go(inner, first, x, c),
            Look(true, inner) => {
                let found = self.go(inner, first, x, &Some)?;
                return c(State { at, ..found });
            }
            Look(false, inner) => self.go(inner, first, x.clone(), &Some).is_none(),
            Either(a, b) => {
                return self
                    .go(a, first, x.clone(), c)
                    .or_else(|| self.go(b, first + count(a), x, c));
            }
            Then(a, b) => return self.go(a, first, x, &|y| self.go(b, first + count(a), y, c)),
            Repeat(inner, least, most, lazy) => return self.repeat(inner, first, *least, *most, *lazy, x, c),
        };
        if holds { c(x) } else { None }
    }
    /// 15.10.2.5, RepeatMatcher.
    #[allow(clippy::too_many_arguments)]
    fn repeat(
        &self,
        inner: &Node,
        first: usize,
        least: usize,
        most: usize,
        lazy: bool,
        x: State,
        c: Continuation<'_>,
    ) -> Option<State> {
        if most == 0 {
            return c(x);
        }
        let at = x.at;
        let mut round = x.clone();
        for group in round.groups.iter_mut().skip(first).take(count(inner)) {
            *group = None;
        }
        let again = |y: State| {
            if least == 0 && y.at == at {
                return None;
            }
            let most = if most == usize::MAX { most } else { most - 1 };
            self.repeat(inner, first, least.saturating_sub(1), most, lazy, y, c)
        };
        if least != 0 {
            return self.go(inner, first, round, &again);
        }
        if lazy {
            return c(x).or_else(|| self.go(inner, first, round, &again));
        }
        self.go(inner, first, round, &again).or_else(|| c(x))
    }
    /// The groups of the first match; `Err` when it takes too long.
    pub(super) fn exec(&self, node: &Node) -> Result<Option<Groups>, ()> {
        for at in 0..=self.text.len() {
            let groups = std::vec![None; count(node) + 1];
            let found = self.go(node, 1, State { at, groups }, &Some);
            if self.steps.get() > MOST_STEPS {
                return Err(());
            }
            if let Some(mut found) = found {
                found.groups[0] = Some((at, found.at));
                return Ok(Some(found.groups));
            }
        }
        Ok(None)
    }
}
pub(super) fn count(node: &Node) -> usize {
    match node {
        Group(inner) => 1 + count(inner),
        Plain(inner) | Look(_, inner) | Repeat(inner, ..) => count(inner),
        Either(a, b) | Then(a, b) => count(a) + count(b),
        _ => 0,
    }
}

// Letters of one, two, three and (as halves) four bytes, and what classes tell apart.
const LETTERS: &[u16] = &[
    97, 65, 98, 66, 0xe4, 0xc4, 0x3b1, 0x391, 48, 95, 32, 10, 0x2028, 0xd83d, 0xde00, 0x20ac,
];
pub(super) fn units() -> impl Strategy<Value = u16> {
    proptest::sample::select(LETTERS)
}
pub(super) fn nodes() -> impl Strategy<Value = Node> {
    let range = proptest::sample::select(
        &[
            (97, 98),
            (65, 66),
            (0xe0, 0xe4),
            (48, 57),
            (0x391, 0x3b1),
            (95, 97),
        ][..],
    );
    let sets = proptest::sample::select(&['d', 'D', 'w', 'W', 's', 'S'][..]);
    let leaf = prop_oneof![
        8 => units().prop_map(Unit),
        2 => Just(Any),
        3 => (any::<bool>(), proptest::collection::vec(range, 0..3), proptest::collection::vec(sets, 0..2))
            .prop_map(|(negated, ranges, sets)| Class(negated, ranges, sets)),
        1 => prop_oneof![Just(Empty), Just(Start), Just(End), Just(Word(true)), Just(Word(false))],
        2 => (1..3usize).prop_map(Back),
    ];
    leaf.prop_recursive(6, 40, 4, |inner| {
        let boxed = inner.prop_map(Box::new);
        let repeated = prop_oneof![
            3 => units().prop_map(Unit),
            1 => Just(Any),
            3 => boxed.clone().prop_map(Group),
            3 => boxed.clone().prop_map(Plain),
            1 => (any::<bool>(), boxed.clone()).prop_map(|(yes, inner)| Look(yes, inner)),
        ];
        let counts = prop_oneof![
            3 => Just((0, usize::MAX)),
            2 => Just((1, usize::MAX)),
            2 => Just((0, 1)),
            1 => (0..3usize, 0..3usize).prop_map(|(least, more)| (least, least + more)),
            1 => (0..4usize).prop_map(|least| (least, usize::MAX)),
        ];
        prop_oneof![
            2 => boxed.clone().prop_map(Group),
            1 => (any::<bool>(), boxed.clone()).prop_map(|(yes, inner)| Look(yes, inner)),
            3 => (repeated, counts, any::<bool>())
                .prop_map(|(inner, (least, most), lazy)| Repeat(Box::new(inner), least, most, lazy)),
            4 => (boxed.clone(), boxed.clone())
                .prop_map(|(a, b)| Then(Box::new(Plain(a)), Box::new(Plain(b)))),
            2 => (boxed.clone(), boxed).prop_map(|(a, b)| Plain(Box::new(Either(a, b)))),
        ]
    })
}
