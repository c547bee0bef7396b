//! Sessions over a storage in memory: logs that lose their end, and logs that go, in every state that they may be in.

use crate::any_disk::{Engine, engine_on};
use crate::segments::{A, B, segment, stat, texts};
use crate::watched::{Step, Watch, Watched};
use std::cell::Cell;
use std::collections::BTreeMap;
use sx_persist_core::memory::Memory;
use sx_persist_core::storage::Fault;
use sx_persist_core::{Direction, Error, ExpectSeq, Op, Outcome, Position};

/// Lets so many steps happen, and no more: a process that is killed.
#[derive(Clone)]
struct Dying {
    left: Cell<usize>,
}

impl Watch for Dying {
    fn before(&self, _step: Step) -> Result<(), Fault> {
        let left = self.left.get().checked_sub(1).ok_or(Fault::Failed("io"))?;
        self.left.set(left);
        Ok(())
    }
}

/// Everything that a store holds of sessions, in the order in which it lists them.
type Held = Vec<(String, Vec<(String, Vec<String>, String)>)>;

fn held(engine: &mut Engine) -> Held {
    let sessions = engine.session_list(None, 100).unwrap().items;
    let shown = |session: String| {
        let segments = engine.session_list_segments(&session, None, 100).unwrap().items;
        let shown = segments.into_iter().map(|segment| {
            assert_eq!(engine.session_of(&segment).unwrap().as_deref(), Some(session.as_str()));
            let entries = engine.session_read(&session, &segment).unwrap();
            assert_eq!(engine.session_entry_count(&session, &segment), Ok(entries.len() as u64));
            let traces = engine
                .session_read_trace(&session, &segment, &Position::Start, 100, Direction::Forward)
                .unwrap()
                .lines;
            (segment, entries, traces)
        });
        let shown = shown.collect();
        (session, shown)
    };
    sessions.into_iter().map(shown).collect()
}

/// Nothing is damaged, foreign or set aside.
fn is_sound(engine: &mut Engine) {
    let report = engine.verify().unwrap();
    assert_eq!((report.damaged, report.foreign), (0, 0), "{:?}", report.findings);
    assert_eq!(stat(engine, "quarantine"), 0);
}

#[test]
fn a_segment_keeps_its_first_entries_wherever_they_stand() {
    let segment = segment(1);
    // How many entries stand in the base and in the journal, how many stay, and how many come behind them.
    for in_base in 0..4 {
        for pending in 0..4 {
            for kept in 0..=in_base + pending {
                for more in 0..3 {
                    let disk = Memory::new();
                    let mut engine = engine_on(disk.clone());
                    engine.session_create_segment(A, &segment, &texts(0..in_base)).unwrap();
                    engine.checkpoint().unwrap();
                    for number in in_base..in_base + pending {
                        let count = engine.session_append(A, &segment, &number.to_string());
                        assert_eq!(count, Ok(number as u64 + 1));
                    }
                    let dropped = engine.session_truncate(A, &segment, kept as u64, ExpectSeq::Any);
                    assert_eq!(dropped, Ok((in_base + pending - kept) as u64));
                    for number in 0..more {
                        engine.session_append(A, &segment, &format!("\"{number}\"")).unwrap();
                    }
                    let behind = (0..more).map(|number| format!("\"{number}\""));
                    let due: Vec<_> = texts(0..kept).into_iter().chain(behind).collect();
                    let expect = |engine: &mut Engine| {
                        assert_eq!(engine.session_read(A, &segment).unwrap(), due);
                        assert_eq!(engine.session_entry_count(A, &segment), Ok(due.len() as u64));
                        for index in 0..=due.len() {
                            let page = engine
                                .session_read_page(
                                    A,
                                    &segment,
                                    &Position::After(index as u64),
                                    2,
                                    Direction::Forward,
                                )
                                .unwrap();
                            let end = due.len().min(index + 2);
                            assert_eq!(page.lines.lines().collect::<Vec<_>>(), due[index.min(end)..end]);
                            assert_eq!(page.done, end >= due.len());
                            assert_eq!(page.through, index.max(end).to_string());
                        }
                        is_sound(engine);
                    };
                    expect(&mut engine);
                    // Killed, settled, opened once more.
                    let mut engine = engine_on(disk.clone());
                    expect(&mut engine);
                    expect(&mut engine_on(disk.reader()));
                    engine.checkpoint().unwrap();
                    expect(&mut engine);
                    expect(&mut engine_on(disk));
                }
            }
        }
    }
}

#[test]
fn a_truncation_beyond_the_end_says_both_numbers_and_changes_nothing() {
    let disk = Memory::new();
    let mut engine = engine_on(disk.clone());
    engine.session_create_segment(A, &segment(1), &texts(0..3)).unwrap();
    engine.session_create_segment(B, &segment(2), &texts(0..1)).unwrap();
    for _ in 0..2 {
        let before = (held(&mut engine), stat(&mut engine, "lsn"));
        let refused = engine.session_truncate(A, &segment(1), 4, ExpectSeq::Any);
        let Err(Error::InvalidArgument(reason)) = refused else { panic!("{refused:?}") };
        assert!(reason.contains('4') && reason.contains('3'), "{reason}");
        assert_eq!(engine.session_truncate(A, &segment(1), 3, ExpectSeq::Any), Ok(0));
        assert_eq!((held(&mut engine), stat(&mut engine, "lsn")), before);
        engine.checkpoint().unwrap();
    }
}

#[test]
fn a_long_segment_is_searched_and_not_walked() {
    let disk = Memory::new();
    let mut engine = engine_on(disk.clone());
    engine.session_create_segment(A, &segment(1), &texts(0..20_000)).unwrap();
    engine.checkpoint().unwrap();
    let page =
        engine.session_read_page(A, &segment(1), &Position::After(12_345), 2, Direction::Forward).unwrap();
    assert_eq!((page.lines.as_str(), page.next()), ("12345\n12346\n", Some("12347")));
    assert_eq!(engine.session_truncate(A, &segment(1), 10_000, ExpectSeq::Any), Ok(10_000));
    assert_eq!(engine.session_append(A, &segment(1), "nil"), Ok(10_001));
    engine.checkpoint().unwrap();
    let mut engine = engine_on(disk);
    assert_eq!(
        engine
            .session_read_page(A, &segment(1), &Position::After(9_999), 9, Direction::Forward)
            .unwrap()
            .lines,
        "9999\nnil\n"
    );
}

/// What may be done to sessions, as a test writes it down.
fn ops() -> Vec<Vec<Op>> {
    let (session, other) = (A.to_owned(), B.to_owned());
    let create = |number: usize, entries: usize| Op::SessionCreateSegment {
        session: session.clone(),
        segment: segment(number),
        entries: texts(0..entries),
    };
    let append = |number: usize, entry: &str| Op::SessionAppend {
        session: session.clone(),
        segment: segment(number),
        entry: entry.to_owned(),
    };
    let truncate = |number: usize, entries: u64| Op::SessionTruncate {
        expected: ExpectSeq::Any,
        session: session.clone(),
        segment: segment(number),
        entries,
    };
    let delete =
        |number: usize| Op::SessionDeleteSegment { session: session.clone(), segment: segment(number) };
    let trace = |number: usize| Op::SessionAppendTrace {
        session: session.clone(),
        segment: segment(number),
        entry: "{:took 3}".to_owned(),
    };
    let move_over = Op::SessionCreateSegment { session: other, segment: segment(1), entries: texts(7..9) };
    vec![
        vec![append(1, ":first"), append(1, ":second")],
        vec![truncate(1, 1)],
        vec![append(2, "2"), trace(1)],
        vec![append(1, ":gone"), truncate(1, 1), append(1, "\"again\""), truncate(2, 0)],
        vec![delete(1)],
        vec![create(1, 2)],
        vec![delete(1), append(1, ":anew"), append(1, ":longer")],
        vec![delete(1), move_over],
        vec![create(2, 4), truncate(2, 3), append(2, "nil"), truncate(2, 2)],
        vec![trace(2), delete(2)],
    ]
}

#[test]
fn a_kill_at_any_step_leaves_what_was_before_or_after() {
    let ops = ops();
    // With a checkpoint after each commit, after each second one, and at the end alone.
    for settled in 1..=3 {
        for at in 0..ops.len() {
            let mut steps = 0;
            loop {
                let disk = Memory::new();
                let mut engine = engine_on(disk.clone());
                engine.session_create_segment(A, &segment(1), &texts(0..3)).unwrap();
                for (index, batch) in ops[..at].iter().enumerate() {
                    engine.commit(batch).unwrap();
                    if index % settled == 0 && settled < 3 {
                        engine.checkpoint().unwrap();
                    }
                }
                let before = held(&mut engine);
                drop(engine);
                let watch = Dying { left: Cell::new(steps) };
                let mut engine = Watched { memory: disk.clone(), watch }.engine();
                let ended = engine.commit(&ops[at]).is_ok_and(|_| engine.checkpoint().is_ok());
                let mut engine = engine_on(disk.clone());
                let left = held(&mut engine);
                is_sound(&mut engine);
                let mut due = engine_on(Memory::new());
                due.session_create_segment(A, &segment(1), &texts(0..3)).unwrap();
                ops[..at].iter().for_each(|batch| drop(due.commit(batch).unwrap()));
                assert_eq!(held(&mut due), before);
                due.commit(&ops[at]).unwrap();
                let after = held(&mut due);
                assert!(left == after || (!ended && left == before), "{at} {settled} {steps}: {left:?}");
                // The recovery, and a write behind it.
                engine.session_append(B, &segment(9), "1").unwrap();
                let left = held(&mut engine);
                engine.checkpoint().unwrap();
                let mut engine = engine_on(disk.clone());
                assert_eq!(held(&mut engine), left);
                is_sound(&mut engine);
                if ended {
                    break;
                }
                steps += 1;
            }
            assert!(steps > 10, "{steps} steps");
        }
    }
}

#[test]
fn a_segment_that_was_deleted_leaves_nothing_behind() {
    let disk = Memory::new();
    for settled in [false, true] {
        let mut engine = engine_on(disk.clone());
        engine.session_append(A, &segment(1), "1").unwrap();
        engine.session_append_trace(A, &segment(1), "2").unwrap();
        engine.session_append(A, &segment(2), "1").unwrap();
        if settled {
            engine.checkpoint().unwrap();
        }
        assert_eq!(engine.session_delete_segment(A, &segment(1)), Ok(true));
        assert_eq!(engine.session_delete_segment(A, &segment(1)), Ok(false));
        assert_eq!(engine.session_delete_segment(B, &segment(2)), Ok(false));
        for reopened in [false, true] {
            assert_eq!(engine.session_exists(A, &segment(1)), Ok(false));
            assert_eq!(engine.session_of(&segment(1)), Ok(None));
            assert!(matches!(engine.session_read(A, &segment(1)), Err(Error::NotFound(_))));
            assert!(matches!(
                engine.session_read_page(A, &segment(1), &Position::Start, 1, Direction::Forward),
                Err(Error::NotFound(_))
            ));
            assert!(matches!(engine.session_entry_count(A, &segment(1)), Err(Error::NotFound(_))));
            assert!(matches!(
                engine.session_truncate(A, &segment(1), 0, ExpectSeq::Any),
                Err(Error::NotFound(_))
            ));
            assert_eq!(
                engine
                    .session_read_trace(A, &segment(1), &Position::Start, 9, Direction::Forward)
                    .unwrap()
                    .lines,
                ""
            );
            assert_eq!(engine.session_list_segments(A, None, 9).unwrap().items, [segment(2)]);
            if !reopened {
                engine.checkpoint().unwrap();
                engine = engine_on(disk.clone());
            }
        }
        assert_eq!(engine.session_append(A, &segment(1), "3"), Ok(1));
        assert_eq!(engine.session_delete_segment(A, &segment(1)), Ok(true));
        is_sound(&mut engine);
    }
}

#[test]
fn a_segment_belongs_to_one_session() {
    let mut engine = engine_on(Memory::new());
    engine.session_append(A, &segment(1), "1").unwrap();
    for _ in 0..2 {
        let taken = Error::Conflict(segment(1));
        assert_eq!(engine.session_append(B, &segment(1), "1"), Err(taken.clone()));
        assert_eq!(engine.session_append_expecting(B, &segment(1), 0, &[]), Err(taken.clone()));
        assert_eq!(engine.session_create_segment(B, &segment(1), &[]), Err(taken.clone()));
        assert_eq!(engine.session_append_trace(B, &segment(1), "1"), Err(taken));
        assert_eq!(engine.session_exists(B, &segment(1)), Ok(false));
        assert_eq!(engine.session_list(None, 9).unwrap().items, [A]);
        engine.checkpoint().unwrap();
    }
    // As soon as it is gone, another may have it.
    let delete = Op::SessionDeleteSegment { session: A.to_owned(), segment: segment(1) };
    let append = Op::SessionAppend { session: B.to_owned(), segment: segment(1), entry: "2".to_owned() };
    let outcomes = engine.commit(&[delete, append]).unwrap().outcomes;
    assert_eq!(outcomes, [Outcome::Deleted(true), Outcome::Appended(1)]);
    assert_eq!(engine.session_of(&segment(1)).unwrap().as_deref(), Some(B));
}

#[test]
fn the_most_recent_stand_first_through_restarts_and_checkpoints() {
    let disk = Memory::new();
    let mut engine = engine_on(disk.clone());
    let sessions: Vec<_> = (0..20).map(|n| format!("{n:08x}-0000-4000-8000-000000000000")).collect();
    let mut order: Vec<usize> = Vec::new();
    for step in 0..200 {
        let at = step * 7 % 20;
        match step % 5 {
            0 => engine.session_append(&sessions[at], &segment(at), "1").map(drop).unwrap(),
            1 => engine.session_create_segment(&sessions[at], &segment(at), &[]).unwrap(),
            2 => engine
                .session_append_expecting(&sessions[at], &segment(100 + step), 0, &[])
                .map(drop)
                .unwrap(),
            3 => {
                engine.session_append(&sessions[at], &segment(at), "1").unwrap();
                engine.session_truncate(&sessions[at], &segment(at), 0, ExpectSeq::Any).map(drop).unwrap();
            }
            _ => engine.session_append(&sessions[at], &segment(at), "2").map(drop).unwrap(),
        }
        order.retain(|found| *found != at);
        order.insert(0, at);
        // Traces, and what changes nothing, are no writes to a segment.
        let other = order[order.len() - 1];
        let last = engine.session_list_segments(&sessions[other], None, 1).unwrap().items[0].clone();
        engine.session_append_trace(&sessions[other], &last, "1").unwrap();
        let count = engine.session_entry_count(&sessions[other], &last).unwrap();
        engine.session_truncate(&sessions[other], &last, count, ExpectSeq::Any).unwrap();
        engine.session_append_expecting(&sessions[other], &last, count, &[]).unwrap();
        match step % 11 {
            3 => engine.checkpoint().unwrap(),
            5 | 9 => engine = engine_on(disk.clone()),
            _ => {}
        }
        let mut listed = Vec::new();
        let mut after = None;
        loop {
            let page = engine.session_list(after.as_deref(), 3).unwrap();
            listed.extend(page.items);
            if page.done {
                break;
            }
            after = Some(page.through);
        }
        assert_eq!(listed, order.iter().map(|at| sessions[*at].clone()).collect::<Vec<_>>(), "step {step}");
    }
    is_sound(&mut engine);
}

#[test]
fn paging_shows_a_session_once_though_others_move_to_the_front() {
    let mut engine = engine_on(Memory::new());
    for number in 0..9 {
        engine.session_append(A, &segment(number), "1").unwrap();
    }
    let first = engine.session_list_segments(A, None, 3).unwrap();
    assert_eq!(first.items, [segment(8), segment(7), segment(6)]);
    // One that was shown, and one that was not, are written to meanwhile.
    engine.session_append(A, &segment(7), "2").unwrap();
    engine.session_append(A, &segment(2), "2").unwrap();
    let rest = engine.session_list_segments(A, first.next(), 9).unwrap();
    assert_eq!(rest.items, [5, 4, 3, 1, 0].map(segment));
    for bad in ["1", "x.y", &format!("01.{}", segment(1)), &format!("1.{}x", segment(1))] {
        let refused = engine.session_list(Some(bad), 1);
        assert!(matches!(refused, Err(Error::InvalidArgument(_))), "{bad}: {refused:?}");
    }
}

#[test]
fn a_reader_follows_a_writer_that_cuts_and_drops() {
    let disk = Memory::new();
    let mut writer = engine_on(disk.clone());
    let mut reader = engine_on(disk.reader());
    for round in 0..3 {
        for (index, batch) in ops().iter().enumerate() {
            // In the second round the other session has the first segment: some are refused.
            let _ = writer.commit(batch);
            assert_eq!(held(&mut reader), held(&mut writer), "round {round}, batch {index}");
            if (round + index) % 3 == 0 {
                writer.checkpoint().unwrap();
                assert_eq!(held(&mut reader), held(&mut writer), "round {round}, batch {index}");
            }
        }
    }
    assert_eq!(reader.session_append(A, &segment(1), "1"), Err(Error::ReadOnly));
}

#[test]
fn an_entry_is_as_long_and_as_deep_as_a_value_may_be() {
    let disk = Memory::new();
    let mut engine = engine_on(disk.clone());
    let long = format!("\"{}\"", "x".repeat((16 << 20) - 2));
    let deep = format!("{}1{}", "(list ".repeat(127), ")".repeat(127));
    let strange = ["nil", "\"} :seq 5\"", "{:entry {:seq 7} :seq 8}", deep.as_str(), long.as_str()];
    for entry in strange {
        engine.session_append(A, &segment(1), entry).unwrap();
    }
    for refused in [format!("{long} "), format!("(list {deep})")] {
        let refused = engine.session_append(A, &segment(1), &refused);
        assert!(matches!(refused, Err(Error::TooLarge { .. })), "{refused:?}");
    }
    let many = vec!["1".to_owned(); 65_537];
    assert!(matches!(engine.session_create_segment(A, &segment(2), &many), Err(Error::TooLarge { .. })));
    assert_eq!(engine.session_create_segment(A, &segment(2), &many[1..]), Ok(()));
    engine.checkpoint().unwrap();
    for mut engine in [engine, engine_on(disk)] {
        assert_eq!(engine.session_read(A, &segment(1)).unwrap(), strange);
        is_sound(&mut engine);
        assert_eq!(
            engine
                .session_read_page(A, &segment(2), &Position::Start, 65_536, Direction::Forward)
                .unwrap()
                .next(),
            None
        );
    }
}

#[test]
fn a_batch_is_all_or_nothing_and_a_run_is_each_on_its_own() {
    let disk = Memory::new();
    let mut engine = engine_on(disk.clone());
    let append = |entry: &str| Op::SessionAppend {
        session: A.to_owned(),
        segment: segment(1),
        entry: entry.to_owned(),
    };
    let expecting = |expected| Op::SessionAppendExpecting {
        session: A.to_owned(),
        segment: segment(1),
        expected,
        entries: texts(0..2),
    };
    let truncate = |entries| Op::SessionTruncate {
        session: A.to_owned(),
        segment: segment(1),
        entries,
        expected: ExpectSeq::Any,
    };
    let refused = engine.commit(&[append("1"), expecting(2)]).unwrap_err();
    assert_eq!((refused.index, refused.reason), (Some(1), Error::Stale { expected: 2, actual: 1 }));
    assert_eq!(engine.session_list(None, 9).unwrap().items, [""; 0]);
    let outcomes =
        engine.run(&[truncate(0), append("1"), expecting(0), expecting(1), truncate(4), truncate(1)]);
    assert!(matches!(outcomes[0], Err(Error::NotFound(_))));
    assert_eq!(outcomes[1], Ok(Outcome::Appended(1)));
    assert_eq!(outcomes[2], Err(Error::Stale { expected: 0, actual: 1 }));
    assert_eq!(outcomes[3], Ok(Outcome::Appended(3)));
    assert!(matches!(outcomes[4], Err(Error::InvalidArgument(_))));
    assert_eq!(outcomes[5], Ok(Outcome::Truncated(2)));
    let mut engine = engine_on(disk);
    assert_eq!(engine.session_read(A, &segment(1)).unwrap(), ["1"]);
    let held: BTreeMap<_, _> = engine.stats().unwrap().into_iter().collect();
    assert_eq!((held["sessions"], held["segments"]), (1, 1));
}
