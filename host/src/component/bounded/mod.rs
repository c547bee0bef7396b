//! `wasi:filesystem` for a component whose root has a bound: it refuses with `insufficient-space` as a full disk does.
//!
//! Every call goes to wasmtime's own implementation. Where there is no bound, nothing else happens.

pub(crate) mod room;
mod stream;
#[cfg(test)]
mod tests;

use room::{Found, Room};
use std::fs::File;
use std::sync::Arc;
use stream::Counted;
use wasmtime::component::{HasData, Linker, Resource};
use wasmtime_wasi::filesystem::WasiFilesystemCtxView;
use wasmtime_wasi::p2::bindings::sync::filesystem::types::{
    self, Advice, Descriptor, DescriptorFlags, DescriptorStat, DescriptorType, DirectoryEntry,
    DirectoryEntryStream, ErrorCode, Filesize, Host, HostDescriptor, HostDirectoryEntryStream,
    MetadataHashValue, NewTimestamp, OpenFlags, PathFlags,
};
use wasmtime_wasi::p2::bindings::sync::io::streams::{Error, InputStream, OutputStream};
use wasmtime_wasi::p2::{DynOutputStream, FsError, FsResult};

/// What a component has of its files, and of the room for them.
pub(crate) struct BoundedView<'a> {
    pub(crate) files: WasiFilesystemCtxView<'a>,
    /// None where nothing is bounded.
    pub(crate) room: Option<Arc<Room>>,
}

struct Bounded;

impl HasData for Bounded {
    type Data<'a> = BoundedView<'a>;
}

/// Defines `wasi:filesystem/types`.
pub(crate) fn add_to_linker<T: 'static>(
    linker: &mut Linker<T>,
    view: fn(&mut T) -> BoundedView<'_>,
) -> wasmtime::Result<()> {
    types::add_to_linker::<T, Bounded>(linker, view)
}

type Handle = Resource<Descriptor>;

/// The same handle again: a call consumes it.
fn same(handle: &Handle) -> Handle {
    Resource::new_borrow(handle.rep())
}

impl BoundedView<'_> {
    /// The file of a descriptor, and the room that it is counted in: none for a folder, nor where nothing is bounded.
    fn file(&self, handle: &Handle) -> FsResult<Option<(Arc<Room>, Arc<File>)>> {
        let Some(room) = &self.room else { return Ok(None) };
        match self.files.table.get(handle)? {
            Descriptor::File(file) => Ok(Some((Arc::clone(room), Arc::clone(&file.file)))),
            Descriptor::Dir(_) => Ok(None),
        }
    }

    /// What stands under a name, itself and not what it leads to, where that is counted.
    fn find(&mut self, folder: &Handle, path: &str) -> Option<Found> {
        self.room.as_ref()?;
        let flags = PathFlags::empty();
        let stat = HostDescriptor::stat_at(&mut self.files, same(folder), flags, path.to_owned()).ok()?;
        let hash = self.files.metadata_hash_at(same(folder), flags, path.to_owned()).ok()?;
        let is_whole = matches!(stat.type_, DescriptorType::RegularFile) && stat.link_count <= 1;
        Some(Found { identity: (hash.lower, hash.upper), bytes: is_whole.then_some(stat.size) })
    }

    /// Does what makes a name, if there may be one more. One that is there is no matter of room.
    fn adding(
        &mut self,
        (folder, path): (Handle, String),
        step: impl FnOnce(&mut WasiFilesystemCtxView<'_>, Handle, String) -> FsResult<()>,
    ) -> FsResult<()> {
        let is_there = self.find(&folder, &path).is_some();
        let Some(room) = &self.room else { return step(&mut self.files, folder, path) };
        if !is_there {
            room.check_file()?;
        }
        step(&mut self.files, folder, path)?;
        room.add_file();
        Ok(())
    }

    /// Does what takes a name away.
    fn removing(
        &mut self,
        found: Option<Found>,
        step: impl FnOnce(&mut WasiFilesystemCtxView<'_>) -> FsResult<()>,
    ) -> FsResult<()> {
        step(&mut self.files)?;
        if let Some((room, found)) = self.room.as_ref().zip(found) {
            room.remove(found);
        }
        Ok(())
    }

    /// Does what makes a file so long, or longer than that no more than it is.
    fn writing<R>(
        &mut self,
        handle: Handle,
        end: Filesize,
        step: impl FnOnce(&mut WasiFilesystemCtxView<'_>, Handle) -> FsResult<R>,
    ) -> FsResult<R> {
        match self.file(&handle)? {
            Some((room, file)) => room.write(&file, end, || step(&mut self.files, handle))?,
            None => step(&mut self.files, handle),
        }
    }

    /// Opens what is counted from now on.
    fn open_counted(
        &mut self,
        room: &Room,
        folder: Handle,
        (path_flags, path): (PathFlags, String),
        how: OpenFlags,
        flags: DescriptorFlags,
    ) -> FsResult<Handle> {
        let before = HostDescriptor::stat_at(&mut self.files, same(&folder), path_flags, path.clone());
        let is_new = before.is_err() && how.contains(OpenFlags::CREATE);
        if is_new {
            room.check_file()?;
        }
        let at = (same(&folder), path.clone());
        let opened = self.files.open_at(folder, path_flags, path, how, flags);
        // It may be there, and no handle for it.
        if is_new
            && (opened.is_ok() || HostDescriptor::stat_at(&mut self.files, at.0, path_flags, at.1).is_ok())
        {
            room.add_file();
        }
        let opened = opened?;
        if let Some((_, file)) = self.file(&opened)? {
            let hash = self.files.metadata_hash(same(&opened))?;
            room.open((hash.lower, hash.upper), &file, before.map_or(0, |stat| stat.size));
            if how.contains(OpenFlags::TRUNCATE) {
                room.count(&file);
            }
        }
        Ok(opened)
    }

    /// A stream that writes into a file, from an offset on or at its end.
    fn counted(
        &mut self,
        stream: Resource<OutputStream>,
        file: Option<(Arc<Room>, Arc<File>)>,
        offset: Option<Filesize>,
    ) -> FsResult<Resource<OutputStream>> {
        let Some((room, file)) = file else { return Ok(stream) };
        let stream = self.files.table.delete(stream)?;
        let counted: DynOutputStream = Box::new(Counted { stream, file, offset, room });
        Ok(self.files.table.push(counted)?)
    }
}

impl Host for BoundedView<'_> {
    fn convert_error_code(&mut self, error: FsError) -> wasmtime::Result<ErrorCode> {
        Host::convert_error_code(&mut self.files, error)
    }

    fn filesystem_error_code(&mut self, error: Resource<Error>) -> wasmtime::Result<Option<ErrorCode>> {
        Host::filesystem_error_code(&mut self.files, error)
    }
}

impl HostDirectoryEntryStream for BoundedView<'_> {
    fn read_directory_entry(
        &mut self,
        stream: Resource<DirectoryEntryStream>,
    ) -> FsResult<Option<DirectoryEntry>> {
        HostDirectoryEntryStream::read_directory_entry(&mut self.files, stream)
    }

    fn drop(&mut self, stream: Resource<DirectoryEntryStream>) -> wasmtime::Result<()> {
        HostDirectoryEntryStream::drop(&mut self.files, stream)
    }
}

/// Functions that change neither how long a file is nor what is there.
macro_rules! handed_on {
    ($($name:ident($($parameter:ident: $type:ty),*) -> $answer:ty;)*) => {
        $(fn $name(&mut self, handle: Handle, $($parameter: $type),*) -> $answer {
            HostDescriptor::$name(&mut self.files, handle, $($parameter),*)
        })*
    };
}

impl HostDescriptor for BoundedView<'_> {
    handed_on! {
        advise(offset: Filesize, length: Filesize, advice: Advice) -> FsResult<()>;
        sync_data() -> FsResult<()>;
        get_flags() -> FsResult<DescriptorFlags>;
        get_type() -> FsResult<DescriptorType>;
        set_times(access: NewTimestamp, modification: NewTimestamp) -> FsResult<()>;
        read(length: Filesize, offset: Filesize) -> FsResult<(Vec<u8>, bool)>;
        read_directory() -> FsResult<Resource<DirectoryEntryStream>>;
        sync() -> FsResult<()>;
        stat() -> FsResult<DescriptorStat>;
        stat_at(flags: PathFlags, path: String) -> FsResult<DescriptorStat>;
        set_times_at(flags: PathFlags, path: String, access: NewTimestamp, modification: NewTimestamp)
            -> FsResult<()>;
        readlink_at(path: String) -> FsResult<String>;
        read_via_stream(offset: Filesize) -> FsResult<Resource<InputStream>>;
        is_same_object(other: Handle) -> wasmtime::Result<bool>;
        metadata_hash() -> FsResult<MetadataHashValue>;
        metadata_hash_at(flags: PathFlags, path: String) -> FsResult<MetadataHashValue>;
    }

    fn open_at(
        &mut self,
        folder: Handle,
        path_flags: PathFlags,
        path: String,
        how: OpenFlags,
        flags: DescriptorFlags,
    ) -> FsResult<Handle> {
        match self.room.clone() {
            Some(room) => self.open_counted(&room, folder, (path_flags, path), how, flags),
            None => HostDescriptor::open_at(&mut self.files, folder, path_flags, path, how, flags),
        }
    }

    fn drop(&mut self, handle: Handle) -> wasmtime::Result<()> {
        HostDescriptor::drop(&mut self.files, handle)?;
        if let Some(room) = &self.room {
            room.sweep();
        }
        Ok(())
    }

    fn write(&mut self, handle: Handle, bytes: Vec<u8>, offset: Filesize) -> FsResult<Filesize> {
        // Nothing is written nowhere.
        let end = if bytes.is_empty() { 0 } else { offset.saturating_add(bytes.len() as Filesize) };
        self.writing(handle, end, |files, handle| HostDescriptor::write(files, handle, bytes, offset))
    }

    fn set_size(&mut self, handle: Handle, size: Filesize) -> FsResult<()> {
        let file = self.file(&handle)?;
        self.writing(handle, size, |files, handle| HostDescriptor::set_size(files, handle, size))?;
        if let Some((room, file)) = file {
            room.count(&file);
        }
        Ok(())
    }

    fn write_via_stream(&mut self, handle: Handle, offset: Filesize) -> FsResult<Resource<OutputStream>> {
        let file = self.file(&handle)?;
        let stream = HostDescriptor::write_via_stream(&mut self.files, handle, offset)?;
        self.counted(stream, file, Some(offset))
    }

    fn append_via_stream(&mut self, handle: Handle) -> FsResult<Resource<OutputStream>> {
        let file = self.file(&handle)?;
        let stream = HostDescriptor::append_via_stream(&mut self.files, handle)?;
        self.counted(stream, file, None)
    }

    fn create_directory_at(&mut self, folder: Handle, path: String) -> FsResult<()> {
        self.adding((folder, path), |files, folder, path| {
            HostDescriptor::create_directory_at(files, folder, path)
        })
    }

    fn symlink_at(&mut self, folder: Handle, target: String, path: String) -> FsResult<()> {
        self.adding((folder, path), |files, folder, path| {
            HostDescriptor::symlink_at(files, folder, target, path)
        })
    }

    fn link_at(
        &mut self,
        folder: Handle,
        flags: PathFlags,
        path: String,
        new_folder: Handle,
        new_path: String,
    ) -> FsResult<()> {
        self.adding((new_folder, new_path), |files, new_folder, new_path| {
            HostDescriptor::link_at(files, folder, flags, path, new_folder, new_path)
        })
    }

    fn unlink_file_at(&mut self, folder: Handle, path: String) -> FsResult<()> {
        let found = self.find(&folder, &path);
        self.removing(found, |files| HostDescriptor::unlink_file_at(files, folder, path))
    }

    fn remove_directory_at(&mut self, folder: Handle, path: String) -> FsResult<()> {
        let found = self.find(&folder, &path);
        self.removing(found, |files| HostDescriptor::remove_directory_at(files, folder, path))
    }

    fn rename_at(
        &mut self,
        folder: Handle,
        path: String,
        new_folder: Handle,
        new_path: String,
    ) -> FsResult<()> {
        let renamed = self.find(&folder, &path);
        let replaced = self.find(&new_folder, &new_path);
        // Of two names of one file, both stay.
        let replaced =
            replaced.filter(|replaced| renamed.is_some_and(|renamed| renamed.identity != replaced.identity));
        self.removing(replaced, |files| HostDescriptor::rename_at(files, folder, path, new_folder, new_path))
    }
}
