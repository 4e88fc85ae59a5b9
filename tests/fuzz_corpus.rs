//! The fuzz targets over their corpus, natively: what was found once stays mended, on any toolchain.

#![allow(clippy::unwrap_used)]

#[path = "../fuzz/targets.rs"]
mod targets;

use std::path::Path;

/// What a target does with an input.
type Target = fn(&[u8]);

const TARGETS: [(&str, Target); 7] = [
    ("link", targets::link),
    ("import_prices", targets::import),
    ("import_model", targets::import),
    ("import_benchmark", targets::import),
    ("scenario_file", targets::import),
    ("own_model", targets::own_model),
    ("ranges", targets::ranges),
];

/// Pseudo-random numbers, always the same.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % below.max(1)
    }
}

/// The input with a few bytes changed, taken out, or doubled, or with a piece of another one.
fn damaged(input: &[u8], other: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..=dice.roll(3) {
        let at = dice.roll(bytes.len());
        match dice.roll(5) {
            0 if !bytes.is_empty() => bytes[at] = dice.roll(256) as u8,
            1 => bytes.truncate(at),
            2 => drop(bytes.drain(at..(at + dice.roll(8)).min(bytes.len()))),
            3 => bytes.insert(at, b";=~*,.\"{}[]:0k9-"[dice.roll(16)]),
            _ => {
                let from = dice.roll(other.len());
                let to = (from + dice.roll(40)).min(other.len());
                bytes.splice(at..at, other[from..to].iter().copied());
            }
        }
    }
    bytes
}

#[test]
fn the_corpus_and_its_damaged_neighbours_keep_what_the_targets_ask() {
    for (name, target) in TARGETS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
        let mut files: Vec<_> =
            std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let inputs: Vec<Vec<u8>> = files.iter().map(|file| std::fs::read(file).unwrap()).collect();
        assert!(!inputs.is_empty(), "{name}");
        let mut dice = Dice(2026);
        for input in &inputs {
            target(input);
            for _ in 0..2_000 / inputs.len() {
                let other = &inputs[dice.roll(inputs.len())];
                target(&damaged(input, other, &mut dice));
            }
        }
    }
}
