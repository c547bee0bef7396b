//! `init`, `path` and `du`.

use crate::support::Root;
use serde_json::Value;
use std::fs;
use std::path::Path;

#[test]
fn init_makes_a_store_and_leaves_one_as_it_is() {
    let root = Root::new();
    let made = root.run(&["init"]);
    made.gives("");
    assert!(made.notes.contains("made a new store in "), "{made:?}");
    root.run(&["kv", "ls"]).gives("");
    assert!(fs::read_to_string(Path::new(root.path()).join("format")).unwrap().starts_with("sx-persist "));
    root.run(&["kv", "put", "k", "1"]).gives("");
    let there = root.run(&["init"]);
    there.gives("");
    assert!(there.notes.contains("is a store already"), "{there:?}");
    root.run(&["kv", "get", "k"]).gives("1\n");
    let json: Value = serde_json::from_str(&root.run(&["--json", "init"]).stdout).unwrap();
    assert_eq!(json["made"], false);
}

#[test]
fn init_makes_one_beside_something_else() {
    let root = Root::new();
    fs::create_dir(root.path()).unwrap();
    fs::write(Path::new(root.path()).join("README"), "a project").unwrap();
    root.run(&["kv", "ls"]).fails(10, &["holds README and is no store"]);
    root.run(&["init"]).gives("");
    root.run(&["kv", "ls"]).gives("");
    root.run(&["kv", "put", "k", "1"]).gives("");
}

#[test]
fn path_names_the_file_of_each_noun() {
    let root = Root::new();
    // The longest names that are a file each, one more byte, and some that are several folders.
    for (stream, key) in [(1, 1), (123, 125), (124, 126), (240, 240), (500, 700)] {
        let (stream, key) = ("s".repeat(stream), "k".repeat(key));
        root.fill(&stream, 1);
        root.run(&["kv", "put", &key, "1"]).gives("");
        for of in [["stream", &stream], ["kv", &key]] {
            finds(&root, &of);
        }
    }
    let cid = root.run_with_input(&["blob", "put", "-"], "x").stdout;
    finds(&root, &["blob", cid.trim()]);
    let none = root.run(&["path", "kv", "none"]);
    none.gives_no("");
    assert!(none.notes.contains("there is no file"), "{none:?}");
    root.run(&["path", "blob", "../lock"]).fails(1, &["is no address"]);
}

/// The file is there, below the root, and no other command of `path` has named it.
#[track_caller]
fn finds(root: &Root, of: &[&str]) {
    let found = root.run(&[&["path"], of].concat());
    assert_eq!((found.code, found.stderr.as_str()), (Some(0), ""), "{of:?} {found:?}");
    let path = Path::new(found.stdout.trim_end());
    assert!(path.starts_with(root.path()) && path.is_file(), "{}", path.display());
}

#[test]
fn du_counts_every_file_once_in_its_row() {
    let root = Root::new();
    root.fill("s", 100);
    root.run(&["kv", "put", &"k".repeat(200), "1"]).gives("");
    root.run(&["map", "put", "t", "k", "v"]).code.unwrap();
    root.run(&["checkpoint"]).gives("");
    root.run_with_input(&["blob", "put", "-"], vec![7; 100_000]).code.unwrap();
    fs::write(Path::new(root.path()).join("notes"), "mine").unwrap();
    let rows: Value = serde_json::from_str(&root.run(&["du", "--json"]).stdout).unwrap();
    let row = |name: &str| {
        let row = rows.as_array().unwrap().iter().find(|row| row["name"] == name).unwrap();
        ["files", "bytes", "disk_bytes"].map(|field| row[field].as_u64().unwrap())
    };
    assert_eq!(row("blobs")[..2], [1, 100_000]);
    assert!(row("blobs")[2] >= 100_000, "{rows}");
    assert_eq!((row("streams")[0], row("kv")[0], row("runs")[0]), (2, 1, 1));
    assert!(row("other")[1] >= 4 && row("journal")[0] >= 1, "{rows}");
    let names = ["streams", "kv", "runs", "blobs", "journal", "quarantine", "other"];
    let sums = names.iter().fold([0; 3], |sums, name| {
        let row = row(name);
        [0, 1, 2].map(|at| sums[at] + row[at])
    });
    // The root itself is no row's.
    assert_eq!(sums, row("total"));
    let table = root.run(&["du"]).stdout;
    assert!(table.starts_with("NAME"), "{table}");
    assert_eq!(root.run(&["du", "--format", "csv"]).stdout.lines().count(), 9);
    Root::new().run(&["du"]).fails(10, &["cannot open"]);
}
