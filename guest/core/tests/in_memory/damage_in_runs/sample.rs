//! A store in runs whose keys have older values, and what it may answer.

use crate::any_disk::{Engine, engine_on};
use crate::contents::{Files, disk, files, make_root};
use std::collections::BTreeMap;
use sx_persist_core::memory::Memory;
use sx_persist_core::{Direction, Error, Expect, MapRange, Report};

pub(super) const SESSION: &str = "aaaaaaaa-0000-4000-8000-000000000000";
const KEYS: usize = 14;

/// A key of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Map(usize),
    Ref(usize),
    Snapshot(usize),
    Object(usize),
}

/// The files of a root, and what each key had last.
#[derive(Clone)]
pub(super) struct Sample {
    pub(super) files: Files,
    pub(super) last: BTreeMap<Key, Option<Vec<u8>>>,
}

fn hash(number: usize) -> String {
    format!("{number:040x}")
}

fn name(number: usize) -> String {
    format!("n{number:02}")
}

pub(super) fn segment(number: usize) -> String {
    format!("00000000-0000-1000-8000-{number:012x}")
}

/// After a repair `verify` finds nothing.
#[track_caller]
pub(super) fn repair(disk: &Memory) -> Report {
    let report = engine_on(disk.clone()).repair().unwrap();
    assert_eq!(engine_on(disk.clone()).verify().unwrap().findings, []);
    report
}

impl Key {
    /// Puts a value there, or removes it.
    fn write(self, engine: &mut Engine, value: Option<&[u8]>) {
        match (self, value) {
            (Self::Map(at), Some(value)) => {
                engine.map_put("t", name(at).as_bytes(), value).map(drop).unwrap();
            }
            (Self::Map(at), None) => {
                engine.map_delete("t", name(at).as_bytes(), Expect::Any).map(drop).unwrap();
            }
            (Self::Ref(at), Some(value)) => {
                engine.ref_set(&name(at), str::from_utf8(value).unwrap()).unwrap();
            }
            (Self::Ref(at), None) => engine.ref_delete(&name(at)).map(drop).unwrap(),
            (Self::Snapshot(at), Some(value)) => engine.snapshot_persist(&name(at), value).unwrap(),
            (Self::Snapshot(at), None) => engine.snapshot_delete_marker(&name(at)).map(drop).unwrap(),
            (Self::Object(at), Some(value)) => engine.object_write(&hash(at), value).unwrap(),
            (Self::Object(at), None) => engine.object_delete(&hash(at)).map(drop).unwrap(),
        }
    }

    fn read(self, engine: &mut Engine) -> Result<Option<Vec<u8>>, Error> {
        match self {
            Self::Map(at) => Ok(engine.map_get("t", name(at).as_bytes())?.map(|entry| entry.value)),
            Self::Ref(at) => Ok(engine.ref_get(&name(at))?.map(String::into_bytes)),
            Self::Snapshot(at) => engine.snapshot_load(&name(at)),
            Self::Object(at) => engine.object_read(&hash(at)),
        }
    }
}

/// Each key in turn is put, replaced, removed and put again, over so many steps; `pause` comes behind each.
pub(super) fn history(
    disk: &Memory,
    steps: usize,
    mut pause: impl FnMut(&mut Engine, usize),
) -> BTreeMap<Key, Option<Vec<u8>>> {
    let (mut engine, mut last) = (engine_on(disk.clone()), BTreeMap::new());
    for number in 0..3 {
        engine.session_append(SESSION, &segment(number), "1").unwrap();
    }
    for step in 0..steps {
        let at = step * 5 % KEYS;
        let key = match step % 5 {
            0 => Key::Ref(at % 4),
            1 => Key::Snapshot(at % 4),
            2 => Key::Object(at % 4),
            _ => Key::Map(at),
        };
        let value = if matches!(key, Key::Ref(_)) { hash(step) } else { format!("value {step}") };
        let value = (step % 7 != 6).then(|| value.into_bytes());
        if matches!(key, Key::Object(_)) && value.is_some() {
            // An object is never replaced.
            key.write(&mut engine, None);
        }
        key.write(&mut engine, value.as_deref());
        last.insert(key, value);
        pause(&mut engine, step);
    }
    last
}

/// Three runs of several blocks, and of files of so many bytes, of which the newer ones have some of the keys again.
pub(super) fn sample(file_bytes: usize) -> Sample {
    let mut disk = Memory::new();
    make_root(&mut disk, &format!("journal 8388608 file {file_bytes} block 64 fan 8"));
    let last = history(&disk, 60, |engine, step| {
        if [24, 42, 59].contains(&step) {
            engine.checkpoint().unwrap();
        }
    });
    Sample { files: files(&disk), last }
}

impl Sample {
    pub(super) fn runs(&self) -> Vec<String> {
        self.files.keys().filter(|path| path.starts_with("runs/")).cloned().collect()
    }

    pub(super) fn disk(&self) -> Memory {
        disk(&self.files)
    }

    /// What the store says of each key is what that has, or `corrupt`. Answers which keys it says something of.
    #[track_caller]
    pub(super) fn answered(&self, engine: &mut Engine) -> Vec<Key> {
        let mut answered = Vec::new();
        for (key, due) in &self.last {
            match key.read(engine) {
                Ok(said) => {
                    assert_eq!(said, *due, "{key:?}");
                    answered.push(*key);
                }
                Err(Error::Corrupt(found)) => {
                    assert!(found.file.starts_with("runs/"), "{key:?}: {found:?}");
                }
                Err(other) => panic!("{key:?}: {other}"),
            }
        }
        answered
    }

    /// Every key has its last value or is gone; those that were answered before have it. Answers how many are gone.
    #[track_caller]
    pub(super) fn gone(&self, engine: &mut Engine, answered: &[Key]) -> u64 {
        let mut gone = 0;
        for (key, due) in &self.last {
            let said = key.read(engine).unwrap();
            if said != *due {
                assert_eq!(said, None, "{key:?} has an older value");
                assert!(!answered.contains(key), "{key:?} was there");
                gone += 1;
            }
        }
        gone
    }

    /// `repair` makes the store whole, and each answer fits the others. Answers its report.
    #[track_caller]
    pub(super) fn repair(&self, disk: &Memory) -> Report {
        let report = repair(disk);
        let mut engine = engine_on(disk.clone());
        self.check_pages(&mut engine);
        check_sessions(&mut engine);
        drop(engine);
        let before = files(disk);
        let mut engine = engine_on(disk.clone());
        assert_eq!(engine.repair().unwrap().damaged, 0);
        engine.checkpoint().unwrap();
        let kept = |files: BTreeMap<String, Vec<u8>>| -> Vec<_> {
            files.into_iter().filter(|(path, _)| !path.starts_with("journal/")).collect()
        };
        assert_eq!(kept(files(disk)), kept(before), "there was nothing to do");
        report
    }

    /// Pages and counts are of the keys that gets find.
    #[track_caller]
    pub(super) fn check_pages(&self, engine: &mut Engine) {
        let mut names = [const { Vec::new() }; 4];
        let mut object_bytes = 0;
        for key in self.last.keys() {
            let Some(value) = key.read(engine).unwrap() else { continue };
            let (table, name) = match *key {
                Key::Map(at) => (0, name(at)),
                Key::Ref(at) => (1, name(at)),
                Key::Snapshot(at) => (2, name(at)),
                Key::Object(at) => (3, hash(at)),
            };
            names[table].push(name);
            object_bytes += if table == 3 { value.len() as u64 } else { 0 };
        }
        let [maps, refs, snapshots, objects] = names;
        for direction in [Direction::Forward, Direction::Backward] {
            let page = engine.map_scan("t", &MapRange::default(), None, 99, direction).unwrap();
            let mut keys: Vec<_> =
                page.items.into_iter().map(|item| String::from_utf8(item.key).unwrap()).collect();
            if direction == Direction::Backward {
                keys.reverse();
            }
            assert_eq!(keys, maps);
        }
        assert_eq!(engine.map_count("t"), Ok(maps.len() as u64));
        let page = engine.ref_list("", None, 99).unwrap().items;
        assert_eq!(page.into_iter().map(|(name, _)| name).collect::<Vec<_>>(), refs);
        assert_eq!(engine.snapshot_keys("", None, 99).unwrap().items, snapshots);
        assert_eq!(engine.object_list(None, 99).unwrap().items, objects);
        let stats = engine.object_stats().unwrap();
        assert_eq!((stats.objects, stats.bytes), (objects.len() as u64, object_bytes));
    }
}

/// What is said of a segment fits what lists say, whatever is lost.
fn check_sessions(engine: &mut Engine) {
    let listed = engine.session_list_segments(SESSION, None, 9).unwrap().items;
    for number in 0..3 {
        let owner = engine.session_of(&segment(number)).unwrap();
        assert_eq!(owner.is_some(), listed.contains(&segment(number)), "{number}");
        if owner.is_some() {
            let entries = engine.session_read(SESSION, &segment(number)).unwrap();
            assert!(entries.is_empty() || entries == ["1"], "{entries:?}");
        }
    }
    assert_eq!(engine.session_list(None, 9).unwrap().items.len(), usize::from(!listed.is_empty()));
}

/// How many keys a report says may be gone of one file.
pub(super) fn told(report: &Report, path: &str) -> u64 {
    let found = report.findings.iter().find(|finding| finding.damage.file == path).unwrap();
    let reason = &found.damage.reason;
    let number_behind = |words: &str| {
        let (_, rest) = reason.split_once(words)?;
        rest.split(' ').next()?.parse::<u64>().ok()
    };
    number_behind("up to ").unwrap_or(0) + number_behind("removed with them: ").unwrap_or(0)
}
