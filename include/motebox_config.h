/* What libmotebox.a was built with. Made by `cargo xtask header`.
 * An archive without the features ed25519-compact and ed25519-small goes with -DMBX_NO_VERIFIER, one without the feature
 * stacks with -DMBX_NO_STACKS. */
#ifndef MOTEBOX_CONFIG_H
#define MOTEBOX_CONFIG_H
#ifndef MBX_NO_VERIFIER
/* Ed25519 is in the library; without a callback, a node uses it. */
#define MBX_HAS_VERIFIER 1
#endif
#ifndef MBX_NO_STACKS
/* A node can have radio stacks: mbx_node_set_network. */
#define MBX_HAS_STACKS 1
#endif
#if defined MBX_HAS_VERIFIER && defined MBX_HAS_STACKS
#define MBX_ABI mbx_abi_2_verifier_stacks
#elif defined MBX_HAS_VERIFIER
#define MBX_ABI mbx_abi_2_verifier
#elif defined MBX_HAS_STACKS
#define MBX_ABI mbx_abi_2_callback_stacks
#else
#define MBX_ABI mbx_abi_2_callback
#endif
#endif
