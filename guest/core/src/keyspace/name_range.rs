//! Neighbouring names of a keyspace: from one on, up to another.

use std::ops::Bound;

/// Both ends of a range, as a map takes them.
pub(crate) type NameBounds<'a> = (Bound<&'a [u8]>, Bound<&'a [u8]>);

/// Names in the order of their bytes. It shrinks as they are passed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct NameRange {
    /// The first name that it may have.
    start: Vec<u8>,
    /// The first name behind it; none where nothing is behind it.
    end: Option<Vec<u8>>,
}

impl NameRange {
    /// All names that begin so.
    pub(crate) fn with_prefix(prefix: &[u8]) -> Self {
        Self { start: prefix.to_vec(), end: end_of_prefix(prefix) }
    }

    /// Takes away the names before this one.
    pub(crate) fn start_at(&mut self, name: &[u8]) {
        if name > self.start.as_slice() {
            self.start.clear();
            self.start.extend_from_slice(name);
        }
    }

    /// Takes away the names up to this one.
    pub(crate) fn start_behind(&mut self, name: &[u8]) {
        if name >= self.start.as_slice() {
            self.start.clear();
            self.start.extend_from_slice(name);
            // The name right behind it.
            self.start.push(0);
        }
    }

    /// Takes away this name and those behind it.
    pub(crate) fn end_before(&mut self, name: &[u8]) {
        if self.end.as_deref().is_none_or(|end| name < end) {
            let end = self.end.get_or_insert_default();
            end.clear();
            end.extend_from_slice(name);
        }
    }

    /// Takes away the names that begin so, and those before them.
    pub(crate) fn pass_prefix(&mut self, prefix: &[u8]) {
        match end_of_prefix(prefix) {
            Some(end) => self.start_at(&end),
            None => self.end_before(&[]),
        }
    }

    /// The first name that it may have.
    pub(crate) fn start(&self) -> &[u8] {
        &self.start
    }

    /// The first name behind it; none where nothing is behind it.
    pub(crate) fn end(&self) -> Option<&[u8]> {
        self.end.as_deref()
    }

    /// Both ends; none where nothing is between them, since a map takes no such ends.
    pub(crate) fn bounds(&self) -> Option<NameBounds<'_>> {
        let end = self.end.as_deref();
        let is_empty = end.is_some_and(|end| end <= self.start.as_slice());
        (!is_empty)
            .then(|| (Bound::Included(self.start.as_slice()), end.map_or(Bound::Unbounded, Bound::Excluded)))
    }
}

/// The first name behind all that begin so; none where they are the last.
fn end_of_prefix(prefix: &[u8]) -> Option<Vec<u8>> {
    let last = prefix.iter().rposition(|byte| *byte != u8::MAX)?;
    let mut end = prefix.get(..=last)?.to_vec();
    *end.last_mut()? += 1;
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Those of some names that are in the range.
    fn within<'a>(range: &NameRange, names: &[&'a [u8]]) -> Vec<&'a [u8]> {
        let names: BTreeSet<&[u8]> = names.iter().copied().collect();
        range.bounds().map_or_else(Vec::new, |bounds| names.range::<[u8], _>(bounds).copied().collect())
    }

    const NAMES: [&[u8]; 8] = [b"", b"a", b"a\0", b"ab", b"a\xff", b"b", b"\xff", b"\xff\xff"];

    #[test]
    fn a_prefix_is_all_names_that_begin_so() {
        for prefix in NAMES {
            let expected: Vec<_> = NAMES.into_iter().filter(|name| name.starts_with(prefix)).collect();
            assert_eq!(within(&NameRange::with_prefix(prefix), &NAMES), expected, "{prefix:?}");
            let mut behind = NameRange::default();
            behind.pass_prefix(prefix);
            let is_behind = |name: &&[u8]| *name > prefix && !name.starts_with(prefix);
            let expected: Vec<_> = NAMES.into_iter().filter(is_behind).collect();
            assert_eq!(within(&behind, &NAMES), expected, "behind {prefix:?}");
        }
    }

    #[test]
    fn a_range_only_shrinks_and_an_empty_one_has_no_bounds() {
        for low in NAMES {
            for high in NAMES {
                let mut range = NameRange::default();
                range.start_behind(low);
                range.start_at(&[]);
                range.end_before(high);
                range.end_before(&[u8::MAX; 9]);
                let expected: Vec<_> = NAMES.into_iter().filter(|name| *name > low && *name < high).collect();
                assert_eq!(within(&range, &NAMES), expected, "{low:?} to {high:?}");
                assert!(low < high || range.bounds().is_none(), "{low:?} to {high:?}");
            }
        }
    }
}
