//! A root that somebody else has locked, waited for.

use crate::error::{Error, HostError, Result};
use crate::store::root::Root;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

/// How often the lock is tried. The same for the first and the last that wait, so a long wait is no disadvantage.
const PAUSE: Duration = Duration::from_millis(10);

/// Opens a root; while that is locked, tries again for so long.
pub(crate) fn open(patience: Duration, open: impl Fn() -> Result<Root>) -> Result<Root> {
    let begun = Instant::now();
    loop {
        let error = match open() {
            Err(Error::Host(error)) if matches!(*error, HostError::Locked { .. }) => error,
            other => return other,
        };
        let left = patience.saturating_sub(begun.elapsed());
        if left.is_zero() {
            return Err(after(error, if patience.is_zero() { Duration::ZERO } else { begun.elapsed() }));
        }
        thread::sleep(PAUSE.min(left));
    }
}

/// The error, with how long it was waited for.
fn after(error: Arc<HostError>, waited: Duration) -> Error {
    match Arc::try_unwrap(error) {
        Ok(HostError::Locked { root, holder, .. }) => HostError::Locked { root, holder, waited }.into(),
        Ok(error) => error.into(),
        Err(error) => Error::Host(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    fn locked() -> Error {
        HostError::Locked { root: "shop".into(), holder: Some(7), waited: Duration::ZERO }.into()
    }

    #[test]
    fn a_lock_that_becomes_free_is_taken_and_another_error_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let tries = Cell::new(0);
        open(Duration::from_mins(1), || {
            tries.set(tries.get() + 1);
            if tries.get() < 3 { Err(locked()) } else { Root::open(folder.path(), false, true, false) }
        })
        .unwrap();
        assert_eq!(tries.get(), 3);
        let error = open(Duration::MAX, || Err(HostError::Lost.into())).unwrap_err();
        assert!(error.to_string().contains("in memory"), "{error}");
    }

    #[test]
    fn a_lock_that_stays_is_an_error_that_says_how_long_it_was_waited_for() {
        let tries = Cell::new(0);
        let try_once = || {
            tries.set(tries.get() + 1);
            Err(locked())
        };
        let error = open(Duration::ZERO, try_once).unwrap_err();
        assert_eq!(
            error.to_string(),
            "shop is locked by process 7; close it there, or open this one read-only"
        );
        assert_eq!(tries.get(), 1);
        let error = open(Duration::from_millis(100), try_once).unwrap_err().to_string();
        assert!(error.starts_with("shop is locked by process 7, after a wait of "), "{error}");
        assert!(error.ends_with("; close it there, or open this one read-only"), "{error}");
    }
}
