//! What a bracket is the start of: an arrow function's parameters or a pattern, or just an expression.
//!
//! It shows only behind the closing bracket. The text up to there is read once, token by token; what was
//! found out about all brackets in it is noted among the variables, so that in total it stays linear.

use super::grammar::part;
use super::{Compiler, DESTRUCTURING, scope};
use crate::compiler::st;
use crate::lexer::{punct, tok, word};
use crate::names::n;

/// What stands behind a bracket that was looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Behind {
    /// `=>` behind a parenthesis, `=` behind a bracket or brace.
    Target,
    /// `of` or `in`.
    Loop,
}

// Kinds of brackets, in the lowest bits of what is kept of an open one.
const PARENTHESIS: u32 = 0;
const BRACKET: u32 = 1;
const TEMPLATE: u32 = 2;
/// A parenthesis behind `if`, `while`, `for` or `with`.
const CONDITION: u32 = 3;

// With the count of open brackets: what stood before, by which a slash divides or starts a regular expression.
const BITS: u32 = if cfg!(feature = "regexp") { 2 } else { 0 };
const OPERAND: u32 = 1;
const HEAD: u32 = 2;
const DOT: u32 = 3;

impl Compiler<'_, '_> {
    /// In front of the last primary expressions: a bracket may start an arrow function or a pattern.
    #[inline(never)]
    pub(super) fn look_ahead(&mut self) {
        let start = self.s[st::start];
        let parenthesis = self.is_p(punct!(b"("));
        if start != self.s[st::assign_at]
            || !(parenthesis || self.at_pattern())
            || self.ahead() != Some(Some(Behind::Target))
        {
            return;
        }
        #[cfg(feature = "destructuring")]
        if !parenthesis {
            return self.goto(part!(PatternAssignment));
        }
        self.arrow(start, None);
    }
    /// What stands behind the bracket that starts at the current token. `None`: it has to be looked for
    /// first; the rule that does so was called, and this action comes again afterwards.
    pub(super) fn ahead(&mut self) -> Option<Option<Behind>> {
        let start = self.s[st::start];
        if start < self.s[st::scanned] {
            return Some(self.noted(start));
        }
        self.hold();
        let parenthesis = !DESTRUCTURING || self.is_p(punct!(b"("));
        let bracket = self.is_p(punct!(b"["));
        self.next();
        let first = self.s[st::tok];
        let mut known = None;
        let worth = if !parenthesis {
            first != tok::EOF && !(self.is_p(punct!(b"-")) || first == tok::NUM && bracket)
        } else if self.is_p(punct!(b")")) || self.is_p(punct!(b"...")) {
            known = Some(Behind::Target);
            false
        } else if self.is_name() {
            self.next();
            if self.is_p(punct!(b")")) {
                self.next();
                known = self.is_p(punct!(b"=>")).then_some(Behind::Target);
                false
            } else {
                self.is_p(punct!(b",")) || self.is_p(punct!(b"="))
            }
        } else {
            self.is_p(punct!(b"[")) || self.is_p(punct!(b"{"))
        };
        self.back();
        if !worth {
            return Some(known);
        }
        self.keep(self.s[st::rule] - 1);
        self.keep(self.s[st::flags]);
        self.keep(self.s[st::prev_end]);
        self.keep(start);
        self.scan_with(0, 0);
        self.goto(part!(Scan));
        None
    }
    fn noted(&mut self, start: u32) -> Option<Behind> {
        self.vm.fuel -= self.var_count() as i32 / 8;
        (0..self.var_count()).find_map(|i| {
            let var = self.var(i);
            if scope::is_note(var) && var & scope::NOTE_PLACE == start {
                Some(if DESTRUCTURING && var & scope::CAPTURED != 0 {
                    Behind::Loop
                } else {
                    Behind::Target
                })
            } else {
                None
            }
        })
    }
    /// `[flags, previous end, start, open brackets…, count]` One token of the text ahead.
    #[inline(never)]
    pub(super) fn scan(&mut self) {
        let count = self.pull();
        let (mut count, before) = (count >> BITS, count & ((1 << BITS) - 1));
        let kind = match self.s[st::tok] {
            v if !(tok::PUNCT..tok::KEY).contains(&v) => {
                if self.s[st::tok] == tok::EOF {
                    self.vm.drop_n(count as usize);
                    return self.scanned();
                }
                if before == DOT {
                    // Behind a dot, a word is a name like any other.
                    self.next();
                    self.scan_with(count, OPERAND);
                    return;
                }
                return self.scan_on(count);
            }
            #[cfg(feature = "regexp")]
            v if before != OPERAND && (v == punct!(b"/") || v == punct!(b"/=")) => {
                if self.regexp_text().is_err() {
                    self.fail();
                }
                self.s[st::tok] = tok::STR;
                return self.scan_on(count);
            }
            v if v == punct!(b"(") => {
                if before == HEAD {
                    CONDITION
                } else {
                    PARENTHESIS
                }
            }
            v if v == punct!(b"[") || v == punct!(b"{") => BRACKET,
            v if v == punct!(b"`") => {
                if self.template_part() {
                    self.keep(TEMPLATE);
                    count += 1;
                    self.expression_follows();
                }
                return self.scan_on(count);
            }
            v if v == punct!(b")") || v == punct!(b"]") || v == punct!(b"}") => {
                let open = self.pull();
                if open & 3 == TEMPLATE {
                    if self.template_part() {
                        self.keep(open);
                        self.expression_follows();
                    } else {
                        count -= 1;
                    }
                    return self.scan_on(count);
                }
                self.next();
                count -= 1;
                let before = if open & 3 == CONDITION { 0 } else { OPERAND };
                let target = if open & 3 == PARENTHESIS {
                    self.is_p(punct!(b"=>"))
                } else {
                    DESTRUCTURING && self.is_p(punct!(b"="))
                };
                let looping = DESTRUCTURING
                    && open & 3 == BRACKET
                    && (self.is_p(word(n::OF)) || self.is_p(word(n::IN)));
                if target || looping {
                    self.note(open >> 2, looping);
                }
                if count == 0 {
                    return self.scanned();
                }
                self.scan_with(count, before);
                return;
            }
            _ => return self.scan_on(count),
        };
        self.keep(self.s[st::start] << 2 | kind);
        self.scan_on(count + 1)
    }
    fn scan_on(&mut self, count: u32) {
        let mut before = 0;
        if BITS != 0 {
            before = match self.s[st::tok] {
                tok::NUM | tok::STR => OPERAND,
                _ if self.is_name() => OPERAND,
                tok::WORD | tok::KEY.. => match self.s[st::val] as u16 {
                    n::THIS | n::NULL | n::TRUE | n::FALSE | n::SUPER => OPERAND,
                    n::IF | n::WHILE | n::FOR | n::WITH => HEAD,
                    _ => 0,
                },
                v if v == punct!(b"`") || v == punct!(b"++") || v == punct!(b"--") => OPERAND,
                v if v == punct!(b".") => DOT,
                _ => 0,
            };
        }
        self.next();
        self.scan_with(count, before);
    }
    /// What was read last is no operand, although it looks like one.
    fn expression_follows(&mut self) {
        if BITS != 0 {
            self.s[st::tok] = tok::PUNCT;
        }
    }
    fn scan_with(&mut self, count: u32, before: u32) {
        self.keep(count << BITS | if BITS != 0 { before } else { 0 });
    }
    /// Back to the token where looking ahead began.
    fn scanned(&mut self) {
        self.s[st::scanned] = self.s[st::start];
        self.s[st::pos] = self.pull();
        let prev_end = self.pull();
        let flags = self.pull();
        self.next();
        self.s[st::flags] = flags;
        self.s[st::prev_end] = prev_end;
        self.ret();
    }
}
