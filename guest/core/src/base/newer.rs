//! Files that a later version of this program wrote: no damage, and nothing that this one may touch.

use crate::codec::crc32c;

/// What the file `format` of every version begins with.
const FORMAT_START: &[u8] = b"sx-persist ";
/// What the header of a journal of every version begins with; the version is the byte behind it.
const JOURNAL_START: &[u8] = b"sxpjrnl";

const REASONS: [&str; 8] = [
    "written by format 2, this program reads 1",
    "written by format 3, this program reads 1",
    "written by format 4, this program reads 1",
    "written by format 5, this program reads 1",
    "written by format 6, this program reads 1",
    "written by format 7, this program reads 1",
    "written by format 8, this program reads 1",
    "written by format 9, this program reads 1",
];
const OTHER: &str = "written by another format, this program reads 1";

/// Says which version wrote a file `format`, if it was a later one.
pub(crate) fn of_format(text: &[u8]) -> Option<&'static str> {
    let words = std::str::from_utf8(text.strip_prefix(FORMAT_START)?).ok()?;
    let (number, layout) = words.strip_suffix('\n')?.split_once(' ')?;
    let is_layout = !layout.is_empty() && layout.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
    match number.parse::<u32>().ok().filter(|_| is_layout && is_number)? {
        0 => None,
        1 => (layout != "plain").then_some(OTHER),
        version => Some(reason(version)),
    }
}

/// Says which version wrote a journal, if it was a later one. A byte that rotted is none: the checksum of the header holds.
pub(crate) fn of_journal(bytes: &[u8]) -> Option<&'static str> {
    let (fields, rest) = bytes.split_at_checked(28)?;
    let crc = u32::from_le_bytes(*rest.first_chunk()?);
    let version = *fields.strip_prefix(JOURNAL_START)?.first()?;
    (version > 1 && crc32c::crc32c(fields) == crc).then(|| reason(u32::from(version)))
}

/// Is this such a reason?
pub(crate) fn is_newer(reason: &str) -> bool {
    reason == OTHER || REASONS.contains(&reason)
}

fn reason(version: u32) -> &'static str {
    usize::try_from(version)
        .ok()
        .and_then(|version| version.checked_sub(2))
        .and_then(|index| REASONS.get(index))
        .copied()
        .unwrap_or(OTHER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_version_is_named_and_what_rotted_is_none() {
        for (text, reason) in [
            ("sx-persist 1 plain\n", None),
            ("sx-persist 2 plain\n", Some(REASONS[0])),
            ("sx-persist 9 packed\n", Some(REASONS[7])),
            ("sx-persist 12 plain\n", Some(OTHER)),
            ("sx-persist 1000 plain\n", Some(OTHER)),
            ("sx-persist +2 plain\n", None),
            ("sx-persist 1 packed\n", Some(OTHER)),
            ("sx-persist 0 plain\n", None),
            ("sx-persist 2 plain", None),
            ("sx-persist x plain\n", None),
            ("sx-persist 2 pl`in\n", None),
            ("", None),
        ] {
            assert_eq!(of_format(text.as_bytes()), reason, "{text}");
        }
        let mut header = [0; 32];
        header[..8].copy_from_slice(b"sxpjrnl\x02");
        assert_eq!(of_journal(&header), None);
        let crc = crc32c::crc32c(&header[..28]);
        header[28..].copy_from_slice(&crc.to_le_bytes());
        assert_eq!(of_journal(&header), Some(REASONS[0]));
        assert!(is_newer(REASONS[0]) && is_newer(OTHER) && !is_newer("checksum mismatch"));
    }
}
