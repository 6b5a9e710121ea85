//! What a container's manifest grants, and the check at each call.
//!
//! Nothing is allowed that is not granted. Every refusal is counted ([`Refusals`]), and becomes an exception that the
//! script can catch.

use crate::device::Devices;
use crate::handler::Methods;
use crate::message::Message;
use crate::meter::Meter;
use crate::path::Path;
use crate::peer::{Address, Endpoint, Forbidden, Target};

/// Devices that can have a rate in one manifest: those among the first so many that it names. A rate behind them is taken
/// as used up, because it cannot be kept.
pub const RATED_DEVICES: usize = 4;

/// The grant of one device.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DeviceGrant<'g> {
    /// A name of the board table, or the OS's name; two names of one device are one device.
    pub name: &'g [u8],
    /// It may be read.
    pub read: bool,
    /// It may be written.
    pub write: bool,
    /// Smallest and largest Number that may be written, both included.
    pub range: Option<(f64, f64)>,
    /// Calls (`read`, `write`, `sample`) in any minute, at most. A watch is one call; it polls no more often than this.
    pub calls_per_minute: Option<u32>,
}

/// The grant of a path at which the script may answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PathGrant<'g> {
    /// The segments, joined by `/`. Exactly this path is granted.
    pub path: &'g [u8],
    /// Only secured requests reach it (else also plain ones).
    pub secured: bool,
}

/// The grant of a peer that the script may send requests to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeerGrant<'g> {
    /// Scheme, address and port, all exact.
    pub endpoint: Endpoint,
    /// The path prefix: segments joined by `/`, compared whole. Empty covers every path.
    pub path: &'g [u8],
    /// The methods.
    pub methods: Methods,
}

/// What a container may use up. `u32::MAX` (and for counts 255) is no limit but the build's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the arena.
    pub heap_bytes: u32,
    /// Fuel for one event: the top level, or one callback from its start to its end.
    pub fuel_per_event: u32,
    /// Timers, intervals and watches together.
    pub timers: u8,
    /// Bytes printed in any minute.
    pub log_bytes_per_minute: u32,
    /// Requests sent in any minute.
    pub messages_per_minute: u32,
    /// Payload bytes sent in any minute.
    pub bytes_per_minute: u32,
}

impl Limits {
    /// No limits but the build's.
    pub const NONE: Limits = Limits {
        heap_bytes: u32::MAX,
        fuel_per_event: u32::MAX,
        timers: u8::MAX,
        log_bytes_per_minute: u32::MAX,
        messages_per_minute: u32::MAX,
        bytes_per_minute: u32::MAX,
    };
}

/// What is granted; read from the manifest, wherever it lies.
pub trait Permissions {
    /// The devices.
    fn devices(&self) -> impl Iterator<Item = DeviceGrant<'_>>;
    /// The paths.
    fn paths(&self) -> impl Iterator<Item = PathGrant<'_>>;
    /// The peers.
    fn peers(&self) -> impl Iterator<Item = PeerGrant<'_>>;
    /// Whether the script may reboot the node.
    fn reboot(&self) -> bool;
    /// The limits.
    fn limits(&self) -> Limits;
    /// What the script may do with the radio.
    #[cfg(feature = "radio")]
    fn radio(&self) -> Option<crate::radio::RadioGrant> {
        None
    }
    /// Whether the script may record values.
    #[cfg(feature = "radio")]
    fn data(&self) -> bool {
        false
    }
}

/// Grants in slices: for tests, and for an engine that keeps them unpacked.
#[derive(Clone, Copy, Debug)]
pub struct Granted<'g> {
    /// The devices.
    pub devices: &'g [DeviceGrant<'g>],
    /// The paths.
    pub paths: &'g [PathGrant<'g>],
    /// The peers.
    pub peers: &'g [PeerGrant<'g>],
    /// Whether the script may reboot the node.
    pub reboot: bool,
    /// The limits.
    pub limits: Limits,
}

impl Granted<'static> {
    /// Nothing at all.
    pub const NOTHING: Granted<'static> = Granted {
        devices: &[],
        paths: &[],
        peers: &[],
        reboot: false,
        limits: Limits::NONE,
    };
}

impl Permissions for Granted<'_> {
    fn devices(&self) -> impl Iterator<Item = DeviceGrant<'_>> {
        self.devices.iter().copied()
    }
    fn paths(&self) -> impl Iterator<Item = PathGrant<'_>> {
        self.paths.iter().copied()
    }
    fn peers(&self) -> impl Iterator<Item = PeerGrant<'_>> {
        self.peers.iter().copied()
    }
    fn reboot(&self) -> bool {
        self.reboot
    }
    fn limits(&self) -> Limits {
        self.limits
    }
}

/// Why a call was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// No grant lets the script use this device.
    Device,
    /// No grant lets the script read this device.
    Read,
    /// No grant lets the script write this device.
    Write,
    /// The value lies outside what the grant allows.
    Range,
    /// The device was used as often in the last minute as the grant allows; the number says how often.
    DeviceRate(u32),
    /// No grant covers this path.
    Path,
    /// The path belongs to the node.
    ReservedPath,
    /// No grant covers this peer, path and method.
    Peer,
    /// The address is one that no grant can open.
    Address(Forbidden),
    /// The script may not reboot the node.
    Reboot,
    /// No grant lets the script use the radio.
    #[cfg(feature = "radio")]
    Radio,
    /// No grant covers this radio channel.
    #[cfg(feature = "radio")]
    RadioChannel,
    /// The grant has no energy scan.
    #[cfg(feature = "radio")]
    RadioEnergy,
    /// No grant lets the script record values.
    #[cfg(feature = "radio")]
    Data,
    /// The container's timers are all in use; the number says how many it may have.
    Timers(u32),
    /// As many bytes were printed in the last minute as the limit allows.
    LogBytes(u32),
    /// As many requests were sent in the last minute as the limit allows.
    Messages(u32),
    /// As many bytes were sent in the last minute as the limit allows.
    Bytes(u32),
}

/// Number of different counters in [`Refusals`].
pub const REFUSAL_KINDS: usize = 6;

impl Refusal {
    /// Appends the text that the script's exception carries.
    pub fn tell(self, m: &mut Message) {
        let (_, text) = self.row();
        if let Refusal::DeviceRate(limit)
        | Refusal::Timers(limit)
        | Refusal::LogBytes(limit)
        | Refusal::Messages(limit)
        | Refusal::Bytes(limit) = self
        {
            m.text("more than ").number(limit);
        }
        m.text(text);
    }

    /// Which counter it raises: 0 devices, 1 paths, 2 peers and radio, 3 reboot, 4 timers, 5 log and traffic.
    pub fn counter(self) -> usize {
        usize::from(self.row().0)
    }

    /// Its counter and its text. Constants only, so that this is a table.
    #[inline(never)]
    fn row(self) -> (u8, &'static str) {
        match self {
            Refusal::Device => (0, "no permission for this device"),
            Refusal::Read => (0, "no permission to read this device"),
            Refusal::Write => (0, "no permission to write this device"),
            Refusal::Range => (0, "value outside the permitted range"),
            Refusal::DeviceRate(_) => (0, " calls of this device in a minute"),
            Refusal::Path => (1, "no permission for this path"),
            Refusal::ReservedPath => (1, "the path belongs to the node"),
            Refusal::Peer => (2, "no permission for this peer, path and method"),
            Refusal::Address(kind) => (2, kind.text()),
            Refusal::Reboot => (3, "no permission to reboot"),
            #[cfg(feature = "radio")]
            Refusal::Radio => (2, "no permission for the radio"),
            #[cfg(feature = "radio")]
            Refusal::RadioChannel => (2, "no permission for this radio channel"),
            #[cfg(feature = "radio")]
            Refusal::RadioEnergy => (2, "no permission to measure energy"),
            #[cfg(feature = "radio")]
            Refusal::Data => (5, "no permission to record values"),
            Refusal::Timers(_) => (4, " timers"),
            Refusal::LogBytes(_) => (5, " bytes printed in a minute"),
            Refusal::Messages(_) => (5, " requests in a minute"),
            Refusal::Bytes(_) => (5, " bytes sent in a minute"),
        }
    }
}

/// How often what was refused since the script started; the counters stop at their largest value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Refusals([u16; REFUSAL_KINDS]);

impl Refusals {
    /// The counters, in the order of [`Refusal::counter`].
    pub fn counts(&self) -> [u16; REFUSAL_KINDS] {
        self.0
    }

    /// All of them together.
    pub fn total(&self) -> u32 {
        self.0.iter().map(|c| u32::from(*c)).sum()
    }

    /// Counts one.
    pub fn count(&mut self, refusal: Refusal) {
        if let Some(counter) = self.0.get_mut(refusal.counter()) {
            *counter = counter.saturating_add(1);
        }
    }
}

/// The checks of one container, with what they remember: refusals and rates.
#[derive(Clone, Debug, Default)]
pub struct Guard {
    refusals: Refusals,
    log: Meter,
    messages: Meter,
    bytes: Meter,
    devices: [Meter; RATED_DEVICES],
}

/// One minute, in microseconds.
const MINUTE_US: u32 = 60_000_000;

/// What a script wants of a device.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Want {
    /// Any of the two.
    Handle,
    Read,
    Write,
}

/// The first grant that lets a device be used so, and its place: one search for all calls.
#[inline(never)]
fn device_grant<'g, P: Permissions, D: Devices>(
    granted: &'g P,
    devices: &D,
    device: u16,
    want: Want,
) -> Option<(usize, DeviceGrant<'g>)> {
    granted.devices().enumerate().find(|(_, grant)| {
        let right = match want {
            Want::Handle => grant.read || grant.write,
            Want::Read => grant.read,
            Want::Write => grant.write,
        };
        right && devices.by_name(grant.name) == Some(device)
    })
}

impl Guard {
    /// Nothing refused, nothing used up.
    pub const fn new() -> Self {
        Guard {
            refusals: Refusals([0; REFUSAL_KINDS]),
            log: Meter::new(),
            messages: Meter::new(),
            bytes: Meter::new(),
            devices: [Meter::new(); RATED_DEVICES],
        }
    }

    /// What was refused so far.
    pub fn refusals(&self) -> &Refusals {
        &self.refusals
    }

    /// Counts a refusal that was found elsewhere, and hands it back.
    #[inline(never)]
    pub fn refuse(&mut self, refusal: Refusal) -> Refusal {
        self.refusals.count(refusal);
        refusal
    }

    /// What the script may do with the radio.
    ///
    /// # Errors
    /// [`Refusal::Radio`].
    #[cfg(feature = "radio")]
    pub fn radio<P: Permissions>(&mut self, granted: &P) -> Result<crate::radio::RadioGrant, Refusal> {
        granted.radio().ok_or_else(|| self.refuse(Refusal::Radio))
    }

    /// Whether the script may tune to this radio channel, or measure energy there.
    ///
    /// # Errors
    /// [`Refusal::Radio`], [`Refusal::RadioEnergy`], [`Refusal::RadioChannel`].
    #[cfg(feature = "radio")]
    pub fn radio_channel<P: Permissions>(
        &mut self,
        granted: &P,
        channel: u8,
        energy: bool,
    ) -> Result<(), Refusal> {
        let grant = self.radio(granted)?;
        if energy && !grant.energy {
            return Err(self.refuse(Refusal::RadioEnergy));
        }
        if grant.covers(channel) {
            Ok(())
        } else {
            Err(self.refuse(Refusal::RadioChannel))
        }
    }

    /// Whether the script may have a handle of this device at all.
    ///
    /// # Errors
    /// [`Refusal::Device`].
    pub fn open<P: Permissions, D: Devices>(
        &mut self,
        granted: &P,
        devices: &D,
        device: u16,
    ) -> Result<(), Refusal> {
        match device_grant(granted, devices, device, Want::Handle) {
            Some(_) => Ok(()),
            None => Err(self.refuse(Refusal::Device)),
        }
    }

    /// Whether the script may read this device now. The first grant that lets it be read decides about the rate.
    ///
    /// # Errors
    /// [`Refusal::Read`], [`Refusal::DeviceRate`].
    pub fn read<P: Permissions, D: Devices>(
        &mut self,
        granted: &P,
        devices: &D,
        device: u16,
        now: u64,
    ) -> Result<(), Refusal> {
        let Some((index, grant)) = device_grant(granted, devices, device, Want::Read) else {
            return Err(self.refuse(Refusal::Read));
        };
        self.device_rate(index, &grant, now)
    }

    /// Whether the script may watch this device; the shortest period of the polls, in microseconds.
    ///
    /// # Errors
    /// [`Refusal::Read`].
    pub fn watch<P: Permissions, D: Devices>(
        &mut self,
        granted: &P,
        devices: &D,
        device: u16,
    ) -> Result<u64, Refusal> {
        match device_grant(granted, devices, device, Want::Read) {
            Some((_, grant)) => Ok(grant
                .calls_per_minute
                .map_or(0, |rate| u64::from(MINUTE_US.div_ceil(rate.max(1))))),
            None => Err(self.refuse(Refusal::Read)),
        }
    }

    /// Whether the script may write these values to this device now. The first grant that lets it be written decides
    /// about range and rate.
    ///
    /// # Errors
    /// [`Refusal::Write`], [`Refusal::Range`], [`Refusal::DeviceRate`].
    pub fn write<P: Permissions, D: Devices>(
        &mut self,
        granted: &P,
        devices: &D,
        device: u16,
        values: &[f64],
        now: u64,
    ) -> Result<(), Refusal> {
        let Some((index, grant)) = device_grant(granted, devices, device, Want::Write) else {
            return Err(self.refuse(Refusal::Write));
        };
        if let Some((low, high)) = grant.range
            && !values.iter().all(|v| *v >= low && *v <= high)
        {
            return Err(self.refuse(Refusal::Range));
        }
        self.device_rate(index, &grant, now)
    }

    fn device_rate(&mut self, index: usize, grant: &DeviceGrant<'_>, now: u64) -> Result<(), Refusal> {
        if let Some(rate) = grant.calls_per_minute
            && !self.devices.get_mut(index).is_some_and(|m| m.take(1, rate, now))
        {
            return Err(self.refuse(Refusal::DeviceRate(rate)));
        }
        Ok(())
    }

    /// Whether the script may answer at this path; if so, whether only to secured requests. Paths are compared after
    /// decoding, by whole segments; a path granted both ways is open.
    ///
    /// # Errors
    /// [`Refusal::ReservedPath`], [`Refusal::Path`].
    pub fn path<P: Permissions>(&mut self, granted: &P, path: &Path) -> Result<bool, Refusal> {
        if path.is_reserved() {
            return Err(self.refuse(Refusal::ReservedPath));
        }
        let covering = granted
            .paths()
            .filter(|g| Path::parse_joined(g.path).is_ok_and(|granted| granted == *path));
        match covering.map(|g| g.secured).reduce(|a, b| a && b) {
            Some(secured) => Ok(secured),
            None => Err(self.refuse(Refusal::Path)),
        }
    }

    /// Whether the script may send this request; `own` are the node's addresses.
    ///
    /// # Errors
    /// [`Refusal::Address`] whatever is granted, [`Refusal::Peer`].
    pub fn peer<P: Permissions>(
        &mut self,
        granted: &P,
        target: &Target,
        method: Methods,
        own: &[Address],
    ) -> Result<(), Refusal> {
        if let Some(kind) = target.endpoint.address.forbidden(own) {
            return Err(self.refuse(Refusal::Address(kind)));
        }
        let covered = granted.peers().any(|g| {
            g.endpoint == target.endpoint
                && g.methods.contains(method)
                && Path::parse_joined(g.path).is_ok_and(|prefix| target.path.is_below(&prefix))
        });
        match covered {
            true => Ok(()),
            false => Err(self.refuse(Refusal::Peer)),
        }
    }

    /// Takes one request with a payload of `bytes` out of what may be sent in a minute.
    ///
    /// # Errors
    /// [`Refusal::Messages`], [`Refusal::Bytes`].
    pub fn message(&mut self, limits: &Limits, bytes: u32, now: u64) -> Result<(), Refusal> {
        let bytes_held = self.bytes.count(now);
        if limits.bytes_per_minute != u32::MAX && bytes > limits.bytes_per_minute.saturating_sub(bytes_held) {
            return Err(self.refuse(Refusal::Bytes(limits.bytes_per_minute)));
        }
        if limits.messages_per_minute != u32::MAX && !self.messages.take(1, limits.messages_per_minute, now) {
            return Err(self.refuse(Refusal::Messages(limits.messages_per_minute)));
        }
        if limits.bytes_per_minute != u32::MAX && !self.bytes.take(bytes, limits.bytes_per_minute, now) {
            return Err(self.refuse(Refusal::Bytes(limits.bytes_per_minute)));
        }
        Ok(())
    }

    /// Takes `bytes` out of what may be printed in a minute.
    ///
    /// # Errors
    /// [`Refusal::LogBytes`]: the line is left out of log and ring; `print` does not throw, so that a script that talks
    /// too much goes on working.
    pub fn log(&mut self, limits: &Limits, bytes: u32, now: u64) -> Result<(), Refusal> {
        if limits.log_bytes_per_minute != u32::MAX && !self.log.take(bytes, limits.log_bytes_per_minute, now)
        {
            return Err(self.refuse(Refusal::LogBytes(limits.log_bytes_per_minute)));
        }
        Ok(())
    }

    /// Whether the script may have one more timer than the `used` ones.
    ///
    /// # Errors
    /// [`Refusal::Timers`].
    pub fn timer(&mut self, limits: &Limits, used: usize) -> Result<(), Refusal> {
        if used >= usize::from(limits.timers) {
            return Err(self.refuse(Refusal::Timers(u32::from(limits.timers))));
        }
        Ok(())
    }

    /// Whether the script may reboot the node.
    ///
    /// # Errors
    /// [`Refusal::Reboot`].
    pub fn reboot<P: Permissions>(&mut self, granted: &P) -> Result<(), Refusal> {
        match granted.reboot() {
            true => Ok(()),
            false => Err(self.refuse(Refusal::Reboot)),
        }
    }
}

#[cfg(test)]
#[path = "permission_tests.rs"]
mod tests;
