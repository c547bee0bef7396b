//! A repair that is cut off at any step is ended by the next one.

use super::sample::{Sample, sample};
use crate::any_disk::engine_on;
use crate::contents::put;
use crate::watched::{Step, Watch, Watched};
use std::cell::Cell;
use std::rc::Rc;
use sx_persist_core::memory::Memory;
use sx_persist_core::storage::{Fault, Storage as _};

/// Takes so many steps and no more.
#[derive(Clone, Default)]
struct Steps(Rc<Cell<usize>>);

impl Watch for Steps {
    fn before(&self, _: Step) -> Result<(), Fault> {
        let left = self.0.get().checked_sub(1).ok_or(Fault::Failed("io"))?;
        self.0.set(left);
        Ok(())
    }
}

/// A damaged store in which a block, a whole file, and in the newest run another block are lost.
fn damaged(whole: &Sample, damage: usize) -> Memory {
    let mut disk = whole.disk();
    let paths = whole.runs();
    let mut flip = |path: &str| {
        let mut bad = whole.files[path].clone();
        bad[0] ^= 1;
        put(&mut disk, path, &bad);
    };
    flip(&paths[0]);
    if damage > 0 {
        flip(paths.last().unwrap());
    }
    if damage > 1 {
        disk.remove(&paths[paths.len() / 2]).unwrap();
    }
    disk
}

#[test]
fn a_repair_that_is_cut_off_leaves_the_damage_or_what_it_becomes() {
    let whole = sample(250);
    for damage in 0..3 {
        for steps in 0.. {
            let memory = damaged(&whole, damage);
            let answered = whole.answered(&mut engine_on(memory.clone()));
            let watch = Steps(Rc::new(Cell::new(steps)));
            let is_done = Watched { memory: memory.clone(), watch }.engine().repair().is_ok();
            // Until it is repaired again an answer is what was there, or nothing, or `corrupt`.
            let mut engine = engine_on(memory.clone());
            let mut before = whole.clone();
            before.last.retain(|key, _| answered.contains(key));
            assert_eq!(before.answered(&mut engine).len(), answered.len(), "{damage} {steps}");
            drop(engine);
            whole.repair(&memory);
            whole.gone(&mut engine_on(memory), &answered);
            if is_done {
                assert!(steps > 20, "{steps}");
                break;
            }
        }
    }
}
