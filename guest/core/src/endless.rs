//! Logs in which no line ends for longer than a call may read, such as a sparse file of a size that no disk has.

use crate::base::layout::{self, LOG, TMP};
use crate::base::line;
use crate::base::log::LogFile;
use crate::engine::Engine;
use crate::error::{Damage, Error, Result};
use crate::files::Handle;
use crate::limits::{CHUNK_BYTES, PASSED_BYTES_MAX};
use crate::space::{self, Shape};
use crate::storage::Storage;
use crate::verify::Report;

impl<S: Storage> Engine<S> {
    /// Moves such logs to `quarantine/`, since they are too long to be copied, and puts the lines before that place back.
    pub(crate) fn move_endless_aside(&mut self, report: &mut Report) -> Result<()> {
        for space in space::ALL.into_iter().filter(|space| space.shape == Shape::Log) {
            for name in layout::list_all(&mut self.files, space)?.names {
                let path = layout::path(space, &name, LOG);
                let Some(file) = self.files.open(&path)? else { continue };
                if self.files.size(&file)? > PASSED_BYTES_MAX
                    && let Some(damage) = self.endless_part(&path)?
                {
                    self.forget();
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

    fn keep_beginning(&mut self, file: &Handle<S::File>, damage: &Damage) -> Result<String> {
        self.files.make_folder(TMP)?;
        let tmp = layout::in_work("log");
        let kept = self.files.create(&tmp)?;
        let (mut at, mut chunk) = (0, Vec::new());
        while at < damage.offset_bytes {
            chunk.clear();
            let rest = usize::try_from(damage.offset_bytes - at).unwrap_or(CHUNK_BYTES);
            self.files.read(file, at, rest.min(CHUNK_BYTES), &mut chunk)?;
            if chunk.is_empty() {
                break;
            }
            self.files.write(&kept, at, &chunk)?;
            at += chunk.len() as u64;
        }
        // ORDER: what stays is durable before the original goes; until the next step it is in tmp/ and in quarantine/.
        self.files.sync(&kept)?;
        let moved = self.move_aside(damage)?;
        self.files.rename(&tmp, &damage.file)?;
        self.files.sync_folder(layout::parent(&damage.file))?;
        Ok(moved)
    }
}
