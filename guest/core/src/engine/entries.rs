//! Entries in runs that have numbers: those of a segment, the events of a stream. They are read in pages, forward or backward.

use crate::base::layout::RUNS;
use crate::base::line;
use crate::engine::Opened;
use crate::engine::listing::Direction;
use crate::engine::page::{Bounds, Cursor, Events, LogPage};
use crate::engine::pull::{NamePull, PulledKey};
use crate::error::{Error, Result};
use crate::keyspace::name_range::NameRange;
use crate::keyspace::{ENTRIES, Keyspace};
use crate::limits::ANSWER_BYTES_MAX;
use crate::state::pending::PendingValue;
use crate::storage::Storage;

/// Why an entry is damage.
pub(super) const MISSING: &str = "an entry is missing";
const NO_TEXT: &str = "an entry that is no text";

/// The entries under one prefix, from one number up to another, both with them.
#[derive(Clone, Debug)]
pub(crate) struct Entries {
    pub(crate) keyspace: &'static Keyspace,
    /// What their names begin with; their number stands behind it.
    pub(crate) prefix: Vec<u8>,
    pub(crate) first: u64,
    pub(crate) last: u64,
    /// Has each number between the two its entry?
    pub(crate) is_dense: bool,
}

impl Entries {
    /// The first entries of a segment, so many, or of its trace.
    pub(crate) fn of_segment(keyspace: &'static Keyspace, segment: &[u8], count: u64) -> Self {
        Self { keyspace, prefix: segment.to_vec(), first: 1, last: count, is_dense: true }
    }

    /// The name of the entry of a number.
    fn name(&self, nth: u64) -> Vec<u8> {
        [self.prefix.as_slice(), &nth.to_be_bytes()].concat()
    }

    /// Those between two numbers, both with them.
    pub(crate) fn pull(&self, first: u64, last: u64, direction: Direction) -> NamePull {
        let mut names = NameRange::default();
        names.start_at(&self.name(first));
        names.end_before(&self.name(last.saturating_add(1)));
        NamePull::new(self.keyspace, names, direction)
    }
}

impl<S: Storage> Opened<'_, S> {
    /// Some entries from a place on: `start.nth` is the number before it. Those with a seq up to `above` are passed over. What precedes
    /// damage is given, with `next` at the damage.
    pub(crate) fn entry_page<E: Events>(
        &mut self,
        entries: &Entries,
        (start, above): (Cursor, Option<u64>),
        bounds: Bounds,
        direction: Direction,
    ) -> Result<LogPage<E>> {
        let is_forward = direction == Direction::Forward;
        let Entries { first, last, is_dense, .. } = *entries;
        // Whoever began behind the last entry goes on from there.
        let end = if is_forward { start.nth.max(last) } else { 0 };
        let mut at = if is_forward { start.nth.max(first.saturating_sub(1)) } else { start.nth.min(last) };
        let mut page = LogPage::ending_at(Cursor { nth: end, ..start });
        let left = |at: u64| {
            let (first, last) = if is_forward { (at.saturating_add(1), last) } else { (first, at) };
            entries.pull(first, last, direction)
        };
        let mut names = left(at);
        while if is_forward { at < last } else { at >= first } {
            let due = if is_forward { at + 1 } else { at };
            let mut take = |entry: &str| {
                let is_wanted = above.is_none_or(|seq| line::seq_of(entry) > seq);
                if is_wanted { page.push_text(entry, bounds) } else { Ok(true) }
            };
            let found = match self.next_entry(entries, &mut names, due, &mut take) {
                // The damage may be in what the entry had been before.
                Err(Error::Corrupt(damage)) if is_dense => {
                    names = left(if is_forward { due } else { due - 1 });
                    let entry = self.entry(entries, due);
                    entry.map(|entry| Some((due, take(&entry)))).map_err(|_| Error::Corrupt(damage))
                }
                found => found,
            };
            let is_passed = match found {
                Ok(Some((nth, taken))) => {
                    let is_passed = taken.map_err(damage)?;
                    if is_passed {
                        at = if is_forward { nth } else { nth.saturating_sub(1) };
                    }
                    is_passed
                }
                Ok(None) => break,
                Err(error) => {
                    page.end_at(error)?;
                    false
                }
            };
            if !is_passed {
                page.next = Some(Cursor { nth: at, ..start });
                break;
            }
        }
        Ok(page)
    }

    /// Hands the next entry to `take`, where it stands. Answers its number, which is to be `due` where none is missing, and what `take`
    /// does.
    fn next_entry<T>(
        &mut self,
        entries: &Entries,
        names: &mut NamePull,
        due: u64,
        take: impl FnOnce(&str) -> T,
    ) -> Result<Option<(u64, T)>> {
        let Some(key) = names.next_key(self)? else {
            return if entries.is_dense { Err(damage(MISSING)) } else { Ok(None) };
        };
        let nth = key.number_behind(entries.prefix.len()).filter(|nth| !entries.is_dense || *nth == due);
        let nth = nth.ok_or_else(|| damage(MISSING))?;
        let at_hand = match &key {
            PulledKey::Entry(hit) if hit.place().is_none() => Some(hit.block.value(hit.at)),
            PulledKey::Entry(_) => None,
            PulledKey::Name(name) => {
                self.state.overlay.value(entries.keyspace, name).and_then(PendingValue::bytes)
            }
        };
        let taken = match at_hand {
            Some(bytes) => take(str::from_utf8(bytes).map_err(|_| damage(NO_TEXT))?),
            None => take(&text_of(self.pulled_value(entries.keyspace, &key)?.map(|value| value.bytes))?),
        };
        Ok(Some((nth, taken)))
    }

    /// The entry of a number.
    pub(crate) fn entry(&mut self, entries: &Entries, nth: u64) -> Result<String> {
        let value = self.value(entries.keyspace, &entries.name(nth))?;
        text_of(value)
    }

    /// All entries of a segment: none where one of them is damaged.
    pub(crate) fn all_entries<E: Events>(&mut self, segment: &[u8], count: u64) -> Result<E> {
        let entries = Entries::of_segment(&ENTRIES, segment, count);
        self.whole(|engine, bounds| {
            engine.entry_page(&entries, (Cursor::default(), None), bounds, Direction::Forward)
        })
    }

    /// The events of a page that has them all: none where one of them is damaged.
    pub(crate) fn whole<E: Events>(
        &mut self,
        page: impl FnOnce(&mut Self, Bounds) -> Result<LogPage<E>>,
    ) -> Result<E> {
        let page = page(self, Bounds { items: usize::MAX, bytes: ANSWER_BYTES_MAX })?;
        if let Some(error) = page.damage {
            return Err(error);
        }
        if page.next.is_some() || page.bytes > ANSWER_BYTES_MAX {
            return Err(Error::too_large(ANSWER_BYTES_MAX, page.bytes + 1));
        }
        Ok(page.events)
    }
}

fn text_of(entry: Option<Vec<u8>>) -> Result<String> {
    let entry = entry.ok_or_else(|| damage(MISSING))?;
    String::from_utf8(entry).map_err(|_| damage(NO_TEXT))
}

/// Damage in the runs.
pub(super) fn damage(reason: &'static str) -> Error {
    Error::corrupt(RUNS, 0, reason)
}
