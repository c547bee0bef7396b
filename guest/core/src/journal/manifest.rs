//! The manifest: the first frame of a journal, which says what the base is that the frames behind it rest on (docs/format.md).

use super::record::{Place, Reader, encode_bytes, encode_log_state};
use crate::base::log_state::LogState;
use crate::codec::varint;
use crate::keyspace::{Name, Shape};
use crate::run::list::{Garbage, Runs};
use std::collections::{BTreeMap, BTreeSet};

/// A log: its keyspace and its name.
pub(crate) type LogName = (u8, Name);

/// What a journal says of its base.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Manifest {
    /// The base holds what the commits up to this one did, and no more.
    pub(crate) lsn: u64,
    /// The frames up to this commit were copied, and whole before the journal could count: none of them can be torn.
    pub(crate) copied: u64,
    /// The number of the next file in `runs/`.
    pub(crate) next_file: u64,
    /// Logs whose file is that of a number in `runs/`, where it is still there.
    pub(crate) pending: BTreeMap<LogName, u64>,
    /// What the files of logs held at that commit: of those that frames behind it name without saying so.
    pub(crate) marks: BTreeMap<LogName, LogState>,
    /// The tables that stand in runs.
    pub(crate) runs: Runs,
    /// An estimate of what of them is of no use.
    pub(crate) garbage: Garbage,
    /// How far a replica has come; empty where the store is none.
    pub(crate) position: Vec<u8>,
}

/// The kind of its record.
const BASE: u8 = 16;

impl Default for Manifest {
    /// That of a root without a journal.
    fn default() -> Self {
        Self {
            lsn: 0,
            copied: 0,
            next_file: 1,
            pending: BTreeMap::new(),
            marks: BTreeMap::new(),
            runs: Runs::default(),
            garbage: Garbage::default(),
            position: Vec::new(),
        }
    }
}

impl Manifest {
    /// Adds the payload of its frame to `out`; the frame has the lsn.
    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        out.push(BASE);
        varint::encode(self.copied, out);
        varint::encode(self.next_file, out);
        varint::encode(self.pending.len() as u64, out);
        for ((keyspace, name), number) in &self.pending {
            out.push(*keyspace);
            encode_bytes(name, out);
            varint::encode(*number, out);
        }
        varint::encode(self.marks.len() as u64, out);
        for ((keyspace, name), mark) in &self.marks {
            out.push(*keyspace);
            encode_bytes(name, out);
            encode_log_state(mark, out);
        }
        self.runs.encode(out);
        varint::encode(self.garbage.hidden_bytes, out);
        varint::encode(self.garbage.dead_bytes, out);
        encode_bytes(&self.position, out);
    }

    /// Takes the payload of a frame of this lsn apart. `None` when it is no manifest.
    pub(crate) fn decode(lsn: u64, payload: &[u8]) -> Option<Self> {
        let mut reader = Reader { rest: payload };
        if reader.byte()? != BASE {
            return None;
        }
        let copied = reader.count().filter(|copied| *copied >= lsn)?;
        // No file has the number 0, and none would be read that had it.
        let next_file = reader.count().filter(|number| *number > 0)?;
        let mut manifest = Self { lsn, copied, next_file, ..Self::default() };
        for _ in 0..reader.number()? {
            let log = log(&mut reader)?;
            let number = reader.count().filter(|number| (1..manifest.next_file).contains(number))?;
            manifest.pending.insert(log, number);
        }
        for _ in 0..reader.number()? {
            let log = log(&mut reader)?;
            manifest.marks.insert(log, reader.log_state()?);
        }
        manifest.runs = Runs::decode(&mut reader.rest, next_file)?;
        manifest.garbage = Garbage { hidden_bytes: reader.count()?, dead_bytes: reader.count()? };
        manifest.position = reader.bytes()?.to_vec();
        let is_of_a_log = |number: u64| manifest.pending.values().any(|of| *of == number);
        let is_sound = !manifest.runs.numbers().any(is_of_a_log);
        (reader.rest.is_empty() && is_sound).then_some(manifest)
    }

    /// The numbers of the files in `runs/` that it names.
    pub(crate) fn named_files(&self) -> BTreeSet<u64> {
        self.pending.values().copied().chain(self.runs.numbers()).collect()
    }

    /// What the file of a log held at the manifest's commit, where it says so.
    pub(crate) fn mark(&self, place: Place<'_>) -> Option<LogState> {
        self.marks.get(&(place.keyspace.id, place.name.into())).copied()
    }
}

fn log(reader: &mut Reader<'_>) -> Option<LogName> {
    let place = reader.place().filter(|place| place.keyspace.shape == Shape::Log)?;
    Some((place.keyspace.id, place.name.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyspace::STREAMS;
    use crate::limits::COUNT_END;
    use crate::run::RunFile;
    use crate::run::list::{ListedFile, ListedRun};

    fn sample() -> Manifest {
        let log = |name: &[u8]| (STREAMS.id, Name::from(name));
        let mark = LogState { length_bytes: 300, last_seq: 9, last_nth: 7, monotonic: false, generation: 4 };
        Manifest {
            lsn: 41,
            copied: 44,
            next_file: 8,
            pending: [(log(b"s"), 7), (log(b"t"), 6)].into(),
            marks: [(log(b"u"), mark), (log(b"s"), LogState::default())].into(),
            runs: runs(&[5, 2]),
            garbage: Garbage { hidden_bytes: 1_000, dead_bytes: 2_000 },
            position: b"log 7, entry 9".to_vec(),
        }
    }

    /// A run of one file for each number.
    fn runs(numbers: &[u64]) -> Runs {
        let run = |number: &u64| {
            let (first_key, last_key) = (b"a".to_vec(), b"b".to_vec());
            let file = RunFile {
                number: *number,
                length_bytes: 300,
                entries: 2,
                footer_crc: 9,
                first_key,
                last_key,
                has_larger: true,
            };
            ListedRun::new(vec![ListedFile::whole(file)]).into()
        };
        Runs { runs: numbers.iter().map(run).collect(), ..Runs::default() }
    }

    fn encoded(manifest: &Manifest) -> Vec<u8> {
        let mut bytes = Vec::new();
        manifest.encode(&mut bytes);
        bytes
    }

    #[test]
    fn a_manifest_comes_back_and_no_part_of_one_does() {
        for manifest in [sample(), Manifest::default()] {
            let bytes = encoded(&manifest);
            assert_eq!(Manifest::decode(manifest.lsn, &bytes), Some(manifest));
            for length in 0..bytes.len() {
                assert_eq!(Manifest::decode(1, &bytes[..length]), None, "cut to {length}");
            }
            assert_eq!(Manifest::decode(1, &[bytes.as_slice(), &[0]].concat()), None);
        }
    }

    #[test]
    fn frames_are_copied_from_behind_the_base() {
        let bytes = encoded(&sample());
        for (lsn, is_read) in [(40, true), (44, true), (45, false)] {
            assert_eq!(Manifest::decode(lsn, &bytes).is_some(), is_read, "{lsn}");
        }
    }

    #[test]
    fn the_next_file_has_a_number_that_can_be_given() {
        for (next_file, is_read) in [(0, false), (1, true), (COUNT_END - 1, true), (COUNT_END, false)] {
            let manifest = Manifest { next_file, ..Manifest::default() };
            assert_eq!(Manifest::decode(0, &encoded(&manifest)).is_some(), is_read, "{next_file}");
        }
    }

    #[test]
    fn no_file_is_named_twice_or_before_it_was_made() {
        for (number, is_read) in [(5, true), (6, false), (7, false), (8, false)] {
            let manifest = Manifest { runs: runs(&[number]), ..sample() };
            assert_eq!(Manifest::decode(41, &encoded(&manifest)).is_some(), is_read, "{number}");
        }
        assert_eq!(sample().named_files(), [2, 5, 6, 7].into());
    }

    #[test]
    fn a_new_file_has_a_number_that_was_given() {
        for number in [0, 8, 9] {
            let mut manifest = sample();
            manifest.pending.insert((STREAMS.id, Name::from(&b"s"[..])), number);
            assert_eq!(Manifest::decode(41, &encoded(&manifest)), None, "{number}");
        }
    }
}
