//! Where things are: names to paths and back (docs/format.md, "The directory").

use crate::cid;
use crate::error::Result;
use crate::files::{Files, ROOT};
use crate::space::{Shape, Space};
use crate::storage::{EntryKind, Storage};
use std::fmt::Write as _;

/// Hex digits of one folder's name in the layout of long names.
const LONG_PART_CHARS: usize = 240;

/// The suffix of a log's lines.
pub(crate) const LOG: &str = ".log";
/// The suffix of a log's last-seq.
pub(crate) const SEQ: &str = ".seq";

pub(crate) const FORMAT: &str = "format";
pub(crate) const JOURNAL: &str = "journal";
pub(crate) const TMP: &str = "tmp";
pub(crate) const QUARANTINE: &str = "quarantine";
pub(crate) const BLOBS_FOLDER: &str = "blobs";
const LONG: &str = "long";

/// What of the root is the host's business alone.
const LOCK: &str = "lock";

/// Does something of this name in the root belong to the store?
pub(crate) fn is_known(name: &str) -> bool {
    [FORMAT, JOURNAL, TMP, QUARANTINE, LONG, LOCK].contains(&name)
        || crate::space::ALL.iter().any(|space| space.folder == name)
}

/// The file of a name, with the suffix of what is wanted of it.
pub(crate) fn path(space: &Space, name: &[u8], suffix: &str) -> String {
    if space.shape == Shape::Blob {
        let cid = cid::Digest::try_from(name).map(|digest| cid::print(&digest)).unwrap_or_default();
        return format!("{}/{cid}", space.folder);
    }
    let hex = hex(name);
    if name.len() <= space.flat_bytes_max {
        return format!("{}/{hex}{suffix}", space.folder);
    }
    let mut path = format!("{LONG}/{}+", space.folder);
    let mut rest = hex.as_str();
    while let Some((part, more)) = rest.split_at_checked(LONG_PART_CHARS).filter(|(_, more)| !more.is_empty())
    {
        let _ = write!(path, "/{part}+");
        rest = more;
    }
    let _ = write!(path, "/{rest}{suffix}");
    path
}

/// The folder that a path stands in.
pub(crate) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or(ROOT, |(folder, _)| folder)
}

/// The names that a space has in the base, sorted by bytes, and how many files there are none of its.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    pub(crate) names: Vec<Vec<u8>>,
    pub(crate) foreign: u64,
}

/// Lists the names of a space.
pub(crate) fn list<S: Storage>(files: &mut Files<S>, space: &Space) -> Result<Listing> {
    let mut listing = Listing::default();
    for entry in files.list(space.folder)? {
        match name_of(space, "", &entry.name).filter(|_| entry.kind == EntryKind::File) {
            Some(name) if name.len() <= space.flat_bytes_max => listing.names.push(name),
            _ => listing.foreign += 1,
        }
    }
    if space.shape != Shape::Blob {
        list_long(files, space, &mut listing)?;
    }
    listing.names.sort_unstable();
    listing.names.dedup();
    Ok(listing)
}

fn list_long<S: Storage>(files: &mut Files<S>, space: &Space, listing: &mut Listing) -> Result<()> {
    // Folders still to be read: the path, and the hex that it stands for.
    let mut folders = vec![(format!("{LONG}/{}+", space.folder), String::new())];
    while let Some((folder, hex)) = folders.pop() {
        for entry in files.list(&folder)? {
            let part =
                entry.name.strip_suffix('+').filter(|part| part.len() == LONG_PART_CHARS && is_hex(part));
            match (entry.kind, part) {
                (EntryKind::Folder, Some(part)) if hex.len() < 2 * crate::limits::NAME_BYTES_MAX => {
                    folders.push((format!("{folder}/{}", entry.name), format!("{hex}{part}")));
                }
                (EntryKind::File, _) => match name_of(space, &hex, &entry.name) {
                    Some(name) if is_long(space, &name, &hex) => listing.names.push(name),
                    _ => listing.foreign += 1,
                },
                _ => listing.foreign += 1,
            }
        }
    }
    Ok(())
}

/// Would a name of this length stand behind just these folders?
fn is_long(space: &Space, name: &[u8], folders_hex: &str) -> bool {
    let rest_chars = (2 * name.len()).saturating_sub(folders_hex.len());
    name.len() > space.flat_bytes_max
        && name.len() <= crate::limits::NAME_BYTES_MAX
        && (1..=LONG_PART_CHARS).contains(&rest_chars)
}

/// The name that a file of a space stands for, if it is one of the space's.
fn name_of(space: &Space, folders_hex: &str, file: &str) -> Option<Vec<u8>> {
    let hex = match space.shape {
        Shape::Blob => return cid::parse_exact(file).map(|digest| digest.to_vec()),
        Shape::Text | Shape::Bytes => file,
        Shape::Log => file.strip_suffix(LOG).or_else(|| file.strip_suffix(SEQ))?,
    };
    let name = unhex(&format!("{folders_hex}{hex}"))?;
    let is_name = space.shape == Shape::Bytes || std::str::from_utf8(&name).is_ok();
    (!name.is_empty() && is_name).then_some(name)
}

/// Two lower-case digits a byte.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !is_hex(text) {
        return None;
    }
    let value = |digit: u8| if digit.is_ascii_digit() { digit - b'0' } else { digit - b'a' + 10 };
    let (pairs, _) = text.as_bytes().as_chunks::<2>();
    Some(pairs.iter().map(|[high, low]| value(*high) << 4 | value(*low)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::space::{KV, STREAMS};

    #[test]
    fn short_names_stand_where_the_twin_puts_them() {
        assert_eq!(path(&STREAMS, b"orders", LOG), "streams/6f7264657273.log");
        assert_eq!(path(&KV, b"path/like key?*", ""), "kv/706174682f6c696b65206b65793f2a");
        assert_eq!(path(&KV, &[b'a'; 125], "").len(), 3 + 250);
    }

    #[test]
    fn longer_names_are_cut_into_folders_of_240_characters() {
        let long = path(&KV, &[b'a'; 126], "");
        assert_eq!(long, format!("long/kv+/{}+/{}", "61".repeat(120), "61".repeat(6)));
        // An exact multiple leaves a whole last part, never an empty one.
        let exact = path(&STREAMS, &[b'a'; 240], SEQ);
        assert_eq!(exact, format!("long/streams+/{0}+/{0}.seq", "61".repeat(120)));
    }

    #[test]
    fn only_a_whole_name_in_lower_case_hex_is_one_of_the_spaces() {
        assert_eq!(name_of(&STREAMS, "", "6162.log"), Some(b"ab".to_vec()));
        for foreign in ["6162", "616.log", "6A.log", ".log", "ff.log", "6162.log.tmp"] {
            assert_eq!(name_of(&STREAMS, "", foreign), None, "{foreign}");
        }
        assert_eq!(name_of(&KV, "", ""), None);
    }

    #[test]
    fn the_parent_of_a_top_file_is_the_root() {
        assert_eq!(parent("format"), ROOT);
        assert_eq!(parent("streams/61.log"), "streams");
    }
}
