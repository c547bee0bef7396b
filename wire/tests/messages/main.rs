//! Messages: as docs/wire.md has them, there and back, and cut, lengthened or changed.

mod calls;
mod contract;
mod draw;

use std::fs;
use sx_persist_wire::{
    Answers, Committed, Damage, Detail, Error, Excess, Expect, ExpectSeq, Failure, Found, Gathering,
    Malformed, MapEntry, Moment, Op, Operations, Outcome, Question, Questions, Refusal,
};

/// The blocks of the documentation that are marked golden, a message a line.
fn golden() -> Vec<Vec<u8>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/wire.md");
    let page = fs::read_to_string(path).unwrap();
    let blocks = page.split("*Golden*").skip(1).map(|rest| rest.split("```").nth(1).unwrap());
    let lines = blocks.flat_map(|block| block.trim().lines());
    let byte = |text: &str| u8::from_str_radix(text, 16).unwrap();
    lines.map(|line| line.split_whitespace().map(byte).collect()).collect()
}

#[test]
fn messages_are_as_they_are_documented() {
    let ops = [
        Op::KvPut { key: "k".into(), value: "1".into() },
        Op::CheckMap { table: "m".into(), key: b"a".to_vec(), expected: Expect::Absent },
    ];
    let stale = Error::Stale { expected: 0, actual: 5 };
    let questions =
        [Question::Kv { key: "k".into() }, Question::Map { table: "m".into(), key: b"a".to_vec() }];
    let found = vec![Found::Text(Some("1".into())), Found::Entry(None)];
    let written = [
        Operations::to_bytes(&ops),
        Answers { lsn: 7, answers: vec![Ok(Outcome::Put), Err(stale)] }.into_bytes(),
        Refusal { index: Some(1), reason: Error::ReadOnly }.to_bytes(),
        Questions::to_bytes(&questions),
        Moment { lsn: 300, found }.to_bytes(),
    ];
    assert_eq!(golden(), [&written[..], &calls::golden()].concat());
}

/// The table of the documentation, a number and a name each.
#[test]
fn operations_have_the_numbers_that_are_documented() {
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/wire.md")).unwrap();
    let table = page.split("## Operations").nth(1).unwrap().split("## Answers").next().unwrap();
    let cells: Vec<_> = table.split('|').map(str::trim).collect();
    let documented = cells
        .windows(2)
        .filter_map(|pair| Some((pair[0].parse::<u8>().ok()?, pair[1].to_owned())))
        .collect::<std::collections::BTreeMap<_, _>>();
    let ops = all_operations();
    assert_eq!(documented.len(), ops.len());
    for op in ops {
        let number = Operations::to_bytes(std::slice::from_ref(&op))[2];
        let debug = format!("{op:?}");
        let name = debug.split([' ', '{']).next().unwrap();
        assert_eq!(documented[&number].replace('-', ""), name.to_lowercase(), "operation {number}");
    }
}

/// One of each operation, in the order of their numbers.
fn all_operations() -> Vec<Op> {
    let text = || "text".to_owned();
    let uuid = || "00000000-0000-0000-0000-000000000001".to_owned();
    let raw = || vec![0, 255, 128];
    vec![
        Op::Append { stream: text(), event: text() },
        Op::AppendExpecting { stream: text(), expected: u64::MAX, events: vec![text(), String::new()] },
        Op::RecordEvent {
            stream: text(),
            kind: text(),
            at: i64::MIN,
            data: text(),
            expected: ExpectSeq::At(300),
        },
        Op::Truncate { stream: text(), upto: 128 },
        Op::KvPut { key: text(), value: text() },
        Op::KvDelete { key: text() },
        Op::KvSwap { key: text(), expected: None, replacement: Some(text()) },
        Op::BlobPut { bytes: raw() },
        Op::BlobDelete { cid: text() },
        Op::BlobFinish { writer: 3 },
        Op::RefSet { name: text(), hash: text() },
        Op::RefTestAndSet { name: text(), test: Some(text()), set: None },
        Op::RefDelete { name: text() },
        Op::SnapshotPersist { key: text(), blob: raw() },
        Op::SnapshotPersistMarker { key: text() },
        Op::SnapshotDeleteMarker { key: text() },
        Op::ObjectWrite { hash: text(), bytes: raw() },
        Op::ObjectDelete { hash: text() },
        Op::SessionCreateSegment { session: uuid(), segment: uuid(), entries: Vec::new() },
        Op::SessionAppend { session: uuid(), segment: uuid(), entry: text() },
        Op::SessionAppendExpecting { session: uuid(), segment: uuid(), expected: 0, entries: vec![text()] },
        Op::SessionTruncate { session: uuid(), segment: uuid(), entries: 1, expected: ExpectSeq::Any },
        Op::SessionDeleteSegment { session: uuid(), segment: uuid() },
        Op::SessionAppendTrace { session: uuid(), segment: uuid(), entry: text() },
        Op::SessionFork {
            session: uuid(),
            segment: uuid(),
            entries: Some(0),
            into_session: uuid(),
            into_segment: uuid(),
        },
        Op::SessionSetMeta { session: uuid(), segment: uuid(), meta: None },
        Op::MapPut { table: text(), key: raw(), value: raw() },
        Op::MapPutNew { table: text(), key: raw(), value: Vec::new() },
        Op::MapSwap { table: text(), key: raw(), expected: Expect::Version(1 << 62), value: raw() },
        Op::MapDelete { table: text(), key: raw(), expected: Expect::Any },
        Op::MapIncrement { table: text(), key: raw(), delta: -1 },
        Op::MapDropTable { table: text() },
        Op::CheckLastSeq { stream: text(), last_seq: 1 },
        Op::CheckCount { stream: text(), count: 0 },
        Op::CheckKey { key: text(), value: None },
        Op::CheckRef { name: text(), hash: Some(text()) },
        Op::CheckMap { table: text(), key: raw(), expected: Expect::Absent },
        Op::CheckSegment { session: uuid(), segment: uuid(), entries: 9 },
    ]
}

fn all_answers() -> Vec<Result<Outcome, Error>> {
    let text = || "text".to_owned();
    let failure = || Failure { step: text(), file: String::new(), code: text() };
    let damage = |line| Damage { file: text(), line, offset: 1 << 40, reason: text() };
    let detail = Detail { code: text(), message: text(), facts: vec![(text(), text())] };
    let outcomes = [
        Outcome::Appended(u64::MAX),
        Outcome::Recorded(text()),
        Outcome::Truncated(0),
        Outcome::Put,
        Outcome::Deleted(true),
        Outcome::Swapped(false),
        Outcome::Stored(text()),
        Outcome::Versioned(1),
        Outcome::Incremented(i64::MIN),
        Outcome::Checked,
        Outcome::Dropped(2),
    ];
    let errors = [
        Error::InvalidName(text()),
        Error::InvalidValue { offset: 1, reason: text() },
        Error::InvalidEvent(text()),
        Error::InvalidCid(text()),
        Error::InvalidHash(text()),
        Error::InvalidArgument(text()),
        Error::TooLarge { limit: 1, actual: 2 },
        Error::Stale { expected: 1, actual: 2 },
        Error::Conflict(text()),
        Error::NotFound(text()),
        Error::Corrupt(damage(None)),
        Error::Corrupt(damage(Some(1))),
        Error::ReadOnly,
        Error::NoSpace(failure()),
        Error::Io(failure()),
        Error::Closed(failure()),
        Error::OutOfMemory,
        Error::Gone(5),
        Error::Quota { limit: 1, actual: 2 },
        Error::Other(detail),
    ];
    outcomes.into_iter().map(Ok).chain(errors.into_iter().map(Err)).collect()
}

#[test]
fn what_is_written_is_read() {
    let ops = all_operations();
    assert_eq!(Operations::read(&Operations::to_bytes(&ops)), Ok(Operations(ops)));
    let answers = Answers { lsn: 1 << 61, answers: all_answers() };
    assert_eq!(Answers::read(&answers.clone().into_bytes()), Ok(Ok(answers.clone())));
    for answer in answers.answers {
        match answer {
            Ok(outcome) => {
                let committed = Committed { lsn: 1, outcomes: vec![outcome] };
                assert_eq!(Committed::read(&committed.clone().into_bytes()), Ok(Ok(committed)));
            }
            Err(reason) => {
                let refusal = Refusal { index: reason.is_accident().then_some(7), reason };
                assert_eq!(Committed::read(&refusal.to_bytes()), Ok(Err(refusal)));
            }
        }
    }
    // A commit is performed or refused, never in part.
    let in_part = Answers { lsn: 1, answers: vec![Err(Error::ReadOnly)] };
    assert_eq!(Committed::read(&in_part.into_bytes()), Err(Malformed::Part("answer to a commit")));
    let questions = all_questions();
    assert_eq!(Questions::read(&Questions::to_bytes(&questions)), Ok(Questions(questions)));
    let moment = moment();
    assert_eq!(Moment::read(&moment.to_bytes()), Ok(Ok(moment)));
}

fn all_questions() -> Vec<Question> {
    let text = || "text".to_owned();
    vec![
        Question::Kv { key: text() },
        Question::Map { table: text(), key: vec![0, 255] },
        Question::Ref { name: text() },
        Question::LastSeq { stream: text() },
        Question::Count { stream: text() },
        Question::Segment { session: text(), segment: text() },
    ]
}

fn moment() -> Moment {
    let entry = MapEntry { value: vec![0, 255], version: 300 };
    let found = vec![
        Found::Text(None),
        Found::Text(Some(String::new())),
        Found::Number(300),
        Found::Entry(None),
        Found::Entry(Some(entry)),
    ];
    Moment { lsn: 3, found }
}

type IsRefused = fn(&[u8]) -> bool;

#[test]
fn what_is_cut_off_or_goes_on_is_refused() {
    let answers = Answers { lsn: 1, answers: all_answers() }.into_bytes();
    let messages: [(Vec<u8>, IsRefused); 4] = [
        (Operations::to_bytes(&all_operations()), |bytes| Operations::read(bytes).is_err()),
        (answers, |bytes| Answers::read(bytes).is_err()),
        (Questions::to_bytes(&all_questions()), |bytes| Questions::read(bytes).is_err()),
        (moment().to_bytes(), |bytes| Moment::read(bytes).is_err()),
    ];
    for (message, is_refused) in messages {
        for length in 0..message.len() {
            assert!(is_refused(&message[..length]), "{length} bytes of {message:?}");
        }
        let mut longer = message.clone();
        longer.push(0);
        assert!(is_refused(&longer), "{longer:?}");
        // A later version.
        let mut later = message;
        later[0] = 2;
        assert_eq!(Operations::read(&later), Err(Malformed::Version(2)));
        assert!(is_refused(&later));
    }
}

#[test]
fn what_has_no_number_is_named() {
    let unknown = |number| Err(Malformed::Unknown { what: "operation", number });
    assert_eq!(Operations::read(&[1, 1, 0]), unknown(0));
    assert_eq!(Operations::read(&[1, 1, 39]), unknown(39));
    assert_eq!(
        Malformed::Unknown { what: "operation", number: 39 }.to_string(),
        "operation 39 is unknown here"
    );
    // Numbers that take more bytes than they need, or more than there are.
    assert_eq!(Operations::read(&[1, 0x80, 0]), Err(Malformed::Part("number")));
    // The largest number, and one of more than 64 bits.
    let largest = [&[1, 0][..], &[0xff; 9], &[1, 0]].concat();
    assert_eq!(Answers::read(&largest), Ok(Ok(Answers { lsn: u64::MAX, answers: Vec::new() })));
    let larger = [&[1, 0][..], &[0xff; 9], &[3, 0]].concat();
    assert_eq!(Answers::read(&larger), Err(Malformed::Part("number")));
    assert_eq!(Operations::read(&[1, 1, 6, 0xff, 0xff, 0xff, 0xff, 0x7f, 0]), Err(Malformed::Short));
    assert_eq!(Operations::read(&[1, 0x81, 0x80, 0x04]), Err(Malformed::TooMany(65_537)));
    assert_eq!(Operations::read(&[1, 1, 6, 1, 0xff]), Err(Malformed::Part("text")));
    // An accident that says it is a refusal.
    assert_eq!(Answers::read(&[1, 0, 1, 1, 1, 15]), Err(Malformed::Part("answer")));
}

#[test]
fn what_is_gathered_is_bounded() {
    let gathering = Gathering::default();
    let mut open: Vec<_> = (0..64).map(|_| gathering.begin().unwrap()).collect();
    assert_eq!(gathering.begin::<u8>().unwrap_err(), Excess { limit: 64, actual: 65 });
    let half = 32 << 20;
    assert_eq!(open[0].add(0, half), Ok(0));
    assert_eq!(open[1].add(0, half), Ok(0));
    assert_eq!(open[1].add(0, 1), Err(Excess { limit: 64 << 20, actual: (64 << 20) + 1 }));
    // What was refused is not there, and takes no index.
    assert_eq!(open[1].add(0, 0), Ok(1));
    open.remove(0);
    assert_eq!(open[0].add(0, 1), Ok(2));
    let (items, mut slot) = open.remove(0).into_parts();
    assert_eq!(items, [0, 0, 0]);
    // An answer in its place.
    assert_eq!(slot.hold((64 << 20) + 1), Err(Excess { limit: 64 << 20, actual: (64 << 20) + 1 }));
    assert_eq!(slot.hold(64 << 20), Ok(()));
    assert_eq!(open[0].add(0, 1), Err(Excess { limit: 64 << 20, actual: (64 << 20) + 1 }));
    drop(slot);
    assert_eq!(open[0].add(0, 1), Ok(0));
    let mut many = gathering.begin().unwrap();
    assert!((0..65_536).all(|index| many.add(0, 0) == Ok(index)));
    assert_eq!(many.add(0, 0), Err(Excess { limit: 65_536, actual: 65_537 }));
    drop((many, open));
    let all: Vec<_> = (0..64).map(|_| gathering.begin::<u8>().unwrap()).collect();
    assert_eq!(all.len(), 64);
}
