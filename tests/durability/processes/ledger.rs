//! What a store must hold after its process was killed: every state that the contract allows, and no other.

use model::State;
use std::collections::BTreeMap;
use support::work::step;
use trace::Op;

/// The account of one root, over all processes that worked on it.
///
/// A kill leaves all that was written, and an answer is given behind the write, in relaxed phases too (D4, J3). So what is
/// there is what was answered, and the operation in flight besides or not (I2). Only an operation that was refused because
/// the disk was full may be there or not as well (I6).
pub(crate) struct Ledger {
    seed: u64,
    /// The states that the root may be in.
    possible: Vec<State>,
    /// The number of the next operation.
    pub(crate) next: u64,
    pub(crate) acknowledged: u64,
    pub(crate) refused: u64,
    /// Operations that were in flight at a kill and were found whole, and those that were not found.
    pub(crate) in_flight: [u64; 2],
    /// How many of the possible states are without the operation that was in flight.
    without: Option<usize>,
    highest: BTreeMap<String, u64>,
}

impl Ledger {
    pub(crate) fn new(seed: u64) -> Self {
        let possible = vec![State::default()];
        Self {
            seed,
            possible,
            next: 1,
            acknowledged: 0,
            refused: 0,
            in_flight: [0, 0],
            without: None,
            highest: BTreeMap::new(),
        }
    }

    /// The operation of a number, as a store in this state is asked for it.
    fn op(&self, number: u64, state: &State) -> Op {
        step(self.seed, number, |stream| state.streams.get(stream).map_or(0, |stream| stream.last_seq))
    }

    /// The only state that the root can be in.
    pub(crate) fn state(&self) -> &State {
        assert_eq!(self.possible.len(), 1, "nobody has looked since a refusal or a kill");
        &self.possible[0]
    }

    /// The state that is likeliest, to show a difference to.
    pub(crate) fn guess(&self) -> State {
        self.possible[0].clone()
    }

    /// The next operation, for a store in this process.
    pub(crate) fn next_op(&self) -> Op {
        self.op(self.next, self.state())
    }

    /// An operation besides those of the seed.
    pub(crate) fn also(&mut self, op: &Op, answer: &str) {
        self.possible.iter_mut().for_each(|state| assert_eq!(state.apply(op), answer, "{op}"));
    }

    /// The next operation was answered.
    pub(crate) fn answered(&mut self, answer: &str) {
        let number = self.next;
        self.next += 1;
        // Never `closed`: the host opens the store afresh before the next write.
        if answer == "error no-space" {
            self.refused += 1;
            return self.perhaps(number);
        }
        self.acknowledged += 1;
        let mut due = Vec::new();
        let mut possible = Vec::new();
        for mut state in std::mem::take(&mut self.possible) {
            let op = self.op(number, &state);
            let answers = state.apply(&op);
            if answers == answer {
                possible.push(state);
            } else {
                due.push(format!("  {op}\n    is due to answer {answers}"));
            }
        }
        assert!(!possible.is_empty(), "operation {number} answered {answer}:\n{}", due.join("\n"));
        self.possible = possible;
    }

    /// An operation may be there or not.
    fn perhaps(&mut self, number: u64) {
        for state in self.possible.clone() {
            let mut with = state.clone();
            with.apply(&self.op(number, &state));
            if !self.possible.contains(&with) {
                self.possible.push(with);
            }
        }
    }

    /// What a killed child said: `begin N` and `done N ANSWER` in turn.
    pub(crate) fn heard<'a>(&mut self, said: impl IntoIterator<Item = &'a String>) {
        let mut begun = self.next;
        for line in said {
            if let Some(number) = line.strip_prefix("begin ") {
                assert_eq!(number, self.next.to_string());
                begun = self.next + 1;
            } else if let Some((number, answer)) =
                line.strip_prefix("done ").and_then(|rest| rest.split_once(' '))
            {
                assert_eq!(number, self.next.to_string());
                self.answered(answer);
            } else {
                // An empty answer: the events of an empty commit, or of a read.
                assert_eq!(line, &format!("done {}", self.next));
                self.answered("");
            }
        }
        if begun > self.next {
            self.without = Some(self.possible.len());
            self.perhaps(self.next);
            self.next += 1;
            self.without = self.without.filter(|without| *without < self.possible.len());
        }
    }

    /// May the root hold this?
    pub(crate) fn allows(&self, held: &State) -> bool {
        self.possible.contains(held)
    }

    /// What somebody found in the root is one of the states that it may be in. From now on it is that one.
    pub(crate) fn found(
        &mut self,
        who: &str,
        is_it: impl Fn(&State) -> bool,
        shown: impl FnOnce() -> String,
    ) {
        let Some(index) = self.possible.iter().position(is_it) else {
            panic!("before operation {}, {who} found what cannot be:\n{}", self.next, shown());
        };
        if let Some(without) = self.without.take() {
            self.in_flight[usize::from(index < without)] += 1;
        }
        self.possible = vec![self.possible.swap_remove(index)];
        for (name, stream) in &self.possible[0].streams {
            let highest = self.highest.entry(name.clone()).or_default();
            assert!(
                stream.last_seq >= *highest,
                "last-seq of {name} fell from {highest} to {}",
                stream.last_seq
            );
            *highest = stream.last_seq;
        }
    }
}

/// What `child show` prints of a state.
pub(crate) fn shown(state: &State) -> String {
    let mut text = String::new();
    for (name, stream) in &state.streams {
        text.extend(stream.events.iter().map(|event| format!("{name} {event}\n")));
    }
    text.extend(state.kv.iter().map(|(key, value)| format!("{key} {value}\n")));
    text.extend(state.refs.iter().map(|(name, hash)| format!("{name} {hash}\n")));
    text.extend(state.snapshots.iter().map(|(key, bytes)| format!("{key} {}\n", bytes.escape_ascii())));
    text.extend(state.objects.iter().map(|(hash, bytes)| format!("{hash} {}\n", bytes.len())));
    text.push_str(&state.sessions.text());
    for (table, keys) in &state.maps.tables {
        let line = |(key, (value, _)): (&Vec<u8>, &(Vec<u8>, u64))| {
            format!("{table} {} {}\n", key.escape_ascii(), value.escape_ascii())
        };
        text.extend(keys.iter().map(line));
    }
    text.extend(state.blobs.iter().map(|(cid, bytes)| format!("{cid} {}\n", bytes.len())));
    text
}

/// Where two states differ, for whoever reads of a failure.
pub(crate) fn difference(found: &State, due: &State) -> String {
    let mut lines = Vec::new();
    for (name, stream) in &found.streams {
        let empty = model::Stream::default();
        let other = due.streams.get(name).unwrap_or(&empty);
        if stream != other {
            let same = stream.events.iter().zip(&other.events).take_while(|(a, b)| a == b).count();
            lines.push(format!(
                "  stream {name:?}: {} events, last-seq {}, and {} events, last-seq {} were due; the same up to {same}",
                stream.events.len(),
                stream.last_seq,
                other.events.len(),
                other.last_seq
            ));
        }
    }
    for key in found.kv.keys().chain(due.kv.keys()) {
        let (is, was_due) = (found.kv.get(key), due.kv.get(key));
        if is != was_due {
            lines.push(format!("  key {key:?}: {is:?}, and {was_due:?} was due"));
        }
    }
    for name in found.refs.keys().chain(due.refs.keys()) {
        let (is, was_due) = (found.refs.get(name), due.refs.get(name));
        if is != was_due {
            lines.push(format!("  ref {name:?}: {is:?}, and {was_due:?} was due"));
        }
    }
    for key in found.snapshots.keys().chain(due.snapshots.keys()) {
        let (is, was_due) = (found.snapshots.get(key), due.snapshots.get(key));
        if is != was_due {
            let (is, was_due) = (is.map(Vec::len), was_due.map(Vec::len));
            lines.push(format!("  snapshot {key:?}: other bytes, {is:?} of them, and {was_due:?} were due"));
        }
    }
    for hash in found.objects.keys().chain(due.objects.keys()) {
        let (is, was_due) = (found.objects.get(hash), due.objects.get(hash));
        if is != was_due {
            let first = |bytes: Option<&Vec<u8>>| bytes.map(|bytes| (bytes.first().copied(), bytes.len()));
            lines.push(format!("  object {hash}: {:?}, and {:?} was due", first(is), first(was_due)));
        }
    }
    if found.sessions != due.sessions {
        lines.push(format!("  sessions:\n{}and due were\n{}", found.sessions.text(), due.sessions.text()));
    }
    if found.maps != due.maps {
        lines.push(format!("  maps: {:?}, and {:?} was due", found.maps, due.maps));
    }
    for cid in found.blobs.keys().chain(due.blobs.keys()) {
        let (is, was_due) = (found.blobs.contains_key(cid), due.blobs.contains_key(cid));
        if is != was_due {
            lines.push(format!("  blob {cid}: there {is}, due {was_due}"));
        }
    }
    let gone = due.streams.keys().filter(|name| !found.streams.contains_key(*name));
    lines.extend(gone.map(|name| format!("  stream {name:?} is gone")));
    lines.join("\n")
}
