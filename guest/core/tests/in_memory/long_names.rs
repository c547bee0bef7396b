//! Names that the file system does not hold. What stands in the way of files is in `tests/contract/acceptance/obstacles.rs`.

use crate::watched::{Step, Watch, Watched};
use sx_persist_core::Error;
use sx_persist_core::storage::Fault;

/// A file system with short names.
#[derive(Clone, Debug, Default)]
struct Short;

impl Watch for Short {
    fn before(&self, _step: Step) -> Result<(), Fault> {
        Ok(())
    }

    fn name_chars_max(&self) -> usize {
        143
    }
}

#[test]
fn a_name_that_the_file_system_cannot_hold_is_refused_when_it_is_written_and_stops_nobody() {
    let disk = Watched::<Short>::default();
    let mut engine = disk.engine();
    // Two digits a byte: 144 characters, and the longest names stand in folders of 240.
    let (fits, long, longest) = ("k".repeat(71), "k".repeat(72), "k".repeat(1_024));
    for name in [&long, &longest] {
        let refused = [engine.kv_put(name, "1"), engine.append(name, "{:seq 1}").map(drop)];
        for refusal in refused {
            assert!(matches!(refusal, Err(Error::InvalidName(_))), "{refusal:?}");
        }
        assert_eq!(engine.kv_get(name), Ok(None));
        assert_eq!(engine.kv_delete(name), Ok(false));
        assert_eq!(engine.last_seq(name), Ok(0));
        assert_eq!(engine.read_stream(name), Ok(Vec::new()));
    }
    engine.kv_put(&fits, "1").unwrap();
    // Names of tables in runs are none of files.
    engine.snapshot_persist(&longest, b"1").unwrap();
    engine.checkpoint().unwrap();
    let mut engine = disk.engine();
    assert_eq!(engine.kv_get(&fits), Ok(Some("1".into())));
    assert_eq!(engine.snapshot_load(&longest), Ok(Some(b"1".to_vec())));
    assert_eq!(engine.verify().unwrap().damaged, 0);
}
