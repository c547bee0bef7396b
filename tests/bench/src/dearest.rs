//! What the dearest call does: so much is asked of any one, however many keys there are.

use crate::contender::{Kind, Promise};
use crate::made::pairs;
use crate::meter::Io;
use crate::report::Row;
use crate::scale::Scale;
use crate::turn::ratio;
use anyhow::Result;
use std::path::Path;
use std::time::{Duration, Instant};

pub(crate) const NAME: &str = "the dearest call of a million map puts, one by one or 64 KiB at once, relaxed";

/// What a call may write, and how often it may sync.
const WRITTEN_MIB_MAX: u64 = 2;
const SYNCS_MAX: u64 = 4;
/// Keys that are put in a round: one by one, and as a batch of about 64 KiB.
const SINGLE: u64 = 240;
const BATCH: u64 = 240;

/// Puts a million keys and looks at what each call came to.
pub(crate) fn measure(scale: Scale, folder: &Path) -> Result<Vec<Row>> {
    let root = tempfile::tempdir_in(folder)?;
    let store = Kind::Component.open(root.path(), Promise::Relaxed)?;
    let syncs = || Ok::<_, anyhow::Error>(store.steps()?.unwrap_or_default().all_syncs());
    let (mut written_bytes, mut most_syncs, mut longest) = (0, 0, Duration::ZERO);
    let (mut calls, keys) = (0, scale.of(1_000_000));
    let mut number = 0;
    while number < keys {
        let mut left = pairs(number..number + SINGLE + BATCH);
        let batch = left.split_off(usize::try_from(SINGLE)?);
        for pairs in left.chunks(1).chain([batch.as_slice()]) {
            let (syncs_before, io, start) = (syncs()?, Io::now(None), Instant::now());
            store.map_put(pairs)?;
            longest = longest.max(start.elapsed());
            written_bytes = written_bytes.max(Io::now(None).since(io).written_bytes);
            most_syncs = most_syncs.max(syncs()? - syncs_before);
            calls += 1;
        }
        number += SINGLE + BATCH;
    }
    let what = format!("{NAME}: of {calls}, the longest took {:.1} ms", longest.as_secs_f64() * 1e3);
    let row = |against: &str, measured| Row::new(&what, against, 1.0, vec![measured]);
    Ok(vec![
        row(&format!("{WRITTEN_MIB_MAX} MiB written"), ratio(written_bytes, WRITTEN_MIB_MAX << 20)),
        row(&format!("{SYNCS_MAX} syncs"), ratio(most_syncs, SYNCS_MAX)),
    ])
}
