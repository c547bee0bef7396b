//! The records of one frame.

use super::encode::Marked;
use arbitrary::Arbitrary;

/// One of them, whatever kinds an input has.
pub(super) trait Recorded {
    /// Could a store have written it?
    fn is_honest(&self) -> bool;

    /// Adds its bytes to a payload. `marked` are the logs that the journal has marked before it.
    fn write(&self, marked: &mut Marked, out: &mut Vec<u8>);
}

/// One or more.
#[derive(Arbitrary, Clone, Debug)]
pub(super) struct Records<R> {
    first: R,
    more: Vec<R>,
}

impl<R: Recorded> Records<R> {
    pub(super) fn are_honest(&self) -> bool {
        self.all().all(R::is_honest)
    }

    pub(super) fn payload(&self, marked: &mut Marked) -> Vec<u8> {
        let mut payload = Vec::new();
        self.all().for_each(|record| record.write(marked, &mut payload));
        payload
    }

    /// The record of a frame that has no other.
    pub(super) fn only(&self) -> Option<&R> {
        self.more.is_empty().then_some(&self.first)
    }

    fn all(&self) -> impl Iterator<Item = &R> {
        std::iter::once(&self.first).chain(&self.more)
    }
}
