//! Pins, PWM channels and analogue inputs as devices of scripts.
//!
//! A script knows `read()` and `write()` of small numbers with a power of ten; `embedded-hal` knows levels and duty cycles.
//! Each type here is the bridge for one kind of peripheral. Whatever is not among them is a [`Driver`] of the firmware's own.

use embedded_hal::digital::{InputPin, OutputPin};
use embedded_hal::pwm::SetDutyCycle;
use motebox::script::device::{DeviceError, Values};

/// [`DeviceError::Driver`] of a pin, channel or converter that reported a fault (the value of POSIX's `EIO`).
pub const FAULT: i16 = -5;
/// [`DeviceError::Driver`] of a value beyond what the device takes (the value of POSIX's `ERANGE`): the script gets an
/// exception, and the device is left as it is.
pub const OUT_OF_RANGE: i16 = -34;

/// One sensor or actuator. All calls are leaf work: they answer at once.
pub trait Driver {
    /// Reads one axis (0 for devices that have only one): the value, and the power of ten it is multiplied with.
    ///
    /// # Errors
    /// [`DeviceError`]; actuators that cannot be read back answer [`DeviceError::NotSupported`], the default.
    fn read(&mut self, axis: u8) -> Result<(i16, i8), DeviceError> {
        let _ = axis;
        Err(DeviceError::NotSupported)
    }

    /// Writes one to three values at [`Driver::write_scale`].
    ///
    /// # Errors
    /// [`DeviceError`]; sensors answer [`DeviceError::NotSupported`], the default.
    fn write(&mut self, values: &Values) -> Result<(), DeviceError> {
        let _ = values;
        Err(DeviceError::NotSupported)
    }

    /// Power of ten that the device expects in writes.
    fn write_scale(&self) -> i8 {
        0
    }
}

fn fault<E>(_: E) -> DeviceError {
    DeviceError::Driver(FAULT)
}

/// The only axis there is.
const fn first_axis(axis: u8) -> Result<(), DeviceError> {
    if axis == 0 {
        Ok(())
    } else {
        Err(DeviceError::NoAxis(axis))
    }
}

/// The only value that may be written.
const fn single(values: &Values) -> Result<i16, DeviceError> {
    match (values.count, values.values) {
        (1, [value, ..]) => Ok(value),
        (count, _) => Err(DeviceError::NoAxis(count.saturating_sub(1))),
    }
}

/// A button or a contact: reads 1 when it is active, else 0.
#[derive(Clone, Copy, Debug)]
pub struct Input<P> {
    pin: P,
    active_low: bool,
}

impl<P: InputPin> Input<P> {
    /// Active when the pin is high.
    pub const fn active_high(pin: P) -> Self {
        Input {
            pin,
            active_low: false,
        }
    }

    /// Active when the pin is low, as a button with a pull-up.
    pub const fn active_low(pin: P) -> Self {
        Input {
            pin,
            active_low: true,
        }
    }
}

impl<P: InputPin> Driver for Input<P> {
    fn read(&mut self, axis: u8) -> Result<(i16, i8), DeviceError> {
        first_axis(axis)?;
        let high = self.pin.is_high().map_err(fault)?;
        Ok((i16::from(high != self.active_low), 0))
    }
}

/// A lamp or a relay: 0 turns it off, any other value on. What was written last can be read.
#[derive(Clone, Copy, Debug)]
pub struct Output<P> {
    pin: P,
    active_low: bool,
    on: bool,
}

impl<P: OutputPin> Output<P> {
    /// On when the pin is high. The pin is not touched before the first write: it should have been made off.
    pub const fn active_high(pin: P) -> Self {
        Output {
            pin,
            active_low: false,
            on: false,
        }
    }

    /// On when the pin is low.
    pub const fn active_low(pin: P) -> Self {
        Output {
            pin,
            active_low: true,
            on: false,
        }
    }
}

impl<P: OutputPin> Driver for Output<P> {
    fn read(&mut self, axis: u8) -> Result<(i16, i8), DeviceError> {
        first_axis(axis)?;
        Ok((i16::from(self.on), 0))
    }

    fn write(&mut self, values: &Values) -> Result<(), DeviceError> {
        let on = single(values)? != 0;
        self.pin
            .set_state((on != self.active_low).into())
            .map_err(fault)?;
        self.on = on;
        Ok(())
    }
}

/// A buzzer, a dimmer, a servo: 0 is off, `full` the whole duty cycle. What was written last can be read.
#[derive(Clone, Copy, Debug)]
pub struct Pwm<C> {
    channel: C,
    full: u16,
    value: i16,
}

impl<C: SetDutyCycle> Pwm<C> {
    /// In hundredths: 100 is the whole duty cycle.
    pub const fn percent(channel: C) -> Self {
        Self::with_full(channel, 100)
    }

    /// With another value for the whole duty cycle, 1 to 32,767; outside of this, every write but 0 is refused.
    pub const fn with_full(channel: C, full: u16) -> Self {
        Pwm {
            channel,
            full,
            value: 0,
        }
    }
}

impl<C: SetDutyCycle> Driver for Pwm<C> {
    fn read(&mut self, axis: u8) -> Result<(i16, i8), DeviceError> {
        first_axis(axis)?;
        Ok((self.value, 0))
    }

    fn write(&mut self, values: &Values) -> Result<(), DeviceError> {
        let value = single(values)?;
        let within = u16::try_from(value).ok().filter(|value| *value <= self.full);
        let part = within.ok_or(DeviceError::Driver(OUT_OF_RANGE))?;
        // Rounded down, in 32 bits: `set_duty_cycle_fraction` of embedded-hal would divide by a `full` of 0.
        let duty = u32::from(part) * u32::from(self.channel.max_duty_cycle());
        let duty = duty.checked_div(u32::from(self.full)).unwrap_or(0);
        self.channel.set_duty_cycle(duty as u16).map_err(fault)?;
        self.value = value;
        Ok(())
    }
}

/// One channel of an analogue-to-digital converter. `embedded-hal` 1.0 has no trait for it.
///
/// ```
/// use motebox_hal::AnalogInput;
///
/// /// A channel of a converter that the firmware's crate reads without waiting.
/// struct Channel(fn() -> u16);
///
/// impl AnalogInput for Channel {
///     type Error = core::convert::Infallible;
///     fn raw(&mut self) -> Result<u16, Self::Error> {
///         Ok((self.0)())
///     }
/// }
/// # assert_eq!(Channel(|| 512).raw(), Ok(512));
/// ```
pub trait AnalogInput {
    /// Why a conversion fails.
    type Error;

    /// The raw reading: of a conversion that is made now if it takes microseconds, else the newest that an interrupt
    /// brought. It must not wait.
    ///
    /// # Errors
    /// The converter's own; the script gets it as an exception, a watch goes without this reading.
    fn raw(&mut self) -> Result<u16, Self::Error>;
}

/// How raw readings become values: `raw x numerator / denominator + offset`, at a power of ten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scaling {
    /// Factor.
    pub numerator: i16,
    /// Divisor; 0 counts as 1.
    pub denominator: u16,
    /// Added behind the division.
    pub offset: i16,
    /// The power of ten that the result is multiplied with: -2 for hundredths of a degree.
    pub scale: i8,
}

impl Scaling {
    /// Raw readings as they are.
    pub const RAW: Scaling = Scaling {
        numerator: 1,
        denominator: 1,
        offset: 0,
        scale: 0,
    };

    /// The value of a reading. What does not fit an `i16` ends at its limits.
    pub fn value(&self, raw: u16) -> i16 {
        // Below 2^31 in amount: 65,535 x 32,768.
        let product = i32::from(raw) * i32::from(self.numerator);
        let quotient = product
            .checked_div(i32::from(self.denominator))
            .unwrap_or(product);
        let value = quotient.saturating_add(i32::from(self.offset));
        value.clamp(i16::MIN.into(), i16::MAX.into()) as i16
    }
}

/// A light sensor, a microphone, a thermistor: whatever gives a voltage.
#[derive(Clone, Copy, Debug)]
pub struct Analog<C> {
    channel: C,
    scaling: Scaling,
}

impl<C: AnalogInput> Analog<C> {
    /// A channel and what its readings mean.
    pub const fn new(channel: C, scaling: Scaling) -> Self {
        Analog { channel, scaling }
    }
}

impl<C: AnalogInput> Driver for Analog<C> {
    fn read(&mut self, axis: u8) -> Result<(i16, i8), DeviceError> {
        first_axis(axis)?;
        let raw = self.channel.raw().map_err(fault)?;
        Ok((self.scaling.value(raw), self.scaling.scale))
    }
}
