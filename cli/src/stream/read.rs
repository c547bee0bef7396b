//! `stream read`: events of one stream or several, and those that come.

use crate::exit::{CliError, Status};
use crate::options::Options;
use crate::output::{Answer, List, Output};
use crate::terminal::{self, wait_for_close};
use clap::Args;
use std::collections::{BTreeSet, HashSet};
use std::time::Duration;
use sx_persist::types::{Direction, Position};
use sx_persist::{Store, Tail};

/// How often streams that are followed are looked at.
const POLL: Duration = Duration::from_millis(100);
/// Events asked for at once. A page that is not full is read again at each look, so it is no larger.
const PAGE_EVENTS: u32 = 1_024;

pub(super) const EXAMPLES: &str = "\
Examples:
  sx-persist stream read orders
  sx-persist stream read orders --tail 10
  sx-persist stream read orders --reverse --limit 1
  sx-persist --json stream read orders --after 7 --follow
  sx-persist stream read --prefix orders/ --prefix refunds/ --follow --from-end

Of several streams each event has the name of its stream before it, with a tab between; in JSON it is an object
{\"stream\", \"event\"}. They are printed one stream after the other; those that are followed, as they come.

--follow prints each event once, whatever is truncated meanwhile, in the order in which they were appended. Three cases it
cannot tell: an event that comes again, letter for letter, behind a truncation that took it and all others; and seqs that
repeat or descend behind a truncation, when more than a million events were printed, or with --tail and --from-end.";

#[derive(Args, Debug)]
pub(crate) struct Read {
    /// Their names
    #[arg(value_name = "STREAM", required_unless_present = "prefixes")]
    streams: Vec<String>,
    /// Reads all streams that begin so, too
    #[arg(long = "prefix", value_name = "PREFIX")]
    prefixes: Vec<String>,
    /// Only events with a higher seq
    #[arg(long, value_name = "SEQ", conflicts_with = "reverse")]
    after: Option<u64>,
    /// At most so many events
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
    /// Only the last events of each stream, so many of them
    #[arg(long, value_name = "N", conflicts_with_all = ["reverse", "after", "limit"])]
    tail: Option<u64>,
    /// Only events that come from now on
    #[arg(long, requires = "follow", conflicts_with_all = ["after", "tail"])]
    from_end: bool,
    /// From the last event to the first
    #[arg(long)]
    reverse: bool,
    /// Goes on with events as they come, until Ctrl-C
    #[arg(long, conflicts_with = "reverse")]
    follow: bool,
}

impl Read {
    pub(super) fn perform(&self, options: &Options) -> anyhow::Result<Status> {
        if self.follow && options.format().is_columns() {
            let text = "--follow prints as events come: give --format sx, json or jsonl";
            return Err(CliError::Misused(text.to_owned()).into());
        }
        options.reading(|store, output| match self.follow {
            true => self.follow(store, output),
            false => self.read(store, output),
        })
    }

    /// The streams that there are to read, in order, each once.
    fn names(&self, store: &Store) -> sx_persist::Result<Vec<String>> {
        let mut names = self.streams.clone();
        let asked_for = self.prefixes.iter().flat_map(|prefix| store.list_streams(prefix));
        names.extend(asked_for.collect::<sx_persist::Result<BTreeSet<_>>>()?);
        let mut known = HashSet::new();
        names.retain(|name| known.insert(name.clone()));
        Ok(names)
    }

    /// An event as it is printed.
    fn answer<'a>(&self, stream: &'a str, event: &'a str) -> Answer<'a> {
        match (self.streams.as_slice(), self.prefixes.as_slice()) {
            ([_], []) => Answer::Value(event),
            _ => Answer::EventOf(stream, event),
        }
    }

    fn read(&self, store: &Store, output: &mut Output) -> anyhow::Result<Status> {
        let mut left = self.limit.unwrap_or(u64::MAX);
        let mut list = output.list();
        for stream in self.names(store)? {
            let before = left;
            match (self.reverse, self.tail) {
                (true, _) => self.read_back(&stream, &mut left, store, &mut list)?,
                (false, Some(count)) => {
                    for event in last_events(&stream, count, store)?.0 {
                        list.item(self.answer(&stream, &event))?;
                        left -= 1;
                    }
                }
                (false, None) => self.read_on(&stream, &mut left, store, &mut list)?,
            }
            self.say_if_absent(&stream, before > left, store);
        }
        list.end().map(|()| Status::Done)
    }

    fn read_on(
        &self,
        stream: &str,
        left: &mut u64,
        store: &Store,
        list: &mut List<'_>,
    ) -> anyhow::Result<()> {
        let mut tail = Tail::new(store, stream, self.begin(), PAGE_EVENTS);
        while *left > 0 && !tail.is_at_end() {
            let events = tail.next_events()?;
            for event in events.iter().take(usize::try_from(*left).unwrap_or(usize::MAX)) {
                list.item(self.answer(stream, event))?;
                *left -= 1;
            }
        }
        Ok(())
    }

    fn read_back(
        &self,
        stream: &str,
        left: &mut u64,
        store: &Store,
        list: &mut List<'_>,
    ) -> anyhow::Result<()> {
        let mut at = Some(Position::End);
        while *left > 0
            && let Some(place) = at
        {
            let limit = u32::try_from(*left).map_or(PAGE_EVENTS, |left| left.min(PAGE_EVENTS));
            let page = store.raw().read_page(stream, &place, limit, Direction::Backward)?;
            for event in page.lines.lines() {
                list.item(self.answer(stream, event))?;
                *left -= 1;
            }
            at = (!page.done).then_some(Position::Cursor(page.through));
        }
        Ok(())
    }

    fn follow(&self, store: &Store, output: &mut Output) -> anyhow::Result<Status> {
        let mut left = self.limit.unwrap_or(u64::MAX);
        let mut followed: Vec<(String, Tail<'_>)> = Vec::new();
        let mut is_first = true;
        loop {
            for stream in self.names(store)? {
                if !followed.iter().any(|(name, _)| *name == stream) {
                    // A stream that begins meanwhile is new with all of its events.
                    let tail = self.begin_to_follow(&stream, is_first, store, output)?;
                    followed.push((stream, tail));
                }
            }
            for (stream, tail) in &mut followed {
                let count = self.print_what_is_new(stream, tail, &mut left, output)?;
                if left == 0 {
                    return Ok(Status::Done);
                }
                if is_first {
                    self.say_if_absent(stream, count > 0, store);
                }
            }
            is_first = false;
            if wait_for_close(POLL) {
                return Ok(Status::Done);
            }
        }
    }

    /// The place from which a stream is followed; what --tail asks for is printed.
    fn begin_to_follow<'a>(
        &self,
        stream: &str,
        is_first: bool,
        store: &'a Store,
        output: &mut Output,
    ) -> anyhow::Result<Tail<'a>> {
        let count = if self.from_end { Some(0) } else { self.tail };
        let Some(count) = count.filter(|_| is_first) else {
            return Ok(Tail::new(store, stream, self.begin(), PAGE_EVENTS));
        };
        let highest = store.raw().last_seq(stream)?;
        let (events, end) = last_events(stream, count, store)?;
        for event in events {
            output.line(self.answer(stream, &event))?;
        }
        output.flush()?;
        Ok(Tail::behind(store, stream, end, highest, PAGE_EVENTS))
    }

    fn print_what_is_new(
        &self,
        stream: &str,
        tail: &mut Tail<'_>,
        left: &mut u64,
        output: &mut Output,
    ) -> anyhow::Result<usize> {
        let mut count = 0;
        while *left > 0 {
            let events = tail.next_events()?;
            for event in events.iter().take(usize::try_from(*left).unwrap_or(usize::MAX)) {
                output.line(self.answer(stream, event))?;
                *left -= 1;
                count += 1;
            }
            output.flush()?;
            if tail.is_at_end() {
                break;
            }
        }
        Ok(count)
    }

    fn begin(&self) -> Position {
        self.after.map_or(Position::Start, Position::After)
    }

    /// Says that there is no such stream, where nothing was found of it.
    fn say_if_absent(&self, stream: &str, is_found: bool, store: &Store) {
        if !is_found && super::is_there(stream, store).is_ok_and(|is_there| !is_there) {
            let advice = if self.follow { "waiting for it" } else { "`stream ls` shows those that are" };
            terminal::note(&format!("there is no stream {stream} yet; {advice}"));
        }
    }
}

/// The last events of a stream, in order, and the cursor behind them.
fn last_events(stream: &str, count: u64, store: &Store) -> sx_persist::Result<(Vec<String>, String)> {
    // The place first: what is appended meanwhile stands behind it.
    let end = store.raw().read_page(stream, &Position::End, 1, Direction::Forward)?.through;
    let mut at = Some(Position::Cursor(end.clone()));
    let mut events: Vec<String> = Vec::new();
    let mut left = count;
    while left > 0
        && let Some(place) = at
    {
        let limit = u32::try_from(left).map_or(PAGE_EVENTS, |left| left.min(PAGE_EVENTS));
        let page = store.raw().read_page(stream, &place, limit, Direction::Backward)?;
        events.extend(page.lines.lines().map(str::to_owned));
        left = count - events.len() as u64;
        at = (!page.done).then_some(Position::Cursor(page.through));
    }
    events.reverse();
    Ok((events, end))
}
