//! The simulated disk behind the component's `wasi:filesystem` imports: crashes, faults, and a count of every call.

use crate::disk::{Disk, File, Folder, Inode, Node, ROOT};
pub use crate::fault::{Code, Fault};
use crate::random::Random;
use std::collections::{BTreeMap, BTreeSet};
use wasmtime::component::{Linker, LinkerInstance, Resource, ResourceType};
use wasmtime::{Result, StoreContextMut};
use wasmtime_wasi::p2::bindings::sync::filesystem::types::{
    DescriptorFlags, DescriptorStat, DescriptorType, DirectoryEntry, ErrorCode, OpenFlags, PathFlags,
};

/// The functions that the component calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is the function of its name in wasi:filesystem")]
pub enum Import {
    GetDirectories,
    GetFlags,
    Open,
    Create,
    Stat,
    Read,
    Write,
    SetSize,
    SyncData,
    SyncFolder,
    Rename,
    Unlink,
    MakeFolder,
    RemoveFolder,
    ReadDirectory,
}

impl Import {
    /// Does it change what the disk holds, or make a change durable?
    #[must_use]
    pub fn is_mutating(self) -> bool {
        use Import as I;
        matches!(
            self,
            I::Create
                | I::Write
                | I::SetSize
                | I::SyncData
                | I::SyncFolder
                | I::Rename
                | I::Unlink
                | I::MakeFolder
                | I::RemoveFolder
        )
    }
}

/// One call, as a trace holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The function.
    pub import: Import,
    /// The path below the root, as far as the call has one.
    pub path: String,
    /// Offset, length or size, as far as the call has one.
    pub number: u64,
}

/// A step that the disk says it has done, and has not: what the engine's order of steps is worth is seen by leaving one out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeftOut {
    /// `sync-data` of files whose path is this, with a `*` for any part of it.
    Sync(&'static str),
    /// `sync-data` of a journal that counts: of a commit.
    FrameSync,
    /// Syncs of this folder.
    SyncFolder(&'static str, Which),
    /// Journal frames whose first record is of this kind.
    Frame(u8),
    /// A file in `tmp/` is not unlinked, and is created over what is there.
    Exclusive,
    /// That a sync has failed is told to nobody.
    SyncError,
}

/// Which of an instance's syncs of one folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is what it says")]
pub enum Which {
    First,
    Later,
    All,
}

/// What precedes the first record of a frame (docs/format.md).
const FRAME_HEAD_BYTES: usize = 24;
/// What stands in the journals' folder and is none.
const RESERVE: &str = "journal/reserve";

/// What is to happen to a run.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The process ends just before this mutating call, 1 for the first.
    pub crash_at: Option<u64>,
    /// A fault, the call that it hits (1 for the first that it can), and whether it hits all behind it too.
    pub fault: Option<(Fault, u64, bool)>,
    /// Keep every call.
    pub traced: bool,
    /// Keep the disk as it was before each mutating call.
    pub snapshots: bool,
    /// A step that is left out.
    pub left_out: Option<LeftOut>,
    /// More memory is refused, at the n-th time that it is asked for, and for ever from there or not.
    pub memory: Option<(u64, bool)>,
    /// The root is mounted for reading only.
    pub read_only: bool,
    /// Somebody else works on the disk meanwhile: what it is from before a call on, 1 for the first. In the order of the calls.
    pub beside: Vec<(u64, Disk)>,
    /// For what faults leave to chance.
    pub seed: u64,
}

/// The process was to end here.
#[derive(Debug)]
pub struct Crash;

impl std::fmt::Display for Crash {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("crashed, as planned")
    }
}

impl std::error::Error for Crash {}

/// A simulated disk in use by one instance.
#[derive(Debug)]
pub struct SimFs {
    /// The disk.
    pub disk: Disk,
    /// How often each function was called.
    pub counts: BTreeMap<Import, u64>,
    /// Calls so far.
    pub calls: u64,
    /// Mutating calls so far.
    pub steps: u64,
    /// Calls, when the plan asks for them.
    pub trace: Vec<Call>,
    /// How often the plan's fault could have hit.
    pub fault_chances: u64,
    /// The disk before each mutating call, with the mark that was set then.
    pub snapshots: Vec<(Disk, usize)>,
    /// What the owner is at: kept with each snapshot.
    pub mark: usize,
    plan: Plan,
    random: Random,
    handles: Vec<Option<Inode>>,
    /// The path that each inode was last reached by.
    paths: BTreeMap<Inode, String>,
    listings: Vec<Vec<std::result::Result<DirectoryEntry, ErrorCode>>>,
    synced_folders: BTreeSet<Inode>,
}

/// Stands for `wasi:filesystem/types.descriptor`; its number is an index of `handles`.
#[derive(Debug)]
struct Descriptor;

/// Stands for `wasi:filesystem/types.directory-entry-stream`.
#[derive(Debug)]
struct Listing;

/// What a call is to do.
enum Verdict {
    Go,
    Short,
    Fail(ErrorCode),
}

type Answer<T> = Result<(std::result::Result<T, ErrorCode>,)>;

impl SimFs {
    /// A disk, and what is to happen while it is used.
    #[must_use]
    pub fn new(disk: Disk, plan: Plan) -> Self {
        let random = Random::new(plan.seed);
        Self {
            disk,
            counts: BTreeMap::new(),
            calls: 0,
            steps: 0,
            trace: Vec::new(),
            fault_chances: 0,
            snapshots: Vec::new(),
            mark: 0,
            plan,
            random,
            handles: Vec::new(),
            paths: BTreeMap::new(),
            listings: Vec::new(),
            synced_folders: BTreeSet::new(),
        }
    }

    fn begin(&mut self, import: Import, path: &str, number: u64) -> Result<Verdict> {
        self.calls += 1;
        while self.plan.beside.first().is_some_and(|(call, _)| *call <= self.calls) {
            self.disk = self.plan.beside.remove(0).1;
        }
        if import.is_mutating() {
            if self.plan.snapshots {
                self.snapshots.push((self.disk.clone(), self.mark));
            }
            self.steps += 1;
            if self.plan.crash_at == Some(self.steps) {
                return Err(Crash.into());
            }
        }
        *self.counts.entry(import).or_default() += 1;
        if self.plan.traced {
            self.trace.push(Call { import, path: path.to_owned(), number });
        }
        let hits = |fault: Fault| fault.hits(import) && !fault.is_for_good(path);
        let Some((fault, at, for_ever)) = self.plan.fault.filter(|(fault, ..)| hits(*fault)) else {
            return Ok(Verdict::Go);
        };
        self.fault_chances += 1;
        let is_due = self.fault_chances == at || (for_ever && self.fault_chances > at);
        let is_second = (self.fault_chances.abs_diff(at)) % 2 == 1;
        Ok(match fault {
            _ if !is_due => Verdict::Go,
            Fault::Code(_, code) => Verdict::Fail(code.into()),
            Fault::Interrupted if is_second => Verdict::Go,
            Fault::Interrupted => Verdict::Fail(ErrorCode::Interrupted),
            Fault::NoSpace => Verdict::Fail(ErrorCode::InsufficientSpace),
            Fault::ShortRead | Fault::ShortWrite => Verdict::Short,
            Fault::RefuseFolderSync => Verdict::Fail(ErrorCode::Unsupported),
        })
    }

    fn push(&mut self, inode: Inode) -> Resource<Descriptor> {
        let free = self.handles.iter().position(Option::is_none);
        let index = free.unwrap_or_else(|| {
            self.handles.push(None);
            self.handles.len() - 1
        });
        self.handles[index] = Some(inode);
        Resource::new_own(u32::try_from(index).expect("fewer handles than 2^32"))
    }

    fn inode(&self, descriptor: &Resource<Descriptor>) -> Inode {
        self.handles[descriptor.rep() as usize].expect("the component uses its own handles")
    }

    fn is_folder(&self, inode: Inode) -> bool {
        self.disk.folder(inode).is_some()
    }

    /// Is this step one that the plan leaves out?
    fn is_left_out(&self, import: Import, inode: Inode, bytes: &[u8]) -> bool {
        let path = self.paths.get(&inode).map_or(".", String::as_str);
        let is_journal = path.starts_with("journal/");
        match (&self.plan.left_out, import) {
            (Some(LeftOut::Sync(pattern)), Import::SyncData) => is_match(pattern, path),
            (Some(LeftOut::FrameSync), Import::SyncData) => is_journal && path != RESERVE,
            (Some(LeftOut::SyncFolder(folder, which)), Import::SyncFolder) => {
                let is_first = !self.synced_folders.contains(&inode);
                path == *folder && (*which == Which::All || is_first == (*which == Which::First))
            }
            (Some(LeftOut::Frame(kind)), Import::Write) => {
                is_journal && bytes.get(FRAME_HEAD_BYTES) == Some(kind)
            }
            _ => false,
        }
    }

    fn open(&mut self, path: &str, open: OpenFlags, flags: DescriptorFlags) -> Answer<Resource<Descriptor>> {
        let import = if open.contains(OpenFlags::CREATE) { Import::Create } else { Import::Open };
        if let Verdict::Fail(code) = self.begin(import, path, 0)? {
            return Ok((Err(code),));
        }
        let may_write = open.contains(OpenFlags::CREATE) || flags.contains(DescriptorFlags::WRITE);
        if self.plan.read_only && may_write {
            return Ok((Err(ErrorCode::NotPermitted),));
        }
        let found = self.disk.find(path);
        if let Some(inode) = found {
            self.paths.insert(inode, path.to_owned());
        }
        Ok((match found {
            Some(inode) if import == Import::Create && self.plan.left_out == Some(LeftOut::Exclusive) => {
                self.disk.set_size(inode, 0);
                Ok(self.push(inode))
            }
            Some(_) if open.contains(OpenFlags::CREATE) => Err(ErrorCode::Exist),
            Some(inode) if self.is_folder(inode) && flags.contains(DescriptorFlags::WRITE) => {
                Err(ErrorCode::IsDirectory)
            }
            Some(inode) if !self.is_folder(inode) && open.contains(OpenFlags::DIRECTORY) => {
                Err(ErrorCode::NotDirectory)
            }
            Some(inode) => Ok(self.push(inode)),
            None if open.contains(OpenFlags::CREATE) => match self.disk.parent(path) {
                Some((folder, name)) => {
                    let inode = self.disk.make(folder, name, Node::File(File::default()));
                    self.paths.insert(inode, path.to_owned());
                    Ok(self.push(inode))
                }
                None => Err(ErrorCode::NoEntry),
            },
            None => Err(ErrorCode::NoEntry),
        },))
    }

    fn read(&mut self, file: &Resource<Descriptor>, length: u64, offset: u64) -> Answer<(Vec<u8>, bool)> {
        let verdict = self.begin(Import::Read, "", offset)?;
        let bytes = self.disk.bytes(self.inode(file));
        let start = usize::try_from(offset)?.min(bytes.len());
        // As wasmtime-wasi has it: at most 64 KiB at once.
        let mut length = usize::try_from(length.min(64 << 10))?.min(bytes.len() - start);
        match verdict {
            Verdict::Fail(code) => return Ok((Err(code),)),
            Verdict::Short => length = length.div_ceil(2),
            Verdict::Go => {}
        }
        Ok((Ok((bytes[start..start + length].to_vec(), length == 0)),))
    }

    fn write(&mut self, file: &Resource<Descriptor>, mut bytes: Vec<u8>, offset: u64) -> Answer<u64> {
        let inode = self.inode(file);
        match self.begin(Import::Write, "", offset)? {
            Verdict::Go => {}
            Verdict::Short => bytes.truncate(bytes.len().div_ceil(2)),
            Verdict::Fail(code) => {
                // A part of it may have been written before the disk failed.
                let done = self.random.index(bytes.len() + 1);
                self.disk.write(inode, usize::try_from(offset)?, &bytes[..done]);
                return Ok((Err(code),));
            }
        }
        if !self.is_left_out(Import::Write, inode, &bytes) {
            self.disk.write(inode, usize::try_from(offset)?, &bytes);
        }
        Ok((Ok(bytes.len() as u64),))
    }

    fn sync_data(&mut self, file: &Resource<Descriptor>) -> Answer<()> {
        let inode = self.inode(file);
        Ok((match self.begin(Import::SyncData, "", 0)? {
            Verdict::Fail(code) => {
                self.disk.fail_sync_file(inode, &mut self.random);
                if self.plan.left_out == Some(LeftOut::SyncError) { Ok(()) } else { Err(code) }
            }
            Verdict::Go | Verdict::Short if self.is_left_out(Import::SyncData, inode, &[]) => Ok(()),
            Verdict::Go | Verdict::Short => {
                self.disk.sync_file(inode);
                Ok(())
            }
        },))
    }

    /// Runs a call that changes names, unless the plan or the mount is against it.
    fn change(
        &mut self,
        import: Import,
        path: &str,
        change: impl FnOnce(&mut Disk) -> std::result::Result<(), ErrorCode>,
    ) -> Answer<()> {
        Ok((match self.begin(import, path, 0)? {
            Verdict::Fail(code) => Err(code),
            Verdict::Go | Verdict::Short if self.plan.read_only => Err(ErrorCode::NotPermitted),
            Verdict::Go | Verdict::Short => change(&mut self.disk),
        },))
    }

    fn rename(&mut self, from: &str, to: &str) -> Answer<()> {
        if let Some(inode) = self.disk.find(from) {
            self.paths.insert(inode, to.to_owned());
        }
        self.change(Import::Rename, to, |disk| {
            let (Some(inode), Some(old), Some(new)) = (disk.find(from), disk.parent(from), disk.parent(to))
            else {
                return Err(ErrorCode::NoEntry);
            };
            disk.rename(old, new, inode);
            Ok(())
        })
    }

    /// Takes away the name of a file, or that of an empty folder.
    fn unlink(&mut self, import: Import, path: &str) -> Answer<()> {
        let (of_folder, is_kept) =
            (import == Import::RemoveFolder, self.plan.left_out == Some(LeftOut::Exclusive));
        self.change(import, path, |disk| {
            let Some((inode, (folder, name))) = disk.find(path).zip(disk.parent(path)) else {
                return Err(ErrorCode::NoEntry);
            };
            match disk.folder(inode).is_some() {
                _ if is_kept && path.starts_with("tmp/") => return Ok(()),
                false if of_folder => return Err(ErrorCode::NotDirectory),
                true if !of_folder => return Err(ErrorCode::IsDirectory),
                true if disk.names(inode).next().is_some() => return Err(ErrorCode::NotEmpty),
                _ => disk.unlink(folder, name),
            }
            Ok(())
        })
    }

    fn make_folder(&mut self, path: &str) -> Answer<()> {
        self.change(Import::MakeFolder, path, |disk| match (disk.find(path), disk.parent(path)) {
            (Some(_), _) => Err(ErrorCode::Exist),
            (None, Some((folder, name))) => {
                disk.make(folder, name, Node::Folder(Folder::default()));
                Ok(())
            }
            (None, None) => Err(ErrorCode::NoEntry),
        })
    }

    fn stat(&mut self, of: &Resource<Descriptor>) -> Answer<DescriptorStat> {
        let inode = self.inode(of);
        if let Verdict::Fail(code) = self.begin(Import::Stat, "", 0)? {
            return Ok((Err(code),));
        }
        Ok((Ok(self.stat_of(inode)),))
    }

    fn stat_of(&self, inode: Inode) -> DescriptorStat {
        let is_folder = self.is_folder(inode);
        DescriptorStat {
            type_: if is_folder { DescriptorType::Directory } else { DescriptorType::RegularFile },
            link_count: 1,
            size: self.disk.bytes(inode).len() as u64,
            data_access_timestamp: None,
            data_modification_timestamp: None,
            status_change_timestamp: None,
        }
    }

    /// What stands at a path. It counts as [`Import::Stat`].
    fn stat_at(&mut self, path: &str) -> Answer<DescriptorStat> {
        let found = self.disk.find(path);
        if let Verdict::Fail(code) = self.begin(Import::Stat, path, 0)? {
            return Ok((Err(code),));
        }
        Ok((found.map(|inode| self.stat_of(inode)).ok_or(ErrorCode::NoEntry),))
    }

    fn read_directory(&mut self, of: &Resource<Descriptor>) -> Answer<Resource<Listing>> {
        let inode = self.inode(of);
        if let Verdict::Fail(code) = self.begin(Import::ReadDirectory, "", 0)? {
            return Ok((Err(code),));
        }
        let entry = |(name, inode): (&str, Inode)| {
            let is_folder = self.disk.folder(inode).is_some();
            let type_ = if is_folder { DescriptorType::Directory } else { DescriptorType::RegularFile };
            Ok(DirectoryEntry { type_, name: name.to_owned() })
        };
        let mut entries: Vec<_> = self.disk.names(inode).map(entry).collect();
        // In each folder an entry that goes just then, and one whose name is no UTF-8: neither may hide the others.
        entries.extend([Err(ErrorCode::IllegalByteSequence), Err(ErrorCode::NoEntry)]);
        self.listings.push(entries);
        Ok((Ok(Resource::new_own(u32::try_from(self.listings.len() - 1)?)),))
    }
}

/// A pattern such as `streams/*.seq` on a path.
fn is_match(pattern: &str, path: &str) -> bool {
    match pattern.split_once('*') {
        Some((start, end)) => path.starts_with(start) && path.ends_with(end),
        None => path == pattern,
    }
}

/// Who has a simulated disk.
pub trait HasSimFs: 'static {
    /// The disk.
    fn simfs(&mut self) -> &mut SimFs;
}

/// Defines the imports of the component on a simulated disk.
///
/// # Errors
/// When a name is defined already.
pub fn add_to_linker<T: HasSimFs>(linker: &mut Linker<T>) -> Result<()> {
    const VERSION: &str = "0.2.12";
    let mut preopens = linker.instance(&format!("wasi:filesystem/preopens@{VERSION}"))?;
    preopens.func_wrap("get-directories", |mut store: StoreContextMut<'_, T>, ()| {
        let simfs = store.data_mut().simfs();
        let _ = simfs.begin(Import::GetDirectories, "", 0)?;
        Ok((vec![(simfs.push(ROOT), ".".to_owned())],))
    })?;
    let mut types = linker.instance(&format!("wasi:filesystem/types@{VERSION}"))?;
    types.resource("descriptor", ResourceType::host::<Descriptor>(), |mut store, rep| {
        store.data_mut().simfs().handles[rep as usize] = None;
        Ok(())
    })?;
    types.resource("directory-entry-stream", ResourceType::host::<Listing>(), |_, _| Ok(()))?;
    add_files(&mut types)?;
    add_folders(&mut types)
}

fn add_files<T: HasSimFs>(types: &mut LinkerInstance<'_, T>) -> Result<()> {
    type Own = Resource<Descriptor>;
    types.func_wrap("[method]descriptor.get-flags", |mut store: StoreContextMut<'_, T>, (_,): (Own,)| {
        let simfs = store.data_mut().simfs();
        if let Verdict::Fail(code) = simfs.begin(Import::GetFlags, "", 0)? {
            return Ok((Err(code),));
        }
        let change =
            if simfs.plan.read_only { DescriptorFlags::empty() } else { DescriptorFlags::MUTATE_DIRECTORY };
        Ok((Ok(DescriptorFlags::READ | change),))
    })?;
    types.func_wrap("[method]descriptor.stat", |mut store: StoreContextMut<'_, T>, (of,): (Own,)| {
        store.data_mut().simfs().stat(&of)
    })?;
    types.func_wrap(
        "[method]descriptor.read",
        |mut store: StoreContextMut<'_, T>, (file, length, offset): (Own, u64, u64)| {
            store.data_mut().simfs().read(&file, length, offset)
        },
    )?;
    types.func_wrap(
        "[method]descriptor.write",
        |mut store: StoreContextMut<'_, T>, (file, bytes, offset): (Own, Vec<u8>, u64)| {
            store.data_mut().simfs().write(&file, bytes, offset)
        },
    )?;
    types.func_wrap(
        "[method]descriptor.set-size",
        |mut store: StoreContextMut<'_, T>, (file, size): (Own, u64)| {
            let simfs = store.data_mut().simfs();
            let inode = simfs.inode(&file);
            let size_bytes = usize::try_from(size)?;
            simfs.change(Import::SetSize, "", |disk| {
                disk.set_size(inode, size_bytes);
                Ok(())
            })
        },
    )?;
    types.func_wrap("[method]descriptor.sync-data", |mut store: StoreContextMut<'_, T>, (file,): (Own,)| {
        store.data_mut().simfs().sync_data(&file)
    })
}

fn add_folders<T: HasSimFs>(types: &mut LinkerInstance<'_, T>) -> Result<()> {
    type Own = Resource<Descriptor>;
    types.func_wrap(
        "[method]descriptor.open-at",
        |mut store: StoreContextMut<'_, T>,
         (_, _, path, open, flags): (Own, PathFlags, String, OpenFlags, DescriptorFlags)| {
            store.data_mut().simfs().open(&path, open, flags)
        },
    )?;
    types.func_wrap(
        "[method]descriptor.stat-at",
        |mut store: StoreContextMut<'_, T>, (_, _, path): (Own, PathFlags, String)| {
            store.data_mut().simfs().stat_at(&path)
        },
    )?;
    types.func_wrap("[method]descriptor.sync", |mut store: StoreContextMut<'_, T>, (of,): (Own,)| {
        let simfs = store.data_mut().simfs();
        let inode = simfs.inode(&of);
        let is_left_out = simfs.is_left_out(Import::SyncFolder, inode, &[]);
        simfs.synced_folders.insert(inode);
        simfs.change(Import::SyncFolder, "", |disk| {
            if !is_left_out {
                disk.sync_folder(inode);
            }
            Ok(())
        })
    })?;
    types.func_wrap(
        "[method]descriptor.rename-at",
        |mut store: StoreContextMut<'_, T>, (_, from, _, to): (Own, String, Own, String)| {
            store.data_mut().simfs().rename(&from, &to)
        },
    )?;
    for (name, import) in [
        ("[method]descriptor.unlink-file-at", Import::Unlink),
        ("[method]descriptor.remove-directory-at", Import::RemoveFolder),
    ] {
        types.func_wrap(name, move |mut store: StoreContextMut<'_, T>, (_, path): (Own, String)| {
            store.data_mut().simfs().unlink(import, &path)
        })?;
    }
    types.func_wrap(
        "[method]descriptor.create-directory-at",
        |mut store: StoreContextMut<'_, T>, (_, path): (Own, String)| {
            store.data_mut().simfs().make_folder(&path)
        },
    )?;
    types.func_wrap(
        "[method]descriptor.read-directory",
        |mut store: StoreContextMut<'_, T>, (of,): (Own,)| store.data_mut().simfs().read_directory(&of),
    )?;
    types.func_wrap(
        "[method]directory-entry-stream.read-directory-entry",
        |mut store: StoreContextMut<'_, T>, (listing,): (Resource<Listing>,)| {
            let entry = store.data_mut().simfs().listings[listing.rep() as usize].pop();
            Ok((entry.transpose(),))
        },
    )
}
