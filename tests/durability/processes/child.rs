//! A process of its own for the tests: `child ROOT JOB`.

use anyhow::{Context as _, Result, bail};
use std::io::Write as _;
use std::thread;
use std::time::Duration;
use support::{library, work};
use sx_persist::types::{Direction, ExpectSeq, MapRange};
use sx_persist::{Store, clock};

fn main() -> Result<()> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [root, job, rest @ ..] = arguments.as_slice() else { bail!("usage: child ROOT JOB [ARGUMENT]...") };
    match job.as_str() {
        "work" => {
            let [seed, first] = rest else { bail!("usage: child ROOT work SEED FIRST") };
            return work(root, seed.parse()?, first.parse()?);
        }
        "threads" => return threads(root),
        "show" => return show(root),
        _ => {}
    }
    let mut out = std::io::stdout().lock();
    match job.as_str() {
        // Appends until it is killed, and says each seq that was acknowledged.
        "append" => {
            let store = Store::open(root)?;
            let mut seq = store.raw().last_seq("s")?;
            loop {
                seq += 1;
                store.raw().append("s", &format!("{{:seq {seq}}}"))?;
                writeln!(out, "{seq}")?;
                out.flush()?;
                if seq.is_multiple_of(17) {
                    store.admin().checkpoint()?;
                }
            }
        }
        // Opens a relative path, goes to another folder and loses its instance there.
        "wander" => {
            let [folder] = rest else { bail!("usage: child ROOT wander FOLDER") };
            let store = Store::builder().timeout(Some(Duration::ZERO)).open(root)?;
            for key in ["before", "behind"] {
                let stopped = clock::stop();
                store.kv().put(key, &key)?;
                drop(stopped);
                if key == "before" {
                    std::env::set_current_dir(folder)?;
                    library::interrupt(&store);
                }
            }
            writeln!(out, "{}", store.root().context("it is on a disk")?.display())?;
        }
        // Adds to a blob that it never finishes.
        "upload" => {
            let store = Store::open(root)?;
            let mut blob = store.raw().blob_writer()?;
            blob.add(b"some of it")?;
            writeln!(out, "added")?;
            out.flush()?;
            std::io::copy(&mut std::io::stdin(), &mut std::io::sink())?;
        }
        // Holds the root until its input ends.
        "hold" => {
            let _store = Store::open(root)?;
            writeln!(out, "{}", std::process::id())?;
            out.flush()?;
            std::io::copy(&mut std::io::stdin(), &mut std::io::sink())?;
        }
        other => bail!("no job {other}"),
    }
    Ok(())
}

/// Everything that the store holds.
fn show(root: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    let store = Store::builder().read_only(true).open(root)?;
    for stream in store.streams()? {
        for event in store.raw().read(&stream)? {
            writeln!(out, "{stream} {event}")?;
        }
    }
    for entry in store.raw().kv_list("", None, 65_536)?.entries {
        writeln!(out, "{} {}", entry.key, entry.value)?;
    }
    for entry in store.raw().ref_list("", None, 65_536)?.items {
        writeln!(out, "{} {}", entry.name, entry.hash)?;
    }
    for key in store.raw().snapshot_keys("", None, 65_536)?.items {
        writeln!(out, "{key} {}", store.raw().snapshot_load(&key)?.unwrap_or_default().escape_ascii())?;
    }
    for hash in store.raw().object_list(None, 65_536)?.items {
        writeln!(out, "{hash} {}", store.raw().object_read(&hash)?.unwrap_or_default().len())?;
    }
    write!(out, "{}", library::observe(&store)?.sessions.text())?;
    for table in store.raw().map_tables()? {
        for key in store
            .raw()
            .map_list(
                &table,
                &MapRange { prefix: Vec::new(), start: None, end: None },
                None,
                65_536,
                Direction::Forward,
            )?
            .keys
        {
            let value = store.raw().map_get(&table, &key)?.map(|entry| entry.value).unwrap_or_default();
            writeln!(out, "{table} {} {}", key.escape_ascii(), value.escape_ascii())?;
        }
    }
    for cid in store.raw().blob_list(None, 65_536)?.items {
        writeln!(out, "{cid} {}", store.raw().blob_size(&cid)?.unwrap_or(0))?;
    }
    Ok(())
}

/// A line that is out before anything else is done.
fn say(line: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}

/// The operations of a seed from a number on, until it is killed: `begin` and `done` around each, with its answer. A full
/// disk is said and worked on for a while.
fn work(root: &str, seed: u64, first: u64) -> Result<()> {
    let store = Store::open(root)?;
    let mut refused = 0;
    for number in first.. {
        let mut failure = None;
        let op = work::step(seed, number, |stream| {
            store.raw().last_seq(stream).unwrap_or_else(|error| {
                failure = Some(error);
                0
            })
        });
        if let Some(error) = failure {
            return Err(error).context("reads go on whatever happens to writes");
        }
        say(&format!("begin {number}"))?;
        let answer = library::perform(&store, &op)?;
        say(&format!("done {number} {answer}"))?;
        if answer == "error no-space" {
            refused += 1;
        }
        if refused == 5 {
            // Enough: whoever listens knows a state for each way in which these may have ended.
            std::io::copy(&mut std::io::stdin(), &mut std::io::sink())?;
            return Ok(());
        }
    }
    Ok(())
}

/// Sixteen threads on one store, until it is killed. Each appends to a stream of its own and to one of all, in turn.
fn threads(root: &str) -> Result<()> {
    let store = Store::open(root)?;
    thread::scope(|scope| {
        let threads: Vec<_> = (0..16)
            .map(|thread| {
                scope.spawn({
                    let store = &store;
                    move || appends(store, thread)
                })
            })
            .collect();
        threads.into_iter().try_for_each(|thread| match thread.join() {
            Ok(ended) => ended,
            Err(_) => bail!("a thread panicked"),
        })
    })
}

fn appends(store: &Store, thread: u64) -> Result<()> {
    let own = format!("own {thread}");
    let first = store.raw().last_seq(&own)? + 1;
    for number in first.. {
        say(&format!("begin own {thread} {number}"))?;
        store.raw().append(&own, &format!("{{:seq {number}}}"))?;
        say(&format!("done own {thread} {number}"))?;
        say(&format!("begin all {thread} {number}"))?;
        store.raw().record_event("all", "x", 0, &format!("(list {thread} {number})"), ExpectSeq::Any)?;
        say(&format!("done all {thread} {number}"))?;
        if thread == 0 && number % 40 == 0 {
            store.admin().checkpoint()?;
        }
    }
    Ok(())
}
