//! The board of the simulated mote: named sensors and actuators whose values travel as a phydat, three 16-bit numbers
//! and a power of ten, as RIOT's SAUL hands them over.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use motebox_script::device::{DeviceError, Devices, Values};

/// A reading or a setting: each dimension is `values[i] * 10^scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Phydat {
    /// Mantissas; only the first `dimensions` count.
    pub values: [i16; 3],
    /// Dimensions in use, 1 to 3.
    pub dimensions: u8,
    /// Power of ten.
    pub scale: i8,
}

impl Phydat {
    /// One dimension.
    pub fn scalar(value: i16, scale: i8) -> Self {
        Self {
            values: [value, 0, 0],
            dimensions: 1,
            scale,
        }
    }

    /// The nearest phydat of a decimal number such as `850`, `-3.25` or `120000`: as many digits as 16 bits hold.
    pub fn parse(text: &str) -> Option<Self> {
        let (digits, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
        let unsigned = digits.strip_prefix(['-', '+']).unwrap_or(digits);
        if unsigned.is_empty()
            || !unsigned
                .chars()
                .chain(fraction.chars())
                .all(|c| c.is_ascii_digit())
        {
            return None;
        }
        let negative = digits.starts_with('-');
        let mut mantissa = 0i64;
        let mut scale = 0i8;
        for (is_fraction, digit) in unsigned
            .bytes()
            .map(|d| (false, d))
            .chain(fraction.trim_end_matches('0').bytes().map(|d| (true, d)))
        {
            let next = mantissa * 10 + i64::from(digit - b'0');
            if next <= i64::from(i16::MAX) && scale <= 0 {
                mantissa = next;
                scale -= i8::from(is_fraction);
            } else if !is_fraction {
                scale = scale.checked_add(1)?;
            }
        }
        let mantissa = if negative { -mantissa } else { mantissa };
        Some(Self::scalar(i16::try_from(mantissa).ok()?, scale))
    }
}

impl fmt::Display for Phydat {
    /// Decimal text of each dimension, exact, separated by commas.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, value) in self.values.iter().take(usize::from(self.dimensions)).enumerate() {
            if i > 0 {
                f.write_str(",")?;
            }
            if self.scale >= 0 {
                let zeros = if *value == 0 {
                    0
                } else {
                    usize::from(self.scale.unsigned_abs())
                };
                write!(f, "{value}{}", "0".repeat(zeros))?;
            } else {
                let places = usize::from(self.scale.unsigned_abs());
                let digits = format!("{:0>width$}", value.unsigned_abs(), width = places + 1);
                let (whole, fraction) = digits.split_at(digits.len() - places);
                write!(f, "{}{whole}.{fraction}", if *value < 0 { "-" } else { "" })?;
            }
        }
        Ok(())
    }
}

/// What a device is to its user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Scripts read it, the bench sets it.
    Sensor,
    /// Scripts write it, the bench reads it. `safe` is the board table's value after a tear-down.
    Actuator {
        /// The value that does no harm.
        safe: Phydat,
    },
}

/// One device of the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// The board table's name, which scripts use.
    pub name: &'static str,
    /// RIOT's SAUL class number.
    pub class: u8,
    /// RIOT's phydat unit number.
    pub unit: u8,
    /// Sensor or actuator.
    pub role: Role,
    /// The present value.
    pub value: Phydat,
    /// Reads so far.
    pub reads: u64,
    /// Writes so far.
    pub writes: u64,
}

/// Classes and units of the simulator's system: RIOT's numbers.
pub mod saul {
    /// Dimmer.
    pub const ACT_DIMMER: u8 = 0x45;
    /// Light.
    pub const SENSE_LIGHT: u8 = 0x84;
    /// Raw analog value.
    pub const SENSE_ANALOG: u8 = 0x8A;
    /// No unit.
    pub const UNIT_NONE: u8 = 1;
    /// Lux.
    pub const UNIT_LUX: u8 = 22;

    /// The numbers of classes by their names.
    pub const CLASSES: &[(&str, u8)] = &[
        ("ACT_ANY", 0x40),
        ("ACT_LED_RGB", 0x41),
        ("ACT_SERVO", 0x42),
        ("ACT_MOTOR", 0x43),
        ("ACT_SWITCH", 0x44),
        ("ACT_DIMMER", ACT_DIMMER),
        ("SENSE_ANY", 0x80),
        ("SENSE_BTN", 0x81),
        ("SENSE_TEMP", 0x82),
        ("SENSE_HUM", 0x83),
        ("SENSE_LIGHT", SENSE_LIGHT),
        ("SENSE_ANALOG", SENSE_ANALOG),
    ];
}

/// The devices, shared by the node's driver and the bench.
#[derive(Debug, Clone)]
pub struct Board(Rc<RefCell<Vec<Device>>>);

impl Board {
    /// The paper's room: sensors "brightness" and "sound", actuator "buzzer".
    pub fn alarm() -> Self {
        let device = |name, class, unit, role, value| Device {
            name,
            class,
            unit,
            role,
            value,
            reads: 0,
            writes: 0,
        };
        let off = Phydat::scalar(0, 0);
        Self(Rc::new(RefCell::new(vec![
            device(
                "brightness",
                saul::SENSE_LIGHT,
                saul::UNIT_LUX,
                Role::Sensor,
                Phydat::scalar(120, 0),
            ),
            device(
                "sound",
                saul::SENSE_ANALOG,
                saul::UNIT_NONE,
                Role::Sensor,
                Phydat::scalar(40, 0),
            ),
            device(
                "buzzer",
                saul::ACT_DIMMER,
                saul::UNIT_NONE,
                Role::Actuator { safe: off },
                off,
            ),
        ])))
    }

    /// How many devices there are.
    pub fn len(&self) -> usize {
        self.0.borrow().len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A copy of device `index`.
    pub fn device(&self, index: usize) -> Option<Device> {
        self.0.borrow().get(index).cloned()
    }

    /// The index of a name.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.0.borrow().iter().position(|device| device.name == name)
    }

    /// The world changes: any device.
    pub fn set(&self, index: usize, value: Phydat) {
        if let Some(device) = self.0.borrow_mut().get_mut(index) {
            device.value = value;
        }
    }

    /// Power goes: actuators fall silent.
    pub fn lose_power(&self) {
        for device in self.0.borrow_mut().iter_mut() {
            if let Role::Actuator { .. } = device.role {
                device.value = Phydat::scalar(0, 0);
            }
        }
    }
}

impl Devices for Board {
    fn by_name(&self, name: &[u8]) -> Option<u16> {
        let found = self
            .0
            .borrow()
            .iter()
            .position(|device| device.name.as_bytes() == name)?;
        u16::try_from(found).ok()
    }

    fn by_class(&self, class: u8) -> Option<u16> {
        let found = self.0.borrow().iter().position(|device| device.class == class)?;
        u16::try_from(found).ok()
    }

    fn class_number(&self, name: &str) -> Option<u8> {
        saul::CLASSES
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, number)| *number)
    }

    fn read(&mut self, device: u16, axis: u8) -> Result<(i16, i8), DeviceError> {
        let mut devices = self.0.borrow_mut();
        let device = devices
            .get_mut(usize::from(device))
            .ok_or(DeviceError::NoDevice)?;
        if axis >= device.value.dimensions {
            return Err(DeviceError::NoAxis(axis));
        }
        device.reads += 1;
        Ok((device.value.values[usize::from(axis)], device.value.scale))
    }

    fn write_scale(&self, device: u16) -> i8 {
        match self.device(usize::from(device)).map(|device| device.role) {
            Some(Role::Actuator { safe }) => safe.scale,
            _ => 0,
        }
    }

    fn write(&mut self, device: u16, values: &Values) -> Result<(), DeviceError> {
        let mut devices = self.0.borrow_mut();
        let device = devices
            .get_mut(usize::from(device))
            .ok_or(DeviceError::NoDevice)?;
        if device.role == Role::Sensor {
            return Err(DeviceError::NotSupported);
        }
        device.writes += 1;
        device.value = Phydat {
            values: values.values,
            dimensions: values.count,
            scale: values.scale,
        };
        Ok(())
    }

    fn safe_value(&self, device: u16) -> Option<Values> {
        match self.device(usize::from(device))?.role {
            Role::Actuator { safe } => Some(Values {
                values: safe.values,
                count: safe.dimensions,
                scale: safe.scale,
            }),
            Role::Sensor => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_text_makes_the_nearest_phydat_and_back() {
        for (text, mantissa, scale, shown) in [
            ("850", 850, 0, "850"),
            ("-3.25", -325, -2, "-3.25"),
            ("0.05", 5, -2, "0.05"),
            ("-0.5", -5, -1, "-0.5"),
            ("120000", 12000, 1, "120000"),
            ("32767", 32767, 0, "32767"),
            ("32768", 3276, 1, "32760"),
            ("3.14159265", 31415, -4, "3.1415"),
            ("7.000", 7, 0, "7"),
            ("0", 0, 0, "0"),
        ] {
            let value = Phydat::parse(text).unwrap();
            assert_eq!((value.values[0], value.scale), (mantissa, scale), "{text}");
            assert_eq!(value.to_string(), shown);
        }
        for text in ["", "-", "1e3", "abc", "1.2.3", "."] {
            assert_eq!(Phydat::parse(text), None, "{text}");
        }
    }

    #[test]
    fn only_actuators_take_a_write_and_fall_silent_without_power() {
        let mut board = Board::alarm();
        let (sound, buzzer) = (
            board.by_name(b"sound").unwrap(),
            board.by_name(b"buzzer").unwrap(),
        );
        assert_eq!(
            board.write(sound, &Values::one(1, 0)),
            Err(DeviceError::NotSupported)
        );
        assert_eq!(board.write(buzzer, &Values::one(30, 0)), Ok(()));
        board.set(usize::from(sound), Phydat::scalar(9005, -1));
        board.lose_power();
        assert_eq!(board.read(sound, 0), Ok((9005, -1)));
        assert_eq!(board.read(sound, 1), Err(DeviceError::NoAxis(1)));
        assert_eq!(board.read(buzzer, 0), Ok((0, 0)));
        assert_eq!(board.device(usize::from(buzzer)).unwrap().writes, 1);
        assert_eq!(board.read(9, 0), Err(DeviceError::NoDevice));
    }

    #[test]
    fn classes_are_found_by_the_numbers_that_the_system_gives() {
        let board = Board::alarm();
        let light = board.class_number("SENSE_LIGHT").unwrap();
        assert_eq!(board.by_class(light), board.by_name(b"brightness"));
        assert_eq!(board.class_number("SENSE_PM"), None);
        assert_eq!(
            board.safe_value(board.by_name(b"buzzer").unwrap()),
            Some(Values::one(0, 0))
        );
        assert_eq!(board.safe_value(board.by_name(b"sound").unwrap()), None);
    }
}
