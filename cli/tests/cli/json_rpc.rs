//! `stdio --jsonrpc`.

use crate::support::Root;
use serde_json::{Value, json};

/// Sends lines, which must end well; answers what comes back.
fn speak(root: &Root, args: &[&str], lines: impl AsRef<[u8]>) -> Vec<Value> {
    let args = [&["stdio", "--jsonrpc"], args].concat();
    let ended = root.run_with_input(&args, lines);
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    ended.stdout.split_terminator('\n').map(parse).collect()
}

/// An answer may be deeper than what `serde_json` reads by itself.
fn parse(line: &str) -> Value {
    let mut reader = serde_json::Deserializer::from_str(line);
    reader.disable_recursion_limit();
    serde::Deserialize::deserialize(&mut reader).unwrap()
}

fn request(id: usize, method: &str, params: &Value) -> String {
    json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }).to_string() + "\n"
}

/// The results of calls, each of which has to have one.
fn results(root: &Root, args: &[&str], calls: &[(&str, Value)]) -> Vec<Value> {
    let lines: String =
        calls.iter().enumerate().map(|(id, (method, params))| request(id, method, params)).collect();
    let answers = speak(root, args, lines).into_iter().enumerate().map(|(id, answer)| {
        assert_eq!((&answer["jsonrpc"], &answer["id"]), (&json!("2.0"), &json!(id)));
        answer.get("result").cloned().unwrap_or_else(|| panic!("{:?}: {answer}", calls[id]))
    });
    answers.collect()
}

#[test]
fn whatever_json_goes_in_comes_out() {
    let root = Root::new();
    let values = [
        json!(null),
        json!([true, false, 0, -1, 1.0, -0.5, 1e300, "", "\u{0}\u{1f}\"\\\n\u{2028}é😀"]),
        json!({}),
        json!([[], [[]], {"": {"": []}}]),
        json!({"$bytes": "AAEC"}),
        json!({"$bytes": "no base64"}),
        json!({"$symbol": "shipped"}),
        json!({"$keyword": "eu"}),
        json!({"$$symbol": "shipped"}),
        json!({"$$$keyword": "eu"}),
        json!({"$symbol": "no name"}),
        json!({"$symbol": "a", "more": 1}),
        json!({"$ref": "#/a", "$": 1, "$$": {"$keyword": {"$keyword": "x"}}}),
        json!({"a b": 1, "nil": null, "7": 7, ":k": 0, "__proto__": {}}),
        json!([9_007_199_254_740_993_i64, i64::MAX, i64::MIN]),
    ];
    let mut calls = Vec::new();
    for value in &values {
        calls.push(("persist/kv-put", json!(["k", value])));
        calls.push(("persist/kv-get", json!({ "key": "k" })));
        calls.push(("persist/kv-swap", json!(["k", [value], [value]])));
        calls.push(("persist/append", json!(["s", { "seq": 1, "v": value }])));
        calls.push(("persist/read", json!(["s"])));
        calls.push(("persist/batch/read", json!([[["kv-get", "k"], ["kv-get", "none"]]])));
    }
    let results = results(&root, &[], &calls);
    for (value, results) in values.iter().zip(results.chunks(6)) {
        assert_eq!(&results[1], value);
        assert_eq!(results[2], json!(true), "{value}");
        assert_eq!(results[4].as_array().unwrap().last().unwrap(), &json!({ "seq": 1, "v": value }));
        assert_eq!(results[5]["answers"], json!([[value], []]));
    }
}

#[test]
fn bytes_are_base64_wherever_a_function_takes_or_gives_them() {
    let root = Root::new();
    let any = json!({"$bytes": "AP+A"});
    let hash = "1".repeat(40);
    let results = results(
        &root,
        &[],
        &[
            ("persist/map/put", json!(["t", any, any])),
            ("persist/map/get-many", json!(["t", [any, "none"]])),
            ("persist/map/scan", json!(["t", {"prefix": ""}, null, 10, "forward"])),
            (
                "persist/map/list",
                json!({"table": "t", "range": {"prefix": any}, "limit": 1, "direction": "backward"}),
            ),
            ("persist/object/write-batch", json!([[[hash, any]]])),
            ("persist/object/read", json!([hash])),
            ("persist/batch/commit", json!([[["map-put", "t", "text", "é"], ["blob-put", any]]])),
            (
                "persist/batch/read",
                json!([[["map-get", "t", any], ["map-get", "t", "none"], ["count", "s"]]]),
            ),
            ("persist/map/get", json!(["t", "text"])),
        ],
    );
    let entry = json!({"value": any, "version": 1});
    assert_eq!(results[1], json!([entry, null]));
    assert_eq!(results[2]["items"], json!([{"key": any, "value": any, "version": 1}]));
    assert_eq!((&results[3]["keys"], &results[3]["done"]), (&json!([any]), &json!(true)));
    assert_eq!(results[5], any);
    let cid = results[6]["answers"][1].as_str().unwrap();
    assert_eq!(results[7]["answers"], json!([entry, null, 0]));
    assert_eq!(results[8], json!({"value": {"$bytes": "w6k="}, "version": 3}));
    let blob = speak(&root, &[], request(0, "blob/get", &json!([cid])));
    assert_eq!(blob[0]["result"], any);
}

#[test]
fn integers_that_readers_round_are_strings_as_asked() {
    let root = Root::new();
    let large = json!(9_007_199_254_740_993_i64);
    let calls = [
        ("persist/kv-put", json!(["k", [large, 9_007_199_254_740_991_i64, i64::MIN, 1.5]])),
        ("persist/kv-get", json!(["k"])),
        ("persist/map/increment", json!(["t", "n", large])),
    ];
    let as_numbers = results(&root, &[], &calls);
    assert_eq!(as_numbers[1], json!([large, 9_007_199_254_740_991_i64, i64::MIN, 1.5]));
    assert_eq!(as_numbers[2], large);
    let calls = [
        ("persist/kv-get", json!(["k"])),
        ("persist/map/increment", json!(["t", "n", "-09007199254740993"])),
        ("persist/map/increment", json!(["t", "n", "9007199254740993"])),
        ("persist/kv-put", json!(["text", "9007199254740993"])),
        ("persist/kv-get", json!(["text"])),
    ];
    let as_strings = results(&root, &["--integers", "string"], &calls);
    assert_eq!(
        as_strings[0],
        json!(["9007199254740993", 9_007_199_254_740_991_i64, "-9223372036854775808", 1.5])
    );
    assert_eq!((&as_strings[1], &as_strings[2]), (&json!(0), &json!("9007199254740993")));
    assert_eq!(as_strings[4], json!("9007199254740993"));
}

#[test]
fn a_line_that_is_no_request_is_an_error_and_the_next_is_served() {
    let root = Root::new();
    let next = request(7, "persist/streams", &json!(null));
    let nested = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let long = format!("\"{}\"", "x".repeat(16 << 20));
    let lines: &[(&[u8], i32, Value)] = &[
        (b"persist/streams", -32700, json!(null)),
        (b"{", -32700, json!(null)),
        (b"\xff", -32700, json!(null)),
        (b"{\"id\":1} x", -32700, json!(null)),
        (
            b"{\"jsonrpc\":\"2.0\",\"id\":99999999999999999999,\"method\":\"persist/streams\"}",
            -32600,
            json!(null),
        ),
        (b"{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":1,\"method\":\"persist/streams\"}", -32700, json!(null)),
        (nested.as_bytes(), -32700, json!(null)),
        (long.as_bytes(), -32700, json!(null)),
        (b"5", -32600, json!(null)),
        (b"[]", -32600, json!(null)),
        (b"[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"persist/streams\"}]", -32600, json!(null)),
        (b"{\"id\":1,\"method\":\"persist/streams\"}", -32600, json!(1)),
        (b"{\"jsonrpc\":\"1.0\",\"id\":\"a\",\"method\":\"persist/streams\"}", -32600, json!("a")),
        (b"{\"jsonrpc\":\"2.0\",\"id\":1.5}", -32600, json!(1.5)),
        (b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":5}", -32600, json!(1)),
        (b"{\"jsonrpc\":\"2.0\",\"id\":[],\"method\":\"persist/streams\"}", -32600, json!(null)),
        (b"{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ui/render\"}", -32601, json!(null)),
        (b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"persist/appendd\"}", -32601, json!(1)),
        (b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"persist/read\",\"params\":5}", -32602, json!(1)),
    ];
    let input: Vec<u8> =
        lines.iter().flat_map(|(line, ..)| [line, &b"\n"[..], next.as_bytes()].concat()).collect();
    let answers = speak(&root, &[], input);
    assert_eq!(answers.len(), 2 * lines.len());
    for ((line, code, id), answers) in lines.iter().zip(answers.chunks(2)) {
        let shown = String::from_utf8_lossy(&line[..line.len().min(80)]);
        assert_eq!((&answers[0]["error"]["code"], &answers[0]["id"]), (&json!(code), id), "{shown}");
        assert!(!answers[0]["error"]["message"].as_str().unwrap().is_empty(), "{shown}");
        assert_eq!(answers[1], json!({"jsonrpc": "2.0", "id": 7, "result": []}), "{shown}");
    }
}

/// It is JSON all the same, and whoever waits for the answer finds it by its id.
#[test]
fn what_is_json_and_no_value_is_answered_by_its_id() {
    let root = Root::new();
    let deep = format!("[\"k\",{}1{}]", "[".repeat(200), "]".repeat(200));
    let integer = "[\"k\",18446744073709551616]";
    let line =
        |head: &str, params: &str| format!("{{{head},\"method\":\"persist/kv-put\",\"params\":{params}}}");
    let version = "\"jsonrpc\":\"2.0\"";
    let lines = [
        (line(&format!("{version},\"id\":1"), integer), -32602, json!(1), "18446744073709551616"),
        (
            line(&format!("{version},\"id\":-9223372036854775808"), integer),
            -32602,
            json!(i64::MIN),
            "64 bits",
        ),
        (line(&format!("{version},\"id\":1.5"), integer), -32602, json!(1.5), "64 bits"),
        (line(&format!("{version},\"id\":null"), integer), -32602, json!(null), "64 bits"),
        (line(&format!("{version},\"id\":\"a\""), "[\"k\",{\"x\":1,\"x\":2}]"), -32602, json!("a"), "twice"),
        (line(&format!("{version},\"id\":2"), &deep), -32602, json!(2), "128"),
        (line(&format!("{version},\"id\":3,\"params\":[]"), "[\"k\",1]"), -32602, json!(3), "twice"),
        (line("\"id\":4", integer), -32600, json!(4), "jsonrpc"),
        (format!("{{{version},\"id\":5,\"params\":{integer}}}"), -32600, json!(5), "method"),
        (line(&format!("{version},\"id\":[]"), integer), -32600, json!(null), "an id is"),
        (line(&format!("{version},\"id\":18446744073709551616"), integer), -32600, json!(null), "an id is"),
        (format!("[{integer}]"), -32700, json!(null), "64 bits"),
        (format!("{} x", line(&format!("{version},\"id\":6"), integer)), -32700, json!(null), "invalid JSON"),
    ];
    // Without an id there is no answer, as to any other wrong parameter.
    let unanswered = line(version, integer);
    let input: String = lines.iter().flat_map(|(line, ..)| [&line[..], "\n", &unanswered, "\n"]).collect();
    let answers = speak(&root, &[], input);
    assert_eq!(answers.len(), lines.len());
    for ((line, code, id, words), answer) in lines.iter().zip(&answers) {
        assert_eq!((&answer["error"]["code"], &answer["id"]), (&json!(code), id), "{line}: {answer}");
        let message = answer["error"]["message"].as_str().unwrap();
        assert!(message.contains(words), "{line}: {message}");
    }
    root.run(&["--json", "kv", "ls"]).fails(10, &["there is no store"]);
}

#[test]
fn parameters_that_do_not_fit_are_refused_before_anything_is_done() {
    let root = Root::new();
    for (method, params, words) in [
        ("persist/kv-put", json!([]), "no key"),
        ("persist/kv-put", json!(["k"]), "no value"),
        ("persist/kv-put", json!(["k", 1, 2]), "3 given, it takes 2: key, value"),
        (
            "persist/kv-put",
            json!({"key": "k", "valeu": 1}),
            "valeu is none of those that it may have: key, value",
        ),
        ("persist/kv-put", json!({"key": "k"}), "no value"),
        ("persist/kv-put", json!([null, 1]), "key: a string is due, not null"),
        ("persist/kv-put", json!([{"$symbol": "k"}, 1]), "key: a string is due, not a symbol"),
        ("persist/streams", json!([1]), "1 given, it takes 0"),
        (
            "persist/session/append-expecting",
            json!(["s", "s", -1, []]),
            "expected: a whole number from 0 on is due",
        ),
        ("persist/truncate", json!(["s", 1.5]), "upto: a whole number is due"),
        ("persist/truncate", json!(["s", 1e19]), "upto: a whole number"),
        ("blob/writer/drop", json!([1e19]), "writer: a whole number"),
        ("persist/truncate", json!(["s", "1"]), "upto: a whole number is due, not that string"),
        ("blob/read-at", json!(["x", 0, 4_294_967_296_i64]), "length: a whole number from 0 to 4294967295"),
        ("persist/append-expecting", json!(["s", 0, {"seq": 1}]), "events: an array is due, not an object"),
        ("persist/map/put", json!(["t", 5, ""]), "key: {\"$bytes\": \"<base64>\"} or a string is due"),
        ("persist/map/put", json!(["t", {"$bytes": "?"}, ""]), "key: $bytes holds no base64"),
        ("persist/map/put", json!(["t", {"$bytes": 5}, ""]), "key: {\"$bytes\": \"<base64>\"} or a string"),
        ("persist/map/put-many", json!(["t", [{"key": "k", "value": 5}]]), "pairs[0].value: {\"$bytes\""),
        ("persist/map/put-many", json!(["t", [{"key": "k", "value": "", "x": 0}]]), "x is none"),
        (
            "persist/map/swap",
            json!(["t", "k", "new", ""]),
            "expected: \"any\" or \"absent\" or {\"version\": ...} is due",
        ),
        ("persist/map/swap", json!(["t", "k", {"version": "1"}, ""]), "expected.version: a whole number"),
        ("persist/map/scan", json!(["t", {}, null, 1, "forward"]), "no range.prefix"),
        ("persist/map/increment", json!(["t", "k", 1e19]), "delta: an integer of 64 bits"),
        ("persist/object/write-batch", json!([[["x"]]]), "objects[0]: an array of 2 is due"),
        (
            "persist/kv-swap",
            json!(["k", null, [1]]),
            "expected: an array of one value or none is due, not null",
        ),
        ("persist/kv-swap", json!(["k", [1, 2], [1]]), "expected: an array of one value or none"),
        ("persist/batch/commit", json!([["kv-put"]]), "operations[0]: an array that begins with a name"),
        ("persist/batch/commit", json!([[["kv-has", "k"]]]), "operations[0]: kv-has is none of those"),
        ("persist/batch/commit", json!([[["kv-put", "k", 1], ["kv-put", "k"]]]), "operations[1]: no value"),
        ("persist/batch/read", json!([[["kv-get", "k", 1]]]), "questions[0]: 2 given, it takes 1: key"),
    ] {
        let answer = speak(&root, &[], request(0, method, &params)).remove(0);
        assert_eq!(answer["error"]["code"], json!(-32602), "{method} {params}: {answer}");
        let message = answer["error"]["message"].as_str().unwrap();
        assert!(message.contains(words), "{method} {params}: {message}");
    }
    root.run(&["--json", "kv", "list"]).fails(10, &["there is no store"]);
}

/// As SX has it: there is nothing below 0 to drop.
#[test]
fn a_truncation_below_0_drops_nothing() {
    let root = Root::new();
    let calls = [
        ("persist/append", json!(["s", {"seq": 1}])),
        ("persist/truncate", json!(["s", -1])),
        ("persist/truncate", json!({"stream": "s", "upto": -7.0})),
        ("persist/count", json!(["s"])),
    ];
    assert_eq!(results(&root, &[], &calls)[1..], [json!(null), json!(null), json!(1)]);
}

/// A number of four letters in JSON, and of eighteen in SX.
#[test]
fn a_value_that_is_too_long_as_sx_is_too_large() {
    let root = Root::new();
    let lines = format!(
        "{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"persist/kv-put\",\"params\":[\"k\",[{}]]}}\n{}",
        vec!["1e15"; 1_000_000].join(","),
        request(2, "persist/kv-keys", &json!(null))
    );
    let answers = speak(&root, &[], lines);
    let error = &answers[0]["error"];
    assert_eq!((&error["code"], &error["data"]["error"]), (&json!(7), &json!("too-large")), "{error}");
    assert!(error["data"]["actual"].as_u64().unwrap() > error["data"]["limit"].as_u64().unwrap(), "{error}");
    assert_eq!(answers[1]["result"], json!([]));
}

#[test]
fn an_answer_may_be_larger_and_deeper_than_a_value() {
    let root = Root::new();
    let deep = (0..125).fold(json!([]), |value, _| json!([value]));
    let large = "x".repeat(9 << 20);
    let wide = json!(vec![0; 600_000]);
    let mut calls = Vec::new();
    for (key, value) in [("deep", &deep), ("large", &json!(large)), ("wide", &wide)] {
        calls.push(("persist/kv-put", json!([key, value])));
        calls.push(("persist/batch/read", json!([[["kv-get", key], ["kv-get", key]]])));
        calls.push(("persist/kv-list", json!([key, null, 9])));
    }
    calls.push(("persist/map/put-many", json!(["t", [{"key": "a", "value": large}]])));
    calls.push(("persist/map/get-many", json!(["t", ["a", "a"]])));
    let results = results(&root, &[], &calls);
    for (at, value) in [(1, &deep), (4, &json!(large)), (7, &wide)] {
        assert!(results[at]["answers"] == json!([[value], [value]]), "{at}");
        assert!(results[at + 1]["entries"][0]["value"] == *value, "{at}");
    }
    assert_eq!(results[10].as_array().unwrap().len(), 2);
}

#[test]
fn keys_have_no_hyphen_wherever_they_stand() {
    let root = Root::new();
    results(&root, &[], &[("persist/append", json!(["s", {"seq": 1}]))]);
    root.damage("streams/73.log", 2);
    let lines =
        request(0, "persist/admin/repair", &json!([])) + &request(1, "persist/admin/verify", &json!([]));
    let answers = speak(&root, &[], lines);
    assert_eq!(
        answers[0]["result"]["findings"][0]["set_aside"],
        json!("quarantine/000001"),
        "{}",
        answers[0]
    );
}

#[test]
fn a_request_without_an_id_is_performed_and_not_answered() {
    let root = Root::new();
    let lines = "{\"jsonrpc\":\"2.0\",\"method\":\"persist/kv-put\",\"params\":[\"k\",1]}\n\n  \t\r\n\
        {\"jsonrpc\":\"2.0\",\"method\":\"persist/kv-put\",\"params\":[\"\",1]}\n\
        {\"jsonrpc\":\"2.0\",\"method\":\"no/such\"}\n\
        {\"jsonrpc\":\"2.0\",\"id\":\"x\",\"method\":\"persist/kv-get\",\"params\":[\"k\"]}";
    assert_eq!(speak(&root, &[], lines), [json!({"jsonrpc": "2.0", "id": "x", "result": 1})]);
}

#[test]
fn what_the_original_wrote_as_bytes_is_no_json_and_the_rest_is_served() {
    let root = Root::new();
    std::fs::create_dir_all(format!("{}/streams", root.path())).unwrap();
    std::fs::write(format!("{}/streams/73.log", root.path()), b"{:seq 1 :b \"\xff\"}\n").unwrap();
    let lines = request(1, "persist/read", &json!(["s"])) + &request(2, "persist/last-seq", &json!(["s"]));
    let answers = speak(&root, &[], lines);
    assert_eq!(answers[0]["error"]["code"], json!(-32603));
    assert_eq!(answers[1]["result"], json!(1));
}

#[test]
fn the_session_in_the_docs_is_what_happens() {
    let page = include_str!("../../../docs/stdio.md");
    let session = page.split("## JSON-RPC\n").nth(1).unwrap().split("```").nth(1).unwrap();
    let asked: Vec<_> = session.lines().filter_map(|line| line.strip_prefix("> ")).collect();
    let answers: Vec<_> =
        session.lines().filter(|line| !line.is_empty() && !line.starts_with("> ")).collect();
    assert_eq!(asked.len(), answers.len());
    let ended = Root::new().run_with_input(&["stdio", "--jsonrpc"], asked.join("\n"));
    assert_eq!(ended.stdout.lines().collect::<Vec<_>>(), answers);
}

#[test]
fn integers_without_json_rpc_are_wrong_usage() {
    Root::new().run(&["stdio", "--integers", "string"]).fails(2, &["--jsonrpc"]);
}
