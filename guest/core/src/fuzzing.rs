//! Doors for `tests/fuzz`: the readers of bytes alone, without a store around them. Not a part of the interface.
//!
//! A fuzzer that had to reach them through a whole store would spend its time on the store, and could not tell what a reader made
//! of its input from what the engine did with it afterwards.

pub mod run;

use crate::base::layout;
use crate::base::line::{self, Text, Trailer};
use crate::codec::accelerators::Accelerators;
use crate::disk::files::Files;
use crate::disk::memory::Memory;
use crate::error::Result;
use crate::journal::record::{self, Record};
use crate::journal::{self, read};

/// The numbers behind a value in a line of a log or in the file of a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LineNumbers {
    /// `:nth`
    pub nth: Option<u64>,
    /// `:lsn`
    pub lsn: Option<u64>,
    /// `:cut`
    pub generation: Option<u64>,
    /// `:last-seq`
    pub last_seq: Option<u64>,
}

/// What a line was read as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// With a trailer whose checksum holds.
    Whole(String, LineNumbers),
    /// Without one, and a value; its canonical text.
    Bare(String),
    /// A value but for strings that are no UTF-8.
    Original(Vec<u8>),
    /// Neither.
    Damaged(&'static str),
}

/// Reads a line, which ends before its newline.
#[must_use]
pub fn parse_line(bytes: &[u8]) -> Line {
    match line::parse(bytes) {
        Text::Whole(text, Trailer { nth, lsn, generation, last_seq }) => {
            Line::Whole(text.to_owned(), LineNumbers { nth, lsn, generation, last_seq })
        }
        Text::Bare(text) => Line::Bare(text.into_owned()),
        Text::Original(bytes, ..) => Line::Original(bytes.into_owned()),
        Text::Damaged(reason) => Line::Damaged(reason),
    }
}

/// Prints a line without its newline.
#[must_use]
pub fn print_line(text: &str, LineNumbers { nth, lsn, generation, last_seq }: LineNumbers) -> Vec<u8> {
    let mut out = Vec::new();
    line::print(text.as_bytes(), Trailer { nth, lsn, generation, last_seq }, &mut out);
    out
}

/// A commit that was read from a journal: its lsn, and the bytes that its records have when they are encoded again.
pub type CommitBytes = (u64, Vec<u8>);

/// The commits of a journal of this number, as opening a store reads them.
///
/// # Errors
/// `corrupt`.
pub fn read_journal(bytes: &[u8], number: u64) -> Result<Vec<CommitBytes>> {
    let mut files = Files::new(Memory::new(), Accelerators::default());
    files.make_folder(layout::JOURNAL)?;
    let file = files.create(&journal::path(number))?;
    files.write(&file, 0, bytes)?;
    let mut commits = Vec::new();
    read::load(&mut files, |_, lsn, records| {
        commits.push((lsn, encode(records)));
        Ok(())
    })?;
    Ok(commits)
}

/// The commits of a damaged journal that `repair` keeps, and the highest lsn that it finds anywhere.
#[must_use]
pub fn salvage_journal(bytes: &[u8], number: u64) -> (Vec<CommitBytes>, u64) {
    let mut commits = Vec::new();
    let (manifest, start) = read::salvaged_manifest(bytes, number);
    let frames = bytes.get(start..).unwrap_or_default();
    read::replay_whole(frames, number, manifest.map(|manifest| manifest.lsn), |lsn, records| {
        commits.push((lsn, encode(records)));
        Ok(())
    });
    (commits, read::highest_lsn(bytes, number))
}

/// Takes the payload of a frame apart and puts it together again; none when it is no records.
#[must_use]
pub fn reencode_records(payload: &[u8]) -> Option<Vec<u8>> {
    record::decode(payload).map(|records| encode(&records))
}

fn encode(records: &[Record<'_>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    records.iter().for_each(|record| record.encode(&mut bytes));
    bytes
}
