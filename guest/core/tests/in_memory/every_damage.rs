//! Every kind of damage to every part of every file of small roots of both layouts: what is answered until `repair`, what that says and
//! keeps, and that the store goes on.
//!
//! `SX_PERSIST_DAMAGE=1 cargo test --release -p sx-persist-core --test in_memory every_damage` changes and cuts at each byte, which takes
//! an hour; with another number it is one in so many.

mod answers;
mod content;
mod kinds;
mod left;
mod parts;
mod root;

use crate::any_disk::{Engine, engine_on};
use crate::contents::{Files, files};
use crate::written::settle;
use answers::Answers;
use content::Writes;
use kinds::{Damage, damages};
use left::{Left, Told};
use root::{Plan, Root};
use std::collections::BTreeMap;
use sx_persist_core::memory::Memory;
use sx_persist_core::{Error, Layout, Report};

/// A root that was damaged, and what was said of it.
struct Case<'a> {
    root: &'a Root,
    damage: &'a Damage,
    disk: Memory,
    /// The answers of the damaged root.
    before: Answers,
    /// Those that it may have had: commits in the journal may be lost.
    rights: Vec<&'a Answers>,
}

/// What each of the two roots of a layout is tried with, where it is not all.
const KINDS: [&[&str]; 2] = [&["bit", "zeros", "gone", "older"], &["cut", "another", "empty", "longer"]];

/// Tries a root of this plan with damages of these kinds to each part of its files, or with one in so many of all that there are.
fn try_all(plan: Plan, kinds: &[&str]) {
    let root = Root::new(plan);
    let one_in = std::env::var("SX_PERSIST_DAMAGE").ok().map(|text| text.parse().unwrap());
    let all = root.files.keys().flat_map(|path| damages(&root, path, one_in.is_some()));
    if let Some(one_in) = one_in {
        return all.step_by(one_in).for_each(|damage| check(&root, &damage));
    }
    let mut found = BTreeMap::<_, Vec<_>>::new();
    // The other root of a layout has no frames.
    for damage in all.filter(|damage| kinds.contains(&damage.kind) || damage.part.starts_with("frame")) {
        found.entry((damage.folder().to_owned(), damage.part, damage.kind)).or_default().push(damage);
    }
    assert!(found.len() > 30, "{plan:?}: {}", found.len());
    for (nth, damages) in found.values().enumerate() {
        // Now in one file, now in another.
        let first = nth * 7 % damages.len();
        damages[first..].iter().step_by(100).for_each(|damage| check(&root, damage));
    }
}

#[test]
fn a_plain_root_with_commits_in_its_journal() {
    try_all(Plan { layout: Layout::Plain, has_frames: true, is_merging: false }, KINDS[0]);
}

#[test]
fn a_plain_root_whose_runs_are_being_merged() {
    try_all(Plan { layout: Layout::Plain, has_frames: false, is_merging: true }, KINDS[1]);
}

#[test]
fn a_packed_root_with_commits_in_its_journal_whose_runs_are_being_merged() {
    try_all(Plan { layout: Layout::Packed, has_frames: true, is_merging: true }, KINDS[1]);
}

#[test]
fn a_packed_root_that_is_closed() {
    try_all(Plan { layout: Layout::Packed, has_frames: false, is_merging: false }, KINDS[0]);
}

fn check(root: &Root, damage: &Damage) {
    let mut disk = root.disk();
    damage.apply(&mut disk);
    let verified = match engine_on(disk.clone()).verify() {
        Err(Error::Corrupt(found)) => return check_other_version(&disk, &found.reason),
        verified => verified.unwrap(),
    };
    let before = Answers::of(&mut engine_on(disk.clone()));
    // Of a journal that ends before nobody knows it.
    let oldest = if damage.is_in_journal() { 0 } else { root.states.len() - 1 };
    let mut wrong = Vec::new();
    let fits = |right: &&Answers| before.is_right_or_corrupt(right).map_err(|why| wrong.push(why)).is_ok();
    let rights: Vec<_> = root.states[oldest..].iter().filter(fits).collect();
    assert!(!rights.is_empty(), "{damage:?}: {}", wrong.last().unwrap());
    assert!(verified.damaged > 0 || !before.has_damage(), "{damage:?}: verify finds nothing");
    Case { root, damage, disk, before, rights }.check(&verified);
}

/// What another version seems to have written is refused by everything, and stays.
fn check_other_version(disk: &Memory, reason: &str) {
    assert!(reason.contains("this program reads"), "{reason}");
    let before = files(disk);
    let repaired = engine_on(disk.clone()).repair();
    assert!(matches!(&repaired, Err(Error::Corrupt(found)) if found.reason == reason), "{repaired:?}");
    assert!(files(disk) == before, "{reason}");
    let answers = Answers::of(&mut engine_on(disk.clone()));
    assert!(answers.values.values().all(Option::is_none), "{reason}");
}

impl Case<'_> {
    fn check(&self, verified: &Report) {
        let damage = self.damage;
        let damaged = files(&self.disk);
        let mut engine = engine_on(self.disk.clone());
        let report = engine.repair().unwrap_or_else(|error| panic!("{damage:?}: {error}"));
        self.check_report(verified, &report, &damaged);
        assert_eq!(engine.verify().unwrap().findings, [], "{damage:?}: behind {report:?}");
        let after = Answers::of(&mut engine);
        after.check_fit(damage);
        let left =
            Left { before: &self.before, after: &after, ever: &self.root.ever, told: self.told(&report) };
        let why = self.rights.iter().map(|right| left.check(right)).reduce(Result::or);
        assert_eq!(why, Some(Ok(())), "{damage:?}: behind {report:?}");
        let mut engine = engine_on(self.disk.clone());
        let again = engine.repair().unwrap();
        assert_eq!((again.damaged, again.findings), (0, Vec::new()), "{damage:?}: behind {report:?}");
        assert_eq!(Answers::of(&mut engine), after, "{damage:?}");
        self.check_goes_on(&mut engine);
    }

    fn told(&self, report: &Report) -> Told {
        let says = |what: &str| report.findings.iter().any(|found| found.damage.reason.contains(what));
        Told {
            // Damage elsewhere costs commits in the journal and nothing else.
            may_be_lost: !self.damage.is_in_journal() && self.damage.path != "format",
            may_be_back: says("keys that were removed may be back"),
            may_be_older: says("older values of them may be back"),
        }
    }

    /// What `verify` finds `repair` names, and what it sets aside stands there byte for byte.
    fn check_report(&self, verified: &Report, report: &Report, damaged: &Files) {
        let damage = self.damage;
        assert!(report.damaged == 0 || verified.damaged > 0, "{damage:?}: {report:?}");
        // A value that a commit of the journal replaces is nobody's when that is carried.
        let has_damage = self.before.has_damage();
        assert!(report.damaged > 0 || !has_damage, "{damage:?}: {verified:?}");
        for found in verified.findings.iter().filter(|_| has_damage) {
            let file = &found.damage.file;
            let is_named = report.findings.iter().any(|named| named.damage.file == *file);
            assert!(is_named, "{damage:?}: {file} is not in {report:?}");
        }
        let pieces = self.pieces(damaged);
        for found in &report.findings {
            let Some(bad) = damaged.get(&damage.path).filter(|_| found.damage.file == damage.path) else {
                continue;
            };
            let Some(path) = &found.set_aside else {
                assert!(bad.is_empty(), "{damage:?}: {found:?} is not set aside");
                continue;
            };
            let (file, piece) = &pieces[path];
            // Nothing of the store stands behind the end of a run. Of a plain file it is the part.
            let end = bad.len().min(self.root.files[&damage.path].len());
            let is_whole = *piece == *bad || *piece == bad[..end];
            if *file != damage.path {
                // A value: beside the entry that points at it there is a copy of what stands in its place.
                let is_there = usize::try_from(found.damage.offset_bytes).unwrap() < bad.len();
                let is_kept = pieces.values().any(|(file, piece)| *file == damage.path && !piece.is_empty());
                assert!(is_kept || !is_there, "{damage:?}: nothing of {found:?} is kept");
            } else if !damage.is_in_plain_file() {
                assert!(is_whole, "{damage:?}: not all is kept of {found:?}");
            }
        }
    }

    /// What stands in quarantine, with the files that it is from: byte for byte what was damaged.
    fn pieces(&self, damaged: &Files) -> BTreeMap<String, (String, Vec<u8>)> {
        let after = files(&self.disk);
        let mut pieces = BTreeMap::new();
        for (path, note) in after.iter().filter(|(path, _)| path.starts_with("quarantine/")) {
            let Some(path) = path.strip_suffix(".note") else { continue };
            let note = sx::parse(std::str::from_utf8(note).unwrap()).unwrap();
            let number = |name| usize::try_from(note.get(name).unwrap().as_int().unwrap()).unwrap();
            let (offset, length) = (number("offset"), number("length"));
            let file = note.get("file").unwrap().as_str().unwrap();
            let bytes = &damaged[file];
            // What was moved is there as a whole.
            let part = if length == 0 { 0..bytes.len() } else { offset..(offset + length).min(bytes.len()) };
            assert!(after[path] == bytes[part.clone()], "{:?}: {path}", self.damage);
            pieces.insert(path.to_owned(), (file.to_owned(), bytes[part].to_vec()));
        }
        pieces
    }

    /// The repaired store takes writes of all kinds; what is checkpointed, merged and opened again is the same.
    fn check_goes_on(&self, engine: &mut Engine) {
        let damage = self.damage;
        let version = engine.map_put("t", b"k0", b"behind the repair").unwrap();
        // Commits that nobody knows to be lost have had theirs in vain.
        let is_known = self.before.has_damage() || !damage.is_in_journal();
        assert!(version > self.root.lsn || !is_known, "{damage:?}: {version}");
        Writes::of(7).perform(engine, |_| {});
        let written = Answers::of(engine);
        written.check_fit(damage);
        settle(engine);
        let mut engine = engine_on(self.disk.clone());
        assert_eq!(engine.verify().unwrap().findings, [], "{damage:?}");
        assert_eq!(Answers::of(&mut engine), written, "{damage:?}");
    }
}
