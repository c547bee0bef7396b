//! Pages of a log: base first, then what is pending, or the other way round.

use crate::base::layout::JOURNAL;
use crate::base::line;
use crate::base::log_file::LogFile;
use crate::base::log_state::LogState;
use crate::base::search::By;
use crate::engine::Opened;
use crate::engine::listing::Direction;
use crate::engine::log::View;
use crate::engine::page::{Bounds, Cursor, Events, From, LogPage, event_of};
use crate::error::{Error, Result};
use crate::keyspace::Keyspace;
use crate::state::overlay::Rewrite;
use crate::state::pending::{PendingLine, PendingLog};
use crate::storage::Storage;

/// A place in the base file of a log.
#[derive(Clone, Copy, Debug)]
struct Spot {
    /// The number of the line before it, where that is known.
    nth: Option<u64>,
    offset: u64,
}

impl<S: Storage> Opened<'_, S> {
    /// Some events of a log. What precedes damage is given, with `next` at the damage.
    pub(crate) fn log_page<E: Events>(
        &mut self,
        keyspace: &Keyspace,
        name: &[u8],
        from: From,
        bounds: Bounds,
        direction: Direction,
    ) -> Result<LogPage<E>> {
        let (view, damage) = match self.view(keyspace, name) {
            // What has no line for so long is not looked through a second time.
            Err(Error::Corrupt(damage)) if damage.reason == line::TOO_LONG => {
                return Err(Error::Corrupt(damage));
            }
            Err(Error::Corrupt(damage)) => (self.damaged_view(keyspace, name)?, Some(Error::Corrupt(damage))),
            view => (view?, None),
        };
        let (nth, offset, after) = match from {
            From::Start => (0, Some(0), None),
            From::End => (u64::MAX, None, None),
            From::After(seq) => (0, None, Some(seq)),
            From::Behind(nth) => (nth, None, None),
            From::Cursor(cursor) if cursor.generation == view.generation => {
                (cursor.nth, Some(cursor.offset), cursor.after)
            }
            From::Cursor(_) => return Err(Error::InvalidArgument("the cursor is outdated".into())),
        };
        let start = Cursor { generation: view.generation, nth, offset: offset.unwrap_or(u64::MAX), after };
        let end = self.end_of(keyspace, name, view, start, direction);
        let mut page = LogPage::ending_at(end);
        if direction == Direction::Backward {
            // What stands before the damage is read from a place before it.
            if let Some(error) = damage.filter(|_| offset.is_none() && nth > view.base.last_nth) {
                return Err(error);
            }
            if start.is_in(view.base) || self.pending_backward(keyspace, name, start, bounds, &mut page)? {
                self.base_backward(keyspace, name, view, start, bounds, &mut page)?;
            }
        } else if self.base_forward(keyspace, name, view, start, bounds, &mut page)? {
            if let Some(error) = damage {
                page.end_at(error)?;
                page.next = Some(Cursor { nth: view.base.last_nth, offset: view.base.length_bytes, ..start });
            }
            self.pending_forward(keyspace, name, start, bounds, &mut page)?;
        }
        Ok(page)
    }

    /// Where a page ends that nothing follows: before the first event, or behind the last one.
    fn end_of(
        &self,
        keyspace: &Keyspace,
        name: &[u8],
        View { base, generation, .. }: View,
        start: Cursor,
        direction: Direction,
    ) -> Cursor {
        if direction == Direction::Backward {
            return Cursor { generation, ..Cursor::default() };
        }
        let pending = self.state.overlay.log(keyspace, name).filter(|log| !log.lines.is_empty());
        let (last, offset) = match pending {
            Some(log) => (log.last_nth, 0),
            None => (base.last_nth, base.length_bytes),
        };
        // Whoever began behind the last event goes on from there.
        let nth = if start.nth == u64::MAX { last } else { start.nth.max(last) };
        Cursor { generation, nth, offset, after: start.after }
    }

    /// As [`Opened::view`], of the whole lines of a log whose end is damaged.
    fn damaged_view(&mut self, keyspace: &Keyspace, name: &[u8]) -> Result<View> {
        let base = self.salvaged_log_state(keyspace, name)?;
        Ok(View { base, generation: base.generation, rewrite: Rewrite::default() })
    }

    /// Adds lines of the base; false when the page is full, or ends at damage.
    fn base_forward<E: Events>(
        &mut self,
        keyspace: &Keyspace,
        name: &[u8],
        View { base, rewrite, .. }: View,
        start: Cursor,
        bounds: Bounds,
        page: &mut LogPage<E>,
    ) -> Result<bool> {
        if base.length_bytes == 0 || (start.nth >= base.last_nth && start.offset == 0) {
            return Ok(true);
        }
        let mut lines = self.log_file(keyspace, name, base)?;
        let above = start.after.max(rewrite.upto);
        let offset = self.offset_of(keyspace, &mut lines, base, start)?;
        let mut at = Spot { nth: Some(start.nth), offset };
        if let Some(seq) = above.filter(|_| base.monotonic) {
            let sought = lines.seek_above(&mut self.root.files, By::Seq, seq)?;
            if sought > offset {
                at = Spot { nth: None, offset: sought };
            }
        }
        let filter = above.filter(|_| !base.monotonic);
        match self.lines_forward(keyspace, &mut lines, filter, bounds, &mut at, page) {
            Ok(true) => return Ok(true),
            Ok(false) => {}
            Err(error) => page.end_at(error)?,
        }
        let nth = match at.nth {
            Some(nth) => nth,
            None => lines.nth_before(&mut self.root.files, at.offset)?,
        };
        page.next = Some(Cursor { nth, offset: at.offset, ..start });
        Ok(false)
    }

    /// Adds lines from a spot on, and moves it; false when the page is full.
    fn lines_forward<E: Events>(
        &mut self,
        keyspace: &Keyspace,
        lines: &mut LogFile<S::File>,
        filter: Option<u64>,
        bounds: Bounds,
        at: &mut Spot,
        page: &mut LogPage<E>,
    ) -> Result<bool> {
        while let Some((place, text)) = lines.text_at(&mut self.root.files, at.offset, page.room(bounds))? {
            let (event, trailer) = match event_of::<E>(line::within(keyspace, text)) {
                Ok(found) => found,
                Err(reason) => return Err(lines.damaged(&mut self.root.files, place.start, reason)),
            };
            let is_wanted = filter.is_none_or(|seq| event.seq() > seq);
            let pushed = if is_wanted { page.push(&event, bounds) } else { Ok(true) };
            match pushed {
                Ok(true) => {}
                Ok(false) => return Ok(false),
                Err(reason) => return Err(lines.damaged(&mut self.root.files, place.start, reason)),
            }
            *at = Spot { nth: trailer.nth.or(at.nth.map(|nth| nth + 1)), offset: place.end };
        }
        Ok(true)
    }

    /// Where the line behind a place begins.
    fn offset_of(
        &mut self,
        keyspace: &Keyspace,
        lines: &mut LogFile<S::File>,
        base: LogState,
        start: Cursor,
    ) -> Result<u64> {
        if start.nth == 0 {
            return Ok(0);
        }
        // The hint is right unless another program has written the file anew. It comes before the number, which may stand twice
        // in a file that somebody put together: paging must come to an end there, too.
        if start.is_in(base) {
            lines.look_around(&mut self.root.files, start.offset)?;
            let before = lines.line_before(&mut self.root.files, start.offset)?;
            let is_right = before.is_some_and(|line| {
                // Blank lines may stand between.
                line.end <= start.offset
                    && line::parse_in(keyspace, line.bytes)
                        .facts()
                        .is_ok_and(|(_, found)| found.nth.is_none_or(|nth| nth == start.nth))
            });
            if is_right {
                return Ok(start.offset);
            }
        }
        match start.nth >= base.last_nth {
            true => Ok(lines.length()),
            false => lines.seek_above(&mut self.root.files, By::Nth, start.nth),
        }
    }

    /// Adds pending lines.
    fn pending_forward<E: Events>(
        &mut self,
        keyspace: &Keyspace,
        name: &[u8],
        start: Cursor,
        bounds: Bounds,
        page: &mut LogPage<E>,
    ) -> Result<()> {
        let Some(log) = self.state.overlay.log(keyspace, name) else { return Ok(()) };
        let mut nth = if start.is_in(log.base) { 0 } else { start.nth }.max(log.base.last_nth);
        let first = log.lines.partition_point(|line| line.nth <= nth);
        for line in log.lines.iter().skip(first) {
            let is_wanted = start.after.is_none_or(|seq| line.seq > seq);
            if is_wanted && !push_pending(page, log, *line, bounds)? {
                page.next = Some(Cursor { nth, offset: 0, ..start });
                return Ok(());
            }
            nth = line.nth;
        }
        Ok(())
    }

    /// Adds pending lines, the last one first; false when the page is full.
    fn pending_backward<E: Events>(
        &mut self,
        keyspace: &Keyspace,
        name: &[u8],
        start: Cursor,
        bounds: Bounds,
        page: &mut LogPage<E>,
    ) -> Result<bool> {
        let Some(log) = self.state.overlay.log(keyspace, name) else { return Ok(true) };
        let end = log.lines.partition_point(|line| line.nth <= start.nth);
        for line in log.lines.iter().take(end).rev() {
            if !push_pending(page, log, *line, bounds)? {
                page.next = Some(Cursor { nth: line.nth, offset: 0, ..start });
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Adds lines of the base, the last one first.
    fn base_backward<E: Events>(
        &mut self,
        keyspace: &Keyspace,
        name: &[u8],
        View { base, rewrite, .. }: View,
        start: Cursor,
        bounds: Bounds,
        page: &mut LogPage<E>,
    ) -> Result<()> {
        if base.length_bytes == 0 || start.nth == 0 {
            return Ok(());
        }
        let mut lines = self.log_file(keyspace, name, base)?;
        let offset = self.offset_of(keyspace, &mut lines, base, start)?;
        let mut at = Spot { nth: Some(start.nth.min(base.last_nth)), offset };
        let upto = rewrite.upto;
        match self.lines_backward(keyspace, &mut lines, (upto, base.monotonic), bounds, &mut at, page) {
            Ok(true) => return Ok(()),
            Ok(false) => {}
            Err(error) => page.end_at(error)?,
        }
        // Of a damaged line this is what its number should be; 0 would be the beginning.
        page.next = Some(Cursor { nth: at.nth.unwrap_or(0).max(1), offset: at.offset, ..start });
        Ok(())
    }

    /// As [`Opened::lines_forward`], the last line first. Those with a seq up to `upto` are gone; where seqs never descend
    /// nothing else precedes one of them.
    fn lines_backward<E: Events>(
        &mut self,
        keyspace: &Keyspace,
        lines: &mut LogFile<S::File>,
        (upto, is_monotonic): (Option<u64>, bool),
        bounds: Bounds,
        at: &mut Spot,
        page: &mut LogPage<E>,
    ) -> Result<bool> {
        while let Some(line) = lines.line_before(&mut self.root.files, at.offset)? {
            let start = line.offset;
            let (event, trailer) = match event_of::<E>(line::parse_in(keyspace, line.bytes)) {
                Ok(found) => found,
                Err(reason) => return Err(lines.damaged(&mut self.root.files, start, reason)),
            };
            // Numbers have gaps where lines have gone from between others.
            at.nth = trailer.nth.or(at.nth);
            let is_gone = upto.is_some_and(|upto| event.seq() <= upto);
            if is_gone && is_monotonic {
                return Ok(true);
            }
            let pushed = if is_gone { Ok(true) } else { page.push(&event, bounds) };
            match pushed {
                Ok(true) => {}
                Ok(false) => return Ok(false),
                Err(reason) => return Err(lines.damaged(&mut self.root.files, start, reason)),
            }
            *at = Spot { nth: at.nth.map(|nth| nth.saturating_sub(1)), offset: start };
        }
        Ok(true)
    }
}

/// Adds a pending line. False when the page is full.
fn push_pending<E: Events>(
    page: &mut LogPage<E>,
    log: &PendingLog,
    line: PendingLine,
    bounds: Bounds,
) -> Result<bool> {
    let pushed = page.push_text(log.text(line)?, bounds);
    pushed.map_err(|reason| Error::corrupt(JOURNAL, 0, reason))
}
