//! Pages of a log: base first, then what is pending, or the other way round.

use crate::base::layout::JOURNAL;
use crate::base::line;
use crate::base::log_file::LogFile;
use crate::base::search::By;
use crate::engine::Opened;
use crate::engine::listing::Direction;
use crate::engine::log::View;
use crate::engine::page::{Bounds, Cursor, Events, From, LogPage, event_of};
use crate::error::{Error, Result};
use crate::keyspace::Keyspace;
use crate::state::pending::{PendingLine, PendingLog};
use crate::storage::Storage;

/// Why a page is not given that leads back to where it began, where the place itself is not known.
const UNORDERED: &str = "lines whose numbers do not rise";

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
        let (nth, after) = match from {
            From::Start => (0, None),
            From::End => (u64::MAX, None),
            From::After(seq) => (0, Some(seq)),
            From::Cursor(cursor) => (cursor.nth, cursor.after),
        };
        let start = Cursor { generation: view.generation, nth, after };
        // The file may be one that somebody put together, in which numbers stand twice: paging must come to an end there, too.
        let place = self.root.places.get(keyspace, name, start);
        let place = place.filter(|offset| (1..=view.base.length_bytes).contains(offset));
        if let From::Cursor(cursor) = from {
            let last_nth = self.state.overlay.log(keyspace, name).map_or(view.base_nth, |log| log.last_nth);
            if cursor.generation != view.generation || (cursor.nth > last_nth && place.is_none()) {
                return Err(Error::InvalidArgument("the cursor is outdated".into()));
            }
        }
        let end = self.end_of(keyspace, name, view, start, direction);
        let mut page = LogPage::ending_at(end);
        if direction == Direction::Backward {
            // What stands before the damage is read from a place before it.
            if let Some(error) = damage.filter(|_| nth > view.base_nth) {
                return Err(error);
            }
            if place.is_some() || self.pending_backward(keyspace, name, start, bounds, &mut page)? {
                self.base_backward(keyspace, name, view, (start, place), bounds, &mut page)?;
            }
        } else if self.base_forward(keyspace, name, view, (start, place), bounds, &mut page)? {
            if let Some(error) = damage {
                page.end_at(error)?;
                page.next = Some(Cursor { nth: view.base_nth, ..start });
            }
            let nth = if place.is_some() { 0 } else { start.nth }.max(view.base_nth);
            self.pending_forward(keyspace, name, Cursor { nth, ..start }, bounds, &mut page)?;
        }
        Ok(page)
    }

    /// Where a page ends that nothing follows: before the first event, or behind the last one.
    fn end_of(
        &self,
        keyspace: &Keyspace,
        name: &[u8],
        View { base_nth, generation, .. }: View,
        start: Cursor,
        direction: Direction,
    ) -> Cursor {
        if direction == Direction::Backward {
            return Cursor { generation, ..Cursor::default() };
        }
        let pending = self.state.overlay.log(keyspace, name).filter(|log| !log.lines.is_empty());
        let last = pending.map_or(base_nth, |log| log.last_nth);
        // Whoever began behind the last event goes on from there.
        let nth = if start.nth == u64::MAX { last } else { start.nth.max(last) };
        Cursor { generation, nth, after: start.after }
    }

    /// As [`Opened::view`], of the whole lines of a log whose end is damaged.
    fn damaged_view(&mut self, keyspace: &Keyspace, name: &[u8]) -> Result<View> {
        let base = self.salvaged_log_state(keyspace, name)?;
        Ok(View::of_base(base))
    }

    /// Adds lines of the base; false when the page is full, or ends at damage.
    fn base_forward<E: Events>(
        &mut self,
        keyspace: &Keyspace,
        name: &[u8],
        View { base, base_nth, rewrite, .. }: View,
        (start, place): (Cursor, Option<u64>),
        bounds: Bounds,
        page: &mut LogPage<E>,
    ) -> Result<bool> {
        if base.length_bytes == 0 || (start.nth >= base_nth && place.is_none()) {
            return Ok(true);
        }
        let mut lines = self.log_file(keyspace, name, base)?;
        let above = start.after.max(rewrite.upto);
        let offset =
            self.offset_of((keyspace, name), &mut lines, (start.nth, place), base_nth, Direction::Forward)?;
        let mut at = Spot { nth: Some(start.nth), offset };
        if let Some(seq) = above.filter(|_| base.monotonic) {
            let sought = self.seek_above(keyspace, name, &mut lines, By::Seq, seq)?;
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
        if place != Some(offset) && nth <= start.nth {
            let unordered = lines.damaged(&mut self.root.files, at.offset, UNORDERED);
            return Err(page.damage.take().unwrap_or(unordered));
        }
        let next = Cursor { nth, ..start };
        self.root.places.remember(keyspace, name, next, at.offset);
        page.next = Some(next);
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

    /// Where the line behind the one of a number begins.
    fn offset_of(
        &mut self,
        (keyspace, name): (&Keyspace, &[u8]),
        lines: &mut LogFile<S::File>,
        (nth, place): (u64, Option<u64>),
        base_nth: u64,
        direction: Direction,
    ) -> Result<u64> {
        if nth == 0 {
            return Ok(0);
        }
        // It is right unless the file has been written anew.
        if let Some(offset) = place {
            lines.look_around(&mut self.root.files, offset)?;
            let before = lines.line_before(&mut self.root.files, offset)?;
            let is_right = before.is_some_and(|line| {
                // Blank lines may stand between.
                line.end <= offset
                    && match line::parse_in(keyspace, line.bytes).facts() {
                        Ok((_, found)) => found.nth.is_none_or(|found| found == nth),
                        // A page backward that came to damage ended behind it.
                        Err(_) => direction == Direction::Backward,
                    }
            });
            if is_right {
                return Ok(offset);
            }
        }
        match nth >= base_nth {
            true => Ok(lines.length()),
            false => self.seek_above(keyspace, name, lines, By::Nth, nth),
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
        let mut nth = start.nth;
        let first = log.lines.partition_point(|line| line.nth <= nth);
        for line in log.lines.iter().skip(first) {
            let is_wanted = start.after.is_none_or(|seq| line.seq > seq);
            if is_wanted && !push_pending(page, log, *line, bounds)? {
                let next = Cursor { nth, ..start };
                // In a file that somebody put together a line may have the number of a pending one.
                self.root.places.forget_one(keyspace, name, next);
                page.next = Some(next);
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
                let next = Cursor { nth: line.nth, ..start };
                self.root.places.forget_one(keyspace, name, next);
                page.next = Some(next);
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
        View { base, base_nth, rewrite, .. }: View,
        (start, place): (Cursor, Option<u64>),
        bounds: Bounds,
        page: &mut LogPage<E>,
    ) -> Result<()> {
        if base.length_bytes == 0 || start.nth == 0 {
            return Ok(());
        }
        let mut lines = self.log_file(keyspace, name, base)?;
        let offset =
            self.offset_of((keyspace, name), &mut lines, (start.nth, place), base_nth, Direction::Backward)?;
        let mut at = Spot { nth: Some(start.nth.min(base_nth)), offset };
        let upto = rewrite.upto;
        match self.lines_backward(keyspace, &mut lines, (upto, base.monotonic), bounds, &mut at, page) {
            Ok(true) => return Ok(()),
            Ok(false) => {}
            Err(error) => page.end_at(error)?,
        }
        // Of a damaged line this is what its number should be; 0 would be the beginning.
        let nth = match at.nth {
            Some(nth) => nth,
            None => lines.nth_before(&mut self.root.files, at.offset)?,
        };
        let next = Cursor { nth: nth.max(1), ..start };
        if place != Some(offset) && next.nth >= start.nth {
            let unordered = lines.damaged(&mut self.root.files, at.offset, UNORDERED);
            return Err(page.damage.take().unwrap_or(unordered));
        }
        self.root.places.remember(keyspace, name, next, at.offset);
        page.next = Some(next);
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
        let mut is_numbered = false;
        while let Some(line) = lines.line_before(&mut self.root.files, at.offset)? {
            let start = line.offset;
            let (event, trailer) = match event_of::<E>(line::parse_in(keyspace, line.bytes)) {
                Ok(found) => found,
                Err(reason) => return Err(lines.damaged(&mut self.root.files, start, reason)),
            };
            // Numbers have gaps where lines have gone from between others. One of the original's is counted from the beginning,
            // unless the page began among them: a line behind it may say anything in a file that somebody put together.
            if trailer.nth.is_some() {
                (at.nth, is_numbered) = (trailer.nth, true);
            } else if is_numbered {
                at.nth = None;
            }
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
