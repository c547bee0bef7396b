//! Lines that have come and are not performed yet.
//!
//! A client may write any number of operations before it reads an answer. While nobody reads, an answer that is being written waits, and
//! a pipe holds some 64 KiB: without a reader beside it the bridge would wait for the client, and the client for the bridge.

use crate::lines::{Line, Lines};
use std::collections::VecDeque;
use std::io::{self, BufRead, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// How much is read ahead, in bytes of memory.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// While operations are performed: enough that nobody waits for a line.
    performing: usize,
    /// While an answer waits for the client to read.
    pub(super) answering: usize,
}

/// docs/stdio.md, "Before an answer".
pub(super) const BOUNDS: Bounds = Bounds { performing: 1 << 20, answering: 256 << 20 };

/// Lines that a thread reads ahead, in order.
pub(super) struct Ahead {
    queue: Arc<Queue>,
}

struct Queue {
    bounds: Bounds,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    lines: VecDeque<io::Result<Line>>,
    /// The memory that they take.
    bytes: usize,
    /// An answer is being written: it may wait for the client.
    is_answering: bool,
    is_ended: bool,
}

impl Ahead {
    /// Begins to read. `full` is called once, when an answer waits and no more is read ahead.
    pub(super) fn begin<R: BufRead>(
        input: impl FnOnce() -> R + Send + 'static,
        line_bytes_max: usize,
        bounds: Bounds,
        full: impl FnOnce() + Send + 'static,
    ) -> io::Result<Self> {
        let (state, changed) = (Mutex::default(), Condvar::new());
        let queue = Arc::new(Queue { bounds, state, changed });
        let ahead = Self { queue: Arc::clone(&queue) };
        thread::Builder::new().name("stdin".to_owned()).spawn(move || {
            let mut full = Some(full);
            for line in Lines::new(input(), line_bytes_max) {
                let is_failed = line.is_err();
                queue.push(line, &mut full);
                if is_failed {
                    break;
                }
            }
            queue.end();
        })?;
        Ok(ahead)
    }

    /// Writes an answer. Lines are read meanwhile, however long it waits.
    pub(super) fn answer(&self, out: &mut impl Write, answer: &[u8]) -> io::Result<()> {
        self.queue.state().is_answering = true;
        self.queue.changed.notify_all();
        // A line of its own goes out in one piece: whoever waits for it may read by chunks.
        let written = out.write_all(answer).and_then(|()| out.flush());
        self.queue.state().is_answering = false;
        written
    }

    /// The next line, as soon as there is one; none behind the last.
    pub(super) fn line(&self) -> Option<io::Result<Line>> {
        let is_waited_for = |state: &mut State| state.lines.is_empty() && !state.is_ended;
        let mut state = self.queue.state();
        state = self.queue.changed.wait_while(state, is_waited_for).unwrap_or_else(PoisonError::into_inner);
        let line = state.lines.pop_front()?;
        state.bytes -= bytes(&line);
        self.queue.changed.notify_all();
        Some(line)
    }
}

impl Queue {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for room, and puts a line there.
    fn push(&self, line: io::Result<Line>, full: &mut Option<impl FnOnce()>) {
        let mut state = self.state();
        while !self.has_room(&state) {
            if state.is_answering
                && let Some(full) = full.take()
            {
                full();
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.bytes += bytes(&line);
        state.lines.push_back(line);
        self.changed.notify_all();
    }

    fn has_room(&self, state: &State) -> bool {
        let Bounds { performing, answering } = self.bounds;
        state.bytes < if state.is_answering { answering } else { performing }
    }

    fn end(&self) {
        self.state().is_ended = true;
        self.changed.notify_all();
    }
}

/// The memory that a line takes in the queue.
fn bytes(line: &io::Result<Line>) -> usize {
    let held = match line {
        Ok(Line::Whole(line)) => line.capacity(),
        Ok(Line::TooLong(_)) | Err(_) => 0,
    };
    size_of::<io::Result<Line>>() + held
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufReader, Read};
    use std::sync::mpsc::{Receiver, channel};
    use std::time::Duration;

    /// Lines without an end: a number of six digits each.
    #[derive(Default)]
    struct Endless(usize);

    impl Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let line = format!("{:06}\n", self.0);
            self.0 += 1;
            buffer[..line.len()].copy_from_slice(line.as_bytes());
            Ok(line.len())
        }
    }

    /// A client that reads nothing until it is told that no more is read ahead.
    struct Unread(Receiver<()>);

    impl Write for Unread {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.recv_timeout(Duration::from_mins(1)).map_err(io::Error::other)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn as_much_is_read_ahead_as_may_be_and_every_line_comes_in_order() {
        let bounds = Bounds { performing: 1_000, answering: 100_000 };
        let (told, full) = channel();
        let input = || BufReader::new(Endless::default());
        let ahead = Ahead::begin(input, 100, bounds, move || told.send(()).unwrap()).unwrap();
        let one = bytes(&Ok(Line::Whole(b"000000".to_vec()))) + 8;
        ahead.answer(&mut Unread(full), b"x").unwrap();
        let held = ahead.queue.state().bytes;
        assert!((bounds.answering..bounds.answering + one).contains(&held), "{held}");
        for number in 0..20_000 {
            let line = ahead.line().unwrap().unwrap();
            assert_eq!(line, Line::Whole(format!("{number:06}").into_bytes()));
        }
        // By now all that was read ahead is gone, and little has come.
        let held = ahead.queue.state().bytes;
        assert!(held < bounds.performing + one, "{held}");
    }

    #[test]
    fn behind_the_last_line_and_behind_an_error_there_is_none() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("broken"))
            }
        }
        let all = |input: Box<dyn Read + Send>| {
            let ahead = Ahead::begin(|| BufReader::new(input), 100, BOUNDS, || {}).unwrap();
            std::iter::from_fn(|| ahead.line()).collect::<Vec<_>>()
        };
        assert_eq!(all(Box::new(&b"a\nb"[..])).len(), 2);
        assert!(all(Box::new(&b""[..])).is_empty());
        let lines = all(Box::new(b"a\n".chain(Broken)));
        assert!(lines.len() == 2 && lines[1].is_err(), "{lines:?}");
    }
}
