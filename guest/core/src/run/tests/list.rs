//! The list of runs: its bytes, and what no store writes.

use super::RunFile;
use crate::limits::{COUNT_END, RUN_KEY_BYTES_MAX};
use crate::run::list::{ListedFile, ListedRun, Runs};
use crate::run::value::ValueBytes;
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::slice::from_ref;
use std::sync::Arc;

fn listed(number: u64, first_key: &[u8], last_key: &[u8], from: Option<&[u8]>) -> ListedFile {
    let (first_key, last_key) = (first_key.to_vec(), last_key.to_vec());
    let file = RunFile {
        number,
        length_bytes: 0x22e + 64,
        entries: 6,
        footer_crc: 0x3610_3929,
        first_key,
        last_key,
        has_larger: number == 7,
    };
    ListedFile { file, from: from.map(<[u8]>::to_vec) }
}

fn runs(runs: &[(usize, &[ListedFile])]) -> Runs {
    let run = |(inputs, files): &(usize, &[ListedFile])| {
        Arc::new(ListedRun { inputs: *inputs, ..ListedRun::new(files.to_vec()) })
    };
    Runs { runs: runs.iter().map(run).collect(), ..Runs::default() }
}

/// A new run, and a merge of two into one that has the keys up to `\x02fig`, and values in two files: one is kept for them.
fn sample() -> Runs {
    let mut sample = runs(&[
        (0, &[listed(9, b"\x02b", b"\x02c", None)]),
        (2, &[listed(6, b"\x02a", b"\x02d", None), listed(7, b"\x02e", b"\x02fig", None)]),
        (0, &[listed(5, b"\x02apple", b"\x02grape", Some(b"\x02fig\0"))]),
        (0, &[listed(1, b"\x02k", b"\x02m", None), listed(2, b"\x02n", b"\x02z", None)]),
    ]);
    Arc::make_mut(&mut sample.runs[1]).values = [(3, 300), (5, 80)].into();
    sample.kept = [(3, 400)].into();
    sample
}

fn encoded(runs: &Runs) -> Vec<u8> {
    let mut bytes = Vec::new();
    runs.encode(&mut bytes);
    bytes
}

fn decoded(bytes: &[u8], next_file: u64) -> Option<Runs> {
    let mut rest = bytes;
    Runs::decode(&mut rest, next_file).filter(|_| rest.is_empty())
}

fn is_read(runs: &Runs) -> bool {
    let read = decoded(&encoded(runs), 10);
    assert!(read.is_none() || read.as_ref() == Some(runs));
    read.is_some()
}

#[test]
fn the_document_shows_the_bytes_of_a_list() {
    let mut text = String::new();
    for (at, line) in (0..).step_by(16).zip(encoded(&sample()).chunks(16)) {
        let hex: Vec<_> = line.iter().map(|byte| format!("{byte:02x}")).collect();
        let shown = line.iter().map(|byte| if byte.is_ascii_graphic() { char::from(*byte) } else { '.' });
        let _ = writeln!(text, "{at:06x}  {:<47}  {}", hex.join(" "), shown.collect::<String>());
    }
    assert!(super::golden::block("list of runs") == text, "docs/format.md, list of runs\n{text}");
}

#[test]
fn a_list_comes_back_and_no_part_of_one_does() {
    for runs in [sample(), Runs::default()] {
        let bytes = encoded(&runs);
        assert_eq!(decoded(&bytes, 10), Some(runs.clone()));
        for length in 0..bytes.len() {
            assert_eq!(Runs::decode(&mut &bytes[..length], 10), None, "cut to {length}");
        }
        let behind = [bytes.as_slice(), b"behind"].concat();
        let mut rest = behind.as_slice();
        assert_eq!((Runs::decode(&mut rest, 10), rest), (Some(runs), &b"behind"[..]));
    }
}

#[test]
fn files_have_numbers_that_were_given_and_each_its_own() {
    for (number, due) in [(0, false), (4, false), (8, false), (5, true), (9, false), (1, false), (10, false)]
    {
        let mut runs = sample();
        let mut run = (*runs.runs[2]).clone();
        run.files[0].file.number = number;
        runs.runs[2] = Arc::new(run);
        assert_eq!(is_read(&runs), due, "{number}");
    }
    assert!(decoded(&encoded(&sample()), 9).is_none());
}

#[test]
fn a_file_is_kept_while_entries_have_values_there_and_no_longer() {
    let with = |change: fn(&mut ListedRun, &mut BTreeMap<u64, u64>)| {
        let mut runs = sample();
        change(Arc::make_mut(&mut runs.runs[1]), &mut runs.kept);
        (is_read(&runs), runs.with_kept(&sample()))
    };
    assert_eq!(with(|_, _| {}), (true, sample()));
    // Kept for nothing, and values in no file.
    for (is_read, kept) in [with(|run, _| run.values.clear()), with(|_, kept| kept.clear())] {
        assert!(!is_read && (kept == sample() || kept.kept.is_empty()));
    }
    assert!(!with(|run, _| run.values.extend([(8, 1)])).0, "a file that is not there");
    assert!(!with(|_, kept| kept.extend([(9, 400)])).0, "one that is a part of a run");
    let dead = sample().dead();
    assert_eq!((dead.bytes(), dead.left_bytes), (100, 100));
    assert!(dead.emptied.is_empty());
    let (is_sound, less) = with(|run, _| run.values.extend([(3, 199)]));
    assert!(is_sound && less.dead().emptied == [3].into());
    // A file that goes from its run while there are values in it.
    let gone = sample().with_files(2, Vec::new()).with_kept(&sample());
    assert_eq!(gone.kept, [(3, 400), (5, 0x22e + 64)].into());
}

#[test]
fn numbers_are_those_that_a_store_has() {
    let with = |change: fn(&mut RunFile)| {
        let mut file = listed(1, b"a", b"b", None);
        change(&mut file.file);
        is_read(&runs(&[(0, &[file])]))
    };
    assert!(with(|file| file.entries = 1) && !with(|file| file.entries = 0));
    assert!(with(|file| file.entries = COUNT_END - 1) && !with(|file| file.entries = COUNT_END));
    assert!(with(|file| file.length_bytes = COUNT_END - 1) && !with(|file| file.length_bytes = COUNT_END));
    // Counts of runs, of inputs and of files, which nothing follows.
    for before in [&[][..], &[1], &[1, 0]] {
        let mut bytes = before.to_vec();
        crate::codec::varint::encode(COUNT_END - 1, &mut bytes);
        assert_eq!(decoded(&bytes, 10), None);
    }
}

#[test]
fn keys_rise_from_file_to_file_and_only_what_a_file_has_counts() {
    let file = |number, first: &[u8], last: &[u8]| listed(number, first, last, None);
    let pair = |second: ListedFile| is_read(&runs(&[(0, &[file(1, b"b", b"d"), second])]));
    assert!(pair(file(2, b"e", b"e")) && pair(file(2, b"d\0", b"f")));
    assert!(!pair(file(2, b"d", b"f")) && !pair(file(2, b"a", b"a")) && !pair(file(2, b"f", b"e")));
    assert!(pair(listed(2, b"a", b"f", Some(b"d\0"))) && !pair(listed(2, b"a", b"f", Some(b"d"))));
    let one = |from: &[u8]| is_read(&runs(&[(0, &[listed(1, b"b", b"d", Some(from))])]));
    assert!(one(b"b\0") && one(b"c") && one(b"d") && !one(b"b") && !one(b"a") && !one(b"d\0"));
    let of_length = |length: usize| is_read(&runs(&[(0, &[file(1, b"", &vec![b'a'; length])])]));
    assert!(of_length(RUN_KEY_BYTES_MAX) && !of_length(RUN_KEY_BYTES_MAX + 1));
    let from_of = |length: usize| is_read(&runs(&[(0, &[listed(1, b"", b"b", Some(&vec![b'a'; length]))])]));
    assert!(from_of(RUN_KEY_BYTES_MAX + 1) && !from_of(RUN_KEY_BYTES_MAX + 2));
    assert!(!is_read(&runs(&[(0, &[])])), "a run without files");
}

#[test]
fn an_output_has_its_inputs_behind_it_and_above_it() {
    let (output, one, other) =
        (listed(1, b"a", b"d", None), listed(2, b"e", b"f", None), listed(3, b"e", b"g", None));
    let group = |inputs: usize, first: &ListedFile, second: usize| {
        is_read(&runs(&[(inputs, from_ref(&output)), (0, from_ref(first)), (second, from_ref(&other))]))
    };
    assert!(group(0, &one, 0) && group(1, &one, 0) && group(2, &one, 0));
    assert!(!group(3, &one, 0), "there are two");
    assert!(!group(1 << 40, &one, 0));
    assert!(!group(2, &one, 1), "an input that is an output, and has none behind it");
    for (first_key, due) in [(b"d", false), (b"a", false), (b"e", true)] {
        assert_eq!(group(2, &listed(2, first_key, b"f", None), 0), due, "{first_key:?}");
    }
    assert!(group(2, &listed(2, b"a", b"f", Some(b"d\0")), 0));
    let nested = [(1, from_ref(&output)), (1, from_ref(&one)), (0, &[listed(3, b"h", b"i", None)])];
    assert!(!is_read(&runs(&nested)));
    // A flag that no store writes.
    let mut bytes = encoded(&runs(&[(0, &[one])]));
    let at = bytes.windows(3).position(|bytes| bytes == [0, 1, b'e']).unwrap();
    bytes[at] = 4;
    assert_eq!(decoded(&bytes, 10), None);
}

/// Lists that a store may have: keys of outputs are below those of all others.
fn some_runs() -> impl Strategy<Value = Runs> {
    let keys = proptest::collection::btree_set(vec(any::<u8>(), 0..6), 9..20);
    let run = (keys, any::<bool>(), 0..4_usize, any::<bool>(), 0..COUNT_END, any::<u32>());
    vec(run, 0..6).prop_map(|drawn| {
        let (mut number, mut runs) = (0, Runs::default());
        let is_output: Vec<_> = drawn.iter().map(|run| run.2 > 1).collect();
        for (at, (keys, is_cut, inputs, is_short, length_bytes, footer_crc)) in drawn.into_iter().enumerate()
        {
            let behind = is_output[at + 1..].iter().take_while(|is_output| !**is_output).count();
            let begin: &[u8] = if is_output[at] { b"a" } else { b"b" };
            let keys: Vec<_> = keys.iter().map(|key| [begin, key].concat()).collect();
            let files = keys.chunks_exact(3).take(if is_short { 1 } else { 9 }).map(|keys| {
                number += 1;
                let (first_key, last_key) = (keys[0].clone(), keys[2].clone());
                let entries = length_bytes | 1;
                let has_larger = is_short;
                let file =
                    RunFile { number, length_bytes, entries, footer_crc, first_key, last_key, has_larger };
                ListedFile { file, from: is_cut.then(|| keys[1].clone()) }
            });
            let inputs = if is_output[at] { inputs.min(behind) } else { 0 };
            let files = files.collect();
            number += 1;
            // Of one file that is listed, and of one that is kept.
            let values = if is_short {
                [(number - 1, length_bytes | 1), (number, 9)].into()
            } else {
                ValueBytes::new()
            };
            runs.kept.extend(values.keys().filter(|of| **of == number).map(|of| (*of, length_bytes | 1)));
            runs.runs.push(Arc::new(ListedRun { files, inputs, values }));
        }
        runs
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_list_comes_back(runs in some_runs()) {
        let bytes = encoded(&runs);
        prop_assert_eq!(decoded(&bytes, 1 << 40), Some(runs));
    }

    #[test]
    fn a_list_without_one_of_its_runs_is_one(runs in some_runs()) {
        for at in 0..runs.runs.len() {
            let less = runs.with_files(at, Vec::new()).with_kept(&runs);
            prop_assert_eq!(decoded(&encoded(&less), 1 << 40), Some(less.clone()));
            prop_assert_eq!(less.runs.len() + 1, runs.runs.len());
            let same = runs.with_files(at, runs.runs[at].files.clone());
            prop_assert_eq!(&same, &runs);
        }
    }

    #[test]
    fn what_is_read_has_no_other_bytes(runs in some_runs(), at in any::<proptest::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = encoded(&runs);
        *at.get_mut(&mut bytes) = byte;
        let mut rest = bytes.as_slice();
        if let Some(read) = Runs::decode(&mut rest, 1 << 40) {
            let length = bytes.len() - rest.len();
            prop_assert_eq!(encoded(&read), &bytes[..length]);
        }
    }
}

#[test]
fn a_file_is_replaced_where_it_stands_and_a_run_goes_with_its_last_file() {
    let numbers = |runs: &Runs| -> Vec<(usize, Vec<u64>)> {
        let numbers = |run: &Arc<ListedRun>| run.files.iter().map(|file| file.file.number).collect();
        runs.runs.iter().map(|run| (run.inputs, numbers(run))).collect()
    };
    let nothing = ValueBytes::new();
    let replaced = |runs: &Runs, number, files: &[ListedFile]| {
        runs.with_replaced(number, files.iter().cloned(), (&nothing, &nothing)).with_kept(runs)
    };
    let without = |number| replaced(&sample(), number, &[]);
    let two = [listed(10, b"\x02e", b"\x02e", None), listed(11, b"\x02fa", b"\x02fb", None)];
    let more = replaced(&sample(), 7, &two);
    assert_eq!(numbers(&more), [(0, vec![9]), (2, vec![6, 10, 11]), (0, vec![5]), (0, vec![1, 2])]);
    // An input that has gone is none of the merge any more, and inputs without an output are runs.
    assert_eq!(numbers(&without(5)), [(0, vec![9]), (1, vec![6, 7]), (0, vec![1, 2])]);
    assert_eq!(numbers(&replaced(&without(6), 7, &[])), [(0, vec![9]), (0, vec![5]), (0, vec![1, 2])]);
    assert_eq!(numbers(&without(9)), [(2, vec![6, 7]), (0, vec![5]), (0, vec![1, 2])]);
    assert_eq!(without(3), sample());
    for number in [1, 2, 5, 6, 7, 9] {
        assert!(is_read(&without(number)), "{number}");
    }
}

#[test]
fn no_more_is_hidden_than_newer_entries_can_hide() {
    let length = listed(1, b"", b"", None).file.length_bytes;
    let hidden = |files: &[usize]| {
        let run = |files: &usize| (0, vec![listed(1, b"a", b"b", None); *files]);
        let listed: Vec<_> = files.iter().map(run).collect();
        let listed: Vec<_> = listed.iter().map(|(inputs, files)| (*inputs, &files[..])).collect();
        runs(&listed).garbage_bytes_max()
    };
    assert_eq!((hidden(&[]), hidden(&[4])), (0, 0), "one run hides nothing of its own");
    // Each entry of the newer ones hides one.
    let of_files = |files: u64| files * 6 * length.div_ceil(6);
    assert_eq!((hidden(&[1, 4]), hidden(&[1, 2, 9])), (of_files(1), of_files(3)));
    assert_eq!(hidden(&[9, 1]), of_files(9).min(10 * length));
}
