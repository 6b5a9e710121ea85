/* The image `ffi` with what a node from C has beyond the Rust one. */
#define MORE
#include "ffi.c"
