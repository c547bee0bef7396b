//! A log in which no line ends for longer than a call may read, and a repair of it that is cut off at each of its steps.

use crate::any_disk::engine_on;
use crate::watched::{Step, Watch, Watched};
use std::cell::Cell;
use std::rc::Rc;
use sx_persist_core::memory::Memory;
use sx_persist_core::storage::{Fault, Storage as _};

const LOG: &str = "streams/73.log";

/// The step that is refused, and all behind it: what a killed process does not come to.
#[derive(Clone, Debug, Default)]
struct Until(Rc<Cell<Option<u32>>>);

impl Watch for Until {
    fn before(&self, _step: Step) -> Result<(), Fault> {
        match self.0.get() {
            Some(0) => Err(Fault::Failed("io")),
            left => {
                self.0.set(left.map(|left| left - 1));
                Ok(())
            }
        }
    }
}

fn size(memory: &mut Memory, path: &str) -> u64 {
    let file = memory.open(path).unwrap();
    memory.size(&file).unwrap()
}

/// Three events, and behind them a line of 65 MiB.
fn endless() -> Memory {
    let mut memory = Memory::new();
    let mut engine = engine_on(memory.clone());
    for seq in 1..=3 {
        engine.append("s", &format!("{{:seq {seq}}}")).unwrap();
    }
    engine.checkpoint().unwrap();
    let log = memory.open(LOG).unwrap();
    let length = memory.size(&log).unwrap();
    memory.set_size(&log, length + (65 << 20)).unwrap();
    memory
}

#[test]
fn a_repair_that_is_cut_off_is_ended_by_the_next_one() {
    let whole = size(&mut endless(), LOG);
    for step in 0.. {
        let mut memory = endless();
        let until = Until(Rc::new(Cell::new(Some(step))));
        let cut_off = Watched { memory: memory.clone(), watch: until }.engine().repair();
        let report = engine_on(memory.clone()).repair().unwrap();
        let mut engine = engine_on(memory.clone());
        assert_eq!(engine.read_stream("s").unwrap(), ["{:seq 1}", "{:seq 2}", "{:seq 3}"], "{step}");
        assert_eq!(engine.append("s", "{:seq 4}"), Ok(4), "{step}");
        assert_eq!(engine.verify().unwrap().damaged, 0, "{step}: {report:?}");
        let pieces: Vec<_> = memory.list("quarantine").unwrap().into_iter().map(|entry| entry.name).collect();
        let kept = pieces.iter().any(|name| size(&mut memory, &format!("quarantine/{name}")) == whole);
        assert!(kept, "{step}: {pieces:?}");
        if cut_off.is_ok() {
            assert!(step > 10, "{step} steps");
            return;
        }
    }
}

#[test]
fn pieces_in_quarantine_are_counted_and_nothing_else_there() {
    let mut memory = endless();
    engine_on(memory.clone()).repair().unwrap();
    for name in ["notes.txt", "000001.copy", "seven"] {
        memory.create(&format!("quarantine/{name}")).unwrap();
    }
    let stats = engine_on(memory).stats().unwrap();
    assert!(stats.contains(&("quarantine", 1)), "{stats:?}");
}
