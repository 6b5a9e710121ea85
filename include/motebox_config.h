/* What libmotebox.a was built with. Made by `cargo xtask header`.
 * An archive without the feature ed25519-compact goes with: -DMBX_NO_VERIFIER */
#ifndef MOTEBOX_CONFIG_H
#define MOTEBOX_CONFIG_H
#ifdef MBX_NO_VERIFIER
#define MBX_ABI mbx_abi_1_callback
#else
/* Ed25519 is in the library; without a callback, a node uses it. */
#define MBX_HAS_VERIFIER 1
#define MBX_ABI mbx_abi_1_compact
#endif
#endif
