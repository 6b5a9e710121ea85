//! The engine with its compiler and default features, and three functions of a host: one that answers, one that keeps a
//! function of the script, one that waits.
#![no_std]
#![no_main]

support::image!(image_js::main);
