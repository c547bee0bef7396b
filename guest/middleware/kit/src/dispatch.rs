//! `handle-op` as the store performs it, on what a middleware makes of the operations. It has nothing of its own to change, so
//! that what is changed there is changed here.

use crate::bindings::exports::sx::persist::dispatch;
use crate::export::Export;
use crate::interfaces::{Blob, Persist};
use crate::types::{AtByte, Error, Excess};
use std::marker::PhantomData;
use sx_persist_core as core;

impl<M: Persist + Blob> dispatch::Guest for Export<M> {
    fn handle_op(op: String, args: String) -> Result<Option<String>, Error> {
        core::handle_op(&mut Operations::<M>(PhantomData), &op, &args)
    }

    fn handle_op_bytes(op: String, args: Vec<u8>) -> Result<Option<Vec<u8>>, Error> {
        core::handle_op_bytes(&mut Operations::<M>(PhantomData), &op, &args)
    }
}

struct Operations<M>(PhantomData<M>);

impl From<core::Error> for Error {
    fn from(error: core::Error) -> Self {
        match error {
            core::Error::InvalidValue { offset_bytes, reason } => {
                Self::InvalidValue(AtByte { offset: offset_bytes, reason: reason.into_owned() })
            }
            core::Error::TooLarge { limit, actual } => Self::TooLarge(Excess { limit, actual }),
            core::Error::InvalidArgument(reason) => Self::InvalidArgument(reason.into_owned()),
            // Of itself `handle_op` answers no others.
            other => Self::InvalidArgument(other.to_string()),
        }
    }
}

impl<M: Persist + Blob> core::Operations for Operations<M> {
    type Error = Error;

    fn append(&mut self, stream: &str, event: &str) -> Result<u64, Error> {
        M::append(stream.to_owned(), event.to_owned())
    }

    fn read_stream(&mut self, stream: &str) -> Result<Vec<String>, Error> {
        M::read(stream.to_owned())
    }

    fn last_seq(&mut self, stream: &str) -> Result<u64, Error> {
        M::last_seq(stream.to_owned())
    }

    fn streams(&mut self) -> Result<Vec<String>, Error> {
        M::streams()
    }

    fn truncate(&mut self, stream: &str, upto: u64) -> Result<u64, Error> {
        M::truncate(stream.to_owned(), upto)
    }

    fn kv_get(&mut self, key: &str) -> Result<Option<String>, Error> {
        M::kv_get(key.to_owned())
    }

    fn kv_put(&mut self, key: &str, value: &str) -> Result<(), Error> {
        M::kv_put(key.to_owned(), value.to_owned())
    }

    fn kv_delete(&mut self, key: &str) -> Result<bool, Error> {
        M::kv_delete(key.to_owned())
    }

    fn kv_has(&mut self, key: &str) -> Result<bool, Error> {
        M::kv_has(key.to_owned())
    }

    fn kv_keys(&mut self) -> Result<Vec<String>, Error> {
        M::kv_keys()
    }

    fn blob_put(&mut self, bytes: &[u8]) -> Result<String, Error> {
        M::put(bytes.to_vec())
    }

    fn blob_get(&mut self, cid: &str) -> Result<Option<Vec<u8>>, Error> {
        <M as Blob>::get(cid.to_owned())
    }

    fn blob_has(&mut self, cid: &str) -> Result<bool, Error> {
        <M as Blob>::has(cid.to_owned())
    }
}
