//! Lines of logs that searches have come by, so that the next search begins between two of them.
//!
//! Whoever may write is alone with the base: a log's file only grows until a checkpoint has carried the log, and then its lines are
//! forgotten. A reader beside a writer remembers none.

use crate::base::search::Probe;
use crate::keyspace::Keyspace;
use crate::limits::PROBES_MAX;
use lru::LruCache;
use std::hash::{BuildHasherDefault, DefaultHasher};

/// A log.
type LogKey = (u8, Vec<u8>);

/// The lines of each log in the order of the file: of the logs that were searched last. The hasher is the same in each run (A1).
#[derive(Debug)]
pub(crate) struct Probes {
    logs: LruCache<LogKey, Vec<Probe>, BuildHasherDefault<DefaultHasher>>,
    count: usize,
}

impl Default for Probes {
    fn default() -> Self {
        Self { logs: LruCache::unbounded_with_hasher(BuildHasherDefault::default()), count: 0 }
    }
}

impl Probes {
    /// Takes out the lines of a log. Who searches among them gives them back, and those that it came by.
    pub(crate) fn take(&mut self, keyspace: &Keyspace, name: &[u8]) -> Vec<Probe> {
        let taken = self.logs.pop(&(keyspace.id, name.to_vec())).unwrap_or_default();
        self.count -= taken.len();
        taken
    }

    /// Remembers lines of a log that has none here. Where they are too many every second one goes: any two that stay are about as far
    /// apart as any others.
    pub(crate) fn keep(&mut self, keyspace: &Keyspace, name: &[u8], mut probes: Vec<Probe>) {
        if probes.is_empty() {
            return;
        }
        if probes.len() > PROBES_MAX {
            let mut place = 0;
            probes.retain(|_| {
                place += 1;
                place % 2 == 0
            });
        }
        self.count += probes.len();
        self.logs.put((keyspace.id, name.to_vec()), probes);
        while self.count > PROBES_MAX {
            let Some((_, unused)) = self.logs.pop_lru() else { return };
            self.count -= unused.len();
        }
    }

    /// The lines of a log may stand elsewhere now.
    pub(crate) fn forget(&mut self, keyspace: &Keyspace, name: &[u8]) {
        drop(self.take(keyspace, name));
    }

    /// The count is that of the lines.
    pub(crate) fn check(&self) {
        let count: usize = self.logs.iter().map(|(_, probes)| probes.len()).sum();
        assert!(count == self.count && count <= PROBES_MAX, "{count} lines, and {} were counted", self.count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyspace::{SESSIONS, STREAMS};

    fn probes(count: u64) -> Vec<Probe> {
        (0..count).map(|nth| Probe { offset: 10 * nth, end: 10 * nth + 9, nth, seq: nth }).collect()
    }

    #[test]
    fn the_lines_of_the_log_that_was_searched_longest_ago_go_first() {
        let mut all = Probes::default();
        let each = PROBES_MAX as u64 / 2;
        for name in [b"a", b"b"] {
            all.keep(&STREAMS, name, probes(each));
        }
        let taken = all.take(&STREAMS, b"a");
        all.keep(&STREAMS, b"a", taken);
        all.keep(&SESSIONS, b"a", probes(1));
        all.check();
        assert!(all.take(&STREAMS, b"b").is_empty());
        assert_eq!(all.take(&STREAMS, b"a").len() as u64, each);
        assert_eq!(all.take(&SESSIONS, b"a").len(), 1);
        all.check();
    }

    #[test]
    fn of_too_many_lines_of_one_log_every_second_one_stays() {
        let mut all = Probes::default();
        all.keep(&STREAMS, b"a", probes(PROBES_MAX as u64 + 1));
        all.check();
        let stay = all.take(&STREAMS, b"a");
        assert_eq!(stay.len(), PROBES_MAX / 2);
        assert!(stay.windows(2).all(|two| two[1].nth - two[0].nth == 2));
        all.check();
    }
}
