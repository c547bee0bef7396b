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
        let table = table(&bucket);
        let pairs = key_values.into_iter();
        let pairs: Vec<_> = pairs.map(|(key, value)| MapPair { key: key.into_bytes(), value }).collect();
        maps::put_many(table, &pairs)?;
        pairs.iter().for_each(|pair| end_absence(table, &pair.key));
        Ok(())
    }

    fn delete_many(bucket: BucketBorrow<'_>, keys: Vec<String>) -> Result<(), Error> {
        maps::delete_many(table(&bucket), &bytes(keys))?;
        Ok(())
    }
}

fn bytes(keys: Vec<String>) -> Vec<Vec<u8>> {
    keys.into_iter().map(String::into_bytes).collect()
}
