//! What the engine's errors say: all texts in one place, packed when this is compiled. A place that throws has one byte, the number
//! of its text.
//!
//! Packed, a byte is a character from the blank to `z`, or a pair of others, which may be such pairs again. It takes half of the flash that plain
//! texts did.

/// The number of a text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Message(u8);

/// The message of a text that is in the list; one that is not is refused when this is compiled.
macro_rules! m {
    ($text:literal) => {
        const { crate::message::find($text) }
    };
}
pub(crate) use m;

/// Texts, and in which builds there are any.
const LIST: &[(bool, &str)] = &[
    (true, ""),
    (true, "more than 2 calls would wait at once"),
    (true, "a call that waits is too deep (more than 160 bytes)"),
    (true, "Invalid array length"),
    (true, "not to be read in strict code"),
    (true, "bind needs a function"),
    (true, "a method of numbers needs a number"),
    (true, "digits must be between 0 and 100"),
    (true, "a method of booleans needs a boolean"),
    (true, "getter and setter must be functions"),
    (true, "a property has a value or accessors, not both"),
    (true, "object is not extensible"),
    (true, "property cannot be redefined"),
    (true, "a method of strings needs a string"),
    (true, "a method of strings on undefined or null"),
    (true, "an argument is missing"),
    (true, "an argument must be a function"),
    (true, "more than 200 arguments"),
    (true, "not a constructor"),
    (true, "prototype is an accessor"),
    (true, "apply needs a function"),
    (true, "apply needs an array of arguments"),
    (true, "apply of a list with accessors"),
    (true, "continue needs the label of a loop"),
    (true, "two defaults in one switch"),
    (true, "catch or finally expected"),
    (true, "continue outside of a loop"),
    (true, "break outside of a loop or switch"),
    (true, "no such label around"),
    (true, "more than 250 arguments"),
    (true, "delete of a name in strict code"),
    (true, "old octal number in strict code"),
    (true, "octal escape in strict code"),
    (true, "reserved word of strict code"),
    (true, "generators are not supported"),
    (true, "direct eval is not supported"),
    (true, "tagged templates are not supported"),
    (true, "more than 200 parameters"),
    (true, "two parameters with one name"),
    (true, "let is no name for a variable of a block"),
    (true, "this name is declared already"),
    (true, "a getter has no parameter, a setter has one"),
    (true, "async functions are not supported"),
    (true, "function too large: a jump of more than 32767 bytes"),
    (true, "more than 255 functions in one function"),
    (true, "function too large"),
    (true, "class is not supported"),
    (true, "modules are not supported"),
    (true, "with is not supported"),
    (true, "no arrow function can stand here, nor an async one"),
    (true, "this cannot be assigned to"),
    (true, "eval and arguments cannot be assigned in strict code"),
    (true, "more than 250 outer names in one function"),
    (true, "more than 250 variables in one function"),
    (true, "use strict needs plain parameters"),
    (true, "name that strict code cannot bind"),
    (true, "label is in use already"),
    (true, "return outside of a function"),
    (true, "the value of throw must stand on its line"),
    (true, "a constant needs a value"),
    (true, "a declaration needs a block here"),
    (true, "stack overflow"),
    (true, "string longer than 65535 bytes"),
    (true, "comment is not closed"),
    (true, "digits expected after the radix prefix"),
    (true, "digits expected in the exponent"),
    (true, "bad escape in a name"),
    (true, "octal escape in a template"),
    (true, "two hexadecimal digits expected after \\x"),
    (true, "four hexadecimal digits expected after \\u"),
    (true, "template is not closed"),
    (true, "string is not closed on its line"),
    (true, "BigInt is not supported"),
    (true, "_ in a number is not supported"),
    (true, "number runs into a name"),
    (true, "too many prototypes to search at once"),
    (true, "property cannot be written"),
    (true, "property cannot be deleted"),
    (true, "right side of in must be an object"),
    (true, "instanceof needs a function on the right"),
    (true, "prototype is not an object"),
    (true, "assignment to a constant"),
    (true, "not iterable: arrays and strings are"),
    (true, "a prototype must be an object or null"),
    (true, "bad instruction"),
    (true, "more than 4096 names and literals"),
    (true, " (line >, column ?)"),
    (true, "@ is not defined"),
    (true, "@ is not a function"),
    (true, "variable used before its declaration"),
    (true, "null"),
    (true, "undefined"),
    (true, "property of "),
    (true, "property '@' of "),
    (true, "= is not supported"),
    (true, "expected <, not the end of the script"),
    (true, "expected <, not ="),
    (true, "malformed URI"),
    (cfg!(feature = "json"), "JSON: not understood at byte <"),
    (cfg!(feature = "regexp"), "<"),
    (cfg!(feature = "eval"), "the text is not one function"),
    (
        cfg!(not(feature = "eval")),
        "the Function constructor is not in this build",
    ),
    (cfg!(not(feature = "eval")), "eval is not supported"),
    (true, "object has no primitive value"),
    (true, "reduce of an empty array"),
    (true, "a function is needed"),
    (true, "an object is needed"),
    (true, "invalid count"),
    (true, "the radix must be 2 to 36"),
    (cfg!(feature = "json"), "JSON of an object that holds itself"),
    (cfg!(feature = "date"), "a method of dates needs a Date"),
    (cfg!(feature = "date"), "invalid date"),
    (cfg!(feature = "regexp"), "a regular expression is needed"),
    (
        cfg!(feature = "regexp"),
        "flags of a regular expression are g, i and m",
    ),
    (
        cfg!(feature = "regexp"),
        "regular expression is not closed on its line",
    ),
    (cfg!(feature = "regexp"), "regular expression is too large"),
    (cfg!(feature = "regexp"), "a regular expression has its flags"),
    (
        cfg!(feature = "regexp"),
        "a text is needed, not a regular expression",
    ),
    (cfg!(feature = "typed-arrays"), "a buffer has at most 65535 bytes"),
    (cfg!(feature = "typed-arrays"), "not an index"),
    (
        cfg!(feature = "typed-arrays"),
        "the buffer has no memory any more",
    ),
    (
        cfg!(feature = "typed-arrays"),
        "a method of buffers needs an ArrayBuffer",
    ),
    (
        cfg!(feature = "typed-arrays"),
        "a method of typed arrays or views needs one",
    ),
    (cfg!(feature = "typed-arrays"), "ArrayBuffer needs new"),
    (
        cfg!(feature = "typed-arrays"),
        "the offset is no multiple of the element",
    ),
    (cfg!(feature = "typed-arrays"), "a view needs an ArrayBuffer"),
    (
        cfg!(feature = "typed-arrays"),
        "the length is no multiple of the element",
    ),
    (cfg!(feature = "typed-arrays"), "the view ends behind its buffer"),
    (cfg!(feature = "typed-arrays"), "DataView needs new"),
    (cfg!(feature = "typed-arrays"), "the source does not fit"),
    (cfg!(feature = "typed-arrays"), "outside of the view"),
    (cfg!(feature = "typed-arrays"), "a typed array needs new"),
    (
        cfg!(not(feature = "regexp")),
        "regular expressions are not in this build",
    ),
    (cfg!(not(feature = "spread")), "spread is not in this build"),
    (
        cfg!(not(feature = "destructuring")),
        "unexpected bracket; destructuring is not in this build",
    ),
    (
        cfg!(feature = "destructuring"),
        "more than 200 names in one pattern",
    ),
    (
        cfg!(feature = "destructuring"),
        "rest behind a computed key is not supported",
    ),
];

/// What the bytes from [`FIRST_PAIR`] on stand for: each is two of those before it, or characters.
#[rustfmt::skip]
const PIECES: &[&str] = &[
    "s ", "e ", "t ", "n ", "ed", "no", "th", "a ", "or", "not ", "ct", "on", "ar", "er", "is ", "st", "in",
    "d ", "un", "me", "an ", "in ", "of", "of ", "al", "de", "an", "str", "is not ", "cti", "uncti", "ed ",
    "functi", "ter", "pp", "to", "y ", "pr", "ex", "ted", "it", "su", "function", "than ", "orted",
    "pported", "supported", "ore ", "eds ", "eeds ", "needs ", "be ", "ct ", "es", "ig", "ore than ",
    "more than ", " is not ", "pro", "on ", "ect", "le", "its ", "exp", "ame", "co", "us", "lo", "needs a ",
    "expect", "stri", "strict ", "ter ", "the ", "ing", "arg", "men", "nu", "la", "more than 2",
    "strict co", "expected ", "of a ", "and ", "val", "o ", "0 ", "re", "te", "strict code", "annot ",
    "cannot ", "string", "d of ", "this ", "ust ", "must ", "prop", "proper", "propert", "property ",
    "argu", "argumen", "s ar", "or ", "con", "pe ", "ou", "et", ", ", "si", " is not supported",
    "in strict code", "cannot be ", "must be ", "e of a ", "igits ", "digits ", "s are ", "s are not ",
    "one ", "name", "num", "numb", "number", "fin", "al ", "dec", "ra", "ch", "as", "s are not supported",
    "digits expected ", "more than 25", "function ", "argument", "in this ", "in this b", "in this bu",
    "in this bui", "in this buil", "in this build", "in one ", "s in one ", "od of ", "thod of ",
    "method of ", "a method of ", "etter ", "ameter", "arameter", "parameter", "proto", "protot", "prototy",
    "too ", "stru", "at ", "to ", "rea", "ue ", "ly ", "sid", "no ",
];
/// In front of the first character of a packed text; 0 ends it.
const BEFORE: u8 = b' ' - 1;
const FIRST_PAIR: u8 = b'z' - BEFORE + 1;
/// Pairs in pairs, at most.
const DEEPEST: usize = 12;
/// What stands in a text for the first of the texts that [`crate::heap::Vm::throw_of`] is given; the bytes behind it are for the others.
pub(crate) const TEXT: u8 = b'<';
/// What stands in a text for the start of the name on top of the stack.
pub(crate) const NAME: u8 = b'@';

/// Whether `text` has `piece` at `at`.
#[allow(clippy::indexing_slicing)] // runs at compile time
const fn has(text: &[u8], at: usize, piece: &[u8]) -> bool {
    let mut i = 0;
    while i < piece.len() {
        if at + i >= text.len() || text[at + i] != piece[i] {
            return false;
        }
        i += 1;
    }
    true
}
/// The number of a text in the list.
///
/// # Panics
/// At compile time, when it is not there.
#[allow(clippy::indexing_slicing)] // runs at compile time
pub(crate) const fn find(text: &str) -> Message {
    let mut i = 0;
    while i < LIST.len() {
        if LIST[i].1.len() == text.len() && has(text.as_bytes(), 0, LIST[i].1.as_bytes()) {
            return Message(i as u8);
        }
        i += 1;
    }
    #[allow(clippy::panic)]
    {
        panic!("a message is missing in the list of messages")
    }
}
/// The longest piece, among the first `most`, that `text` has at `at`: its byte and its length.
#[allow(clippy::indexing_slicing)] // runs at compile time
const fn longest(text: &[u8], at: usize, most: usize) -> (u8, usize) {
    let (mut found, mut len, mut i) = (text[at] - BEFORE, 1, 0);
    assert!(found < FIRST_PAIR);
    while i < most {
        let piece = PIECES[i].as_bytes();
        if piece.len() > len && has(text, at, piece) {
            (found, len) = (FIRST_PAIR + i as u8, piece.len());
        }
        i += 1;
    }
    (found, len)
}
/// The two bytes of piece `k`.
#[allow(clippy::indexing_slicing)] // runs at compile time
const fn pair(k: usize) -> [u8; 2] {
    let text = PIECES[k].as_bytes();
    let mut left = 0;
    // Of all splits in two pieces there is one.
    while left <= k {
        let (byte, len) = if left == 0 {
            (text[0] - BEFORE, 1)
        } else {
            (FIRST_PAIR - 1 + left as u8, PIECES[left - 1].len())
        };
        if len < text.len() && (left == 0 || has(text, 0, PIECES[left - 1].as_bytes())) {
            let mut right = 0;
            while right <= k {
                if right == 0 && len + 1 == text.len() {
                    return [byte, text[len] - BEFORE];
                }
                if right > 0
                    && PIECES[right - 1].len() + len == text.len()
                    && has(text, len, PIECES[right - 1].as_bytes())
                {
                    return [byte, FIRST_PAIR - 1 + right as u8];
                }
                right += 1;
            }
        }
        left += 1;
    }
    #[allow(clippy::panic)]
    {
        panic!("a piece is no pair of those before it")
    }
}
#[allow(clippy::indexing_slicing)] // runs at compile time
const fn pairs() -> [[u8; 2]; PIECES.len()] {
    let mut out = [[0; 2]; PIECES.len()];
    let mut i = 0;
    while i < out.len() {
        out[i] = pair(i);
        i += 1;
    }
    out
}
/// All texts, packed, each with a zero behind; and how many bytes that is.
#[allow(clippy::indexing_slicing)] // runs at compile time
const fn packed() -> ([u8; MOST], usize) {
    let mut out = [0; MOST];
    let (mut to, mut i) = (0, 0);
    while i < LIST.len() {
        let (on, text) = (LIST[i].0, LIST[i].1.as_bytes());
        let mut at = 0;
        while on && at < text.len() {
            let (byte, len) = longest(text, at, PIECES.len());
            out[to] = byte;
            to += 1;
            at += len;
        }
        to += 1;
        i += 1;
    }
    (out, to)
}
/// Room to put the texts together.
const MOST: usize = 1 << 12;
#[allow(long_running_const_eval)]
const PACKED: ([u8; MOST], usize) = packed();
#[allow(clippy::unwrap_used)] // runs at compile time
static TEXTS: [u8; PACKED.1] = *PACKED.0.first_chunk().unwrap();
static PAIRS: [[u8; 2]; PIECES.len()] = pairs();

impl Message {
    /// The message of a number that the code in flash names, or the grammar.
    pub(crate) fn numbered(number: u8) -> Message {
        Message(number)
    }
    /// No text.
    pub(crate) const NONE: Message = m!("");
    /// Its number.
    pub(crate) const fn number(self) -> u8 {
        self.0
    }
    /// Hands over the text, byte by byte.
    pub(crate) fn each(self, mut put: impl FnMut(u8)) {
        let mut before = self.0;
        for &byte in &TEXTS {
            if byte == 0 {
                if before == 0 {
                    break;
                }
                before -= 1;
            } else if before == 0 {
                // The second halves of pairs that are still to come, the next one last.
                let mut open = [0; DEEPEST];
                let (mut count, mut next) = (0, byte);
                loop {
                    while let Some(&[first, second]) =
                        PAIRS.get((next as usize).wrapping_sub(FIRST_PAIR as usize))
                        && let Some(slot) = open.get_mut(count)
                    {
                        *slot = second;
                        count += 1;
                        next = first;
                    }
                    put(next.wrapping_add(BEFORE));
                    if count == 0 {
                        break;
                    }
                    count -= 1;
                    next = open.get(count).copied().unwrap_or(0);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    #[test]
    fn a_message_is_its_text() {
        for (i, (on, text)) in LIST.iter().enumerate() {
            let mut unpacked = Vec::new();
            Message(i as u8).each(|byte| unpacked.push(byte));
            let expected = if *on { text.as_bytes() } else { b"" };
            assert_eq!(unpacked, expected, "{text}");
            assert!(find(text) == Message(i as u8), "{text} is there twice");
        }
        assert!(LIST.len() < 256 && PIECES.len() <= 256 - FIRST_PAIR as usize);
    }
}
