//! Peripherals as scripts see them, over fakes that keep what was done to them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use core::convert::Infallible;
use std::cell::{Cell, RefCell};

use embedded_hal::digital::{self, InputPin, OutputPin};
use embedded_hal::pwm::{self, SetDutyCycle};
use embedded_storage::nor_flash::{ErrorType, NorFlash, NorFlashErrorKind, ReadNorFlash};
use motebox::script::device::{DeviceError, Devices, Values};
use motebox::{Board, Flash};
use motebox_hal::{
    Analog, AnalogInput, Class, Driver, Entry, FAULT, Input, Mapped, OUT_OF_RANGE, Output, Pwm, Scaling,
    Table, Windowed,
};

/// A pin whose level the test holds; broken when there is none.
struct Pin<'t>(&'t Cell<Option<bool>>);

#[derive(Debug)]
struct Broken;

impl digital::Error for Broken {
    fn kind(&self) -> digital::ErrorKind {
        digital::ErrorKind::Other
    }
}

impl pwm::Error for Broken {
    fn kind(&self) -> pwm::ErrorKind {
        pwm::ErrorKind::Other
    }
}

impl digital::ErrorType for Pin<'_> {
    type Error = Broken;
}

impl InputPin for Pin<'_> {
    fn is_high(&mut self) -> Result<bool, Broken> {
        self.0.get().ok_or(Broken)
    }

    fn is_low(&mut self) -> Result<bool, Broken> {
        self.is_high().map(|high| !high)
    }
}

impl OutputPin for Pin<'_> {
    fn set_low(&mut self) -> Result<(), Broken> {
        self.0.get().ok_or(Broken)?;
        self.0.set(Some(false));
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), Broken> {
        self.0.get().ok_or(Broken)?;
        self.0.set(Some(true));
        Ok(())
    }
}

/// A PWM channel of so many steps.
struct Channel<'t>(&'t Cell<Option<u16>>, u16);

impl pwm::ErrorType for Channel<'_> {
    type Error = Broken;
}

impl SetDutyCycle for Channel<'_> {
    fn max_duty_cycle(&self) -> u16 {
        self.1
    }

    fn set_duty_cycle(&mut self, duty: u16) -> Result<(), Broken> {
        self.0.get().ok_or(Broken)?;
        assert!(duty <= self.1, "no duty cycle is above the largest");
        self.0.set(Some(duty));
        Ok(())
    }
}

struct Voltage(u16);

impl AnalogInput for Voltage {
    type Error = Infallible;

    fn raw(&mut self) -> Result<u16, Infallible> {
        Ok(self.0)
    }
}

fn write(driver: &mut dyn Driver, value: i16) -> Result<(), DeviceError> {
    driver.write(&Values::one(value, 0))
}

#[test]
fn a_contact_reads_one_when_it_is_active() {
    let level = Cell::new(Some(false));
    let mut button = Input::active_low(Pin(&level));
    assert_eq!(button.read(0), Ok((1, 0)));
    level.set(Some(true));
    assert_eq!(button.read(0), Ok((0, 0)));
    assert_eq!(Input::active_high(Pin(&level)).read(0), Ok((1, 0)));
    assert_eq!(button.read(1), Err(DeviceError::NoAxis(1)));
    assert_eq!(write(&mut button, 1), Err(DeviceError::NotSupported));
    level.set(None);
    assert_eq!(button.read(0), Err(DeviceError::Driver(FAULT)));
}

#[test]
fn a_lamp_is_on_for_any_value_but_zero() {
    let level = Cell::new(Some(true));
    let mut lamp = Output::active_low(Pin(&level));
    assert_eq!(
        (lamp.read(0), level.get()),
        (Ok((0, 0)), Some(true)),
        "nothing is written at first"
    );
    assert_eq!(write(&mut lamp, -1), Ok(()));
    assert_eq!((lamp.read(0), level.get()), (Ok((1, 0)), Some(false)));
    assert_eq!(write(&mut lamp, 0), Ok(()));
    assert_eq!((lamp.read(0), level.get()), (Ok((0, 0)), Some(true)));
    assert_eq!(write(&mut Output::active_high(Pin(&level)), 0), Ok(()));
    assert_eq!(level.get(), Some(false));
    let three = Values {
        values: [1, 1, 1],
        count: 3,
        scale: 0,
    };
    assert_eq!(lamp.write(&three), Err(DeviceError::NoAxis(2)));
    level.set(None);
    assert_eq!(write(&mut lamp, 1), Err(DeviceError::Driver(FAULT)));
    assert_eq!(
        lamp.read(0),
        Ok((0, 0)),
        "what could not be written is not shown as written"
    );
}

#[test]
fn a_buzzer_takes_its_range_and_nothing_else() {
    let duty = Cell::new(Some(7));
    let mut buzzer = Pwm::percent(Channel(&duty, 65_535));
    for (value, expected) in [(30, 19_660), (100, 65_535), (1, 655), (0, 0)] {
        assert_eq!(write(&mut buzzer, value), Ok(()));
        assert_eq!((buzzer.read(0), duty.get()), (Ok((value, 0)), Some(expected)));
    }
    for value in [101, -1, i16::MIN] {
        assert_eq!(
            write(&mut buzzer, value),
            Err(DeviceError::Driver(OUT_OF_RANGE)),
            "{value}"
        );
    }
    assert_eq!((buzzer.read(0), duty.get()), (Ok((0, 0)), Some(0)));
    let mut fine = Pwm::with_full(Channel(&duty, 200), 1000);
    assert_eq!(write(&mut fine, 500), Ok(()));
    assert_eq!(duty.get(), Some(100));
    let mut none = Pwm::with_full(Channel(&duty, 200), 0);
    assert_eq!(write(&mut none, 0), Ok(()));
    assert_eq!(write(&mut none, 1), Err(DeviceError::Driver(OUT_OF_RANGE)));
    duty.set(None);
    assert_eq!(write(&mut fine, 1), Err(DeviceError::Driver(FAULT)));
}

#[test]
fn readings_become_values_by_the_scaling_and_end_at_its_limits() {
    // A TMP36 on 10 bits of 3.3 V: 10 mV for a degree, 500 mV at zero.
    let celsius = Scaling {
        numerator: 3_300,
        denominator: 102,
        offset: -5_000,
        scale: -2,
    };
    let mut sensor = Analog::new(Voltage(233), celsius);
    assert_eq!(sensor.read(0), Ok((2_538, -2)));
    assert_eq!(sensor.read(2), Err(DeviceError::NoAxis(2)));
    assert_eq!(write(&mut sensor, 1), Err(DeviceError::NotSupported));
    assert_eq!(Scaling::RAW.value(512), 512);
    assert_eq!(Scaling::RAW.value(u16::MAX), i16::MAX);
    let steep = Scaling {
        numerator: i16::MIN,
        denominator: 0,
        offset: i16::MIN,
        scale: 0,
    };
    assert_eq!(steep.value(u16::MAX), i16::MIN);
}

#[test]
fn a_table_finds_devices_by_name_and_by_kind() {
    let (level, duty) = (Cell::new(Some(false)), Cell::new(Some(0)));
    let (mut dark, mut bright) = (
        Analog::new(Voltage(3), Scaling::RAW),
        Analog::new(Voltage(900), Scaling::RAW),
    );
    let mut lamp = Output::active_high(Pin(&level));
    let mut buzzer = Pwm::percent(Channel(&duty, 100));
    let printed = RefCell::new(Vec::new());
    let mut board = Table::new(
        [
            Entry::sensor("cellar", Class::SenseLight, &mut dark),
            Entry::sensor("brightness", Class::SenseLight, &mut bright),
            Entry::actuator("buzzer", Class::ActDimmer, &mut buzzer, 0),
            Entry {
                safe: None,
                ..Entry::actuator("lamp", Class::ActSwitch, &mut lamp, 0)
            },
        ],
        |container: &str, piece: &[u8]| printed.borrow_mut().push((container.to_string(), piece.to_vec())),
    );
    assert_eq!(board.by_name(b"brightness"), Some(1));
    assert_eq!(board.by_name(b"bright"), None);
    let light = board.class_number("SENSE_LIGHT").unwrap();
    assert_eq!(board.by_class(light), Some(0), "the first of its kind");
    assert_eq!(board.by_class(board.class_number("SENSE_CO2").unwrap()), None);
    assert_eq!(board.class_number("SENSE_SMELL"), None);
    assert_eq!((board.read(0, 0), board.read(1, 0)), (Ok((3, 0)), Ok((900, 0))));
    assert_eq!(board.write(2, &Values::one(30, 0)), Ok(()));
    assert_eq!((duty.get(), board.read(2, 0)), (Some(30), Ok((30, 0))));
    assert_eq!(board.safe_value(2), Some(Values::one(0, 0)));
    assert_eq!((board.safe_value(0), board.safe_value(3)), (None, None));
    assert_eq!(board.read(4, 0), Err(DeviceError::NoDevice));
    assert_eq!(board.write(4, &Values::one(0, 0)), Err(DeviceError::NoDevice));
    assert_eq!((board.safe_value(4), board.write_scale(4)), (None, 0));
    board.log("alarm", b"watching\n");
    assert_eq!(*printed.borrow(), [("alarm".to_string(), b"watching\n".to_vec())]);
}

/// Two erase blocks of memory.
struct Cells([u8; 512]);

impl ErrorType for Cells {
    type Error = NorFlashErrorKind;
}

impl ReadNorFlash for Cells {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), NorFlashErrorKind> {
        let from = self
            .0
            .get(offset as usize..)
            .and_then(|rest| rest.get(..bytes.len()));
        bytes.copy_from_slice(from.ok_or(NorFlashErrorKind::OutOfBounds)?);
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.0.len()
    }
}

impl NorFlash for Cells {
    const WRITE_SIZE: usize = 4;
    const ERASE_SIZE: usize = 256;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), NorFlashErrorKind> {
        self.0[from as usize..to as usize].fill(0xff);
        Ok(())
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), NorFlashErrorKind> {
        for (cell, byte) in self.0[offset as usize..].iter_mut().zip(bytes) {
            *cell &= byte;
        }
        Ok(())
    }
}

impl AsRef<[u8]> for Cells {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

#[test]
fn both_kinds_of_flash_pass_the_driver_on_and_one_is_memory() {
    fn drive<F: Flash>(mut flash: F) -> F
    where
        F::Error: PartialEq<NorFlashErrorKind>,
    {
        assert_eq!((F::READ_SIZE, F::WRITE_SIZE, F::ERASE_SIZE), (1, 4, 256));
        assert_eq!(flash.capacity(), 512);
        flash.erase(256, 512).unwrap();
        flash.write(260, &[1, 2, 3, 4]).unwrap();
        let mut read = [0; 6];
        flash.read(259, &mut read).unwrap();
        assert_eq!(read, [0xff, 1, 2, 3, 4, 0xff]);
        assert!(flash.read(508, &mut read).unwrap_err() == NorFlashErrorKind::OutOfBounds);
        flash
    }
    let mapped = drive(Mapped(Cells([0; 512])));
    assert_eq!(
        mapped.mapped().map(|memory| &memory[255..262]),
        Some(&[0, 0xff, 0xff, 0xff, 0xff, 1, 2][..])
    );
    assert_eq!(drive(Windowed(Cells([0; 512]))).mapped(), None);
}
