//! Do the rows of streams in runs say what their events do, and what is to be done where they do not?

use crate::base::line;
use crate::engine::Opened;
use crate::engine::entries::Entries;
use crate::engine::listing::Direction;
use crate::engine::pull::NamePull;
use crate::engine::report::Survey;
use crate::error::{Error, Result};
use crate::keyspace::event::{self, StreamRow};
use crate::keyspace::name_range::NameRange;
use crate::keyspace::{EVENTS, PACKED_STREAMS};
use crate::storage::Storage;

/// What is wrong with a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StreamFlaw {
    stream: Vec<u8>,
    reason: &'static str,
}

const BAD_ROW: &str = "its row says nothing";
const NO_ROW: &str = "its row is lost";
const MISCOUNTED: &str = "it has other events than its row says";

impl StreamFlaw {
    pub(super) fn reason(&self) -> String {
        format!("stream {}: {}", String::from_utf8_lossy(&self.stream), self.reason)
    }
}

/// What some events of a stream come to.
#[derive(Clone, Copy, Debug, Default)]
struct Gathered {
    first: Option<u64>,
    last: u64,
    count: u64,
    bytes: u64,
    /// The highest seq.
    seq: u64,
    is_rising: bool,
    /// None of them is damaged.
    is_whole: bool,
}

/// The events of one stream, as a walk through all events has come by them.
#[derive(Default)]
struct FoundStream {
    stream: Vec<u8>,
    row: Option<StreamRow>,
    count: u64,
}

impl<S: Storage> Opened<'_, S> {
    /// What is wrong. `corrupt` where that cannot be said, since runs are damaged.
    pub(super) fn stream_flaws(&mut self) -> Result<Vec<StreamFlaw>> {
        let mut flaws = Vec::new();
        if !self.is_packed() {
            return Ok(flaws);
        }
        let found = self.survey_events(&mut flaws)?;
        let due = self.survey_stream_rows(&mut flaws)?;
        // Streams that have not one event left did not come by. Beside other flaws nothing is known from the sums.
        if !flaws.is_empty() || found != due {
            self.survey_empty_streams(&mut flaws)?;
        }
        Ok(flaws)
    }

    /// Compares the events that are there with their rows. Answers how many of them count.
    fn survey_events(&mut self, flaws: &mut Vec<StreamFlaw>) -> Result<u64> {
        let (mut total, mut found) = (0, FoundStream::default());
        let mut names = NamePull::all(&EVENTS);
        loop {
            let name = names.next(self)?;
            let event = name.as_deref().and_then(event::split);
            if event.is_none_or(|(stream, _)| stream != found.stream) {
                total += found.count;
                flaws.extend(found.flaw());
                let Some((stream, _)) = event else { return Ok(total) };
                found = FoundStream { stream: stream.to_vec(), row: self.readable_row(stream)?, count: 0 };
            }
            let is_counted = |nth| found.row.is_some_and(|row| row.numbers().contains(&nth));
            found.count += u64::from(event.is_some_and(|(_, nth)| is_counted(nth)));
        }
    }

    /// Answers how many events the rows speak of.
    fn survey_stream_rows(&mut self, flaws: &mut Vec<StreamFlaw>) -> Result<u64> {
        let mut total = 0;
        let mut names = NamePull::all(&PACKED_STREAMS);
        while let Some(key) = names.next_key(self)? {
            let row = self.pulled_value(&PACKED_STREAMS, &key)?;
            if let Some(row) = row.and_then(|row| StreamRow::decode(&row.bytes)) {
                total += row.count;
                continue;
            }
            let stream = key.name();
            flaws.retain(|flaw| flaw.stream != stream);
            flaws.push(StreamFlaw { stream, reason: BAD_ROW });
        }
        Ok(total)
    }

    fn survey_empty_streams(&mut self, flaws: &mut Vec<StreamFlaw>) -> Result<()> {
        let mut names = NamePull::all(&PACKED_STREAMS);
        while let Some(stream) = names.next(self)? {
            let Some(row) = self.readable_row(&stream)?.filter(|row| row.count > 0) else { continue };
            let events = Entries::of_stream(&stream, &row);
            let is_empty = events.pull(row.first, row.last, Direction::Forward).next_key(self)?.is_none();
            if is_empty && flaws.iter().all(|flaw| flaw.stream != stream) {
                flaws.push(StreamFlaw { stream, reason: MISCOUNTED });
            }
        }
        Ok(())
    }

    /// The row of a stream; none where it is not there or says nothing.
    fn readable_row(&mut self, stream: &[u8]) -> Result<Option<StreamRow>> {
        let row = self.value(&PACKED_STREAMS, stream)?;
        Ok(row.and_then(|row| StreamRow::decode(&row)))
    }

    /// Sets right what is wrong, as a part of the commit in work.
    pub(super) fn decide_mend_stream(&mut self, flaw: &StreamFlaw) -> Result<()> {
        self.decide_stream_row(&flaw.stream)
    }

    /// The row of a stream by the events that are there. Where the row is lost, what a truncation had left behind may be among them; and
    /// where events are damaged, those on both sides of the damage: what is between them is counted once the runs are whole.
    pub(super) fn decide_stream_row(&mut self, stream: &[u8]) -> Result<()> {
        let before = match self.readable_row(stream) {
            Err(Error::Corrupt(_)) => None,
            row => row?,
        };
        let mut row = before.unwrap_or(StreamRow { generation: self.lsn(), ..StreamRow::default() });
        let (low, high) = (row.first, before.map_or(u64::MAX, |row| row.last));
        let events = Entries::of_stream(stream, &row);
        let found = self.gather(events.pull(low, high, Direction::Forward))?;
        let behind = match found.is_whole {
            true => Gathered { is_whole: true, ..Gathered::default() },
            false => self.gather(events.pull(low, high, Direction::Backward))?,
        };
        row.last = row.last.max(found.last).max(behind.last);
        row.first = if found.is_whole { found.first.unwrap_or(row.last + 1) } else { low };
        row.count = found.count + behind.count;
        row.bytes = found.bytes + behind.bytes;
        row.last_seq = row.last_seq.max(found.seq).max(behind.seq);
        let is_to_the_end = found.count == 0 || row.last == found.last;
        row.is_rising = found.is_whole && found.is_rising && is_to_the_end;
        if row.count == 0 && found.is_whole {
            (row.first, row.is_rising) = (row.last + 1, true);
        }
        self.put_stream_row(stream, &row)
    }

    /// What these events come to, up to the first that is damaged.
    fn gather(&mut self, mut names: NamePull) -> Result<Gathered> {
        let mut gathered = Gathered { is_rising: true, is_whole: true, ..Gathered::default() };
        loop {
            let (nth, text) = match self.next_event(&mut names) {
                Ok(Some(event)) => event,
                Ok(None) => return Ok(gathered),
                Err(Error::Corrupt(_)) => return Ok(Gathered { is_whole: false, ..gathered }),
                Err(error) => return Err(error),
            };
            let seq = line::seq_of(&text);
            let follows = gathered.first.is_none() || (nth == gathered.last + 1 && seq >= gathered.seq);
            gathered = Gathered {
                first: gathered.first.or(Some(nth)),
                last: gathered.last.max(nth),
                count: gathered.count + 1,
                bytes: gathered.bytes + text.len() as u64,
                seq: gathered.seq.max(seq),
                is_rising: gathered.is_rising && follows,
                is_whole: true,
            };
        }
    }

    /// The next event that is text, and its number.
    fn next_event(&mut self, names: &mut NamePull) -> Result<Option<(u64, String)>> {
        while let Some(key) = names.next_key(self)? {
            let value = self.pulled_value(&EVENTS, &key)?;
            let text = value.and_then(|value| String::from_utf8(value.bytes).ok());
            let nth = event::split(&key.name()).map(|(_, nth)| nth);
            if let Some(event) = nth.zip(text) {
                return Ok(Some(event));
            }
        }
        Ok(None)
    }

    /// The streams of events whose row is not there, or cannot be read.
    pub(super) fn streams_without_row(&mut self, survey: &mut Survey) -> Result<Vec<Vec<u8>>> {
        let (mut lost, mut before) = (Vec::new(), Vec::new());
        if !self.is_packed() {
            return Ok(lost);
        }
        self.walk_table(&EVENTS, NameRange::default(), survey, |engine, key, _| {
            let name = key.name();
            let Some((stream, _)) = event::split(&name).filter(|(stream, _)| *stream != before) else {
                return Ok(());
            };
            before = stream.to_vec();
            match engine.readable_row(stream) {
                Ok(None) | Err(Error::Corrupt(_)) => lost.push(before.clone()),
                row => drop(row?),
            }
            Ok(())
        })?;
        Ok(lost)
    }
}

impl FoundStream {
    fn flaw(&self) -> Option<StreamFlaw> {
        let reason = match self.row {
            _ if self.stream.is_empty() => return None,
            None => NO_ROW,
            Some(row) if row.count == self.count => return None,
            Some(_) => MISCOUNTED,
        };
        Some(StreamFlaw { stream: self.stream.clone(), reason })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::format::Layout;
    use crate::disk::memory::Memory;
    use crate::engine::Engine;

    fn packed() -> Engine<Memory> {
        let mut engine = Engine::new(Memory::new());
        while engine.convert_step(Layout::Packed).unwrap() > 0 {}
        for seq in 1..=4 {
            engine.append("s", &format!("{{:seq {seq}}}")).unwrap();
            engine.append("t", &format!("{{:seq {}}}", 9 - seq)).unwrap();
        }
        engine.truncate("s", 1).unwrap();
        engine
    }

    #[test]
    fn what_rows_and_events_do_not_say_alike_is_found_and_set_right() {
        type Break = fn(&mut Opened<'_, Memory>) -> Result<()>;
        let lost_in_between: Break = |engine| engine.remove_value(&EVENTS, &event::name(b"s", 3));
        let all_lost: Break =
            |engine| (1..=4).try_for_each(|nth| engine.remove_value(&EVENTS, &event::name(b"s", nth)));
        let bad_row: Break = |engine| engine.put_value(&PACKED_STREAMS, b"s", b"\x07");
        let no_row: Break = |engine| engine.remove_value(&PACKED_STREAMS, b"s");
        // What the row said is gone: an event that was truncated may be back.
        for (broken, left, count) in [
            (lost_in_between, &["{:seq 2}", "{:seq 4}"][..], 1),
            (all_lost, &[], 1),
            (bad_row, &["{:seq 1}", "{:seq 2}", "{:seq 3}", "{:seq 4}"], 1),
            (no_row, &["{:seq 1}", "{:seq 2}", "{:seq 3}", "{:seq 4}"], 1),
        ] {
            for is_settled in [false, true] {
                let mut engine = packed();
                engine.write(broken).unwrap();
                if is_settled {
                    engine.checkpoint().unwrap();
                }
                assert_eq!(engine.verify().unwrap().damaged, count, "{left:?}");
                assert_eq!(engine.repair().unwrap().damaged, count);
                assert_eq!(engine.verify().unwrap().findings, []);
                assert_eq!(engine.read_stream("s").unwrap(), left);
                assert_eq!((engine.last_seq("s"), engine.count("s")), (Ok(4), Ok(left.len() as u64)));
                assert_eq!(engine.count("t"), Ok(4));
                engine.append("s", "{:seq 5}").unwrap();
                assert_eq!(engine.truncate("s", 3), Ok(left.len().saturating_sub(1) as u64), "{left:?}");
            }
        }
    }

    #[test]
    fn a_stream_without_one_event_left_is_found_beside_one_that_has_lost_some() {
        let mut engine = packed();
        engine
            .write(|engine| {
                engine.remove_value(&EVENTS, &event::name(b"t", 3))?;
                (1..=4).try_for_each(|nth| engine.remove_value(&EVENTS, &event::name(b"s", nth)))
            })
            .unwrap();
        assert_eq!(engine.verify().unwrap().damaged, 2);
        assert_eq!(engine.repair().unwrap().damaged, 2);
        assert_eq!(engine.verify().unwrap().findings, []);
        assert_eq!((engine.count("s"), engine.count("t")), (Ok(0), Ok(3)));
    }
}
