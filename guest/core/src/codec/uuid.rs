//! UUIDs, which name sessions and segments (T1).

use crate::error::{Error, Result};
use uuid::Uuid;

/// The bytes of a UUID.
pub(crate) type Id = [u8; 16];

/// Characters of a UUID.
pub(crate) const ID_CHARS: usize = 36;

/// The bytes of a UUID of any version, in canonical text.
pub(crate) fn parse_id(text: &str) -> Result<Id> {
    let id = Uuid::try_parse(text).ok().map(Uuid::into_bytes);
    // Printed, it is the same: other texts are UUIDs, too, and not canonical.
    id.filter(|id| print_id(id) == text)
        .ok_or_else(|| Error::InvalidName("not a UUID of 36 lower-case characters".into()))
}

/// The canonical text of a UUID.
pub(crate) fn print_id(id: &Id) -> String {
    Uuid::from_bytes(*id).hyphenated().encode_lower(&mut [0; ID_CHARS]).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_uuid_in_canonical_text() {
        for good in [
            "00000000-0000-0000-0000-000000000000",
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
            "018f4e2a-9c3b-7def-8123-456789abcdef",
        ] {
            assert_eq!(parse_id(good).map(|id| print_id(&id)).as_deref(), Ok(good));
        }
        for bad in [
            "",
            "018F4E2A-9C3B-7DEF-8123-456789ABCDEF",
            "018f4e2a9c3b7def8123456789abcdef",
            "{018f4e2a-9c3b-7def-8123-456789abcdef}",
            "018f4e2a-9c3b-7def-8123-456789abcde",
            "018f4e2a-9c3b-7def-8123-456789abcdefa",
            "018f4e2a-9c3b-7def-81234-56789abcdef",
            "018f4e2a-9c3b-7def-8123-456789abcdeg",
            "018f4e2a-9c3b-7def-8123-456789abcd-f",
            "018f4e2a-9c3b-7def-8123-456789abcd\u{e9}",
            "+18f4e2a-9c3b-7def-8123-456789abcdef",
        ] {
            assert!(matches!(parse_id(bad), Err(Error::InvalidName(_))), "{bad:?}");
        }
    }
}
