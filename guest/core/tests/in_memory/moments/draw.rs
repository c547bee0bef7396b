//! How a trace is drawn: the same of a seed, always.

use super::ask::{HASHES, KEYS, LONG, REFS, SEGMENTS, SESSIONS, STREAMS, TABLES, questions};
use super::pick::{About, Draw};
use super::trace::Step;
use std::collections::BTreeMap;

const ALL: [About; 5] = [About::Streams, About::Sessions, About::Keys, About::Maps, About::Blobs];

impl Draw {
    pub(super) fn trace(seed: u64, about: About, length: usize) -> Vec<Step> {
        let mut draw = Self {
            state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ about as u64,
            about,
            steps: Vec::new(),
            last_seqs: BTreeMap::new(),
            cursors: Vec::new(),
            versions: Vec::new(),
            cids: Vec::new(),
            writers: Vec::new(),
        };
        while draw.steps.len() < length {
            draw.draw();
        }
        draw.steps.extend(questions(draw.steps.len()));
        draw.steps
    }

    fn draw(&mut self) {
        let is_about_it = self.about != About::Everything && self.is(85);
        let about = if is_about_it { self.about } else { self.of(&ALL) };
        match self.below(100) {
            0..=44 => self.question(about),
            45..=69 => self.alone(about),
            70..=89 => self.together(about),
            90..=91 => drop(self.push("persist/admin/flush", "")),
            92..=93 => drop(self.push("persist/admin/stats", "")),
            94..=96 => self.moment(),
            _ => self.special(about),
        }
    }

    fn alone(&mut self, about: About) {
        let (method, args) = self.write(about);
        let op = match method.split_once('-') {
            Some((interface @ ("ref" | "snapshot" | "object" | "session" | "map"), rest)) => {
                format!("persist/{interface}/{rest}")
            }
            Some(("blob", rest)) => format!("blob/{rest}"),
            _ => format!("persist/{method}"),
        };
        let label = self.push(&op, &args);
        match method {
            "map-put" | "map-put-new" | "map-swap" => self.versions.push(label),
            "blob-put" => self.cids.push(label),
            _ => {}
        }
    }

    /// As a transaction, or one after the other with one sync.
    fn together(&mut self, about: About) {
        let op = if self.is(50) { "commit" } else { "run" };
        let ops: Vec<_> = (0..=self.below(3))
            .map(|_| {
                let (method, args) = if self.is(20) { self.check(about) } else { self.write(about) };
                format!("[{method:?} {args}]")
            })
            .collect();
        self.push(op, &ops.join(" "));
    }

    /// What no transaction has, and errors.
    fn special(&mut self, about: About) {
        let (table, key, hash) = (self.of(&TABLES), self.map_key(), self.of(&HASHES));
        let (value, other) = (self.text(), self.map_key());
        match about {
            About::Maps if self.is(50) => {
                let pairs = format!("[{{:key {key} :value {value}}} {{:key {other} :value \"\"}}]");
                let label = self.push("persist/map/put-many", &format!("{table} {pairs}"));
                self.versions.push(label);
            }
            About::Maps => drop(self.push("persist/map/delete-many", &format!("{table} [{key} {other}]"))),
            About::Keys => drop(self.push("persist/object/write-batch", &format!("[[{hash} {value}]]"))),
            About::Streams => {
                let (op, args) = self.of(&[
                    ("append", "\"s\" {:data 1}"),
                    ("append", "\"s\" 5"),
                    ("append", "\"\" {:seq 1}"),
                    ("read-page", "\"s\" \"start\" 0 \"forward\""),
                    ("read-page", "\"s\" {:cursor \"no cursor\"} 1 \"forward\""),
                    ("read-page", "\"s\" {:after 1} 1 \"backward\""),
                ]);
                self.push(&format!("persist/{op}"), args);
            }
            About::Sessions => {
                let place = self.place();
                self.push("persist/session/append-expecting", &format!("{place} 77 [1]"));
            }
            About::Blobs | About::Everything => drop(self.push("blob/get", "\"no cid\"")),
        }
    }

    fn write(&mut self, about: About) -> (&'static str, String) {
        match about {
            About::Streams => self.write_stream(),
            About::Sessions => self.write_session(),
            About::Keys => self.write_key(),
            About::Maps => self.write_map(),
            About::Blobs | About::Everything => self.write_blob(),
        }
    }

    /// A value as text: mostly small.
    fn text(&mut self) -> String {
        let kind = self.below(9);
        match self.below(200) {
            0 => format!("(quote &text/400000/{kind})"),
            1..=4 => format!("(quote &text/30000/{kind})"),
            5..=20 => format!("(quote &text/2000/{kind})"),
            _ => format!("\"{kind}\""),
        }
    }

    fn event(&mut self, seq: u64) -> String {
        format!("{{:data {} :seq {seq}}}", self.text())
    }

    fn write_stream(&mut self) -> (&'static str, String) {
        let stream = self.of(&[STREAMS[0], STREAMS[0], STREAMS[0], STREAMS[1], STREAMS[1], STREAMS[2]]);
        let last = self.last_seqs.get(stream).copied().unwrap_or(0);
        let seq = match self.below(100) {
            0..=69 => last + 1 + self.below(3),
            70..=79 => last.max(1),
            _ => 1 + self.below(last + 1),
        };
        match self.below(100) {
            0..=49 => {
                self.last_seqs.insert(stream, last.max(seq));
                ("append", format!("{stream} {}", self.event(seq)))
            }
            50..=59 => {
                let events: Vec<_> = (seq..seq + self.below(4)).map(|seq| self.event(seq)).collect();
                let events = events.join(" ");
                let expected = if self.is(80) {
                    format!("(quote &answer/{})", self.push("persist/last-seq", stream))
                } else {
                    self.below(9).to_string()
                };
                self.last_seqs.insert(stream, last.max(seq));
                ("append-expecting", format!("{stream} {expected} [{events}]"))
            }
            60..=69 => {
                let expected = if self.is(70) { "\"any\"".to_owned() } else { format!("{{:at {last}}}") };
                self.last_seqs.insert(stream, last + 1);
                let text = self.text();
                ("record-event", format!("{stream} \"kind\" -7 {text} {expected}"))
            }
            _ => {
                let upto = match self.below(10) {
                    0 => 0,
                    1..=2 => last,
                    3 => last + 5,
                    4..=5 => last.saturating_sub(1),
                    _ => self.below(last + 1),
                };
                ("truncate", format!("{stream} {upto}"))
            }
        }
    }

    /// A session and one of its segments, or one of the other's.
    pub(super) fn place(&mut self) -> String {
        let segment = self.of(&[0, 0, 0, 1, 2]);
        let session = if self.is(95) { segment % 2 } else { 1 - segment % 2 };
        format!("{} {}", SESSIONS[session], SEGMENTS[segment])
    }

    fn entries(&mut self) -> String {
        (0..self.below(4)).map(|_| self.text() + " ").collect()
    }

    fn write_session(&mut self) -> (&'static str, String) {
        let place = self.place();
        match self.below(100) {
            0..=34 => ("session-append", format!("{place} {}", self.text())),
            35..=44 => {
                let expected = if self.is(80) {
                    format!("(quote &answer/{})", self.push("persist/session/entry-count", &place))
                } else {
                    self.below(5).to_string()
                };
                ("session-append-expecting", format!("{place} {expected} [{}]", self.entries()))
            }
            45..=64 => {
                let expected =
                    if self.is(80) { "\"any\"".to_owned() } else { format!("{{:at {}}}", self.below(5)) };
                ("session-truncate", format!("{place} {} {expected}", self.below(4)))
            }
            65..=72 => ("session-create-segment", format!("{place} [{}]", self.entries())),
            73..=80 => ("session-append-trace", format!("{place} {}", self.text())),
            81..=87 => {
                let (into, entries) = (self.place(), self.of(&["nil", "0", "1", "2"]));
                ("session-fork", format!("{place} {entries} {into}"))
            }
            88..=93 => {
                let meta = if self.is(75) { self.text() } else { String::new() };
                ("session-set-meta", format!("{place} [{meta}]"))
            }
            _ => ("session-delete-segment", place),
        }
    }

    fn option(&mut self) -> String {
        if self.is(70) { format!("[{}]", self.text()) } else { "[]".to_owned() }
    }

    pub(super) fn write_key(&mut self) -> (&'static str, String) {
        let (key, name, hash) = (self.of(&KEYS), self.of(&REFS), self.of(&HASHES));
        let (digits, others) = (self.of(&HASHES), self.of(&["nil", HASHES[0], HASHES[1]]));
        match self.below(13) {
            0..=1 => ("kv-put", format!("{key} {}", self.text())),
            2 => ("kv-delete", key.to_owned()),
            3..=4 => {
                let (expected, replacement) = (self.option(), self.option());
                ("kv-swap", format!("{key} {expected} {replacement}"))
            }
            5 => ("ref-set", format!("{name} {digits}")),
            6 => ("ref-test-and-set", format!("{name} {others} {digits}")),
            7 => ("ref-delete", name.to_owned()),
            8 => ("snapshot-persist", format!("{key} {}", self.text())),
            9 => ("snapshot-persist-marker", key.to_owned()),
            10 => ("snapshot-delete-marker", key.to_owned()),
            11 => ("object-write", format!("{hash} {}", self.text())),
            _ => ("object-delete", hash.to_owned()),
        }
    }

    pub(super) fn map_key(&mut self) -> &'static str {
        self.of(&["\"k\"", "\"l\"", "\"kk\"", "\"é\"", LONG])
    }

    fn expect(&mut self) -> String {
        match self.below(10) {
            0..=2 => "\"any\"".to_owned(),
            3 => "\"absent\"".to_owned(),
            4 => format!("{{:version {}}}", self.below(9)),
            _ => match self.versions.last().copied() {
                Some(label) if self.is(60) => format!("{{:version (quote &answer/{label})}}"),
                _ => {
                    let (table, key) = (self.of(&TABLES), self.map_key());
                    let label = self.push("persist/map/get", &format!("{table} {key}"));
                    format!("{{:version (quote &version/{label})}}")
                }
            },
        }
    }

    fn write_map(&mut self) -> (&'static str, String) {
        let (table, key) = (self.of(&TABLES), self.map_key());
        match self.below(20) {
            0..=6 => ("map-put", format!("{table} {key} {}", self.text())),
            7 => ("map-put-new", format!("{table} {key} {}", self.text())),
            8..=12 => {
                let expected = self.expect();
                ("map-swap", format!("{table} {key} {expected} \"8\""))
            }
            13..=15 => ("map-delete", format!("{table} {key} {}", self.expect())),
            16..=18 => ("map-increment", format!("{table} {key} {}", self.of(&[1, -3, i64::MAX]))),
            _ => ("map-drop-table", table.to_owned()),
        }
    }

    pub(super) fn cid(&mut self) -> String {
        let known = self.cids.clone();
        if known.is_empty() {
            "\"no cid\"".to_owned()
        } else {
            format!("(quote &answer/{})", self.of(&known))
        }
    }

    pub(super) fn blob(&mut self) -> String {
        let length = self.of(&[0, 20, 5_000, 70_000]);
        format!("(quote &text/{length}/{})", self.below(2))
    }

    fn write_blob(&mut self) -> (&'static str, String) {
        match self.below(10) {
            0..=5 => ("blob-put", self.blob()),
            _ => ("blob-delete", self.cid()),
        }
    }

    fn check(&mut self, about: About) -> (&'static str, String) {
        match about {
            About::Streams => {
                let stream = STREAMS[0];
                match self.is(50) {
                    true => {
                        let label = self.push("persist/last-seq", stream);
                        ("check-last-seq", format!("{stream} (quote &answer/{label})"))
                    }
                    false => ("check-count", format!("{stream} {}", self.below(4))),
                }
            }
            About::Sessions => {
                let place = self.place();
                ("check-segment", format!("{place} {}", self.below(4)))
            }
            About::Maps => {
                let (table, key) = (self.of(&TABLES), self.map_key());
                ("check-map", format!("{table} {key} {}", self.expect()))
            }
            _ if self.is(50) => {
                let key = self.of(&KEYS);
                ("check-key", format!("{key} {}", self.option()))
            }
            _ => {
                let name = self.of(&REFS);
                ("check-ref", format!("{name} {}", self.of(&["nil", HASHES[0]])))
            }
        }
    }
}
