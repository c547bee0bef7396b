//! A reader of runs in Python, written from docs/format.md alone, reads what the component writes.

use crate::Files;
use sim::disk::Disk;
use sim::random::Random;
use sim::simfs::Plan;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use support::bindings::exports::sx::persist::maps::{Direction, MapRange};
use support::machine::Machine;
use support::skipped;
use trace::Op;
use trace::sessions::id;

/// Small enough for runs of many files, and for merges that come to an end in their middle.
const FORMAT: &str = "sx-persist 5 plain\njournal 256 file 256 block 64 fan 2\n";

/// Keyspace, name and value in hex, and the version of each key: as the reader prints them.
type Keys = BTreeMap<(String, String), (String, Option<u64>)>;

pub(super) fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

/// A root of this geometry.
fn small() -> Disk {
    let mut machine = Machine::boot(Disk::default(), Plan::default());
    perform(&mut machine, "kv-put k 1");
    perform(&mut machine, "checkpoint");
    let mut files = machine.kill().files();
    files.insert("format".to_owned(), FORMAT.into());
    Disk::holding(&files)
}

fn perform(machine: &mut Machine, line: &str) {
    let op = Op::parse(line).expect("an operation");
    support::drive::perform(machine, &op).expect("no crash is planned");
}

/// An operation on one of a few keys.
fn draw(random: &mut Random) -> String {
    let key = random.below(60);
    let segment = 1 + key % 4;
    let session = ["a", "b", "a", "b"][usize::try_from(key % 4).unwrap()];
    match random.below(16) {
        10..=12 => format!("session-append {session} {segment} {key}"),
        13 => format!("session-append-trace {session} {segment} {key}"),
        14 => format!("session-truncate {session} {segment} {}", random.below(4)),
        15 => format!("session-delete {session} {segment}"),
        0 => format!("map-delete t k{key} any"),
        1..=5 => format!("map-put {} k{key} {}", random.pick(&["t", "u"]), "v".repeat(1 + random.index(40))),
        6 => format!("object-write {:x} {} {}", key % 16, random.below(256), random.below(200)),
        7 => format!("object-delete {:x}", key % 16),
        8 => format!("ref-set heads/{} {}", key % 8, random.below(9)),
        _ => format!("ref-delete heads/{}", key % 8),
    }
}

/// What the component says of its maps, objects and refs.
fn said(machine: &mut Machine) -> Keys {
    let mut keys = Keys::new();
    for table in ["t", "u"] {
        let range = MapRange { prefix: Vec::new(), start: None, end: None };
        let page = machine.call(|exports, store| {
            exports.maps(store)?.call_scan(store, table, &range, None, 1_000, Direction::Forward)
        });
        for item in page.unwrap().unwrap().items {
            let length = u8::try_from(table.len()).unwrap();
            let name = [&[length], table.as_bytes(), &item.key].concat();
            keys.insert(("maps".into(), hex(&name)), (hex(&item.value), Some(item.version)));
        }
    }
    let page = machine.call(|exports, store| exports.objects(store)?.call_list(store, None, 1_000));
    for hash in page.unwrap().unwrap().names {
        let bytes = machine.call(|exports, store| exports.objects(store)?.call_read(store, &hash));
        keys.insert(("objects".into(), hash), (hex(&bytes.unwrap().unwrap().unwrap()), None));
    }
    let page = machine.call(|exports, store| exports.refs(store)?.call_list(store, "", None, 1_000));
    for item in page.unwrap().unwrap().refs {
        let value = format!("\"{}\"", item.hash);
        keys.insert(("refs".into(), hex(item.name.as_bytes())), (hex(value.as_bytes()), None));
    }
    for session in ["a", "b"].map(id) {
        let page = machine
            .call(|exports, store| exports.sessions(store)?.call_list_segments(store, &session, None, 9));
        for segment in page.unwrap().unwrap().names {
            let entries =
                machine.call(|exports, store| exports.sessions(store)?.call_read(store, &session, &segment));
            for (nth, entry) in (1_u64..).zip(entries.unwrap().unwrap()) {
                let name = segment.replace('-', "") + &hex(&nth.to_be_bytes());
                keys.insert(("entries".into(), name), (hex(entry.as_bytes()), None));
            }
        }
    }
    keys
}

/// The reader on a directory; none where there is no Python that runs it.
fn reader(words: &[&str], files: &Files) -> Option<Output> {
    let is_new_enough = Command::new("python3")
        .args(["-c", "import sys; sys.exit(sys.version_info < (3, 10))"])
        .status()
        .is_ok_and(|status| status.success());
    if !is_new_enough {
        skipped("the reader of runs needs python3, 3.10 or later");
        return None;
    }
    let root = tempfile::tempdir().unwrap();
    for (path, bytes) in files {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("contract/format/runs.py");
    let mut command = Command::new("python3");
    command.env("PYTHONDONTWRITEBYTECODE", "1").arg(program).args(words).arg(root.path());
    Some(command.output().expect("python3 was there a moment ago"))
}

/// What it prints, where it found nothing wrong.
pub(super) fn read(words: &[&str], files: &Files) -> Option<String> {
    let output = reader(words, files)?;
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    Some(text)
}

fn parsed(text: &str) -> Keys {
    let lines = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let word = |line: &serde_json::Value, field: &str| line[field].as_str().unwrap().to_owned();
    let keys = lines.map(|line| {
        let keyspace = word(&line, "keyspace");
        let version = (keyspace == "maps").then(|| line["version"].as_u64().unwrap());
        ((keyspace, word(&line, "name")), (word(&line, "value"), version))
    });
    // What others say, too, `--check` compares.
    keys.filter(|((keyspace, _), _)| ["maps", "objects", "refs", "entries"].contains(&keyspace.as_str()))
        .collect()
}

#[test]
fn a_reader_written_from_the_document_reads_what_the_component_wrote() {
    let mut random = Random::new(19);
    let mut disk = small();
    let mut most = BTreeMap::<String, u64>::new();
    for _ in 0..10 {
        let mut machine = Machine::boot(disk, Plan::default());
        for _ in 0..60 {
            perform(&mut machine, &draw(&mut random));
        }
        let said = said(&mut machine);
        disk = machine.kill();
        let files = disk.files();
        let Some(text) = read(&[], &files) else { return };
        assert_eq!(parsed(&text), said);
        let Some(summary) = read(&["--check"], &files) else { return };
        let summary: BTreeMap<String, u64> = serde_json::from_str(&summary).unwrap();
        for (name, count) in summary {
            most.entry(name).and_modify(|most| *most = count.max(*most)).or_insert(count);
        }
    }
    // There was something to read: several runs, of several files, and files that are kept for values.
    assert!(most["runs"] > 2 && most["files"] > 2 * most["runs"] && most["kept"] > 1, "{most:?}");
}

#[test]
fn the_reader_names_what_is_damaged() {
    let mut machine = Machine::boot(small(), Plan::default());
    for key in 0..20 {
        perform(&mut machine, &format!("map-put t k{key} value"));
    }
    perform(&mut machine, "checkpoint");
    let files = machine.kill().files();
    let run = files.keys().find(|path| path.starts_with("runs/")).expect("a run").clone();
    for at in [0, files[&run].len() / 2, files[&run].len() - 1] {
        let mut damaged = files.clone();
        damaged.get_mut(&run).unwrap()[at] ^= 1;
        let Some(output) = reader(&["--check"], &damaged) else { return };
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && told.contains(&run), "{at}: {told}");
    }
}
