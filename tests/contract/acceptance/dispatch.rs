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
        ("persist/append", "(\"f\" {:seq 2.0 :x 3.0})", "nil"),
        ("persist/append", "(\"f\" {:seq 4})", "nil"),
        ("persist/read", "\"f\"", "(list {:seq 2 :x 3.0} {:seq 4})"),
        ("persist/last-seq", "\"f\"", "4"),
        ("persist/truncate", "(\"f\" -2.0)", "nil"),
        ("persist/truncate", "(\"f\" -0.0)", "nil"),
        ("persist/truncate", "(\"f\" 2.0)", "nil"),
        ("persist/read", "(\"f\")", "(list {:seq 4})"),
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
        ("persist/truncate", "(\"s\" -1.5)"),
        ("persist/truncate", "\"s\""),
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
fn o3_any_bytes_travel_by_handle_op_bytes() {
    let store = Fixture::new();
    let answer = |name: &str, args: &[u8]| store.handle_op_bytes(name, args).unwrap().unwrap();
    let picture: Vec<u8> = (0..=255).rev().collect();
    let quoted = sx::bytes::quote(&picture);
    let list = |item: &[u8]| [b"(", item, b" \"image/png\")"].concat();
    let cid = answer("blob/put", &list(&quoted));
    let address = String::from_utf8(sx::bytes::unquote(&cid).unwrap()).unwrap();
    assert_eq!(store.blob_get(&address).unwrap(), Some(picture));
    assert_eq!(answer("blob/get", &list(&cid)), quoted);
    // A string behind the content is ignored, as is a comment, whatever they hold.
    assert_eq!(answer("blob/put", &[b"[", &quoted[..], b" \"\xff\"] ; \xff"].concat()), cid);
    // All else answers as `handle-op` does.
    assert_eq!(
        answer("blob/get", b"(\"bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e\")"),
        b"nil"
    );
    assert_eq!(answer("persist/kv-put", "(\"k\" \"é\")".as_bytes()), b"nil");
    assert_eq!(answer("persist/kv-get", b"(\"k\")"), "\"é\"".as_bytes());
    assert_eq!(store.handle_op_bytes("ui/render", b"(\"\xff\")").unwrap(), None);
}

#[test]
fn o3_bytes_that_are_no_text_are_refused_where_a_value_is_due() {
    let store = Fixture::new();
    for (name, args) in [
        ("persist/append", &b"(\"s\" {:seq 1 :b \"\xff\"})"[..]),
        ("persist/kv-put", b"(\"k\" \"\xff\")"),
        ("persist/kv-put", b"(\"\xff\" 1)"),
        ("blob/get", b"(\"\xff\")"),
        ("blob/has?", b"(\"\xff\")"),
        ("blob/put", b"(\"\" \xff)"),
        ("blob/put", b"(\"\xff\""),
    ] {
        let refused = refusal(store.handle_op_bytes(name, args));
        assert!(matches!(refused, Refusal::InvalidValue(_)), "{name}: {refused:?}");
    }
    for args in [&b"(list nil \"\xff\")"[..], b"{:a \"\xff\"}"] {
        let refused = refusal(store.handle_op_bytes("blob/put", args));
        assert!(matches!(refused, Refusal::InvalidArgument(_)), "{args:?}: {refused:?}");
    }
    // One argument may stand alone.
    let alone = store.handle_op_bytes("blob/put", b"\"\xff\"").unwrap().unwrap();
    assert_eq!(store.handle_op_bytes("blob/put", b"(\"\xff\")").unwrap(), Some(alone.clone()));
    assert_eq!(store.handle_op_bytes("blob/get", &alone).unwrap().as_deref(), Some(&b"\"\xff\""[..]));
    // An object of JSON's form for bytes is one like any other, and so is an SX dict.
    let dict = r#"{"$bytes" "eA=="}"#;
    store.handle_op_bytes("persist/kv-put", format!("(\"k\" {dict})").as_bytes()).unwrap();
    assert_eq!(store.text().kv_get("k").unwrap().as_deref(), Some(dict));
    assert_eq!(store.verify().unwrap().blobs, 1);
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
