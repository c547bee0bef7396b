//! The clock that interrupts calls: one for all stores of a process, since they share an engine.
//!
//! Hidden: tests stop it, so that how fast a machine is does not decide which of their calls run out of time.

use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;
use wasmtime::Engine;

/// How often a running call is asked whether it has run too long.
const TICK: Duration = Duration::from_millis(50);

/// How many want the clock to run, and how many want it to stand still.
struct Wishes {
    /// Stores whose calls it may interrupt.
    running: usize,
    /// Tests for which it stands still.
    stopped: usize,
}

static WISHES: Mutex<Wishes> = Mutex::new(Wishes { running: 0, stopped: 0 });

fn wishes() -> std::sync::MutexGuard<'static, Wishes> {
    WISHES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ticks while any of these lives.
#[derive(Debug)]
pub(crate) struct Clock(());

impl Clock {
    pub(crate) fn start(engine: &Engine) -> Self {
        let mut wishes = wishes();
        wishes.running += 1;
        if wishes.running == 1 {
            let engine = engine.clone();
            thread::spawn(move || while tick(&engine) {});
        }
        Self(())
    }

    /// Ticks until a call that may run this long has run too long.
    pub(crate) fn ticks(timeout: Option<Duration>) -> u64 {
        // Half of all ticks: never, and still no overflow when it is added to the present one.
        const NEVER: u64 = u64::MAX / 2;
        let Some(timeout) = timeout else { return NEVER };
        u64::try_from(timeout.as_millis().div_ceil(TICK.as_millis()))
            .map_or(NEVER, |ticks| (ticks + 1).min(NEVER))
    }
}

impl Drop for Clock {
    fn drop(&mut self) {
        wishes().running -= 1;
    }
}

/// Waits for a tick, and lets it be one unless the clock stands still. Returns `false` once the clock is not needed any more.
fn tick(engine: &Engine) -> bool {
    thread::sleep(TICK);
    // Held meanwhile: behind `stop` no tick comes.
    let wishes = wishes();
    if wishes.stopped == 0 {
        engine.increment_epoch();
    }
    wishes.running > 0
}

/// Time stands still for the calls of this process while this lives: none of them is interrupted.
#[derive(Debug)]
pub struct Stopped(());

/// Stops the clock.
#[must_use]
pub fn stop() -> Stopped {
    wishes().stopped += 1;
    Stopped(())
}

impl Drop for Stopped {
    fn drop(&mut self) {
        wishes().stopped -= 1;
    }
}
