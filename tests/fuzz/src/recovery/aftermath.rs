//! What came with the second format: checkpoints in parts, new files in `runs/`, names that a loss of power takes back, journals
//! that say something else under right checksums, and what other versions wrote.

use super::files::{files, found, make_folders, put};
use super::neighbours;
use super::step::{self, Step};
use crate::plan::{Journal, Later, Manifest, Name, Newest, Number, Text, pending_streams, reseal};
use arbitrary::Arbitrary;
use sx_persist_core::Engine;
use sx_persist_core::memory::Memory;
use sx_persist_core::storage::Storage;

/// A step of a store whose checkpoints come in parts.
#[derive(Arbitrary, Clone, Debug)]
pub(super) enum Move {
    Step(Step),
    Neighbour(neighbours::Write),
    Part,
}

/// A loss of power behind the last step, of names that nobody has synced.
#[derive(Arbitrary, Clone, Debug)]
pub(super) struct Loss {
    /// New files of logs have their numbers in `runs/` again.
    names: bool,
    /// What stands under the logs' own names then.
    old: Option<Vec<u8>>,
    /// A file in `runs/` that no manifest names.
    stray: Option<Vec<u8>>,
    /// The journal of the next checkpoint is announced.
    announced: bool,
}

/// A bit of a frame that is another one, under the right checksum; the first frame is the manifest.
#[derive(Arbitrary, Clone, Debug)]
pub(super) struct Resealed {
    frame: u8,
    at: u16,
    bit: u8,
}

/// Something that a store would not have written just there.
#[derive(Arbitrary, Clone, Debug)]
pub(super) enum Piece {
    Journal {
        number: Number,
        journal: Journal,
        later: Vec<Later>,
        manifest: Manifest,
        newest: Vec<Newest>,
    },
    /// In the place of the journal that counts.
    OwnJournal {
        journal: Journal,
        manifest: Manifest,
        newest: Vec<Newest>,
    },
    Announced(Number),
    Run {
        number: Number,
        lines: Vec<Line>,
    },
    Log {
        name: Name,
        lines: Vec<Line>,
    },
    Format {
        version: Number,
        geometry: Option<Number>,
    },
    Junk {
        place: u8,
        bytes: Vec<u8>,
    },
    Folder {
        place: u8,
    },
    Gone {
        place: u8,
    },
}

/// A line with everything that a trailer has; its number follows the one before unless it is given.
#[derive(Arbitrary, Clone, Debug)]
pub(super) struct Line {
    text: Text,
    nth: Option<Number>,
    lsn: Option<Number>,
    cut: Option<Number>,
    last_seq: Option<Number>,
}

const PLACES: [&str; 6] = [
    "runs",
    "runs/00000000000000000001",
    "runs/00000000000000000002",
    "runs/1",
    "journal/reserve",
    "tmp/writer-0.sx-persist",
];

fn place_at(place: u8) -> &'static str {
    PLACES[usize::from(place) % PLACES.len()]
}

/// Lets checkpoints be due every so many bytes, and merges with every other one. Before a store is there.
pub(super) fn set_geometry(disk: &mut Memory, journal_bytes: u16) {
    // So few that a handful of commits is enough.
    let journal_bytes = 64 + journal_bytes % 1_024;
    put(
        disk,
        "format",
        format!("sx-persist 5 plain\njournal {journal_bytes} file 512 block 64 fan 2\n").as_bytes(),
    );
    // A store that has `format` has a journal.
    let journal = Journal::of_a_new_root().laid(1);
    put(disk, "journal/00000000000000000001", &journal.bytes);
}

/// What is refused here is refused. The store is not closed.
pub(super) fn live(disk: &Memory, moves: &[Move]) {
    let mut engine = Engine::new(disk.clone());
    for step in moves {
        match step {
            Move::Step(step) => step::take(disk, &mut engine, step),
            Move::Neighbour(write) => neighbours::write(disk, &mut engine, write),
            Move::Part => drop(engine.checkpoint_step()),
        }
    }
}

impl Loss {
    /// Takes names back, in the way that a loss of power may. No answer changes by it.
    pub(super) fn befall(&self, disk: &mut Memory) {
        let journal = counting(disk);
        let pending = journal.as_ref().map(|(_, bytes)| pending_streams(bytes)).unwrap_or_default();
        for (log, number) in pending.into_iter().filter(|_| self.names) {
            let run = format!("runs/{number:020}");
            if disk.open(&run).is_ok() || disk.open(&log).is_err() {
                continue;
            }
            disk.rename(&log, &run).unwrap();
            if let Some(old) = &self.old {
                put(disk, &log, old);
            }
        }
        // Nothing is put there before there is a journal.
        if let Some(bytes) = self.stray.as_ref().filter(|_| journal.is_some()) {
            let above = files(disk).iter().filter(|path| path.starts_with("runs/")).max().cloned();
            let above = above.and_then(|path| path[5..].parse::<u64>().ok()).unwrap_or(0);
            put(disk, &format!("runs/{:020}", above.max(1_000) + 1), bytes);
        }
        if let Some((path, _)) = journal.filter(|_| self.announced) {
            let number: u64 = path[8..].parse().unwrap();
            put(disk, &format!("journal/{:020}", number + 7), &[]);
        }
    }
}

impl Resealed {
    pub(super) fn befall(&self, disk: &mut Memory) {
        if let Some((path, mut bytes)) = counting(disk) {
            reseal(&mut bytes, self.frame, self.at, self.bit);
            put(disk, &path, &bytes);
        }
    }
}

impl Piece {
    /// Does it stand in the way of a file or folder of the store?
    pub(super) fn is_obstructive(&self) -> bool {
        match self {
            Self::Junk { place, .. } => place_at(*place) == "runs",
            Self::Folder { place } => place_at(*place) != "runs",
            _ => false,
        }
    }

    pub(super) fn put(&self, disk: &mut Memory) {
        match self {
            Self::Journal { number, journal, later, manifest, newest } => {
                let journal = journal.clone().with(later.clone()).on(manifest.clone(), newest.clone());
                put(disk, &format!("journal/{:020}", number.0), &journal.laid(number.0).bytes);
            }
            Self::OwnJournal { journal, manifest, newest } => {
                let path = counting(disk).map_or("journal/00000000000000000001".to_owned(), |found| found.0);
                let journal = journal.clone().on(manifest.clone(), newest.clone());
                put(disk, &path, &journal.laid(path[8..].parse().unwrap()).bytes);
            }
            Self::Announced(number) => put(disk, &format!("journal/{:020}", number.0), &[]),
            Self::Run { number, lines } => {
                put(disk, &format!("runs/{:020}", number.0), &Line::all(lines));
            }
            Self::Log { name, lines } => put(disk, &name.path("streams", ".log"), &Line::all(lines)),
            Self::Format { version, geometry } => {
                let geometry = geometry.map(|Number(bytes)| format!("journal {bytes}\n")).unwrap_or_default();
                put(disk, "format", format!("sx-persist {} plain\n{geometry}", version.0).as_bytes());
            }
            Self::Junk { place, bytes } => put(disk, place_at(*place), bytes),
            Self::Folder { place } => make_folders(disk, place_at(*place)),
            Self::Gone { place } => drop(disk.remove(place_at(*place))),
        }
    }
}

impl Line {
    fn all(lines: &[Self]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut nth: u64 = 0;
        for line in lines {
            nth = line.nth.map_or(nth.wrapping_add(1), |nth| nth.0);
            let mut text = format!("{} :nth {nth}", line.text.text());
            for (key, number) in [("lsn", line.lsn), ("cut", line.cut), ("last-seq", line.last_seq)] {
                text += &number.map(|Number(number)| format!(" :{key} {number}")).unwrap_or_default();
            }
            text += &format!(" :crc32c {}\n", crc32c::crc32c(text.as_bytes()));
            bytes.extend(text.into_bytes());
        }
        bytes
    }
}

/// The journal that counts.
fn counting(disk: &mut Memory) -> Option<(String, Vec<u8>)> {
    let is_number = |path: &String| path.len() == 28 && path[8..].bytes().all(|byte| byte.is_ascii_digit());
    let paths = files(disk).into_iter().filter(|path| path.starts_with("journal/")).filter(is_number);
    let found = paths.rev().filter_map(|path| Some((path.clone(), found(disk, &path)?)));
    found.into_iter().find(|(_, bytes)| !bytes.is_empty())
}
