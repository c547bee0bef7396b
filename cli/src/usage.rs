//! `du --by` and `stats --by`: how much of the store is whose.

use crate::exit::Status;
use crate::options::Options;
use crate::output::{Answer, Format};
use clap::ValueEnum;
use sx_persist::types::{Usage, UsageBy};

/// Of what a row tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    /// Of streams, kv, blobs, refs, maps, objects, sessions and snapshots, each as a whole
    Keyspace,
    /// Of each stream
    Stream,
    /// Of each table of maps
    Table,
    /// Of each session
    Session,
}

impl From<By> for UsageBy {
    fn from(by: By) -> Self {
        match by {
            By::Keyspace => Self::Keyspaces,
            By::Stream => Self::Streams,
            By::Table => Self::Tables,
            By::Session => Self::Sessions,
        }
    }
}

/// Prints a row each.
pub(crate) fn print(by: By, options: &Options) -> anyhow::Result<Status> {
    options.reading_as(Format::Table, |store, output| {
        let mut list = output.list();
        for usage in store.admin().usage(by.into()) {
            let Usage { name, items, value_bytes, disk_bytes, garbage_bytes } = usage?;
            list.item(Answer::Fields(&[
                ("name", name.into()),
                ("items", items.into()),
                ("value_bytes", value_bytes.into()),
                ("disk_bytes", disk_bytes.into()),
                ("garbage_bytes", garbage_bytes.into()),
            ]))?;
        }
        list.end().map(|()| Status::Done)
    })
}
