//! Directories that no store wrote: what the fuzzer found in them.

use sx_persist_core::memory::Memory;
use sx_persist_core::storage::Storage as _;
use sx_persist_core::{Engine, Position};

/// A disk with these files.
fn disk(files: &[(&str, &[u8])]) -> Memory {
    let mut disk = Memory::new();
    for (path, bytes) in files {
        if let Some((folder, _)) = path.rsplit_once('/') {
            let _ = disk.make_folder(folder);
        }
        disk.create(path).unwrap().borrow_mut().extend_from_slice(bytes);
    }
    disk
}

/// A line with the right checksum.
fn sealed(line: &str) -> String {
    format!("{line} :crc32c {}\n", crc32c::crc32c(line.as_bytes()))
}

#[test]
fn paging_ends_where_a_line_stands_twice() {
    let text = sealed("{:seq 1} :nth 1").repeat(5);
    let mut engine = Engine::new(disk(&[("streams/73.log", text.as_bytes())]));
    for (mut at, backward) in [(Position::Start, false), (Position::End, true)] {
        let mut pages = 0;
        loop {
            let page = engine.read_page("s", &at, 2, backward).unwrap();
            pages += 1;
            assert!(pages <= 3 && page.items.len() <= 2);
            let Some(next) = page.next else { break };
            at = Position::Cursor(next);
        }
        assert_eq!(pages, 3);
    }
}
