//! `-o FILE`: a file that a command writes, whole or not at all.

use crate::exit::CliError;
use crate::interrupt::{self, Act, Waiting};
use anyhow::Context as _;
use std::fs::{self, File, Metadata};
use std::io;
use std::path::Path;
use tempfile::NamedTempFile;

/// How the file is named that is written beside the target; letters and digits follow.
const PREFIX: &str = ".sx-persist-";

/// Puts what `fill` writes in the place of a file.
///
/// It is written beside that file, synced and renamed, and the folder is synced: whatever stood there stays until all of the new
/// bytes are on the disk. A device or a pipe cannot be replaced, and is written to as it is.
pub(crate) fn write(path: &Path, fill: impl FnOnce(&mut File) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let refuse = |error: io::Error| CliError::Misused(format!("cannot write {}: {error}", path.display()));
    match Place::of(path).map_err(refuse)? {
        Place::Device(mut device) => fill(&mut device).with_context(|| path.display().to_string()),
        Place::File(there) => {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            let folder = folder.unwrap_or(Path::new("."));
            let (partial, _interrupts) = begin(folder, there.as_ref()).map_err(refuse)?;
            replace(partial, folder, path, there.as_ref(), fill).with_context(|| path.display().to_string())
        }
    }
}

/// What stands where a file is to be written.
enum Place {
    /// Nothing, or a file that may be written.
    File(Option<Metadata>),
    Device(File),
}

impl Place {
    fn of(path: &Path) -> io::Result<Self> {
        let there = match fs::symlink_metadata(path) {
            Ok(there) => there,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::File(None)),
            Err(error) => return Err(error),
        };
        if there.is_symlink() && !leads_to_device(path) {
            return Err(io::Error::other("it is a link; name the file that it leads to, or remove it"));
        }
        if there.is_file() {
            // A file that may not be written is not replaced either.
            File::options().write(true).open(path)?;
            return Ok(Self::File(Some(there)));
        }
        // At its end: it may be standard output, which a shell has opened so.
        File::options().append(true).open(path).map(Self::Device)
    }
}

/// Does a link lead to a device or a pipe, or to what this process has open, as `/dev/stdout` does?
fn leads_to_device(link: &Path) -> bool {
    let folder = link.parent().and_then(|folder| fs::canonicalize(folder).ok()).unwrap_or_default();
    let is_descriptor = folder == Path::new("/dev") || folder.starts_with("/proc");
    fs::metadata(link).is_ok_and(|there| is_descriptor || !there.is_file())
}

/// Makes the file that is to be the new one. An interrupt removes it.
fn begin(folder: &Path, there: Option<&Metadata>) -> io::Result<(NamedTempFile, Waiting)> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX);
    #[cfg(unix)]
    builder.permissions(permissions(there));
    interrupt::with(|| {
        let partial = builder.tempfile_in(folder)?;
        let path = partial.path().to_owned();
        let remove = move || {
            // It has been renamed where it is gone.
            let _ = fs::remove_file(&path);
            None
        };
        Ok((partial, Box::new(remove) as Act))
    })
}

fn replace(
    mut partial: NamedTempFile,
    folder: &Path,
    path: &Path,
    there: Option<&Metadata>,
    fill: impl FnOnce(&mut File) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    fill(partial.as_file_mut())?;
    if let Some(there) = there {
        keep_owner_and_mode(partial.as_file(), there)?;
    }
    partial.as_file().sync_all()?;
    partial.persist(path).map_err(|error| error.error)?;
    Ok(sync(folder)?)
}

/// Those of the file that is replaced; of a new one what every program gives, less the umask.
#[cfg(unix)]
fn permissions(there: Option<&Metadata>) -> fs::Permissions {
    use std::os::unix::fs::PermissionsExt as _;
    fs::Permissions::from_mode(there.map_or(0o666, |there| there.permissions().mode() & 0o777))
}

#[cfg(unix)]
fn keep_owner_and_mode(file: &File, there: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    // Where that is not permitted it is the file of whoever runs this.
    let _ = fchown(file, Some(there.uid()), Some(there.gid()));
    file.set_permissions(permissions(Some(there)))
}

#[cfg(not(unix))]
fn keep_owner_and_mode(_: &File, _: &Metadata) -> io::Result<()> {
    Ok(())
}

/// Makes a new name in a folder durable, where the file system lets that be asked for.
#[cfg(unix)]
fn sync(folder: &Path) -> io::Result<()> {
    match File::open(folder)?.sync_all() {
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
        synced => synced,
    }
}

#[cfg(not(unix))]
fn sync(_: &Path) -> io::Result<()> {
    Ok(())
}
