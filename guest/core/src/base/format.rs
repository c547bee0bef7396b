//! The file `format`: which version wrote a root, and its geometry.

use super::other_version;
use crate::limits::{DIRTY_FILES, JOURNAL_BYTES, PARTS_DIRTY_FILES, PARTS_JOURNAL_BYTES, TAIL_BYTES};

/// What the file holds where the geometry is the usual one.
pub(crate) const FORMAT_TEXT: &str = "sx-persist 2 plain\n";

/// Bytes of the file that are looked at: more than any version of it has.
pub(crate) const FORMAT_BYTES_MAX: usize = 256;

/// The shortest journal: one that holds a few commits.
const JOURNAL_BYTES_MIN: u64 = 64;

/// When a checkpoint is due. A root has its own where `format` says so, so that tests come to every step with few commits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Geometry {
    journal_bytes: u64,
}

impl Default for Geometry {
    fn default() -> Self {
        Self { journal_bytes: JOURNAL_BYTES }
    }
}

impl Geometry {
    /// Reads the file; in the error, why it is none of this version.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, &'static str> {
        let own = || {
            let second = str::from_utf8(text.strip_prefix(FORMAT_TEXT.as_bytes())?).ok()?;
            if second.is_empty() {
                return Some(Self::default());
            }
            let digits = second.strip_prefix("journal ")?.strip_suffix('\n')?;
            let journal_bytes = digits.parse().ok().filter(|bytes: &u64| bytes.to_string() == digits)?;
            (JOURNAL_BYTES_MIN..=JOURNAL_BYTES).contains(&journal_bytes).then_some(Self { journal_bytes })
        };
        own().ok_or_else(|| other_version::of_format(text).unwrap_or("not the format of this version"))
    }

    /// Bytes of commits before the next one waits for a checkpoint.
    pub(crate) fn journal_bytes(self) -> u64 {
        self.journal_bytes
    }

    /// Base files that may wait before the next commit does.
    pub(crate) fn files(self) -> u64 {
        self.scaled(DIRTY_FILES, 8)
    }

    /// Bytes of commits from which on parts of a checkpoint are done.
    pub(crate) fn parts_bytes(self) -> u64 {
        self.scaled(PARTS_JOURNAL_BYTES, 1)
    }

    /// Base files from which on they are.
    pub(crate) fn parts_files(self) -> u64 {
        self.scaled(PARTS_DIRTY_FILES, 6)
    }

    /// Bytes of commits that may come while a checkpoint is going on.
    pub(crate) fn tail_bytes(self) -> u64 {
        self.scaled(TAIL_BYTES, 512)
    }

    fn scaled(self, usual: u64, least: u64) -> u64 {
        (usual * self.journal_bytes / JOURNAL_BYTES).max(least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_says_its_geometry_or_is_refused() {
        assert_eq!(Geometry::parse(FORMAT_TEXT.as_bytes()), Ok(Geometry::default()));
        let tiny = Geometry::parse(b"sx-persist 2 plain\njournal 1024\n").unwrap();
        assert_eq!((tiny.journal_bytes(), tiny.parts_bytes(), tiny.tail_bytes()), (1_024, 768, 512));
        assert_eq!((tiny.files(), tiny.parts_files()), (8, 6));
        let usual = Geometry::default();
        assert_eq!((usual.files(), usual.parts_files(), usual.tail_bytes()), (1_024, 768, 1 << 20));
        for bad in ["", "sx-persist 2 plain", "sx-persist 2 plain\n\n", "sx-persist 2 plain\njournal 063\n"] {
            assert_eq!(Geometry::parse(bad.as_bytes()), Err("not the format of this version"), "{bad:?}");
        }
        for number in [0, 63, JOURNAL_BYTES + 1] {
            assert!(Geometry::parse(format!("sx-persist 2 plain\njournal {number}\n").as_bytes()).is_err());
        }
        assert_eq!(
            Geometry::parse(b"sx-persist 1 plain\n"),
            Err("written by format 1, this program reads 2")
        );
    }
}
