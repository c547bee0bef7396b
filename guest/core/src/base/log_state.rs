//! What a log's files say of it: its length, its last-seq, where its numbering stands (F4, F5).

use super::layout::{self, SEQ};
use super::line::{self, Trailer};
use super::log_file::LogFile;
use crate::disk::files::{Files, Handle};
use crate::error::{Error, Result};
use crate::keyspace::Keyspace;
use crate::limits::{CHUNK_BYTES, COUNT_END, PASSED_BYTES_MAX};
use crate::storage::Storage;
use std::ops::Range;

/// What stood in a log's file at the last checkpoint, and what the log had come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LogState {
    /// Bytes of the file, up to and including the last newline.
    pub(crate) length_bytes: u64,
    /// The highest seq ever appended.
    pub(crate) last_seq: u64,
    /// The number of the last line; 0 in an empty file.
    pub(crate) last_nth: u64,
    /// No seq of the file descends.
    pub(crate) monotonic: bool,
    /// What gave the log its present beginning: the lsn of a truncation, or [`emptied`]; 0 for a log never truncated. A place in the
    /// log holds as long as it is the same.
    pub(crate) generation: u64,
}

/// Above every lsn of a truncation.
const EMPTIED: u64 = COUNT_END / 2;

/// The generation of a stream that was truncated to nothing: of its files only last-seq tells it.
pub(crate) fn emptied(last_seq: u64) -> u64 {
    if last_seq == 0 { 0 } else { EMPTIED | (last_seq % EMPTIED) }
}

/// The lsn that a generation is.
pub(crate) fn lsn_of(generation: Option<u64>) -> u64 {
    generation.filter(|generation| *generation < EMPTIED).unwrap_or(0)
}

impl Default for LogState {
    fn default() -> Self {
        Self { length_bytes: 0, last_seq: 0, last_nth: 0, monotonic: true, generation: 0 }
    }
}

/// A number, and the white space that another program may have left around it.
const SEQ_BYTES_MAX: usize = 64;

/// Reads the state of a log that the journal has no records of, and whose lines stand in the file of this path.
pub(crate) fn load<S: Storage>(
    files: &mut Files<S>,
    keyspace: &Keyspace,
    name: &[u8],
    path: &str,
) -> Result<LogState> {
    let Some(file) = files.open(path)? else { return load_empty(files, keyspace, name) };
    let size = files.size(&file)?;
    let length_bytes = whole_lines_bytes(files, &file, size)?;
    check_tail(files, &file, length_bytes..size)?;
    if length_bytes == 0 {
        return load_empty(files, keyspace, name);
    }
    let seq = load_seq(files, keyspace, name)?;
    let log_state = of_lines(files, LogFile::new(file, length_bytes), seq)?;
    if log_state.length_bytes == 0 {
        return load_empty(files, keyspace, name);
    }
    Ok(LogState { last_seq: log_state.last_seq.max(seq.unwrap_or(0)), ..log_state })
}

/// The state of a log's lines, that of an empty log where all are blank. `seq` is what stands beside them; damage at the end
/// needs it.
pub(crate) fn of_lines<S: Storage>(
    files: &mut Files<S>,
    mut lines: LogFile<S::File>,
    seq: Option<u64>,
) -> Result<LogState> {
    let length_bytes = lines.length();
    let first = lines.line_at(files, 0)?.and_then(|line| line::parse(line.bytes).facts().ok());
    let generation = first.and_then(|(_, trailer)| trailer.generation).unwrap_or(0);
    let Some(last) = lines.line_before(files, length_bytes)? else { return Ok(LogState::default()) };
    match line::parse(last.bytes).facts() {
        Ok((seq, Trailer { nth: Some(last_nth), last_seq, .. })) => {
            let monotonic = last_seq.is_none();
            let last_seq = last_seq.unwrap_or(0).max(seq);
            Ok(LogState { length_bytes, last_seq, last_nth, monotonic, generation })
        }
        // The original wrote on behind this store, or the line is damaged: every line counts.
        Err(reason) if seq.is_none() => {
            let offset = last.offset;
            Err(lines.damaged(files, offset, reason))
        }
        Err(_) => Ok(LogState { monotonic: false, ..walk(files, &mut lines, generation)? }),
        Ok(_) => walk(files, &mut lines, generation),
    }
}

/// The state that all lines together give. Damaged ones count as lines; reads that reach them say so.
fn walk<S: Storage>(files: &mut Files<S>, lines: &mut LogFile<S::File>, generation: u64) -> Result<LogState> {
    let mut log_state = LogState { length_bytes: lines.length(), generation, ..LogState::default() };
    let mut offset = 0;
    while let Some(line) = lines.line_at(files, offset)? {
        offset = line.end;
        let Ok((seq, trailer)) = line::parse(line.bytes).facts() else {
            log_state.last_nth += 1;
            continue;
        };
        log_state.last_nth = trailer.nth.unwrap_or(log_state.last_nth + 1);
        log_state.monotonic &= trailer.last_seq.is_none() && seq >= log_state.last_seq;
        log_state.last_seq = log_state.last_seq.max(seq).max(trailer.last_seq.unwrap_or(0));
    }
    Ok(log_state)
}

/// The state of a log without lines: its `.seq` alone knows the last-seq.
fn load_empty<S: Storage>(files: &mut Files<S>, keyspace: &Keyspace, name: &[u8]) -> Result<LogState> {
    let path = layout::path(keyspace, name, SEQ);
    if files.open(&path)?.is_none() {
        return Ok(LogState::default());
    }
    match load_seq(files, keyspace, name)? {
        Some(last_seq) => Ok(LogState { last_seq, generation: emptied(last_seq), ..LogState::default() }),
        None => Err(Error::corrupt(&path, 0, "no number, and no line to tell it from")),
    }
}

/// What `.seq` says; none when it is absent, no file or no number.
pub(crate) fn load_seq<S: Storage>(
    files: &mut Files<S>,
    keyspace: &Keyspace,
    name: &[u8],
) -> Result<Option<u64>> {
    let file = match files.open(&layout::path(keyspace, name, SEQ)) {
        Ok(Some(file)) => file,
        Ok(None) | Err(Error::Corrupt(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut bytes = Vec::new();
    files.read(&file, 0, SEQ_BYTES_MAX + 1, &mut bytes)?;
    Ok(if bytes.len() > SEQ_BYTES_MAX { None } else { line::parse_seq(&bytes) })
}

/// The original's torn append has no trailer. A last line with one was whole once, and is damage: its newline has rotted.
fn check_tail<S: Storage>(files: &mut Files<S>, file: &Handle<S::File>, part: Range<u64>) -> Result<()> {
    let mut tail = Vec::new();
    if !part.is_empty() {
        let start = part.end.saturating_sub(line::CRC_BYTES_MAX).max(part.start);
        files.read(file, start, CHUNK_BYTES, &mut tail)?;
    }
    if line::has_crc(&tail) {
        return Err(Error::corrupt(file.path(), part.start, "the last line has no end"));
    }
    Ok(())
}

/// The length of a file's first `end` bytes up to and including the last newline in them.
///
/// What stands behind that is the original's torn append (F5). `corrupt` when so many bytes stand there that they are no line: what
/// precedes those is not looked for.
pub(crate) fn whole_lines_bytes<S: Storage>(
    files: &mut Files<S>,
    file: &Handle<S::File>,
    mut end: u64,
) -> Result<u64> {
    let mut chunk = Vec::new();
    let lowest = end.saturating_sub(PASSED_BYTES_MAX);
    while end > 0 {
        if end < lowest {
            return Err(Error::corrupt(file.path(), end, line::TOO_LONG));
        }
        let start = end.saturating_sub(if chunk.is_empty() { 512 } else { CHUNK_BYTES as u64 });
        chunk.clear();
        files.read(file, start, usize::try_from(end - start).unwrap_or(CHUNK_BYTES), &mut chunk)?;
        if let Some(at) = memchr::memrchr(b'\n', &chunk) {
            return Ok(start + at as u64 + 1);
        }
        end = start;
    }
    Ok(0)
}
