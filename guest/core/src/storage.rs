//! The only way to a disk: one method, one step of the file system.
//!
//! Nothing here combines steps. An order between two steps (write before sync, sync before rename) is the engine's, where the
//! crash suite can cut between them. What each step leaves behind after a loss of power is said with it; the assumptions
//! have numbers in docs/durability.md (D1 to D6).

/// What the file system answered instead of doing the step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing of that name.
    Absent,
    /// Something of that name is there already.
    Exists,
    /// No room; with the name of the error code.
    NoSpace(&'static str),
    /// What has the name of a file is none: a folder, a link, a pipe, a device.
    NoFile,
    /// What has the name of a folder is none, or what a path leads through.
    NoFolder,
    /// The step is not offered for this kind of object; with the name of the error code.
    Refused(&'static str),
    /// Anything else; with the name of the error code.
    Failed(&'static str),
}

impl Fault {
    /// The name of the `wasi:filesystem` error code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Absent => "no-entry",
            Self::Exists => "exist",
            Self::NoFile => "invalid",
            Self::NoFolder => "not-directory",
            Self::NoSpace(code) | Self::Refused(code) | Self::Failed(code) => code,
        }
    }
}

/// What a folder holds under one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name, without the folder. Empty where it is no UTF-8: that is nobody's of the store, and no path leads to it.
    pub name: String,
    /// What stands there.
    pub kind: EntryKind,
}

/// The kinds that the store tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// Anything else: a link, a device.
    Other,
}

/// Steps on files and folders below one root. Paths are relative, with `/` between their parts; the root itself is `.`.
pub trait Storage {
    /// An open file. Dropping it closes it and nothing else.
    type File;

    /// Does the root refuse writes? Then another instance may be writing beside this one.
    fn is_read_only(&self) -> bool;

    /// Does a step that answered [`Fault::NoSpace`] leave everything as it was? Then the engine goes on after it. Of a disk
    /// nothing is known (D5).
    fn is_certain(&self) -> bool {
        false
    }

    /// Bytes that the store may still be given. What it writes for itself, in a checkpoint, is not held to it, so that one that
    /// is full can always be emptied. A disk says that it is full when it is.
    fn room(&self) -> u64 {
        u64::MAX
    }

    /// Opens a file that is there, for reading, and for writing too unless the root is read-only. Follows no link, and waits
    /// for nobody: what is no regular file is not touched.
    ///
    /// # Errors
    /// [`Fault::Absent`]; [`Fault::NoFile`]; [`Fault::NoFolder`] where the path leads through what is no folder; any other.
    fn open(&mut self, path: &str) -> Result<Self::File, Fault>;

    /// Creates an empty file that was not there and opens it.
    ///
    /// After a crash the name is there or not, until the folder is synced.
    ///
    /// # Errors
    /// [`Fault::Exists`]; any other.
    fn create(&mut self, path: &str) -> Result<Self::File, Fault>;

    /// The size of a file, in bytes.
    ///
    /// # Errors
    /// Any fault.
    fn size(&mut self, file: &Self::File) -> Result<u64, Fault>;

    /// Appends `length` bytes of a file, from `offset` on, to `into`; fewer only where the file ends.
    ///
    /// # Errors
    /// Any fault; `into` then holds what was read before it.
    fn read(
        &mut self,
        file: &Self::File,
        offset: u64,
        length: usize,
        into: &mut Vec<u8>,
    ) -> Result<(), Fault>;

    /// Writes all of `bytes` at `offset`.
    ///
    /// After a crash any part of it may be there, torn at any sector, zeros or garbage in its place, the size with it or
    /// not, until the file is synced. Bytes of the file outside of it stay as they were.
    ///
    /// # Errors
    /// Any fault; any part may have been written.
    fn write(&mut self, file: &Self::File, offset: u64, bytes: &[u8]) -> Result<(), Fault>;

    /// Cuts a file, or extends it with zeros. After a crash either size, until the file is synced.
    ///
    /// # Errors
    /// Any fault.
    fn set_size(&mut self, file: &Self::File, size: u64) -> Result<(), Fault>;

    /// Makes what was written to a file, and its size, survive a crash. Says nothing about its name.
    ///
    /// # Errors
    /// Any fault; then nothing is known about those bytes, now or after another sync.
    fn sync(&mut self, file: &Self::File) -> Result<(), Fault>;

    /// Gives a file another name, replacing what has it.
    ///
    /// After a crash the new name shows the old file or this one, whole, and the old name may be back beside it, until the
    /// folder of the new name is synced.
    ///
    /// # Errors
    /// Any fault.
    fn rename(&mut self, from: &str, to: &str) -> Result<(), Fault>;

    /// Removes a file. After a crash it may be back, until the folder is synced.
    ///
    /// # Errors
    /// [`Fault::Absent`]; any other.
    fn remove(&mut self, path: &str) -> Result<(), Fault>;

    /// Makes a folder. After a crash it is there or not, until its parent is synced.
    ///
    /// # Errors
    /// [`Fault::Exists`]; any other.
    fn make_folder(&mut self, path: &str) -> Result<(), Fault>;

    /// Removes an empty folder. After a crash it may be back, until its parent is synced.
    ///
    /// # Errors
    /// [`Fault::Absent`]; any other, also where something stands in it.
    fn remove_folder(&mut self, path: &str) -> Result<(), Fault>;

    /// What a folder holds, in no order.
    ///
    /// # Errors
    /// [`Fault::Absent`]; [`Fault::NoFolder`]; any other.
    fn list(&mut self, path: &str) -> Result<Vec<Entry>, Fault>;

    /// Makes the names in a folder survive a crash as they stand.
    ///
    /// # Errors
    /// [`Fault::Refused`] where the file system does not offer it; any other.
    fn sync_folder(&mut self, path: &str) -> Result<(), Fault>;
}
