//! Building and linking the reference images.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use super::elf::{self, Image};
use crate::shell::{self, Result};
use crate::toolchain::Toolchain;

/// What `libmotebox.a` is built with for a program without a boot loader in it.
pub const NODE_ONLY: [&str; 3] = ["--no-default-features", "--features", "ed25519-compact"];

/// The same with the engine for a program of its own.
const SCRIPT: [&str; 3] = ["--no-default-features", "--features", "ed25519-compact,script"];

/// The same for radio stacks alone.
const CRIME_ONLY: [&str; 3] = ["--no-default-features", "--features", "crime"];

/// A chip, and how its images are built.
pub struct Linker<'t> {
    pub toolchain: &'t Toolchain,
    pub target: &'t str,
}

impl Linker<'_> {
    /// Builds one reference image and reads it.
    ///
    /// It is built with debug information, which tells whose code an instruction is and lies beside the code.
    pub fn link(&self, name: &str) -> Result<Image> {
        if c_source(name).is_file() {
            self.link_c(name)
        } else {
            self.link_rust(name, "")
        }
    }

    /// Builds the image with one module of the network, by its place in the registry, and reads it.
    pub fn link_module(&self, place: usize) -> Result<Image> {
        self.link_rust("crime-module", &place.to_string())
    }

    fn link_rust(&self, name: &str, module: &str) -> Result<Image> {
        let flags = [
            "-C".to_string(),
            format!("link-arg=-T{}", script().display()),
            "-C".into(),
            "link-arg=--emit-relocs".into(),
        ];
        let mut build = self.cargo(&flags)?;
        build.env("MOTEBOX_MODULE", module);
        build.arg("--manifest-path").arg(images().join("Cargo.toml"));
        let package = format!("image-{name}");
        shell::output(build.args(["-p", &package]))?;
        elf::read(&self.built().join(package))
    }

    /// A C program that links `libmotebox.a`, as a C build does.
    fn link_c(&self, name: &str) -> Result<Image> {
        let mut build = self.cargo(&[])?;
        build.args(["-p", "motebox-ffi"]);
        match name {
            "ffi-boot" => {}
            "ffi-crime" => {
                build.args(CRIME_ONLY);
            }
            "ffi-script" => {
                build.args(SCRIPT);
            }
            // As the firmware for a node builds it.
            _ => {
                build.args(NODE_ONLY);
            }
        }
        shell::output(&mut build)?;
        let out = self.built().join("c");
        std::fs::create_dir_all(&out).map_err(|error| format!("cannot make {}: {error}", out.display()))?;
        let object = out.join(format!("{name}.o"));
        let mut compile = compiler(self.target)?;
        compile.args(["-mthumb", "-Os", "-std=c99", "-ffreestanding"]);
        compile.args(["-ffunction-sections", "-fdata-sections"]);
        compile.args(["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-c"]);
        compile.arg(c_source(name));
        compile.arg("-I").arg(crate::header::folder());
        if name != "ffi-boot" {
            // An archive whose node has no stacks.
            compile.arg("-DMBX_NO_STACKS");
        }
        if name == "ffi-crime" {
            // An archive without a verifier.
            compile.arg("-DMBX_NO_VERIFIER");
        }
        shell::output(compile.arg("-o").arg(&object))?;
        let image = self.c_image(name);
        let mut link = self.toolchain.linker()?;
        link.args(["--gc-sections", "--emit-relocs", "-T"]).arg(script());
        link.arg(&object).arg(self.built().join("libmotebox.a"));
        shell::output(link.arg("-o").arg(&image))?;
        elf::read(&image)
    }

    /// Where [`Self::link`] puts the image of a C program.
    pub fn c_image(&self, name: &str) -> PathBuf {
        self.built().join("c").join(name)
    }

    fn cargo(&self, flags: &[String]) -> Result<Command> {
        let mut build = self
            .toolchain
            .cargo_in(&self.folder(), "build", self.target, flags)?;
        build
            .args(["--profile", "chip"])
            .env("CARGO_PROFILE_CHIP_DEBUG", "1");
        Ok(build)
    }

    /// Its target folder: chips are built side by side.
    fn folder(&self) -> String {
        format!("size/{}-{}", self.target, self.toolchain.name())
    }

    /// Where cargo puts what it built.
    fn built(&self) -> PathBuf {
        shell::target_dir()
            .join(self.folder())
            .join(self.target)
            .join("chip")
    }
}

/// A C compiler for the chip.
fn compiler(target: &str) -> Result<Command> {
    if let Some(gcc) = shell::find_program("arm-none-eabi-gcc") {
        let mut command = Command::new(gcc);
        command.arg(if target.starts_with("thumbv6m") {
            "-mcpu=cortex-m0"
        } else {
            "-mcpu=cortex-m3"
        });
        return Ok(command);
    }
    let clang = shell::find_program("clang")
        .ok_or("no arm-none-eabi-gcc and no clang for the images in C: apt-get install gcc-arm-none-eabi")?;
    let mut command = Command::new(clang);
    command.arg(format!("--target={target}"));
    Ok(command)
}

/// The source of an image that is a C program.
fn c_source(name: &str) -> PathBuf {
    shell::root().join("benches/c").join(format!("{name}.c"))
}

fn images() -> PathBuf {
    shell::root().join("benches/images")
}

fn script() -> PathBuf {
    images().join("image.ld")
}

/// What is weighed and measured is what is shipped: a registry package that two lock files name has one version.
pub fn same_versions() -> Result<()> {
    let read = |place: &str| {
        let text = std::fs::read_to_string(shell::root().join(place));
        locked(&text.map_err(|error| format!("cannot read {place}: {error}"))?)
    };
    let ours = read("Cargo.lock")?;
    for folder in ["benches/images", "benches/run"] {
        for (name, versions) in &read(&format!("{folder}/Cargo.lock"))? {
            let Some(known) = ours.get(name) else { continue };
            // Somebody else's other version beside ours is no business of ours.
            if !versions.iter().any(|version| known.contains(version)) {
                return Err(format!(
                    "{folder}/Cargo.lock has {name} {}, Cargo.lock has {}: \
                     `cargo update --manifest-path {folder}/Cargo.toml {name} --precise …`",
                    versions.join(", "),
                    known.join(", ")
                ));
            }
        }
    }
    Ok(())
}

/// Registry packages of a lock file with their versions.
fn locked(text: &str) -> Result<BTreeMap<String, Vec<String>>> {
    let lock: toml::Table = toml::from_str(text).map_err(|error| error.to_string())?;
    let mut versions: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in lock
        .get("package")
        .and_then(toml::Value::as_array)
        .into_iter()
        .flatten()
    {
        let field = |name: &str| {
            package
                .get(name)
                .and_then(toml::Value::as_str)
                .map(str::to_string)
        };
        if let (Some(name), Some(version), Some(_)) = (field("name"), field("version"), field("source")) {
            versions.entry(name).or_default().push(version);
        }
    }
    Ok(versions)
}

#[cfg(test)]
mod tests {
    use super::locked;
    use crate::shell;

    #[test]
    fn the_images_are_built_with_the_profile_of_the_tree() {
        let chip = |file: &str| {
            let text = std::fs::read_to_string(shell::root().join(file)).unwrap();
            let manifest: toml::Table = toml::from_str(&text).unwrap();
            manifest["profile"]["chip"].clone()
        };
        assert_eq!(chip("Cargo.toml"), chip("benches/images/Cargo.toml"));
    }

    #[test]
    fn versions_are_read_from_a_lock_file() {
        let text = "[[package]]\nname = \"a\"\nversion = \"1.2.3\"\nsource = \"registry\"\n\
                    [[package]]\nname = \"ours\"\nversion = \"0.1.0\"\n";
        let versions = locked(text).unwrap();
        assert_eq!(versions["a"], ["1.2.3"]);
        assert!(!versions.contains_key("ours"));
    }
}
