//! Do the tables that segments are made of say the same, and what is to be done where they do not?
//!
//! What is said twice mends what is lost once: a session names its segments, each row says whose the segment is, and entries tell how many
//! there were.

use crate::codec::uuid::{Id, print_id};
use crate::engine::Opened;
use crate::engine::entries::{MISSING, damage};
use crate::engine::listing::Direction;
use crate::engine::pull::NamePull;
use crate::engine::segments::{number_of, numbers};
use crate::error::{Error, Result};
use crate::keyspace::name_range::NameRange;
use crate::keyspace::segment::{
    SegmentRow, SegmentSize, entry_name, member_name, recent_name, split_member, split_recent,
};
use crate::keyspace::{ENTRIES, Keyspace, MEMBERS, RECENT, SEGMENTS, SESSIONS, TRACES};
use crate::limits::BATCH_BYTES_MAX;
use crate::storage::Storage;

/// What is wrong with a segment or a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SegmentFlaw {
    /// Its row says nothing.
    BadRow(Id),
    /// It is one of this session, and has no row.
    NoRow { session: Id, segment: Id },
    /// Its session does not name it.
    NoMember { session: Id, segment: Id },
    /// A session names it that is not its own.
    WrongMember { session: Id, segment: Id },
    /// Entries that its row speaks of are not there.
    Missing { keyspace: &'static Keyspace, segment: Id },
    /// A session was last written to at another time than it says, or is not there.
    Session { session: Id, lsn: Option<u64> },
    /// A place in the order of sessions that is none of this one.
    Recent { lsn: u64, session: Id },
}

impl SegmentFlaw {
    pub(super) fn reason(&self) -> String {
        let (what, id, reason) = match self {
            Self::BadRow(segment) => ("segment", segment, "its row says nothing"),
            Self::NoRow { segment, .. } => ("segment", segment, "its row is lost"),
            Self::NoMember { segment, .. } => ("segment", segment, "its session does not name it"),
            Self::WrongMember { segment, .. } => {
                ("segment", segment, "a session names it that is not its own")
            }
            Self::Missing { keyspace, segment } if **keyspace == TRACES => {
                ("segment", segment, "entries of its trace are missing")
            }
            Self::Missing { segment, .. } => ("segment", segment, "entries are missing"),
            Self::Session { session, .. } => {
                ("session", session, "it does not say when it was last written to")
            }
            Self::Recent { session, .. } => {
                ("session", session, "it has a wrong place in the order of sessions")
            }
        };
        format!("{what} {}: {reason}", print_id(id))
    }
}

/// The entries of one segment after the other.
struct EntryWalk {
    names: NamePull,
    /// The next one, where it was looked at.
    ahead: Option<(Id, u64)>,
}

impl EntryWalk {
    fn new(keyspace: &'static Keyspace) -> Self {
        Self { names: NamePull::all(keyspace), ahead: None }
    }

    /// Are the first entries of a segment there, so many? Segments are asked for in the order of their ids.
    fn has_all<S: Storage>(&mut self, engine: &mut Opened<'_, S>, segment: &Id, count: u64) -> Result<bool> {
        let mut found = 0;
        let mut follows = true;
        loop {
            let next = match self.ahead.take() {
                Some(next) => Some(next),
                None => self.names.next_key(engine)?.and_then(|key| number_of(&key)),
            };
            let Some((of, nth)) = next else { break };
            if of > *segment {
                self.ahead = Some((of, nth));
                break;
            }
            if of == *segment && nth <= count {
                found += 1;
                follows &= nth == found;
            }
        }
        Ok(follows && found == count)
    }
}

impl<S: Storage> Opened<'_, S> {
    /// What is wrong. `corrupt` where that cannot be said, since runs are damaged.
    pub(super) fn segment_flaws(&mut self) -> Result<Vec<SegmentFlaw>> {
        let mut flaws = Vec::new();
        self.survey_rows(&mut flaws)?;
        self.survey_members(&mut flaws)?;
        self.survey_sessions(&mut flaws)?;
        Ok(flaws)
    }

    fn survey_rows(&mut self, flaws: &mut Vec<SegmentFlaw>) -> Result<()> {
        let (mut entries, mut traces) = (EntryWalk::new(&ENTRIES), EntryWalk::new(&TRACES));
        let mut names = NamePull::all(&SEGMENTS);
        while let Some(key) = names.next_key(self)? {
            let Ok(segment) = Id::try_from(key.name()) else { continue };
            let row = self.pulled_value(&SEGMENTS, &key)?;
            let Some(row) = row.and_then(|row| SegmentRow::decode(&row.bytes)) else {
                flaws.push(SegmentFlaw::BadRow(segment));
                continue;
            };
            let session = row.session;
            if !self.has_value(&MEMBERS, &member_name(&session, &segment))? {
                flaws.push(SegmentFlaw::NoMember { session, segment });
            }
            for (keyspace, walk) in [(&ENTRIES, &mut entries), (&TRACES, &mut traces)] {
                if !walk.has_all(self, &segment, row.extent(keyspace).count)? {
                    flaws.push(SegmentFlaw::Missing { keyspace, segment });
                }
            }
        }
        Ok(())
    }

    fn survey_members(&mut self, flaws: &mut Vec<SegmentFlaw>) -> Result<()> {
        let mut names = NamePull::all(&MEMBERS);
        let mut last: Option<(Id, u64)> = None;
        loop {
            let member = names.next(self)?.and_then(|name| split_member(&name));
            if let Some((session, lsn)) =
                last.filter(|(session, _)| member.map(|(of, _)| of) != Some(*session))
            {
                self.survey_session(session, lsn, flaws)?;
                last = None;
            }
            let Some((session, segment)) = member else { return Ok(()) };
            let row = self.value(&SEGMENTS, &segment)?;
            match row.map(|row| SegmentRow::decode(&row)) {
                Some(Some(row)) if row.session == session => {
                    let before = last.map_or(0, |(_, lsn)| lsn);
                    last = Some((session, row.lsn.max(before)));
                }
                Some(Some(_)) => flaws.push(SegmentFlaw::WrongMember { session, segment }),
                Some(None) | None => flaws.push(SegmentFlaw::NoRow { session, segment }),
            }
        }
    }

    /// Does a session say when it was last written to, and does it stand in its place?
    fn survey_session(&mut self, session: Id, lsn: u64, flaws: &mut Vec<SegmentFlaw>) -> Result<()> {
        let says = self.value(&SESSIONS, &session)?;
        let is_right = says.as_deref() == Some(&lsn.to_be_bytes())
            && self.has_value(&RECENT, &recent_name(lsn, &session))?;
        if !is_right {
            flaws.push(SegmentFlaw::Session { session, lsn: Some(lsn) });
        }
        Ok(())
    }

    fn survey_sessions(&mut self, flaws: &mut Vec<SegmentFlaw>) -> Result<()> {
        let mut names = NamePull::all(&SESSIONS);
        while let Some(name) = names.next(self)? {
            let Ok(session) = Id::try_from(name) else { continue };
            let mut members = NamePull::new(&MEMBERS, NameRange::with_prefix(&session), Direction::Forward);
            if members.next_key(self)?.is_none() {
                flaws.push(SegmentFlaw::Session { session, lsn: None });
            }
        }
        let mut names = NamePull::all(&RECENT);
        while let Some(name) = names.next(self)? {
            let Some((lsn, session)) = split_recent(&name) else { continue };
            if self.value(&SESSIONS, &session)?.as_deref() != Some(&lsn.to_be_bytes()) {
                flaws.push(SegmentFlaw::Recent { lsn, session });
            }
        }
        Ok(())
    }

    /// Sets right what is wrong, as a part of the commit in work.
    pub(super) fn decide_mend_segment(&mut self, flaw: &SegmentFlaw) -> Result<()> {
        match flaw {
            SegmentFlaw::BadRow(segment) => self.remove_value(&SEGMENTS, segment),
            SegmentFlaw::NoRow { session, segment } => self.decide_row(session, segment),
            SegmentFlaw::NoMember { session, segment } => {
                self.put_value(&MEMBERS, &member_name(session, segment), &[])
            }
            SegmentFlaw::WrongMember { session, segment } => {
                self.remove_value(&MEMBERS, &member_name(session, segment))
            }
            SegmentFlaw::Missing { keyspace, segment } => self.decide_close_up(keyspace, segment),
            SegmentFlaw::Session { session, lsn: Some(lsn) } => {
                self.put_value(&RECENT, &recent_name(*lsn, session), &[])?;
                self.put_value(&SESSIONS, session, &lsn.to_be_bytes())
            }
            SegmentFlaw::Session { session, lsn: None } => self.remove_value(&SESSIONS, session),
            SegmentFlaw::Recent { lsn, session } => self.remove_value(&RECENT, &recent_name(*lsn, session)),
        }
    }

    /// The row of a segment that has lost it, by the entries that are there: as many as follow each other and were written one after the
    /// other. What a truncation had left behind may be among them.
    pub(super) fn decide_row(&mut self, session: &Id, segment: &Id) -> Result<()> {
        let (entries, written) = self.extent_found(&ENTRIES, segment)?;
        let (traces, _) = self.extent_found(&TRACES, segment)?;
        let lsn = if entries.count > 0 { written } else { self.lsn() };
        // What the session says of it is looked at behind this.
        let row = SegmentRow { session: *session, lsn, entries, traces };
        self.put_value(&SEGMENTS, segment, &row.encode())
    }

    /// How many entries are there, one behind the other, and the lsn of the last of them.
    fn extent_found(&mut self, keyspace: &'static Keyspace, segment: &Id) -> Result<(SegmentSize, u64)> {
        let mut names = NamePull::new(keyspace, numbers(segment, 1, u64::MAX), Direction::Forward);
        let (mut extent, mut written) = (SegmentSize::default(), 0);
        loop {
            let found = match names.next_key(self) {
                Ok(Some(key)) => (number_of(&key), self.pulled_value(keyspace, &key)),
                Ok(None) | Err(Error::Corrupt(_)) => break,
                Err(error) => return Err(error),
            };
            let value = match found {
                (Some((_, nth)), Ok(Some(value))) if nth == extent.count + 1 => value,
                (_, Err(error)) if !matches!(error, Error::Corrupt(_)) => return Err(error),
                _ => break,
            };
            if value.version < written {
                break;
            }
            extent = SegmentSize { count: extent.count + 1, bytes: extent.bytes + value.bytes.len() as u64 };
            written = value.version;
        }
        Ok((extent, written))
    }

    /// Gives the entries behind those that are missing the numbers of these. More than a commit may bring is not taken along.
    fn decide_close_up(&mut self, keyspace: &'static Keyspace, segment: &Id) -> Result<()> {
        let Some(before) = self.segment_row(segment)? else { return Ok(()) };
        let mut names =
            NamePull::new(keyspace, numbers(segment, 1, before.extent(keyspace).count), Direction::Forward);
        let (mut extent, mut moved) = (SegmentSize::default(), Vec::new());
        let mut moved_bytes = 0;
        while let Some(key) = names.next_key(self)? {
            let Some((_, nth)) = number_of(&key) else { continue };
            let value = self.pulled_value(keyspace, &key)?.ok_or_else(|| damage(MISSING))?;
            let follows = nth == extent.count + 1;
            if !follows {
                moved_bytes += value.bytes.len();
                if moved_bytes > BATCH_BYTES_MAX / 2 {
                    break;
                }
            }
            extent = SegmentSize { count: extent.count + 1, bytes: extent.bytes + value.bytes.len() as u64 };
            if !follows {
                moved.push((extent.count, value.bytes));
            }
        }
        for (nth, entry) in moved {
            self.put_value(keyspace, &entry_name(segment, nth), &entry)?;
        }
        let mut row = before;
        *row.extent_mut(keyspace) = extent;
        self.put_segment(segment, Some(before), row)
    }
}
