use crate::error::{Error, Result};

/// The words before the two numbers, which stand in the component once.
const ENTRIES: &[u8] = b"sx-persist-cached entries ";
const BYTES: &[u8] = b" bytes ";
const DIGITS: usize = 20;

/// How much the middleware `cached` holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capacity {
    /// Values at most: 100,000 if nothing is said, one at least.
    pub entries: u64,
    /// Bytes of values and names at most: 32 MiB if nothing is said. A value above a quarter of it is not held.
    pub bytes: u64,
}

impl Default for Capacity {
    fn default() -> Self {
        Self { entries: 100_000, bytes: 32 << 20 }
    }
}

/// Returns `true` if this is the middleware `cached`, not composed yet.
#[must_use]
pub fn is_cached(component: &[u8]) -> bool {
    place(component).is_some()
}

/// Gives the middleware `cached` another capacity.
///
/// # Shape
///
/// The component `cached`, as it was built or with a capacity from here. The answer differs in the digits of the two numbers and
/// in nothing else.
///
/// # Errors
///
/// [`Error::NotCached`] when it is another component, or several of them in one.
pub fn capacity(cached: &[u8], capacity: Capacity) -> Result<Vec<u8>> {
    let at = place(cached).ok_or(Error::NotCached)?;
    let mut component = cached.to_owned();
    let text = format!("{:0DIGITS$} bytes {:0DIGITS$}", capacity.entries, capacity.bytes);
    component[at..at + text.len()].copy_from_slice(text.as_bytes());
    Ok(component)
}

/// Where the numbers stand, in the one place that has their form.
fn place(component: &[u8]) -> Option<usize> {
    let is_number = |text: &[u8]| text.len() == DIGITS && text.iter().all(u8::is_ascii_digit);
    let is_here = |at: &usize| {
        let rest = &component[*at..];
        rest.starts_with(ENTRIES)
            && rest[ENTRIES.len()..].split_at_checked(DIGITS).is_some_and(|(entries, rest)| {
                let bytes = rest.strip_prefix(BYTES).and_then(|rest| rest.get(..DIGITS));
                is_number(entries) && bytes.is_some_and(is_number)
            })
    };
    let mut places = (0..component.len()).filter(is_here);
    let place = places.next()?;
    places.next().is_none().then_some(place + ENTRIES.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_numbers_are_written_anew_and_nothing_else() {
        let with = |entries: &str, bytes: &str| {
            format!("\0asm sx-persist-cached entries {entries} bytes {bytes}\0end")
        };
        let before = with("00000000000000100000", "00000000000033554432");
        assert!(is_cached(before.as_bytes()));
        let after = capacity(before.as_bytes(), Capacity { entries: 7, bytes: u64::MAX }).unwrap();
        assert_eq!(after, with("00000000000000000007", "18446744073709551615").into_bytes());
        assert_eq!(capacity(&after, Capacity::default()).unwrap(), before.as_bytes());
        for other in ["", "sx-persist-cached entries 1 bytes 2", &before[..70], &before.repeat(2)] {
            assert!(
                matches!(capacity(other.as_bytes(), Capacity::default()), Err(Error::NotCached)),
                "{other}"
            );
        }
    }
}
