//! Operations, questions, calls and what is answered to them, as bytes (docs/wire.md).

// What each function takes and answers, and its types, as the tests of the crate have them.
#[path = "../../../wire/tests/messages/contract.rs"]
mod contract;
#[expect(dead_code, reason = "nothing is drawn here")]
#[path = "../../../wire/tests/messages/draw.rs"]
mod draw;

use draw::{Check, Draw};
use std::fmt::Debug;
use sx_persist_core::Engine;
use sx_persist_core::memory::Memory;
use sx_persist_wire::{
    Answers, Function, Malformed, Moment, Op, Operations, Part, Questions, VERSION, answer, answered,
    arguments, call, called,
};

/// One input: a message, as it is and behind the right version.
pub fn check(data: &[u8]) {
    check_message(data);
    let mut versioned = data.to_vec();
    if let Some(first) = versioned.first_mut() {
        *first = VERSION;
    }
    check_message(&versioned);
    perform(&versioned);
}

/// There is one way to write what is read.
fn check_message(bytes: &[u8]) {
    if let Ok(Operations(ops)) = Operations::read(bytes) {
        assert_eq!(Operations::to_bytes(&ops), bytes);
        let carried: usize = ops.iter().map(Op::bytes).sum();
        assert!(carried <= bytes.len(), "more than was handed over");
    }
    match Answers::read(bytes) {
        Ok(Ok(answers)) => assert_eq!(answers.into_bytes(), bytes),
        Ok(Err(refusal)) => assert_eq!(refusal.to_bytes(), bytes),
        Err(Malformed::Version(version)) => assert_eq!(version, bytes[0]),
        Err(_) => {}
    }
    if let Ok(Questions(questions)) = Questions::read(bytes) {
        assert_eq!(Questions::to_bytes(&questions), bytes);
    }
    match Moment::read(bytes) {
        Ok(Ok(moment)) => assert_eq!(moment.to_bytes(), bytes),
        Ok(Err(refusal)) => assert_eq!(refusal.to_bytes(), bytes),
        Err(_) => {}
    }
    Function::ALL.into_iter().for_each(|function| contract::each(function, &mut OneWay(bytes)));
}

/// A call and an answer to one, of each function.
struct OneWay<'a>(&'a [u8]);

impl Check for OneWay<'_> {
    fn call<A, R>(&mut self, function: Function)
    where
        A: Part + Draw + Debug + PartialEq,
        R: Part + Draw + Debug + PartialEq,
    {
        let Self(bytes) = *self;
        if let Ok((of, given)) = called(bytes)
            && of == function
            && let Ok(given) = arguments::<A>(given)
        {
            assert_eq!(call(function, 0, |out| given.put(out)), bytes);
        }
        match answered::<R>(bytes.to_vec()) {
            Ok(Ok(has)) => assert_eq!(answer::<String>(&Ok(has)), bytes),
            Ok(Err(refusal)) => assert_eq!(refusal.to_bytes(), bytes),
            Err(_) => {}
        }
    }
}

/// A store answers each operation, and of those that are one commit all or none are there.
fn perform(bytes: &[u8]) {
    let mut store = Engine::new(Memory::new());
    let is_read = Operations::read(bytes);
    match store.wire_run(bytes, &[], true) {
        Ok(answer) => {
            let Operations(ops) = is_read.as_ref().expect("they were performed");
            match Answers::read(&answer).expect("answers") {
                Ok(done) => {
                    assert_eq!(done.answers.len(), ops.len());
                    assert!(done.answers.iter().all(Result::is_ok), "{done:?}");
                }
                Err(refusal) => {
                    assert!(refusal.index.is_none_or(|index| (index as usize) < ops.len()));
                    assert_eq!(store.verify().expect("a report").events, 0, "a part of what was refused");
                }
            }
        }
        // No operations, or one that finishes a writer which was not handed over.
        Err(_) => {}
    }
    if let Ok(answer) = store.wire_run(bytes, &[], false) {
        let answers = Answers::read(&answer).expect("answers").expect("each for itself");
        assert_eq!(answers.answers.len(), is_read.expect("they were performed").0.len());
    }
    if let Ok(answer) = store.wire_read(bytes) {
        let asked = Questions::read(bytes).expect("they were answered").0.len();
        if let Ok(moment) = Moment::read(&answer).expect("findings") {
            assert_eq!(moment.found.len(), asked);
        }
    }
    let report = store.verify().expect("a report");
    assert_eq!(report.damaged, 0, "{report:?}");
}
