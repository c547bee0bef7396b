//! Operations, and how a written line has them.

use crate::address::address;
use crate::checks::CheckOp;
use crate::maps::MapOp;
use crate::objects::ObjectOp;
use crate::refs::RefOp;
use crate::sessions::SessionOp;
use crate::snapshots::SnapshotOp;
use crate::words::Words;
use std::fmt;

/// An operation on the store.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the function of its name in wit/")]
pub enum Op {
    Append {
        stream: String,
        event: String,
    },
    AppendExpecting {
        stream: String,
        expected: u64,
        events: Vec<String>,
    },
    RecordEvent {
        stream: String,
        kind: String,
        at: i64,
        data: String,
        expected: Option<u64>,
    },
    Truncate {
        stream: String,
        upto: u64,
    },
    KvPut {
        key: String,
        value: String,
    },
    KvDelete {
        key: String,
    },
    KvSwap {
        key: String,
        expected: Option<String>,
        replacement: Option<String>,
    },
    /// So many times this byte.
    BlobPut {
        byte: u8,
        length: usize,
    },
    /// The same through a writer, in two parts.
    BlobWrite {
        byte: u8,
        length: usize,
    },
    /// A writer that is dropped in the middle.
    BlobDrop {
        byte: u8,
        length: usize,
    },
    BlobDelete {
        cid: String,
    },
    Ref(RefOp),
    Snapshot(SnapshotOp),
    Object(ObjectOp),
    Session(SessionOp),
    Map(MapOp),
    /// In a batch alone.
    Check(CheckOp),
    /// A `BlobWrite` in it is finished by it.
    Commit(Vec<Op>),
    Run(Vec<Op>),
    /// Several reads of one moment.
    Reads(Vec<Op>),
    HandleOp {
        op: String,
        args: String,
    },
    Relaxed,
    Always,
    Flush,
    Checkpoint,
    CheckpointStep,
    CompactStep,
    /// Makes the root a packed one, or a plain one: a part of that, or all.
    Convert {
        packed: bool,
        whole: bool,
    },
    Read {
        stream: String,
    },
    /// All pages of a stream: where they begin (`start`, `end`, or a seq), items a page, which way.
    Pages {
        stream: String,
        at: String,
        limit: u32,
        backward: bool,
    },
    LastSeq {
        stream: String,
    },
    Count {
        stream: String,
    },
    Streams,
    KvGet {
        key: String,
    },
    KvHas {
        key: String,
    },
    KvKeys,
    /// All pages of a prefix.
    KvList {
        prefix: String,
        limit: u32,
    },
    BlobGet {
        cid: String,
    },
    BlobHas {
        cid: String,
    },
    BlobSize {
        cid: String,
    },
    BlobList,
    /// The process ends without closing, and another begins.
    Restart,
}

impl Op {
    /// Does it ask the store to change something?
    #[must_use]
    pub fn is_write(&self) -> bool {
        use Op as O;
        match self {
            O::HandleOp { op, .. } => {
                ["append", "truncate", "put", "delete"].iter().any(|verb| op.contains(verb))
            }
            O::Append { .. }
            | O::AppendExpecting { .. }
            | O::RecordEvent { .. }
            | O::Truncate { .. }
            | O::KvPut { .. }
            | O::KvDelete { .. }
            | O::KvSwap { .. }
            | O::BlobPut { .. }
            | O::BlobWrite { .. }
            | O::BlobDrop { .. }
            | O::BlobDelete { .. }
            | O::Commit(_)
            | O::Run(_) => true,
            O::Ref(op) => op.is_write(),
            O::Snapshot(op) => op.is_write(),
            O::Object(op) => op.is_write(),
            O::Session(op) => op.is_write(),
            O::Map(op) => op.is_write(),
            _ => false,
        }
    }

    /// Does it stand in a batch alone?
    #[must_use]
    pub fn is_check(&self) -> bool {
        matches!(self, Self::Check(_) | Self::Map(MapOp::Check { .. }))
    }

    /// Reads an operation from a line.
    ///
    /// # Errors
    /// A phrase, when the line is none.
    pub fn parse(line: &str) -> Result<Self, String> {
        let mut words = Words::new(line);
        let op = Self::parse_words(&mut words)?;
        match words.next_word()? {
            None => Ok(op),
            Some(extra) => Err(format!("{extra:?} is too much")),
        }
    }

    fn parse_words(words: &mut Words<'_>) -> Result<Self, String> {
        let name = words.text()?;
        Ok(match name.as_str() {
            "append" => Self::Append { stream: words.text()?, event: words.text()? },
            "append-expecting" => Self::AppendExpecting {
                stream: words.text()?,
                expected: words.number()?,
                events: words.texts()?,
            },
            "record-event" => Self::RecordEvent {
                stream: words.text()?,
                kind: words.text()?,
                at: words.number()?,
                data: words.text()?,
                expected: words.optional()?.map(|text| text.parse().map_err(|_| text)).transpose()?,
            },
            "truncate" => Self::Truncate { stream: words.text()?, upto: words.number()? },
            "kv-put" => Self::KvPut { key: words.text()?, value: words.text()? },
            "kv-delete" => Self::KvDelete { key: words.text()? },
            "kv-swap" => Self::KvSwap {
                key: words.text()?,
                expected: words.optional()?,
                replacement: words.optional()?,
            },
            "blob-put" => Self::BlobPut { byte: words.number()?, length: words.number()? },
            "blob-write" => Self::BlobWrite { byte: words.number()?, length: words.number()? },
            "blob-drop" => Self::BlobDrop { byte: words.number()?, length: words.number()? },
            "blob-delete" => {
                let (byte, length) = (words.number()?, words.number()?);
                Self::BlobDelete { cid: address(&vec![byte; length]) }
            }
            "commit" => Self::Commit(operations(words)?),
            "run" => Self::Run(operations(words)?),
            "reads" => Self::Reads(operations(words)?),
            "handle-op" => Self::HandleOp { op: words.text()?, args: words.text()? },
            "relaxed" => Self::Relaxed,
            "always" => Self::Always,
            "flush" => Self::Flush,
            "checkpoint" => Self::Checkpoint,
            "checkpoint-step" => Self::CheckpointStep,
            "compact-step" => Self::CompactStep,
            "pack" => Self::Convert { packed: true, whole: true },
            "pack-step" => Self::Convert { packed: true, whole: false },
            "unpack" => Self::Convert { packed: false, whole: true },
            "unpack-step" => Self::Convert { packed: false, whole: false },
            "restart" => Self::Restart,
            "read" => Self::Read { stream: words.text()? },
            "last-seq" => Self::LastSeq { stream: words.text()? },
            "count" => Self::Count { stream: words.text()? },
            "streams" => Self::Streams,
            "kv-get" => Self::KvGet { key: words.text()? },
            "kv-keys" => Self::KvKeys,
            other => return Self::parse_interface(other, words),
        })
    }

    /// An operation of an interface that has a file of its own.
    fn parse_interface(name: &str, words: &mut Words<'_>) -> Result<Self, String> {
        if let Some(op) = RefOp::parse(name, words)? {
            return Ok(Self::Ref(op));
        }
        if let Some(op) = SnapshotOp::parse(name, words)? {
            return Ok(Self::Snapshot(op));
        }
        if let Some(op) = ObjectOp::parse(name, words)? {
            return Ok(Self::Object(op));
        }
        if let Some(op) = SessionOp::parse(name, words)? {
            return Ok(Self::Session(op));
        }
        if let Some(op) = MapOp::parse(name, words)? {
            return Ok(Self::Map(op));
        }
        if let Some(op) = CheckOp::parse(name, words)? {
            return Ok(Self::Check(op));
        }
        Err(format!("{name:?} is no operation of a written trace"))
    }
}

/// Each operation of a batch is one text.
fn operations(words: &mut Words<'_>) -> Result<Vec<Op>, String> {
    words.texts()?.iter().map(|text| Op::parse(text)).collect()
}

/// Prints an operation for a person who reads of a failure.
impl fmt::Display for Op {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = format!("{self:?}");
        if shown.len() <= 300 {
            return out.write_str(&shown);
        }
        let cut: String = shown.chars().take(300).collect();
        write!(out, "{cut}... ({} characters)", shown.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::maps::Expected;

    #[test]
    fn lines_are_operations() {
        let append = |stream: &str, event: &str| Op::Append { stream: stream.into(), event: event.into() };
        for (line, op) in [
            ("append s `{:seq 1}`", append("s", "{:seq 1}")),
            ("append \"a b\\n\\\"\" {:seq}", append("a b\n\"", "{:seq}")),
            (
                "kv-swap k - `nil`",
                Op::KvSwap { key: "k".into(), expected: None, replacement: Some("nil".into()) },
            ),
            (
                "ref-test-and-set refs/heads/main - 7",
                Op::Ref(RefOp::TestAndSet {
                    name: "refs/heads/main".into(),
                    test: None,
                    set: Some("7".repeat(40)),
                }),
            ),
            (
                "snapshot-persist a/b 255 2",
                Op::Snapshot(SnapshotOp::Persist { key: "a/b".into(), bytes: vec![255, 255] }),
            ),
            (
                "session-append-expecting a 1 0 nil",
                Op::Session(SessionOp::AppendExpecting {
                    session: "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa".into(),
                    segment: "11111111-1111-1111-1111-111111111111".into(),
                    expected: 0,
                    entries: vec!["nil".into()],
                }),
            ),
            (
                "map-swap t k last v",
                Op::Map(MapOp::Swap {
                    table: "t".into(),
                    key: b"k".to_vec(),
                    expected: Expected::Last,
                    value: b"v".to_vec(),
                }),
            ),
            (
                "commit \"append s `{:seq 1}`\" `kv-delete k`",
                Op::Commit(vec![append("s", "{:seq 1}"), Op::KvDelete { key: "k".into() }]),
            ),
        ] {
            assert_eq!(Op::parse(line), Ok(op), "{line}");
        }
        for bad in ["", "appendd s 1", "append s", "truncate s x", "append `s {:seq 1}", "checkpoint now"] {
            assert!(Op::parse(bad).is_err(), "{bad}");
        }
    }
}
