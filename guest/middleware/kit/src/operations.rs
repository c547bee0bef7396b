//! Writes as operations: for a middleware that says in its `batch` what a write means, so that each is said once.

use crate::types::Error;

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
            $crate::Outcome::$case $(($part))? => Ok($answer),
            _ => $crate::no_such_answer(),
        }
    };
}

/// The functions of `Persist` that write keys, performed as operations.
#[macro_export]
macro_rules! kv_writes {
    () => {
        fn kv_put(key: String, value: String) -> Result<(), $crate::types::Error> {
            let op = $crate::Op::KvPut { key, value };
            $crate::expect_outcome!($crate::perform::<Self>(op)?, Outcome::Put => ())
        }

        fn kv_delete(key: String) -> Result<bool, $crate::types::Error> {
            let op = $crate::Op::KvDelete { key };
            $crate::expect_outcome!($crate::perform::<Self>(op)?, Outcome::Deleted(was_there) => was_there)
        }

        fn kv_swap(
            key: String,
            expected: Option<String>,
            replacement: Option<String>,
        ) -> Result<bool, $crate::types::Error> {
            let op = $crate::Op::KvSwap { key, expected, replacement };
            $crate::expect_outcome!($crate::perform::<Self>(op)?, Outcome::Swapped(swapped) => swapped)
        }
    };
}

/// The functions of `Maps` that write one key, performed as operations.
#[macro_export]
macro_rules! map_writes {
    () => {
        fn put(table: String, key: Vec<u8>, value: Vec<u8>) -> Result<u64, $crate::types::Error> {
            let op = $crate::Op::MapPut { table, key, value };
            $crate::expect_outcome!($crate::perform::<Self>(op)?, Outcome::Versioned(version) => version)
        }

        fn put_new(table: String, key: Vec<u8>, value: Vec<u8>) -> Result<u64, $crate::types::Error> {
            let op = $crate::Op::MapPutNew { table, key, value };
            $crate::expect_outcome!($crate::perform::<Self>(op)?, Outcome::Versioned(version) => version)
        }

        fn swap(
            table: String,
            key: Vec<u8>,
            expected: $crate::types::Expect,
            value: Vec<u8>,
        ) -> Result<u64, $crate::types::Error> {
            let op = $crate::Op::MapSwap { table, key, expected: expected.into(), value };
            $crate::expect_outcome!($crate::perform::<Self>(op)?, Outcome::Versioned(version) => version)
        }

        fn delete(
            table: String,
            key: Vec<u8>,
            expected: $crate::types::Expect,
        ) -> Result<bool, $crate::types::Error> {
            let op = $crate::Op::MapDelete { table, key, expected: expected.into() };
            $crate::expect_outcome!($crate::perform::<Self>(op)?, Outcome::Deleted(was_there) => was_there)
        }

        fn increment(table: String, key: Vec<u8>, delta: i64) -> Result<i64, $crate::types::Error> {
            let op = $crate::Op::MapIncrement { table, key, delta };
            $crate::expect_outcome!($crate::perform::<Self>(op)?, Outcome::Incremented(sum) => sum)
        }
    };
}
