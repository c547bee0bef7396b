//! Streams, keys and blobs, wherever the layout of the root has them: in the files of the original or in runs. What is beyond this file
//! and the conversion does not know which.

use crate::base::format::Layout;
use crate::codec::sha256::Digest;
use crate::engine::Opened;
use crate::engine::listing::Direction;
use crate::engine::page::{Bounds, Events, From, LogPage};
use crate::error::Result;
use crate::keyspace::name_range::NameRange;
use crate::keyspace::{BLOBS, KV, Keyspace, PACKED_BLOBS, PACKED_KV, PACKED_STREAMS, STREAMS};
use crate::storage::Storage;
use std::collections::BTreeSet;

/// Where the keys of a root of this layout are.
pub(crate) fn kv_of(layout: Layout) -> &'static Keyspace {
    match layout {
        Layout::Plain => &KV,
        Layout::Packed => &PACKED_KV,
    }
}

/// Where the streams of a root of this layout are.
pub(crate) fn stream_space_of(layout: Layout) -> &'static Keyspace {
    match layout {
        Layout::Plain => &STREAMS,
        Layout::Packed => &PACKED_STREAMS,
    }
}

impl<S: Storage> Opened<'_, S> {
    pub(crate) fn is_packed(&self) -> bool {
        self.root.layout == Layout::Packed
    }

    /// Where keys are.
    pub(crate) fn kv(&self) -> &'static Keyspace {
        kv_of(self.root.layout)
    }

    /// Where streams are.
    pub(crate) fn stream_space(&self) -> &'static Keyspace {
        stream_space_of(self.root.layout)
    }

    /// Appends events to a stream, as a part of the commit in work.
    pub(crate) fn stream_append(&mut self, stream: &[u8], events: Vec<(u64, &str)>) -> Result<()> {
        if self.is_packed() {
            self.packed_append(stream, &events)
        } else {
            self.log_append(&STREAMS, stream, events)
        }
    }

    /// Drops the events with a seq up to `upto`, as a part of the commit in work. Answers how many.
    pub(crate) fn stream_truncate(&mut self, stream: &[u8], upto: u64) -> Result<u64> {
        if self.is_packed() {
            self.packed_truncate(stream, upto)
        } else {
            self.log_truncate(&STREAMS, stream, upto)
        }
    }

    /// The highest seq ever appended to a stream.
    pub(crate) fn stream_last_seq(&mut self, stream: &[u8]) -> Result<u64> {
        if self.is_packed() {
            Ok(self.stream_row(stream)?.map_or(0, |row| row.last_seq))
        } else {
            self.log_last_seq(&STREAMS, stream)
        }
    }

    /// How many events a stream holds.
    pub(crate) fn stream_count(&mut self, stream: &[u8]) -> Result<u64> {
        if self.is_packed() {
            Ok(self.stream_row(stream)?.map_or(0, |row| row.count))
        } else {
            self.log_count(&STREAMS, stream)
        }
    }

    /// Is a stream there? One without events may be.
    pub(crate) fn has_stream(&mut self, stream: &[u8]) -> Result<bool> {
        if self.is_packed() {
            self.has_value(&PACKED_STREAMS, stream)
        } else {
            self.has_log(&STREAMS, stream)
        }
    }

    /// How many streams there are.
    pub(crate) fn count_streams(&mut self) -> Result<u64> {
        if self.is_packed() {
            self.count_names(&PACKED_STREAMS, NameRange::default())
        } else {
            Ok(self.keys(&STREAMS)?.len() as u64)
        }
    }

    /// Some events of a stream. What precedes damage is given, with `next` at the damage.
    pub(crate) fn stream_page<E: Events>(
        &mut self,
        stream: &[u8],
        from: From,
        bounds: Bounds,
        direction: Direction,
    ) -> Result<LogPage<E>> {
        if self.is_packed() {
            self.packed_page(stream, from, bounds, direction)
        } else {
            self.log_page(&STREAMS, stream, from, bounds, direction)
        }
    }

    /// All events of a stream: none where one of them is damaged.
    pub(crate) fn stream_events<E: Events>(&mut self, stream: &[u8]) -> Result<E> {
        self.whole(|engine, bounds| engine.stream_page(stream, From::Start, bounds, Direction::Forward))
    }

    /// A blob: the small ones of a packed root are in the runs, and the large ones have files.
    pub(crate) fn blob(&mut self, digest: &Digest) -> Result<Option<Vec<u8>>> {
        match self.packed_blob(digest)? {
            None => self.value(&BLOBS, digest),
            found => Ok(found),
        }
    }

    /// A blob that is in the runs.
    pub(crate) fn packed_blob(&mut self, digest: &Digest) -> Result<Option<Vec<u8>>> {
        if self.is_packed() { self.value(&PACKED_BLOBS, digest) } else { Ok(None) }
    }

    pub(crate) fn has_blob(&mut self, digest: &Digest) -> Result<bool> {
        Ok((self.is_packed() && self.has_value(&PACKED_BLOBS, digest)?) || self.has_value(&BLOBS, digest)?)
    }

    pub(crate) fn blob_size(&mut self, digest: &Digest) -> Result<Option<u64>> {
        let packed = if self.is_packed() { self.value_size(&PACKED_BLOBS, digest)? } else { None };
        match packed {
            None => self.value_size(&BLOBS, digest),
            size => Ok(size),
        }
    }

    /// Removes a blob if it is there, as a part of the commit in work. Answers whether it was.
    pub(crate) fn take_blob(&mut self, digest: &Digest) -> Result<bool> {
        // While a conversion takes away what it has copied, it may be in both places.
        let was_in_runs = self.is_packed() && self.take_value(&PACKED_BLOBS, digest)?;
        Ok(self.take_value(&BLOBS, digest)? || was_in_runs)
    }

    /// The digests of all blobs.
    pub(crate) fn blobs(&mut self) -> Result<BTreeSet<Vec<u8>>> {
        let mut digests = self.keys(&BLOBS)?;
        if self.is_packed() {
            digests.append(&mut self.keys(&PACKED_BLOBS)?);
        }
        Ok(digests)
    }
}
