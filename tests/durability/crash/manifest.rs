//! What a disk says of its runs: the manifest of the journal that counts, read as docs/format.md has it and not as the engine does.

use sim::disk::Disk;
use std::collections::{BTreeMap, BTreeSet};

/// A journal's header, and the head of a frame.
const HEADER_BYTES: usize = 1_024;
const FRAME_HEAD_BYTES: usize = 24;
/// A run's footer, and in it the highest version of its entries and the offset of the top index; in a block, how many entries it has.
const FOOTER_BYTES: usize = 64;
const HIGHEST_VERSION: usize = 32;
const TOP_INDEX: usize = 40;
const BLOCK_ENTRIES: usize = 2;

/// A file of a run, as the manifest names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RunFile {
    pub(crate) number: u64,
    pub(crate) length_bytes: u64,
    pub(crate) entries: u64,
    /// Does a part of it count no more?
    pub(crate) is_cut: bool,
}

/// A run, and how many runs behind it are being merged into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) inputs: u64,
    pub(crate) files: Vec<RunFile>,
}

/// What a manifest says of the folder `runs/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Manifest {
    /// The number of its journal.
    pub(crate) journal: u64,
    pub(crate) lsn: u64,
    pub(crate) next_file: u64,
    /// Numbers of logs' new files.
    pub(crate) pending: BTreeSet<u64>,
    pub(crate) runs: Vec<Run>,
    /// Files that are kept for values, and their lengths.
    pub(crate) kept: BTreeMap<u64, u64>,
}

/// The numbers of the files in `runs/`.
pub(crate) fn numbers(disk: &Disk) -> BTreeSet<u64> {
    let names = disk.find("runs").into_iter().flat_map(|folder| disk.names(folder));
    names.filter_map(|(name, _)| name.parse().ok()).collect()
}

impl Manifest {
    /// That of the journal that counts; none where there is no journal, or it is not whole.
    pub(crate) fn of(disk: &Disk) -> Option<Self> {
        let journals = disk.names(disk.find("journal")?);
        let journals = journals.filter_map(|(name, inode)| Some((name.parse::<u64>().ok()?, inode)));
        let counts = journals.filter(|(_, inode)| !disk.bytes(*inode).is_empty()).max()?;
        Self::parse(counts.0, disk.bytes(counts.1))
    }

    /// Of the bytes of a journal of this number.
    pub(crate) fn parse(journal: u64, bytes: &[u8]) -> Option<Self> {
        let head = bytes.get(HEADER_BYTES..)?;
        let length = u32::from_le_bytes(head.get(..4)?.try_into().ok()?) as usize;
        let lsn = long(head, 8)?;
        let mut rest = Rest(head.get(FRAME_HEAD_BYTES..FRAME_HEAD_BYTES + length)?);
        let _kind = rest.byte()?;
        let _copied = rest.number()?;
        let next_file = rest.number()?;
        let (pending, runs, kept) = (BTreeSet::new(), Vec::new(), BTreeMap::new());
        let mut manifest = Self { journal, lsn, next_file, pending, runs, kept };
        for _ in 0..rest.number()? {
            rest.place()?;
            manifest.pending.insert(rest.number()?);
        }
        for _ in 0..rest.number()? {
            rest.place()?;
            // A log state.
            for _ in 0..5 {
                rest.number()?;
            }
        }
        for _ in 0..rest.number()? {
            let inputs = rest.number()?;
            rest.numbers()?;
            let files = (0..rest.number()?).map(|_| rest.file()).collect::<Option<_>>()?;
            manifest.runs.push(Run { inputs, files });
        }
        manifest.kept = rest.numbers()?;
        Some(manifest)
    }

    pub(crate) fn files(&self) -> impl Iterator<Item = &RunFile> {
        self.runs.iter().flat_map(|run| &run.files)
    }

    /// The files of runs, and those that are kept: their numbers and their lengths.
    pub(crate) fn lengths(&self) -> BTreeMap<u64, u64> {
        let files = self.files().map(|file| (file.number, file.length_bytes));
        files.chain(self.kept.clone()).collect()
    }

    /// Does it name the file of a number?
    pub(crate) fn names(&self, number: u64) -> bool {
        self.pending.contains(&number) || self.lengths().contains_key(&number)
    }
}

/// The highest version in the file of a run, where that is there.
pub(crate) fn highest_version(disk: &Disk, number: u64) -> Option<u64> {
    long(footer(disk, number)?, HIGHEST_VERSION)
}

/// How many partitions the file of a run has, where that is there.
pub(crate) fn partitions(disk: &Disk, number: u64) -> Option<u16> {
    let bytes = disk.bytes(disk.find(&path(number))?);
    let top = usize::try_from(long(footer(disk, number)?, TOP_INDEX)?).ok()?.checked_add(BLOCK_ENTRIES)?;
    Some(u16::from_le_bytes(bytes.get(top..top.checked_add(2)?)?.try_into().ok()?))
}

fn footer(disk: &Disk, number: u64) -> Option<&[u8]> {
    let bytes = disk.bytes(disk.find(&path(number))?);
    bytes.get(bytes.len().checked_sub(FOOTER_BYTES)?..)
}

fn long(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}

/// Where the file of a number stands.
pub(crate) fn path(number: u64) -> String {
    format!("runs/{number:020}")
}

/// What has not been read of a manifest.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, behind) = self.0.split_first()?;
        self.0 = behind;
        Some(*first)
    }

    fn skip(&mut self, bytes: u64) -> Option<()> {
        self.0 = self.0.get(usize::try_from(bytes).ok()?..)?;
        Some(())
    }

    /// LEB128.
    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    /// Numbers of files, and bytes with each.
    fn numbers(&mut self) -> Option<BTreeMap<u64, u64>> {
        (0..self.number()?).map(|_| Some((self.number()?, self.number()?))).collect()
    }

    fn text(&mut self) -> Option<()> {
        let length = self.number()?;
        self.skip(length)
    }

    fn place(&mut self) -> Option<()> {
        self.byte()?;
        self.text()
    }

    fn file(&mut self) -> Option<RunFile> {
        let (number, length_bytes, entries) = (self.number()?, self.number()?, self.number()?);
        self.skip(4)?;
        let is_cut = self.byte()? & 1 == 1;
        // The first key, the last one, and the lowest that counts.
        for _ in 0..2 + u8::from(is_cut) {
            self.text()?;
        }
        Some(RunFile { number, length_bytes, entries, is_cut })
    }
}
