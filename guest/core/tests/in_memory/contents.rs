//! The bytes of files in memory, read and written past the store.

use crate::any_disk::engine_on;
use std::collections::BTreeMap;
use sx_persist_core::memory::Memory;
use sx_persist_core::storage::{EntryKind, Storage as _};

/// Makes a file what it is to hold.
pub(crate) fn put(disk: &mut Memory, path: &str, bytes: &[u8]) {
    if let Some((folder, _)) = path.rsplit_once('/') {
        let _ = disk.make_folder(folder);
    }
    let file = disk.open(path).or_else(|_| disk.create(path)).unwrap();
    disk.set_size(&file, 0).unwrap();
    disk.write(&file, 0, bytes).unwrap();
}

/// All bytes of a file.
pub(crate) fn bytes(disk: &mut Memory, path: &str) -> Vec<u8> {
    let file = disk.open(path).unwrap();
    let mut bytes = Vec::new();
    disk.read(&file, 0, 1 << 26, &mut bytes).unwrap();
    bytes
}

/// The files of a disk, by their paths.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// All files of a disk.
pub(crate) fn files(disk: &Memory) -> Files {
    let (mut disk, mut files, mut folders) = (disk.clone(), Files::new(), vec![".".to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in disk.list(&folder).unwrap() {
            let path = if folder == "." { entry.name } else { format!("{folder}/{}", entry.name) };
            match entry.kind {
                EntryKind::Folder => folders.push(path),
                _ => drop(files.insert(path.clone(), bytes(&mut disk, &path))),
            }
        }
    }
    files
}

/// A disk with these files.
pub(crate) fn disk(files: &Files) -> Memory {
    let mut disk = Memory::new();
    for (path, bytes) in files {
        for (end, _) in path.match_indices('/') {
            let _ = disk.make_folder(&path[..end]);
        }
        put(&mut disk, path, bytes);
    }
    disk
}

/// Makes two runs of a map, which have a key in common, and damages the older one. Returns their files.
pub(crate) fn make_runs_of_which_one_is_damaged(disk: &mut Memory) -> [String; 2] {
    let mut engine = engine_on(disk.clone());
    for key in [b"a", b"b"] {
        engine.map_put("t", key, b"1").unwrap();
        engine.map_put("t", b"both", key).unwrap();
        engine.checkpoint().unwrap();
    }
    let files: [String; 2] = runs(disk).try_into().unwrap();
    let mut bad = bytes(disk, &files[0]);
    bad[0] ^= 1;
    put(disk, &files[0], &bad);
    files
}

/// Makes a root of this geometry.
pub(crate) fn make_root(disk: &mut Memory, geometry: &str) {
    let mut engine = engine_on(disk.clone());
    engine.kv_put("k", "1").unwrap();
    engine.kv_delete("k").unwrap();
    engine.checkpoint().unwrap();
    put(disk, "format", format!("sx-persist 5 plain\n{geometry}\n").as_bytes());
}

/// As [`make_root`]: one in which few commits come to many checkpoints, and few keys to several files and blocks of a run.
pub(crate) fn make_tiny(disk: &mut Memory) {
    make_root(disk, "journal 256 file 512 block 64 fan 2");
}

/// The files in `runs/`.
pub(crate) fn runs(disk: &mut Memory) -> Vec<String> {
    let entries = disk.list("runs").unwrap_or_default();
    entries.into_iter().map(|entry| format!("runs/{}", entry.name)).collect()
}
