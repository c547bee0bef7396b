//! A directory of another version: named as such, and left as it is.

use crate::fixture::{Fixture, files, refusal};
use std::fs;
use sx_persist::types::Error as Refusal;

fn reason(version: u8) -> String {
    format!("written by format {version}, this program reads 5")
}

/// The header of a journal of another version, with the right checksum or not.
fn journal(version: u8, is_whole: bool) -> Vec<u8> {
    let mut header = b"sxpjrnl".to_vec();
    header.push(version);
    header.extend(7u64.to_le_bytes());
    header.extend(1u64.to_le_bytes());
    header.extend([0; 4]);
    let crc = crc32c::crc32c(&header) ^ u32::from(!is_whole);
    header.extend(crc.to_le_bytes());
    header.extend([1; 64]);
    header
}

#[test]
fn what_another_version_wrote_is_named_and_nothing_of_it_changes() {
    let journals = [1, 2, 3, 4, 6].map(|version| ("journal/00000000000000000007", version));
    // Format 1 over a journal of this format is how a root of it is taken over.
    for (file, version) in
        [("format", 2), ("format", 3), ("format", 4), ("format", 6)].into_iter().chain(journals)
    {
        let Some(store) = Fixture::with_files() else { return };
        store.raw().append("s", "{:seq 1}").unwrap();
        let store = store.meanwhile(|root| {
            let bytes = match file {
                "format" => format!("sx-persist {version} plain\n").into_bytes(),
                _ => journal(version, true),
            };
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
            assert_eq!((damage.file.as_str(), damage.reason.as_str()), (file, &*reason(version)));
        }
        let shown = store.admin().verify().unwrap_err().to_string();
        assert!(shown.contains(&reason(version)) && !shown.contains("repair"), "{shown}");
        assert_eq!(files(store.path()), before, "{file}");
    }
}

#[test]
fn a_damaged_format_beside_a_journal_of_another_version_is_not_repaired() {
    let Some(store) = Fixture::with_files() else { return };
    store.raw().append("s", "{:seq 1}").unwrap();
    let store = store.meanwhile(|root| {
        fs::write(root.join("format"), "rotted").unwrap();
        fs::write(root.join("journal/00000000000000000007"), journal(2, true)).unwrap();
    });
    let before = files(store.path());
    let Refusal::Corrupt(damage) = refusal(store.admin().repair()) else { panic!("repaired") };
    assert_eq!(damage.reason, reason(2));
    assert_eq!(files(store.path()), before);
}

#[test]
fn a_version_that_only_rotted_is_damage() {
    let Some(store) = Fixture::with_files() else { return };
    store.raw().append("s", "{:seq 1}").unwrap();
    let store = store.meanwhile(|root| fs::write(root.join("format"), "sx-persist 5 pl`in\n").unwrap());
    assert_eq!(store.admin().verify().unwrap().damaged, 1);
    store.admin().repair().unwrap();
    assert_eq!(store.raw().read("s").unwrap(), ["{:seq 1}"]);
    // A journal that is not empty counts, or is damage; an empty one above it was announced.
    let above = |bytes: Vec<u8>| {
        move |root: &std::path::Path| fs::write(root.join("journal/00000000000000000099"), bytes).unwrap()
    };
    let store = store.meanwhile(above(Vec::new()));
    assert_eq!(store.raw().read("s").unwrap(), ["{:seq 1}"]);
    let store = store.meanwhile(above(journal(2, false)));
    let Refusal::Corrupt(damage) = refusal(store.raw().read("s")) else { panic!("read") };
    assert_eq!(damage.reason, "the header is invalid");
    store.admin().repair().unwrap();
    assert_eq!(store.admin().verify().unwrap().damaged, 0);
}
