//! A light tokenizer for the rules that choose tests: comments, strings and regular expressions are told from code, and no
//! more than that. It never fails; on text that is no JavaScript it may be wrong for the rest of a line.

/// A token, as far as the rules need it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Token {
    /// A name or keyword; escapes are decoded.
    Name(String),
    /// A single character of punctuation.
    Punct(char),
    /// A number, string, template piece or regular expression.
    Literal,
}

impl Token {
    /// Whether it is this name.
    pub fn is(&self, name: &str) -> bool {
        matches!(self, Token::Name(text) if text == name)
    }
    /// Whether it is this character.
    pub fn is_punct(&self, c: char) -> bool {
        *self == Token::Punct(c)
    }
}

const BEFORE_REGEXP: [&str; 13] = [
    "return",
    "typeof",
    "case",
    "do",
    "else",
    "in",
    "instanceof",
    "new",
    "void",
    "delete",
    "throw",
    "of",
    "yield",
];

/// All tokens of a text.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut scan = Scan {
        chars: text.chars().collect(),
        at: 0,
        out: Vec::new(),
        braces: Vec::new(),
    };
    while scan.one() {}
    scan.out
}

struct Scan {
    chars: Vec<char>,
    at: usize,
    out: Vec<Token>,
    /// For each open brace, whether it is the `${` of a template.
    braces: Vec<bool>,
}
impl Scan {
    fn peek(&self, ahead: usize) -> char {
        self.chars.get(self.at + ahead).copied().unwrap_or('\0')
    }
    /// Takes one token or one piece of white space; false at the end.
    fn one(&mut self) -> bool {
        if self.at >= self.chars.len() {
            return false;
        }
        match (self.peek(0), self.peek(1)) {
            ('/', '/') => self.skip_until(is_line_end),
            ('/', '*') => self.block_comment(),
            ('/', _) if self.regexp_may_start() => self.regexp(),
            (quote @ ('"' | '\''), _) => self.string(quote),
            ('`', _) => self.template(),
            ('}', _) if self.braces.pop() == Some(true) => self.template(),
            (c, _) if c.is_ascii_digit() => self.number(),
            ('.', next) if next.is_ascii_digit() => self.number(),
            ('\\', 'u') => self.name(),
            (c, _) if is_name(c) => self.name(),
            (c, _) => {
                self.at += 1;
                if c == '{' {
                    self.braces.push(false);
                }
                if !(c.is_whitespace() || c == '\u{feff}') {
                    self.out.push(Token::Punct(c));
                }
            }
        }
        true
    }
    fn skip_until(&mut self, end: fn(char) -> bool) {
        while self.at < self.chars.len() && !end(self.peek(0)) {
            self.at += 1;
        }
    }
    fn block_comment(&mut self) {
        self.at += 2;
        while self.at < self.chars.len() && !(self.peek(0) == '*' && self.peek(1) == '/') {
            self.at += 1;
        }
        self.at += 2;
    }
    fn regexp_may_start(&self) -> bool {
        match self.out.last() {
            None => true,
            Some(Token::Name(name)) => BEFORE_REGEXP.contains(&name.as_str()),
            Some(Token::Punct(c)) => !matches!(c, ')' | ']'),
            Some(Token::Literal) => false,
        }
    }
    fn regexp(&mut self) {
        let start = self.at;
        let mut class = false;
        self.at += 1;
        loop {
            match self.peek(0) {
                '\0' => break,
                c if is_line_end(c) => break,
                '\\' => self.at += 1,
                '[' => class = true,
                ']' => class = false,
                '/' if !class => {
                    self.at += 1;
                    self.skip_until(|c| !c.is_ascii_alphanumeric());
                    self.out.push(Token::Literal);
                    return;
                }
                _ => {}
            }
            self.at += 1;
        }
        // No end on this line: a division after all.
        self.at = start + 1;
        self.out.push(Token::Punct('/'));
    }
    fn string(&mut self, quote: char) {
        self.at += 1;
        while self.at < self.chars.len() && self.peek(0) != quote {
            self.at += if self.peek(0) == '\\' { 2 } else { 1 };
        }
        self.at += 1;
        self.out.push(Token::Literal);
    }
    /// From a backquote, or from the brace that ends a substitution.
    fn template(&mut self) {
        self.at += 1;
        self.out.push(Token::Literal);
        while self.at < self.chars.len() {
            match (self.peek(0), self.peek(1)) {
                ('`', _) => {
                    self.at += 1;
                    return;
                }
                ('$', '{') => {
                    self.at += 2;
                    self.braces.push(true);
                    self.out.push(Token::Punct('{'));
                    return;
                }
                ('\\', _) => self.at += 2,
                _ => self.at += 1,
            }
        }
    }
    fn number(&mut self) {
        while self.peek(0).is_ascii_alphanumeric() || self.peek(0) == '.' {
            self.at += 1;
        }
        self.out.push(Token::Literal);
    }
    fn name(&mut self) {
        let mut text = String::new();
        loop {
            let c = self.peek(0);
            if is_name(c) || c.is_ascii_digit() {
                text.push(c);
                self.at += 1;
            } else if c == '\\' && self.peek(1) == 'u' {
                self.at += 2;
                text.push(self.escape());
            } else {
                break;
            }
        }
        self.out.push(Token::Name(text));
    }
    /// What stands behind `\u`; U+FFFD when it names no character.
    fn escape(&mut self) -> char {
        let mut digits = String::new();
        if self.peek(0) == '{' {
            self.at += 1;
            while self.peek(0).is_ascii_hexdigit() {
                digits.push(self.peek(0));
                self.at += 1;
            }
            self.at += usize::from(self.peek(0) == '}');
        } else {
            while digits.len() < 4 && self.peek(0).is_ascii_hexdigit() {
                digits.push(self.peek(0));
                self.at += 1;
            }
        }
        let code = u32::from_str_radix(&digits, 16).ok();
        code.and_then(char::from_u32).unwrap_or('\u{fffd}')
    }
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}')
}
/// Letters, and every character beyond ASCII that is no white space: what needs tables.
fn is_name(c: char) -> bool {
    c.is_ascii_alphabetic()
        || c == '$'
        || c == '_'
        || (c as u32 >= 0x80 && !c.is_whitespace() && c != '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        let name = |token: Token| match token {
            Token::Name(name) => Some(name),
            _ => None,
        };
        tokens(text).into_iter().filter_map(name).collect()
    }

    #[test]
    fn names_in_comments_strings_and_regexps_do_not_count() {
        let text = "a // eval(\n/* with */ 'eval' + \"wi\\\"th\", /ev[/]al/g; b = c / with_ / d";
        assert_eq!(names(text), ["a", "b", "c", "with_", "d"]);
    }
    #[test]
    fn substitutions_of_templates_are_code() {
        assert_eq!(names("`x ${a + `${b}` + {c: 1}} y` + d"), ["a", "b", "c", "d"]);
    }
    #[test]
    fn escapes_in_names_are_decoded() {
        assert_eq!(names(r"v\u0061r \u{62} = \u2E2F"), ["var", "b", "\u{2e2f}"]);
    }
    #[test]
    fn a_slash_without_an_end_divides() {
        assert_eq!(names("a = (b) / c; } / d\n e"), ["a", "b", "c", "d", "e"]);
    }
}
