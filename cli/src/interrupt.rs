//! Ctrl-C, and other signals that ask a process to end: what is done and said before it ends.

use crate::exit::CliError;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What is done when such a signal comes. It may answer words: where the work stands, and how it goes on.
pub(crate) type Act = Box<dyn FnMut() -> Option<String> + Send>;

/// An act that waits for a signal; dropped, it does not any more.
#[derive(Debug)]
pub(crate) struct Waiting {
    number: u64,
}

struct Acts {
    last: u64,
    waiting: Vec<(u64, Act)>,
    is_heard: bool,
}

static ACTS: Mutex<Acts> = Mutex::new(Acts { last: 0, waiting: Vec::new(), is_heard: false });

/// From now on an interrupt says these words last.
///
/// Whatever the process is doing by then ends there. What must not be cut off is done under a lock that the act takes, too.
pub(crate) fn say(mut words: impl FnMut() -> String + Send + 'static) -> io::Result<Waiting> {
    with(move || Ok(((), Box::new(move || Some(words())) as Act))).map(|((), waiting)| waiting)
}

/// Makes something, and what is done about it when an interrupt comes. None comes in between.
pub(crate) fn with<T>(make: impl FnOnce() -> io::Result<(T, Act)>) -> io::Result<(T, Waiting)> {
    let mut acts = acts();
    if !acts.is_heard {
        system::hear()?;
        acts.is_heard = true;
    }
    let (thing, act) = make()?;
    acts.last += 1;
    let number = acts.last;
    acts.waiting.push((number, act));
    Ok((thing, Waiting { number }))
}

impl Drop for Waiting {
    fn drop(&mut self) {
        acts().waiting.retain(|(number, _)| *number != self.number);
    }
}

fn acts() -> MutexGuard<'static, Acts> {
    ACTS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Does what waits for an interrupt, the latest first; answers what is to be said.
#[cfg(unix)]
fn act(acts: &mut Acts) -> Option<CliError> {
    let words: Vec<_> = acts.waiting.iter_mut().rev().filter_map(|(_, act)| act()).collect();
    (!words.is_empty()).then(|| CliError::Interrupted(words.join("; ")))
}

#[cfg(unix)]
mod system {
    use super::{act, acts};
    use crate::exit::Status;
    use crate::report;
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level;
    use std::{fs, io, thread};

    /// Waits for signals, in a thread of its own.
    pub(super) fn hear() -> io::Result<()> {
        let wanted = [SIGHUP, SIGINT, SIGTERM].into_iter().filter(|signal| !is_ignored(*signal));
        let mut signals = Signals::new(wanted)?;
        let waiting = thread::Builder::new().spawn(move || {
            for signal in &mut signals {
                end(signal);
            }
        });
        waiting.map(drop)
    }

    /// Ends the process: by the signal, as it would have ended without this; with an exit code where Ctrl-C has words.
    fn end(signal: i32) {
        // Held to the end of the process: nothing more begins that an interrupt would have to know of.
        let mut acts = acts();
        if let Some(interrupted) = act(&mut acts) {
            report::report(&interrupted.into());
            if signal == SIGINT {
                low_level::exit(Status::Interrupted as i32);
            }
        }
        let _ = low_level::emulate_default_handler(signal);
    }

    /// Was this process started to outlive the signal, as by `nohup`? Asked for where the system tells.
    fn is_ignored(signal: i32) -> bool {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        let ignored = ignored.and_then(|digits| u64::from_str_radix(digits.trim(), 16).ok());
        ignored.is_some_and(|ignored| ignored >> (signal - 1) & 1 == 1)
    }
}

#[cfg(not(unix))]
mod system {
    use std::io;

    pub(super) fn hear() -> io::Result<()> {
        Ok(())
    }
}
