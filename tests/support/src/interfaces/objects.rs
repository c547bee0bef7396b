//! `objects`.

use super::Interface;
use crate::called::{self, Called, all_pages, answer, ok};
use crate::machine::Machine;
use crate::refusal;
use crate::taste::Taste;
use model::State;
use sim::random::Random;
use sx_persist::types;
use sx_persist::{Result, Store};
use trace::objects::{Object, ObjectOp};
use trace::{Answer, address};

impl Interface for ObjectOp {
    fn write(random: &mut Random, taste: Taste) -> Self {
        match random.below(3) {
            0 => Self::Delete { hash: hash(random, taste) },
            _ => Self::Write(object(random, taste)),
        }
    }

    fn read(random: &mut Random, taste: Taste) -> Self {
        match random.below(4) {
            0..=1 => Self::Read { hash: hash(random, taste) },
            2 => Self::Exists { hash: hash(random, taste) },
            _ => Self::List {
                after: random.one_in(3).then(|| hash(random, taste)),
                limit: *random.pick(&[1, 2, 100]),
            },
        }
    }

    fn batched(&self) -> types::Op {
        match self {
            Self::Write(object) => {
                types::Op::ObjectWrite { hash: object.hash.clone(), bytes: object.bytes() }
            }
            Self::Delete { hash } => types::Op::ObjectDelete { hash: hash.clone() },
            other => unreachable!("{other:?} goes into no batch"),
        }
    }

    fn perform(&self, machine: &mut Machine) -> Option<Answer> {
        match self {
            Self::Write(object) => {
                let (hash, bytes) = (&object.hash, object.bytes());
                answer(machine.call(|e, s| e.objects(s)?.call_write(s, hash, &bytes)), ok)
            }
            Self::WriteBatch(objects) => {
                let objects = pairs(objects);
                let written = machine.call(|e, s| e.objects(s)?.call_write_batch(s, &objects))?;
                Some(written.map_or_else(|refusal| called::refused(&refusal, &[]), ok))
            }
            Self::Delete { hash } => {
                let called = machine.call(|e, s| e.objects(s)?.call_delete(s, hash));
                answer(called, |was_there| was_there.to_string())
            }
            Self::Read { hash } => answer(machine.call(|e, s| e.objects(s)?.call_read(s, hash)), found),
            Self::Exists { hash } => {
                let called = machine.call(|e, s| e.objects(s)?.call_exists(s, hash));
                answer(called, |exists| exists.to_string())
            }
            Self::List { after, limit } => {
                answer(list(machine, after.clone(), *limit), |hashes| hashes.join(" "))
            }
        }
    }

    fn perform_on(&self, store: &Store) -> Result<Answer> {
        Ok(match self {
            Self::Write(object) => store.raw().object_write(&object.hash, &object.bytes()).map(ok)?,
            Self::WriteBatch(objects) => match store.raw().object_write_batch(&pairs(objects)) {
                Ok(()) => "ok".into(),
                Err(refused) => refusal::refused(refused, &[])?,
            },
            Self::Delete { hash } => store.raw().object_delete(hash)?.to_string(),
            Self::Read { hash } => found(store.raw().object_read(hash)?),
            Self::Exists { hash } => store.raw().object_exists(hash)?.to_string(),
            Self::List { after, limit } => store.raw().object_list(after.as_deref(), *limit)?.items.join(" "),
        })
    }
}

/// A random write of several.
pub(crate) fn several(random: &mut Random, taste: Taste) -> ObjectOp {
    ObjectOp::WriteBatch((0..random.below(4)).map(|_| object(random, taste)).collect())
}

fn object(random: &mut Random, taste: Taste) -> Object {
    let hash = hash(random, taste);
    let byte = u8::try_from(random.below(3)).unwrap_or(0);
    Object { hash, byte, length: *random.pick(&[0, 1, 700, 5_000]) }
}

fn pairs(objects: &[Object]) -> Vec<(String, Vec<u8>)> {
    objects.iter().map(|object| (object.hash.clone(), object.bytes())).collect()
}

fn found(bytes: Option<Vec<u8>>) -> String {
    bytes.map_or_else(|| "none".into(), |bytes| address(&bytes))
}

/// Few, so that operations meet; of both lengths, and one that begins as another.
fn hash(random: &mut Random, taste: Taste) -> String {
    if taste == Taste::Hostile && random.one_in(8) {
        let digit = *random.pick(&["", "a", "A", "g", "é", "/", "."]);
        return digit.repeat(*random.pick(&[20, 32, 38, 39, 40, 41, 65]));
    }
    random.pick(&["1".repeat(40), "1".repeat(64), "2".repeat(40), "ab".repeat(32)]).clone()
}

fn list(machine: &mut Machine, after: Option<String>, limit: u32) -> Called<Vec<String>> {
    all_pages(after, |after| {
        let page = machine.call(|e, s| e.objects(s)?.call_list(s, after, limit))?;
        Some(page.map(|page| (page.names, page.through, page.done)))
    })
}

/// All objects of a store.
pub(crate) fn observe_on(store: &Store, state: &mut State) -> Result<()> {
    for hash in store.raw().object_list(None, 65_536)?.items {
        let bytes = store.raw().object_read(&hash)?;
        state.objects.insert(hash, bytes.unwrap_or_default());
    }
    Ok(())
}
