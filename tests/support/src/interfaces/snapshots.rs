//! `snapshots`.

use super::Interface;
use crate::called::{Called, all_pages, answer, ok};
use crate::machine::Machine;
use crate::taste::Taste;
use model::State;
use sim::random::Random;
use sx_persist::types;
use sx_persist::{Result, Store};
use trace::Answer;
use trace::snapshots::{SnapshotOp, loaded};

impl Interface for SnapshotOp {
    fn write(random: &mut Random, taste: Taste) -> Self {
        let key = key(random, taste);
        match random.below(4) {
            0 => Self::DeleteMarker { key },
            1 => Self::PersistMarker { key },
            _ => {
                let byte = *random.pick(&[0, b'x', 0xff]);
                Self::Persist { key, bytes: vec![byte; *random.pick(&[0, 1, 12, 700, 5_000])] }
            }
        }
    }

    fn read(random: &mut Random, taste: Taste) -> Self {
        match random.below(4) {
            0 => Self::Contains { key: key(random, taste) },
            1 => Self::Keys {
                prefix: (*random.pick(&["", "a", "a/", "ü", "k.."])).to_owned(),
                after: random.one_in(3).then(|| key(random, taste)),
                limit: *random.pick(&[1, 2, 100]),
            },
            _ => Self::Load { key: key(random, taste) },
        }
    }

    fn batched(&self) -> types::Op {
        match self.clone() {
            Self::Persist { key, bytes } => types::Op::SnapshotPersist { key, blob: bytes },
            Self::PersistMarker { key } => types::Op::SnapshotPersistMarker { key },
            Self::DeleteMarker { key } => types::Op::SnapshotDeleteMarker { key },
            other => unreachable!("{other:?} goes into no batch"),
        }
    }

    fn perform(&self, machine: &mut Machine) -> Option<Answer> {
        match self {
            Self::Persist { key, bytes } => {
                answer(machine.call(|e, s| e.snapshots(s)?.call_persist(s, key, bytes)), ok)
            }
            Self::PersistMarker { key } => {
                answer(machine.call(|e, s| e.snapshots(s)?.call_persist_marker(s, key)), ok)
            }
            Self::DeleteMarker { key } => {
                let called = machine.call(|e, s| e.snapshots(s)?.call_delete_marker(s, key));
                answer(called, |was_there| was_there.to_string())
            }
            Self::Load { key } => {
                answer(machine.call(|e, s| e.snapshots(s)?.call_load(s, key)), |found| loaded(found.as_ref()))
            }
            Self::Contains { key } => {
                let called = machine.call(|e, s| e.snapshots(s)?.call_contains(s, key));
                answer(called, |contains| contains.to_string())
            }
            Self::Keys { prefix, after, limit } => {
                answer(keys(machine, prefix, after.clone(), *limit), |keys| format!("{keys:?}"))
            }
        }
    }

    fn perform_on(&self, store: &Store) -> Result<Answer> {
        Ok(match self {
            Self::Persist { key, bytes } => store.raw().snapshot_persist(key, bytes).map(ok)?,
            Self::PersistMarker { key } => store.raw().snapshot_persist_marker(key).map(ok)?,
            Self::DeleteMarker { key } => store.raw().snapshot_delete_marker(key)?.to_string(),
            Self::Load { key } => loaded(store.raw().snapshot_load(key)?.as_ref()),
            Self::Contains { key } => store.raw().snapshot_contains(key)?.to_string(),
            Self::Keys { prefix, after, limit } => {
                format!("{:?}", store.raw().snapshot_keys(prefix, after.as_deref(), *limit)?.items)
            }
        })
    }
}

fn key(random: &mut Random, taste: Taste) -> String {
    if taste == Taste::Hostile {
        match random.below(12) {
            0 => return String::new(),
            1 => return "k".repeat(*random.pick(&[125, 126, 1_024, 1_025])),
            2..=3 => return (*random.pick(&["..", "k..", "\0", "a\nb", "über", "a b?*", "61"])).to_owned(),
            _ => {}
        }
    }
    (*random.pick(&["a/b", "a/b", "a.b", "k"])).to_owned()
}

fn keys(machine: &mut Machine, prefix: &str, after: Option<String>, limit: u32) -> Called<Vec<String>> {
    all_pages(after, |after| {
        let page = machine.call(|e, s| e.snapshots(s)?.call_keys(s, prefix, after, limit))?;
        Some(page.map(|page| (page.names, page.through, page.done)))
    })
}

/// All snapshots of a store.
pub(crate) fn observe_on(store: &Store, state: &mut State) -> Result<()> {
    for key in store.raw().snapshot_keys("", None, 65_536)?.items {
        if let Some(bytes) = store.raw().snapshot_load(&key)? {
            state.snapshots.insert(key, bytes);
        }
    }
    Ok(())
}
