//! The seed's own door (O1 to O4): any operations with any arguments, one a line.
//!
//! ```text
//! persist/append (list "s" {:seq 1})
//! ! restart
//! blob/get (list "bafkrei...")
//! ```

use sx_persist_core::memory::Memory;
use sx_persist_core::{Engine, Error, Refusal};

/// One input: lines, each an operation, a blank and its arguments. `! checkpoint`, `! restart` and `! check` are ours.
pub fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let disk = Memory::new();
    let mut engine = Engine::new(disk.clone());
    for line in text.lines() {
        match line {
            "! checkpoint" => engine.checkpoint().unwrap(),
            "! restart" => engine = Engine::new(disk.clone()),
            "! check" => {
                check_dump(&mut engine, &disk);
            }
            line => {
                let (op, args) = line.split_once(' ').unwrap_or((line, "nil"));
                perform(&mut engine, op, args);
            }
        }
    }
    check_dump(&mut engine, &disk);
}

fn perform(engine: &mut Engine<Memory>, op: &str, args: &str) {
    let is_owned = op.starts_with("persist/") || op.starts_with("blob/");
    match engine.handle_op(op, args) {
        Ok(None) => assert!(!is_owned, "{op}"),
        Ok(Some(answer)) => {
            assert!(is_owned, "{op}");
            let canonical = sx::canonical(&answer);
            assert_eq!(canonical.as_deref(), Ok(answer.as_str()), "answers are canonical");
            check_answer(engine, op, args, &answer);
        }
        Err(Refusal {
            reason:
                error
                @ (Error::Corrupt(_) | Error::ReadOnly | Error::NoSpace(_) | Error::Io(_) | Error::Closed(_)),
            ..
        }) => panic!("nothing is wrong with the disk: {error}"),
        Err(_) => assert!(is_owned, "{op} is somebody else's"),
    }
}

/// A write answers nil, and is seen at once.
fn check_answer(engine: &mut Engine<Memory>, op: &str, args: &str, answer: &str) {
    let args = sx::canonical(args).unwrap();
    let args: Vec<_> = sx::items(&args).into_iter().flatten().collect();
    let name = |index: usize| sx::parse(args[index]).unwrap().as_str().unwrap().to_owned();
    match op {
        "persist/append" => {
            assert_eq!(answer, "nil");
            assert!(engine.read_stream(&name(0)).unwrap().last().is_some_and(|event| event == args[1]));
        }
        "persist/kv-put" => {
            assert_eq!(answer, "nil");
            assert_eq!(engine.kv_get(&name(0)).unwrap().as_deref(), Some(args[1]));
        }
        "persist/kv-delete" => assert_eq!((answer, engine.kv_has(&name(0))), ("nil", Ok(false))),
        "blob/put" => {
            let cid = sx::parse(answer).unwrap();
            let bytes = engine.blob_get(cid.as_str().unwrap()).unwrap().unwrap();
            assert_eq!(bytes, name(0).into_bytes());
        }
        _ => {}
    }
}

type Dump = (Vec<(String, u64, Vec<String>)>, Vec<(String, Option<String>)>, Vec<String>);

fn dump(engine: &mut Engine<Memory>) -> Dump {
    let streams = engine.streams().unwrap();
    let streams = streams.into_iter().map(|name| {
        let events = engine.read_stream(&name).unwrap();
        assert_eq!(engine.count(&name), Ok(events.len() as u64));
        let last_seq = engine.last_seq(&name).unwrap();
        (name, last_seq, events)
    });
    let streams = streams.collect();
    let keys = engine.kv_keys().unwrap();
    let keys = keys.into_iter().map(|key| (key.clone(), engine.kv_get(&key).unwrap())).collect();
    (streams, keys, engine.blob_list(None, 1_000).unwrap().items)
}

/// The same after a restart, a checkpoint and another restart, and nothing damaged.
fn check_dump(engine: &mut Engine<Memory>, disk: &Memory) {
    let before = dump(engine);
    let mut next = Engine::new(disk.clone());
    assert_eq!(dump(&mut next), before, "after a restart");
    assert_eq!(next.verify().map(|report| report.damaged), Ok(0));
    next.checkpoint().unwrap();
    assert_eq!(dump(&mut next), before, "after a checkpoint");
    *engine = Engine::new(disk.clone());
    assert_eq!(dump(engine), before, "after a checkpoint and a restart");
    assert_eq!(engine.verify().map(|report| (report.damaged, report.foreign)), Ok((0, 0)));
}
