//! `batch`: several keys in one commit, or as they are at one moment.

use crate::Component;
use crate::bindings::exports::wasi::keyvalue::batch::{BucketBorrow, Error, Guest};
use crate::bindings::sx::persist::maps;
use crate::bindings::sx::persist::types::MapPair;
use crate::bucket::table;
use crate::version::{Found, end_absence, found};

impl Guest for Component {
    fn get_many(bucket: BucketBorrow<'_>, keys: Vec<String>) -> Result<Vec<Found>, Error> {
        let entries = maps::get_many(table(&bucket), &bytes(keys.clone()))?;
        let values = entries.into_iter().map(|entry| entry.map(|entry| entry.value));
        Ok(keys.into_iter().zip(values).map(|(key, value)| found(key, value)).collect())
    }

    fn set_many(bucket: BucketBorrow<'_>, key_values: Vec<(String, Vec<u8>)>) -> Result<(), Error> {
        let pairs = key_values.into_iter().map(|(key, value)| MapPair { key: key.into_bytes(), value });
        maps::put_many(table(&bucket), &pairs.collect::<Vec<_>>())?;
        Ok(())
    }

    fn delete_many(bucket: BucketBorrow<'_>, keys: Vec<String>) -> Result<(), Error> {
        let table = table(&bucket);
        keys.iter().for_each(|key| end_absence(table, key));
        maps::delete_many(table, &bytes(keys))?;
        Ok(())
    }
}

fn bytes(keys: Vec<String>) -> Vec<Vec<u8>> {
    keys.into_iter().map(String::into_bytes).collect()
}
