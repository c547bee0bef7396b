//! S8 and K1 over files that a person has mended, or an editor saved again.

use crate::fixture::{directory, refusal};
use std::fs;
use sx_persist::types::{Direction, Error as Refusal, Position};

#[test]
fn s8_a_blank_line_in_a_file_is_no_event_and_no_damage() {
    let Some(root) = directory() else { return };
    for log in ["{:seq 1}\n\n{:seq 2}\n", "{:seq 1}\r\n \t\r\n{:seq 2}\r\n"] {
        fs::create_dir_all(root.path().join("streams")).unwrap();
        fs::write(root.path().join("streams/73.log"), log).unwrap();
        let store = crate::builder().open(root.path()).unwrap();
        assert_eq!(store.raw().read("s").unwrap(), ["{:seq 1}", "{:seq 2}"]);
        assert_eq!((store.raw().count("s").unwrap(), store.raw().last_seq("s").unwrap()), (2, 2));
        let page = store.raw().read_page("s", &Position::Start, 1, Direction::Forward).unwrap();
        assert_eq!(page.lines, "{:seq 1}\n");
        let page =
            store.raw().read_page("s", &Position::Cursor(page.through), 1, Direction::Forward).unwrap();
        assert_eq!((page.lines.as_str(), page.next()), ("{:seq 2}\n", None));
        let report = store.admin().verify().unwrap();
        assert_eq!((report.events, report.damaged), (2, 0));
    }
}

#[test]
fn s8_pages_give_what_precedes_damage_and_read_gives_nothing() {
    let Some(root) = directory() else { return };
    fs::create_dir_all(root.path().join("streams")).unwrap();
    fs::write(root.path().join("streams/73.log"), "{:seq 1}\n{:seq 2}\n{:seq\n{:seq 4}\n").unwrap();
    let store = crate::builder().open(root.path()).unwrap();
    for (start, direction, whole) in [
        (Position::Start, Direction::Forward, "{:seq 1}\n{:seq 2}\n"),
        (Position::End, Direction::Backward, "{:seq 4}\n"),
    ] {
        let page = store.raw().read_page("s", &start, 100, direction).unwrap();
        assert_eq!(page.lines, whole);
        let next = Position::Cursor(page.through);
        let refused = refusal(store.raw().read_page("s", &next, 100, direction));
        assert!(matches!(&refused, Refusal::Corrupt(damage) if damage.line == Some(3)), "{refused:?}");
    }
    let refused = refusal(store.raw().read("s"));
    assert!(matches!(refused, Refusal::Corrupt(_)), "{refused:?}");
}

#[test]
fn k1_a_newline_behind_a_value_in_its_file_is_no_damage() {
    let Some(root) = directory() else { return };
    fs::create_dir_all(root.path().join("kv")).unwrap();
    fs::write(root.path().join("kv/6b"), "\"value\"\n").unwrap();
    let store = crate::builder().open(root.path()).unwrap();
    assert_eq!(store.raw().kv_get("k").unwrap().as_deref(), Some("\"value\""));
    store.raw().kv_put("l", "\"value\"").unwrap();
    store.admin().checkpoint().unwrap();
    drop(store);
    let file = root.path().join("kv/6c");
    let sealed = fs::read_to_string(&file).unwrap();
    assert!(sealed.contains(" :crc32c "), "{sealed}");
    fs::write(&file, format!("{sealed}\n")).unwrap();
    let store = crate::builder().open(root.path()).unwrap();
    assert_eq!(store.raw().kv_get("l").unwrap().as_deref(), Some("\"value\""));
    assert_eq!(store.admin().verify().unwrap().damaged, 0);
}
