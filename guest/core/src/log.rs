//! Reading logs: pages, counts, and what a truncation would drop. Base first, then what is pending.

use crate::base::layout::{self, LOG};
use crate::base::line::{self, Text, Trailer};
use crate::base::log::{By, LogFile};
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::journal::within_counts;
use crate::limits::ANSWER_BYTES_MAX;
use crate::overlay::{PendingLine, Rewrite};
use crate::page::{Bounds, Cursor, Events, From, Page};
use crate::record::{Mark, Place, Record};
use crate::space::Space;
use crate::storage::Storage;
use std::borrow::Cow;

/// A log this short is read line by line where a longer one is searched: then every line that goes is checked.
const WALK_BYTES_MAX: u64 = 64 << 10;

/// What is known of a log before its lines are read.
#[derive(Clone, Copy, Debug)]
struct View {
    base: Mark,
    cut: u64,
    rewrite: Rewrite,
}

impl<S: Storage> Engine<S> {
    fn view(&mut self, space: &Space, name: &[u8]) -> Result<View> {
        let base = self.mark(space, name)?;
        Ok(match self.overlay.log(space, name) {
            Some(log) => View { base, cut: log.cut, rewrite: log.rewrite.unwrap_or_default() },
            None => View { base, cut: base.cut, rewrite: Rewrite::default() },
        })
    }

    fn log_file(&mut self, space: &Space, name: &[u8], base: Mark) -> Result<LogFile<S::File>> {
        let path = layout::path(space, name, LOG);
        match self.files.open(&path)? {
            Some(file) => Ok(LogFile::new(file, base.length_bytes)),
            None => Err(Error::corrupt(&path, 0, "the file is gone")),
        }
    }

    fn pending(&self, space: &Space, name: &[u8]) -> &[PendingLine] {
        self.overlay.log(space, name).map_or(&[], |log| &log.lines)
    }

    /// Appends events to a log, as a part of the commit in work.
    pub(crate) fn log_append(
        &mut self,
        space: &'static Space,
        name: &[u8],
        events: Vec<(u64, &str)>,
    ) -> Result<()> {
        let base = self.mark(space, name)?;
        let last_nth = self.overlay.log(space, name).map_or(base.last_nth, |log| log.last_nth);
        within_counts(last_nth + events.len() as u64)?;
        self.record(&Record::Append { place: Place { space, name }, base, events })
    }

    /// Drops the events with a seq up to `upto`, as a part of the commit in work. Answers how many.
    pub(crate) fn log_truncate(&mut self, space: &'static Space, name: &[u8], upto: u64) -> Result<u64> {
        let view = self.view(space, name)?;
        let pending = self.pending(space, name).iter().filter(|line| line.seq <= upto).count() as u64;
        let dropped = match view.rewrite.upto {
            Some(before) if before >= upto => view.rewrite.dropped,
            _ => self.count_upto(space, name, view, upto)?,
        };
        let newly = dropped.saturating_sub(view.rewrite.dropped) + pending;
        if newly > 0 {
            let place = Place { space, name };
            self.record(&Record::Truncate { place, base: view.base, upto, dropped })?;
        }
        Ok(newly)
    }

    /// How many events of the base file have a seq up to `upto`.
    fn count_upto(&mut self, space: &Space, name: &[u8], view: View, upto: u64) -> Result<u64> {
        let base = view.base;
        if base.length_bytes == 0 {
            return Ok(0);
        }
        let mut lines = self.log_file(space, name, base)?;
        if base.rising && base.length_bytes > WALK_BYTES_MAX {
            let end = lines.seek_above(&mut self.files, By::Seq, upto)?;
            if end == 0 {
                return Ok(0);
            }
            let first_nth = self.first_nth(&mut lines)?;
            return Ok((lines.nth_before(&mut self.files, end)? + 1).saturating_sub(first_nth));
        }
        let mut count = 0;
        self.walk(space, &mut lines, |seq| {
            count += u64::from(seq <= upto);
            !base.rising || seq <= upto
        })?;
        Ok(count)
    }

    /// Hands the seq of each line to `visit`, while it answers true.
    fn walk(
        &mut self,
        space: &Space,
        lines: &mut LogFile<S::File>,
        mut visit: impl FnMut(u64) -> bool,
    ) -> Result<()> {
        let mut offset = 0;
        while let Some(line) = lines.line_at(&mut self.files, offset)? {
            let end = line.end;
            match readable(space, line.bytes) {
                Ok((text, _)) if visit(line::seq_of(&text)) => offset = end,
                Ok(_) => break,
                Err(reason) => return Err(lines.damaged(&mut self.files, offset, reason)),
            }
        }
        Ok(())
    }

    /// The number of the first line: 1 unless an earlier truncation let it begin higher.
    fn first_nth(&mut self, lines: &mut LogFile<S::File>) -> Result<u64> {
        let end = lines.line_at(&mut self.files, 0)?.map_or(0, |line| line.end);
        lines.nth_before(&mut self.files, end)
    }

    /// How many events a log holds.
    pub(crate) fn log_count(&mut self, space: &Space, name: &[u8]) -> Result<u64> {
        let View { base, rewrite, .. } = self.view(space, name)?;
        let pending = self.pending(space, name).len() as u64;
        if base.length_bytes == 0 {
            return Ok(pending);
        }
        let mut lines = self.log_file(space, name, base)?;
        let mut count = 0;
        if base.rising {
            count = (base.last_nth + 1).saturating_sub(self.first_nth(&mut lines)?);
        } else {
            self.walk(space, &mut lines, |_| {
                count += 1;
                true
            })?;
        }
        Ok(count.saturating_sub(rewrite.dropped) + pending)
    }

    /// How many events a log holds that loses lines from its end alone: the number of its last one.
    pub(crate) fn log_length(&mut self, space: &Space, name: &[u8]) -> Result<u64> {
        let base = self.mark(space, name)?;
        if !base.rising {
            // The last line may be damaged, and then nobody knows its number: each is looked at.
            return self.log_count(space, name);
        }
        Ok(self.overlay.log(space, name).map_or(base.last_nth, |log| log.last_nth))
    }

    /// All events of a log.
    pub(crate) fn log_read<E: Events>(&mut self, space: &Space, name: &[u8]) -> Result<E> {
        let bounds = Bounds { items: usize::MAX, bytes: ANSWER_BYTES_MAX };
        let page: Page<E> = self.log_page(space, name, From::Start, bounds, false)?;
        if page.next.is_some() || page.bytes > ANSWER_BYTES_MAX {
            return Err(Error::too_large(ANSWER_BYTES_MAX, page.bytes + 1));
        }
        Ok(page.events)
    }

    /// Some events of a log.
    pub(crate) fn log_page<E: Events>(
        &mut self,
        space: &Space,
        name: &[u8],
        from: From,
        bounds: Bounds,
        backward: bool,
    ) -> Result<Page<E>> {
        let view = self.view(space, name)?;
        let (nth, offset, after) = match from {
            From::Start => (0, Some(0), None),
            From::End => (u64::MAX, None, None),
            From::After(seq) => (0, None, Some(seq)),
            From::Behind(nth) => (nth, None, None),
            From::Cursor(cursor) if cursor.cut == view.cut => (cursor.nth, Some(cursor.offset), cursor.after),
            From::Cursor(_) => return Err(Error::InvalidArgument("the cursor is outdated".into())),
        };
        let start = Cursor { cut: view.cut, nth, offset: offset.unwrap_or(u64::MAX), after };
        let mut page = Page::default();
        if backward {
            if start.is_in(view.base) || self.pending_backward(space, name, start, bounds, &mut page) {
                self.base_backward(space, name, view, start, bounds, &mut page)?;
            }
        } else if self.base_forward(space, name, view, start, bounds, &mut page)? {
            self.pending_forward(space, name, start, bounds, &mut page);
        }
        Ok(page)
    }

    /// Adds lines of the base; false when the page is full.
    fn base_forward<E: Events>(
        &mut self,
        space: &Space,
        name: &[u8],
        View { base, rewrite, .. }: View,
        start: Cursor,
        bounds: Bounds,
        page: &mut Page<E>,
    ) -> Result<bool> {
        if base.length_bytes == 0 || (start.nth >= base.last_nth && start.offset == 0) {
            return Ok(true);
        }
        let mut lines = self.log_file(space, name, base)?;
        let above = start.after.max(rewrite.upto);
        let mut offset = self.offset_of(space, &mut lines, base, start)?;
        let mut nth = Some(start.nth);
        if let Some(seq) = above.filter(|_| base.rising) {
            let sought = lines.seek_above(&mut self.files, By::Seq, seq)?;
            if sought > offset {
                (offset, nth) = (sought, None);
            }
        }
        let filter = above.filter(|_| !base.rising);
        while let Some((end, text)) = lines.text_at(&mut self.files, offset, page.room(bounds))? {
            let (text, trailer) = match taken(line::within(space, text)) {
                Ok(found) => found,
                Err(reason) => return Err(lines.damaged(&mut self.files, offset, reason)),
            };
            let is_wanted = filter.is_none_or(|seq| line::seq_of(&text) > seq);
            if is_wanted && !page.push(&text, bounds) {
                drop(text);
                let nth = match nth {
                    Some(nth) => nth,
                    None => lines.nth_before(&mut self.files, offset)?,
                };
                page.next = Some(Cursor { nth, offset, ..start });
                return Ok(false);
            }
            nth = trailer.nth.or(nth.map(|nth| nth + 1));
            offset = end;
        }
        Ok(true)
    }

    /// Where the line behind a place begins.
    fn offset_of(
        &mut self,
        space: &Space,
        lines: &mut LogFile<S::File>,
        base: Mark,
        start: Cursor,
    ) -> Result<u64> {
        if start.nth == 0 {
            return Ok(0);
        }
        // The hint is right unless another program has written the file anew. It comes before the number, which may stand twice
        // in a file that somebody put together: paging must come to an end there, too.
        if start.is_in(base) {
            lines.look_around(&mut self.files, start.offset)?;
            let before = lines.line_before(&mut self.files, start.offset)?;
            let is_right = before.is_some_and(|line| {
                line.end == start.offset
                    && readable(space, line.bytes)
                        .is_ok_and(|(_, found)| found.nth.is_none_or(|nth| nth == start.nth))
            });
            if is_right {
                return Ok(start.offset);
            }
        }
        match start.nth >= base.last_nth {
            true => Ok(lines.length()),
            false => lines.seek_above(&mut self.files, By::Nth, start.nth),
        }
    }

    /// Adds pending lines.
    fn pending_forward<E: Events>(
        &mut self,
        space: &Space,
        name: &[u8],
        start: Cursor,
        bounds: Bounds,
        page: &mut Page<E>,
    ) {
        let Some(log) = self.overlay.log(space, name) else { return };
        let mut nth = if start.is_in(log.base) { 0 } else { start.nth }.max(log.base.last_nth);
        let first = log.lines.partition_point(|line| line.nth <= nth);
        for line in log.lines.iter().skip(first) {
            let is_wanted = start.after.is_none_or(|seq| line.seq > seq);
            if is_wanted && !page.push(log.text(*line), bounds) {
                page.next = Some(Cursor { nth, offset: 0, ..start });
                return;
            }
            nth = line.nth;
        }
    }

    /// Adds pending lines, the last one first; false when the page is full.
    fn pending_backward<E: Events>(
        &mut self,
        space: &Space,
        name: &[u8],
        start: Cursor,
        bounds: Bounds,
        page: &mut Page<E>,
    ) -> bool {
        let Some(log) = self.overlay.log(space, name) else { return true };
        let end = log.lines.partition_point(|line| line.nth <= start.nth);
        for line in log.lines.iter().take(end).rev() {
            if !page.push(log.text(*line), bounds) {
                page.next = Some(Cursor { nth: line.nth, offset: 0, ..start });
                return false;
            }
        }
        true
    }

    /// Adds lines of the base, the last one first.
    fn base_backward<E: Events>(
        &mut self,
        space: &Space,
        name: &[u8],
        View { base, rewrite, .. }: View,
        start: Cursor,
        bounds: Bounds,
        page: &mut Page<E>,
    ) -> Result<()> {
        if base.length_bytes == 0 || start.nth == 0 {
            return Ok(());
        }
        let mut lines = self.log_file(space, name, base)?;
        let mut offset = self.offset_of(space, &mut lines, base, start)?;
        while let Some(line) = lines.line_before(&mut self.files, offset)? {
            let at = line.offset;
            let text = match readable(space, line.bytes) {
                Ok((text, _)) => text,
                Err(reason) => return Err(lines.damaged(&mut self.files, at, reason)),
            };
            let is_gone = rewrite.upto.is_some_and(|upto| line::seq_of(&text) <= upto);
            if is_gone && base.rising {
                return Ok(());
            }
            if !is_gone && !page.push(&text, bounds) {
                drop(text);
                let nth = lines.nth_before(&mut self.files, offset)?;
                page.next = Some(Cursor { nth, offset, ..start });
                return Ok(());
            }
            offset = at;
        }
        Ok(())
    }
}

/// The event and the trailer of a line, or why it is damaged.
fn readable<'a>(
    space: &Space,
    bytes: &'a [u8],
) -> std::result::Result<(Cow<'a, str>, Trailer), &'static str> {
    taken(line::parse_in(space, bytes))
}

fn taken(text: Text<'_>) -> std::result::Result<(Cow<'_, str>, Trailer), &'static str> {
    match text {
        Text::Whole(text, trailer) => Ok((text.into(), trailer)),
        Text::Bare(text) => Ok((text, Trailer::default())),
        Text::Damaged(reason) => Err(reason),
    }
}
