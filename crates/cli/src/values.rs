//! Values that are typed on the command line: forms, targets, ids, addresses, seconds.

use std::net::SocketAddr;

use clap::ValueEnum;

use motebox_sim::net::Route;

/// Form of a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// The script under one comment line that holds the signature
    Text,
    /// A CBOR sequence: signature, payload
    Binary,
}

/// What a command does to a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CommandKind {
    /// End its trial well
    Confirm,
    /// Go back to the version before
    Revert,
    /// Tear it down and leave it stored
    Stop,
    /// Remove every version of the id
    Delete,
}

impl CommandKind {
    /// The word for it.
    pub(crate) fn word(self) -> String {
        self.to_possible_value()
            .map_or_else(String::new, |value| value.get_name().to_string())
    }
}

/// Which motes take a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    Any,
    Class(String),
    Device(Vec<u8>),
}

impl std::str::FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            None if text == "any" => Ok(Self::Any),
            Some(("class", name))
                if (1..=16).contains(&name.len()) && name.bytes().all(|b| (0x20..0x7F).contains(&b)) =>
            {
                Ok(Self::Class(name.to_string()))
            }
            Some(("class", _)) => Err("a class is 1 to 16 printable ASCII characters".into()),
            Some(("device", id)) => Ok(Self::Device(device_id(id)?.0)),
            _ => Err("say any, class:NAME or device:HEX".into()),
        }
    }
}

/// Bytes that are typed in hex.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hex(pub(crate) Vec<u8>);

pub(crate) fn device_id(text: &str) -> Result<Hex, String> {
    crate::hex::unhex(text)
        .filter(|bytes| (1..=16).contains(&bytes.len()))
        .map(Hex)
        .ok_or_else(|| "a device id is 1 to 16 bytes in hex, such as 00a1b2".into())
}

/// A block's size as its exponent.
pub(crate) fn block_size(text: &str) -> Result<u8, String> {
    (0..=crate::client::LARGEST_EXPONENT)
        .find(|exponent| (16 << exponent).to_string() == text)
        .ok_or_else(|| "a block has 16, 32, 64, 128, 256, 512 or 1024 bytes".into())
}

pub(crate) fn seconds(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|seconds: &f64| (0.001..=86_400.0).contains(seconds))
        .ok_or_else(|| "seconds from 0.001 to 86400".into())
}

pub(crate) fn radio_address(text: &str) -> Result<motebox_crime::Address, String> {
    crate::composition::units::address(text)
        .filter(|address| !address.is_none())
        .ok_or_else(|| "write it as 1.0".into())
}

pub(crate) fn route(text: &str) -> Result<Route, String> {
    let parts = text.split_once('=').and_then(|(address, socket)| {
        Some(Route {
            address: address.parse().ok()?,
            socket: socket.parse::<SocketAddr>().ok()?,
        })
    });
    let documented = |route: &Route| route.address.segments()[..2] == [0x2001, 0xdb8];
    parts
        .filter(documented)
        .ok_or_else(|| "write it as 2001:db8::1=127.0.0.1:7001".into())
}
