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
use motebox_script::device::{DeviceError, MAX_VALUES, Values};
use motebox_script::handler::{Methods, RegisterError, Registration};
use motebox_script::message::Message;
use motebox_script::path::{Path, PathError};
use motebox_script::peer::{Address, Target, UrlError};
use motebox_script::permission::{Permissions, Refusal};
use motebox_script::request::{RequestError, Requests, Waiter};
use motebox_script::scale::{self, ScaleError};
use motebox_script::timer::{Comparison, POLL_PERIOD_US, Watch, duration_us};

/// What a call throws.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// `TypeError`: an argument is not what it must be.
    Type(&'static str),
    /// `RangeError`: a number that cannot be.
    Range(&'static str),
    /// `RangeError`: more than so many of something.
    Limit(u32, &'static str),
    /// `Error`: not permitted.
    Refused(Refusal),
    /// `Error`: a device failed.
    Device(DeviceError),
}

impl Fault {
    /// Appends the text of the exception.
    pub(crate) fn tell(self, m: &mut Message) {
        match self {
            Fault::Type(text) | Fault::Range(text) => {
                m.text(text);
            }
            Fault::Limit(limit, text) => {
                m.text("more than ").number(limit).text(text);
            }
            Fault::Refused(refusal) => refusal.tell(m),
            Fault::Device(error) => error.tell(m),
        }
    }
}

const fn type_error(text: &'static str) -> Fault {
    Fault::Type(text)
}

const fn range_error(text: &'static str) -> Fault {
    Fault::Range(text)
}

const fn limit_error(limit: u32, text: &'static str) -> Fault {
    Fault::Limit(limit, text)
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Fault {
        Fault::Refused(refusal)
    }
}

impl From<DeviceError> for Fault {
    fn from(error: DeviceError) -> Fault {
        Fault::Device(error)
    }
}

fn path_fault(error: PathError) -> Fault {
    match error {
        PathError::NoSlash => type_error("a path begins with /"),
        PathError::TooLong => limit_error(motebox_script::path::PATH_BYTES as u32, " bytes of path"),
        _ => type_error("not a path"),
    }
}

fn url_fault(error: UrlError) -> Fault {
    match error {
        UrlError::Scheme => type_error("a URL begins with coap:// or coaps://"),
        UrlError::Host => type_error("the host of a URL is an IPv6 address in brackets or an IPv4 address"),
        UrlError::Port => type_error("not a port"),
        UrlError::Path(error) => path_fault(error),
        UrlError::Query => type_error("not a query, or too long"),
        _ => type_error("not a URL"),
    }
}

fn request_fault(error: RequestError) -> Fault {
    match error {
        RequestError::Full(n) => limit_error(u32::from(n), " requests under way"),
        RequestError::TooLong(n) => limit_error(u32::from(n), " bytes of path, query and payload"),
        _ => type_error("not a request"),
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
    pub(crate) setups: &'c mut [Setup],
    /// Which of the set-ups is the caller's.
    pub(crate) current: usize,
    /// The node's addresses.
    pub(crate) own: &'c [Address],
    pub(crate) now: u64,
    pub(crate) request_timeout_us: u64,
    /// The script asked for a reboot.
    pub(crate) reboot: &'c mut bool,
    pub(crate) network: Reach<'c, 'n>,
}

/// A request that was checked.
pub(crate) struct Prepared {
    target: Target,
    method: Methods,
}

impl<B: Board> Calls<'_, '_, B> {
    /// The caller's set-up and the board.
    pub(crate) fn mine(&mut self) -> Result<(&mut Setup, &mut B), Fault> {
        // `current` always names a set-up; the error is for the type's sake.
        let setup = self
            .setups
            .get_mut(self.current)
            .ok_or_else(|| type_error("no container"))?;
        Ok((setup, self.board))
    }

    // ---- print, riot, container ---------------------------------------------------------------------------------------

    /// Prints the pieces with blanks between, and a line end. What is beyond the limit is left out and counted.
    pub(crate) fn print<'t>(&mut self, pieces: impl Iterator<Item = &'t [u8]> + Clone) {
        let now = self.now;
        let Ok((setup, board)) = self.mine() else { return };
        let bytes = pieces
            .clone()
            .fold(0usize, |sum, piece| sum.saturating_add(piece.len() + 1))
            .max(1);
        if setup
            .guard
            .log(&setup.limits, u32::try_from(bytes).unwrap_or(u32::MAX), now)
            .is_err()
        {
            return;
        }
        let mut put = |piece: &[u8]| {
            setup.log.write(piece);
            board.log(setup.name(), piece);
        };
        for (index, piece) in pieces.enumerate() {
            if index > 0 {
                put(b" ");
            }
            put(piece);
        }
        put(b"\n");
    }

    pub(crate) fn reboot(&mut self) -> Result<(), Fault> {
        let (setup, _) = self.mine()?;
        let (granted, guard) = setup.grants();
        guard.reboot(&granted)?;
        *self.reboot = true;
        Ok(())
    }

    /// Whether there was a trial to end.
    pub(crate) fn confirm(&mut self) -> bool {
        match self.mine() {
            Ok((setup, _)) if setup.may_confirm => {
                setup.confirmed = true;
                true
            }
            _ => false,
        }
    }

    pub(crate) fn id(&self) -> &[u8] {
        self.setups.get(self.current).map_or(&[], |s| s.name().as_bytes())
    }

    pub(crate) fn sequence(&self) -> u32 {
        self.setups.get(self.current).map_or(0, |s| s.sequence)
    }

    // ---- timers -------------------------------------------------------------------------------------------------------

    /// Whether one more timer may be set.
    pub(crate) fn prepare_timer(&mut self, delay: f64) -> Result<u64, Fault> {
        let (setup, _) = self.mine()?;
        let delay = duration_us(delay).map_err(|_| range_error("not a time in microseconds"))?;
        if setup.timers.len() >= MAX_TIMERS {
            return Err(limit_error(MAX_TIMERS as u32, " timers"));
        }
        setup.guard.timer(&setup.limits, setup.timers.len())?;
        Ok(delay)
    }

    pub(crate) fn set_timer(
        &mut self,
        repeat: bool,
        delay: u64,
        callback: Function,
    ) -> Result<Handle, Fault> {
        let now = self.now;
        let (setup, _) = self.mine()?;
        let set = match repeat {
            true => setup.timers.interval(now, delay, callback),
            false => setup.timers.once(now, delay, callback),
        };
        set.map_err(|full| limit_error(u32::from(full.0), " timers"))
    }

    /// The function to let go of.
    pub(crate) fn clear_timer(&mut self, handle: Handle) -> Option<Function> {
        self.mine().ok()?.0.timers.clear(handle)
    }

    // ---- devices ------------------------------------------------------------------------------------------------------

    fn open(&mut self, device: Option<u16>) -> Result<Option<u16>, Fault> {
        let Some(device) = device else { return Ok(None) };
        let (setup, board) = self.mine()?;
        let (granted, guard) = setup.grants();
        guard.open(&granted, board, device)?;
        Ok(Some(device))
    }

    pub(crate) fn get_by_name(&mut self, name: &[u8]) -> Result<Option<u16>, Fault> {
        let found = self.board.by_name(name);
        self.open(found)
    }

    pub(crate) fn get_one(&mut self, class: f64) -> Result<Option<u16>, Fault> {
        let is_class = (0.0..=255.0).contains(&class) && f64::from(class as u8) == class;
        let found = if is_class {
            self.board.by_class(class as u8)
        } else {
            None
        };
        self.open(found)
    }

    pub(crate) fn class_number(&self, index: usize) -> Option<u8> {
        self.board.class_number(CLASS_NAMES.get(index)?)
    }

    fn raw_read(&mut self, device: u16, axis: u8) -> Result<f64, Fault> {
        let (value, scale) = self.board.read(device, axis)?;
        Ok(scale::to_number::<Soft>(value, scale))
    }

    /// One reading as a watch takes it: a device that fails gives none.
    pub(crate) fn poll_device(&mut self, device: u16) -> Option<f64> {
        self.raw_read(device, 0).ok()
    }

    /// Checks that the device may be read now, and counts the call.
    pub(crate) fn prepare_read(&mut self, device: u16) -> Result<(), Fault> {
        let now = self.now;
        let (setup, board) = self.mine()?;
        let (granted, guard) = setup.grants();
        Ok(guard.read(&granted, board, device, now)?)
    }

    pub(crate) fn read(&mut self, device: u16, axis: Option<f64>) -> Result<f64, Fault> {
        let axis = axis.unwrap_or(0.0);
        if !(0.0..MAX_VALUES as f64).contains(&axis) || f64::from(axis as u8) != axis {
            return Err(range_error("an axis is 0, 1 or 2"));
        }
        self.prepare_read(device)?;
        self.raw_read(device, axis as u8)
    }

    /// One reading of a sampling that [`Calls::prepare_read`] let begin.
    pub(crate) fn sample(&mut self, device: u16) -> Result<f64, Fault> {
        self.raw_read(device, 0)
    }

    pub(crate) fn write(&mut self, device: u16, numbers: &[f64]) -> Result<(), Fault> {
        if numbers.is_empty() || numbers.len() > MAX_VALUES {
            return Err(type_error("a device is written 1 to 3 values"));
        }
        let now = self.now;
        let (setup, board) = self.mine()?;
        let mut values = Values {
            values: [0; MAX_VALUES],
            count: numbers.len() as u8,
            scale: board.write_scale(device),
        };
        for (value, number) in values.values.iter_mut().zip(numbers) {
            *value = scale::from_number::<Soft>(*number, values.scale).map_err(|error| match error {
                ScaleError::NotFinite => range_error("not a finite number"),
                _ => range_error("the device takes -32768 to 32767 at its scale"),
            })?;
        }
        let (granted, guard) = setup.grants();
        guard.write(&granted, board, device, numbers, now)?;
        let noted = setup.written.note(device);
        noted.map_err(|TooManyActuators(n)| limit_error(u32::from(n), " actuators"))?;
        Ok(board.write(device, &values)?)
    }

    /// Checks a watch; the answer goes to [`Calls::watch`].
    pub(crate) fn prepare_watch(
        &mut self,
        device: u16,
        threshold: f64,
        comparison: Option<f64>,
        period: Option<f64>,
    ) -> Result<(Watch, u64), Fault> {
        let period = self.prepare_timer(period.unwrap_or(POLL_PERIOD_US as f64))?;
        let comparison = comparison.map_or(Some(Comparison::GreaterOrEqual), Comparison::from_number);
        let comparison = comparison.ok_or_else(|| type_error("the third argument is one of saul.op"))?;
        let (setup, board) = self.mine()?;
        let (granted, guard) = setup.grants();
        let shortest = guard.watch(&granted, board, device)?;
        Ok((
            Watch {
                device,
                threshold,
                comparison,
            },
            period.max(shortest),
        ))
    }

    pub(crate) fn watch(
        &mut self,
        (watch, period): (Watch, u64),
        callback: Function,
    ) -> Result<Handle, Fault> {
        let now = self.now;
        let (setup, _) = self.mine()?;
        let set = setup.timers.watch(now, period, watch, callback);
        set.map_err(|full| limit_error(u32::from(full.0), " timers"))
    }

    // ---- CoAP ---------------------------------------------------------------------------------------------------------

    /// Checks a path and its methods; the answer goes to [`Calls::register`].
    pub(crate) fn prepare_handler(
        &mut self,
        path: &[u8],
        methods: f64,
    ) -> Result<(Path, Methods, bool), Fault> {
        let path = Path::parse(path).map_err(path_fault)?;
        let methods =
            Methods::from_number(methods).ok_or_else(|| type_error("methods are a sum of coap.method"))?;
        let (setup, _) = self.mine()?;
        let (granted, guard) = setup.grants();
        let secured = guard.path(&granted, &path)?;
        if self.setups.iter().any(|s| s.handlers.is_taken(&path, methods)) {
            return Err(type_error("the path has a handler already"));
        }
        Ok((path, methods, secured))
    }

    pub(crate) fn register(
        &mut self,
        (path, methods, secured): (Path, Methods, bool),
        callback: Function,
    ) -> Result<Handle, Fault> {
        let (setup, _) = self.mine()?;
        let registered = setup.handlers.register(Registration {
            path,
            methods,
            secured,
            callback,
        });
        registered.map_err(|error| match error {
            RegisterError::Full(n) => limit_error(u32::from(n), " handlers"),
            _ => type_error("the path is taken"),
        })
    }

    /// The function to let go of.
    pub(crate) fn unregister(&mut self, handle: Handle) -> Option<Function> {
        self.mine().ok()?.0.handlers.remove(handle)
    }

    /// Checks a request with a payload of `bytes`; the answer goes to [`Calls::request`].
    pub(crate) fn prepare_request(
        &mut self,
        url: &[u8],
        method: f64,
        bytes: usize,
    ) -> Result<Prepared, Fault> {
        let target = Target::parse(url).map_err(url_fault)?;
        let method = Methods::from_number(method).filter(|m| m.to_code().is_some());
        let method = method.ok_or_else(|| type_error("the method is one of coap.method"))?;
        let (now, own) = (self.now, self.own);
        let (setup, _) = self.mine()?;
        if !setup.requests.has_room() {
            return Err(limit_error(MAX_REQUESTS as u32, " requests under way"));
        }
        Requests::<Function, MAX_REQUESTS, REQUEST_BYTES>::fits(&target, bytes).map_err(request_fault)?;
        let (granted, guard) = setup.grants();
        guard.peer(&granted, &target, method, own)?;
        let limits = granted.limits();
        guard.message(&limits, bytes as u32, now)?;
        Ok(Prepared { target, method })
    }

    pub(crate) fn request(
        &mut self,
        Prepared { target, method }: Prepared,
        payload: &[u8],
        waiter: Waiter<Function>,
    ) -> Result<Handle, Fault> {
        let deadline = self.now.saturating_add(self.request_timeout_us);
        let (setup, _) = self.mine()?;
        setup
            .requests
            .open(target, method, payload, waiter, deadline)
            .map_err(request_fault)
    }

    /// A request for whose answer the script cannot wait after all.
    pub(crate) fn drop_request(&mut self, handle: Handle) {
        if let Ok((setup, _)) = self.mine() {
            setup.requests.remove(handle);
        }
    }
}
