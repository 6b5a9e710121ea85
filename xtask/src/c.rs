//! `cargo xtask c`: the C programs in `ffi/tests`, linked with `libmotebox.a`: under AddressSanitizer and
//! UndefinedBehaviorSanitizer, once more under valgrind, and what an image of each group alone has in it.

mod calls;
mod groups;

use std::path::{Path, PathBuf};
use std::process::Command;

use self::groups::{ON_THE_CHIP, PROGRAMS};
use crate::qemu::{MACHINES, containers};

use crate::shell::{self, Result, cargo};
use crate::size::link::Linker;
use crate::toolchain::{TARGETS, Toolchain};

/// A fault for each sanitizer, and what it says of it: a program that gets away with one has no sanitizer in it.
const FAULTS: [(&str, &str, &str); 2] = [
    (
        "AddressSanitizer",
        "a write behind an allocation",
        "\
#include <stdlib.h>
int main(int argc, char **argv) {
  (void)argv;
  volatile char *bytes = malloc((size_t)argc);
  bytes[argc] = 1;
  free((void *)bytes);
  return 0;
}
",
    ),
    (
        "runtime error: signed integer overflow",
        "a sum beyond an int",
        "\
#include <limits.h>
int main(int argc, char **argv) {
  (void)argv;
  volatile int sum = INT_MAX;
  sum += argc;
  return 0;
}
",
    ),
];

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

    for (says, what, program) in FAULTS {
        let source = out.join("fault.c");
        std::fs::write(&source, program).map_err(|error| error.to_string())?;
        let fault = out.join("fault");
        let mut compile = Command::new(compiler);
        shell::output(compile.args(sanitizers).arg(&source).arg("-o").arg(&fault))?;
        match shell::output(&mut Command::new(&fault)) {
            Err(said) if said.contains(says) => println!("the sanitizers notice {what}"),
            Err(said) => return Err(format!("c: {what}: {said}")),
            Ok(_) => return Err(format!("c: {what} was not noticed: the sanitizers are not in")),
        }
    }

    for program in &PROGRAMS {
        let name = program.name;
        let argument = program.containers.then_some(&containers);
        let checked = build(compiler, name, &out.join(format!("{name}-asan")), &sanitizers)?;
        print!(
            "sanitized  {}",
            shell::output(Command::new(checked).args(argument))?
        );
        let plain = build(compiler, name, &out.join(name), &["-g", "-Os"])?;
        if shell::find_program("valgrind").is_some() {
            let mut valgrind = Command::new("valgrind");
            valgrind.args(["--quiet", "--error-exitcode=9", "--leak-check=no"]);
            print!(
                "valgrind   {}",
                shell::output(valgrind.arg(&plain).args(argument))?
            );
        } else {
            println!("valgrind is not there");
        }
        let symbols = shell::output(Command::new("nm").arg("-C").arg(&plain))?;
        program.alone(symbols.lines())?;
    }
    other_build(compiler, &out)?;
    on_the_chip()?;
    calls::check(
        &shell::target_dir().join("release/libmotebox.a"),
        &PROGRAMS.each_ref().map(|program| program.name),
    )
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

/// On the chip, where nobody has room to spare: images of `benches/c` have in them what they use. The network has a module in C
/// between its own (`benches/c/ffi-crime.c`), and is played.
fn on_the_chip() -> Result<()> {
    let target = TARGETS[0];
    let toolchain = Toolchain::find(target)?;
    let linker = Linker {
        toolchain: &toolchain,
        target,
    };
    for program in &ON_THE_CHIP {
        let image = linker.link(program.name)?;
        program.alone(image.symbols.iter().map(|symbol| symbol.name.as_str()))?;
    }
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
