//! Which compiler builds for the chips: the only place that knows.
//!
//! Where rustup has the target, plain cargo does it all, with the `core` that rustup brings. Where rustup cannot add targets,
//! Debian's second Rust (packages `rustc-web cargo-web rust-web-src lld`) builds `core` from its sources; that needs its own
//! cargo, `RUSTC_BOOTSTRAP=1`, `-Z build-std=core` and a linker named by hand. Sizes differ a little between the two, so each
//! figure says which one made it.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::shell::{self, Result};

/// The chips that every core crate builds for: Cortex-M0/M0+ (no compare-and-swap) and Cortex-M3.
pub const TARGETS: [&str; 2] = ["thumbv6m-none-eabi", "thumbv7m-none-eabi"];

/// A way to build for a bare-metal target.
#[derive(Debug, Clone)]
pub enum Toolchain {
    /// `rustup target add` has been done: plain cargo, prebuilt `core`.
    Rustup,
    /// Debian's pair of rustc and cargo, `core` built from source, an LLVM linker.
    Debian {
        rustc: PathBuf,
        cargo: PathBuf,
        linker: PathBuf,
    },
}

impl Toolchain {
    /// The toolchain that can build for `target` here, rustup's first.
    pub fn find(target: &str) -> Result<Self> {
        Self::prebuilt(target).or_else(|no_rustup| {
            Self::from_source()
                .map_err(|no_debian| format!("nothing here builds for {target}: {no_rustup}; {no_debian}"))
        })
    }

    /// The one whose `core` comes compiled: what a user of rustup builds with.
    pub fn prebuilt(target: &str) -> Result<Self> {
        if rustup_has(target) {
            Ok(Self::Rustup)
        } else {
            Err(format!(
                "no prebuilt core here, it takes `rustup target add {target}`"
            ))
        }
    }

    /// The one that compiles `core` with the image.
    pub fn from_source() -> Result<Self> {
        debian().map_err(|missing| {
            format!(
                "no core built from source here, on Debian it takes `apt-get install rustc-web cargo-web rust-web-src lld` \
                 ({missing})"
            )
        })
    }

    /// Which `core` goes into a figure that this toolchain made.
    pub fn core(&self) -> &'static str {
        match self {
            Self::Rustup => "prebuilt core of rustup",
            Self::Debian { .. } => "core built by -Z build-std",
        }
    }

    /// `cargo <verb>` for `target`, run in the root of the tree, with a target folder of its own so that neither the person's
    /// own builds nor this one have to start anew. `rustflags` are added for the target's code only.
    pub fn cargo(&self, verb: &str, target: &str, rustflags: &[String]) -> Command {
        self.cargo_in("chip", verb, target, rustflags)
    }

    /// The same in another one of the target folders: two builds in one folder wait for each other.
    pub fn cargo_in(&self, folder: &str, verb: &str, target: &str, rustflags: &[String]) -> Command {
        let mut command = match self {
            Self::Rustup => Command::new("cargo"),
            Self::Debian { rustc, cargo, linker } => {
                let mut command = Command::new(cargo);
                forget_rustup(&mut command, cargo);
                command.env("RUSTC", rustc).env("RUSTC_BOOTSTRAP", "1");
                command.env(linker_variable(target), linker);
                command
            }
        };
        command.current_dir(shell::root()).arg(verb);
        if matches!(self, Self::Debian { .. }) {
            command.args(["-Z", "build-std=core"]);
        }
        command.args(["--target", target]);
        command.arg("--target-dir").arg(shell::target_dir().join(folder));
        if !rustflags.is_empty() {
            command.env("CARGO_ENCODED_RUSTFLAGS", rustflags.join("\u{1f}"));
        }
        command
    }

    /// The linker, for images that are not linked by cargo; it takes the arguments of GNU's.
    pub fn linker(&self) -> Result<Command> {
        let linker = match self {
            Self::Rustup => rustup_lld().ok_or("no rust-lld in rustup's toolchain")?,
            Self::Debian { linker, .. } => linker.clone(),
        };
        let mut command = Command::new(&linker);
        if linker.ends_with("rust-lld") {
            command.args(["-flavor", "gnu"]);
        }
        Ok(command)
    }

    /// `-V` of the compiler, for the head of a report.
    pub fn version(&self) -> Result<String> {
        let mut command = match self {
            Self::Rustup => Command::new("rustc"),
            Self::Debian { rustc, cargo, .. } => {
                let mut command = Command::new(rustc);
                forget_rustup(&mut command, cargo);
                command
            }
        };
        Ok(shell::output(command.arg("-V"))?.trim().to_string())
    }
}

/// Cargo's variable that names the linker of a target.
fn linker_variable(target: &str) -> String {
    format!("CARGO_TARGET_{}_LINKER", target.to_uppercase().replace('-', "_"))
}

/// Debian's programs must not see the variables that rustup's `cargo run` leaves for its own.
fn forget_rustup(command: &mut Command, cargo: &Path) {
    for name in [
        "RUSTUP_TOOLCHAIN",
        "CARGO",
        "RUSTC",
        "RUSTDOC",
        "RUSTC_WRAPPER",
        "RUSTFLAGS",
        "LD_LIBRARY_PATH",
    ] {
        command.env_remove(name);
    }
    let first = cargo.parent().map(Path::to_path_buf);
    let path = std::env::var_os("PATH").unwrap_or_default();
    if let Ok(joined) = std::env::join_paths(first.into_iter().chain(std::env::split_paths(&path))) {
        command.env("PATH", joined);
    }
}

/// Whether the rustc on the search path brings a compiled `core` for the target.
fn rustup_has(target: &str) -> bool {
    shell::output(Command::new("rustc").args(["--print", "sysroot"])).is_ok_and(|sysroot| {
        Path::new(sysroot.trim())
            .join("lib/rustlib")
            .join(target)
            .join("lib")
            .is_dir()
    })
}

/// Debian's pair, or what is missing of it.
fn debian() -> Result<Toolchain> {
    let bin = Path::new("/usr/bin");
    let (rustc, cargo) = (bin.join("rustc"), bin.join("cargo"));
    if !rustc.is_file() || !cargo.is_file() {
        return Err("no rustc and cargo in /usr/bin".into());
    }
    let mut ask = Command::new(&rustc);
    forget_rustup(&mut ask, &cargo);
    let sysroot = shell::output(ask.args(["--print", "sysroot"]))?;
    if !Path::new(sysroot.trim())
        .join("lib/rustlib/src/rust/library/core")
        .is_dir()
    {
        return Err("no sources of core beside /usr/bin/rustc".into());
    }
    let linker = ["ld.lld", "rust-lld"]
        .iter()
        .find_map(|name| shell::find_program(name))
        .or_else(rustup_lld);
    let linker = linker.ok_or("no ld.lld")?;
    Ok(Toolchain::Debian { rustc, cargo, linker })
}

/// The linker inside rustup's host toolchain.
fn rustup_lld() -> Option<PathBuf> {
    let sysroot = shell::output(Command::new("rustc").args(["--print", "sysroot"])).ok()?;
    let hosts = std::fs::read_dir(Path::new(sysroot.trim()).join("lib/rustlib")).ok()?;
    hosts
        .flatten()
        .map(|host| host.path().join("bin/rust-lld"))
        .find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::{TARGETS, Toolchain, linker_variable};
    use std::path::PathBuf;

    #[test]
    fn linker_variables_are_those_of_cargo() {
        assert_eq!(
            linker_variable(TARGETS[0]),
            "CARGO_TARGET_THUMBV6M_NONE_EABI_LINKER"
        );
    }

    #[test]
    fn rustup_needs_no_environment_and_debian_its_own() {
        let plain = Toolchain::Rustup.cargo("build", TARGETS[0], &[]);
        assert_eq!(plain.get_envs().count(), 0);
        assert!(!plain.get_args().any(|arg| arg == "-Z"));

        let place = PathBuf::from("/usr/bin");
        let debian = Toolchain::Debian {
            rustc: place.join("rustc"),
            cargo: place.join("cargo"),
            linker: place.join("ld.lld"),
        };
        let command = debian.cargo("build", TARGETS[0], &["-C".into(), "link-arg=-Tx".into()]);
        let env = |name: &str| {
            let found = command.get_envs().find(|(key, _)| *key == name);
            found
                .and_then(|(_, value)| value)
                .map(|value| value.to_string_lossy().into_owned())
        };
        assert_eq!(env("RUSTC_BOOTSTRAP").as_deref(), Some("1"));
        assert_eq!(
            env("CARGO_TARGET_THUMBV6M_NONE_EABI_LINKER").as_deref(),
            Some("/usr/bin/ld.lld")
        );
        assert_eq!(
            env("CARGO_ENCODED_RUSTFLAGS").as_deref(),
            Some("-C\u{1f}link-arg=-Tx")
        );
        assert!(command.get_args().any(|arg| arg == "build-std=core"));
        assert_eq!(env("RUSTUP_TOOLCHAIN"), None);
    }
}
