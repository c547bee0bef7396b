//! What the numbers were measured on.

use std::fs;
use std::path::Path;

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
