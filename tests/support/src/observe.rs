//! Everything that a store holds, asked for as the host library does it: calls as bytes. So one function is looked up for all of it; to
//! check the types of those of seven interfaces takes a tenth of a crash case.

use crate::called::Called;
use crate::machine::Machine;
use model::{Segment, State, Stream};
use sx_persist::types::{
    Direction, EntryPage, Error, KeyPage, LinePage, MapEntry, MapRange, NamePage, Position, RefPage,
    SegmentDescription,
};
use sx_persist_wire::{self as wire, Function, Part, Put};

/// Items of a page.
const ITEMS: u32 = 65_536;

/// Why a store was not looked at to its end.
enum Stop {
    /// The process ended.
    Ended,
    Refused(Error),
}

/// Everything that a store holds; none when the process ended meanwhile.
pub fn observe(machine: &mut Machine) -> Called<State> {
    match Observer(machine).state() {
        Ok(state) => Some(Ok(state)),
        Err(Stop::Refused(error)) => Some(Err(error)),
        Err(Stop::Ended) => None,
    }
}

struct Observer<'a>(&'a mut Machine);

impl Observer<'_> {
    fn ask<T: Part>(&mut self, function: Function, arguments: impl Put) -> Result<T, Stop> {
        let call = wire::call(function, arguments.room(), |out| arguments.put(out));
        let answer = self.0.call(|exports, store| exports.wire(store)?.call_call(store, &call));
        let answer = answer.ok_or(Stop::Ended)?.map_err(Stop::Refused)?;
        let answered = wire::answered(answer).expect("an answer to the call");
        answered.map_err(|refusal| Stop::Refused(refusal.reason.into()))
    }

    /// The items of all pages; `page` answers those behind a place, where the next begins, and whether there is none.
    fn all<T>(
        &mut self,
        page: impl Fn(&mut Self, Option<&str>) -> Result<(Vec<T>, String, bool), Stop>,
    ) -> Result<Vec<T>, Stop> {
        let (mut items, mut after) = (Vec::new(), None);
        loop {
            let (more, through, is_done) = page(self, after.as_deref())?;
            items.extend(more);
            if is_done {
                return Ok(items);
            }
            after = Some(through);
        }
    }

    fn state(&mut self) -> Result<State, Stop> {
        let mut state = State::default();
        for name in self.ask::<Vec<String>>(Function::PersistStreams, ())? {
            let events = self.ask(Function::PersistRead, (&name,))?;
            let last_seq = self.ask(Function::PersistLastSeq, (&name,))?;
            state.streams.insert(name, Stream { events, last_seq });
        }
        let entries = self.all(|observer, after| {
            let page: EntryPage = observer.ask(Function::PersistKvList, ("", after, ITEMS))?;
            Ok((page.entries, page.through, page.done))
        })?;
        state.kv = entries.into_iter().map(|entry| (entry.key, entry.value)).collect();
        let refs = self.all(|observer, after| {
            let page: RefPage = observer.ask(Function::RefsList, ("", after, ITEMS))?;
            Ok((page.refs, page.through, page.done))
        })?;
        state.refs = refs.into_iter().map(|entry| (entry.name, entry.hash)).collect();
        self.snapshots(&mut state)?;
        self.objects(&mut state)?;
        self.sessions(&mut state)?;
        self.maps(&mut state)?;
        self.blobs(&mut state)?;
        Ok(state)
    }

    fn names(&mut self, function: Function) -> Result<Vec<String>, Stop> {
        self.all(|observer, after| observer.ask(function, (after, ITEMS)).map(named))
    }

    fn snapshots(&mut self, state: &mut State) -> Result<(), Stop> {
        let keys =
            self.all(|observer, after| observer.ask(Function::SnapshotsKeys, ("", after, ITEMS)).map(named));
        for key in keys? {
            // One that is listed and not there is missed by the comparison.
            if let Some(bytes) = self.ask(Function::SnapshotsLoad, (&key,))? {
                state.snapshots.insert(key, bytes);
            }
        }
        Ok(())
    }

    fn objects(&mut self, state: &mut State) -> Result<(), Stop> {
        for hash in self.names(Function::ObjectsList)? {
            let bytes: Option<Vec<u8>> = self.ask(Function::ObjectsRead, (&hash,))?;
            state.objects.insert(hash, bytes.unwrap_or_default());
        }
        Ok(())
    }

    fn sessions(&mut self, state: &mut State) -> Result<(), Stop> {
        let mut found = Vec::new();
        for session in self.names(Function::SessionsListSessions)? {
            let segments = self.all(|observer, after| {
                observer.ask(Function::SessionsListSegments, (&session, after, ITEMS)).map(named)
            });
            for segment in segments? {
                let of = (session.as_str(), segment.as_str());
                let entries = self.entries(Function::SessionsReadPage, of)?;
                let trace = self.entries(Function::SessionsReadTrace, of)?;
                let SegmentDescription { meta, .. } = self.ask(Function::SessionsDescribe, of)?;
                let owner: Option<String> = self.ask(Function::SessionsSessionOf, (&segment,))?;
                let is_owned = owner.as_ref() == Some(&session);
                let session = session.clone();
                found.push(Segment { session, segment, is_owned, entries, trace, meta, written: 0 });
            }
        }
        state.sessions.found(found);
        Ok(())
    }

    fn entries(&mut self, function: Function, (session, segment): (&str, &str)) -> Result<Vec<String>, Stop> {
        self.all(|observer, after| {
            let at = after.map_or(Position::After(0), |cursor| Position::Cursor(cursor.to_owned()));
            let page: LinePage = observer.ask(function, (session, segment, at, ITEMS, Direction::Forward))?;
            Ok((page.lines.lines().map(str::to_owned).collect(), page.through, page.done))
        })
    }

    fn maps(&mut self, state: &mut State) -> Result<(), Stop> {
        for table in self.ask::<Vec<String>>(Function::MapsTables, ())? {
            let keys = self.all(|observer, after| {
                let range = MapRange { prefix: Vec::new(), start: None, end: None };
                let page: KeyPage =
                    observer.ask(Function::MapsList, (&table, range, after, ITEMS, Direction::Forward))?;
                Ok((page.keys, page.through, page.done))
            })?;
            let entries: Vec<Option<MapEntry>> = self.ask(Function::MapsGetMany, (&table, &keys))?;
            let entries = entries.into_iter().map(|entry| entry.map(|entry| (entry.value, entry.version)));
            state.maps.found(&table, keys, entries);
        }
        Ok(())
    }

    fn blobs(&mut self, state: &mut State) -> Result<(), Stop> {
        for cid in self.names(Function::BlobList)? {
            match self.ask(Function::BlobGet, (&cid,)) {
                Ok(Some(bytes)) => drop(state.blobs.insert(cid, bytes)),
                // Its bytes are not here; `verify` says why.
                Ok(None) | Err(Stop::Refused(Error::Corrupt(_))) => {}
                Err(stop) => return Err(stop),
            }
        }
        Ok(())
    }
}

fn named(page: NamePage) -> (Vec<String>, String, bool) {
    (page.names, page.through, page.done)
}
