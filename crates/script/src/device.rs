//! The board's sensors and actuators, as the firmware offers them.

/// Most values that one write carries (a `phydat_t` has three).
pub const MAX_VALUES: usize = 3;

/// Why a device did not do what it was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeviceError {
    /// There is no device of this number.
    NoDevice,
    /// The device has no such axis.
    NoAxis(u8),
    /// The device cannot be read, or cannot be written.
    NotSupported,
    /// The driver reported a fault; its code is given.
    Driver(i16),
}

/// One to three values at one scale: what an actuator is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Values {
    /// The values; only the first `count` mean something.
    pub values: [i16; MAX_VALUES],
    /// How many there are, 1..=3.
    pub count: u8,
    /// Power of ten that the values are multiplied with.
    pub scale: i8,
}

impl Values {
    /// One value.
    pub const fn one(value: i16, scale: i8) -> Self {
        Values {
            values: [value, 0, 0],
            count: 1,
            scale,
        }
    }

    /// The values that count.
    pub fn as_slice(&self) -> &[i16] {
        self.values.get(..usize::from(self.count)).unwrap_or(&self.values)
    }
}

/// The board table and its drivers. All calls are leaf work: they answer at once.
///
/// Devices are numbered by the implementation; the numbers mean nothing to anybody else. Kinds of device ("SAUL
/// classes") are numbers of the operating system: they come from its headers through here and are frozen nowhere.
pub trait Devices {
    /// The device with this name: a logical name of the board table ("brightness"), else the OS's own name of it.
    fn by_name(&self, name: &[u8]) -> Option<u16>;

    /// The first device of a class.
    fn by_class(&self, class: u8) -> Option<u16>;

    /// The number of the class that the OS calls `name`, without its prefix ("SENSE_LIGHT"). The names a script can ask
    /// for are [`crate::api::CLASS_NAMES`].
    fn class_number(&self, name: &str) -> Option<u8>;

    /// Reads one axis (0 for devices that have only one): the value, and the power of ten it is multiplied with.
    ///
    /// # Errors
    /// Any [`DeviceError`]: the script gets it as an exception.
    fn read(&mut self, device: u16, axis: u8) -> Result<(i16, i8), DeviceError>;

    /// Power of ten that the device expects in writes.
    fn write_scale(&self, device: u16) -> i8;

    /// Writes up to three values.
    ///
    /// # Errors
    /// Any [`DeviceError`]: the script gets it as an exception.
    fn write(&mut self, device: u16, values: &Values) -> Result<(), DeviceError>;

    /// What an actuator is set to when the script that used it ends. `None`: it stays as it is.
    fn safe_value(&self, device: u16) -> Option<Values>;
}

impl DeviceError {
    /// Appends what happened, in a few words.
    pub fn tell(self, m: &mut crate::message::Message) {
        let (text, number) = match self {
            DeviceError::NoDevice => ("the device is gone", None),
            DeviceError::NoAxis(axis) => ("the device has no axis ", Some(i32::from(axis))),
            DeviceError::NotSupported => ("the device cannot do this", None),
            DeviceError::Driver(code) => ("the driver failed with ", Some(i32::from(code))),
        };
        m.text(text);
        if let Some(number) = number {
            if number < 0 {
                m.text("-");
            }
            m.number(number.unsigned_abs());
        }
    }
}
