//! How much memory the component needs for a blob that is larger than any memory it may have.

use crate::report::Row;
use crate::scale::Scale;
use anyhow::{Result, ensure};
use std::io::Write as _;
use std::path::Path;
use sx_persist::Store;

pub(crate) const NAME: &str = "guest memory while a blob of 1 GiB goes in and out";

/// What is asked for.
const LIMIT_MIB: u8 = 64;
/// What is handed over at once.
const PART: usize = 1 << 20;

/// Puts the blob and gets it back under caps that halve, until one is too small: the last that sufficed is what it needs.
pub(crate) fn measure(scale: Scale, folder: &Path) -> Result<Row> {
    // One that streams, in a quick run, too.
    let parts = scale.of(1_024).max(10);
    let mut needed = None;
    for cap_mib in [LIMIT_MIB, LIMIT_MIB / 2, LIMIT_MIB / 4, LIMIT_MIB / 8, LIMIT_MIB / 16] {
        let root = tempfile::tempdir_in(folder)?;
        if let Err(error) = in_and_out(root.path(), parts, usize::from(cap_mib) << 20) {
            ensure!(needed.is_some(), "the blob does not go through {cap_mib} MiB: {error:#}");
            break;
        }
        needed = Some(cap_mib);
    }
    let ratio = needed.map_or(f64::NAN, |needed| f64::from(needed) / f64::from(LIMIT_MIB));
    Ok(Row::new(NAME, "64 MiB", 1.0, vec![ratio]))
}

fn in_and_out(root: &Path, parts: u64, cap_bytes: usize) -> Result<()> {
    let store = Store::builder().memory_bytes_max(cap_bytes).checkpoint_when_idle(None).open(root)?;
    let part = |number: u64| -> Vec<u8> { number.to_le_bytes().iter().copied().cycle().take(PART).collect() };
    let mut writer = store.raw().blob_writer()?;
    for number in 0..parts {
        writer.write_all(&part(number))?;
    }
    let cid = writer.finish()?;
    for number in 0..parts {
        let found = store.raw().blob_read_at(&cid, number * PART as u64, u32::try_from(PART)?)?;
        ensure!(
            found.as_deref() == Some(part(number).as_slice()),
            "part {number} came back as something else"
        );
    }
    Ok(())
}
