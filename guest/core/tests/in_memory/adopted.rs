//! A root of format 1 that was closed and holds nothing but what the original has: adopted. Any other is refused and left alone.

use crate::any_disk::{Engine, engine_on};
use crate::contents::{bytes, files, put};
use crate::segments::stat;
use crate::watched::{Step, Watch, Watched};
use std::cell::{Cell, RefCell};
use std::fmt::Debug;
use std::path::Path;
use std::rc::Rc;
use sx_persist_core::memory::Memory;
use sx_persist_core::storage::{Fault, Storage};
use sx_persist_core::{Error, Expect};

const OLD_JOURNAL: &str = "journal/00000000000000000004";
const NEW_JOURNAL: &str = "journal/00000000000000000005";
/// Bytes of a header of format 1; the frames stand right behind it.
const HEADER_BYTES: usize = 32;
/// The lsn of the first commit that comes behind the header.
const NEXT_LSN: u64 = 15;

const MORE: &str = "written by format 1, this program reads 5";
const NOT_CLOSED: &str = "written by format 1 and not closed: open and close it with that program first";

/// The directory that the last program of format 1 wrote, which has commits in its journal.
fn unclosed() -> Memory {
    let mut disk = Memory::new();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/contract/format/version-1"), "", &mut disk);
    disk
}

fn copy(from: &Path, to: &str, disk: &mut Memory) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{to}{}", entry.file_name().into_string().unwrap());
        if entry.file_type().unwrap().is_dir() {
            make_folder(disk, &path);
            copy(&entry.path(), &format!("{path}/"), disk);
        } else {
            put(disk, &path, &std::fs::read(entry.path()).unwrap());
        }
    }
}

/// The same behind a checkpoint: a journal without a frame, and the reserve.
fn closed() -> Memory {
    let mut disk = unclosed();
    let journal = bytes(&mut disk, OLD_JOURNAL);
    put(&mut disk, OLD_JOURNAL, &journal[..HEADER_BYTES]);
    put(&mut disk, "journal/reserve", &vec![0; 128 << 10]);
    disk
}

fn make_folder(disk: &mut Memory, path: &str) {
    for end in path.match_indices('/').map(|(at, _)| at).chain([path.len()]) {
        let _ = disk.make_folder(&path[..end]);
    }
}

/// All that the frozen directory holds in its base.
fn is_there(engine: &mut Engine) {
    let seqs = |events: Vec<String>| -> Vec<String> {
        events.iter().map(|event| sx::field(event, "seq").unwrap().to_owned()).collect()
    };
    assert_eq!(seqs(engine.read_stream("s").unwrap()), ["5", "2", "9"]);
    assert_eq!(seqs(engine.read_stream("t").unwrap()), ["2", "3"]);
    assert_eq!(engine.read_stream("gone").unwrap(), Vec::<String>::new());
    assert_eq!(["s", "t", "gone"].map(|stream| engine.last_seq(stream).unwrap()), [9, 3, 7]);
    assert_eq!(engine.kv_get("k").unwrap().as_deref(), Some("{\"first name\" 1}"));
    assert_eq!(engine.kv_get("k2").unwrap().as_deref(), Some("nil"));
    assert_eq!(engine.kv_get(&"long ".repeat(50)).unwrap().as_deref(), Some("1.0"));
    let blobs = engine.blob_list(None, 9).unwrap().items;
    assert_eq!(blobs.len(), 1);
    assert_eq!(engine.blob_get(&blobs[0]).unwrap().as_deref(), Some(&b"hello world"[..]));
}

fn is_sound(engine: &mut Engine) {
    let report = engine.verify().unwrap();
    assert_eq!((report.damaged, report.foreign), (0, 0), "{:?}", report.findings);
}

fn reason<T: Debug>(answer: Result<T, Error>) -> String {
    match answer {
        Err(Error::Corrupt(damage)) => damage.reason.into_owned(),
        other => panic!("{other:?}"),
    }
}

/// Every call gives this reason, and nothing changes.
fn is_refused(disk: &Memory, wanted: &str, about: &str) {
    let before = files(disk);
    for storage in [disk.clone(), disk.reader()] {
        let mut engine = engine_on(storage);
        assert_eq!(reason(engine.read_stream("s")), wanted, "{about}");
        assert_eq!(reason(engine.kv_get("k")), wanted, "{about}");
        assert_eq!(reason(engine.verify()), wanted, "{about}");
    }
    let mut engine = engine_on(disk.clone());
    assert_eq!(reason(engine.append("s", "{:seq 10}")), wanted, "{about}");
    assert_eq!(reason(engine.checkpoint()), wanted, "{about}");
    assert_eq!(reason(engine.repair()), wanted, "{about}");
    assert_eq!(files(disk), before, "{about}");
}

#[test]
fn a_closed_root_of_format_1_is_read_as_it_is() {
    let disk = closed();
    let before = files(&disk);
    for storage in [disk.reader(), disk.clone()] {
        let mut engine = engine_on(storage);
        is_there(&mut engine);
        is_sound(&mut engine);
        assert_eq!(stat(&mut engine, "lsn"), NEXT_LSN - 1);
    }
    let mut engine = engine_on(disk.clone());
    engine.checkpoint().unwrap();
    assert_eq!(engine.kv_delete("absent"), Ok(false));
    assert_eq!(files(&disk), before);
    assert_eq!(engine.repair().unwrap().findings, []);
    is_there(&mut engine);
}

#[test]
fn its_first_write_takes_it_over_and_lsns_go_on() {
    let disk = closed();
    let mut engine = engine_on(disk.clone());
    let version = engine.map_put("m", b"key", b"value").unwrap();
    assert_eq!(version, NEXT_LSN);
    let names: Vec<_> = files(&disk).into_keys().filter(|path| path.starts_with("journal/")).collect();
    assert_eq!(names, [NEW_JOURNAL, "journal/reserve"]);
    let mut read = disk.clone();
    assert!(bytes(&mut read, NEW_JOURNAL).starts_with(b"sxpjrnl\x05"));
    assert_eq!(bytes(&mut read, "format"), b"sx-persist 5 plain\n");
    engine.append("s", "{:seq 10}").unwrap();
    assert_eq!(engine.truncate("t", 2), Ok(1));
    engine.kv_put("k2", "2").unwrap();
    for _ in 0..3 {
        engine = engine_on(disk.clone());
        assert_eq!((engine.count("s"), engine.last_seq("s")), (Ok(4), Ok(10)));
        assert_eq!((engine.count("t"), engine.count("gone"), engine.last_seq("gone")), (Ok(1), Ok(0), Ok(7)));
        assert_eq!(engine.kv_get("k2").unwrap().as_deref(), Some("2"));
        assert_eq!(engine.kv_get("k").unwrap().as_deref(), Some("{\"first name\" 1}"));
        assert_eq!(stat(&mut engine, "lsn"), NEXT_LSN + 3);
        is_sound(&mut engine);
        engine.checkpoint().unwrap();
    }
    let swapped = engine.map_swap("m", b"key", Expect::Version(version), b"2").unwrap();
    assert_eq!(swapped, NEXT_LSN + 4);
}

#[test]
fn numbers_go_on_above_every_file_in_the_folder_of_journals() {
    // A journal of format 1 that a loss of power brought back, zeros behind the one that counts, an announced one above.
    let mut disk = closed();
    let mut header = bytes(&mut disk, OLD_JOURNAL);
    header.resize(64 << 10, 0);
    put(&mut disk, OLD_JOURNAL, &header);
    put(&mut disk, "journal/00000000000000000003", &bytes(&mut unclosed(), OLD_JOURNAL));
    put(&mut disk, "journal/00000000000000000009", b"");
    let mut engine = engine_on(disk.clone());
    is_there(&mut engine);
    assert_eq!(engine.map_put("m", b"key", b"value"), Ok(NEXT_LSN));
    assert!(files(&disk).contains_key("journal/00000000000000000010"));
    assert!(!files(&disk).contains_key(OLD_JOURNAL));
}

#[test]
fn without_a_journal_lsns_begin_above_those_that_it_may_have_had() {
    let mut disk = closed();
    disk.remove(OLD_JOURNAL).unwrap();
    let mut engine = engine_on(disk.clone());
    is_there(&mut engine);
    is_sound(&mut engine);
    assert_eq!(engine.map_put("m", b"key", b"value"), Ok((1 << 48) + 1));
    let mut engine = engine_on(disk);
    is_there(&mut engine);
    assert_eq!(engine.map_get("m", b"key").unwrap().unwrap().version, (1 << 48) + 1);
}

/// Keeps the steps, and lets so many happen.
#[derive(Clone)]
struct Dying {
    left: Cell<usize>,
    steps: Rc<RefCell<Vec<Step>>>,
}

impl Dying {
    fn after(steps: usize) -> Self {
        Self { left: Cell::new(steps), steps: Rc::default() }
    }
}

impl Watch for Dying {
    fn before(&self, step: Step) -> Result<(), Fault> {
        self.left.set(self.left.get().checked_sub(1).ok_or(Fault::Failed("io"))?);
        self.steps.borrow_mut().push(step);
        Ok(())
    }
}

#[test]
fn the_journal_of_a_takeover_is_durable_before_the_format_says_so() {
    use Step::{Create, MakeFolder, Remove, Rename, Sync, SyncFolder, Write};
    let watch = Dying::after(usize::MAX);
    let steps = Rc::clone(&watch.steps);
    let mut engine = Watched { memory: closed(), watch }.engine();
    engine.kv_put("k", "1").unwrap();
    let journal = [MakeFolder, SyncFolder, MakeFolder, Create, Write, Sync, Rename, SyncFolder, Remove];
    let format = [MakeFolder, Create, Write, Sync, Rename, SyncFolder];
    let commit = [Write, Sync];
    assert_eq!(*steps.borrow(), [&journal[..], &format, &commit].concat());
}

#[test]
fn closing_one_that_was_read_makes_the_name_of_its_journal_durable() {
    // Without it an older one could come back, with commits that hide what the original writes; and `format`, of another layout.
    let watch = Dying::after(usize::MAX);
    let steps = Rc::clone(&watch.steps);
    Watched { memory: closed(), watch }.engine().checkpoint().unwrap();
    assert_eq!(*steps.borrow(), [Step::SyncFolder; 2]);
}

#[test]
fn a_kill_at_any_step_of_the_first_write_loses_nothing() {
    let mut steps = 0;
    loop {
        let mut disk = closed();
        let mut engine = Watched { memory: disk.clone(), watch: Dying::after(steps) }.engine();
        let ended = engine.append("s", "{:seq 10}").is_ok() && engine.checkpoint().is_ok();
        // What format 1 makes of it: it is closed as before, or a journal of another version stands above all.
        let left = files(&disk);
        let (number, top) =
            left.iter().rfind(|(path, bytes)| path.starts_with("journal/0") && !bytes.is_empty()).unwrap();
        let is_old = number == OLD_JOURNAL && top.len() == HEADER_BYTES;
        assert!(is_old || top.starts_with(b"sxpjrnl\x05"), "{steps}");
        assert!(!is_old || left["format"] == b"sx-persist 1 plain\n", "{steps}");
        for storage in [disk.reader(), disk.clone()] {
            let mut engine = engine_on(storage);
            let count = engine.count("s").unwrap();
            assert!(count == 4 || (!ended && count == 3), "{steps}: {count}");
            assert_eq!((engine.count("t"), engine.last_seq("gone")), (Ok(2), Ok(7)), "{steps}");
            is_sound(&mut engine);
        }
        let mut engine = engine_on(disk.clone());
        let count = engine.count("s").unwrap();
        let version = engine.map_put("m", b"key", b"value").unwrap();
        assert_eq!(version, NEXT_LSN + count - 3, "{steps}");
        engine.checkpoint().unwrap();
        let mut engine = engine_on(disk.clone());
        assert_eq!(engine.count("s"), Ok(count), "{steps}");
        assert_eq!(bytes(&mut disk, "format"), b"sx-persist 5 plain\n", "{steps}");
        is_sound(&mut engine);
        if ended {
            break;
        }
        steps += 1;
    }
    assert!(steps > 20, "{steps} steps");
}

#[test]
fn a_journal_of_this_format_makes_the_root_this_formats() {
    // The rename of `format` and the removal of the older journal are lost.
    let mut disk = closed();
    let mut engine = engine_on(disk.clone());
    engine.map_put("m", b"key", b"value").unwrap();
    engine.checkpoint().unwrap();
    engine.append("s", "{:seq 10}").unwrap();
    for repaired in [false, true] {
        put(&mut disk, "format", b"sx-persist 1 plain\n");
        put(&mut disk, OLD_JOURNAL, &bytes(&mut unclosed(), OLD_JOURNAL));
        put(&mut disk, "refs/68656164", b"somebody's");
        let mut engine = engine_on(disk.clone());
        assert_eq!((engine.count("s"), engine.last_seq("s")), (Ok(4), Ok(10)));
        assert!(engine.map_get("m", b"key").unwrap().is_some());
        if repaired {
            assert_eq!(engine.repair().unwrap().findings, []);
        } else {
            engine.kv_put("k", "1").unwrap();
        }
        assert_eq!(bytes(&mut disk, "format"), b"sx-persist 5 plain\n");
        assert!(!files(&disk).contains_key(OLD_JOURNAL));
        assert_eq!(bytes(&mut disk, "refs/68656164"), b"somebody's");
        assert_eq!(engine_on(disk.clone()).count("s"), Ok(4));
    }
}

#[test]
fn a_root_that_was_not_closed_is_refused() {
    is_refused(&unclosed(), NOT_CLOSED, "frames");
    let frames = bytes(&mut unclosed(), OLD_JOURNAL);
    // A commit that was torn, and one whose beginning was.
    for (about, from, byte) in [("torn", 63, 0xff), ("zeros, and then a frame", 32, 0)] {
        let mut disk = closed();
        let mut torn = frames.clone();
        torn[32..=from].fill(byte);
        put(&mut disk, OLD_JOURNAL, &torn);
        is_refused(&disk, NOT_CLOSED, about);
    }
    let mut disk = closed();
    put(&mut disk, OLD_JOURNAL, &frames[..=HEADER_BYTES]);
    is_refused(&disk, NOT_CLOSED, "one byte");
}

#[test]
fn what_the_original_does_not_know_is_refused_wherever_it_stands() {
    let own = ["refs", "snapshots", "objects", "maps", "sessions", "traces", "segments", "runs"];
    let long = own.map(|folder| format!("long/{folder}+"));
    let all: Vec<_> = own.map(str::to_owned).into_iter().chain(long).collect();
    for folder in &all {
        for path in [format!("{folder}/6b"), format!("{folder}/6b=/6b+/6b")] {
            let mut disk = closed();
            make_folder(&mut disk, path.rsplit_once('/').unwrap().0);
            put(&mut disk, &path, b"");
            is_refused(&disk, MORE, &path);
        }
        let mut disk = closed();
        put(&mut disk, folder, b"no folder");
        is_refused(&disk, MORE, folder);
    }
    // Folders alone, as removals leave them.
    let mut disk = closed();
    for folder in &all {
        make_folder(&mut disk, &format!("{folder}/6b=/6b+"));
    }
    let mut engine = engine_on(disk.clone());
    is_there(&mut engine);
    assert_eq!(engine.verify().unwrap().damaged, 0);
    engine.map_put("m", b"key", b"value").unwrap();
    engine.checkpoint().unwrap();
    is_there(&mut engine_on(disk));
}

#[test]
fn a_journal_that_has_rotted_is_damage_that_repair_leaves_to_its_program() {
    for byte in 0..HEADER_BYTES {
        let mut disk = closed();
        let mut journal = bytes(&mut unclosed(), OLD_JOURNAL);
        journal[byte] ^= 2;
        put(&mut disk, OLD_JOURNAL, &journal);
        let before = files(&disk);
        let mut engine = engine_on(disk.clone());
        assert_eq!(reason(engine.read_stream("s")), "the header is invalid", "{byte}");
        assert_eq!(reason(engine.append("s", "{:seq 10}")), "the header is invalid", "{byte}");
        let report = engine.verify().unwrap();
        assert_eq!((report.damaged, report.findings[0].damage.file.as_str()), (1, OLD_JOURNAL), "{byte}");
        assert_eq!(reason(engine.repair()), MORE, "{byte}");
        assert_eq!(files(&disk), before, "{byte}");
    }
    for about in ["empty", "a folder"] {
        let mut disk = closed();
        put(&mut disk, OLD_JOURNAL, b"");
        if about == "a folder" {
            disk.remove(OLD_JOURNAL).unwrap();
            disk.make_folder(OLD_JOURNAL).unwrap();
        }
        let before = files(&disk);
        let mut engine = engine_on(disk.clone());
        reason(engine.read_stream("s"));
        assert_eq!(reason(engine.repair()), MORE, "{about}");
        assert_eq!(files(&disk), before, "{about}");
    }
}

#[test]
fn another_format_and_half_a_root_of_format_1_are_refused() {
    let other = "written by format 2, this program reads 5";
    for (format, wanted) in [
        ("sx-persist 1 plain\njournal 64\n", MORE),
        ("sx-persist 1 packed\n", MORE),
        ("sx-persist 2 plain\n", other),
        // The journal is format 1's.
        ("sx-persist 5 plain\n", MORE),
    ] {
        let mut disk = closed();
        put(&mut disk, "format", format.as_bytes());
        is_refused(&disk, wanted, format);
    }
    let mut disk = closed();
    disk.remove("format").unwrap();
    is_refused(&disk, MORE, "no format");
    let mut disk = closed();
    let mut header = bytes(&mut disk, OLD_JOURNAL);
    header[7] = 2;
    let crc = crc32c::crc32c(&header[..28]);
    header[28..].copy_from_slice(&crc.to_le_bytes());
    put(&mut disk, OLD_JOURNAL, &header);
    is_refused(&disk, other, "a journal of format 2");
}
