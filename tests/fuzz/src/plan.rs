//! What an input stands for: numbers near the edges, names that files can have, and journals with right and wrong checksums.
//!
//! Journals are put together here as docs/format.md says, without the code that they test.

mod later;

use arbitrary::{Arbitrary, Result, Unstructured};
pub use later::Later;
use std::fmt::Write as _;

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

    /// Its file in a folder, with a suffix, as docs/format.md says.
    #[must_use]
    pub fn path(self, folder: &str, suffix: &str) -> String {
        let mut hex = String::new();
        for byte in self.text().bytes() {
            let _ = write!(hex, "{byte:02x}");
        }
        if self.text().len() < 126 {
            return format!("{folder}/{hex}{suffix}");
        }
        let parts: Vec<_> = hex.as_bytes().chunks(240).map(|part| str::from_utf8(part).unwrap()).collect();
        format!("long/{folder}+/{}{suffix}", parts.join("+/"))
    }
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

/// A journal.
#[derive(Arbitrary, Clone, Debug)]
pub struct Journal {
    /// Other than 1 more rarely than drawn: then nothing follows the frames.
    first_lsn: Option<Number>,
    header: Fate,
    frames: Vec<Frame>,
    tail: Vec<u8>,
    /// Behind the frames; not drawn with them.
    #[arbitrary(default)]
    later: Vec<Later>,
}

/// A frame of a [`Journal`].
#[derive(Arbitrary, Clone, Debug)]
struct Frame {
    /// None for the one that follows.
    lsn: Option<Number>,
    /// None for the frame's own place, which is what a synced journal says.
    synced: Option<Number>,
    payload: Payload,
    fate: Fate,
}

#[derive(Arbitrary, Clone, Debug)]
enum Payload {
    Records(Record, Vec<Record>),
    Any(Vec<u8>),
}

#[derive(Arbitrary, Clone, Debug)]
enum Record {
    Append(Name, Mark, Vec<Text>),
    Truncate(Name, Mark, Number, Number),
    Mend(Name, Mark),
    Put(Name, Text),
    Remove(Name),
    PutBlob(Vec<u8>),
    Present([u8; 2]),
    Rewritten(Vec<(Name, Number, u32)>),
}

/// What a record says of a log's file. Mostly what a new log has.
#[derive(Arbitrary, Clone, Copy, Debug)]
enum Mark {
    New,
    Old { length: Number, last_seq: Number, last_nth: Number, rising: bool, cut: Number },
}

impl Journal {
    /// The same with frames behind its own.
    #[must_use]
    pub fn with(mut self, later: Vec<Later>) -> Self {
        self.later = later;
        self
    }

    /// Its bytes, in the journal of this number.
    #[must_use]
    pub fn bytes(&self, number: u64) -> Vec<u8> {
        let first_lsn = self.first_lsn.map_or(1, |lsn| lsn.0);
        let mut bytes = b"sxpjrnl\x01".to_vec();
        bytes.extend([number, first_lsn].into_iter().flat_map(u64::to_le_bytes));
        bytes.extend([0; 4]);
        bytes.extend(crc32c::crc32c(&bytes).to_le_bytes());
        if !self.header.is_whole() {
            self.header.befall(&mut bytes);
            bytes.resize(32, 0);
        }
        let mut next_lsn = first_lsn;
        for frame in &self.frames {
            let lsn = frame.lsn.map_or(next_lsn, |lsn| lsn.0);
            bytes.extend(frame.bytes(number, lsn, bytes.len() as u64));
            next_lsn = lsn.wrapping_add(1);
        }
        for later in &self.later {
            bytes.extend(later.bytes(number, next_lsn, bytes.len() as u64));
            next_lsn = next_lsn.wrapping_add(1);
        }
        bytes.extend(&self.tail);
        bytes
    }

    /// The payloads, when this journal is one that the store may have written.
    #[must_use]
    pub fn honest_payloads(&self) -> Option<Vec<Vec<u8>>> {
        let is_honest = self.first_lsn.is_none_or(|lsn| (1..1 << 53).contains(&lsn.0))
            && self.header.is_whole()
            && self.tail.iter().all(|byte| *byte == 0)
            && self.frames.iter().all(Frame::is_honest)
            && self.later.iter().all(Later::is_honest);
        let payloads = self.frames.iter().map(|frame| frame.payload.bytes());
        is_honest.then(|| payloads.chain(self.later.iter().map(Later::payload)).collect())
    }
}

impl Frame {
    fn is_honest(&self) -> bool {
        self.lsn.is_none()
            && self.synced.is_none_or(|synced| synced.0 == 0)
            && self.fate.is_whole()
            && self.payload.is_honest()
    }

    fn bytes(&self, number: u64, lsn: u64, at: u64) -> Vec<u8> {
        let synced = self.synced.map_or(at, |synced| synced.0);
        frame(number, lsn, synced, &self.payload.bytes(), self.fate)
    }
}

fn frame(number: u64, lsn: u64, synced: u64, payload: &[u8], fate: Fate) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_le_bytes();
    let fields = [lsn.to_le_bytes(), synced.to_le_bytes()].concat();
    let crc =
        [&number.to_le_bytes()[..], &length, &fields, payload].into_iter().fold(0, crc32c::crc32c_append);
    let mut bytes = [&length[..], &crc.to_le_bytes(), &fields, payload].concat();
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    let whole = bytes.len();
    fate.befall(&mut bytes);
    bytes.resize(whole, 0);
    bytes
}

impl Payload {
    fn is_honest(&self) -> bool {
        let Self::Records(first, more) = self else { return false };
        std::iter::once(first).chain(more).all(Record::is_honest)
    }

    fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        match self {
            Self::Records(first, more) => {
                std::iter::once(first).chain(more).for_each(|record| record.write(&mut out));
            }
            Self::Any(bytes) => out.extend(bytes),
        }
        out
    }
}

impl Record {
    fn is_honest(&self) -> bool {
        match self {
            Self::Append(_, mark, _) | Self::Mend(_, mark) => mark.is_honest(),
            Self::Truncate(_, mark, _, dropped) => mark.is_honest() && is_count(*dropped),
            _ => true,
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Append(name, mark, events) => {
                head(1, 1, *name, out);
                mark.write(out);
                leb128(events.len() as u64, out);
                for event in events {
                    leb128(event.seq(), out);
                    text(event.text().as_bytes(), out);
                }
            }
            Self::Truncate(name, mark, upto, dropped) => {
                head(2, 1, *name, out);
                mark.write(out);
                leb128(upto.0, out);
                leb128(dropped.0, out);
            }
            Self::Mend(name, mark) => {
                head(3, 1, *name, out);
                mark.write(out);
            }
            Self::Put(name, value) => {
                head(4, 2, *name, out);
                text(value.text().as_bytes(), out);
            }
            Self::Remove(name) => head(5, 2, *name, out),
            Self::PutBlob(bytes) => {
                // Under an address that need not be theirs.
                out.extend([4, 3]);
                text(&[7; 32], out);
                text(bytes, out);
            }
            Self::Present(digest) => {
                out.extend([6, 3]);
                text(&[digest[0]; 32], out);
            }
            Self::Rewritten(logs) => {
                out.push(7);
                leb128(logs.len() as u64, out);
                for (name, length, crc) in logs {
                    out.push(1);
                    text(name.text().as_bytes(), out);
                    leb128(length.0, out);
                    leb128(u64::from(*crc), out);
                }
            }
        }
    }
}

/// No count in a store goes as far as 2^62.
fn is_count(number: Number) -> bool {
    number.0 < 1 << 62
}

impl Mark {
    fn is_honest(self) -> bool {
        match self {
            Self::New => true,
            Self::Old { length, last_nth, cut, .. } => [length, last_nth, cut].into_iter().all(is_count),
        }
    }

    fn write(self, out: &mut Vec<u8>) {
        let numbers = match self {
            Self::New => [0, 0, 0, 1, 0],
            Self::Old { length, last_seq, last_nth, rising, cut } => {
                [length.0, last_seq.0, last_nth.0, u64::from(rising), cut.0]
            }
        };
        for number in numbers {
            leb128(number, out);
        }
    }
}

fn head(kind: u8, space: u8, name: Name, out: &mut Vec<u8>) {
    out.extend([kind, space]);
    text(name.text().as_bytes(), out);
}

fn text(bytes: &[u8], out: &mut Vec<u8>) {
    leb128(bytes.len() as u64, out);
    out.extend(bytes);
}

fn leb128(number: u64, out: &mut Vec<u8>) {
    let mut rest = number;
    while rest >= 0x80 {
        out.push(u8::try_from(rest & 0x7f).unwrap() | 0x80);
        rest >>= 7;
    }
    out.push(u8::try_from(rest).unwrap());
}
