//! The groups of functions link alone: what an image that uses one has of the others, which is nothing.

use crate::shell::Result;

/// What an image can have: crates, by what their symbols are named after (the node's is named as the library is: its largest
/// modules stand for it), and the functions that lead to them.
const ALL: [&str; 18] = [
    "motebox_envelope",
    "motebox_store",
    "motebox_coap",
    "motebox_script",
    "motebox_js",
    "motebox_crime",
    "motebox::inner::",
    "motebox::life::",
    "motebox::upload::",
    "mbx_envelope_",
    "mbx_store_",
    "mbx_node_",
    "mbx_coap_",
    "mbx_script_",
    "mbx_call_",
    "mbx_crime_",
    "mbx_event_",
    "mbx_clock32_",
];

/// A program and what its image has of [`ALL`], no more and no less.
pub struct Program {
    /// Its source is `ffi/tests/NAME.c`.
    pub name: &'static str,
    /// Whether it is given the folder of the containers.
    pub containers: bool,
    /// In one list or several.
    has: &'static [&'static [&'static str]],
}

/// Those of the groups first, one of each; then those that use more than one.
pub const PROGRAMS: [Program; 8] = [
    Program {
        name: "event",
        containers: false,
        has: &[&["mbx_event_", "mbx_clock32_"]],
    },
    Program {
        name: "script",
        containers: false,
        has: &[SCRIPT],
    },
    Program {
        name: "envelope",
        containers: true,
        has: &[&["motebox_envelope", "mbx_envelope_"]],
    },
    Program {
        name: "store",
        containers: false,
        has: &[&["motebox_store", "mbx_store_"]],
    },
    Program {
        name: "crime",
        containers: false,
        has: &[CRIME],
    },
    Program {
        name: "stacks",
        containers: true,
        has: &[NODE, &["mbx_crime_"]],
    },
    Program {
        name: "node",
        containers: true,
        // A boot loader writes its flash too.
        has: &[NODE, &["mbx_envelope_", "mbx_store_"]],
    },
    Program {
        name: "bootloader",
        containers: true,
        has: &[BOOT],
    },
];

/// A boot loader: envelope and store.
const BOOT: &[&str] = &["motebox_envelope", "motebox_store", "mbx_envelope_", "mbx_store_"];

/// A program of one's own scripts.
const SCRIPT: &[&str] = &["motebox_js", "mbx_script_", "mbx_call_"];

/// Radio stacks without a node.
const CRIME: &[&str] = &["motebox_crime", "mbx_crime_"];

/// A node, in a library that can give it stacks.
const NODE: &[&str] = &[
    "motebox_envelope",
    "motebox_store",
    "motebox_coap",
    "motebox_script",
    "motebox_js",
    "motebox_crime",
    "motebox::inner::",
    "motebox::life::",
    "motebox::upload::",
    "mbx_node_",
    "mbx_coap_",
];

/// The images on the chip, whose groups are those of programs here.
pub const ON_THE_CHIP: [Program; 3] = [
    Program {
        name: "ffi-boot",
        containers: false,
        has: &[BOOT],
    },
    Program {
        name: "ffi-script",
        containers: false,
        has: &[SCRIPT],
    },
    Program {
        name: "ffi-crime",
        containers: false,
        has: &[CRIME],
    },
];

impl Program {
    /// The parts that its image has.
    fn parts(&self) -> Vec<&'static str> {
        self.has.concat()
    }

    /// Compares the symbols of an image with what it is to have.
    pub fn alone<'s>(&self, symbols: impl Iterator<Item = &'s str> + Clone) -> Result<()> {
        let (name, has) = (self.name, self.parts());
        for part in ALL {
            let found = symbols.clone().find(|symbol| symbol.contains(part));
            match (found, has.contains(&part)) {
                (Some(symbol), false) => {
                    return Err(format!("c: an image of {name} alone has `{symbol}` in it"));
                }
                (None, true) => return Err(format!("c: an image of {name} has nothing of {part}")),
                _ => {}
            }
        }
        println!("nm         {name} has {} and nothing else", has.join(", "));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{ALL, ON_THE_CHIP, PROGRAMS};

    #[test]
    fn an_image_has_no_more_and_no_less() {
        let store = PROGRAMS.iter().find(|program| program.name == "store").unwrap();
        let alone = |symbols: &[&str]| store.alone(symbols.iter().copied());
        assert!(alone(&["motebox_store::slot::read", "mbx_store_read", "main"]).is_ok());
        assert!(alone(&["motebox_store::slot::read", "main"]).is_err());
        assert!(
            alone(&[
                "motebox_store::slot::read",
                "mbx_store_read",
                "motebox_js::vm::step"
            ])
            .is_err()
        );
    }

    #[test]
    fn each_part_is_in_an_image_and_not_in_another() {
        for part in ALL {
            assert!(
                PROGRAMS.iter().any(|program| program.parts().contains(&part)),
                "{part}"
            );
            assert!(
                !PROGRAMS.iter().all(|program| program.parts().contains(&part)),
                "{part}"
            );
        }
        for program in PROGRAMS.iter().chain(&ON_THE_CHIP) {
            assert!(
                program.parts().iter().all(|part| ALL.contains(part)),
                "{}",
                program.name
            );
        }
    }
}
