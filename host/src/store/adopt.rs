//! What a directory is before it is opened for writing: a store, a place for one, or somebody else's (docs/format.md, "What is a store").

use crate::component::folder::{Folder, open_regular};
use crate::error::{HostError, Result};
use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

/// How the file `format` begins.
const FORMAT: &[u8] = b"sx-persist ";
/// Digits of a journal's name.
const NUMBER_CHARS: usize = 20;
/// The folders of the original.
const ORIGINAL: [&str; 3] = ["streams", "kv", "blobs"];
/// What says nothing about whose directory it is: the lock, and what some file systems put into each of theirs.
const NOBODYS: [&str; 2] = ["lock", "lost+found"];

/// What a directory is.
enum Kind {
    Store,
    Original,
    /// Nothing is in it, or it is missing.
    Empty,
    /// Something else is in it, of this name.
    Foreign(String),
}

/// Is it a store, this one's or the original's? Hidden: the command line says when it has made one.
#[must_use]
pub fn is_store(root: &Path) -> bool {
    matches!(kind(root), Ok(Kind::Store | Kind::Original))
}

/// Refuses a directory that holds something and is not a store.
pub(crate) fn check(folder: &Folder) -> Result<()> {
    // By its descriptor where there is a path for that: what is looked at is what will be written to.
    check_at(&folder.path, &folder.handle.path().unwrap_or_else(|| folder.path.clone()))
}

/// Refuses a directory that holds something and is no store. Hidden: the command line asks before it reads.
///
/// # Errors
/// [`HostError::NotAStore`]; [`HostError::Root`] when it cannot be read.
pub fn check_root(root: &Path) -> Result<()> {
    check_at(root, root)
}

/// Looks at `path`, and speaks of `root`.
fn check_at(root: &Path, path: &Path) -> Result<()> {
    let root = root.to_owned();
    match kind(path) {
        Ok(Kind::Foreign(found)) => Err(HostError::NotAStore { root, found }.into()),
        Ok(Kind::Store | Kind::Original | Kind::Empty) => Ok(()),
        Err(source) => Err(HostError::Root { root, source }.into()),
    }
}

fn kind(root: &Path) -> io::Result<Kind> {
    kind_while(root, || {})
}

/// As [`kind`]; `meanwhile` happens between two looks, as what other processes do may.
fn kind_while(root: &Path, meanwhile: impl FnOnce()) -> io::Result<Kind> {
    let is_marked = || has_format(root) || has_journal(root);
    if is_marked() {
        return Ok(Kind::Store);
    }
    meanwhile();
    let entries = match fs::read_dir(root) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Kind::Empty),
        Err(error) => return Err(error),
    };
    let (mut is_original, mut foreign) = (false, Vec::new());
    for entry in entries {
        let entry = entry?;
        let (name, is_folder) = (entry.file_name(), entry.file_type()?.is_dir());
        let is = |names: &[&str]| names.iter().any(|known| name == *known);
        if is(&ORIGINAL) && is_folder {
            is_original = true;
        } else if !is(&NOBODYS) && !is_begun(&entry.path()) {
            foreign.push(name.to_string_lossy().into_owned());
        }
    }
    Ok(match foreign.into_iter().min() {
        // Another process has made the store since: of what it makes, a mark comes first.
        Some(_) if is_marked() => Kind::Store,
        Some(found) => Kind::Foreign(found),
        None if is_original => Kind::Original,
        None => Kind::Empty,
    })
}

/// Is it what a crash in the first write of a store leaves? That is an empty `journal`, or `tmp` with nothing in it but the files of
/// blob writers, which are there before the journal is.
fn is_begun(path: &Path) -> bool {
    let holds_only = |is_ours: fn(&fs::DirEntry) -> bool| {
        is_a(path, fs::Metadata::is_dir)
            && fs::read_dir(path)
                .is_ok_and(|mut entries| entries.all(|entry| entry.is_ok_and(|entry| is_ours(&entry))))
    };
    match path.file_name() {
        Some(name) if name == "journal" => holds_only(|_| false),
        Some(name) if name == "tmp" => holds_only(is_of_a_first_write),
        _ => false,
    }
}

/// Returns `true` if it is what the first write of a store leaves when it is cut off: the file of a blob writer,
/// `writer-<digits>.sx-persist`, or of the first journal.
fn is_of_a_first_write(entry: &fs::DirEntry) -> bool {
    let name = entry.file_name();
    let name = name.to_str().and_then(|name| name.strip_suffix(".sx-persist")).unwrap_or_default();
    let is_of_a_writer =
        |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    (name == "journal" || name.strip_prefix("writer-").is_some_and(is_of_a_writer))
        && entry.file_type().is_ok_and(|kind| kind.is_file())
}

fn has_format(root: &Path) -> bool {
    let mut begin = [0; FORMAT.len()];
    // It is looked at when it is open: another may take its place at any moment.
    open_regular(&root.join("format")).is_ok_and(|mut file| file.read_exact(&mut begin).is_ok())
        && begin == FORMAT
}

fn has_journal(root: &Path) -> bool {
    let folder = root.join("journal");
    let is_journal = |entry: io::Result<fs::DirEntry>| {
        let Ok(entry) = entry else { return false };
        let name = entry.file_name();
        let name = name.as_encoded_bytes();
        name.len() == NUMBER_CHARS
            && name.iter().all(u8::is_ascii_digit)
            && entry.file_type().is_ok_and(|kind| kind.is_file())
    };
    is_a(&folder, fs::Metadata::is_dir)
        && fs::read_dir(folder).is_ok_and(|mut entries| entries.any(is_journal))
}

/// Returns `true` if there is such a file or folder itself, and not a link to one.
fn is_a(path: &Path, kind: fn(&fs::Metadata) -> bool) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| kind(&metadata))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said of a directory with these: folders where they end with a slash, files that hold the text behind a `=`.
    fn found(entries: &[&str]) -> Result<bool, String> {
        let root = tempfile::tempdir().unwrap();
        for entry in entries {
            if let Some(folder) = entry.strip_suffix('/') {
                fs::create_dir_all(root.path().join(folder)).unwrap();
            } else {
                let (name, text) = entry.split_once('=').unwrap_or((entry, ""));
                fs::write(root.path().join(name), text).unwrap();
            }
        }
        match kind(root.path()).unwrap() {
            Kind::Store | Kind::Original => Ok(true),
            Kind::Empty => Ok(false),
            Kind::Foreign(name) => Err(name),
        }
    }

    #[test]
    fn a_store_is_known_by_its_format_or_a_journal_whatever_else_is_there() {
        assert_eq!(found(&["format=sx-persist 1\n", "note.txt"]), Ok(true));
        assert_eq!(found(&["journal/", "journal/00000000000000000001", "note.txt"]), Ok(true));
        assert_eq!(found(&["format=sx", "lock"]), Err("format".to_owned()));
        assert_eq!(found(&["format/", "lock"]), Err("format".to_owned()));
        assert_eq!(found(&["journal/", "journal/1"]), Err("journal".to_owned()));
        assert_eq!(found(&["journal/", "journal/00000000000000000001/"]), Err("journal".to_owned()));
    }

    #[test]
    fn a_store_that_is_being_made_is_nobody_elses() {
        let root = tempfile::tempdir().unwrap();
        let make = || {
            fs::create_dir(root.path().join("journal")).unwrap();
            fs::write(root.path().join("journal/00000000000000000001"), "").unwrap();
            fs::create_dir(root.path().join("tmp")).unwrap();
        };
        assert!(matches!(kind_while(root.path(), make), Ok(Kind::Store)));
    }

    #[test]
    fn a_place_for_a_store_is_missing_empty_or_the_originals() {
        assert_eq!(found(&[]), Ok(false));
        assert_eq!(found(&["lock=7", "lost+found/", "journal/"]), Ok(false));
        assert_eq!(found(&["tmp/"]), Ok(false));
        assert_eq!(found(&["tmp/", "tmp/writer-0.sx-persist=x", "tmp/writer-17.sx-persist"]), Ok(false));
        assert_eq!(found(&["journal/", "tmp/", "tmp/journal.sx-persist=x"]), Ok(false));
        assert_eq!(found(&["kv/", "tmp/", "tmp/writer-1.sx-persist"]), Ok(true));
        assert_eq!(found(&["kv/", "lock"]), Ok(true));
        assert_eq!(found(&["streams/", "kv/", "blobs/"]), Ok(true));
    }

    #[test]
    fn all_else_is_somebody_elses_and_its_first_name_is_told() {
        assert_eq!(found(&["tmp/", "src/", "note.txt"]), Err("note.txt".to_owned()));
        assert_eq!(found(&["kv/", "tmp/", "tmp/note"]), Err("tmp".to_owned()));
        for other in
            ["writer-.sx-persist", "writer-1", "writer-x.sx-persist", "1.sx-persist", "writer-1.sx-persist/"]
        {
            let entries = ["tmp/", "tmp/writer-2.sx-persist", &format!("tmp/{other}")];
            assert_eq!(found(&entries), Err("tmp".to_owned()), "{other}");
        }
        assert_eq!(found(&["kv=1"]), Err("kv".to_owned()));
        assert_eq!(found(&[".hidden"]), Err(".hidden".to_owned()));
    }
}
