//! The lines of an archive as bytes, counted and summed.

use crate::archive::line::{ArchiveLine, End};
use crate::progress::Progress;
use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};
use std::io::{self, Write};

/// An archive that is being written.
pub(super) struct ArchiveWriter<'a> {
    to: &'a mut dyn Write,
    progress: &'a Progress,
    /// What stands before the end.
    end: End,
    hash: Sha256,
    line: Vec<u8>,
}

impl<'a> ArchiveWriter<'a> {
    pub(super) fn new(to: &'a mut dyn Write, progress: &'a Progress) -> Self {
        Self { to, progress, end: End::default(), hash: Sha256::new(), line: Vec::new() }
    }

    pub(super) fn line(&mut self, line: &ArchiveLine) -> io::Result<()> {
        self.write(line)?;
        self.hash.update(&self.line);
        self.end.count(line);
        Ok(())
    }

    /// Writes the end: without it nobody takes this for a whole archive.
    pub(super) fn end(mut self) -> io::Result<()> {
        let sha256 = HEXLOWER.encode(&self.hash.clone().finalize());
        let end = End { sha256, ..self.end.clone() };
        self.write(&ArchiveLine::End(end))
    }

    fn write(&mut self, line: &ArchiveLine) -> io::Result<()> {
        self.line.clear();
        serde_json::to_writer(&mut self.line, line)?;
        self.line.push(b'\n');
        self.to.write_all(&self.line)?;
        self.progress.inc(self.line.len() as u64);
        Ok(())
    }
}
