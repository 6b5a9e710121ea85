//! Which compiler builds for the chips, and how: the only place that knows.
//!
//! **The reference build** is what libraries for a chip should be made with, and what figures are of: `core` is built along
//! (`-Z build-std`), and the target is rustc's own but for the frame pointer. Rust's targets for bare ARM keep one in every
//! function, which takes one of the eight registers that most Thumb instructions can name, and two bytes a function; C
//! compilers keep none. It takes the sources of `core` (`rustup component add rust-src`, or Debian's packages `rustc-web
//! cargo-web rust-web-src lld`); with a stable compiler `RUSTC_BOOTSTRAP=1`, which is set here.
//!
//! **The plain build** is what `cargo build --target …` makes without further ado: rustc's target, the `core` that rustup
//! brings (or one built along, where rustup has none). It has ceilings of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::shell::{self, Result};

/// The chips that every core crate builds for: Cortex-M0/M0+ (no compare-and-swap) and Cortex-M3.
pub const TARGETS: [&str; 2] = ["thumbv6m-none-eabi", "thumbv7m-none-eabi"];

/// What LLVM is told in a reference build: to lay out the blocks of a function so that fewer jumps are written, to put
/// constants where they are used, and into the code of the function that alone uses them, and to compute again what is used
/// again (`docs/why/build.md`).
const LLVM: [&str; 4] = [
    "-apply-ext-tsp-for-size=true",
    "-disable-constant-hoisting",
    "-arm-promote-constant=true",
    "-disable-machine-cse=true",
];

/// A way to build for a bare-metal target.
#[derive(Debug, Clone)]
pub enum Toolchain {
    /// `rustup target add` has been done: plain cargo, prebuilt `core`.
    Prebuilt,
    /// `core` is built from source.
    Source { tools: Tools, reference: bool },
}

/// A compiler that has the sources of its `core`.
#[derive(Debug, Clone)]
pub struct Tools {
    rustc: PathBuf,
    cargo: PathBuf,
    linker: PathBuf,
}

impl Toolchain {
    /// The reference build; where the sources of `core` are not there, the plain one.
    pub fn find(target: &str) -> Result<Self> {
        Self::reference().or_else(|no_source| {
            Self::prebuilt(target)
                .map_err(|no_rustup| format!("nothing here builds for {target}: {no_source}; {no_rustup}"))
        })
    }

    /// The reference build.
    pub fn reference() -> Result<Self> {
        let tools = Tools::find()?;
        Ok(Self::Source {
            tools,
            reference: true,
        })
    }

    /// The plain build, with rustup's `core` first.
    pub fn plain(target: &str) -> Result<Self> {
        Self::prebuilt(target).or_else(|no_rustup| match Tools::find() {
            Ok(tools) => Ok(Self::Source {
                tools,
                reference: false,
            }),
            Err(no_source) => Err(format!(
                "nothing here builds for {target}: {no_rustup}; {no_source}"
            )),
        })
    }

    fn prebuilt(target: &str) -> Result<Self> {
        if rustup_has(target) {
            Ok(Self::Prebuilt)
        } else {
            Err(format!(
                "no prebuilt core here, it takes `rustup target add {target}`"
            ))
        }
    }

    /// Whether it is the reference build.
    pub fn is_reference(&self) -> bool {
        matches!(self, Self::Source { reference: true, .. })
    }

    /// What goes into a figure that this toolchain made.
    pub fn build(&self) -> &'static str {
        match self {
            Self::Prebuilt => "plain build: rustc's target, prebuilt core of rustup",
            Self::Source { reference: false, .. } => {
                "plain build: rustc's target, core built by -Z build-std"
            }
            Self::Source { reference: true, .. } => {
                "reference build: no frame pointers, core built by -Z build-std"
            }
        }
    }

    /// A word for it, of which names of folders are made.
    pub fn name(&self) -> &'static str {
        if self.is_reference() { "reference" } else { "plain" }
    }

    /// `cargo <verb>` for `target`, run in the root of the tree, with a target folder of its own so that neither the person's
    /// own builds nor this one have to start anew. `rustflags` are added for the target's code only.
    ///
    /// # Errors
    /// The compiler does not know the target.
    pub fn cargo(&self, verb: &str, target: &str, rustflags: &[String]) -> Result<Command> {
        self.cargo_in("chip", verb, target, rustflags)
    }

    /// The same in another one of the target folders: two builds in one folder wait for each other.
    ///
    /// # Errors
    /// The compiler does not know the target.
    pub fn cargo_in(&self, folder: &str, verb: &str, target: &str, rustflags: &[String]) -> Result<Command> {
        let mut flags = rustflags.to_vec();
        let mut command = match self {
            Self::Prebuilt => Command::new("cargo"),
            Self::Source { tools, .. } => {
                let mut command = tools.command(&tools.cargo);
                command.env("RUSTC", &tools.rustc).env("RUSTC_BOOTSTRAP", "1");
                command.env(linker_variable(target), &tools.linker);
                command
            }
        };
        command.current_dir(shell::root()).arg(verb);
        match self {
            Self::Prebuilt => {
                command.args(["--target", target]);
            }
            Self::Source { reference: false, .. } => {
                command.args(["-Z", "build-std=core", "--target", target]);
            }
            Self::Source { tools, .. } => {
                command.args(["-Z", "build-std=core", "-Z", "json-target-spec", "--target"]);
                command.arg(tools.specification(target)?);
                flags.extend(
                    LLVM.iter()
                        .flat_map(|word| ["-C".into(), format!("llvm-args={word}")]),
                );
            }
        }
        command.arg("--target-dir").arg(shell::target_dir().join(folder));
        if !flags.is_empty() {
            command.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"));
        }
        Ok(command)
    }

    /// The linker, for images that are not linked by cargo; it takes the arguments of GNU's.
    pub fn linker(&self) -> Result<Command> {
        let linker = match self {
            Self::Prebuilt => rustup_lld().ok_or("no rust-lld in rustup's toolchain")?,
            Self::Source { tools, .. } => tools.linker.clone(),
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
            Self::Prebuilt => Command::new("rustc"),
            Self::Source { tools, .. } => tools.command(&tools.rustc),
        };
        Ok(shell::output(command.arg("-V"))?.trim().to_string())
    }
}

impl Tools {
    /// The compiler on the search path where it has the sources of its `core`, else Debian's.
    fn find() -> Result<Self> {
        let on_path = ["rustc", "cargo"].map(PathBuf::from);
        let debian = ["/usr/bin/rustc", "/usr/bin/cargo"].map(PathBuf::from);
        let found = [on_path, debian].into_iter().find_map(|[rustc, cargo]| {
            let linker = PathBuf::new();
            let tools = Self { rustc, cargo, linker };
            tools.has_core().then_some(tools)
        });
        let linker = ["ld.lld", "rust-lld"]
            .iter()
            .find_map(|name| shell::find_program(name))
            .or_else(rustup_lld);
        match (found, linker) {
            (Some(tools), Some(linker)) => Ok(Self { linker, ..tools }),
            (None, _) => Err(
                "no sources of core here, it takes `rustup component add rust-src`, on Debian \
                 `apt-get install rustc-web cargo-web rust-web-src lld`"
                    .into(),
            ),
            (Some(_), None) => Err("no ld.lld and no rust-lld here".into()),
        }
    }

    /// Whether the sources of `core` are there.
    fn has_core(&self) -> bool {
        let sysroot = shell::output(self.command(&self.rustc).args(["--print", "sysroot"]));
        let sources = "lib/rustlib/src/rust/library/core";
        sysroot.is_ok_and(|sysroot| Path::new(sysroot.trim()).join(sources).is_dir())
    }

    /// One of its programs.
    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        if program.is_absolute() {
            forget_rustup(&mut command, program);
        }
        command
    }

    /// The specification of a target without frame pointers: what rustc has for the target, with that one line changed. Its
    /// name is the target's, so that cargo's folders and what build scripts see stay the same.
    fn specification(&self, target: &str) -> Result<PathBuf> {
        let mut ask = self.command(&self.rustc);
        ask.env("RUSTC_BOOTSTRAP", "1");
        ask.args(["-Z", "unstable-options", "--print", "target-spec-json"]);
        let text = without_frame_pointers(&shell::output(ask.args(["--target", target]))?)?;
        let folder = shell::target_dir().join("motebox/targets");
        let file = folder.join(format!("{target}.json"));
        // Cargo builds anew what depends on a file that is newer.
        if std::fs::read_to_string(&file).is_ok_and(|old| old == text) {
            return Ok(file);
        }
        std::fs::create_dir_all(&folder)
            .and_then(|()| std::fs::write(&file, text))
            .map_err(|error| format!("cannot write {}: {error}", file.display()))?;
        Ok(file)
    }
}

/// The specification of a target with its frame pointer left to the compiler.
fn without_frame_pointers(specification: &str) -> Result<String> {
    let wrong = |error: serde_json::Error| format!("rustc's target specification: {error}");
    let mut fields: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(specification).map_err(wrong)?;
    fields.insert("frame-pointer".into(), "may-omit".into());
    serde_json::to_string_pretty(&fields).map_err(wrong)
}

/// Cargo's variable that names the linker of a target.
fn linker_variable(target: &str) -> String {
    format!("CARGO_TARGET_{}_LINKER", target.to_uppercase().replace('-', "_"))
}

/// Programs that are not rustup's must not see the variables that rustup's `cargo run` leaves for its own.
fn forget_rustup(command: &mut Command, program: &Path) {
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
    let first = program.parent().map(Path::to_path_buf);
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
    use super::{TARGETS, Toolchain, Tools, linker_variable, without_frame_pointers};
    use std::path::PathBuf;
    use std::process::Command;

    /// Debian's, or what looks like it.
    fn source(reference: bool) -> Toolchain {
        let place = PathBuf::from("/usr/bin");
        Toolchain::Source {
            tools: Tools {
                rustc: place.join("rustc"),
                cargo: place.join("cargo"),
                linker: place.join("ld.lld"),
            },
            reference,
        }
    }

    fn env(command: &Command, name: &str) -> Option<String> {
        let found = command.get_envs().find(|(key, _)| *key == name);
        found
            .and_then(|(_, value)| value)
            .map(|value| value.to_string_lossy().into_owned())
    }

    #[test]
    fn linker_variables_are_those_of_cargo() {
        assert_eq!(
            linker_variable(TARGETS[0]),
            "CARGO_TARGET_THUMBV6M_NONE_EABI_LINKER"
        );
    }

    #[test]
    fn prebuilt_needs_no_environment_and_sources_their_own() {
        let plain = Toolchain::Prebuilt.cargo("build", TARGETS[0], &[]).unwrap();
        assert_eq!(plain.get_envs().count(), 0);
        assert!(!plain.get_args().any(|arg| arg == "-Z"));

        let flags = ["-C".into(), "link-arg=-Tx".into()];
        let built = source(false).cargo("build", TARGETS[0], &flags).unwrap();
        assert_eq!(env(&built, "RUSTC_BOOTSTRAP").as_deref(), Some("1"));
        assert_eq!(
            env(&built, "CARGO_TARGET_THUMBV6M_NONE_EABI_LINKER").as_deref(),
            Some("/usr/bin/ld.lld")
        );
        assert_eq!(
            env(&built, "CARGO_ENCODED_RUSTFLAGS").as_deref(),
            Some("-C\u{1f}link-arg=-Tx")
        );
        assert!(built.get_args().any(|arg| arg == "build-std=core"));
        assert!(built.get_args().any(|arg| arg == TARGETS[0]));
        assert_eq!(env(&built, "RUSTUP_TOOLCHAIN"), None);
    }

    #[test]
    fn a_target_without_frame_pointers_is_the_same_otherwise() {
        let before = r#"{"arch": "arm", "frame-pointer": "always", "target-pointer-width": 32}"#;
        let after = without_frame_pointers(before).unwrap();
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        let wanted = r#"{"arch": "arm", "frame-pointer": "may-omit", "target-pointer-width": 32}"#;
        assert_eq!(read(&after), read(wanted));
        assert!(without_frame_pointers("error: unknown target").is_err());
    }

    #[test]
    fn the_two_builds_have_folders_of_their_own() {
        assert_ne!(source(true).name(), source(false).name());
        assert_eq!(source(false).name(), Toolchain::Prebuilt.name());
    }
}
