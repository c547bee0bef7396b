//! A disk that loses what was not synced (docs/durability.md, D1 to D6).
//!
//! It keeps two pictures: what a running process sees (*live*), and what a loss of power is sure to leave (*durable*). Between
//! them stand the steps that have not been synced. [`Disk::lose_power`] lets each of them survive, vanish, or, where bytes
//! were written, leave zeros or garbage, as a seed says. A *kill* of the process needs nothing: the live picture stays, and
//! the steps stay unsynced.

use crate::random::Random;
use foldhash::quality::FixedState;
use std::collections::BTreeMap;
use std::hash::{BuildHasher as _, Hash as _, Hasher as _};
use std::sync::Arc;

/// Bytes that a disk writes together or not at all.
pub const SECTOR_BYTES: usize = 512;

/// A file or a folder, whatever names it has.
pub type Inode = usize;

/// The root folder.
pub const ROOT: Inode = 0;

/// Assumptions of docs/durability.md that a test may break, to show that the suite notices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Broken {
    /// D1: syncing a file does nothing.
    pub sync_file: bool,
    /// D2: syncing a folder does nothing.
    pub sync_folder: bool,
    /// D3: a rename may lose the file between its two names, and the one that had the new name before.
    pub rename: bool,
    /// D4: a folder with unsynced changes may lose a name that was synced.
    pub folder: bool,
    /// D6: writing changes bytes of the same sector that were synced.
    pub powersafe: bool,
}

/// What holds a place in the file system.
#[derive(Clone, Debug)]
pub enum Node {
    /// Bytes, as they are seen and as they survive.
    File(File),
    /// Names, likewise.
    Folder(Folder),
}

/// A file's bytes.
#[derive(Clone, Debug, Default)]
pub struct File {
    // Shared until it is written: a disk is cloned before every step that a crash may cut.
    live: Arc<Vec<u8>>,
    durable: Arc<Vec<u8>>,
    /// What has been done since the last sync, in order.
    unsynced: Vec<Change>,
    /// A sync has failed: what reads back is not what a later one makes durable.
    has_failed: bool,
}

#[derive(Clone, Debug)]
enum Change {
    Write { offset: usize, bytes: Arc<Vec<u8>> },
    SetSize(usize),
}

/// A folder's names.
#[derive(Clone, Debug, Default)]
pub struct Folder {
    live: BTreeMap<String, Inode>,
    durable: BTreeMap<String, Inode>,
    unsynced: Vec<NameChange>,
}

#[derive(Clone, Debug)]
struct NameChange {
    name: String,
    to: Option<Inode>,
    /// The other half of a rename: the name that the file got, when this takes its old name away.
    needs: Option<(Inode, String, Inode)>,
}

/// The whole disk.
#[derive(Clone, Debug)]
pub struct Disk {
    nodes: Vec<Node>,
    /// Assumptions that do not hold on this disk.
    pub broken: Broken,
}

impl Default for Disk {
    fn default() -> Self {
        Self { nodes: vec![Node::Folder(Folder::default())], broken: Broken::default() }
    }
}

impl Disk {
    /// The folder that an inode is, if it is one.
    #[must_use]
    pub fn folder(&self, inode: Inode) -> Option<&Folder> {
        match &self.nodes[inode] {
            Node::Folder(folder) => Some(folder),
            Node::File(_) => None,
        }
    }

    fn folder_mut(&mut self, inode: Inode) -> &mut Folder {
        match &mut self.nodes[inode] {
            Node::Folder(folder) => folder,
            Node::File(_) => unreachable!("a path was resolved to a folder"),
        }
    }

    fn file_mut(&mut self, inode: Inode) -> &mut File {
        match &mut self.nodes[inode] {
            Node::File(file) => file,
            Node::Folder(_) => unreachable!("only files are open for bytes"),
        }
    }

    /// The live bytes of a file.
    #[must_use]
    pub fn bytes(&self, inode: Inode) -> &[u8] {
        match &self.nodes[inode] {
            Node::File(file) => &file.live,
            Node::Folder(_) => &[],
        }
    }

    /// What a path leads to.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<Inode> {
        path.split('/')
            .filter(|part| *part != ".")
            .try_fold(ROOT, |at, part| self.folder(at)?.live.get(part).copied())
    }

    /// The folder that a path's last part stands in, and that part.
    #[must_use]
    pub fn parent<'a>(&self, path: &'a str) -> Option<(Inode, &'a str)> {
        let (folder, name) = path.rsplit_once('/').unwrap_or((".", path));
        let inode = self.find(folder)?;
        self.folder(inode).map(|_| (inode, name))
    }

    /// The live names of a folder.
    pub fn names(&self, folder: Inode) -> impl Iterator<Item = (&str, Inode)> {
        self.folder(folder)
            .into_iter()
            .flat_map(|folder| &folder.live)
            .map(|(name, inode)| (name.as_str(), *inode))
    }

    /// Makes a file or a folder under a name that is free.
    pub fn make(&mut self, folder: Inode, name: &str, node: Node) -> Inode {
        let inode = self.nodes.len();
        self.nodes.push(node);
        self.name(folder, name, Some(inode), None);
        inode
    }

    /// Takes a name away.
    pub fn unlink(&mut self, folder: Inode, name: &str) {
        self.name(folder, name, None, None);
    }

    /// Gives a file another name.
    pub fn rename(&mut self, (from, old): (Inode, &str), (to, new): (Inode, &str), inode: Inode) {
        if self.broken.rename {
            self.name(to, new, None, None);
        }
        self.name(to, new, Some(inode), None);
        let needs = (!self.broken.rename).then(|| (to, new.to_owned(), inode));
        self.name(from, old, None, needs);
    }

    fn name(&mut self, folder: Inode, name: &str, to: Option<Inode>, needs: Option<(Inode, String, Inode)>) {
        let folder = self.folder_mut(folder);
        set(&mut folder.live, name, to);
        folder.unsynced.push(NameChange { name: name.to_owned(), to, needs });
    }

    /// Writes bytes; a gap before them is zeros.
    pub fn write(&mut self, inode: Inode, offset: usize, bytes: &[u8]) {
        let change = Change::Write { offset, bytes: Arc::new(bytes.to_vec()) };
        let file = self.file_mut(inode);
        change.apply(Arc::make_mut(&mut file.live));
        file.unsynced.push(change);
    }

    /// Cuts or extends a file.
    pub fn set_size(&mut self, inode: Inode, size: usize) {
        let change = Change::SetSize(size);
        let file = self.file_mut(inode);
        change.apply(Arc::make_mut(&mut file.live));
        file.unsynced.push(change);
    }

    /// D1.
    pub fn sync_file(&mut self, inode: Inode) {
        if !self.broken.sync_file {
            let file = self.file_mut(inode);
            let changes = std::mem::take(&mut file.unsynced);
            if file.has_failed {
                changes.iter().for_each(|change| change.apply(Arc::make_mut(&mut file.durable)));
            } else {
                file.durable = Arc::clone(&file.live);
            }
        }
    }

    /// D5: the bytes are lost or kept at random, still read back, and no later sync covers them.
    pub fn fail_sync_file(&mut self, inode: Inode, random: &mut Random) {
        let powersafe = !self.broken.powersafe;
        let file = self.file_mut(inode);
        file.durable = file.survivor(random, powersafe);
        file.unsynced.clear();
        file.has_failed = true;
    }

    /// D2.
    pub fn sync_folder(&mut self, inode: Inode) {
        if self.broken.sync_folder {
            return;
        }
        for change in std::mem::take(&mut self.folder_mut(inode).unsynced) {
            // A rename is atomic: where its old name is gone for good, its new one has come for good.
            if let Some((folder, name, to)) = change.needs.filter(|_| change.to.is_none()) {
                self.make_name_durable(folder, &name, to);
            }
            set(&mut self.folder_mut(inode).durable, &change.name, change.to);
        }
    }

    /// Makes the first unsynced change that gave `inode` this name durable, if it is not.
    fn make_name_durable(&mut self, folder: Inode, name: &str, inode: Inode) {
        let folder = self.folder_mut(folder);
        let is_it = |change: &NameChange| change.name == name && change.to == Some(inode);
        if let Some(at) = folder.unsynced.iter().position(is_it) {
            // What was done to this name before has been overtaken.
            let mut index = 0;
            folder.unsynced.retain(|change| {
                index += 1;
                index - 1 > at || change.name != name
            });
            folder.durable.insert(name.to_owned(), inode);
        }
    }

    /// D4: the power goes. What was not synced survives in any part.
    pub fn lose_power(&mut self, random: &mut Random) {
        let powersafe = !self.broken.powersafe;
        let folders: Vec<_> = (0..self.nodes.len()).filter(|inode| self.folder(*inode).is_some()).collect();
        // Which renames' new names survive decides which old names may go.
        let mut survived = Vec::new();
        for inode in &folders {
            let loses_any = self.broken.folder && random.one_in(2);
            let folder = self.folder_mut(*inode);
            let changes = std::mem::take(&mut folder.unsynced);
            if loses_any && !changes.is_empty() {
                folder.durable.pop_last();
            }
            let (kept, waiting): (Vec<_>, Vec<_>) =
                changes.into_iter().filter(|_| random.one_in(2)).partition(|change| change.needs.is_none());
            for change in kept {
                set(&mut folder.durable, &change.name, change.to);
                survived.extend(change.to.map(|to| (*inode, change.name, to)));
            }
            folder.unsynced = waiting;
        }
        for inode in &folders {
            for change in std::mem::take(&mut self.folder_mut(*inode).unsynced) {
                let new_name = change.needs.clone();
                let is_there = new_name.as_ref().is_none_or(|(folder, name, to)| {
                    survived.contains(&(*folder, name.clone(), *to))
                        || self.folder(*folder).is_some_and(|folder| folder.durable.get(name) == Some(to))
                });
                if is_there {
                    set(&mut self.folder_mut(*inode).durable, &change.name, change.to);
                }
            }
        }
        for node in &mut self.nodes {
            match node {
                Node::Folder(folder) => folder.live = folder.durable.clone(),
                Node::File(file) => {
                    file.durable = file.survivor(random, powersafe);
                    file.unsynced.clear();
                    file.live = Arc::clone(&file.durable);
                    file.has_failed = false;
                }
            }
        }
    }

    /// How many unsynced steps there are: without any, there is one outcome of a loss of power.
    #[must_use]
    pub fn unsynced(&self) -> usize {
        let steps = self.nodes.iter().map(|node| match node {
            Node::File(file) => file.unsynced.len(),
            Node::Folder(folder) => folder.unsynced.len(),
        });
        steps.sum()
    }

    /// Everything is on disk for good.
    pub fn settle(&mut self) {
        for node in &mut self.nodes {
            match node {
                Node::File(file) => {
                    file.durable = Arc::clone(&file.live);
                    file.unsynced.clear();
                }
                Node::Folder(folder) => {
                    folder.durable = folder.live.clone();
                    folder.unsynced.clear();
                }
            }
        }
    }

    /// A number for what a disk without unsynced steps holds: equal disks have the same.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        let mut hasher = FixedState::default().build_hasher();
        let mut folders = vec![ROOT];
        // Files with two names matter, so inodes count by their first appearance.
        let mut seen = BTreeMap::new();
        while let Some(folder) = folders.pop() {
            for (name, inode) in self.names(folder) {
                name.hash(&mut hasher);
                let next = seen.len();
                if let Some(first) = seen.get(&inode) {
                    (1_u8, *first).hash(&mut hasher);
                    continue;
                }
                seen.insert(inode, next);
                match &self.nodes[inode] {
                    Node::File(file) => file.live.hash(&mut hasher),
                    Node::Folder(_) => folders.push(inode),
                }
            }
            0_u8.hash(&mut hasher);
        }
        hasher.finish()
    }

    /// Every file that has a name, by its path; copied.
    #[must_use]
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        self.paths().into_iter().map(|(path, bytes)| (path, bytes.to_vec())).collect()
    }

    /// Every file that has a name, by its path.
    #[must_use]
    pub fn paths(&self) -> BTreeMap<String, &[u8]> {
        let mut files = BTreeMap::new();
        let mut folders = vec![(String::new(), ROOT)];
        while let Some((prefix, folder)) = folders.pop() {
            for (name, inode) in self.names(folder) {
                let path = format!("{prefix}{name}");
                match &self.nodes[inode] {
                    Node::File(file) => drop(files.insert(path, file.live.as_slice())),
                    Node::Folder(_) => folders.push((format!("{path}/"), inode)),
                }
            }
        }
        files
    }

    /// A disk that holds these files, durably, and the folders above them.
    #[must_use]
    pub fn holding(files: &BTreeMap<String, Vec<u8>>) -> Self {
        let mut disk = Self::default();
        for (path, bytes) in files {
            let mut folder = ROOT;
            let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
            for part in above.split('/').filter(|part| !part.is_empty()) {
                folder = match disk.folder(folder).and_then(|folder| folder.live.get(part)) {
                    Some(inode) => *inode,
                    None => disk.make(folder, part, Node::Folder(Folder::default())),
                };
            }
            disk.make(folder, name, Node::File(File { live: Arc::new(bytes.clone()), ..File::default() }));
        }
        disk.settle();
        disk
    }
}

fn set(names: &mut BTreeMap<String, Inode>, name: &str, to: Option<Inode>) {
    match to {
        Some(inode) => drop(names.insert(name.to_owned(), inode)),
        None => drop(names.remove(name)),
    }
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::SetSize(size) => bytes.resize(*size, 0),
            Self::Write { offset, bytes: written } => {
                let end = offset + written.len();
                if bytes.len() < end {
                    bytes.resize(end, 0);
                }
                bytes[*offset..end].copy_from_slice(written);
            }
        }
    }

    /// The part of a write that falls into a sector.
    fn within(&self, sector: usize) -> Option<std::ops::Range<usize>> {
        let Self::Write { offset, bytes } = self else { return None };
        let start = (*offset).max(sector);
        let end = (offset + bytes.len()).min(sector + SECTOR_BYTES);
        (start < end).then_some(start..end)
    }
}

impl File {
    /// What a loss of power leaves of the file: each sector as it was after one of the changes, or zeros or garbage where one
    /// of them wrote; the size as it was after any.
    fn survivor(&self, random: &mut Random, powersafe: bool) -> Arc<Vec<u8>> {
        if self.unsynced.is_empty() {
            return Arc::clone(&self.durable);
        }
        let mut versions = vec![self.durable.as_ref().clone()];
        for change in &self.unsynced {
            let mut next = versions[versions.len() - 1].clone();
            change.apply(&mut next);
            versions.push(next);
        }
        // All or nothing is the likeliest outcome of a real crash, and the one that no chance would ever draw.
        let whole = match random.below(8) {
            0 => Some(0),
            1 => Some(self.unsynced.len()),
            _ => None,
        };
        let size = versions[whole.unwrap_or_else(|| random.index(versions.len()))].len();
        let mut bytes = vec![0; size];
        for sector in (0..size).step_by(SECTOR_BYTES) {
            let version = &versions[whole.unwrap_or_else(|| random.index(versions.len()))];
            let end = size.min(sector + SECTOR_BYTES);
            let known = version.get(sector..version.len().min(end)).unwrap_or_default();
            bytes[sector..sector + known.len()].copy_from_slice(known);
            if whole.is_none() && random.one_in(6) {
                self.spoil(sector, &mut bytes, random, powersafe);
            }
        }
        Arc::new(bytes)
    }

    /// Zeros or garbage where an unsynced change wrote into a sector.
    fn spoil(&self, sector: usize, bytes: &mut [u8], random: &mut Random, powersafe: bool) {
        let garble = random.one_in(2);
        for change in &self.unsynced {
            let Some(part) = change.within(sector) else { continue };
            let part = if powersafe { part } else { sector..sector + SECTOR_BYTES };
            let end = part.end.min(bytes.len());
            for byte in bytes.get_mut(part.start..end).unwrap_or_default() {
                *byte = if garble { random.number().to_le_bytes()[0] } else { 0 };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A disk with a synced file `a` that holds `old`.
    fn with_file() -> (Disk, Inode) {
        let disk = Disk::holding(&BTreeMap::from([("a".to_owned(), b"old".to_vec())]));
        let inode = disk.find("a").unwrap();
        (disk, inode)
    }

    /// What a loss of power can leave of the file `a`, or of it missing.
    fn outcomes(disk: &Disk) -> Vec<Option<Vec<u8>>> {
        let mut found = Vec::new();
        for seed in 0..500 {
            let mut crashed = disk.clone();
            crashed.lose_power(&mut Random::new(seed));
            let left = crashed.files().remove("a");
            if !found.contains(&left) {
                found.push(left);
            }
        }
        found
    }

    #[test]
    fn what_was_synced_survives_and_what_was_not_may_not() {
        let (mut disk, file) = with_file();
        disk.write(file, 0, b"new");
        let left = outcomes(&disk);
        assert!(left.contains(&Some(b"old".to_vec())) && left.contains(&Some(b"new".to_vec())));
        assert!(left.contains(&Some(vec![0; 3])), "zeros in what was written");
        assert!(left.len() > 5, "garbage in what was written");
        disk.sync_file(file);
        assert_eq!(outcomes(&disk), [Some(b"new".to_vec())]);
    }

    #[test]
    fn a_synced_neighbour_in_the_same_sector_is_never_touched() {
        let (mut disk, file) = with_file();
        disk.write(file, 3, b"XYZ");
        assert!(outcomes(&disk).iter().flatten().all(|bytes| bytes.starts_with(b"old")));
        disk.broken.powersafe = true;
        assert!(!outcomes(&disk).iter().flatten().all(|bytes| bytes.starts_with(b"old")));
    }

    #[test]
    fn after_a_failed_sync_bytes_read_back_and_no_later_sync_saves_them() {
        let (mut disk, file) = with_file();
        disk.write(file, 0, b"new");
        let lost = (0..100).any(|seed| {
            let mut failed = disk.clone();
            failed.fail_sync_file(file, &mut Random::new(seed));
            assert_eq!(failed.bytes(file), b"new");
            failed.sync_file(file);
            outcomes(&failed) == [Some(b"old".to_vec())]
        });
        assert!(lost);
    }

    #[test]
    fn names_need_their_folder_synced() {
        let mut disk = Disk::default();
        let file = disk.make(ROOT, "a", Node::File(File::default()));
        disk.write(file, 0, b"x");
        disk.sync_file(file);
        assert!(outcomes(&disk).contains(&None));
        disk.sync_folder(ROOT);
        assert_eq!(outcomes(&disk), [Some(b"x".to_vec())]);
    }

    #[test]
    fn a_rename_keeps_the_file_under_one_name_at_least() {
        let both = BTreeMap::from([("a".to_owned(), b"old".to_vec()), ("b".to_owned(), b"new".to_vec())]);
        let mut disk = Disk::holding(&both);
        let file = disk.find("b").unwrap();
        disk.rename((ROOT, "b"), (ROOT, "a"), file);
        let mut second_link = false;
        for seed in 0..500 {
            let mut crashed = disk.clone();
            crashed.lose_power(&mut Random::new(seed));
            let files = crashed.files();
            let is_renamed = files["a"] == b"new";
            assert!(is_renamed || files.contains_key("b"), "seed {seed}: lost between its names");
            second_link |= is_renamed && files.contains_key("b");
        }
        assert!(second_link, "the old name may come back");
        disk.broken.rename = true;
        let mut disk = Disk { broken: disk.broken, ..Disk::holding(&both) };
        let file = disk.find("b").unwrap();
        disk.rename((ROOT, "b"), (ROOT, "a"), file);
        let lost = (0..500).any(|seed| {
            let mut crashed = disk.clone();
            crashed.lose_power(&mut Random::new(seed));
            !crashed.files().values().any(|bytes| bytes == b"new")
        });
        assert!(lost, "the switch must break D3");
    }
}
