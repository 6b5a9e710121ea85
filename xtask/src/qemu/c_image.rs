//! The firmware in C: `libmotebox.a` for a chip, linked by arm-none-eabi-gcc with what lies in `firmware/c`.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::machine::{Machine, folder};
use crate::library;
use crate::shell::{self, Result};
use crate::toolchain::Toolchain;

/// The compiler, and the packages that have it and its C library.
const COMPILER: &str = "arm-none-eabi-gcc";
const PACKAGES: &str = "gcc-arm-none-eabi libnewlib-arm-none-eabi";

/// What every machine's image is made of, besides `microbit.c` or `mps2.c`.
const SOURCES: [&str; 8] = [
    "port.c",
    "cortex.c",
    "semihost.c",
    "probe.c",
    "room.c",
    "air.c",
    "operator.c",
    "scenario.c",
];

/// Functions of the library that the probe stands around.
const WATCHED: [&str; 4] = [
    "mbx_node_init",
    "mbx_node_poll",
    "mbx_node_post",
    "mbx_node_handle",
];

/// What a new system has to write is to stay so short: the port has fewer lines than this.
const PORT_LINES: usize = 150;

/// Builds the image for a machine.
///
/// # Errors
/// No compiler for the chip, Rust's or C's; one of them has something to say; the port is too long.
pub fn image(machine: &Machine) -> Result<PathBuf> {
    let firmware = shell::root().join("firmware/c");
    port_is_short(&firmware.join("port.c"))?;
    if shell::find_program(COMPILER).is_none() {
        return Err(format!(
            "no {COMPILER} for the firmware in C: apt-get install {PACKAGES} (`cargo xtask qemu rust` does without)"
        ));
    }
    let toolchain = Toolchain::find(machine.target)?;
    let library = library::build(&toolchain, machine.target, &crate::size::link::NODE_ONLY)?;
    let out = folder().join(format!("c-{}", machine.name));
    std::fs::create_dir_all(&out).map_err(|error| format!("cannot make {}: {error}", out.display()))?;
    let (cpu, board) = match machine.name {
        "microbit" => ("-mcpu=cortex-m0", "microbit"),
        _ => ("-mcpu=cortex-m3", "mps2"),
    };
    let image = out.join("mote");
    let mut link = Command::new(COMPILER);
    link.args([cpu, "-mthumb", "--specs=nano.specs", "-nostartfiles"]);
    link.args(["-Wl,--gc-sections", "-Wl,-z,noexecstack", "-Wl,--fatal-warnings"]);
    link.args(WATCHED.map(|function| format!("-Wl,--wrap={function}")));
    link.arg("-L").arg(&firmware).arg("-T").arg(format!("{board}.ld"));
    for source in SOURCES
        .map(String::from)
        .into_iter()
        .chain([format!("{board}.c")])
    {
        let object = out.join(format!("{source}.o"));
        let mut compile = Command::new(COMPILER);
        compile.args([cpu, "-mthumb", "-std=c99", "-Os", "-ffreestanding"]);
        compile.args(["-ffunction-sections", "-fdata-sections"]);
        // A callback gets more than this one needs; nothing else is let pass.
        compile.args([
            "-Wall",
            "-Wextra",
            "-Wpedantic",
            "-Werror",
            "-Wno-unused-parameter",
        ]);
        compile.arg("-DMBX_NO_STACKS");
        compile.arg("-I").arg(crate::header::folder());
        compile
            .arg("-c")
            .arg(firmware.join(&source))
            .arg("-o")
            .arg(&object);
        shell::output(&mut compile)?;
        link.arg(object);
    }
    shell::output(link.arg(library).arg("-o").arg(&image))?;
    Ok(image)
}

/// A port that grows is a library that asks too much of who uses it.
fn port_is_short(port: &Path) -> Result<()> {
    let text = std::fs::read_to_string(port).map_err(|error| format!("{}: {error}", port.display()))?;
    match text.lines().count() {
        lines if lines < PORT_LINES => Ok(()),
        lines => Err(format!(
            "firmware/c/port.c has {lines} lines; it must have fewer than {PORT_LINES}"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::{PORT_LINES, port_is_short};
    use crate::shell;

    #[test]
    fn the_port_is_short_and_a_longer_one_is_refused() {
        port_is_short(&shell::root().join("firmware/c/port.c")).unwrap();
        let file = std::env::temp_dir().join(format!("motebox-port-{}.c", std::process::id()));
        for (lines, short) in [(PORT_LINES - 1, true), (PORT_LINES, false)] {
            std::fs::write(&file, "\n".repeat(lines)).unwrap();
            assert_eq!(port_is_short(&file).is_ok(), short, "{lines} lines");
        }
        std::fs::remove_file(&file).unwrap();
    }
}
