//! The lines of an archive, as docs/archive.md has them.

use serde::{Deserialize, Serialize};

/// What is read and written here.
pub(super) const VERSION: u64 = 1;
/// The longest line: a value of 16 MiB, of which JSON escapes each character with six.
pub(super) const LINE_BYTES_MAX: usize = 128 << 20;
/// Bytes of a blob in one line: three for each four characters of base64, so that the pieces end in no `=` but the last.
pub(super) const PIECE_BYTES: u32 = 768 << 10;

/// One line.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum ArchiveLine {
    Archive(Head),
    Stream(StreamLine),
    Event(sx::Value),
    Kv(KvLine),
    Map(MapLine),
    Ref(RefLine),
    Object(ObjectLine),
    Segment(SegmentLine),
    Entry(sx::Value),
    Trace(sx::Value),
    Snapshot(SnapshotLine),
    Blob(BlobLine),
    End(End),
}

/// The first line.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Head {
    pub(super) version: u64,
    pub(super) of: Whole,
    pub(super) blobs: BlobsAt,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) after: Option<u64>,
}

/// Is it all of a store?
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Whole {
    Store,
    Streams,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum BlobsAt {
    Inside,
    Beside,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StreamLine {
    pub(super) name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) truncated: Option<u64>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KvLine {
    pub(super) key: String,
    pub(super) value: sx::Value,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MapLine {
    pub(super) table: String,
    #[serde(with = "text_of_bytes")]
    pub(super) key: Vec<u8>,
    #[serde(with = "text_of_bytes")]
    pub(super) value: Vec<u8>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RefLine {
    pub(super) name: String,
    pub(super) hash: String,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ObjectLine {
    pub(super) hash: String,
    #[serde(with = "text_of_bytes")]
    pub(super) bytes: Vec<u8>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SegmentLine {
    pub(super) session: String,
    pub(super) segment: String,
    /// A meta may be nil, which is not none.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "some")]
    pub(super) meta: Option<sx::Value>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SnapshotLine {
    pub(super) key: String,
    #[serde(with = "text_of_bytes")]
    pub(super) bytes: Vec<u8>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BlobLine {
    pub(super) cid: String,
    pub(super) size: u64,
    /// Where these bytes begin in it; with none the blob stands beside the archive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) offset: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "text_of_some_bytes")]
    pub(super) bytes: Option<Vec<u8>>,
}

/// The last line: what stands before it.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct End {
    pub(super) lines: u64,
    pub(super) streams: u64,
    pub(super) events: u64,
    pub(super) keys: u64,
    pub(super) map_entries: u64,
    pub(super) refs: u64,
    pub(super) objects: u64,
    pub(super) segments: u64,
    pub(super) entries: u64,
    pub(super) traces: u64,
    pub(super) snapshots: u64,
    pub(super) blobs: u64,
    pub(super) blob_bytes: u64,
    /// In hex; empty until all is counted.
    pub(super) sha256: String,
}

impl End {
    /// Counts a line that stands before it.
    pub(super) fn count(&mut self, line: &ArchiveLine) {
        self.lines += 1;
        let counter = match line {
            // The later pieces of a blob are of the same one.
            ArchiveLine::Archive(_)
            | ArchiveLine::End(_)
            | ArchiveLine::Blob(BlobLine { offset: Some(1..), .. }) => return,
            ArchiveLine::Stream(_) => &mut self.streams,
            ArchiveLine::Event(_) => &mut self.events,
            ArchiveLine::Kv(_) => &mut self.keys,
            ArchiveLine::Map(_) => &mut self.map_entries,
            ArchiveLine::Ref(_) => &mut self.refs,
            ArchiveLine::Object(_) => &mut self.objects,
            ArchiveLine::Segment(_) => &mut self.segments,
            ArchiveLine::Entry(_) => &mut self.entries,
            ArchiveLine::Trace(_) => &mut self.traces,
            ArchiveLine::Snapshot(_) => &mut self.snapshots,
            ArchiveLine::Blob(blob) => {
                self.blob_bytes += blob.size;
                &mut self.blobs
            }
        };
        *counter += 1;
    }

    /// The counts by name, without those of lines.
    pub(super) fn counts(&self) -> [(&'static str, u64); 12] {
        [
            ("streams", self.streams),
            ("events", self.events),
            ("keys", self.keys),
            ("map_entries", self.map_entries),
            ("refs", self.refs),
            ("objects", self.objects),
            ("segments", self.segments),
            ("entries", self.entries),
            ("traces", self.traces),
            ("snapshots", self.snapshots),
            ("blobs", self.blobs),
            ("blob_bytes", self.blob_bytes),
        ]
    }
}

/// What is there, also where that is null.
fn some<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<sx::Value>, D::Error> {
    sx::Value::deserialize(from).map(Some)
}

/// Bytes as base64.
mod text_of_bytes {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(from)?;
        STANDARD.decode(text).map_err(|error| D::Error::custom(format!("no base64: {error}")))
    }
}

/// The same where there may be none.
mod text_of_some_bytes {
    use super::text_of_bytes;
    use serde::{Deserializer, Serializer};

    #[expect(clippy::ref_option, reason = "serde calls it so")]
    pub(super) fn serialize<S: Serializer>(bytes: &Option<Vec<u8>>, to: S) -> Result<S::Ok, S::Error> {
        text_of_bytes::serialize(bytes.as_deref().unwrap_or_default(), to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Vec<u8>>, D::Error> {
        text_of_bytes::deserialize(from).map(Some)
    }
}
