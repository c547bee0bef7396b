//! The files of a directory in memory.

use sx_persist_core::memory::Memory;
use sx_persist_core::storage::{EntryKind, Fault, Storage};

/// Every file, in order.
pub(super) fn files(disk: &mut Memory) -> Vec<String> {
    let mut files = Vec::new();
    let mut folders = vec![".".to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in disk.list(&folder).unwrap_or_default() {
            let path = if folder == "." { entry.name } else { format!("{folder}/{}", entry.name) };
            if entry.kind == EntryKind::Folder { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

pub(super) fn read(disk: &mut Memory, path: &str) -> Vec<u8> {
    let file = disk.open(path).unwrap();
    let mut bytes = Vec::new();
    disk.read(&file, 0, usize::MAX, &mut bytes).unwrap();
    bytes
}

pub(super) fn found(disk: &mut Memory, path: &str) -> Option<Vec<u8>> {
    disk.open(path).is_ok().then(|| read(disk, path))
}

pub(super) fn make_folders(disk: &mut Memory, path: &str) {
    for (end, _) in path.match_indices('/').chain([(path.len(), "")]) {
        let _ = disk.make_folder(&path[..end]);
    }
}

/// Puts a file there, unless something that is none stands in the way.
pub(super) fn put(disk: &mut Memory, path: &str, bytes: &[u8]) {
    if let Some((folder, _)) = path.rsplit_once('/') {
        make_folders(disk, folder);
    }
    let file = match disk.create(path) {
        Err(Fault::Exists) => disk.open(path),
        created => created,
    };
    if let Ok(file) = file {
        disk.set_size(&file, 0).unwrap();
        disk.write(&file, 0, bytes).unwrap();
    }
}
