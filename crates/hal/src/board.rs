//! The board table: which devices there are, under which names.

use motebox::script::api::CLASS_NAMES;
use motebox::script::device::{DeviceError, Devices, Values};

use crate::device::Driver;

macro_rules! classes {
    ($($variant:ident $doc:literal,)*) => {
        /// What kind of device it is: what a script asks for with `saul.get_one(saul.type.SENSE_LIGHT)`. The kinds are those
        /// of RIOT's SAUL; on this table their numbers are places in [`CLASS_NAMES`], and mean nothing elsewhere.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        #[non_exhaustive]
        pub enum Class {
            $(#[doc = $doc] $variant,)*
        }

        #[cfg(test)]
        const CLASSES: [Class; CLASS_NAMES.len()] = [$(Class::$variant),*];
    };
}

classes! {
    ActAny "An actuator.",
    ActLedRgb "A coloured lamp: three values.",
    ActServo "A servo motor.",
    ActMotor "A motor.",
    ActSwitch "Something that is on or off.",
    ActDimmer "Something between off and full, a buzzer too.",
    SenseAny "A sensor.",
    SenseBtn "A button or a contact.",
    SenseTemp "Temperature.",
    SenseHum "Humidity.",
    SenseLight "Light.",
    SenseAccel "Acceleration.",
    SenseMag "Magnetic field.",
    SenseGyro "Rotation.",
    SenseColor "Colour.",
    SensePress "Pressure.",
    SenseAnalog "A voltage without a meaning of its own.",
    SenseUv "Ultraviolet light.",
    SenseObjtemp "Temperature of a distant object.",
    SenseCount "A counter.",
    SenseDistance "Distance.",
    SenseCo2 "Carbon dioxide.",
    SenseTvoc "Volatile organic compounds.",
    SenseOccup "Occupancy.",
    SenseProximity "Proximity.",
    SenseRssi "Strength of a radio signal.",
    SenseCharge "Charge.",
    SenseCurrent "Current.",
    SenseVoltage "Voltage.",
    SensePm "Particulate matter.",
}

/// One device of the board.
pub struct Entry<'d> {
    /// What scripts call it: `saul.get_by_name("brightness")`.
    pub name: &'d str,
    /// What kind it is.
    pub class: Class,
    /// Its driver.
    pub driver: &'d mut dyn Driver,
    /// What it is set to when the script that wrote it ends. `None`: it stays as it is.
    pub safe: Option<Values>,
}

impl<'d> Entry<'d> {
    /// A device that only measures.
    pub fn sensor(name: &'d str, class: Class, driver: &'d mut dyn Driver) -> Self {
        Entry {
            name,
            class,
            driver,
            safe: None,
        }
    }

    /// A device that does something, and the value at which it does no harm.
    pub fn actuator(name: &'d str, class: Class, driver: &'d mut dyn Driver, safe: i16) -> Self {
        let safe = Some(Values::one(safe, driver.write_scale()));
        Entry {
            name,
            class,
            driver,
            safe,
        }
    }
}

/// Where containers' lines go: a UART, RTT, or nowhere. A closure is one.
pub trait Log {
    /// A piece of a line of this container; the last piece of each line ends with LF.
    fn write(&mut self, container: &str, piece: &[u8]);
}

impl<F: FnMut(&str, &[u8])> Log for F {
    fn write(&mut self, container: &str, piece: &[u8]) {
        self(container, piece);
    }
}

/// `N` devices and a log: the node's [`Board`](motebox::Board).
///
/// ```
/// use motebox::script::device::Devices;
/// use motebox_hal::{Analog, AnalogInput, Class, Entry, Scaling, Table};
///
/// struct Channel;
/// impl AnalogInput for Channel {
///     type Error = core::convert::Infallible;
///     fn raw(&mut self) -> Result<u16, Self::Error> { Ok(900) }
/// }
///
/// let mut light = Analog::new(Channel, Scaling::RAW);
/// let mut board = Table::new(
///     [Entry::sensor("brightness", Class::SenseLight, &mut light)],
///     |_: &str, _: &[u8]| {},
/// );
/// let brightness = board.by_name(b"brightness").unwrap();
/// assert_eq!(board.read(brightness, 0), Ok((900, 0)));
/// ```
pub struct Table<'d, L, const N: usize> {
    devices: [Entry<'d>; N],
    log: L,
}

impl<'d, L: Log, const N: usize> Table<'d, L, N> {
    /// The board of these devices. Of two with the same name or kind the first is found.
    pub const fn new(devices: [Entry<'d>; N], log: L) -> Self {
        Table { devices, log }
    }

    fn entry(&self, device: u16) -> Result<&Entry<'d>, DeviceError> {
        self.devices.get(usize::from(device)).ok_or(DeviceError::NoDevice)
    }

    fn driver(&mut self, device: u16) -> Result<&mut (dyn Driver + 'd), DeviceError> {
        match self.devices.get_mut(usize::from(device)) {
            Some(entry) => Ok(&mut *entry.driver),
            None => Err(DeviceError::NoDevice),
        }
    }

    fn position(&self, is_it: impl Fn(&Entry<'d>) -> bool) -> Option<u16> {
        self.devices.iter().position(is_it).map(|at| at as u16)
    }
}

impl<L: Log, const N: usize> Devices for Table<'_, L, N> {
    fn by_name(&self, name: &[u8]) -> Option<u16> {
        self.position(|entry| entry.name.as_bytes() == name)
    }

    fn by_class(&self, class: u8) -> Option<u16> {
        self.position(|entry| entry.class as u8 == class)
    }

    fn class_number(&self, name: &str) -> Option<u8> {
        CLASS_NAMES
            .iter()
            .position(|known| *known == name)
            .map(|at| at as u8)
    }

    fn read(&mut self, device: u16, axis: u8) -> Result<(i16, i8), DeviceError> {
        self.driver(device)?.read(axis)
    }

    fn write_scale(&self, device: u16) -> i8 {
        self.entry(device).map_or(0, |entry| entry.driver.write_scale())
    }

    fn write(&mut self, device: u16, values: &Values) -> Result<(), DeviceError> {
        self.driver(device)?.write(values)
    }

    fn safe_value(&self, device: u16) -> Option<Values> {
        self.entry(device).ok()?.safe
    }
}

impl<L: Log, const N: usize> motebox::Board for Table<'_, L, N> {
    fn log(&mut self, container: &str, piece: &[u8]) {
        self.log.write(container, piece);
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::{CLASS_NAMES, CLASSES};
    use std::format;
    use std::string::String;

    #[test]
    fn every_kind_has_the_number_of_its_name() {
        for (number, class) in CLASSES.iter().enumerate() {
            assert_eq!(*class as usize, number);
            // ActLedRgb is "ACT_LED_RGB".
            let words: String = format!("{class:?}")
                .chars()
                .flat_map(|c| {
                    if c.is_uppercase() {
                        ['_', c]
                    } else {
                        [' ', c.to_ascii_uppercase()]
                    }
                })
                .filter(|c| *c != ' ')
                .collect();
            assert_eq!(words.trim_start_matches('_'), CLASS_NAMES[number]);
        }
    }
}
