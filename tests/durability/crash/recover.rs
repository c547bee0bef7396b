//! What is found after a crash, and whether it may be: the oracle of the suite.

use crate::each::Outcome;
use crate::manifest::{Manifest, numbers};
use crate::replay::ONLY;
use crate::runs;
use crate::say::say;
use crate::weakness::Weakness;
use model::State;
use sim::disk::Disk;
use sim::simfs::Plan;
use std::fs;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use support::bindings::exports::sx::persist::types::Finding;
use support::drive::{perform, wire_run};
use support::machine::{Composed, Machine};
use support::observe::observe;
use sx_persist::types::{Op as WireOp, Outcome as Done};
use trace::Op;

/// Crash cases made so far, in all tiers.
pub(crate) static CASES: AtomicU64 = AtomicU64::new(0);

/// Bytes of a blob that goes past the journal.
pub(crate) const LARGE_BLOB_BYTES: usize = 64 << 10;

/// A journal's header, and the head of a frame (docs/format.md).
const HEADER_BYTES: usize = 1_024;
const FRAME_HEAD_BYTES: usize = 24;

/// What is there after a crash, whichever of the allowed states it left.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kept {
    /// Addresses of large blobs.
    pub(crate) blobs: Vec<String>,
    /// Texts in any file.
    pub(crate) foreign: Vec<String>,
    /// Addresses of blobs that may be damaged unless `blobs` has them.
    pub(crate) loose: Vec<String>,
    /// The root may be between two layouts: whoever finds it goes on to either.
    pub(crate) converts: bool,
    /// The highest lsn, and so version, of a commit that was answered and kept: no other commit may get it.
    pub(crate) lsn: u64,
}

/// A core that was built elsewhere, in the place of all others: to see that a fault of it is noticed.
static OTHER: LazyLock<Option<Composed>> = LazyLock::new(|| {
    let path = std::env::var_os("SX_PERSIST_CRASHED_COMPONENT")?;
    Some(Composed::new(&fs::read(path).expect("the component can be read")))
});

pub(crate) fn boot(disk: Disk, weakness: &Weakness, snapshots: bool) -> Machine {
    let traced = ONLY.get().is_some();
    start(disk, Plan { snapshots, traced, left_out: weakness.left_out.clone(), ..Plan::default() }, weakness)
}

/// An instance of the component that is looked at.
pub(crate) fn start(disk: Disk, plan: Plan, weakness: &Weakness) -> Machine {
    if let Some(other) = &*OTHER {
        return Machine::boot_composed(other, disk, plan);
    }
    match weakness {
        Weakness { is_portable: true, .. } => Machine::boot_portable(disk, plan),
        Weakness { is_checked: true, .. } => Machine::boot_checked(disk, plan),
        _ => Machine::boot(disk, plan),
    }
}

/// Opens what a crash left: it must be one of the allowed states; the store must take a write; and both must be there
/// when it is opened once more, undamaged. Answers the state, and the moments of the recovery.
pub(crate) fn recover<'a>(
    disk: Disk,
    allowed: &[&'a State],
    kept: &Kept,
    weakness: &Weakness,
    snapshots: bool,
) -> Outcome<(&'a State, Vec<(Disk, usize)>)> {
    let number = CASES.fetch_add(1, Ordering::Relaxed);
    let weakness = &weakness.for_case(number);
    check_originals_view(&disk, allowed)?;
    if ONLY.get().is_some() {
        print_disk(&disk);
    }
    let mut machine = boot(disk, weakness, snapshots);
    let held = look(&mut machine)?;
    let Some(left) = allowed.iter().find(|state| is_left(&held, state, kept)) else {
        return Err(format!(
            "found {}\nallowed {}",
            show(&held),
            allowed.iter().map(|s| show(s)).collect::<Vec<_>>().join("\n    or ")
        ));
    };
    let before = machine.simfs().steps;
    if before > 0 {
        return Err(format!("reading took {before} mutating calls"));
    }
    probe(&mut machine, &held, kept)?;
    runs::check_claimed(&machine.simfs().disk)?;
    machine.simfs().mark = 1;
    let due = with_probe(&held);
    let moments = std::mem::take(&mut machine.simfs().snapshots);
    // The other suites ask what an instance answers behind a write of its own; here it is what it leaves that matters.
    if ONLY.get().is_some() || number.is_multiple_of(4) {
        expect(&look(&mut machine)?, &due, "after a write")?;
    }
    let mut machine = boot(machine.kill(), weakness, false);
    if kept.converts {
        let to = Op::Convert { packed: number.is_multiple_of(2), whole: true };
        let answer = perform(&mut machine, &to).ok_or("a crash that nobody planned")?;
        if answer != "ok" {
            return Err(format!("behind the crash {to} answered {answer}"));
        }
    }
    expect(&look(&mut machine)?, &due, "when opened again")?;
    let report = machine.call(|exports, store| exports.admin(store)?.call_verify(store));
    let report =
        report.ok_or("a crash that nobody planned")?.map_err(|error| format!("verify: {error:?}"))?;
    let disk = machine.kill();
    let is_there = |text: &&String| {
        disk.paths().into_values().any(|bytes| String::from_utf8_lossy(bytes).contains(*text))
    };
    if let Some(lost) = kept.foreign.iter().find(|text| !is_there(text)) {
        return Err(format!("{lost:?}, which another program wrote, is gone"));
    }
    // What the original tore stays where it is until something is appended there.
    let ours = |finding: &&Finding| {
        let file = &finding.damage.file;
        let is_loose = kept.loose.iter().any(|cid| file.ends_with(cid) && !kept.blobs.contains(cid));
        !is_loose && !disk.find(file).is_some_and(|inode| is_torn_by_original(disk.bytes(inode)))
    };
    match report.findings.iter().find(ours) {
        None => Ok((left, moments)),
        Some(finding) => Err(format!("verify found {finding:?}")),
    }
}

/// The first write after the crash, of a log and of a map. Its version is above all that were answered.
fn probe(machine: &mut Machine, held: &State, kept: &Kept) -> Outcome {
    let ops = [
        WireOp::Append { stream: PROBE.to_owned(), event: PROBE_EVENT.to_owned() },
        WireOp::MapPut { table: PROBE.to_owned(), key: PROBE_KEY.to_vec(), value: Vec::new() },
    ];
    let answer = wire_run(machine, &ops, &[], true).ok_or("a crash that nobody planned")?;
    let answer = answer.map(|done| done.answers);
    let due = held.streams.get(PROBE).map_or(7, |probe| probe.last_seq.max(7));
    match answer.as_deref() {
        Ok([Ok(Done::Appended(seq)), Ok(Done::Versioned(version))]) if *seq == due && *version > kept.lsn => {
            Ok(())
        }
        _ => {
            Err(format!("the first write after the crash, behind lsn {}, was answered {answer:?}", kept.lsn))
        }
    }
}

fn is_torn_by_original(log: &[u8]) -> bool {
    let tail = log.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    !tail.is_empty() && !String::from_utf8_lossy(tail).contains(" :crc32c ")
}

const PROBE: &str = "probe of the crash suite";
const PROBE_EVENT: &str = "{:seq 7}";
const PROBE_KEY: &[u8] = b"\0probe\xff";

pub(crate) fn with_probe(state: &State) -> State {
    let mut state = state.clone();
    let probe = state.streams.entry(PROBE.to_owned()).or_default();
    probe.events.push(PROBE_EVENT.to_owned());
    probe.last_seq = probe.last_seq.max(7);
    state.maps.commit += 1;
    let version = state.maps.commit;
    let table = state.maps.tables.entry(PROBE.to_owned()).or_default();
    table.insert(PROBE_KEY.to_vec(), (Vec::new(), version));
    state
}

pub(crate) fn look(machine: &mut Machine) -> Outcome<State> {
    match observe(machine) {
        Some(Ok(state)) => Ok(state),
        Some(Err(error)) => Err(format!("reading answered {error:?}")),
        None => Err("a crash that nobody planned".to_owned()),
    }
}

fn expect(found: &State, due: &State, when: &str) -> Outcome {
    if found == due { Ok(()) } else { Err(format!("{when} found {}\ninstead of {}", show(found), show(due))) }
}

/// Is this what is left of a state? A large blob may be there early, and one that was answered and kept is there.
fn is_left(held: &State, state: &State, kept: &Kept) -> bool {
    let is_large = |bytes: &Vec<u8>| bytes.len() > LARGE_BLOB_BYTES;
    let small = |state: &State| -> Vec<String> {
        state.blobs.iter().filter(|(_, bytes)| !is_large(bytes)).map(|(cid, _)| cid.clone()).collect()
    };
    let has_large = |cid: &String| held.blobs.contains_key(cid);
    held.streams == state.streams
        && held.kv == state.kv
        && held.refs == state.refs
        && held.snapshots == state.snapshots
        && held.objects == state.objects
        && held.sessions == state.sessions
        && held.maps == state.maps
        && small(held) == small(state)
        && state.blobs.iter().all(|(cid, bytes)| !is_large(bytes) || has_large(cid))
        && kept.blobs.iter().all(has_large)
}

/// What the original would find in a directory whose journal is empty: the same events, counters, keys and blobs.
fn check_originals_view(disk: &Disk, allowed: &[&State]) -> Outcome {
    // A second journal means that a checkpoint is due or going on, and so does a new file that has not got its name.
    let journals = disk.find("journal").into_iter().flat_map(|folder| disk.names(folder));
    let journals: Vec<_> =
        journals.filter(|(name, _)| name.starts_with(|c: char| c.is_ascii_digit())).collect();
    let [(_, journal)] = journals.as_slice() else { return Ok(()) };
    let is_unnamed =
        |manifest: Manifest| manifest.pending.iter().any(|number| numbers(disk).contains(number));
    if Manifest::of(disk).is_none_or(is_unnamed) || has_commits(disk.bytes(*journal)) || is_packed(disk) {
        return Ok(());
    }
    let fits = |state: &&State| {
        let streams = state.streams.iter().filter(|(name, _)| name.len() <= 123);
        streams.clone().all(|(name, stream)| {
            let hex = name.bytes().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
            let text = |suffix: &str| {
                let bytes = disk.bytes(disk.find(&format!("streams/{hex}{suffix}"))?);
                let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
                let end = if suffix == ".log" && is_torn_by_original(bytes) { whole } else { bytes.len() };
                Some(String::from_utf8_lossy(&bytes[..end]))
            };
            let lines = text(".log").unwrap_or_default();
            let events: Vec<_> = lines
                .lines()
                .map(|line| line.split(" :nth ").next().unwrap_or_default().to_owned())
                .collect();
            events == stream.events && text(".seq").is_some_and(|seq| seq == stream.last_seq.to_string())
        })
    };
    if allowed.iter().any(fits) {
        Ok(())
    } else {
        Err("the original would find other streams than were allowed".to_owned())
    }
}

/// Does `format` say that the streams are in the runs?
fn is_packed(disk: &Disk) -> bool {
    disk.find("format").is_some_and(|inode| disk.bytes(inode).starts_with(b"sx-persist 5 packed"))
}

/// Does a frame stand behind the manifest of a journal? In one that has no manifest nobody knows.
fn has_commits(journal: &[u8]) -> bool {
    let length = |at: usize| {
        let bytes = journal.get(at..at + 4)?;
        Some(u32::from_le_bytes(bytes.try_into().ok()?) as usize)
    };
    let Some(manifest) = length(HEADER_BYTES) else { return true };
    length(HEADER_BYTES + (FRAME_HEAD_BYTES + manifest).next_multiple_of(8)).is_some_and(|next| next > 0)
}

/// A state in few words.
pub(crate) fn show(state: &State) -> String {
    let blobs: Vec<_> = state.blobs.iter().map(|(cid, bytes)| (&cid[cid.len() - 6..], bytes.len())).collect();
    let snapshots: Vec<_> =
        state.snapshots.iter().map(|(key, bytes)| (key, bytes.first(), bytes.len())).collect();
    let objects: Vec<_> =
        state.objects.iter().map(|(hash, bytes)| (&hash[..2], bytes.first(), bytes.len())).collect();
    let State { streams, kv, refs, maps, sessions, .. } = state;
    let sessions = sessions.text();
    let text = format!(
        "streams {streams:?} kv {kv:?} refs {refs:?} snapshots {snapshots:?} objects {objects:?} sessions {sessions} maps {maps:?} \
         blobs {blobs:?}"
    );
    if text.len() < 1_500 { text } else { format!("{}...", text.chars().take(1_500).collect::<String>()) }
}

/// For whoever replays a case: the files that it begins on.
fn print_disk(disk: &Disk) {
    for (path, bytes) in disk.files() {
        let text: String = String::from_utf8_lossy(&bytes).chars().take(600).collect();
        say(&format!("{path}, {} bytes: {text:?}", bytes.len()));
    }
}
