//! Two processes on one root: a second writer, and readers beside the writer.

use crate::kills::reader;
use crate::ledger::Ledger;
use crate::worker::{Worker, child, chosen};
use std::time::Duration;
use support::counted;
use support::library::observe;
use sx_persist::Store;

#[test]
fn a_second_process_is_told_who_writes_and_may_when_that_one_is_killed() {
    let root = tempfile::tempdir().unwrap();
    let mut holder = Worker::start(root.path(), &["append"]);
    holder.lines(3);
    let second = child(root.path(), &["append"]).output().unwrap();
    assert!(!second.status.success() && second.stdout.is_empty(), "{second:?}");
    let told = String::from_utf8(second.stderr).unwrap();
    let (pid, path) = (holder.pid().to_string(), root.path().to_str().unwrap());
    assert!(told.contains(&pid) && told.contains(path), "{told}");
    // The one that was refused has neither written nor taken the lock away.
    holder.lines(20);
    assert!(Store::open(root.path()).is_err());
    let said = holder.kill(Duration::ZERO);
    let acknowledged: u64 = said.back().unwrap().parse().unwrap();
    let mut next = Worker::start(root.path(), &["append"]);
    let first: u64 = next.line().unwrap().parse().unwrap();
    assert!(first == acknowledged + 1 || first == acknowledged + 2, "{acknowledged} and then {first}");
    next.kill(Duration::ZERO);
}

#[test]
fn a_reader_sees_all_that_another_process_has_said_to_be_done() {
    let seed = chosen("SEED", 3);
    let root = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::new(seed);
    let mut worker = Worker::start(root.path(), &["work", &seed.to_string(), "1"]);
    worker.lines(1);
    // One that stays, and one that comes anew each time.
    let stays = reader(root.path());
    let mut looks = 0;
    while ledger.acknowledged < 300 {
        let said = worker.line().expect("it does not end by itself").to_owned();
        if !said.starts_with("done") {
            continue;
        }
        ledger.heard(worker.said.drain(..).collect::<Vec<_>>().iter());
        let due = ledger.state();
        for (name, stream) in &due.streams {
            looks += 1;
            let (old, new) =
                (stays.raw().last_seq(name).unwrap(), reader(root.path()).raw().last_seq(name).unwrap());
            assert!(old >= stream.last_seq && new >= old, "{name}: {} is done, {old} {new}", stream.last_seq);
        }
    }
    worker.lines(1);
    ledger.heard(&worker.kill(Duration::ZERO));
    let held = observe(&stays).unwrap();
    ledger.found("the reader that stayed", |state| *state == held, || format!("{held:?}"));
    counted(&format!(
        "processes: seed {seed}, {looks} looks of readers beside a writer, each of which saw all"
    ));
}
