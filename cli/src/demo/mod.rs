//! `demo`: the main job on real input, through an end, a new process and a kill.

mod history;
pub(crate) mod process;

use crate::exit::{CliError, Status};
use crate::options::Options;
use crate::terminal;
use clap::Args;
use history::History;
use serde::Serialize;
use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use sx_persist::types::{ExpectSeq, Op};
use sx_persist::{Event, Store};
use tempfile::TempDir;

const COMMITS: &str = "commits";
const REPLAY: &str = "replay";
const SUMMARY: &str = "commits/summary";
const FILE: &str = "commits/file";
/// The writer is killed so long after its first event at the earliest, and this much later at the latest.
const KILL_AFTER_MS: u64 = 300;
const KILL_WITHIN_MS: u64 = 700;

/// Shows the store at work on the history of the repository it is started in, a killed process included
#[derive(Args, Debug)]
#[command(after_help = "\
It uses a fresh directory, unless --root or SX_PERSIST_ROOT names one to keep. The exit code is 3 if anything that was
acknowledged is missing.")]
pub(crate) struct Demo {}

/// What kv keeps of a blob, by custom.
#[derive(Debug, Serialize)]
struct Reference<'a> {
    cid: &'a str,
    mime: &'a str,
    size: usize,
}

/// What the store answered, to be held against what it shows later.
struct Recorded {
    /// The last seq before the demo.
    after: u64,
    events: Vec<String>,
    summary: String,
    file: String,
    cid: String,
}

pub(crate) fn run(options: &Options) -> anyhow::Result<Status> {
    let fresh = options.root.is_none().then(|| TempDir::with_prefix("sx-persist-demo-")).transpose()?;
    let root: PathBuf = fresh.as_ref().map_or(options.root(), TempDir::path).to_owned();
    let kept = if fresh.is_some() { " (removed at the end; --root DIR keeps one)" } else { "" };
    say(&format!("directory  {}{kept}", root.display()))?;
    let history = History::read();
    say(&format!("input      {} commits from {}", history.commits.len(), history.source))?;
    let recorded = record(&root, &history, options)?;
    read_in_new_process(&root, &history, &recorded)?;
    kill_and_recover(&root, options)?;
    say("everything that was acknowledged is there")?;
    if fresh.is_none() {
        say(&format!(
            "look at it: sx-persist --root {} stream read {COMMITS} --reverse --limit 3",
            root.display()
        ))?;
    }
    Ok(Status::Done)
}

/// Records each commit as an event, a summary in kv, and the whole as a blob with a reference to it.
fn record(root: &Path, history: &History, options: &Options) -> anyhow::Result<Recorded> {
    let begun = Instant::now();
    let store = options.builder().open(root)?;
    let after = store.raw().last_seq(COMMITS)?;
    let events = record_commits(&store, history)?;
    let summary = sx::to_string(&history.summary())?;
    store.raw().kv_put(SUMMARY, &summary)?;
    let cid = store.raw().blob_put(history.text.as_bytes())?;
    let file =
        sx::to_string(&Reference { cid: &cid, mime: "text/tab-separated-values", size: history.text.len() })?;
    store.raw().kv_put(FILE, &file)?;
    let (taken, syncs) = (begun.elapsed(), syncs(&store)?);
    store.close()?;
    say(&format!(
        "recorded   {} events of the stream {COMMITS}, a summary in kv, and a blob with its reference in kv, \
         in {taken:.1?} with {syncs} syncs",
        events.len()
    ))?;
    say(&format!("           {SUMMARY} is {summary}"))?;
    say(&format!("           {FILE} is {file}"))?;
    Ok(Recorded { after, events, summary, file, cid })
}

/// All commits in one batch: one sync.
fn record_commits(store: &Store, history: &History) -> anyhow::Result<Vec<String>> {
    let op = |commit: &history::Commit| {
        let (stream, kind, at) = (COMMITS.to_owned(), "commit".to_owned(), commit.at_ms);
        Ok(Op::RecordEvent { stream, kind, at, data: sx::to_string(commit)?, expected: ExpectSeq::Any })
    };
    let ops = history.commits.iter().map(op).collect::<anyhow::Result<Vec<_>>>()?;
    let committed = store.raw().commit(&ops)?;
    Ok(committed
        .outcomes
        .into_iter()
        .filter_map(|outcome| match outcome {
            sx_persist::types::Outcome::Recorded(event) => Some(event),
            _ => None,
        })
        .collect())
}

/// Reads all of it back through the commands, each a process of its own.
fn read_in_new_process(root: &Path, history: &History, recorded: &Recorded) -> anyhow::Result<()> {
    let after = recorded.after.to_string();
    let begun = Instant::now();
    let events = process::output(root, &["stream", "read", COMMITS, "--after", &after])?;
    let events = String::from_utf8(events)?;
    expect(events.lines().eq(&recorded.events), "the events of the stream commits")?;
    let expected = [(SUMMARY, &recorded.summary), (FILE, &recorded.file)];
    for (key, value) in expected {
        let found = process::output(root, &["kv", "get", key])?;
        expect(found == format!("{value}\n").as_bytes(), key)?;
    }
    let bytes = process::output(root, &["blob", "get", &recorded.cid])?;
    expect(bytes == history.text.as_bytes(), "the blob")?;
    say(&format!(
        "read back  by 4 new processes in {:.1?}: the events, the summary, the reference and the blob are the same",
        begun.elapsed()
    ))
}

/// Kills a writer, and looks for all that it had acknowledged.
fn kill_and_recover(root: &Path, options: &Options) -> anyhow::Result<()> {
    let chance =
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| u64::from(since.subsec_micros()));
    let after = Duration::from_millis(KILL_AFTER_MS + chance % (KILL_WITHIN_MS - KILL_AFTER_MS));
    let killed = process::kill_writer(root, COMMITS, REPLAY, after)?;
    let acknowledged = killed.acknowledged.len();
    say(&format!(
        "killed     process {} after {after:?} of recording events one by one, {acknowledged} of them acknowledged",
        killed.pid
    ))?;
    let begun = Instant::now();
    let store = options.builder().open(root)?;
    let next = store.stream::<Event<usize>>(REPLAY).record("recovered", &acknowledged)?.get();
    let taken = begun.elapsed();
    let found: BTreeSet<u64> = numbers(&store, REPLAY)?;
    let missing = missing(&killed.acknowledged, &found);
    if let Some(first) = missing.first() {
        let text = format!("{} acknowledged events are missing, the first has seq {first}", missing.len());
        return Err(CliError::Failed(text).into());
    }
    let last = killed.acknowledged.last().copied().unwrap_or_default();
    let unacknowledged = next.saturating_sub(last + 1);
    let syncs = syncs(&store)?;
    say(&format!(
        "recovered  in {taken:.1?} with {syncs} syncs: all {acknowledged} are there, and {unacknowledged} more that \
         the kill kept from being acknowledged; the next event got seq {next}"
    ))?;
    expect(store.admin().verify()?.damaged == 0, "`verify`")?;
    store.close()?;
    Ok(())
}

/// The part of an event that is counted.
#[derive(serde::Deserialize)]
struct Numbered {
    seq: u64,
}

/// The numbers of all events of a stream.
fn numbers(store: &Store, stream: &str) -> sx_persist::Result<BTreeSet<u64>> {
    store.stream::<Numbered>(stream).iter().map(|event| event.map(|event| event.seq)).collect()
}

fn missing(acknowledged: &[u64], found: &BTreeSet<u64>) -> Vec<u64> {
    acknowledged.iter().copied().filter(|seq| !found.contains(seq)).collect()
}

fn expect(is_the_same: bool, what: &str) -> anyhow::Result<()> {
    if is_the_same {
        return Ok(());
    }
    Err(CliError::Failed(format!("{what}: not what was acknowledged")).into())
}

fn syncs(store: &Store) -> anyhow::Result<u64> {
    let stats = store.admin().stats()?;
    let count = |name: &str| stats.get(name).copied().unwrap_or_default();
    Ok(count("syncs") + count("folder-syncs"))
}

fn say(line: &str) -> anyhow::Result<()> {
    let mut out = terminal::stdout();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_acknowledged_event_that_is_not_found_is_missing() {
        let found = BTreeSet::from([1, 2, 4, 5]);
        assert_eq!(missing(&[1, 2, 4], &found), [0; 0]);
        assert_eq!(missing(&[1, 2, 3, 4, 6], &found), [3, 6]);
    }
}
