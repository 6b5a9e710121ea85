//! Running scripts: one event at a time for each container, in slices of fuel, everybody in turn.

use crate::calls::{Calls, Fault, Said, reading};
use crate::config::{Board, Flash};
use crate::engine::{Given, Step};
use crate::flash::SlotText;
use crate::inner::{Inner, ReplyTo};
use crate::life::{MAX_KILLS, Phase, Reason};
use core::cell::RefCell;
use motebox_script::Handle;
use motebox_script::handler::{Lookup, Returned, SERVER_ERROR, reply};
use motebox_script::message::Message;
use motebox_script::request::{Outcome, Waiter};
use motebox_script::timer::Due;

/// What the engine is doing for a container.
#[derive(Clone, Copy)]
pub(crate) struct Job {
    kind: JobKind,
    /// Fuel that is left of what one event may use.
    fuel: u32,
}

#[derive(Clone, Copy)]
pub(crate) enum JobKind {
    Top,
    Timer(Handle),
    Handler(Handle, ReplyTo),
    /// An answer, or a packet of a stack: nobody waits for its end.
    Answer,
}

impl Job {
    pub(crate) const fn top(fuel: u32) -> Self {
        Job {
            kind: JobKind::Top,
            fuel,
        }
    }

    /// Who waits for the end of this job, if it is a handler's.
    pub(crate) fn reply_to(&self) -> Option<ReplyTo> {
        match self.kind {
            JobKind::Handler(_, reply) => Some(reply),
            _ => None,
        }
    }
}

/// A job that was set aside until a request is answered.
#[derive(Clone, Copy)]
pub(crate) struct Waiting {
    token: u32,
    pub(crate) job: Job,
}

/// How a job ended.
enum Ended {
    Done,
    Threw,
    Killed,
    /// Beyond its limit of memory.
    Full,
}

impl<F: Flash, B: Board, const N: usize> Inner<'_, F, B, N> {
    /// Lets one container work for one slice. Returns whether it had anything to do.
    pub(crate) fn slice(&mut self, pair: usize) -> bool {
        let Some(slot) = self.lives.get(pair).and_then(|life| life.running()) else {
            return false;
        };
        if self.lives.get(pair).is_some_and(|life| life.job.is_none()) && !self.next_event(pair) {
            return false;
        }
        let Some(mut job) = self.lives.get_mut(pair).and_then(|life| life.job.take()) else {
            // The event needed no script, as a poll that found nothing.
            return true;
        };
        let fuel = self.config.slice_fuel.min(job.fuel);
        let before = self.engines.get(pair).map_or(0, |engine| engine.fuel_used());
        let step = self.step_engine(pair, slot, fuel);
        let after = self.engines.get(pair).map_or(0, |engine| engine.fuel_used());
        job.fuel = job
            .fuel
            .saturating_sub(u32::try_from(after.saturating_sub(before)).unwrap_or(u32::MAX));
        match step {
            Step::Sliced if job.fuel == 0 => self.ended(pair, job, Ended::Killed),
            Step::Sliced => {
                if let Some(life) = self.lives.get_mut(pair) {
                    life.job = Some(job);
                }
            }
            Step::Done => self.ended(pair, job, Ended::Done),
            Step::Threw => self.ended(pair, job, Ended::Threw),
            Step::Full => self.ended(pair, job, Ended::Full),
            Step::Waits(token) => {
                if let Some(life) = self.lives.get_mut(pair) {
                    if matches!(job.kind, JobKind::Top) {
                        life.started = true;
                    }
                    // The engine sets aside no more activations than there are places.
                    if let Some(place) = life.waiting.iter_mut().find(|place| place.is_none()) {
                        *place = Some(Waiting { token, job });
                    }
                }
            }
        }
        true
    }

    fn step_engine(&mut self, pair: usize, slot: motebox_store::Slot, fuel: u32) -> Step {
        let Some(engine) = self.engines.get_mut(pair) else {
            return Step::Done;
        };
        let Some((before, [setup, behind @ ..])) = self.setups.split_at_mut_checked(pair) else {
            return Step::Done;
        };
        let mut calls = Calls {
            board: &mut self.board,
            setup,
            others: [before, behind],
            own: &self.own,
            now: self.now,
            request_timeout_us: self.config.request_timeout_us,
            reboot: &mut self.reboot,
            #[cfg(feature = "stacks")]
            network: self.stacks.network.as_mut(),
            #[cfg(not(feature = "stacks"))]
            network: crate::calls::Reach::default(),
            fault: Fault::Said(Said::NoFunction),
        };
        let (from, length) = (
            self.store.payload_at(slot) as usize,
            self.store.info(slot).payload_len as usize,
        );
        // One call below for both kinds of flash: the engine's loop is a large function, and generic.
        let (mapped, window);
        let mapped_bytes = self
            .flash
            .flash
            .mapped()
            .and_then(|all| all.get(from..)?.get(..length));
        let text: &dyn motebox_js::Source = match mapped_bytes {
            Some(bytes) => {
                mapped = motebox_js::Mapped(bytes);
                &mapped
            }
            None => {
                window = SlotText {
                    store: &self.store,
                    flash: RefCell::new(&mut self.flash),
                    slot,
                };
                &window
            }
        };
        engine.step(&mut calls, text, fuel)
    }

    /// Makes the next event of a container the engine's job: a request that came, an answer, a timer; who was served last
    /// is looked at last. Returns whether there was one.
    fn next_event(&mut self, pair: usize) -> bool {
        let first = self.lives.get(pair).map_or(0, |life| life.turn);
        const KINDS: u8 = if cfg!(feature = "stacks") { 4 } else { 3 };
        for step in 0..KINDS {
            let kind = (first + step) % KINDS;
            let found = match kind {
                0 => self.next_incoming(pair),
                1 => self.next_answer(pair),
                #[cfg(feature = "stacks")]
                2 => self.next_packet(pair),
                _ => self.next_timer(pair),
            };
            if found {
                if let Some(life) = self.lives.get_mut(pair) {
                    life.turn = (kind + 1) % KINDS;
                }
                return true;
            }
        }
        false
    }

    pub(crate) fn begin_job(&mut self, pair: usize, kind: JobKind) {
        let fuel = self
            .setups
            .get(pair)
            .map_or(0, |setup| setup.limits.fuel_per_event);
        if let Some(life) = self.lives.get_mut(pair) {
            life.job = Some(Job { kind, fuel });
        }
    }

    fn next_incoming(&mut self, pair: usize) -> bool {
        let Some(incoming) = self.inbox.get_mut(pair).and_then(Option::take) else {
            return false;
        };
        let (Some(setup), Some(engine)) = (self.setups.get_mut(pair), self.engines.get_mut(pair)) else {
            return true;
        };
        match setup
            .handlers
            .lookup(&incoming.path, incoming.method, incoming.secured)
        {
            Lookup::Call(handle, callback) => {
                let method = Given::Number(f64::from(incoming.method.flags()));
                if engine.call(callback, &[method, Given::Str(&incoming.payload)]) {
                    self.begin_job(pair, JobKind::Handler(handle, incoming.reply));
                } else {
                    self.answer(&incoming.reply, SERVER_ERROR, &[]);
                }
            }
            // It was unregistered since the request came in.
            _ => self.answer(&incoming.reply, motebox_coap::msg::Code::NOT_FOUND.0, &[]),
        }
        true
    }

    fn next_answer(&mut self, pair: usize) -> bool {
        let (Some(setup), Some(engine)) = (self.setups.get_mut(pair), self.engines.get_mut(pair)) else {
            return false;
        };
        setup.requests.expire(self.now);
        let Some((handle, request)) = setup.requests.next_over() else {
            return false;
        };
        let outcome = request.outcome().unwrap_or(Outcome::Failed);
        match request.waiter() {
            Waiter::Activation => {
                let token = handle.to_payload();
                let given = match request.body() {
                    _ if !outcome.is_success() => Given::Bool(false),
                    [] => Given::Bool(true),
                    body => Given::Str(body),
                };
                let resumed = engine.resume(token, given);
                setup.requests.remove(handle);
                let Some(life) = self.lives.get_mut(pair) else {
                    return true;
                };
                let waiting = life
                    .waiting
                    .iter_mut()
                    .find(|w| w.is_some_and(|w| w.token == token));
                if let Some(waiting) = waiting.and_then(Option::take).filter(|_| resumed) {
                    life.job = Some(waiting.job);
                }
            }
            Waiter::Callback(callback) => {
                let code = Given::Number(f64::from(outcome.code()));
                let called = engine.call(callback, &[code, Given::Str(request.body())]);
                engine.unroot(callback);
                setup.requests.remove(handle);
                if called {
                    self.begin_job(pair, JobKind::Answer);
                }
            }
        }
        true
    }

    fn next_timer(&mut self, pair: usize) -> bool {
        let now = self.now;
        let Some(due) = self.setups.get_mut(pair).and_then(|setup| setup.timers.due(now)) else {
            return false;
        };
        let (handle, callback, reading) = match due {
            Due::Call(handle, callback) => (handle, Some(callback), None),
            Due::Poll(handle, watch) => {
                // A device that fails gives no reading.
                let reading = reading(&mut self.board, watch.device, 0).ok();
                let edge = self
                    .setups
                    .get_mut(pair)
                    .and_then(|setup| setup.timers.observed(handle, reading, now));
                (handle, edge, reading)
            }
        };
        let (Some(callback), Some(engine)) = (callback, self.engines.get_mut(pair)) else {
            return true;
        };
        let value = [Given::Number(reading.unwrap_or(0.0))];
        let given: &[Given<'_>] = if reading.is_some() { &value } else { &[] };
        if engine.call(callback, given) {
            self.begin_job(pair, JobKind::Timer(handle));
        } else if let Some(setup) = self.setups.get_mut(pair) {
            setup.timers.done(handle, false, now);
        }
        true
    }

    /// A job is over: answer whoever waited for it, and draw the consequences.
    fn ended(&mut self, pair: usize, job: Job, how: Ended) {
        let mut text = Message::new();
        let mut memory = false;
        match how {
            Ended::Done => {}
            Ended::Threw => {
                if let Some(engine) = self.engines.get_mut(pair) {
                    memory = engine.thrown(&mut text);
                }
            }
            Ended::Killed | Ended::Full => {
                if let Some(engine) = self.engines.get_mut(pair) {
                    engine.abort();
                }
                let limits = self.setups.get(pair).map(|setup| setup.limits);
                let (fuel, heap) = limits.map_or((0, 0), |limits| (limits.fuel_per_event, limits.heap_bytes));
                memory = matches!(how, Ended::Full);
                text.text("killed: more than ");
                match memory {
                    true => text.number(heap).text(" bytes of heap"),
                    false => text.number(fuel).text(" fuel for one event"),
                };
            }
        }
        let done = matches!(how, Ended::Done);
        match job.kind {
            JobKind::Top | JobKind::Answer => {}
            JobKind::Timer(handle) => self.end_timer(pair, handle, done),
            JobKind::Handler(handle, to) => self.end_handler(pair, handle, to, done),
        }
        match how {
            Ended::Done => {
                if let Some(life) = self
                    .lives
                    .get_mut(pair)
                    .filter(|_| matches!(job.kind, JobKind::Top))
                {
                    life.started = true;
                    life.starts_failed = 0;
                    life.version = life.version.wrapping_add(1);
                }
            }
            Ended::Threw | Ended::Killed | Ended::Full => {
                self.log_line(pair, text.as_str().as_bytes());
                self.judge(pair, matches!(job.kind, JobKind::Top), &how, memory, &text);
            }
        }
    }

    fn end_timer(&mut self, pair: usize, handle: Handle, done: bool) {
        let (Some(setup), Some(engine)) = (self.setups.get_mut(pair), self.engines.get_mut(pair)) else {
            return;
        };
        let stop = done && engine.returned_loosely_false();
        if let Some(callback) = setup.timers.done(handle, stop, self.now) {
            engine.unroot(callback);
        }
    }

    fn end_handler(&mut self, pair: usize, handle: Handle, to: ReplyTo, done: bool) {
        let mut body = [0; crate::setup::MAX_BODY];
        let Some(engine) = self.engines.get_mut(pair) else {
            return;
        };
        let returned = if done {
            engine.returned(&mut body)
        } else {
            Returned::Number(f64::from(SERVER_ERROR))
        };
        let answer = reply(returned);
        let removed = match self.setups.get_mut(pair) {
            Some(setup) if answer.unregister => setup.handlers.remove(handle),
            _ => None,
        };
        if let Some(callback) = removed {
            engine.unroot(callback);
        }
        self.answer(&to, answer.code, answer.body);
    }

    /// What an event that ended badly means for the container.
    fn judge(&mut self, pair: usize, top: bool, how: &Ended, memory: bool, text: &Message) {
        let Some(life) = self.lives.get_mut(pair) else {
            return;
        };
        let Phase::Run(slot) = life.phase else { return };
        let (killed, full) = (matches!(how, Ended::Killed), matches!(how, Ended::Full));
        life.version = life.version.wrapping_add(1);
        if killed {
            life.kills = life.kills.saturating_add(1);
            life.fuel_kills = life.fuel_kills.saturating_add(1);
        }
        let on_trial = life.trial.is_some();
        let sequence = self.store.info(slot).sequence;
        if top || full || on_trial && (memory || killed) {
            life.error.clear().number(sequence).text(": ").text(text.as_str());
        }
        let reason = match (killed, memory) {
            (true, _) => Reason::Fuel,
            (_, true) => Reason::Memory,
            _ => Reason::Threw,
        };
        if on_trial {
            let failed = if killed {
                life.kills >= MAX_KILLS
            } else {
                top || memory
            };
            if failed {
                self.end_badly(pair, slot, reason);
            } else if top {
                // A start that was killed is tried again.
                self.teardown(pair);
                self.enter(pair, Phase::Attempt(slot));
            }
        } else if top || full {
            self.end_badly(pair, slot, reason);
        }
    }
}
