//! The command line: what there is to say, and how it is explained.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use motebox_sim::net::Route;

use crate::client::Uri;
use crate::radio_args::{Compose, Sim};
use crate::terms::Confirm;
use crate::values::{CommandKind, Form, Hex, Target, block_size, device_id, radio_address, route, seconds};

/// Sign, push and watch containers on motes.
#[derive(Debug, Parser)]
#[command(
    name = "motebox",
    version,
    arg_required_else_help = true,
    after_help = "\
Examples:
  motebox demo                                              the whole path on this PC, in seconds
  motebox keygen --out site                                 a key pair: site.key, site.pub
  motebox sign alarm.js --key site.key --sequence 1 --target any --terms alarm.toml
  motebox push coap://[2001:db8::2] alarm.signed.js         and follow its start
  motebox status coap://[2001:db8::2] alarm
  motebox sim --nodes 4 --topology line --stack mesh --send 1.0:4.0:Hello --trace

`motebox COMMAND --help` explains each command with examples."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Keygen(Keygen),
    Sign(Sign),
    Convert(Convert),
    Verify(Verify),
    Inspect(Inspect),
    Push(Push),
    Pull(Pull),
    Discover(Discover),
    Status(Status),
    Log(Log),
    Device(Device),
    Demo(Demo),
    Js(Js),
    Sim(Box<Sim>),
    Compose(Compose),
}

/// Make a signing key
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  motebox keygen --out site        writes site.key (secret, readable by you alone) and site.pub

Nothing is ever overwritten.")]
pub(crate) struct Keygen {
    /// Where to write: NAME.key and NAME.pub
    #[arg(long, short, value_name = "NAME", default_value = "motebox")]
    pub(crate) out: PathBuf,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// Sign a script, or a command to a container
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  motebox sign alarm.js --key site.key --sequence 1 --target any --terms alarm.toml
  motebox sign alarm.js --key site.key --sequence 2 --target class:samr21 --terms alarm.toml --form binary
  motebox sign --command revert --base 2 --id alarm --key site.key --sequence 3 --target device:00a1b2

The target must be said: `any` is any mote that trusts the key. The sequence must be above every one that the
mote has tried for this id; it takes older ones for an attack.

The script is compiled first, with all that an engine can be built with: what does not compile is not signed. A mote
whose engine was built with less may still refuse a regular expression, say; its status tells.")]
pub(crate) struct Sign {
    /// The script
    #[arg(required_unless_present = "command", conflicts_with = "command")]
    pub(crate) file: Option<PathBuf>,
    /// The .key file of `motebox keygen`
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
    /// Which motes take it: any, class:NAME, device:HEX
    #[arg(long)]
    pub(crate) target: Target,
    /// Number of this version, 1 to 4294967294
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=4_294_967_294))]
    pub(crate) sequence: u32,
    /// Container id, 1 to 16 of a-z0-9- (else from --terms, else the script's file name)
    #[arg(long)]
    pub(crate) id: Option<String>,
    /// Permissions, limits, id, confirm policy: a TOML or JSON file such as examples/alarm.toml
    #[arg(long, value_name = "FILE")]
    pub(crate) terms: Option<PathBuf>,
    /// How the trial ends well (default: auto)
    #[arg(long, value_enum)]
    pub(crate) confirm: Option<Confirm>,
    /// Seconds of uptime that the trial lasts (default: 60)
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=604_800))]
    pub(crate) probation: Option<u32>,
    /// Form of the output
    #[arg(long, value_enum, default_value_t = Form::Text)]
    pub(crate) form: Form,
    /// Where to write (default: FILE.signed.js or FILE.mbx)
    #[arg(long, short, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Sign a command instead of a script
    #[arg(long, value_enum, requires = "base", requires = "id")]
    pub(crate) command: Option<CommandKind>,
    /// The sequence of the version that the command is about
    #[arg(long, requires = "command")]
    pub(crate) base: Option<u32>,
    /// Sign for motes that were built for development only
    #[arg(long)]
    pub(crate) development: bool,
    /// Sign a script that was not compiled first
    #[arg(long)]
    pub(crate) no_check: bool,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// Turn the text form into the binary form, or back, without the key
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  motebox convert alarm.signed.js --form binary     writes alarm.mbx
  motebox convert alarm.mbx --form text --out -     prints the script with its header line")]
pub(crate) struct Convert {
    /// A signed container in either form
    pub(crate) file: PathBuf,
    /// Form of the output
    #[arg(long, value_enum)]
    pub(crate) form: Form,
    /// Where to write, `-` for standard output (default: beside FILE)
    #[arg(long, short, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

/// Check a signed container against a key
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  motebox verify alarm.signed.js --key site.pub

Exit code 0 means: form, digests and signature are whole, and the key is this one.")]
pub(crate) struct Verify {
    /// A signed container in either form
    pub(crate) file: PathBuf,
    /// The .pub file of `motebox keygen`
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
    /// Accept a signature for development, and no other
    #[arg(long)]
    pub(crate) development: bool,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// Show what a signed container says of itself; the signature is not checked
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  motebox inspect alarm.signed.js
  motebox inspect alarm.mbx --json")]
pub(crate) struct Inspect {
    /// A signed container in either form
    pub(crate) file: PathBuf,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// Patience of the client.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Patience {
    /// Wait before the first retransmission, seconds; each further one waits twice as long
    #[arg(long, value_name = "SECONDS", default_value_t = 2.0, value_parser = seconds)]
    pub(crate) ack_timeout: f64,
    /// Retransmissions before giving up
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u32).range(0..=10))]
    pub(crate) retransmit: u32,
}

/// Send a signed container to a mote, and follow its start
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  motebox push coap://127.0.0.1:5683 alarm.signed.js
  motebox push coap://127.0.0.1:5683/riot/script alarm.signed.js --block 64
  motebox push coap://127.0.0.1:5683 alarm.mbx --no-follow --json

The path is /c/ID unless the address says /riot/script, the alias of one id. Blocks become smaller when the mote asks for it. A push that was
interrupted goes on where it stopped when it is repeated. Exit code 0 means: it runs (with --no-follow: it is stored).")]
pub(crate) struct Push {
    /// The mote: `coap://HOST:PORT/PATH`, port and path may be left out
    pub(crate) mote: Uri,
    /// A signed container in either form
    pub(crate) file: PathBuf,
    /// Size of the first block: 16, 32, … 1024
    #[arg(long, value_name = "BYTES", default_value = "1024", value_parser = block_size)]
    pub(crate) block: u8,
    /// Return when it is stored, before it started
    #[arg(long)]
    pub(crate) no_follow: bool,
    /// Follow until the trial is over: confirmed or failed
    #[arg(long, conflicts_with = "no_follow")]
    pub(crate) until_confirmed: bool,
    /// Longest time to follow, seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0, value_parser = seconds)]
    pub(crate) follow_timeout: f64,
    #[command(flatten)]
    pub(crate) patience: Patience,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// Fetch the running container, byte for byte
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  motebox pull coap://127.0.0.1:5683 alarm                       the text form, to standard output
  motebox pull coap://127.0.0.1:5683 alarm --form binary --out alarm.mbx

Motes show scripts to whoever has the right to read them; a simulated one to everybody with --open-read.")]
pub(crate) struct Pull {
    /// The mote: `coap://HOST:PORT`, the port may be left out
    pub(crate) mote: Uri,
    /// Container id
    pub(crate) id: String,
    /// Form to fetch
    #[arg(long, value_enum, default_value_t = Form::Text)]
    pub(crate) form: Form,
    /// Where to write, `-` for standard output
    #[arg(long, short, value_name = "FILE", default_value = "-")]
    pub(crate) out: PathBuf,
    /// Block size to ask for: 16, 32, … 1024 (default: the mote's choice)
    #[arg(long, value_name = "BYTES", value_parser = block_size)]
    pub(crate) block: Option<u8>,
    #[command(flatten)]
    pub(crate) patience: Patience,
}

/// List what a mote offers
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  motebox discover coap://127.0.0.1:5683
  motebox discover coap://127.0.0.1:5683 --query rt=motebox.container --json")]
pub(crate) struct Discover {
    /// The mote: `coap://HOST:PORT`, the port may be left out
    pub(crate) mote: Uri,
    /// Show only what matches, as in RFC 6690: rt=motebox.* or href=/c/alarm
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) query: Vec<String>,
    #[command(flatten)]
    pub(crate) patience: Patience,
    /// Print a JSON array
    #[arg(long)]
    pub(crate) json: bool,
}

/// Show how containers fare
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  motebox status coap://127.0.0.1:5683             one line for each container
  motebox status coap://127.0.0.1:5683 alarm       everything about one
  motebox status coap://127.0.0.1:5683 alarm --json")]
pub(crate) struct Status {
    /// The mote: `coap://HOST:PORT`, the port may be left out
    pub(crate) mote: Uri,
    /// Container id (default: all)
    pub(crate) id: Option<String>,
    #[command(flatten)]
    pub(crate) patience: Patience,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Show what a container printed
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  motebox log coap://127.0.0.1:5683 alarm
  motebox log coap://127.0.0.1:5683 alarm --follow       until Ctrl-C")]
pub(crate) struct Log {
    /// The mote: `coap://HOST:PORT`, the port may be left out
    pub(crate) mote: Uri,
    /// Container id
    pub(crate) id: String,
    /// Go on as lines come
    #[arg(long, short)]
    pub(crate) follow: bool,
    /// With --follow: stop after this many seconds
    #[arg(long, value_name = "SECONDS", requires = "follow", value_parser = seconds)]
    pub(crate) follow_for: Option<f64>,
    #[command(flatten)]
    pub(crate) patience: Patience,
    /// Print JSON, one object for each piece of log
    #[arg(long)]
    pub(crate) json: bool,
}

/// Run a simulated mote until Ctrl-C
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  motebox device --key site.pub --flash mote.flash
  motebox device --key site.pub --port 5683 --bench-port 5684 --pdu 1280 --open-read
  motebox device --key site.pub --route 2001:db8::1=127.0.0.1:7001     what a script's requests to that host reach

Its sensors are set, its actuators and flash are read on the bench port, over CoAP:
  coap-client -m put -e 900 coap://127.0.0.1:5684/bench/brightness
  coap-client -m get coap://127.0.0.1:5684/bench/buzzer
  coap-client -m get coap://127.0.0.1:5684/bench/flash
  coap-client -m put -e cut coap://127.0.0.1:5684/bench/power          also `restore`, and `cut after 20`

By default it is the most unkind system that Motebox supports: a PDU of 128 bytes, no separate responses, a clock
that is about to wrap. Its engine has every part that one can be built with; `motebox js --help` says how to have the
default one.")]
pub(crate) struct Device {
    /// The first key it trusts: a .pub file of `motebox keygen`
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
    /// File that holds its flash, made when it is not there (default: in memory)
    #[arg(long, value_name = "FILE")]
    pub(crate) flash: Option<PathBuf>,
    /// Address to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub(crate) bind: std::net::IpAddr,
    /// CoAP port, 0 for any free one
    #[arg(long, default_value_t = 5683)]
    pub(crate) port: u16,
    /// Port of the simulator's own resources, 0 for any free one
    #[arg(long, default_value_t = 5684)]
    pub(crate) bench_port: u16,
    /// Largest CoAP message, bytes
    #[arg(long, value_name = "BYTES", default_value_t = 128, value_parser = clap::value_parser!(u16).range(64..=1280))]
    pub(crate) pdu: u16,
    /// Show scripts and logs to everybody
    #[arg(long)]
    pub(crate) open_read: bool,
    /// Its id, 1 to 16 bytes in hex
    #[arg(long, value_name = "HEX", default_value = "6d6f7465000001", value_parser = device_id)]
    pub(crate) device_id: Hex,
    /// Its class
    #[arg(long, value_name = "NAME", default_value = "sim")]
    pub(crate) class: String,
    /// Accept signatures for development, and no others
    #[arg(long)]
    pub(crate) development: bool,
    /// The container id behind /riot/script
    #[arg(long, value_name = "ID", default_value = "script")]
    pub(crate) alias: String,
    /// Its address in radio stacks
    #[arg(long, value_name = "A.B", default_value = "1.0", value_parser = radio_address)]
    pub(crate) radio_address: motebox_crime::Address,
    /// A host of the simulated network: 2001:db8::1=127.0.0.1:7001
    #[arg(long, value_name = "ADDRESS=SOCKET", value_parser = route)]
    pub(crate) route: Vec<Route>,
    /// Print one JSON object when it is up
    #[arg(long)]
    pub(crate) json: bool,
}

/// Play the paper's building-automation scenario on this PC, over real CoAP; or stacks and scripts on four motes
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  motebox demo
  motebox demo crime         four motes in a line: a mesh is pushed, scripts talk over it, another stack takes its place
  motebox demo --json        one JSON object for each step

Exit code 0 means: every step went as it must.")]
pub(crate) struct Demo {
    /// What is played
    #[arg(value_enum, default_value_t = DemoPlay::Alarm)]
    pub(crate) play: DemoPlay,
    /// Print one JSON object for each step
    #[arg(long)]
    pub(crate) json: bool,
}

/// What a demonstration plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DemoPlay {
    /// One mote, a cloud, a guard: over UDP on loopback
    Alarm,
    /// Four motes with composed radio stacks: in virtual time
    Crime,
}

/// Run a script on this PC, with the engine and the memory of a mote
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  motebox js hello.js
  motebox js bench.js --heap 4096 --stats

The engine has every part that one can be built with (JSON, RegExp, Date, typed arrays, …). A mote's may have fewer:
`cargo install --path crates/cli --no-default-features` makes a command whose engine is a mote's default one.

`print` goes to standard output. An uncaught exception prints `Name: message` on standard error; exit code 1.")]
pub(crate) struct Js {
    /// The script
    pub(crate) file: PathBuf,
    /// Size of the arena, bytes, 262144 at most
    #[arg(long, value_name = "BYTES", default_value_t = 65_536, value_parser = clap::value_parser!(u32).range(4..=262_144))]
    pub(crate) heap: u32,
    /// Stop after this much work
    #[arg(long, value_name = "N")]
    pub(crate) fuel: Option<u64>,
    /// Print memory and fuel on standard error when done
    #[arg(long)]
    pub(crate) stats: bool,
}
