//! The programs that a shell starts: this one and `sqlite3`.

use crate::contender::OURS;
use crate::shelf::{Data, Shelf};
use crate::turn::Turn;
use crate::workload::{Cell, Run, Workload};
use anyhow::{Context as _, Result, ensure};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

pub(crate) const GET: &str = "kv get of the command line, cold";
const PUT: &str = "packed: kv put of the command line, durable, cold";
/// The workloads of both programs.
pub(crate) const NAMES: [&str; 2] = [GET, PUT];

const PEER: &str = "sqlite3";
const VALUE: &str = "42";
const WARM: &str = "compiled code warm";

/// Starts a program so many times; each gives this answer.
fn timed(count: u64, command: &mut Command, answer: &str) -> Result<Turn> {
    let mut call = || {
        let output = command.output().with_context(|| format!("{command:?}"))?;
        ensure!(output.status.success(), "{command:?} failed");
        ensure!(output.stdout.trim_ascii() == answer.as_bytes(), "{command:?} answered something else");
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

fn cell(contender: &'static str, mut run: impl FnMut(&Path) -> Result<Turn> + 'static) -> Cell {
    let run: Run = Box::new(move |shelf: &mut Shelf| run(&shelf.fresh()?));
    Cell { contender, variant: WARM.to_owned(), data: Data::Nothing, rounds_max: usize::MAX, run }
}

/// This store's program, as a build leaves it: beside this one.
fn program() -> Result<PathBuf> {
    Ok(std::env::current_exe()?.with_file_name("sx-persist"))
}

/// Are both programs there? Neither comes with the benchmark.
pub(crate) fn are_there() -> bool {
    is_there() && starts(Path::new(PEER))
}

/// Is this store's program there?
pub(crate) fn is_there() -> bool {
    program().is_ok_and(|program| starts(&program))
}

fn starts(program: &Path) -> bool {
    Command::new(program).arg("--version").output().is_ok()
}

/// A command of this store's program about keys.
pub(crate) fn command(root: &Path, words: &[&str]) -> Result<Command> {
    let mut command = Command::new(program()?);
    command.arg("--root").arg(root).arg("kv").args(words);
    Ok(command)
}

/// A database of the peer's with one value in it.
fn filled(root: &Path) -> Result<PathBuf> {
    let database = root.join("data.sqlite");
    let fill = format!(
        "create table kv (k text primary key, v text) without rowid; insert into kv values ('k', '{VALUE}');"
    );
    let done = Command::new(PEER).arg(&database).arg(fill).status()?;
    ensure!(done.success(), "sqlite3 failed");
    Ok(database)
}

/// One value into a small packed store, durable, process and all.
pub(crate) fn kv_put_cold(count: u64) -> Workload {
    let ours = cell(OURS, move |root| {
        let mut init = Command::new(program()?);
        let done = init.arg("--root").arg(root).args(["init", "--layout", "packed"]).output()?;
        ensure!(done.status.success(), "sx-persist failed");
        timed(count, &mut command(root, &["put", "k", VALUE])?, "")
    });
    let peer = cell(PEER, move |root| {
        let put = format!("update kv set v = '{VALUE}' where k = 'k'");
        timed(count, Command::new(PEER).arg(filled(root)?).arg(put), "")
    });
    Workload { cells: vec![peer, ours], ..Workload::new(PUT, []) }.bar(WARM, OURS, PEER, 2.0)
}

/// One value out of a small store, process and all.
pub(crate) fn kv_get_cold(count: u64) -> Workload {
    let ours = cell(OURS, move |root| {
        let done = command(root, &["put", "k", VALUE])?.output()?;
        ensure!(done.status.success(), "sx-persist failed");
        timed(count, &mut command(root, &["get", "k"])?, VALUE)
    });
    let peer = cell(PEER, move |root| {
        let database = filled(root)?;
        timed(count, Command::new(PEER).arg(&database).arg("select v from kv where k = 'k'"), VALUE)
    });
    let workload = Workload::new(GET, []);
    Workload { cells: vec![peer, ours], ..workload }.bar(WARM, OURS, PEER, 5.0).bar(WARM, OURS, PEER, 3.0)
}
