//! Containers in NOR flash: two slots each, power-cut safe, with roll-back
#![no_std]
#![forbid(unsafe_code)]
