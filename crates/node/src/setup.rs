//! What one script has set up: everything that a teardown must undo, and what its manifest lets it do.

use crate::engine::{Function, Soft};
use heapless::Vec;
use motebox_coap::Id;
use motebox_envelope as envelope;
use motebox_script::actuator::Written;
use motebox_script::arith::Arithmetic;
use motebox_script::handler::{Handlers, Methods};
use motebox_script::log::LogRing;
use motebox_script::peer::{Address, Endpoint};
use motebox_script::permission::{DeviceGrant, Guard, Limits, PathGrant, PeerGrant, Permissions};
use motebox_script::request::Requests;
use motebox_script::timer::Timers;

/// Timers, intervals and watches of one container, at most.
pub const MAX_TIMERS: usize = 6;
/// CoAP handlers of one container, at most.
pub const MAX_HANDLERS: usize = 4;
/// Requests of one container that are under way, at most.
pub const MAX_REQUESTS: usize = 2;
/// Bytes of a request's path, query and payload together, and of the answer that a script gets, at most.
pub const REQUEST_BYTES: usize = 112;
/// Bytes of payload that come in to a handler, and of its answer, at most.
pub const MAX_BODY: usize = 80;
/// Bytes of the log ring of one container.
pub const LOG_BYTES: usize = 256;
/// Stacks that one script can receive from.
#[cfg(feature = "stacks")]
pub const MAX_RECEIVERS: usize = 2;
/// Values that are kept of what one script records.
#[cfg(feature = "stacks")]
pub const DATA_RECORDS: usize = 8;
/// Different actuators that one script may write.
pub const MAX_ACTUATORS: usize = 8;

/// Bytes of the longest permissions map: what a manifest has beside id, sequence, target, digest and policy.
const GRANT_BYTES: usize = envelope::MAX_MANIFEST - 60;

/// The state behind one script's calls.
#[repr(C)]
pub(crate) struct Setup {
    /// The trial's policy is "script", and it runs.
    pub(crate) may_confirm: bool,
    /// The script called `container.confirm()`.
    pub(crate) confirmed: bool,
    /// The container's id; none before one was bound to this place.
    pub(crate) id: Option<Id>,
    pub(crate) sequence: u32,
    pub(crate) limits: Limits,
    pub(crate) written: Written<MAX_ACTUATORS>,
    pub(crate) guard: Guard,
    /// The permissions map of the manifest, as it was signed.
    pub(crate) granted: Vec<u8, GRANT_BYTES>,
    pub(crate) timers: Timers<Function, MAX_TIMERS>,
    pub(crate) handlers: Handlers<Function, MAX_HANDLERS>,
    pub(crate) requests: Requests<Function, MAX_REQUESTS, REQUEST_BYTES>,
    pub(crate) log: LogRing<LOG_BYTES>,
    /// Stacks that it receives from: the channel, and its function.
    #[cfg(feature = "stacks")]
    pub(crate) receivers: Vec<(u16, Function), MAX_RECEIVERS>,
    #[cfg(feature = "stacks")]
    pub(crate) data: motebox_script::data::Ring<DATA_RECORDS>,
}

impl Setup {
    pub(crate) const fn new() -> Self {
        Setup {
            id: None,
            sequence: 0,
            timers: Timers::new(),
            handlers: Handlers::new(),
            requests: Requests::new(),
            log: LogRing::new(),
            written: Written::new(),
            #[cfg(feature = "stacks")]
            receivers: Vec::new(),
            #[cfg(feature = "stacks")]
            data: motebox_script::data::Ring::new(),
            guard: Guard::new(),
            limits: Limits::NONE,
            granted: Vec::new(),
            may_confirm: false,
            confirmed: false,
        }
    }

    /// The container's id as text.
    pub(crate) fn name(&self) -> &str {
        self.id.as_ref().map_or("", Id::as_str)
    }

    /// Forgets timers, handlers and requests. The engine that holds their functions is gone already. Actuators are the
    /// caller's; the log stays, because it says what happened.
    pub(crate) fn clear(&mut self) {
        while self.timers.pop().is_some() {}
        while self.handlers.pop().is_some() {}
        while self.requests.pop().is_some() {}
        #[cfg(feature = "stacks")]
        self.receivers.clear();
        self.guard = Guard::new();
        self.granted.clear();
        self.may_confirm = false;
        self.confirmed = false;
    }

    /// The permissions, and beside them what the checks remember.
    pub(crate) fn grants(&mut self) -> (Grants<'_>, &mut Guard) {
        // What was signed and parsed once is parsed again; were it damaged meanwhile, nothing is granted.
        let permissions = envelope::Permissions::parse(&self.granted).unwrap_or(envelope::Permissions::NONE);
        (
            Grants {
                permissions,
                limits: self.limits,
            },
            &mut self.guard,
        )
    }
}

/// A manifest's permissions as the checks want them.
pub(crate) struct Grants<'g> {
    permissions: envelope::Permissions<'g>,
    limits: Limits,
}

impl Permissions for Grants<'_> {
    fn devices(&self) -> impl Iterator<Item = DeviceGrant<'_>> {
        self.permissions.devices().map(|d| DeviceGrant {
            name: d.name,
            read: d.read,
            write: d.write,
            range: d.range.map(|range| range.ends_by(Soft::mul, Soft::div)),
            calls_per_minute: (d.per_minute != 0).then_some(d.per_minute),
        })
    }

    fn paths(&self) -> impl Iterator<Item = PathGrant<'_>> {
        self.permissions.paths().map(|p| PathGrant {
            path: p.path,
            secured: p.secured,
        })
    }

    fn peers(&self) -> impl Iterator<Item = PeerGrant<'_>> {
        self.permissions.peers().filter_map(|p| {
            let address = match p.host {
                envelope::Host::V4(address) => Address::V4(*address),
                envelope::Host::V6(address) => Address::V6(*address),
                // Names are not resolved: a grant of one covers nothing.
                envelope::Host::Name(_) => return None,
            };
            let endpoint = Endpoint {
                secure: p.secured,
                address,
                port: p.port,
            };
            Some(PeerGrant {
                endpoint,
                path: p.prefix,
                methods: Methods::from_flags(p.methods)?,
            })
        })
    }

    fn reboot(&self) -> bool {
        self.permissions.reboot()
    }

    fn limits(&self) -> Limits {
        self.limits
    }

    #[cfg(feature = "stacks")]
    fn radio(&self) -> Option<motebox_script::radio::RadioGrant> {
        let radio = self.permissions.radio()?;
        Some(motebox_script::radio::RadioGrant {
            channels: radio.channels,
            max_power_dbm: radio.max_power_dbm,
            energy: radio.scan,
        })
    }

    #[cfg(feature = "stacks")]
    fn data(&self) -> bool {
        self.permissions.data()
    }
}
