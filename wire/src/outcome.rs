//! What is answered to an operation.

use crate::part::{Malformed, Part, Put, byte};

/// What an operation answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// `append`, `append-expecting`: the stream's last-seq. `session-append`, `session-append-expecting`, `session-append-trace`,
    /// `session-fork`: how many entries there are now.
    Appended(u64),
    /// `record-event`: the event.
    Recorded(String),
    /// `truncate`, `session-truncate`: how many events or entries were dropped.
    Truncated(u64),
    /// What answers nothing is done.
    Put,
    /// `kv-delete` and all others that remove one thing: was it there?
    Deleted(bool),
    /// `kv-swap`, `ref-test-and-set`: was it swapped?
    Swapped(bool),
    /// `blob-put`, `blob-finish`: the address.
    Stored(String),
    /// `map-put`, `map-put-new`, `map-swap`: the version.
    Versioned(u64),
    /// `map-increment`: the sum.
    Incremented(i64),
    /// A check: it is so.
    Checked,
    /// `map-drop-table`: how many keys were removed.
    Dropped(u64),
}

impl Outcome {
    pub(crate) fn number(&self) -> Option<i64> {
        match self {
            Self::Appended(number)
            | Self::Truncated(number)
            | Self::Versioned(number)
            | Self::Dropped(number) => i64::try_from(*number).ok(),
            Self::Incremented(sum) => Some(*sum),
            _ => None,
        }
    }

    pub(crate) fn flag(&self) -> Option<bool> {
        match self {
            Self::Deleted(flag) | Self::Swapped(flag) => Some(*flag),
            _ => None,
        }
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Recorded(text) | Self::Stored(text) => Some(text),
            _ => None,
        }
    }
}

impl Outcome {
    fn kind(&self) -> u8 {
        match self {
            Self::Appended(_) => 0,
            Self::Recorded(_) => 1,
            Self::Truncated(_) => 2,
            Self::Put => 3,
            Self::Deleted(_) => 4,
            Self::Swapped(_) => 5,
            Self::Stored(_) => 6,
            Self::Versioned(_) => 7,
            Self::Incremented(_) => 8,
            Self::Checked => 9,
            Self::Dropped(_) => 10,
        }
    }
}

impl Put for Outcome {
    fn put(&self, out: &mut Vec<u8>) {
        out.push(self.kind());
        match self {
            Self::Appended(number)
            | Self::Truncated(number)
            | Self::Versioned(number)
            | Self::Dropped(number) => number.put(out),
            Self::Recorded(text) | Self::Stored(text) => text.put(out),
            Self::Deleted(flag) | Self::Swapped(flag) => flag.put(out),
            Self::Incremented(sum) => sum.put(out),
            Self::Put | Self::Checked => {}
        }
    }
}

impl Part for Outcome {
    fn take(from: &mut &[u8]) -> Result<Self, Malformed> {
        Ok(match byte(from)? {
            0 => Self::Appended(u64::take(from)?),
            1 => Self::Recorded(String::take(from)?),
            2 => Self::Truncated(u64::take(from)?),
            3 => Self::Put,
            4 => Self::Deleted(bool::take(from)?),
            5 => Self::Swapped(bool::take(from)?),
            6 => Self::Stored(String::take(from)?),
            7 => Self::Versioned(u64::take(from)?),
            8 => Self::Incremented(i64::take(from)?),
            9 => Self::Checked,
            10 => Self::Dropped(u64::take(from)?),
            number => return Err(Malformed::Unknown { what: "outcome", number }),
        })
    }
}
