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
            match self.advance() {
                Some(Exit::Fuel) => return Step::OutOfFuel,
                Some(Exit::Done) => return self.end(Step::Done),
                Some(Exit::Threw) => return self.end(Step::Threw),
                #[cfg(feature = "eval")]
                Some(Exit::Compile) => self.r[reg::job] = job::COMPILE,
                Some(Exit::Host) => {
                    if let Some(step) = self.call_host(host) {
                        return step;
                    }
                }
                None if self.r[reg::job] == job::IDLE => return Step::Idle,
                None => continue,
            }
            if self.fuel <= 0 {
                return Step::OutOfFuel;
            }
        }
    }
    /// The next part of the job; `None` where it goes on with another one, or where there is no job.
    #[inline(never)]
    fn advance(&mut self) -> Option<Exit> {
        let job = self.r[reg::job];
        let result = match job {
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
                    self.clear_stack();
                    self.push(Value::cell(code));
                    self.push(Value::obj(rom::GLOBAL));
                    self.r[reg::job] = job::CALL;
                    self.r[reg::host] = 0;
                    return None;
                }
                Err(e) => Err(e),
            },
            job::RUN => return Some(self.run()),
            _ => {
                self.r[reg::job] = job::RUN;
                match job {
                    job::AGAIN => return Some(Exit::Host),
                    job::CALL => self.start_call(self.r[reg::host] as usize),
                    job::RESUMED => {
                        let v = self.pop();
                        self.deliver(v, self.r[reg::host_how])
                    }
                    _ => Err(Thrown),
                }
            }
        };
        self.settle(result)
    }
    /// The end of a compilation that a script asked for: its code is what the call gives.
    #[cfg(feature = "eval")]
    fn text_compiled(&mut self, result: R<Progress>) -> R<()> {
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
        self.clear_stack();
        self.end_compiler();
        self.r[reg::job] = job::IDLE;
        if step == Step::Threw {
            let text = self.exception_text();
            self.r[reg::result] = text.unwrap_or(Value::str(names::n::OUT_OF_MEMORY)).0;
        } else {
            self.r[reg::exc] = Value::UNDEFINED.0;
            let v = Value(self.r[reg::result]);
            // The host may ask for the text when the source is not at hand.
            if v.is_str()
                && let Some(text) = self.outer_text(v.payload())
            {
                let copy = self.new_str(text);
                self.r[reg::result] = copy.unwrap_or(Value::str(names::n::OUT_OF_MEMORY)).0;
            } else if v.is_str() && v.payload() >= crate::value::HEAP_END {
                self.r[reg::result] = Value::str(self.text_cell(v.payload())).0;
            }
        }
        step
    }
    pub(super) fn end_compiler(&mut self) {
        self.r[reg::buf] = 0;
        self.r[reg::buf_len] = 0;
        self.r[reg::comp] = 0;
        self.r[reg::vars] = 0;
        self.r[reg::kids] = 0;
    }
    /// `Name: message` of the exception, or its text.
    fn exception_text(&mut self) -> Option<Value> {
        let exc = Value(self.r[reg::exc]);
        self.push(exc);
        let text = self.exception_text_pushed();
        self.clear_stack();
        text.ok()
    }
    fn exception_text_pushed(&mut self) -> R<Value> {
        let exc = self.top(0);
        if !exc.is_obj() {
            let s = self.prim_to_str(exc)?;
            return self.copied(s.payload());
        }
        let mut parts = [names::n::EMPTY; 2];
        for (part, name) in parts.iter_mut().zip([names::n::NAME, names::n::MESSAGE]) {
            if let crate::object::Get::Value(v) = self.get(self.r[reg::sp] as usize, Key::name(name))?
                && v.is_str()
            {
                *part = v.payload();
            }
        }
        #[cfg(feature = "lines")]
        let trace = self.first_of_trace();
        #[cfg(not(feature = "lines"))]
        let trace: Option<(u16, usize)> = None;
        #[cfg(feature = "lines")]
        self.push(Value::str(trace.map_or(names::n::EMPTY, |trace| trace.0)));
        let trace_len = trace.map_or(0, |trace| trace.1.min(48));
        let [name, message] = parts;
        let (name, message) = (Value::str(name), Value::str(message));
        self.push(message);
        self.push(name);
        let lens = [name, message].map(|v| self.str_bytes(v.payload()).len().min(120));
        if lens.iter().sum::<usize>() == 0 {
            return Ok(Value::str(names::n::OBJECT));
        }
        let gap = if lens.iter().all(|&len| len != 0) { 2 } else { 0 };
        let blank = usize::from(trace_len != 0);
        let len = lens.iter().sum::<usize>() + gap;
        let h = self.alloc_str(len + blank + trace_len)?;
        let [name_len, message_len] = lens;
        let name = self.pop().payload();
        let message = self.pop().payload();
        self.copy_str(h, 0, name, 0, name_len);
        if gap != 0 {
            self.fill_str(h, name_len, b": ");
        }
        self.copy_str(h, name_len + gap, message, 0, message_len);
        if trace_len != 0 {
            let trace = self.pop().payload();
            self.fill_str(h, len, b" ");
            self.copy_str(h, len + blank, trace, 0, trace_len);
        }
        Ok(self.finish_str(h))
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
