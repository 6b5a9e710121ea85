//! Chooses the machine by the target, and gives the linker its memory.

use std::path::PathBuf;

fn main() {
    let target = std::env::var("TARGET").unwrap_or_default();
    let machine = if target.starts_with("thumbv6m") {
        "microbit"
    } else {
        "mps2"
    };
    println!("cargo::rustc-check-cfg=cfg(machine, values(\"microbit\", \"mps2\"))");
    println!("cargo::rustc-cfg=machine=\"{machine}\"");

    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let memory = format!("memory/{machine}.x");
    std::fs::copy(&memory, out.join("memory.x")).expect("the memory layout can be copied");
    println!("cargo::rerun-if-changed={memory}");
    println!("cargo::rustc-link-search={}", out.display());
    println!("cargo::rustc-link-arg-bins=-Tlink.x");
}
