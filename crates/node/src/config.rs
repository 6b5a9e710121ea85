//! What a node is told at its construction, and what of the firmware it calls.

use embedded_storage::nor_flash::NorFlash;
use motebox_coap::Security;
use motebox_envelope::{Context, KeyRing, Verifier};
use motebox_script::device::Devices;
use motebox_store::Layout;

/// What the node calls of the firmware. All of it is leaf work that answers at once; nothing here may wait.
pub trait Board: Devices {
    /// Something that the container printed, or what the node says about it; whole lines come in one or more pieces, the
    /// last one ends with LF.
    fn log(&mut self, container: &str, piece: &[u8]);

    /// Whether a peer may read scripts, logs, data and the long status. `identity` is what the transport proved; empty
    /// without security. The default: every secured peer may.
    fn may_read(&self, security: Security, identity: &[u8]) -> bool {
        let _ = identity;
        security != Security::None
    }

    /// The energy on a radio channel, in dBm; `None` (the default) where the radio cannot measure it (now). It takes
    /// milliseconds at most, and receiving goes on afterwards on the channel that it was on.
    #[cfg(feature = "stacks")]
    fn radio_energy(&mut self, channel: u8) -> Option<i16> {
        let _ = channel;
        None
    }

    /// Sets the transmit power to this or the nearest one below that the radio has, in dBm: what was set. `None` (the default)
    /// where it cannot be set.
    #[cfg(feature = "stacks")]
    fn radio_power(&mut self, dbm: i8) -> Option<i8> {
        let _ = dbm;
        None
    }

    /// Tunes the radio to a channel (IEEE 802.15.4: 0 to 26); `false` (the default) where it cannot.
    #[cfg(feature = "stacks")]
    fn radio_channel(&mut self, channel: u8) -> bool {
        let _ = channel;
        false
    }
}

/// The flash that the store lives in.
pub trait Flash: NorFlash {
    /// The whole flash as memory, where it is mapped: byte 0 is offset 0. Scripts' literals then stay in flash and cost no
    /// heap. `None` (the default) makes the engine read through a window.
    fn mapped(&self) -> Option<&[u8]> {
        None
    }
}

/// The most that any container of this device gets; a manifest can only ask for less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceLimits {
    /// Fuel for one event: the top level, or one callback from its start to its end. What uses it up is stopped.
    pub fuel_per_event: u32,
    /// Timers, intervals and watches of one container; at most [`crate::MAX_TIMERS`].
    pub timers: u8,
    /// Bytes that a container may print in a minute.
    pub log_bytes_per_minute: u32,
    /// Requests that a container may send in a minute.
    pub messages_per_minute: u32,
    /// Payload bytes that a container may send in a minute.
    pub bytes_per_minute: u32,
}

impl DeviceLimits {
    /// What suits a Cortex-M0 at 48 MHz on a slow radio: an event may work for some seconds.
    pub const DEFAULT: DeviceLimits = DeviceLimits {
        fuel_per_event: 2_000_000,
        timers: crate::MAX_TIMERS as u8,
        log_bytes_per_minute: 4096,
        messages_per_minute: 60,
        bytes_per_minute: 4096,
    };
}

/// What a node is told at its construction.
#[derive(Clone, Copy)]
pub struct Config<'n> {
    /// This device's id, 1 to 16 bytes: what a manifest's target may name.
    pub device: &'n [u8],
    /// This device's class, 1 to 16 bytes.
    pub class: &'n [u8],
    /// The keys that are trusted, and what each may do.
    pub keys: KeyRing<'n>,
    /// Who computes Ed25519.
    pub verifier: &'n dyn Verifier,
    /// Production, or a desk: a signature for one is worth nothing in the other. Shown in the status.
    pub context: Context,
    /// Where in flash the store lies, and how it is divided.
    pub layout: Layout,
    /// The most that a container gets.
    pub limits: DeviceLimits,
    /// Fuel of one slice: how long one `poll` lets a script run before others get their turn.
    pub slice_fuel: u32,
    /// How long a script's request may wait for its answer, in microseconds.
    pub request_timeout_us: u64,
    /// Scripts, logs, data and the long status are shown to everybody. For a desk.
    pub open_read: bool,
    /// The container id that `/riot/script` stands for; `None` for no alias.
    pub alias: Option<motebox_coap::Id>,
    /// Resets counted by the firmware, for the status; `None` when it does not count.
    pub resets: Option<u32>,
    /// The largest datagram that the system can take, in bytes: larger blocks are told the size that fits.
    pub max_request_bytes: usize,
    /// Random bits of this boot: for message ids, tokens and Echo.
    pub seed: u64,
}

impl<'n> Config<'n> {
    /// A production node with the defaults.
    pub const fn new(
        device: &'n [u8],
        class: &'n [u8],
        keys: KeyRing<'n>,
        verifier: &'n dyn Verifier,
        layout: Layout,
        seed: u64,
    ) -> Config<'n> {
        Config {
            device,
            class,
            keys,
            verifier,
            context: Context::Production,
            layout,
            limits: DeviceLimits::DEFAULT,
            slice_fuel: 4_000,
            request_timeout_us: motebox_script::request::TIMEOUT_US,
            open_read: false,
            alias: None,
            resets: None,
            max_request_bytes: 1280,
            seed,
        }
    }
}
