//! Whatever is flushed, merged, installed and restarted, and whenever: the runs say what a map says.

use super::TINY;
use super::store::{HELD_ALONE, NO_MEMORY, TestStore};
use crate::run::RunGeometry;
use crate::run::choose::{MergePolicy, joined};
use crate::run::stack::RunMemory;
use proptest::collection::vec;
use proptest::prelude::*;

/// What happens to the runs.
#[derive(Clone, Debug)]
enum Act {
    Flush(Vec<(Vec<u8>, Option<Vec<u8>>)>),
    /// What is written from here on has such files: where those of inputs are longer than others, some go and others are cut.
    Write(RunGeometry),
    /// A merge begins, of so many runs from one on, where none is going on.
    Begin(usize, usize),
    /// The merge that the policy chooses begins.
    Choose(u64),
    /// One of the merges that go on.
    Step(usize, usize),
    Install(usize),
    Restart,
    Join,
    Walk(Option<Vec<u8>>, Vec<bool>),
}

fn key() -> impl Strategy<Value = Vec<u8>> {
    let letter = proptest::sample::select(vec![0, b'a', b'b', 0xff]);
    prop_oneof![3 => vec(letter, 0..3), 2 => (0..30_u8).prop_map(|number| vec![b'k', number])]
}

fn act() -> impl Strategy<Value = Act> {
    let value = prop_oneof![
        2 => Just(None),
        4 => vec(any::<u8>(), 0..40).prop_map(Some),
        1 => vec(any::<u8>(), 100..300).prop_map(Some),
    ];
    // Of neighbours, so that runs lie beside each other at times.
    let few = (0..30_u8, vec(vec(any::<u8>(), 0..40), 1..5)).prop_map(|(start, values)| {
        (start..).zip(values).map(|(number, value)| (vec![b'k', number], Some(value))).collect()
    });
    prop_oneof![
        4 => vec((key(), value), 1..25).prop_map(Act::Flush),
        1 => few.prop_map(Act::Flush),
        3 => proptest::sample::select(vec![1, 200, 512, u64::MAX])
            .prop_map(|file_bytes| Act::Write(RunGeometry { file_bytes, ..TINY })),
        2 => (0..6_usize, 1..6_usize).prop_map(|(start, count)| Act::Begin(start, count)),
        2 => (0..2_000_u64).prop_map(Act::Choose),
        6 => (0..3_usize, 1..600_usize).prop_map(|(merge, budget_bytes)| Act::Step(merge, budget_bytes)),
        4 => (0..3_usize).prop_map(Act::Install),
        1 => Just(Act::Restart),
        1 => Just(Act::Join),
        2 => (prop_oneof![1 => Just(None), 4 => key().prop_map(Some)], vec(any::<bool>(), 1..12))
            .prop_map(|(place, steps)| Act::Walk(place, steps)),
    ]
}

fn policy() -> MergePolicy {
    MergePolicy { fan: 2, base_bytes: 256 }
}

/// May a merge of these runs begin? They are a whole group or in none, and no merge has them that is going on.
fn is_free(store: &TestStore, start: usize, end: usize) -> bool {
    let (runs, going_on) = (store.runs(), store.going_on());
    let group = runs.group(start);
    let in_group = |at: usize| (0..=at).any(|head| runs.group(head) > at - head);
    let may_begin = if group > 0 { start + group == end } else { !(start..end).any(in_group) };
    end <= runs.runs.len()
        && may_begin
        && !runs.runs[start..end]
            .iter()
            .flat_map(|run| &run.files)
            .any(|file| going_on.contains(&file.file.number))
}

fn perform(store: &mut TestStore, act: &Act) {
    match act {
        Act::Flush(writes) => store.flush(writes),
        Act::Write(geometry) => store.geometry = *geometry,
        Act::Begin(start, count) => {
            let count = store.runs().group(*start).max(*count);
            if is_free(store, *start, start + count) {
                store.begin(*start..start + count);
            }
        }
        Act::Choose(garbage_bytes) => {
            let of = policy().choose(store.runs(), *garbage_bytes, &store.going_on());
            if let Some(of) = of {
                assert!(is_free(store, of.start, of.end), "{of:?}");
                store.begin(of);
            }
        }
        Act::Step(merge, budget_bytes) => {
            store.step(*merge, *budget_bytes).unwrap();
        }
        Act::Install(merge) => store.install(*merge),
        Act::Restart => store.restart(),
        Act::Join => store.set_runs(&joined(store.runs(), &store.going_on(), 0)),
        Act::Walk(place, steps) => store.check_walk(place.as_deref(), steps),
    }
}

fn play(acts: &[Act], geometry: RunGeometry, memory: RunMemory, is_checked: bool) -> TestStore {
    let mut store = TestStore::new(geometry, memory);
    for act in acts {
        perform(&mut store, act);
        if is_checked {
            store.check();
        }
    }
    store
}

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn runs_say_what_a_map_says(
        acts in vec(act(), 1..60),
        memory in proptest::sample::select(vec![NO_MEMORY, HELD_ALONE, RunMemory::default()]),
        geometry in prop_oneof![3 => Just(TINY), 1 => Just(RunGeometry { block_bytes: 1, file_bytes: 1 })],
    ) {
        play(&acts, geometry, memory, true);
    }

    #[test]
    fn the_same_acts_give_the_same_bytes_whatever_is_read_meanwhile(acts in vec(act(), 1..60)) {
        let [once, again] = [(NO_MEMORY, true), (RunMemory::default(), false)]
            .map(|(memory, is_checked)| play(&acts, TINY, memory, is_checked));
        prop_assert_eq!(once.disk.files, again.disk.files);
        prop_assert_eq!(once.stack.runs(), again.stack.runs());
    }
}
