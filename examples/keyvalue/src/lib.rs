//! Counts how often it is run, keeps a note of each time, and looks whether all of them are there.
//!
//! It knows `wasi:keyvalue` and nothing of what is behind it. docs/keyvalue.md puts the parts together.

#[expect(unsafe_code, clippy::pedantic, reason = "generated from wit/")]
mod bindings {
    #[cfg(not(feature = "draft2"))]
    wit_bindgen::generate!({
        path: [
            "../../../guest/keyvalue/wit/draft/deps/wasi-keyvalue",
            "../../client/wit/deps/wasi-cli",
            "../wit/draft.wit",
        ],
        world: "example:visits/visits",
        generate_all
    });
    #[cfg(feature = "draft2")]
    wit_bindgen::generate!({
        path: [
            "../../../guest/keyvalue/wit/draft2/deps/wasi-keyvalue",
            "../../client/wit/deps/wasi-cli",
            "../wit/draft2.wit",
        ],
        world: "example:visits/visits",
        generate_all
    });
    use super::Visits;
    export!(Visits);
}

use bindings::exports::wasi::cli::run::Guest;
use bindings::wasi::keyvalue::atomics::increment;
#[cfg(feature = "draft2")]
use bindings::wasi::keyvalue::atomics::{Cas, CasError, swap};
use bindings::wasi::keyvalue::batch;
use bindings::wasi::keyvalue::store::{self, Bucket, Error};

/// What the component exports.
pub(crate) struct Visits;

impl Guest for Visits {
    fn run() -> Result<(), ()> {
        match visit() {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => Err(()),
        }
    }
}

/// Keeps a visit. Answers whether all of them are there, this one and each before it.
fn visit() -> Result<bool, Error> {
    let bucket = store::open("visits")?;
    let number = increment(&bucket, "count", 1)?.to_string();
    let notes =
        [(format!("visit/{number}"), b"hello".to_vec()), ("last".into(), number.clone().into_bytes())];
    batch::set_many(&bucket, &notes)?;
    note_first(&bucket, &number)?;
    let visits = keys(&bucket)?.into_iter().filter(|key| key.starts_with("visit/")).count();
    Ok(visits.to_string() == number && bucket.get("first")?.as_deref() == Some(b"1"))
}

/// Notes the first visit, where nobody has.
#[cfg(not(feature = "draft2"))]
fn note_first(bucket: &Bucket, number: &str) -> Result<(), Error> {
    if bucket.exists("first")? { Ok(()) } else { bucket.set("first", number.as_bytes()) }
}

/// Notes the first visit, where nobody has: also not between a look and the write.
#[cfg(feature = "draft2")]
fn note_first(bucket: &Bucket, number: &str) -> Result<(), Error> {
    let cas = Cas::new(bucket, "first")?;
    if cas.current()?.is_some() {
        return Ok(());
    }
    match swap(cas, number.as_bytes()) {
        Ok(()) | Err(CasError::CasFailed(_)) => Ok(()),
        Err(CasError::StoreError(error)) => Err(error),
    }
}

fn keys(bucket: &Bucket) -> Result<Vec<String>, Error> {
    let (mut keys, mut cursor) = (Vec::new(), None);
    loop {
        #[cfg(feature = "draft2")]
        let page = bucket.list_keys(cursor.as_deref())?;
        #[cfg(not(feature = "draft2"))]
        let page = bucket.list_keys(cursor)?;
        keys.extend(page.keys);
        if page.cursor.is_none() {
            return Ok(keys);
        }
        cursor = page.cursor;
    }
}
