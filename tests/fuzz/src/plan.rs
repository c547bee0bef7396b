//! What an input stands for: numbers near the edges, names that files can have, and journals with right and wrong checksums.
//!
//! Journals are put together here as docs/format.md says, without the code that they test.

mod encode;
mod journal;
mod later;
mod manifest;
mod newest;
mod records;
mod written;

use arbitrary::{Arbitrary, Result, Unstructured};
pub use journal::{Journal, Laid};
pub use later::Later;
pub use manifest::Manifest;
pub use newest::Newest;
use std::fmt::Write as _;
pub use written::{pending_streams, reseal};

/// A number that is small, huge or near a power of two more often than not.
#[derive(Clone, Copy, Debug)]
pub struct Number(pub u64);

impl<'a> Arbitrary<'a> for Number {
    fn arbitrary(input: &mut Unstructured<'a>) -> Result<Self> {
        let kind = u8::arbitrary(input)?;
        let low = u64::from(kind & 0x1f);
        Ok(Self(match kind >> 5 {
            0..=3 => low,
            4 => u64::MAX - low,
            5 => (1 << 53) - 16 + low,
            6 => 1 << (2 * low),
            _ => u64::arbitrary(input)?,
        }))
    }
}

/// The name of a stream or key: few, so that the parts of an input meet; short, and long enough for a folder or two.
#[derive(Arbitrary, Clone, Copy, Debug)]
#[expect(missing_docs, reason = "each is what its name says")]
pub enum Name {
    Short,
    Other,
    Foreign,
    Folder,
    Folders,
}

impl Name {
    /// The name.
    #[must_use]
    pub fn text(self) -> String {
        match self {
            Self::Short => "s".to_owned(),
            Self::Other => "t".to_owned(),
            Self::Foreign => "\u{e9}/".to_owned(),
            Self::Folder => "a".repeat(126),
            Self::Folders => "b".repeat(250),
        }
    }

    /// Its file in a folder, with a suffix.
    #[must_use]
    pub fn path(self, folder: &str, suffix: &str) -> String {
        path_of(self.text().as_bytes(), folder, suffix)
    }
}

/// The file of a name in a folder, with a suffix, as docs/format.md says.
fn path_of(name: &[u8], folder: &str, suffix: &str) -> String {
    let mut hex = String::new();
    for byte in name {
        let _ = write!(hex, "{byte:02x}");
    }
    if name.len() < 126 {
        return format!("{folder}/{hex}{suffix}");
    }
    let parts: Vec<_> = hex.as_bytes().chunks(240).map(|part| str::from_utf8(part).unwrap()).collect();
    format!("long/{folder}+/{}{suffix}", parts.join("+/"))
}

/// A text that is an event, a value or nothing at all.
#[derive(Arbitrary, Clone, Debug)]
#[expect(missing_docs, reason = "each is what its name says")]
pub enum Text {
    Event(Number),
    EventWithData(Number, u8),
    Value(bool),
    Any(String),
}

impl Text {
    /// The text.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Event(Number(seq)) => format!("{{:seq {seq}}}"),
            Self::EventWithData(Number(seq), length) => {
                format!("{{:data \"{}\" :seq {seq}}}", "x".repeat(usize::from(*length) << 4))
            }
            Self::Value(true) => "nil".to_owned(),
            Self::Value(false) => "[1 2]".to_owned(),
            Self::Any(text) => text.clone(),
        }
    }

    /// The seq that it says, if it is an event.
    #[must_use]
    pub fn seq(&self) -> u64 {
        match self {
            Self::Event(Number(seq)) | Self::EventWithData(Number(seq), _) => *seq,
            _ => 0,
        }
    }
}

/// Prints a plan when what is done with it panics: its bytes say nothing to a person.
#[derive(Debug)]
pub struct Shown<T: std::fmt::Debug>(pub T);

impl<T: std::fmt::Debug> Drop for Shown<T> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("{:?}", self.0);
        }
    }
}

/// What became of some bytes.
#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is what its name says")]
pub enum Fate {
    Whole,
    WholeToo,
    Flipped(u16, u8),
    Cut(u16),
}

impl Fate {
    /// Does nothing, flips a bit, or cuts.
    pub fn befall(self, bytes: &mut Vec<u8>) {
        let place = |at: u16| usize::from(at) % bytes.len().max(1);
        match self {
            Self::Whole | Self::WholeToo => {}
            Self::Flipped(at, bit) => {
                let at = place(at);
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << (bit % 8);
                }
            }
            Self::Cut(at) => bytes.truncate(place(at)),
        }
    }

    fn is_whole(self) -> bool {
        matches!(self, Self::Whole | Self::WholeToo)
    }
}
