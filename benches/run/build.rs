//! The machine's memory comes with `motebox-firmware`, the script that uses it with `cortex-m-rt`.

fn main() {
    println!("cargo::rustc-link-arg-bins=-Tlink.x");
}
