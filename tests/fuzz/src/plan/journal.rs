//! A journal: its header, its manifest, and the frames behind it.

use super::encode::{Mark, Marked, Place, frame, head, is_count, leb128, log_head, position, text};
use super::{Fate, Later, Manifest, Name, Newest, Number, Text};
use arbitrary::Arbitrary;

/// A journal.
#[derive(Arbitrary, Clone, Debug)]
pub struct Journal {
    /// That of the manifest, as the header says it. None for that of a new root.
    first_lsn: Option<Number>,
    header: Fate,
    frames: Vec<Frame>,
    tail: Vec<u8>,
    /// Behind the frames; not drawn with them. So are those below.
    #[arbitrary(default)]
    later: Vec<Later>,
    #[arbitrary(default)]
    manifest: Manifest,
    #[arbitrary(default)]
    newest: Vec<Newest>,
}

/// A frame of a [`Journal`].
#[derive(Arbitrary, Clone, Debug)]
struct Frame {
    /// None for the one that is due.
    lsn: Option<Number>,
    /// None for the commit before the frame, which is what a synced journal says.
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
    DropDamaged(Name, Mark),
    Put(Name, Text),
    Remove(Name),
    PutBlob(Vec<u8>),
    Present([u8; 2]),
    /// Its fields are what an older format had at this place.
    Position(Vec<(Name, Number, u32)>),
}

/// The bytes of a journal, and what they are.
#[derive(Clone, Debug)]
pub struct Laid {
    /// All of them.
    pub bytes: Vec<u8>,
    /// Where the first frame behind the manifest stands.
    pub start: usize,
    /// The lsns and payloads of the frames behind it.
    pub frames: Vec<(u64, Vec<u8>)>,
}

impl Journal {
    /// One of a root without commits.
    #[must_use]
    pub fn of_a_new_root() -> Self {
        Self {
            first_lsn: None,
            header: Fate::Whole,
            frames: Vec::new(),
            tail: Vec::new(),
            later: Vec::new(),
            manifest: Manifest::default(),
            newest: Vec::new(),
        }
    }

    /// The same with frames behind its own.
    #[must_use]
    pub fn with(mut self, later: Vec<Later>) -> Self {
        self.later = later;
        self
    }

    /// Says its manifest that frames behind it cannot be torn?
    #[must_use]
    pub fn says_copied(&self) -> bool {
        self.manifest.says_copied()
    }

    /// The same on another base, and with frames behind all others.
    #[must_use]
    pub fn on(mut self, manifest: Manifest, newest: Vec<Newest>) -> Self {
        self.manifest = manifest;
        self.newest = newest;
        self
    }

    /// Its bytes, in the journal of this number.
    #[must_use]
    pub fn laid(&self, number: u64) -> Laid {
        let base_lsn = self.first_lsn.map_or(0, |lsn| lsn.0);
        let mut bytes = [b"sxpjrnl", &[self.manifest.version()][..]].concat();
        bytes.extend([number, base_lsn].into_iter().flat_map(u64::to_le_bytes));
        bytes.extend([0; 4]);
        bytes.extend(crc32c::crc32c(&bytes).to_le_bytes());
        self.header.befall(&mut bytes);
        bytes.resize(1_024, 0);
        bytes.extend(self.manifest.frame(number, base_lsn));
        let mut marked = self.manifest.marked();
        let mut laid = Laid { start: bytes.len(), bytes, frames: Vec::new() };
        let mut last = base_lsn;
        for frame in &self.frames {
            let payload = frame.payload.bytes(&mut marked);
            let due = last.wrapping_add(u64::from(!frame.payload.is_position()));
            last = laid.push(number, due, [frame.lsn, frame.synced], payload, frame.fate);
        }
        for later in &self.later {
            let payload = later.payload(&mut marked);
            last = laid.push(number, last.wrapping_add(1), [None; 2], payload, later.fate());
        }
        for newest in &self.newest {
            let due = last.wrapping_add(u64::from(!newest.is_position()));
            last = laid.push(number, due, newest.numbers(), newest.payload(&mut marked), newest.fate());
        }
        laid.bytes.extend(&self.tail);
        laid
    }

    /// Is this journal one that the store may have written, as far as its reader can tell?
    #[must_use]
    pub fn is_honest(&self) -> bool {
        self.first_lsn.is_none_or(|lsn| lsn.0 < 1 << 53)
            && self.header.is_whole()
            && self.tail.iter().all(|byte| *byte == 0)
            && self.manifest.is_honest()
            && self.frames.iter().all(Frame::is_honest)
            && self.later.iter().all(Later::is_honest)
            && self.newest.iter().all(Newest::is_honest)
    }
}

impl Laid {
    /// Adds a frame, whose lsn and `synced` are what is due unless they are given. Answers its lsn.
    fn push(
        &mut self,
        number: u64,
        due: u64,
        given: [Option<Number>; 2],
        payload: Vec<u8>,
        fate: Fate,
    ) -> u64 {
        let lsn = given[0].map_or(due, |lsn| lsn.0);
        let synced = given[1].map_or(lsn.wrapping_sub(1), |synced| synced.0);
        self.bytes.extend(frame(number, lsn, synced, &payload, fate));
        self.frames.push((lsn, payload));
        lsn
    }
}

impl Frame {
    fn is_honest(&self) -> bool {
        self.lsn.is_none()
            && self.synced.is_none_or(|synced| synced.0 == 0)
            && self.fate.is_whole()
            && self.payload.is_honest()
    }
}

impl Payload {
    fn is_honest(&self) -> bool {
        let Self::Records(first, more) = self else { return false };
        std::iter::once(first).chain(more).all(Record::is_honest)
    }

    /// Is it no commit?
    fn is_position(&self) -> bool {
        matches!(self, Self::Records(Record::Position(_), more) if more.is_empty())
    }

    fn bytes(&self, marked: &mut Marked) -> Vec<u8> {
        let mut out = Vec::new();
        match self {
            Self::Records(first, more) => {
                std::iter::once(first).chain(more).for_each(|record| record.write(marked, &mut out));
            }
            Self::Any(bytes) => out.extend(bytes),
        }
        out
    }
}

impl Record {
    fn is_honest(&self) -> bool {
        match self {
            Self::Append(_, mark, _) | Self::DropDamaged(_, mark) => mark.is_honest(),
            Self::Truncate(_, mark, _, last_nth) => mark.is_honest() && is_count(*last_nth),
            _ => true,
        }
    }

    fn write(&self, marked: &mut Marked, out: &mut Vec<u8>) {
        match self {
            Self::Append(name, mark, events) => {
                log_head(1, &log(*name), *mark, marked, out);
                leb128(events.len() as u64, out);
                for event in events {
                    leb128(event.seq(), out);
                    text(event.text().as_bytes(), out);
                }
            }
            Self::Truncate(name, mark, upto, last_nth) => {
                log_head(2, &log(*name), *mark, marked, out);
                leb128(upto.0, out);
                leb128(last_nth.0, out);
                out.push(1);
            }
            Self::DropDamaged(name, mark) => log_head(3, &log(*name), *mark, marked, out),
            Self::Put(name, value) => {
                head(4, &key(*name), out);
                text(value.text().as_bytes(), out);
            }
            Self::Remove(name) => head(5, &key(*name), out),
            Self::PutBlob(bytes) => {
                // Under an address that need not be theirs.
                head(4, &(3, vec![7; 32]), out);
                text(bytes, out);
            }
            Self::Present(digest) => head(6, &(3, vec![digest[0]; 32]), out),
            Self::Position(parts) => {
                let mut bytes = Vec::new();
                for (_, number, more) in parts {
                    leb128(number.0, &mut bytes);
                    leb128(u64::from(*more), &mut bytes);
                }
                position(&bytes, out);
            }
        }
    }
}

fn log(name: Name) -> Place {
    (1, name.text().into_bytes())
}

fn key(name: Name) -> Place {
    (2, name.text().into_bytes())
}
