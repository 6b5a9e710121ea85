//! `benches/rivals.toml`: what other engines took, as it was measured once. Never measured here.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::shell::Result;

/// Another engine.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rival {
    pub name: String,
    /// Which one exactly: version and commit.
    pub version: String,
    /// Whether the goal is stated as a ratio to it.
    pub reference: bool,
    /// Instructions by workload, less those of the empty program.
    pub instructions: BTreeMap<String, u64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    engine: Vec<Rival>,
}

/// Reads the file.
pub fn read(path: &Path) -> Result<Vec<Rival>> {
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    let file: File = toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(file.engine)
}

/// The geometric mean of ours by theirs, over pairs of instructions.
pub fn mean_ratio(pairs: &[(u64, u64)]) -> Option<f64> {
    let logs: Vec<f64> = pairs
        .iter()
        .map(|(ours, theirs)| (*ours as f64 / *theirs as f64).ln())
        .collect();
    (!logs.is_empty()).then(|| (logs.iter().sum::<f64>() / logs.len() as f64).exp())
}

#[cfg(test)]
mod tests {
    use super::{mean_ratio, read};
    use crate::bench::workloads::MEAN;

    #[test]
    fn the_mean_is_geometric() {
        assert_eq!(mean_ratio(&[]), None);
        let mean = mean_ratio(&[(4, 1), (1, 1)]).unwrap();
        assert!((mean - 2.0).abs() < 1e-9, "{mean}");
        // JerryScript by mquickjs over the workloads of the mean is about 1.6, as it was noted.
        let rivals = read(&crate::shell::root().join("benches/rivals.toml")).unwrap();
        let of = |at: usize, name: &str| rivals[at].instructions[name];
        let pairs: Vec<_> = MEAN.iter().map(|name| (of(1, name), of(0, name))).collect();
        let mean = mean_ratio(&pairs).unwrap();
        assert!((1.55..1.65).contains(&mean), "{mean}");
        assert_eq!(rivals.iter().filter(|rival| rival.reference).count(), 1);
    }
}
