//! Tokens, one at a time, from a window over the source text.

use crate::compiler::Compiler;
use crate::compiler::{EVAL, st, text};
use crate::heap::Vm;
use crate::heap::reg;
use crate::message::m;
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
/// Longest first among those with a common start.
pub(crate) const PUNCTUATION: [u32; 51] = [
    chars(b">>>="),
    chars(b"==="),
    chars(b"!=="),
    chars(b">>>"),
    chars(b"<<="),
    chars(b">>="),
    chars(b"..."),
    chars(b"=>"),
    chars(b"=="),
    chars(b"!="),
    chars(b"<="),
    chars(b">="),
    chars(b"&&"),
    chars(b"||"),
    chars(b"++"),
    chars(b"--"),
    chars(b"<<"),
    chars(b">>"),
    chars(b"+="),
    chars(b"-="),
    chars(b"*="),
    chars(b"/="),
    chars(b"%="),
    chars(b"&="),
    chars(b"|="),
    chars(b"^="),
    chars(b"{"),
    chars(b"}"),
    chars(b"("),
    chars(b")"),
    chars(b"["),
    chars(b"]"),
    chars(b";"),
    chars(b","),
    chars(b"<"),
    chars(b">"),
    chars(b"+"),
    chars(b"-"),
    chars(b"*"),
    chars(b"/"),
    chars(b"%"),
    chars(b"&"),
    chars(b"|"),
    chars(b"^"),
    chars(b"!"),
    chars(b"~"),
    chars(b"?"),
    chars(b":"),
    chars(b"="),
    chars(b"."),
    chars(b"`"),
];
static TEXTS: [u32; PUNCTUATION.len()] = PUNCTUATION;
/// What a token of punctuation is written with; zeros behind it.
pub(crate) fn characters(token: u32) -> [u8; 4] {
    let text = TEXTS.get((token - tok::PUNCT) as usize).copied();
    text.unwrap_or(0).to_le_bytes()
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

fn ident_start(c: u32) -> bool {
    c == b'$' as u32
        || c == b'_' as u32
        || (c < 0x80 && (c as u8).is_ascii_alphabetic())
        || (c >= 0x80
            && number::whitespace(&utf8(c)) == 0
            && !(0xd800..0xe000).contains(&c)
            && c != 0xd7
            && c != 0xf7)
}
fn ident_part(c: u32) -> bool {
    ident_start(c) || (c < 0x80 && (c as u8).is_ascii_digit()) || c == 0x200c || c == 0x200d
}
fn utf8(c: u32) -> [u8; 4] {
    let mut out = [0; 4];
    encode(c, &mut out);
    out
}
fn hex(b: u8) -> Option<u32> {
    (b as char).to_digit(16)
}

impl<'a> Compiler<'_, 'a> {
    /// The source byte at `at`; 0 behind the end (as a NUL byte in the text, which no token allows).
    pub(crate) fn byte(&mut self, at: u32) -> u8 {
        if at >= self.s[st::src_len] {
            return 0;
        }
        if self.s[st::mapped] == text::MAPPED {
            return self.vm.rom.get(at as usize).copied().unwrap_or(0);
        }
        if EVAL && self.s[st::mapped] == text::CELL {
            let text = self.vm.cell_bytes(self.vm.r[reg::again] as u16);
            return text.get(at as usize).copied().unwrap_or(0);
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
            .unwrap_or(0)
    }
    fn code_point(&mut self, at: u32) -> (u32, u32) {
        let lead = self.byte(at);
        if lead < 0x80 {
            return (lead as u32, 1);
        }
        let text = [lead, self.byte(at + 1), self.byte(at + 2), self.byte(at + 3)];
        decode(&text).map_or((lead as u32, 1), |(c, len)| (c, len as u32))
    }
    /// Skips blanks and comments; tells whether a line ended.
    fn skip_blanks(&mut self) -> R<bool> {
        let mut newline = false;
        loop {
            let at = self.s[st::pos];
            match self.byte(at) {
                b' ' | b'\t' | 0x0b | 0x0c => self.s[st::pos] += 1,
                b'\n' | b'\r' => {
                    newline = true;
                    self.s[st::pos] += 1;
                }
                b'/' if self.byte(at + 1) == b'/' => {
                    while self.s[st::pos] < self.s[st::src_len] && !self.line_end(self.s[st::pos]) {
                        self.s[st::pos] += 1;
                    }
                }
                b'/' if self.byte(at + 1) == b'*' => {
                    self.s[st::pos] += 2;
                    while !(self.byte(self.s[st::pos]) == b'*' && self.byte(self.s[st::pos] + 1) == b'/') {
                        if self.s[st::pos] >= self.s[st::src_len] {
                            return Err(self.error(m!("comment is not closed")));
                        }
                        newline |= self.line_end(self.s[st::pos]);
                        self.s[st::pos] += 1;
                    }
                    self.s[st::pos] += 2;
                }
                b if b >= 0x80 => {
                    let text = [b, self.byte(at + 1), self.byte(at + 2)];
                    let blank = number::whitespace(&text);
                    if blank == 0 {
                        return Ok(newline);
                    }
                    newline |= self.line_end(at);
                    self.s[st::pos] += blank as u32;
                }
                _ => return Ok(newline),
            }
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
        if self.failed || self.token().is_err() {
            // Whoever goes on to a token comes to an end.
            self.s[st::tok] = tok::EOF;
            self.fail();
        }
    }
    fn token(&mut self) -> R<()> {
        self.s[st::prev_end] = self.s[st::pos];
        let newline = self.skip_blanks()?;
        self.s[st::flags] = if newline { NL_BEFORE } else { 0 };
        self.s[st::start] = self.s[st::pos];
        self.vm.fuel -= 2;
        let at = self.s[st::pos];
        if at >= self.s[st::src_len] {
            self.s[st::tok] = tok::EOF;
            self.s[st::val] = 0;
            return Ok(());
        }
        let b = self.byte(at);
        match b {
            b'0'..=b'9' => self.number(),
            b'.' if self.byte(at + 1).is_ascii_digit() => self.number(),
            b'"' | b'\'' => self.string(b),
            b'\\' => self.identifier(),
            _ => {
                let (c, _) = self.code_point(at);
                if ident_start(c) {
                    self.identifier()
                } else {
                    self.punctuation()
                }
            }
        }
    }
    fn punctuation(&mut self) -> R<()> {
        let at = self.s[st::pos];
        let four = [
            self.byte(at),
            self.byte(at + 1),
            self.byte(at + 2),
            self.byte(at + 3),
        ];
        let text = four.iter().rev().fold(0, |v, &b| v << 8 | b as u32);
        for (i, &token) in (tok::PUNCT..).zip(&TEXTS) {
            let len = 4 - token.leading_zeros() / 8;
            if text & (u32::MAX >> (32 - 8 * len)) == token {
                self.s[st::tok] = i;
                self.s[st::pos] += len;
                return Ok(());
            }
        }
        // Any kind will do that is not more than its text.
        self.s[st::tok] = tok::NUM;
        self.s[st::pos] = at + self.code_point(at).1;
        Err(self.unexpected())
    }
    fn number(&mut self) -> R<()> {
        let start = self.s[st::pos];
        let radix = match (self.byte(start), self.byte(start + 1) | 0x20) {
            (b'0', b'x') => 16,
            (b'0', b'o') => 8,
            (b'0', b'b') => 2,
            _ => 10,
        };
        let mut end = start;
        let mut old_octal = false;
        if radix != 10 {
            end += 2;
            while (self.byte(end) as char).is_digit(radix) {
                end += 1;
            }
            if end == start + 2 {
                return Err(self.error(m!("digits expected after the radix prefix")));
            }
        } else {
            while self.byte(end).is_ascii_digit() {
                end += 1;
            }
            old_octal = end > start + 1 && self.byte(start) == b'0';
            if old_octal {
                self.s[st::flags] |= OCTAL;
            }
            if !old_octal {
                if self.byte(end) == b'.' {
                    end += 1;
                    while self.byte(end).is_ascii_digit() {
                        end += 1;
                    }
                }
                if self.byte(end) | 0x20 == b'e' {
                    let mut e = end + 1;
                    if matches!(self.byte(e), b'+' | b'-') {
                        e += 1;
                    }
                    if !self.byte(e).is_ascii_digit() {
                        return Err(self.error(m!("digits expected in the exponent")));
                    }
                    while self.byte(e).is_ascii_digit() {
                        e += 1;
                    }
                    end = e;
                }
            }
        }
        let (c, _) = self.code_point(end);
        if ident_part(c) && end < self.s[st::src_len] {
            self.s[st::pos] = end;
            let message = match self.byte(end) {
                b'n' => m!("BigInt is not supported"),
                b'_' => m!("_ in a number is not supported"),
                _ => m!("number runs into a name"),
            };
            return Err(self.error(message));
        }
        self.vm.fuel -= (end - start) as i32;
        let mut simple = 0u32;
        let mut plain = radix == 10 && end - start <= 9;
        let mut octal_digits = old_octal;
        for i in start..end {
            let digit = self.byte(i).wrapping_sub(b'0');
            plain &= digit < 10;
            octal_digits &= digit < 8;
            simple = simple.wrapping_mul(10).wrapping_add(digit as u32);
        }
        let value = if plain && !octal_digits {
            simple as f64
        } else {
            self.parse_number(start, end, if octal_digits { 8 } else { radix })?
        };
        self.s[st::pos] = end;
        self.s[st::tok] = tok::NUM;
        let bits = value.to_bits();
        self.s[st::val] = bits as u32;
        self.s[st::num_hi] = (bits >> 32) as u32;
        Ok(())
    }
    /// Parses number text that may be long, through a string cell where the source is not mapped.
    fn parse_number(&mut self, start: u32, end: u32, radix: u32) -> R<f64> {
        let skip = match radix {
            16 | 2 => 2,
            8 if matches!(self.byte(start + 1) | 0x20, b'o') => 2,
            _ => 0,
        };
        let h = self.copy_source(start + skip, end)?;
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

    fn identifier(&mut self) -> R<()> {
        let start = self.s[st::pos];
        let mut end = start;
        let mut escapes = false;
        let mut bytes = 0;
        let mut ascii = true;
        loop {
            let (c, len) = if self.byte(end) == b'\\' {
                escapes = true;
                match self.unicode_escape(end) {
                    Some(found) => found,
                    None => return Err(self.error(m!("bad escape in a name"))),
                }
            } else {
                self.code_point(end)
            };
            let fits = if bytes == 0 { ident_start(c) } else { ident_part(c) };
            if !fits || end >= self.s[st::src_len] {
                if escapes && self.byte(end) == b'\\' {
                    return Err(self.error(m!("bad escape in a name")));
                }
                break;
            }
            ascii &= c < 0x80;
            bytes += crate::string::encode(c, &mut [0; 4]);
            end += len;
        }
        self.vm.fuel -= (end - start) as i32 / 2;
        let name = if escapes {
            self.s[st::flags] |= ESCAPED;
            self.decoded(start, end, bytes)?
        } else {
            self.source_name(start, end, ascii)?
        };
        self.s[st::pos] = end;
        self.s[st::val] = name as u32;
        let mut token = tok::NAME;
        if names::is_keyword_block(name) {
            token = word(name);
            if escapes {
                token = if token < tok::SOFT { tok::WORD } else { tok::NAME };
            }
        }
        self.s[st::tok] = token;
        Ok(())
    }
    /// `\uXXXX` or `\u{X…}` at `at`: the code point and the bytes it takes.
    fn unicode_escape(&mut self, at: u32) -> Option<(u32, u32)> {
        if self.byte(at + 1) != b'u' {
            return None;
        }
        let mut c = 0;
        if self.byte(at + 2) == b'{' {
            let mut i = at + 3;
            while let Some(d) = hex(self.byte(i)) {
                c = c << 4 | d;
                if c > 0x10_ffff {
                    return None;
                }
                i += 1;
            }
            return if self.byte(i) == b'}' && i > at + 3 {
                Some((c, i + 1 - at))
            } else {
                None
            };
        }
        for i in 0..4 {
            c = c << 4 | hex(self.byte(at + 2 + i))?;
        }
        Some((c, 6))
    }

    /// The names of pattern and flags of the regular expression that starts at the current token, a slash.
    #[cfg(feature = "regexp")]
    pub(crate) fn regexp_text(&mut self) -> R<(u16, u16)> {
        let start = self.s[st::start] + 1;
        let (mut at, mut class, mut ascii) = (start, false, true);
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
            ascii &= self.byte(at) < 0x80;
            at += 1;
        }
        self.vm.fuel -= (at - start) as i32 / 2;
        let pattern = self.source_name(start, at, ascii)?;
        let letters = at + 1;
        at = letters;
        // Whatever could be part of a name; what the flags are is checked with the pattern.
        while self.byte(at) == b'\\' || at < self.s[st::src_len] && ident_part(self.code_point(at).0) {
            at += self.code_point(at).1;
        }
        self.s[st::pos] = at;
        let flags = self.source_name(letters, at, false)?;
        Ok((pattern, flags))
    }
    fn string(&mut self, quote: u8) -> R<()> {
        let start = self.s[st::pos] + 1;
        let mut at = start;
        let mut escapes = false;
        let mut ascii = true;
        // First pass: where it ends, and how long it gets.
        let mut bytes = 0usize;
        loop {
            let b = self.byte(at);
            let template = quote == b'`';
            if b == quote || template && b == b'$' && self.byte(at + 1) == b'{' {
                break;
            }
            if at >= self.s[st::src_len] || !template && (b == b'\n' || b == b'\r') {
                return Err(self.error(if template {
                    m!("template is not closed")
                } else {
                    m!("string is not closed on its line")
                }));
            }
            if b == b'\r' {
                // The end of a line in a template is always LF.
                escapes = true;
                bytes += 1;
                at += self.line_break(at);
            } else if b == b'\\' {
                escapes = true;
                let (c, len) = self.escape(at)?;
                if let Some(c) = c {
                    bytes += encode(c, &mut [0; 4]);
                }
                at += len;
            } else {
                ascii &= b < 0x80;
                bytes += 1;
                at += 1;
            }
        }
        self.vm.fuel -= (at - start) as i32 / 2;
        self.s[st::val] = if escapes {
            self.s[st::flags] |= ESCAPED;
            self.decoded(start, at, bytes)?
        } else {
            self.source_name(start, at, ascii)?
        } as u32;
        self.s[st::pos] = at + if self.byte(at) == b'$' { 2 } else { 1 };
        self.s[st::tok] = tok::STR;
        Ok(())
    }
    /// Bytes of the line's end at a CR.
    fn line_break(&mut self, at: u32) -> u32 {
        if self.byte(at + 1) == b'\n' { 2 } else { 1 }
    }
    /// The text of a template from behind the current token on; true if an expression follows.
    pub(crate) fn template_part(&mut self) -> bool {
        self.s[st::pos] -= 1;
        self.s[st::flags] = 0;
        if self.string(b'`').is_err() {
            self.fail();
            return false;
        }
        if self.s[st::flags] & OCTAL != 0 {
            self.error(m!("octal escape in a template"));
        }
        let end = self.s[st::pos] - 1;
        self.byte(end) == b'{'
    }
    /// The escape at `at` (a backslash): what it stands for (nothing for a continued line), and its bytes.
    fn escape(&mut self, at: u32) -> R<(Option<u32>, u32)> {
        let b = self.byte(at + 1);
        let one = |c: u32| Ok((Some(c), 2));
        match b {
            b'n' => one(10),
            b't' => one(9),
            b'r' => one(13),
            b'b' => one(8),
            b'f' => one(12),
            b'v' => one(11),
            b'x' => match (hex(self.byte(at + 2)), hex(self.byte(at + 3))) {
                (Some(a), Some(b)) => Ok((Some(a << 4 | b), 4)),
                _ => Err(self.error(m!("two hexadecimal digits expected after \\x"))),
            },
            b'u' => match self.unicode_escape(at) {
                Some((c, len)) => {
                    // A pair of escaped halves is one character.
                    if (0xd800..0xdc00).contains(&c)
                        && self.byte(at + len) == b'\\'
                        && let Some((low, more)) = self.unicode_escape(at + len)
                        && (0xdc00..0xe000).contains(&low)
                    {
                        return Ok((Some(0x1_0000 + ((c & 0x3ff) << 10) + (low & 0x3ff)), len + more));
                    }
                    Ok((Some(c), len))
                }
                None => Err(self.error(m!("four hexadecimal digits expected after \\u"))),
            },
            b'\r' => Ok((None, 1 + self.line_break(at + 1))),
            b'\n' => Ok((None, 2)),
            b'0'..=b'7' => {
                let next = self.byte(at + 2);
                if b == b'0' && !next.is_ascii_digit() {
                    return Ok((Some(0), 2));
                }
                self.s[st::flags] |= OCTAL;
                let mut c = (b - b'0') as u32;
                let mut len = 2;
                let most = if b <= b'3' { 4 } else { 3 };
                while len < most && (b'0'..=b'7').contains(&self.byte(at + len)) {
                    c = c << 3 | (self.byte(at + len) - b'0') as u32;
                    len += 1;
                }
                Ok((Some(c), len))
            }
            _ => {
                if self.line_end(at + 1) {
                    return Ok((None, 4));
                }
                if b == b'8' || b == b'9' {
                    self.s[st::flags] |= OCTAL;
                }
                let (c, len) = self.code_point(at + 1);
                Ok((Some(c), 1 + len))
            }
        }
    }
    /// The name of a piece of source with escapes, whose decoded length is known.
    fn decoded(&mut self, start: u32, end: u32, bytes: usize) -> R<u16> {
        let h = self.vm.alloc_str(bytes)?;
        let mut at = start;
        let mut to = 0;
        while at < end {
            let b = self.byte(at);
            if b == b'\\' {
                let (c, len) = self.escape(at)?;
                if let Some(c) = c {
                    let mut out = [0; 4];
                    let n = encode(c, &mut out);
                    self.vm.fill_str(h, to, out.get(..n).unwrap_or(&[]));
                    to += n;
                }
                at += len;
            } else if b == b'\r' {
                self.vm.fill_str(h, to, b"\n");
                to += 1;
                at += self.line_break(at);
            } else {
                self.vm.fill_str(h, to, &[b]);
                to += 1;
                at += 1;
            }
        }
        self.vm.finish_str(h);
        self.vm.script_name_of_cell(h)
    }
    /// The name of a plain piece of source.
    fn source_name(&mut self, start: u32, end: u32, ascii: bool) -> R<u16> {
        let len = end - start;
        if self.s[st::mapped] == text::MAPPED && len < 1 << 10 && start < 1 << 20 {
            let rom = self.vm.rom;
            let text = rom.get(start as usize..end as usize).unwrap_or(&[]);
            if let Some(name) = self.vm.find_fixed_name(text) {
                return Ok(name);
            }
            return self
                .vm
                .add_script_name(Some(start << 12 | len << 2 | u32::from(ascii) << 1));
        }
        let mut buf = [0u8; 32];
        if len as usize <= buf.len() {
            // Most names are known already: look before a cell is made.
            for i in 0..len {
                let b = self.byte(start + i);
                if let Some(to) = buf.get_mut(i as usize) {
                    *to = b;
                }
            }
            if let Some(name) = self.vm.find_fixed_name(buf.get(..len as usize).unwrap_or(&[])) {
                return Ok(name);
            }
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
