//! `stdio`: the bridge.

use crate::support::{Ended, Root};
use std::fs;
use std::path::Path;

/// Runs lines through the bridge, which must end well; answers what it prints.
fn bridge(root: &Root, lines: impl AsRef<[u8]>) -> Vec<String> {
    let ended = root.run_with_input(&["stdio"], lines);
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    ended.stdout.lines().map(str::to_owned).collect()
}

#[test]
fn each_operation_is_answered_on_a_line() {
    let root = Root::new();
    let lines = r#"
        ("persist/last-seq" "s")
        ("persist/append" "s" {:seq 1 :v 2})
        {:op "persist/append" :args ("s" {:v [x] :seq 2})}
        {:args ("s") :op "persist/read"}
        ("persist/kv-put" "k" "two\nlines")
        ["persist/kv-get" "k"]
        {:op "persist/kv-keys"}
        {:op "persist/streams" :args nil}
        ("persist/kv-has?" "none")
        ("blob/put" "hello world" "text/plain")
        ("blob/get" "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e")
    "#;
    assert_eq!(
        bridge(&root, lines),
        [
            "0",
            "nil",
            "nil",
            "(list {:seq 1 :v 2} {:seq 2 :v (list (quote x))})",
            "nil",
            r#""two\nlines""#,
            r#"(list "k")"#,
            r#"(list "s")"#,
            "false",
            r#""bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e""#,
            r#""hello world""#,
        ]
    );
}

#[test]
fn in_memory_nothing_is_left_behind() {
    let root = Root::new();
    let lines = "(\"persist/append\" \"s\" {:seq 1})\n(\"persist/last-seq\" \"s\")\n";
    for _ in 0..2 {
        let ended = root.run_with_input(&["stdio", "--in-memory"], lines);
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
        assert_eq!(ended.stdout, "nil\n1\n");
    }
    assert!(!Path::new(root.path()).exists(), "a directory was made");
}

#[test]
fn blank_lines_and_comments_get_no_answer() {
    let root = Root::new();
    let lines =
        "\n; a comment\n \t\r\n  ; another\n(\"persist/streams\") ; behind\r\n\n(\"persist/streams\")";
    assert_eq!(bridge(&root, lines), ["(list)", "(list)"]);
    assert_eq!(bridge(&root, ""), [""; 0]);
}

#[test]
fn a_byte_order_mark_before_the_first_line_is_passed_by() {
    let root = Root::new();
    assert_eq!(
        bridge(&root, "\u{feff}(\"persist/kv-put\" \"k\" 1)\n(\"persist/kv-get\" \"k\")\n"),
        ["nil", "1"]
    );
}

#[test]
fn a_bad_line_gets_an_error_and_the_next_is_served() {
    let root = Root::new();
    for (bad, name, words) in [
        ("(\"persist/append\" \"s\" {:v 1})", "invalid-event", "no :seq"),
        ("(\"persist/append\" \"s\" {:seq 1 :v 1/3})", "invalid-value", "rational"),
        ("(\"persist/append\" \"s\"", "invalid-value", "ends too early"),
        ("(\"persist/streams\") (\"persist/streams\")", "invalid-value", "text after the value"),
        ("(\"persist/append\" \"\" {:seq 1})", "invalid-name", "invalid name: empty"),
        ("(\"persist/append\" 5 {:seq 1})", "invalid-argument", "stream"),
        ("(\"persist/append\" \"s\")", "invalid-argument", "no event"),
        ("(\"persist/apend\" \"s\" {:seq 1})", "invalid-argument", "persist/apend"),
        ("(\"blob/get\" \"../x\")", "invalid-cid", "invalid CID: ../x"),
        ("()", "invalid-argument", "empty"),
        ("{:args (1)}", "invalid-argument", ":op"),
        ("{:op persist/streams}", "invalid-argument", "string"),
        ("(persist/streams)", "invalid-argument", "string"),
        ("persist/streams", "invalid-argument", "no list"),
        (")", "invalid-value", "byte 0"),
    ] {
        let answers = bridge(&root, format!("{bad}\n(\"persist/streams\")\n"));
        assert_eq!(answers.len(), 2, "{bad}");
        assert_eq!(answers[1], "(list)", "{bad}");
        let error = sx::parse(&answers[0]).unwrap();
        let Some([sx::Value::Symbol(word), sx::Value::String(is), sx::Value::String(text)]) = error.as_list()
        else {
            panic!("{answers:?}");
        };
        assert_eq!((word.as_str(), is.as_str()), ("error", name), "{bad}");
        assert!(text.contains(words), "{bad}: {text}");
    }
    // One argument may stand without its brackets.
    assert_eq!(bridge(&root, "{:op \"persist/read\" :args \"s\"}\n"), ["(list)"]);
}

#[test]
fn an_error_does_not_say_its_name_twice_where_the_rest_is_a_sentence() {
    let root = Root::new();
    let answers = bridge(&root, "(\"persist/append\" \"s\" {})\n(\"blob/has?\" \"x\")\n");
    assert_eq!(
        answers,
        ["(error \"invalid-event\" \"no :seq\")", "(error \"invalid-cid\" \"invalid CID: x\")"]
    );
}

#[test]
fn an_operation_that_is_not_owned_is_unhandled() {
    let root = Root::new();
    assert_eq!(bridge(&root, "(\"ui/render\" {:a 1})\n{:op \"persistent/x\"}\n(\"\")\n"), ["(unhandled)"; 3]);
}

#[test]
fn a_line_that_is_too_long_or_no_text_gets_an_error_not_a_crash() {
    let root = Root::new();
    let long = "x".repeat(16 << 20);
    let answers = bridge(&root, format!("(\"persist/kv-put\" \"k\" \"{long}\")\n(\"persist/kv-keys\")\n"));
    assert!(answers[0].starts_with("(error \"too-large\" "), "{}", &answers[0][..80]);
    assert_eq!(answers[1..], ["(list)"]);
    let answers = bridge(&root, b"(\"persist/kv-get\" \"\xff\")\n(\"persist/kv-keys\")\n");
    assert_eq!(answers, ["(error \"invalid-value\" \"not UTF-8 at byte 19 of the line\")", "(list)"]);
    // Nor is a name text where its bytes are none.
    let answers = bridge(&root, b"(\"persist/\xff\")\n{:op \"\xff\"}\n(5 \"\xff\")\n");
    assert_eq!(answers[0], "(error \"invalid-value\" \"not UTF-8 at byte 10 of the line\")");
    assert_eq!(answers[1], "(error \"invalid-value\" \"not UTF-8 at byte 6 of the line\")");
    assert_eq!(answers[2], "(error \"invalid-argument\" \"the operation's name is no string\")");
}

#[test]
fn a_picture_goes_in_and_comes_out() {
    let root = Root::new();
    // Every byte, and a picture's first ones; more than a buffer of them.
    let picture = [b"\x89PNG\r\n\x1a\n".to_vec(), (0..=255).cycle().take(300_000).collect()].concat();
    let quoted = sx::bytes::quote(&picture);
    for (before, behind) in
        [("(\"blob/put\" ", " \"image/png\")"), ("{:op \"blob/put\" :args (", ")}"), ("'[\"blob/put\" ", "]")]
    {
        let lines = [before.as_bytes(), &quoted, behind.as_bytes(), b"\n"].concat();
        let cid = bridge(&root, lines).concat();
        let address = cid.trim_matches('"');
        assert_eq!(root.output(&["blob", "get", address], "").stdout, picture, "{before}");
        let given = root.output(&["stdio"], format!("(\"blob/get\" {cid})\n")).stdout;
        assert!(given == [&quoted[..], b"\n"].concat(), "{before}");
    }
}

#[test]
fn a_blob_that_fits_no_line_goes_in_by_parts() {
    let root = Root::new();
    let part: Vec<u8> = (0..=255).cycle().take(3 << 20).collect();
    let quoted = sx::bytes::quote(&part);
    let mut lines = b"(\"blob/writer/open\")\n".to_vec();
    for _ in 0..7 {
        lines.extend([b"(\"blob/writer/write\" 1 ", &quoted[..], b")\n"].concat());
    }
    lines.extend(b"(\"blob/writer/finish\" 1)\n(\"blob/writer/open\")\n(\"blob/writer/write\" 2 \"lost\")\n");
    let answers = bridge(&root, lines);
    assert_eq!(answers[..8], ["1", "nil", "nil", "nil", "nil", "nil", "nil", "nil"]);
    assert_eq!(answers[9..], ["2", "nil"]);
    let cid = answers[8].trim_matches('"');
    assert!(root.output(&["blob", "get", cid], "").stdout == part.repeat(7));
    root.run(&["blob", "list"]).gives(&format!("{cid}\n"));
}

#[test]
fn bytes_that_are_no_text_stop_no_session() {
    let root = Root::new();
    let lines = b"(\"persist/append\" \"s\" {:seq 1 :b \"\xff\"})\n\
        (\"\xff\")\n(\xff)\n; \xff\n(\"ui/render\" \"\xff\")\n(\"persist/streams\") ; \xff\n{:args (\"\xff\")}\n";
    assert_eq!(
        bridge(&root, lines),
        [
            "(error \"invalid-value\" \"not UTF-8 at byte 34 of the line\")",
            "(error \"invalid-value\" \"not UTF-8 at byte 2 of the line\")",
            "(error \"invalid-value\" \"unexpected text (at byte 1)\")",
            "(unhandled)",
            "(list)",
            "(error \"invalid-argument\" \"the dict has no :op\")",
        ]
    );
}

#[test]
fn arguments_reach_the_store_at_its_limits() {
    let root = Root::new();
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let put = |value: &str| bridge(&root, format!("(\"persist/kv-put\" \"k\" {value})\n"));
    // The list of the arguments is a level, too.
    assert_eq!(put(&nested(127)), ["nil"]);
    assert!(put(&nested(128))[0].starts_with("(error \"too-large\" "));
    let text = format!("\"{}\"", "x".repeat((16 << 20) - 100));
    assert_eq!(put(&text), ["nil"]);
    assert_eq!(bridge(&root, "(\"persist/kv-get\" \"k\")"), [text]);
}

#[test]
fn each_answer_is_given_before_the_next_line_is_read() {
    let root = Root::new();
    let mut bridge = root.start(&["stdio"]);
    for seq in 1..=20 {
        assert_eq!(bridge.ask(&format!("(\"persist/append\" \"s\" {{:seq {seq}}})")), "nil");
        assert_eq!(bridge.ask("(\"persist/last-seq\" \"s\")"), seq.to_string());
    }
    assert!(bridge.end().success());
}

#[test]
fn the_end_of_the_input_leaves_plain_files() {
    let root = Root::new();
    assert_eq!(bridge(&root, "(\"persist/append\" \"s\" {:seq 1})\n"), ["nil"]);
    let log = fs::read_to_string(format!("{}/streams/73.log", root.path())).unwrap();
    assert!(log.starts_with("{:seq 1} :"), "{log}");
}

#[test]
fn what_was_answered_survives_a_kill() {
    let root = Root::new();
    let mut bridge = root.start(&["stdio"]);
    for seq in 1..=50 {
        assert_eq!(bridge.ask(&format!("(\"persist/append\" \"s\" {{:seq {seq}}})")), "nil");
    }
    bridge.child.kill().unwrap();
    assert!(!bridge.end().success());
    root.run(&["stream", "count", "s"]).gives("50\n");
}

#[test]
fn damage_is_answered_as_an_error_and_the_rest_is_served() {
    let root = Root::new();
    assert_eq!(bridge(&root, "(\"persist/kv-put\" \"k\" \"text\")\n"), ["nil"]);
    root.damage("kv/6b", 2);
    let answers = bridge(&root, "(\"persist/kv-get\" \"k\")\n(\"persist/kv-keys\")\n");
    assert!(answers[0].starts_with("(error \"corrupt\" \"kv/6b "), "{answers:?}");
    assert_eq!(answers[1..], ["(list \"k\")"]);
}

#[test]
fn a_reader_that_goes_away_ends_the_bridge_silently() {
    let root = Root::new();
    let mut command = root.command(&["stdio"]);
    let mut child = command
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    // Before there is anything to answer.
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    std::io::Write::write_all(&mut stdin, b"(\"persist/kv-put\" \"k\" 1)\n").unwrap();
    // Its input stays open: it is the output that ends it.
    let ended = Ended::of_unread(child);
    drop(stdin);
    ended.gives("");
    root.run(&["kv", "get", "k"]).gives("1\n");
}

#[test]
fn the_session_in_the_docs_is_what_happens() {
    let page = include_str!("../../../docs/stdio.md");
    let session = page.split("## A session\n\n```\n").nth(1).unwrap().split("```").next().unwrap();
    let asked = session.lines().filter_map(|line| line.strip_prefix("> "));
    let answers: Vec<_> = session.lines().filter(|line| !line.starts_with("> ")).collect();
    assert!(!answers.is_empty());
    assert_eq!(bridge(&Root::new(), asked.collect::<Vec<_>>().join("\n")), answers);
}

#[test]
fn stdio_with_json_is_wrong_usage() {
    Root::new().run(&["--json", "stdio"]).fails(2, &["--jsonrpc"]);
}
