//! `refs` in a trace.

use crate::words::Words;

/// An operation on refs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the function of its name in wit/refs.wit")]
pub enum RefOp {
    Set {
        name: String,
        hash: String,
    },
    TestAndSet {
        name: String,
        test: Option<String>,
        set: Option<String>,
    },
    Delete {
        name: String,
    },
    Get {
        name: String,
    },
    /// All pages of a prefix, behind a name.
    List {
        prefix: String,
        after: Option<String>,
        limit: u32,
    },
}

impl RefOp {
    /// Does it ask the store to change something?
    #[must_use]
    pub fn is_write(&self) -> bool {
        !matches!(self, Self::Get { .. } | Self::List { .. })
    }

    /// Reads an operation from the words of a line; none when it is another interface's.
    pub(crate) fn parse(name: &str, words: &mut Words<'_>) -> Result<Option<Self>, String> {
        Ok(Some(match name {
            "ref-set" => Self::Set { name: words.text()?, hash: spelled(words.text()?) },
            "ref-test-and-set" => Self::TestAndSet {
                name: words.text()?,
                test: words.optional()?.map(spelled),
                set: words.optional()?.map(spelled),
            },
            "ref-delete" => Self::Delete { name: words.text()? },
            "ref-get" => Self::Get { name: words.text()? },
            _ => return Ok(None),
        }))
    }
}

/// In a written line a hash of one digit stands for forty of it.
pub(crate) fn spelled(word: String) -> String {
    if word.len() == 1 { word.repeat(40) } else { word }
}
