//! Checks of a batch, but for those of maps, which stand with what else expects a version.

use crate::refs::spelled;
use crate::sessions::spelled as spelled_id;
use crate::words::Words;

/// What the store is said to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the operation of its name in wit/types.wit")]
pub enum CheckOp {
    LastSeq { stream: String, last_seq: u64 },
    Count { stream: String, count: u64 },
    Key { key: String, value: Option<String> },
    Ref { name: String, hash: Option<String> },
    Segment { session: String, segment: String, entries: u64 },
}

impl CheckOp {
    /// Reads an operation from the words of a line; none when it is another one.
    pub(crate) fn parse(name: &str, words: &mut Words<'_>) -> Result<Option<Self>, String> {
        Ok(Some(match name {
            "check-last-seq" => Self::LastSeq { stream: words.text()?, last_seq: words.number()? },
            "check-count" => Self::Count { stream: words.text()?, count: words.number()? },
            "check-key" => Self::Key { key: words.text()?, value: words.optional()? },
            "check-ref" => Self::Ref { name: words.text()?, hash: words.optional()?.map(spelled) },
            "check-segment" => Self::Segment {
                session: spelled_id(words.text()?),
                segment: spelled_id(words.text()?),
                entries: words.number()?,
            },
            _ => return Ok(None),
        }))
    }
}
