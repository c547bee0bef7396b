//! What is measured.

use crate::contenders::{Floor, event, sqlite, store};
use crate::report::OURS;
use crate::round::{Run, Scale, Turn, Workload};
use anyhow::Result;
use rusqlite::params;
use std::path::Path;
use std::time::Instant;
use sx_persist::types::{AppendOp, Durability, Op, Position};

const FLOOR: &str = "write + fdatasync";
const FULL: &str = "SQLite FULL";
const NORMAL: &str = "SQLite NORMAL";

pub(crate) fn all(scale: Scale) -> Vec<Workload> {
    vec![
        append_durable(scale.of(2_000)),
        kv_put_durable(scale.of(2_000)),
        append_relaxed(scale.of(50_000)),
        append_threads(scale.of(500)),
        last_seq_cold(scale),
        read_pages(scale.of(1_000_000)),
        crate::program::kv_get_cold(scale.of(100)),
    ]
}

pub(crate) fn run(run: impl FnMut(&Path) -> Result<Turn> + 'static) -> Run {
    Box::new(run)
}

/// Times `count` operations.
fn timed(count: u64, mut operation: impl FnMut(u64) -> Result<()>) -> Result<Turn> {
    let start = Instant::now();
    for number in 1..=count {
        operation(number)?;
    }
    Ok(Turn::new(count, start.elapsed()))
}

fn append_durable(count: u64) -> Workload {
    let ours = run(move |root| {
        let store = store(root, Durability::Always)?;
        store.text().append("s", &event(1, 256))?;
        timed(count, |number| {
            store.text().append("s", &event(number + 1, 256))?;
            Ok(())
        })
    });
    let floor = run(move |root| {
        let mut floor = Floor::open(root)?;
        timed(count, |number| floor.write(event(number, 256).as_bytes(), true))
    });
    Workload {
        name: "append 256 B, durable, one caller",
        contenders: vec![(FLOOR, floor), (OURS, ours), (FULL, sqlite_append(count, "FULL"))],
        bars: vec![(FLOOR, 1.5), (FULL, 1.0)],
    }
}

fn sqlite_append(count: u64, synchronous: &'static str) -> Run {
    run(move |root| {
        let connection = sqlite(root, synchronous)?;
        let mut insert = connection.prepare("insert into events values ('s', ?1, ?2)")?;
        timed(count, |number| {
            insert.execute(params![number.cast_signed(), event(number, 256)])?;
            Ok(())
        })
    })
}

fn append_relaxed(count: u64) -> Workload {
    let ours = run(move |root| {
        let store = store(root, Durability::Relaxed)?;
        timed(count, |number| {
            store.text().append("s", &event(number, 256))?;
            Ok(())
        })
    });
    Workload {
        name: "append 256 B, relaxed, one caller",
        contenders: vec![(NORMAL, sqlite_append(count, "NORMAL")), (OURS, ours)],
        bars: vec![(NORMAL, 0.5)],
    }
}

fn kv_put_durable(count: u64) -> Workload {
    const KEYS: u64 = 500;
    let ours = run(move |root| {
        let store = store(root, Durability::Always)?;
        timed(count, |number| {
            Ok(store.text().kv_put(&format!("key-{}", number % KEYS), &event(number, 256))?)
        })
    });
    let full = run(move |root| {
        let connection = sqlite(root, "FULL")?;
        let mut put = connection.prepare("insert or replace into kv values (?1, ?2)")?;
        timed(count, |number| {
            put.execute(params![format!("key-{}", number % KEYS), event(number, 256)])?;
            Ok(())
        })
    });
    Workload {
        name: "kv put 256 B, durable, one caller",
        contenders: vec![(FULL, full), (OURS, ours)],
        bars: vec![(FULL, 1.0)],
    }
}

fn append_threads(each: u64) -> Workload {
    const THREADS: u64 = 64;
    let threaded = move |threads: u64| {
        run(move |root| {
            let store = store(root, Durability::Always)?;
            store.text().append("s", &event(1, 256))?;
            let start = Instant::now();
            std::thread::scope(|scope| {
                let workers: Vec<_> = (0..threads)
                    .map(|_| {
                        let store = store.clone();
                        scope.spawn(move || {
                            (0..each).try_for_each(|number| {
                                store.text().append("s", &event(number + 1, 256)).map(drop)
                            })
                        })
                    })
                    .collect();
                workers.into_iter().try_for_each(|worker| worker.join().expect("a worker panicked"))
            })?;
            Ok(Turn::new(threads * each, start.elapsed()))
        })
    };
    Workload {
        name: "append 256 B, durable, 64 threads",
        contenders: vec![("one thread", threaded(1)), (OURS, threaded(THREADS))],
        bars: vec![("one thread", 1.0 / 8.0)],
    }
}

/// Fills a stream, fast.
fn fill(root: &Path, count: u64) -> Result<()> {
    let store = store(root, Durability::Relaxed)?;
    for first in (1..=count).step_by(5_000) {
        let seqs = first..(first + 5_000).min(count + 1);
        let ops: Vec<_> =
            seqs.map(|seq| Op::Append(AppendOp { stream: "s".into(), event: event(seq, 256) })).collect();
        for outcome in store.run(&ops)? {
            outcome.map_err(sx_persist::Error::from)?;
        }
    }
    Ok(store.close()?)
}

fn last_seq_cold(scale: Scale) -> Workload {
    let after = |count: u64| {
        run(move |root| {
            fill(root, count)?;
            let start = Instant::now();
            let store = store(root, Durability::Always)?;
            assert_eq!(store.last_seq("s")?, count);
            Ok(Turn::new(1, start.elapsed()))
        })
    };
    Workload {
        name: "last-seq after a cold open, 1,000,000 events",
        contenders: vec![("1,000 events", after(1_000)), (OURS, after(scale.of(1_000_000)))],
        bars: vec![("1,000 events", 2.0)],
    }
}

fn read_pages(count: u64) -> Workload {
    let ours = run(move |root| {
        fill(root, count)?;
        let store = store(root, Durability::Always)?;
        let start = Instant::now();
        let (mut at, mut read) = (Position::Start, 0);
        loop {
            let page = store.text().read_page("s", &at, 65_536, false)?;
            read += page.events.lines().filter(|event| !event.is_empty()).count() as u64;
            match page.next {
                Some(next) => at = Position::Cursor(next),
                None => break,
            }
        }
        assert_eq!(read, count);
        Ok(Turn::new(count, start.elapsed()))
    });
    let full = run(move |root| {
        let mut connection = sqlite(root, "NORMAL")?;
        let transaction = connection.transaction()?;
        {
            let mut insert = transaction.prepare("insert into events values ('s', ?1, ?2)")?;
            for seq in 1..=count {
                insert.execute(params![seq.cast_signed(), event(seq, 256)])?;
            }
        }
        transaction.commit()?;
        drop(connection);
        let connection = sqlite(root, "NORMAL")?;
        let start = Instant::now();
        let mut select = connection.prepare("select event from events where stream = 's' order by seq")?;
        let mut rows = select.query([])?;
        let mut read = 0;
        while let Some(row) = rows.next()? {
            let event: String = row.get(0)?;
            read += u64::from(!event.is_empty());
        }
        assert_eq!(read, count);
        Ok(Turn::new(count, start.elapsed()))
    });
    Workload {
        name: "read 1,000,000 events of 256 B by pages",
        contenders: vec![("SQLite select", full), (OURS, ours)],
        bars: vec![("SQLite select", 1.0)],
    }
}
