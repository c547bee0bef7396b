//! T1 to T13.

use crate::{Outcome, State, canonical};
use std::collections::BTreeMap;
use trace::Answer;
use trace::sessions::SessionOp;

/// Everything that a store holds of sessions. Two are equal when they show the same, in the same order.
#[derive(Clone, Debug, Default)]
pub struct Sessions {
    /// By id.
    segments: BTreeMap<String, Segment>,
    /// Counts what was performed, so that it is known what was written last. The operations of a batch share a number.
    pub(super) now: u64,
}

/// A session, a segment, whether `session-of` knows, the entries, the trace, the meta.
type Shown<'a> = (&'a str, &'a str, bool, &'a [String], &'a [String], Option<&'a str>);

/// A segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Its session.
    pub session: String,
    /// Its id.
    pub segment: String,
    /// Does `session-of` say so, too?
    pub is_owned: bool,
    /// In canonical text.
    pub entries: Vec<String>,
    /// In canonical text.
    pub trace: Vec<String>,
    /// In canonical text.
    pub meta: Option<String>,
    /// When it was last written to.
    pub written: u64,
}

impl PartialEq for Sessions {
    fn eq(&self, other: &Self) -> bool {
        self.shown().eq(other.shown())
    }
}

impl Eq for Sessions {}

impl Sessions {
    /// What a store was found to hold, in the order in which it listed it: of each session its segments, the last written first.
    pub fn found(&mut self, segments: Vec<Segment>) {
        self.now = 1 + segments.len() as u64;
        let mut sessions = 0;
        let mut before: Option<String> = None;
        for (at, mut segment) in (0..).zip(segments) {
            // The first segment of a session says when the session was written to; the others only stand behind it.
            let is_first = before.as_ref() != Some(&segment.session);
            sessions += u64::from(is_first);
            let rank = if is_first { sessions } else { (1 << 32) + at };
            segment.written = (1 << 40) - rank;
            self.now = 1 << 40;
            before = Some(segment.session.clone());
            self.segments.insert(segment.segment.clone(), segment);
        }
    }

    /// Sessions, the last written first; then their segments, the last written first.
    fn shown(&self) -> impl Iterator<Item = Shown<'_>> {
        self.sessions().into_iter().flat_map(|session| self.of(session)).map(|segment| {
            let Segment { session, segment, is_owned, entries, trace, meta, .. } = segment;
            let (entries, trace) = (entries.as_slice(), trace.as_slice());
            (session.as_str(), segment.as_str(), *is_owned, entries, trace, meta.as_deref())
        })
    }

    /// T6.
    fn sessions(&self) -> Vec<&str> {
        let mut written: BTreeMap<&str, u64> = BTreeMap::new();
        for segment in self.segments.values() {
            let last = written.entry(&segment.session).or_default();
            *last = segment.written.max(*last);
        }
        let mut sessions: Vec<_> = written.into_iter().collect();
        sessions.sort_by_key(|(session, written)| (u64::MAX - written, *session));
        sessions.into_iter().map(|(session, _)| session).collect()
    }

    /// T6.
    fn of(&self, session: &str) -> Vec<&Segment> {
        let mut segments: Vec<_> =
            self.segments.values().filter(|segment| segment.session == session).collect();
        segments.sort_by_key(|segment| (u64::MAX - segment.written, &segment.segment));
        segments
    }

    /// What is there, a line a segment.
    #[must_use]
    pub fn text(&self) -> String {
        let line = |(session, segment, is_owned, entries, trace, meta): Shown<'_>| {
            let lost = if is_owned { "" } else { " (and session-of does not know)" };
            let meta = meta.map(|meta| format!(" {meta}")).unwrap_or_default();
            format!("{session} {segment} {entries:?} {trace:?}{meta}{lost}\n")
        };
        self.shown().map(line).collect()
    }

    fn find(&self, session: &str, segment: &str) -> Option<&Segment> {
        self.segments.get(segment).filter(|found| found.session == session)
    }

    fn expect(&self, session: &str, segment: &str) -> Outcome<&Segment> {
        self.find(session, segment).ok_or_else(|| "not-found".to_owned())
    }

    /// T2, T3: the segment, made when it is missing; whether it was there.
    fn claim(&mut self, session: &str, segment: &str) -> Outcome<(&mut Segment, bool)> {
        let was_there = self.segments.contains_key(segment);
        let found = self.segments.entry(segment.to_owned()).or_insert_with(|| Segment {
            session: session.to_owned(),
            segment: segment.to_owned(),
            is_owned: true,
            entries: Vec::new(),
            trace: Vec::new(),
            meta: None,
            written: self.now,
        });
        if found.session == session { Ok((found, was_there)) } else { Err("conflict".into()) }
    }
}

/// T1.
fn check_id(id: &str) -> Outcome<()> {
    let groups: Vec<_> = id.split('-').collect();
    let is_id = groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.concat().chars().all(|digit| "0123456789abcdef".contains(digit));
    if is_id { Ok(()) } else { Err("invalid-name".into()) }
}

/// T10: how many entries a fork takes.
fn taken(entries: Option<u64>, count: usize) -> Outcome<usize> {
    let wanted = entries.map_or(Ok(count), usize::try_from).map_err(|_| "invalid-argument")?;
    if wanted > count { Err("invalid-argument".into()) } else { Ok(wanted) }
}

/// All before an index, the last one first.
fn before(entries: &[String], index: u64) -> String {
    let index = usize::try_from(index).unwrap_or(usize::MAX).min(entries.len());
    entries[..index].iter().rev().map(String::as_str).collect::<Vec<_>>().join(" ")
}

fn behind(entries: &[String], index: u64) -> String {
    let index = usize::try_from(index).unwrap_or(usize::MAX).min(entries.len());
    entries[index..].join(" ")
}

impl State {
    pub(super) fn perform_session(&mut self, op: &SessionOp) -> Outcome<Answer> {
        use SessionOp as S;
        match op {
            S::Create { session, segment, .. }
            | S::Append { session, segment, .. }
            | S::AppendExpecting { session, segment, .. }
            | S::Truncate { session, segment, .. }
            | S::Delete { session, segment }
            | S::AppendTrace { session, segment, .. }
            | S::Read { session, segment }
            | S::ReadPages { session, segment, .. }
            | S::ReadLast { session, segment, .. }
            | S::Describe { session, segment }
            | S::SetMeta { session, segment, .. }
            | S::Count { session, segment }
            | S::Exists { session, segment }
            | S::ReadTrace { session, segment, .. } => {
                check_id(session)?;
                check_id(segment)?;
            }
            S::Fork { session, segment, into_session, into_segment, .. } => {
                [session, segment, into_session, into_segment].into_iter().try_for_each(|id| check_id(id))?;
            }
            S::Segments { session: id, .. } | S::Of { segment: id } => check_id(id)?,
            S::List { .. } => {}
        }
        if op.is_write() { self.write_session(op) } else { self.read_session(op) }
    }

    fn write_session(&mut self, op: &SessionOp) -> Outcome<Answer> {
        use SessionOp as S;
        let sessions = &mut self.sessions;
        let now = sessions.now;
        Ok(match op {
            S::Create { session, segment, entries } => {
                let entries = entries.iter().map(|entry| canonical(entry)).collect::<Outcome<_>>()?;
                let (found, _) = sessions.claim(session, segment)?;
                (found.entries, found.written) = (entries, now);
                "ok".into()
            }
            S::Append { session, segment, entry } => {
                let entry = canonical(entry)?;
                let (found, _) = sessions.claim(session, segment)?;
                found.entries.push(entry);
                found.written = now;
                found.entries.len().to_string()
            }
            S::AppendExpecting { session, segment, expected, entries } => {
                let entries: Vec<_> = entries.iter().map(|entry| canonical(entry)).collect::<Outcome<_>>()?;
                let count = sessions.find(session, segment).map_or(0, |found| found.entries.len() as u64);
                let is_others = sessions.segments.get(segment).is_some_and(|found| found.session != *session);
                if count != *expected && !is_others {
                    return Err(format!("stale {expected} {count}"));
                }
                let (found, was_there) = sessions.claim(session, segment)?;
                if !entries.is_empty() || !was_there {
                    found.written = now;
                }
                found.entries.extend(entries);
                found.entries.len().to_string()
            }
            S::Truncate { session, segment, entries, expected } => {
                let count = sessions.expect(session, segment)?.entries.len() as u64;
                if let Some(expected) = expected.filter(|expected| *expected != count) {
                    return Err(format!("stale {expected} {count}"));
                }
                let dropped = count.checked_sub(*entries).ok_or("invalid-argument")?;
                if dropped > 0 {
                    let (found, _) = sessions.claim(session, segment)?;
                    found.entries.truncate(usize::try_from(*entries).unwrap_or(usize::MAX));
                    found.written = now;
                }
                dropped.to_string()
            }
            S::Delete { session, segment } => {
                let was_there = sessions.find(session, segment).is_some();
                if was_there {
                    sessions.segments.remove(segment);
                }
                was_there.to_string()
            }
            S::AppendTrace { session, segment, entry } => {
                let entry = canonical(entry)?;
                let (found, _) = sessions.claim(session, segment)?;
                found.trace.push(entry);
                found.trace.len().to_string()
            }
            S::Fork { session, segment, entries, into_session, into_segment } => {
                if sessions.segments.contains_key(into_segment) {
                    return Err("conflict".into());
                }
                let from = sessions.expect(session, segment)?.clone();
                let count = taken(*entries, from.entries.len())?;
                let (made, _) = sessions.claim(into_session, into_segment)?;
                (made.entries, made.meta) = (from.entries[..count].to_vec(), from.meta);
                count.to_string()
            }
            S::SetMeta { session, segment, meta } => {
                let meta = meta.as_deref().map(canonical).transpose()?;
                sessions.expect(session, segment)?;
                sessions.claim(session, segment)?.0.meta = meta;
                "ok".into()
            }
            other => unreachable!("{other:?} is no write"),
        })
    }

    /// C2: a missing segment has no entries.
    pub(super) fn check_segment(&self, session: &str, segment: &str, entries: u64) -> Outcome<()> {
        check_id(session)?;
        check_id(segment)?;
        let found = self.sessions.find(session, segment);
        let count = found.map_or(0, |found| found.entries.len() as u64);
        if count == entries { Ok(()) } else { Err(format!("stale {entries} {count}")) }
    }

    fn read_session(&self, op: &SessionOp) -> Outcome<Answer> {
        use SessionOp as S;
        let sessions = &self.sessions;
        Ok(match op {
            S::Read { session, segment } => sessions.expect(session, segment)?.entries.join(" "),
            S::ReadPages { session, segment, index, backward, .. } => {
                let entries = &sessions.expect(session, segment)?.entries;
                if *backward { before(entries, *index) } else { behind(entries, *index) }
            }
            S::ReadLast { session, segment, limit } => {
                let entries = &sessions.expect(session, segment)?.entries;
                let first = entries.len().saturating_sub(usize::try_from(*limit).unwrap_or(usize::MAX));
                format!("{first} {} {}", entries.len(), entries[first..].join(" "))
            }
            S::Describe { session, segment } => {
                let found = sessions.expect(session, segment)?;
                let meta = found.meta.as_deref().unwrap_or("none");
                format!("{} {} {meta}", found.entries.len(), found.trace.len())
            }
            S::Count { session, segment } => sessions.expect(session, segment)?.entries.len().to_string(),
            S::Exists { session, segment } => sessions.find(session, segment).is_some().to_string(),
            S::List { .. } => sessions.sessions().join(" "),
            S::Segments { session, .. } => {
                let segments = sessions.of(session);
                segments.iter().map(|found| found.segment.as_str()).collect::<Vec<_>>().join(" ")
            }
            S::Of { segment } => {
                sessions.segments.get(segment).map_or_else(|| "none".into(), |found| found.session.clone())
            }
            S::ReadTrace { session, segment, index, .. } => {
                sessions.find(session, segment).map_or_else(String::new, |found| behind(&found.trace, *index))
            }
            other => unreachable!("{other:?} is no read"),
        })
    }

    /// Ids of segments, with their sessions, for whoever reads all of them.
    pub fn segments(&self) -> impl Iterator<Item = (&str, &str)> {
        let segments = self.sessions.segments.values();
        segments.map(|found| (found.session.as_str(), found.segment.as_str()))
    }
}
