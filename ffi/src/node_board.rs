//! The board in C as the node sees it: a list of devices, what reads and writes them, and where lines go.

use core::ffi::c_void;
use core::ptr::null;

use motebox::coap::Security;
use motebox::script::api::CLASS_NAMES;
use motebox::script::device::{DeviceError, Devices, Values};

use crate::mem::bytes;

/// Kinds of devices (`saul.type`), in the order of [`mbx_board::classes`].
pub const MBX_CLASSES: usize = 30;
/// Kind of a device: `saul.type.ACT_ANY`.
pub const MBX_CLASS_ACT_ANY: u8 = 0;
/// Kind of a device: `saul.type.ACT_LED_RGB`.
pub const MBX_CLASS_ACT_LED_RGB: u8 = 1;
/// Kind of a device: `saul.type.ACT_SERVO`.
pub const MBX_CLASS_ACT_SERVO: u8 = 2;
/// Kind of a device: `saul.type.ACT_MOTOR`.
pub const MBX_CLASS_ACT_MOTOR: u8 = 3;
/// Kind of a device: `saul.type.ACT_SWITCH`.
pub const MBX_CLASS_ACT_SWITCH: u8 = 4;
/// Kind of a device: `saul.type.ACT_DIMMER`.
pub const MBX_CLASS_ACT_DIMMER: u8 = 5;
/// Kind of a device: `saul.type.SENSE_ANY`.
pub const MBX_CLASS_SENSE_ANY: u8 = 6;
/// Kind of a device: `saul.type.SENSE_BTN`.
pub const MBX_CLASS_SENSE_BTN: u8 = 7;
/// Kind of a device: `saul.type.SENSE_TEMP`.
pub const MBX_CLASS_SENSE_TEMP: u8 = 8;
/// Kind of a device: `saul.type.SENSE_HUM`.
pub const MBX_CLASS_SENSE_HUM: u8 = 9;
/// Kind of a device: `saul.type.SENSE_LIGHT`.
pub const MBX_CLASS_SENSE_LIGHT: u8 = 10;
/// Kind of a device: `saul.type.SENSE_ACCEL`.
pub const MBX_CLASS_SENSE_ACCEL: u8 = 11;
/// Kind of a device: `saul.type.SENSE_MAG`.
pub const MBX_CLASS_SENSE_MAG: u8 = 12;
/// Kind of a device: `saul.type.SENSE_GYRO`.
pub const MBX_CLASS_SENSE_GYRO: u8 = 13;
/// Kind of a device: `saul.type.SENSE_COLOR`.
pub const MBX_CLASS_SENSE_COLOR: u8 = 14;
/// Kind of a device: `saul.type.SENSE_PRESS`.
pub const MBX_CLASS_SENSE_PRESS: u8 = 15;
/// Kind of a device: `saul.type.SENSE_ANALOG`.
pub const MBX_CLASS_SENSE_ANALOG: u8 = 16;
/// Kind of a device: `saul.type.SENSE_UV`.
pub const MBX_CLASS_SENSE_UV: u8 = 17;
/// Kind of a device: `saul.type.SENSE_OBJTEMP`.
pub const MBX_CLASS_SENSE_OBJTEMP: u8 = 18;
/// Kind of a device: `saul.type.SENSE_COUNT`.
pub const MBX_CLASS_SENSE_COUNT: u8 = 19;
/// Kind of a device: `saul.type.SENSE_DISTANCE`.
pub const MBX_CLASS_SENSE_DISTANCE: u8 = 20;
/// Kind of a device: `saul.type.SENSE_CO2`.
pub const MBX_CLASS_SENSE_CO2: u8 = 21;
/// Kind of a device: `saul.type.SENSE_TVOC`.
pub const MBX_CLASS_SENSE_TVOC: u8 = 22;
/// Kind of a device: `saul.type.SENSE_OCCUP`.
pub const MBX_CLASS_SENSE_OCCUP: u8 = 23;
/// Kind of a device: `saul.type.SENSE_PROXIMITY`.
pub const MBX_CLASS_SENSE_PROXIMITY: u8 = 24;
/// Kind of a device: `saul.type.SENSE_RSSI`.
pub const MBX_CLASS_SENSE_RSSI: u8 = 25;
/// Kind of a device: `saul.type.SENSE_CHARGE`.
pub const MBX_CLASS_SENSE_CHARGE: u8 = 26;
/// Kind of a device: `saul.type.SENSE_CURRENT`.
pub const MBX_CLASS_SENSE_CURRENT: u8 = 27;
/// Kind of a device: `saul.type.SENSE_VOLTAGE`.
pub const MBX_CLASS_SENSE_VOLTAGE: u8 = 28;
/// Kind of a device: `saul.type.SENSE_PM`.
pub const MBX_CLASS_SENSE_PM: u8 = 29;
/// In [`mbx_board::classes`]: the operating system has no number for this kind.
pub const MBX_CLASS_NONE: u8 = 0xff;
const _: () = assert!(MBX_CLASSES == CLASS_NAMES.len());

/// What a device callback answers: the device cannot be read, or cannot be written.
pub const MBX_DEVICE_UNSUPPORTED: i32 = 1;
/// What a device callback answers: the device has no such axis, or takes fewer values.
pub const MBX_DEVICE_NO_AXIS: i32 = 2;
/// What a device callback answers: there is no device of this number any more.
pub const MBX_DEVICE_GONE: i32 = 3;

/// One device, as [`mbx_board::list`] describes it. The node zeroes it before it asks.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct mbx_device {
    /// `sizeof(mbx_device)`, set by the node.
    pub size: u32,
    /// What kind it is: the operating system's own number, as in [`mbx_board::classes`].
    pub kind: u8,
    /// Power of ten that writes are to have: a script's `write(2.5)` at -1 arrives as 25.
    pub write_scale: i8,
    /// Values in `safe`, 1 to 3, that the device is set to when the script that wrote it ends; 0: it stays as it is.
    pub safe_count: u8,
    /// Must be 0.
    pub reserved: u8,
    /// The safe values, at `write_scale`.
    pub safe: [i16; 3],
    /// What scripts call it: `saul.get_by_name("brightness")`. Not 0-terminated. The bytes stay until the next call of
    /// `list`.
    pub name: *const u8,
    /// Bytes of the name.
    pub name_len: usize,
}

/// The board: callbacks for leaf work that answers at once. None may wait, and none may call the node: that is
/// `MBX_E_BUSY`. The table and what it points to stay as they are for the node's life.
#[repr(C)]
pub struct mbx_board {
    /// `sizeof(mbx_board)`.
    pub size: u32,
    /// Handed to all callbacks.
    pub user: *mut c_void,
    /// Describes device number `device` in `out`: 0, or anything else when there are no more. Numbers begin at 0 without
    /// gaps; of two devices of one name or kind the first is found. So a logical name ("brightness") comes before the
    /// operating system's own name of the same device.
    pub list: Option<unsafe extern "C" fn(user: *mut c_void, device: u16, out: *mut mbx_device) -> i32>,
    /// Reads one axis (0 to 2): the value, and the power of ten it is multiplied with. 0, one of `MBX_DEVICE_…`, or a
    /// negative number of the driver's own, -32768 to -1, which the script sees.
    pub read: Option<
        unsafe extern "C" fn(
            user: *mut c_void,
            device: u16,
            axis: u8,
            value: *mut i16,
            scale: *mut i8,
        ) -> i32,
    >,
    /// Writes `count` (1 to 3) values at the device's `write_scale`. Answers as `read`.
    pub write: Option<
        unsafe extern "C" fn(user: *mut c_void, device: u16, values: *const i16, count: u8, scale: i8) -> i32,
    >,
    /// A piece of a line that this container printed, or that the node says of it; the last piece of each line ends with
    /// LF. Not 0-terminated. NULL: lines are only in the container's own log.
    pub log: Option<
        unsafe extern "C" fn(
            user: *mut c_void,
            container: *const u8,
            container_len: usize,
            piece: *const u8,
            piece_len: usize,
        ),
    >,
    /// Whether a peer may read scripts, logs and the long status: 0 no, anything else yes. `security` is one of
    /// `MBX_SECURITY_…`, `identity` what the transport proved. NULL: every secured peer may.
    pub may_read: Option<
        unsafe extern "C" fn(
            user: *mut c_void,
            security: u32,
            identity: *const u8,
            identity_len: usize,
        ) -> i32,
    >,
    /// The operating system's numbers of the kinds of devices: `MBX_CLASSES` bytes in the order of `MBX_CLASS_…`,
    /// `MBX_CLASS_NONE` for a kind that it does not have. NULL: the `MBX_CLASS_…` are the numbers.
    pub classes: *const u8,
    /// Measures the energy on a radio channel in dBm: 0, or anything else where the radio cannot (now). It may take some
    /// milliseconds; receiving goes on afterwards on the channel that it was on. NULL: it cannot be measured. This and the
    /// two below are called by an archive with the feature `stacks`, for scripts that were granted the channel.
    pub radio_energy: Option<unsafe extern "C" fn(user: *mut c_void, channel: u8, dbm: *mut i16) -> i32>,
    /// Sets the transmit power to `*dbm` or the nearest one below that the radio has, and puts what was set into `*dbm`: 0, or
    /// anything else where it cannot. NULL: it cannot be set.
    pub radio_power: Option<unsafe extern "C" fn(user: *mut c_void, dbm: *mut i8) -> i32>,
    /// Tunes the radio to a channel (IEEE 802.15.4: 0 to 26): 0, or anything else where it cannot. NULL: it cannot be tuned.
    pub radio_channel: Option<unsafe extern "C" fn(user: *mut c_void, channel: u8) -> i32>,
}

/// The board behind its callbacks. Made only of a table that was checked: size, and the three callbacks that must be.
pub(crate) struct Callbacks(pub(crate) &'static mbx_board);

impl Callbacks {
    fn device(&self, device: u16) -> Option<mbx_device> {
        let mut found = mbx_device {
            size: size_of::<mbx_device>() as u32,
            kind: 0,
            write_scale: 0,
            safe_count: 0,
            reserved: 0,
            safe: [0; 3],
            name: null(),
            name_len: 0,
        };
        // SAFETY: a callback of the application's, called as its type says; `found` lives longer than the call.
        let end = unsafe { self.0.list?(self.0.user, device, &mut found) };
        (end == 0).then_some(found)
    }

    fn position(&self, is_it: impl Fn(&mbx_device) -> bool) -> Option<u16> {
        let mut number = 0;
        while !is_it(&self.device(number)?) {
            number = u16::checked_add(number, 1)?;
        }
        Some(number)
    }
}

fn outcome(code: i32) -> Result<(), DeviceError> {
    match code {
        0 => Ok(()),
        MBX_DEVICE_UNSUPPORTED => Err(DeviceError::NotSupported),
        MBX_DEVICE_NO_AXIS => Err(DeviceError::NoAxis(0)),
        MBX_DEVICE_GONE => Err(DeviceError::NoDevice),
        // Beyond what the script can be told, it is the largest number that it can: a failure stays one.
        other => Err(DeviceError::Driver(
            other.clamp(i16::MIN.into(), i16::MAX.into()) as i16
        )),
    }
}

impl Devices for Callbacks {
    fn by_name(&self, name: &[u8]) -> Option<u16> {
        // SAFETY: `list` promises that the name stays until its next call.
        self.position(|device| unsafe { bytes(device.name, device.name_len) } == Ok(name))
    }

    fn by_class(&self, class: u8) -> Option<u16> {
        self.position(|device| device.kind == class)
    }

    fn class_number(&self, name: &str) -> Option<u8> {
        let index = CLASS_NAMES.iter().position(|known| *known == name)?;
        if self.0.classes.is_null() {
            return Some(index as u8);
        }
        // SAFETY: the table has MBX_CLASSES bytes, and `index` is below that.
        let number = unsafe { *self.0.classes.add(index) };
        (number != MBX_CLASS_NONE).then_some(number)
    }

    fn read(&mut self, device: u16, axis: u8) -> Result<(i16, i8), DeviceError> {
        let (mut value, mut scale) = (0, 0);
        let read = self.0.read.ok_or(DeviceError::NotSupported)?;
        // SAFETY: a callback of the application's, called as its type says.
        match outcome(unsafe { read(self.0.user, device, axis, &mut value, &mut scale) }) {
            Ok(()) => Ok((value, scale)),
            Err(DeviceError::NoAxis(_)) => Err(DeviceError::NoAxis(axis)),
            Err(error) => Err(error),
        }
    }

    fn write_scale(&self, device: u16) -> i8 {
        self.device(device).map_or(0, |device| device.write_scale)
    }

    fn write(&mut self, device: u16, values: &Values) -> Result<(), DeviceError> {
        let write = self.0.write.ok_or(DeviceError::NotSupported)?;
        let given = values.values.as_ptr();
        // SAFETY: a callback of the application's, called as its type says.
        match outcome(unsafe { write(self.0.user, device, given, values.count, values.scale) }) {
            Err(DeviceError::NoAxis(_)) => Err(DeviceError::NoAxis(values.count.saturating_sub(1))),
            other => other,
        }
    }

    fn safe_value(&self, device: u16) -> Option<Values> {
        let device = self.device(device)?;
        (1..=3).contains(&device.safe_count).then_some(Values {
            values: device.safe,
            count: device.safe_count,
            scale: device.write_scale,
        })
    }
}

impl motebox::Board for Callbacks {
    fn log(&mut self, container: &str, piece: &[u8]) {
        if let Some(log) = self.0.log {
            // SAFETY: a callback of the application's, called as its type says.
            unsafe {
                log(
                    self.0.user,
                    container.as_ptr(),
                    container.len(),
                    piece.as_ptr(),
                    piece.len(),
                );
            }
        }
    }

    fn may_read(&self, security: Security, identity: &[u8]) -> bool {
        match self.0.may_read {
            // SAFETY: a callback of the application's, called as its type says.
            Some(may) => unsafe { may(self.0.user, security as u32, identity.as_ptr(), identity.len()) != 0 },
            None => security != Security::None,
        }
    }

    #[cfg(feature = "stacks")]
    fn radio_energy(&mut self, channel: u8) -> Option<i16> {
        let mut dbm = 0;
        // SAFETY: a callback of the application's, called as its type says.
        let done = unsafe { self.0.radio_energy?(self.0.user, channel, &mut dbm) };
        (done == 0).then_some(dbm)
    }

    #[cfg(feature = "stacks")]
    fn radio_power(&mut self, dbm: i8) -> Option<i8> {
        let mut set = dbm;
        // SAFETY: as above.
        let done = unsafe { self.0.radio_power?(self.0.user, &mut set) };
        (done == 0).then_some(set)
    }

    #[cfg(feature = "stacks")]
    fn radio_channel(&mut self, channel: u8) -> bool {
        // SAFETY: as above.
        self.0
            .radio_channel
            .is_some_and(|tune| unsafe { tune(self.0.user, channel) } == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_of_a_driver_stays_one() {
        for (code, told) in [
            (-5, -5),
            (-32768, -32768),
            (-65536, -32768),
            (65536, 32767),
            (i32::MIN, -32768),
        ] {
            assert_eq!(outcome(code), Err(DeviceError::Driver(told)), "{code}");
        }
        assert_eq!(outcome(0), Ok(()));
        assert_eq!(outcome(MBX_DEVICE_GONE), Err(DeviceError::NoDevice));
    }

    #[test]
    fn the_numbers_of_kinds_are_their_places_in_the_table() {
        for (number, name) in [
            (MBX_CLASS_ACT_ANY, "ACT_ANY"),
            (MBX_CLASS_ACT_LED_RGB, "ACT_LED_RGB"),
            (MBX_CLASS_ACT_SERVO, "ACT_SERVO"),
            (MBX_CLASS_ACT_MOTOR, "ACT_MOTOR"),
            (MBX_CLASS_ACT_SWITCH, "ACT_SWITCH"),
            (MBX_CLASS_ACT_DIMMER, "ACT_DIMMER"),
            (MBX_CLASS_SENSE_ANY, "SENSE_ANY"),
            (MBX_CLASS_SENSE_BTN, "SENSE_BTN"),
            (MBX_CLASS_SENSE_TEMP, "SENSE_TEMP"),
            (MBX_CLASS_SENSE_HUM, "SENSE_HUM"),
            (MBX_CLASS_SENSE_LIGHT, "SENSE_LIGHT"),
            (MBX_CLASS_SENSE_ACCEL, "SENSE_ACCEL"),
            (MBX_CLASS_SENSE_MAG, "SENSE_MAG"),
            (MBX_CLASS_SENSE_GYRO, "SENSE_GYRO"),
            (MBX_CLASS_SENSE_COLOR, "SENSE_COLOR"),
            (MBX_CLASS_SENSE_PRESS, "SENSE_PRESS"),
            (MBX_CLASS_SENSE_ANALOG, "SENSE_ANALOG"),
            (MBX_CLASS_SENSE_UV, "SENSE_UV"),
            (MBX_CLASS_SENSE_OBJTEMP, "SENSE_OBJTEMP"),
            (MBX_CLASS_SENSE_COUNT, "SENSE_COUNT"),
            (MBX_CLASS_SENSE_DISTANCE, "SENSE_DISTANCE"),
            (MBX_CLASS_SENSE_CO2, "SENSE_CO2"),
            (MBX_CLASS_SENSE_TVOC, "SENSE_TVOC"),
            (MBX_CLASS_SENSE_OCCUP, "SENSE_OCCUP"),
            (MBX_CLASS_SENSE_PROXIMITY, "SENSE_PROXIMITY"),
            (MBX_CLASS_SENSE_RSSI, "SENSE_RSSI"),
            (MBX_CLASS_SENSE_CHARGE, "SENSE_CHARGE"),
            (MBX_CLASS_SENSE_CURRENT, "SENSE_CURRENT"),
            (MBX_CLASS_SENSE_VOLTAGE, "SENSE_VOLTAGE"),
            (MBX_CLASS_SENSE_PM, "SENSE_PM"),
        ] {
            assert_eq!(CLASS_NAMES.get(usize::from(number)), Some(&name));
        }
    }
}
