//! V1 to V8, as the component shows them. The crate `sx` tests the same rules piece by piece.

use crate::fixture::{Fixture, refusal};
use sx_persist::types::Error as Refusal;

/// What a value reads back as.
fn stored(value: &str) -> String {
    let store = Fixture::new();
    store.raw().kv_put("k", value).unwrap();
    store.raw().kv_get("k").unwrap().unwrap()
}

/// Where and why a value is refused.
fn refused(value: &str) -> (u64, String) {
    let store = Fixture::new();
    let refusal = refusal(store.raw().kv_put("k", value));
    assert!(!store.kv().contains("k").unwrap(), "{value} was refused and stored");
    match refusal {
        Refusal::InvalidValue(at) => (at.offset, at.reason),
        other => panic!("{value}: {other:?}"),
    }
}

#[test]
fn v1_every_type_comes_back_and_nothing_else_is_taken() {
    let all = "(list nil true false -7 2.5 \"text\" (quote symbol) :keyword (list) {} {:key 1})";
    assert_eq!(stored(all), all);
    for other in ["1/3", "#\\a", "9223372036854775808", "-9223372036854775809", "(quote"] {
        refused(other);
    }
    assert_eq!(stored("-9223372036854775808"), "-9223372036854775808");
    assert_eq!(stored("9223372036854775807"), "9223372036854775807");
}

#[test]
fn v2_text_is_canonical() {
    for (given, canonical) in [
        ("  [1 (2 3)]  ; comment", "(list 1 (list 2 3))"),
        ("{\"b\" 1 a 2 :c 3}", "{:a 2 :b 1 :c 3}"),
        ("'x", "(quote x)"),
        ("\"tab\\t nl\\n cr\\r quote\\\" back\\\\ é ☃\"", "\"tab\\t nl\\n cr\\r quote\\\" back\\\\ é ☃\""),
    ] {
        assert_eq!(stored(given), canonical);
    }
}

#[test]
fn v3_floats_stay_floats() {
    for (given, canonical) in [
        ("3.0", "3.0"),
        ("-0.0", "-0.0"),
        ("1e300", "1e300"),
        ("0.1", "0.1"),
        ("100e-2", "1.0"),
        ("5e-324", "5e-324"),
    ] {
        assert_eq!(stored(given), canonical);
    }
    for infinite in ["1e999", "-1e999"] {
        refused(infinite);
    }
    // Names of no number: symbols, as any other.
    assert_eq!(stored("nan"), "(quote nan)");
}

#[test]
fn v4_keys_that_are_no_token_are_quoted_and_never_given_twice() {
    assert_eq!(stored("{\"first name\" 1 \"\" 2 \"1\" 3}"), "{\"\" 2 \"1\" 3 \"first name\" 1}");
    assert_eq!(refused("{:a 1 \"a\" 2}").0, 6);
}

#[test]
fn v5_the_reader_takes_more_than_the_printer_makes() {
    assert_eq!(stored("(a b)"), "(list (quote a) (quote b))");
    assert_eq!(stored("(quote (list 1))"), "(list (quote list) 1)");
    for bad in ["\"\\x41\"", "1 2", "", ")", "{:a}"] {
        refused(bad);
    }
}

#[test]
fn v6_what_is_stored_reads_back_as_it_was() {
    let value = "{:deep (list {:a (list 1.5 \"x\\n\")} (quote +)) :empty \"\"}";
    assert_eq!(stored(&stored(value)), value);
}

#[test]
fn v7_depth_and_size_are_bounded_on_both_sides() {
    let nested = |depth: usize| format!("{}1{}", "(list ".repeat(depth - 1), ")".repeat(depth - 1));
    assert_eq!(stored(&nested(128)), nested(128));
    let store = Fixture::new();
    let excess = |result| match refusal(result) {
        Refusal::TooLarge(excess) => (excess.limit, excess.actual),
        other => panic!("{other:?}"),
    };
    assert_eq!(excess(store.raw().kv_put("k", &nested(129))), (128, 129));
    // Never a stack that runs out.
    assert_eq!(excess(store.raw().kv_put("k", &nested(1_000_000))).0, 128);
    refusal(store.raw().kv_put("k", &"'".repeat(1_000_000)));

    let sized = |bytes: usize| format!("\"{}\"", "x".repeat(bytes - 2));
    store.raw().kv_put("k", &sized(16 << 20)).unwrap();
    assert_eq!(store.raw().kv_get("k").unwrap().unwrap().len(), 16 << 20);
    assert_eq!(excess(store.raw().kv_put("k", &sized((16 << 20) + 1))), (16 << 20, (16 << 20) + 1));
    // Few bytes, and a tree that memory could not hold.
    assert_eq!(excess(store.raw().kv_put("k", &format!("[{}]", "1 ".repeat(1_048_576)))).0, 1_048_576);
    assert_eq!(store.raw().kv_get("k").unwrap().unwrap().len(), 16 << 20, "a refusal changed the value");
}

#[test]
fn v7_the_costliest_text_of_its_length_is_answered_and_not_a_trap() {
    let store = Fixture::new();
    for (unit, nodes) in
        [("{a 1}", 2), ("[]", 1), ("'a ", 1), ("{}", 1), ("\"\" ", 1), ("a ", 1), ("[[]]", 2)]
    {
        let list = |count: usize| format!("[{}]", unit.repeat(count));
        store.raw().kv_put("k", &list(1_048_575 / nodes)).unwrap();
        let event = format!("{{:seq 1 :x {}}}", list(1_048_573 / nodes));
        store.raw().append("s", &event).unwrap();
    }
    assert_eq!(store.raw().count("s").unwrap(), 7);
}

#[test]
fn v8_values_travel_through_serde() {
    #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    struct Order {
        seq: u64,
        sku: String,
        price: f64,
        note: Option<String>,
    }
    let store = Fixture::new();
    let order = Order { seq: 1, sku: "A-1".into(), price: 3.0, note: None };
    store.stream("orders").append(&order).unwrap();
    assert_eq!(store.raw().read("orders").unwrap(), ["{:note nil :price 3.0 :seq 1 :sku \"A-1\"}"]);
    let orders = store.stream::<Order>("orders");
    assert_eq!(orders.iter().collect::<sx_persist::Result<Vec<_>>>().unwrap(), [order]);
    store.raw().kv_put("k", "\"text\"").unwrap();
    let error = store.kv().get::<u64>("k").unwrap_err();
    assert!(error.refusal().is_none(), "a type that does not fit is the caller's: {error}");
}
