//! What a session performs its operations on: the store, and the blobs that the session is writing.

use std::collections::BTreeMap;
use sx::bytes::{self, Parts};
use sx_persist::{BlobWriter, CommitError, Error, Store, types};

/// The operations that write a blob in parts. They are the bridge's, since a blob that is being written belongs to whoever began it.
const WRITER: &str = "blob/writer/";

/// A store and a session.
#[derive(Debug)]
pub(super) struct Bridge {
    store: Store,
    writers: BTreeMap<u64, BlobWriter>,
    last: u64,
}

impl Bridge {
    pub(super) fn new(store: Store) -> Self {
        Self { store, writers: BTreeMap::new(), last: 0 }
    }

    /// Performs an operation. None is one that is not the store's.
    pub(super) fn perform(&mut self, op: &str, args: &[u8]) -> Result<Option<Vec<u8>>, CommitError> {
        match op.strip_prefix(WRITER) {
            None => self.store.raw().handle_op_bytes(op, args),
            Some(verb) => Ok(Some(self.write(verb, args)?)),
        }
    }

    /// Drops what is not finished, and ends the session.
    pub(super) fn end(self) -> Result<(), Error> {
        drop(self.writers);
        self.store.close()
    }

    fn write(&mut self, verb: &str, args: &[u8]) -> Result<Vec<u8>, Error> {
        let args = arguments(args)?;
        match verb {
            "open" => {
                let writer = self.store.raw().blob_writer()?;
                self.last += 1;
                self.writers.insert(self.last, writer);
                Ok(self.last.to_string().into_bytes())
            }
            "write" => {
                let writer = self.writers.get_mut(&number(&args)?).ok_or_else(no_writer)?;
                let content = args.get(1).ok_or_else(|| wrong("no bytes"))?;
                writer.add(&bytes::unquote(content).ok_or_else(|| wrong("argument bytes is no string"))?)?;
                Ok(b"nil".to_vec())
            }
            "finish" => {
                let cid = self.take(&args)?.finish()?;
                Ok(bytes::quote(cid.as_bytes()))
            }
            "drop" => {
                drop(self.take(&args)?);
                Ok(b"nil".to_vec())
            }
            _ => Err(wrong(&format!("no operation {WRITER}{verb}"))),
        }
    }

    fn take(&mut self, args: &[Vec<u8>]) -> Result<BlobWriter, Error> {
        self.writers.remove(&number(args)?).ok_or_else(no_writer)
    }
}

/// The arguments of an operation: a list, nil for none, or one that stands alone.
fn arguments(text: &[u8]) -> Result<Vec<Vec<u8>>, Error> {
    Ok(match bytes::parts(text).map_err(|error| wrong(&error.to_string()))? {
        Parts::List(items) => items,
        Parts::Atom(text) if text == b"nil" => Vec::new(),
        Parts::Atom(text) => vec![text],
        Parts::Dict(_) => return Err(wrong("arguments are a list")),
    })
}

/// The number of a writer.
fn number(args: &[Vec<u8>]) -> Result<u64, Error> {
    let text = args.first().ok_or_else(|| wrong("no writer"))?;
    let number = std::str::from_utf8(text).ok().and_then(|text| text.parse().ok());
    number.ok_or_else(|| wrong("argument writer is no whole number"))
}

fn no_writer() -> Error {
    wrong("there is no such writer: it is finished or dropped, or was never opened")
}

fn wrong(text: &str) -> Error {
    types::Error::InvalidArgument(text.to_owned()).into()
}
