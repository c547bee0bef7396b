//! Archives: `export --all` and `import`.

mod full;

use crate::support::{Root, text};
use full::{A, SEGMENTS, answers, fill};
use std::fs;
use std::path::Path;
use sx_persist::Store;
use sx_persist::types::Expect;

/// What is done to a store.
type Change<'a> = &'a dyn Fn(&Store);

/// What version 1 of the format exported, kept for good.
const FORMAT_1: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/archive/format-1.jsonl");

/// A store with something of everything.
fn full() -> Root {
    let root = Root::new();
    fill(Path::new(root.path()));
    root
}

/// The archive of a store.
#[track_caller]
fn archive(root: &Root) -> String {
    let exported = root.run(&["export", "--all"]);
    assert_eq!((exported.code, exported.stderr.as_str()), (Some(0), ""));
    exported.stdout
}

fn with(root: &Root, work: impl FnOnce(&Store)) {
    let store = Store::open(root.path()).unwrap();
    work(&store);
    store.close().unwrap();
}

#[test]
fn what_is_exported_and_imported_and_exported_again_is_the_same_bytes() {
    let root = full();
    answers(Path::new(root.path()));
    let whole = archive(&root);
    assert!(archive(&root) == whole, "the same store, the same bytes");
    let file = root.beside("all.jsonl");
    root.run(&["export", "--all", "-o", &file]).gives("");
    assert!(fs::read_to_string(&file).unwrap() == whole);

    let (from_file, from_pipe) = (Root::new(), Root::new());
    let imported = from_file.run(&["import", &file]);
    assert_eq!((imported.code, imported.stderr.as_str()), (Some(0), ""));
    let counts = "streams 7\nevents 12\nkeys 4\nmap_entries 4\nrefs 3\nobjects 2\nsegments 6\nentries 4\ntraces 3\n\
                  snapshots 3\nblobs 3\nblob_bytes 70011\n";
    imported.gives(counts);
    from_pipe.run_with_input(&["import", "-"], &whole).gives(counts);
    for other in [from_file, from_pipe] {
        answers(Path::new(other.path()));
        assert!(archive(&other) == whole, "another store, the same bytes");
    }
}

/// `BLESS=1` writes the file anew, which is right as long as version 1 is the format.
#[test]
fn the_archive_that_format_1_wrote_is_imported_for_good() {
    if std::env::var_os("BLESS").is_some() {
        fs::write(FORMAT_1, archive(&full())).unwrap();
    }
    let root = Root::new();
    assert_eq!(root.run(&["import", FORMAT_1]).code, Some(0));
    answers(Path::new(root.path()));
    let golden = fs::read_to_string(FORMAT_1).unwrap();
    assert!(archive(&root) == golden);
    assert!(archive(&full()) == golden, "what is in a store decides, and not who filled it");
    assert!(golden.len() < 200_000, "{}", golden.len());
}

#[test]
fn the_lines_are_those_of_the_document() {
    let page = include_str!("../../../docs/archive.md");
    let documented: Vec<_> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `{\"")?.split_once('"'))
        .map(|(kind, _)| kind.to_owned())
        .collect();
    let mut kinds = Vec::new();
    for line in fs::read_to_string(FORMAT_1).unwrap().lines() {
        let line: serde_json::Map<String, serde_json::Value> = serde_json::from_str(line).unwrap();
        assert_eq!(line.len(), 1);
        kinds.extend(line.into_iter().map(|(kind, _)| kind));
    }
    // Streams have events between them, and segments their entries: each kind where it comes first.
    let mut firsts = Vec::new();
    kinds.iter().for_each(|kind| firsts.extend((!firsts.contains(kind)).then(|| kind.clone())));
    firsts.sort_by_key(|kind| documented.iter().position(|documented| documented == kind).unwrap());
    assert_eq!(firsts, documented);
    let place = |kind: &str| kinds.iter().position(|found| found == kind).unwrap();
    let sections = ["archive", "stream", "kv", "map", "ref", "object", "segment", "snapshot", "blob", "end"];
    assert!(sections.is_sorted_by_key(|kind| place(kind)), "{kinds:?}");
}

#[test]
fn a_large_blob_comes_in_pieces_or_stands_beside() {
    let root = Root::new();
    let large: Vec<u8> = (0..2_000_000u32).map(|at| (at % 253) as u8).collect();
    let cid = root.run_with_input(&["blob", "put", "-"], &large).stdout.trim_end().to_owned();
    // As large as a piece, and as two.
    root.run_with_input(&["blob", "put", "-"], &large[..786_432]).code.unwrap();
    root.run_with_input(&["blob", "put", "-"], &large[..2 * 786_432]).code.unwrap();
    let inside = archive(&root);
    assert!(inside.lines().all(|line| line.len() < 1_050_000), "no line is huge");
    assert_eq!(inside.lines().count(), 2 + 3 + 1 + 2);
    let other = Root::new();
    other.run_with_input(&["import", "-"], &inside).code.unwrap();
    assert!(other.output(&["blob", "get", &cid], "").stdout == large);
    assert!(archive(&other) == inside);

    let (folder, file) = (root.beside("blobs"), root.beside("beside.jsonl"));
    let export = ["export", "--all", "--blobs", &folder, "-o", &file];
    root.run(&export).gives("");
    let blob = Path::new(&folder).join(&cid);
    assert!(fs::read(&blob).unwrap() == large);
    // What is damaged there is written again.
    fs::write(&blob, vec![0; large.len()]).unwrap();
    root.run(&export).gives("");
    assert!(fs::read(&blob).unwrap() == large);
    let third = Root::new();
    third.run(&["import", &file]).fails(2, &["stand beside this archive", "--blobs DIR"]);
    assert_eq!(third.run(&["import", &file, "--blobs", &folder]).code, Some(0));
    assert!(archive(&third) == inside);
    third
        .run(&["import", &file, "--blobs", &folder, "--resume"])
        .stdout
        .contains("skipped 3")
        .then_some(())
        .unwrap();
    fs::write(&blob, vec![0; large.len()]).unwrap();
    let fourth = Root::new();
    fourth.run(&["import", &file, "--blobs", &folder]).fails(1, &[&cid, "other bytes than its address says"]);
    assert!(!fourth.run(&["blob", "list"]).stdout.contains(&cid));
}

#[test]
fn an_archive_that_was_cut_off_or_changed_is_not_imported() {
    let whole = archive(&full());
    let lines: Vec<_> = whole.split_inclusive('\n').collect();
    let without_one = [&lines[..5], &lines[6..]].concat().concat();
    let changed = whole.replace("\"text\":\"hello\"", "\"text\":\"hallo\"");
    let more = format!("{whole}{}", lines[4]);
    for (damaged, words) in [
        (lines[..lines.len() - 1].concat(), "it has no end"),
        (whole[..whole.len() / 2].to_owned(), "it has no end"),
        (lines[0].to_owned(), "it has no end"),
        (without_one, "its end counts"),
        (changed, "its checksum is another one"),
        (more, "something stands behind the end"),
    ] {
        assert_ne!(damaged, whole);
        let root = Root::new();
        let file = root.file("damaged.jsonl", &damaged);
        root.run(&["import", &file]).fails(1, &["damaged.jsonl", words]);
        assert!(!fs::exists(root.path()).unwrap(), "nothing is made for it");
        // What comes by a pipe is known when it is through; the whole one then adds what is missing.
        let piped = root.run_with_input(&["import", "-"], &damaged);
        assert_eq!(piped.code, Some(1), "{words}: {piped:?}");
    }
    let root = Root::new();
    root.run_with_input(&["import", "-"], &whole[..whole.len() / 3]).fails(1, &["invalid JSON"]);
    root.run_with_input(&["import", "-"], &whole).fails(1, &["not empty", "--resume"]);
    assert_eq!(root.run_with_input(&["import", "-", "--resume"], &whole).code, Some(0));
    answers(Path::new(root.path()));
    assert!(archive(&root) == whole);
}

#[test]
fn wherever_an_import_stood_it_goes_on_to_the_same_store() {
    let whole = archive(&full());
    let lines: Vec<_> = whole.split_inclusive('\n').collect();
    for cut in (1..lines.len()).step_by(2) {
        let root = Root::new();
        root.run_with_input(&["import", "-"], lines[..cut].concat()).fails(1, &["it has no end"]);
        assert_eq!(root.run_with_input(&["import", "-", "--resume"], &whole).code, Some(0), "{cut}");
        assert!(archive(&root) == whole, "{cut}");
    }
}

#[test]
fn what_is_no_archive_of_this_version_is_refused_before_a_store_is_made() {
    let root = Root::new();
    let events = root.file("events.jsonl", "{\"seq\":1}\n");
    root.run(&["import", &events]).fails(2, &["this is no archive", "--stream NAME"]);
    let later = "{\"archive\":{\"version\":2,\"of\":\"galaxy\",\"more\":true}}\n";
    root.run_with_input(&["import", "-"], later).fails(1, &["version 2", "reads 1"]);
    assert!(!fs::exists(root.path()).unwrap());
    let head = "{\"archive\":{\"version\":1,\"of\":\"store\",\"blobs\":\"inside\"}}\n";
    root.run_with_input(&["import", "-", "--stream", "s", "--number"], head)
        .fails(2, &["this is an archive", "leave out --stream"]);
    for (line, words) in [
        ("{\"event\":{\"seq\":1}}", "an event without a stream"),
        ("{\"entry\":1}", "an entry without a segment"),
        ("{\"table\":{}}", "unknown variant"),
        ("{\"kv\":{\"key\":\"k\",\"value\":1,\"more\":1}}", "unknown field"),
        ("{\"map\":{\"table\":\"t\",\"key\":\"a\",\"value\":\"\"}}", "no base64"),
        ("{\"stream\":{\"name\":\"\"}}\n{\"event\":{\"seq\":1}}", "invalid name"),
    ] {
        let root = Root::new();
        let refused = root.run_with_input(&["import", "-"], format!("{head}{line}\n"));
        refused.fails(1, &[words]);
    }
}

#[test]
fn what_is_there_and_the_same_is_passed_by_and_what_differs_stays() {
    let root = full();
    let whole = archive(&root);
    let again = root.run_with_input(&["import", "-", "--resume"], &whole);
    assert_eq!((again.code, again.stderr.as_str()), (Some(0), ""));
    assert!(again.stdout.ends_with("skipped 38\n"), "{again:?}");
    assert!(archive(&root) == whole, "nothing was added or moved");
    // The store went on.
    with(&root, |store| {
        store.raw().append("orders", "{:seq 4}").unwrap();
        store.raw().kv_put("new", "1").unwrap();
        store.raw().session_append(A, SEGMENTS[0], "2").unwrap();
    });
    let went_on = archive(&root);
    assert_eq!(root.run_with_input(&["import", "-", "--resume"], &whole).code, Some(0));
    assert!(archive(&root) == went_on);

    let changes: [(&str, Change<'_>); 9] = [
        ("an event of the stream orders", &|store| {
            store.raw().truncate("orders", 1).unwrap();
        }),
        ("the stream gone", &|store| {
            store.raw().append("gone", "{:seq 5}").unwrap();
        }),
        ("the key value", &|store| store.raw().kv_put("value", "1").unwrap()),
        ("a key of the map carts", &|store| {
            store.raw().map_swap("carts", b"k", Expect::Any, b"other").unwrap();
        }),
        ("the ref HEAD", &|store| store.raw().ref_set("HEAD", &"0".repeat(40)).unwrap()),
        ("the object 95d09f2b", &|store| {
            store.raw().object_delete("95d09f2b10159347eece71399a7e2e907ea3df4f").unwrap();
            store.raw().object_write("95d09f2b10159347eece71399a7e2e907ea3df4f", b"other").unwrap();
        }),
        ("an entry of the segment f0000000", &|store| {
            store.raw().session_create_segment(A, SEGMENTS[0], &["7".to_owned()]).unwrap();
        }),
        ("the segment f0000000", &|store| {
            store.raw().session_set_meta(A, SEGMENTS[0], Some("7")).unwrap();
        }),
        ("the snapshot state", &|store| store.raw().snapshot_persist("state", b"other").unwrap()),
    ];
    for (name, change) in changes {
        let other = Root::new();
        // A stream that was made anew has only what it has.
        let before = if name == "the stream gone" { String::new() } else { whole.clone() };
        if !before.is_empty() {
            other.run_with_input(&["import", "-"], &before).code.unwrap();
        }
        with(&other, change);
        let was = archive(&other);
        other.run_with_input(&["import", "-", "--resume"], &whole).fails(1, &[name, "is another one there"]);
        if !before.is_empty() {
            assert!(archive(&other) == was, "{name}: nothing of it is replaced");
        }
    }
}

#[test]
fn several_streams_are_an_archive_and_parts_of_them_add_up() {
    let root = Root::new();
    root.fill("a", 5);
    root.fill("b", 3);
    root.fill("c", 1);
    let both = ["export", "--stream", "b", "--stream", "a"];
    let whole = root.run(&both).stdout;
    assert!(
        whole.starts_with("{\"archive\":{\"version\":1,\"of\":\"streams\",\"blobs\":\"inside\"}}\n"),
        "{whole}"
    );
    let other = Root::new();
    other.run_with_input(&["import", "-"], &whole).code.unwrap();
    other.run(&["stream", "list"]).gives("a\nb\n");
    root.run_with_input(&["import", "-", "--stream", "a"], "{\"seq\":6}\n").code.unwrap();
    let part = root.run(&[&both[..], &["--after", "4"]].concat()).stdout;
    assert!(part.contains("\"after\":4") && !part.contains("{\"seq\":4}"), "{part}");
    other.run_with_input(&["import", "-", "--resume"], &part).code.unwrap();
    other.run(&["export", "--stream", "a"]).gives(&text((1..=6).map(|seq| format!("{{\"seq\":{seq}}}"))));
    root.run(&["export", "--stream", "a", "--after", "5"]).gives("{\"seq\":6}\n");
    assert!(
        root.run(&["export", "--stream", "c", "--archive"]).stdout.contains("{\"stream\":{\"name\":\"c\"}}")
    );
    root.run(&["export", "--stream", "a", "--stream", "none"]).complains(&["the store has no stream none"]);
    root.run(&["export", "--all", "--stream", "a"]).fails(2, &["--all"]);
}
