//! The script API bound to the JavaScript engine: the only file that knows it.

use crate::calls::{Calls, Said, Throws};
use crate::config::Board;
use crate::library::LIBRARY;
use motebox_js as js;
use motebox_script::Handle;
use motebox_script::api::{class, function};
use motebox_script::handler::{Registration, Returned, SERVER_ERROR};
use motebox_script::message::Message;
use motebox_script::path::Path;
use motebox_script::peer::Target;
use motebox_script::request::Waiter;
use motebox_script::sample::{READ_FUEL, Sampling};

/// The engine's arithmetic on doubles: one set of routines in an image for a chip without hardware for them.
pub(crate) struct Soft;

impl motebox_script::arith::Arithmetic for Soft {
    fn add(a: f64, b: f64) -> f64 {
        js::number::add(a, b)
    }
    fn sub(a: f64, b: f64) -> f64 {
        js::number::sub(a, b)
    }
    fn mul(a: f64, b: f64) -> f64 {
        js::number::mul(a, b)
    }
    fn div(a: f64, b: f64) -> f64 {
        js::number::div(a, b)
    }
}

/// A function of the script that the host keeps.
pub(crate) type Function = js::Root;

/// An argument for a function of the script.
pub(crate) type Given<'g> = js::Arg<'g>;

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The slice is used up; the job is not over.
    Sliced,
    Done,
    Threw,
    /// The job was set aside; it goes on when this request is over.
    Waits(u32),
    /// The script holds more memory than its limit.
    Full,
}

/// What an engine holds.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Memory {
    pub(crate) size: u32,
    pub(crate) used: u32,
    pub(crate) high_water: u32,
    pub(crate) roots: u32,
    pub(crate) waiting: u32,
}

/// One container's engine, in its arena.
pub(crate) struct Engine<'m> {
    engine: Option<js::Engine<'m>>,
    heap_bytes: u32,
}

impl<'m> Engine<'m> {
    pub(crate) fn new(arena: &'m mut [u32]) -> Self {
        Engine {
            engine: js::Engine::new(arena, &LIBRARY).ok(),
            heap_bytes: u32::MAX,
        }
    }

    /// Whether the arena is large enough for an engine at all.
    pub(crate) fn is_usable(&self) -> bool {
        self.engine.is_some()
    }

    /// Forgets everything: functions, activations, heap. The arena is as new.
    pub(crate) fn stop(&mut self) {
        if let Some(engine) = self.engine.take() {
            self.engine = js::Engine::new(engine.into_arena(), &LIBRARY).ok();
        }
    }

    /// Begins to compile and run a source text. `false` when that cannot be.
    pub(crate) fn load(&mut self, length: u32, heap_bytes: u32) -> bool {
        self.heap_bytes = heap_bytes;
        self.engine
            .as_mut()
            .is_some_and(|engine| engine.load(length).is_ok())
    }

    pub(crate) fn call(&mut self, callee: Function, given: &[Given<'_>]) -> bool {
        let engine = self.engine.as_mut();
        engine.is_some_and(|engine| engine.call(callee, given).is_ok())
    }

    pub(crate) fn resume(&mut self, token: u32, given: Given<'_>) -> bool {
        let engine = self.engine.as_mut();
        engine.is_some_and(|engine| engine.resume(token, js::Resume::Value(given)).is_ok())
    }

    #[inline(never)]
    pub(crate) fn step<B: Board>(
        &mut self,
        calls: &mut Calls<'_, '_, B>,
        text: &dyn js::Source,
        fuel: u32,
    ) -> Step {
        let Some(engine) = &mut self.engine else {
            return Step::Done;
        };
        #[cfg(feature = "date")]
        {
            // The one clock there is: a `Date` counts from the boot.
            let up_ms = calls.now as f64 / 1e3;
            engine.set_time(up_ms, up_ms);
        }
        let step = engine.step(&mut Bound { calls }, text, fuel);
        if !matches!(step, js::Step::OutOfFuel | js::Step::Idle) {
            // Between two jobs hardly anything lives: now is the cheapest time, and the status shows what is really held.
            engine.collect();
        }
        if engine.memory().used > self.heap_bytes {
            engine.collect();
            if engine.memory().used > self.heap_bytes {
                return Step::Full;
            }
        }
        match step {
            js::Step::Idle | js::Step::Done => Step::Done,
            js::Step::Threw => Step::Threw,
            js::Step::OutOfFuel => Step::Sliced,
            js::Step::Waiting(token) => Step::Waits(token),
        }
    }

    pub(crate) fn abort(&mut self) {
        if let Some(engine) = &mut self.engine {
            engine.abort();
        }
    }

    pub(crate) fn unroot(&mut self, kept: Function) {
        if let Some(engine) = &mut self.engine {
            engine.unroot(kept);
        }
    }

    /// Appends what was thrown, as `Name: message`; whether it was that memory ran out.
    pub(crate) fn thrown(&self, message: &mut Message) -> bool {
        let Some(engine) = &self.engine else { return false };
        let mut room = [0; motebox_script::message::MESSAGE_BYTES];
        let result = engine.result();
        message.text(core::str::from_utf8(result.text(&mut room)).unwrap_or(""));
        result.is_memory()
    }

    /// Whether the job returned something that `== false`.
    pub(crate) fn returned_loosely_false(&self) -> bool {
        match self.returned(&mut [0; 1]) {
            Returned::False | Returned::Text([]) => true,
            Returned::Number(number) => number == 0.0,
            _ => false,
        }
    }

    /// What the job returned; a string that does not fit `buf` is 5.00: cut text would be worse than an error.
    pub(crate) fn returned<'b>(&self, buf: &'b mut [u8]) -> Returned<'b> {
        let Some(engine) = &self.engine else {
            return Returned::Other;
        };
        let result = engine.result();
        match result.kind() {
            js::Kind::Bool if result.number() == 0.0 => Returned::False,
            js::Kind::Number => Returned::Number(result.number()),
            js::Kind::String => match result.bytes(buf) {
                Some(text) => Returned::Text(text),
                None => Returned::Number(f64::from(SERVER_ERROR)),
            },
            _ => Returned::Other,
        }
    }

    pub(crate) fn memory(&self) -> Memory {
        let Some(engine) = &self.engine else {
            return Memory::default();
        };
        let memory = engine.memory();
        Memory {
            size: memory.arena.min(self.heap_bytes),
            used: memory.used,
            high_water: memory.high_water,
            roots: memory.roots,
            waiting: memory.waiting,
        }
    }

    pub(crate) fn fuel_used(&self) -> u64 {
        self.engine.as_ref().map_or(0, js::Engine::fuel_used)
    }
}

/// The host that a script calls.
struct Bound<'b, 'c, 'n, B> {
    calls: &'b mut Calls<'c, 'n, B>,
}

/// What a call comes to; `None` is that it throws what the calls have kept.
type Called = Option<js::Outcome>;

/// The number at `index`, if there is one.
fn optional_number(cx: &js::Native<'_, '_>, index: usize) -> Option<f64> {
    let given = cx.argc() > index && cx.kind(index) != js::Kind::Undefined;
    given.then(|| cx.number(index))
}

/// The text at `index`, whose type the table says.
fn text<'c>(cx: &'c js::Native<'_, '_>, index: usize) -> &'c [u8] {
    cx.string(index).unwrap_or(&[])
}

impl<B: Board> Bound<'_, '_, '_, B> {
    /// The instance behind `this`, if it is of the kind that the method is for.
    #[inline(never)]
    fn this(&mut self, cx: &mut js::Native<'_, '_>, wanted: u16) -> Option<u32> {
        match cx.this_host() {
            Some((kind, instance)) if kind == wanted => Some(instance),
            _ => self.calls.said(Said::Else),
        }
    }

    /// Keeps the function at `index`.
    #[inline(never)]
    fn root(&mut self, cx: &mut js::Native<'_, '_>, index: usize) -> Option<Function> {
        if cx.kind(index) != js::Kind::Function {
            return self.calls.said(Said::Callback);
        }
        match cx.root(index) {
            Ok(kept) => Some(kept),
            Err(_) => self.calls.said(Said::Roots),
        }
    }

    fn throw(&mut self, cx: &mut js::Native<'_, '_>) -> js::Outcome {
        let mut message = Message::new();
        let kind = match self.calls.fault.tell(&mut message) {
            Throws::Error => js::ErrorKind::Error,
            Throws::Type => js::ErrorKind::TypeError,
            Throws::Range => js::ErrorKind::RangeError,
        };
        cx.throw(kind, message.as_str())
    }

    fn print(&mut self, cx: &js::Native<'_, '_>) {
        let pieces = 0..cx.argc();
        let bytes = pieces
            .clone()
            .fold(0usize, |sum, index| sum.saturating_add(text(cx, index).len() + 1));
        if !self.calls.may_print(bytes.max(1)) {
            return;
        }
        for index in pieces {
            if index > 0 {
                self.calls.print(b" ");
            }
            self.calls.print(text(cx, index));
        }
        self.calls.print(b"\n");
    }

    #[inline(never)]
    fn device_call(&mut self, id: u16, cx: &mut js::Native<'_, '_>) -> Called {
        let device = self.this(cx, class::DEVICE)? as u16;
        match id {
            function::READ => {
                let axis = optional_number(cx, 0).unwrap_or(0.0);
                let value = self.calls.read(device, axis)?;
                Some(cx.ret_number(value))
            }
            function::WRITE => {
                let numbers = [0, 1, 2, 3].map(|index| cx.number(index));
                let given = numbers.get(..cx.argc().min(numbers.len())).unwrap_or(&numbers);
                self.calls.write(device, given)?;
                Some(cx.ret_undefined())
            }
            function::SAMPLE => self.sample(device, cx),
            _ => self.on_threshold(device, cx),
        }
    }

    #[inline(never)]
    fn sample(&mut self, device: u16, cx: &mut js::Native<'_, '_>) -> Called {
        let Ok(count) = Sampling::count(cx.number(0)) else {
            return self.calls.said(Said::Samples);
        };
        let mut sampling = Sampling::from_state([0, 1, 2, 3].map(|k| cx.state(k)));
        if sampling == Sampling::new() {
            self.calls.prepare_read(device)?;
        }
        let readings = sampling.slice(count);
        for _ in 0..readings {
            sampling.add::<Soft>(self.calls.reading(device, 0)?);
        }
        cx.charge(readings.saturating_mul(READ_FUEL));
        if let Some(summary) = sampling.summary::<Soft>(count) {
            let members = [("min", summary.min), ("max", summary.max), ("avg", summary.avg)];
            return Some(cx.ret_numbers(&members));
        }
        for (index, value) in sampling.state().into_iter().enumerate() {
            if !cx.set_state(index, value) {
                return self.calls.said(Said::SampleMemory);
            }
        }
        Some(js::Outcome::Again)
    }

    #[inline(never)]
    fn on_threshold(&mut self, device: u16, cx: &mut js::Native<'_, '_>) -> Called {
        let (threshold, comparison, period) = (cx.number(0), optional_number(cx, 2), optional_number(cx, 3));
        let (watch, period) = self.calls.prepare_watch(device, threshold, comparison, period)?;
        let callback = self.root(cx, 1)?;
        let now = self.calls.now;
        let set = self.calls.setup.timers.watch(now, period, watch, callback);
        let handle = self.calls.timer_set(set)?;
        Some(cx.ret_host(class::TIMER, handle))
    }

    #[inline(never)]
    fn set_timer(&mut self, id: u16, cx: &mut js::Native<'_, '_>) -> Called {
        let delay = self.calls.prepare_timer(cx.number(1))?;
        let callback = self.root(cx, 0)?;
        let now = self.calls.now;
        let timers = &mut self.calls.setup.timers;
        let set = match id {
            function::SET_INTERVAL => timers.interval(now, delay, callback),
            _ => timers.once(now, delay, callback),
        };
        let handle = self.calls.timer_set(set)?;
        Some(cx.ret_host(class::TIMER, handle))
    }

    #[inline(never)]
    fn register_handler(&mut self, cx: &mut js::Native<'_, '_>) -> Called {
        let mut path = Path::root();
        let (methods, secured) = self.calls.prepare_handler(&mut path, text(cx, 0), cx.number(1))?;
        let callback = self.root(cx, 2)?;
        let handle = self.calls.register(Registration {
            path,
            methods,
            secured,
            callback,
        })?;
        Some(cx.ret_host(class::HANDLER, handle))
    }

    #[inline(never)]
    fn request(&mut self, cx: &mut js::Native<'_, '_>) -> Called {
        let has_payload = cx.argc() > 2 && !matches!(cx.kind(2), js::Kind::Undefined | js::Kind::Null);
        let has_callback = cx.argc() > 3 && cx.kind(3) != js::Kind::Undefined;
        let payload_at = if has_payload { 2 } else { usize::MAX };
        if has_payload && cx.string(2).is_none() {
            return self.calls.said(Said::Payload);
        }
        let mut target = Target::blank();
        let bytes = text(cx, payload_at).len();
        let method = self
            .calls
            .prepare_request(&mut target, text(cx, 0), cx.number(1), bytes)?;
        let waiter = if has_callback {
            Waiter::Callback(self.root(cx, 3)?)
        } else {
            Waiter::Activation
        };
        let payload = text(cx, payload_at);
        let handle = self.calls.request(&target, method, payload, waiter)?;
        Some(if has_callback {
            cx.ret_undefined()
        } else {
            js::Outcome::Suspend(handle.to_payload())
        })
    }

    fn get_device(&mut self, found: Option<u16>, cx: &mut js::Native<'_, '_>) -> Called {
        let Some(device) = found else {
            return Some(cx.ret_undefined());
        };
        self.calls.open(device)?;
        Some(cx.ret_host(class::DEVICE, u32::from(device)))
    }

    /// `clear()` of a timer, `unregister()` of a handler.
    fn end(&mut self, wanted: u16, cx: &mut js::Native<'_, '_>) -> Called {
        let handle = Handle::from_payload(self.this(cx, wanted)?);
        let setup = &mut self.calls.setup;
        let kept = match wanted {
            class::TIMER => setup.timers.clear(handle),
            _ => setup.handlers.remove(handle),
        };
        if let Some(callback) = kept {
            cx.unroot(callback);
        }
        Some(cx.ret_undefined())
    }

    fn dispatch(&mut self, id: u16, cx: &mut js::Native<'_, '_>) -> Called {
        Some(match id {
            function::PRINT => {
                self.print(cx);
                cx.ret_undefined()
            }
            function::REBOOT => {
                self.calls.reboot()?;
                cx.ret_undefined()
            }
            function::SET_TIMEOUT | function::SET_INTERVAL => return self.set_timer(id, cx),
            function::NOW => cx.ret_number(self.calls.now as f64),
            function::TIMER_CLEAR => return self.end(class::TIMER, cx),
            function::GET_BY_NAME | function::GET_ONE => {
                let found = match id {
                    function::GET_BY_NAME => self.calls.board.by_name(text(cx, 0)),
                    _ => self.calls.by_class(cx.number(0)),
                };
                return self.get_device(found, cx);
            }
            function::READ | function::WRITE | function::SAMPLE | function::ON_THRESHOLD => {
                return self.device_call(id, cx);
            }
            function::REGISTER_HANDLER => return self.register_handler(cx),
            function::UNREGISTER => return self.end(class::HANDLER, cx),
            function::REQUEST => return self.request(cx),
            function::CONFIRM => {
                let was_trial = self.calls.confirm();
                cx.ret_bool(was_trial)
            }
            function::CONTAINER_ID => cx.ret_str(self.calls.setup.name().as_bytes()),
            function::CONTAINER_SEQUENCE => cx.ret_number(f64::from(self.calls.setup.sequence)),
            function::CLASS_NUMBER => match self.calls.class_number(usize::from(cx.index())) {
                Some(number) => cx.ret_number(f64::from(number)),
                None => cx.ret_undefined(),
            },
            #[cfg(feature = "stacks")]
            function::STACK_OPEN..=function::RECORD => return self.radio_call(id, cx),
            _ => return self.calls.said(Said::NoFunction),
        })
    }
}

#[cfg(feature = "stacks")]
impl<B: Board> Bound<'_, '_, '_, B> {
    /// A number, or `undefined` where the radio has none to give.
    fn maybe(cx: &mut js::Native<'_, '_>, number: Option<f64>) -> js::Outcome {
        match number {
            Some(number) => cx.ret_number(number),
            None => cx.ret_undefined(),
        }
    }

    #[inline(never)]
    fn radio_call(&mut self, id: u16, cx: &mut js::Native<'_, '_>) -> Called {
        Some(match id {
            function::STACK_OPEN => {
                let channel = self.calls.open_stack(cx.number(0))?;
                cx.ret_host(class::STACK, channel.into())
            }
            function::RADIO_ENERGY => {
                let energy = self.calls.energy(cx.number(0))?;
                Self::maybe(cx, energy.map(f64::from))
            }
            function::RADIO_POWER => {
                let power = self.calls.power(cx.number(0))?;
                Self::maybe(cx, power.map(f64::from))
            }
            function::RADIO_CHANNEL => {
                let tuned = self.calls.tune(cx.number(0))?;
                cx.ret_bool(tuned)
            }
            function::RECORD => {
                self.calls.record(text(cx, 0), cx.number(1), text(cx, 2))?;
                cx.ret_undefined()
            }
            _ => return self.stack_call(id, cx),
        })
    }

    fn stack_call(&mut self, id: u16, cx: &mut js::Native<'_, '_>) -> Called {
        let channel = self.this(cx, class::STACK)? as u16;
        Some(match id {
            function::STACK_SEND => {
                let to = if cx.argc() > 1 { cx.string(1) } else { None };
                match cx.string(0).or_else(|| cx.bytes(0)) {
                    Some(payload) => {
                        self.calls.send(channel, payload, to)?;
                        cx.ret_undefined()
                    }
                    None => return self.calls.said(Said::StackPayload),
                }
            }
            function::STACK_ON_RECEIVE => {
                self.calls.prepare_receive(channel)?;
                let callback = self.root(cx, 0)?;
                if let Some(old) = self.calls.receive(channel, callback)? {
                    cx.unroot(old);
                }
                cx.ret_undefined()
            }
            _ => match self.calls.stats(channel) {
                Some(stats) => cx.ret_numbers(&[
                    ("sent", stats.frames_out.into()),
                    ("received", stats.frames_in.into()),
                    ("dropped", stats.dropped.into()),
                ]),
                None => cx.ret_undefined(),
            },
        })
    }
}

impl<B: Board> js::Host for Bound<'_, '_, '_, B> {
    // Never part of the engine's loop: its locals would lie on the native stack whatever the script does.
    #[inline(never)]
    fn call(&mut self, id: u16, cx: &mut js::Native<'_, '_>) -> js::Outcome {
        match self.dispatch(id, cx) {
            Some(outcome) => outcome,
            None => self.throw(cx),
        }
    }

    // The activation could not be set aside: the request is forgotten.
    fn dropped(&mut self, token: u32) {
        self.calls.setup.requests.remove(Handle::from_payload(token));
    }
}
