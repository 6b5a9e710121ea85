#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]

mod board;
mod clock;
mod device;
mod flash;
mod queue;

pub use board::{Class, Entry, Log, Table};
pub use clock::{Clock, ClockError};
pub use device::{Analog, AnalogInput, Driver, FAULT, Input, OUT_OF_RANGE, Output, Pwm, Scaling};
pub use flash::{Mapped, Windowed};
pub use queue::EventQueue;
