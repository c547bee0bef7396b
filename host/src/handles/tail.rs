//! A place in a stream that moves on with it, also while another process appends and truncates.

use crate::error::Result;
use crate::handles::event;
use crate::interface::wit;
use crate::store::Store;
use crate::types::{Direction, Error, LinePage, Position};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// Events that are remembered, to know them again behind a truncation. Of a stream from which more were given, those with a seq
/// up to the highest given are taken to be given.
const REMEMBERED_MAX: usize = 1_000_000;

/// An event that was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Given {
    seq: u64,
    hash: u64,
}

/// Reads a stream from a place on, each event once.
///
/// A truncation takes away the place: then the stream is read from the beginning again, and what was given of it is left out. It is
/// looked up which of the events that were given are the first ones now, since seqs alone do not tell where they repeat or descend.
#[derive(Debug)]
pub struct Tail<'a> {
    store: &'a Store,
    stream: String,
    page_events: u32,
    begin: Position,
    /// Where the present page begins.
    at: Position,
    /// How many events from there on were given: the last ones of `given`.
    passed: usize,
    /// All that were given and may be there still, in order; none where there are too many, or where they do not begin the stream.
    given: Option<Vec<Given>>,
    /// The highest seq given, or the one to begin after.
    highest: u64,
    is_at_end: bool,
}

impl<'a> Tail<'a> {
    /// Begins at a place, and reads at most `page_events` events at once.
    #[must_use]
    pub fn new(store: &'a Store, stream: &str, at: Position, page_events: u32) -> Self {
        let highest = if let Position::After(seq) = at { seq } else { 0 };
        let (begin, given) = (at.clone(), Some(Vec::new()));
        Self {
            store,
            stream: stream.to_owned(),
            page_events,
            begin,
            at,
            passed: 0,
            given,
            highest,
            is_at_end: false,
        }
    }

    /// Begins behind a cursor, with the highest seq that stands before it. Of what a truncation leaves, those with a higher seq are
    /// taken to be new: what stood before the cursor is not known.
    #[must_use]
    pub fn behind(store: &'a Store, stream: &str, cursor: String, highest: u64, page_events: u32) -> Self {
        let tail = Self::new(store, stream, Position::Cursor(cursor), page_events);
        Self { given: None, highest, ..tail }
    }

    /// Returns `true` if everything has been given that was there a moment ago.
    #[must_use]
    pub fn is_at_end(&self) -> bool {
        self.is_at_end
    }

    /// Returns the events behind those given before, a page of them at most, as SX text.
    ///
    /// # Errors
    /// `InvalidName`; `Corrupt`.
    pub fn next_events(&mut self) -> Result<Vec<String>> {
        let page = loop {
            match self.page(&self.at)? {
                Some(page) if self.continues(&page) => break page,
                _ => self.find_place()?,
            }
        };
        let (count, passed) = (page.lines.lines().count(), self.passed);
        let fresh: Vec<_> = page.lines.lines().skip(passed).map(str::to_owned).collect();
        self.remember(&fresh);
        self.is_at_end = page.done;
        self.at = Position::Cursor(page.through);
        self.passed = passed.saturating_sub(count);
        Ok(fresh)
    }

    /// A page; none where the stream was truncated since the place was given.
    fn page(&self, at: &Position) -> Result<Option<LinePage>> {
        match wit::persist::read_page(self.store, &self.stream, at, self.page_events, Direction::Forward) {
            Err(error) if is_outdated(at, &error) => Ok(None),
            page => page.map(Some),
        }
    }

    /// Does the page begin with what was given of it? A place that is no cursor does not become outdated.
    fn continues(&self, page: &LinePage) -> bool {
        if page.done && page.lines.lines().count() < self.passed {
            return false;
        }
        let Some(given) = &self.given else { return true };
        let expected = &given[given.len() - self.passed..];
        page.lines.lines().zip(expected).all(|(event, given)| Given::of(event) == *given)
    }

    /// Finds what is left of the events that were given, and goes on behind it.
    fn find_place(&mut self) -> Result<()> {
        let Some(given) = &self.given else {
            (self.at, self.passed) = (Position::After(self.highest), 0);
            return Ok(());
        };
        let Some(first) = self.first(given.len())? else { return Ok(()) };
        let left = left_of(given, &first);
        (self.at, self.passed, self.given) = (self.begin.clone(), left.len(), Some(left));
        Ok(())
    }

    /// Returns at most `count` first events of the stream as it is now, `None` while it is being truncated.
    fn first(&self, count: usize) -> Result<Option<Vec<Given>>> {
        let mut first = Vec::new();
        let mut at = self.begin.clone();
        while first.len() < count {
            let Some(page) = self.page(&at)? else { return Ok(None) };
            first.extend(page.lines.lines().map(Given::of));
            if page.done {
                break;
            }
            at = Position::Cursor(page.through);
        }
        Ok(Some(first))
    }

    fn remember(&mut self, events: &[String]) {
        for event in events.iter().map(|event| Given::of(event)) {
            self.highest = self.highest.max(event.seq);
            self.given.iter_mut().for_each(|given| given.push(event));
        }
        if self.given.as_ref().is_some_and(|given| given.len() > REMEMBERED_MAX) {
            self.given = None;
        }
    }
}

impl Given {
    fn of(event: &str) -> Self {
        let mut hasher = DefaultHasher::new();
        event.hash(&mut hasher);
        // What the store counts as 0 as well: the original stored events without a seq.
        Self { seq: event::seq_of(event), hash: hasher.finish() }
    }
}

/// Which of the events that were given a truncation has left, when the stream begins with `first` now: those above some seq, with
/// which it begins. Where several seqs fit, as many as can be.
fn left_of(given: &[Given], first: &[Given]) -> Vec<Given> {
    let Some(begin) = first.first() else { return Vec::new() };
    let mut gone = None;
    for (at, event) in given.iter().enumerate() {
        // The first one that is left: all before it were dropped, so it is above each of them.
        if event == begin && gone < Some(event.seq) {
            let between =
                given[at..].iter().map(|event| Some(event.seq)).filter(|seq| *seq < Some(event.seq));
            let mut upto: Vec<_> = between.filter(|seq| *seq > gone).chain([gone]).collect();
            upto.sort_unstable();
            upto.dedup();
            for upto in upto {
                let left: Vec<_> =
                    given[at..].iter().filter(|event| Some(event.seq) > upto).copied().collect();
                if first.starts_with(&left) {
                    return left;
                }
            }
        }
        gone = gone.max(Some(event.seq));
    }
    Vec::new()
}

fn is_outdated(at: &Position, error: &crate::error::Error) -> bool {
    matches!(at, Position::Cursor(_)) && matches!(error.refusal(), Some(Error::InvalidArgument(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(seqs: &[u64]) -> Vec<Given> {
        seqs.iter().map(|seq| Given::of(&format!("{{:seq {seq}}}"))).collect()
    }

    #[test]
    fn what_a_truncation_left_is_known_again() {
        for (given, first, left) in [
            (&[1, 2, 9][..], &[2, 9, 5, 9, 10, 3][..], &[2, 9][..]),
            (&[1, 2, 9], &[2, 9, 9], &[2, 9]),
            (&[1, 2, 9], &[], &[]),
            (&[1, 2, 9], &[10, 2, 9], &[]),
            // All were dropped and one of them came again, or the last one would have been left as well.
            (&[2, 9], &[2], &[]),
            (&[5, 1, 9], &[1, 9], &[]),
            (&[1, 9, 2], &[9, 4], &[9]),
            (&[4, 9, 5, 8], &[9, 8, 1], &[9, 8]),
            (&[4, 9, 5, 8], &[9, 5, 8, 8], &[9, 5, 8]),
            (&[7, 7, 7], &[7, 7, 7, 7], &[7, 7, 7]),
        ] {
            assert_eq!(left_of(&events(given), &events(first)), events(left), "{given:?} {first:?}");
        }
    }

    #[test]
    fn each_event_is_given_once_whatever_a_writer_does_between_two_pages() {
        let store = Store::in_memory().unwrap();
        let mut random = 7u64;
        let mut next = |below: u64| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (random >> 33) % below
        };
        let mut tail = Tail::new(&store, "s", Position::Start, 3);
        let (mut written, mut read) = (Vec::new(), Vec::new());
        for number in 0..2_000 {
            for _ in 0..next(4) {
                // Seqs repeat and descend; no two events are the same.
                let event = format!("{{:nth {} :seq {}}}", written.len(), next(20) + 1);
                store.raw().append("s", &event).unwrap();
                written.push(event);
            }
            // What was given may go; what was not given yet stays.
            if number % 5 == 0 {
                read_all(&mut tail, &mut read);
                store.raw().truncate("s", next(20)).unwrap();
            } else {
                read.extend(tail.next_events().unwrap());
            }
        }
        read_all(&mut tail, &mut read);
        assert!(read == written, "{} of {}", read.len(), written.len());
    }

    fn read_all(tail: &mut Tail<'_>, into: &mut Vec<String>) {
        loop {
            into.extend(tail.next_events().unwrap());
            if tail.is_at_end() {
                return;
            }
        }
    }
}
