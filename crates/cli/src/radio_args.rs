//! The command line of the radio stacks: `motebox sim` and `motebox compose`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::composition::units;
use crate::terms::Confirm;
use crate::values::{Target, seconds};
use motebox_crime::Address;

/// Run a network of simulated nodes
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  motebox sim --nodes 4 --topology line --stack mesh --send 1.0:4.0:Hello --trace
  motebox sim --nodes 25 --topology grid --stack trickle --send 1.0:*:Hello --time 60 --loss 0.2 --seed 7
  motebox sim --nodes 4 --stack mesh --send 1.0:4.0:Hello --framing ieee802154 --pcap mesh.pcap
  motebox sim --stack examples/stacks/unicast.toml --set unicast.receiver=3.0 --send 2.0:*:Hello --trace
  motebox sim --nodes 10000 --topology grid --stack trickle --send 1.0:*:Hello --time 300 --quiet

Stacks: abc, broadcast, unicast, stbroadcast, stunicast, polite, ipolite, runicast, multihop, mesh, netflood, trickle,
neighbours, announcement, link-quality, collect, rucb, rudolph1, rudolph2, timesynch; or a file: a description such as examples/stacks/mesh.toml, or what `motebox compose` made.

Nodes are 1.H, 2.H, ... 255.H, then 0.H+1, with H of --address-high. With the same seed everything happens again, byte
for byte. A trace line is: seconds, node, frame in hex. What applications receive is printed between the frames.")]
pub(crate) struct Sim {
    /// How many nodes
    #[arg(long, short, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=65_534))]
    pub(crate) nodes: u32,
    /// Who hears whom
    #[arg(long, value_enum, default_value_t = Shape::Line)]
    pub(crate) topology: Shape,
    /// Positions in metres, one node a line: X Y. Who hears whom follows from the distance
    #[arg(long, value_name = "FILE", conflicts_with_all = ["topology", "nodes"])]
    pub(crate) positions: Option<PathBuf>,
    /// With --positions: how fast signals weaken; 2 in the open, 3 to 4 in buildings
    #[arg(long, value_name = "EXPONENT", default_value_t = 3.0, value_parser = exponent, requires = "positions")]
    pub(crate) path_loss: f64,
    /// With --positions: power of the transmitters, dBm
    #[arg(long, value_name = "DBM", default_value_t = 0, allow_negative_numbers = true, requires = "positions",
          value_parser = clap::value_parser!(i8).range(-60..=30))]
    pub(crate) power: i8,
    /// What the nodes run: a name, or a file
    #[arg(long, value_name = "NAME|FILE", default_value = "broadcast")]
    pub(crate) stack: String,
    /// The lowest channel; the others of a stack move along (default: 132, or what the file says)
    #[arg(long, value_name = "CHANNEL")]
    pub(crate) channel: Option<u16>,
    /// Second byte of the addresses
    #[arg(long, value_name = "H", default_value_t = 0)]
    pub(crate) address_high: u8,
    /// A parameter of all nodes or of one: polite.interval=500ms, 3.0:route.next_hop=2.0
    #[arg(long, value_name = "[NODE:]MODULE.NAME=VALUE")]
    pub(crate) set: Vec<Setting>,
    /// An application sends: 1.0:4.0:Hello, 2.5@1.0:*:Hello at 2.5 s. Without a time, the nth is sent at n seconds.
    /// \n, \0, \xHH and \\ stand for bytes; @FILE is what is in a file. Stacks for objects send it in chunks
    #[arg(long, value_name = "[TIME@]FROM:TO:TEXT")]
    pub(crate) send: Vec<Send>,
    /// How long, seconds of virtual time; ends earlier when nothing is left to happen
    #[arg(long, short, value_name = "SECONDS", default_value_t = 60.0, value_parser = seconds)]
    pub(crate) time: f64,
    /// Where all randomness comes from
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Share of receptions that is lost, 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, value_parser = share)]
    pub(crate) loss: f64,
    /// From the end of a frame to its reception, milliseconds
    #[arg(long, value_name = "MS", default_value_t = 0.0, value_parser = milliseconds)]
    pub(crate) delay: f64,
    /// Signal strength differs from frame to frame by up to this much, dB
    #[arg(long, value_name = "DB", default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=40))]
    pub(crate) fading: u8,
    /// No collisions: the air has room for everything at once, and nobody listens before sending
    #[arg(long)]
    pub(crate) no_collisions: bool,
    /// What is around the Rime packets
    #[arg(long, value_enum, default_value_t = MacName::Raw)]
    pub(crate) framing: MacName,
    /// Sender and receiver travel in the MAC header only
    #[arg(long)]
    pub(crate) link_addresses: bool,
    /// PAN identifier of --framing ieee802154, in hex
    #[arg(long, value_name = "HEX", default_value = "abcd", value_parser = pan)]
    pub(crate) pan: u16,
    /// Print every frame
    #[arg(long)]
    pub(crate) trace: bool,
    /// Write the frames for Wireshark; with --framing ieee802154 it knows what they are
    #[arg(long, value_name = "FILE")]
    pub(crate) pcap: Option<PathBuf>,
    /// Print the summary only
    #[arg(long, short, conflicts_with = "trace")]
    pub(crate) quiet: bool,
    /// Print one JSON object for each line
    #[arg(long)]
    pub(crate) json: bool,
    /// Print the time and memory that it took on standard error
    #[arg(long)]
    pub(crate) stats: bool,
}

/// How nodes lie to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Shape {
    /// Each hears the one before and the one after
    Line,
    /// A square filled row by row; each hears up to four
    Grid,
    /// Each hears each, 2,000 at most
    All,
}

/// What is around a Rime packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MacName {
    /// Nothing
    Raw,
    /// IEEE 802.15.4 data frames with short addresses, without FCS
    Ieee802154,
    /// Receiver and sender, two bytes each
    Nullmac,
}

/// A parameter that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Setting {
    pub(crate) node: Option<Address>,
    pub(crate) module: String,
    pub(crate) name: String,
    pub(crate) value: String,
}

impl std::str::FromStr for Setting {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = || {
            let (place, value) = text.split_once('=')?;
            let (node, place) = match place.split_once(':') {
                Some((node, place)) => (Some(units::address(node)?), place),
                None => (None, place),
            };
            let (module, name) = place.split_once('.')?;
            Some(Self {
                node,
                module: module.to_string(),
                name: name.to_string(),
                value: value.to_string(),
            })
        };
        parts().ok_or_else(|| "write it as polite.interval=500ms or 3.0:route.next_hop=2.0".into())
    }
}

/// An application sends something.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Send {
    pub(crate) at_s: Option<f64>,
    pub(crate) from: Address,
    /// 0.0 is everybody.
    pub(crate) to: Address,
    pub(crate) payload: Payload,
}

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Payload {
    Bytes(Vec<u8>),
    File(PathBuf),
}

impl std::str::FromStr for Send {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = || {
            let (from, rest) = text.split_once(':')?;
            let (to, text) = rest.split_once(':')?;
            let (at_s, from) = match from.split_once('@') {
                Some((at, from)) => (Some(moment(at)?), from),
                None => (None, from),
            };
            Some(Self {
                at_s,
                from: units::address(from).filter(|from| !from.is_none())?,
                to: match to {
                    "*" => Address::NONE,
                    to => units::address(to)?,
                },
                payload: match text.strip_prefix('@') {
                    Some(file) => Payload::File(file.into()),
                    None => Payload::Bytes(unescape(text)?),
                },
            })
        };
        parts().ok_or_else(|| "write it as 1.0:4.0:Hello, 2.5@1.0:4.0:Hello or 1.0:*:Hello".into())
    }
}

/// Seconds since the beginning.
fn moment(text: &str) -> Option<f64> {
    text.parse()
        .ok()
        .filter(|seconds: &f64| (0.0..=86_400.0).contains(seconds))
}

/// Bytes of text in which \n, \0, \xHH and \\ stand for one byte each.
fn unescape(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        let (&kind, after) = rest.split_first()?;
        rest = after;
        bytes.push(match kind {
            b'n' => b'\n',
            b'0' => 0,
            b'\\' => b'\\',
            b'x' => {
                let (digits, after) = rest.split_at_checked(2)?;
                rest = after;
                *crate::hex::unhex(std::str::from_utf8(digits).ok()?)?.first()?
            }
            _ => return None,
        });
    }
    Some(bytes)
}

fn share(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|share: &f64| (0.0..=1.0).contains(share))
        .ok_or_else(|| "a share is 0 to 1, such as 0.2".into())
}

fn milliseconds(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|milliseconds: &f64| (0.0..=60_000.0).contains(milliseconds))
        .ok_or_else(|| "milliseconds from 0 to 60000".into())
}

fn exponent(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|exponent: &f64| (1.0..=8.0).contains(exponent))
        .ok_or_else(|| "an exponent is 1 to 8".into())
}

fn pan(text: &str) -> Result<u16, String> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    u16::from_str_radix(digits, 16).map_err(|_| "a PAN identifier is 0 to ffff".into())
}

/// Turn a description of radio stacks into the message that motes take, and back; sign it
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  motebox compose examples/stacks/mesh.toml                     check it, say what it costs, write mesh.cbor
  motebox compose examples/stacks/mesh.toml --key site.key --sequence 1 --target any     sign it: mesh.mbx
  motebox compose mesh.mbx --explain                            the description of a message or a container
  motebox push coap://[2001:db8::2] mesh.mbx

A composition is checked here as motes check it: interfaces of neighbours fit, values are in range, every stack has a
channel of its own and an application on top or a stack that it is merged into.")]
pub(crate) struct Compose {
    /// A description (.toml, .json), a message, or a signed container
    pub(crate) file: PathBuf,
    /// Print it as a description, with its costs, and write nothing
    #[arg(long, conflicts_with_all = ["key", "out"])]
    pub(crate) explain: bool,
    /// Sign it: the .key file of `motebox keygen`
    #[arg(long, value_name = "FILE", requires = "target", requires = "sequence")]
    pub(crate) key: Option<PathBuf>,
    /// Which motes take it: any, class:NAME, device:HEX
    #[arg(long, requires = "key")]
    pub(crate) target: Option<Target>,
    /// Number of this version, 1 to 4294967294
    #[arg(long, requires = "key", value_parser = clap::value_parser!(u32).range(1..=4_294_967_294))]
    pub(crate) sequence: Option<u32>,
    /// Container id, 1 to 16 of a-z0-9- (else from the description or --terms, else the file's name)
    #[arg(long, requires = "key")]
    pub(crate) id: Option<String>,
    /// Permissions, limits, id, confirm policy: a TOML or JSON file such as examples/alarm.toml
    #[arg(long, value_name = "FILE", requires = "key")]
    pub(crate) terms: Option<PathBuf>,
    /// How the trial ends well (default: auto)
    #[arg(long, value_enum, requires = "key")]
    pub(crate) confirm: Option<Confirm>,
    /// Seconds of uptime that the trial lasts (default: 60)
    #[arg(long, value_name = "SECONDS", requires = "key", value_parser = clap::value_parser!(u32).range(1..=604_800))]
    pub(crate) probation: Option<u32>,
    /// Sign for motes that were built for development only
    #[arg(long, requires = "key")]
    pub(crate) development: bool,
    /// Where to write, `-` for standard output (default: FILE.cbor, or FILE.mbx when signed)
    #[arg(long, short, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sends_are_read() {
        let send: Send = "1.0:4.2:Hello:you".parse().unwrap();
        let expected = Send {
            at_s: None,
            from: Address::new(1, 0),
            to: Address::new(4, 2),
            payload: Payload::Bytes(b"Hello:you".to_vec()),
        };
        assert_eq!(send, expected);
        let send: Send = "2.5@1.0:*:a\\0\\x7f\\\\\\n".parse().unwrap();
        assert_eq!((send.at_s, send.to), (Some(2.5), Address::NONE));
        assert_eq!(send.payload, Payload::Bytes(b"a\0\x7f\\\n".to_vec()));
        let send: Send = "1.0:*:@a.txt".parse().unwrap();
        assert_eq!(send.payload, Payload::File("a.txt".into()));
        for wrong in [
            "",
            "1.0:Hello",
            "1:2:x",
            "0.0:2.0:x",
            "1.0:2.0:\\x7",
            "1.0:2.0:\\q",
            "-1@1.0:2.0:x",
        ] {
            assert!(wrong.parse::<Send>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn settings_are_read() {
        let setting: Setting = "3.0:route.next_hop=2.0".parse().unwrap();
        assert_eq!(setting.node, Some(Address::new(3, 0)));
        assert_eq!(
            (&*setting.module, &*setting.name, &*setting.value),
            ("route", "next_hop", "2.0")
        );
        assert_eq!("a.b=c".parse::<Setting>().unwrap().node, None);
        assert!("a=b".parse::<Setting>().is_err() && "x:a.b=1".parse::<Setting>().is_err());
    }
}
