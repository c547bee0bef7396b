//! Questions, and what is answered of one moment.

use crate::answers::{Refusal, put_done, take_refusal};
use crate::part::{Malformed, Part, Put, begin, byte, take_list, whole};
use crate::request::take_count;

/// A question; `batch.reads`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is the parameter of the method")]
pub enum Question {
    /// `kv-get`
    Kv { key: String },
    /// `map-get`
    Map { table: String, key: Vec<u8> },
    /// `ref-get`
    Ref { name: String },
    /// `last-seq`
    LastSeq { stream: String },
    /// `count`
    Count { stream: String },
    /// `segment`
    Segment { session: String, segment: String },
}

/// What a question is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// `kv-get`, `ref-get`: the value or the hash, none for what is absent.
    Text(Option<String>),
    /// `last-seq`, `count`, `segment`.
    Number(u64),
    /// `map-get`: none for what is absent.
    Entry(Option<MapEntry>),
}

/// `types.map-entry`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapEntry {
    /// The bytes.
    pub value: Vec<u8>,
    /// The lsn of the commit that wrote them.
    pub version: u64,
}

/// What the questions are answered; `batch.moment`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The number of the last commit that it saw.
    pub lsn: u64,
    /// One a question, in their order.
    pub found: Vec<Found>,
}

/// Questions that were handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Questions(pub Vec<Question>);

impl Question {
    /// Text and bytes that the question carries.
    #[must_use]
    pub fn bytes(&self) -> usize {
        match self {
            Self::Kv { key: name }
            | Self::Ref { name }
            | Self::LastSeq { stream: name }
            | Self::Count { stream: name } => name.len(),
            Self::Map { table, key } => table.len() + key.len(),
            Self::Segment { session, segment } => session.len() + segment.len(),
        }
    }
}

impl Found {
    /// Text and bytes that the answer carries.
    #[must_use]
    pub fn bytes(&self) -> usize {
        match self {
            Self::Text(text) => text.as_ref().map_or(0, String::len),
            Self::Number(_) => 0,
            Self::Entry(entry) => entry.as_ref().map_or(0, |entry| entry.value.len()),
        }
    }

    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => text.as_deref(),
            _ => None,
        }
    }

    fn number(&self) -> Option<u64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    fn entry(&self) -> Option<&MapEntry> {
        match self {
            Self::Entry(entry) => entry.as_ref(),
            _ => None,
        }
    }
}

impl Questions {
    /// The questions as the bytes that are handed over.
    #[must_use]
    pub fn to_bytes(questions: &[Question]) -> Vec<u8> {
        let mut out = Vec::new();
        begin(&mut out);
        (questions.len() as u64).put(&mut out);
        questions.iter().for_each(|question| question.put(&mut out));
        out
    }

    /// Reads them.
    ///
    /// # Errors
    /// The bytes are no questions of this version.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        whole(bytes, |from| {
            let count = take_count(from)?;
            (0..count).map(|_| Question::take(from)).collect::<Result<_, _>>().map(Self)
        })
    }
}

impl Moment {
    fn found(&self, index: u32) -> Option<&Found> {
        self.found.get(usize::try_from(index).ok()?)
    }

    /// `batch.moment.text`
    #[must_use]
    pub fn text(&self, index: u32) -> Option<&str> {
        self.found(index)?.text()
    }

    /// `batch.moment.number`
    #[must_use]
    pub fn number(&self, index: u32) -> Option<u64> {
        self.found(index)?.number()
    }

    /// `batch.moment.entry`
    #[must_use]
    pub fn entry(&self, index: u32) -> Option<&MapEntry> {
        self.found(index)?.entry()
    }

    /// Text and bytes that the answers carry.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.found.iter().map(Found::bytes).sum()
    }

    /// The bytes of what was found.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        begin(&mut out);
        put_done(&mut out);
        self.lsn.put(&mut out);
        (self.found.len() as u64).put(&mut out);
        self.found.iter().for_each(|found| found.put(&mut out));
        out
    }

    /// Reads what was found.
    ///
    /// # Errors
    /// The bytes are no findings of this version.
    pub fn read(bytes: &[u8]) -> Result<Result<Self, Refusal>, Malformed> {
        whole(bytes, |from| {
            take_refusal(from, |from| {
                let lsn = u64::take(from)?;
                Ok(Self { lsn, found: take_list(from, Found::take)? })
            })
        })
    }
}

impl Put for Question {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Self::Kv { key } => {
                out.push(1);
                key.put(out);
            }
            Self::Map { table, key } => {
                out.push(2);
                table.put(out);
                key.put(out);
            }
            Self::Ref { name } => {
                out.push(3);
                name.put(out);
            }
            Self::LastSeq { stream } => {
                out.push(4);
                stream.put(out);
            }
            Self::Count { stream } => {
                out.push(5);
                stream.put(out);
            }
            Self::Segment { session, segment } => {
                out.push(6);
                session.put(out);
                segment.put(out);
            }
        }
    }
}

impl Part for Question {
    fn take(from: &mut &[u8]) -> Result<Self, Malformed> {
        Ok(match byte(from)? {
            1 => Self::Kv { key: String::take(from)? },
            2 => Self::Map { table: String::take(from)?, key: Vec::take(from)? },
            3 => Self::Ref { name: String::take(from)? },
            4 => Self::LastSeq { stream: String::take(from)? },
            5 => Self::Count { stream: String::take(from)? },
            6 => Self::Segment { session: String::take(from)?, segment: String::take(from)? },
            number => return Err(Malformed::Unknown { what: "question", number }),
        })
    }
}

impl Put for Found {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Self::Text(text) => {
                out.push(0);
                text.put(out);
            }
            Self::Number(number) => {
                out.push(1);
                number.put(out);
            }
            Self::Entry(entry) => {
                out.push(2);
                entry.put(out);
            }
        }
    }
}

impl Part for Found {
    fn take(from: &mut &[u8]) -> Result<Self, Malformed> {
        Ok(match byte(from)? {
            0 => Self::Text(Part::take(from)?),
            1 => Self::Number(u64::take(from)?),
            2 => Self::Entry(Part::take(from)?),
            number => return Err(Malformed::Unknown { what: "finding", number }),
        })
    }
}

impl Put for MapEntry {
    fn put(&self, out: &mut Vec<u8>) {
        self.value.put(out);
        self.version.put(out);
    }
}

impl Part for MapEntry {
    fn take(from: &mut &[u8]) -> Result<Self, Malformed> {
        Ok(Self { value: Vec::take(from)?, version: u64::take(from)? })
    }
}
