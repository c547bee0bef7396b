//! Keys and their values, of `persist`.

use crate::cache::{Held, Name};
use crate::{Cached, read};
use sx_persist_middleware::below;
use sx_persist_middleware::interfaces::Persist;
use sx_persist_middleware::types::Error;

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

    sx_persist_middleware::kv_writes!();
}
