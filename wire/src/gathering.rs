//! What is gathered before it is handed over, within its bounds: the same for a component, a middleware and a host's guests.

use crate::{BYTES_MAX, ITEMS_MAX, OPEN_MAX};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// All that is open at one time.
#[derive(Clone, Debug, Default)]
pub struct Gathering(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    open: AtomicUsize,
    bytes: AtomicUsize,
}

/// Operations or questions that are gathered.
#[derive(Debug)]
pub struct Gathered<T> {
    items: Vec<T>,
    slot: Slot,
}

/// The room that something open takes. Dropped, it makes room for others.
#[derive(Debug)]
pub struct Slot {
    bytes: usize,
    within: Gathering,
}

/// More than there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Excess {
    /// The limit.
    pub limit: u64,
    /// What there would be.
    pub actual: u64,
}

impl Gathering {
    /// Begins with nothing.
    ///
    /// # Errors
    /// [`OPEN_MAX`] are open.
    pub fn begin<T>(&self) -> Result<Gathered<T>, Excess> {
        raise(&self.0.open, 1, OPEN_MAX)?;
        Ok(Gathered { items: Vec::new(), slot: Slot { bytes: 0, within: self.clone() } })
    }
}

/// Raises a count, unless that would be more than it may be.
fn raise(count: &AtomicUsize, by: usize, limit: usize) -> Result<(), Excess> {
    let raised = count.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |count| {
        count.checked_add(by).filter(|count| *count <= limit)
    });
    raised.map(drop).map_err(|count| excess(limit, count.saturating_add(by)))
}

fn excess(limit: usize, actual: usize) -> Excess {
    Excess { limit: limit as u64, actual: actual as u64 }
}

impl<T> Gathered<T> {
    /// Adds an item of so many bytes. Answers its index.
    ///
    /// # Errors
    /// There would be more than may be gathered, and it is not added.
    pub fn add(&mut self, item: T, bytes: usize) -> Result<u32, Excess> {
        let index = self.items.len();
        if index >= ITEMS_MAX {
            return Err(excess(ITEMS_MAX, index + 1));
        }
        self.slot.grow(bytes)?;
        self.items.push(item);
        u32::try_from(index).map_err(|_| excess(ITEMS_MAX, index))
    }

    /// What was gathered, and the room that it takes.
    #[must_use]
    pub fn into_parts(self) -> (Vec<T>, Slot) {
        (self.items, self.slot)
    }
}

impl Slot {
    fn grow(&mut self, bytes: usize) -> Result<(), Excess> {
        raise(&self.within.0.bytes, bytes, BYTES_MAX)?;
        self.bytes += bytes;
        Ok(())
    }

    /// From here on something else is held, of so many bytes.
    ///
    /// # Errors
    /// There would be more than may be held; it takes no room then.
    pub fn hold(&mut self, bytes: usize) -> Result<(), Excess> {
        self.within.0.bytes.fetch_sub(std::mem::take(&mut self.bytes), Ordering::Relaxed);
        self.grow(bytes)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.within.0.bytes.fetch_sub(self.bytes, Ordering::Relaxed);
        self.within.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}
