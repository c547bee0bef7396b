//! Archives: all that a store holds, as lines of JSON (docs/archive.md).

mod blobs;
mod check;
mod export;
mod import;
mod line;
mod place;
mod write;

pub(crate) use export::{Wanted, export};
pub(crate) use import::import;

/// Is this line the head of an archive?
pub(crate) fn is_head(json: &str) -> bool {
    json.starts_with("{\"archive\":")
        && matches!(crate::value::parse_json(json), Ok(line::ArchiveLine::Archive(_)))
}
