//! The script API bound to the JavaScript engine: the only file that knows it.

use crate::calls::{Calls, Fault};
use crate::config::Board;
use crate::library::LIBRARY;
use motebox_js as js;
use motebox_script::Handle;
use motebox_script::api::{class, function};
use motebox_script::message::Message;
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
#[derive(Clone, Copy)]
pub(crate) enum Given<'g> {
    Bool(bool),
    Number(f64),
    Text(&'g [u8]),
    #[cfg(feature = "stacks")]
    Bytes(&'g [u8]),
    #[cfg(feature = "stacks")]
    Numbers(&'g [(&'g str, f64)]),
}

/// What a function of the script returned, as far as it matters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Returned {
    False,
    Number(f64),
    /// A string of so many bytes, which are in the buffer.
    Text(usize),
    /// A string that does not fit the buffer.
    TooLong,
    Other,
}

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

fn arg(given: Given<'_>) -> js::Arg<'_> {
    match given {
        Given::Bool(value) => js::Arg::Bool(value),
        Given::Number(value) => js::Arg::Number(value),
        Given::Text(value) => js::Arg::Str(value),
        #[cfg(feature = "stacks")]
        Given::Bytes(value) => js::Arg::Bytes(value),
        #[cfg(feature = "stacks")]
        Given::Numbers(value) => js::Arg::Numbers(value),
    }
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
        let Some(engine) = &mut self.engine else {
            return false;
        };
        match *given {
            [] => engine.call(callee, &[]),
            [a] => engine.call(callee, &[arg(a)]),
            [a, b] => engine.call(callee, &[arg(a), arg(b)]),
            [a, b, c, ..] => engine.call(callee, &[arg(a), arg(b), arg(c)]),
        }
        .is_ok()
    }

    pub(crate) fn resume(&mut self, token: u32, given: Given<'_>) -> bool {
        let Some(engine) = &mut self.engine else {
            return false;
        };
        engine.resume(token, js::Resume::Value(arg(given))).is_ok()
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
            Returned::False | Returned::Text(0) => true,
            Returned::Number(number) => number == 0.0,
            _ => false,
        }
    }

    pub(crate) fn returned(&self, buf: &mut [u8]) -> Returned {
        let Some(engine) = &self.engine else {
            return Returned::Other;
        };
        let result = engine.result();
        match result.kind() {
            js::Kind::Bool if result.number() == 0.0 => Returned::False,
            js::Kind::Number => Returned::Number(result.number()),
            js::Kind::String => result
                .bytes(buf)
                .map_or(Returned::TooLong, |bytes| Returned::Text(bytes.len())),
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

fn throw(cx: &mut js::Native<'_, '_>, fault: &Fault) -> js::Outcome {
    let kind = match fault {
        Fault::Type(_) => js::ErrorKind::TypeError,
        Fault::Range(_) | Fault::Limit(..) => js::ErrorKind::RangeError,
        Fault::Refused(_) | Fault::Device(_) => js::ErrorKind::Error,
    };
    let mut message = Message::new();
    fault.tell(&mut message);
    cx.throw(kind, message.as_str())
}

fn type_error(cx: &mut js::Native<'_, '_>, text: &str) -> js::Outcome {
    cx.throw(js::ErrorKind::TypeError, text)
}

/// The number at `index`, if there is one.
fn optional_number(cx: &js::Native<'_, '_>, index: usize) -> Option<f64> {
    let given = cx.argc() > index && cx.kind(index) != js::Kind::Undefined;
    given.then(|| cx.number(index))
}

fn root(cx: &mut js::Native<'_, '_>, index: usize) -> Result<Function, js::Outcome> {
    if cx.kind(index) != js::Kind::Function {
        return Err(type_error(cx, "a callback is a function"));
    }
    let kept = cx.root(index);
    kept.map_err(|_| cx.throw(js::ErrorKind::RangeError, "no room for another callback"))
}

/// Unpacks a call's result, or throws its fault.
macro_rules! attempt {
    ($cx:expr, $call:expr) => {
        match $call {
            Ok(value) => value,
            Err(fault) => return throw($cx, &fault),
        }
    };
}

impl<B: Board> Bound<'_, '_, '_, B> {
    /// The instance behind `this`, if it is of the kind that the method is for.
    fn this(cx: &mut js::Native<'_, '_>, wanted: u16) -> Result<u32, js::Outcome> {
        match cx.this_host() {
            Some((kind, instance)) if kind == wanted => Ok(instance),
            _ => Err(type_error(cx, "called on something else")),
        }
    }

    #[inline(never)]
    fn device_call(&mut self, id: u16, cx: &mut js::Native<'_, '_>) -> js::Outcome {
        let device = match Self::this(cx, class::DEVICE) {
            Ok(instance) => instance as u16,
            Err(thrown) => return thrown,
        };
        match id {
            function::READ => {
                let axis = optional_number(cx, 0);
                let value = attempt!(cx, self.calls.read(device, axis));
                cx.ret_number(value)
            }
            function::WRITE => {
                let numbers = [0, 1, 2, 3].map(|index| cx.number(index));
                let given = numbers.get(..cx.argc().min(numbers.len())).unwrap_or(&numbers);
                attempt!(cx, self.calls.write(device, given));
                cx.ret_undefined()
            }
            function::SAMPLE => self.sample(device, cx),
            _ => self.on_threshold(device, cx),
        }
    }

    #[inline(never)]
    fn sample(&mut self, device: u16, cx: &mut js::Native<'_, '_>) -> js::Outcome {
        let Ok(count) = Sampling::count(cx.number(0)) else {
            return cx.throw(js::ErrorKind::RangeError, "a sample has 1 to 1000000 readings");
        };
        let mut sampling = Sampling::from_state([0, 1, 2, 3].map(|k| cx.state(k)));
        if sampling == Sampling::new() {
            attempt!(cx, self.calls.prepare_read(device));
        }
        let readings = sampling.slice(count);
        for _ in 0..readings {
            sampling.add::<Soft>(attempt!(cx, self.calls.sample(device)));
        }
        cx.charge(readings.saturating_mul(READ_FUEL));
        match sampling.summary::<Soft>(count) {
            Some(summary) => {
                cx.ret_numbers(&[("min", summary.min), ("max", summary.max), ("avg", summary.avg)])
            }
            None => {
                for (index, value) in sampling.state().into_iter().enumerate() {
                    if !cx.set_state(index, value) {
                        return cx.throw(js::ErrorKind::RangeError, "no memory for a sample");
                    }
                }
                js::Outcome::Again
            }
        }
    }

    #[inline(never)]
    fn on_threshold(&mut self, device: u16, cx: &mut js::Native<'_, '_>) -> js::Outcome {
        let (threshold, comparison, period) = (cx.number(0), optional_number(cx, 2), optional_number(cx, 3));
        let watch = attempt!(
            cx,
            self.calls.prepare_watch(device, threshold, comparison, period)
        );
        let callback = match root(cx, 1) {
            Ok(callback) => callback,
            Err(thrown) => return thrown,
        };
        let handle = attempt!(cx, self.calls.watch(watch, callback));
        cx.ret_host(class::TIMER, handle.to_payload())
    }

    fn set_timer(&mut self, repeat: bool, cx: &mut js::Native<'_, '_>) -> js::Outcome {
        let delay = attempt!(cx, self.calls.prepare_timer(cx.number(1)));
        let callback = match root(cx, 0) {
            Ok(callback) => callback,
            Err(thrown) => return thrown,
        };
        let handle = attempt!(cx, self.calls.set_timer(repeat, delay, callback));
        cx.ret_host(class::TIMER, handle.to_payload())
    }

    #[inline(never)]
    fn register_handler(&mut self, cx: &mut js::Native<'_, '_>) -> js::Outcome {
        let prepared = attempt!(
            cx,
            self.calls
                .prepare_handler(cx.string(0).unwrap_or(&[]), cx.number(1))
        );
        let callback = match root(cx, 2) {
            Ok(callback) => callback,
            Err(thrown) => return thrown,
        };
        let handle = attempt!(cx, self.calls.register(prepared, callback));
        cx.ret_host(class::HANDLER, handle.to_payload())
    }

    #[inline(never)]
    fn request(&mut self, cx: &mut js::Native<'_, '_>) -> js::Outcome {
        let has_payload = cx.argc() > 2 && !matches!(cx.kind(2), js::Kind::Undefined | js::Kind::Null);
        let has_callback = cx.argc() > 3 && cx.kind(3) != js::Kind::Undefined;
        if has_payload && cx.string(2).is_none() {
            return type_error(cx, "a payload is a string");
        }
        let payload = if has_payload {
            cx.string(2).unwrap_or(&[])
        } else {
            &[]
        };
        let (url, bytes) = (cx.string(0).unwrap_or(&[]), payload.len());
        let prepared = attempt!(cx, self.calls.prepare_request(url, cx.number(1), bytes));
        let waiter = if has_callback {
            match root(cx, 3) {
                Ok(callback) => Waiter::Callback(callback),
                Err(thrown) => return thrown,
            }
        } else {
            Waiter::Activation
        };
        let payload = if has_payload {
            cx.string(2).unwrap_or(&[])
        } else {
            &[]
        };
        let handle = attempt!(cx, self.calls.request(prepared, payload, waiter));
        if has_callback {
            cx.ret_undefined()
        } else {
            js::Outcome::Suspend(handle.to_payload())
        }
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
    fn radio_call(&mut self, id: u16, cx: &mut js::Native<'_, '_>) -> js::Outcome {
        match id {
            function::STACK_OPEN => {
                let channel = attempt!(cx, self.calls.open_stack(cx.number(0)));
                cx.ret_host(class::STACK, channel.into())
            }
            function::RADIO_ENERGY => {
                let energy = attempt!(cx, self.calls.energy(cx.number(0)));
                Self::maybe(cx, energy.map(f64::from))
            }
            function::RADIO_POWER => {
                let power = attempt!(cx, self.calls.power(cx.number(0)));
                Self::maybe(cx, power.map(f64::from))
            }
            function::RADIO_CHANNEL => {
                let tuned = attempt!(cx, self.calls.tune(cx.number(0)));
                cx.ret_bool(tuned)
            }
            function::RECORD => {
                let (name, unit) = (cx.string(0).unwrap_or(&[]), cx.string(2).unwrap_or(&[]));
                attempt!(cx, self.calls.record(name, cx.number(1), unit));
                cx.ret_undefined()
            }
            _ => self.stack_call(id, cx),
        }
    }

    fn stack_call(&mut self, id: u16, cx: &mut js::Native<'_, '_>) -> js::Outcome {
        let channel = match Self::this(cx, class::STACK) {
            Ok(instance) => instance as u16,
            Err(thrown) => return thrown,
        };
        match id {
            function::STACK_SEND => {
                let to = if cx.argc() > 1 { cx.string(1) } else { None };
                let payload = cx.string(0).or_else(|| cx.bytes(0));
                match payload {
                    Some(payload) => {
                        attempt!(cx, self.calls.send(channel, payload, to));
                        cx.ret_undefined()
                    }
                    None => type_error(cx, "a payload is bytes or a text"),
                }
            }
            function::STACK_ON_RECEIVE => {
                attempt!(cx, self.calls.prepare_receive(channel));
                let callback = match root(cx, 0) {
                    Ok(callback) => callback,
                    Err(thrown) => return thrown,
                };
                if let Some(old) = attempt!(cx, self.calls.receive(channel, callback)) {
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
        }
    }
}

impl<B: Board> js::Host for Bound<'_, '_, '_, B> {
    // Never part of the engine's loop: its locals would lie on the native stack whatever the script does.
    #[inline(never)]
    fn call(&mut self, id: u16, cx: &mut js::Native<'_, '_>) -> js::Outcome {
        match id {
            function::PRINT => {
                let pieces = (0..cx.argc()).filter_map(|index| cx.string(index));
                self.calls.print(pieces);
                cx.ret_undefined()
            }
            function::REBOOT => {
                attempt!(cx, self.calls.reboot());
                cx.ret_undefined()
            }
            function::SET_TIMEOUT => self.set_timer(false, cx),
            function::SET_INTERVAL => self.set_timer(true, cx),
            function::NOW => cx.ret_number(self.calls.now as f64),
            function::TIMER_CLEAR => match Self::this(cx, class::TIMER) {
                Ok(instance) => {
                    if let Some(callback) = self.calls.clear_timer(Handle::from_payload(instance)) {
                        cx.unroot(callback);
                    }
                    cx.ret_undefined()
                }
                Err(thrown) => thrown,
            },
            function::GET_BY_NAME | function::GET_ONE => {
                let found = match id {
                    function::GET_BY_NAME => self.calls.get_by_name(cx.string(0).unwrap_or(&[])),
                    _ => self.calls.get_one(cx.number(0)),
                };
                match attempt!(cx, found) {
                    Some(device) => cx.ret_host(class::DEVICE, u32::from(device)),
                    None => cx.ret_undefined(),
                }
            }
            function::READ | function::WRITE | function::SAMPLE | function::ON_THRESHOLD => {
                self.device_call(id, cx)
            }
            function::REGISTER_HANDLER => self.register_handler(cx),
            function::UNREGISTER => match Self::this(cx, class::HANDLER) {
                Ok(instance) => {
                    if let Some(callback) = self.calls.unregister(Handle::from_payload(instance)) {
                        cx.unroot(callback);
                    }
                    cx.ret_undefined()
                }
                Err(thrown) => thrown,
            },
            function::REQUEST => self.request(cx),
            function::CONFIRM => {
                let was_trial = self.calls.confirm();
                cx.ret_bool(was_trial)
            }
            function::CONTAINER_ID => cx.ret_str(self.calls.id()),
            function::CONTAINER_SEQUENCE => cx.ret_number(f64::from(self.calls.sequence())),
            function::CLASS_NUMBER => match self.calls.class_number(usize::from(cx.index())) {
                Some(number) => cx.ret_number(f64::from(number)),
                None => cx.ret_undefined(),
            },
            #[cfg(feature = "stacks")]
            function::STACK_OPEN..=function::RECORD => self.radio_call(id, cx),
            _ => type_error(cx, "no such function"),
        }
    }

    fn dropped(&mut self, token: u32) {
        self.calls.drop_request(Handle::from_payload(token));
    }
}
