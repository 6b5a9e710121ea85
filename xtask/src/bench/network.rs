//! A packet through channel, broadcast, unicast and app, on both chips; on the Cortex-M3 Contiki's Rime has been measured once.

use super::Bench;
use crate::shell::{self, Result, thousands};
use crate::size::budget::Row;

/// What the image `crime` counts, in its order, and what Rime took for it on the Cortex-M3 (`benches/README.md` says how).
const PACKETS: [(&str, &str, u64); 4] = [
    ("crime/send-unicast", "crime send unicast, 6 B", 714),
    ("crime/receive-unicast", "crime receive unicast, 6 B", 850),
    ("crime/send-unicast-64", "crime send unicast, 64 B", 1_202),
    ("crime/receive-unicast-64", "crime receive unicast, 64 B", 913),
];

/// The rows of one chip.
pub fn measure(bench: &Bench<'_>) -> Result<Vec<Row>> {
    let figures = bench.play("crime")?;
    let compared = bench.machine.target.starts_with("thumbv7m");
    let (mut rows, mut lines) = (Vec::new(), Vec::new());
    for (at, (part, what, rime)) in PACKETS.into_iter().enumerate() {
        let counted = *figures.sections.get(at).ok_or("crime: a section is missing")?;
        let row = bench.row(part, "instructions", counted);
        let mut line = vec![what.to_string(), thousands(counted)];
        line.push(row.ceiling.map_or_else(|| "-".into(), thousands));
        if compared {
            line.push(format!("{}*", thousands(rime)));
            line.push(format!("{:.2}", counted as f64 / rime as f64));
        }
        lines.push(line);
        rows.push(row);
    }
    println!("\nchannel, broadcast, unicast, app on {}", bench.machine.name);
    let head = ["packet", "instructions", "ceiling", "Rime", "ratio"];
    let columns = if compared { 5 } else { 3 };
    shell::table(&head[..columns], &lines);
    if compared {
        println!("* noted once, not measured in this run: benches/README.md says how");
    }
    Ok(rows)
}
