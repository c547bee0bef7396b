//! What a component exports: each function is that of its middleware.

use crate::bindings::exports::sx::persist as exports;
use crate::dispatch;
use crate::interfaces::{Admin, Batch, Blob, Maps, Objects, Persist, Refs, Sessions, Snapshots, interfaces};
use crate::types::{
    CidPage, Counter, Durability, EntryPage, Error, EventPage, HashPage, IdPage, KeyPage, MapEntry, MapPair,
    MapRange, ObjectStats, Op, Outcome, Position, RefPage, Refusal, Report, SegmentPage, SnapshotPage,
};
use crate::writer::Writer;
use std::marker::PhantomData;

/// What a component exports whose meaning is that of `M`.
#[derive(Debug)]
pub struct Export<M>(PhantomData<M>);

type Result<T, E = Error> = std::result::Result<T, E>;

macro_rules! exports {
    ($($module:ident as $Interface:ident $([$($own:tt)*])? {
        $($kind:ident $name:ident($($argument:ident: $type:ty),*) -> $answer:ty $(, $error:ty)?;)*
    })*) => {$(
        impl<M: $Interface> exports::$module::Guest for Export<M> {
            $($($own)*)?

            $(fn $name($($argument: $type),*) -> Result<$answer $(, $error)?> {
                M::$name($($argument),*)
            })*
        }
    )*};
}

interfaces!(exports);

impl<M: Batch> exports::batch::Guest for Export<M> {
    fn commit(ops: Vec<Op>) -> Result<Vec<Outcome>, Refusal> {
        M::commit(ops)
    }

    fn run(ops: Vec<Op>) -> Vec<Result<Outcome>> {
        M::run(ops)
    }
}

/// `dispatch` has nothing of its own to change: it performs the operations of the middleware itself, so that what is changed
/// there is changed here.
impl<M: Persist + Blob> exports::dispatch::Guest for Export<M> {
    fn handle_op(op: String, args: String) -> Result<Option<String>> {
        dispatch::handle_op::<M>(&op, &args)
    }

    fn handle_op_bytes(op: String, args: Vec<u8>) -> Result<Option<Vec<u8>>> {
        dispatch::handle_op_bytes::<M>(&op, &args)
    }
}
