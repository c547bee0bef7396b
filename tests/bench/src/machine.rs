//! What the numbers were measured on.

use anyhow::{Context as _, Result, ensure};
use std::fs;
use std::path::Path;
use std::process::Command;

const DROP_CACHES: &str = "/proc/sys/vm/drop_caches";

/// Processor, cores, kernel and file system, as far as the system tells.
pub(crate) fn describe(folder: &Path) -> String {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let processor = read("/proc/cpuinfo");
    let processor = processor.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let processor = processor.map_or("an unknown processor", |(_, name)| name);
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let kernel = read("/proc/sys/kernel/osrelease");
    let (system, device) = file_system(&read("/proc/mounts"), folder);
    let kernel = kernel.trim();
    format!("Machine: {processor}, {cores} cores, kernel {kernel}, {system} on {device}.")
}

/// The disk of a folder, as the system names it where it counts.
pub(crate) fn disk(folder: &Path) -> Option<String> {
    let mounts = fs::read_to_string("/proc/mounts").ok()?;
    let (_, device) = file_system(&mounts, folder);
    device.strip_prefix("/dev/").map(str::to_owned)
}

/// Has the system forget what it has read of files, and write what it was given.
///
/// # Errors
/// Where it does not let us.
pub(crate) fn drop_caches() -> Result<()> {
    // A page that is to be written is not dropped.
    ensure!(Command::new("sync").status()?.success(), "sync failed");
    fs::write(DROP_CACHES, "1").with_context(|| format!("cannot write {DROP_CACHES}"))
}

/// Does the system let us?
pub(crate) fn can_drop_caches() -> bool {
    fs::OpenOptions::new().write(true).open(DROP_CACHES).is_ok()
}

/// The kind and the device of the mount that holds a folder: the longest one that it begins with.
fn file_system(mounts: &str, folder: &Path) -> (String, String) {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let mut best = (0, String::from("an unknown file system"), String::from("an unknown device"));
    for line in mounts.lines() {
        let mut words = line.split(' ');
        let (Some(device), Some(place), Some(kind)) = (words.next(), words.next(), words.next()) else {
            continue;
        };
        if folder.starts_with(place) && place.len() >= best.0 {
            best = (place.len(), kind.to_owned(), device.to_owned());
        }
    }
    (best.1, best.2)
}
