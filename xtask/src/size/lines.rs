//! The lines of the report.

/// One line of the report: a part is the image of that name less another one.
pub struct Part {
    /// The part in `size.json`; `None` for a line that is printed only.
    pub part: Option<&'static str>,
    pub image: &'static str,
    pub less: &'static str,
    pub what: &'static str,
}

/// The lines, in the order of the report.
pub const LINES: &[Part] = &[
    Part {
        part: Some("js"),
        image: "js",
        less: "empty",
        what: "engine with its compiler, default features",
    },
    Part {
        part: None,
        image: "js-full",
        less: "empty",
        what: "engine with everything that it has",
    },
    Part {
        part: Some("envelope"),
        image: "envelope",
        less: "empty",
        what: "manifest, COSE, guard; a verifier of the caller's",
    },
    Part {
        part: Some("verifier"),
        image: "compact",
        less: "empty",
        what: "envelope + guard + ed25519-compact",
    },
    Part {
        part: None,
        image: "small",
        less: "empty",
        what: "envelope + guard + our own Ed25519",
    },
    Part {
        part: None,
        image: "salty",
        less: "empty",
        what: "envelope + guard + salty",
    },
    Part {
        part: Some("store"),
        image: "store",
        less: "empty",
        what: "two slots a container",
    },
    Part {
        part: Some("script"),
        image: "script",
        less: "empty",
        what: "the API's table and checks",
    },
    Part {
        part: Some("coap"),
        image: "coap",
        less: "empty",
        what: "codec and container resource",
    },
    Part {
        part: Some("crime/wire"),
        image: "crime-wire",
        less: "empty",
        what: "Rime headers and MAC framings",
    },
    Part {
        part: Some("crime/engine"),
        image: "crime-engine",
        less: "crime-wire",
        what: "network: engine and walker",
    },
    Part {
        part: Some("crime/message"),
        image: "crime-check",
        less: "crime-engine",
        what: "compositions: decoder and checker",
    },
    Part {
        part: Some("crime/exchange"),
        image: "crime-compose",
        less: "crime-check",
        what: "the exchange of stacks",
    },
    Part {
        part: Some("crime/modules"),
        image: "crime",
        less: "crime-compose",
        what: "the module library, all of it",
    },
    Part {
        part: Some("crime"),
        image: "crime",
        less: "empty",
        what: "the four together",
    },
    Part {
        part: Some("node"),
        image: "node",
        less: "parts",
        what: "what the facade adds to its parts",
    },
    Part {
        part: Some("ffi"),
        image: "ffi",
        less: "node",
        what: "the same node from C, less the Rust one",
    },
    Part {
        part: None,
        image: "ffi-more",
        less: "ffi",
        what: "events, clock, status, parsing of answers, from C",
    },
    Part {
        part: None,
        image: "ffi-script",
        less: "js",
        what: "the engine from C, less the Rust one",
    },
    Part {
        part: None,
        image: "ffi-boot",
        less: "empty",
        what: "a boot loader in C: envelope, store, verifier",
    },
    Part {
        part: None,
        image: "ffi-crime",
        less: "crime",
        what: "radio stacks from C with a module in C, less the Rust ones",
    },
    Part {
        part: Some("all"),
        image: "node",
        less: "empty",
        what: "a whole node with ed25519-compact",
    },
    Part {
        part: None,
        image: "node-small",
        less: "empty",
        what: "a whole node with our own Ed25519",
    },
    Part {
        part: None,
        image: "node-stacks",
        less: "empty",
        what: "the same with radio stacks, all modules, scripts that use them",
    },
];

#[cfg(test)]
mod tests {
    use super::LINES;
    use crate::size::budget;

    #[test]
    fn every_line_is_a_known_part() {
        for line in LINES {
            assert!(
                line.part
                    .is_none_or(|part| budget::PARTS.contains(&budget::base(part))),
                "{}",
                line.image
            );
        }
    }
}
