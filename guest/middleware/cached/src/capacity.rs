//! How much is held: two numbers in the component itself, which whoever composes it may write anew (docs/middleware.md, "cached").

use std::hint::black_box;
use std::num::NonZeroUsize;

/// Decimal, 20 digits each, behind words that stand nowhere else: `sx_persist_compose::capacity` looks for them.
static TEXT: &str = "sx-persist-cached entries 00000000000000100000 bytes 00000000000033554432";

/// What is held at most.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Capacity {
    pub(crate) entries: NonZeroUsize,
    pub(crate) bytes: usize,
}

impl Capacity {
    pub(crate) fn get() -> Self {
        // Nobody may take it for what it was when it was compiled.
        let numbers = black_box(TEXT).split(' ').filter_map(|word| word.parse::<u64>().ok());
        let mut numbers = numbers.map(|number| usize::try_from(number).unwrap_or(usize::MAX));
        let (entries, bytes) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
        Self { entries: NonZeroUsize::new(entries).unwrap_or(NonZeroUsize::MIN), bytes }
    }
}
