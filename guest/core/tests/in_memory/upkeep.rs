//! What an operator does with a store: checks in parts (U1), compaction (U2), what is whose (U3), and pages of streams.

use crate::any_disk::{Engine, engine_on};
use crate::contents::{bytes, disk, files, put, runs};
use crate::packed::{convert, look, packed, root};
use std::collections::BTreeMap;
use sx_persist_core::memory::Memory;
use sx_persist_core::{Error, Expect, ExpectSeq, Layout, Report, Usage, UsageBy};

const TINY: &str = "journal 1024 file 1024 block 64 fan 2";
const LAYOUTS: [Layout; 2] = [Layout::Plain, Layout::Packed];

fn of(layout: Layout) -> Memory {
    match layout {
        Layout::Plain => root(TINY),
        Layout::Packed => packed(TINY),
    }
}

fn session(number: u32) -> String {
    format!("00000000-0000-4000-8000-{number:012x}")
}

/// Something of everything, of which much is overwritten, removed or truncated. Other rounds bring other things.
fn fill(engine: &mut Engine, round: u32) {
    for number in 0..12 {
        let last = engine.last_seq(&format!("s{number}")).unwrap();
        let events: Vec<_> =
            (1..6).map(|more| format!("{{:seq {} :text \"{round}\"}}", last + more)).collect();
        engine.append_expecting(&format!("s{number}"), last, &events).unwrap();
        engine.truncate(&format!("s{number}"), last + u64::from(number) % 5).unwrap();
        engine.kv_put(&format!("k{number}"), &format!("\"{}\"", "v".repeat(40))).unwrap();
        let value = vec![b'v'; if number == 3 { 3_000 } else { 50 }];
        engine.map_put("t", format!("{}", number * (round + 1)).as_bytes(), &value).unwrap();
        engine.map_put("other", format!("{number}").as_bytes(), b"7").unwrap();
        engine.object_write(&format!("{:040x}", number * 7 + round), &value).unwrap();
        engine.ref_set(&format!("heads/{number}"), &"a".repeat(40)).unwrap();
        engine.snapshot_persist(&format!("n{number}"), &value).unwrap();
        engine.blob_put(&[value.as_slice(), &[u8::try_from(number).unwrap()]].concat()).unwrap();
        let (session, segment) = (session(number % 4), session(1_000 + number));
        for entry in ["nil", ":entry", ":last"] {
            engine.session_append(&session, &segment, entry).unwrap();
        }
        engine.session_append_trace(&session, &segment, ":trace").unwrap();
    }
    engine.kv_delete("k1").unwrap();
    engine.map_delete("t", b"4", Expect::Any).unwrap();
    engine.session_truncate(&session(1), &session(1_001), 1, ExpectSeq::Any).unwrap();
}

fn filled(layout: Layout) -> Memory {
    let disk = of(layout);
    let mut engine = engine_on(disk.clone());
    (0..3).for_each(|round| fill(&mut engine, round));
    engine.blob_put(&vec![7; 100_000]).unwrap();
    disk
}

/// Another disk with the same files.
fn copy(of: &Memory) -> Memory {
    disk(&files(of))
}

fn sum(reports: &[Report]) -> Report {
    reports.iter().fold(Report::default(), |sum, report| Report {
        logs: sum.logs + report.logs,
        events: sum.events + report.events,
        entries: sum.entries + report.entries,
        blobs: sum.blobs + report.blobs,
        bytes: sum.bytes + report.bytes,
        foreign: sum.foreign + report.foreign,
        damaged: sum.damaged + report.damaged,
        findings: [sum.findings, report.findings.clone()].concat(),
    })
}

#[test]
fn all_parts_together_are_a_whole_verify() {
    for layout in LAYOUTS {
        let mut engine = engine_on(filled(layout));
        let whole = engine.verify().unwrap();
        assert_eq!(whole.damaged, 0, "{:?}", whole.findings);
        for parts in [1, 2, 3, 7, 100] {
            let reports: Vec<_> = (1..=parts).map(|part| engine.verify_part(part, parts).unwrap()).collect();
            assert_eq!(sum(&reports), whole, "{parts} parts");
            let most = reports.iter().map(|report| report.bytes).max().unwrap();
            // A blob of 100,000 bytes is in one of them, as are all bytes of one file.
            assert!(parts < 3 || most < whole.bytes / 2 + 100_000, "{most} of {}", whole.bytes);
        }
        for (part, parts) in [(0, 3), (4, 3), (1, 0), (1, 65_537)] {
            let refused = engine.verify_part(part, parts);
            assert!(matches!(refused, Err(Error::InvalidArgument(_))), "{part} of {parts}");
        }
    }
}

#[test]
fn what_is_damaged_is_found_by_one_of_the_parts() {
    for layout in LAYOUTS {
        let disk = filled(layout);
        engine_on(disk.clone()).checkpoint().unwrap();
        let mut damaged = 0;
        for path in runs(&mut disk.clone()) {
            let mut bad = copy(&disk);
            let mut content = bytes(&mut bad, &path);
            content[20] ^= 1;
            put(&mut bad, &path, &content);
            let mut engine = engine_on(bad);
            let whole = engine.verify().unwrap();
            let parts: Vec<_> = (1..=5).map(|part| engine.verify_part(part, 5).unwrap()).collect();
            let found = sum(&parts);
            damaged += whole.damaged;
            assert!(whole.findings.iter().all(|finding| found.findings.contains(finding)), "{path}");
        }
        assert!(damaged > 10, "{damaged}");
    }
}

/// Compacts, with `between` done between any two parts.
fn compact(engine: &mut Engine, mut between: impl FnMut(&mut Engine, u64)) {
    for step in 0..10_000 {
        if engine.compact_step().unwrap() == 0 {
            return;
        }
        between(engine, step);
    }
    panic!("it comes to no end");
}

fn usages(engine: &mut Engine, by: UsageBy) -> Vec<Usage> {
    let (mut usages, mut after) = (Vec::new(), None);
    loop {
        let page = engine.usage(by, after.as_deref(), 3).unwrap();
        let next = page.next().map(str::to_owned);
        usages.extend(page.items);
        if next.is_none() {
            return usages;
        }
        after = next;
    }
}

fn garbage_bytes(engine: &mut Engine) -> u64 {
    usages(engine, UsageBy::Keyspaces).iter().map(|usage| usage.garbage_bytes).sum()
}

#[test]
fn a_compaction_leaves_one_run_without_garbage_and_every_answer() {
    for layout in LAYOUTS {
        let disk = filled(layout);
        let mut engine = engine_on(disk.clone());
        let (before, items) = (look(&mut engine), items_of_all(&mut engine));
        assert!(garbage_bytes(&mut engine) > 1_000);
        compact(&mut engine, |engine, _| {
            assert_eq!((look(engine), items_of_all(engine)), (before.clone(), items.clone()));
        });
        assert_eq!((look(&mut engine), items_of_all(&mut engine)), (before.clone(), items.clone()));
        assert_eq!(garbage_bytes(&mut engine), 0);
        assert_eq!(engine.verify().unwrap().damaged, 0);
        // It is in no memory alone.
        let mut again = engine_on(disk);
        assert_eq!((look(&mut again), garbage_bytes(&mut again)), (before, 0));
        assert_eq!(again.compact_step(), Ok(0));
    }
}

#[test]
fn a_compaction_that_is_cut_off_at_any_part_goes_on() {
    for layout in LAYOUTS {
        let disk = filled(layout);
        let expected = look(&mut engine_on(disk.clone()));
        let mut parts = 0;
        loop {
            let disk = copy(&disk);
            let mut engine = engine_on(disk.clone());
            let is_over = (0..parts).any(|_| engine.compact_step().unwrap() == 0);
            // It ends here, without a word.
            let mut engine = engine_on(disk);
            assert_eq!(look(&mut engine), expected, "behind {parts}");
            compact(&mut engine, |_, _| {});
            assert_eq!((look(&mut engine), garbage_bytes(&mut engine)), (expected.clone(), 0));
            if is_over {
                break;
            }
            parts += 1;
        }
        assert!(parts > 3, "{parts}");
    }
}

#[test]
fn what_is_written_between_the_parts_stays_and_the_compaction_ends() {
    for layout in LAYOUTS {
        let mut engine = engine_on(filled(layout));
        compact(&mut engine, |engine, step| {
            engine.kv_put(&format!("k{}", step % 5), &step.to_string()).unwrap();
            engine.map_put("t", b"0", &step.to_be_bytes()).unwrap();
            if step % 3 == 0 {
                engine.checkpoint().unwrap();
            }
        });
        assert_eq!(engine.verify().unwrap().damaged, 0);
        compact(&mut engine, |_, _| {});
        assert_eq!(garbage_bytes(&mut engine), 0);
    }
}

#[test]
fn a_compaction_that_meets_damage_says_so_and_leaves_the_run() {
    let disk = filled(Layout::Plain);
    let mut engine = engine_on(disk.clone());
    compact(&mut engine, |_, _| {});
    fill(&mut engine, 9);
    engine.checkpoint().unwrap();
    drop(engine);
    let damaged = runs(&mut disk.clone()).into_iter().map(|path| {
        let mut bad = copy(&disk);
        let mut content = bytes(&mut bad, &path);
        content[20] ^= 1;
        put(&mut bad, &path, &content);
        bad
    });
    let disk = damaged.into_iter().find(|disk| engine_on(copy(disk)).verify().unwrap().damaged > 0).unwrap();
    let mut engine = engine_on(disk);
    let error = (0..10_000).find_map(|_| engine.compact_step().err());
    assert!(matches!(error, Some(Error::Corrupt(_))), "{error:?}");
    compact(&mut engine, |_, _| {});
    engine.kv_put("goes", "\"on\"").unwrap();
    engine.repair().unwrap();
    compact(&mut engine, |_, _| {});
    assert_eq!((engine.verify().unwrap().damaged, garbage_bytes(&mut engine)), (0, 0));
}

/// Items and bytes of values, by keyspace.
fn items_of_all(engine: &mut Engine) -> Vec<(String, u64)> {
    usages(engine, UsageBy::Keyspaces).into_iter().map(|usage| (usage.name, usage.items)).collect()
}

#[test]
fn usage_counts_what_the_interfaces_answer() {
    for (layout, is_settled) in LAYOUTS.into_iter().flat_map(|layout| [(layout, false), (layout, true)]) {
        let mut engine = engine_on(filled(layout));
        if is_settled {
            engine.checkpoint().unwrap();
        }
        let streams = usages(&mut engine, UsageBy::Streams);
        let named: Vec<_> = streams.iter().map(|usage| usage.name.clone()).collect();
        assert_eq!(named, engine.streams().unwrap());
        for usage in &streams {
            let events = engine.read_stream(&usage.name).unwrap();
            assert_eq!(usage.items, events.len() as u64, "{usage:?}");
            let value_bytes: usize = events.iter().map(String::len).sum();
            assert!(layout == Layout::Plain || usage.value_bytes == value_bytes as u64, "{usage:?}");
            assert!(!is_settled || usage.disk_bytes >= usage.value_bytes + usage.garbage_bytes, "{usage:?}");
        }
        let tables = usages(&mut engine, UsageBy::Tables);
        assert_eq!(tables.iter().map(|usage| &usage.name[..]).collect::<Vec<_>>(), ["other", "t"]);
        for usage in &tables {
            assert_eq!(Ok(usage.items), engine.map_count(&usage.name));
        }
        let sessions = usages(&mut engine, UsageBy::Sessions);
        let entries: u64 = sessions.iter().map(|usage| usage.items).sum();
        let report = engine.verify().unwrap();
        assert_eq!(entries + streams.iter().map(|usage| usage.items).sum::<u64>(), report.events);
        assert_eq!(
            sessions.iter().map(|usage| usage.name.clone()).collect::<Vec<_>>(),
            [0, 1, 2, 3].map(session)
        );

        let all: BTreeMap<_, _> = usages(&mut engine, UsageBy::Keyspaces)
            .into_iter()
            .map(|usage| (usage.name.clone(), usage))
            .collect();
        let together = |of: &[Usage]| {
            of.iter().fold((0, 0, 0), |(items, values, garbage), usage| {
                (items + usage.items, values + usage.value_bytes, garbage + usage.garbage_bytes)
            })
        };
        let of_all = |name: &str| together(std::slice::from_ref(&all[name]));
        assert_eq!(of_all("maps"), together(&tables));
        assert_eq!((of_all("streams").0, of_all("streams").1), (together(&streams).0, together(&streams).1));
        assert_eq!(
            (of_all("sessions").0, of_all("sessions").1),
            (together(&sessions).0, together(&sessions).1)
        );
        let stats: BTreeMap<_, _> = engine.stats().unwrap().into_iter().collect();
        for (name, counter) in [
            ("kv", "keys"),
            ("blobs", "blobs"),
            ("refs", "refs"),
            ("objects", "objects"),
            ("snapshots", "snapshots"),
        ] {
            assert_eq!(all[name].items, stats[counter], "{name}");
        }
        if layout == Layout::Packed {
            assert_eq!(all["blobs"].value_bytes, stats["blob-bytes"]);
        }
    }
}

#[test]
fn usage_refuses_what_is_no_cursor_of_its_own() {
    let mut engine = engine_on(filled(Layout::Packed));
    for (by, after) in [(UsageBy::Keyspaces, "nothing"), (UsageBy::Sessions, "nothing")] {
        assert!(matches!(engine.usage(by, Some(after), 3), Err(Error::InvalidArgument(_))), "{by:?}");
    }
    assert!(matches!(engine.usage(UsageBy::Streams, None, 0), Err(Error::InvalidArgument(_))));
    assert!(engine.usage(UsageBy::Streams, Some("s3"), 9).unwrap().items[0].name == *"s4");
}

#[test]
fn pages_of_streams_are_the_list_of_them() {
    for layout in LAYOUTS {
        let disk = filled(layout);
        let mut engine = engine_on(disk.clone());
        engine.truncate("s2", 1_000).unwrap();
        for is_new in [false, true] {
            if is_new {
                engine.checkpoint().unwrap();
                engine.append("s11a", "{:seq 1}").unwrap();
                engine.append("new", "{:seq 1}").unwrap();
            }
            let all = engine.streams().unwrap();
            for (prefix, limit) in [("", 1), ("", 5), ("", 99), ("s1", 2), ("x", 2)] {
                let (mut names, mut after) = (Vec::new(), None);
                loop {
                    let page = engine.list_streams(prefix, after.as_deref(), limit).unwrap();
                    let next = page.next().map(str::to_owned);
                    names.extend(page.items);
                    if next.is_none() {
                        break;
                    }
                    after = next;
                }
                let wanted: Vec<_> = all.iter().filter(|name| name.starts_with(prefix)).cloned().collect();
                assert_eq!(names, wanted, "{layout:?} {prefix:?} {limit}");
            }
        }
        assert!(matches!(engine.list_streams("", None, 0), Err(Error::InvalidArgument(_))));
        convert(&mut engine, if layout == Layout::Plain { Layout::Packed } else { Layout::Plain });
        assert_eq!(engine.list_streams("s1", Some("s1"), 2).unwrap().items, ["s10", "s11"]);
    }
}
