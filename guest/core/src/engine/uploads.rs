//! Blobs that are written in parts.

use crate::codec::sha256::Digest;
use crate::disk::files::{Handle, reserve};
use crate::disk::tmp::{self, TMP};
use crate::engine::{Engine, Opened, Root};
use crate::error::{Error, Failure, Result};
use crate::journal::record::Record;
use crate::keyspace::BLOBS;
use crate::limits::{BLOB_JOURNAL_BYTES_MAX, WRITERS_MAX};
use crate::state::pending::PendingValue;
use crate::state::uploads::Upload;
use crate::storage::Storage;
use std::collections::BTreeSet;

impl<S: Storage> Engine<S> {
    /// Drops an upload: nothing of it stays.
    pub(crate) fn drop_upload(&mut self, id: u32) {
        self.root.drop_upload(id);
    }
}

impl<S: Storage> Opened<'_, S> {
    /// Begins an upload. Answers its number.
    pub(crate) fn begin_upload(&mut self) -> Result<u32> {
        let uploads = &mut self.root.uploads;
        if uploads.open.len() >= WRITERS_MAX {
            return Err(Error::too_large(WRITERS_MAX, WRITERS_MAX + 1));
        }
        let id = uploads.next_id;
        uploads.next_id = id.wrapping_add(1);
        let upload = Upload { hash: self.root.files.hash(), buffer: Vec::new(), file: None, written: 0 };
        uploads.open.insert(id, upload);
        Ok(id)
    }

    /// Adds bytes to an upload. One that fails is gone.
    pub(crate) fn add_to_upload(&mut self, id: u32, bytes: &[u8]) -> Result<()> {
        self.make_room(bytes.len())?;
        let mut upload = self.root.take_upload(id)?;
        let added = self.root.add_bytes(&mut upload, id, bytes);
        match added {
            Ok(()) => drop(self.root.uploads.open.insert(id, upload)),
            Err(_) => self.root.discard(upload),
        }
        added
    }

    /// Puts what was uploaded, as a part of the commit in work. The upload goes on: it may be asked again before the commit is done.
    ///
    /// What has a file is stored before the frames of the commit are written (`store_staged`), and not by this: when the commit
    /// is refused, nothing is to be there.
    pub(crate) fn stage_upload(&mut self, id: u32) -> Result<Digest> {
        let mut upload = self.root.take_upload(id)?;
        let digest = upload.hash.clone().finish();
        let staged = if upload.written == 0 {
            let buffer = std::mem::take(&mut upload.buffer);
            let put = self.put_blob(&digest, &buffer);
            upload.buffer = buffer;
            put
        } else {
            self.stage_file(digest, id)
        };
        self.root.uploads.open.insert(id, upload);
        staged.map(|()| digest)
    }

    fn stage_file(&mut self, digest: Digest, id: u32) -> Result<()> {
        let is_there = match self.state.overlay.value(&BLOBS, &digest) {
            // In the journal it is already.
            Some(PendingValue::Put { .. }) => return Ok(()),
            Some(PendingValue::Removed) => false,
            Some(PendingValue::Present) => true,
            None => self.open_copy(&digest)?.is_some(),
        };
        if !is_there {
            // A removal in the journal must not be done again over the new file; and where there is none, it is no less a commit.
            self.record(&Record::Present { digest })?;
        }
        self.state.transaction.staged.push((digest, Some(id)));
        Ok(())
    }

    /// Takes back what was staged of an address in the commit in work. Answers whether there was something.
    pub(crate) fn unstage(&mut self, digest: &Digest) -> bool {
        let was_staged = self.state.transaction.staged(digest).is_some();
        if was_staged {
            self.state.transaction.staged.push((*digest, None));
        }
        was_staged
    }

    /// Stores the blobs of the commit in work that go past the journal.
    ///
    /// ORDER: before its frames are written, which say of the rest that it is there. One may be there early, never late.
    pub(crate) fn store_staged(&mut self) -> Result<()> {
        let mut seen = BTreeSet::new();
        // The last word on each address counts.
        while let Some((digest, upload)) = self.state.transaction.staged.pop() {
            if seen.insert(digest)
                && let Some(id) = upload
            {
                self.store_upload(digest, id)?;
            }
        }
        Ok(())
    }

    fn store_upload(&mut self, digest: Digest, id: u32) -> Result<()> {
        let mut upload = self.root.take_upload(id)?;
        // Of a file that this instance did not make durable nothing is known (D5).
        let is_durable =
            self.root.uploads.durable.contains(&digest) && self.is_intact(&digest, upload.written)?;
        if !is_durable {
            // None when an attempt before this one has stored it, and what then made room for the commit has removed it again.
            let file = upload.file.take().ok_or_else(failed)?;
            let stored = self.store_large(&digest, |_| Ok(file));
            self.root.close_on_failure(stored)?;
            self.root.uploads.remember_durable(digest);
        }
        self.root.uploads.open.insert(id, upload);
        Ok(())
    }

    /// Puts what was uploaded.
    pub(crate) fn finish_upload(&mut self, id: u32) -> Result<Digest> {
        // Before the writer gives up its file, which a checkpoint would remove.
        self.ensure_owned()?;
        if let Some(upload) = self.root.uploads.open.get(&id).filter(|upload| upload.file.is_some()) {
            let digest = upload.hash.clone().finish();
            self.settle_removal(&digest)?;
        }
        let upload = self.root.take_upload(id)?;
        let digest = upload.hash.finish();
        let Some(file) = upload.file else {
            return self.write(|engine| engine.put_blob(&digest, &upload.buffer)).map(|()| digest);
        };
        let tmp = file.path().to_owned();
        self.put_large(digest, |engine| engine.is_intact(&digest, upload.written), |_| Ok(file))?;
        // Still there when the blob was already in the store.
        self.root.files.remove(&tmp)?;
        Ok(digest)
    }
}

/// Of a writer that is gone.
fn failed() -> Error {
    Error::Closed(Failure { step: "write", file: TMP.to_owned(), code: "failed" })
}

impl<S: Storage> Root<S> {
    fn drop_upload(&mut self, id: u32) {
        if let Some(upload) = self.uploads.open.remove(&id) {
            self.discard(upload);
        }
    }

    fn take_upload(&mut self, id: u32) -> Result<Upload<S::File>> {
        self.uploads.open.remove(&id).ok_or_else(failed)
    }

    fn add_bytes(&mut self, upload: &mut Upload<S::File>, id: u32, bytes: &[u8]) -> Result<()> {
        upload.hash.update(bytes);
        if upload.file.is_none() && upload.buffer.len() + bytes.len() <= BLOB_JOURNAL_BYTES_MAX {
            reserve(&mut upload.buffer, bytes.len())?;
            upload.buffer.extend_from_slice(bytes);
            return Ok(());
        }
        self.files.check_room(upload.buffer.len() + bytes.len(), TMP)?;
        let file = if let Some(file) = upload.file.take() {
            file
        } else {
            let file = self.create_in_tmp(&format!("writer-{id}"))?;
            self.files.write(&file, 0, &upload.buffer)?;
            upload.written = upload.buffer.len() as u64;
            upload.buffer = Vec::new();
            file
        };
        let outcome = self.files.write(&file, upload.written, bytes);
        upload.written += bytes.len() as u64;
        upload.file = Some(file);
        outcome
    }

    fn discard(&mut self, upload: Upload<S::File>) {
        if let Some(file) = upload.file {
            // What cannot be removed now is removed by the next checkpoint.
            let _ = self.files.remove(file.path());
        }
    }

    pub(super) fn create_in_tmp(&mut self, name: &str) -> Result<Handle<S::File>> {
        self.files.make_folder(TMP)?;
        self.files.create(&tmp::path(name))
    }
}
