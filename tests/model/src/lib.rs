//! What docs/semantics.md means, over std collections: the oracle of the suites.
//!
//! It shares no code with the engine (`core`) or the value crate (`sx`): it uses std and the trace type alone (A5). It is
//! written to be read against the rules, not to be fast.

#![forbid(unsafe_code)]

mod checks;
mod maps;
mod objects;
mod refs;
mod sessions;
mod snapshots;
mod sx;

pub use maps::{Maps, Table};
pub use sessions::{Segment, Sessions};
use std::collections::BTreeMap;
use trace::maps::normal;
use trace::refs::RefOp;
use trace::{Answer, Op, address};

/// Everything that a store holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// By name: the events in append order, and last-seq.
    pub streams: BTreeMap<String, Stream>,
    /// By key.
    pub kv: BTreeMap<String, String>,
    /// By name: the hash.
    pub refs: BTreeMap<String, String>,
    /// By key.
    pub snapshots: BTreeMap<String, Vec<u8>>,
    /// In the order in which they are listed.
    pub sessions: Sessions,
    /// By address: byte and length of what a trace puts.
    pub blobs: BTreeMap<String, Vec<u8>>,
    /// By hash.
    pub objects: BTreeMap<String, Vec<u8>>,
    /// Tables of bytes with versions.
    pub maps: Maps,
}

/// One stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stream {
    /// Canonical texts, in append order.
    pub events: Vec<String>,
    /// The highest seq ever appended.
    pub last_seq: u64,
}

const SEQ_MAX: u64 = 9_007_199_254_740_991;

/// An error's name, and what of it is compared.
type Refused = String;
type Outcome<T> = Result<T, Refused>;

fn check_name(name: &str) -> Outcome<()> {
    if name.is_empty() || name.len() > 1_024 { Err("invalid-name".into()) } else { Ok(()) }
}

/// S2: the seq and the canonical text of an event.
fn event(text: &str) -> Outcome<(u64, String)> {
    let mut value = sx::read(text)?;
    match value.field("seq") {
        Some(seq) if (1..=SEQ_MAX).contains(&seq) => {
            // A float that is whole is stored as the integer.
            value.set("seq", seq);
            Ok((seq, value.print()))
        }
        _ => Err("invalid-event".into()),
    }
}

fn canonical(text: &str) -> Outcome<String> {
    Ok(sx::read(text)?.print())
}

impl State {
    /// Performs an operation, as a commit of its own.
    pub fn apply(&mut self, op: &Op) -> Answer {
        self.maps.commit += 1;
        normal(self.apply_exactly(op))
    }

    /// Performs an operation as the commit that `maps` has the version of. The answer shows versions as they are.
    pub fn apply_exactly(&mut self, op: &Op) -> Answer {
        self.sessions.now += 1;
        self.perform(op).unwrap_or_else(|error| format!("error {error}"))
    }

    fn perform(&mut self, op: &Op) -> Outcome<Answer> {
        match op {
            Op::Commit(ops) => self.commit(ops),
            Op::Run(ops) => {
                let ops = self.resolve(ops);
                Ok(ops.iter().map(|op| self.apply(op)).collect::<Vec<_>>().join("; "))
            }
            Op::Reads(ops) => {
                let read = |(index, op)| self.perform(op).map_err(|error| format!("at {index} {error}"));
                Ok(ops.iter().enumerate().map(read).collect::<Outcome<Vec<_>>>()?.join("; "))
            }
            Op::HandleOp { op, args } => self.handle_op(op, args),
            Op::Relaxed
            | Op::Always
            | Op::Flush
            | Op::Checkpoint
            | Op::CheckpointStep
            | Op::CompactStep
            | Op::Convert { .. }
            | Op::Restart => Ok("ok".into()),
            Op::Ref(op) => self.perform_ref(op),
            Op::Snapshot(op) => self.perform_snapshot(op),
            Op::Object(op) => self.perform_object(op),
            Op::Session(op) => self.perform_session(op),
            Op::Map(op) => self.perform_map(op),
            Op::Check(op) => self.check(op),
            _ if op.is_write() => self.write(op),
            _ => self.read(op),
        }
    }

    fn write(&mut self, op: &Op) -> Outcome<Answer> {
        match op {
            Op::Append { stream, event: text } => {
                check_name(stream)?;
                let (seq, text) = event(text)?;
                Ok(self.append(stream, seq, text).to_string())
            }
            Op::AppendExpecting { stream, expected, events } => {
                self.append_expecting(stream, *expected, events)
            }
            Op::RecordEvent { stream, kind, at, data, expected } => {
                self.record_event(stream, kind, *at, data, *expected)
            }
            Op::Truncate { stream, upto } => self.truncate(stream, *upto),
            Op::KvPut { key, value } => {
                check_name(key)?;
                self.kv.insert(key.clone(), canonical(value)?);
                Ok("ok".into())
            }
            Op::KvDelete { key } => {
                check_name(key)?;
                Ok(self.kv.remove(key).is_some().to_string())
            }
            Op::KvSwap { key, expected, replacement } => {
                self.kv_swap(key, expected.as_ref(), replacement.as_ref())
            }
            Op::BlobPut { byte, length } | Op::BlobWrite { byte, length } => {
                let bytes = vec![*byte; *length];
                let cid = address(&bytes);
                self.blobs.insert(cid.clone(), bytes);
                Ok(cid)
            }
            Op::BlobDrop { .. } => Ok("ok".into()),
            Op::BlobDelete { cid } => Ok(self.blobs.remove(cid).is_some().to_string()),
            other => unreachable!("{other} is no write"),
        }
    }

    fn append(&mut self, stream: &str, seq: u64, text: String) -> u64 {
        let stream = self.streams.entry(stream.to_owned()).or_default();
        stream.events.push(text);
        stream.last_seq = stream.last_seq.max(seq);
        stream.last_seq
    }

    fn last_seq(&self, stream: &str) -> u64 {
        self.streams.get(stream).map_or(0, |stream| stream.last_seq)
    }

    fn expect(&self, stream: &str, expected: u64) -> Outcome<()> {
        let actual = self.last_seq(stream);
        if actual == expected { Ok(()) } else { Err(format!("stale {expected} {actual}")) }
    }

    /// S6.
    fn append_expecting(&mut self, stream: &str, expected: u64, events: &[String]) -> Outcome<Answer> {
        check_name(stream)?;
        let parsed = events.iter().map(|text| event(text)).collect::<Outcome<Vec<_>>>()?;
        self.expect(stream, expected)?;
        let mut last = expected;
        for (seq, _) in &parsed {
            if *seq <= last {
                return Err("invalid-event".into());
            }
            last = *seq;
        }
        for (seq, text) in parsed {
            self.append(stream, seq, text);
        }
        Ok(last.to_string())
    }

    /// S7.
    fn record_event(
        &mut self,
        stream: &str,
        kind: &str,
        at: i64,
        data: &str,
        expected: Option<u64>,
    ) -> Outcome<Answer> {
        check_name(stream)?;
        let data = canonical(data)?;
        if let Some(expected) = expected {
            self.expect(stream, expected)?;
        }
        let seq = self.last_seq(stream) + 1;
        if seq > SEQ_MAX {
            return Err("invalid-event".into());
        }
        let (quoted, kind) = (sx::quote(stream), sx::quote(kind));
        let text = canonical(&format!("{{:at {at} :data {data} :seq {seq} :stream {quoted} :type {kind}}}"))?;
        self.append(stream, seq, text.clone());
        Ok(text)
    }

    /// S5.
    fn truncate(&mut self, stream: &str, upto: u64) -> Outcome<Answer> {
        check_name(stream)?;
        let Some(stream) = self.streams.get_mut(stream) else { return Ok("0".into()) };
        let before = stream.events.len();
        stream.events.retain(|event| seq_of(event) > upto);
        Ok((before - stream.events.len()).to_string())
    }

    /// K4.
    fn kv_swap(
        &mut self,
        key: &str,
        expected: Option<&String>,
        replacement: Option<&String>,
    ) -> Outcome<Answer> {
        check_name(key)?;
        let expected = expected.map(|text| canonical(text)).transpose()?;
        let replacement = replacement.map(|text| canonical(text)).transpose()?;
        let matches = self.kv.get(key) == expected.as_ref();
        if matches {
            match replacement {
                Some(text) => drop(self.kv.insert(key.to_owned(), text)),
                None => drop(self.kv.remove(key)),
            }
        }
        Ok(matches.to_string())
    }

    /// All or nothing.
    fn commit(&mut self, ops: &[Op]) -> Outcome<Answer> {
        let mut next = self.clone();
        let mut answers = Vec::new();
        for (index, op) in self.resolve(ops).iter().enumerate() {
            let answer = next.perform(op).map_err(|error| format!("at {index} {error}"))?;
            let is_swap = matches!(op, Op::KvSwap { .. } | Op::Ref(RefOp::TestAndSet { .. }));
            if is_swap && answer == "false" {
                return Err(format!("at {index} conflict"));
            }
            answers.push(answer);
        }
        *self = next;
        Ok(answers.join("; "))
    }

    fn read(&self, op: &Op) -> Outcome<Answer> {
        let events = |stream: &str| self.streams.get(stream).map_or(&[][..], |stream| &stream.events);
        Ok(match op {
            Op::Read { stream } => {
                check_name(stream)?;
                events(stream).join(" ")
            }
            Op::Pages { stream, at, backward, .. } => {
                check_name(stream)?;
                let all = events(stream);
                let after = at.parse::<u64>().ok();
                let is_empty = match at.as_str() {
                    "start" => *backward,
                    "end" => !*backward,
                    _ => false,
                };
                let wanted =
                    all.iter().filter(|event| !is_empty && after.is_none_or(|seq| seq_of(event) > seq));
                let mut shown: Vec<_> = wanted.cloned().collect();
                if *backward {
                    shown.reverse();
                }
                shown.join(" ")
            }
            Op::LastSeq { stream } => {
                check_name(stream)?;
                self.last_seq(stream).to_string()
            }
            Op::Count { stream } => {
                check_name(stream)?;
                events(stream).len().to_string()
            }
            Op::Streams => names(self.streams.keys()),
            Op::KvGet { key } => {
                check_name(key)?;
                self.kv.get(key).cloned().unwrap_or_else(|| "none".into())
            }
            Op::KvHas { key } => {
                check_name(key)?;
                self.kv.contains_key(key).to_string()
            }
            Op::KvKeys => names(self.kv.keys()),
            Op::KvList { prefix, .. } => {
                let entries = self.kv.iter().filter(|(key, _)| key.starts_with(prefix));
                entries.map(|(key, value)| format!("{key:?} {value}")).collect::<Vec<_>>().join(" ")
            }
            Op::BlobGet { cid } => self.blobs.get(cid).map_or_else(|| "none".into(), |bytes| address(bytes)),
            Op::BlobHas { cid } => self.blobs.contains_key(cid).to_string(),
            Op::BlobSize { cid } => {
                self.blobs.get(cid).map_or_else(|| "none".into(), |bytes| bytes.len().to_string())
            }
            Op::BlobList => names(self.blobs.keys()),
            other => unreachable!("{other} is no read"),
        })
    }

    /// O1 and O2, for the operations that traces use.
    fn handle_op(&mut self, op: &str, args: &str) -> Outcome<Answer> {
        if !op.starts_with("persist/") && !op.starts_with("blob/") {
            return Ok("none".into());
        }
        let value = sx::read(args)?;
        let items = value.items().ok_or("invalid-argument")?;
        let text = |index: usize| items.get(index).and_then(sx::Value::as_string).ok_or("invalid-argument");
        let value = |index: usize| items.get(index).map(sx::Value::print).ok_or("invalid-argument");
        match op {
            "persist/append" => {
                let (stream, event) = (text(0)?.to_owned(), value(1)?);
                self.write(&Op::Append { stream, event })?;
                Ok("nil".into())
            }
            "persist/kv-put" => {
                let (key, value) = (text(0)?.to_owned(), value(1)?);
                self.write(&Op::KvPut { key, value })?;
                Ok("nil".into())
            }
            "persist/kv-get" => {
                let key = text(0)?.to_owned();
                check_name(&key)?;
                Ok(self.kv.get(&key).cloned().unwrap_or_else(|| "nil".into()))
            }
            "persist/read" => {
                let stream = text(0)?.to_owned();
                let events = self.read(&Op::Read { stream })?;
                Ok(if events.is_empty() { "(list)".into() } else { format!("(list {events})") })
            }
            _ => Err("invalid-argument".into()),
        }
    }
}

fn seq_of(event: &str) -> u64 {
    sx::read(event).ok().and_then(|value| value.field("seq")).unwrap_or(0)
}

fn names<'a>(names: impl Iterator<Item = &'a String>) -> String {
    names.map(|name| format!("{name:?}")).collect::<Vec<_>>().join(" ")
}
