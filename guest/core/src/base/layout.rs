//! Where things are: names to paths and back (docs/format.md, "The directory").

use crate::base::format::Layout;
use crate::codec::cid;
use crate::codec::hex::{hex, is_hex, unhex};
use crate::codec::sha256::Digest;
use crate::disk::files::{Files, NO_FILE, NO_FOLDER, ROOT};
use crate::disk::tmp::TMP;
use crate::error::{Damage, Error, Result};
use crate::keyspace::{Keyspace, Placement, Shape};
use crate::storage::{EntryKind, Storage};
use std::fmt::Write as _;

/// Hex digits of one folder's name where a name is cut into folders.
const LONG_PART_CHARS: usize = 240;
/// The suffix of such a folder.
const CONTINUED: &str = "+";

/// The suffix of a log's lines.
pub(crate) const LOG: &str = ".log";
/// The suffix of a log's last-seq.
pub(crate) const SEQ: &str = ".seq";

pub(crate) const FORMAT: &str = "format";
pub(crate) const JOURNAL: &str = "journal";
/// Room that is kept for a full disk.
pub(crate) const RESERVE: &str = "journal/reserve";

/// New files, each under a number that is given once.
pub(crate) const RUNS: &str = "runs";
pub(crate) const QUARANTINE: &str = "quarantine";
pub(crate) const BLOBS_FOLDER: &str = "blobs";
pub(crate) const LONG: &str = "long";

/// What of the root is the host's business alone.
const LOCK: &str = "lock";

/// Does something of this name in the root belong to the store?
pub(crate) fn is_known(name: &str) -> bool {
    [FORMAT, JOURNAL, RUNS, TMP, QUARANTINE, LONG, LOCK].contains(&name)
        || crate::keyspace::ALL.iter().any(|keyspace| !keyspace.is_in_runs() && keyspace.folder == name)
}

/// In a packed root files without bytes: the original, which makes folders of these names, is not to begin a store beside this one.
pub(crate) const GUARDS: [&str; 2] = ["kv", "streams"];

/// What an entry of the root should be, if it has one of the store's names. The lock is the host's.
pub(crate) fn kind_in_root(name: &str, layout: Layout) -> Option<EntryKind> {
    match name {
        FORMAT => Some(EntryKind::File),
        // Folders, too, while a conversion is going on.
        name if layout == Layout::Packed && GUARDS.contains(&name) => None,
        name => (name != LOCK && is_known(name)).then_some(EntryKind::Folder),
    }
}

/// What something of another kind stands for, in the place of a file or of a folder.
pub(crate) fn misplaced(path: String, wanted: EntryKind) -> Damage {
    let reason = if wanted == EntryKind::Folder { NO_FOLDER } else { NO_FILE };
    Damage { file: path, line: None, offset_bytes: 0, reason: reason.into() }
}

/// The file of a name, with the suffix of what is wanted of it.
pub(crate) fn path(keyspace: &Keyspace, name: &[u8], suffix: &str) -> String {
    if keyspace.shape == Shape::Blob {
        let cid = Digest::try_from(name).map_or_else(|_| hex(name), |digest| cid::print(&digest));
        return format!("{}/{cid}", keyspace.folder);
    }
    match keyspace.placement {
        Placement::Flat(bytes_max) if name.len() <= bytes_max => {
            format!("{}/{}{suffix}", keyspace.folder, hex(name))
        }
        Placement::Flat(_) => split_long(&long_folder(keyspace), name, suffix),
        // What is wrong with a key there is wrong with the runs.
        Placement::Runs => RUNS.to_owned(),
    }
}

/// The file of a number in `runs/`.
pub(crate) fn run(number: u64) -> String {
    format!("{RUNS}/{number:020}")
}

/// The folder of the names that are too long for the folder of their keyspace.
fn long_folder(keyspace: &Keyspace) -> String {
    format!("{LONG}/{}+", keyspace.folder)
}

/// The path below a folder that stands for these bytes, cut into folders of 240 digits.
fn split_long(folder: &str, bytes: &[u8], suffix: &str) -> String {
    let hex = hex(bytes);
    let mut path = folder.to_owned();
    let mut rest = hex.as_str();
    while let Some((part, more)) = rest.split_at_checked(LONG_PART_CHARS).filter(|(_, more)| !more.is_empty())
    {
        let _ = write!(path, "/{part}{CONTINUED}");
        rest = more;
    }
    let _ = write!(path, "/{rest}{suffix}");
    path
}

/// The folder that a path stands in.
pub(crate) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or(ROOT, |(folder, _)| folder)
}

/// The names that a keyspace has in the base, sorted by bytes, and how many files there are none of its.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    pub(crate) names: Vec<Vec<u8>>,
    pub(crate) foreign: u64,
    /// What has the place of a file or of a folder of the keyspace, and is none. It is in no list of names.
    pub(crate) misplaced: Vec<Damage>,
    /// Files of the original's whose names are no UTF-8, which is in no list either.
    pub(crate) originals: Vec<String>,
}

/// A folder that is still to be read, and what it stands for.
struct Folder {
    path: String,
    /// What the folders above it spell.
    hex: String,
}

/// Lists the names of a keyspace.
pub(crate) fn list<S: Storage>(files: &mut Files<S>, keyspace: &Keyspace) -> Result<Listing> {
    let mut listing = Listing::default();
    for folder in folders(keyspace) {
        list_folder(files, keyspace, folder, &mut listing)?;
    }
    Ok(listing.sorted())
}

/// As [`list`], where a folder that is none hides no other: it is misplaced, and the rest is listed.
pub(crate) fn list_all<S: Storage>(files: &mut Files<S>, keyspace: &Keyspace) -> Result<Listing> {
    let mut listing = Listing::default();
    for folder in folders(keyspace) {
        match list_folder(files, keyspace, folder, &mut listing) {
            Err(Error::Corrupt(damage)) => listing.misplaced.push(damage),
            listed => listed?,
        }
    }
    Ok(listing.sorted())
}

/// The folders that the names of a keyspace stand in or below.
fn folders(keyspace: &Keyspace) -> impl Iterator<Item = String> {
    let is_cut = matches!(keyspace.placement, Placement::Flat(_)) && keyspace.shape != Shape::Blob;
    let own = (!keyspace.is_in_runs()).then(|| keyspace.folder.to_owned());
    own.into_iter().chain(is_cut.then(|| long_folder(keyspace)))
}

fn list_folder<S: Storage>(
    files: &mut Files<S>,
    keyspace: &Keyspace,
    path: String,
    listing: &mut Listing,
) -> Result<()> {
    match keyspace.placement {
        Placement::Flat(bytes_max) if path == keyspace.folder => {
            for entry in files.list(keyspace.folder)? {
                let name = name_of(keyspace, &entry.name).filter(|name| name.len() <= bytes_max);
                if is_original(keyspace, &entry.name) && entry.kind == EntryKind::File {
                    listing.originals.push(format!("{path}/{}", entry.name));
                    continue;
                }
                listing.meet(name, entry.kind, || format!("{path}/{}", entry.name));
            }
            Ok(())
        }
        Placement::Runs => Ok(()),
        Placement::Flat(_) => walk(files, keyspace, Folder { path, hex: String::new() }, listing),
    }
}

/// Lists what stands in a folder and below it.
fn walk<S: Storage>(
    files: &mut Files<S>,
    keyspace: &Keyspace,
    top: Folder,
    listing: &mut Listing,
) -> Result<()> {
    let mut folders = vec![top];
    while let Some(folder) = folders.pop() {
        for entry in files.list(&folder.path)? {
            let path = format!("{}/{}", folder.path, entry.name);
            match folder.enter(&path, &entry.name) {
                Some(_) if entry.kind != EntryKind::Folder => {
                    listing.misplaced.push(misplaced(path, EntryKind::Folder));
                }
                Some(below) => folders.push(below),
                None => {
                    let name = folder.name_of(keyspace, &path, &entry.name);
                    listing.meet(name, entry.kind, || path);
                }
            }
        }
    }
    Ok(())
}

impl Folder {
    /// The folder of this name in this one, if it is one that names are cut into.
    fn enter(&self, path: &str, name: &str) -> Option<Self> {
        let part = name.strip_suffix(CONTINUED)?;
        let is_part = part.len() == LONG_PART_CHARS && is_hex(part);
        let is_short = self.hex.len() < 2 * crate::limits::NAME_BYTES_MAX;
        (is_part && is_short).then(|| Self { path: path.to_owned(), hex: format!("{}{part}", self.hex) })
    }

    /// The name that the file of this name in this folder stands for, if it is one of the keyspace's and this is its place.
    fn name_of(&self, keyspace: &Keyspace, path: &str, file: &str) -> Option<Vec<u8>> {
        let stem = stem(keyspace, file)?;
        let name = unhex(&format!("{}{stem}", self.hex))?;
        let suffix = file.get(stem.len()..)?;
        ((keyspace.is_name)(&name) && self::path(keyspace, &name, suffix) == path).then_some(name)
    }
}

impl Listing {
    /// Takes what stands where the file of a name would, or is none of the keyspace's.
    fn meet(&mut self, name: Option<Vec<u8>>, kind: EntryKind, path: impl FnOnce() -> String) {
        match name {
            Some(name) if kind == EntryKind::File => self.names.push(name),
            Some(_) => self.misplaced.push(misplaced(path(), EntryKind::File)),
            None => self.foreign += 1,
        }
    }

    fn sorted(mut self) -> Self {
        self.names.sort_unstable();
        // A log has two files.
        self.names.dedup();
        self
    }
}

/// The name that a file in the folder of a flat keyspace stands for, if it is one of the keyspace's.
fn name_of(keyspace: &Keyspace, file: &str) -> Option<Vec<u8>> {
    if keyspace.shape == Shape::Blob {
        return cid::parse_exact(file).map(|digest| digest.to_vec());
    }
    unhex(stem(keyspace, file)?).filter(|name| (keyspace.is_name)(name))
}

/// Does a file stand for a name that is no UTF-8? The original takes any.
fn is_original(keyspace: &Keyspace, file: &str) -> bool {
    let has_text = keyspace.shape == Shape::Log || keyspace.shape == Shape::Table;
    let name = stem(keyspace, file).and_then(unhex).filter(|_| has_text && keyspace.is_of_the_original());
    name.is_some_and(|name| std::str::from_utf8(&name).is_err())
}

/// The name of a file without its suffix.
fn stem<'a>(keyspace: &Keyspace, file: &'a str) -> Option<&'a str> {
    match keyspace.shape {
        Shape::Log => file.strip_suffix(LOG).or_else(|| file.strip_suffix(SEQ)),
        Shape::Table | Shape::Blob => Some(file),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyspace::{KV, STREAMS};

    #[test]
    fn short_names_stand_where_the_original_puts_them() {
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
        assert_eq!(name_of(&STREAMS, "6162.log"), Some(b"ab".to_vec()));
        for foreign in ["6162", "616.log", "6A.log", ".log", "ff.log", "6162.log.tmp"] {
            assert_eq!(name_of(&STREAMS, foreign), None, "{foreign}");
        }
        assert_eq!(name_of(&KV, ""), None);
    }

    #[test]
    fn the_parent_of_a_top_file_is_the_root() {
        assert_eq!(parent("format"), ROOT);
        assert_eq!(parent("streams/61.log"), "streams");
    }
}
