//! The names of a table, one at a time, forward or backward: what is pending and what the base has, as one. Between two of them
//! anything may be read.

use crate::base::value_file::Value;
use crate::engine::Opened;
use crate::engine::listing::{Direction, Filled};
use crate::engine::runs::{run_key, value_of};
use crate::error::Result;
use crate::keyspace::Keyspace;
use crate::keyspace::name_range::NameRange;
use crate::run::reader::Hit;
use crate::run::stack_cursor::StackCursor;
use crate::state::pending::PendingValue;
use crate::storage::Storage;

/// A place between two names of a table.
#[derive(Debug)]
pub(crate) struct NamePull {
    keyspace: &'static Keyspace,
    /// What has not been passed.
    left: NameRange,
    is_forward: bool,
    /// The place in the runs, of a table that stands there.
    cursor: Option<StackCursor>,
    /// The next key that the base has, where it is known.
    ahead: Option<PulledKey>,
    is_at_end: bool,
}

/// A key that is there.
#[derive(Debug)]
pub(crate) struct PulledKey {
    pub(crate) name: Vec<u8>,
    /// Its entry, where that is one of runs.
    hit: Option<Hit>,
}

impl PulledKey {
    fn named(name: &[u8]) -> Self {
        Self { name: name.to_vec(), hit: None }
    }
}

impl NamePull {
    /// Before the first of these names, or backward behind the last one.
    pub(crate) fn new(keyspace: &'static Keyspace, names: NameRange, direction: Direction) -> Self {
        let is_forward = direction == Direction::Forward;
        Self { keyspace, left: names, is_forward, cursor: None, ahead: None, is_at_end: false }
    }

    /// Before the first name of all.
    pub(crate) fn all(keyspace: &'static Keyspace) -> Self {
        Self::new(keyspace, NameRange::default(), Direction::Forward)
    }

    /// The name of the next key that is there, which is passed then. None at the end.
    pub(crate) fn next<S: Storage>(&mut self, engine: &mut Opened<'_, S>) -> Result<Option<Vec<u8>>> {
        Ok(self.next_key(engine)?.map(|key| key.name))
    }

    /// The next key that is there, which is passed then. None at the end.
    pub(crate) fn next_key<S: Storage>(&mut self, engine: &mut Opened<'_, S>) -> Result<Option<PulledKey>> {
        loop {
            self.look_ahead(engine)?;
            let pending = engine.state.overlay.next_value(self.keyspace, &self.left, self.is_forward);
            let (key, is_there) = match pending.filter(|(name, _)| self.is_first(name)) {
                Some((name, value)) => (PulledKey::named(name), *value != PendingValue::Removed),
                None => match self.ahead.take() {
                    Some(key) => (key, true),
                    None => return Ok(None),
                },
            };
            if self.is_forward {
                self.left.start_behind(&key.name);
            } else {
                self.left.end_before(&key.name);
            }
            if is_there {
                return Ok(Some(key));
            }
        }
    }

    /// Is the next key of the base this one, or behind it?
    fn is_first(&self, name: &[u8]) -> bool {
        let base = self.ahead.as_ref().map(|key| key.name.as_slice());
        base.is_none_or(|base| if self.is_forward { name <= base } else { name >= base })
    }

    /// Finds the next key that the base has of what is left, unless it is known.
    fn look_ahead<S: Storage>(&mut self, engine: &mut Opened<'_, S>) -> Result<()> {
        if self.left.bounds().is_none() {
            self.is_at_end = true;
        }
        while !self.is_at_end
            && self.ahead.as_ref().is_none_or(|key| self.left.is_passed(&key.name, self.is_forward))
        {
            let next = if self.keyspace.is_in_runs() {
                self.next_in_runs(engine)?
            } else {
                engine.load_index(self.keyspace)?;
                engine.next_in_index(self.keyspace, &self.left, self.is_forward).map(PulledKey::named)
            };
            // Behind the last one stand those of another table, or names that are not asked for.
            self.ahead = next.filter(|key| !self.left.is_passed(&key.name, !self.is_forward));
            self.is_at_end = self.ahead.is_none();
        }
        if self.is_at_end {
            self.ahead = None;
        }
        Ok(())
    }

    /// The next key that the runs have; none behind the last one of the table.
    fn next_in_runs<S: Storage>(&mut self, engine: &mut Opened<'_, S>) -> Result<Option<PulledKey>> {
        let place = self.place();
        let cursor = self.cursor.get_or_insert_with(|| engine.run_cursor(&place));
        let Some(hit) = engine.next_in_runs(cursor, self.is_forward)? else { return Ok(None) };
        let mut name = hit.block.key(hit.at);
        let is_of_table = name.first() == Some(&self.keyspace.id);
        if is_of_table {
            name.remove(0);
        }
        Ok(is_of_table.then_some(PulledKey { name, hit: Some(hit) }))
    }

    /// The key of the runs before which the first name of what is left stands, or backward behind the last one.
    fn place(&self) -> Vec<u8> {
        match self.left.end() {
            _ if self.is_forward => run_key(self.keyspace, self.left.start()),
            Some(end) => run_key(self.keyspace, end),
            None => vec![self.keyspace.id.saturating_add(1)],
        }
    }

    /// Passes all names that begin so, forward.
    pub(crate) fn pass_prefix(&mut self, prefix: &[u8]) {
        self.left.pass_prefix(prefix);
        // What is passed is not walked through.
        (self.cursor, self.ahead) = (None, None);
    }
}

impl<S: Storage> Opened<'_, S> {
    /// Fills a page with what `show` makes of each key and so many bytes. What it makes nothing of is passed over.
    pub(crate) fn fill_page<T>(
        &mut self,
        mut names: NamePull,
        items: usize,
        show: impl Fn(&mut Self, &PulledKey) -> Result<Option<(T, usize)>>,
    ) -> Result<Filled<T, Vec<u8>>> {
        let mut filled = Filled::new(items);
        while let Some(key) = names.next_key(self)? {
            let shown = show(self, &key)?;
            if !filled.take(key.name, shown) {
                break;
            }
        }
        Ok(filled)
    }

    /// The size of the value of a key that was pulled. Where its entry is at hand, it is not looked for again.
    pub(crate) fn pulled_size(&mut self, keyspace: &Keyspace, key: &PulledKey) -> Result<Option<u64>> {
        match &key.hit {
            Some(hit) => Ok(Some(hit.value().len() as u64)),
            None => self.value_size(keyspace, &key.name),
        }
    }

    /// The value of a key that was pulled, and its version. Where its entry is at hand, it is not looked for again.
    pub(crate) fn pulled_value(&mut self, keyspace: &Keyspace, key: &PulledKey) -> Result<Option<Value>> {
        match &key.hit {
            Some(hit) => Ok(Some(value_of(hit))),
            None => self.versioned(keyspace, &key.name),
        }
    }

    /// How many keys a table has among these names.
    pub(crate) fn count_names(&mut self, keyspace: &'static Keyspace, names: NameRange) -> Result<u64> {
        let mut names = NamePull::new(keyspace, names, Direction::Forward);
        let mut count = 0;
        while names.next(self)?.is_some() {
            count += 1;
        }
        Ok(count)
    }
}
