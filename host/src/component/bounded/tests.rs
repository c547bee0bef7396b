//! Calls as a guest makes them, and what the directory holds then.

use super::*;
use crate::component::bounded::room::Bounds;
use crate::component::folder::Folder;
use crate::component::state::{Caps, State};
use std::fs;
use tempfile::TempDir;
use wasmtime::component::ResourceTable;
use wasmtime_wasi::WasiCtxBuilder;
use wasmtime_wasi::filesystem::{FsPerms, WasiFilesystemView as _};
use wasmtime_wasi::p2::StreamError;
use wasmtime_wasi::p2::bindings::filesystem::types::ErrorCode as Code;
use wasmtime_wasi::p2::bindings::sync::filesystem::preopens;

const FULL: Result<(), Code> = Err(Code::InsufficientSpace);

/// A directory with bounds, and what a guest has of it.
struct Guest {
    folder: TempDir,
    state: State,
    room: Arc<Room>,
    preopen: u32,
}

impl Guest {
    /// On a directory that holds 100 bytes in the file `there`.
    fn new(bytes_max: Option<u64>, files_max: Option<u64>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("there"), [1; 100]).unwrap();
        Self::on(folder, bytes_max, files_max)
    }

    fn on(folder: TempDir, bytes_max: Option<u64>, files_max: Option<u64>) -> Self {
        let held = Folder::open(folder.path()).unwrap();
        let room = Room::of(&held, Bounds { bytes_max, files_max }).unwrap().unwrap();
        let mut wasi = WasiCtxBuilder::new();
        wasi.allow_blocking_current_thread(true);
        held.mount(&mut wasi, ".", FsPerms::ReadWrite).unwrap();
        let caps = Caps { memory_bytes_max: 0, handles_max: 64 };
        let mut state = State::new(wasi.build(), caps, Some(Arc::clone(&room)));
        let preopen = preopens::Host::get_directories(&mut state.filesystem()).unwrap().remove(0).0.rep();
        Self { folder, state, room, preopen }
    }

    fn root(&self) -> Handle {
        Resource::new_borrow(self.preopen)
    }

    fn open(&mut self, path: &str, how: OpenFlags) -> Result<Handle, Code> {
        let (root, flags) = (self.root(), DescriptorFlags::READ | DescriptorFlags::WRITE);
        code(self.state.files().open_at(root, PathFlags::empty(), path.to_owned(), how, flags))
    }

    fn create(&mut self, path: &str) -> Handle {
        self.open(path, OpenFlags::CREATE | OpenFlags::EXCLUSIVE).unwrap()
    }

    fn close(&mut self, file: &Handle) {
        HostDescriptor::drop(&mut self.state.files(), Resource::new_own(file.rep())).unwrap();
    }

    fn write(&mut self, file: &Handle, bytes: usize, offset: u64) -> Result<(), Code> {
        code(HostDescriptor::write(&mut self.state.files(), same(file), vec![7; bytes], offset)).map(drop)
    }

    fn set_size(&mut self, file: &Handle, size: u64) -> Result<(), Code> {
        code(self.state.files().set_size(same(file), size))
    }

    fn remove(&mut self, path: &str) -> Result<(), Code> {
        let root = self.root();
        code(self.state.files().unlink_file_at(root, path.to_owned()))
    }

    fn rename(&mut self, path: &str, to: &str) -> Result<(), Code> {
        let (root, new) = (self.root(), self.root());
        code(self.state.files().rename_at(root, path.to_owned(), new, to.to_owned()))
    }

    fn link(&mut self, path: &str, to: &str) -> Result<(), Code> {
        let (root, new) = (self.root(), self.root());
        let (path, to) = (path.to_owned(), to.to_owned());
        code(self.state.files().link_at(root, PathFlags::empty(), path, new, to))
    }

    fn make_folder(&mut self, path: &str) -> Result<(), Code> {
        let root = self.root();
        code(self.state.files().create_directory_at(root, path.to_owned()))
    }

    fn table(&mut self) -> &mut ResourceTable {
        self.state.filesystem().table
    }

    /// Bytes and files, as they are counted.
    fn counted(&self) -> (u64, u64) {
        self.room.counted()
    }

    /// As they would be counted anew.
    fn there(&self) -> (u64, u64) {
        let bounds = Bounds { bytes_max: Some(0), files_max: None };
        Room::of(&Folder::open(self.folder.path()).unwrap(), bounds).unwrap().unwrap().counted()
    }
}

/// The code of a fault; all else ends a guest.
fn code<T>(answer: FsResult<T>) -> Result<T, Code> {
    answer.map_err(|error| error.downcast().unwrap())
}

#[test]
fn a_file_counts_by_its_size_and_grows_no_further_than_there_is_room() {
    let mut guest = Guest::new(Some(1_000), None);
    let file = guest.create("file");
    assert_eq!(guest.write(&file, 600, 0), Ok(()));
    assert_eq!(guest.counted(), (700, 2));
    assert_eq!(guest.write(&file, 301, 600), FULL);
    assert_eq!(guest.write(&file, 600, 0), Ok(()), "where bytes are");
    assert_eq!(guest.write(&file, 1, 900), FULL, "a hole counts");
    assert_eq!(guest.write(&file, 0, 5_000), Ok(()), "nothing takes no room");
    assert_eq!(guest.set_size(&file, 8 << 40), FULL);
    assert_eq!(guest.set_size(&file, 900), Ok(()));
    assert_eq!(guest.counted(), (1_000, 2));
    assert_eq!(guest.set_size(&file, 10), Ok(()));
    // Under another descriptor it is the same file.
    let other = guest.open("file", OpenFlags::empty()).unwrap();
    assert_eq!(guest.write(&other, 10, 890), Ok(()));
    assert_eq!(guest.write(&file, 900, 0), Ok(()));
    assert_eq!(guest.counted(), (1_000, 2));
    let cut = guest.open("file", OpenFlags::TRUNCATE).unwrap();
    assert_eq!(guest.counted(), (100, 2));
    assert_eq!(guest.write(&cut, 901, 0), FULL);
    assert_eq!(guest.write(&cut, 900, 0), Ok(()));
    assert_eq!(guest.there(), guest.counted());
}

#[test]
fn a_stream_meets_the_bound_as_a_write_does() {
    let mut guest = Guest::new(Some(1_000), None);
    let file = guest.create("file");
    let at = guest.state.files().write_via_stream(same(&file), 0).unwrap();
    let end = guest.state.files().append_via_stream(same(&file)).unwrap();
    let write = |guest: &mut Guest, stream: &Resource<OutputStream>, bytes: usize| {
        let stream = guest.table().get_mut(stream).unwrap();
        stream.check_write().unwrap();
        stream.write(vec![7; bytes].into())
    };
    write(&mut guest, &at, 400).unwrap();
    write(&mut guest, &end, 400).unwrap();
    write(&mut guest, &at, 400).unwrap();
    assert_eq!(guest.counted(), (900, 2));
    for stream in [&at, &end] {
        let Err(StreamError::LastOperationFailed(error)) = write(&mut guest, stream, 101) else { panic!() };
        let error = guest.table().push(error).unwrap();
        let code = guest.state.files().filesystem_error_code(error).unwrap();
        assert!(matches!(code, Some(ErrorCode::InsufficientSpace)), "{code:?}");
    }
    // The stream has the file open when its descriptor is closed.
    guest.close(&file);
    guest.remove("file").unwrap();
    assert_eq!(guest.counted(), (900, 1));
    for stream in [at, end] {
        guest.table().delete(stream).unwrap();
    }
    let next = guest.create("next");
    assert_eq!(guest.write(&next, 900, 0), Ok(()));
    assert_eq!(guest.there(), guest.counted());
}

#[test]
fn a_file_that_is_removed_while_it_is_open_takes_its_room_until_it_is_closed() {
    let mut guest = Guest::new(Some(1_000), None);
    let first = guest.create("first");
    let second = guest.open("first", OpenFlags::empty()).unwrap();
    guest.remove("first").unwrap();
    assert_eq!(guest.write(&first, 900, 0), Ok(()));
    let other = guest.create("other");
    assert_eq!(guest.write(&other, 1, 0), FULL);
    guest.close(&first);
    assert_eq!(guest.write(&other, 1, 0), FULL, "it is open still");
    guest.close(&second);
    assert_eq!(guest.write(&other, 900, 0), Ok(()));
    // One that is replaced, too.
    let next = guest.create("next");
    guest.rename("next", "other").unwrap();
    assert_eq!(guest.write(&next, 1, 0), FULL);
    guest.close(&other);
    assert_eq!(guest.write(&next, 900, 0), Ok(()));
    assert_eq!(guest.there(), guest.counted());
}

#[test]
fn a_file_with_two_names_counts_once_and_goes_with_the_last() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a"), [1; 500]).unwrap();
    fs::hard_link(folder.path().join("a"), folder.path().join("b")).unwrap();
    let mut guest = Guest::on(folder, Some(600), Some(4));
    assert_eq!(guest.counted(), (500, 2));
    guest.link("a", "c").unwrap();
    // Two names of one file: nothing happens.
    guest.rename("a", "b").unwrap();
    assert_eq!(guest.counted(), (500, 3));
    guest.remove("a").unwrap();
    guest.remove("c").unwrap();
    assert_eq!(guest.counted(), (500, 1));
    guest.remove("b").unwrap();
    assert_eq!(guest.counted(), (0, 0));
}

#[test]
fn files_folders_and_links_count_and_no_more_of_them_are_made() {
    let mut guest = Guest::new(None, Some(3));
    guest.make_folder("folder").unwrap();
    let file = guest.create("folder/file");
    guest.close(&file);
    assert_eq!(guest.open("other", OpenFlags::CREATE).map(drop), FULL);
    assert_eq!(guest.make_folder("other"), FULL);
    assert_eq!(guest.link("there", "other"), FULL);
    let root = guest.root();
    assert_eq!(code(guest.state.files().symlink_at(root, "there".to_owned(), "other".to_owned())), FULL);
    // Of what is there, that is said.
    assert_eq!(guest.make_folder("folder"), Err(Code::Exist));
    assert_eq!(guest.link("there", "folder/file"), Err(Code::Exist));
    // What is there may be opened and renamed.
    let file = guest.open("there", OpenFlags::CREATE).unwrap();
    guest.write(&file, 10_000, 0).unwrap();
    guest.rename("there", "folder/file").unwrap();
    assert_eq!(guest.counted(), (10_000, 2));
    guest.remove("folder/file").unwrap();
    let root = guest.root();
    code(guest.state.files().remove_directory_at(root, "folder".to_owned())).unwrap();
    guest.close(&file);
    assert_eq!(guest.counted(), (0, 0));
    assert_eq!(guest.there(), (0, 0));
}

#[test]
fn what_is_over_its_bound_is_read_and_made_smaller_and_grows_no_more() {
    let mut guest = Guest::new(Some(50), Some(0));
    let file = guest.open("there", OpenFlags::empty()).unwrap();
    assert_eq!(guest.write(&file, 100, 0), Ok(()));
    assert_eq!(guest.write(&file, 101, 0), FULL);
    assert_eq!(guest.set_size(&file, 60), Ok(()));
    assert_eq!(guest.set_size(&file, 61), FULL);
    assert_eq!(guest.set_size(&file, 10), Ok(()));
    assert_eq!(guest.write(&file, 50, 0), Ok(()));
    assert_eq!(guest.counted(), (50, 1));
}

/// Numbers that look like any.
fn any(state: &mut u64, below: u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) % below
}

#[test]
fn after_any_calls_it_is_counted_what_is_there_and_that_is_within_the_bounds() {
    let (bytes_max, files_max) = (2_000, 4);
    let mut refused = 0;
    for seed in 0..40 {
        let (mut state, mut guest) = (seed, Guest::new(Some(bytes_max), Some(files_max)));
        for _ in 0..150 {
            let name = |state: &mut u64| format!("f{}", any(state, 5));
            let (one, other) = (name(&mut state), name(&mut state));
            let size = any(&mut state, 1_500);
            let done = match any(&mut state, 8) {
                0 => guest.remove(&one),
                1 => guest.rename(&one, &other),
                2 => guest.link(&one, &other),
                3 => guest.make_folder(&one),
                4 => {
                    let root = guest.root();
                    code(guest.state.files().remove_directory_at(root, one))
                }
                kind => guest.open(&one, OpenFlags::CREATE).and_then(|file| {
                    let written = match kind {
                        5 => guest.set_size(&file, size),
                        6 => guest.write(&file, 300, size),
                        _ => guest.remove(&other).and(guest.write(&file, 700, 0)),
                    };
                    guest.close(&file);
                    written
                }),
            };
            refused += u32::from(done == FULL);
            assert_eq!(guest.counted(), guest.there(), "{seed}");
            assert!(guest.counted().0 <= bytes_max && guest.counted().1 <= files_max);
        }
    }
    assert!(refused > 500, "{refused}");
}
