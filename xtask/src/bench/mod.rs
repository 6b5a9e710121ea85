//! `cargo xtask bench`: what work costs on a Cortex-M0, by instruction count; a packet's also on a Cortex-M3.
//!
//! `benches/run` holds the images: an engine that runs any script, the store, the envelope, and a node that gets an update.
//! QEMU plays them, its plugin counts between markers, so a figure repeats exactly as long as the code is the same. Each one
//! has a row in `benches/budgets.toml`; above a ceiling the run fails.

mod device;
mod network;
mod rivals;
mod workloads;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::qemu::{MACHINES, Machine};
use crate::shell::{self, Result, thousands};
use crate::size::budget::{self, Budget, Row};
use crate::size::{elf, judge, verdict};
use crate::toolchain::Toolchain;

/// What everything here needs: where the images are, and what they may cost.
pub struct Bench<'a> {
    /// What plays them.
    machine: &'static Machine,
    /// Where the images' files are.
    folder: &'a Path,
    budgets: &'a [Budget],
}

/// What an image told.
pub struct Figures {
    /// Instructions of its sections.
    sections: Vec<u64>,
    facts: BTreeMap<String, u64>,
}

impl Bench<'_> {
    fn image(&self, name: &str) -> PathBuf {
        let built = shell::target_dir().join("chip").join(self.machine.target);
        built.join("chip").join(name)
    }

    /// Plays an image.
    fn play(&self, name: &str) -> Result<Figures> {
        let played = self.machine.play(&self.image(name), self.folder)?;
        Ok(Figures {
            sections: played.counts.sections,
            facts: played.facts,
        })
    }

    fn row(&self, part: &str, metric: &str, value: u64) -> Row {
        Row::new(self.budgets, self.machine.target, part, metric, value)
    }
}

/// Builds the images, plays them, prints the tables, writes the rows; fails above a ceiling.
pub fn run(args: &[String]) -> Result<()> {
    if let Some(word) = args.first() {
        return Err(format!("bench: it takes no '{word}'"));
    }
    let machine = &MACHINES[0];
    let budgets = budget::read(&shell::root().join("benches/budgets.toml"))?;
    let folder = shell::target_dir().join("motebox/bench");
    std::fs::create_dir_all(&folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    let bench = Bench {
        machine,
        folder: &folder,
        budgets: &budgets,
    };
    let toolchain = build(machine, None)?;
    device::containers(&bench)?;

    println!(
        "\n{}, {}, profile chip, {}, {}; the image with the engine has {} B of flash",
        machine.name,
        machine.target,
        toolchain.version()?,
        toolchain.build(),
        thousands(elf::read(&bench.image("engine"))?.flash)
    );
    let mut rows = workloads::measure(&bench)?;
    rows.extend(device::store(&bench)?);
    rows.extend(device::envelope(&bench)?);
    rows.extend(device::resource(&bench)?);
    rows.extend(network::measure(&bench)?);
    // The network's rivals were measured on the larger chip.
    let larger = Bench {
        machine: &MACHINES[1],
        ..bench
    };
    build(larger.machine, Some("crime"))?;
    rows.extend(network::measure(&larger)?);
    for row in rows.iter().filter(|row| row.part == "js" || row.goal.is_some()) {
        println!(
            "\n{} {}: {} ({})",
            row.part,
            row.metric,
            thousands(row.value),
            verdict(row)
        );
    }
    budget::merge(&shell::target_dir().join("motebox/size.json"), &rows)?;
    judge(&rows)
}

/// Builds the images for a machine, or one of them.
fn build(machine: &Machine, image: Option<&str>) -> Result<Toolchain> {
    let toolchain = Toolchain::find(machine.target)?;
    let mut build = toolchain.cargo("build", machine.target, &[])?;
    build.args([
        "--quiet",
        "--profile",
        "chip",
        "--manifest-path",
        "benches/run/Cargo.toml",
    ]);
    if let Some(image) = image {
        build.args(["--bin", image]);
    }
    shell::output(&mut build)?;
    Ok(toolchain)
}

#[cfg(test)]
mod tests {
    use crate::shell;

    #[test]
    fn the_images_are_built_with_the_profile_of_the_tree() {
        let chip = |file: &str| {
            let text = std::fs::read_to_string(shell::root().join(file)).unwrap();
            let manifest: toml::Table = toml::from_str(&text).unwrap();
            manifest["profile"]["chip"].clone()
        };
        assert_eq!(chip("Cargo.toml"), chip("benches/run/Cargo.toml"));
    }
}
