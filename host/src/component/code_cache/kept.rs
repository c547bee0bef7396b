//! The folder of kept code, held by its descriptor. What is in it is this user's alone, and whole.

use crate::component::folder::open_file;
use rustix::fs::{AtFlags, Dir, Mode, OFlags, open, renameat, unlinkat};
use rustix::io::Errno;
use std::fs::{self, DirBuilder, File, Metadata};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;
use wasmtime::Engine;

const SUFFIX: &str = "code";
/// Locked by the process that compiles.
const TURN: &str = "lock";
/// Code of other versions goes when it is this old.
const OLD: Duration = Duration::from_hours(24 * 30);
/// In a folder with this bit users can remove only their own files.
const STICKY: u32 = 0o1000;
/// As many links as Linux follows on one path.
const LINKS_MAX: u32 = 40;
/// A file ends with CRC-32C of its code, least byte first.
const SUM_BYTES: usize = 4;
/// What is summed at once: it stays in the processor's cache.
const PART_BYTES: usize = 64 << 10;

/// A folder of which this user alone decides what is in it.
#[derive(Debug)]
pub(super) struct Kept {
    folder: File,
}

impl Kept {
    /// Opens the folder that is there.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        check_way(path.parent().unwrap_or(path), false, LINKS_MAX)?;
        Self::open_checked(path)
    }

    /// Opens the folder, which is made when it is missing.
    pub(super) fn make(path: &Path) -> io::Result<Self> {
        check_way(path.parent().unwrap_or(path), true, LINKS_MAX)?;
        make(path)?;
        Self::open_checked(path)
    }

    /// Opens a folder that nobody else can move. A link to one is refused.
    fn open_checked(path: &Path) -> io::Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let folder = File::from(open(path, flags, Mode::empty())?);
        if !is_own(&folder.metadata()?) {
            return Err(io::Error::other("others own it or can write to it"));
        }
        Ok(Self { folder })
    }

    /// The file that is locked while code is compiled.
    pub(super) fn turn(&self) -> io::Result<File> {
        self.open_file(TURN, OFlags::WRONLY | OFlags::CREATE)
    }

    /// The file of this name, if nobody else can have written to it and its checksum is right.
    pub(super) fn find(&self, name: &str) -> io::Result<File> {
        let file = self.own(name)?;
        if !is_whole(&file)? {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "its checksum is wrong"));
        }
        Ok(file)
    }

    /// Keeps code under a name, and removes what is old.
    pub(super) fn keep(&self, name: &str, code: Vec<u8>) -> io::Result<()> {
        let partial = Path::new(name).with_extension(std::process::id().to_string());
        let written = self.write(&partial, code);
        let written = written.and_then(|()| Ok(renameat(&self.folder, &partial, &self.folder, name)?));
        if written.is_err() {
            let _ = unlinkat(&self.folder, &partial, AtFlags::empty());
        }
        self.remove_old();
        written
    }

    fn write(&self, name: &Path, mut code: Vec<u8>) -> io::Result<()> {
        code.extend_from_slice(&crc32c::crc32c(&code).to_le_bytes());
        let mut file = self.open_file(name, OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL)?;
        file.write_all(&code)?;
        // ORDER: whole before it has a name that is trusted.
        file.sync_all()
    }

    /// Removes what has not been written for long: code of versions that are gone, and what was being written in a crash. It
    /// takes only what this library can have made.
    fn remove_old(&self) {
        let Ok(entries) = Dir::read_from(&self.folder) else { return };
        for entry in entries.flatten() {
            let Some(name) = entry.file_name().to_str().ok().filter(|name| is_name(name)) else { continue };
            let modified = self.own(name).and_then(|file| file.metadata()?.modified());
            let age = modified.ok().and_then(|modified| modified.elapsed().ok());
            if age.is_some_and(|age| age > OLD) {
                let _ = unlinkat(&self.folder, name, AtFlags::empty());
            }
        }
    }

    /// Opens a file that this user alone can have written to, under this name or any other.
    fn own(&self, name: &str) -> io::Result<File> {
        let file = self.open_file(name, OFlags::RDONLY)?;
        let found = file.metadata()?;
        if !is_own(&found) || found.nlink() > 1 {
            return Err(io::Error::other("others could have written to it"));
        }
        Ok(file)
    }

    fn open_file(&self, name: impl AsRef<Path>, access: OFlags) -> io::Result<File> {
        open_file(&self.folder, name.as_ref(), access, 0o600)
    }
}

/// Tells apart what must not be mistaken for each other: components, versions and settings of wasmtime, processors.
pub(super) fn name(engine: &Engine, component_hash: &str) -> String {
    let mut hasher = DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut hasher);
    format!("{component_hash}-{:016x}.{SUFFIX}", hasher.finish())
}

/// Returns `true` if it is a name that [`name`] makes, or that of such a file while it is written.
fn is_name(name: &str) -> bool {
    let is_hash = |text: &str| text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let Some((hashes, ending)) = name.split_once('.') else { return false };
    let Some((component, versions)) = hashes.split_once('-') else { return false };
    matches!((component.len(), versions.len()), (16 | 64, 16))
        && is_hash(component)
        && is_hash(versions)
        && (ending == SUFFIX || is_number(ending))
}

/// The bytes of a file's code.
pub(super) fn read(file: &File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut file = file;
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    bytes.truncate(bytes.len().saturating_sub(SUM_BYTES));
    Ok(bytes)
}

/// Is the code as it was written? A flipped bit in it would be another program. Hidden: the benchmark asks what it costs.
///
/// # Errors
/// When the file cannot be read.
pub fn is_whole(file: &File) -> io::Result<bool> {
    let code_bytes = file.metadata()?.len().checked_sub(SUM_BYTES as u64);
    // Of nothing, the checksum is four zeros.
    let Some(code_bytes) = code_bytes.filter(|bytes| *bytes > 0) else { return Ok(false) };
    let mut code = file.take(code_bytes);
    let mut part = vec![0; PART_BYTES];
    let mut sum = 0;
    loop {
        let read = code.read(&mut part)?;
        if read == 0 {
            break;
        }
        sum = crc32c::crc32c_append(sum, part.get(..read).unwrap_or_default());
    }
    let mut kept = [0; SUM_BYTES];
    code.into_inner().read_exact(&mut kept)?;
    Ok(u32::from_le_bytes(kept) == sum)
}

/// Returns `true` if only this user can change it.
fn is_own(found: &Metadata) -> bool {
    found.uid() == user() && !is_others(found)
}

fn user() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// Returns `true` if others may write to it.
fn is_others(found: &Metadata) -> bool {
    found.mode() & 0o022 != 0
}

/// Refuses a path that others can make lead elsewhere: on it, and on the links of it, each folder and each link is this user's or
/// root's, and where others may write to a folder, they cannot take away what is not theirs. From the top down: what was
/// looked at stays what it is. With `makes` the folders that are missing are made on the way.
fn check_way(path: &Path, makes: bool, links_left: u32) -> io::Result<()> {
    // Without a slash at its end, which would lead through a link.
    let path: PathBuf = path.components().collect();
    let parts: Vec<_> = path.ancestors().collect();
    for part in parts.into_iter().rev() {
        let found = match fs::symlink_metadata(part) {
            Err(error) if makes && error.kind() == io::ErrorKind::NotFound => {
                make(part)?;
                fs::symlink_metadata(part)?
            }
            found => found?,
        };
        if let Some(why) = refusal(&found, user()) {
            return Err(io::Error::other(format!("{why} {}", part.display())));
        }
        if found.is_symlink() {
            let links_left = links_left.checked_sub(1).ok_or(Errno::LOOP)?;
            let target = part.parent().unwrap_or(part).join(fs::read_link(part)?);
            let rest = path.strip_prefix(part).unwrap_or(Path::new(""));
            return check_way(&target.join(rest), makes, links_left);
        }
    }
    Ok(())
}

/// Why a folder or a link on the way lets others than a user decide what is below it.
fn refusal(found: &Metadata, user: u32) -> Option<&'static str> {
    // The mode of a link says nothing.
    let is_open = !found.is_symlink() && is_others(found) && found.mode() & STICKY == 0;
    match found.uid() {
        uid if uid != 0 && uid != user => Some("another user owns"),
        _ if is_open => Some("others can write to"),
        _ => None,
    }
}

/// Makes a folder for this user alone, unless it is there.
fn make(path: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::Permissions;
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::time::SystemTime;
    use tempfile::TempDir;

    /// As [`name`] makes them.
    const NAME: &str = "0123456789abcdef-0123456789abcdef.code";

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }

    /// A folder with code in it.
    fn kept(code: &[u8]) -> (TempDir, PathBuf, Kept) {
        let above = tempfile::tempdir().unwrap();
        let path = above.path().join("sx-persist");
        let kept = Kept::make(&path).unwrap();
        kept.keep(NAME, code.to_owned()).unwrap();
        (above, path, kept)
    }

    fn why(path: &Path) -> String {
        let made = Kept::make(path).unwrap_err().to_string();
        assert_eq!(Kept::open(path).unwrap_err().to_string(), made);
        made
    }

    #[test]
    fn code_is_found_only_as_it_was_kept_whatever_bit_is_another() {
        let code: Vec<u8> = (0..200_000_u32).flat_map(u32::to_le_bytes).collect();
        let (_above, path, kept) = kept(&code);
        assert_eq!(read(&kept.find(NAME).unwrap()).unwrap(), code);
        let path = path.join(NAME);
        let whole = fs::read(&path).unwrap();
        for at in (0..whole.len()).step_by(9_973).chain([whole.len() - 1]) {
            let mut flipped = whole.clone();
            flipped[at] ^= 1 << (at % 8);
            fs::write(&path, flipped).unwrap();
            assert_eq!(kept.find(NAME).unwrap_err().kind(), io::ErrorKind::InvalidData, "{at}");
        }
        for length in [0, 3, 4, whole.len() - 4, whole.len() - 1] {
            fs::write(&path, &whole[..length]).unwrap();
            assert_eq!(kept.find(NAME).unwrap_err().kind(), io::ErrorKind::InvalidData, "{length}");
        }
        kept.keep(NAME, code).unwrap();
        assert_eq!(fs::read(&path).unwrap(), whole);
    }

    #[test]
    fn code_that_others_could_have_written_is_not_found() {
        let (above, path, kept) = kept(b"code");
        let (path, aside) = (path.join(NAME), above.path().join("aside"));
        let refused = |kept: &Kept| kept.find(NAME).unwrap_err().to_string();
        fs::hard_link(&path, &aside).unwrap();
        assert_eq!(refused(&kept), "others could have written to it");
        fs::remove_file(&path).unwrap();
        symlink(&aside, &path).unwrap();
        assert!(kept.find(NAME).is_err(), "a link is not followed");
        fs::rename(&aside, &path).unwrap();
        kept.find(NAME).unwrap();
        set_mode(&path, 0o620);
        assert_eq!(refused(&kept), "others could have written to it");
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        assert_eq!(refused(&kept), "no regular file");
    }

    #[test]
    fn a_folder_where_nothing_can_be_kept_is_refused_with_the_reason() {
        let above = tempfile::tempdir().unwrap();
        let file = above.path().join("file");
        fs::write(&file, "").unwrap();
        assert_eq!(Kept::make(&file).unwrap_err().kind(), io::ErrorKind::NotADirectory);
        assert_eq!(Kept::make(&file.join("below")).unwrap_err().kind(), io::ErrorKind::NotADirectory);
        let folder = above.path().join("sx-persist");
        Kept::make(&folder).unwrap();
        set_mode(&folder, 0o1777);
        assert_eq!(why(&folder), "others own it or can write to it");
        set_mode(&folder, 0o700);
        symlink(&file, folder.join(TURN)).unwrap();
        assert!(Kept::open(&folder).unwrap().turn().is_err(), "a link is not followed");
    }

    #[test]
    fn a_folder_below_one_that_others_can_write_to_is_refused_and_not_made() {
        let above = tempfile::tempdir().unwrap();
        let caches = above.path().join("caches");
        let folder = caches.join("below").join("sx-persist");
        fs::create_dir(&caches).unwrap();
        for mode in [0o777, 0o770, 0o702] {
            set_mode(&caches, mode);
            assert!(Kept::make(&folder).unwrap_err().to_string().starts_with("others can write to "));
            assert!(!caches.join("below").exists());
        }
        // What is in it by now stays whose it is.
        set_mode(&caches, 0o1777);
        Kept::make(&folder).unwrap();
        set_mode(&caches, 0o777);
        assert_eq!(why(&folder), format!("others can write to {}", caches.display()));
    }

    #[test]
    fn a_link_on_the_way_is_followed_where_nobody_else_can_move_it_and_the_folder_is_none() {
        let above = tempfile::tempdir().unwrap();
        let at = |name: &str| above.path().join(name);
        fs::create_dir_all(at("open/caches")).unwrap();
        symlink("open/caches", at("link")).unwrap();
        symlink("./../link", at("open/second")).unwrap();
        Kept::make(&at("link/sx-persist")).unwrap();
        Kept::open(&at("open/second/sx-persist")).unwrap();
        set_mode(&at("open"), 0o777);
        let expected = format!("others can write to {}", at("open").display());
        assert_eq!(why(&at("link/sx-persist")), expected);
        set_mode(&at("open"), 0o700);
        symlink("link/sx-persist", at("sx-persist")).unwrap();
        assert_eq!(Kept::make(&at("sx-persist")).unwrap_err().kind(), io::ErrorKind::NotADirectory);
        symlink("endless", at("endless")).unwrap();
        assert_eq!(Errno::from_io_error(&Kept::make(&at("endless/x")).unwrap_err()), Some(Errno::LOOP));
    }

    #[test]
    fn what_another_user_owns_on_the_way_is_refused_also_a_link_and_roots_is_not() {
        let above = tempfile::tempdir().unwrap();
        symlink(".", above.path().join("link")).unwrap();
        let (folder, user) = (fs::symlink_metadata(above.path()).unwrap(), user());
        let link = fs::symlink_metadata(above.path().join("link")).unwrap();
        assert_eq!([&folder, &link].map(|found| refusal(found, user)), [None, None]);
        let expected = (user != 0).then_some("another user owns");
        assert_eq!([&folder, &link].map(|found| refusal(found, user + 1)), [expected; 2]);
        let of_root = fs::symlink_metadata("/").unwrap();
        assert_eq!(refusal(&of_root, user + 1), None);
    }

    #[test]
    fn what_is_removed_is_old_and_has_a_name_that_is_made_here() {
        let (_above, path, kept) = kept(b"code");
        let old = NAME.replace('f', "0");
        let gone = [
            old.as_str(),
            &format!("{}-{}.code", "ab".repeat(32), "1".repeat(16)),
            &old.replace("code", "7"),
        ];
        let stays = [TURN, "notes.txt", "0-0.code", &old.replace("code", "cod"), &old.replace('a', "A")];
        for name in gone.iter().chain(&stays) {
            let file = File::create(path.join(name)).unwrap();
            set_mode(&path.join(name), 0o600);
            file.set_modified(SystemTime::now() - OLD - Duration::from_mins(1)).unwrap();
        }
        kept.keep(NAME, b"code".to_vec()).unwrap();
        assert_eq!(gone.map(|name| path.join(name).exists()), [false; 3]);
        assert_eq!(stays.map(|name| path.join(name).exists()), [true; 5]);
        assert!(path.join(NAME).exists());
    }
}
