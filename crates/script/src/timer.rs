//! Timers: one-shot, interval, and the threshold watch of a sensor.
//!
//! One table holds all three, because to a script they are one thing: what it gets back is a timer with `.clear()`.
//! A timer whose callback is running (or waits on a request) is not due again until [`Timers::done`] is told; the
//! periods that went by meanwhile are skipped. `.clear()` is allowed at any moment, during the own callback too: the slot
//! is free at once, and the handle that the running callback was started with names nothing any more.

use crate::NEVER;
use crate::arith::{divided, whole};
use crate::handle::{Handle, Slots};

/// Shortest period of an interval or a watch, in microseconds. A script that asks for less gets this: a period of 0 would
/// leave no time for anything else.
pub const MIN_PERIOD_US: u64 = 1_000;

/// How often a watch reads its sensor unless told otherwise, in microseconds.
pub const POLL_PERIOD_US: u64 = 100_000;

/// Longest time that a script can ask for, in microseconds: 2^53, some 285 years.
pub const MAX_DURATION_US: f64 = 9_007_199_254_740_992.0;

/// All timers that the container's limit or this build has are in use; the number says how many that are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimersFull(pub u8);

/// A Number that is not a time: NaN, negative, or beyond [`MAX_DURATION_US`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadDuration;

/// A script's Number as microseconds; fractions are cut.
///
/// # Errors
/// [`BadDuration`]: the caller throws a RangeError.
pub fn duration_us(number: f64) -> Result<u64, BadDuration> {
    if (0.0..=MAX_DURATION_US).contains(&number) {
        Ok(number as u64)
    } else {
        Err(BadDuration)
    }
}

/// How a reading is compared with the threshold; the numbers are those of `saul.op`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Comparison {
    /// `reading < threshold`
    Less = 0,
    /// `reading <= threshold`
    LessOrEqual = 1,
    /// `reading == threshold`
    Equal = 2,
    /// `reading >= threshold`; what a script gets that names none
    GreaterOrEqual = 3,
    /// `reading > threshold`
    Greater = 4,
}

impl Comparison {
    /// The comparison with the script's number; `None` for any other number.
    pub fn from_number(number: f64) -> Option<Comparison> {
        Some(match whole(number, 4)? {
            0 => Comparison::Less,
            1 => Comparison::LessOrEqual,
            2 => Comparison::Equal,
            3 => Comparison::GreaterOrEqual,
            _ => Comparison::Greater,
        })
    }

    /// Whether the comparison holds.
    pub fn holds(self, reading: f64, threshold: f64) -> bool {
        match self {
            Comparison::Less => reading < threshold,
            Comparison::LessOrEqual => reading <= threshold,
            Comparison::Equal => reading == threshold,
            Comparison::GreaterOrEqual => reading >= threshold,
            Comparison::Greater => reading > threshold,
        }
    }
}

/// What a watch looks at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Watch {
    /// The device that is read, as the board table numbers it.
    pub device: u16,
    /// The value that the reading is compared with.
    pub threshold: f64,
    /// How it is compared.
    pub comparison: Comparison,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Once,
    Interval,
    Watch(Comparison),
}

/// The callback runs, or a reading is waited for.
const RUNNING: u8 = 1;
/// The condition of a watch was false at the last poll, so becoming true is an edge.
const ARMED: u8 = 2;

/// One timer, 32 bytes with a callback of four: what a watch has besides lies where the others have nothing.
#[derive(Clone, Copy, Debug)]
struct Timer<C> {
    due: u64,
    period: u64,
    /// Of a watch.
    threshold: f64,
    callback: C,
    /// Of a watch.
    device: u16,
    kind: Kind,
    flags: u8,
}

impl<C> Timer<C> {
    fn runs(&self) -> bool {
        self.flags & RUNNING != 0
    }
}

/// What a timer that is due wants.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Due<C> {
    /// Call the function, then tell [`Timers::done`].
    Call(Handle, C),
    /// Read the device, then tell [`Timers::observed`].
    Poll(Handle, Watch),
}

/// The timers of one container; at most `N`. `C` is the script's function as the engine knows it.
#[derive(Debug)]
pub struct Timers<C, const N: usize> {
    slots: Slots<Timer<C>, N>,
}

impl<C: Copy, const N: usize> Timers<C, N> {
    /// No timers.
    pub const fn new() -> Self {
        Timers { slots: Slots::new() }
    }

    #[inline(never)]
    fn insert(&mut self, kind: Kind, now: u64, period: u64, callback: C) -> Result<Handle, TimersFull> {
        let timer = Timer {
            kind,
            due: now.saturating_add(period),
            period,
            threshold: 0.0,
            callback,
            device: 0,
            flags: ARMED,
        };
        self.slots.insert(timer).ok_or(TimersFull(N as u8))
    }

    /// Calls `callback` once, `delay` microseconds after `now`.
    ///
    /// # Errors
    /// [`TimersFull`]: the caller throws a RangeError with the number, and lets go of the callback.
    pub fn once(&mut self, now: u64, delay: u64, callback: C) -> Result<Handle, TimersFull> {
        self.insert(Kind::Once, now, delay, callback)
    }

    /// Calls `callback` every `period` microseconds (at least [`MIN_PERIOD_US`]), first one period after `now`.
    ///
    /// # Errors
    /// As [`Timers::once`].
    pub fn interval(&mut self, now: u64, period: u64, callback: C) -> Result<Handle, TimersFull> {
        self.insert(Kind::Interval, now, period.max(MIN_PERIOD_US), callback)
    }

    /// Polls a device every `period` microseconds (at least [`MIN_PERIOD_US`]) and calls `callback` each time that the
    /// comparison becomes true; when it is true at the first poll, that counts as becoming true.
    ///
    /// # Errors
    /// As [`Timers::once`].
    pub fn watch(&mut self, now: u64, period: u64, watch: Watch, callback: C) -> Result<Handle, TimersFull> {
        let kind = Kind::Watch(watch.comparison);
        let handle = self.insert(kind, now, period.max(MIN_PERIOD_US), callback)?;
        if let Some(timer) = self.slots.get_mut(handle) {
            (timer.threshold, timer.device) = (watch.threshold, watch.device);
        }
        Ok(handle)
    }

    /// Ends a timer. Returns its callback to be let go of, or `None` when the handle names nothing (any more).
    pub fn clear(&mut self, handle: Handle) -> Option<C> {
        self.slots.remove(handle, |t| t.callback)
    }

    /// The earliest deadline of all timers that are not running; [`NEVER`] without one.
    pub fn next_deadline(&self) -> u64 {
        let mut earliest = NEVER;
        for timer in self.slots.iter() {
            if !timer.runs() && timer.due < earliest {
                earliest = timer.due;
            }
        }
        earliest
    }

    /// The timer that is due the longest at `now`, if any. It is not due again before it was answered with
    /// [`Timers::done`] or [`Timers::observed`].
    pub fn due(&mut self, now: u64) -> Option<Due<C>> {
        let earliest = self.next_deadline();
        if earliest > now {
            return None;
        }
        let handle = self.slots.find(|t| !t.runs() && t.due == earliest)?;
        let timer = self.slots.get_mut(handle)?;
        timer.flags |= RUNNING;
        Some(match timer.kind {
            Kind::Watch(comparison) => {
                let watch = Watch {
                    device: timer.device,
                    threshold: timer.threshold,
                    comparison,
                };
                Due::Poll(handle, watch)
            }
            Kind::Once | Kind::Interval => Due::Call(handle, timer.callback),
        })
    }

    /// Somebody saw this device change: every watch of it is due at `now`, instead of at the end of its period. A watch whose
    /// callback runs looks at the device again when that has ended and the period is over.
    pub fn changed(&mut self, device: u16, now: u64) {
        for timer in self.slots.iter_mut() {
            if matches!(timer.kind, Kind::Watch(_)) && timer.device == device && !timer.runs() {
                timer.due = timer.due.min(now);
            }
        }
    }

    /// Answers [`Due::Poll`] with the reading (`None`: the device could not be read; the poll is skipped). Returns the
    /// callback to be called if the condition has just become true; then [`Timers::done`] must follow.
    pub fn observed(&mut self, handle: Handle, reading: Option<f64>, now: u64) -> Option<C> {
        let timer = self.slots.get_mut(handle)?;
        let Kind::Watch(comparison) = timer.kind else {
            return None;
        };
        if let Some(reading) = reading {
            let was_armed = timer.flags & ARMED != 0;
            timer.flags |= ARMED;
            if comparison.holds(reading, timer.threshold) {
                timer.flags &= !ARMED;
                if was_armed {
                    return Some(timer.callback);
                }
            }
        }
        Self::rearm(timer, now);
        None
    }

    /// Answers [`Due::Call`] (or an edge) after the callback has ended. `stop` says that it returned `false`: then the
    /// timer ends. Returns the callback to be let go of when the timer is over; a timer that was cleared meanwhile is
    /// simply not there.
    pub fn done(&mut self, handle: Handle, stop: bool, now: u64) -> Option<C> {
        let timer = self.slots.get_mut(handle)?;
        if stop || matches!(timer.kind, Kind::Once) {
            return self.clear(handle);
        }
        Self::rearm(timer, now);
        None
    }

    #[inline(never)]
    fn rearm(timer: &mut Timer<C>, now: u64) {
        timer.flags &= !RUNNING;
        if timer.due > now {
            // Answered before it was due: a clock that went backwards. The deadline stands.
            return;
        }
        let period = timer.period.max(MIN_PERIOD_US);
        let late = now - timer.due;
        // The period that is running ends next; it began at most `late` ago.
        let begun = late.wrapping_sub(divided(late, period).wrapping_mul(period));
        timer.due = (now - begun).saturating_add(period);
    }

    /// Takes out any timer and returns its callback; `None` when all are gone. For teardown.
    pub fn pop(&mut self) -> Option<C> {
        self.slots.pop(|t| t.callback)
    }

    /// Timers in use.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<C: Copy, const N: usize> Default for Timers<C, N> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
#[path = "timer_tests.rs"]
mod tests;
