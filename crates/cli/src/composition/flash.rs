//! Flash that a composition needs a firmware to have: figures of `cargo xtask size --modules`.

use std::collections::BTreeSet;

use super::{Composition, Module};

/// `name bytes`, a line each; `base` is the engine with the checker of messages.
const FIGURES: &str = include_str!("flash.txt");

/// Bytes of flash on a Cortex-M0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Flash {
    /// Engine, decoder and checker, channel and app.
    pub(crate) base: u32,
    /// Its modules, each as if it were alone: what several share is counted more than once.
    pub(crate) modules: u32,
    /// Modules that nobody has weighed.
    pub(crate) unknown: Vec<String>,
}

impl Flash {
    pub(crate) fn of(composition: &Composition) -> Self {
        let names: BTreeSet<String> = composition
            .stacks
            .iter()
            .flat_map(|stack| stack.modules.iter().map(Module::name))
            .collect();
        let mut flash = Self {
            base: figure("base").unwrap_or(0),
            modules: 0,
            unknown: Vec::new(),
        };
        for name in names {
            match figure(&name) {
                Some(bytes) => flash.modules += bytes,
                None => flash.unknown.push(name),
            }
        }
        flash
    }

    /// In words.
    pub(crate) fn line(&self, message_bytes: usize) -> String {
        let unknown = match self.unknown.as_slice() {
            [] => String::new(),
            names => format!(", and {}, not weighed", names.join(", ")),
        };
        format!(
            "flash {message_bytes} B for the message; of a firmware on a Cortex-M0 at most {} B: engine and checker {} B, \
             its modules {} B{unknown}",
            self.base + self.modules,
            self.base,
            self.modules,
        )
    }
}

fn figure(name: &str) -> Option<u32> {
    let mut lines = FIGURES.lines().filter_map(|line| line.split_once(' '));
    lines.find(|(of, _)| *of == name)?.1.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::super::presets::PRESETS;
    use super::*;
    use crate::composition::describe::Description;

    #[test]
    fn the_figures_are_of_the_modules() {
        let of = |name: &str| {
            let (_, text) = PRESETS.iter().find(|(preset, _)| *preset == name).unwrap();
            Flash::of(
                &Description::parse("preset", text, false)
                    .unwrap()
                    .composition()
                    .unwrap(),
            )
        };
        let (broadcast, unicast, mesh) = (of("broadcast"), of("unicast"), of("mesh"));
        assert!((4_000..20_000).contains(&broadcast.base), "{broadcast:?}");
        assert!(broadcast.modules < unicast.modules && unicast.modules < mesh.modules);
        assert!(mesh.modules < 20_000 && mesh.unknown.is_empty(), "{mesh:?}");
        assert!(mesh.line(62).starts_with("flash 62 B for the message; "));
    }
}
