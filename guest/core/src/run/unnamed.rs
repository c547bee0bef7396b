//! Files that no manifest names: they say what they are.

use super::RunFile;
use super::block::BlockRole;
use super::footer::Footer;
use super::reader::{OTHER_FOOTER, Run, Source, footer_at, read_block, read_footer};
use crate::base::layout;
use crate::error::{Error, Result};

/// A file that nothing names.
#[derive(Debug)]
pub(crate) struct UnnamedRun {
    pub(crate) highest_version: u64,
    /// What it would be named with, or what is wrong with it.
    pub(crate) file: Result<RunFile>,
}

impl UnnamedRun {
    /// Looks at a file of this length by its footer.
    ///
    /// # Errors
    /// `corrupt`: it has no footer, or that of another file. Those of the storage.
    pub(crate) fn find(source: &mut impl Source, number: u64, length_bytes: u64) -> Result<Self> {
        let path = layout::run(number);
        let footer = read_footer(source, &path, length_bytes)?;
        if footer.number != number {
            return Err(Error::corrupt(&path, footer_at(length_bytes), OTHER_FOOTER));
        }
        let file = Self::name(source, &path, footer, length_bytes);
        Ok(Self { highest_version: footer.highest_version, file })
    }

    fn name(source: &mut impl Source, path: &str, footer: Footer, length_bytes: u64) -> Result<RunFile> {
        let top = read_block(source, path, footer.top, BlockRole::Top)?;
        let (number, entries, footer_crc) = (footer.number, footer.entries, footer.crc());
        let (first_key, last_key) = (Vec::new(), top.key(top.count() - 1));
        let mut file =
            RunFile { number, length_bytes, entries, footer_crc, first_key, last_key, has_larger: false };
        let run = Run::open(source, &file)?;
        match run.first_block(source) {
            Ok(block) => file.first_key = block.key(0),
            // It is behind the lowest one of all, and more nobody knows.
            Err(Error::Corrupt(_)) => {}
            Err(error) => return Err(error),
        }
        Ok(file)
    }
}
