//! What a store does that has a disk to itself.

use crate::plan::{Name, Number, Text};
use arbitrary::Arbitrary;
use sx_persist_core::memory::Memory;
use sx_persist_core::{Durability, Engine};

/// A step of a store that had a disk to itself.
#[derive(Arbitrary, Clone, Debug)]
pub(super) enum Step {
    Append(Name, Text),
    Put(Name, Text),
    Delete(Name),
    Truncate(Name, Number),
    Blob(Vec<u8>),
    Checkpoint,
    Restart,
    Relax(bool),
}

pub(super) fn take(disk: &Memory, engine: &mut Engine<Memory>, step: &Step) {
    match step {
        Step::Append(name, text) => drop(engine.append(&name.text(), &text.text())),
        Step::Put(name, text) => drop(engine.kv_put(&name.text(), &text.text())),
        Step::Delete(name) => drop(engine.kv_delete(&name.text())),
        Step::Truncate(name, upto) => drop(engine.truncate(&name.text(), upto.0)),
        Step::Blob(bytes) => drop(engine.blob_put(bytes)),
        Step::Checkpoint => drop(engine.checkpoint()),
        Step::Restart => *engine = Engine::new(disk.clone()),
        Step::Relax(relax) => {
            let level = if *relax { Durability::Relaxed } else { Durability::Always };
            drop(engine.set_durability(level));
        }
    }
}
