//! The engine's storage on `wasi:filesystem`: each method is one step there, and a look at what it is about to open.

use sx_persist_core::storage::{Entry, EntryKind, Fault, Storage};
use wasip2::filesystem::preopens;
use wasip2::filesystem::types::{
    Descriptor, DescriptorFlags, DescriptorType, ErrorCode, OpenFlags, PathFlags,
};

/// Entries of one folder that a host cannot give, for their names or since they went: more than anybody has by accident.
const NAMELESS_MAX: u32 = 1 << 16;

/// The first preopened directory.
#[derive(Debug)]
pub(crate) struct Disk {
    /// Some hosts refuse `stat`, `sync` and `read-directory` on the preopen itself, so it is opened once more.
    root: Result<Descriptor, Fault>,
    read_only: bool,
}

impl Disk {
    pub(crate) fn open() -> Self {
        let Some((preopen, _)) = preopens::get_directories().into_iter().next() else {
            return Self { root: Err(Fault::Failed("no-preopen")), read_only: false };
        };
        // A host that does not say that the directory may be changed mounts it for reading. One that cannot tell says nothing.
        let read_only = match again(|| preopen.get_flags()) {
            Ok(flags) => !flags.contains(DescriptorFlags::MUTATE_DIRECTORY),
            Err(code) => return Self { root: Err(fault(code)), read_only: false },
        };
        let root =
            again(|| preopen.open_at(PathFlags::empty(), ".", OpenFlags::DIRECTORY, DescriptorFlags::READ));
        Self { root: root.map_err(fault), read_only }
    }

    fn root(&self) -> Result<&Descriptor, Fault> {
        self.root.as_ref().map_err(|fault| *fault)
    }

    /// What stands at a path, which is not opened: to open a pipe waits for whoever has its other end.
    fn kind(&self, path: &str) -> Result<DescriptorType, Fault> {
        let root = self.root()?;
        match again(|| root.stat_at(PathFlags::empty(), path)) {
            Ok(stat) => Ok(stat.type_),
            Err(ErrorCode::NotDirectory) => Err(Fault::NoFolder),
            Err(code) => Err(fault(code)),
        }
    }

    fn open_folder(&self, path: &str) -> Result<Descriptor, Fault> {
        if self.kind(path)? != DescriptorType::Directory {
            return Err(Fault::NoFolder);
        }
        let root = self.root()?;
        again(|| root.open_at(PathFlags::empty(), path, OpenFlags::DIRECTORY, DescriptorFlags::READ))
            .map_err(fault)
    }
}

impl Storage for Disk {
    type File = Descriptor;

    fn is_read_only(&self) -> bool {
        self.read_only
    }

    fn open(&mut self, path: &str) -> Result<Descriptor, Fault> {
        if self.kind(path)? != DescriptorType::RegularFile {
            return Err(Fault::NoFile);
        }
        let write = if self.read_only { DescriptorFlags::empty() } else { DescriptorFlags::WRITE };
        let flags = DescriptorFlags::READ | write;
        let root = self.root()?;
        again(|| root.open_at(PathFlags::empty(), path, OpenFlags::empty(), flags)).map_err(fault)
    }

    fn create(&mut self, path: &str) -> Result<Descriptor, Fault> {
        let open = OpenFlags::CREATE | OpenFlags::EXCLUSIVE;
        let flags = DescriptorFlags::READ | DescriptorFlags::WRITE;
        let root = self.root()?;
        // A file that is there after an interruption may be this one: nobody knows.
        again_unless(ErrorCode::Exist, || root.open_at(PathFlags::empty(), path, open, flags)).map_err(fault)
    }

    fn size(&mut self, file: &Descriptor) -> Result<u64, Fault> {
        again(|| file.stat()).map(|stat| stat.size).map_err(fault)
    }

    fn read(
        &mut self,
        file: &Descriptor,
        offset: u64,
        length: usize,
        into: &mut Vec<u8>,
    ) -> Result<(), Fault> {
        let mut done = 0;
        while done < length {
            // A host answers less than it is asked for as it likes; only nothing is the end.
            let rest = (length - done) as u64;
            let (bytes, at_end) = again(|| file.read(rest, offset + done as u64)).map_err(fault)?;
            if into.is_empty() && bytes.len() <= length {
                // As the host has put it there: nothing is copied.
                done = bytes.len();
                *into = bytes;
                if at_end || done == 0 {
                    break;
                }
                continue;
            }
            let taken = bytes.get(..bytes.len().min(length - done)).unwrap_or_default();
            if taken.is_empty() {
                break;
            }
            // All that is still to come, at once: growing with each part would copy what is there again and again. Without room
            // for it, the parts may yet find theirs.
            let _ = into.try_reserve(length - done);
            into.extend_from_slice(taken);
            done += taken.len();
            if at_end {
                break;
            }
        }
        Ok(())
    }

    fn write(&mut self, file: &Descriptor, offset: u64, bytes: &[u8]) -> Result<(), Fault> {
        let mut done = 0;
        while let Some(rest) = bytes.get(done..).filter(|rest| !rest.is_empty()) {
            let written = again(|| file.write(rest, offset + done as u64)).map_err(fault)?;
            if written == 0 {
                return Err(Fault::Failed("io"));
            }
            done += usize::try_from(written).unwrap_or(usize::MAX).min(rest.len());
        }
        Ok(())
    }

    fn set_size(&mut self, file: &Descriptor, size: u64) -> Result<(), Fault> {
        again(|| file.set_size(size)).map_err(fault)
    }

    fn sync(&mut self, file: &Descriptor) -> Result<(), Fault> {
        // Not again when it was interrupted: whether it had failed by then, another sync would not say (D5).
        file.sync_data().map_err(fault)
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<(), Fault> {
        let root = self.root()?;
        // What is gone after an interruption may have been renamed by it.
        again_unless(ErrorCode::NoEntry, || root.rename_at(from, root, to)).map_err(fault)
    }

    fn remove(&mut self, path: &str) -> Result<(), Fault> {
        let root = self.root()?;
        again(|| root.unlink_file_at(path)).map_err(fault)
    }

    fn make_folder(&mut self, path: &str) -> Result<(), Fault> {
        let root = self.root()?;
        again(|| root.create_directory_at(path)).map_err(fault)
    }

    fn remove_folder(&mut self, path: &str) -> Result<(), Fault> {
        let root = self.root()?;
        again(|| root.remove_directory_at(path)).map_err(fault)
    }

    fn list(&mut self, path: &str) -> Result<Vec<Entry>, Fault> {
        let entries = if path == "." {
            let root = self.root()?;
            again(|| root.read_directory())
        } else {
            let folder = self.open_folder(path)?;
            again(|| folder.read_directory())
        };
        let entries = entries.map_err(fault)?;
        let mut found = Vec::new();
        let mut nameless = 0;
        loop {
            let entry = match again(|| entries.read_directory_entry()) {
                Ok(Some(entry)) => entry,
                Ok(None) => return Ok(found),
                // That entry alone; the next call answers the next one. A host that says so for ever is not asked for ever.
                Err(ErrorCode::IllegalByteSequence) if nameless < NAMELESS_MAX => {
                    nameless += 1;
                    found.push(Entry { name: String::new(), kind: EntryKind::Other });
                    continue;
                }
                // It went while the folder was listed, as beside a writer: the others are there.
                Err(ErrorCode::NoEntry) if nameless < NAMELESS_MAX => {
                    nameless += 1;
                    continue;
                }
                Err(code) => return Err(fault(code)),
            };
            let kind = match entry.type_ {
                DescriptorType::RegularFile => EntryKind::File,
                DescriptorType::Directory => EntryKind::Folder,
                _ => EntryKind::Other,
            };
            found.push(Entry { name: entry.name, kind });
        }
    }

    fn sync_folder(&mut self, path: &str) -> Result<(), Fault> {
        // Of folders a later sync covers all (D2).
        let synced = if path == "." {
            let root = self.root()?;
            again(|| root.sync())
        } else {
            let folder = self.open_folder(path)?;
            again(|| folder.sync())
        };
        synced.map_err(|code| match code {
            // Not offered for folders here, in the words of one host or another.
            ErrorCode::Unsupported
            | ErrorCode::Invalid
            | ErrorCode::BadDescriptor
            | ErrorCode::IsDirectory
            | ErrorCode::NotPermitted
            | ErrorCode::Access => Fault::Refused(name(code)),
            code => fault(code),
        })
    }
}

/// How often a call is made at most that signals interrupt.
const TRIES_MAX: usize = 100;

/// Makes a call, again when a signal interrupted it before it had done anything.
fn again<T>(mut call: impl FnMut() -> Result<T, ErrorCode>) -> Result<T, ErrorCode> {
    for _ in 1..TRIES_MAX {
        match call() {
            Err(ErrorCode::Interrupted) => {}
            outcome => return outcome,
        }
    }
    call()
}

/// As [`again`], for a call that may have been done when it was interrupted, and answers `done` to the next try then.
fn again_unless<T>(done: ErrorCode, mut call: impl FnMut() -> Result<T, ErrorCode>) -> Result<T, ErrorCode> {
    match call() {
        Err(ErrorCode::Interrupted) => {
            again(call).map_err(|code| if code == done { ErrorCode::Interrupted } else { code })
        }
        outcome => outcome,
    }
}

fn fault(code: ErrorCode) -> Fault {
    match code {
        ErrorCode::NoEntry => Fault::Absent,
        ErrorCode::Exist => Fault::Exists,
        ErrorCode::InsufficientSpace | ErrorCode::Quota | ErrorCode::FileTooLarge => {
            Fault::NoSpace(name(code))
        }
        code => Fault::Failed(name(code)),
    }
}

fn name(code: ErrorCode) -> &'static str {
    code.name()
}
