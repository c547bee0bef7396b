//! Tier 2: all sequences of three operations or fewer, crashed at every step of the last one.

use crate::arguments::Arguments;
use crate::each::{Outcome, each};
use crate::harness::{Depth, Start, record};
use crate::replay::at;
use crate::say::say;
use crate::weakness::Weakness;
use trace::{Op, address};

/// Longest sequence.
const LENGTH_MAX: usize = 3;

/// What the sequences are made of: each kind of commit, and what settles, loosens or ends.
fn operations() -> Vec<(&'static str, Op)> {
    let parse = |line: &str| Op::parse(line).expect("an operation");
    let removed = address(&vec![1; 65_537]);
    vec![
        ("append", parse("append a `{:seq 2}`")),
        ("append-low", parse("append a `{:seq 1}`")),
        ("append-expecting", parse("append-expecting a 2 `{:seq 3}` `{:seq 4}`")),
        ("truncate", parse("truncate a 1")),
        ("truncate-all", parse("truncate a 99")),
        ("put", parse("kv-put k 1")),
        ("delete", parse("kv-delete k")),
        ("commit", parse("commit `append a \"{:seq 5}\"` `kv-put k 3` `truncate a 2`")),
        ("run", parse("run `append a \"{:seq 6}\"` `append a \"{:seq 0}\"` `kv-delete k`")),
        ("ref", parse("ref-set main 1")),
        ("ref-swap", parse("ref-test-and-set main 1 2")),
        ("snapshot", parse("snapshot-persist n 255 9")),
        ("session", parse("session-append a 1 nil")),
        ("session-cut", parse("session-truncate a 1 0")),
        ("blob", parse("blob-put 1 700")),
        ("large-blob", parse("blob-put 1 65537")),
        ("remove-blob", Op::BlobDelete { cid: removed }),
        ("object", parse("object-write 1 1 700")),
        ("remove-object", parse("object-delete 1")),
        ("relaxed", Op::Relaxed),
        ("flush", Op::Flush),
        ("checkpoint", Op::Checkpoint),
        ("restart", Op::Restart),
        ("map-put", parse("map-put t k 1")),
    ]
}

/// Runs the tier.
pub(crate) fn tier(arguments: &Arguments) -> Outcome {
    let operations = operations();
    let mut sequences: Vec<Vec<usize>> = vec![Vec::new()];
    let mut shorter = 0..1;
    for _ in 0..LENGTH_MAX {
        let end = sequences.len();
        for at in shorter {
            for next in 0..operations.len() {
                let longer = [sequences[at].as_slice(), &[next]].concat();
                sequences.push(longer);
            }
        }
        shorter = end..sequences.len();
    }
    sequences.remove(0);
    say(&format!("sequences: {} of {} operations", sequences.len(), operations.len()));
    let name = |sequence: &[usize]| -> String {
        sequence.iter().map(|at| operations[*at].0).collect::<Vec<_>>().join(",")
    };
    if let Some(wanted) = arguments.setting("sequence") {
        sequences.retain(|sequence| name(sequence) == wanted);
    }
    each(&sequences, |sequence| {
        let context = format!("sequence={}", name(sequence));
        at(&context);
        let ops: Vec<_> = sequence.iter().map(|at| operations[*at].1.clone()).collect();
        let run = record(&Start::default(), &ops, &Weakness::default())?;
        let draws = if arguments.is_long() { 4 } else { 2 };
        let again = if sequence.len() < LENGTH_MAX { 2 } else { 0 };
        let depth = Depth { draws, again, again_one_in: 1, first_draw: 1, from: sequence.len() - 1 };
        run.crash(depth, &context)
    })
}
