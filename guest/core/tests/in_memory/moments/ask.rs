//! What is asked of a store, and of which names: every question that there is, and how one is drawn.

use super::pick::{About, Draw, step};
use super::trace::Step;

/// A text of which a name is cut into folders.
pub(super) const LONG: &str = "(quote &text/140/1)";
pub(super) const SESSIONS: [&str; 2] =
    ["\"00000000-0000-4000-8000-00000000000a\"", "\"00000000-0000-4000-8000-00000000000b\""];
pub(super) const SEGMENTS: [&str; 3] = [
    "\"00000000-0000-4000-8000-000000000001\"",
    "\"00000000-0000-4000-8000-000000000002\"",
    "\"00000000-0000-4000-8000-000000000003\"",
];
pub(super) const STREAMS: [&str; 3] = ["\"s\"", "\"t\"", LONG];
pub(super) const KEYS: [&str; 4] = ["\"a\"", "\"a/b\"", "\"über\"", LONG];
pub(super) const REFS: [&str; 3] = ["\"HEAD\"", "\"refs/heads/main\"", "\"refs/heads/a\""];
pub(super) const TABLES: [&str; 2] = ["\"t\"", "\"u\""];
pub(super) const HASHES: [&str; 3] = [
    "\"1111111111111111111111111111111111111111\"",
    "\"2222222222222222222222222222222222222222\"",
    "\"2222222222222222222222222222222222222222222222222222222222222222\"",
];

/// Everything that can be asked of what the traces write to.
pub(super) fn questions(label: usize) -> Vec<Step> {
    let mut asked: Vec<(&str, String)> = Vec::new();
    for stream in STREAMS {
        asked.extend(["persist/read", "persist/last-seq", "persist/count"].map(|op| (op, stream.to_owned())));
        for at in [
            "start 2 forward",
            "start 100 forward",
            "end 2 backward",
            "end 2 forward",
            "{:after 4} 3 forward",
        ] {
            asked.push(("persist/read-page", format!("{stream} {}", quoted(at))));
        }
    }
    asked.push(("persist/streams", String::new()));
    asked.extend(KEYS.map(|key| ("persist/kv-has?", key.to_owned())));
    asked.extend(KEYS.map(|key| ("persist/snapshot/load", key.to_owned())));
    asked.push(("persist/kv-list", "\"\" nil 100".to_owned()));
    asked.push(("persist/snapshot/keys", "\"\" nil 100".to_owned()));
    asked.push(("persist/ref/list", "\"\" nil 100".to_owned()));
    asked.extend(HASHES.map(|hash| ("persist/object/read", hash.to_owned())));
    asked.push(("persist/object/list", "nil 100".to_owned()));
    asked.push(("persist/object/stats", String::new()));
    for table in TABLES {
        let all = "{:prefix \"\" :start nil :end nil} nil";
        asked.push(("persist/map/scan", format!("{table} {all} 100 \"forward\"")));
        asked.push(("persist/map/list", format!("{table} {all} 2 \"backward\"")));
        asked.push(("persist/map/count", table.to_owned()));
    }
    asked.push(("persist/map/tables", String::new()));
    asked.push(("persist/session/list-sessions", "nil 100".to_owned()));
    for session in SESSIONS {
        asked.push(("persist/session/list-segments", format!("{session} nil 100")));
    }
    for (session, segment) in [0, 1, 0].map(|place| SESSIONS[place]).into_iter().zip(SEGMENTS) {
        asked.push(("persist/session/session-of", segment.to_owned()));
        asked.push(("persist/session/describe", format!("{session} {segment}")));
        asked.push(("persist/session/read", format!("{session} {segment}")));
        asked.push(("persist/session/read-last", format!("{session} {segment} 2")));
        asked
            .push(("persist/session/read-page", format!("{session} {segment} {}", quoted("end 2 backward"))));
        asked.push((
            "persist/session/read-trace",
            format!("{session} {segment} {}", quoted("start 100 forward")),
        ));
    }
    asked.push(("blob/list", "nil 100".to_owned()));
    asked.push(("persist/admin/stats", String::new()));
    let steps = asked.into_iter().enumerate();
    steps.map(|(at, (op, args))| step(label + at, op, &args)).collect()
}

/// A position, a limit and a direction, the bare words of them as strings.
fn quoted(text: &str) -> String {
    let word = |word: &str| match word {
        "start" | "end" | "forward" | "backward" => format!("{word:?}"),
        other => other.to_owned(),
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// Is an operation one that changes nothing?
pub(super) fn is_question(op: &str) -> bool {
    let last = op.rsplit('/').next().unwrap();
    [
        "read", "last-seq", "count", "streams", "kv-get", "kv-has", "kv-keys", "kv-list", "get", "has",
        "size", "list",
    ]
    .iter()
    .chain(&["scan", "tables", "exists", "entry-count", "session-of", "describe", "load", "keys", "contains"])
    .chain(&["stats", "moment"])
    .any(|word| last.starts_with(word))
}

impl Draw {
    pub(super) fn moment(&mut self) {
        let (stream, key, table) = (self.of(&STREAMS), self.of(&KEYS), self.of(&TABLES));
        let (name, map_key, place) = (self.of(&REFS), self.map_key(), self.place());
        let asked = format!(
            "[\"kv-get\" {key}] [\"map-get\" {table} {map_key}] [\"ref-get\" {name}] [\"last-seq\" {stream}] \
             [\"count\" {stream}] [\"segment\" {place}]"
        );
        self.push("moment", &asked);
    }

    /// Where a page of a log begins, and what bounds it.
    fn position(&mut self) -> String {
        let known = self.cursors.clone();
        let latest = known.last().copied();
        let limit = self.of(&[1, 1, 2, 3, 5, 100]);
        let direction = self.of(&["forward", "backward"]);
        let at = match self.below(10) {
            0 => "start".to_owned(),
            1 => "end".to_owned(),
            2 => format!("{{:after {}}}", self.below(9)),
            _ if known.is_empty() => "start".to_owned(),
            3..=5 => format!("{{:cursor (quote &through/{})}}", latest.unwrap()),
            _ => format!("{{:cursor (quote &through/{})}}", self.of(&known)),
        };
        quoted(&format!("{at} {limit} {direction}"))
    }

    /// What stands before a page of names.
    fn after(&mut self, names: &[&'static str]) -> String {
        let name = self.of(names);
        self.of(&["nil", "\"\"", name]).to_owned()
    }

    pub(super) fn question(&mut self, about: About) {
        let limit = self.of(&[1, 2, 100]);
        match about {
            About::Streams => {
                let stream = self.of(&[STREAMS[0], STREAMS[0], STREAMS[1], STREAMS[2]]);
                match self.below(10) {
                    0 => drop(self.push("persist/read", stream)),
                    1 => drop(self.push("persist/last-seq", stream)),
                    2 => drop(self.push("persist/count", stream)),
                    3 => drop(self.push("persist/streams", "")),
                    _ => {
                        let position = self.position();
                        let label = self.push("persist/read-page", &format!("{stream} {position}"));
                        self.cursors.push(label);
                    }
                }
            }
            About::Sessions => self.ask_of_sessions(limit),
            About::Keys => self.ask_of_keys(limit),
            About::Maps => {
                let (table, key, other) = (self.of(&TABLES), self.map_key(), self.map_key());
                let start = self.of(&["nil", "\"k\"", "\"kk\""]);
                let end = self.of(&["nil", "\"l\""]);
                let prefix = self.of(&["\"\"", "\"k\""]);
                let after = self.of(&["nil", "\"6b\"", "\"6b6b\""]);
                let direction = self.of(&["forward", "backward"]);
                let range =
                    format!("{{:prefix {prefix} :start {start} :end {end}}} {after} {limit} \"{direction}\"");
                let (op, args) = match self.below(7) {
                    0 => ("get", key.to_owned()),
                    1 => ("get-many", format!("[{key} {other}]")),
                    2 => ("has", key.to_owned()),
                    3 => ("list", range),
                    4 => ("scan", range),
                    5 => ("count", String::new()),
                    _ => ("tables", String::new()),
                };
                self.push(&format!("persist/map/{op}"), &format!("{table} {args}"));
            }
            About::Blobs | About::Everything => self.ask_of_blobs(limit),
        }
    }

    fn ask_of_sessions(&mut self, limit: u64) {
        let place = self.place();
        let (session, segment) = place.split_once(' ').unwrap();
        let position = self.position();
        match self.below(12) {
            0 => drop(self.push("persist/session/read", &place)),
            1 => drop(self.push("persist/session/entry-count", &place)),
            2 => drop(self.push("persist/session/exists", &place)),
            3 => drop(self.push("persist/session/list-sessions", &format!("nil {limit}"))),
            4 => {
                let after = self.after(&SEGMENTS);
                self.push("persist/session/list-segments", &format!("{session} {after} {limit}"));
            }
            5 => drop(self.push("persist/session/session-of", segment)),
            6 => drop(self.push("persist/session/describe", &place)),
            7 => {
                let label = self.push("persist/session/read-trace", &format!("{place} {position}"));
                self.cursors.push(label);
            }
            8 => {
                let label = self.push("persist/session/read-last", &format!("{place} {limit}"));
                self.cursors.push(label);
            }
            _ => {
                let label = self.push("persist/session/read-page", &format!("{place} {position}"));
                self.cursors.push(label);
            }
        }
    }

    fn ask_of_keys(&mut self, limit: u64) {
        let (key, name, hash) = (self.of(&KEYS), self.of(&REFS), self.of(&HASHES));
        let (op, args) = match self.below(12) {
            0 => ("kv-get", key.to_owned()),
            1 => ("kv-has?", key.to_owned()),
            2 => ("kv-keys", String::new()),
            3 => ("kv-list", format!("\"a\" {} {limit}", self.after(&KEYS))),
            4 => ("ref/get", name.to_owned()),
            5 => ("ref/list", format!("\"refs/\" {} {limit}", self.after(&REFS))),
            6 => ("snapshot/load", key.to_owned()),
            7 => ("snapshot/contains", key.to_owned()),
            8 => ("snapshot/keys", format!("\"\" {} {limit}", self.after(&KEYS))),
            9 => ("object/read", hash.to_owned()),
            10 => ("object/list", format!("{} {limit}", self.after(&HASHES))),
            _ => ("object/stats", String::new()),
        };
        self.push(&format!("persist/{op}"), &args);
    }

    /// Questions of blobs, and their writers.
    fn ask_of_blobs(&mut self, limit: u64) {
        let (cid, bytes) = (self.cid(), self.blob());
        let writers = self.writers.clone();
        let writer = if writers.is_empty() { 0 } else { self.of(&writers) };
        match self.below(9) {
            0 => drop(self.push("blob/get", &cid)),
            1 => drop(self.push("blob/has?", &cid)),
            2 => drop(self.push("blob/size", &cid)),
            3 => drop(self.push("blob/read-at", &format!("{cid} 15 10"))),
            4 => drop(self.push("blob/list", &format!("nil {limit}"))),
            5 if self.is(30) => {
                let label = self.push("writer-open", "");
                self.writers.push(label);
            }
            5..=6 => drop(self.push("writer-write", &format!("{writer} {bytes}"))),
            7 => {
                let label = self.push("writer-finish", &writer.to_string());
                self.cids.push(label);
            }
            _ if self.is(50) => drop(self.push("writer-drop", &writer.to_string())),
            _ => {
                let (method, args) = self.write_key();
                self.push("writer-commit", &format!("{writer} [{method:?} {args}]"));
            }
        }
    }
}
