//! The script API without an engine: every call of a binding, with its permission check, and the state behind it.
#![no_std]
#![no_main]

support::image!(image_script::main);
