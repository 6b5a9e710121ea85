//! The script API without an engine: every call of a binding, with its permission check, and the state behind it.
#![no_std]

use motebox_script::actuator::Written;
use motebox_script::api::{CLASSES, GLOBALS};
use motebox_script::arith::Plain;
use motebox_script::device::{DeviceError, Devices, Values};
use motebox_script::handler::{Handlers, Lookup, Methods, Registration, Returned, reply};
use motebox_script::log::LogRing;
use motebox_script::message::Message;
use motebox_script::path::Path;
use motebox_script::peer::{Address, Parts, Target};
use motebox_script::permission::{Granted, Guard, Permissions, Refusal};
use motebox_script::request::{Requests, Waiter};
use motebox_script::sample::Sampling;
use motebox_script::scale::{from_number, to_number};
use motebox_script::timer::{Comparison, Due, Timers, Watch, duration_us};
use support::{input, opaque};

/// Drivers that the compiler cannot see into.
struct Board;

impl Devices for Board {
    fn by_name(&self, name: &[u8]) -> Option<u16> {
        opaque(Some(name.len() as u16))
    }
    fn by_class(&self, class: u8) -> Option<u16> {
        opaque(Some(class.into()))
    }
    fn class_number(&self, name: &str) -> Option<u8> {
        opaque(name.as_bytes().first().copied())
    }
    fn read(&mut self, device: u16, axis: u8) -> Result<(i16, i8), DeviceError> {
        opaque(Ok((device as i16, axis as i8)))
    }
    fn write_scale(&self, device: u16) -> i8 {
        opaque(device as i8)
    }
    fn write(&mut self, device: u16, values: &Values) -> Result<(), DeviceError> {
        opaque((device, values));
        opaque(Ok(()))
    }
    fn safe_value(&self, device: u16) -> Option<Values> {
        opaque(Some(Values::one(device as i16, 0)))
    }
}

/// The state of one container, in the sizes of a node.
struct Container {
    guard: Guard,
    timers: Timers<u16, 8>,
    handlers: Handlers<u16, 4>,
    requests: Requests<u16, 2, 64>,
    log: LogRing<256>,
    written: Written<4>,
}

impl Container {
    const fn new() -> Self {
        Self {
            guard: Guard::new(),
            timers: Timers::new(),
            handlers: Handlers::new(),
            requests: Requests::new(),
            log: LogRing::new(),
            written: Written::new(),
        }
    }

    fn devices(&mut self, granted: &impl Permissions, board: &mut Board) -> Result<(), Refusal> {
        let device = board
            .by_name(input())
            .or(board.by_class(opaque(1)))
            .unwrap_or_default();
        let now = opaque(1_u64);
        self.guard.open(granted, board, device)?;
        self.guard.read(granted, board, device, now)?;
        if let Ok((value, scale)) = board.read(device, opaque(0)) {
            opaque(to_number::<Plain>(value, scale));
        }
        let number = opaque(1.0);
        self.guard.write(granted, board, device, &[number], now)?;
        let _ = opaque(self.written.note(device));
        match from_number::<Plain>(number, board.write_scale(device)) {
            Ok(value) => opaque(board.write(device, &Values::one(value, opaque(0)))),
            Err(_) => Err(DeviceError::NotSupported),
        }
        .map_err(|error| tell(|message| error.tell(message)))
        .ok();
        let mut sampling = Sampling::from_state(opaque([0.0; 4]));
        let count = Sampling::count(opaque(8.0)).unwrap_or_default();
        sampling.add::<Plain>(number);
        opaque((
            sampling.slice(count),
            sampling.summary::<Plain>(count),
            sampling.state(),
        ));
        opaque(self.written.make_safe(board));
        Ok(())
    }

    fn timers(&mut self, granted: &impl Permissions, board: &mut Board) -> Result<(), Refusal> {
        let now = opaque(1_u64);
        self.guard.timer(&granted.limits(), self.timers.len())?;
        let delay = duration_us(opaque(1.0)).unwrap_or_default();
        let _ = opaque(self.timers.once(now, delay, opaque(1)));
        if let Ok(handle) = opaque(self.timers.interval(now, delay, opaque(1))) {
            opaque(self.timers.clear(handle));
        }
        let period = self.guard.watch(granted, board, opaque(1))?;
        if let Some(comparison) = Comparison::from_number(opaque(1.0)) {
            let watch = Watch {
                device: opaque(1),
                threshold: opaque(1.0),
                comparison,
            };
            let _ = opaque(self.timers.watch(now, period, watch, opaque(1)));
        }
        match self.timers.due(now) {
            Some(Due::Call(handle, function)) => {
                opaque((self.timers.done(handle, opaque(true), now), function))
            }
            Some(Due::Poll(handle, _)) => opaque((self.timers.observed(handle, opaque(Some(1.0)), now), 0)),
            None => (None, 0),
        };
        opaque((self.timers.next_deadline(), self.timers.pop()));
        Ok(())
    }

    fn handlers(&mut self, granted: &impl Permissions) -> Result<(), Refusal> {
        let Ok(path) = Path::parse(input()) else {
            return Ok(());
        };
        let Some(methods) = Methods::from_number(opaque(3.0)) else {
            return Ok(());
        };
        let secured = self.guard.path(granted, &path)?;
        let _ = opaque(self.handlers.register(Registration {
            path,
            methods,
            secured,
            callback: opaque(1),
        }));
        let asked = Path::from_segments(opaque([input(), input()]).into_iter());
        if let (Ok(path), Some(method)) = (asked, Methods::from_code(opaque(1)))
            && let Lookup::Call(handle, _) = opaque(self.handlers.lookup(&path, method, opaque(true)))
        {
            let returned = opaque([
                Returned::Other,
                Returned::Number(1.0),
                Returned::Text(input()),
                Returned::False,
            ]);
            if reply(returned[opaque(1) & 3]).unregister {
                opaque(self.handlers.remove(handle));
            }
        }
        for registration in self.handlers.iter() {
            for segment in registration.path.segments() {
                opaque(segment);
            }
        }
        opaque(self.handlers.pop());
        Ok(())
    }

    fn requests(&mut self, granted: &impl Permissions) -> Result<(), Refusal> {
        let Ok(target) = Target::parse(input()) else {
            return Ok(());
        };
        let Some(method) = Methods::from_number(opaque(1.0)) else {
            return Ok(());
        };
        let now = opaque(1_u64);
        let own = opaque([Address::V6([1; 16])]);
        self.guard.peer(granted, &target, method, &own)?;
        self.guard.message(&granted.limits(), input().len() as u32, now)?;
        let waiter = opaque([Waiter::Activation, Waiter::Callback(1)])[opaque(1) & 1];
        let _ = opaque(self.requests.open(&target, method, input(), waiter, now));
        if let Some((handle, request)) = self.requests.next_to_send() {
            for part in Parts::of(request.query()) {
                opaque(part);
            }
            opaque((request.body(), request.path(), request.method.to_code()));
            opaque(self.requests.complete(handle, opaque(Some((69, input())))));
        }
        self.requests.expire(now);
        if let Some((handle, request)) = self.requests.next_over() {
            opaque((request.outcome(), request.body()));
            opaque(self.requests.remove(handle));
        }
        opaque((self.requests.next_deadline(), self.requests.pop()));
        Ok(())
    }

    fn rest(&mut self, granted: &impl Permissions) -> Result<(), Refusal> {
        self.guard
            .log(&granted.limits(), input().len() as u32, opaque(1))?;
        self.log.write(input());
        opaque(self.log.read(opaque(0), &mut [0; 32]));
        self.guard.reboot(granted)
    }
}

fn tell(what: impl FnOnce(&mut Message)) {
    let mut message = Message::new();
    what(opaque(&mut message));
    opaque(message.as_str());
}

/// Calls it all once.
pub fn main() {
    opaque((&GLOBALS, &CLASSES));
    let granted = opaque(&Granted::NOTHING);
    let mut container = Container::new();
    let container = opaque(&mut container);
    let mut board = opaque(Board);
    let calls = [
        container.devices(granted, &mut board),
        container.timers(granted, &mut board),
        container.handlers(granted),
        container.requests(granted),
        container.rest(granted),
    ];
    for refusal in calls.into_iter().filter_map(Result::err) {
        tell(|message| refusal.tell(message));
    }
    opaque(container.guard.refusals().total());
}
