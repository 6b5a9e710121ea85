//! The board of the simulated mote: named sensors and actuators whose values travel as a phydat, three 16-bit numbers
//! and a power of ten, as RIOT's SAUL hands them over.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

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

/// SAUL classes and units of RIOT 2026.10 that the board uses.
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

    /// A script reads it.
    pub fn read(&self, index: usize) -> Option<Phydat> {
        let mut devices = self.0.borrow_mut();
        let device = devices.get_mut(index)?;
        device.reads += 1;
        Some(device.value)
    }

    /// A script, or a tear-down, writes it: actuators only.
    pub fn write(&self, index: usize, value: Phydat) -> bool {
        let mut devices = self.0.borrow_mut();
        match devices.get_mut(index) {
            Some(device) if matches!(device.role, Role::Actuator { .. }) => {
                device.writes += 1;
                device.value = value;
                true
            }
            _ => false,
        }
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
        let board = Board::alarm();
        let (sound, buzzer) = (board.find("sound").unwrap(), board.find("buzzer").unwrap());
        assert!(!board.write(sound, Phydat::scalar(1, 0)));
        assert!(board.write(buzzer, Phydat::scalar(30, 0)));
        board.set(sound, Phydat::scalar(900, 0));
        board.lose_power();
        assert_eq!(board.read(sound).unwrap().to_string(), "900");
        assert_eq!(board.read(buzzer).unwrap().to_string(), "0");
        assert_eq!(board.device(buzzer).unwrap().writes, 1);
    }
}
