//! `cargo xtask TASK`: what this house does besides `cargo build` and `cargo test`.
//!
//! Each task is a module; what a task needs from outside (an embedded target, a CoAP client) it looks for, and says what to
//! install when it is not there. Nothing here is needed to build or to use the crates.

mod bench;
mod c;
mod chip;
mod ci;
mod header;
mod interop;
mod library;
mod qemu;
mod sabotage;
mod shell;
mod size;
mod test262;
mod toolchain;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask TASK

  c                 run the C programs of ffi/tests under sanitizers and valgrind, and look into their images
  chip              build every core crate for thumbv6m-none-eabi and thumbv7m-none-eabi
  lib               build libmotebox.a for a chip, without frame pointers where the sources of core are there
                    (--target TARGET, --no-default-features, --features LIST; --plain as rustc's target has it)
  size [PART…]      link the reference images for both chips, print flash and RAM against
                    benches/budgets.toml, the largest symbols and every path to a panic, write
                    target/motebox/size.json; fails above a ceiling, and for a path to a panic that
                    benches/panics.toml does not allow
                    (--symbols names the largest ones of each part, --target TARGET takes one chip;
                    --modules alone weighs the modules of the network for `motebox compose`)
  qemu [FIRMWARE…]  play the firmware images in QEMU on a Cortex-M0 and a Cortex-M3, print flash, RAM,
                    stack and instructions against benches/budgets.toml
                    (MONOCYPHER_DIR=FOLDER compares a verifier in C as well)
  bench             play the workloads, the store, the envelope and an update on a Cortex-M0 in QEMU, count
                    instructions and bytes against benches/budgets.toml (qemu --bench does the same)
  header [--check]  write include/motebox.h from the crate ffi; with --check compare it, and compile it
                    with gcc and clang as C99, C11 and C++
  interop           check the simulated mote against libcoap, aiocoap and pycose
                    (--motebox PROGRAM checks another build)
  sabotage          take away three checks, one at a time: tests, interop and demo must each notice
  test262 --suite DIR   run the engine against a checkout of tc39/test262, print what passes by directory
                    (--suite alone lists the options)
  ci [PART…]        run the parts of the CI (all of them without PART)
  ci --list         name the parts of the CI
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let rest = args.get(1..).unwrap_or_default();
    let outcome = match args.first().map(String::as_str) {
        Some("c") => c::run(),
        Some("chip") => chip::run(),
        Some("lib") => library::run(rest),
        Some("size") => size::run(rest),
        Some("qemu") => qemu::run(rest),
        Some("bench") => bench::run(rest),
        Some("header") => header::run(rest),
        Some("interop") => interop::run(rest),
        Some("sabotage") => sabotage::run(),
        Some("test262") => test262::run(rest),
        Some("ci") => ci::run(rest),
        Some("help" | "--help" | "-h") | None => {
            print!("{HELP}");
            Ok(())
        }
        Some(other) => Err(format!("there is no task '{other}'\n\n{HELP}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("xtask: {why}");
            ExitCode::FAILURE
        }
    }
}
