//! Files that another version of this program wrote: no damage, and nothing that this one may touch.

use crate::codec::crc32c;

/// What the file `format` of every version begins with.
const FORMAT_START: &[u8] = b"sx-persist ";
/// What the header of a journal of every version begins with; the version is the byte behind it.
const JOURNAL_START: &[u8] = b"sxpjrnl";
/// The format of this version.
const VERSION: u32 = 5;

/// By format, from 1 on; this version's own stands for nothing.
const REASONS: [&str; 9] = [
    FORMAT_1,
    "written by format 2, this program reads 5",
    "written by format 3, this program reads 5",
    "written by format 4, this program reads 5",
    OTHER,
    "written by format 6, this program reads 5",
    "written by format 7, this program reads 5",
    "written by format 8, this program reads 5",
    "written by format 9, this program reads 5",
];
const OTHER: &str = "written by another format, this program reads 5";
/// Of a root of format 1 that holds what the original does not know.
pub(crate) const FORMAT_1: &str = "written by format 1, this program reads 5";
/// Of a root of format 1 whose journal may hold commits.
pub(crate) const FORMAT_1_OPEN: &str =
    "written by format 1 and not closed: open and close it with that program first";

/// Says which version wrote a file `format`, if it was another one.
pub(crate) fn of_format(text: &[u8]) -> Option<&'static str> {
    let words = std::str::from_utf8(text.strip_prefix(FORMAT_START)?).ok()?;
    let (number, layout) = words.split_once('\n')?.0.split_once(' ')?;
    let is_layout = !layout.is_empty() && layout.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
    match number.parse::<u32>().ok().filter(|_| is_layout && is_number)? {
        0 => None,
        VERSION => (!["plain", "packed"].contains(&layout)).then_some(OTHER),
        version => Some(reason(version)),
    }
}

/// Says which version wrote a journal, if it was another one. A byte that rotted is none: the checksum of the header holds.
pub(crate) fn of_journal(bytes: &[u8]) -> Option<&'static str> {
    let (fields, rest) = bytes.split_at_checked(28)?;
    let crc = u32::from_le_bytes(*rest.first_chunk()?);
    let version = u32::from(*fields.strip_prefix(JOURNAL_START)?.first()?);
    (version > 0 && version != VERSION && crc32c::crc32c(fields) == crc).then(|| reason(version))
}

/// Is this such a reason?
pub(crate) fn is_other_version(reason: &str) -> bool {
    [OTHER, FORMAT_1_OPEN].contains(&reason) || REASONS.contains(&reason)
}

fn reason(version: u32) -> &'static str {
    usize::try_from(version)
        .ok()
        .and_then(|version| version.checked_sub(1))
        .and_then(|index| REASONS.get(index))
        .copied()
        .unwrap_or(OTHER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_version_is_named_and_what_rotted_is_none() {
        for (text, reason) in [
            ("sx-persist 5 plain\n", None),
            ("sx-persist 5 plain\njournal 256\n", None),
            ("sx-persist 1 plain\n", Some(REASONS[0])),
            ("sx-persist 2 plain\n", Some(REASONS[1])),
            ("sx-persist 3 plain\n", Some(REASONS[2])),
            ("sx-persist 4 plain\n", Some(REASONS[3])),
            ("sx-persist 9 packed\nblock 64\n", Some(REASONS[8])),
            ("sx-persist 12 plain\n", Some(OTHER)),
            ("sx-persist 1000 plain\n", Some(OTHER)),
            ("sx-persist +5 plain\n", None),
            ("sx-persist 5 packed\n", None),
            ("sx-persist 5 columns\n", Some(OTHER)),
            ("sx-persist 0 plain\n", None),
            ("sx-persist 5 plain", None),
            ("sx-persist x plain\n", None),
            ("sx-persist 5 pl`in\n", None),
            ("", None),
        ] {
            assert_eq!(of_format(text.as_bytes()), reason, "{text}");
        }
        let mut header = [0; 32];
        header[..8].copy_from_slice(b"sxpjrnl\x02");
        assert_eq!(of_journal(&header), None);
        let crc = crc32c::crc32c(&header[..28]);
        header[28..].copy_from_slice(&crc.to_le_bytes());
        assert_eq!(of_journal(&header), Some(REASONS[1]));
        assert!(
            [REASONS[0], OTHER, FORMAT_1_OPEN].into_iter().all(is_other_version)
                && !is_other_version("checksum mismatch")
        );
    }
}
