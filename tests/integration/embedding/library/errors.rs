//! What a program can ask of an error.

use super::{End, over_each_end};
use sx_persist::{Cid, Hash};

over_each_end! {
    an_error_says_what_to_do_about_it
    addresses_are_taken_from_text_that_is_one
}

fn an_error_says_what_to_do_about_it(end: End) {
    let root = tempfile::tempdir().unwrap();
    let first = end.open(root.path()).unwrap();
    let locked = end.open(root.path()).unwrap_err();
    assert!(locked.is_locked() && locked.is_retryable());
    assert!(!locked.is_stale() && !locked.may_have_taken_effect());
    drop(first);

    let store = end.in_memory();
    let refused = store.kv().put("", &1).unwrap_err();
    assert!(!refused.is_locked() && !refused.is_retryable() && !refused.is_stale());
    let untyped = store.kv().put("k", &1).and_then(|()| store.kv().get::<String>("k")).unwrap_err();
    assert!(untyped.refusal().is_none() && !untyped.is_retryable());
}

fn addresses_are_taken_from_text_that_is_one(end: End) {
    let cid = end.in_memory().blobs().put(b"hello").unwrap();
    assert_eq!(cid.to_string().parse::<Cid>().unwrap(), cid);
    for text in ["", "bafk", "BAFKREI", &"1".repeat(59), &cid.as_str()[1..], &format!("{cid}a")] {
        assert!(text.parse::<Cid>().is_err(), "{text}");
    }
    for (text, is_one) in
        [("a".repeat(40), true), ("0".repeat(64), true), ("A".repeat(40), false), ("a".repeat(41), false)]
    {
        assert_eq!(text.parse::<Hash>().is_ok(), is_one, "{text}");
    }
}
