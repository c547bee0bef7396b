//! Performs the operations of a trace on the component.

use crate::called::{Called, all_pages, answer, direction, expect_seq, name, name_for, names, ok, refused};
use crate::interfaces::{Interface as _, checks, maps};
use crate::machine::Machine;
use crate::moment::{found, question};
use crate::state::State as Host;
use sx_persist::bindings::exports::sx::persist::types::{self, Error, Position};
use sx_persist::exports::Exports;
use sx_persist_wire::{self as wire, Answers, Moment, Operations, Outcome, Questions};
use trace::maps::{normal, shown};
use trace::{Answer, Op, address};
use wasmtime::Store;
use wasmtime::component::ResourceAny;

/// Performs an operation; none when the process ended in it, as the plan has it.
pub fn perform(machine: &mut Machine, op: &Op) -> Option<Answer> {
    let answer = match op {
        Op::HandleOp { op, args } => handle(machine, op, args),
        Op::Ref(op) => op.perform(machine),
        Op::Snapshot(op) => op.perform(machine),
        Op::Object(op) => op.perform(machine),
        Op::Session(op) => op.perform(machine),
        Op::Map(op) => op.perform(machine),
        _ if op.is_write() => write(machine, op),
        _ => read(machine, op),
    };
    answer.map(normal)
}

/// The operations of a batch with the versions that they expect: those of before it.
fn resolve(machine: &mut Machine, ops: &[Op]) -> Called<Vec<Op>> {
    let mut resolved = Vec::new();
    for op in ops {
        match op {
            Op::Map(op) => match maps::resolved(op, machine)? {
                Ok(op) => resolved.push(Op::Map(op)),
                Err(error) => return Some(Err(error)),
            },
            other => resolved.push(other.clone()),
        }
    }
    Some(Ok(resolved))
}

fn write(machine: &mut Machine, op: &Op) -> Option<Answer> {
    match op {
        Op::Append { stream, event } => {
            let called =
                machine.call(|exports, store| exports.persist(store)?.call_append(store, stream, event));
            answer(called, |seq| seq.to_string())
        }
        Op::AppendExpecting { stream, expected, events } => {
            let called = machine.call(|exports, store| {
                exports.persist(store)?.call_append_expecting(store, stream, *expected, events)
            });
            answer(called, |seq| seq.to_string())
        }
        Op::RecordEvent { stream, kind, at, data, expected } => {
            let called = machine.call(|exports, store| {
                exports.persist(store)?.call_record_event(
                    store,
                    stream,
                    kind,
                    *at,
                    data,
                    expect_seq(*expected),
                )
            });
            answer(called, |event| event)
        }
        Op::Truncate { stream, upto } => {
            let called =
                machine.call(|exports, store| exports.persist(store)?.call_truncate(store, stream, *upto));
            answer(called, |dropped| dropped.to_string())
        }
        Op::KvPut { key, value } => {
            answer(machine.call(|exports, store| exports.persist(store)?.call_kv_put(store, key, value)), ok)
        }
        Op::KvDelete { key } => {
            let called = machine.call(|exports, store| exports.persist(store)?.call_kv_delete(store, key));
            answer(called, |was_there| was_there.to_string())
        }
        Op::KvSwap { key, expected, replacement } => {
            let called = machine.call(|exports, store| {
                let (expected, replacement) = (expected.as_deref(), replacement.as_deref());
                exports.persist(store)?.call_kv_swap(store, key, expected, replacement)
            });
            answer(called, |swapped| swapped.to_string())
        }
        Op::BlobPut { byte, length } => {
            let bytes = vec![*byte; *length];
            answer(machine.call(|exports, store| exports.blob(store)?.call_put(store, &bytes)), |cid| cid)
        }
        Op::BlobWrite { byte, length } => write_blob(machine, &vec![*byte; *length], true),
        Op::BlobDrop { byte, length } => write_blob(machine, &vec![*byte; *length], false),
        Op::BlobDelete { cid } => {
            let called = machine.call(|exports, store| exports.blob(store)?.call_delete(store, cid));
            answer(called, |was_there| was_there.to_string())
        }
        Op::Commit(ops) => {
            let asked = match resolve(machine, ops)? {
                Ok(ops) => ops,
                Err(error) => return Some(format!("error {}", name(&error))),
            };
            let committed = match batched(machine, &asked)? {
                Ok((ops, writers)) => wire_run(machine, &ops, &writers, true)?,
                Err(error) => return Some(format!("error {}", name(&error))),
            };
            Some(match committed {
                Ok(done) => done.answers.iter().flatten().map(outcome).collect::<Vec<_>>().join("; "),
                Err(refusal) => refused(&refusal, &asked),
            })
        }
        Op::Run(ops) => {
            let asked = match resolve(machine, ops)? {
                Ok(ops) => ops,
                // As if each had been asked for alone.
                Err(error) => return Some(vec![format!("error {}", name(&error)); ops.len()].join("; ")),
            };
            let ran = match batched(machine, &asked)? {
                Ok((ops, writers)) => wire_run(machine, &ops, &writers, false)?,
                Err(reason) => Err(types::Refusal { index: None, reason }),
            };
            let ran = match ran {
                Ok(ran) => ran,
                Err(refusal) => {
                    return Some(vec![format!("error {}", name(&refusal.reason)); ops.len()].join("; "));
                }
            };
            let show = |(op, answer): (&Op, Result<Outcome, wire::Error>)| match answer {
                Ok(done) => outcome(&done),
                Err(error) => format!("error {}", name_for(Some(op), &error.into())),
            };
            Some(asked.iter().zip(ran.answers).map(show).collect::<Vec<_>>().join("; "))
        }
        other => unreachable!("{other} is no write"),
    }
}

/// Hands over operations that are one commit, or each on its own, and the writers that they finish; the refusal is that of all.
///
/// # Panics
/// When what is answered is no answer.
pub fn wire_run(
    machine: &mut Machine,
    ops: &[wire::Op],
    writers: &[ResourceAny],
    whole: bool,
) -> Option<Result<Answers, types::Refusal>> {
    let operations = Operations::to_bytes(ops);
    let call = |exports: &Exports<Host>, store: &mut Store<Host>| {
        exports.wire(store)?.call_run_finishing(store, &operations, writers, whole)
    };
    Some(match machine.call(call)? {
        Ok(answer) => Answers::read(&answer)
            .expect("answers")
            .map_err(|refusal| types::Refusal { index: refusal.index, reason: refusal.reason.into() }),
        Err(reason) => Err(types::Refusal { index: None, reason }),
    })
}

fn handle(machine: &mut Machine, op: &str, args: &str) -> Option<Answer> {
    let called = machine.call(|exports, store| exports.dispatch(store)?.call_handle_op(store, op, args));
    let called = called.map(|answer| answer.map_err(|refusal| refusal.reason));
    answer(called, |answer| answer.unwrap_or_else(|| "none".into()))
}

/// A writer with bytes in it, in two parts.
fn written(machine: &mut Machine, bytes: &[u8]) -> Called<ResourceAny> {
    let opened = machine.call(|exports, store| exports.blob(store)?.writer().call_constructor(store))?;
    let writer = match opened {
        Ok(writer) => writer,
        Err(error) => return Some(Err(error)),
    };
    let (first, second) = bytes.split_at(bytes.len() / 2);
    let mut failed = None;
    for part in [first, second] {
        let written =
            machine.call(|exports, store| exports.blob(store)?.writer().call_write(store, writer, part))?;
        failed = failed.or(written.err());
    }
    match failed {
        None => Some(Ok(writer)),
        Some(error) => {
            machine.call(|_, store| writer.resource_drop(store))?;
            Some(Err(error))
        }
    }
}

/// A blob through a writer, finished or dropped.
fn write_blob(machine: &mut Machine, bytes: &[u8], finish: bool) -> Option<Answer> {
    let writer = match written(machine, bytes)? {
        Ok(writer) => writer,
        Err(error) => return Some(format!("error {}", name(&error))),
    };
    if finish {
        let called = machine.call(|exports, store| exports.blob(store)?.writer().call_finish(store, writer));
        return answer(called, |cid| cid);
    }
    machine.call(|_, store| writer.resource_drop(store))?;
    Some("ok".into())
}

/// Operations as the component takes them, and the writers that they finish.
fn batched(machine: &mut Machine, ops: &[Op]) -> Called<(Vec<wire::Op>, Vec<ResourceAny>)> {
    let (mut batched, mut writers) = (Vec::new(), Vec::new());
    for op in ops {
        let Op::BlobWrite { byte, length } = op else {
            batched.push(part(op));
            continue;
        };
        match written(machine, &vec![*byte; *length])? {
            Ok(writer) => {
                batched.push(wire::Op::BlobFinish { writer: writers.len().try_into().expect("few") });
                writers.push(writer);
            }
            Err(error) => return Some(Err(error)),
        }
    }
    Some(Ok((batched, writers)))
}

/// An operation as a part of a batch.
pub(crate) fn part(op: &Op) -> wire::Op {
    match op.clone() {
        Op::Append { stream, event } => wire::Op::Append { stream, event },
        Op::AppendExpecting { stream, expected, events } => {
            wire::Op::AppendExpecting { stream, expected, events }
        }
        Op::RecordEvent { stream, kind, at, data, expected } => {
            let expected = expect_seq(expected).into();
            wire::Op::RecordEvent { stream, kind, at, data, expected }
        }
        Op::Truncate { stream, upto } => wire::Op::Truncate { stream, upto },
        Op::KvPut { key, value } => wire::Op::KvPut { key, value },
        Op::KvDelete { key } => wire::Op::KvDelete { key },
        Op::KvSwap { key, expected, replacement } => wire::Op::KvSwap { key, expected, replacement },
        Op::BlobPut { byte, length } => wire::Op::BlobPut { bytes: vec![byte; length] },
        Op::BlobDelete { cid } => wire::Op::BlobDelete { cid },
        Op::Ref(op) => op.batched(),
        Op::Snapshot(op) => op.batched(),
        Op::Object(op) => op.batched(),
        Op::Session(op) => op.batched(),
        Op::Map(op) => op.batched(),
        Op::Check(op) => checks::batched(op),
        other => unreachable!("{other} goes into no batch"),
    }
}

/// What a part of a batch answers.
pub(crate) fn outcome(outcome: &Outcome) -> String {
    use Outcome as O;
    match outcome {
        O::Appended(number) | O::Truncated(number) | O::Dropped(number) => number.to_string(),
        O::Recorded(text) | O::Stored(text) => text.clone(),
        O::Put => "ok".into(),
        O::Deleted(answer) | O::Swapped(answer) => answer.to_string(),
        O::Versioned(version) => shown(*version),
        O::Incremented(sum) => sum.to_string(),
        O::Checked => "checked".into(),
    }
}

fn convert(machine: &mut Machine, packed: bool, whole: bool) -> Option<Answer> {
    let to = if packed { types::Layout::Packed } else { types::Layout::Plain };
    loop {
        match machine.call(|exports, store| exports.admin(store)?.call_convert_step(store, to))? {
            Ok(left) if left > 0 && whole => {}
            called => return answer(Some(called), |_| "ok".to_owned()),
        }
    }
}

fn read(machine: &mut Machine, op: &Op) -> Option<Answer> {
    use types::Durability;
    let admin = |machine: &mut Machine,
                 call: fn(&Exports<Host>, &mut Store<Host>) -> wasmtime::Result<Answered>| {
        answer(machine.call(call), ok)
    };
    match op {
        Op::Relaxed => admin(machine, |e, s| e.admin(s)?.call_set_durability(s, Durability::Relaxed)),
        Op::Always => admin(machine, |e, s| e.admin(s)?.call_set_durability(s, Durability::Always)),
        Op::Flush => admin(machine, |e, s| e.admin(s)?.call_flush(s)),
        Op::Checkpoint => admin(machine, |e, s| e.admin(s)?.call_checkpoint(s)),
        Op::CheckpointStep => {
            let called = machine.call(|exports, store| exports.admin(store)?.call_checkpoint_step(store));
            answer(called, |_| "ok".to_owned())
        }
        Op::CompactStep => {
            let called = machine.call(|exports, store| exports.admin(store)?.call_compact_step(store));
            answer(called, |_| "ok".to_owned())
        }
        Op::Convert { packed, whole } => convert(machine, *packed, *whole),
        Op::Reads(ops) => {
            let questions: Vec<_> = ops.iter().map(question).collect();
            let questions = Questions::to_bytes(&questions);
            let called = machine.call(|exports, store| exports.wire(store)?.call_read(store, &questions));
            answer(called, |answer| match Moment::read(&answer).expect("findings") {
                Ok(moment) => moment.found.iter().map(found).collect::<Vec<_>>().join("; "),
                Err(refusal) => {
                    let (index, reason) = (refusal.index, refusal.reason.into());
                    refused(&types::Refusal { index, reason }, ops)
                }
            })
        }
        Op::Read { stream } => {
            let called = machine.call(|exports, store| exports.persist(store)?.call_read(store, stream));
            answer(called, |events| events.join(" "))
        }
        Op::Pages { stream, at, limit, backward } => pages(machine, stream, at, *limit, *backward),
        Op::LastSeq { stream } => {
            let called = machine.call(|exports, store| exports.persist(store)?.call_last_seq(store, stream));
            answer(called, |seq| seq.to_string())
        }
        Op::Count { stream } => {
            let called = machine.call(|exports, store| exports.persist(store)?.call_count(store, stream));
            answer(called, |count| count.to_string())
        }
        Op::Streams => streams(machine),
        Op::KvGet { key } => {
            let called = machine.call(|exports, store| exports.persist(store)?.call_kv_get(store, key));
            answer(called, |value| value.unwrap_or_else(|| "none".into()))
        }
        Op::KvHas { key } => {
            let called = machine.call(|exports, store| exports.persist(store)?.call_kv_has(store, key));
            answer(called, |has| has.to_string())
        }
        Op::KvKeys => {
            answer(machine.call(|exports, store| exports.persist(store)?.call_kv_keys(store)), |all| {
                names(&all)
            })
        }
        Op::KvList { prefix, limit } => kv_list(machine, prefix, *limit).map(|listed| match listed {
            Ok(entries) => {
                entries.iter().map(|(key, value)| format!("{key:?} {value}")).collect::<Vec<_>>().join(" ")
            }
            Err(error) => format!("error {}", name(&error)),
        }),
        Op::BlobGet { cid } => {
            let called = machine.call(|exports, store| exports.blob(store)?.call_get(store, cid));
            answer(called, |bytes| bytes.map_or_else(|| "none".into(), |bytes| address(&bytes)))
        }
        Op::BlobHas { cid } => {
            let called = machine.call(|exports, store| exports.blob(store)?.call_has(store, cid));
            answer(called, |has| has.to_string())
        }
        Op::BlobSize { cid } => {
            let called = machine.call(|exports, store| exports.blob(store)?.call_size(store, cid));
            answer(called, |size| size.map_or_else(|| "none".into(), |size| size.to_string()))
        }
        Op::BlobList => {
            let called = machine.call(|exports, store| exports.blob(store)?.call_list(store, None, 65_536));
            answer(called, |page| names(&page.names))
        }
        other => unreachable!("{other} is no call"),
    }
}

type Answered = Result<(), Error>;

fn pages(machine: &mut Machine, stream: &str, at: &str, limit: u32, backward: bool) -> Option<Answer> {
    let mut position = match at {
        "start" => Position::Start,
        "end" => Position::End,
        seq => Position::After(seq.parse().unwrap_or(0)),
    };
    let mut events = Vec::new();
    loop {
        let page = machine.call(|exports, store| {
            exports.persist(store)?.call_read_page(store, stream, &position, limit, direction(backward))
        })?;
        match page {
            Err(error) => return Some(format!("error {}", name(&error))),
            Ok(page) if page.lines.lines().count() > limit as usize => {
                return Some("a page above its limit".into());
            }
            Ok(page) => {
                events.extend(page.lines.lines().map(str::to_owned));
                if page.done {
                    return Some(events.join(" "));
                }
                position = Position::Cursor(page.through);
            }
        }
    }
}

fn kv_list(machine: &mut Machine, prefix: &str, limit: u32) -> Called<Vec<(String, String)>> {
    all_pages(None, |after| {
        let page = machine.call(|e, s| e.persist(s)?.call_kv_list(s, prefix, after, limit))?;
        let pairs =
            |entries: Vec<types::Entry>| entries.into_iter().map(|entry| (entry.key, entry.value)).collect();
        Some(page.map(|page| (pairs(page.entries), page.through, page.done)))
    })
}

/// The streams. Pages of them must say the same.
fn streams(machine: &mut Machine) -> Option<String> {
    let all = match machine.call(|exports, store| exports.persist(store)?.call_streams(store))? {
        Ok(all) => all,
        Err(error) => return Some(format!("error {}", name(&error))),
    };
    let paged = all_pages(None, |after| {
        let page = machine.call(|e, s| e.persist(s)?.call_list_streams(s, "", after, 2))?;
        Some(page.map(|page| (page.names, page.through, page.done)))
    })?;
    Some(match paged {
        Ok(paged) if paged == all => names(&all),
        Ok(paged) => format!("{} and pages of {}", names(&all), names(&paged)),
        Err(error) => format!("{} and error {}", names(&all), name(&error)),
    })
}
