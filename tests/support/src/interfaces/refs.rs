//! `refs`.

use super::Interface;
use crate::called::{Called, all_pages, answer, ok};
use crate::machine::Machine;
use crate::taste::Taste;
use model::State;
use sim::random::Random;
use sx_persist::types;
use sx_persist::{Result, Store};
use trace::Answer;
use trace::refs::RefOp;

impl Interface for RefOp {
    fn write(random: &mut Random, taste: Taste) -> Self {
        let name = name(random, taste);
        match random.below(4) {
            0 => Self::Delete { name },
            1 => Self::Set { name, hash: hash(random, taste) },
            _ => Self::TestAndSet {
                name,
                test: (!random.one_in(3)).then(|| hash(random, taste)),
                set: (!random.one_in(3)).then(|| hash(random, taste)),
            },
        }
    }

    fn read(random: &mut Random, taste: Taste) -> Self {
        if random.one_in(2) {
            return Self::Get { name: name(random, taste) };
        }
        Self::List {
            prefix: (*random.pick(&["", "main", "main/", "r/", ".."])).to_owned(),
            after: random.one_in(3).then(|| name(random, taste)),
            limit: *random.pick(&[1, 2, 100]),
        }
    }

    fn batched(&self) -> types::Op {
        match self.clone() {
            Self::Set { name, hash } => types::Op::RefSet { name, hash },
            Self::TestAndSet { name, test, set } => types::Op::RefTestAndSet { name, test, set },
            Self::Delete { name } => types::Op::RefDelete { name },
            other => unreachable!("{other:?} goes into no batch"),
        }
    }

    fn perform(&self, machine: &mut Machine) -> Option<Answer> {
        match self {
            Self::Set { name, hash } => answer(machine.call(|e, s| e.refs(s)?.call_set(s, name, hash)), ok),
            Self::TestAndSet { name, test, set } => {
                let (test, set) = (test.as_deref(), set.as_deref());
                let called = machine.call(|e, s| e.refs(s)?.call_test_and_set(s, name, test, set));
                answer(called, |swapped| swapped.to_string())
            }
            Self::Delete { name } => {
                let called = machine.call(|e, s| e.refs(s)?.call_delete(s, name));
                answer(called, |was_there| was_there.to_string())
            }
            Self::Get { name } => answer(machine.call(|e, s| e.refs(s)?.call_get(s, name)), found),
            Self::List { prefix, after, limit } => {
                answer(list(machine, prefix, after.clone(), *limit), |refs| shown(&refs))
            }
        }
    }

    fn perform_on(&self, store: &Store) -> Result<Answer> {
        Ok(match self {
            Self::Set { name, hash } => store.raw().ref_set(name, hash).map(ok)?,
            Self::TestAndSet { name, test, set } => {
                store.raw().ref_test_and_set(name, test.as_deref(), set.as_deref())?.to_string()
            }
            Self::Delete { name } => store.raw().ref_delete(name)?.to_string(),
            Self::Get { name } => found(store.raw().ref_get(name)?),
            Self::List { prefix, after, limit } => {
                let refs = store.raw().ref_list(prefix, after.as_deref(), *limit)?.items;
                shown(&refs.into_iter().map(|entry| (entry.name, entry.hash)).collect::<Vec<_>>())
            }
        })
    }
}

fn found(hash: Option<String>) -> String {
    hash.unwrap_or_else(|| "none".into())
}

fn shown(refs: &[(String, String)]) -> String {
    refs.iter().map(|(name, hash)| format!("{name:?} {hash}")).collect::<Vec<_>>().join(" ")
}

pub(crate) fn name(random: &mut Random, taste: Taste) -> String {
    const BAD: [&str; 24] = [
        "", "/a", "a/", "a//b", ".a", "a/.b", "a..b", "a.lock", "a.lock/b", "a.", "@", "a@{b", "a b", "a~",
        "a^", "a:", "a?", "a*", "a[", "a\\b", "a\n", "\0", "a\u{7f}", "..",
    ];
    if taste == Taste::Hostile {
        match random.below(8) {
            0..=1 => return (*random.pick(&BAD)).to_owned(),
            2 => return format!("r/{}", "n".repeat(*random.pick(&[123, 124, 1_022, 1_023]))),
            3 => return (*random.pick(&["@a", "a@", "é/☃", "a.b", "x.lockx", "-", "}", "#\"'"])).to_owned(),
            _ => {}
        }
    }
    (*random.pick(&["main", "main", "main/next", "HEAD"])).to_owned()
}

pub(super) fn hash(random: &mut Random, taste: Taste) -> String {
    if taste == Taste::Hostile && random.one_in(8) {
        let digit = *random.pick(&["", "a", "A", "g", "é"]);
        return digit.repeat(*random.pick(&[20, 32, 39, 40, 41, 65]));
    }
    // Few, so that tests succeed.
    random.pick(&["1".repeat(40), "2".repeat(40), "ab".repeat(32)]).clone()
}

fn list(
    machine: &mut Machine,
    prefix: &str,
    after: Option<String>,
    limit: u32,
) -> Called<Vec<(String, String)>> {
    all_pages(after, |after| {
        let page = machine.call(|e, s| e.refs(s)?.call_list(s, prefix, after, limit))?;
        let pairs =
            |refs: Vec<types::RefEntry>| refs.into_iter().map(|entry| (entry.name, entry.hash)).collect();
        Some(page.map(|page| (pairs(page.refs), page.through, page.done)))
    })
}

/// All refs of a store.
pub(crate) fn observe_on(store: &Store, state: &mut State) -> Result<()> {
    let refs = store.raw().ref_list("", None, 65_536)?.items;
    state.refs = refs.into_iter().map(|entry| (entry.name, entry.hash)).collect();
    Ok(())
}
