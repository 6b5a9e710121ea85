//! `cargo xtask header`: writes `include/motebox.h` and `include/motebox_config.h` from the crate `ffi`.
//!
//! With `--check` nothing is written: the task fails when a committed header is not what would be written, or when a
//! compiler that is there has something to say about it, as C99 or as C++.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use cbindgen::{Config, DocumentationStyle, Language, Style};

use crate::shell::{self, Result};

/// What stands above the declarations.
const HEAD: &str = "\
/* Motebox from C: a node, or its parts. What holds for all functions: ffi/CONVENTIONS.md.
 * Made by `cargo xtask header` from the crate `ffi`: changes belong there. */";

/// What stands below them: what a program that makes an object is bound to.
const TAIL: &str = "\
#ifndef MOTEBOX_OBJECTS
#define MOTEBOX_OBJECTS

#if UINTPTR_MAX > 0xffffffff
#define MBX_KEY_BYTES MBX_KEY_BYTES_64
#define MBX_SCRIPT_BYTES MBX_SCRIPT_BYTES_64
#define MBX_ENVELOPE_BYTES MBX_ENVELOPE_BYTES_64
#define MBX_STORE_SIZE MBX_STORE_BYTES_64
#define MBX_CRIME_BYTES MBX_CRIME_BYTES_64
#define MBX_CRIME_OWN_BYTES MBX_CRIME_OWN_BYTES_64
#else
#define MBX_KEY_BYTES MBX_KEY_BYTES_32
#define MBX_SCRIPT_BYTES MBX_SCRIPT_BYTES_32
#define MBX_ENVELOPE_BYTES MBX_ENVELOPE_BYTES_32
/* Bytes of memory that are enough for a store, wherever it lies. */
#define MBX_STORE_SIZE MBX_STORE_BYTES_32
#define MBX_CRIME_BYTES MBX_CRIME_BYTES_32
#define MBX_CRIME_OWN_BYTES MBX_CRIME_OWN_BYTES_32
#endif
#ifdef MBX_HAS_STACKS
#if UINTPTR_MAX > 0xffffffff
#define MBX_NODE_BYTES MBX_NODE_STACKS_BYTES_64
#else
#define MBX_NODE_BYTES MBX_NODE_STACKS_BYTES_32
#endif
#elif UINTPTR_MAX > 0xffffffff
#define MBX_NODE_BYTES MBX_NODE_BYTES_64
#else
#define MBX_NODE_BYTES MBX_NODE_BYTES_32
#endif
/* Bytes of memory that are enough for an envelope with so many keys, wherever it lies. */
#define MBX_ENVELOPE_SIZE(keys) (MBX_ENVELOPE_BYTES + (keys) * MBX_KEY_BYTES)
/* Bytes of memory that are enough for a node with so many keys, wherever it lies. */
#define MBX_NODE_SIZE(keys) (MBX_NODE_BYTES + (keys) * MBX_KEY_BYTES)
/* Bytes of memory that are enough for a queue of so many events, wherever it lies. */
#define MBX_EVENT_QUEUE_SIZE(events) (MBX_EVENT_QUEUE_BYTES + (events) * MBX_EVENT_BYTES)

/* Bytes of memory that are enough for a network with so many of each (struct mbx_crime_config), wherever it lies. */
#define MBX_CRIME_SIZE(stacks, modules, words, slots, own)                                                    \\
  (MBX_CRIME_BYTES + (stacks) * MBX_CRIME_STACK_BYTES + (modules) * MBX_CRIME_MODULE_BYTES +                  \\
   (words) * MBX_CRIME_WORD_BYTES + (slots) * MBX_CRIME_SLOT_BYTES + (own) * MBX_CRIME_OWN_BYTES)
/* Answers of a module in C: the walk goes on as another operation, from its neighbour or down the stack merged into it. */
#define MBX_CRIME_TURN(operation) (MBX_CRIME_TURNED + (operation))
#define MBX_CRIME_INTO(operation) (MBX_CRIME_MERGED + (operation))

/* A program that was compiled with another version of this header, or with another build's motebox_config.h, does not
 * link: whatever makes an object reads a symbol that is named after both. */
#ifdef __cplusplus
extern \"C\" {
#endif
extern const uint8_t MBX_ABI;
#ifdef __cplusplus
}
#endif
#define MBX_BOUND(call) ((void)*(const volatile uint8_t *)&MBX_ABI, call)
#define mbx_node_init(memory, len, config, node) MBX_BOUND(mbx_node_init(memory, len, config, node))
#define mbx_script_init(memory, len, config, script) MBX_BOUND(mbx_script_init(memory, len, config, script))
#define mbx_envelope_init(memory, len, config, envelope) MBX_BOUND(mbx_envelope_init(memory, len, config, envelope))
#define mbx_store_init(memory, len, flash, store) MBX_BOUND(mbx_store_init(memory, len, flash, store))
#define mbx_crime_init(memory, len, config, crime) MBX_BOUND(mbx_crime_init(memory, len, config, crime))
#define mbx_event_init(memory, len, critical, queue) MBX_BOUND(mbx_event_init(memory, len, critical, queue))

#endif
";

/// What the library was built with: the one file that differs between builds.
const CONFIG: &str = "\
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
";

/// Writes the headers, or checks those that are there.
pub fn run(args: &[String]) -> Result<()> {
    let check = match args {
        [] => false,
        [flag] if flag == "--check" => true,
        _ => return Err("header: only --check is known".into()),
    };
    let mut stale = Vec::new();
    for (name, text) in [("motebox.h", made()?), ("motebox_config.h", CONFIG.to_string())] {
        let file = folder().join(name);
        if check {
            if fs::read_to_string(&file).ok().as_deref() != Some(&text) {
                stale.push(name);
            }
        } else {
            fs::create_dir_all(folder()).map_err(|error| error.to_string())?;
            fs::write(&file, text).map_err(|error| format!("cannot write include/{name}: {error}"))?;
            println!("include/{name}");
        }
    }
    if !stale.is_empty() {
        return Err(format!(
            "header: {} stale: run cargo xtask header, and commit",
            stale.join(" and ")
        ));
    }
    if check { compiles() } else { Ok(()) }
}

/// Where the headers are.
pub fn folder() -> PathBuf {
    shell::root().join("include")
}

fn made() -> Result<String> {
    let mut config = Config {
        language: Language::C,
        cpp_compat: true,
        include_guard: Some("MOTEBOX_H".into()),
        header: Some(HEAD.into()),
        trailer: Some(TAIL.into()),
        no_includes: true,
        sys_includes: vec!["stddef.h".into(), "stdint.h".into()],
        includes: vec!["motebox_config.h".into()],
        usize_is_size_t: true,
        documentation_style: DocumentationStyle::C,
        style: Style::Both,
        tab_width: 2,
        line_length: 120,
        ..Config::default()
    };
    // The symbols differ between builds: the trailer declares the one that this build has.
    config.export.exclude = vec![
        "mbx_abi_2_verifier".into(),
        "mbx_abi_2_verifier_stacks".into(),
        "mbx_abi_2_callback".into(),
        "mbx_abi_2_callback_stacks".into(),
    ];
    let bindings = cbindgen::Builder::new()
        .with_crate(shell::root().join("ffi"))
        .with_config(config)
        .generate()
        .map_err(|error| format!("header: cbindgen: {error}"))?;
    let mut text = Vec::new();
    bindings.write(&mut text);
    String::from_utf8(text).map_err(|error| error.to_string())
}

/// What a program writes with the header's macros, in C and in C++ alike: objects of every group, an answer of a module.
const USE: &str = "\
#include \"motebox.h\"
static unsigned char memory[MBX_NODE_SIZE(2) + MBX_ENVELOPE_SIZE(1) + MBX_STORE_SIZE + MBX_SCRIPT_BYTES +
                            MBX_EVENT_QUEUE_SIZE(3) + MBX_CRIME_SIZE(1, 2, 3, 4, 5)];
int main(void) {
  int32_t answer = MBX_CRIME_TURN(MBX_CRIME_SEND) + MBX_CRIME_INTO(MBX_CRIME_RECV);
  answer -= mbx_node_init(memory, sizeof memory, NULL, NULL) - MBX_E_NULL;
  answer -= mbx_script_init(memory, sizeof memory, NULL, NULL) - MBX_E_NULL;
  answer -= mbx_envelope_init(memory, sizeof memory, NULL, NULL) - MBX_E_NULL;
  answer -= mbx_store_init(memory, sizeof memory, NULL, NULL) - MBX_E_NULL;
  answer -= mbx_crime_init(memory, sizeof memory, NULL, NULL) - MBX_E_NULL;
  answer -= mbx_event_init(memory, sizeof memory, NULL, NULL) - MBX_E_NULL;
  return (int)answer;
}
";

/// The archives that the header serves: with all, without stacks, without a verifier, without both.
const BUILDS: [&[&str]; 4] = [
    &[],
    &["-DMBX_NO_STACKS"],
    &["-DMBX_NO_VERIFIER"],
    &["-DMBX_NO_STACKS", "-DMBX_NO_VERIFIER"],
];

/// The header and its macros, in every language and with every compiler that is there: no warning.
fn compiles() -> Result<()> {
    let out = shell::target_dir().join("motebox/header");
    fs::create_dir_all(&out).map_err(|error| error.to_string())?;
    let mut tried = 0;
    for (compiler, language, standard, ending) in [
        ("gcc", "c", "c99", "c"),
        ("gcc", "c", "c11", "c"),
        ("g++", "c++", "c++11", "cpp"),
        ("clang", "c", "c99", "c"),
        ("clang", "c", "c11", "c"),
        ("clang++", "c++", "c++11", "cpp"),
    ] {
        if shell::find_program(compiler).is_none() {
            println!("{compiler} is not there");
            continue;
        }
        let source = out.join(format!("header.{ending}"));
        fs::write(&source, USE).map_err(|error| error.to_string())?;
        for build in BUILDS {
            let mut command = Command::new(compiler);
            command
                .args(["-x", language, &format!("-std={standard}")])
                .args(["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", "-I"])
                .arg(folder())
                .args(build)
                .arg(&source);
            shell::output(&mut command)?;
        }
        println!("{compiler} -std={standard} -Wall -Wextra -Wpedantic: nothing to say");
        tried += 1;
    }
    if tried == 0 {
        return Err("header: neither gcc nor clang is there".into());
    }
    Ok(())
}
