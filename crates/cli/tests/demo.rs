//! The demonstration: every step must go well, and the last line must say so.

mod common;

use common::Folder;

#[test]
fn the_demo_plays_to_its_end_without_a_failure() {
    let folder = Folder::new("demo");
    let start = std::time::Instant::now();
    let out = folder.motebox(&["demo"]).ok();
    assert!(
        start.elapsed().as_secs() < 15,
        "it took {} s",
        start.elapsed().as_secs()
    );
    let lines: Vec<&str> = out.lines().collect();
    let (last, steps) = lines.split_last().unwrap();
    assert!(
        last.starts_with(&format!("{} steps, 0 failed, ", steps.len())),
        "{last}"
    );
    for (number, line) in steps.iter().enumerate() {
        assert!(
            line.trim_start().starts_with(&format!("{} ", number + 1)),
            "{line}"
        );
        assert!(
            line.contains(" B ") && line.contains(" s "),
            "{line} tells neither bytes nor time"
        );
    }
    for refused in [
        "unsigned",
        "a changed manifest",
        "by a stranger",
        "an older",
        "too large",
        "another device",
    ] {
        let line = steps.iter().find(|line| line.contains(refused)).unwrap();
        assert!(line.contains(" 4.") && line.contains("no erase"), "{line}");
    }
}

#[test]
fn the_demo_speaks_json() {
    let out = Folder::new("demo-json").motebox(&["demo", "--json"]).ok();
    let lines: Vec<serde_json::Value> = out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let (last, steps) = lines.split_last().unwrap();
    assert_eq!(last["steps"], steps.len());
    assert_eq!(last["failed"], 0);
    assert!(steps.iter().all(|step| step["ok"] == true));
    let bytes: u64 = steps.iter().map(|step| step["bytes"].as_u64().unwrap()).sum();
    assert_eq!(last["bytes"], bytes);
}

#[test]
fn the_demo_of_stacks_plays_to_its_end_and_always_in_the_same_way() {
    let play = || {
        let out = Folder::new("demo-crime")
            .motebox(&["demo", "crime", "--json"])
            .ok();
        let lines: Vec<serde_json::Value> = out
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let (last, steps) = lines.split_last().unwrap();
        assert_eq!(
            (&last["steps"], &last["failed"]),
            (&10.into(), &0.into()),
            "{out}"
        );
        steps
            .iter()
            .map(|step| (step["said"].as_str().unwrap().to_string(), step["bytes"].as_u64()))
            .collect::<Vec<_>>()
    };
    let steps = play();
    assert!(
        steps[4].0.contains("data 3 and 3 back: 840001000400081000080001"),
        "{steps:?}"
    );
    assert!(steps[8].0.contains("composition refused"), "{steps:?}");
    // Virtual time and seeds: only the key is another one, and that has no influence on the radio.
    assert_eq!(steps, play());
}
