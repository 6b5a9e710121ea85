//! The room around the mote: light, noise, a button, a lamp and a buzzer, behind the traits of `embedded-hal`.
//!
//! What is in the room changes by itself, at the ticks of SysTick: its interrupt plays the part of a converter that has finished,
//! and posts what changed. It comes whatever the node is doing.

use core::convert::Infallible;
use core::sync::atomic::{AtomicU32, Ordering::Relaxed};

use cortex_m::peripheral::SYST;
use cortex_m::peripheral::syst::SystClkSource;
use cortex_m_rt::exception;
use embedded_hal::digital::{self, InputPin, OutputPin};
use embedded_hal::pwm::{self, SetDutyCycle};
use motebox_firmware::probe;
use motebox_hal::{AnalogInput, EventQueue};

/// What interrupts post.
pub enum Event {
    /// A channel has a new reading.
    Sampled(Channel, u32),
    /// The cloud's answer came in.
    CloudAnswers,
}

/// What is measured in the room: the first devices of the board table, in its order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// Light.
    Brightness,
    /// Noise.
    Sound,
    /// The level of the button's pin; low is pressed.
    Button,
}

const CHANNELS: [Channel; 3] = [Channel::Brightness, Channel::Sound, Channel::Button];

/// From the interrupt to the loop.
pub static EVENTS: EventQueue<Event, 4> = EventQueue::new();

/// Ticks of SysTick in a second.
pub const TICKS_HZ: u32 = 100;
/// Ticks until the cloud answers.
const CLOUD_TICKS: u32 = 30;

const START: [u32; 3] = [100, 100, 1];
/// The room as it is.
static ROOM: [AtomicU32; 3] = [const { AtomicU32::new(0) }; 3];
/// The newest readings that the loop took out of the queue.
static NEWEST: [AtomicU32; 3] = [const { AtomicU32::new(0) }; 3];
/// The tick at which the cloud answers; 0 for none.
static CLOUD_AT: AtomicU32 = AtomicU32::new(0);
static TICKS: AtomicU32 = AtomicU32::new(0);
static LAMP: AtomicU32 = AtomicU32::new(0);
static BUZZER: AtomicU32 = AtomicU32::new(0);

/// A quiet, dark room, and ticks that tell of it.
pub fn start(syst: &mut SYST, core_hz: u32) {
    for (at, value) in START.into_iter().enumerate() {
        ROOM[at].store(value, Relaxed);
        NEWEST[at].store(value, Relaxed);
    }
    syst.set_clock_source(SystClkSource::Core);
    syst.set_reload(core_hz / TICKS_HZ - 1);
    syst.clear_current();
    syst.enable_counter();
    syst.enable_interrupt();
}

/// Something happens in the room: the mote learns of it at the next tick.
pub fn change(channel: Channel, value: u32) {
    ROOM[channel as usize].store(value, Relaxed);
}

/// Whether the mote knows all that is in the room.
pub fn is_known() -> bool {
    CHANNELS.iter().all(|channel| {
        let at = *channel as usize;
        ROOM[at].load(Relaxed) == NEWEST[at].load(Relaxed)
    })
}

/// A reading came out of the queue.
pub fn sampled(channel: Channel, raw: u32) {
    NEWEST[channel as usize].store(raw, Relaxed);
}

/// The cloud was asked: its answer comes some ticks later.
pub fn ask_cloud() {
    CLOUD_AT.store(TICKS.load(Relaxed) + CLOUD_TICKS, Relaxed);
}

/// Ticks since the start.
pub fn ticks() -> u32 {
    TICKS.load(Relaxed)
}

/// Whether the lamp is on.
pub fn lamp() -> bool {
    LAMP.load(Relaxed) != 0
}

/// The buzzer's duty cycle, in thousandths.
pub fn buzzer() -> u32 {
    BUZZER.load(Relaxed)
}

#[exception]
fn SysTick() {
    // What was posted last.
    static mut POSTED: [u32; 3] = START;
    probe::interrupt();
    let now = TICKS.load(Relaxed) + 1;
    TICKS.store(now, Relaxed);
    for (channel, posted) in CHANNELS.iter().zip(POSTED.iter_mut()) {
        let raw = ROOM[*channel as usize].load(Relaxed);
        // A full queue: the next tick tries again.
        if raw != *posted && EVENTS.post(Event::Sampled(*channel, raw)).is_ok() {
            *posted = raw;
        }
    }
    if CLOUD_AT.load(Relaxed) == now && EVENTS.post(Event::CloudAnswers).is_ok() {
        CLOUD_AT.store(0, Relaxed);
    }
    probe::interrupt();
}

/// The light sensor's channel of the converter.
pub struct Light;
/// The microphone's channel.
pub struct Microphone;

impl AnalogInput for Light {
    type Error = Infallible;
    fn raw(&mut self) -> Result<u16, Infallible> {
        Ok(NEWEST[Channel::Brightness as usize].load(Relaxed) as u16)
    }
}

impl AnalogInput for Microphone {
    type Error = Infallible;
    fn raw(&mut self) -> Result<u16, Infallible> {
        Ok(NEWEST[Channel::Sound as usize].load(Relaxed) as u16)
    }
}

/// The button's pin.
pub struct Button;

impl digital::ErrorType for Button {
    type Error = Infallible;
}

impl InputPin for Button {
    fn is_high(&mut self) -> Result<bool, Infallible> {
        Ok(NEWEST[Channel::Button as usize].load(Relaxed) != 0)
    }

    fn is_low(&mut self) -> Result<bool, Infallible> {
        self.is_high().map(|high| !high)
    }
}

/// The lamp's pin.
pub struct Lamp;

impl digital::ErrorType for Lamp {
    type Error = Infallible;
}

impl OutputPin for Lamp {
    fn set_low(&mut self) -> Result<(), Infallible> {
        LAMP.store(0, Relaxed);
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), Infallible> {
        LAMP.store(1, Relaxed);
        Ok(())
    }
}

/// The buzzer's channel of a timer.
pub struct Buzzer;

impl pwm::ErrorType for Buzzer {
    type Error = Infallible;
}

impl SetDutyCycle for Buzzer {
    fn max_duty_cycle(&self) -> u16 {
        1000
    }

    fn set_duty_cycle(&mut self, duty: u16) -> Result<(), Infallible> {
        BUZZER.store(duty.into(), Relaxed);
        Ok(())
    }
}
