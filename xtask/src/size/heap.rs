//! Heap of the engine: the smallest arena that a script of the alarm scenario needs. It is measured on the PC, whose cells
//! are laid out as on the chip.

use super::budget::{Budget, Row};
use crate::shell::{self, Result, cargo, thousands};

/// Prints the figures of the example script, and of the paper's where it lies beside the tree; the paper's, with its text
/// mapped, is the row.
pub fn measure(budgets: &[Budget], target: &str) -> Result<Option<Row>> {
    let example = "examples/alarm.js".to_string();
    let paper = "../shared/scripts/listing2.js".to_string();
    let mut row = None;
    println!("\nsmallest arena, bytes");
    for script in [&example, &paper] {
        if !shell::root().join(script).is_file() {
            continue;
        }
        let mut run = cargo();
        run.current_dir(shell::root());
        run.args([
            "run",
            "--quiet",
            "--release",
            "--package",
            "motebox-js",
            "--example",
            "heap",
            "--",
            script,
        ]);
        let output = run.output().map_err(|error| format!("cargo: {error}"))?;
        if !output.status.success() {
            return Err(format!(
                "heap of {script}: {}",
                String::from_utf8_lossy(&output.stderr)
            ));
        }
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let figure = |name: &str| -> Result<u64> {
            text.lines()
                .find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
                .ok_or_else(|| format!("heap of {script}: no figure '{name}' in {text:?}"))
        };
        let (mapped, windowed) = (figure("mapped")?, figure("windowed")?);
        println!(
            "  {:<32} {:>7} mapped, {:>7} through a window",
            script.rsplit('/').next().unwrap_or(script),
            thousands(mapped),
            thousands(windowed)
        );
        if *script == paper {
            row = Some(Row::new(budgets, target, "js", "heap", mapped));
        }
    }
    Ok(row)
}
