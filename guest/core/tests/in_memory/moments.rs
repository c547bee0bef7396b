//! The same operations give the same answers, whenever checkpoints happen and instances end. A trace that is printed here is performed
//! again by a test when it stands in `FROZEN`.

mod ask;
mod draw;
mod frozen;
mod pick;
mod shrink;
mod trace;

use crate::any_disk::engine_on;
use ask::{is_question, questions};
use frozen::FROZEN;
use pick::{About, Draw};
use shrink::shrunk;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use sx::Value;
use trace::{Course, Line, Moment, Step, Told, asked};

/// What `admin.stats` tells of the work that was done, and not of what is stored: it depends on when that was done.
const OF_THE_WORK: [&str; 7] =
    ["journal-bytes", "journal-number", "dirty", "syncs", "folder-syncs", "writes", "checkpoints"];

/// What `objects.stats` counts since the instance began (G8): a restart begins anew, and a reader counts its own.
const OF_THE_INSTANCE: [&str; 4] = ["reads", "writes", "hits", "misses"];

/// An answer without what may differ: everything but that is compared, as the text that it is.
fn compared(op: &str, told: &Told, is_one_instance: bool) -> Told {
    let Ok(text) = told else { return told.clone() };
    match op {
        "persist/admin/stats" => {
            let Value::List(mut counters) = sx::parse(text).unwrap() else { panic!("{text}") };
            counters.retain(|counter| !OF_THE_WORK.contains(&counter.get("name").unwrap().as_str().unwrap()));
            Ok(sx::print(&Value::List(counters)).unwrap())
        }
        "persist/object/stats" if !is_one_instance => {
            let Value::Dict(mut counters) = sx::parse(text).unwrap() else { panic!("{text}") };
            counters.retain(|name, _| !OF_THE_INSTANCE.contains(&&name[..]));
            Ok(sx::print(&Value::Dict(counters)).unwrap())
        }
        _ => told.clone(),
    }
}

/// Where an answer differs.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Difference {
    label: usize,
    due: Told,
    found: Told,
}

type Answers = BTreeMap<usize, Told>;

/// The answers of a trace's operations, without its moments.
fn without_moments(lines: &[Line]) -> Answers {
    let mut course = Course::new();
    for line in lines {
        if let Line::Step(step) = line {
            course.perform(step);
        }
    }
    course.told
}

/// The first answer that differs from what is due.
fn difference(lines: &[Line], due: &Answers) -> Option<Difference> {
    let is_one_instance = !lines.contains(&Line::Moment(Moment::Restart));
    let mut course = Course::new();
    let mut label = 0;
    let performed = catch_unwind(AssertUnwindSafe(|| {
        for line in lines {
            match line {
                Line::Moment(moment) => {
                    if let Err(error) = course.pass(*moment) {
                        return Some(Difference { label, due: Ok(String::new()), found: Err(error) });
                    }
                }
                Line::Step(step) => {
                    label = step.label;
                    let found = compared(&step.op, course.perform(step), is_one_instance);
                    let due = compared(&step.op, &due[&label], is_one_instance);
                    if found != due {
                        return Some(Difference { label, due, found });
                    }
                }
            }
        }
        None
    }));
    performed.unwrap_or_else(|_| {
        Some(Difference { label, due: Ok(String::new()), found: Err("panicked".to_owned()) })
    })
}

/// The first difference of a trace from itself without its moments.
fn told(lines: &[Line]) -> Option<Difference> {
    difference(lines, &without_moments(lines))
}

/// The first question that readers of the same files answer differently: one that has been there all the time, and one that has just
/// come.
fn differently_read(lines: &[Line]) -> Option<Difference> {
    let mut course = Course::new();
    let mut lasting = engine_on(course.memory.reader());
    let all = questions(0);
    for line in lines {
        let mut asked_now = Vec::new();
        match line {
            Line::Moment(moment) => {
                course.pass(*moment).unwrap();
                asked_now.extend(all.iter().skip(1).step_by(QUESTIONED));
            }
            Line::Step(step) => {
                let before = course.told.clone();
                course.perform(step);
                if is_question(&step.op) {
                    asked_now.push(step);
                }
                // What they refer to was answered before.
                course.told = before;
                asked_now.extend(all.iter().skip(step.label % QUESTIONED).step_by(QUESTIONED));
            }
        }
        let mut fresh = engine_on(course.memory.reader());
        for step in asked_now {
            let due = compared(&step.op, &asked(&mut course.engine, step, &course.told), false);
            for reader in [&mut lasting, &mut fresh] {
                let found = compared(&step.op, &asked(reader, step, &course.told), false);
                if found != due {
                    return Some(Difference { label: step.label, due, found });
                }
            }
        }
    }
    None
}

/// One of so many questions is asked behind each line.
const QUESTIONED: usize = 5;

/// What a trace shows, with the fewest lines.
fn report(lines: &[Line], shows: impl Fn(&[Line]) -> Option<Difference>) -> String {
    let lines = shrunk(lines.to_vec(), |lines| shows(lines).is_some());
    let Difference { label, due, found } = shows(&lines).unwrap();
    let short = |told: Told| format!("{told:?}").chars().take(2_000).collect::<String>();
    format!("step {label} of\n\n{}\nis  {}\ndue {}", trace::print(&lines), short(found), short(due))
}

/// The trace with moments in it: those that `before` gives for the operation of each number.
fn with_moments(steps: &[Step], mut before: impl FnMut(usize) -> Vec<Moment>) -> Vec<Line> {
    let mut lines = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        lines.extend(before(at).into_iter().map(Line::Moment));
        lines.push(Line::Step(step.clone()));
    }
    lines
}

/// All the ways in which moments are put into a trace of so many operations: for each, the moments before each operation.
fn ways(length: usize, mut each: impl FnMut(&dyn Fn(usize) -> Vec<Moment>)) {
    use Moment::{Checkpoint, Part, Restart};
    for parts in 1..=3 {
        each(&|_| vec![Part; parts]);
    }
    for place in 0..length {
        let one: [&[Moment]; 5] = [
            &[Checkpoint],
            &[Restart],
            &[Restart, Checkpoint],
            &[Checkpoint, Restart],
            &[Part, Part, Restart],
        ];
        for moments in one {
            each(&|at| if at == place { moments.to_vec() } else { Vec::new() });
        }
        // Parts from there on, and an instance that ends within a checkpoint.
        each(&|at| if at >= place { vec![Part] } else { Vec::new() });
        each(&|at| if at == place { vec![Part, Restart] } else { vec![Part] });
    }
    each(&|at| vec![[Checkpoint, Restart, Part][at % 3]]);
    each(&|_| vec![Restart]);
    each(&|_| vec![Checkpoint]);
}

/// Operations of a trace, in front of the questions at its end.
const LENGTH: usize = 30;

/// So many traces of each kind: `SX_PERSIST_TRACES` has another number.
fn seeds() -> u64 {
    std::env::var("SX_PERSIST_TRACES").map_or(3, |text| text.parse().unwrap())
}

/// The traces that are about this tell the same, whenever the moments are.
fn assert_moments_are_not_told(about: About) {
    for seed in 0..seeds() {
        let steps = Draw::trace(seed, about, LENGTH);
        let due = without_moments(&with_moments(&steps, |_| Vec::new()));
        let mut turn = seed;
        ways(LENGTH + 1, |before| {
            let mut lines = with_moments(&steps, before);
            turn += 1;
            if turn.is_multiple_of(2) {
                lines.insert(0, Line::Moment(Moment::Relaxed));
            }
            let is_same = difference(&lines, &due).is_none();
            assert!(is_same, "{about:?}, seed {seed}: {}", report(&lines, told));
        });
    }
}

#[test]
fn no_answer_about_streams_tells_when_a_checkpoint_was() {
    assert_moments_are_not_told(About::Streams);
}

#[test]
fn no_answer_about_sessions_tells_when_a_checkpoint_was() {
    assert_moments_are_not_told(About::Sessions);
}

#[test]
fn no_answer_about_keys_tells_when_a_checkpoint_was() {
    assert_moments_are_not_told(About::Keys);
}

#[test]
fn no_answer_about_maps_tells_when_a_checkpoint_was() {
    assert_moments_are_not_told(About::Maps);
}

#[test]
fn no_answer_about_blobs_tells_when_a_checkpoint_was() {
    assert_moments_are_not_told(About::Blobs);
}

#[test]
fn no_answer_about_everything_tells_when_a_checkpoint_was() {
    assert_moments_are_not_told(About::Everything);
}

#[test]
fn no_trace_that_once_told_of_its_moments_does() {
    let telling = FROZEN.into_iter().filter_map(|(name, text)| {
        let Difference { label, due, found } = told(&trace::parse(text))?;
        Some(format!("{name}: step {label}\nis  {found:?}\ndue {due:?}\n"))
    });
    let telling: Vec<_> = telling.collect();
    assert!(telling.is_empty(), "\n{}", telling.join("\n"));
}

#[test]
fn a_reader_beside_the_writer_answers_what_the_writer_does() {
    use Moment::{Checkpoint, Part, Restart};
    for about in [About::Streams, About::Sessions, About::Keys, About::Maps, About::Blobs, About::Everything]
    {
        for seed in 0..seeds() {
            let steps = Draw::trace(seed, about, LENGTH);
            let every: [&[Moment]; 6] =
                [&[], &[Part], &[Part, Part, Part], &[Checkpoint], &[Restart], &[Restart, Part]];
            for moments in every {
                let lines =
                    with_moments(
                        &steps[..LENGTH],
                        |at| if at % 3 == 0 { moments.to_vec() } else { Vec::new() },
                    );
                let is_same = differently_read(&lines).is_none();
                assert!(is_same, "{about:?}, seed {seed}: {}", report(&lines, differently_read));
            }
        }
    }
}

#[test]
fn a_trace_is_read_back_as_it_was_printed() {
    let every = [Moment::Relaxed, Moment::Checkpoint, Moment::Restart, Moment::Part];
    for about in [About::Streams, About::Everything] {
        let lines = with_moments(&Draw::trace(7, about, 100), |at| vec![every[at % 4]]);
        assert_eq!(trace::parse(&trace::print(&lines)), lines);
    }
}
