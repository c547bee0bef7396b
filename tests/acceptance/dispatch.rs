//! O1 to O4.

use crate::fixture::{Fixture, refusal};
use sx_persist::types::Error as Refusal;

/// What an operation answers.
fn op(store: &Fixture, name: &str, args: &str) -> String {
    store.handle_op(name, args).unwrap().expect("an operation of the store")
}

#[test]
fn o1_operations_answer_as_the_seed_does() {
    let store = Fixture::new();
    for (name, args, answer) in [
        ("persist/streams", "nil", "(list)"),
        ("persist/append", "(\"s\" {:seq 1})", "nil"),
        ("persist/append", "[\"s\" {:seq 2} \"extra\" 5]", "nil"),
        ("persist/read", "(\"s\")", "(list {:seq 1} {:seq 2})"),
        ("persist/last-seq", "(\"s\")", "2"),
        ("persist/truncate", "(\"s\" 1)", "nil"),
        ("persist/truncate", "(\"s\" -5)", "nil"),
        ("persist/read", "(list \"s\")", "(list {:seq 2})"),
        ("persist/streams", "()", "(list \"s\")"),
        ("persist/kv-get", "(\"k\")", "nil"),
        ("persist/kv-has?", "(\"k\")", "false"),
        ("persist/kv-put", "(\"k\" (quote sym))", "nil"),
        ("persist/kv-get", "(\"k\")", "(quote sym)"),
        ("persist/kv-has?", "(\"k\")", "true"),
        ("persist/kv-keys", "nil", "(list \"k\")"),
        ("persist/kv-delete", "(\"k\")", "nil"),
        ("persist/kv-delete", "(\"k\")", "nil"),
        ("blob/put", "(\"\")", "\"bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku\""),
        ("blob/has?", "(\"bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku\")", "true"),
        ("blob/get", "(\"bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku\")", "\"\""),
        ("blob/get", "(\"bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e\")", "nil"),
    ] {
        assert_eq!(op(&store, name, args), answer, "{name} {args}");
    }
}

#[test]
fn o2_what_is_not_owned_is_none_and_what_is_wrong_is_an_error() {
    let store = Fixture::new();
    for other in ["cache/get", "persist", "", "blobs/put", "sys/exit"] {
        assert_eq!(store.handle_op(other, "(1)").unwrap(), None);
    }
    for (name, args) in [
        ("persist/apend", "(\"s\" {:seq 1})"),
        ("persist/", "nil"),
        ("blob/putt", "(\"x\")"),
        ("persist/append", "nil"),
        ("persist/append", "(\"s\")"),
        ("persist/append", "(5 {:seq 1})"),
        ("persist/truncate", "(\"s\" \"1\")"),
        ("persist/truncate", "(\"s\" 1.5)"),
        ("persist/kv-put", "(\"k\")"),
        ("persist/kv-get", "{}"),
        ("blob/put", "(5)"),
    ] {
        let refused = refusal(store.handle_op(name, args));
        assert!(matches!(refused, Refusal::InvalidArgument(_)), "{name} {args}: {refused:?}");
    }
    assert!(matches!(refusal(store.handle_op("persist/read", "(\"s\"")), Refusal::InvalidValue(_)));
    assert!(matches!(refusal(store.handle_op("persist/append", "(\"s\" 5)")), Refusal::InvalidEvent(_)));
}

#[test]
fn o3_a_blob_that_is_no_text_points_at_blob_get() {
    let store = Fixture::new();
    let cid = store.blob_put(b"ab\xff").unwrap();
    let Refusal::InvalidValue(at) = refusal(store.handle_op("blob/get", &format!("(\"{cid}\")"))) else {
        panic!("bytes were given as text")
    };
    assert_eq!(at.offset, 2);
    assert!(at.reason.contains("blob.get"), "{}", at.reason);
}

#[test]
fn o4_a_mime_type_is_ignored_and_the_reference_kept_by_the_caller() {
    let store = Fixture::new();
    let cid = op(&store, "blob/put", "(\"hello world\" \"text/plain\")");
    assert_eq!(cid, op(&store, "blob/put", "(\"hello world\")"));
    let reference = format!("{{:cid {cid} :mime \"text/plain\" :size 11}}");
    op(&store, "persist/kv-put", &format!("(\"file\" {reference})"));
    let store = store.reopen();
    assert_eq!(op(&store, "persist/kv-get", "(\"file\")"), reference);
}
