//! The store on a flash that the compiler cannot see into: an update, a trial and its ends, reading, the records.
#![no_std]
#![no_main]

support::image!(image_store::main);
