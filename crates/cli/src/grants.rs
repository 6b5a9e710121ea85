//! From terms as people write them to permissions and limits as the manifest holds them.

use std::net::IpAddr;

use motebox_envelope::{Device, Host, Path, Peer, PermissionsSpec, Radio, Range};

use crate::error::{Error, Result};
use crate::terms::{self, Bounds, Limits, Permissions, Rights, Rule, common_exponent};

const PEER_EXAMPLE: &str = "write it as coap://[2001:db8::1]/prefix";

/// Bytes of the permissions map; empty when nothing is permitted.
pub(crate) fn encode(permissions: &Permissions) -> Result<Vec<u8>> {
    let devices: Vec<Device<'_>> = permissions
        .devices
        .iter()
        .map(|(name, rule)| device(name, rule))
        .collect::<Result<_>>()?;
    let path = |secured| move |path: &String| (path.trim_matches('/').to_string(), secured);
    let paths: Vec<(String, bool)> = permissions
        .paths
        .iter()
        .map(path(false))
        .chain(permissions.secured_paths.iter().map(path(true)))
        .collect();
    let paths: Vec<Path<'_>> = paths
        .iter()
        .map(|(path, secured)| Path {
            path: path.as_bytes(),
            secured: *secured,
        })
        .collect();
    let parsed: Vec<ParsedPeer> = permissions
        .peers
        .iter()
        .map(ParsedPeer::parse)
        .collect::<Result<_>>()?;
    let peers: Vec<Peer<'_>> = parsed.iter().map(ParsedPeer::peer).collect();
    let spec = PermissionsSpec {
        devices: &devices,
        paths: &paths,
        peers: &peers,
        reboot: permissions.reboot,
        radio: permissions.radio.as_ref().map(radio).transpose()?,
        data: permissions.data,
    };
    let mut room = [0; 4096];
    let encoded = spec.encode(&mut room).map_err(|error| {
        Error::new(format!("the permissions do not make a manifest: {error:?}"))
            .advise("names are 1 to 32, paths 1 to 64 characters of printable ASCII, without empty segments")
    })?;
    Ok(encoded.as_bytes().to_vec())
}

fn device<'a>(name: &'a str, rule: &Rule) -> Result<Device<'a>> {
    let bounds = match rule {
        Rule::Plain(rights) => Bounds {
            rights: *rights,
            per_minute: None,
            min: None,
            max: None,
        },
        Rule::Bounded(bounds) => bounds.clone(),
    };
    let range = match (bounds.min, bounds.max) {
        (None, None) => None,
        (Some(min), Some(max)) if min <= max => {
            let (min, max, exponent) = common_exponent(min, max).ok_or_else(|| {
                Error::new(format!("{name}: min and max have too many digits between them"))
            })?;
            Some(Range { min, max, exponent })
        }
        _ => return Err(Error::new(format!("{name}: min and max go together, min first"))),
    };
    Ok(Device {
        name: name.as_bytes(),
        read: bounds.rights != Rights::Write,
        write: bounds.rights != Rights::Read,
        per_minute: bounds.per_minute.unwrap_or(0),
        range,
    })
}

fn radio(radio: &terms::Radio) -> Result<Radio> {
    if let Some(wrong) = radio.channels.iter().find(|channel| **channel > 26) {
        return Err(Error::new(format!("channel {wrong} is not one of 0 to 26")));
    }
    let channels = radio
        .channels
        .iter()
        .fold(0u32, |bits, channel| bits | 1 << channel);
    Ok(Radio {
        channels,
        max_power_dbm: radio.max_power_dbm,
        scan: radio.energy_scan,
    })
}

/// A peer whose address is binary, as permissions are compared.
struct ParsedPeer {
    secured: bool,
    address: Address,
    port: u16,
    methods: u8,
    prefix: String,
}

enum Address {
    V4([u8; 4]),
    V6([u8; 16]),
    Name(String),
}

impl ParsedPeer {
    fn parse(peer: &terms::Peer) -> Result<Self> {
        let bad = |why: &str| Error::new(format!("peer {}: {why}", peer.uri)).advise(PEER_EXAMPLE);
        let (scheme, rest) = peer
            .uri
            .split_once("://")
            .ok_or_else(|| bad("there is no scheme"))?;
        let (secured, own_port) = match scheme {
            "coap" => (false, 5683),
            "coaps" => (true, 5684),
            _ => return Err(bad("the scheme is neither coap nor coaps")),
        };
        let (authority, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((host, rest)) => (host, rest.strip_prefix(':')),
            None => match authority.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (authority, None),
            },
        };
        let port = match port {
            Some(digits) => digits
                .parse()
                .ok()
                .filter(|port| *port != 0)
                .ok_or_else(|| bad("no such port"))?,
            None => own_port,
        };
        let address = match host.parse() {
            Ok(IpAddr::V4(address)) => Address::V4(address.octets()),
            Ok(IpAddr::V6(address)) => Address::V6(address.octets()),
            Err(_) if host.is_empty() || authority.starts_with('[') => {
                return Err(bad("the host is no address"));
            }
            Err(_) => Address::Name(host.to_lowercase()),
        };
        let methods = peer.methods.iter().fold(0, |bits, method| bits | method.bit());
        if methods == 0 {
            return Err(bad("no method is named").advise("name at least one of GET, POST, PUT, DELETE"));
        }
        Ok(Self {
            secured,
            address,
            port,
            methods,
            prefix: prefix.trim_end_matches('/').to_string(),
        })
    }

    fn peer(&self) -> Peer<'_> {
        Peer {
            secured: self.secured,
            host: match &self.address {
                Address::V4(address) => Host::V4(address),
                Address::V6(address) => Host::V6(address),
                Address::Name(name) => Host::Name(name.as_bytes()),
            },
            port: self.port,
            methods: self.methods,
            prefix: self.prefix.as_bytes(),
        }
    }
}

/// The manifest's limits.
pub(crate) fn limits(limits: &Limits) -> motebox_envelope::Limits {
    motebox_envelope::Limits {
        heap_bytes: limits.heap_bytes,
        fuel_per_event: limits.fuel_per_event,
        timers: limits.timers,
        log_bytes: limits.log_bytes,
        messages_per_minute: limits.messages_per_minute,
        bytes_per_minute: limits.bytes_per_minute,
    }
}

#[cfg(test)]
mod tests {
    use motebox_envelope::Permissions as View;

    use super::*;
    use crate::terms::Terms;

    fn encoded(text: &str) -> Result<Vec<u8>> {
        let terms: Terms = toml::from_str(text).unwrap();
        encode(&terms.permissions.unwrap())
    }

    #[test]
    fn the_example_asks_for_what_its_script_does() {
        let bytes = encoded(include_str!("demo/alarm.toml")).unwrap();
        let view = View::parse(&bytes).unwrap();
        let buzzer = view.device(b"buzzer").unwrap();
        assert!(buzzer.write && !buzzer.read);
        assert_eq!(buzzer.range.map(Range::ends), Some((0.0, 100.0)));
        let peer = view.peers().next().unwrap();
        assert_eq!(
            (peer.secured, peer.port, peer.methods, peer.prefix),
            (false, 5683, 2, &b"coap"[..])
        );
        assert_eq!(
            peer.host,
            Host::V6(&[0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
        );
        assert_eq!(view.paths().next().unwrap().path, b"alarm");
        assert!(!view.reboot() && !view.data() && view.radio().is_none());
    }

    #[test]
    fn nothing_permitted_is_no_map() {
        assert!(encode(&Permissions::default()).unwrap().is_empty());
    }

    #[test]
    fn radio_channels_are_bits() {
        let bytes = encoded("[permissions.radio]\nchannels = [11, 26]\nmax_power_dbm = -4\n").unwrap();
        let radio = View::parse(&bytes).unwrap().radio().unwrap();
        assert_eq!(
            radio,
            Radio {
                channels: 1 << 11 | 1 << 26,
                max_power_dbm: -4,
                scan: false
            }
        );
    }

    #[test]
    fn what_makes_no_permission_is_told() {
        for (text, why) in [
            (
                "[[permissions.peers]]\nuri = \"http://h/\"\nmethods = [\"GET\"]",
                "neither coap nor coaps",
            ),
            (
                "[[permissions.peers]]\nuri = \"coap://[fe80/\"\nmethods = [\"GET\"]",
                "no address",
            ),
            (
                "[[permissions.peers]]\nuri = \"coap://h:0/\"\nmethods = [\"GET\"]",
                "no such port",
            ),
            (
                "[[permissions.peers]]\nuri = \"coap://h/\"\nmethods = []",
                "no method",
            ),
            (
                "[permissions.devices]\nled = { rights = \"write\", min = 1 }",
                "go together",
            ),
            (
                "[permissions.devices]\nled = { rights = \"write\", min = 0.1, max = 3e12 }",
                "too many digits",
            ),
            ("[permissions]\npaths = [\"a//b\"]", "printable ASCII"),
            (
                "[permissions.radio]\nchannels = [27]\nmax_power_dbm = 0",
                "0 to 26",
            ),
        ] {
            let error = encoded(text).unwrap_err().to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
    }
}
