//! A share of everything: one of several parts that a check of the whole store is done in.

use crate::codec::crc32c::crc32c;
use crate::keyspace::Keyspace;
use crate::keyspace::name_range::NameRange;
use crate::run::list::Runs;

/// One of so many parts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Share {
    /// From 0.
    part: u64,
    parts: u64,
}

/// The keys of runs that are a share: those behind the first of these up to the second one, with it.
#[derive(Debug)]
pub(super) struct SharedKeys {
    behind: Option<Vec<u8>>,
    last: Option<Vec<u8>>,
}

impl Share {
    /// Everything.
    pub(crate) const ALL: Self = Self { part: 0, parts: 1 };

    /// One of so many, from 1; none where there is no such part.
    pub(crate) fn new(part: u32, parts: u32) -> Option<Self> {
        (1..=parts).contains(&part).then(|| Self { part: u64::from(part - 1), parts: u64::from(parts) })
    }

    /// Is it the share that has what belongs to none by its name?
    pub(crate) fn is_first(self) -> bool {
        self.part == 0
    }

    /// Does it have what has this name?
    pub(crate) fn has(self, name: &[u8]) -> bool {
        self.has_number(u64::from(crc32c(name)))
    }

    pub(crate) fn has_number(self, number: u64) -> bool {
        number % self.parts == self.part
    }

    /// Its keys of these runs: as many bytes of files end among those of each share, as near as files go.
    pub(super) fn keys(self, runs: &Runs) -> SharedKeys {
        let mut files: Vec<_> = runs.files().map(|file| &file.file).collect();
        files.sort_unstable_by(|a, b| a.last_key.cmp(&b.last_key));
        let total: u128 = files.iter().map(|file| u128::from(file.length_bytes)).sum();
        let end_of = |parts: u64| {
            let due = total * u128::from(parts) / u128::from(self.parts);
            let mut before = 0;
            let found = files.iter().find(|file| {
                before += u128::from(file.length_bytes);
                before >= due
            });
            found.filter(|_| (1..self.parts).contains(&parts)).map(|file| file.last_key.clone())
        };
        SharedKeys { behind: end_of(self.part), last: end_of(self.part + 1) }
    }
}

impl SharedKeys {
    /// Is this key of runs one of them?
    pub(super) fn has(&self, key: &[u8]) -> bool {
        self.behind.as_deref().is_none_or(|behind| key > behind)
            && self.last.as_deref().is_none_or(|last| key <= last)
    }

    /// The names of a table that are among them.
    pub(super) fn names(&self, keyspace: &Keyspace) -> NameRange {
        let mut names = NameRange::default();
        if let Some((id, behind)) = self.behind.as_deref().and_then(<[u8]>::split_first) {
            match keyspace.id.cmp(id) {
                std::cmp::Ordering::Less => names.end_before(&[]),
                std::cmp::Ordering::Equal => names.start_behind(behind),
                std::cmp::Ordering::Greater => {}
            }
        }
        if let Some((id, last)) = self.last.as_deref().and_then(<[u8]>::split_first) {
            match keyspace.id.cmp(id) {
                std::cmp::Ordering::Less => {}
                std::cmp::Ordering::Equal => names.end_before(&[last, &[0]].concat()),
                std::cmp::Ordering::Greater => names.end_before(&[]),
            }
        }
        names
    }
}
