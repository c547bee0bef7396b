//! Names in two parts: a group, and what it is the group of. A table and its key, a session and its segment.
//!
//! Names of one group stand side by side, so that listing one does not read the others.

use crate::limits::{GROUP_BYTES_MAX, NAME_BYTES_MAX};

/// The name of a key in a group. Names of one group stand side by side, in the order of their keys' bytes.
pub(crate) fn name(group: &[u8], key: &[u8]) -> Vec<u8> {
    let mut name = Vec::with_capacity(1 + group.len() + key.len());
    name.push(u8::try_from(group.len()).unwrap_or(u8::MAX));
    name.extend_from_slice(group);
    name.extend_from_slice(key);
    name
}

/// The group and the key of a name.
pub(crate) fn split(name: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = name.split_first()?;
    rest.split_at_checked(usize::from(*length))
}

/// Is it a name of two parts, neither of them empty?
pub(crate) fn is_name(name: &[u8]) -> bool {
    split(name).is_some_and(|(group, key)| {
        (1..=GROUP_BYTES_MAX).contains(&group.len()) && (1..=NAME_BYTES_MAX).contains(&key.len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_comes_apart_as_it_was_put_together() {
        let key = [0xff; NAME_BYTES_MAX];
        let long = name(&[b'g'; GROUP_BYTES_MAX], &key);
        assert_eq!(split(&long), Some((&[b'g'; GROUP_BYTES_MAX][..], &key[..])));
        assert!(is_name(&long));
        for bad in [&b""[..], b"\0k", b"\x01", b"\x01g", b"\x05gk"] {
            assert!(!is_name(bad), "{bad:?}");
        }
    }

    #[test]
    fn keys_of_a_group_stand_side_by_side() {
        let mut names = vec![name(b"b", b"a"), name(b"ab", b"k"), name(b"b", b"\0"), name(b"b", b"ab")];
        names.sort_unstable();
        assert_eq!(names, [name(b"b", b"\0"), name(b"b", b"a"), name(b"b", b"ab"), name(b"ab", b"k")]);
    }
}
