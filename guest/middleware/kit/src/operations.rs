//! Writes as operations: for a middleware that says in its `batch` what a write means, so that each is said once.

use crate::interfaces::Batch;
use crate::types::{Error, Op, Outcome};

/// Performs one write, as a middleware performs it in a batch.
///
/// # Errors
/// Those of the operation.
pub fn perform<M: Batch>(op: Op) -> Result<Outcome, Error> {
    M::run(vec![op]).pop().unwrap_or_else(no_such_answer)
}

/// What is answered when the store below gave an operation an outcome of another: such a store is none.
///
/// # Errors
/// Always.
pub fn no_such_answer<T>() -> Result<T, Error> {
    Err(Error::InvalidArgument("the store below answered something else than it was asked".to_owned()))
}

/// The part of an outcome that the operation has.
#[macro_export]
macro_rules! expect_outcome {
    ($outcome:expr, Outcome::$case:ident $(($part:ident))? => $answer:expr) => {
        match $outcome {
            $crate::types::Outcome::$case $(($part))? => Ok($answer),
            _ => $crate::no_such_answer(),
        }
    };
}

/// The functions of `Persist` that write keys, performed as operations.
#[macro_export]
macro_rules! kv_writes {
    () => {
        fn kv_put(key: String, value: String) -> Result<(), $crate::types::Error> {
            let op = $crate::types::Op::KvPut($crate::types::KvPutOp { key, value });
            $crate::expect_outcome!($crate::perform::<Self>(op)?, Outcome::Put => ())
        }

        fn kv_delete(key: String) -> Result<bool, $crate::types::Error> {
            let op = $crate::types::Op::KvDelete(key);
            $crate::expect_outcome!($crate::perform::<Self>(op)?, Outcome::Deleted(was_there) => was_there)
        }

        fn kv_swap(
            key: String,
            expected: Option<String>,
            replacement: Option<String>,
        ) -> Result<bool, $crate::types::Error> {
            let op = $crate::types::Op::KvSwap($crate::types::KvSwapOp { key, expected, replacement });
            $crate::expect_outcome!($crate::perform::<Self>(op)?, Outcome::Swapped(swapped) => swapped)
        }
    };
}

/// The functions of `Maps` that write one key, performed as operations.
#[macro_export]
macro_rules! map_writes {
    () => {
        fn put(table: String, key: Vec<u8>, value: Vec<u8>) -> Result<u64, $crate::types::Error> {
            let op = $crate::types::Op::MapPut($crate::types::MapPutOp { table, key, value });
            $crate::expect_outcome!($crate::perform::<Self>(op)?, Outcome::Versioned(version) => version)
        }

        fn put_new(table: String, key: Vec<u8>, value: Vec<u8>) -> Result<u64, $crate::types::Error> {
            let op = $crate::types::Op::MapPutNew($crate::types::MapPutOp { table, key, value });
            $crate::expect_outcome!($crate::perform::<Self>(op)?, Outcome::Versioned(version) => version)
        }

        fn swap(
            table: String,
            key: Vec<u8>,
            expected: $crate::types::Expect,
            value: Vec<u8>,
        ) -> Result<u64, $crate::types::Error> {
            let op = $crate::types::Op::MapSwap($crate::types::MapSwapOp { table, key, expected, value });
            $crate::expect_outcome!($crate::perform::<Self>(op)?, Outcome::Versioned(version) => version)
        }

        fn delete(
            table: String,
            key: Vec<u8>,
            expected: $crate::types::Expect,
        ) -> Result<bool, $crate::types::Error> {
            let op = $crate::types::Op::MapDelete($crate::types::MapDeleteOp { table, key, expected });
            $crate::expect_outcome!($crate::perform::<Self>(op)?, Outcome::Deleted(was_there) => was_there)
        }

        fn increment(table: String, key: Vec<u8>, delta: i64) -> Result<i64, $crate::types::Error> {
            let op = $crate::types::Op::MapIncrement($crate::types::MapIncrementOp { table, key, delta });
            $crate::expect_outcome!($crate::perform::<Self>(op)?, Outcome::Incremented(sum) => sum)
        }
    };
}
