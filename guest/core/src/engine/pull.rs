//! The names of a table, one at a time, forward or backward: what is pending and what the base has, as one. Between two of them
//! anything may be read.

use crate::base::value_file::Value;
use crate::engine::Opened;
use crate::engine::listing::{Direction, Filled};
use crate::engine::runs::run_key;
use crate::error::Result;
use crate::keyspace::name_range::NameRange;
use crate::keyspace::{Keyspace, Name};
use crate::run::hit::{Hit, Stretch};
use crate::run::stack_cursor::StackCursor;
use crate::state::pending::PendingValue;
use crate::storage::Storage;
use std::cmp::Ordering;

/// Names that are taken from an index at once: each time it is searched.
const NAMES_AHEAD: usize = 16;

/// A place between two names of a table.
#[derive(Debug)]
pub(crate) struct NamePull {
    keyspace: &'static Keyspace,
    /// What has not been passed. Of a table in runs its beginning lags behind: the place there is that of the cursor.
    left: NameRange,
    is_forward: bool,
    /// The place in the runs, of a table that stands there.
    in_runs: Option<RunPull>,
    /// The next names of the index, of a table that has one; the next one last.
    in_index: Vec<Name>,
    /// The next key that the base has, where it is known.
    ahead: Option<PulledKey>,
    is_at_end: bool,
    /// The next key that is pending.
    pending: Pending,
}

/// A place in the runs.
#[derive(Debug)]
struct RunPull {
    cursor: StackCursor,
    /// What the names end before, or backward the first one of them.
    end: Vec<u8>,
    /// The keys that are next, whatever else there is: the cursor has passed them. They are given without a comparison.
    clear: Option<Stretch>,
}

/// The next key that is pending, of what is left: the overlay is asked once for all keys of the base before it.
#[derive(Debug)]
enum Pending {
    Unknown,
    /// None is left.
    Nothing,
    Key(PendingKey),
}

#[derive(Debug)]
struct PendingKey {
    name: Name,
    /// What it is called in the runs.
    run_key: Vec<u8>,
}

/// A key that is there.
#[derive(Debug)]
pub(crate) enum PulledKey {
    /// One of runs.
    Entry(Hit),
    /// One that is pending, or has a file.
    Name(Name),
}

impl PulledKey {
    pub(crate) fn name(&self) -> Vec<u8> {
        self.name_from(0)
    }

    /// Its name without so many bytes at its beginning.
    pub(crate) fn name_from(&self, from: usize) -> Vec<u8> {
        match self {
            // Before the name stands the number of its keyspace.
            Self::Entry(hit) => hit.block.key_from(hit.at, 1 + from),
            Self::Name(name) => name.get(from..).unwrap_or_default().to_vec(),
        }
    }

    /// The number that its name ends with, behind so many bytes; none where it is of another length.
    pub(crate) fn number_behind(&self, bytes_before: usize) -> Option<u64> {
        match self {
            Self::Entry(hit) => hit.block.number_behind(hit.at, 1 + bytes_before),
            Self::Name(name) => name.get(bytes_before..)?.try_into().ok().map(u64::from_be_bytes),
        }
    }
}

impl NamePull {
    /// Before the first of these names, or backward behind the last one.
    pub(crate) fn new(keyspace: &'static Keyspace, names: NameRange, direction: Direction) -> Self {
        Self {
            keyspace,
            left: names,
            is_forward: direction == Direction::Forward,
            in_runs: None,
            in_index: Vec::new(),
            ahead: None,
            is_at_end: false,
            pending: Pending::Unknown,
        }
    }

    /// Before the first name of all.
    pub(crate) fn all(keyspace: &'static Keyspace) -> Self {
        Self::new(keyspace, NameRange::default(), Direction::Forward)
    }

    /// The name of the next key that is there, which is passed then. None at the end.
    pub(crate) fn next<S: Storage>(&mut self, engine: &mut Opened<'_, S>) -> Result<Option<Vec<u8>>> {
        Ok(self.next_key(engine)?.map(|key| key.name()))
    }

    /// The next key that is there, which is passed then. None at the end.
    pub(crate) fn next_key<S: Storage>(&mut self, engine: &mut Opened<'_, S>) -> Result<Option<PulledKey>> {
        if let Some(hit) = self.next_clear() {
            return Ok(Some(PulledKey::Entry(hit)));
        }
        loop {
            self.look_ahead(engine)?;
            let Some(name) = self.take_pending(engine) else {
                let key = self.ahead.take();
                match &key {
                    Some(PulledKey::Name(name)) => self.pass(name),
                    Some(PulledKey::Entry(_)) => self.clear(),
                    None => {}
                }
                return Ok(key);
            };
            self.pass(&name);
            // INVARIANT: while names are pulled, nobody makes a key pending that is left.
            if engine.state.overlay.value(self.keyspace, &name) != Some(&PendingValue::Removed) {
                return Ok(Some(PulledKey::Name(name)));
            }
        }
    }

    fn next_clear(&mut self) -> Option<Hit> {
        self.in_runs.as_mut()?.clear.as_mut()?.take(self.is_forward)
    }

    /// Finds how far the keys behind one of the runs stand there with nothing between them. Keys that were written together stand
    /// together: one look does for most of a block.
    fn clear(&mut self) {
        let Some(RunPull { cursor, end, clear }) = &mut self.in_runs else { return };
        *clear = cursor.undisputed();
        let Some(clear) = clear else { return };
        clear.end_at(end, self.is_forward);
        if let Pending::Key(PendingKey { run_key, .. }) = &self.pending {
            clear.end_at(run_key, self.is_forward);
        }
        cursor.pass_undisputed(clear.entries.len());
    }

    fn pass(&mut self, name: &[u8]) {
        if self.is_forward {
            self.left.start_behind(name);
        } else {
            self.left.end_before(name);
        }
    }

    /// The next key that is pending, where the next one of the base is that or stands behind it.
    fn take_pending<S: Storage>(&mut self, engine: &Opened<'_, S>) -> Option<Name> {
        if matches!(self.pending, Pending::Unknown) {
            let next = engine.state.overlay.next_name(self.keyspace, &self.left, self.is_forward);
            self.pending = next.map_or(Pending::Nothing, |name| {
                Pending::Key(PendingKey { name: Name::clone(name), run_key: run_key(self.keyspace, name) })
            });
        }
        let Pending::Key(PendingKey { name, run_key }) = &self.pending else { return None };
        let order = match &self.ahead {
            Some(PulledKey::Entry(hit)) => hit.compare_key(run_key),
            Some(PulledKey::Name(base)) => base.cmp(name),
            None => Ordering::Greater,
        };
        let order = if self.is_forward || self.ahead.is_none() { order } else { order.reverse() };
        if order.is_lt() {
            return None;
        }
        if order.is_eq() {
            // It is that key, as it was.
            self.ahead = None;
        }
        let name = Name::clone(name);
        self.pending = Pending::Unknown;
        Some(name)
    }

    /// Finds the next key that the base has of what is left, unless it is known.
    fn look_ahead<S: Storage>(&mut self, engine: &mut Opened<'_, S>) -> Result<()> {
        if self.ahead.is_some() || self.is_at_end {
            return Ok(());
        }
        self.ahead = if self.left.bounds().is_none() {
            None
        } else if self.keyspace.is_in_runs() {
            self.next_in_runs(engine)?
        } else {
            if self.in_index.is_empty() {
                engine.load_index(self.keyspace)?;
                self.in_index = engine.next_in_index(self.keyspace, &self.left, self.is_forward, NAMES_AHEAD);
            }
            self.in_index.pop().map(PulledKey::Name)
        };
        self.is_at_end = self.ahead.is_none();
        Ok(())
    }

    /// The next key that the runs have; none behind the last one of the names.
    fn next_in_runs<S: Storage>(&mut self, engine: &mut Opened<'_, S>) -> Result<Option<PulledKey>> {
        if self.in_runs.is_none() {
            let (place, end) = self.bounds_in_runs();
            self.in_runs = Some(RunPull { cursor: engine.run_cursor(&place), end, clear: None });
        }
        let Some(RunPull { cursor, end, .. }) = &mut self.in_runs else { return Ok(None) };
        let is_forward = self.is_forward;
        let hit = engine.next_in_runs(cursor, is_forward)?;
        // Behind the last one stand those of another table, or names that are not asked for.
        let hit = hit.filter(|hit| hit.compare_key(end).is_lt() == is_forward);
        Ok(hit.map(PulledKey::Entry))
    }

    /// The key of the runs before which the first name of what is left stands, and that before which they end; backward the other way
    /// round.
    fn bounds_in_runs(&self) -> (Vec<u8>, Vec<u8>) {
        let start = run_key(self.keyspace, self.left.start());
        let end = match self.left.end() {
            Some(end) => run_key(self.keyspace, end),
            None => vec![self.keyspace.id.saturating_add(1)],
        };
        if self.is_forward { (start, end) } else { (end, start) }
    }

    /// Passes all names that begin so, forward.
    pub(crate) fn pass_prefix(&mut self, prefix: &[u8]) {
        self.left.pass_prefix(prefix);
        // What is passed is not walked through.
        (self.in_runs, self.ahead, self.pending) = (None, None, Pending::Unknown);
        self.in_index.clear();
    }
}

impl<S: Storage> Opened<'_, S> {
    /// Fills a page with what `show` makes of each key and so many bytes. What it makes nothing of is passed over.
    pub(crate) fn fill_page<T>(
        &mut self,
        mut names: NamePull,
        items: usize,
        show: impl Fn(&mut Self, &PulledKey) -> Result<Option<(T, usize)>>,
    ) -> Result<Filled<T, PulledKey>> {
        let mut filled = Filled::new(items);
        while let Some(key) = names.next_key(self)? {
            let shown = show(self, &key)?;
            if !filled.take(key, shown) {
                break;
            }
        }
        Ok(filled)
    }

    /// The size of the value of a key that was pulled. Where its entry is at hand, it is not looked for again.
    pub(crate) fn pulled_size(&mut self, keyspace: &Keyspace, key: &PulledKey) -> Result<Option<u64>> {
        match key {
            PulledKey::Entry(hit) => Ok(Some(hit.value_bytes())),
            PulledKey::Name(name) => self.value_size(keyspace, name),
        }
    }

    /// The value of a key that was pulled, and its version. Where its entry is at hand, it is not looked for again.
    pub(crate) fn pulled_value(&mut self, keyspace: &Keyspace, key: &PulledKey) -> Result<Option<Value>> {
        match key {
            PulledKey::Entry(hit) => self.value_of(hit).map(Some),
            PulledKey::Name(name) => self.versioned(keyspace, name),
        }
    }

    /// How many keys a table has among these names.
    pub(crate) fn count_names(&mut self, keyspace: &'static Keyspace, names: NameRange) -> Result<u64> {
        let mut names = NamePull::new(keyspace, names, Direction::Forward);
        let mut count = 0;
        while names.next_key(self)?.is_some() {
            count += 1;
        }
        Ok(count)
    }
}
