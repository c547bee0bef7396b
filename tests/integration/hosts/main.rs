//! Is a root the same to every host? This project's library, Python, Node and wasmtime's command line take turns on one
//! directory with one component.
//!
//! `SX_PERSIST_REQUIRE_HOSTS=1` fails where a host cannot be had, which is said and left out else. `BLESS=1` writes what
//! `examples/node` carries anew.

mod client;
mod host;
mod install;
mod locks;
mod native;
mod refusals;

use host::{CommandLine, Host, Library, Locked, Spoken};
use install::{component, node, project, python, required, wasmtime};
use std::collections::VecDeque;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use support::counted;

/// A host, and how it opens a root.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Library,
    Python,
    Node,
    CommandLine,
}

pub(crate) const KINDS: [Kind; 4] = [Kind::Library, Kind::Python, Kind::Node, Kind::CommandLine];

impl Kind {
    /// Can it be had here?
    pub(crate) fn is_here(self) -> bool {
        match self {
            Self::Library => true,
            Self::Python => required(python()).is_some(),
            Self::Node => required(node()).is_some(),
            Self::CommandLine => required(wasmtime()).is_some(),
        }
    }

    pub(crate) fn open(self, root: &Path) -> Result<Box<dyn Host>, Locked> {
        Ok(match self {
            Self::Library => Box::new(Library::open(root, false)?),
            Self::Python | Self::Node => Box::new(self.spoken(root)?),
            Self::CommandLine => Box::new(
                CommandLine {
                    wasmtime: wasmtime().clone().unwrap(),
                    component: component().to_owned(),
                    root: root.to_owned(),
                }
                .open()?,
            ),
        })
    }

    /// Opens a root in a process that stays.
    pub(crate) fn spoken(self, root: &Path) -> Result<Spoken, Locked> {
        Spoken::open(self.command(root))
    }

    pub(crate) fn reader(self, root: &Path) -> Spoken {
        let mut command = self.command(root);
        command.arg("read-only");
        Spoken::open(command).expect("a reader takes no lock")
    }

    fn command(self, root: &Path) -> Command {
        match self {
            Self::Python => {
                let mut command = install::with_package(python().as_ref().expect("asked for before"));
                command.arg(project("tests/integration/hosts/turn.py")).arg(root).arg(component());
                command
            }
            Self::Node => {
                let package = &node().as_ref().expect("asked for before").package;
                let mut command = install::without_rust("node");
                command.arg(project("tests/integration/hosts/turn.mjs")).arg(package).arg(root);
                command
            }
            other => unreachable!("{other:?} has no process that stays"),
        }
    }
}

/// What a root holds after some turns.
#[derive(Default)]
struct Expected {
    seq: u64,
    events: VecDeque<String>,
    blobs: Vec<(String, Vec<u8>)>,
}

impl Expected {
    /// Reads everything back.
    fn check(&self, host: &mut dyn Host) {
        assert_eq!(VecDeque::from(host.read("turns")), self.events);
        for (cid, bytes) in &self.blobs {
            assert_eq!(&host.get(cid), bytes);
        }
    }

    fn append(&mut self, kind: Kind, host: &mut dyn Host) {
        self.seq += 1;
        let event = format!("{{:host \"{kind:?}\" :seq {}}}", self.seq);
        assert_eq!(host.append("turns", &event), self.seq);
        self.events.push_back(event);
    }

    /// A turn: appends, puts a blob, truncates, checkpoints, and appends once more, which only the journal has then.
    fn work(&mut self, kind: Kind, host: &mut dyn Host) {
        self.append(kind, host);
        self.append(kind, host);
        // Below and above the size from which a blob has a file of its own at once. An argument of a command line has no room for
        // the second.
        let most = if kind == Kind::CommandLine { 10_000 } else { 100_000 };
        for length in [700 + self.seq, 66_000 + self.seq].into_iter().filter(|length| *length < most) {
            let bytes: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            self.blobs.push((host.put(&bytes), bytes));
        }
        let kept = 4;
        let dropped = self.events.len().saturating_sub(kept);
        assert_eq!(host.truncate("turns", self.seq.saturating_sub(kept as u64)), dropped as u64);
        self.events.drain(..dropped);
        host.checkpoint();
        self.append(kind, host);
    }
}

#[test]
fn every_host_takes_its_turn_in_one_directory() {
    let root = tempfile::tempdir().unwrap();
    let mut expected = Expected::default();
    let kinds: Vec<_> = KINDS.into_iter().filter(|kind| kind.is_here()).collect();
    // In the second round each is killed behind its turn, and the next one finds a journal that nobody checkpointed.
    for is_killed in [false, true] {
        for &kind in &kinds {
            let mut host = kind.open(root.path()).unwrap();
            expected.check(host.as_mut());
            expected.work(kind, host.as_mut());
            assert!(host.syncs_folders(), "{kind:?}");
            if is_killed {
                host.kill();
            } else {
                host.close();
            }
        }
    }
    for &kind in &kinds {
        let mut host = kind.open(root.path()).unwrap();
        expected.check(host.as_mut());
        assert_eq!(host.damaged(), 0, "{kind:?}");
        host.close();
    }
    counted(&format!("{} turns of {kinds:?} in one directory, {} seqs", 2 * kinds.len(), expected.seq));
}

#[test]
fn a_root_that_one_host_has_is_refused_by_every_other() {
    let root = tempfile::tempdir().unwrap();
    let kinds: Vec<_> = KINDS.into_iter().filter(|kind| kind.is_here()).collect();
    let refused = |by: u64| {
        for &kind in &kinds {
            let holder = kind.open(root.path()).err().unwrap_or_else(|| panic!("{kind:?} opened it, too"));
            // flock(1) does not look into the file.
            assert_eq!(holder, Locked((kind != Kind::CommandLine).then_some(by)), "{kind:?}");
        }
    };
    let library = Library::open(root.path(), false).unwrap();
    refused(std::process::id().into());
    drop(library);
    for kind in kinds.iter().copied().filter(|kind| [Kind::Python, Kind::Node].contains(kind)) {
        let host = kind.spoken(root.path()).unwrap();
        refused(host.pid());
        // The lock goes with the process, and with nothing that it started.
        Box::new(host).kill();
        Library::open(root.path(), false).unwrap();
    }
}

#[test]
fn a_root_that_a_host_makes_is_its_owners_alone_and_one_that_is_there_keeps_its_mode() {
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    for kind in [Kind::Library, Kind::Python, Kind::Node].into_iter().filter(|kind| kind.is_here()) {
        let above = tempfile::tempdir().unwrap();
        let (plain, root) = (above.path().join("plain"), above.path().join("folder/root"));
        std::fs::create_dir(&plain).unwrap();
        for expected in [0o700, 0o750] {
            kind.open(&root).unwrap().close();
            assert_eq!((mode(&root), mode(root.parent().unwrap())), (expected, mode(&plain)), "{kind:?}");
            std::fs::set_permissions(&root, std::fs::Permissions::from_mode(0o750)).unwrap();
        }
    }
}

#[test]
fn a_root_that_is_renamed_stays_the_root_of_every_host_that_has_it() {
    for kind in [Kind::Library, Kind::Python, Kind::Node].into_iter().filter(|kind| kind.is_here()) {
        let above = tempfile::tempdir().unwrap();
        let (root, aside) = (above.path().join("root"), above.path().join("aside"));
        let mut host = kind.open(&root).unwrap();
        host.append("s", "{:seq 1}");
        std::fs::rename(&root, &aside).unwrap();
        std::fs::create_dir(&root).unwrap();
        host.append("s", "{:seq 2}");
        let cid = host.put(&vec![7; 100_000]);
        host.checkpoint();
        host.append("s", "{:seq 3}");
        host.close();
        assert_eq!(std::fs::read_dir(&root).unwrap().count(), 0, "{kind:?}");
        let mut library = Library::open(&aside, false).unwrap();
        assert_eq!(library.read("s"), ["{:seq 1}", "{:seq 2}", "{:seq 3}"], "{kind:?}");
        assert_eq!((library.get(&cid).len(), library.damaged()), (100_000, 0), "{kind:?}");
    }
}

#[test]
fn a_reader_in_another_host_sees_what_a_writer_here_appends() {
    let root = tempfile::tempdir().unwrap();
    let mut writer = Library::open(root.path(), false).unwrap();
    writer.append("turns", "{:seq 1}");
    for kind in [Kind::Python, Kind::Node].into_iter().filter(|kind| kind.is_here()) {
        let mut reader = kind.reader(root.path());
        let seen = reader.read("turns").len() as u64;
        writer.append("turns", &format!("{{:seq {}}}", seen + 1));
        assert_eq!(reader.read("turns").len() as u64, seen + 1, "{kind:?}");
        assert_eq!(reader.ask("kv-put", &["k".into(), "1".into()]).unwrap_err(), "read-only");
    }
}
