//! What a conversion copies: a part is read, and written as one commit.

use crate::base::format::Layout;
use crate::base::line;
use crate::base::log_state::LogState;
use crate::codec::sha256::Digest;
use crate::engine::Opened;
use crate::engine::entries::Entries;
use crate::engine::listing::Direction;
use crate::engine::page::{Bounds, Cursor, From, LogPage};
use crate::engine::pull::NamePull;
use crate::engine::streams::kv_of;
use crate::error::Result;
use crate::journal::record::{Place, Record};
use crate::keyspace::name_range::NameRange;
use crate::keyspace::{BLOBS, Keyspace, PACKED_BLOBS, STREAMS};
use crate::limits::BLOB_JOURNAL_BYTES_MAX;
use crate::state::conversion::Conversion;
use crate::storage::Storage;
use std::collections::VecDeque;

/// Streams, keys or blobs that one commit copies at most, and how many bytes of them from which on it ends.
const PART_ITEMS: usize = 256;
const PART_BYTES: usize = 1 << 20;
/// What an event takes beside its text and the name of its stream, about.
const EVENT_BYTES: usize = 64;

/// Some events of a stream.
struct StreamPart {
    stream: Vec<u8>,
    events: Vec<String>,
    /// Others were copied before them.
    is_begun: bool,
    /// They are the last.
    is_end: bool,
    last_seq: u64,
    /// The last-seq that the stream begins with: where its events do not come to its own by themselves, that.
    begun_seq: u64,
    /// Cursors into the stream have been outdated once.
    has_generation: bool,
}

impl StreamPart {
    /// What it takes, about: each event has the name of its stream in the runs, and in their frame.
    fn bytes(&self) -> usize {
        let texts: usize = self.events.iter().map(String::len).sum();
        texts + (1 + self.events.len()) * (self.stream.len() + EVENT_BYTES)
    }

    fn events(&self) -> Vec<(u64, &str)> {
        self.events.iter().map(|text| (line::seq_of(text), text.as_str())).collect()
    }
}

impl<S: Storage> Opened<'_, S> {
    /// Some names of a table or of streams behind one, sorted by bytes. Of those that have files nothing is pending.
    pub(super) fn names_behind(
        &mut self,
        keyspace: &'static Keyspace,
        behind: Option<&[u8]>,
        items: usize,
    ) -> Result<Vec<Vec<u8>>> {
        let mut left = NameRange::default();
        if let Some(behind) = behind {
            left.start_behind(behind);
        }
        let mut names = Vec::new();
        if keyspace.is_in_runs() {
            let mut pull = NamePull::new(keyspace, left, Direction::Forward);
            while names.len() < items
                && let Some(name) = pull.next(self)?
            {
                names.push(name);
            }
        } else {
            self.load_index(keyspace)?;
            let behind = left.bounds().map(|bounds| self.index(keyspace).range::<[u8], _>(bounds));
            names.extend(behind.into_iter().flatten().take(items).cloned());
        }
        Ok(names)
    }

    /// Copies a part of the streams. Answers whether there is more.
    pub(super) fn copy_streams(&mut self, conversion: &mut Conversion) -> Result<bool> {
        let space = self.stream_space();
        let (mut behind, mut within) = (conversion.behind.clone(), conversion.within);
        let mut names: VecDeque<_> = self.names_behind(space, behind.as_deref(), PART_ITEMS)?.into();
        if let Some(stream) = behind.clone().filter(|_| within.is_some()) {
            names.push_front(stream);
        }
        let (mut parts, mut bytes, mut ended) = (Vec::new(), 0, 0);
        while bytes < PART_BYTES
            && let Some(stream) = names.pop_front()
        {
            let (part, next) = self.read_stream_part(stream, within)?;
            bytes += part.bytes();
            ended += usize::from(part.is_end);
            (behind, within) = (Some(part.stream.clone()), next);
            parts.push(part);
            if within.is_some() {
                break;
            }
        }
        let is_to_packed = conversion.to == Layout::Packed;
        self.write(|engine| {
            parts.iter().try_for_each(|part| match is_to_packed {
                true => engine.add_to_packed(part),
                false => engine.add_to_plain(part),
            })
        })?;
        conversion.count(ended);
        (conversion.behind, conversion.within) = (behind, within);
        Ok(!parts.is_empty())
    }

    fn read_stream_part(
        &mut self,
        stream: Vec<u8>,
        within: Option<Cursor>,
    ) -> Result<(StreamPart, Option<Cursor>)> {
        let from = within.map_or(From::Start, From::Cursor);
        let items = (PART_BYTES / (stream.len() + EVENT_BYTES)).max(1);
        let bounds = Bounds { items, bytes: PART_BYTES };
        let page: LogPage<Vec<String>> = self.stream_page(&stream, from, bounds, Direction::Forward)?;
        if let Some(damage) = page.damage {
            return Err(damage);
        }
        let part = StreamPart {
            begun_seq: self.begun_seq(&stream)?,
            events: page.events,
            is_begun: within.is_some(),
            is_end: page.next.is_none(),
            last_seq: self.stream_last_seq(&stream)?,
            has_generation: page.end.generation > 0,
            stream,
        };
        Ok((part, page.next))
    }

    /// See [`StreamPart::begun_seq`]; for streams in runs.
    fn begun_seq(&mut self, stream: &[u8]) -> Result<u64> {
        if !self.is_packed() {
            return Ok(0);
        }
        let Some(row) = self.stream_row(stream)?.filter(|row| row.count > 0) else { return Ok(0) };
        let comes_to_it = row.is_rising && {
            let last = self.entry(&Entries::of_stream(stream, &row), row.last)?;
            line::seq_of(&last) == row.last_seq
        };
        Ok(if comes_to_it { 0 } else { row.last_seq })
    }

    fn add_to_packed(&mut self, part: &StreamPart) -> Result<()> {
        let mut row = self.stream_row(&part.stream)?.unwrap_or_default();
        if part.has_generation && !part.is_begun {
            row.generation = self.lsn();
        }
        self.add_events(&part.stream, &mut row, &part.events())?;
        if part.is_end {
            row.last_seq = row.last_seq.max(part.last_seq);
        }
        self.put_stream_row(&part.stream, &row)
    }

    fn add_to_plain(&mut self, part: &StreamPart) -> Result<()> {
        let place = Place { keyspace: &STREAMS, name: &part.stream };
        let events = part.events();
        if events.is_empty() {
            // The stream has none: behind the last part of one that has there is no other.
            self.check_place(place)?;
            return self.record(&Record::Empty { place, last_seq: part.last_seq });
        }
        let mut mark = self.mark(&STREAMS, &part.stream)?;
        if !part.is_begun {
            // There is no file: what is said of it is what the stream begins with.
            let generation = if part.has_generation { self.lsn() } else { 0 };
            mark = Some(LogState { last_seq: part.begun_seq, generation, ..LogState::default() });
        }
        self.record(&Record::Append { place, mark, events })
    }

    /// Copies a part of the keys. Answers whether there is more.
    pub(super) fn copy_keys(&mut self, conversion: &mut Conversion) -> Result<bool> {
        let (from, to) = (self.kv(), kv_of(conversion.to));
        let names = self.names_behind(from, conversion.behind.as_deref(), PART_ITEMS)?;
        self.copy_values(conversion, names, (from, to))
    }

    /// Copies a part of the blobs. Answers whether there is more.
    pub(super) fn copy_blobs(&mut self, conversion: &mut Conversion) -> Result<bool> {
        if conversion.to == Layout::Plain {
            let names = self.names_behind(&PACKED_BLOBS, conversion.behind.as_deref(), PART_ITEMS)?;
            return self.copy_values(conversion, names, (&PACKED_BLOBS, &BLOBS));
        }
        let mut blobs = match conversion.blobs.take() {
            Some(blobs) => blobs,
            None => self.blobs()?.into_iter().filter_map(|name| Digest::try_from(name).ok()).collect(),
        };
        let mut small = Vec::new();
        let looked_at = blobs.len().min(PART_ITEMS);
        for digest in blobs.drain(..looked_at) {
            if self.value_size(&BLOBS, &digest)?.is_some_and(|size| size <= BLOB_JOURNAL_BYTES_MAX as u64) {
                small.push(digest.to_vec());
            }
        }
        conversion.count(looked_at.saturating_sub(small.len()));
        while !small.is_empty() {
            let rest = small.split_off(small.len().min(PART_BYTES / BLOB_JOURNAL_BYTES_MAX));
            self.copy_values(conversion, small, (&BLOBS, &PACKED_BLOBS))?;
            small = rest;
        }
        conversion.blobs = Some(blobs);
        Ok(looked_at > 0)
    }

    /// Copies the values of these names, up to so many bytes. Answers whether there were any.
    fn copy_values(
        &mut self,
        conversion: &mut Conversion,
        names: Vec<Vec<u8>>,
        (from, to): (&'static Keyspace, &'static Keyspace),
    ) -> Result<bool> {
        let (mut values, mut bytes) = (Vec::new(), 0);
        for name in names {
            if bytes >= PART_BYTES {
                break;
            }
            let Some(value) = self.value(from, &name)? else { continue };
            bytes += name.len() + value.len();
            values.push((name, value));
        }
        self.write(|engine| values.iter().try_for_each(|(name, value)| engine.put_value(to, name, value)))?;
        conversion.count(values.len());
        let Some((last, _)) = values.pop() else { return Ok(false) };
        conversion.behind = Some(last);
        Ok(true)
    }
}
