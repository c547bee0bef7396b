//! What a start of the command line spends on the checksum of the code that it maps.

use crate::program;
use crate::report::Row;
use anyhow::{Context as _, Result, ensure};
use std::fs::{self, File};
use std::io::Seek as _;
use std::path::Path;
use std::process::Command;
use std::time::Instant;
use sx_persist::code;

pub(crate) const NAME: &str = "the checksum of the kept code at each start";

const TIMES: u32 = 20;

/// Starts the program with code of its own, and checks that code as each start does.
pub(crate) fn measure(folder: &Path) -> Result<Row> {
    let root = tempfile::tempdir_in(folder)?;
    let caches = root.path().join("caches");
    let store = root.path().join("store");
    let [mut put, mut get] =
        [program::command(&store, &["put", "k", "1"])?, program::command(&store, &["get", "k"])?];
    let start = |command: &mut Command| -> Result<()> {
        ensure!(command.env("XDG_CACHE_HOME", &caches).output()?.status.success(), "{command:?} failed");
        Ok(())
    };
    start(&mut put)?;
    start(&mut get)?;
    let is_code = |path: &Path| path.extension().is_some_and(|extension| extension == "code");
    let kept = fs::read_dir(caches.join("sx-persist"))?.flatten().map(|entry| entry.path());
    let mut file = File::open(kept.into_iter().find(|path| is_code(path)).context("no code was kept")?)?;
    let begun = Instant::now();
    (0..TIMES).try_for_each(|_| start(&mut get))?;
    let starts = begun.elapsed();
    let begun = Instant::now();
    for _ in 0..TIMES {
        ensure!(code::is_whole(&file)?, "the kept code is damaged");
        file.rewind()?;
    }
    let ratio = begun.elapsed().as_secs_f64() / starts.as_secs_f64();
    Ok(Row::new(NAME, program::GET, 0.1, vec![ratio]))
}
