//! How large the data is, and how often a thing is done.

#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    divisor: u64,
}

impl Scale {
    pub(crate) fn full() -> Self {
        Self { divisor: 1 }
    }

    pub(crate) fn quick() -> Self {
        Self { divisor: 500 }
    }

    /// So many, or fewer in a quick run: two at least, of what there are two of at all.
    pub(crate) fn of(self, number: u64) -> u64 {
        (number / self.divisor).max(number.min(2))
    }
}
