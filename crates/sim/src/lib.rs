//! A Motebox mote on a PC.
#![forbid(unsafe_code)]
