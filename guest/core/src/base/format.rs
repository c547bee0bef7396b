//! The file `format`: which version wrote a root, and its geometry.

use super::other_version;
use crate::limits::{
    DIRTY_FILES, JOURNAL_BYTES, LEFT_BYTES, PARTS_DIRTY_FILES, PARTS_JOURNAL_BYTES, RUN_BLOCK_BYTES, RUN_FAN,
    RUN_FILE_BYTES, RUN_PIECE_BYTES, TAIL_BYTES,
};

/// Where a root keeps streams, keys and blobs; `types.layout`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// In the files of the original.
    #[default]
    Plain,
    /// In runs, and blobs over 64 KiB in files.
    Packed,
}

impl Layout {
    /// What the file begins with.
    pub(crate) fn first_line(self) -> &'static str {
        match self {
            Self::Plain => "sx-persist 5 plain\n",
            Self::Packed => "sx-persist 5 packed\n",
        }
    }
}

/// What it holds in a root of format 1.
pub(crate) const FORMAT_1_TEXT: &str = "sx-persist 1 plain\n";

/// Whose a root is, as the file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The original's, or nobody's yet: the file is not there.
    Original,
    /// Format 1's: it may be adopted, or have been adopted and not be marked yet (`engine/adopt.rs`).
    Format1,
    /// This format's.
    Own,
}

/// Bytes of the file that are looked at: more than any version of it has.
pub(crate) const FORMAT_BYTES_MAX: usize = 256;

/// The numbers of the second line, in their order; those at the end may be left out. Each with the least and the usual one, which is the
/// most, too. The shortest journal holds a few commits, the smallest file and block an entry or two.
const NUMBERS: [(&str, u64, u64); 4] = [
    ("journal", 64, JOURNAL_BYTES),
    ("file", 64, RUN_FILE_BYTES),
    ("block", 16, RUN_BLOCK_BYTES as u64),
    ("fan", 2, RUN_FAN as u64),
];

/// When a checkpoint is due, and how large what it writes becomes. A root has its own where `format` says so, so that tests come to
/// every step with few commits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Geometry {
    /// As [`NUMBERS`] has them.
    numbers: [u64; 4],
}

impl Default for Geometry {
    fn default() -> Self {
        Self { numbers: NUMBERS.map(|(_, _, usual)| usual) }
    }
}

impl Geometry {
    /// Reads the file; in the error, why it is none of this version.
    pub(crate) fn parse(text: &[u8]) -> Result<(Layout, Self), &'static str> {
        let own = |layout: Layout| {
            let second = str::from_utf8(text.strip_prefix(layout.first_line().as_bytes())?).ok()?;
            let geometry = if second.is_empty() { Self::default() } else { Self::parse_numbers(second)? };
            Some((layout, geometry))
        };
        let parsed = own(Layout::Plain).or_else(|| own(Layout::Packed));
        parsed.ok_or_else(|| other_version::of_format(text).unwrap_or("not the format of this version"))
    }

    /// What the file holds.
    pub(crate) fn print(self, layout: Layout) -> String {
        let mut text = layout.first_line().to_owned();
        if self != Self::default() {
            let numbers = NUMBERS.into_iter().zip(self.numbers);
            let words: Vec<_> = numbers.map(|((name, ..), number)| format!("{name} {number}")).collect();
            text.push_str(&words.join(" "));
            text.push('\n');
        }
        text
    }

    fn parse_numbers(line: &str) -> Option<Self> {
        let mut geometry = Self::default();
        let mut words = line.strip_suffix('\n')?.split(' ');
        for ((name, least, most), number) in NUMBERS.into_iter().zip(&mut geometry.numbers) {
            let Some(word) = words.next() else { break };
            let digits = words.next().filter(|_| word == name)?;
            *number = digits.parse().ok().filter(|number: &u64| number.to_string() == digits)?;
            if !(least..=most).contains(number) {
                return None;
            }
        }
        words.next().is_none().then_some(geometry)
    }

    fn number(self, at: usize) -> u64 {
        self.numbers.get(at).copied().unwrap_or(u64::MAX)
    }

    /// Bytes of commits before the next one waits for a checkpoint.
    pub(crate) fn journal_bytes(self) -> u64 {
        self.number(0)
    }

    /// Bytes of data from which on a file of a run ends.
    pub(crate) fn file_bytes(self) -> u64 {
        self.number(1)
    }

    /// Bytes of a block of a run.
    pub(crate) fn block_bytes(self) -> usize {
        usize::try_from(self.number(2)).unwrap_or(RUN_BLOCK_BYTES)
    }

    /// Bytes of merges that are worth a write.
    pub(crate) fn merge_bytes(self) -> u64 {
        self.scaled(RUN_PIECE_BYTES as u64, 1)
    }

    /// So many runs of a size become one.
    pub(crate) fn fan(self) -> usize {
        usize::try_from(self.number(3)).unwrap_or(RUN_FAN)
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

    /// Bytes of commits that may stay in the journal of a store that is closed.
    pub(crate) fn left_bytes(self) -> u64 {
        self.scaled(LEFT_BYTES, 128)
    }

    fn scaled(self, usual: u64, least: u64) -> u64 {
        (usual * self.journal_bytes() / JOURNAL_BYTES).max(least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_says_its_layout_and_its_geometry_or_is_refused() {
        for layout in [Layout::Plain, Layout::Packed] {
            let usual = Geometry::default();
            assert_eq!(Geometry::parse(layout.first_line().as_bytes()), Ok((layout, usual)));
            assert_eq!(usual.print(layout), layout.first_line());
            let text = format!("{}journal 1024 file 512 block 64 fan 2\n", layout.first_line());
            let (of, tiny) = Geometry::parse(text.as_bytes()).unwrap();
            assert_eq!((of, tiny.print(of)), (layout, text));
        }
        let (_, tiny) = Geometry::parse(b"sx-persist 5 plain\njournal 1024\n").unwrap();
        assert_eq!((tiny.journal_bytes(), tiny.parts_bytes(), tiny.tail_bytes()), (1_024, 768, 512));
        assert_eq!((tiny.files(), tiny.parts_files()), (8, 6));
        let usual = Geometry::default();
        assert_eq!((usual.files(), usual.parts_files(), usual.tail_bytes()), (1_024, 768, 1 << 20));
        for bad in ["", "sx-persist 5 plain", "sx-persist 5 plain\n\n", "sx-persist 5 plain\njournal 063\n"] {
            assert_eq!(Geometry::parse(bad.as_bytes()), Err("not the format of this version"), "{bad:?}");
        }
        for numbers in [
            "journal 63",
            "journal 0",
            "journal 8388609",
            "journal 64 ",
            "journal 64 file",
            "journal 64 file 63",
            "journal 64 file 16777217",
            "file 64",
            "journal 64 block 16",
            "journal 64 file 64 block 15",
            "journal 64 file 64 block 4097",
            "journal 64 file 64 block 16 fan 1",
            "journal 64 file 64 block 16 fan 9",
            "journal 64 file 64 block 16 fan 2 fan 2",
        ] {
            let text = format!("{}{numbers}\n", Layout::Plain.first_line());
            assert!(Geometry::parse(text.as_bytes()).is_err(), "{numbers}");
        }
        for (version, reason) in [
            (1, "written by format 1, this program reads 5"),
            (2, "written by format 2, this program reads 5"),
            (3, "written by format 3, this program reads 5"),
            (4, "written by format 4, this program reads 5"),
        ] {
            let text = format!("sx-persist {version} plain\n");
            assert_eq!(Geometry::parse(text.as_bytes()), Err(reason));
        }
    }

    #[test]
    fn numbers_that_are_left_out_are_the_usual_ones() {
        let geometry = |numbers: &str| {
            let text = format!("{}{numbers}\n", Layout::Plain.first_line());
            Geometry::parse(text.as_bytes()).unwrap().1.numbers
        };
        let [_, file, block, fan] = Geometry::default().numbers;
        assert_eq!(geometry("journal 64"), [64, file, block, fan]);
        assert_eq!(geometry("journal 64 file 512"), [64, 512, block, fan]);
        assert_eq!(geometry("journal 64 file 512 block 16"), [64, 512, 16, fan]);
        assert_eq!(geometry("journal 64 file 512 block 16 fan 2"), [64, 512, 16, 2]);
    }
}
