//! `objects` in a trace.

use crate::refs::spelled;
use crate::words::Words;

/// A hash, and so many times this byte.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "see above")]
pub struct Object {
    pub hash: String,
    pub byte: u8,
    pub length: usize,
}

/// An operation on objects. Their bytes are so many times one byte.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the function of its name in wit/objects.wit")]
pub enum ObjectOp {
    Write(Object),
    WriteBatch(Vec<Object>),
    Delete {
        hash: String,
    },
    Read {
        hash: String,
    },
    Exists {
        hash: String,
    },
    /// All pages behind a hash.
    List {
        after: Option<String>,
        limit: u32,
    },
}

impl Object {
    /// Its bytes.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        vec![self.byte; self.length]
    }

    fn parse(words: &mut Words<'_>) -> Result<Self, String> {
        Ok(Self { hash: spelled(words.text()?), byte: words.number()?, length: words.number()? })
    }
}

impl ObjectOp {
    /// Does it ask the store to change something?
    #[must_use]
    pub fn is_write(&self) -> bool {
        matches!(self, Self::Write(_) | Self::WriteBatch(_) | Self::Delete { .. })
    }

    /// Reads an operation from the words of a line; none when it is another interface's.
    pub(crate) fn parse(name: &str, words: &mut Words<'_>) -> Result<Option<Self>, String> {
        Ok(Some(match name {
            "object-write" => Self::Write(Object::parse(words)?),
            // Each object is one text.
            "object-write-batch" => {
                let objects = words.texts()?;
                Self::WriteBatch(
                    objects
                        .iter()
                        .map(|text| Object::parse(&mut Words::new(text)))
                        .collect::<Result<_, _>>()?,
                )
            }
            "object-delete" => Self::Delete { hash: spelled(words.text()?) },
            "object-read" => Self::Read { hash: spelled(words.text()?) },
            _ => return Ok(None),
        }))
    }
}
