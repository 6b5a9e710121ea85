//! Signed JavaScript containers and composable radio stacks for motes: the sans-IO node
#![no_std]
#![forbid(unsafe_code)]
