//! The programs that a shell starts: this one and `sqlite3`.

use crate::report::OURS;
use crate::round::{Turn, Workload};
use crate::workloads::run;
use anyhow::{Context as _, Result, ensure};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

const PEER: &str = "sqlite3";
const VALUE: &str = "42";

/// Starts a program so many times; each answers the value.
fn timed(count: u64, command: &mut Command) -> Result<Turn> {
    let mut call = || {
        let output = command.output().with_context(|| format!("{command:?}"))?;
        ensure!(output.stdout.trim_ascii() == VALUE.as_bytes(), "{command:?} answered something else");
        Ok(())
    };
    // The first loads the program into the page cache and, here, compiles the component where no code is kept.
    call()?;
    let start = Instant::now();
    for _ in 0..count {
        call()?;
    }
    Ok(Turn::new(count, start.elapsed()))
}

/// One value out of a small store, process and all.
pub(crate) fn kv_get_cold(count: u64) -> Workload {
    // As a build leaves it: beside this program.
    let sx_persist = |root: &Path, words: [&str; 3]| -> Result<Command> {
        let mut command = Command::new(std::env::current_exe()?.with_file_name("sx-persist"));
        command.arg("--root").arg(root).arg("kv").args(words.iter().filter(|word| !word.is_empty()));
        Ok(command)
    };
    let ours = run(move |root| {
        let done = sx_persist(root, ["put", "k", VALUE])?.output()?;
        ensure!(done.status.success(), "sx-persist is not there: build it in release");
        timed(count, &mut sx_persist(root, ["get", "k", ""])?)
    });
    let peer = run(move |root| {
        let database = root.join("data.sqlite");
        let fill = format!(
            "create table kv (k text primary key, v text) without rowid; insert into kv values ('k', '{VALUE}');"
        );
        let done = Command::new(PEER).arg(&database).arg(fill).status().context("sqlite3 is not there")?;
        ensure!(done.success(), "sqlite3 failed");
        timed(count, Command::new(PEER).arg(&database).arg("select v from kv where k = 'k'"))
    });
    Workload {
        name: "kv get of the command line, cold, compiled code warm",
        contenders: vec![(PEER, peer), (OURS, ours)],
        bars: vec![(PEER, 5.0)],
    }
}
