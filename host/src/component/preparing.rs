//! A component that is compiled, or waited for until another process has compiled it. Hidden: the command line says so.

use std::sync::OnceLock;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// What is over sooner is not worth a word.
const LONG: Duration = Duration::from_millis(500);

/// Is told that a component is being prepared; and why its code cannot be kept, where it cannot.
pub type Tell = fn(Option<&str>);

static TELL: OnceLock<Tell> = OnceLock::new();

/// Whom to tell when a component is prepared for more than half a second. The first one stays.
pub fn tell_with(tell: Tell) {
    let _ = TELL.set(tell);
}

/// Prepares a component, and tells of it when that takes long.
pub(crate) fn preparing<T>(unkept: Option<&str>, prepare: impl FnOnce() -> T) -> T {
    match TELL.get() {
        Some(tell) => telling(LONG, || tell(unkept), prepare),
        None => prepare(),
    }
}

fn telling<T>(after: Duration, tell: impl FnOnce() + Send, prepare: impl FnOnce() -> T) -> T {
    let (done, end) = channel::<()>();
    thread::scope(|scope| {
        let watch = move || {
            if end.recv_timeout(after) == Err(RecvTimeoutError::Timeout) {
                tell();
            }
        };
        // Where there is no thread to be had, nothing is said.
        let _ = thread::Builder::new().spawn_scoped(scope, watch);
        let prepared = prepare();
        drop(done);
        prepared
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_once_of_what_takes_long_and_never_of_what_is_soon_over() {
        let (told, tellings) = channel();
        // It is over when it was told of.
        telling(Duration::ZERO, || told.send(()).unwrap(), || tellings.recv().unwrap());
        telling(Duration::MAX, || told.send(()).unwrap(), || {});
        drop(told);
        assert!(tellings.recv().is_err(), "told twice");
    }
}
