//! Every kind of damage to every part of a file.

use super::parts::{self, Part};
use super::root::Root;
use crate::contents::{bytes, put};
use std::fmt;
use sx_persist_core::memory::Memory;
use sx_persist_core::storage::Storage as _;

/// What is done to a file.
enum Change {
    /// Other bytes stand at the place.
    Overwrite(Vec<u8>),
    /// It ends at the place.
    Cut,
    /// It goes on at its end.
    Longer,
    Replace(Vec<u8>),
    Remove,
}

/// Damage to one file.
pub(super) struct Damage {
    pub(super) path: String,
    /// The part that it is in, and what was done to it.
    pub(super) part: &'static str,
    pub(super) kind: &'static str,
    at: usize,
    change: Change,
}

impl fmt::Debug for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} of {} at {}", self.path, self.kind, self.part, self.at)
    }
}

impl Damage {
    /// What becomes of a file that is whole; none where it goes.
    fn bytes(&self, good: &[u8]) -> Option<Vec<u8>> {
        let mut bad = good.to_vec();
        match &self.change {
            Change::Overwrite(with) => bad[self.at..self.at + with.len()].copy_from_slice(with),
            Change::Cut => bad.truncate(self.at),
            Change::Longer => bad.extend_from_slice(b"behind its end"),
            Change::Replace(with) => bad.clone_from(with),
            Change::Remove => return None,
        }
        Some(bad)
    }

    pub(super) fn apply(&self, disk: &mut Memory) {
        match self.bytes(&bytes(disk, &self.path)) {
            Some(bad) => put(disk, &self.path, &bad),
            None => disk.remove(&self.path).unwrap(),
        }
    }

    /// The folder of its file, or that file.
    pub(super) fn folder(&self) -> &str {
        self.path.split('/').next().unwrap_or_default()
    }

    /// Is it one of the files that the original has, too?
    pub(super) fn is_in_plain_file(&self) -> bool {
        !["runs", "journal", "format"].contains(&self.folder())
    }

    /// Is it one of the files in which commits stand, of which an end may be lost without a trace (J4)?
    pub(super) fn is_in_journal(&self) -> bool {
        self.path.starts_with("journal/")
    }
}

/// Damages one file.
struct Damaging<'a> {
    path: &'a str,
    good: &'a [u8],
    is_exhaustive: bool,
    found: Vec<Damage>,
}

impl Damaging<'_> {
    fn add(&mut self, part: &'static str, kind: &'static str, at: usize, change: Change) {
        let is_none = match &change {
            Change::Overwrite(with) => self.good[at..at + with.len()] == **with,
            Change::Replace(with) => *self.good == **with,
            Change::Cut | Change::Longer | Change::Remove => false,
        };
        if !is_none {
            self.found.push(Damage { path: self.path.to_owned(), part, kind, at, change });
        }
    }

    /// The bytes of a part that are looked at: all, or some from its beginning to its end.
    fn places(&self, part: &Part) -> Vec<usize> {
        let (start, end) = (part.1.start, part.1.end);
        if self.is_exhaustive && !["header rest", "zeros"].contains(&part.0) {
            return part.1.clone().collect();
        }
        let mut places = vec![start, usize::midpoint(start, end), end - 1];
        places.dedup();
        places
    }

    fn damage_part(&mut self, part: &Part, others: &[&[u8]]) {
        let (name, range) = part;
        for at in self.places(part) {
            self.add(name, "bit", at, Change::Overwrite(vec![self.good[at] ^ 1 << (at % 8)]));
            self.add(name, "cut", at, Change::Cut);
        }
        self.add(name, "zeros", range.start, Change::Overwrite(vec![0; range.len()]));
        for other in others {
            let with = other[..range.len().min(other.len())].to_vec();
            self.add(name, "another", range.start, Change::Overwrite(with));
        }
    }

    fn damage_file(&mut self, older: Vec<Vec<u8>>) {
        self.add("file", "empty", 0, Change::Replace(Vec::new()));
        self.add("file", "gone", 0, Change::Remove);
        self.add("file", "zeros", 0, Change::Replace(vec![0; self.good.len()]));
        self.add("file", "longer", self.good.len(), Change::Longer);
        for (at, older) in older.into_iter().enumerate() {
            self.add("file", "older", at, Change::Replace(older));
        }
    }
}

/// The parts of a file that is whole, and the values in it at which entries of others point.
fn parts_of(root: &Root, path: &str) -> Vec<Part> {
    let bytes = &root.files[path];
    match path.split_once('/') {
        _ if path.ends_with("/reserve") || bytes.is_empty() => Vec::new(),
        Some(("runs", number)) => {
            let mut parts = parts::of_run(bytes);
            let places = root.values.iter().filter(|(of, _)| number.parse() == Ok(*of));
            parts.extend(places.map(|(_, place)| ("value", place.clone())));
            parts
        }
        Some(("journal", _)) => parts::of_journal(bytes),
        _ => vec![("text", 0..bytes.len())],
    }
}

/// All damages of a file, but for those by which an end is lost that nothing tells of.
pub(super) fn damages(root: &Root, path: &str, is_exhaustive: bool) -> Vec<Damage> {
    let good = &root.files[path];
    let mut damaging = Damaging { path, good, is_exhaustive, found: Vec::new() };
    for part in parts_of(root, path) {
        damaging.damage_part(&part, &others(root, path, &part));
    }
    damaging.damage_file(older(root, path));
    // Of the plain files some damage cannot be told (docs/format.md, "Damage"): `lost_lines.rs` has what can.
    let is_told = |damage: &Damage| damage.kind == "bit" && !path.ends_with(".seq");
    damaging.found.retain(|damage| !damage.is_in_plain_file() || is_told(damage));
    damaging.found
}

/// Parts of the same name in this file and the next ones.
fn others<'a>(root: &'a Root, path: &str, part: &Part) -> Vec<&'a [u8]> {
    let folder = path.split_inclusive('/').next().unwrap_or_default();
    let mut others = Vec::new();
    for of in root.paths_in(folder).skip_while(|of| *of != path) {
        let bytes = &root.files[of];
        let same = parts_of(root, of).into_iter().filter(|other| other.0 == part.0);
        let behind = same.filter(|(_, range)| of != path || range.start > part.1.start);
        others.extend(behind.take(1).map(|(_, range)| &bytes[range]));
    }
    others.truncate(2);
    others
}

/// What stood under this name before, or under that of an older file of its folder.
fn older(root: &Root, path: &str) -> Vec<Vec<u8>> {
    let before = root.older.get(path).into_iter().flatten();
    let mut older: Vec<_> = before.rev().take(4).cloned().collect();
    if let Some((folder, number)) = path.split_once('/')
        && number.parse::<u64>().is_ok()
    {
        let below = root.older.range(format!("{folder}/")..path.to_owned()).rev();
        older.extend(below.take(2).filter_map(|(_, bytes)| bytes.last().cloned()));
    }
    older
}
