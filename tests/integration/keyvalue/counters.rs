//! `atomics.increment`.

use crate::both_drafts;
use crate::client::{Draft, Draft2, KeyValue, is_other};

both_drafts! {
    fn a_counter_is_decimal_text_and_begins_at_zero<C: KeyValue>() {
        let root = tempfile::tempdir().unwrap();
        let mut client = C::on(root.path());
        let bucket = client.open("counters").unwrap();
        for (delta, sum) in [(0, 0), (5, 5), (37, 42), (0, 42)] {
            assert_eq!(client.increment(bucket, "n", delta.into()).unwrap().into(), i128::from(sum));
            assert_eq!(client.get(bucket, "n").unwrap().unwrap(), sum.to_string().into_bytes());
        }
        client.set(bucket, "n", b"007").unwrap();
        assert_eq!(client.increment(bucket, "n", 1.into()).unwrap().into(), 8);
        client.delete(bucket, "n").unwrap();
        assert_eq!(client.increment(bucket, "n", 3.into()).unwrap().into(), 3);
    }

    fn what_is_no_integer_is_refused_and_kept<C: KeyValue>() {
        let root = tempfile::tempdir().unwrap();
        let mut client = C::on(root.path());
        let bucket = client.open("counters").unwrap();
        for value in ["", "+1", " 1", "1.0", "one", "0x1", "99999999999999999999"] {
            client.set(bucket, "n", value.as_bytes()).unwrap();
            assert!(is_other(&client.increment(bucket, "n", 1.into()), "invalid-argument"), "{value:?}");
            assert_eq!(client.get(bucket, "n").unwrap().unwrap(), value.as_bytes());
        }
        client.set(bucket, "n", b"\xff\xff").unwrap();
        assert!(is_other(&client.increment(bucket, "n", 1.into()), "invalid-argument"));
    }
}

#[test]
fn the_draft_counts_with_64_bits_and_no_sign() {
    let root = tempfile::tempdir().unwrap();
    let mut client = Draft::on(root.path());
    let bucket = client.open("counters").unwrap();
    assert_eq!(client.increment(bucket, "n", u64::MAX - 1), Ok(u64::MAX - 1));
    assert_eq!(client.increment(bucket, "n", 1), Ok(u64::MAX));
    assert!(is_other(&client.increment(bucket, "n", 1), "invalid-argument"));
    assert!(is_other(&client.increment(bucket, "n", u64::MAX), "invalid-argument"));
    assert_eq!(client.increment(bucket, "n", 0), Ok(u64::MAX));
    assert_eq!(client.get(bucket, "n").unwrap().unwrap(), u64::MAX.to_string().into_bytes());
    client.set(bucket, "n", b"-1").unwrap();
    assert!(is_other(&client.increment(bucket, "n", 5), "invalid-argument"));
}

#[test]
fn the_later_draft_counts_both_ways() {
    let root = tempfile::tempdir().unwrap();
    let mut client = Draft2::on(root.path());
    let bucket = client.open("counters").unwrap();
    assert_eq!(client.increment(bucket, "n", -5), Ok(-5));
    assert_eq!(client.increment(bucket, "n", 3), Ok(-2));
    for (from, delta) in [(i64::MAX, 1), (i64::MIN, -1)] {
        client.set(bucket, "n", from.to_string().as_bytes()).unwrap();
        assert!(is_other(&client.increment(bucket, "n", delta), "invalid-argument"));
        assert_eq!(client.increment(bucket, "n", 0), Ok(from));
    }
}
