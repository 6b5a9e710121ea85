//! The examples, by name: what `motebox sim --stack` knows without a file.

use std::path::Path;

use super::Composition;
use super::describe::Description;
use crate::commands::compose;
use crate::error::{Error, Result};

macro_rules! presets {
    ($($name:literal),+ $(,)?) => {
        /// Names and texts.
        pub(crate) const PRESETS: &[(&str, &str)] = &[
            $(($name, include_str!(concat!("stacks/", $name, ".toml")))),+
        ];
    };
}

presets!(
    "abc",
    "broadcast",
    "unicast",
    "stbroadcast",
    "stunicast",
    "polite",
    "ipolite",
    "runicast",
    "multihop",
    "mesh",
    "netflood",
    "trickle",
    "neighbours",
    "announcement",
    "link-quality",
    "collect",
    "rucb",
    "rudolph1",
    "rudolph2",
    "timesynch",
);

/// A composition by the name of an example, or from a file: a description, a message, a signed container. Whether
/// it was a name.
pub(crate) fn named_or_file(name: &str) -> Result<(Composition, bool)> {
    if let Some((_, text)) = PRESETS.iter().find(|(preset, _)| *preset == name) {
        return Ok((Description::parse("preset", text, false)?.composition()?, true));
    }
    let path = Path::new(name);
    if !path.exists() && !name.contains(['.', '/']) {
        let names: Vec<&str> = PRESETS.iter().map(|(name, _)| *name).collect();
        let error = Error::new(format!("there is no stack `{name}`, and no such file"));
        return Err(error.advise(format!(
            "stacks are {}; or name a file such as examples/stacks/mesh.toml",
            names.join(", ")
        )));
    }
    let (composition, _) = compose::read(path)?;
    Ok((composition, false))
}

#[cfg(test)]
mod tests {
    use super::super::cost;
    use super::*;

    #[test]
    fn every_example_is_one_of_them_and_motes_take_it() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/stacks");
        let files = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        let mut stems: Vec<String> = files
            .filter(|path| path.extension().is_some_and(|e| e == "toml"))
            .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        let mut names: Vec<&str> = PRESETS.iter().map(|(name, _)| *name).collect();
        stems.sort_unstable();
        names.sort_unstable();
        assert_eq!(stems, names);
        for (name, text) in PRESETS {
            let composition = Description::parse("preset", text, false)
                .unwrap()
                .composition()
                .unwrap();
            cost::check(&composition).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(composition.application_channel().is_some(), "{name}");
        }
    }

    #[test]
    fn description_message_and_description_are_one_composition() {
        for (name, text) in PRESETS {
            let composition = Description::parse("preset", text, false)
                .unwrap()
                .composition()
                .unwrap();
            let message = composition.message().unwrap();
            let mut read = Composition::from_message(&message).unwrap();
            let again = Description::parse("again", &read.to_toml(), false)
                .unwrap()
                .composition()
                .unwrap();
            assert_eq!(again, read, "{name}");
            assert_eq!(again.message().unwrap(), message, "{name}");
            // Names are not in the message.
            for (stack, named) in std::iter::zip(&mut read.stacks, &composition.stacks) {
                stack.name.clone_from(&named.name);
            }
            read.base = composition.base;
            assert_eq!(read, composition, "{name}");
        }
    }
}
