//! `sessions` in a trace.

use crate::words::Words;

/// An operation on sessions.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the function of its name in wit/sessions.wit")]
pub enum SessionOp {
    Create {
        session: String,
        segment: String,
        entries: Vec<String>,
    },
    Append {
        session: String,
        segment: String,
        entry: String,
    },
    AppendExpecting {
        session: String,
        segment: String,
        expected: u64,
        entries: Vec<String>,
    },
    /// None expects nothing.
    Truncate {
        session: String,
        segment: String,
        entries: u64,
        expected: Option<u64>,
    },
    Fork {
        session: String,
        segment: String,
        entries: Option<u64>,
        into_session: String,
        into_segment: String,
    },
    SetMeta {
        session: String,
        segment: String,
        meta: Option<String>,
    },
    Delete {
        session: String,
        segment: String,
    },
    AppendTrace {
        session: String,
        segment: String,
        entry: String,
    },
    Read {
        session: String,
        segment: String,
    },
    /// All pages from an index on.
    ReadPages {
        session: String,
        segment: String,
        index: u64,
        limit: u32,
        backward: bool,
    },
    ReadLast {
        session: String,
        segment: String,
        limit: u32,
    },
    Describe {
        session: String,
        segment: String,
    },
    Count {
        session: String,
        segment: String,
    },
    Exists {
        session: String,
        segment: String,
    },
    /// All pages.
    List {
        limit: u32,
    },
    /// All pages.
    Segments {
        session: String,
        limit: u32,
    },
    Of {
        segment: String,
    },
    /// All pages behind an index.
    ReadTrace {
        session: String,
        segment: String,
        index: u64,
        limit: u32,
    },
}

impl SessionOp {
    /// Does it ask the store to change something?
    #[must_use]
    pub fn is_write(&self) -> bool {
        matches!(
            self,
            Self::Create { .. }
                | Self::Append { .. }
                | Self::AppendExpecting { .. }
                | Self::Truncate { .. }
                | Self::Fork { .. }
                | Self::SetMeta { .. }
                | Self::Delete { .. }
                | Self::AppendTrace { .. }
        )
    }

    /// Reads an operation from the words of a line; none when it is another interface's.
    pub(crate) fn parse(name: &str, words: &mut Words<'_>) -> Result<Option<Self>, String> {
        if !name.starts_with("session-") {
            return Ok(None);
        }
        let (session, segment) = match name {
            "session-list" => (String::new(), String::new()),
            "session-of" => (String::new(), spelled(words.text()?)),
            "session-segments" => (spelled(words.text()?), String::new()),
            _ => (spelled(words.text()?), spelled(words.text()?)),
        };
        Ok(Some(match name {
            "session-create" => Self::Create { session, segment, entries: words.texts()? },
            "session-append" => Self::Append { session, segment, entry: words.text()? },
            "session-append-expecting" => {
                Self::AppendExpecting { session, segment, expected: words.number()?, entries: words.texts()? }
            }
            "session-truncate" => {
                Self::Truncate { session, segment, entries: words.number()?, expected: None }
            }
            "session-truncate-expecting" => {
                let (expected, entries) = (Some(words.number()?), words.number()?);
                Self::Truncate { session, segment, entries, expected }
            }
            "session-fork" => {
                let (into_session, into_segment) = (spelled(words.text()?), spelled(words.text()?));
                let entries = Some(words.number()?);
                Self::Fork { session, segment, entries, into_session, into_segment }
            }
            "session-set-meta" => Self::SetMeta { session, segment, meta: Some(words.text()?) },
            "session-clear-meta" => Self::SetMeta { session, segment, meta: None },
            "session-read-last" => Self::ReadLast { session, segment, limit: 2 },
            "session-describe" => Self::Describe { session, segment },
            "session-delete" => Self::Delete { session, segment },
            "session-append-trace" => Self::AppendTrace { session, segment, entry: words.text()? },
            "session-read" => Self::Read { session, segment },
            "session-list" => Self::List { limit: 2 },
            "session-segments" => Self::Segments { session, limit: 2 },
            "session-of" => Self::Of { segment },
            _ => return Ok(None),
        }))
    }
}

/// In a written line one digit stands for a UUID of it.
pub(crate) fn spelled(word: String) -> String {
    if word.len() == 1 { id(&word) } else { word }
}

/// A UUID of one digit.
#[must_use]
pub fn id(digit: &str) -> String {
    [8, 4, 4, 4, 12].map(|count| digit.repeat(count)).join("-")
}
