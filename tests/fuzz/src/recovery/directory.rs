//! A directory: the honest work of a store, damage to it, and pieces put beside it.

use super::aftermath::{self, Loss, Move, Resealed};
use super::files::{files, found, make_folders, put, read};
use super::neighbours;
use super::step::{Step, take};
use crate::plan::{Fate, Journal, Later, Name, Number, Text};
use arbitrary::Arbitrary;
use sx_persist_core::Engine;
use sx_persist_core::memory::Memory;
use sx_persist_core::storage::Storage;

/// What a directory holds.
#[derive(Arbitrary, Clone, Debug)]
pub(super) struct Directory {
    history: Vec<Step>,
    damages: Vec<(u8, Fate)>,
    pieces: Vec<Piece>,
    // Last, so that inputs from before them keep their meaning.
    neighbours: Vec<neighbours::Write>,
    neighbours_damage: Vec<neighbours::Damage>,
    later: Option<(Number, Journal, Vec<Later>)>,
    // Later still.
    geometry: Option<u16>,
    moves: Vec<Move>,
    loss: Option<Loss>,
    resealed: Vec<Resealed>,
    aftermath: Vec<aftermath::Piece>,
}

/// Something that a store would not have written just there.
#[derive(Arbitrary, Clone, Debug)]
enum Piece {
    Format(Format),
    Journal { number: Number, journal: Journal },
    Log { name: Name, lines: Vec<Line>, torn: Option<Text> },
    Seq { name: Name, number: Option<Number>, more: bool },
    Key { name: Name, line: Line },
    Blob { bytes: Vec<u8> },
    Junk { place: u8, bytes: Vec<u8> },
    Folder { place: u8 },
    Gone { place: u8 },
}

#[derive(Arbitrary, Clone, Debug)]
enum Format {
    Ours,
    Other,
    Any(Vec<u8>),
}

/// A line of a log, or the file of a key: ours, the original's, or none.
#[derive(Arbitrary, Clone, Debug)]
struct Line {
    text: Text,
    trailer: Option<(Option<Number>, Option<Number>, Option<Number>)>,
    fate: Fate,
}

/// The address of `hello world`, which is not what is put there.
const BLOB: &str = "blobs/bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";

/// Where things stand that fit no picture, or stand in the way of what does.
const PLACES: [&str; 23] = [
    "format",
    "journal",
    "journal/00000000000000000001",
    "journal/00000000000000000002",
    "journal/18446744073709551614",
    "journal/1",
    "tmp",
    "tmp/journal.sx-persist",
    "tmp/log-0.sx-persist",
    "tmp/kv-0.sx-persist",
    "tmp/format.sx-persist",
    "quarantine",
    "quarantine/000001",
    "quarantine/18446744073709551615",
    "streams",
    "streams/73.log",
    "streams/73.seq",
    "streams/zz.log",
    "streams/.log",
    "kv",
    "kv/74",
    "kv/7",
    BLOB,
];
/// Those of them that are folders.
const FOLDERS: [&str; 5] = ["journal", "tmp", "quarantine", "streams", "kv"];

impl Directory {
    /// Does a folder stand where a file should, or a file where a folder should? Nobody can write there then.
    pub(super) fn is_obstructed(&self) -> bool {
        self.pieces.iter().any(|piece| match piece {
            Piece::Junk { place, .. } => FOLDERS.contains(&place_at(*place)),
            Piece::Folder { place } => !FOLDERS.contains(&place_at(*place)),
            _ => false,
        }) || self.aftermath.iter().any(aftermath::Piece::is_obstructive)
    }

    /// What an honest store leaves, whose process was killed behind the last step.
    pub(super) fn honest(&self) -> Memory {
        let mut disk = Memory::new();
        if let Some(journal_bytes) = self.geometry {
            aftermath::set_geometry(&mut disk, journal_bytes);
        }
        live(&disk, &self.history);
        neighbours::live(&disk, &self.neighbours);
        aftermath::live(&disk, &self.moves);
        disk
    }

    /// What a loss of power takes back of it, where one befell it.
    pub(super) fn loss(&self) -> Option<&Loss> {
        self.loss.as_ref()
    }

    /// Damages it, and puts pieces beside it.
    pub(super) fn befall(&self, disk: &mut Memory) {
        for (which, fate) in &self.damages {
            let files = files(disk);
            if let Some(path) = files.get(usize::from(*which) % files.len().max(1)) {
                let mut bytes = read(disk, path);
                fate.befall(&mut bytes);
                put(disk, path, &bytes);
            }
        }
        for piece in &self.pieces {
            piece.put(disk);
        }
        for neighbours::Damage { place, bytes, fate } in &self.neighbours_damage {
            let path = neighbours::place_at(*place);
            if let Some(mut bytes) = bytes.clone().or_else(|| found(disk, path)) {
                fate.befall(&mut bytes);
                put(disk, path, &bytes);
            }
        }
        if let Some((number, journal, later)) = &self.later {
            let journal = journal.clone().with(later.clone());
            Piece::Journal { number: *number, journal }.put(disk);
        }
        self.resealed.iter().for_each(|resealed| resealed.befall(disk));
        self.aftermath.iter().for_each(|piece| piece.put(disk));
    }
}

fn place_at(place: u8) -> &'static str {
    PLACES[usize::from(place) % PLACES.len()]
}

/// What is refused here is refused; `handle_op` looks at the answers.
fn live(disk: &Memory, history: &[Step]) {
    let mut engine = Engine::new(disk.clone());
    history.iter().for_each(|step| take(disk, &mut engine, step));
}

impl Piece {
    fn put(&self, disk: &mut Memory) {
        match self {
            Self::Format(format) => {
                let text: &[u8] = match format {
                    Format::Ours => b"sx-persist 5 plain\n",
                    Format::Other => b"sx-persist 5 packed\n",
                    Format::Any(bytes) => bytes,
                };
                put(disk, "format", text);
            }
            Self::Journal { number, journal } => {
                put(disk, &format!("journal/{:020}", number.0), &journal.laid(number.0).bytes);
            }
            Self::Log { name, lines, torn } => {
                let mut bytes = Vec::new();
                for line in lines {
                    bytes.extend(line.bytes());
                    bytes.push(b'\n');
                }
                bytes.extend(torn.as_ref().map(Text::text).unwrap_or_default().bytes());
                put(disk, &name.path("streams", ".log"), &bytes);
            }
            Self::Seq { name, number, more } => {
                let digits = number.map(|number| number.0.to_string()).unwrap_or_default();
                let text = format!("{digits}{}", if *more { "x\n" } else { "" });
                put(disk, &name.path("streams", ".seq"), text.as_bytes());
            }
            Self::Key { name, line } => put(disk, &name.path("kv", ""), &line.bytes()),
            Self::Blob { bytes } => {
                put(disk, BLOB, bytes);
            }
            Self::Junk { place, bytes } => put(disk, place_at(*place), bytes),
            Self::Folder { place } => make_folders(disk, place_at(*place)),
            Self::Gone { place } => drop(disk.remove(place_at(*place))),
        }
    }
}

impl Line {
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.text.text().into_bytes();
        if let Some((nth, cut, last_seq)) = self.trailer {
            for (key, number) in [("nth", nth), ("lsn", nth), ("cut", cut), ("last-seq", last_seq)] {
                if let Some(Number(number)) = number {
                    bytes.extend(format!(" :{key} {number}").bytes());
                }
            }
            let crc = crc32c::crc32c(&bytes);
            bytes.extend(format!(" :crc32c {crc}").bytes());
        }
        self.fate.befall(&mut bytes);
        bytes
    }
}
