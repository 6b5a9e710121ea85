//! Which actuators a script has written, so that they return to their safe values when it ends.

use crate::device::Devices;
use heapless::Vec;

/// The script wrote to more different actuators than are remembered; the number says how many are. The write must be
/// refused: what is not remembered would not be made safe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyActuators(pub u8);

/// The actuators written since the script started; at most `N`.
#[derive(Debug, Default)]
pub struct Written<const N: usize>(Vec<u16, N>);

impl<const N: usize> Written<N> {
    /// Nothing written yet.
    pub const fn new() -> Self {
        Written(Vec::new())
    }

    /// Remembers a device **before** it is written.
    ///
    /// # Errors
    /// [`TooManyActuators`]: throw, do not write.
    pub fn note(&mut self, device: u16) -> Result<(), TooManyActuators> {
        if self.0.contains(&device) {
            return Ok(());
        }
        self.0.push(device).map_err(|_| TooManyActuators(N as u8))
    }

    /// Returns every actuator to its safe value and forgets it. A driver that fails does not stop the others; how many
    /// failed is returned.
    pub fn make_safe<D: Devices>(&mut self, devices: &mut D) -> u32 {
        let mut failed = 0;
        while let Some(device) = self.0.pop() {
            if let Some(safe) = devices.safe_value(device)
                && devices.write(device, &safe).is_err()
            {
                failed += 1;
            }
        }
        failed
    }

    /// Actuators remembered.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
