//! Logs in which no line ends for longer than a call may read, such as a sparse file of a size that no disk has.

use crate::base::layout::{self, LOG, QUARANTINE};
use crate::base::line;
use crate::base::log_file::LogFile;
use crate::disk::files::Handle;
use crate::engine::Root;
use crate::engine::report::Report;
use crate::error::{Damage, Error, Result};
use crate::keyspace::{self, Shape};
use crate::limits::PASSED_BYTES_MAX;
use crate::storage::Storage;
use std::collections::BTreeSet;

/// Behind the path of such a log in `quarantine/`, until the lines before the damage are back.
const BEGINNING: &str = ".beginning";

const INTERRUPTED: &str = "moved by a repair that did not end";

impl<S: Storage> Root<S> {
    /// Moves such logs to `quarantine/`, since they are too long to be copied, and puts the lines before that place back.
    pub(crate) fn move_endless_aside(&mut self, report: &mut Report) -> Result<()> {
        for keyspace in keyspace::ALL.into_iter().filter(|keyspace| keyspace.shape == Shape::Log) {
            for name in layout::list_all(&mut self.files, keyspace)?.names {
                let path = layout::path(keyspace, &name, LOG);
                let Some(file) = self.files.open(&path)? else { continue };
                if self.files.size(&file)? > PASSED_BYTES_MAX
                    && let Some(damage) = self.endless_part(&path)?
                {
                    self.folders.clear();
                    let moved = self.keep_beginning(&file, &damage)?;
                    report.add(damage, Some(moved));
                }
            }
        }
        Ok(())
    }

    /// Where the last line ends before a part that has none.
    fn endless_part(&mut self, path: &str) -> Result<Option<Damage>> {
        let Some(file) = self.files.open(path)? else { return Ok(None) };
        let size = self.files.size(&file)?;
        let mut lines = LogFile::new(file, size);
        let mut offset = 0;
        loop {
            match lines.line_at(&mut self.files, offset) {
                // Read forward it has an end, that of the file; read backward nobody comes to its beginning.
                Ok(Some(line)) if line.end == size && line.end - line.offset > PASSED_BYTES_MAX => {
                    let (file, offset_bytes) = (path.to_owned(), line.offset);
                    return Ok(Some(Damage {
                        file,
                        line: None,
                        offset_bytes,
                        reason: line::TOO_LONG.into(),
                    }));
                }
                Ok(Some(line)) => offset = line.end,
                Err(Error::Corrupt(damage)) if damage.reason == line::TOO_LONG => {
                    return Ok(Some(Damage { offset_bytes: offset, ..damage }));
                }
                // A last line that has no end the walk through the store finds.
                Ok(None) | Err(Error::Corrupt(_)) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
    }

    /// Puts the lines before the damage in the place of the log, which goes to `quarantine/`.
    fn keep_beginning(&mut self, file: &Handle<S::File>, damage: &Damage) -> Result<String> {
        let (path, folders) = self.enter_quarantine()?;
        let beginning = format!("{path}{BEGINNING}");
        self.copy_part(file, 0..damage.offset_bytes, &beginning)?;
        // ORDER: the beginning is found in quarantine/ before the log goes, by whoever repairs after a crash between the two.
        self.sync_folders(&folders)?;
        self.move_to(&path, folders, damage)?;
        self.files.rename(&beginning, &damage.file)?;
        self.files.sync_folder(layout::parent(&damage.file))?;
        Ok(path)
    }

    /// Ends what a crash left half done: a log that is in `quarantine/`, and so is its beginning still.
    pub(crate) fn put_beginnings_back(&mut self, report: &mut Report) -> Result<()> {
        let names: BTreeSet<_> = self.files.list(QUARANTINE)?.into_iter().map(|entry| entry.name).collect();
        for name in names.iter().filter_map(|name| name.strip_suffix(BEGINNING)) {
            let path = format!("{QUARANTINE}/{name}");
            let Some(log) = self.noted(&path)?.filter(|log| log.ends_with(LOG)) else { continue };
            if names.contains(name) && self.files.open(&log)?.is_none() {
                self.files.rename(&format!("{path}{BEGINNING}"), &log)?;
                self.files.sync_folder(layout::parent(&log))?;
                let damage = Damage { file: log, line: None, offset_bytes: 0, reason: INTERRUPTED.into() };
                report.add(damage, Some(path));
            }
        }
        Ok(())
    }
}
