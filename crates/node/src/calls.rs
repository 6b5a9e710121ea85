//! What the calls of the script API do, with plain arguments: the engine's binding converts and hands over.
//!
//! Nothing here calls a script. A function that a call keeps comes in after everything was checked, so that it is rooted
//! in the engine only when it will be kept.

use crate::config::Board;
use crate::engine::{Function, Soft};
use crate::setup::{MAX_REQUESTS, MAX_TIMERS, REQUEST_BYTES, Setup};
use motebox_script::Handle;
use motebox_script::actuator::TooManyActuators;
use motebox_script::api::CLASS_NAMES;
use motebox_script::arith::whole;
use motebox_script::device::{DeviceError, MAX_VALUES, Values};
use motebox_script::handler::{Methods, RegisterError, Registration};
use motebox_script::message::Message;
use motebox_script::path::{PATH_BYTES, Path, PathError};
use motebox_script::peer::{Address, Target, UrlError};
use motebox_script::permission::Refusal;
use motebox_script::request::{RequestError, Requests, Waiter};
use motebox_script::scale::{self, ScaleError};
use motebox_script::timer::{Comparison, POLL_PERIOD_US, TimersFull, Watch, duration_us};

/// What a call throws. It is kept in [`Calls`] until the engine asks, so that what a call gives is an `Option` of a word or two.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// `TypeError` or `RangeError`: what the text says.
    Said(Said),
    /// `RangeError`: more than so many of what the text says.
    Limit(u32, Said),
    /// `Error`: not permitted.
    Refused(Refusal),
    /// `Error`: a device failed.
    Device(DeviceError),
}

/// The kinds of exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Throws {
    Error,
    Type,
    Range,
}

/// The texts of exceptions that a call finds itself.
macro_rules! said {
    ($($(#[$cfg:meta])* $name:ident: $kind:ident $text:literal,)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub(crate) enum Said { $($(#[$cfg])* $name),* }

        const SAID: &[(Throws, &str)] = &[$($(#[$cfg])* (Throws::$kind, $text)),*];
    };
}

said! {
    Else: Type "called on something else",
    NoFunction: Type "no such function",
    Callback: Type "a callback is a function",
    Roots: Range "no room for another callback",
    Time: Range "not a time in microseconds",
    Timers: Range " timers",
    Axis: Range "an axis is 0, 1 or 2",
    Values: Type "a device is written 1 to 3 values",
    Finite: Range "not a finite number",
    Scale: Range "the device takes -32768 to 32767 at its scale",
    Actuators: Range " actuators",
    Operator: Type "the third argument is one of saul.op",
    Samples: Range "a sample has 1 to 1000000 readings",
    SampleMemory: Range "no memory for a sample",
    Slash: Type "a path begins with /",
    PathBytes: Range " bytes of path",
    NoPath: Type "not a path",
    Methods: Type "methods are a sum of coap.method",
    HasHandler: Type "the path has a handler already",
    Handlers: Range " handlers",
    Taken: Type "the path is taken",
    Scheme: Type "a URL begins with coap:// or coaps://",
    Host: Type "the host of a URL is an IPv6 address in brackets or an IPv4 address",
    Port: Type "not a port",
    Query: Type "not a query, or too long",
    Url: Type "not a URL",
    Method: Type "the method is one of coap.method",
    Payload: Type "a payload is a string",
    Requests: Range " requests under way",
    RequestBytes: Range " bytes of path, query and payload",
    Request: Type "not a request",
    #[cfg(feature = "stacks")]
    Channel: Range "a channel is 0 to 65535",
    #[cfg(feature = "stacks")]
    NoStack: Range "no stack has this channel",
    #[cfg(feature = "stacks")]
    Address: Type "an address is a text as \"1.0\"",
    #[cfg(feature = "stacks")]
    StackPayload: Type "a payload is bytes or a text",
    #[cfg(feature = "stacks")]
    PayloadBytes: Range " bytes of payload",
    #[cfg(feature = "stacks")]
    NotTaken: Range "the stack did not take it",
    #[cfg(feature = "stacks")]
    Receivers: Range " stacks to receive from",
    #[cfg(feature = "stacks")]
    RadioChannel: Range "a radio channel is 0 to 26",
    #[cfg(feature = "stacks")]
    Power: Range "a power is -128 to 127 dBm",
    #[cfg(feature = "stacks")]
    Name: Type "a name has 1 to 12 letters, digits and -:./_",
    #[cfg(feature = "stacks")]
    Unit: Type "a unit has at most 6 characters",
}

impl Said {
    fn row(self) -> (Throws, &'static str) {
        SAID.get(self as usize).copied().unwrap_or((Throws::Error, ""))
    }
}

impl Fault {
    /// Appends the text of the exception; its kind.
    pub(crate) fn tell(self, m: &mut Message) -> Throws {
        let said = match self {
            Fault::Said(said) => said,
            Fault::Limit(limit, said) => {
                m.text("more than ").number(limit);
                said
            }
            Fault::Refused(refusal) => {
                refusal.tell(m);
                return Throws::Error;
            }
            Fault::Device(error) => {
                error.tell(m);
                return Throws::Error;
            }
        };
        let (throws, text) = said.row();
        m.text(text);
        throws
    }
}

/// The node's stacks, where the build has them.
#[cfg(feature = "stacks")]
pub(crate) type Reach<'c, 'n> = Option<&'c mut motebox_crime::Network<'n>>;
#[cfg(not(feature = "stacks"))]
pub(crate) type Reach<'c, 'n> = core::marker::PhantomData<(&'c (), &'n ())>;

/// The world as one script sees it during one slice.
pub(crate) struct Calls<'c, 'n, B> {
    pub(crate) board: &'c mut B,
    /// The caller's.
    pub(crate) setup: &'c mut Setup,
    /// Those before and behind it.
    pub(crate) others: [&'c [Setup]; 2],
    /// The node's addresses.
    pub(crate) own: &'c [Address],
    pub(crate) now: u64,
    pub(crate) request_timeout_us: u64,
    /// The script asked for a reboot.
    pub(crate) reboot: &'c mut bool,
    pub(crate) network: Reach<'c, 'n>,
    /// Why the last call that gave `None` did.
    pub(crate) fault: Fault,
}

/// Takes a call's permission, or keeps why there is none.
macro_rules! permit {
    ($self:ident, $guard:ident, $granted:ident, $call:expr) => {{
        let ($granted, $guard) = $self.setup.grants();
        match $call {
            Ok(permitted) => permitted,
            Err(refusal) => return $self.refused(refusal),
        }
    }};
}
#[cfg(feature = "stacks")]
pub(crate) use permit;

/// One reading, its scale applied.
pub(crate) fn reading<B: Board>(board: &mut B, device: u16, axis: u8) -> Result<f64, DeviceError> {
    let (value, scale) = board.read(device, axis)?;
    Ok(scale::to_number::<Soft>(value, scale))
}

impl<B: Board> Calls<'_, '_, B> {
    #[inline(never)]
    fn keep(&mut self, said: Said) {
        self.fault = Fault::Said(said);
    }

    #[inline(never)]
    fn keep_limit(&mut self, limit: u32, said: Said) {
        self.fault = Fault::Limit(limit, said);
    }

    pub(crate) fn said<T>(&mut self, said: Said) -> Option<T> {
        self.keep(said);
        None
    }

    pub(crate) fn limit<T>(&mut self, limit: u32, said: Said) -> Option<T> {
        self.keep_limit(limit, said);
        None
    }

    pub(crate) fn refused<T>(&mut self, refusal: Refusal) -> Option<T> {
        self.fault = Fault::Refused(refusal);
        None
    }

    // ---- print, riot, container ---------------------------------------------------------------------------------------

    /// Whether so many bytes may be printed now. What is beyond the limit is left out and counted.
    pub(crate) fn may_print(&mut self, bytes: usize) -> bool {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        let setup = &mut *self.setup;
        setup.guard.log(&setup.limits, bytes, self.now).is_ok()
    }

    #[inline(never)]
    pub(crate) fn print(&mut self, piece: &[u8]) {
        self.setup.log.write(piece);
        self.board.log(self.setup.name(), piece);
    }

    pub(crate) fn reboot(&mut self) -> Option<()> {
        permit!(self, guard, granted, guard.reboot(&granted));
        *self.reboot = true;
        Some(())
    }

    /// Whether there was a trial to end.
    pub(crate) fn confirm(&mut self) -> bool {
        self.setup.confirmed |= self.setup.may_confirm;
        self.setup.may_confirm
    }

    // ---- timers -------------------------------------------------------------------------------------------------------

    /// Whether one more timer may be set.
    #[inline(never)]
    pub(crate) fn prepare_timer(&mut self, delay: f64) -> Option<u64> {
        let Ok(delay) = duration_us(delay) else {
            return self.said(Said::Time);
        };
        let used = self.setup.timers.len();
        if used >= MAX_TIMERS {
            return self.limit(MAX_TIMERS as u32, Said::Timers);
        }
        let setup = &mut *self.setup;
        match setup.guard.timer(&setup.limits, used) {
            Ok(()) => Some(delay),
            Err(refusal) => self.refused(refusal),
        }
    }

    /// The number of a timer that was set.
    pub(crate) fn timer_set(&mut self, set: Result<Handle, TimersFull>) -> Option<u32> {
        match set {
            Ok(handle) => Some(handle.to_payload()),
            Err(full) => self.limit(u32::from(full.0), Said::Timers),
        }
    }

    // ---- devices ------------------------------------------------------------------------------------------------------

    /// Whether the script may have a device.
    pub(crate) fn open(&mut self, device: u16) -> Option<()> {
        permit!(self, guard, granted, guard.open(&granted, self.board, device));
        Some(())
    }

    /// The first device of a class.
    pub(crate) fn by_class(&self, class: f64) -> Option<u16> {
        self.board.by_class(whole(class, 255)? as u8)
    }

    pub(crate) fn class_number(&self, index: usize) -> Option<u8> {
        self.board.class_number(CLASS_NAMES.get(index)?)
    }

    /// Checks that the device may be read now, and counts the call.
    #[inline(never)]
    pub(crate) fn prepare_read(&mut self, device: u16) -> Option<()> {
        let now = self.now;
        permit!(
            self,
            guard,
            granted,
            guard.read(&granted, self.board, device, now)
        );
        Some(())
    }

    /// One reading of a device that [`Calls::prepare_read`] lets be read.
    #[inline(never)]
    pub(crate) fn reading(&mut self, device: u16, axis: u8) -> Option<f64> {
        match reading(self.board, device, axis) {
            Ok(value) => Some(value),
            Err(error) => {
                self.fault = Fault::Device(error);
                None
            }
        }
    }

    pub(crate) fn read(&mut self, device: u16, axis: f64) -> Option<f64> {
        let Some(axis) = whole(axis, MAX_VALUES as u32 - 1) else {
            return self.said(Said::Axis);
        };
        self.prepare_read(device)?;
        self.reading(device, axis as u8)
    }

    pub(crate) fn write(&mut self, device: u16, numbers: &[f64]) -> Option<()> {
        if numbers.is_empty() || numbers.len() > MAX_VALUES {
            return self.said(Said::Values);
        }
        let mut values = Values {
            values: [0; MAX_VALUES],
            count: numbers.len() as u8,
            scale: self.board.write_scale(device),
        };
        for (value, number) in values.values.iter_mut().zip(numbers) {
            match scale::from_number::<Soft>(*number, values.scale) {
                Ok(scaled) => *value = scaled,
                Err(ScaleError::NotFinite) => return self.said(Said::Finite),
                Err(_) => return self.said(Said::Scale),
            }
        }
        let now = self.now;
        permit!(
            self,
            guard,
            granted,
            guard.write(&granted, self.board, device, numbers, now)
        );
        if let Err(TooManyActuators(n)) = self.setup.written.note(device) {
            return self.limit(u32::from(n), Said::Actuators);
        }
        match self.board.write(device, &values) {
            Ok(()) => Some(()),
            Err(error) => {
                self.fault = Fault::Device(error);
                None
            }
        }
    }

    /// Checks a watch; the answer goes to the timers.
    pub(crate) fn prepare_watch(
        &mut self,
        device: u16,
        threshold: f64,
        comparison: Option<f64>,
        period: Option<f64>,
    ) -> Option<(Watch, u64)> {
        let period = self.prepare_timer(period.unwrap_or(POLL_PERIOD_US as f64))?;
        let comparison = match comparison {
            None => Comparison::GreaterOrEqual,
            Some(number) => match Comparison::from_number(number) {
                Some(comparison) => comparison,
                None => return self.said(Said::Operator),
            },
        };
        let shortest = permit!(self, guard, granted, guard.watch(&granted, self.board, device));
        let watch = Watch {
            device,
            threshold,
            comparison,
        };
        Some((watch, period.max(shortest)))
    }

    // ---- CoAP ---------------------------------------------------------------------------------------------------------

    fn path_fault<T>(&mut self, error: PathError) -> Option<T> {
        match error {
            PathError::NoSlash => self.said(Said::Slash),
            PathError::TooLong => self.limit(PATH_BYTES as u32, Said::PathBytes),
            _ => self.said(Said::NoPath),
        }
    }

    #[inline(never)]
    fn url_fault<T>(&mut self, error: UrlError) -> Option<T> {
        self.said(match error {
            UrlError::Path(error) => return self.path_fault(error),
            UrlError::Scheme => Said::Scheme,
            UrlError::Host => Said::Host,
            UrlError::Port => Said::Port,
            UrlError::Query => Said::Query,
            _ => Said::Url,
        })
    }

    fn request_fault<T>(&mut self, error: RequestError) -> Option<T> {
        match error {
            RequestError::Full(n) => self.limit(u32::from(n), Said::Requests),
            RequestError::TooLong(n) => self.limit(u32::from(n), Said::RequestBytes),
            _ => self.said(Said::Request),
        }
    }

    /// Checks a path, which is read into `path`, and its methods; both, and whether only secured requests are answered, go to
    /// [`Calls::register`].
    pub(crate) fn prepare_handler(
        &mut self,
        path: &mut Path,
        text: &[u8],
        methods: f64,
    ) -> Option<(Methods, bool)> {
        if let Err(error) = path.read(text) {
            return self.url_fault(UrlError::Path(error));
        }
        let Some(methods) = Methods::from_number(methods) else {
            return self.said(Said::Methods);
        };
        let secured = permit!(self, guard, granted, guard.path(&granted, path));
        let taken = |setup: &Setup| setup.handlers.is_taken(path, methods);
        if taken(self.setup) || self.others.iter().any(|others| others.iter().any(taken)) {
            return self.said(Said::HasHandler);
        }
        Some((methods, secured))
    }

    pub(crate) fn register(&mut self, registration: Registration<Function>) -> Option<u32> {
        match self.setup.handlers.register(registration) {
            Ok(handle) => Some(handle.to_payload()),
            Err(RegisterError::Full(n)) => self.limit(u32::from(n), Said::Handlers),
            Err(_) => self.said(Said::Taken),
        }
    }

    /// Checks a request with a payload of `bytes` and fills the target in; the method. Both go to [`Calls::request`].
    pub(crate) fn prepare_request(
        &mut self,
        target: &mut Target,
        url: &[u8],
        method: f64,
        bytes: usize,
    ) -> Option<Methods> {
        if let Err(error) = target.read(url) {
            return self.url_fault(error);
        }
        let method = Methods::from_number(method).filter(|m| m.to_code().is_some());
        let Some(method) = method else {
            return self.said(Said::Method);
        };
        if !self.setup.requests.has_room() {
            return self.limit(MAX_REQUESTS as u32, Said::Requests);
        }
        if let Err(error) = Requests::<Function, MAX_REQUESTS, REQUEST_BYTES>::fits(target, bytes) {
            return self.request_fault(error);
        }
        let (now, own) = (self.now, self.own);
        permit!(self, guard, granted, guard.peer(&granted, target, method, own));
        let setup = &mut *self.setup;
        match setup.guard.message(&setup.limits, bytes as u32, now) {
            Ok(()) => Some(method),
            Err(refusal) => self.refused(refusal),
        }
    }

    pub(crate) fn request(
        &mut self,
        target: &Target,
        method: Methods,
        payload: &[u8],
        waiter: Waiter<Function>,
    ) -> Option<Handle> {
        let deadline = self.now.saturating_add(self.request_timeout_us);
        let requests = &mut self.setup.requests;
        match requests.open(target, method, payload, waiter, deadline) {
            Ok(handle) => Some(handle),
            Err(error) => self.request_fault(error),
        }
    }
}
