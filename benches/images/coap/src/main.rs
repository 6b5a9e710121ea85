//! The container resource over a backend that the compiler cannot see into, the cache for repeated requests, and the codec
//! as scripts' own requests use it.
#![no_std]
#![no_main]

support::image!(image_coap::main);
