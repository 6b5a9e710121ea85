//! Whether a key may grant what a manifest asks for (docs/spec/container.md section 3.3): two views, compared entry by entry.

use crate::permissions::{KEY_DATA, KEY_DEVICES, KEY_OPEN, KEY_PEERS, KEY_RADIO, KEY_REBOOT, KEY_SECURED};
use crate::{Device, Peer, Permissions, Radio, Range, Refusal};

impl Permissions<'_> {
    /// Whether `most` covers all of this (docs/spec/container.md section 3.3).
    ///
    /// # Errors
    /// [`Refusal::Grant`] with the key of the first permission that is not covered.
    pub fn within(self, most: Permissions<'_>) -> Result<(), Refusal> {
        let radio_fits = match (self.radio(), most.radio()) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(want), Some(most)) => want.within(most),
        };
        let refused = if !self
            .devices()
            .all(|want| most.device(want.name).is_some_and(|most| want.within(most)))
        {
            KEY_DEVICES
        } else if let Some(path) = self.paths().find(|want| {
            !most
                .paths()
                .any(|most| most.path == want.path && (want.secured || !most.secured))
        }) {
            if path.secured { KEY_SECURED } else { KEY_OPEN }
        } else if !self
            .peers()
            .all(|want| most.peers().any(|most| want.within(most)))
        {
            KEY_PEERS
        } else if self.reboot() && !most.reboot() {
            KEY_REBOOT
        } else if !radio_fits {
            KEY_RADIO
        } else if self.data() && !most.data() {
            KEY_DATA
        } else {
            return Ok(());
        };
        Err(Refusal::Grant(refused as u8))
    }
}

impl Device<'_> {
    fn within(self, most: Device<'_>) -> bool {
        let rights = (most.read || !self.read) && (most.write || !self.write);
        let rate = most.per_minute == 0 || (self.per_minute != 0 && self.per_minute <= most.per_minute);
        let range = match (self.range, most.range) {
            (_, None) => true,
            (None, Some(_)) => !self.write,
            (Some(want), Some(most)) => want.within(most),
        };
        rights && rate && range
    }
}

impl Range {
    fn within(self, most: Self) -> bool {
        // The side of the lower exponent stays an i32, so how far the other one lies beyond that does not matter.
        let scale = |exponent: i8| (exponent - self.exponent.min(most.exponent)).unsigned_abs();
        let ten_times = |value: i64| {
            if value.unsigned_abs() >> 34 == 0 {
                value * 10
            } else {
                value
            }
        };
        let at = |mantissa: i32, tens: u8| (0..tens).fold(i64::from(mantissa), |value, _| ten_times(value));
        let (own, other) = (scale(self.exponent), scale(most.exponent));
        at(self.min, own) >= at(most.min, other) && at(self.max, own) <= at(most.max, other)
    }
}

impl Peer<'_> {
    fn within(self, most: Peer<'_>) -> bool {
        self.secured == most.secured
            && self.host == most.host
            && self.port == most.port
            && self.methods & !most.methods == 0
            && most.allows_path(self.prefix)
    }
}

impl Radio {
    fn within(self, most: Self) -> bool {
        self.channels & !most.channels == 0
            && self.max_power_dbm <= most.max_power_dbm
            && (most.scan || !self.scan)
    }
}
