//! Blobs of an archive: their addresses, and the files that they are beside it.

use crate::archive::line::PIECE_BYTES;
use crate::exit::CliError;
use crate::target;
use anyhow::Context as _;
use cid::Cid;
use cid::multihash::Multihash;
use sha2::{Digest as _, Sha256};
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::Path;
use sx_persist::types::{self, Damage};
use sx_persist::{Error, Store};

const RAW_CODEC: u64 = 0x55;
const SHA2_256: u64 = 0x12;

/// The bytes of a blob as they go by, to see whether they are those of its address.
#[derive(Debug, Default)]
pub(super) struct Address(Sha256);

impl Address {
    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(super) fn is(&self, cid: &str) -> anyhow::Result<bool> {
        let hash = Multihash::wrap(SHA2_256, &self.0.clone().finalize())?;
        Ok(Cid::new_v1(RAW_CODEC, hash).to_string() == cid)
    }
}

/// Gives out a blob of the store piece by piece, one without bytes for an empty one, and checks them against the address.
pub(super) fn read(
    store: &Store,
    cid: &str,
    mut give: impl FnMut(u64, u64, Vec<u8>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let size = store.raw().blob_size(cid)?.unwrap_or_default();
    let (mut address, mut offset) = (Address::default(), 0);
    loop {
        let bytes = store.raw().blob_read_at(cid, offset, PIECE_BYTES)?.unwrap_or_default();
        let length = bytes.len() as u64;
        if length == 0 && offset < size {
            break;
        }
        address.add(&bytes);
        give(size, offset, bytes)?;
        offset += length;
        if offset >= size {
            break;
        }
    }
    if address.is(cid)? {
        return Ok(());
    }
    let (file, reason) = (format!("blobs/{cid}"), "the bytes do not match the address".to_owned());
    Err(Error::from(types::Error::Corrupt(Damage { file, line: None, offset: 0, reason })).into())
}

/// Puts a blob of the store into a folder, under its address; one that is there and right stays. Answers its size.
pub(super) fn put_beside(store: &Store, cid: &str, folder: &Path) -> anyhow::Result<u64> {
    let path = folder.join(cid);
    let size = store.raw().blob_size(cid)?.unwrap_or_default();
    let is_there = fs::symlink_metadata(&path).is_ok_and(|there| there.is_file() && there.len() == size);
    if is_there && is_whole(&path, cid)? {
        return Ok(size);
    }
    target::write(&path, |file| read(store, cid, |_, _, bytes| Ok(file.write_all(&bytes)?)))?;
    Ok(size)
}

fn is_whole(path: &Path, cid: &str) -> anyhow::Result<bool> {
    let mut address = Address::default();
    pieces(path, |bytes| {
        address.add(bytes);
        Ok(())
    })?;
    address.is(cid)
}

/// Takes a blob from a folder.
pub(super) fn take_from_beside(store: &Store, cid: &str, size: u64, folder: &Path) -> anyhow::Result<()> {
    let path = folder.join(cid);
    let (mut address, mut length) = (Address::default(), 0);
    let mut writer = store.raw().blob_writer()?;
    pieces(&path, |bytes| {
        address.add(bytes);
        length += bytes.len() as u64;
        Ok(writer.add(bytes)?)
    })?;
    if length != size || !address.is(cid)? {
        let text = format!("{} has other bytes than its address says", path.display());
        return Err(CliError::Refused(text).into());
    }
    writer.finish()?;
    Ok(())
}

fn pieces(path: &Path, mut give: impl FnMut(&[u8]) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let refuse = |error: io::Error| CliError::Misused(format!("cannot read {}: {error}", path.display()));
    let mut file = File::open(path).map_err(refuse)?;
    let mut piece = vec![0; PIECE_BYTES as usize];
    loop {
        match file.read(&mut piece) {
            Ok(0) => return Ok(()),
            Ok(length) => give(&piece[..length])?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error).with_context(|| path.display().to_string()),
        }
    }
}
