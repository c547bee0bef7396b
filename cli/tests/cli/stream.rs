//! `stream`.

use crate::support::{Root, text};
use std::time::{SystemTime, UNIX_EPOCH};

#[test]
fn appended_events_come_back_in_order_as_canonical_text() {
    let root = Root::new();
    root.run(&["stream", "append", "orders", "{:sku \"A-1\" :seq 3}"]).gives("3\n");
    root.run(&["stream", "append", "orders", "{:seq 2 :tags [new]}"]).gives("3\n");
    root.run(&["stream", "read", "orders"])
        .gives("{:seq 3 :sku \"A-1\"}\n{:seq 2 :tags (list (quote new))}\n");
    root.run(&["stream", "last-seq", "orders"]).gives("3\n");
    root.run(&["stream", "count", "orders"]).gives("2\n");
}

#[test]
fn a_stream_never_written_is_empty() {
    let root = Root::new();
    root.fill("other", 1);
    let read = root.run(&["stream", "read", "orders"]);
    read.gives("");
    assert!(read.notes.contains("there is no stream orders yet; `stream ls`"), "{read:?}");
    // One that was written and emptied is there.
    root.run(&["stream", "truncate", "other", "9"]).gives("1\n");
    let read = root.run(&["stream", "read", "other"]);
    read.gives("");
    assert!(!read.notes.contains("there is no stream"), "{read:?}");
    root.run(&["stream", "last-seq", "orders"]).gives("0\n");
    root.run(&["stream", "count", "orders"]).gives("0\n");
    root.run(&["stream", "truncate", "orders", "9"]).gives("0\n");
}

#[test]
fn append_refuses_what_is_no_event_and_writes_nothing() {
    let root = Root::new();
    root.run(&["stream", "append", "s", "{:v 1}"]).fails(1, &["invalid event", "stream record"]);
    root.run(&["stream", "append", "s", "{:seq 1"]).fails(1, &["invalid value"]);
    root.run(&["stream", "append", "", "{:seq 1}"]).fails(1, &["invalid name"]);
    root.run(&["stream", "ls"]).fails(10, &["there is no store"]);
}

#[test]
fn append_after_another_last_seq_is_refused() {
    let root = Root::new();
    root.run(&["stream", "append", "s", "{:seq 5}", "--if-seq", "0"]).gives("5\n");
    root.run(&["stream", "append", "s", "{:seq 6}", "--if-seq", "4"])
        .fails(13, &["stale: expected 4, the store has 5", "try again"]);
    root.run(&["stream", "append", "s", "{:seq 5}", "--if-seq", "5"]).fails(1, &["invalid event"]);
    root.run(&["stream", "append", "s", "{:seq 6}", "--if-seq", "5"]).gives("6\n");
    root.run(&["stream", "count", "s"]).gives("2\n");
}

#[test]
fn append_takes_the_event_from_standard_input() {
    let root = Root::new();
    root.run_with_input(&["stream", "append", "s", "-"], "{:seq 7} ; the first\n").gives("7\n");
    root.run(&["stream", "read", "s"]).gives("{:seq 7}\n");
}

#[test]
fn record_makes_an_event_with_the_next_seq() {
    let root = Root::new();
    let event = "{:at -5 :data {:qty 2} :seq 1 :stream \"orders\" :type \"placed\"}\n";
    root.run(&["stream", "record", "orders", "placed", "{:qty 2}", "--at", "-5"]).gives(event);
    root.run(&["stream", "read", "orders"]).gives(event);
    root.run(&["stream", "record", "orders", "x", "-7", "--at", "0", "--if-seq", "1"])
        .gives("{:at 0 :data -7 :seq 2 :stream \"orders\" :type \"x\"}\n");
    root.run(&["stream", "record", "orders", "x", "1", "--if-seq", "1"])
        .fails(13, &["stale: expected 1, the store has 2"]);
}

#[test]
fn record_takes_a_string_and_standard_input() {
    let root = Root::new();
    root.run(&["stream", "record", "s", "said", "--string", "a \"b\"", "--at", "0"])
        .gives("{:at 0 :data \"a \\\"b\\\"\" :seq 1 :stream \"s\" :type \"said\"}\n");
    root.run_with_input(&["stream", "record", "s", "said", "-", "--string", "--at", "0"], "two\nlines")
        .gives("{:at 0 :data \"two\\nlines\" :seq 2 :stream \"s\" :type \"said\"}\n");
}

#[test]
fn record_says_the_present_time_unless_told() {
    let now = || i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap();
    let root = Root::new();
    let before = now();
    let recorded = root.run(&["stream", "record", "s", "x", "nil"]);
    let at: i64 = sx::field(recorded.stdout.trim_end(), "at").unwrap().parse().unwrap();
    assert!((before..=now()).contains(&at), "{recorded:?}");
}

#[test]
fn read_takes_a_part_from_either_end() {
    let root = Root::new();
    root.fill("s", 5);
    let read = |options: &[&str]| root.run(&[&["stream", "read", "s"], options].concat());
    read(&["--after", "3"]).gives("{:seq 4}\n{:seq 5}\n");
    read(&["--after", "1", "--limit", "2"]).gives("{:seq 2}\n{:seq 3}\n");
    read(&["--reverse", "--limit", "2"]).gives("{:seq 5}\n{:seq 4}\n");
    read(&["--limit", "0"]).gives("");
    read(&["--after", "5"]).gives("");
    read(&["--after", "3", "--reverse"]).fails(2, &["--after", "--reverse"]);
    read(&["--follow", "--reverse"]).fails(2, &["--follow", "--reverse"]);
}

#[test]
fn read_goes_through_all_pages_of_a_long_stream() {
    let root = Root::new();
    root.fill("s", 3_000);
    let events = |seqs: &mut dyn Iterator<Item = u64>| text(seqs.map(|seq| format!("{{:seq {seq}}}")));
    root.run(&["stream", "read", "s"]).gives(&events(&mut (1..=3_000)));
    root.run(&["stream", "read", "s", "--reverse"]).gives(&events(&mut (1..=3_000).rev()));
    root.run(&["stream", "read", "s", "--limit", "1500"]).gives(&events(&mut (1..=1_500)));
    root.run(&["stream", "read", "s", "--reverse", "--limit", "1600"])
        .gives(&events(&mut (1_401..=3_000).rev()));
}

#[test]
fn truncate_drops_events_and_keeps_the_last_seq() {
    let root = Root::new();
    root.fill("s", 4);
    root.run(&["stream", "truncate", "s", "3"]).gives("3\n");
    root.run(&["stream", "read", "s"]).gives("{:seq 4}\n");
    root.run(&["stream", "truncate", "s", "9"]).gives("1\n");
    root.run(&["stream", "read", "s"]).gives("");
    root.run(&["stream", "last-seq", "s"]).gives("4\n");
    root.run(&["stream", "ls"]).gives("s\n");
}

#[test]
fn list_quotes_a_name_that_would_not_stand_on_a_line() {
    let root = Root::new();
    for name in ["plain name ☃", "two\nlines", "\"quoted\""] {
        root.fill(name, 1);
    }
    root.run(&["stream", "ls"]).gives("\"\\\"quoted\\\"\"\nplain name ☃\n\"two\\nlines\"\n");
}

#[test]
fn relaxed_writes_are_there_when_the_command_has_ended() {
    let root = Root::new();
    root.run(&["--relaxed", "stream", "append", "s", "{:seq 1}"]).gives("1\n");
    root.run(&["stream", "read", "s"]).gives("{:seq 1}\n");
}

#[test]
fn tail_is_the_last_events_in_order() {
    let root = Root::new();
    root.fill("s", 3_000);
    root.run(&["stream", "read", "s", "--tail", "2"]).gives("{:seq 2999}\n{:seq 3000}\n");
    let last = text((1_001..=3_000).map(|seq| format!("{{:seq {seq}}}")));
    root.run(&["stream", "read", "s", "--tail", "2000"]).gives(&last);
    root.run(&["stream", "read", "s", "--tail", "0"]).gives("");
    root.run(&["stream", "truncate", "s", "2998"]).gives("2998\n");
    root.run(&["stream", "read", "s", "--tail", "9"]).gives("{:seq 2999}\n{:seq 3000}\n");
    root.run(&["stream", "read", "s", "--tail", "1", "--reverse"]).fails(2, &["--tail", "--reverse"]);
}

#[test]
fn several_streams_are_read_one_after_the_other_each_event_with_its_stream() {
    let root = Root::new();
    for stream in ["orders/1", "orders/2", "refunds"] {
        root.fill(stream, 2);
    }
    let read = |options: &[&str]| root.run(&[&["stream", "read"], options].concat());
    read(&["refunds", "orders/1"])
        .gives("refunds\t{:seq 1}\nrefunds\t{:seq 2}\norders/1\t{:seq 1}\norders/1\t{:seq 2}\n");
    // One that is named and has a prefix is read once.
    read(&["orders/2", "--prefix", "orders/", "--tail", "1"])
        .gives("orders/2\t{:seq 2}\norders/1\t{:seq 2}\n");
    read(&["--prefix", "refunds", "--reverse", "--limit", "1"]).gives("refunds\t{:seq 2}\n");
    read(&["--prefix", "orders/", "--after", "1", "--json"]).gives(
        "[{\"stream\":\"orders/1\",\"event\":{\"seq\":2}},{\"stream\":\"orders/2\",\"event\":{\"seq\":2}}]\n",
    );
    read(&["--prefix", "none"]).gives("");
    read(&[]).fails(2, &["STREAM"]);
}
