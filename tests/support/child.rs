//! A process of its own for the tests: `child ROOT JOB`.

use anyhow::{Result, bail};
use std::io::Write as _;
use sx_persist::Store;

fn main() -> Result<()> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [root, job] = arguments.as_slice() else { bail!("usage: child ROOT JOB") };
    let mut out = std::io::stdout().lock();
    match job.as_str() {
        // Everything that the store holds.
        "show" => {
            let store = Store::builder().read_only(true).open(root)?;
            for stream in store.streams()? {
                for event in store.text().read(&stream)? {
                    writeln!(out, "{stream} {event}")?;
                }
            }
            for entry in store.text().kv_list("", None, 65_536)?.entries {
                writeln!(out, "{} {}", entry.key, entry.value)?;
            }
            for cid in store.blob_list(None, 65_536)?.items {
                writeln!(out, "{cid} {}", store.blob_size(&cid)?.unwrap_or(0))?;
            }
        }
        // Appends until it is killed, and says each seq that was acknowledged.
        "append" => {
            let store = Store::open(root)?;
            let mut seq = store.last_seq("s")?;
            loop {
                seq += 1;
                store.text().append("s", &format!("{{:seq {seq}}}"))?;
                writeln!(out, "{seq}")?;
                out.flush()?;
                if seq.is_multiple_of(17) {
                    store.checkpoint()?;
                }
            }
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
