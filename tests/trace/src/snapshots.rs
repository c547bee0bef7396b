//! `snapshots` in a trace.

use crate::answer::Answer;
use crate::words::Words;

/// An operation on snapshots.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the function of its name in wit/snapshots.wit")]
pub enum SnapshotOp {
    Persist {
        key: String,
        bytes: Vec<u8>,
    },
    PersistMarker {
        key: String,
    },
    DeleteMarker {
        key: String,
    },
    Load {
        key: String,
    },
    Contains {
        key: String,
    },
    /// All pages of a prefix, behind a key.
    Keys {
        prefix: String,
        after: Option<String>,
        limit: u32,
    },
}

impl SnapshotOp {
    /// Does it ask the store to change something?
    #[must_use]
    pub fn is_write(&self) -> bool {
        !matches!(self, Self::Load { .. } | Self::Contains { .. } | Self::Keys { .. })
    }

    /// Reads an operation from the words of a line; none when it is another interface's. Bytes are spelled as those of a blob:
    /// a byte, and how many times.
    pub(crate) fn parse(name: &str, words: &mut Words<'_>) -> Result<Option<Self>, String> {
        Ok(Some(match name {
            "snapshot-persist" => {
                let (key, byte, length) = (words.text()?, words.number()?, words.number()?);
                Self::Persist { key, bytes: vec![byte; length] }
            }
            "snapshot-persist-marker" => Self::PersistMarker { key: words.text()? },
            "snapshot-delete-marker" => Self::DeleteMarker { key: words.text()? },
            "snapshot-load" => Self::Load { key: words.text()? },
            _ => return Ok(None),
        }))
    }
}

/// What `load` found, in words.
#[must_use]
pub fn loaded(found: Option<&Vec<u8>>) -> Answer {
    found.map_or_else(|| "none".into(), |bytes| format!("some {}", bytes.escape_ascii()))
}
