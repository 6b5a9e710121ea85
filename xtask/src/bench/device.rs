//! The other rows: what the store, the envelope and the container resource take for a container of 1 kB.

use std::process::Command;

use super::{Bench, Figures};
use crate::shell::{self, Result, cargo, thousands};
use crate::size::budget::Row;

/// What the image `store` counts, in its order: the row, the name of its facts, and what it is.
const STORE: [(&str, &str, &str); 4] = [
    (
        "store/update",
        "update",
        "reception of 1,024 B in pieces of 64 B, until it is whole",
    ),
    ("store/trial", "trial", "start of its trial"),
    ("store/confirm", "confirm", "confirmation"),
    ("store/boot", "boot", "boot: mount, and the end of what was begun"),
];

/// What the image `envelope` counts, in its order.
const ENVELOPE: [(&str, &str); 6] = [
    ("envelope/parse-binary", "header of the binary form"),
    (
        "envelope/parse-text",
        "header of the text form, in pieces of 64 B",
    ),
    ("envelope/check", "checks before a signature"),
    ("envelope/compact", "signature, ed25519-compact behind the guard"),
    ("envelope/salty", "signature, salty behind the guard"),
    ("envelope/digest", "digest of the payload of 1,024 B"),
];

/// Block sizes of the update over the resource, with the exponents that stand for them.
const BLOCKS: [(u64, u8); 3] = [(32, 1), (64, 2), (256, 4)];

/// Signs the containers that the images read: `update.mbx` and, in the text form, `update.txt`.
pub fn containers(bench: &Bench<'_>) -> Result<()> {
    let keys = crate::qemu::containers::make()?;
    let root = shell::root();
    shell::run(cargo().args(["build", "--quiet", "--release", "--package", "motebox-cli"]))?;
    for (form, name) in [("binary", "update.mbx"), ("text", "update.txt")] {
        let mut sign = Command::new(shell::target_dir().join("release/motebox"));
        sign.current_dir(&keys).arg("sign");
        sign.arg(root.join("benches/workloads/update.js"));
        sign.args([
            "--key",
            "site.key",
            "--sequence",
            "1",
            "--target",
            "any",
            "--form",
            form,
        ]);
        sign.arg("--terms").arg(root.join("examples/alarm.toml"));
        shell::output(sign.arg("--out").arg(bench.folder.join(name)))?;
    }
    Ok(())
}

/// The store's rows.
pub fn store(bench: &Bench<'_>) -> Result<Vec<Row>> {
    let Figures { sections, facts } = bench.play("store")?;
    let (mut rows, mut lines) = (Vec::new(), Vec::new());
    for (at, (part, fact, what)) in STORE.into_iter().enumerate() {
        let counted = sections.get(at).ok_or("store: a section is missing")?;
        let row = bench.row(part, "instructions", *counted);
        let times = |kind: &str| {
            let count = facts.get(&format!("{kind}.{fact}")).copied();
            count.map_or_else(|| "-".into(), thousands)
        };
        lines.push(vec![
            what.to_string(),
            thousands(*counted),
            ceiling(&row),
            times("programs"),
            times("erases"),
        ]);
        rows.push(row);
    }
    println!("\nstore: instructions without the flash's driver; write unit 4 B, erase block 1,024 B");
    shell::table(
        &["store", "instructions", "ceiling", "programs", "erases"],
        &lines,
    );
    Ok(rows)
}

/// The envelope's rows.
pub fn envelope(bench: &Bench<'_>) -> Result<Vec<Row>> {
    let Figures { sections, .. } = bench.play("envelope")?;
    let (mut rows, mut lines) = (Vec::new(), Vec::new());
    for (at, (part, what)) in ENVELOPE.into_iter().enumerate() {
        let counted = sections.get(at).ok_or("envelope: a section is missing")?;
        let row = bench.row(part, "instructions", *counted);
        lines.push(vec![what.to_string(), thousands(*counted), ceiling(&row)]);
        rows.push(row);
    }
    println!();
    shell::table(&["envelope", "instructions", "ceiling"], &lines);
    Ok(rows)
}

/// The resource's rows.
pub fn resource(bench: &Bench<'_>) -> Result<Vec<Row>> {
    let (mut rows, mut lines) = (Vec::new(), Vec::new());
    for (size, exponent) in BLOCKS {
        let file = bench.folder.join("block.txt");
        std::fs::write(&file, exponent.to_string())
            .map_err(|error| format!("cannot write {}: {error}", file.display()))?;
        let played = bench.machine.play(&bench.image("resource"), bench.folder)?;
        let fact = |name: &str| {
            let known = played.facts.get(name).copied();
            known.ok_or_else(|| format!("resource: no fact {name}"))
        };
        let (to_node, from_node) = (fact("bytes.to-node")?, fact("bytes.from-node")?);
        let (upload, _) = played.counts.phase("upload");
        let part = format!("coap/update-{size}");
        let fresh = [
            bench.row(&part, "instructions", upload),
            bench.row(&part, "bytes", to_node + from_node),
        ];
        lines.push(vec![
            format!("blocks of {size} B"),
            thousands(upload),
            ceiling(&fresh[0]),
            thousands(played.counts.phase("verify").0),
            thousands(fact("requests")?),
            thousands(to_node),
            thousands(from_node),
            thousands(to_node + from_node),
            ceiling(&fresh[1]),
            thousands(fact("stack.upload")?),
        ]);
        rows.extend(fresh);
    }
    println!(
        "\nupdate over the container resource: a node, a container with a payload of 1,024 B, from the first block to 2.01; \
         instructions without signature and flash driver, bytes are those of the CoAP messages"
    );
    let head = [
        "update",
        "instructions",
        "ceiling",
        "signature",
        "requests",
        "B to node",
        "B from node",
        "B both",
        "ceiling",
        "stack B",
    ];
    shell::table(&head, &lines);
    Ok(rows)
}

fn ceiling(row: &Row) -> String {
    row.ceiling.map_or_else(|| "-".into(), thousands)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_update_has_a_kilobyte() {
        let path = crate::shell::root().join("benches/workloads/update.js");
        assert_eq!(std::fs::metadata(path).unwrap().len(), 1_024);
    }
}
