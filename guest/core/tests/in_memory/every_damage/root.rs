//! Roots of both layouts: runs that overlap, that were merged, and that are being merged; with commits in the journal and without.

use super::answers::{Answers, Asked};
use super::content::Writes;
use super::parts::values_elsewhere;
use crate::any_disk::{Engine, engine_on};
use crate::contents::{Files, disk, files, make_root, put};
use crate::packed::convert;
use crate::written::settle;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use sx_persist_core::Layout;
use sx_persist_core::memory::Memory;

/// How a root is to come about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    pub(super) layout: Layout,
    /// Is the last round in the journal alone?
    pub(super) has_frames: bool,
    /// Is it cut off while runs are being merged?
    pub(super) is_merging: bool,
}

/// A root, and what it has answered.
pub(super) struct Root {
    pub(super) files: Files,
    /// The answers of the base, and behind each commit in the journal: those of the root are the last.
    pub(super) states: Vec<Answers>,
    /// Each value that a key has ever had, and each row that a log has, in their order.
    pub(super) ever: BTreeMap<Asked, Vec<String>>,
    /// What files have held before, the latest of each last.
    pub(super) older: BTreeMap<String, Vec<Vec<u8>>>,
    /// The values that keys have and that stand in other files than their entries: in which, and where in it.
    pub(super) values: Vec<(usize, Range<usize>)>,
    /// The highest version that was given.
    pub(super) lsn: u64,
}

/// Gives a root a geometry: only the fan is another one.
fn set_fan(disk: &Memory, layout: Layout, fan: usize) {
    let name = if layout == Layout::Packed { "packed" } else { "plain" };
    let text = format!("sx-persist 5 {name}\njournal 8388608 file 10000 block 64 fan {fan}\n");
    put(&mut disk.clone(), "format", text.as_bytes());
}

impl Root {
    pub(super) fn new(plan: Plan) -> Self {
        let mut disk = Memory::new();
        make_root(&mut disk, "journal 8388608 file 10000 block 64 fan 2");
        let mut root = Self {
            files: Files::new(),
            states: Vec::new(),
            ever: BTreeMap::new(),
            older: BTreeMap::new(),
            values: Vec::new(),
            lsn: 0,
        };
        root.note(&disk);
        convert(&mut engine_on(disk.clone()), plan.layout);
        set_fan(&disk, plan.layout, 2);
        for round in 0..3 {
            root.add_round(&mut engine_on(disk.clone()), &disk, round);
            if round > 0 {
                settle(&mut engine_on(disk.clone()));
            }
        }
        set_fan(&disk, plan.layout, 8);
        for round in 3..5 {
            root.add_round(&mut engine_on(disk.clone()), &disk, round);
        }
        if plan.is_merging {
            set_fan(&disk, plan.layout, 2);
            root.add_round(&mut engine_on(disk.clone()), &disk, 5);
        }
        root.end(&disk, plan)
    }

    fn end(mut self, disk: &Memory, plan: Plan) -> Self {
        let mut engine = engine_on(disk.clone());
        self.states = vec![Answers::of(&mut engine)];
        if plan.has_frames {
            Writes::of(6).perform(&mut engine, |engine| self.states.push(Answers::of(engine)));
            self.note(disk);
        }
        for state in &self.states {
            state.check_fit(&plan);
            Self::note_ever(&mut self.ever, state);
        }
        self.lsn = crate::segments::stat(&mut engine, "lsn");
        self.files = files(disk);
        let right = &self.states[self.states.len() - 1];
        let values = self.paths_in("runs/").flat_map(|path| values_elsewhere(&self.files[path]));
        let has = |value: &[u8]| {
            let of_keys = right.values.values().flatten().flatten();
            of_keys.filter_map(|row| row.split('@').next()).any(|row| row.as_bytes() == value)
        };
        let counts = |(number, place): &(usize, Range<usize>)| {
            let file = self.files.get(&format!("runs/{number:020}"));
            file.is_some_and(|file| has(&file[place.clone()]))
        };
        self.values = values.filter(counts).collect();
        assert!(self.values.len() > 1, "{plan:?}: no values in files that are kept");
        self
    }

    fn add_round(&mut self, engine: &mut Engine, disk: &Memory, round: usize) {
        Writes::of(round).perform(engine, |_| {});
        self.note(disk);
        Self::note_ever(&mut self.ever, &Answers::of(engine));
        engine.checkpoint().unwrap();
        self.note(disk);
    }

    /// Remembers what files hold.
    fn note(&mut self, disk: &Memory) {
        for (path, bytes) in files(disk) {
            let before = self.older.entry(path).or_default();
            if before.last() != Some(&bytes) {
                before.push(bytes);
            }
        }
    }

    fn note_ever(ever: &mut BTreeMap<Asked, Vec<String>>, state: &Answers) {
        for (asked, said) in state.values.iter().chain(&state.logs) {
            let had = ever.entry(*asked).or_default();
            let before: BTreeSet<_> = had.iter().cloned().collect();
            had.extend(said.iter().flatten().filter(|row| !before.contains(*row)).cloned());
        }
    }

    pub(super) fn disk(&self) -> Memory {
        disk(&self.files)
    }

    pub(super) fn paths_in<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a String> {
        self.files.keys().filter(move |path| path.starts_with(folder))
    }
}
