//! The bytes of files in memory, read and written past the store.

use sx_persist_core::memory::Memory;
use sx_persist_core::storage::Storage as _;

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
