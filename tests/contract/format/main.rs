//! Are the bytes what docs/format.md says? The component on the simulated disk writes them; the document and a frozen directory
//! hold them.
//!
//! `BLESS=1 cargo test -p sx-persist-tests --test format` writes them anew: read the difference before you commit it.

use sim::disk::Disk;
use sim::simfs::Plan;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use support::bindings::exports::sx::persist::types::Error;
use support::machine::Machine;
use trace::Op;

mod packed;
mod runs;

type Files = BTreeMap<String, Vec<u8>>;

/// A process that appends, puts, truncates, and ends.
struct Process(Machine);

impl Process {
    fn on(disk: Disk) -> Self {
        Self(Machine::boot(disk, Plan::default()))
    }

    fn append(&mut self, stream: &str, event: &str) -> &mut Self {
        self.0
            .call(|exports, store| exports.persist(store)?.call_append(store, stream, event))
            .unwrap()
            .unwrap();
        self
    }

    fn put(&mut self, key: &str, value: &str) -> &mut Self {
        self.0
            .call(|exports, store| exports.persist(store)?.call_kv_put(store, key, value))
            .unwrap()
            .unwrap();
        self
    }

    fn truncate(&mut self, stream: &str, upto: u64) -> &mut Self {
        self.0
            .call(|exports, store| exports.persist(store)?.call_truncate(store, stream, upto))
            .unwrap()
            .unwrap();
        self
    }

    fn blob(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.call(|exports, store| exports.blob(store)?.call_put(store, bytes)).unwrap().unwrap();
        self
    }

    /// Performs a written operation.
    fn perform(&mut self, line: &str) {
        let op = Op::parse(line).expect("an operation");
        support::drive::perform(&mut self.0, &op).expect("no crash is planned");
    }

    fn checkpoint(&mut self) -> &mut Self {
        self.0.call(|exports, store| exports.admin(store)?.call_checkpoint(store)).unwrap().unwrap();
        self
    }

    fn read(&mut self, stream: &str) -> Result<Vec<String>, Error> {
        self.0.call(|exports, store| exports.persist(store)?.call_read(store, stream)).unwrap()
    }

    fn get(&mut self, key: &str) -> Option<String> {
        self.0.call(|exports, store| exports.persist(store)?.call_kv_get(store, key)).unwrap().unwrap()
    }

    /// All files but the reserve, which is zeros and nothing else.
    fn files(self) -> Files {
        let mut files = self.0.kill().files();
        let reserve = files.remove("journal/reserve").unwrap_or_default();
        assert!(reserve.len() == 128 << 10 && reserve.iter().all(|byte| *byte == 0));
        files
    }
}

/// The journal of a new store after two commits.
fn journal() -> Files {
    let mut process = Process::on(Disk::default());
    process.append("s", "{:seq 1}").put("k", "1");
    process.files()
}

/// A base with something of everything.
fn base() -> Files {
    let mut process = Process::on(Disk::default());
    for (stream, seq) in [("s", 5), ("s", 2), ("s", 9), ("t", 1), ("t", 2), ("t", 3), ("gone", 7)] {
        process.append(stream, &format!("{{:data \"é\" :seq {seq}}}"));
    }
    process.checkpoint().truncate("t", 1).truncate("gone", 7);
    process
        .put("k", "{\"first name\" 1}")
        .put("k2", "nil")
        .put(&"long ".repeat(50), "1.0")
        .blob(b"hello world");
    for line in ["map-put m k v", "ref-set HEAD 1"] {
        process.perform(line);
    }
    process.checkpoint();
    process.files()
}

/// What two segments of a session leave, one of them cut, and a trace.
fn sessions() -> Files {
    let mut process = Process::on(Disk::default());
    for line in [
        "session-create a 1 `1` `\"two\"` `3`",
        "session-append a 2 `{:text \"hello\"}`",
        "session-append-trace a 2 `nil`",
        "session-create b 3",
        "session-set-meta b 3 :title",
        "checkpoint",
        "session-truncate a 1 2",
        "checkpoint",
    ] {
        process.perform(line);
    }
    let mut files = process.files();
    files.retain(|path, _| !path.starts_with("journal/"));
    files
}

/// A base, and a journal that goes on behind it.
fn whole() -> Files {
    let mut process = Process::on(Disk::holding(&base()));
    process.append("s", "{:seq 10}").truncate("t", 2).put("k", "2").append("new", "{:seq 1}");
    process.files()
}

/// Bytes as a person reads them: sixteen a line. Lines that repeat the one before are left out.
fn hexdump(bytes: &[u8]) -> String {
    let mut text = String::new();
    let mut before: Option<&[u8]> = None;
    let mut is_left_out = false;
    for (at, line) in (0..).step_by(16).zip(bytes.chunks(16)) {
        if before == Some(line) {
            if !is_left_out {
                text.push_str("*\n");
            }
            is_left_out = true;
            continue;
        }
        (before, is_left_out) = (Some(line), false);
        let hex: Vec<_> = line.iter().map(|byte| format!("{byte:02x}")).collect();
        let shown: String =
            line.iter().map(|byte| if byte.is_ascii_graphic() { char::from(*byte) } else { '.' }).collect();
        let _ = writeln!(text, "{at:06x}  {:<47}  {shown}", hex.join(" "));
    }
    let _ = writeln!(text, "{:06x}", bytes.len());
    text
}

/// Files and what they hold, as text.
fn listing(files: &Files) -> String {
    let mut text = String::new();
    for (path, bytes) in files {
        let shown = path.split('/').map(|part| if part.len() > 60 { "<240 characters>+" } else { part });
        let shown = shown.collect::<Vec<_>>().join("/");
        if path.starts_with("journal/") || path.starts_with("runs/") {
            let _ = writeln!(text, "{shown}: {} bytes", bytes.len());
        } else {
            let _ = writeln!(text, "{shown}: {}", String::from_utf8_lossy(bytes).escape_debug());
        }
    }
    text
}

fn is_blessing() -> bool {
    std::env::var_os("BLESS").is_some()
}

/// Compares a golden block of docs/format.md with what was written.
fn check_block(name: &str, written: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/format.md");
    let document = fs::read_to_string(&path).unwrap();
    let mark = format!("<!-- golden: {name} -->\n```\n");
    let start = document.find(&mark).expect("the block is marked") + mark.len();
    let end = start + document[start..].find("```").expect("the block ends");
    if is_blessing() {
        fs::write(&path, format!("{}{written}{}", &document[..start], &document[end..])).unwrap();
    } else {
        assert_eq!(&document[start..end], written, "docs/format.md, {name}");
    }
}

// One test, since blessing writes one document.
#[test]
fn the_document_shows_the_bytes_that_are_written() {
    let journal = journal();
    assert_eq!(journal.keys().collect::<Vec<_>>(), ["journal/00000000000000000001"]);
    check_block("journal", &hexdump(&journal["journal/00000000000000000001"]));
    check_block("base", &listing(&base()));
    check_block("sessions", &listing(&sessions()));
}

fn frozen() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("contract/format/version-5")
}

#[test]
fn the_same_operations_give_the_bytes_of_the_frozen_directory() {
    let written = whole();
    if is_blessing() {
        let _ = fs::remove_dir_all(frozen());
        for (path, bytes) in &written {
            let path = frozen().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }
    let frozen = support::files(&frozen());
    assert_eq!(written.keys().collect::<Vec<_>>(), frozen.keys().collect::<Vec<_>>());
    for (path, bytes) in &written {
        assert!(bytes == &frozen[path], "{path}\n{}\n{}", hexdump(bytes), hexdump(&frozen[path]));
    }
}

#[test]
fn the_frozen_directory_is_read_and_continued() {
    let mut process = Process::on(Disk::holding(&support::files(&frozen())));
    for _ in 0..2 {
        let seqs = |events: Vec<String>| -> Vec<String> {
            events.iter().map(|event| sx::field(event, "seq").unwrap().to_owned()).collect()
        };
        assert_eq!(seqs(process.read("s").unwrap()), ["5", "2", "9", "10"]);
        assert_eq!(seqs(process.read("t").unwrap()), ["3"]);
        assert_eq!(process.read("gone").unwrap(), Vec::<String>::new());
        assert_eq!(process.get("k").as_deref(), Some("2"));
        assert_eq!(process.get(&"long ".repeat(50)).as_deref(), Some("1.0"));
        let value = process.0.call(|exports, store| exports.maps(store)?.call_get(store, "m", b"k"));
        assert_eq!(value.unwrap().unwrap().map(|entry| entry.value), Some(b"v".to_vec()));
        process.append("other", "{:seq 1}").checkpoint();
        process = Process::on(process.0.kill());
    }
}

/// Each from the last commit before the format that followed.
#[test]
fn a_directory_of_an_earlier_format_is_refused_by_name() {
    let reasons = [
        (1, "written by format 1 and not closed: open and close it with that program first"),
        (2, "written by format 2, this program reads 5"),
        (3, "written by format 3, this program reads 5"),
        (4, "written by format 4, this program reads 5"),
    ];
    for (version, reason) in reasons {
        let folder = format!("contract/format/version-{version}");
        let files = support::files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder));
        let mut process = Process::on(Disk::holding(&files));
        let Err(Error::Corrupt(damage)) = process.read("s") else { panic!("read") };
        assert_eq!(damage.reason, reason);
        assert_eq!(process.0.kill().files(), files);
    }
}

#[test]
fn the_same_operations_give_the_same_bytes_twice() {
    assert_eq!(whole(), whole());
}
