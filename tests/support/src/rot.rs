//! Damage in a run: its files have numbers for names, so what is to rot is found by the bytes of a value.

use std::fs;
use std::path::Path;

/// Changes one bit where a run of a store has these bytes. Returns the file, as the store names it.
///
/// # Panics
/// When no run has them, or they stand in more places than one.
#[must_use]
pub fn damage_run(root: &Path, bytes: &[u8]) -> String {
    let mut places = Vec::new();
    for (path, held) in crate::files(&root.join("runs")) {
        let found = held.windows(bytes.len()).enumerate().filter(|(_, window)| *window == bytes);
        places.extend(found.map(|(at, _)| (format!("runs/{path}"), at)));
    }
    let [(path, at)] = &places[..] else { panic!("{} places hold the bytes", places.len()) };
    let mut held = fs::read(root.join(path)).expect("the run");
    held[*at] ^= 1;
    fs::write(root.join(path), held).expect("the run, with a bit changed");
    path.clone()
}
