//! The container resource of Motebox over CoAP: discovery, block-wise transfer, status and log; request in, response out
#![no_std]
#![forbid(unsafe_code)]
