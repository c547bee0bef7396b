//! Every target on its seeds, on every input that once made it fail, and on some thousand inputs of no meaning at all.

use std::fs;
use std::path::Path;

fn inputs(folder: &str, target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(target);
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().map(|path| (path.display().to_string(), fs::read(path).unwrap())).collect()
}

#[test]
fn every_target_takes_its_seeds_and_findings() {
    for (target, check) in sx_persist_fuzz::TARGETS {
        let found: Vec<_> = [inputs("seeds", target), inputs("findings", target)].concat();
        assert!(!found.is_empty(), "{target} has no seeds");
        for (path, data) in found {
            // Printed with a failure alone: which input it was.
            println!("{path}");
            check(&data);
        }
    }
}

/// Numbers without a pattern and always the same ones (xorshift64*).
fn noise(seed: u64) -> impl Iterator<Item = u8> {
    let mut state = seed;
    std::iter::repeat_with(move || {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        state.wrapping_mul(0x2545_f491_4f6c_dd1d).to_be_bytes()[0]
    })
}

#[test]
fn every_target_takes_noise() {
    for (target, check) in sx_persist_fuzz::TARGETS {
        for seed in 1..=2_000 {
            println!("{target}, noise {seed}");
            let data: Vec<_> = noise(seed).take(64 + usize::try_from(seed).unwrap() % 1_000).collect();
            check(&data);
        }
    }
}
