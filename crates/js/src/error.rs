//! Exceptions that the engine itself throws.

use crate::heap::*;
use crate::message::{Message, m};
use crate::names::n;
use crate::object::Key;
use crate::rom;
use crate::value::{R, Thrown, Value};

impl Vm<'_> {
    /// Makes an error object the exception; out of memory where there is no room for it.
    #[cold]
    pub(crate) fn throw(&mut self, proto: u16, message: &[&[u8]]) -> Thrown {
        match self.make_error(proto, message) {
            Ok(v) => self.r[reg::exc] = v.0,
            Err(e) => return e,
        }
        Thrown
    }
    fn make_error(&mut self, proto: u16, message: &[&[u8]]) -> R<Value> {
        // First how long it gets, then the copy.
        let mut h = 0;
        for pass in 0..2 {
            let mut at = 0;
            let mut put = |text: &[u8]| {
                if pass == 1 {
                    self.fill_str(h, at, text);
                }
                at += text.len();
            };
            for part in message {
                match Message::of(part) {
                    Some(message) => message.each(|byte| put(&[byte])),
                    None => put(part),
                }
            }
            if pass == 0 {
                h = self.alloc_str(at)?;
            }
        }
        let text = self.finish_str(h);
        self.error_object(proto, text)
    }
    /// An error object with a message.
    pub(crate) fn error_object(&mut self, proto: u16, message: Value) -> R<Value> {
        self.push(message);
        let error = self.new_object_of(proto, class::ERROR);
        let message = self.pop();
        let error = error?;
        #[cfg(not(feature = "lines"))]
        if message == Value::UNDEFINED {
            return Ok(error);
        }
        self.push(error);
        let mut done = Ok(());
        if message != Value::UNDEFINED {
            done = self.define_raw(error.payload(), n::MESSAGE, message, WRITABLE | CONFIGURABLE);
        }
        #[cfg(feature = "lines")]
        if done.is_ok() {
            self.add_trace();
        }
        let error = self.pop();
        done.map(|()| error)
    }
    #[cold]
    pub(crate) fn type_error(&mut self, message: Message) -> Thrown {
        self.throw(rom::TYPE_ERROR_PROTO, &[&message.part()])
    }
    /// A TypeError whose message is a string of the engine.
    #[cold]
    pub(crate) fn type_error_str(&mut self, message: u16) -> Thrown {
        match self.error_object(rom::TYPE_ERROR_PROTO, Value::str(message)) {
            Ok(v) => self.r[reg::exc] = v.0,
            Err(e) => return e,
        }
        Thrown
    }
    #[cold]
    pub(crate) fn range_error(&mut self, message: Message) -> Thrown {
        self.throw(rom::RANGE_ERROR_PROTO, &[&message.part()])
    }
    #[cold]
    pub(crate) fn stack_overflow(&mut self) -> Thrown {
        self.range_error(m!("stack overflow"))
    }
    #[cold]
    pub(crate) fn syntax_error(&mut self, message: [&[u8]; 4], line: u32, column: u32) -> Thrown {
        let [what, of, more, last] = message;
        let (mut l, mut c) = ([0; 10], [0; 10]);
        let (l, c) = (
            crate::string::decimal(line, &mut l),
            crate::string::decimal(column, &mut c),
        );
        self.throw(
            rom::SYNTAX_ERROR_PROTO,
            &[what, of, more, last, b" (line ", l, b", column ", c, b")"],
        )
    }
    /// The start of a name, short enough for a message.
    fn excerpt(&self, name: u16) -> ([u8; 24], usize) {
        let mut buf = [0; 24];
        let text = self.str_bytes(name);
        let mut len = text.len().min(buf.len());
        while len < text.len() && len > 0 && text.get(len).is_some_and(|b| b & 0xc0 == 0x80) {
            len -= 1;
        }
        for (to, from) in buf.iter_mut().zip(text.iter().take(len)) {
            *to = *from;
        }
        (buf, len)
    }
    #[cold]
    pub(crate) fn not_defined(&mut self, name: u16) -> Thrown {
        self.named(rom::REFERENCE_ERROR_PROTO, name, b" is not defined")
    }
    /// An error about a name.
    #[inline(never)]
    fn named(&mut self, proto: u16, name: u16, what: &[u8]) -> Thrown {
        let (buf, len) = self.excerpt(name);
        self.throw(proto, &[buf.get(..len).unwrap_or(&[]), what])
    }
    #[cold]
    pub(crate) fn too_early(&mut self) -> Thrown {
        self.throw(
            rom::REFERENCE_ERROR_PROTO,
            &[b"variable used before its declaration"],
        )
    }
    /// A method that is not there is called by its name: see `get_field`.
    #[cold]
    pub(crate) fn not_callable(&mut self, f: Value) -> Thrown {
        let name = match f {
            _ if f.is_str() => f.payload(),
            Value::NULL => n::NULL,
            _ => self.type_name(f),
        };
        self.named(rom::TYPE_ERROR_PROTO, name, b" is not a function")
    }
    #[cold]
    pub(crate) fn nullish_error(&mut self, base: Value, key: Key) -> Thrown {
        let what: &[u8] = if base == Value::NULL {
            b"null"
        } else {
            b"undefined"
        };
        if key == Key::NONE || key.index().is_some() {
            return self.throw(rom::TYPE_ERROR_PROTO, &[b"property of ", what]);
        }
        let (buf, len) = self.excerpt(key.0.payload());
        self.throw(
            rom::TYPE_ERROR_PROTO,
            &[b"property '", buf.get(..len).unwrap_or(&[]), b"' of ", what],
        )
    }
}
