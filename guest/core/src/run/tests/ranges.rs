//! What was lost is a range of keys: each key in it is known to be lost, and no other.

use super::{TestEntries, values, write_one};
use crate::run::entry::RunEntryKind;

fn entries() -> TestEntries {
    let mut entries = values(&[(b"a", 1, b"x"), (b"d", 2, b"y"), (b"m", 3, b"z")]);
    entries.insert(b"b".to_vec(), (9, RunEntryKind::Lost, b"c5".to_vec()));
    entries.insert(b"d\0".to_vec(), (9, RunEntryKind::Lost, b"d\0".to_vec()));
    entries.insert(b"n".to_vec(), (9, RunEntryKind::Lost, b"q".to_vec()));
    entries
}

#[test]
fn a_key_in_a_range_is_lost_and_one_beside_it_is_not() {
    // Of one entry a block, and of all in one.
    for block_bytes in [1, 64, 4_096] {
        let file = write_one(&entries(), block_bytes);
        assert_eq!(file.damages(), []);
        assert_eq!(file.named.last_key, b"q", "the name of a file says how far its ranges go");
        let lost = |key: &[u8]| {
            let said = file.get(key).unwrap();
            said.filter(|(_, (_, kind, _))| *kind == RunEntryKind::Lost).map(|(key, _)| key)
        };
        for key in [&b"b"[..], b"b\0", b"bzzz", b"c", b"c5"] {
            assert_eq!(lost(key).as_deref(), Some(&b"b"[..]), "{key:?}");
        }
        assert_eq!(lost(b"d\0").as_deref(), Some(&b"d\0"[..]));
        assert_eq!(lost(b"q").as_deref(), Some(&b"n"[..]));
        for key in [&b""[..], b"a", b"az", b"c5\0", b"c6", b"d", b"d\0\0", b"e", b"m", b"q\0", b"\xff"] {
            assert_eq!(lost(key), None, "{key:?}");
        }
        for (key, value) in [(b"a", b"x"), (b"d", b"y"), (b"m", b"z")] {
            assert_eq!(file.get(key).unwrap().map(|(_, (_, _, value))| value).as_deref(), Some(&value[..]));
        }
        assert_eq!(file.get(b"e").unwrap(), None);
    }
}

#[test]
fn a_range_at_the_end_is_as_long_as_the_file_is_named_with() {
    let mut file = write_one(&entries(), 64);
    for last_key in [&b"p"[..], b"r"] {
        file.named.last_key = last_key.to_vec();
        assert_eq!(file.damages().len(), 1, "{last_key:?}");
    }
    file.named.last_key = b"m".to_vec();
    assert!(file.open().is_err(), "an entry is behind it");
}
