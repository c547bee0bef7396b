//! The new file of a log that lost lines from its beginning, or damaged ones (K3b).

use crate::base::line::{self, Text, Trailer};
use crate::base::log_file::LogFile;
use crate::base::log_state;
use crate::base::log_state::LogState;
use crate::disk::files::{Files, Handle};
use crate::engine::Opened;
use crate::error::{Error, Result};
use crate::keyspace::Keyspace;
use crate::limits::CHUNK_BYTES;
use crate::state::carried::Carried;
use crate::state::pending::{PendingLog, Rewrite};
use crate::storage::Storage;
use std::ops::Range;

impl<S: Storage> Opened<'_, S> {
    /// Writes the lines that stay to a new file and syncs it. Blank ones do not.
    ///
    /// A damaged line stays as it is, for reads to refuse, unless `repair` has copied it: nobody can say whether it was to go.
    pub(super) fn rewrite_log(&mut self, log: &Carried, to: &str) -> Result<LogState> {
        let from = self.log_path(log.keyspace, &log.name)?;
        let frozen = self.state.overlay.frozen().and_then(|frozen| frozen.log(log.keyspace, &log.name));
        let Some(pending) = frozen else { return Err(Error::corrupt(to, 0, "no such log")) };
        let file = self.root.files.create(to)?;
        let mut out = Out::new(log.keyspace, file, pending);
        copy_base(&mut self.root.files, &from, pending, &mut out)?;
        for index in 0..pending.lines.len() {
            let bytes = pending.line_bytes(index)?;
            out.take_pending(&mut self.root.files, bytes.strip_suffix(b"\n").unwrap_or(bytes))?;
        }
        out.finish(&mut self.root.files, pending.last_seq)
    }
}

/// Hands the lines of the base file that stay to `out`.
fn copy_base<S: Storage>(
    files: &mut Files<S>,
    path: &str,
    log: &PendingLog,
    out: &mut Out<S::File>,
) -> Result<()> {
    let mut length = log.base.length_bytes;
    if length == 0 {
        return Ok(());
    }
    let Some(file) = files.open(path)? else {
        return Err(Error::corrupt(path, 0, "gone, and the journal goes on behind it"));
    };
    if out.rewrite.drop_damaged {
        // What is left of the file is what can be kept.
        let size = files.size(&file)?;
        length = log_state::whole_lines_bytes(files, &file, length.min(size))?;
    }
    let mut lines = LogFile::new(file, length);
    let mut offset = 0;
    let mut line_bytes = Vec::new();
    while let Some(line) = lines.line_at(files, offset)? {
        let place = line.offset..line.end;
        offset = place.end;
        line_bytes.clear();
        line_bytes.extend_from_slice(line.bytes);
        if line_bytes.is_empty() {
            out.take_too_long(files, &mut lines, place)?;
        } else {
            out.take_base(files, &line_bytes)?;
        }
    }
    Ok(())
}

/// The file that is being written.
#[derive(Debug)]
struct Out<F> {
    keyspace: &'static Keyspace,
    file: Handle<F>,
    rewrite: Rewrite,
    generation: u64,
    /// Lines that are not written yet, the last one among them.
    chunk: Vec<u8>,
    /// Where in it the last line begins.
    last_line: usize,
    written: u64,
    /// The trailer of the last line met, kept or not, and the highest seq so far.
    met: Trailer,
    met_last_seq: u64,
    /// The trailer of the last line kept.
    kept: Option<Trailer>,
}

impl<F> Out<F> {
    fn new(keyspace: &'static Keyspace, file: Handle<F>, log: &PendingLog) -> Self {
        Self {
            keyspace,
            file,
            rewrite: log.rewrite.unwrap_or_default(),
            generation: log.generation,
            chunk: Vec::new(),
            last_line: 0,
            written: 0,
            met: Trailer::default(),
            met_last_seq: 0,
            kept: None,
        }
    }

    /// Takes the next line of the base file, which may have to go.
    fn take_base<S: Storage<File = F>>(&mut self, files: &mut Files<S>, bytes: &[u8]) -> Result<()> {
        self.take(files, bytes, self.rewrite.upto)
    }

    /// Takes the next line of the base file, one that is longer than a line can be: damage.
    fn take_too_long<S: Storage<File = F>>(
        &mut self,
        files: &mut Files<S>,
        lines: &mut LogFile<F>,
        place: Range<u64>,
    ) -> Result<()> {
        self.met.nth = Some(self.met.nth.unwrap_or(0) + 1);
        if self.rewrite.drop_damaged {
            return Ok(());
        }
        self.kept = Some(self.met);
        let mut at = place.start;
        while at < place.end {
            at = lines.piece(files, at, place.end, &mut self.chunk)?;
            self.write(files)?;
        }
        Ok(())
    }

    /// Takes the next pending line: a truncation has dropped those that had to go.
    fn take_pending<S: Storage<File = F>>(&mut self, files: &mut Files<S>, bytes: &[u8]) -> Result<()> {
        self.take(files, bytes, None)
    }

    fn take<S: Storage<File = F>>(
        &mut self,
        files: &mut Files<S>,
        bytes: &[u8],
        upto: Option<u64>,
    ) -> Result<()> {
        let next_nth = self.met.nth.unwrap_or(0) + 1;
        let (value, seq, found) = match line::parse_in(self.keyspace, bytes) {
            Text::Whole(text, trailer) => (text.as_bytes().into(), line::seq_of(text), Some(trailer)),
            Text::Bare(text) => {
                let seq = line::seq_of(&text);
                (text.into_owned().into_bytes().into(), seq, None)
            }
            Text::Original(value, trailer, seq) => (value, seq, trailer.nth.map(|_| trailer)),
            Text::Damaged(_) => {
                self.met.nth = Some(next_nth);
                return if self.rewrite.drop_damaged { Ok(()) } else { self.put_damaged(files, bytes) };
            }
        };
        let marked = found.and_then(|trailer| trailer.last_seq);
        let descends = marked.is_some() || self.met.last_seq.is_some() || seq < self.met_last_seq;
        self.met_last_seq = self.met_last_seq.max(seq).max(marked.unwrap_or(0));
        self.met = Trailer {
            nth: Some(found.and_then(|trailer| trailer.nth).unwrap_or(next_nth)),
            lsn: found.and_then(|trailer| trailer.lsn),
            generation: None,
            last_seq: descends.then_some(self.met_last_seq),
        };
        if upto.is_some_and(|upto| seq <= upto) {
            return Ok(());
        }
        let mut trailer = self.met;
        match self.kept {
            None => trailer.generation = Some(self.generation),
            Some(kept) if self.rewrite.drop_damaged => trailer.nth = kept.nth.map(|nth| nth + 1),
            Some(_) => {}
        }
        if self.rewrite.drop_damaged && self.kept.is_none() {
            trailer.nth = Some(1);
        }
        self.kept = Some(trailer);
        self.begin_line(files)?;
        if found == Some(trailer) {
            // Without the white space that an editor may have left behind it.
            self.chunk.extend_from_slice(bytes.trim_ascii_end());
        } else {
            line::print(&value, trailer, &mut self.chunk);
        }
        self.chunk.push(b'\n');
        Ok(())
    }

    fn put_damaged<S: Storage<File = F>>(&mut self, files: &mut Files<S>, bytes: &[u8]) -> Result<()> {
        self.kept = Some(self.met);
        self.begin_line(files)?;
        self.chunk.extend_from_slice(bytes);
        self.chunk.push(b'\n');
        Ok(())
    }

    fn begin_line<S: Storage<File = F>>(&mut self, files: &mut Files<S>) -> Result<()> {
        if self.chunk.len() >= CHUNK_BYTES {
            self.write(files)?;
        }
        self.last_line = self.chunk.len();
        Ok(())
    }

    /// Lets the last line say the log's last-seq where the line that had it is lost.
    fn end_mended(&mut self, last_seq: u64) {
        let Some(kept) = &mut self.kept else { return };
        let bytes = self.chunk.split_off(self.last_line);
        let (value, said) = match line::parse(bytes.strip_suffix(b"\n").unwrap_or(&bytes)) {
            Text::Whole(text, trailer) => {
                (text.as_bytes().into(), trailer.last_seq.max(Some(line::seq_of(text))))
            }
            Text::Original(value, trailer, seq) => (value, trailer.last_seq.max(Some(seq))),
            Text::Bare(_) | Text::Damaged(_) => (Vec::new().into(), None),
        };
        if said.is_some_and(|said| said < last_seq) {
            kept.last_seq = Some(last_seq);
            line::print(&value, *kept, &mut self.chunk);
            self.chunk.push(b'\n');
        } else {
            self.chunk.extend_from_slice(&bytes);
        }
    }

    fn write<S: Storage<File = F>>(&mut self, files: &mut Files<S>) -> Result<()> {
        files.write(&self.file, self.written, &self.chunk)?;
        self.written += self.chunk.len() as u64;
        self.chunk.clear();
        Ok(())
    }

    fn finish<S>(mut self, files: &mut Files<S>, mut last_seq: u64) -> Result<LogState>
    where
        S: Storage<File = F>,
    {
        if self.rewrite.drop_damaged {
            // The last line may have said less than the lines before it.
            last_seq = last_seq.max(self.met_last_seq);
            self.end_mended(last_seq);
        }
        if !self.chunk.is_empty() {
            self.write(files)?;
        }
        files.sync(&self.file)?;
        Ok(match self.kept {
            None => LogState { last_seq, ..LogState::default() },
            Some(kept) => LogState {
                length_bytes: self.written,
                last_seq,
                last_nth: kept.nth.unwrap_or(0),
                monotonic: kept.last_seq.is_none(),
                generation: self.generation,
            },
        })
    }
}
