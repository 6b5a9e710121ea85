//! The board in C as the node sees it: a list of devices, what reads and writes them, and where lines go.

use core::ffi::c_void;
use core::ptr::null;

use motebox::coap::Security;
use motebox::script::api::CLASS_NAMES;
use motebox::script::device::{DeviceError, Devices, Values};

use crate::mem::bytes;

/// Kinds of devices (`saul.type`), in the order of [`mbx_board::classes`].
pub const MBX_CLASSES: usize = CLASS_NAMES.len();
/// In [`mbx_board::classes`]: the operating system has no number for this kind.
pub const MBX_CLASS_NONE: u8 = 0xff;
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
        other => Err(DeviceError::Driver(other as i16)),
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
}
