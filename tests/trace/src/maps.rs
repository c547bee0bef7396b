//! `maps` in a trace.
//!
//! Nobody but the store knows its versions beforehand. So an operation names the version that it expects by what it is
//! ([`Expected`]), which is looked up before it is performed, before a whole batch. An answer shows a version as `#` and its
//! number; the suites that compare with a model whose numbers are its own do so in the [`normal`] form, where only `#0`, an
//! absent key's, keeps its number.

use crate::address::address;
use crate::answer::Answer;
use crate::words::Words;

/// A version that an operation expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Whatever there is.
    Any,
    /// That the key is absent.
    Absent,
    /// The one that is there.
    Last,
    /// One beside it, an older one if there is any.
    Older,
    /// One that no commit gets to.
    Never,
    /// This one.
    Exact(u64),
}

/// An operation on maps.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the function of its name in wit/maps.wit")]
pub enum MapOp {
    Put {
        table: String,
        key: Vec<u8>,
        value: Vec<u8>,
    },
    PutNew {
        table: String,
        key: Vec<u8>,
        value: Vec<u8>,
    },
    Swap {
        table: String,
        key: Vec<u8>,
        expected: Expected,
        value: Vec<u8>,
    },
    Delete {
        table: String,
        key: Vec<u8>,
        expected: Expected,
    },
    Increment {
        table: String,
        key: Vec<u8>,
        delta: i64,
    },
    /// In a batch alone.
    Check {
        table: String,
        key: Vec<u8>,
        expected: Expected,
    },
    PutMany {
        table: String,
        pairs: Vec<(Vec<u8>, Vec<u8>)>,
    },
    DeleteMany {
        table: String,
        keys: Vec<Vec<u8>>,
    },
    DropTable {
        table: String,
    },
    Get {
        table: String,
        key: Vec<u8>,
    },
    Has {
        table: String,
        key: Vec<u8>,
    },
    GetMany {
        table: String,
        keys: Vec<Vec<u8>>,
    },
    /// All pages of a range, behind a key, with values or without.
    List {
        table: String,
        range: Range,
        after: Option<Vec<u8>>,
        limit: u32,
        backward: bool,
        values: bool,
    },
    Count {
        table: String,
    },
    Tables,
}

/// Prefix, start and end.
pub type Range = (Vec<u8>, Option<Vec<u8>>, Option<Vec<u8>>);

impl Expected {
    /// The version that it stands for where this one is, 0 for an absent key; none where any will do.
    #[must_use]
    pub fn version(self, held: u64) -> Option<u64> {
        Some(match self {
            Self::Any => return None,
            Self::Absent => 0,
            Self::Last => held,
            Self::Older if held > 1 => held - 1,
            Self::Older => held + 1,
            Self::Never => u64::MAX,
            Self::Exact(version) => version,
        })
    }

    fn parse(word: &str) -> Result<Self, String> {
        Ok(match word {
            "any" => Self::Any,
            "absent" => Self::Absent,
            "last" => Self::Last,
            "older" => Self::Older,
            "never" => Self::Never,
            number => Self::Exact(number.parse().map_err(|_| format!("{number:?} is no version"))?),
        })
    }
}

impl MapOp {
    /// Does it ask the store to change something?
    #[must_use]
    pub fn is_write(&self) -> bool {
        !matches!(
            self,
            Self::Get { .. }
                | Self::Has { .. }
                | Self::GetMany { .. }
                | Self::List { .. }
                | Self::Count { .. }
                | Self::Tables
        )
    }

    /// Reads an operation from the words of a line; none when it is another interface's.
    pub(crate) fn parse(name: &str, words: &mut Words<'_>) -> Result<Option<Self>, String> {
        Ok(Some(match name {
            "map-put" => Self::Put { table: words.text()?, key: bytes(words)?, value: bytes(words)? },
            "map-put-new" => Self::PutNew { table: words.text()?, key: bytes(words)?, value: bytes(words)? },
            "map-swap" => Self::Swap {
                table: words.text()?,
                key: bytes(words)?,
                expected: Expected::parse(&words.text()?)?,
                value: bytes(words)?,
            },
            "map-delete" => Self::Delete {
                table: words.text()?,
                key: bytes(words)?,
                expected: Expected::parse(&words.text()?)?,
            },
            "check-map" => Self::Check {
                table: words.text()?,
                key: bytes(words)?,
                expected: Expected::parse(&words.text()?)?,
            },
            "map-increment" => {
                Self::Increment { table: words.text()?, key: bytes(words)?, delta: words.number()? }
            }
            "map-put-many" => {
                let table = words.text()?;
                let words = words.texts()?;
                let pair = |pair: &[String]| (pair[0].clone().into_bytes(), pair[1].clone().into_bytes());
                Self::PutMany { table, pairs: words.chunks_exact(2).map(pair).collect() }
            }
            "map-delete-many" => Self::DeleteMany {
                table: words.text()?,
                keys: words.texts()?.into_iter().map(String::into_bytes).collect(),
            },
            "map-drop-table" => Self::DropTable { table: words.text()? },
            "map-get" => Self::Get { table: words.text()?, key: bytes(words)? },
            "map-count" => Self::Count { table: words.text()? },
            "map-tables" => Self::Tables,
            _ => return Ok(None),
        }))
    }

    /// The operation with the number of the version that it expects. `held` answers for a key, 0 when it is absent.
    ///
    /// # Errors
    /// What `held` answers.
    pub fn resolved<E>(&self, held: impl FnOnce(&str, &[u8]) -> Result<u64, E>) -> Result<Self, E> {
        let mut op = self.clone();
        if let Self::Swap { table, key, expected, .. }
        | Self::Delete { table, key, expected }
        | Self::Check { table, key, expected } = &mut op
        {
            match expected {
                Expected::Last | Expected::Older => {
                    let version = expected.version(held(table, key)?).unwrap_or_default();
                    *expected = Expected::Exact(version);
                }
                Expected::Any | Expected::Absent | Expected::Never | Expected::Exact(_) => {}
            }
        }
        Ok(op)
    }
}

/// An answer without the numbers of versions, but for that of an absent key.
#[must_use]
pub fn normal(answer: Answer) -> Answer {
    if !answer.contains('#') {
        return answer;
    }
    let mut parts = answer.split('#');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|digit: char| digit.is_ascii_digit());
        let is_absent = part.len() == rest.len() + 1 && part.starts_with('0');
        out.push_str(if is_absent { "#0" } else { "#" });
        out.push_str(rest);
    }
    out
}

/// How an answer shows a version.
#[must_use]
pub fn shown(version: u64) -> String {
    format!("#{version}")
}

/// How an answer shows a value and its version.
#[must_use]
pub fn entry_shown(value: &[u8], version: u64) -> String {
    let value = if value.len() > 100 { address(value) } else { value.escape_ascii().to_string() };
    format!("{} {value}", shown(version))
}

/// How an answer shows a key, its value and that one's version.
#[must_use]
pub fn item_shown(key: &[u8], value: &[u8], version: u64) -> String {
    format!("\"{}\" {}", key.escape_ascii(), entry_shown(value, version))
}

/// How an answer shows keys.
#[must_use]
pub fn listed(keys: &[Vec<u8>]) -> String {
    keys.iter().map(|key| format!("\"{}\"", key.escape_ascii())).collect::<Vec<_>>().join(" ")
}

fn bytes(words: &mut Words<'_>) -> Result<Vec<u8>, String> {
    Ok(words.text()?.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_version_of_an_absent_key_keeps_its_number() {
        for (answer, due) in [
            ("#17", "#"),
            ("error stale #0 #10", "error stale #0 #"),
            ("#3 a#b; none; #0", "# a#b; none; #0"),
            ("nothing", "nothing"),
        ] {
            assert_eq!(normal(answer.into()), due);
        }
    }
}
