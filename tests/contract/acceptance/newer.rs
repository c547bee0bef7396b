//! A directory of a later version: named as such, and left as it is.

use crate::fixture::{Fixture, files, refusal};
use std::fs;
use sx_persist::types::Error as Refusal;

const REASON: &str = "written by format 2, this program reads 1";

/// The header of a journal of version 2, with the right checksum or not.
fn journal(is_whole: bool) -> Vec<u8> {
    let mut header = b"sxpjrnl\x02".to_vec();
    header.extend(7u64.to_le_bytes());
    header.extend(1u64.to_le_bytes());
    header.extend([0; 4]);
    let crc = crc32c::crc32c(&header) ^ u32::from(!is_whole);
    header.extend(crc.to_le_bytes());
    header.extend([1; 64]);
    header
}

#[test]
fn what_a_later_version_wrote_is_named_and_nothing_of_it_changes() {
    for file in ["format", "journal/00000000000000000007"] {
        let Some(store) = Fixture::with_files() else { return };
        store.raw().append("s", "{:seq 1}").unwrap();
        let store = store.meanwhile(|root| {
            let bytes = if file == "format" { b"sx-persist 2 packed\n".to_vec() } else { journal(true) };
            fs::write(root.join(file), bytes).unwrap();
        });
        let before = files(store.path());
        for refused in [
            refusal(store.raw().read("s")),
            refusal(store.raw().append("s", "{:seq 2}")),
            refusal(store.raw().kv_get("k")),
            refusal(store.admin().verify()),
            refusal(store.admin().repair()),
            refusal(store.admin().checkpoint()),
        ] {
            let Refusal::Corrupt(damage) = &refused else { panic!("{refused:?}") };
            assert_eq!((damage.file.as_str(), damage.reason.as_str()), (file, REASON));
        }
        let shown = store.admin().verify().unwrap_err().to_string();
        assert!(shown.contains(REASON) && !shown.contains("repair"), "{shown}");
        assert_eq!(files(store.path()), before, "{file}");
    }
}

#[test]
fn a_damaged_format_beside_a_later_journal_is_not_repaired() {
    let Some(store) = Fixture::with_files() else { return };
    store.raw().append("s", "{:seq 1}").unwrap();
    let store = store.meanwhile(|root| {
        fs::write(root.join("format"), "rotted").unwrap();
        fs::write(root.join("journal/00000000000000000007"), journal(true)).unwrap();
    });
    let before = files(store.path());
    let Refusal::Corrupt(damage) = refusal(store.admin().repair()) else { panic!("repaired") };
    assert_eq!(damage.reason, REASON);
    assert_eq!(files(store.path()), before);
}

#[test]
fn a_version_that_only_rotted_is_damage() {
    let Some(store) = Fixture::with_files() else { return };
    store.raw().append("s", "{:seq 1}").unwrap();
    let store = store.meanwhile(|root| fs::write(root.join("format"), "sx-persist 2 pl`in\n").unwrap());
    assert_eq!(store.admin().verify().unwrap().damaged, 1);
    store.admin().repair().unwrap();
    assert_eq!(store.raw().read("s").unwrap(), ["{:seq 1}"]);
    // An invalid header without frames never counted.
    let store =
        store.meanwhile(|root| fs::write(root.join("journal/00000000000000000099"), journal(false)).unwrap());
    assert_eq!(store.raw().read("s").unwrap(), ["{:seq 1}"]);
}
