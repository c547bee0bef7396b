//! O1 to O6.

use crate::fixture::{Fixture, refusal};
use sx_persist::types::Error as Refusal;

/// What an operation answers.
fn op(store: &Fixture, name: &str, args: &str) -> String {
    store.raw().handle_op(name, args).unwrap().expect("an operation of the store")
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
        assert_eq!(store.raw().handle_op(other, "(1)").unwrap(), None);
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
        let refused = refusal(store.raw().handle_op(name, args));
        assert!(matches!(refused, Refusal::InvalidArgument(_)), "{name} {args}: {refused:?}");
    }
    assert!(matches!(refusal(store.raw().handle_op("persist/read", "(\"s\"")), Refusal::InvalidValue(_)));
    assert!(matches!(
        refusal(store.raw().handle_op("persist/append", "(\"s\" 5)")),
        Refusal::InvalidEvent(_)
    ));
}

#[test]
fn o3_an_answer_that_is_no_text_points_at_handle_op_bytes() {
    let store = Fixture::new();
    let cid = store.raw().blob_put(b"ab\xff").unwrap();
    let Refusal::InvalidValue(at) = refusal(store.raw().handle_op("blob/get", &format!("(\"{cid}\")")))
    else {
        panic!("bytes were given as text")
    };
    // That of the answer, behind its quote.
    assert_eq!(at.offset, 3);
    assert!(at.reason.contains("handle-op-bytes"), "{}", at.reason);
}

#[test]
fn o3_any_bytes_travel_by_handle_op_bytes() {
    let store = Fixture::new();
    let answer = |name: &str, args: &[u8]| store.raw().handle_op_bytes(name, args).unwrap().unwrap();
    let picture: Vec<u8> = (0..=255).rev().collect();
    let quoted = sx::bytes::quote(&picture);
    let list = |item: &[u8]| [b"(", item, b" \"image/png\")"].concat();
    let cid = answer("blob/put", &list(&quoted));
    let address = String::from_utf8(sx::bytes::unquote(&cid).unwrap()).unwrap();
    assert_eq!(store.raw().blob_get(&address).unwrap(), Some(picture));
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
    assert_eq!(store.raw().handle_op_bytes("ui/render", b"(\"\xff\")").unwrap(), None);
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
        let refused = refusal(store.raw().handle_op_bytes(name, args));
        assert!(matches!(refused, Refusal::InvalidValue(_)), "{name}: {refused:?}");
    }
    for args in [&b"(list nil \"\xff\")"[..], b"{:a \"\xff\"}"] {
        let refused = refusal(store.raw().handle_op_bytes("blob/put", args));
        assert!(matches!(refused, Refusal::InvalidArgument(_)), "{args:?}: {refused:?}");
    }
    // One argument may stand alone.
    let alone = store.raw().handle_op_bytes("blob/put", b"\"\xff\"").unwrap().unwrap();
    assert_eq!(store.raw().handle_op_bytes("blob/put", b"(\"\xff\")").unwrap(), Some(alone.clone()));
    assert_eq!(store.raw().handle_op_bytes("blob/get", &alone).unwrap().as_deref(), Some(&b"\"\xff\""[..]));
    // An object of JSON's form for bytes is one like any other, and so is an SX dict.
    let dict = r#"{"$bytes" "eA=="}"#;
    store.raw().handle_op_bytes("persist/kv-put", format!("(\"k\" {dict})").as_bytes()).unwrap();
    assert_eq!(store.raw().kv_get("k").unwrap().as_deref(), Some(dict));
    assert_eq!(store.admin().verify().unwrap().blobs, 1);
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

/// The requests of the golden transcript, and what each is answered: none for an error, with its index.
fn transcript() -> impl Iterator<Item = (String, String, &'static str)> {
    let golden = include_str!("../../../cli/tests/cli/transcript/operations.sx.txt");
    let lines: Vec<_> = golden.lines().collect();
    let pairs: Vec<[&str; 2]> = lines.as_chunks().0.to_vec();
    pairs.into_iter().map(|[asked, answer]| {
        let asked = sx::canonical(asked.strip_prefix("> ").unwrap()).unwrap();
        let name = sx::items(&asked).unwrap().next().unwrap();
        let args = format!("(list{}", asked.strip_prefix("(list ").unwrap().strip_prefix(name).unwrap());
        (sx::parse(name).unwrap().as_str().unwrap().to_owned(), args, answer)
    })
}

/// A page without its cursor, which each kind of store makes in its own way.
fn without_cursor(answer: &str) -> &str {
    answer.split_once(" :through ").map_or(answer, |(page, _)| page)
}

#[test]
fn o5_every_function_is_an_operation_of_every_store() {
    let store = Fixture::new();
    let mut asked = 0;
    for (name, args, golden) in transcript() {
        if name.starts_with("blob/writer/") {
            // The bridge's own.
            let refused = refusal(store.raw().handle_op(&name, &args));
            assert!(matches!(refused, Refusal::InvalidArgument(_)), "{name}: {refused:?}");
            continue;
        }
        asked += 1;
        // Numbers about the files, which each kind of store keeps in its own way.
        let is_admin = name.starts_with("persist/admin/");
        match store.raw().handle_op(&name, &args) {
            Ok(answer) => {
                assert!(!golden.starts_with("(error "), "{name} {args}");
                let answer = answer.unwrap();
                let is_same = without_cursor(&answer) == without_cursor(golden);
                assert!(is_admin || is_same, "{name} {args}: {answer}, not {golden}");
            }
            Err(refused) => {
                assert!(golden.starts_with("(error "), "{name} {args}: {refused}");
                let index = sx::parse(golden).unwrap().as_list().unwrap().get(3).and_then(sx::Value::as_int);
                assert_eq!(refused.index.map(i64::from), index, "{name} {args}");
            }
        }
    }
    assert!(asked > 200, "{asked}");
}

#[test]
fn o5_an_option_may_be_left_out_and_a_dict_has_no_other_keys() {
    let store = Fixture::new();
    for (name, args, answer) in [
        ("persist/map/put", r#"("t" "k" "v")"#, "1"),
        ("persist/ref/test-and-set", r#"("r" nil "1111111111111111111111111111111111111111")"#, "true"),
        ("persist/ref/test-and-set", r#"("r" "1111111111111111111111111111111111111111")"#, "true"),
        ("persist/ref/get", r#"("r")"#, "nil"),
        (
            "persist/map/list",
            r#"("t" {:prefix ""} nil 1 "forward")"#,
            r#"{:done true :keys (list "k") :through "6b"}"#,
        ),
        ("persist/map/increment", r#"("t" "n" -9223372036854775808)"#, "-9223372036854775808"),
        ("persist/map/increment", r#"("t" "n" 3.0)"#, "-9223372036854775805"),
        // nil is a value, and none is none.
        ("persist/kv-swap", r#"("k" () (nil))"#, "true"),
        ("persist/kv-has?", r#"("k")"#, "true"),
        ("persist/kv-swap", r#"("k" () (1))"#, "false"),
        ("persist/kv-swap", r#"("k" (nil) ())"#, "true"),
        ("persist/kv-has?", r#"("k")"#, "false"),
    ] {
        assert_eq!(op(&store, name, args), answer, "{name} {args}");
    }
    for (name, args, words) in [
        ("persist/map/list", r#"("t" {:prefix "" :from "a"} nil 1 "forward")"#, "from"),
        ("persist/map/list", r#"("t" {} nil 1 "forward")"#, "prefix"),
        ("persist/map/list", r#"("t" {:prefix ""} nil 4294967296 "forward")"#, "4294967295"),
        ("persist/map/swap", r#"("t" "k" {:version 1 :at 2} "v")"#, "expected"),
        ("persist/map/swap", r#"("t" "k" {:any 1} "v")"#, "expected"),
        ("persist/map/swap", r#"("t" "k" "version" "v")"#, "expected"),
        ("persist/map/increment", r#"("t" "n" 1e19)"#, "delta"),
        ("persist/kv-swap", r#"("k" nil (1))"#, "expected"),
        ("persist/kv-swap", r#"("k" () (1 2))"#, "replacement"),
        ("persist/kv-swap", r#"("k" ())"#, "replacement"),
        ("persist/object/write-batch", r#"((("x")))"#, "objects"),
        ("blob/writer", "nil", "blob/writer"),
        ("persist/wire/run", "nil", "persist/wire/run"),
    ] {
        match refusal(store.raw().handle_op(name, args)) {
            Refusal::InvalidArgument(text) => assert!(text.contains(words), "{name} {args}: {text}"),
            other => panic!("{name} {args}: {other:?}"),
        }
    }
}

#[test]
fn o3_bytes_travel_in_and_out_of_every_argument_that_is_bytes() {
    let store = Fixture::new();
    let answer = |name: &str, args: &[u8]| store.raw().handle_op_bytes(name, args).unwrap().unwrap();
    assert_eq!(answer("persist/map/put", b"(\"t\" \"\xff\" \"\xfe\\n\")"), b"1");
    assert_eq!(answer("persist/map/get", b"(\"t\" \"\xff\")"), b"{:value \"\xfe\\n\" :version 1}");
    assert_eq!(
        answer("persist/map/put-many", b"(\"t\" ({:key \"\xfd\" :value \"\"} {:key \"a\" :value \"\xfc\"}))"),
        b"2"
    );
    assert_eq!(
        answer("persist/map/list", b"(\"t\" {:prefix \"\" :start \"\xfd\"} nil 9 \"backward\")"),
        b"{:done true :keys (list \"\xff\" \"\xfd\") :through \"fd\"}"
    );
    assert_eq!(
        answer(
            "persist/batch/commit",
            b"(((\"map-put\" \"t\" \"\xfb\" \"\") (\"snapshot-persist\" \"c\" \"\xfa\")))"
        ),
        b"{:answers (list 3 nil) :lsn 3}"
    );
    assert_eq!(answer("persist/snapshot/load", b"(\"c\")"), b"\"\xfa\"");
    assert_eq!(
        answer("persist/batch/read", b"(((\"map-get\" \"t\" \"\xfb\") (\"map-get\" \"t\" \"\xf0\")))"),
        b"{:answers (list {:value \"\" :version 3} nil) :lsn 3}"
    );
    // A name, a value and a key of a dict are text.
    for (name, args) in [
        ("persist/map/put", &b"(\"\xff\" \"k\" \"v\")"[..]),
        ("persist/kv-swap", b"(\"k\" () (\"\xff\"))"),
        ("persist/batch/commit", b"(((\"kv-put\" \"k\" \"\xff\")))"),
        ("persist/batch/commit", b"(((\"\xff\" \"k\" 1)))"),
    ] {
        let refused = refusal(store.raw().handle_op_bytes(name, args));
        assert!(matches!(refused, Refusal::InvalidValue(_)), "{name}: {refused:?}");
    }
    let refused =
        refusal(store.raw().handle_op_bytes("persist/map/list", b"(\"t\" {\"\xff\" 1} nil 1 \"forward\")"));
    assert!(matches!(refused, Refusal::InvalidArgument(_)), "{refused:?}");
}

#[test]
fn o6_what_is_refused_of_several_is_named_and_nothing_is_changed() {
    let store = Fixture::new();
    let commit = |args: &str| store.raw().handle_op("persist/batch/commit", args);
    for (args, index) in [
        (r#"((("kv-put" "k" 1) ("check-last-seq" "s" 4)))"#, Some(1)),
        (r#"((("kv-put" "k" 1) ("kv-put" "l" 1) 7))"#, Some(2)),
        (r#"((("kv-put" "k" 1) ()))"#, Some(1)),
        (r#"((("kv-put" "k" 1) ("blob-finish" 0)))"#, Some(1)),
        (r#"((("kv-put" "k" 1) ("kv-get" "k")))"#, Some(1)),
        // The list of the operations is one argument.
        (r#"(("kv-put" "k" 1))"#, Some(0)),
        ("(5)", None),
        ("nil", None),
    ] {
        let refused = commit(args).unwrap_err();
        assert_eq!(refused.index, index, "{args}: {refused}");
    }
    assert_eq!(op(&store, "persist/kv-keys", "nil"), "(list)");
    let read = store.raw().handle_op("persist/batch/read", r#"((("count" "s") ("kv-get" "")))"#).unwrap_err();
    assert_eq!(read.index, Some(1));
    assert_eq!(
        commit(r#"((("kv-put" "k" 1) ("check-last-seq" "s" 0)))"#).unwrap().unwrap(),
        "{:answers (list nil nil) :lsn 1}"
    );
    assert_eq!(commit("(())").unwrap().unwrap(), "{:answers (list) :lsn 1}");
    // What may be nil may be left out at the end here, too.
    for (args, answer) in [
        (r#"((("check-ref" "r")))"#, "{:answers (list nil) :lsn 1}"),
        (r#"((("ref-test-and-set" "r")))"#, "{:answers (list true) :lsn 1}"),
    ] {
        match commit(args) {
            Ok(answered) => assert_eq!(answered.unwrap(), answer, "{args}"),
            Err(refused) => assert!(refused.to_string().contains(answer), "{args}: {refused}"),
        }
    }
}
