//! Tokens, one at a time, from a window over the source text.

use crate::compiler::Compiler;
use crate::compiler::{EVAL, st, text};
use crate::heap::Vm;
use crate::heap::reg;
use crate::message::{Message, m};
use crate::names::{self, n};
use crate::number;
use crate::string::{Read, decode, encode};
use crate::value::R;

/// Kinds of token. Operators with a precedence are `OP_FIRST + opcode` for the binary ones.
pub(crate) mod tok {
    pub(crate) const EOF: u32 = 0;
    pub(crate) const NUM: u32 = 1;
    pub(crate) const STR: u32 = 2;
    /// An identifier; its name is the token's value.
    pub(crate) const NAME: u32 = 3;
    /// A reserved word with an escape, which is a name behind a dot only.
    pub(crate) const WORD: u32 = 4;
    /// Punctuation starts here: the number of its text in the table.
    pub(crate) const PUNCT: u32 = 32;
    /// Reserved words start here, in the order of their names.
    pub(crate) const KEY: u32 = 96;
    /// Words that are names too, in the same order.
    pub(crate) const SOFT: u32 = 160;
}
/// Token flags.
pub(crate) const NL_BEFORE: u32 = 1;
/// The identifier or string held an escape.
pub(crate) const ESCAPED: u32 = 2;
/// The literal is an old octal number or escape.
pub(crate) const OCTAL: u32 = 4;

/// Digits are counted as far as this: what they say then is no exact value.
const LARGE: u32 = 1 << 28;
/// What an escape stands for that continues a line.
const NOTHING: u32 = u32::MAX;

/// The characters of a punctuation, first one lowest.
#[allow(clippy::indexing_slicing)] // runs at compile time
const fn chars(s: &[u8]) -> u32 {
    let mut v = 0;
    let mut i = s.len();
    while i > 0 {
        i -= 1;
        v = v << 8 | s[i] as u32;
    }
    v
}
/// The token of a punctuation.
#[allow(clippy::indexing_slicing)] // runs at compile time
pub(crate) const fn p(s: &[u8]) -> u32 {
    let mut i = 0;
    while PUNCTUATION[i] != chars(s) {
        i += 1;
    }
    tok::PUNCT + i as u32
}
/// The token of a word of the language.
pub(crate) const fn word(name: u16) -> u32 {
    let first = match name {
        n::ASYNC | n::AWAIT | n::OF | n::GET | n::SET | n::LET | n::STATIC | n::YIELD => tok::SOFT,
        _ => tok::KEY,
    };
    first + (name - n::ASYNC) as u32
}
/// The same, at compile time.
macro_rules! punct {
    ($s:literal) => {
        const { crate::lexer::p($s) }
    };
}
pub(crate) use punct;
/// Those that are read most often come first, operators with two operands last.
pub(crate) const PUNCTUATION: [u32; 51] = [
    chars(b"("),
    chars(b")"),
    chars(b";"),
    chars(b"."),
    chars(b","),
    chars(b"{"),
    chars(b"}"),
    chars(b":"),
    chars(b"["),
    chars(b"]"),
    chars(b"!"),
    chars(b"?"),
    chars(b"~"),
    chars(b"`"),
    chars(b"++"),
    chars(b"--"),
    chars(b"=>"),
    chars(b"..."),
    chars(b"="),
    chars(b"+"),
    chars(b"-"),
    chars(b"<"),
    chars(b">"),
    chars(b"*"),
    chars(b"/"),
    chars(b"%"),
    chars(b"&"),
    chars(b"|"),
    chars(b"^"),
    chars(b"&&"),
    chars(b"||"),
    chars(b"=="),
    chars(b"!="),
    chars(b"==="),
    chars(b"!=="),
    chars(b"<="),
    chars(b">="),
    chars(b"<<"),
    chars(b">>"),
    chars(b">>>"),
    chars(b"+="),
    chars(b"-="),
    chars(b"*="),
    chars(b"/="),
    chars(b"%="),
    chars(b"<<="),
    chars(b">>="),
    chars(b">>>="),
    chars(b"&="),
    chars(b"|="),
    chars(b"^="),
];
/// Their texts in two bytes each. What else the lexer may ask for is none of them: a test tries it all.
#[allow(clippy::indexing_slicing)] // runs at compile time
static TEXTS: [u16; PUNCTUATION.len()] = {
    let mut texts = [0; PUNCTUATION.len()];
    let mut i = 0;
    while i < texts.len() {
        texts[i] = folded(PUNCTUATION[i]);
        i += 1;
    }
    texts
};
const fn folded(text: u32) -> u16 {
    text.wrapping_sub(text >> 12) as u16
}
/// What a token of punctuation of at most two characters is written with; zeros behind it.
pub(crate) fn characters(token: u32) -> [u8; 2] {
    let text = TEXTS.get((token - tok::PUNCT) as usize).copied().unwrap_or(0);
    text.wrapping_add(text >> 12).to_le_bytes()
}

/// A few bytes of a source that is not mapped.
pub(crate) struct Window {
    start: u32,
    len: u32,
    buf: [u8; 32],
}
impl Window {
    pub(crate) const fn new() -> Self {
        Window {
            start: 0,
            len: 0,
            buf: [0; 32],
        }
    }
}

/// Whether a name goes on with this character, or starts with it.
fn ident_part(c: u32, first: bool) -> bool {
    match c {
        0..0x80 => {
            let c = c as u8;
            (c | 0x20).wrapping_sub(b'a') < 26 || c == b'_' || c == b'$' || !first && c.is_ascii_digit()
        }
        0xd7 | 0xf7 | 0xd800..0xe000 => false,
        _ => {
            let mut text = [0; 4];
            encode(c, &mut text);
            number::whitespace(&text) == 0
        }
    }
}

impl<'a> Compiler<'_, 'a> {
    /// The source byte at `at`; 0 behind the end (as a NUL byte in the text, which no token allows).
    #[inline(always)]
    pub(crate) fn byte(&mut self, at: u32) -> u8 {
        self.word_of(at) as u8
    }
    /// The same as a word, which no caller has to extend.
    #[inline(never)]
    fn word_of(&mut self, at: u32) -> u32 {
        if at >= self.s[st::src_len] {
            return 0;
        }
        if self.s[st::mapped] == text::MAPPED {
            return self.vm.rom.get(at as usize).copied().unwrap_or(0) as u32;
        }
        if EVAL && self.s[st::mapped] == text::CELL {
            let text = self.vm.cell_bytes(self.vm.r[reg::again] as u16);
            return text.get(at as usize).copied().unwrap_or(0) as u32;
        }
        if at < self.win.start || at >= self.win.start + self.win.len {
            self.win.start = at;
            self.win.len = (self.s[st::src_len] - at).min(self.win.buf.len() as u32);
            let len = self.win.len as usize;
            if let Some(buf) = self.win.buf.get_mut(..len) {
                self.vm.source.read(at, buf);
            }
        }
        self.win
            .buf
            .get((at - self.win.start) as usize)
            .copied()
            .unwrap_or(0) as u32
    }
    /// Reads the character at `at` into [`st::read`]; the place behind it.
    fn code_point(&mut self, at: u32) -> u32 {
        let lead = self.byte(at);
        self.s[st::read] = lead as u32;
        if lead < 0x80 {
            return at + 1;
        }
        let text = [lead, self.byte(at + 1), self.byte(at + 2), self.byte(at + 3)];
        let (c, len) = decode(&text).unwrap_or((lead as u32, 1));
        self.s[st::read] = c;
        at + len as u32
    }
    /// Reads at most so many digits from `at` on; the place behind them. A value from [`LARGE`] on is not exact.
    fn digits(&mut self, mut at: u32, radix: u32, most: u32) -> u32 {
        self.s[st::read] = 0;
        let end = at.saturating_add(most);
        while at < end {
            let b = self.byte(at);
            let digit = if b.is_ascii_digit() {
                b & 0xf
            } else {
                (b | 0x20).wrapping_sub(b'a').saturating_add(10)
            } as u32;
            if digit >= radix {
                break;
            }
            if self.s[st::read] < LARGE {
                self.s[st::read] = self.s[st::read] * radix + digit;
            }
            at += 1;
        }
        at
    }
    /// Skips blanks and comments; tells whether a line ended.
    fn skip_blanks(&mut self) -> bool {
        let mut newline = false;
        loop {
            let at = self.s[st::pos];
            let mut to = at + 1;
            match self.byte(at) {
                b' ' | b'\t' | 0x0b | 0x0c => {}
                b'\n' | b'\r' => newline = true,
                b'/' => match self.byte(to) {
                    b'/' => {
                        while to < self.s[st::src_len] && !self.line_end(to) {
                            to += 1;
                        }
                    }
                    b'*' => {
                        to += 1;
                        while !(self.byte(to) == b'*' && self.byte(to + 1) == b'/') {
                            if to >= self.s[st::src_len] {
                                self.s[st::pos] = to;
                                self.error(m!("comment is not closed"));
                                return newline;
                            }
                            newline |= self.line_end(to);
                            to += 1;
                        }
                        to += 2;
                    }
                    _ => return newline,
                },
                b if b >= 0x80 => {
                    let text = [b, self.byte(at + 1), self.byte(at + 2)];
                    let blank = number::whitespace(&text);
                    if blank == 0 {
                        return newline;
                    }
                    newline |= self.line_end(at);
                    to = at + blank as u32;
                }
                _ => return newline,
            }
            self.s[st::pos] = to;
            self.vm.fuel -= 1;
        }
    }
    /// Whether a line ends at this byte: LF, CR, U+2028, U+2029.
    fn line_end(&mut self, at: u32) -> bool {
        match self.byte(at) {
            b'\n' | b'\r' => true,
            0xe2 => self.byte(at + 1) == 0x80 && self.byte(at + 2) | 1 == 0xa9,
            _ => false,
        }
    }

    /// Reads the next token into the state.
    pub(crate) fn next(&mut self) {
        if !self.failed() {
            self.token();
        }
        if self.failed() {
            // Whoever goes on to a token comes to an end.
            self.s[st::tok] = tok::EOF;
        }
    }
    fn token(&mut self) {
        self.s[st::prev_end] = self.s[st::pos];
        self.s[st::flags] = if self.skip_blanks() { NL_BEFORE } else { 0 };
        let at = self.s[st::pos];
        self.s[st::start] = at;
        self.vm.fuel -= 2;
        if at >= self.s[st::src_len] {
            self.s[st::tok] = tok::EOF;
            self.s[st::val] = 0;
            return;
        }
        match self.byte(at) {
            b'0'..=b'9' => self.number(),
            b'.' if self.byte(at + 1).is_ascii_digit() => self.number(),
            quote @ (b'"' | b'\'') => self.string(quote),
            b => {
                let end = self.code_point(at);
                if b == b'\\' || ident_part(self.s[st::read], true) {
                    self.identifier()
                } else {
                    self.punctuation(end)
                }
            }
        }
    }
    /// A punctuation, or a character that none starts with.
    fn punctuation(&mut self, end: u32) {
        let at = self.s[st::pos];
        let first = self.byte(at);
        let (mut text, mut len) = (first as u32, 1);
        // Behind its first character stand this one again or an equals sign; an arrow is the only other one.
        while len < 4 {
            let b = self.byte(at + len);
            if b != b'=' && b != first && (b != b'>' || first != b'=') {
                break;
            }
            text |= (b as u32) << (8 * len);
            len += 1;
        }
        while len > 0 {
            let key = folded(text);
            for (i, &token) in (tok::PUNCT..).zip(&TEXTS) {
                if key == token {
                    self.s[st::tok] = i;
                    self.s[st::pos] = at + len;
                    return;
                }
            }
            len -= 1;
            text &= !(0xff << (8 * len));
        }
        // Any kind will do that is not more than its text.
        self.s[st::tok] = tok::NUM;
        self.s[st::pos] = end;
        self.unexpected();
    }
    fn number(&mut self) {
        let start = self.s[st::pos];
        let mut radix = match self.byte(start + 1) | 0x20 {
            b'x' => 16,
            b'o' => 8,
            b'b' => 2,
            _ => 10,
        };
        let mut text = start;
        if radix != 10 {
            if self.byte(start) == b'0' {
                text += 2;
            } else {
                radix = 10;
            }
        }
        let mut end = self.digits(text, radix, u32::MAX);
        let mut simple = self.s[st::read];
        let mut wrong = Message::NONE;
        if text != start {
            if end == text {
                wrong = m!("digits expected after the radix prefix");
            }
        } else if end > start + 1 && self.byte(start) == b'0' {
            self.s[st::flags] |= OCTAL;
            if self.digits(start, 8, u32::MAX) == end {
                radix = 8;
                simple = self.s[st::read];
            }
        } else {
            if self.byte(end) == b'.' {
                simple = LARGE;
                end = self.digits(end + 1, 10, u32::MAX);
            }
            if self.byte(end) | 0x20 == b'e' {
                simple = LARGE;
                let sign = matches!(self.byte(end + 1), b'+' | b'-');
                let first = end + 1 + u32::from(sign);
                end = self.digits(first, 10, u32::MAX);
                if end == first {
                    wrong = m!("digits expected in the exponent");
                }
            }
        }
        if wrong == Message::NONE {
            self.code_point(end);
            if ident_part(self.s[st::read], false) {
                self.s[st::pos] = end;
                wrong = match self.byte(end) {
                    b'n' => m!("BigInt is not supported"),
                    b'_' => m!("_ in a number is not supported"),
                    _ => m!("number runs into a name"),
                };
            }
        }
        if wrong != Message::NONE {
            self.error(wrong);
            return;
        }
        self.vm.fuel -= (end - start) as i32;
        let value = if simple < LARGE {
            simple as f64
        } else {
            let Ok(value) = self.parse_number(text, end, radix) else {
                return self.fail();
            };
            value
        };
        self.s[st::pos] = end;
        self.s[st::tok] = tok::NUM;
        let bits = value.to_bits();
        self.s[st::val] = bits as u32;
        self.s[st::num_hi] = (bits >> 32) as u32;
    }
    /// Parses number text that may be long, through a string cell where the source is not mapped.
    fn parse_number(&mut self, start: u32, end: u32, radix: u32) -> R<f64> {
        let h = self.copy_source(start, end)?;
        let how = if radix == 10 {
            Read::Number
        } else {
            Read::Digits(radix)
        };
        let value = self.vm.read_number(h, how);
        self.vm.drop_last(h);
        value
    }
    /// A string cell with the source text from `start` to `end`.
    fn copy_source(&mut self, start: u32, end: u32) -> R<u16> {
        let h = self.vm.alloc_str((end - start) as usize)?;
        for i in start..end {
            let b = [self.byte(i)];
            self.vm.fill_str(h, (i - start) as usize, &b);
        }
        self.vm.finish_str(h);
        Ok(h)
    }

    fn identifier(&mut self) {
        let start = self.s[st::pos];
        let mut end = start;
        loop {
            let escaped = self.byte(end) == b'\\';
            let next = if escaped {
                self.s[st::flags] |= ESCAPED;
                self.unicode_escape(end)
            } else {
                self.code_point(end)
            };
            if next == 0 || !ident_part(self.s[st::read], end == start) {
                if escaped {
                    self.error(m!("bad escape in a name"));
                    return;
                }
                break;
            }
            end = next;
        }
        let escaped = self.s[st::flags] & ESCAPED != 0;
        let name = self.text_name(start, end);
        self.s[st::pos] = end;
        let mut token = tok::NAME;
        if names::is_keyword_block(name) {
            token = word(name);
            if escaped {
                token = if token < tok::SOFT { tok::WORD } else { tok::NAME };
            }
        }
        self.s[st::tok] = token;
    }
    /// The name of the token's text, which becomes its value.
    fn text_name(&mut self, start: u32, end: u32) -> u16 {
        self.vm.fuel -= (end - start) as i32 / 2;
        let name = if self.s[st::flags] & ESCAPED != 0 {
            self.decoded(start, end)
        } else {
            self.source_name(start, end)
        };
        let Ok(name) = name else {
            self.fail();
            return 0;
        };
        self.s[st::val] = name as u32;
        name
    }
    /// Reads `\uXXXX` or `\u{X…}` at `at` into [`st::read`]; the place behind it, or 0.
    fn unicode_escape(&mut self, at: u32) -> u32 {
        if self.byte(at + 1) != b'u' {
            return 0;
        }
        let braces = self.byte(at + 2) == b'{';
        let (first, most) = if braces { (at + 3, u32::MAX) } else { (at + 2, 4) };
        let end = self.digits(first, 16, most);
        let good = if braces {
            end > first && self.byte(end) == b'}' && self.s[st::read] <= 0x10_ffff
        } else {
            end == first + 4
        };
        if good { end + u32::from(braces) } else { 0 }
    }

    /// The names of pattern and flags of the regular expression that starts at the current token, a slash.
    #[cfg(feature = "regexp")]
    pub(crate) fn regexp_text(&mut self) -> R<(u16, u16)> {
        let start = self.s[st::start] + 1;
        let (mut at, mut class) = (start, false);
        loop {
            let mut b = self.byte(at);
            if b == b'\\' {
                at += 1;
                b = 0;
            }
            if at >= self.s[st::src_len] || self.line_end(at) {
                return Err(self.error(m!("regular expression is not closed on its line")));
            }
            if at - start > 0xffff {
                return Err(self.error(m!("regular expression is too large")));
            }
            match b {
                b'/' if !class => break,
                b'[' => class = true,
                b']' => class = false,
                _ => {}
            }
            at += 1;
        }
        self.vm.fuel -= (at - start) as i32 / 2;
        let pattern = self.source_name(start, at)?;
        let letters = at + 1;
        at = letters;
        // Whatever could be part of a name; what the flags are is checked with the pattern.
        loop {
            let next = self.code_point(at);
            if self.s[st::read] != b'\\' as u32 && !ident_part(self.s[st::read], false) {
                break;
            }
            at = next;
        }
        self.s[st::pos] = at;
        let flags = self.source_name(letters, at)?;
        Ok((pattern, flags))
    }
    fn string(&mut self, quote: u8) {
        let start = self.s[st::pos] + 1;
        // First pass: where it ends, and whether there is more to it than its bytes.
        let end = self.plain(start, u32::MAX, quote, 0);
        if self.failed() {
            return;
        }
        self.text_name(start, end);
        self.s[st::pos] = end + if self.byte(end) == b'$' { 2 } else { 1 };
        self.s[st::tok] = tok::STR;
    }
    /// Reads text from `at` on, up to `end` or the quote, and puts what it stands for into the string cell `cell`, if there is one.
    /// Result: where it ends; how long it gets is in [`st::read`].
    fn plain(&mut self, mut at: u32, end: u32, quote: u8, cell: u16) -> u32 {
        let template = quote == b'`';
        let mut len = 0;
        while at < end {
            let b = self.byte(at);
            if quote != 0 {
                if b == quote || template && b == b'$' && self.byte(at + 1) == b'{' {
                    break;
                }
                if at >= self.s[st::src_len] || !template && (b == b'\n' || b == b'\r') {
                    self.error(if template {
                        m!("template is not closed")
                    } else {
                        m!("string is not closed on its line")
                    });
                    break;
                }
            }
            let mut out = [b, 0, 0, 0];
            let mut bytes = 1;
            let mut next = at + 1;
            if b == b'\r' || b == b'\\' {
                self.s[st::flags] |= ESCAPED;
                next = if b == b'\\' {
                    self.escape(at)
                } else {
                    // The end of a line in a template is always LF.
                    self.s[st::read] = b'\n' as u32;
                    self.line_break(at)
                };
                bytes = if self.s[st::read] == NOTHING {
                    0
                } else {
                    encode(self.s[st::read], &mut out)
                };
            }
            if cell != 0 {
                self.vm.fill_str(cell, len, out.get(..bytes).unwrap_or(&[]));
            }
            len += bytes;
            at = next;
        }
        self.s[st::read] = len as u32;
        at
    }
    /// The place behind the line's end at a CR.
    fn line_break(&mut self, at: u32) -> u32 {
        at + if self.byte(at + 1) == b'\n' { 2 } else { 1 }
    }
    /// The text of a template from behind the current token on; true if an expression follows.
    pub(crate) fn template_part(&mut self) -> bool {
        self.s[st::pos] -= 1;
        self.s[st::flags] = 0;
        self.string(b'`');
        if self.s[st::flags] & OCTAL != 0 {
            self.error(m!("octal escape in a template"));
        }
        self.byte(self.s[st::pos].wrapping_sub(1)) == b'{'
    }
    /// Reads the escape at `at` (a backslash) into [`st::read`] ([`NOTHING`] for a continued line); the place behind it.
    fn escape(&mut self, at: u32) -> u32 {
        let b = self.byte(at + 1);
        let next = at + 2;
        match b {
            b'x' => {
                let end = self.digits(next, 16, 2);
                if end != next + 2 {
                    self.error(m!("two hexadecimal digits expected after \\x"));
                }
                return end;
            }
            b'u' => {
                let end = self.unicode_escape(at);
                if end == 0 {
                    self.error(m!("four hexadecimal digits expected after \\u"));
                    return next;
                }
                let high = self.s[st::read];
                if high >> 10 == 0xd800 >> 10 && self.byte(end) == b'\\' {
                    // A pair of escaped halves is one character.
                    let behind = self.unicode_escape(end);
                    if behind != 0 && self.s[st::read] >> 10 == 0xdc00 >> 10 {
                        self.s[st::read] = 0x1_0000 + ((high & 0x3ff) << 10) + (self.s[st::read] & 0x3ff);
                        return behind;
                    }
                    self.s[st::read] = high;
                }
                return end;
            }
            b'0'..=b'7' => {
                let most = if b <= b'3' { 3 } else { 2 };
                let end = self.digits(at + 1, 8, most);
                if b != b'0' || self.byte(next).is_ascii_digit() {
                    self.s[st::flags] |= OCTAL;
                }
                return end;
            }
            b'8' | b'9' => self.s[st::flags] |= OCTAL,
            _ => {}
        }
        if self.line_end(at + 1) {
            self.s[st::read] = NOTHING;
            return match b {
                b'\r' => self.line_break(at + 1),
                b'\n' => next,
                _ => at + 4,
            };
        }
        // Their values follow one another.
        if let Some(i) = b"btnvfr".iter().position(|letter| *letter == b) {
            self.s[st::read] = 8 + i as u32;
            return next;
        }
        self.code_point(at + 1)
    }
    /// The name of a piece of source with escapes.
    fn decoded(&mut self, start: u32, end: u32) -> R<u16> {
        self.plain(start, end, 0, 0);
        let h = self.vm.alloc_str(self.s[st::read] as usize)?;
        self.plain(start, end, 0, h);
        self.vm.finish_str(h);
        self.vm.script_name_of_cell(h)
    }
    /// The name of a plain piece of source.
    fn source_name(&mut self, start: u32, end: u32) -> R<u16> {
        let len = end - start;
        if self.s[st::mapped] == text::MAPPED && len < 1 << 10 && start < 1 << 20 {
            let text = self.vm.mapped_text(start as usize, len as usize);
            if let Some(name) = self.vm.find_fixed_name(text) {
                return Ok(name);
            }
            let ascii = text.iter().all(|b| *b < 0x80);
            return self
                .vm
                .add_script_name(Some(start << 12 | len << 2 | u32::from(ascii) << 1));
        }
        let h = self.copy_source(start, end)?;
        self.vm.script_name_of_cell(h)
    }
    /// Where the token that is being read stands: line and column, both from 1.
    pub(crate) fn place(&mut self) -> (u32, u32) {
        let to = self.s[st::start].max(self.s[st::pos].min(self.s[st::src_len]));
        let to = if self.s[st::start] < to {
            self.s[st::start]
        } else {
            to
        };
        let (mut line, mut column) = (1, 1);
        let mut i = 0;
        while i < to {
            if self.byte(i) == b'\n' {
                line += 1;
                column = 0;
            }
            column += 1;
            i += 1;
        }
        (line, column)
    }
    pub(crate) fn is_p(&self, token: u32) -> bool {
        self.s[st::tok] == token
    }
    /// At an identifier.
    pub(crate) fn is_name(&self) -> bool {
        self.s[st::tok] == tok::NAME || self.s[st::tok] >= tok::SOFT
    }
    /// At an identifier or any word of the language.
    pub(crate) fn is_any_word(&self) -> bool {
        matches!(self.s[st::tok], tok::NAME | tok::WORD | tok::KEY..)
    }
}

impl Vm<'_> {
    /// Gives back the cell that was allocated last.
    pub(crate) fn drop_last(&mut self, h: u16) {
        if h as usize + self.size_of(h as usize) == self.r[reg::heap_top] as usize {
            self.r[reg::heap_top] = h as u32;
        }
    }
    /// The script's name for a string that was just made.
    pub(crate) fn script_name_of(&mut self, text: crate::value::Value) -> R<u16> {
        let s = text.payload();
        if s >= crate::value::HEAP_END {
            Ok(s)
        } else {
            self.script_name_of_cell(s)
        }
    }
    /// The script's name for the text of a fresh string cell; the cell goes if the text has a name.
    fn script_name_of_cell(&mut self, h: u16) -> R<u16> {
        if let Some(name) = self.find_fixed_name(self.cell_bytes(h)) {
            self.drop_last(h);
            return Ok(name);
        }
        self.push(crate::value::Value::str(h));
        let name = self.add_script_name(None);
        self.drop_n(1);
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec;
    use std::vec::Vec;

    /// All texts that the lexer looks up: a first character that no other token starts with, and what may stand behind it.
    fn looked_up(text: &mut Vec<u8>, each: &mut impl FnMut(&[u8])) {
        each(text);
        let first = text[0];
        if text.len() < 4 {
            for b in [Some(first), Some(b'='), (first == b'=').then_some(b'>')] {
                let Some(b) = b else { continue };
                text.push(b);
                looked_up(text, each);
                text.pop();
            }
        }
    }
    #[test]
    fn two_bytes_tell_punctuations_from_all_else() {
        let mut known = 0;
        for first in 0..=255u8 {
            if first.is_ascii_alphanumeric() || b"_$\\\"' \t\n\r\x0b\x0c".contains(&first) {
                continue;
            }
            looked_up(&mut vec![first], &mut |text| {
                let found: Vec<_> = TEXTS.iter().filter(|key| **key == folded(chars(text))).collect();
                let is = PUNCTUATION.iter().filter(|known| **known == chars(text)).count();
                assert_eq!(found.len(), is, "{text:?}");
                known += is;
            });
        }
        // A text whose second character is the first one and the equals sign was met twice.
        assert!(known >= PUNCTUATION.len());
    }
    #[test]
    fn short_punctuations_have_their_characters() {
        for text in [
            &b"(\0"[..],
            b"}\0",
            b";\0",
            b":\0",
            b"=\0",
            b",\0",
            b"=>",
            b"++",
            b"||",
        ] {
            let len = if text[1] == 0 { 1 } else { 2 };
            assert_eq!(characters(p(&text[..len])), *text);
        }
    }
}
