//! `cargo xtask c`: the C programs in `ffi/tests`, linked with `libmotebox.a`: under AddressSanitizer and
//! UndefinedBehaviorSanitizer, once more under valgrind, and what an image of each group alone has in it.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::qemu::{MACHINES, containers};

use crate::shell::{self, Result, cargo};
use crate::size::link::Linker;
use crate::toolchain::{TARGETS, Toolchain};

/// What an image without the engine, the script API, CoAP and the node has nothing of: crates (the node's is named as the
/// library is: its largest modules stand for it), and the functions that lead to them.
const ENGINE: [&str; 12] = [
    "motebox_js",
    "motebox_script",
    "motebox_coap",
    "motebox::inner::",
    "motebox::life::",
    "motebox::upload::",
    "mbx_node_",
    "mbx_script_",
    "mbx_call_",
    "mbx_event_",
    "motebox_crime",
    "mbx_crime_",
];

/// The programs, what each takes as its argument, and what its image must not have in it.
const PROGRAMS: [(&str, Option<&str>, &[&str]); 8] = [
    (
        "event",
        None,
        &["motebox_js", "motebox_store", "motebox_coap", "motebox_envelope"],
    ),
    (
        "script",
        None,
        &["motebox_store", "motebox_coap", "motebox_envelope"],
    ),
    ("node", Some("."), &[]),
    ("stacks", Some("."), &[]),
    (
        "envelope",
        Some("."),
        &[
            "motebox_js",
            "motebox_script",
            "motebox_coap",
            "motebox_store",
            "mbx_store_",
            "mbx_node_",
        ],
    ),
    (
        "store",
        None,
        &[
            "motebox_js",
            "motebox_script",
            "motebox_coap",
            "motebox_envelope",
            "mbx_envelope_",
            "mbx_node_",
        ],
    ),
    (
        "crime",
        None,
        &[
            "motebox_js",
            "motebox_script",
            "motebox_coap",
            "motebox_store",
            "motebox_envelope",
            "mbx_node_",
        ],
    ),
    ("bootloader", Some("."), &ENGINE),
];

/// A fault that the sanitizers must see: who passes this program has no sanitizer in it.
const FAULT: &str = "\
#include <stdlib.h>
int main(int argc, char **argv) {
  (void)argv;
  volatile char *bytes = malloc((size_t)argc);
  bytes[argc] = 1;
  free((void *)bytes);
  return 0;
}
";

/// Builds and runs everything.
pub fn run() -> Result<()> {
    let features = ["--features", "strerror"];
    shell::run(
        cargo()
            .args(["build", "--release", "--package", "motebox-ffi"])
            .args(features),
    )?;
    let containers = containers::make()?;
    let mut convert = Command::new(shell::target_dir().join("release/motebox"));
    convert
        .current_dir(&containers)
        .args(["convert", "--form", "text"]);
    shell::output(convert.args(["--out", "alarm-1.js", "alarm-1.mbx"]))?;
    let out = shell::target_dir().join("motebox/c");
    std::fs::create_dir_all(&out).map_err(|error| error.to_string())?;
    let compiler = if shell::find_program("gcc").is_some() {
        "gcc"
    } else {
        "cc"
    };
    let sanitizers = [
        "-g",
        "-O1",
        "-fsanitize=address,undefined",
        "-fno-sanitize-recover=all",
    ];

    let source = out.join("fault.c");
    std::fs::write(&source, FAULT).map_err(|error| error.to_string())?;
    let fault = out.join("fault");
    shell::output(
        Command::new(compiler)
            .args(sanitizers)
            .arg(&source)
            .arg("-o")
            .arg(&fault),
    )?;
    if shell::output(&mut Command::new(&fault)).is_ok() {
        return Err("c: a write behind an allocation was not noticed: the sanitizers are not in".into());
    }
    println!("the sanitizers notice a write behind an allocation");

    let mut seen = String::new();
    for (name, argument, strangers) in PROGRAMS {
        let argument = argument.map(|file| containers.join(file));
        let checked = build(compiler, name, &out.join(format!("{name}-asan")), &sanitizers)?;
        print!(
            "sanitized  {}",
            shell::output(Command::new(checked).args(&argument))?
        );
        let plain = build(compiler, name, &out.join(name), &["-g", "-Os"])?;
        if shell::find_program("valgrind").is_some() {
            let mut valgrind = Command::new("valgrind");
            valgrind.args(["--quiet", "--error-exitcode=9", "--leak-check=no"]);
            print!(
                "valgrind   {}",
                shell::output(valgrind.arg(&plain).args(&argument))?
            );
        } else {
            println!("valgrind is not there");
        }
        let symbols = shell::output(Command::new("nm").arg("-C").arg(&plain))?;
        alone(symbols.lines(), name, strangers)?;
        seen += &symbols;
    }
    if let Some(nothing) = strangers().find(|stranger| !seen.contains(stranger)) {
        return Err(format!("c: no image at all has {nothing} in it: what is that?"));
    }
    other_build(compiler, &out)?;
    on_the_chip()?;
    called()
}

/// A program that was compiled for another build of the library does not link with this one.
fn other_build(compiler: &str, out: &Path) -> Result<()> {
    match build(
        compiler,
        "event",
        &out.join("other-build"),
        &["-DMBX_NO_VERIFIER"],
    ) {
        Err(said) if said.contains("mbx_abi_2_callback_stacks") => {
            println!("a program for an archive without a verifier does not link with this one");
            Ok(())
        }
        Err(said) => Err(said),
        Ok(_) => Err("c: a program for an archive without a verifier links with this one".into()),
    }
}

/// What one image or another must not have.
fn strangers() -> impl Iterator<Item = &'static str> {
    PROGRAMS
        .iter()
        .flat_map(|(_, _, strangers)| strangers.iter().copied())
}

/// On the chip: a boot loader has nothing else in it, for nobody there has the room to spare (`benches/c/ffi-boot.c`), and a
/// network has a module in C between its own (`benches/c/ffi-crime.c`), which is played.
fn on_the_chip() -> Result<()> {
    let target = TARGETS[0];
    let toolchain = Toolchain::find(target)?;
    let linker = Linker {
        toolchain: &toolchain,
        target,
    };
    let image = linker.link("ffi-boot")?;
    let names = image.symbols.iter().map(|symbol| symbol.name.as_str());
    alone(names, &format!("ffi-boot on {target}"), &ENGINE)?;
    linker.link("ffi-crime")?;
    let name = "qemu-system-arm";
    let Some(program) = shell::find_program(name) else {
        println!("{name} is not there");
        return Ok(());
    };
    let mut qemu = Command::new(program);
    qemu.args(MACHINES[0].arguments);
    qemu.args(["-display", "none", "-monitor", "none", "-serial", "null"]);
    qemu.args(["-semihosting-config", "enable=on,target=native"]);
    shell::output(qemu.arg("-kernel").arg(linker.c_image("ffi-crime")))?;
    println!("{}: a filter in C drops what it should", MACHINES[0].name);
    Ok(())
}

fn build(compiler: &str, name: &str, to: &Path, flags: &[&str]) -> Result<PathBuf> {
    let tests = shell::root().join("ffi/tests");
    let mut command = Command::new(compiler);
    command
        .args([
            "-std=c99",
            "-Wall",
            "-Wextra",
            "-Wpedantic",
            "-Werror",
            "-Wl,--gc-sections",
        ])
        .args(flags)
        .arg("-I")
        .arg(crate::header::folder())
        .arg(tests.join(format!("{name}.c")))
        .arg(shell::target_dir().join("release/libmotebox.a"))
        .args(["-lpthread", "-ldl", "-lm", "-o"])
        .arg(to);
    shell::output(&mut command)?;
    Ok(to.to_path_buf())
}

/// Every function of the archive is called by a program.
fn called() -> Result<()> {
    let mut programs = String::new();
    for (name, ..) in PROGRAMS {
        let file = shell::root().join("ffi/tests").join(format!("{name}.c"));
        programs +=
            &std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    let archive = shell::target_dir().join("release/libmotebox.a");
    let symbols = shell::output(Command::new("nm").arg("--defined-only").arg(archive))?;
    let functions: std::collections::BTreeSet<&str> = symbols
        .lines()
        .filter_map(|line| line.split_once(" T "))
        .map(|(_, name)| name)
        .filter(|name| name.starts_with("mbx_"))
        .collect();
    let missing: Vec<&str> = functions
        .iter()
        .filter(|name| !programs.contains(&format!("{name}(")))
        .copied()
        .collect();
    if functions.is_empty() || !missing.is_empty() {
        return Err(format!("c: no program calls {}", missing.join(", ")));
    }
    println!("all {} functions of the library are called", functions.len());
    Ok(())
}

/// An image that uses one group has nothing of the others.
fn alone<'s>(symbols: impl Iterator<Item = &'s str>, name: &str, strangers: &[&str]) -> Result<()> {
    for symbol in symbols {
        if strangers.iter().any(|stranger| symbol.contains(stranger)) {
            return Err(format!("c: an image of {name} alone has `{symbol}` in it"));
        }
    }
    if !strangers.is_empty() {
        println!("nm         {name} alone has nothing of {}", strangers.join(", "));
    }
    Ok(())
}
