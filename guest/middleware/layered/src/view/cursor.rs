//! Cursors: a place in one of two logs that are read as one.

use sx_persist_middleware::types::{Error, Position};

/// Where the next page begins.
#[derive(Debug, PartialEq)]
pub(crate) enum Place {
    /// In the lower store's events.
    Below(Position),
    /// Behind all of them, before the upper store's.
    Between,
    /// In the upper store's events.
    Above(Position),
}

/// A place, and what was asked for.
#[derive(Debug, PartialEq)]
pub(crate) struct Cursor {
    /// Only events with a seq above this one.
    pub(crate) after: Option<u64>,
    pub(crate) place: Place,
}

impl Cursor {
    /// The cursor as text: the cut at which it was given, what was asked for, the store, and that store's own cursor.
    pub(crate) fn print(&self, cut: Option<u64>) -> String {
        let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
        let (store, inner) = match &self.place {
            Place::Below(Position::Cursor(inner)) => ("lower", inner.as_str()),
            Place::Above(Position::Cursor(inner)) => ("upper", inner.as_str()),
            _ => ("", ""),
        };
        format!("{}/{}/{store}/{inner}", number(cut), number(self.after))
    }

    /// Reads what was printed. Another truncation has outdated it.
    pub(crate) fn parse(text: &str, cut: Option<u64>) -> Result<Self, Error> {
        let mut parts = text.splitn(4, '/');
        let (given_at, after) = (parts.next().and_then(number), parts.next().and_then(number));
        let place = match (parts.next(), parts.next()) {
            (Some("lower"), Some(inner)) => Some(Place::Below(Position::Cursor(inner.to_owned()))),
            (Some("upper"), Some(inner)) => Some(Place::Above(Position::Cursor(inner.to_owned()))),
            (Some(""), Some("")) => Some(Place::Between),
            _ => None,
        };
        match (given_at, after, place) {
            (Some(given_at), Some(after), Some(place)) if given_at == cut => Ok(Self { after, place }),
            (Some(_), Some(_), Some(_)) => Err(Error::InvalidArgument("the cursor is outdated".to_owned())),
            _ => Err(Error::InvalidArgument("not a cursor of a page".to_owned())),
        }
    }
}

/// A number or nothing; none when it is neither.
#[expect(clippy::option_option, reason = "what is missing is not what is wrong")]
fn number(text: &str) -> Option<Option<u64>> {
    if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) }
}
