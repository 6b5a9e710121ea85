//! Exceptions that the engine itself throws.

use crate::heap::*;
use crate::message::{self, Message, m};
use crate::names::n;
use crate::object::Key;
use crate::rom;
use crate::value::{R, Thrown, Value};

/// Bytes of a name that a message shows, at most.
const MOST_OF_NAME: usize = 24;

impl Vm<'_> {
    /// Makes an error object the exception; out of memory where there is no room for it.
    #[cold]
    #[inline(never)]
    pub(crate) fn throw(&mut self, proto: u16, message: Message) -> Thrown {
        self.throw_of(proto, [message, Message::NONE], &[])
    }
    /// The same with two messages, one behind the other, and the texts that they name.
    #[cold]
    #[inline(never)]
    pub(crate) fn throw_of(&mut self, proto: u16, messages: [Message; 2], texts: &[&[u8]]) -> Thrown {
        let message = self.message_of(messages, texts);
        self.throw_error(proto, message)
    }
    /// Makes an error object with this message the exception.
    #[inline(never)]
    pub(crate) fn throw_error(&mut self, proto: u16, message: R<Value>) -> Thrown {
        if let Ok(error) = message.and_then(|message| self.error_object(proto, message)) {
            self.r[reg::exc] = error.0;
        }
        Thrown
    }
    fn message_of(&mut self, messages: [Message; 2], texts: &[&[u8]]) -> R<Value> {
        // First how long it gets, then the copy.
        let mut h = 0;
        loop {
            let mut at = 0;
            for message in messages {
                message.each(|byte| {
                    let byte_text = [byte];
                    let mut text = &byte_text[..];
                    if byte == message::NAME {
                        let name = self.top(0).payload();
                        let len = crate::string::first_bytes(self.str_bytes(name), MOST_OF_NAME);
                        if h != 0 {
                            self.copy_str(h, at, name, 0, len);
                        }
                        at += len;
                        return;
                    }
                    if let Some(named) = texts.get((byte as usize).wrapping_sub(message::TEXT as usize)) {
                        text = named;
                    }
                    if h != 0 {
                        self.fill_str(h, at, text);
                    }
                    at += text.len();
                });
            }
            if h != 0 {
                return Ok(self.finish_str(h));
            }
            h = self.alloc_str(at)?;
        }
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
        self.throw(rom::TYPE_ERROR_PROTO, message)
    }
    #[cold]
    pub(crate) fn range_error(&mut self, message: Message) -> Thrown {
        self.throw(rom::RANGE_ERROR_PROTO, message)
    }
    #[cold]
    pub(crate) fn stack_overflow(&mut self) -> Thrown {
        self.range_error(m!("stack overflow"))
    }
    /// The message may name the two texts.
    #[cold]
    pub(crate) fn syntax_error(
        &mut self,
        message: Message,
        texts: [&[u8]; 2],
        line: u32,
        column: u32,
    ) -> Thrown {
        let [first, second] = texts;
        let (mut l, mut c) = ([0; 10], [0; 10]);
        let texts = [
            first,
            second,
            crate::string::decimal(line, &mut l),
            crate::string::decimal(column, &mut c),
        ];
        self.throw_of(
            rom::SYNTAX_ERROR_PROTO,
            [message, m!(" (line >, column ?)")],
            &texts,
        )
    }
    #[cold]
    pub(crate) fn not_defined(&mut self, name: u16) -> Thrown {
        self.named(
            rom::REFERENCE_ERROR_PROTO,
            name,
            [m!("@ is not defined"), Message::NONE],
        )
    }
    /// An error about a name.
    #[inline(never)]
    fn named(&mut self, proto: u16, name: u16, messages: [Message; 2]) -> Thrown {
        self.push(Value::str(name));
        let thrown = self.throw_of(proto, messages, &[]);
        self.drop_n(1);
        thrown
    }
    #[cold]
    pub(crate) fn too_early(&mut self) -> Thrown {
        self.throw(
            rom::REFERENCE_ERROR_PROTO,
            m!("variable used before its declaration"),
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
        self.named(
            rom::TYPE_ERROR_PROTO,
            name,
            [m!("@ is not a function"), Message::NONE],
        )
    }
    #[cold]
    pub(crate) fn nullish_error(&mut self, base: Value, key: Key) -> Thrown {
        let what = if base == Value::NULL {
            m!("null")
        } else {
            m!("undefined")
        };
        let of = if key == Key::NONE || key.index().is_some() {
            m!("property of ")
        } else {
            m!("property '@' of ")
        };
        self.named(rom::TYPE_ERROR_PROTO, key.0.payload(), [of, what])
    }
}
