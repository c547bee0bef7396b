//! A turn, measured.

use crate::contender::{Contender, Kind};
use crate::machine;
use crate::meter::{self, Io};
use crate::shelf::{Data, Shelf};
use crate::turn::{Turn, nanoseconds};
use crate::variant::Variant;
use crate::work::Work;
use anyhow::{Result, anyhow};
use std::time::{Duration, Instant};

/// Of a larger set steps are not asked for: `stats` names all there is, which takes longer than most turns.
const STEPS_MAX: u64 = 100_000;

/// One turn of one contender.
pub(crate) fn turn(kind: Kind, variant: &Variant, shelf: &mut Shelf) -> Result<Turn> {
    let disk = shelf.disk().map(str::to_owned);
    if variant.act.opens() {
        let folder = shelf.closed(kind, variant.data)?;
        let (io, start) = (Io::now(disk.as_deref()), Instant::now());
        let contender = kind.open(&folder, variant.promise)?;
        let work = variant.act.work(contender.as_ref(), variant.data, 1)?;
        (work.call)(0)?;
        let time = start.elapsed();
        return Ok(Turn { io: Io::now(disk.as_deref()).since(io), ..Turn::new(1, time) });
    }
    if variant.act.is_cold() {
        // It is written out first: what is not cannot be dropped.
        let folder = shelf.closed(kind, variant.data)?;
        machine::drop_caches()?;
        let contender = kind.open(&folder, variant.promise)?;
        return measured(contender.as_ref(), variant, disk.as_deref());
    }
    if variant.data != Data::Nothing && !variant.act.spoils() {
        let contender = shelf.open(kind, variant.data, variant.promise)?;
        return measured(contender, variant, disk.as_deref());
    }
    let folder = match variant.act.spoils() {
        true => shelf.copy(kind, variant.data)?,
        false => shelf.fresh()?,
    };
    let contender = kind.open(&folder, variant.promise)?;
    let turn = measured(contender.as_ref(), variant, disk.as_deref())?;
    drop(contender);
    let turn = Turn { disk_bytes: Some(meter::disk_bytes(&folder)), ..turn };
    std::fs::remove_dir_all(&folder)?;
    Ok(turn)
}

/// Times the work, and counts what is counted beside it.
fn measured(contender: &dyn Contender, variant: &Variant, disk: Option<&str>) -> Result<Turn> {
    let Variant { act, data, threads, .. } = *variant;
    let calls = variant.calls.max(threads) / threads;
    act.warm_up(contender)?;
    let work = act.work(contender, data, calls * threads)?;
    let counts = || if data.size() > STEPS_MAX { Ok(None) } else { contender.steps() };
    let steps = counts()?;
    let (memory, io, start) = (meter::begin_peak(), Io::now(disk), Instant::now());
    let longest = share(&work, threads, calls)?;
    let time = start.elapsed();
    let (io, peak_bytes) = (Io::now(disk).since(io), meter::peak_bytes(memory));
    let steps = counts()?.zip(steps).map(|(now, before)| now.since(before));
    let turn = Turn {
        longest_nanoseconds: Some(nanoseconds(longest)),
        payload_bytes: calls * threads * work.payload_bytes,
        steps,
        io,
        peak_bytes,
        ..Turn::new(calls * threads * work.each, time)
    };
    drop(work);
    act.restore(contender, data, calls * threads)?;
    Ok(turn)
}

/// Calls from several threads at once, so many of each. Answers the longest call.
fn share(work: &Work<'_>, threads: u64, calls: u64) -> Result<Duration> {
    if threads == 1 {
        return each(work, 0, calls);
    }
    std::thread::scope(|scope| {
        let workers: Vec<_> =
            (0..threads).map(|thread| scope.spawn(move || each(work, thread * calls, calls))).collect();
        let longest = workers
            .into_iter()
            .map(|worker| worker.join().map_err(|_| anyhow!("a thread of the workload panicked"))?);
        Ok(longest.collect::<Result<Vec<_>>>()?.into_iter().max().unwrap_or_default())
    })
}

fn each(work: &Work<'_>, first: u64, calls: u64) -> Result<Duration> {
    let mut longest = Duration::ZERO;
    let mut before = Instant::now();
    for number in first..first + calls {
        (work.call)(number)?;
        // One look at the clock a call: it is the end of one and the beginning of the next.
        let now = Instant::now();
        longest = longest.max(now - before);
        before = now;
    }
    Ok(longest)
}
