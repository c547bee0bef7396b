//! What stands in the roots: all kinds of things, written in rounds, of which the later ones replace and remove what the earlier ones have
//! put.

use crate::any_disk::{Engine, engine_on};
use crate::segments::{A, B, segment, texts};
use std::sync::LazyLock;
use sx_persist_core::memory::Memory;
use sx_persist_core::{Damage, Error, Expect, ExpectSeq};

/// The tables, and how many keys each has. Of `t` the values are small, of `u` they stand in files of their own once they are merged.
pub(super) const TABLES: [(&str, usize); 7] =
    [("t", 7), ("u", 5), ("refs", 3), ("snapshots", 3), ("objects", 3), ("kv", 3), ("blobs", 3)];
/// The segments, and whose each is.
pub(super) const SEGMENTS: [(usize, &str); 5] = [(1, A), (2, A), (3, B), (4, A), (5, B)];
/// Streams: one whose seqs rise, one whose seqs descend, and one of which nothing stays.
pub(super) const STREAMS: [&str; 3] = ["up", "down", "gone"];
/// More than half of a block of the usual size.
const LARGE_BYTES: usize = 2_300;

pub(super) fn hash(at: usize) -> String {
    format!("{at:040x}")
}

/// The name of a key.
pub(super) fn name(table: &str, at: usize) -> String {
    match table {
        "objects" => hash(at),
        "blobs" => blob_cids()[at].clone(),
        _ => format!("k{at}"),
    }
}

fn blob(at: usize) -> String {
    format!("blob {at} ").repeat(4 + at)
}

/// The addresses of the blobs.
pub(super) fn blob_cids() -> &'static [String] {
    static CIDS: LazyLock<Vec<String>> = LazyLock::new(|| {
        let mut engine = engine_on(Memory::new());
        (0..3).map(|at| engine.blob_put(blob(at).as_bytes()).unwrap()).collect()
    });
    &CIDS
}

/// What stands for an answer that damage has cut short.
pub(super) fn damaged() -> Error {
    Error::Corrupt(Damage { file: String::new(), line: None, offset_bytes: 0, reason: "cut short".into() })
}

/// A commit, or nothing.
type Write = Box<dyn Fn(&mut Engine)>;

/// Some, one after the other.
#[derive(Default)]
pub(super) struct Writes(Vec<Write>);

impl Writes {
    /// What is written in a round.
    pub(super) fn of(round: usize) -> Self {
        let mut writes = Self::default();
        for (table, keys) in TABLES {
            // The last two values of `u` stay where they are.
            let keys = if table == "u" && round > 0 { keys - 2 } else { keys };
            for at in (0..keys).filter(|at| round == 0 || (at + round).is_multiple_of(3)) {
                if round == 0 || !(at + round).is_multiple_of(2) {
                    writes.put(table, at, round);
                } else {
                    writes.add(move |engine| remove(engine, table, at));
                }
            }
        }
        for stream in STREAMS {
            writes.append(stream, round);
        }
        writes.write_segments(round);
        writes
    }

    /// Performs them; `pause` comes behind each.
    pub(super) fn perform(&self, engine: &mut Engine, mut pause: impl FnMut(&mut Engine)) {
        for write in &self.0 {
            write(engine);
            pause(engine);
        }
    }

    fn add<T>(&mut self, write: impl Fn(&mut Engine) -> T + 'static) {
        self.0.push(Box::new(move |engine| drop(write(engine))));
    }

    fn put(&mut self, table: &'static str, at: usize, round: usize) {
        if table == "objects" {
            // One that is there is not replaced.
            self.add(move |engine| remove(engine, table, at));
        }
        self.add(move |engine| put(engine, table, at, round));
    }

    /// Appends to a stream and truncates it, as its kind is.
    fn append(&mut self, stream: &'static str, round: usize) {
        let number = u64::try_from(round).unwrap();
        // Behind the last one, or where they are.
        let (seqs, is_behind) = match stream {
            "up" => (vec![1, 2, 3], true),
            "down" => (vec![7 + number, 3 + number, 9 + number], false),
            _ => (vec![1; 1 - round % 2], true),
        };
        for seq in seqs {
            self.add(move |engine| {
                let before = if is_behind { engine.last_seq(stream).unwrap() } else { 0 };
                let seq = if is_behind { before + 1 } else { seq };
                engine.append(stream, &format!("{{:data \"of round {round}\" :seq {seq}}}")).unwrap();
            });
        }
        if round % 2 == 1 {
            self.add(move |engine| {
                let last = engine.last_seq(stream).unwrap();
                let upto = match stream {
                    "up" => last.saturating_sub(4),
                    "down" => 4,
                    _ => last,
                };
                engine.truncate(stream, upto).unwrap();
            });
        }
    }

    fn write_segments(&mut self, round: usize) {
        for (number, session) in [(1, A), (3, B)] {
            let id = segment(number);
            for entry in 0..2 {
                let (id, entry) = (id.clone(), format!("\"entry {entry} of round {round}\""));
                self.add(move |engine| engine.session_append(session, &id, &entry).unwrap());
            }
            let (of, trace) = (id.clone(), format!("[:trace {round}]"));
            self.add(move |engine| engine.session_append_trace(session, &of, &trace).unwrap());
            let meta = format!("{{:meta {round}}}");
            self.add(move |engine| engine.session_set_meta(session, &id, Some(&meta)).unwrap());
        }
        if round.is_multiple_of(2) {
            self.replace_and_make(round);
        } else {
            self.cut_and_remove(round);
        }
        if round > 1 {
            let entry = format!("[:late {round}]");
            self.add(move |engine| engine.session_append(B, &segment(5), &entry).unwrap());
        }
    }

    fn replace_and_make(&mut self, round: usize) {
        let entries = texts(10 * round..10 * round + 4);
        self.add(move |engine| engine.session_create_segment(A, &segment(2), &entries).unwrap());
        let entry = round.to_string();
        self.add(move |engine| engine.session_append(A, &segment(4), &entry).unwrap());
    }

    fn cut_and_remove(&mut self, round: usize) {
        self.add(move |engine| {
            if engine.session_exists(A, &segment(2)).unwrap() {
                let count = engine.session_entry_count(A, &segment(2)).unwrap().min(2);
                engine.session_truncate(A, &segment(2), count, ExpectSeq::Any).unwrap();
            }
        });
        let entry = format!("[:behind {round}]");
        self.add(move |engine| engine.session_append(A, &segment(2), &entry).unwrap());
        self.add(|engine| engine.session_delete_segment(A, &segment(4)).unwrap());
    }
}

fn put(engine: &mut Engine, table: &str, at: usize, round: usize) {
    let (name, value) = (name(table, at), format!("{table} {at} in round {round}"));
    match table {
        "t" => drop(engine.map_put("t", name.as_bytes(), value.as_bytes()).unwrap()),
        "u" => {
            let length = if at == 4 { LARGE_BYTES } else { 40 + at };
            let value = value.repeat(length / value.len() + 1);
            engine.map_put("u", name.as_bytes(), value.as_bytes()).unwrap();
        }
        "refs" => engine.ref_set(&name, &hash(100 * round + at)).unwrap(),
        "snapshots" => engine.snapshot_persist(&name, value.as_bytes()).unwrap(),
        "objects" => engine.object_write(&name, value.as_bytes()).unwrap(),
        "kv" => engine.kv_put(&name, &format!("\"{value}\"")).unwrap(),
        "blobs" => drop(engine.blob_put(blob(at).as_bytes()).unwrap()),
        other => panic!("{other}"),
    }
}

fn remove(engine: &mut Engine, table: &str, at: usize) {
    let name = name(table, at);
    let removed = match table {
        "t" | "u" => engine.map_delete(table, name.as_bytes(), Expect::Any),
        "refs" => engine.ref_delete(&name),
        "snapshots" => engine.snapshot_delete_marker(&name),
        "objects" => engine.object_delete(&name),
        "kv" => engine.kv_delete(&name),
        "blobs" => engine.blob_delete(&name),
        other => panic!("{other}"),
    };
    removed.unwrap();
}
