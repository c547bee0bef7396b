//! `init`, `path` and `du`: the directory itself.

use crate::exit::{CliError, Status};
use crate::hex::hex;
use crate::options::Options;
use crate::output::{Answer, Format};
use crate::terminal;
use crate::usage::{self, By};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::io;
use std::path::{self, Path};
use sx_persist::adopt;
use sx_persist::types::{Layout, Op};

/// Makes a store in the directory; one that is there already is left as it is
#[derive(Args, Debug)]
#[command(after_help = "\
Every command that writes makes a store where the directory is missing or empty. `init` makes one in a directory
that holds something else, too.

Examples:
  sx-persist init --root till
  sx-persist init --layout packed")]
pub(crate) struct Init {
    /// Where the store keeps streams, keys and blobs: in plain files, or packed in runs as everything else
    #[arg(long, value_name = "LAYOUT", default_value = "plain")]
    layout: LayoutName,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum LayoutName {
    /// Files that other programs can read: two a stream, one a key, one a blob
    Plain,
    /// Runs: for more than some 10,000 names, which take a fraction of the time and of the disk
    Packed,
}

/// Prints the file of a stream, a key or a blob; exit code 1 when there is none
#[derive(Debug, Subcommand)]
#[command(after_help = "\
What was written last stands in the journal until a command that writes has ended, or `sx-persist checkpoint`. Maps,
refs, objects, snapshots and sessions have no files of their own, and in a packed store streams and keys have none.

Examples:
  less \"$(sx-persist path stream orders)\"
  sx-persist path kv config")]
pub(crate) enum PathOf {
    /// Of the events of a stream
    Stream { stream: String },
    /// Of a key of kv
    Kv { key: String },
    /// Of a blob
    Blob { cid: String },
}

/// Prints what the directory takes on the disk: files, their bytes, and those of the blocks that hold them
#[derive(Args, Debug)]
#[command(after_help = "\
The rows: streams, kv, runs (maps, refs, objects, snapshots and sessions), blobs, journal, quarantine, and other: the
store's own marks, files being written, and what is not the store's.

With --by: items, bytes of their values, bytes that these take in files and runs, and how many of those are garbage,
which was overwritten, removed or truncated. All that is told of is read for that. `compact` drops the garbage.

Examples:
  sx-persist du
  sx-persist du --by keyspace
  sx-persist du --by table --format json")]
pub(crate) struct Du {
    /// Says instead what each of these has in the store
    #[arg(long, value_name = "WHAT")]
    by: Option<By>,
}

pub(crate) fn init(init: &Init, options: &Options) -> anyhow::Result<Status> {
    let root = options.root();
    let is_new = !adopt::is_store(root);
    if is_new {
        let layout = if init.layout == LayoutName::Packed { Layout::Packed } else { Layout::Plain };
        let store = options.builder().init(true).layout(layout).open(root)?;
        // The first commit makes the marks of a store; this one leaves nothing else.
        let (key, value) = ("init".to_owned(), "nil".to_owned());
        store.raw().commit(&[Op::KvPut { key: key.clone(), value }, Op::KvDelete { key }])?;
        store.close()?;
    }
    let place = path::absolute(root)?;
    let place = place.to_string_lossy();
    let mut output = options.output();
    if output.is_json() {
        output.document(&json!({ "root": place, "made": is_new }))?;
    } else if is_new {
        terminal::note(&format!("made a new store in {place}"));
    } else {
        terminal::note(&format!("{place} is a store already"));
    }
    output.flush()?;
    Ok(Status::Done)
}

pub(crate) fn path(of: &PathOf, options: &Options) -> anyhow::Result<Status> {
    options.check_is_store()?;
    let path = options.root().join(of.below_root()?);
    if !path.is_file() {
        let what = path.display();
        let why = match is_packed(options.root()) {
            true => "the store is packed",
            false => "nothing has that name, or it stands in the journal",
        };
        terminal::note(&format!("there is no file {what}: {why}"));
        return Ok(Status::Refused);
    }
    let mut output = options.output();
    output.line(Answer::Name(&path.to_string_lossy()))?;
    output.flush()?;
    Ok(Status::Done)
}

/// As docs/format.md has it, "Packed roots".
fn is_packed(root: &Path) -> bool {
    fs::read_to_string(root.join("format"))
        .is_ok_and(|format| format.lines().next().is_some_and(|first| first.ends_with(" packed")))
}

impl PathOf {
    /// As docs/format.md has it, "The directory".
    fn below_root(&self) -> anyhow::Result<String> {
        let flat = |folder: &str, name: &str, bytes_max: usize, suffix: &str| {
            if name.len() <= bytes_max {
                return format!("{folder}/{}{suffix}", hex(name.as_bytes()));
            }
            cut(&format!("long/{folder}+"), name.as_bytes(), suffix)
        };
        Ok(match self {
            Self::Stream { stream } => flat("streams", stream, 123, ".log"),
            Self::Kv { key } => flat("kv", key, 125, ""),
            Self::Blob { cid } => format!("blobs/{}", plain(cid)?),
        })
    }
}

/// An address, which is a file's name as it is.
fn plain(name: &str) -> Result<&str, CliError> {
    let is_one = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_one.then_some(name).ok_or_else(|| CliError::Refused(format!("{name:?} is no address")))
}

/// A name in hex, cut into folders of 240 digits that end in `+`.
fn cut(folder: &str, name: &[u8], suffix: &str) -> String {
    let hex = hex(name);
    let mut path = folder.to_owned();
    let mut rest = hex.as_str();
    while let Some((part, more)) = rest.split_at_checked(240).filter(|(_, more)| !more.is_empty()) {
        path.extend(["/", part, "+"]);
        rest = more;
    }
    path + "/" + rest + suffix
}

/// What stands in one row of `du`.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct FolderUsage {
    files: u64,
    bytes: u64,
    disk_bytes: u64,
}

/// The rows of `du`, and the folders of the root that they count.
const ROWS: [(&str, &[&str]); 6] = [
    ("streams", &["streams", "long/streams+"]),
    ("kv", &["kv", "long/kv+"]),
    ("runs", &["runs"]),
    ("blobs", &["blobs"]),
    ("journal", &["journal"]),
    ("quarantine", &["quarantine"]),
];
const OTHER: &str = "other";
const TOTAL: &str = "total";

pub(crate) fn du(du: &Du, options: &Options) -> anyhow::Result<Status> {
    if let Some(by) = du.by {
        return usage::print(by, options);
    }
    let root = options.root();
    options.check_is_store()?;
    let rows_of = folders(root)?;
    let mut output = options.output_or(Format::Table);
    let mut list = output.list();
    let rows = ROWS.iter().map(|(name, _)| *name).chain([OTHER, TOTAL]);
    for name in rows {
        let FolderUsage { files, bytes, disk_bytes } = rows_of.get(name).copied().unwrap_or_default();
        let fields: [(&str, Json); 4] = [
            ("name", name.into()),
            ("files", files.into()),
            ("bytes", bytes.into()),
            ("disk_bytes", disk_bytes.into()),
        ];
        list.item(Answer::Fields(&fields))?;
    }
    list.end()?;
    output.flush()?;
    Ok(Status::Done)
}

/// What a directory takes, by row.
fn folders(root: &Path) -> anyhow::Result<BTreeMap<&'static str, FolderUsage>> {
    let mut usage = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            // A writer may remove what stood there a moment ago.
            Err(error) if error.kind() == io::ErrorKind::NotFound && folder != root => continue,
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            let metadata = match entry.metadata() {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                metadata => metadata?,
            };
            let path = entry.path();
            let row = row(path.strip_prefix(root).unwrap_or(&path));
            for name in [row, TOTAL] {
                usage.entry(name).or_insert_with(FolderUsage::default).add(&metadata);
            }
            if metadata.is_dir() {
                folders.push(path);
            }
        }
    }
    Ok(usage)
}

/// The bytes that a directory takes on the disk.
pub(crate) fn disk_bytes(root: &Path) -> anyhow::Result<u64> {
    Ok(folders(root)?.get(TOTAL).map_or(0, |total| total.disk_bytes))
}

/// The bytes of the files of runs.
pub(crate) fn run_bytes(root: &Path) -> anyhow::Result<u64> {
    Ok(folders(root)?.get("runs").map_or(0, |runs| runs.bytes))
}

/// The row that a path below the root belongs to.
fn row(path: &Path) -> &'static str {
    let is_below = |folders: &&[&str]| folders.iter().any(|folder| path.starts_with(folder));
    ROWS.iter().find(|(_, folders)| is_below(folders)).map_or(OTHER, |(name, _)| name)
}

impl FolderUsage {
    fn add(&mut self, metadata: &Metadata) {
        self.disk_bytes += blocks_bytes(metadata);
        if !metadata.is_dir() {
            self.files += 1;
            self.bytes += metadata.len();
        }
    }
}

#[cfg(unix)]
fn blocks_bytes(metadata: &Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    metadata.blocks() * 512
}

/// Where the system does not tell, the length.
#[cfg(not(unix))]
fn blocks_bytes(metadata: &Metadata) -> u64 {
    metadata.len()
}
