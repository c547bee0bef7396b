//! Is an archive whole? Its end says what stands before it.

use crate::archive::line::{ArchiveLine, End, LINE_BYTES_MAX};
use crate::exit::CliError;
use crate::import;
use crate::lines::{Line, Lines};
use crate::progress::Source;
use crate::value;
use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};
use std::path::Path;

const END: &[u8] = b"{\"end\":";

/// Lines as they go by, and their sum.
#[derive(Debug, Default)]
pub(super) struct Sum {
    hash: Sha256,
    pub(super) lines: u64,
    is_ended: bool,
}

impl Sum {
    /// Takes a line. That which is the end is compared with those before it.
    pub(super) fn add(&mut self, line: &[u8]) -> Result<(), CliError> {
        if self.is_ended {
            return if line.is_empty() { Ok(()) } else { Err(refused("something stands behind the end")) };
        }
        if !line.starts_with(END) {
            self.hash.update(line);
            self.hash.update(b"\n");
            self.lines += 1;
            return Ok(());
        }
        let cut = |_| CliError::Refused("the archive is cut off in its last line".to_owned());
        let ArchiveLine::End(End { lines, sha256, .. }) =
            value::parse_json(&import::text(line.to_owned())?).map_err(cut)?
        else {
            return Err(refused("its end is none"));
        };
        if lines != self.lines {
            return Err(CliError::Refused(format!(
                "the archive is damaged: its end counts {lines} lines, and there are {}",
                self.lines
            )));
        }
        if HEXLOWER.encode(&self.hash.clone().finalize()) != sha256 {
            return Err(refused("its checksum is another one"));
        }
        self.is_ended = true;
        Ok(())
    }

    /// To be asked for behind the last line.
    pub(super) fn finish(&self) -> Result<(), CliError> {
        if self.is_ended {
            return Ok(());
        }
        Err(CliError::Refused("the archive is cut off: it has no end".to_owned()))
    }
}

/// Reads a file to its end, so that nothing is taken from one that is damaged.
pub(super) fn check(file: &Path) -> anyhow::Result<()> {
    let mut sum = Sum::default();
    for line in Lines::new(Source::open(file)?, LINE_BYTES_MAX) {
        match line? {
            Line::Whole(line) => sum.add(&line)?,
            Line::TooLong(bytes) => return Err(import::too_long(bytes, LINE_BYTES_MAX).into()),
        }
    }
    Ok(sum.finish()?)
}

fn refused(what: &str) -> CliError {
    CliError::Refused(format!("the archive is damaged: {what}"))
}
