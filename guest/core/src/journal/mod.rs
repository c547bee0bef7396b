//! The journal: what has been committed since the last checkpoint (J1 to J7).

pub(crate) mod frame;
pub(crate) mod manifest;
pub(crate) mod read;
pub(crate) mod record;
pub(crate) mod write;

use crate::base::layout::JOURNAL;
use crate::disk::files::Handle;
use crate::error::{Error, Result};
use crate::limits::COUNT_END;
use manifest::Manifest;

/// The journal that counts, as one instance knows it.
#[derive(Debug)]
pub(crate) struct Journal<F> {
    /// Its file; none in a root that has no valid journal yet.
    pub(crate) file: Option<Handle<F>>,
    /// Its number; 0 for none.
    pub(crate) number: u64,
    /// The numbers of all files in `journal/`, rising. A reader has seen these before it read the journal.
    pub(crate) numbers: Vec<u64>,
    /// The last of them, when it was announced and is not the journal yet.
    pub(crate) announced: Option<u64>,
    /// What it says of the base.
    pub(crate) manifest: Manifest,
    /// Where the first commit behind the manifest stands.
    pub(crate) start: u64,
    /// Where the next frame goes.
    pub(crate) end: u64,
    /// The file's size, as far as this instance has written it; zeros stand between the end and here.
    pub(crate) allocated: u64,
    /// The file is known to be synced up to here.
    pub(crate) synced: u64,
    /// As far as that is known, the last commit before that place; what frames say.
    pub(crate) synced_lsn: u64,
    /// The lsn of the next commit.
    pub(crate) next_lsn: u64,
    /// This instance made the file and may go on with it; one that an earlier instance wrote is never continued (J5).
    pub(crate) own: bool,
}

impl<F> Journal<F> {
    pub(crate) fn none(numbers: Vec<u64>) -> Self {
        Self {
            file: None,
            number: 0,
            numbers,
            announced: None,
            manifest: Manifest::default(),
            start: 0,
            end: 0,
            allocated: 0,
            synced: 0,
            synced_lsn: 0,
            next_lsn: 1,
            own: false,
        }
    }

    /// Has it any frames?
    pub(crate) fn has_frames(&self) -> bool {
        self.end > self.start
    }

    /// The number of the journal after it. A file that is there, valid or not, never lends its number again.
    pub(crate) fn next_number(&self) -> Result<u64> {
        let number = self.numbers.last().copied().unwrap_or(0).max(self.number) + 1;
        within_counts(number).map(|()| number)
    }
}

/// Refuses to write a number that would not be read back.
pub(crate) fn within_counts(number: u64) -> Result<()> {
    if number < COUNT_END { Ok(()) } else { Err(Error::TooLarge { limit: COUNT_END - 1, actual: number }) }
}

pub(crate) use read::number_of;

/// The file of a journal.
pub(crate) fn path(number: u64) -> String {
    format!("{JOURNAL}/{number:020}")
}

impl<F> Journal<F> {
    /// The files are in order, and what is synced was written.
    pub(crate) fn check(&self) {
        assert!(self.numbers.is_sorted_by(|low, high| low < high), "the journals are not in order");
        assert!(
            self.announced.is_none_or(|next| next > self.number && self.numbers.last() == Some(&next)),
            "the next journal has no number"
        );
        if self.own {
            assert!(
                self.file.is_some() && self.numbers.contains(&self.number),
                "an own journal without a file"
            );
            assert!(
                frame::HEADER_BYTES as u64 <= self.start
                    && self.start <= self.end
                    && self.end <= self.allocated,
                "the end is no place in it"
            );
            assert!(
                self.synced <= self.end && self.synced_lsn < self.next_lsn,
                "more is synced than there is"
            );
            assert!(self.manifest.lsn < self.next_lsn, "the base holds commits that are to come");
        }
    }
}
