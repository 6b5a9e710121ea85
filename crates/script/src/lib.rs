//! The operating system as a Motebox script sees it: devices, timers, CoAP, permissions; for any engine
#![no_std]
#![forbid(unsafe_code)]
