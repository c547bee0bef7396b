//! Tier 1: written scenarios, and each operation in each context; crashed at every step, and every recovery at every step. Where
//! blobs are hashed, on the portable component, too.

use crate::arguments::Arguments;
use crate::each::{Outcome, each};
use crate::harness::{Depth, Start, record};
use crate::recover::look;
use crate::replay::at;
use crate::say::say;
use crate::weakness::Weakness;
use sim::disk::{Disk, File, Folder, Node, ROOT};
use sim::simfs::Plan;
use std::collections::BTreeMap;
use support::machine::Machine;
use trace::{Op, address};

/// Operations, and the disk that they begin on.
pub(crate) struct Scenario {
    pub(crate) name: String,
    pub(crate) start: Start,
    pub(crate) ops: Vec<Op>,
    /// How it is crashed in every run, and how in a long one.
    pub(crate) depth: Depth,
    long: Depth,
}

/// How a written scenario is crashed. What a mutant needs more for is in its lines: `draws N`.
const WRITTEN: Depth = Depth { draws: 4, again: 1, again_one_in: 1, first_draw: 1, from: 0 };
const WRITTEN_LONG: Depth = Depth { draws: 16, again: 4, again_one_in: 1, first_draw: 1, from: 0 };
/// The operations in their contexts are many, and much alike: fewer draws of each. So it is for `wide` ones.
const PRODUCT: Depth = Depth { draws: 2, again: 1, again_one_in: 2, first_draw: 1, from: 0 };
const PRODUCT_LONG: Depth = Depth { draws: 6, again: 1, again_one_in: 1, first_draw: 1, from: 0 };

/// The operations that are tried in every context.
const OPERATIONS: [(&str, &str); 37] = [
    ("append", "append a `{:seq 5}`"),
    ("append-low", "append a `{:seq 2}`"),
    ("append-other", "append new `{:seq 1}`"),
    ("append-expecting", "append-expecting a 3 `{:seq 7}` `{:seq 8}`"),
    ("record-event", "record-event a x 0 `{:v 1}` -"),
    ("truncate", "truncate a 2"),
    ("truncate-all", "truncate a 99"),
    ("kv-put", "kv-put k `{:v \"new\"}`"),
    ("kv-delete", "kv-delete k"),
    ("kv-swap", "kv-swap k `1` `2`"),
    ("ref-set", "ref-set main 2"),
    ("ref-test-and-set", "ref-test-and-set main 1 2"),
    ("ref-delete", "ref-delete main"),
    ("snapshot-persist", "snapshot-persist n 255 700"),
    ("snapshot-persist-marker", "snapshot-persist-marker n"),
    ("snapshot-delete-marker", "snapshot-delete-marker n"),
    ("session-append", "session-append a 1 :more"),
    ("session-truncate", "session-truncate a 1 1"),
    ("session-create", "session-create a 1 :other"),
    ("session-delete", "session-delete a 1"),
    ("session-fork", "session-fork a 1 b 2 1"),
    ("session-set-meta", "session-set-meta a 1 :title"),
    ("commit", "commit `append a \"{:seq 9}\"` `kv-put k 3` `truncate a 1` `blob-put 5 20`"),
    (
        "commit-checked",
        "commit `check-last-seq a 3` `check-key k 1` `check-map t k last` `check-segment a 1 2` `append a \"{:seq 9}\"` `kv-put k 3` `map-put t k 9`",
    ),
    (
        "commit-finishing",
        "commit `kv-put k 3` `blob-write 5 65537` `blob-delete 1 700` `map-drop-table t` `blob-write 6 20`",
    ),
    ("commit-refused", "commit `kv-put k 3` `blob-write 5 65537` `check-count nowhere 7`"),
    ("run", "run `append a \"{:seq 9}\"` `append a \"{:seq 0}\"` `kv-put k 3` `kv-delete k`"),
    ("blob-put", "blob-put 1 700"),
    ("blob-put-large", "blob-put 1 65537"),
    ("checkpoint", "checkpoint"),
    ("object-write", "object-write 1 2 700"),
    ("object-write-batch", "object-write-batch `1 3 20` `2 3 0`"),
    ("object-delete", "object-delete 1"),
    ("map-put", "map-put t k 2"),
    ("map-swap", "map-swap t k last 2"),
    ("map-delete", "map-delete t k any"),
    ("map-put-many", "map-put-many t k 2 l 3"),
];

/// What a store may have been through before; the first part is settled on disk, the second is crashed as well.
const CONTEXTS: [(&str, &str, &str); 8] = [
    ("on an empty root", "", ""),
    (
        "on a base",
        "append a `{:seq 1}`\nappend a `{:seq 3}`\nkv-put k `1`\nref-set main 1\nsnapshot-persist n 1 9\nsession-create a 1 1 2\nmap-put t k 1\nblob-put 1 700\n\
         object-write 1 1 700\ncheckpoint",
        "",
    ),
    (
        "behind a journal",
        "append a `{:seq 1}`\ncheckpoint",
        "append a `{:seq 3}`\nkv-put k `1`\nref-set main 1\nsnapshot-persist n 1 9\nobject-write 1 1 9\nsession-create a 1 1 2\nmap-put t k 1",
    ),
    (
        "after a kill",
        "append a `{:seq 1}`\nkv-put k `1`\nsession-create a 1 1 2\ncheckpoint\nref-set main 1\nsession-append a 1 3\nsnapshot-persist n 1 9\nappend a `{:seq 3}`\ntruncate a 1",
        "restart",
    ),
    (
        "behind a truncation",
        "append a `{:seq 1}`\nappend a `{:seq 3}`\ncheckpoint",
        "truncate a 1\nkv-delete k",
    ),
    (
        "relaxed",
        "append a `{:seq 3}`\nkv-put k `1`\ncheckpoint",
        "relaxed\nappend b `{:seq 1}`\nblob-delete 1 65537",
    ),
    (
        "before a checkpoint",
        "append a `{:seq 3}`\nkv-put k `1`\nref-set main 1\nsnapshot-persist n 1 9\nmap-put t k 1",
        "",
    ),
    ("with an open writer", "append a `{:seq 3}`\ncheckpoint", "blob-write 2 65537\nblob-drop 2 65600"),
];

/// All scenarios of the tier.
pub(crate) fn scenarios() -> Vec<Scenario> {
    let mut all = written(include_str!("scenarios.txt"));
    for (context, settled, crashed) in CONTEXTS {
        // The context's own steps come before each of the operations, and are the same each time: once is enough.
        let mut from = 0;
        for (operation, line) in OPERATIONS {
            let end = if context == "before a checkpoint" { "\ncheckpoint" } else { "" };
            let text = format!("{settled}\n---\n{crashed}\n{line}{end}");
            let (depth, long) = (Depth { from, ..PRODUCT }, Depth { from, ..PRODUCT_LONG });
            all.push(scenario(&format!("{operation} {context}"), &text, depth, long));
            from = crashed.lines().count();
        }
    }
    all
}

/// Scenarios as the file has them: a name behind `##`, lines that settle, `---`, lines that are crashed.
fn written(text: &str) -> Vec<Scenario> {
    let blocks = text.split("\n## ").skip(1);
    blocks
        .map(|block| {
            let (name, body) = block.split_once('\n').expect("a name and a body");
            scenario(name.trim(), body, WRITTEN, WRITTEN_LONG)
        })
        .collect()
}

fn scenario(name: &str, text: &str, depth: Depth, long: Depth) -> Scenario {
    let (settled, crashed) = text.split_once("---").unwrap_or_else(|| panic!("{name}: no ---"));
    let lines = |text: &str| -> Vec<String> {
        text.lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .map(str::to_owned)
            .collect()
    };
    let parse = |line: &String| Op::parse(line).unwrap_or_else(|error| panic!("{name}: {line}: {error}"));
    let ops = |lines: &[String]| lines.iter().map(parse).collect::<Vec<_>>();
    let (foreign, settled): (Vec<_>, Vec<_>) =
        lines(settled).into_iter().partition(|line| line.starts_with("keeps "));
    let (loose, settled): (Vec<_>, Vec<_>) =
        settled.into_iter().partition(|line| line.starts_with("loose-blob "));
    let (wide, settled): (Vec<_>, Vec<_>) = settled.into_iter().partition(|line| line == "wide");
    let (draws, settled): (Vec<_>, Vec<_>) = settled.into_iter().partition(|line| line.starts_with("draws "));
    let (files, settled): (Vec<_>, Vec<_>) = settled.into_iter().partition(|line| line.starts_with("file "));
    let at = settled.iter().position(|line| line.starts_with("geometry ")).unwrap_or(settled.len());
    let (before, behind) = settled.split_at(at);
    let geometry = behind.split_first();
    let laid = files.iter().map(|line| file(line)).collect::<BTreeMap<_, _>>();
    let start = settle(Disk::holding(&laid), &ops(before));
    let mut start = match geometry {
        Some((line, behind)) => settle(with_geometry(start.disk, &line["geometry ".len()..]), &ops(behind)),
        None => start,
    };
    start.loose = loose.iter().map(|line| lay_blob(&mut start.disk, line)).collect();
    start.foreign = foreign.iter().map(|line| line["keeps ".len()..].to_owned()).collect();
    // Its recoveries have many files to write: fewer draws of each.
    let (mut depth, long) = if wide.is_empty() { (depth, long) } else { (PRODUCT, PRODUCT_LONG) };
    if let Some(line) = draws.first() {
        depth.draws = line["draws ".len()..].parse().expect("a number");
    }
    Scenario { name: name.to_owned(), start, ops: ops(&lines(crashed)), depth, long }
}

/// `loose-blob BYTE LENGTH`: a blob that another program, or an instance that was killed, put in place and has not synced.
fn lay_blob(disk: &mut Disk, line: &str) -> String {
    let numbers: Vec<usize> = line.split(' ').skip(1).map(|word| word.parse().expect("a number")).collect();
    let bytes = vec![u8::try_from(numbers[0]).expect("a byte"); numbers[1]];
    let folder =
        disk.find("blobs").unwrap_or_else(|| disk.make(ROOT, "blobs", Node::Folder(Folder::default())));
    let cid = address(&bytes);
    let file = disk.make(folder, &cid, Node::File(File::default()));
    disk.write(file, 0, &bytes);
    cid
}

/// What is written from here on has this geometry (docs/format.md): the second line of `format`.
fn with_geometry(mut disk: Disk, numbers: &str) -> Disk {
    let format = disk.find("format").expect("a store that has been checkpointed");
    disk.write(format, 0, format!("sx-persist 5 plain\n{numbers}\n").as_bytes());
    disk.settle();
    disk
}

/// A small store of this geometry, so that a few operations come to every step of what it is about; and what it has been through since.
pub(crate) fn of_geometry(numbers: &str, since: &[Op]) -> Start {
    let ops = ["append z `{:seq 1}`", "kv-put z 0", "checkpoint"]
        .map(|line| Op::parse(line).expect("an operation"));
    let start = settle(Disk::default(), &ops);
    settle(with_geometry(start.disk, numbers), since)
}

/// `file PATH TEXT`, with `\n` for a newline: what another program left.
fn file(line: &str) -> (String, Vec<u8>) {
    let (path, text) = line["file ".len()..].split_once(' ').unwrap_or((&line["file ".len()..], ""));
    (path.to_owned(), text.replace("\\n", "\n").into_bytes())
}

/// A disk on which some operations have been performed, and all of it is durable; the process has been killed.
fn settle(disk: Disk, ops: &[Op]) -> Start {
    let mut machine = Machine::boot(disk, Plan::default());
    for op in ops {
        if *op == Op::Restart {
            machine = Machine::boot(machine.kill(), Plan::default());
        } else {
            support::drive::perform(&mut machine, op).expect("no crash is planned");
        }
    }
    let mut disk = machine.kill();
    disk.settle();
    let mut machine = Machine::boot(disk.clone(), Plan::default());
    let state = look(&mut machine).expect("a settled disk is read");
    Start { disk, state, ..Start::default() }
}

/// Runs the tier.
pub(crate) fn tier(arguments: &Arguments) -> Outcome {
    let mut scenarios = scenarios();
    say(&format!("scripted: {} scenarios", scenarios.len()));
    let alone = arguments.setting("scenario");
    if let Some(name) = alone {
        scenarios.retain(|scenario| scenario.name == name);
    }
    let jobs: Vec<_> = scenarios
        .iter()
        .flat_map(|scenario| {
            let components: &[bool] = if scenario.ops.iter().any(hashes) { &[false, true] } else { &[false] };
            components.iter().map(move |is_portable| (scenario, *is_portable))
        })
        .collect();
    let portable = jobs.len() - scenarios.len();
    say(&format!("scripted: {portable} of them on the portable component, too"));
    if portable == 0 && alone.is_none() {
        return Err("no scenario puts a blob".to_owned());
    }
    each(&jobs, |(scenario, is_portable)| {
        let is_long = alone.is_some() || arguments.is_long();
        let depth = if is_long { scenario.long } else { scenario.depth };
        crash(scenario, depth, &Weakness::none(*is_portable))
    })
}

/// Is a blob put? All else is the same code in both components, but for the checksums of lines, which the flips are about.
fn hashes(op: &Op) -> bool {
    match op {
        Op::BlobPut { .. } | Op::BlobWrite { .. } => true,
        Op::Commit(ops) | Op::Run(ops) => ops.iter().any(hashes),
        _ => false,
    }
}

/// Crashes one scenario.
pub(crate) fn crash(scenario: &Scenario, depth: Depth, weakness: &Weakness) -> Outcome {
    let context = format!("'scenario={}'", scenario.name);
    at(&context);
    let run = record(&scenario.start, &scenario.ops, weakness)?;
    run.crash(depth, &context)
}
