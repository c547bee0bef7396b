//! What a turn did besides taking time, as far as the system tells of every contender alike.

use serde::Serialize;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// Counts of the process and of the disk, since they began.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Io {
    /// System calls that write.
    pub(crate) write_calls: u64,
    /// Bytes given to them.
    pub(crate) written_bytes: u64,
    /// Bytes of pages that were made dirty, which the file system has to write at some time.
    pub(crate) dirtied_bytes: u64,
    /// Flushes that the disk was asked for, by anybody: where nothing else runs, what syncs came to.
    pub(crate) flushes: Option<u64>,
}

impl Io {
    pub(crate) fn now(disk: Option<&str>) -> Self {
        let text = fs::read_to_string("/proc/self/io").unwrap_or_default();
        let of = |name: &str| field(&text, name).unwrap_or_default();
        Self {
            write_calls: of("syscw:"),
            written_bytes: of("wchar:"),
            dirtied_bytes: of("write_bytes:"),
            flushes: disk.and_then(flushes),
        }
    }

    pub(crate) fn since(self, before: Self) -> Self {
        Self {
            write_calls: self.write_calls.saturating_sub(before.write_calls),
            written_bytes: self.written_bytes.saturating_sub(before.written_bytes),
            dirtied_bytes: self.dirtied_bytes.saturating_sub(before.dirtied_bytes),
            flushes: self.flushes.zip(before.flushes).map(|(now, before)| now.saturating_sub(before)),
        }
    }
}

/// The number behind a name, in a file of `/proc`.
fn field(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

/// The sixteenth number behind a disk's name counts its flushes.
fn flushes(disk: &str) -> Option<u64> {
    let text = fs::read_to_string("/proc/diskstats").ok()?;
    let line = text.lines().find(|line| line.split_whitespace().nth(2) == Some(disk))?;
    line.split_whitespace().nth(2 + 16)?.parse().ok()
}

/// The memory of the process now, from which [`peak_bytes`] counts.
pub(crate) fn begin_peak() -> u64 {
    // 5 lowers the peak to what is taken now; where that is not allowed, the peak is that of the whole run.
    let _ = fs::write("/proc/self/clear_refs", "5");
    status("VmRSS:")
}

/// The most memory that was taken at once since.
pub(crate) fn peak_bytes(begun: u64) -> u64 {
    status("VmHWM:").saturating_sub(begun)
}

fn status(name: &str) -> u64 {
    let text = fs::read_to_string("/proc/self/status").unwrap_or_default();
    field(&text, name).unwrap_or_default() * 1_024
}

/// Bytes that a folder and all in it take up on the disk.
pub(crate) fn disk_bytes(folder: &Path) -> u64 {
    let own = fs::metadata(folder).map_or(0, |found| found.blocks() * 512);
    let Ok(entries) = fs::read_dir(folder) else { return own };
    own + entries.flatten().map(|entry| disk_bytes(&entry.path())).sum::<u64>()
}
