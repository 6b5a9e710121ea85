//! Running a job: compiling, calling, resuming, and its end.

use super::engine::job;
use super::*;
use crate::compiler::{Progress, text};
use crate::heap::Vm;
use crate::heap::reg;
use crate::names;
use crate::object::Key;
use crate::rom;
use crate::value::{R, Thrown, Value};
use crate::vm::Exit;

impl Vm<'_> {
    // ---- the job ----

    pub(super) fn work<H: Host>(&mut self, host: &mut H) -> Step {
        loop {
            let mut exit = self.advance();
            if exit == Some(Exit::Host) {
                exit = self.call_host(host);
                if self.r[reg::job] == job::IDLE {
                    return Step::Waiting(self.r[reg::host]);
                }
            }
            match exit {
                Some(Exit::Fuel) => return Step::OutOfFuel,
                Some(Exit::Done) => return self.end(Step::Done),
                Some(Exit::Threw) => return self.end(Step::Threw),
                #[cfg(feature = "eval")]
                Some(Exit::Compile) => self.r[reg::job] = job::COMPILE,
                // A host function right behind another one.
                Some(Exit::Host) => self.r[reg::job] = job::AGAIN,
                None if self.r[reg::job] == job::IDLE => return Step::Idle,
                None => {}
            }
            if self.fuel <= 0 {
                return Step::OutOfFuel;
            }
        }
    }
    /// The next part of the job; `None` where it goes on with another one, or where there is no job.
    #[inline(never)]
    fn advance(&mut self) -> Option<Exit> {
        let result = match self.r[reg::job] {
            job::IDLE => return None,
            job::LOAD => {
                let mapped = match self.source.mapped() {
                    Some(_) => text::MAPPED,
                    None => text::WINDOWED,
                };
                self.r[reg::job] = job::COMPILE;
                self.start_compiler(self.r[reg::host], mapped)
            }
            job::COMPILE => match self.run_compiler() {
                Ok(Progress::More) => return Some(Exit::Fuel),
                #[cfg(feature = "eval")]
                result if self.r[reg::fp] != 0 => self.text_compiled(result),
                Ok(Progress::Done(code)) => {
                    self.set_job(job::CALL, 0);
                    self.push(Value::cell(code));
                    self.push(Value::obj(rom::GLOBAL));
                    return None;
                }
                Err(e) => Err(e),
            },
            job::RUN => return Some(self.run()),
            job::CALL => {
                self.r[reg::job] = job::RUN;
                self.start_call(self.r[reg::host] as usize)
            }
            job::AGAIN => {
                self.r[reg::job] = job::RUN;
                return Some(Exit::Host);
            }
            job::RESUMED => {
                self.r[reg::job] = job::RUN;
                let v = core::mem::replace(&mut self.r[reg::exc], Value::UNDEFINED.0);
                self.deliver(Value(v), self.r[reg::host_how])
            }
            _ => {
                self.r[reg::job] = job::RUN;
                Err(Thrown)
            }
        };
        self.settle(result)
    }
    /// The end of a compilation that a script asked for: its code is what the call gives.
    #[cfg(feature = "eval")]
    fn text_compiled(&mut self, result: R<Progress>) -> R<()> {
        self.end_compiler();
        self.r[reg::job] = job::RUN;
        self.r[reg::again] = 0;
        self.set_frame_limit();
        if let Progress::Done(code) = result? {
            let (base, how) = (self.r[reg::host] as usize, self.r[reg::host_how]);
            self.finish_call(base, Value::cell(code), how)?;
        }
        Ok(())
    }
    /// An exception becomes a handler's business, or the end.
    pub(super) fn settle(&mut self, result: R<()>) -> Option<Exit> {
        match result {
            Ok(()) => self.pending.take(),
            Err(Thrown) => {
                if self.catch() {
                    None
                } else {
                    Some(Exit::Threw)
                }
            }
        }
    }
    pub(super) fn end(&mut self, step: Step) -> Step {
        self.set_job(job::IDLE, 0);
        let v = Value(self.r[reg::result]);
        let text = if step == Step::Threw {
            self.exception_text()
        } else {
            self.r[reg::exc] = Value::UNDEFINED.0;
            if !v.is_str() {
                return step;
            }
            // The host may ask for the text when the source is not at hand.
            self.copied(v.payload())
        };
        self.r[reg::result] = text.unwrap_or(Value::str(names::n::OUT_OF_MEMORY)).0;
        step
    }
    /// What is to be done next, with nothing on the stack and no compiler.
    #[inline(never)]
    pub(super) fn set_job(&mut self, job: u32, host: u32) {
        self.r[reg::job] = job;
        self.r[reg::host] = host;
        self.end_compiler();
        self.clear_stack();
    }
    /// `Name: message` of the exception, or its text.
    fn exception_text(&mut self) -> R<Value> {
        let exc = Value(self.r[reg::exc]);
        self.push(exc);
        let text = self.exception_text_pushed();
        self.clear_stack();
        text
    }
    fn exception_text_pushed(&mut self) -> R<Value> {
        let slot = self.r[reg::sp] as usize;
        let exc = self.v(slot);
        if !exc.is_obj() {
            let s = self.prim_to_str(exc)?;
            return self.copied(s.payload());
        }
        self.push(Value::str(names::n::EMPTY));
        for name in [names::n::NAME, names::n::MESSAGE] {
            if let crate::object::Get::Value(v) = self.get(slot, Key::name(name))?
                && v.is_str()
            {
                self.add_text(v.payload(), 120, names::n::COLON_BLANK)?;
            }
        }
        #[cfg(feature = "lines")]
        if let Some((trace, len)) = self.first_of_trace(slot) {
            self.add_text(trace, len.min(48), names::n::BLANK)?;
        }
        let text = self.pop();
        if text == Value::str(names::n::EMPTY) {
            return Ok(Value::str(names::n::OBJECT));
        }
        self.copied(text.payload())
    }
    /// Joins the first units of a text to that on top, with another one between them.
    fn add_text(&mut self, s: u16, most: usize, between: u16) -> R<()> {
        let len = self.utf16_len(s);
        if len == 0 {
            return Ok(());
        }
        let first = self.top(0) == Value::str(names::n::EMPTY);
        self.push(Value::str(if first { names::n::EMPTY } else { between }));
        let s = self.substring(s, 0, len.min(most))?;
        self.push(s);
        for _ in 0..2 {
            let text = self.concat_top()?;
            self.push(text);
        }
        Ok(())
    }
    #[cfg(all(test, feature = "full"))]
    pub(crate) fn test_exception(&mut self) -> std::string::String {
        let text = self.exception_text().unwrap_or(Value::str(names::n::EMPTY));
        std::string::String::from_utf8_lossy(self.str_bytes(text.payload())).into_owned()
    }
    /// A string cell with the text of any string.
    fn copied(&mut self, s: u16) -> R<Value> {
        if let Some(text) = self.outer_text(s) {
            return self.new_str(text);
        }
        Ok(Value::str(self.text_cell(s)))
    }
}
