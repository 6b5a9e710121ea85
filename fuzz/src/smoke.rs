//! A smoke run without a fuzzer: every target over its corpus, each file whole, cut, and changed in seeded ways.
//!
//! `cargo run --release --manifest-path fuzz/Cargo.toml [-- CHANGES [TARGETS]]`: TARGETS is what their names begin with

use std::path::Path;

type Target = (&'static str, fn(&[u8]));
const TARGETS: [Target; 10] = [
    ("js_source", motebox_fuzz::js_source),
    ("js_grammar", motebox_fuzz::js_grammar),
    ("js_bytecode", motebox_fuzz::js_bytecode),
    ("js_regexp", motebox_fuzz::regexp::target),
    ("container", motebox_fuzz::container),
    ("coap", motebox_fuzz::coap),
    ("store", motebox_fuzz::store),
    ("crime_frame", motebox_fuzz::crime::crime_frame),
    ("crime_composition", motebox_fuzz::crime::crime_composition),
    ("crime_network", motebox_fuzz::crime::crime_network),
];

struct Random(u64);
impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n.max(1) as u64) as usize
    }
}

fn change(bytes: &[u8], other: &[u8], random: &mut Random) -> Vec<u8> {
    let mut out = bytes.to_vec();
    for _ in 0..=random.below(4) {
        let at = random.below(out.len());
        match random.below(6) {
            0 if !out.is_empty() => out[at] ^= 1 << random.below(8),
            1 if !out.is_empty() => out[at] = random.below(256) as u8,
            2 => out.truncate(at),
            3 => out.insert(at, random.below(256) as u8),
            4 if !other.is_empty() => {
                let from = random.below(other.len());
                let to = (from + random.below(40)).min(other.len());
                out.splice(at..at, other[from..to].iter().copied());
            }
            _ => {
                let to = (at + random.below(16)).min(out.len());
                out.drain(at..to);
            }
        }
    }
    out
}

fn main() {
    let changes: usize = std::env::args()
        .nth(1)
        .map_or(400, |n| n.parse().expect("a number of changes"));
    let wanted = std::env::args().nth(2).unwrap_or_default();
    for (name, target) in TARGETS.into_iter().filter(|(name, _)| name.starts_with(&wanted)) {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
        let mut files: Vec<_> = std::fs::read_dir(&dir)
            .unwrap_or_else(|e| panic!("{}: {e}", dir.display()))
            .map(|f| f.expect("a readable folder").path())
            .collect();
        files.sort();
        assert!(!files.is_empty(), "{}: no corpus", dir.display());
        let texts: Vec<_> = files
            .iter()
            .map(|f| std::fs::read(f).expect("a readable file"))
            .collect();
        let mut random = Random(0x4d6f_7465_626f_7831);
        let mut runs = 0;
        for text in &texts {
            target(text);
            for _ in 0..changes {
                let other = &texts[random.below(texts.len())];
                target(&change(text, other, &mut random));
                runs += 1;
            }
        }
        println!(
            "{name}: {} files, {runs} changes, no property broken",
            texts.len()
        );
    }
}
