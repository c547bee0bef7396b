//! Keys and their values, of `persist`.

use crate::batch::perform;
use crate::cache::{Held, Name};
use crate::{Cached, read};
use sx_persist_forward::interfaces::Persist;
use sx_persist_forward::types::{Error, KvPutOp, KvSwapOp, Op};
use sx_persist_forward::{below, expect_outcome};

impl Persist for Cached {
    fn kv_get(key: String) -> Result<Option<String>, Error> {
        let fetch = || {
            let text = below::persist::kv_get(&key)?;
            Ok(text.map(|text| Held { bytes: text.into_bytes(), version: 0 }))
        };
        let held = read(Name::Kv(key.clone()), fetch)?;
        // INVARIANT: what is held under a key came as text.
        Ok(held.and_then(|held| String::from_utf8(held.bytes).ok()))
    }

    fn kv_put(key: String, value: String) -> Result<(), Error> {
        expect_outcome!(perform(Op::KvPut(KvPutOp { key, value }))?, Outcome::Put => ())
    }

    fn kv_delete(key: String) -> Result<bool, Error> {
        expect_outcome!(perform(Op::KvDelete(key))?, Outcome::Deleted(was_there) => was_there)
    }

    fn kv_swap(key: String, expected: Option<String>, replacement: Option<String>) -> Result<bool, Error> {
        let op = Op::KvSwap(KvSwapOp { key, expected, replacement });
        expect_outcome!(perform(op)?, Outcome::Swapped(swapped) => swapped)
    }
}
