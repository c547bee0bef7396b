//! `handle-op` as the store performs it, on what a middleware makes of the operations. It has nothing of its own to change, so
//! that what is changed there is changed here.

mod operations;

use crate::batch::Batch;
use crate::bindings::exports::sx::persist::dispatch;
use crate::export::Export;
use crate::interfaces::{Admin, Blob, Maps, Objects, Persist, Refs, Sessions, Snapshots};
use crate::types::{AtByte, Error, Excess, Refusal};
use std::marker::PhantomData;
use sx_persist_core as core;

/// Every interface that has operations.
pub(crate) trait All:
    Persist + Blob + Refs + Maps + Objects + Sessions + Snapshots + Admin + Batch
{
}
impl<M: Persist + Blob + Refs + Maps + Objects + Sessions + Snapshots + Admin + Batch> All for M {}

/// What they are performed on.
struct On<M>(PhantomData<M>);

impl<M: All> dispatch::Guest for Export<M> {
    fn handle_op(op: String, args: String) -> Result<Option<String>, Refusal> {
        core::dispatch::handle_op(&mut On::<M>(PhantomData), &op, &args)
    }

    fn handle_op_bytes(op: String, args: Vec<u8>) -> Result<Option<Vec<u8>>, Refusal> {
        core::dispatch::handle_op_bytes(&mut On::<M>(PhantomData), &op, &args)
    }
}

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

impl From<core::Error> for Refusal {
    fn from(error: core::Error) -> Self {
        Error::from(error).into()
    }
}

impl From<core::Refusal> for Refusal {
    fn from(core::Refusal { index, reason }: core::Refusal) -> Self {
        Self { index: index.and_then(|index| u32::try_from(index).ok()), reason: reason.into() }
    }
}
