//! Streams: the lower store's events, and behind them the upper one's.
//!
//! Nothing is copied. A truncation drops events of the lower store by a mark in the upper one, a seq up to which they are not
//! shown, and the first event above goes behind a counter that was brought to the lower one's last-seq.

use crate::bounds::check_answer;
use crate::name::Name;
use crate::stores::{lower, upper};
use crate::view::cursor::{Cursor, Place};
use sx_persist_middleware::limits::{PAGE_BYTES_MAX, PAGE_ITEMS_MAX};
use sx_persist_middleware::types::{Direction, Error, LinePage, Position};

/// The seq up to which the lower events of a stream are dropped; none where all are there.
pub(crate) fn cut(stream: &str) -> Result<Option<u64>, Error> {
    let (table, key) = Name::Stream(stream.to_owned()).place();
    let Some(entry) = upper::maps::get(&table, &key)? else { return Ok(None) };
    let seq = std::str::from_utf8(&entry.value).ok().and_then(|digits| digits.parse().ok());
    // INVARIANT: nobody else writes to this table, and a number is all that is written to it.
    Ok(Some(seq.unwrap_or(u64::MAX)))
}

pub(crate) fn last_seq(stream: &str) -> Result<u64, Error> {
    Ok(upper::persist::last_seq(stream)?.max(lower::persist::last_seq(stream)?))
}

pub(crate) fn count(stream: &str) -> Result<u64, Error> {
    Ok(upper::persist::count(stream)? + count_below(stream, cut(stream)?)?)
}

/// How many events of the lower store are seen.
pub(crate) fn count_below(stream: &str, cut: Option<u64>) -> Result<u64, Error> {
    let Some(cut) = cut else { return lower::persist::count(stream) };
    if cut >= lower::persist::last_seq(stream)? {
        return Ok(0);
    }
    let (mut count, mut at) = (0, Position::After(cut));
    loop {
        let page = page_below(stream, &at, PAGE_ITEMS_MAX, Direction::Forward, Some(cut))?;
        count += page.items;
        if page.done {
            return Ok(count);
        }
        at = Position::Cursor(page.through);
    }
}

pub(crate) fn read(stream: &str) -> Result<Vec<String>, Error> {
    let above = upper::persist::read(stream)?;
    let cut = cut(stream)?;
    let mut events = lower::persist::read(stream)?;
    events.retain(|event| is_seen(event, cut));
    events.extend(above);
    check_answer(events.iter().map(String::len).sum())?;
    Ok(events)
}

/// Is an event of the lower store one behind the cut? One without a seq, of the original's, counts as 0.
fn is_seen(event: &str, above: Option<u64>) -> bool {
    above.is_none_or(|above| sx_persist_middleware::seq_of(event) > above)
}

/// Some events of the lower store.
struct Below {
    events: String,
    items: u64,
    through: String,
    done: bool,
}

/// A page of the lower store's events with a seq above this one. It is empty only at the end.
fn page_below(
    stream: &str,
    at: &Position,
    limit: u32,
    direction: Direction,
    above: Option<u64>,
) -> Result<Below, Error> {
    let mut page = lower::persist::read_page(stream, at, limit, direction)?;
    loop {
        let seen = page.lines.lines().filter(|event| is_seen(event, above));
        let mut below = Below { events: String::new(), items: 0, through: page.through, done: page.done };
        for event in seen {
            below.events.push_str(event);
            below.events.push('\n');
            below.items += 1;
        }
        if below.done || below.items > 0 {
            return Ok(below);
        }
        page = lower::persist::read_page(stream, &Position::Cursor(below.through), limit, direction)?;
    }
}

/// Has the lower store anything of a stream? Also one that was truncated to nothing there goes on behind it.
fn has_events_below(stream: &str) -> bool {
    matches!(lower::persist::last_seq(stream), Ok(1..)) || matches!(lower::persist::count(stream), Ok(1..))
}

pub(crate) fn read_page(
    stream: &str,
    at: Position,
    limit: u32,
    direction: Direction,
) -> Result<LinePage, Error> {
    let at = if matches!(&at, Position::Cursor(text) if text.is_empty()) { Position::Start } else { at };
    // What the lower store has nothing of is read as it is, and so is every question that is wrong.
    if !has_events_below(stream)
        || !(1..=PAGE_ITEMS_MAX).contains(&limit)
        || (direction == Direction::Backward && matches!(at, Position::After(_)))
    {
        return upper::persist::read_page(stream, &at, limit, direction);
    }
    let cut = cut(stream)?;
    let (after, place) = match at {
        Position::Start if direction == Direction::Backward => (None, Place::Below(Position::Start)),
        Position::Start => (None, Place::Below(cut.map_or(Position::Start, Position::After))),
        Position::End => (None, Place::Above(Position::End)),
        Position::After(seq) => (Some(seq), Place::Below(Position::After(seq.max(cut.unwrap_or(0))))),
        Position::Cursor(text) => {
            let cursor = Cursor::parse(&text, cut)?;
            (cursor.after, cursor.place)
        }
    };
    Reading { stream, cut, after, limit, direction }.page(place)
}

/// What is asked of a stream.
struct Reading<'a> {
    stream: &'a str,
    cut: Option<u64>,
    after: Option<u64>,
    limit: u32,
    direction: Direction,
}

impl Reading<'_> {
    fn is_backward(&self) -> bool {
        self.direction == Direction::Backward
    }

    fn page(&self, place: Place) -> Result<LinePage, Error> {
        match place {
            Place::Below(at) if self.is_backward() => self.down(&at),
            Place::Between if self.is_backward() => self.down(&Position::End),
            Place::Below(at) => {
                let page = self.below(&at, self.limit)?;
                if page.done {
                    return self.go_up(page.events, page.items);
                }
                Ok(self.with(page.events, Place::Below(Position::Cursor(page.through)), false))
            }
            Place::Between => self.go_up(String::new(), 0),
            Place::Above(at) => {
                let page = upper::persist::read_page(self.stream, &at, self.limit, self.direction)?;
                if page.done && self.is_backward() {
                    return self.go_down(page.lines);
                }
                Ok(self.with(page.lines, Place::Above(Position::Cursor(page.through)), page.done))
            }
        }
    }

    /// A page of the lower store's events, backward: behind it there is nothing.
    fn down(&self, at: &Position) -> Result<LinePage, Error> {
        let page = self.below(at, self.limit)?;
        Ok(self.with(page.events, Place::Below(Position::Cursor(page.through)), page.done))
    }

    fn below(&self, at: &Position, limit: u32) -> Result<Below, Error> {
        page_below(self.stream, at, limit, self.direction, self.cut.max(self.after))
    }

    /// Goes on with the upper store's events where the lower one has no more.
    fn go_up(&self, below: String, items: u64) -> Result<LinePage, Error> {
        let items = u32::try_from(items).unwrap_or(u32::MAX);
        let rest = self.limit.saturating_sub(items);
        let at = self.after.map_or(Position::Start, Position::After);
        let above = upper::persist::read_page(self.stream, &at, rest.max(1), Direction::Forward)?;
        let place = Place::Above(Position::Cursor(above.through));
        Ok(self.joined(below, &above.lines, rest, (place, above.done)))
    }

    /// Goes on with the lower store's events where the upper one has no more.
    fn go_down(&self, above: String) -> Result<LinePage, Error> {
        let items = u32::try_from(above.lines().count()).unwrap_or(u32::MAX);
        let rest = self.limit.saturating_sub(items);
        let below = self.below(&Position::End, rest.max(1))?;
        let place = Place::Below(Position::Cursor(below.through));
        Ok(self.joined(above, &below.events, rest, (place, below.done)))
    }

    /// A page of two parts, or of the first alone where the second has no room in it.
    fn joined(&self, mut first: String, second: &str, rest: u32, (place, done): (Place, bool)) -> LinePage {
        let has_room = first.is_empty() || (rest > 0 && first.len() + second.len() <= PAGE_BYTES_MAX);
        if has_room {
            first.push_str(second);
            return self.with(first, place, done);
        }
        self.with(first, Place::Between, second.is_empty())
    }

    fn with(&self, lines: String, place: Place, done: bool) -> LinePage {
        LinePage { lines, through: Cursor { after: self.after, place }.print(self.cut), done }
    }
}
