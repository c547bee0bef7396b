//! What an honest store answers.

use super::neighbours;
use sx_persist_core::memory::Memory;
use sx_persist_core::{Engine, Error};

/// All that it holds, in words.
pub(super) fn all(engine: &mut Engine<Memory>) -> Vec<String> {
    let mut answers = Vec::new();
    for stream in engine.streams().unwrap() {
        let (count, last_seq) = (engine.count(&stream), engine.last_seq(&stream));
        answers.push(format!("{stream}: {:?} {count:?} {last_seq:?}", engine.read_stream(&stream)));
    }
    for key in engine.kv_keys().unwrap() {
        answers.push(format!("{key}: {:?}", engine.kv_get(&key)));
    }
    answers.extend(neighbours::answers(engine));
    let report = engine.verify();
    let findings = report.map(|report| (report.damaged, report.findings));
    assert_eq!(findings, Ok::<_, Error>((0, Vec::new())), "nothing is damaged");
    answers
}
