//! `sessions`.

use super::Interface;
use crate::called::{Called, all_pages, answer, direction, expect_seq, ok};
use crate::machine::Machine;
use crate::taste::{Taste, value};
use model::{Segment, State};
use sim::random::Random;
use sx_persist::types::{self, Direction, LinePage, Position};
use sx_persist::{Result, Store};
use trace::Answer;
use trace::sessions::{SessionOp, id};

impl Interface for SessionOp {
    fn write(random: &mut Random, taste: Taste) -> Self {
        let (session, segment) = (session(random, taste), segment(random, taste));
        let mut entries = |most| (0..random.below(most)).map(|_| value(random, taste, 0)).collect();
        let entries: Vec<String> = entries(4);
        let (into_session, into_segment) = (self::session(random, taste), self::segment(random, taste));
        match random.below(20) {
            0..=1 => Self::Create { session, segment, entries },
            2..=5 => Self::Append { session, segment, entry: value(random, taste, 0) },
            6..=8 => Self::AppendExpecting { session, segment, expected: random.below(4), entries },
            9..=12 => {
                let expected = random.one_in(3).then(|| random.below(4));
                Self::Truncate { session, segment, entries: random.below(5), expected }
            }
            13 => Self::Delete { session, segment },
            14..=15 => Self::AppendTrace { session, segment, entry: value(random, taste, 0) },
            16..=17 => {
                let entries = random.one_in(2).then(|| random.below(4));
                Self::Fork { session, segment, entries, into_session, into_segment }
            }
            _ => {
                let meta = (!random.one_in(3)).then(|| value(random, taste, 0));
                Self::SetMeta { session, segment, meta }
            }
        }
    }

    fn read(random: &mut Random, taste: Taste) -> Self {
        let (session, segment) = (session(random, taste), segment(random, taste));
        let (index, limit) = (random.below(5), *random.pick(&[1, 2, 100]));
        match random.below(11) {
            0 => Self::Read { session, segment },
            1 => Self::ReadPages { session, segment, index, limit, backward: false },
            8 => Self::ReadPages { session, segment, index, limit, backward: true },
            9 => Self::ReadLast { session, segment, limit },
            10 => Self::Describe { session, segment },
            2 => Self::Count { session, segment },
            3 => Self::Exists { session, segment },
            4 => Self::List { limit },
            5 => Self::Segments { session, limit },
            6 => Self::Of { segment },
            _ => Self::ReadTrace { session, segment, index, limit },
        }
    }

    fn batched(&self) -> types::Op {
        use types::Op as O;
        match self.clone() {
            Self::Create { session, segment, entries } => {
                O::SessionCreateSegment { session, segment, entries }
            }
            Self::Append { session, segment, entry } => O::SessionAppend { session, segment, entry },
            Self::AppendExpecting { session, segment, expected, entries } => {
                O::SessionAppendExpecting { session, segment, expected, entries }
            }
            Self::Truncate { session, segment, entries, expected } => {
                let expected = expect_seq(expected).into();
                O::SessionTruncate { session, segment, entries, expected }
            }
            Self::Fork { session, segment, entries, into_session, into_segment } => {
                O::SessionFork { session, segment, entries, into_session, into_segment }
            }
            Self::SetMeta { session, segment, meta } => O::SessionSetMeta { session, segment, meta },
            Self::Delete { session, segment } => O::SessionDeleteSegment { session, segment },
            Self::AppendTrace { session, segment, entry } => {
                O::SessionAppendTrace { session, segment, entry }
            }
            other => unreachable!("{other:?} goes into no batch"),
        }
    }

    fn perform(&self, machine: &mut Machine) -> Option<Answer> {
        macro_rules! call {
            ($method:ident ( $($argument:expr),* ), $show:expr) => {
                answer(machine.call(|e, s| e.sessions(s)?.$method(s, $($argument),*)), $show)
            };
        }
        let number = |number: u64| number.to_string();
        let flag = |flag: bool| flag.to_string();
        match self {
            Self::Create { session, segment, entries } => {
                call!(call_create_segment(session, segment, entries), ok)
            }
            Self::Append { session, segment, entry } => call!(call_append(session, segment, entry), number),
            Self::AppendExpecting { session, segment, expected, entries } => {
                call!(call_append_expecting(session, segment, *expected, entries), number)
            }
            Self::Truncate { session, segment, entries, expected } => {
                call!(call_truncate(session, segment, *entries, expect_seq(*expected)), number)
            }
            Self::Fork { session, segment, entries, into_session, into_segment } => {
                call!(call_fork(session, segment, *entries, into_session, into_segment), number)
            }
            Self::SetMeta { session, segment, meta } => {
                call!(call_set_meta(session, segment, meta.as_deref()), ok)
            }
            Self::ReadLast { session, segment, limit } => {
                call!(call_read_last(session, segment, *limit), |last| last_shown(&last))
            }
            Self::Describe { session, segment } => {
                call!(call_describe(session, segment), |known| described(&known))
            }
            Self::Delete { session, segment } => call!(call_delete_segment(session, segment), flag),
            Self::AppendTrace { session, segment, entry } => {
                call!(call_append_trace(session, segment, entry), number)
            }
            Self::Read { session, segment } => {
                call!(call_read(session, segment), |entries: Vec<String>| entries.join(" "))
            }
            Self::Count { session, segment } => call!(call_entry_count(session, segment), number),
            Self::Exists { session, segment } => call!(call_exists(session, segment), flag),
            Self::Of { segment } => call!(call_session_of(segment), found),
            Self::ReadPages { session, segment, index, limit, backward } => {
                let read = (false, direction(*backward));
                answer(entries(machine, (session, segment), *index, *limit, read), |all| all.join(" "))
            }
            Self::ReadTrace { session, segment, index, limit } => {
                let read = (true, Direction::Forward);
                answer(entries(machine, (session, segment), *index, *limit, read), |all| all.join(" "))
            }
            Self::List { limit } => answer(ids(machine, None, *limit), |all| all.join(" ")),
            Self::Segments { session, limit } => {
                answer(ids(machine, Some(session), *limit), |all| all.join(" "))
            }
        }
    }

    fn perform_on(&self, store: &Store) -> Result<Answer> {
        let text = store.raw();
        Ok(match self {
            Self::Create { session, segment, entries } => {
                text.session_create_segment(session, segment, entries).map(ok)?
            }
            Self::Append { session, segment, entry } => {
                text.session_append(session, segment, entry)?.to_string()
            }
            Self::AppendExpecting { session, segment, expected, entries } => {
                text.session_append_expecting(session, segment, *expected, entries)?.to_string()
            }
            Self::Truncate { session, segment, entries, expected } => {
                text.session_truncate(session, segment, *entries, expect_seq(*expected).into())?.to_string()
            }
            Self::Fork { session, segment, entries, into_session, into_segment } => {
                let into = (into_session.as_str(), into_segment.as_str());
                text.session_fork(session, segment, *entries, into)?.to_string()
            }
            Self::SetMeta { session, segment, meta } => {
                text.session_set_meta(session, segment, meta.as_deref()).map(ok)?
            }
            Self::ReadLast { session, segment, limit } => {
                last_shown(&text.session_read_last(session, segment, *limit)?)
            }
            Self::Describe { session, segment } => described(&text.session_describe(session, segment)?),
            Self::Delete { session, segment } => text.session_delete_segment(session, segment)?.to_string(),
            Self::AppendTrace { session, segment, entry } => {
                text.session_append_trace(session, segment, entry)?.to_string()
            }
            Self::Read { session, segment } => text.session_read(session, segment)?.join(" "),
            Self::Count { session, segment } => text.session_entry_count(session, segment)?.to_string(),
            Self::Exists { session, segment } => text.session_exists(session, segment)?.to_string(),
            Self::Of { segment } => found(text.session_of(segment)?),
            // One page holds all that the suites with threads and processes make.
            Self::ReadPages { session, segment, index, backward, .. } => lines(&text.session_read_page(
                session,
                segment,
                &Position::After(*index),
                65_536,
                direction(*backward),
            )?)
            .join(" "),
            Self::ReadTrace { session, segment, index, .. } => lines(&text.session_read_trace(
                session,
                segment,
                &Position::After(*index),
                65_536,
                Direction::Forward,
            )?)
            .join(" "),
            Self::List { .. } => text.session_list(None, 65_536)?.names.join(" "),
            Self::Segments { session, .. } => {
                text.session_list_segments(session, None, 65_536)?.names.join(" ")
            }
        })
    }
}

fn found(session: Option<String>) -> String {
    session.unwrap_or_else(|| "none".into())
}

/// The lsn of the last write is the store's own.
fn described(known: &types::SegmentDescription) -> String {
    format!("{} {} {}", known.entries, known.trace_entries, known.meta.as_deref().unwrap_or("none"))
}

fn last_shown(last: &types::LastEntries) -> String {
    format!("{} {} {}", last.index, last.through, last.lines.lines().collect::<Vec<_>>().join(" "))
}

fn lines(page: &LinePage) -> Vec<String> {
    page.lines.lines().map(str::to_owned).collect()
}

pub(super) fn session(random: &mut Random, taste: Taste) -> String {
    hostile(random, taste).unwrap_or_else(|| id(random.pick::<&str>(&["a", "a", "b"])))
}

pub(super) fn segment(random: &mut Random, taste: Taste) -> String {
    hostile(random, taste).unwrap_or_else(|| id(random.pick::<&str>(&["1", "1", "2", "3"])))
}

/// What is no UUID in canonical text.
fn hostile(random: &mut Random, taste: Taste) -> Option<String> {
    const BAD: [&str; 8] = [
        "",
        "a",
        "AAAAAAAA-AAAA-AAAA-AAAA-AAAAAAAAAAAA",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaag",
        "aaaaaaaa-aaaa-aaaa-aaaaa-aaaaaaaaaaa",
        "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaa\u{e9}",
        "../aaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa",
    ];
    (taste == Taste::Hostile && random.one_in(10)).then(|| (*random.pick(&BAD)).to_owned())
}

/// All entries from an index on, page by page.
fn entries(
    machine: &mut Machine,
    (session, segment): (&str, &str),
    index: u64,
    limit: u32,
    (is_trace, direction): (bool, Direction),
) -> Called<Vec<String>> {
    all_pages(None, |cursor| {
        let at = cursor.map_or(Position::After(index), |cursor| Position::Cursor(cursor.to_owned()));
        let page = machine.call(|e, s| match is_trace {
            true => e.sessions(s)?.call_read_trace(s, session, segment, &at, limit, direction),
            false => e.sessions(s)?.call_read_page(s, session, segment, &at, limit, direction),
        })?;
        Some(page.map(|page| (lines(&page), page.through, page.done)))
    })
}

/// All sessions, or all segments of one, page by page.
fn ids(machine: &mut Machine, session: Option<&str>, limit: u32) -> Called<Vec<String>> {
    all_pages(None, |after| {
        let page = machine.call(|e, s| match session {
            Some(session) => e.sessions(s)?.call_list_segments(s, session, after, limit),
            None => e.sessions(s)?.call_list_sessions(s, after, limit),
        })?;
        Some(page.map(|page| (page.names, page.through, page.done)))
    })
}

/// All sessions of a store.
pub(crate) fn observe_on(store: &Store, state: &mut State) -> Result<()> {
    let text = store.raw();
    let mut found = Vec::new();
    for session in text.session_list(None, 65_536)?.names {
        for segment in text.session_list_segments(&session, None, 65_536)?.names {
            let entries = text.session_read(&session, &segment)?;
            let trace = lines(&text.session_read_trace(
                &session,
                &segment,
                &Position::Start,
                65_536,
                Direction::Forward,
            )?);
            let is_owned = text.session_of(&segment)?.as_ref() == Some(&session);
            let meta = text.session_describe(&session, &segment)?.meta;
            let session = session.clone();
            found.push(Segment { session, segment, is_owned, entries, trace, meta, written: 0 });
        }
    }
    state.sessions.found(found);
    Ok(())
}
