//! `import` and `export`.

use crate::support::{Root, text};

#[test]
fn what_is_exported_and_imported_is_the_same() {
    let (root, other) = (Root::new(), Root::new());
    let lines = "(\"persist/append\" \"s\" {:seq 9 :v [nil true -0.0 3.0 1e300 :k sym \"q\\\"\\n☃\"]})\n\
                 (\"persist/append\" \"s\" {:seq 4 :\"first name\" {:$ref {} \"$symbol\" \"x\"}})\n\
                 (\"persist/append\" \"s\" {:seq 9007199254740991})\n";
    let lines = lines.replace(":\"first name\"", "\"first name\"").replace(":$ref", "\"$ref\"");
    root.run_with_input(&["stdio"], lines).gives("nil\nnil\nnil\n");
    let exported = root.run(&["export", "--stream", "s"]);
    assert_eq!((exported.code, exported.stdout.lines().count()), (Some(0), 3), "{exported:?}");
    let file = root.file("s.jsonl", &exported.stdout);
    other.run(&["import", &file, "--stream", "s"]).gives("events 3\nlast-seq 9007199254740991\n");
    other.run(&["stream", "read", "s"]).gives(&root.run(&["stream", "read", "s"]).stdout);
    other.run(&["export", "--stream", "s"]).gives(&exported.stdout);
}

#[test]
fn import_takes_standard_input_and_passes_over_blank_lines() {
    let root = Root::new();
    let import = ["--json", "import", "-", "--stream", "s"];
    root.run_with_input(&import, "{\"seq\":1}\n\n  \r\n{\"seq\":2}").gives("{\"events\":2,\"last_seq\":2}\n");
    root.run(&["stream", "read", "s"]).gives("{:seq 1}\n{:seq 2}\n");
    root.run_with_input(&import, "").gives("{\"events\":0,\"last_seq\":2}\n");
}

#[test]
fn import_takes_what_other_systems_put_around_lines() {
    let root = Root::new();
    let lines = "\u{feff}{\"seq\":1,\"a\":1}\r\n{\"seq\":2,\"a\":\"\u{feff}\"}\r\n";
    root.run_with_input(&["import", "-", "--stream", "s"], lines).gives("events 2\nlast-seq 2\n");
    root.run(&["stream", "read", "s"]).gives("{:a 1 :seq 1}\n{:a \"\u{feff}\" :seq 2}\n");
    root.run_with_input(&["--json", "kv", "put", "k", "-"], "\u{feff}{\"a\":18446744073709551616}")
        .fails(1, &["18446744073709551616 at line 1 column 6 is no integer of 64 bits"]);
}

#[test]
fn import_of_more_than_a_batch_is_whole_and_in_order() {
    let root = Root::new();
    root.fill("s", 10_000);
    let all = text((1..=10_000).map(|seq| format!("{{\"seq\":{seq}}}")));
    root.run(&["export", "--stream", "s"]).gives(&all);
}

#[test]
fn a_bad_line_is_named_and_nothing_of_it_or_behind_it_is_written() {
    for (bad, words) in [
        ("{\"seq\":3", "invalid JSON"),
        ("[3]", "invalid event"),
        ("{\"v\":1}", "--number"),
        ("{\"seq\":0}", "invalid event"),
        ("{\"seq\":\"3\"}", "invalid event"),
        ("{\"seq\":3,\"v\":9223372036854775808}", "integer outside 64 bits"),
        (
            "{\"seq\":3,\"v\":123456789012345678901234567890}",
            "123456789012345678901234567890 at line 1 column 14",
        ),
        ("{\"seq\":3,\"v\":18446744073709551616}", "write it as a string"),
        ("{\"seq\":3,\"v\":-9223372036854775809}", "write it as a string"),
    ] {
        let root = Root::new();
        let lines = format!("{{\"seq\":1}}\n\n{{\"seq\":2}}\n{bad}\n{{\"seq\":5}}\n");
        let import = root.run_with_input(&["import", "-", "--stream", "s"], lines);
        import.fails(1, &["standard input line 4 (the 2 events before it are written)", words]);
        root.run(&["stream", "read", "s"]).gives("{:seq 1}\n{:seq 2}\n");
    }
}

#[test]
fn a_line_that_is_no_text_or_too_long_is_a_bad_line() {
    let root = Root::new();
    let import = ["import", "-", "--stream", "s"];
    root.run_with_input(&import, b"{\"seq\":1}\n\xff\n")
        .fails(1, &["line 2 (the 1 events", "not UTF-8 at byte 0"]);
    let long = format!("{{\"seq\":2,\"v\":\"{}\"}}\n", "x".repeat(16 << 20));
    root.run_with_input(&import, &long).fails(1, &["line 1 (the 0 events", "too long", "16777216"]);
    let longer = format!("{{\"seq\":2,\"v\":\"{}\"}}\n", "x".repeat(64 << 20));
    root.run_with_input(&import, &longer).fails(1, &["line 1 (the 0 events", "67108864"]);
    root.run(&["stream", "last-seq", "s"]).gives("1\n");
}

#[test]
fn a_bad_line_far_behind_leaves_all_before_it() {
    let root = Root::new();
    let mut lines = text((1..=6_000).map(|seq| format!("{{\"seq\":{seq}}}")));
    lines.push_str("{\"seq\":-1}\n{\"seq\":6001}\n");
    let file = root.file("in.jsonl", lines);
    root.run(&["import", &file, "--stream", "s"])
        .fails(1, &["in.jsonl line 6001 (the 6000 events before it are written)", "invalid event"]);
    root.run(&["stream", "count", "s"]).gives("6000\n");
}

#[test]
fn import_numbers_lines_without_a_seq_when_told_to() {
    let root = Root::new();
    let import = ["import", "-", "--stream", "s", "--number"];
    root.run_with_input(&import, "{\"v\":1}\n{\"seq\":7}\n{\"v\":2}\n{\"seq\":3}\n{\"v\":3}\n")
        .gives("events 5\nlast-seq 9\n");
    root.run_with_input(&import, "{}\n").gives("events 1\nlast-seq 10\n");
    root.run(&["stream", "read", "s"])
        .gives("{:seq 1 :v 1}\n{:seq 7}\n{:seq 8 :v 2}\n{:seq 3}\n{:seq 9 :v 3}\n{:seq 10}\n");
    root.run_with_input(&import, "{\"seq\":9007199254740991}\n{}\n")
        .fails(1, &["standard input line 2 (the 1 events before it are written)", "invalid event"]);
}

#[test]
fn a_file_that_cannot_be_read_is_wrong_usage() {
    let root = Root::new();
    root.run(&["import", &root.beside("none"), "--stream", "s"]).fails(2, &["cannot read", "none"]);
    root.run(&["import", "-"]).fails(2, &["--stream"]);
    root.run(&["export"]).fails(2, &["--stream"]);
}

#[test]
fn export_and_follow_print_what_precedes_a_damaged_line_and_then_the_error() {
    let root = Root::new();
    root.fill("s", 1_500);
    // The first byte of event 1,400, whose line is the one that ends in its number.
    let log = std::fs::read_to_string(format!("{}/streams/73.log", root.path())).unwrap();
    root.damage("streams/73.log", log.find("{:seq 1400}").unwrap());
    let error = ["streams/73.log", "line 1400"];
    let events = |form: fn(u32) -> String| text((1..1_400).map(form));
    let exported = root.run(&["export", "--stream", "s"]);
    assert_eq!(exported.stdout, events(|seq| format!("{{\"seq\":{seq}}}")));
    assert_eq!(exported.code, Some(12));
    exported.complains(&error);
    for args in [&["stream", "read", "s", "--follow"][..], &["stream", "read", "s"]] {
        let read = root.run(args);
        assert_eq!(read.stdout, events(|seq| format!("{{:seq {seq}}}")));
        assert_eq!(read.code, Some(12));
        read.complains(&error);
    }
    // An array that is cut short: nobody takes a part for the whole.
    let array = root.run(&["--json", "stream", "read", "s"]);
    assert_eq!((array.code, array.stdout.ends_with("{\"seq\":1399}")), (Some(12), true));
}

#[test]
fn a_file_that_was_imported_is_not_imported_again_in_silence() {
    let root = Root::new();
    let lines = |seqs: &[u64]| text(seqs.iter().map(|seq| format!("{{\"seq\":{seq}}}")));
    let import = |more: &[&str], seqs: &[u64]| {
        root.run_with_input(&[&["import", "-", "--stream", "s"], more].concat(), lines(seqs))
    };
    import(&[], &[9, 4, 9]).gives("events 3\nlast-seq 9\n");
    import(&[], &[9, 4, 9]).fails(1, &["an event of seq 9 already", "--resume", "--repeat"]);
    // In a stream whose seqs descend it may stand anywhere.
    import(&[], &[4]).fails(1, &["an event of seq 4 already"]);
    root.run(&["export", "--stream", "s"]).gives(&lines(&[9, 4, 9]));
    import(&["--resume"], &[9, 4, 9, 2, 10]).gives("events 2\nlast-seq 10\nskipped 3\n");
    import(&["--resume"], &[9, 4, 9, 2, 10]).gives("events 0\nlast-seq 10\nskipped 5\n");
    root.run(&["export", "--stream", "s"]).gives(&lines(&[9, 4, 9, 2, 10]));
    // A seq that nobody has is taken as it always was, and one below it behind it.
    import(&[], &[3, 10]).gives("events 2\nlast-seq 10\n");
    import(&["--repeat"], &[3]).gives("events 1\nlast-seq 10\n");
    root.run(&["export", "--stream", "s"]).gives(&lines(&[9, 4, 9, 2, 10, 3, 10, 3]));
}

#[test]
fn resuming_compares_events_and_refuses_what_it_cannot_tell() {
    let root = Root::new();
    let import = |lines: &str| root.run_with_input(&["import", "-", "--stream", "s", "--resume"], lines);
    import("{\"seq\":1}\n{\"seq\":2,\"v\":1}\n").gives("events 2\nlast-seq 2\nskipped 0\n");
    // The same, written otherwise.
    import("{ \"seq\": 1.0 }\n\n{\"v\":1,\"seq\":2}\n{\"seq\":3}\n")
        .gives("events 1\nlast-seq 3\nskipped 2\n");
    import("{\"seq\":1}\n{\"seq\":2,\"v\":2}\n{\"seq\":4}\n")
        .fails(1, &["line 2", "another event here, of seq 2"]);
    root.run(&["stream", "truncate", "s", "2"]).gives("2\n");
    import("{\"seq\":1}\n").fails(1, &["has gone past seq 1, to 3", "nobody can tell"]);
    import("{\"seq\":3}\n{\"seq\":4}\n").gives("events 1\nlast-seq 4\nskipped 1\n");
    root.run(&["stream", "read", "s"]).gives("{:seq 3}\n{:seq 4}\n");
}

#[test]
fn numbering_behind_what_is_there_is_told_of() {
    let root = Root::new();
    let import = ["import", "-", "--stream", "s", "--number"];
    assert!(!root.run_with_input(&import, "{}\n").notes.contains("there are events"));
    let again = root.run_with_input(&import, "{}\n");
    again.gives("events 1\nlast-seq 2\n");
    assert!(
        again.notes.contains("there are events in s, up to seq 1; what is numbered comes behind them"),
        "{again:?}"
    );
    root.run_with_input(&[&import[..], &["--resume"]].concat(), "{}\n").fails(2, &["--number", "--resume"]);
}

#[test]
fn a_stream_that_is_not_there_is_no_empty_export() {
    let root = Root::new();
    root.fill("orders", 1);
    let file = root.beside("backup.jsonl");
    root.run(&["export", "--stream", "oders", "-o", &file]).fails(1, &["no stream oders", "stream ls"]);
    assert!(!std::fs::exists(&file).unwrap());
    root.run(&["stream", "rm", "orders"]).gives("1\n");
    root.run(&["export", "--stream", "orders"]).gives("");
}
