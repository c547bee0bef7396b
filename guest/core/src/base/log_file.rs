//! The file of a log: its lines forward and backward, and the search for one of them.

use super::line::{self, Text};
use super::read_ahead::ReadAhead;
use crate::disk::files::{Files, Handle};
use crate::error::{Damage, Error, Result};
use crate::limits::{CHUNK_BYTES, LINE_BYTES_MAX, PASSED_BYTES_MAX};
use crate::storage::Storage;
use std::ops::Range;

/// The beginning of a line is read again with what follows it when it is shorter than this.
const AGAIN_BYTES: usize = 4 << 10;

/// Bytes before a line among which the others are counted: its number is for a person, who has its offset, too.
const COUNTED_BYTES_MAX: u64 = 1 << 30;

/// A line of a log's file. A blank one is none: whoever mends a file by hand may leave some.
#[derive(Debug)]
pub(crate) struct FoundLine<'a> {
    /// Where it begins.
    pub(crate) offset: u64,
    /// Where it ends, its newline included.
    pub(crate) end: u64,
    /// Its bytes, without the newline; empty when it is longer than a line can be.
    pub(crate) bytes: &'a [u8],
    /// How many blank ones were passed by on the way to it.
    pub(crate) blanks: u64,
}

/// What ends in a newline, blank or not.
#[derive(Debug)]
struct Span {
    offset: u64,
    end: u64,
    /// Its bytes in the window, without the newline; empty when they are more than a line can have.
    shown: Range<usize>,
}

/// The lines of a log's file up to a length that ends in a newline.
#[derive(Debug)]
pub(crate) struct LogFile<F> {
    file: Handle<F>,
    length: u64,
    /// A part of the file, and where it begins.
    window: Vec<u8>,
    window_start: u64,
    /// Of that part.
    ahead: ReadAhead,
    /// Bytes read at once, unless a line is longer.
    at_once_bytes: usize,
}

impl<F> LogFile<F> {
    pub(crate) fn new(file: Handle<F>, length: u64) -> Self {
        let (window, ahead) = (Vec::new(), ReadAhead::default());
        Self { file, length, window, window_start: 0, ahead, at_once_bytes: CHUNK_BYTES }
    }

    /// From here on so many bytes are read at once.
    pub(super) fn read_at_once(&mut self, bytes: usize) {
        self.at_once_bytes = bytes;
    }

    pub(crate) fn path(&self) -> &str {
        self.file.path()
    }

    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// Reads a part of the file that is longer than what is held of it, a piece at a time: adds the piece at `at` to `into`, and
    /// answers where the next one begins.
    pub(crate) fn piece<S>(
        &mut self,
        files: &mut Files<S>,
        at: u64,
        end: u64,
        into: &mut Vec<u8>,
    ) -> Result<u64>
    where
        S: Storage<File = F>,
    {
        let before = into.len();
        let length = usize::try_from(end - at).unwrap_or(CHUNK_BYTES).min(CHUNK_BYTES);
        files.read(&self.file, at, length, into)?;
        match (into.len() - before) as u64 {
            0 => Err(self.damaged(files, at, "the file is shorter than it was")),
            read => Ok(at + read),
        }
    }

    /// The line that begins at `offset`, or the next one behind blank ones; none at the end.
    pub(crate) fn line_at<S>(&mut self, files: &mut Files<S>, offset: u64) -> Result<Option<FoundLine<'_>>>
    where
        S: Storage<File = F>,
    {
        let (mut at, mut blanks) = (offset, 0);
        while let Some(span) = self.span_at(files, at)? {
            if !self.is_blank(&span) {
                return Ok(Some(self.line(span, blanks)));
            }
            (at, blanks) = (span.end, blanks + 1);
        }
        Ok(None)
    }

    fn line(&self, span: Span, blanks: u64) -> FoundLine<'_> {
        let bytes = self.window.get(span.shown).unwrap_or_default();
        FoundLine { offset: span.offset, end: span.end, bytes, blanks }
    }

    fn is_blank(&self, span: &Span) -> bool {
        let is_shown = span.end - span.offset == span.shown.len() as u64 + 1;
        is_shown && line::is_blank(self.window.get(span.shown.clone()).unwrap_or_default())
    }

    /// What begins at `offset` and ends in a newline; none at the end.
    fn span_at<S: Storage<File = F>>(&mut self, files: &mut Files<S>, offset: u64) -> Result<Option<Span>> {
        if offset >= self.length {
            return Ok(None);
        }
        let mut searched = 0;
        loop {
            let start = self.show(files, offset)?;
            let shown = self.window.get(start..).unwrap_or_default();
            if let Some(more) = memchr::memchr(b'\n', shown.get(searched..).unwrap_or_default()) {
                let length = searched + more;
                let end = offset + length as u64 + 1;
                return Ok(Some(Span { offset, end, shown: start..start + length }));
            }
            searched = shown.len();
            if offset + searched as u64 >= self.length {
                // The length was taken from a newline, and the file has been changed since.
                return Err(self.damaged(files, offset, "the line has no end"));
            }
            if searched > LINE_BYTES_MAX {
                let end = self.skip_line(files, offset + searched as u64)?;
                return Ok(Some(Span { offset, end, shown: 0..0 }));
            }
            if start > 0 && searched < AGAIN_BYTES {
                // A few bytes read again cost less than the rest moved behind them.
                self.window.clear();
                self.window_start = offset;
                searched = 0;
            }
            self.grow(files, offset)?;
        }
    }

    /// The text of the line at `offset` or behind blank ones, and where it stands; none at the end.
    ///
    /// For lines that are read forward: the checksums of those that follow in the window, `most` at the most, are made with
    /// that of the first.
    pub(crate) fn text_at<S>(
        &mut self,
        files: &mut Files<S>,
        offset: u64,
        most: usize,
    ) -> Result<Option<(Range<u64>, Text<'_>)>>
    where
        S: Storage<File = F>,
    {
        let start = offset.wrapping_sub(self.window_start);
        if !self.ahead.is_at(start) {
            // A line that is not read whole, for its length, is none of those ahead.
            let Some(line) = self.line_at(files, offset)? else { return Ok(None) };
            let (place, is_read) = (line.offset..line.end, !line.bytes.is_empty());
            if !is_read {
                return Ok(Some((place, line::parse(&[]))));
            }
            self.ahead.look(files, &self.window, place.start - self.window_start, most);
        }
        let Some(line) = self.ahead.next() else { return Ok(None) };
        let place = self.window_start + line.start as u64..self.window_start + line.end as u64 + 1;
        Ok(Some((place, line.text(&self.window))))
    }

    /// Reads what stands around `offset`: most likely the line before it, and lines behind it.
    pub(crate) fn look_around<S>(&mut self, files: &mut Files<S>, offset: u64) -> Result<()>
    where
        S: Storage<File = F>,
    {
        self.window.clear();
        self.window_start = offset.saturating_sub(AGAIN_BYTES as u64);
        self.grow(files, self.window_start)
    }

    /// Where what stands at `offset` ends, a line or a blank one.
    pub(super) fn end_of_line<S: Storage<File = F>>(
        &mut self,
        files: &mut Files<S>,
        offset: u64,
    ) -> Result<u64> {
        let length = self.length;
        Ok(self.span_at(files, offset)?.map_or(length, |span| span.end))
    }

    /// The line that ends where another begins, or blank ones; none at the beginning.
    pub(crate) fn line_before<S>(&mut self, files: &mut Files<S>, end: u64) -> Result<Option<FoundLine<'_>>>
    where
        S: Storage<File = F>,
    {
        let mut end = end;
        while let Some(newline) = end.checked_sub(1) {
            end = self.start_of_line(files, newline)?;
            match self.span_at(files, end)? {
                Some(span) if self.is_blank(&span) => {}
                span => return Ok(span.map(|span| self.line(span, 0))),
            }
        }
        Ok(None)
    }

    /// Where the line begins whose newline stands at `newline`.
    fn start_of_line<S: Storage<File = F>>(&mut self, files: &mut Files<S>, newline: u64) -> Result<u64> {
        let mut top = newline;
        loop {
            if top > self.window_start && top <= self.window_end() {
                let length = usize::try_from(top - self.window_start).unwrap_or(0);
                let before = self.window.get(..length).unwrap_or_default();
                if let Some(at) = memchr::memrchr(b'\n', before) {
                    return Ok(self.window_start + at as u64 + 1);
                }
                top = self.window_start;
            }
            if top == 0 {
                return Ok(0);
            }
            if newline - top > PASSED_BYTES_MAX {
                return Err(Error::corrupt(self.file.path(), top, line::TOO_LONG));
            }
            // The newline itself comes with the first part, so that a short line is whole in the window.
            let end = if top == newline { newline + 1 } else { top };
            self.window_start = end.saturating_sub(CHUNK_BYTES as u64);
            self.window.clear();
            self.ahead.clear();
            let length = usize::try_from(end - self.window_start).unwrap_or(CHUNK_BYTES);
            files.read(&self.file, self.window_start, length, &mut self.window)?;
            if self.window.len() < length {
                return Err(self.damaged(files, newline, "the file is shorter than it was"));
            }
        }
    }

    /// `corrupt` for the line at `offset`, with its number: what a person needs to find it.
    pub(crate) fn damaged<S>(&mut self, files: &mut Files<S>, offset: u64, reason: &'static str) -> Error
    where
        S: Storage<File = F>,
    {
        let is_near = offset <= COUNTED_BYTES_MAX;
        let line = is_near.then(|| self.count_lines(files, offset).ok()).flatten().map(|before| before + 1);
        let (file, reason) = (self.file.path().to_owned(), reason.into());
        Error::Corrupt(Damage { file, line, offset_bytes: offset, reason })
    }

    fn count_lines<S: Storage<File = F>>(&mut self, files: &mut Files<S>, before: u64) -> Result<u64> {
        let mut count = 0;
        let mut at = 0;
        let mut chunk = Vec::new();
        while at < before {
            chunk.clear();
            let length = usize::try_from((before - at).min(CHUNK_BYTES as u64)).unwrap_or(CHUNK_BYTES);
            files.read(&self.file, at, length, &mut chunk)?;
            if chunk.is_empty() {
                break;
            }
            count += memchr::memchr_iter(b'\n', &chunk).count() as u64;
            at += chunk.len() as u64;
        }
        Ok(count)
    }

    fn window_end(&self) -> u64 {
        self.window_start + self.window.len() as u64
    }

    /// Makes `offset` part of the window; answers where in it.
    fn show<S: Storage<File = F>>(&mut self, files: &mut Files<S>, offset: u64) -> Result<usize> {
        if offset < self.window_start || offset >= self.window_end() {
            self.window.clear();
            self.window_start = offset;
            self.grow(files, offset)?;
        }
        Ok(usize::try_from(offset - self.window_start).unwrap_or(0))
    }

    /// Reads on behind the window, which keeps what stands from `keep` on.
    fn grow<S: Storage<File = F>>(&mut self, files: &mut Files<S>, keep: u64) -> Result<()> {
        self.ahead.clear();
        let passed = usize::try_from(keep - self.window_start).unwrap_or(0).min(self.window.len());
        self.window.drain(..passed);
        self.window_start += passed as u64;
        let from = self.window_end();
        // Of a line that is longer as much again as there is.
        let most = self.at_once_bytes.max(self.window.len()).min(CHUNK_BYTES);
        let length = usize::try_from(self.length - from).unwrap_or(most).min(most);
        let before = self.window.len();
        files.read(&self.file, from, length, &mut self.window)?;
        if self.window.len() == before {
            return Err(self.damaged(files, from, "the file is shorter than it was"));
        }
        Ok(())
    }

    /// Where the line ends that has no newline before `from`. It is damage, and so is what has no newline for much longer.
    fn skip_line<S: Storage<File = F>>(&mut self, files: &mut Files<S>, from: u64) -> Result<u64> {
        let mut at = from;
        while at < self.length {
            if at - from > PASSED_BYTES_MAX {
                let begun = from.saturating_sub(LINE_BYTES_MAX as u64);
                return Err(Error::corrupt(self.file.path(), begun, line::TOO_LONG));
            }
            self.window.clear();
            self.window_start = at;
            self.grow(files, at)?;
            if let Some(newline) = memchr::memchr(b'\n', &self.window) {
                return Ok(at + newline as u64 + 1);
            }
            at = self.window_end();
        }
        Ok(self.length)
    }
}
