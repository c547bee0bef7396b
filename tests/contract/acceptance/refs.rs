//! R1 to R5.

use crate::fixture::{Fixture, bad_hashes, event, hash, refusal};
use std::collections::BTreeSet;
use std::thread;
use sx_persist::types::{Error as Refusal, Op, Outcome, RefEntry};
use sx_persist::{Page, Result};

const MAIN: &str = "refs/heads/main";

/// Names and hashes of a page, and the cursor of the next one.
fn shown(page: Result<Page<RefEntry>>) -> (Vec<String>, Option<String>) {
    let page = page.unwrap();
    let next = page.next().map(str::to_owned);
    (page.items.into_iter().map(|entry| format!("{} {}", entry.name, &entry.hash[..1])).collect(), next)
}

#[test]
fn r1_a_name_is_one_that_git_would_take() {
    let mut store = Fixture::new();
    let long = format!("refs/{}", "n".repeat(1_019));
    let good = ["HEAD", MAIN, "a", "a/b", "a.b/c.d", "@a", "a@", "-", "{", "x.lockx", "refs/ü☃", &long];
    for name in good {
        store.raw().ref_set(name, &hash("1")).unwrap();
    }
    let over = format!("{long}n");
    let bad = [
        "", "/", "/a", "a/", "a//b", ".a", "a/.b", "a/..", "..", "a..b", "a.lock", "a.lock/b", "a/b.lock",
        "a.", "a/b.", "@", "a@{b", "a b", "a~1", "a^", "a:b", "a?", "a*", "a[b", "a\\b", "a\0", "a\nb",
        "a\u{1f}", "a\u{7f}", &over,
    ];
    for name in bad {
        for refused in [
            refusal(store.raw().ref_get(name)),
            refusal(store.raw().ref_set(name, &hash("1"))),
            refusal(store.raw().ref_test_and_set(name, None, Some(&hash("1")))),
            refusal(store.raw().ref_delete(name)),
        ] {
            assert!(matches!(refused, Refusal::InvalidName(_)), "{name:?}: {refused:?}");
        }
    }
    for _ in 0..2 {
        let names: BTreeSet<_> =
            store.raw().ref_list("", None, 100).unwrap().items.into_iter().map(|entry| entry.name).collect();
        assert_eq!(names, good.iter().map(|name| (*name).to_owned()).collect());
        assert_eq!(store.raw().ref_get(&long).unwrap(), Some(hash("1")));
        store = store.reopen();
    }
}

#[test]
fn r2_a_hash_is_40_or_64_lower_case_digits() {
    let store = Fixture::new();
    for good in [hash("0"), "0123456789abcdef".repeat(4), "f".repeat(64)] {
        store.raw().ref_set(MAIN, &good).unwrap();
        assert_eq!(store.raw().ref_get(MAIN).unwrap().as_ref(), Some(&good));
    }
    let kept = store.raw().ref_get(MAIN).unwrap();
    for text in &bad_hashes() {
        let refusals = [
            refusal(store.raw().ref_set(MAIN, text)),
            refusal(store.raw().ref_test_and_set(MAIN, Some(text), None)),
            // Also where the test fails.
            refusal(store.raw().ref_test_and_set(MAIN, None, Some(text))),
        ];
        for refused in refusals {
            assert_eq!(refused, Refusal::InvalidHash(text.into()));
        }
    }
    let Refusal::InvalidHash(cut) = refusal(store.raw().ref_set(MAIN, &"0".repeat(5_000))) else {
        panic!("taken")
    };
    assert_eq!(cut.len(), 100);
    assert_eq!(store.raw().ref_get(MAIN).unwrap(), kept);
}

#[test]
fn r3_a_ref_is_replaced_and_removed() {
    // At every step of a crash: tests/durability/crash. Here: what a checkpoint leaves is one hash, never two.
    let mut store = Fixture::new();
    assert_eq!(store.raw().ref_get(MAIN).unwrap(), None);
    assert!(!store.raw().ref_delete(MAIN).unwrap());
    for digit in ["1", "2"] {
        store.raw().ref_set(MAIN, &hash(digit)).unwrap();
        assert_eq!(store.raw().ref_get(MAIN).unwrap(), Some(hash(digit)));
        store = store.reopen();
        assert_eq!(store.raw().ref_get(MAIN).unwrap(), Some(hash(digit)));
        assert_eq!(shown(store.raw().ref_list("", None, 10)), (vec![format!("{MAIN} {digit}")], None));
    }
    assert!(store.raw().ref_delete(MAIN).unwrap());
    for _ in 0..2 {
        assert_eq!(store.raw().ref_get(MAIN).unwrap(), None);
        assert_eq!(shown(store.raw().ref_list("", None, 10)), (vec![], None));
        store = store.reopen();
    }
}

#[test]
fn r4_test_and_set_moves_a_ref_from_where_it_was_seen() {
    let store = Fixture::new();
    let (one, two) = (hash("1"), hash("2"));
    let swap = |test, set| store.raw().ref_test_and_set(MAIN, test, set).unwrap();
    assert!(!swap(Some(&one), Some(&two)), "an absent ref points nowhere");
    assert!(swap(None, None));
    assert_eq!(store.raw().ref_get(MAIN).unwrap(), None);
    assert!(swap(None, Some(&one)));
    for (test, set) in [(None, Some(&two)), (Some(&two), Some(&one)), (Some(&two), None), (None, None)] {
        assert!(!swap(test.map(String::as_str), set.map(String::as_str)));
        assert_eq!(store.raw().ref_get(MAIN).unwrap().as_ref(), Some(&one));
    }
    assert!(swap(Some(&one), Some(&one)));
    assert!(swap(Some(&one), Some(&two)));
    assert_eq!(store.raw().ref_get(MAIN).unwrap(), Some(two.clone()));
    assert!(swap(Some(&two), None));
    assert_eq!(store.raw().ref_get(MAIN).unwrap(), None);
}

#[test]
fn r4_no_update_of_a_branch_that_many_advance_is_lost() {
    const THREADS: u64 = 8;
    const EACH: u64 = 40;
    // The hash is a count of the advances: had two threads made one from the same hash, the last would be short of it.
    let at = |count: u64| format!("{count:040x}");
    let store = Fixture::new();
    store.raw().ref_set(MAIN, &at(0)).unwrap();
    let advance = || -> u64 {
        loop {
            let seen = store.raw().ref_get(MAIN).unwrap().unwrap();
            let next = u64::from_str_radix(&seen, 16).unwrap() + 1;
            if store.raw().ref_test_and_set(MAIN, Some(&seen), Some(&at(next))).unwrap() {
                return next;
            }
        }
    };
    let advances: Vec<u64> = thread::scope(|scope| {
        let threads: Vec<_> =
            (0..THREADS).map(|_| scope.spawn(|| (0..EACH).map(|_| advance()).collect::<Vec<_>>())).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(advances.len() as u64, THREADS * EACH);
    assert_eq!(advances.into_iter().collect::<BTreeSet<_>>(), (1..=THREADS * EACH).collect());
    let store = store.reopen();
    assert_eq!(store.raw().ref_get(MAIN).unwrap(), Some(at(THREADS * EACH)));
}

#[test]
fn r5_refs_are_listed_in_order_page_by_page() {
    let mut store = Fixture::new();
    for (name, digit) in [("b/2", "2"), ("HEAD", "0"), ("b", "3"), ("b/1", "1"), ("ü", "4"), ("b-1", "5")] {
        store.raw().ref_set(name, &hash(digit)).unwrap();
    }
    let all = ["HEAD 0", "b 3", "b-1 5", "b/1 1", "b/2 2", "ü 4"].map(str::to_owned);
    for _ in 0..2 {
        assert_eq!(shown(store.raw().ref_list("", None, 6)), (all.to_vec(), None));
        assert_eq!(shown(store.raw().ref_list("", None, 2)), (all[..2].to_vec(), Some("b".into())));
        assert_eq!(shown(store.raw().ref_list("", Some("b"), 3)), (all[2..5].to_vec(), Some("b/2".into())));
        assert_eq!(shown(store.raw().ref_list("", Some("b/2"), 3)), (all[5..].to_vec(), None));
        // Neither need be a name that a ref may have.
        assert_eq!(shown(store.raw().ref_list("b/", None, 9)), (all[3..5].to_vec(), None));
        assert_eq!(shown(store.raw().ref_list("b/", Some("b/1 "), 9)), (all[4..5].to_vec(), None));
        assert_eq!(shown(store.raw().ref_list("..", Some("\n"), 9)), (vec![], None));
        store.raw().ref_set("c", &hash("1")).unwrap();
        store.raw().ref_delete("c").unwrap();
        store = store.reopen();
    }
    for limit in [0, 65_537] {
        assert!(matches!(refusal(store.raw().ref_list("", None, limit)), Refusal::InvalidArgument(_)));
    }
}

#[test]
fn a_branch_moves_with_its_event_and_its_key_or_none_of_them_does() {
    let store = Fixture::new();
    let commit = |seq: u64, test: Option<String>, set: &str| {
        store.raw().commit(&[
            Op::Append { stream: "pushes".into(), event: event(seq) },
            Op::RefTestAndSet { name: MAIN.into(), test, set: Some(hash(set)) },
            Op::KvPut { key: "last".into(), value: seq.to_string() },
        ])
    };
    let held = || {
        (
            store.raw().last_seq("pushes").unwrap(),
            store.raw().ref_get(MAIN).unwrap(),
            store.raw().kv_get("last").unwrap(),
        )
    };
    let answered = commit(1, None, "1").unwrap();
    assert_eq!(answered.outcomes, [Outcome::Appended(1), Outcome::Swapped(true), Outcome::Put]);
    let refused = commit(2, Some(hash("9")), "2").unwrap_err();
    assert_eq!((refused.index, refused.error.refusal()), (Some(1), Some(&Refusal::Conflict(MAIN.into()))));
    assert_eq!(held(), (1, Some(hash("1")), Some("1".into())));
    commit(2, Some(hash("1")), "2").unwrap();
    assert_eq!(held(), (2, Some(hash("2")), Some("2".into())));
}

#[test]
fn a_damaged_ref_is_corrupt_and_repair_takes_it_out() {
    let Some(store) = Fixture::with_small_blocks() else { return };
    store.raw().ref_set("good", &hash("1")).unwrap();
    store.raw().ref_set("bad", &hash("2")).unwrap();
    let store = store.reopen();
    store.raw().ref_set("bad", &hash("3")).unwrap();
    let (store, file) = store.with_damaged_run(hash("3").as_bytes());
    for refused in [
        refusal(store.raw().ref_get("bad")),
        refusal(store.raw().ref_list("", None, 10)),
        refusal(store.raw().ref_test_and_set("bad", Some(&hash("3")), None)),
    ] {
        assert!(matches!(&refused, Refusal::Corrupt(damage) if damage.file == file), "{refused:?}");
    }
    assert_eq!(store.raw().ref_get("good").unwrap(), Some(hash("1")));
    assert_eq!((store.admin().verify().unwrap().damaged, store.admin().repair().unwrap().damaged), (1, 1));
    assert_eq!(store.raw().ref_get("bad").unwrap(), None, "nor where it pointed before");
    assert_eq!(shown(store.raw().ref_list("", None, 10)), (vec!["good 1".into()], None));
    assert_eq!(store.admin().verify().unwrap().damaged, 0);
}
