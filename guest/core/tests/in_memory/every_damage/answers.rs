//! All that a store is asked, and what its answers have to do with each other.

use super::content::{self, SEGMENTS, STREAMS, TABLES, blob_cids, hash, name};
use crate::any_disk::Engine;
use crate::segments::{A, B, segment};
use std::collections::{BTreeMap, BTreeSet};
use sx_persist_core::{Direction, Error, LinePage, MapRange, Page, Position};

/// The rows of an answer; none where it is `corrupt`.
pub(super) type Said = Option<Vec<String>>;

/// What was asked: a table, or the number of a segment, and what of it.
pub(super) type Asked = (&'static str, usize);

/// All answers of a store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Answers {
    /// What each key has: a value, or nothing.
    pub(super) values: BTreeMap<Asked, Said>,
    /// The rows of each stream, segment and trace.
    pub(super) logs: BTreeMap<Asked, Said>,
    /// Their pages up to damage, in both directions, and whether they came to the end.
    pub(super) pages: BTreeMap<Asked, [(Vec<String>, bool); 2]>,
    /// The last-seq of each stream.
    pub(super) seqs: BTreeMap<usize, Said>,
    /// What follows from these: lists, counts and the like.
    pub(super) others: BTreeMap<String, Said>,
}

fn said<T>(answer: Result<T, Error>, rows: impl FnOnce(T) -> Vec<String>) -> Said {
    match answer {
        Ok(answer) => Some(rows(answer)),
        Err(Error::Corrupt(_)) => None,
        Err(Error::NotFound(_)) => Some(Vec::new()),
        Err(error) => panic!("{error}"),
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn one<T: ToString>(answer: Result<T, Error>) -> Said {
    said(answer, |answer| vec![answer.to_string()])
}

fn some<T>(answer: Result<Option<T>, Error>, row: impl FnOnce(T) -> String) -> Said {
    said(answer, |answer| answer.map(row).into_iter().collect())
}

/// All items of a page, in order.
fn listed<T>(answer: Result<Page<T>, Error>, row: impl Fn(T) -> String) -> Said {
    said(answer, |page| {
        assert!(page.done);
        let mut rows: Vec<_> = page.items.into_iter().map(row).collect();
        rows.sort_unstable();
        rows
    })
}

/// Goes through the pages of a few lines until the end, or up to damage.
fn paged(
    direction: Direction,
    mut page: impl FnMut(&Position) -> Result<LinePage, Error>,
) -> (Vec<String>, bool) {
    let mut at = if direction == Direction::Forward { Position::Start } else { Position::End };
    let mut lines = Vec::new();
    loop {
        match page(&at) {
            Ok(page) => {
                lines.extend(page.lines.lines().map(str::to_owned));
                if page.done {
                    return (lines, true);
                }
                at = Position::Cursor(page.through);
            }
            Err(Error::Corrupt(_)) => return (lines, false),
            Err(Error::NotFound(_)) => return (lines, true),
            Err(error) => panic!("{error}"),
        }
    }
}

const DIRECTIONS: [Direction; 2] = [Direction::Forward, Direction::Backward];

impl Answers {
    pub(super) fn of(engine: &mut Engine) -> Self {
        let mut answers = Self::default();
        for (table, keys) in TABLES {
            for at in 0..keys {
                answers.values.insert((table, at), value(engine, table, at));
            }
        }
        for (number, session) in SEGMENTS {
            answers.ask_segment(engine, number, session);
        }
        for at in 0..STREAMS.len() {
            answers.ask_stream(engine, at);
        }
        answers.ask_lists(engine);
        answers
    }

    fn ask_segment(&mut self, engine: &mut Engine, number: usize, session: &str) {
        let id = segment(number);
        self.values.insert(("owner", number), some(engine.session_of(&id), |session| session));
        let described = engine.session_describe(session, &id);
        let counts = described.as_ref().map_err(Error::clone);
        let rows = |described: &sx_persist_core::SegmentDescription| {
            vec![described.entries.to_string(), described.trace_entries.to_string()]
        };
        self.others.insert(format!("counts {number}"), said(counts, rows));
        let meta = match described {
            Err(Error::NotFound(_)) => Ok(None),
            described => described.map(|described| described.meta),
        };
        self.values.insert(("meta", number), some(meta, |meta| meta));
        self.logs.insert(("segment", number), said(engine.session_read(session, &id), |rows| rows));
        let entries = DIRECTIONS
            .map(|direction| paged(direction, |at| engine.session_read_page(session, &id, at, 5, direction)));
        self.pages.insert(("segment", number), entries);
        let trace = engine.session_read_trace(session, &id, &Position::Start, 99, Direction::Forward);
        self.logs.insert(("trace", number), said(whole(trace), |page| rows_of(&page)));
        let traces = DIRECTIONS.map(|direction| {
            paged(direction, |at| engine.session_read_trace(session, &id, at, 5, direction))
        });
        self.pages.insert(("trace", number), traces);
    }

    fn ask_stream(&mut self, engine: &mut Engine, at: usize) {
        let stream = STREAMS[at];
        self.logs.insert(("stream", at), said(engine.read_stream(stream), |rows| rows));
        let pages =
            DIRECTIONS.map(|direction| paged(direction, |at| engine.read_page(stream, at, 5, direction)));
        self.pages.insert(("stream", at), pages);
        self.seqs.insert(at, one(engine.last_seq(stream)));
        self.others.insert(format!("count {at}"), one(engine.count(stream)));
    }

    fn ask_lists(&mut self, engine: &mut Engine) {
        let sorted = |mut rows: Vec<String>| {
            rows.sort_unstable();
            rows
        };
        let mut say = |what: &str, said: Said| drop(self.others.insert(what.to_owned(), said));
        let all = MapRange::default();
        for direction in DIRECTIONS {
            for table in ["t", "u"] {
                let scanned = engine.map_scan(table, &all, None, 99, direction);
                let row = |item: sx_persist_core::MapItem| {
                    format!("{} = {}@{}", text(&item.key), text(&item.value), item.version)
                };
                say(&format!("scan {table} {direction:?}"), listed(scanned, row));
                let keys = engine.map_list(table, &all, None, 99, direction);
                say(&format!("keys {table} {direction:?}"), listed(keys, |key| text(&key)));
            }
        }
        for table in ["t", "u"] {
            say(&format!("count {table}"), one(engine.map_count(table)));
        }
        say("tables", said(engine.map_tables(), sorted));
        say("refs", listed(engine.ref_list("", None, 99), |(name, hash)| format!("{name} = {hash}")));
        say("snapshots", listed(engine.snapshot_keys("", None, 99), |key| key));
        say("objects", listed(engine.object_list(None, 99), |hash| hash));
        let stats = engine.object_stats();
        say("stats", said(stats, |stats| vec![stats.objects.to_string(), stats.bytes.to_string()]));
        say("kv", listed(engine.kv_list("", None, 99), |(key, value)| format!("{key} = {value}")));
        say("kv keys", said(engine.kv_keys(), sorted));
        say("blobs", listed(engine.blob_list(None, 99), |cid| cid));
        say("streams", said(engine.streams(), sorted));
        say("sessions", listed(engine.session_list(None, 99), |session| session));
        for session in [A, B] {
            let segments = engine.session_list_segments(session, None, 99);
            say(&format!("segments {session}"), listed(segments, |segment| segment));
        }
    }

    /// What the lists say where all fits together. Nothing is `corrupt` then.
    pub(super) fn derived(&self) -> BTreeMap<String, Said> {
        let mut due = BTreeMap::new();
        let mut say = |what: &str, rows: Vec<String>| drop(due.insert(what.to_owned(), Some(rows)));
        let names = |table| self.pairs(table).map(|(at, _)| name(table, at)).collect::<Vec<_>>();
        let pairs = |table| self.pairs(table).map(|(at, value)| format!("{} = {value}", name(table, at)));
        for table in ["t", "u"] {
            for direction in DIRECTIONS {
                say(&format!("scan {table} {direction:?}"), pairs(table).collect());
                say(&format!("keys {table} {direction:?}"), names(table));
            }
            say(&format!("count {table}"), vec![names(table).len().to_string()]);
        }
        say(
            "tables",
            ["t", "u"].into_iter().filter(|table| !names(table).is_empty()).map(Into::into).collect(),
        );
        say("refs", pairs("refs").collect());
        say("snapshots", names("snapshots"));
        say("objects", names("objects"));
        let bytes: usize = self.pairs("objects").map(|(_, value)| value.len()).sum();
        say("stats", vec![names("objects").len().to_string(), bytes.to_string()]);
        say("kv", pairs("kv").collect());
        say("kv keys", names("kv"));
        say("blobs", BTreeSet::from_iter(names("blobs")).into_iter().collect());
        for (number, _) in SEGMENTS {
            let counts = ["segment", "trace"].map(|kind| self.rows(kind, number).len().to_string());
            let is_there = self.pairs("owner").any(|(at, _)| at == number);
            say(&format!("counts {number}"), if is_there { counts.to_vec() } else { Vec::new() });
        }
        let owners: BTreeSet<_> = self.pairs("owner").map(|(_, session)| session.to_owned()).collect();
        say("sessions", owners.into_iter().collect());
        for session in [A, B] {
            let of = self.pairs("owner").filter(|(_, owner)| *owner == session);
            say(&format!("segments {session}"), of.map(|(number, _)| segment(number)).collect());
        }
        let mut streams = BTreeSet::new();
        for (at, stream) in STREAMS.into_iter().enumerate() {
            say(&format!("count {at}"), vec![self.rows("stream", at).len().to_string()]);
            if self.seqs[&at].as_ref().is_some_and(|seq| *seq != ["0"]) {
                streams.insert(stream.to_owned());
            }
        }
        say("streams", streams.into_iter().collect());
        due
    }

    /// The keys of a table that have a value, and this.
    fn pairs(&self, table: &'static str) -> impl Iterator<Item = (usize, &str)> {
        let values = self.values.range((table, 0)..=(table, usize::MAX));
        values.filter_map(|((_, at), said)| Some((*at, said.as_ref()?.first()?.as_str())))
    }

    fn rows(&self, kind: &'static str, at: usize) -> &[String] {
        self.logs[&(kind, at)].as_deref().unwrap_or_default()
    }

    /// Is anything `corrupt`?
    pub(super) fn has_damage(&self) -> bool {
        let parts = self.values.values().chain(self.logs.values());
        parts.chain(self.seqs.values()).chain(self.others.values()).any(Option::is_none)
            || self.pages.values().flatten().any(|(_, is_done)| !is_done)
    }

    /// Is each answer the one of a store without damage, or `corrupt`? Says what is wrong.
    pub(super) fn is_right_or_corrupt(&self, right: &Self) -> Result<(), String> {
        same_or_none("value", &self.values, &right.values)?;
        same_or_none("log", &self.logs, &right.logs)?;
        same_or_none("last-seq", &self.seqs, &right.seqs)?;
        same_or_none("other", &self.others, &right.others)?;
        for (asked, pages) in &self.pages {
            for ((lines, is_done), (due, _)) in pages.iter().zip(&right.pages[asked]) {
                if !due.starts_with(lines) || (*is_done && lines != due) {
                    return Err(format!("pages of {asked:?}: {lines:?} for {due:?}"));
                }
            }
        }
        Ok(())
    }

    /// Does each answer fit the others?
    #[track_caller]
    pub(super) fn check_fit(&self, what: &dyn std::fmt::Debug) {
        assert!(!self.has_damage(), "{what:?}: {self:?}");
        for (asked, due) in self.derived() {
            assert_eq!(self.others[&asked], due, "{what:?}: {asked}");
        }
        for (asked, [forward, backward]) in &self.pages {
            let mut back = backward.0.clone();
            back.reverse();
            let due = self.logs[asked].as_ref().unwrap();
            assert_eq!((&forward.0, &back), (due, due), "{what:?}: pages of {asked:?}");
        }
    }
}

fn same_or_none<K: Ord + std::fmt::Debug>(
    what: &str,
    said: &BTreeMap<K, Said>,
    right: &BTreeMap<K, Said>,
) -> Result<(), String> {
    let wrong = said.iter().find(|(asked, said)| said.is_some() && **said != right[asked]);
    wrong.map_or(Ok(()), |(asked, said)| Err(format!("{what} {asked:?}: {said:?} for {:?}", right[asked])))
}

/// A page that is all there is. Damage may have ended it.
fn whole(page: Result<LinePage, Error>) -> Result<LinePage, Error> {
    let is_cut = page.as_ref().is_ok_and(|page| !page.done);
    if is_cut { Err(content::damaged()) } else { page }
}

fn rows_of(page: &LinePage) -> Vec<String> {
    page.lines.lines().map(str::to_owned).collect()
}

/// What a key of a table has.
fn value(engine: &mut Engine, table: &'static str, at: usize) -> Said {
    let name = name(table, at);
    match table {
        "t" | "u" => some(engine.map_get(table, name.as_bytes()), |entry| {
            format!("{}@{}", text(&entry.value), entry.version)
        }),
        "refs" => some(engine.ref_get(&name), |hash| hash),
        "snapshots" => some(engine.snapshot_load(&name), |bytes| text(&bytes)),
        "objects" => some(engine.object_read(&hash(at)), |bytes| text(&bytes)),
        "kv" => some(engine.kv_get(&name), |value| value),
        "blobs" => some(engine.blob_get(&blob_cids()[at]), |bytes| text(&bytes)),
        other => panic!("{other}"),
    }
}
