//! Names that the file system does not hold. They are refused when they are written: the checkpoint would fail, and with it every
//! later write.

use crate::base::layout::{self, LOG, SEQ};
use crate::disk::files::SURE_NAME_CHARS;
use crate::engine::Opened;
use crate::error::{Error, Result};
use crate::journal::record::Place;
use crate::keyspace::Shape;
use crate::storage::Storage;

impl<S: Storage> Opened<'_, S> {
    /// Refuses a name whose file the file system cannot hold.
    pub(crate) fn check_place(&mut self, place: Place<'_>) -> Result<()> {
        // Two digits a byte, and a suffix.
        if place.keyspace.is_in_runs() || 2 * place.name.len() + SEQ.len() <= SURE_NAME_CHARS {
            return Ok(());
        }
        let suffix = if place.keyspace.shape == Shape::Log { LOG } else { "" };
        let path = layout::path(place.keyspace, place.name, suffix);
        let longest = path.split('/').map(str::len).max().unwrap_or(0);
        if self.root.files.holds_name(longest)? {
            return Ok(());
        }
        let reason = format!(
            "its file would have a name of {longest} characters, which is more than this file system takes"
        );
        Err(Error::InvalidName(reason.into()))
    }
}
