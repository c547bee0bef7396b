//! Calls and their answers: as they are documented, there and back, and cut, lengthened or changed.

use super::contract::each;
use super::contract::types::{
    self, Damage, Direction, Error, Failure, KeyPage, MapItem, MapPage, MapRange, Refusal,
};
use super::draw::{Check, Draw, Random};
use std::collections::BTreeSet;
use std::fmt::Debug;
use std::fs;
use sx_persist_wire as wire;
use sx_persist_wire::{Function, Malformed, Part, Put, answer, answered, arguments, call, called};

/// How many arguments and answers of each function are drawn.
const DRAWN: u32 = 60;

/// The messages of docs/wire.md.
pub(crate) fn golden() -> Vec<Vec<u8>> {
    let got: Result<_, (_, Error)> = Ok(Some("1".to_owned()));
    let range = MapRange { prefix: Vec::new(), start: Some(b"a".to_vec()), end: None };
    let item = MapItem { key: b"b".to_vec(), value: b"v".to_vec(), version: 300 };
    let page: Result<_, (_, Error)> = Ok(MapPage { items: vec![item], through: "c".to_owned(), done: false });
    let failure = Failure { step: "sync".to_owned(), file: "journal".to_owned(), code: "io".to_owned() };
    vec![
        call(Function::PersistKvGet, 1, |out| "k".put(out)),
        answer(&got),
        call(Function::MapsScan, 2, |out| {
            "m".put(out);
            range.put(out);
            None::<&str>.put(out);
            1_u32.put(out);
            Direction::Backward.put(out);
        }),
        answer(&page),
        answer::<Error>(&Err::<(), _>((Some(1), Error::ReadOnly))),
        answer(&Err::<(), _>((None, Error::Io(failure)))),
    ]
}

/// What a test does with the arguments and the answers of a function.
struct ThereAndBack(Random);

impl Check for ThereAndBack {
    fn call<A, R>(&mut self, function: Function)
    where
        A: Part + Draw + Debug + PartialEq,
        R: Part + Draw + Debug + PartialEq,
    {
        let random = &mut self.0;
        for _ in 0..DRAWN {
            let given = A::draw(random);
            let bytes = call(function, 0, |out| given.put(out));
            let (of, rest) = called(&bytes).unwrap();
            assert_eq!((of, arguments::<A>(rest).unwrap()), (function, given));
            let again = |bytes: &[u8]| {
                let (function, rest) = called(bytes)?;
                let given = arguments::<A>(rest)?;
                Ok(call(function, 0, |out| given.put(out)))
            };
            is_read_one_way(&bytes, again, random);

            let has = R::draw(random);
            let bytes = answer::<Error>(&Ok(&has));
            assert_eq!((bytes.len(), bytes.capacity()), (2 + has.room(), 2 + has.room()));
            assert_eq!(answered::<R>(bytes.clone()), Ok(Ok(has)));
            let again = |bytes: &[u8]| {
                Ok(match answered::<R>(bytes.to_vec())? {
                    Ok(has) => answer::<Error>(&Ok(&has)),
                    Err(refusal) => refusal.to_bytes(),
                })
            };
            is_read_one_way(&bytes, again, random);
        }
    }
}

/// Cut and lengthened it is refused; changed it is refused, or is what is written for what was read.
fn is_read_one_way(bytes: &[u8], again: impl Fn(&[u8]) -> Result<Vec<u8>, Malformed>, random: &mut Random) {
    assert_eq!(again(bytes).unwrap(), bytes);
    for length in 0..bytes.len() {
        assert!(again(&bytes[..length]).is_err(), "{length} bytes of {bytes:?}");
    }
    assert_eq!(again(&[bytes, &[0]].concat()), Err(Malformed::Long));
    for _ in 0..20 {
        let mut changed = bytes.to_vec();
        let at = usize::try_from(random.below(bytes.len() as u64)).unwrap();
        changed[at] = u8::try_from(random.below(256)).unwrap();
        // The function may be another one, with other arguments: those are read by its own turn.
        if at != 1
            && let Ok(written) = again(&changed)
        {
            assert_eq!(written, changed);
        }
    }
}

#[test]
fn calls_and_their_answers_are_read_as_they_were_written_and_in_one_way() {
    let mut check = ThereAndBack(Random::new(11));
    Function::ALL.into_iter().for_each(|function| each(function, &mut check));
}

/// Bytes that nobody wrote.
struct Noise(Random);

impl Check for Noise {
    fn call<A: Part, R: Part>(&mut self, _: Function) {
        for _ in 0..2_000 {
            let length = self.0.below(40);
            // Small numbers, so that something is a length now and then.
            let bytes: Vec<_> = (0..length)
                .map(|_| {
                    u8::try_from(if self.0.below(2) == 0 { self.0.below(4) } else { self.0.below(256) })
                        .unwrap()
                })
                .collect();
            if let Ok(given) = arguments::<A>(&bytes) {
                let mut written = Vec::new();
                given.put(&mut written);
                assert_eq!(written, bytes);
            }
            let _ = answered::<R>(bytes.clone()).is_ok();
            let _ = wire::has_failed(&bytes, true);
        }
    }
}

#[test]
fn bytes_that_nobody_wrote_are_refused_or_read_in_one_way() {
    let mut check = Noise(Random::new(12));
    Function::ALL.into_iter().for_each(|function| each(function, &mut check));
    assert_eq!(called(&[]), Err(Malformed::Short));
    assert_eq!(called(&[1]), Err(Malformed::Short));
    assert_eq!(called(&[2, 1]), Err(Malformed::Version(2)));
    let behind = u8::try_from(Function::ALL.len()).unwrap() + 1;
    for number in [0, behind, 255] {
        assert_eq!(called(&[1, number]), Err(Malformed::Unknown { what: "function", number }));
    }
    // A list of more parts than there are bytes makes no room for them.
    assert_eq!(answered::<Vec<String>>(vec![1, 0, 0xff, 0xff, 0xff, 0x7f]), Err(Malformed::Short));
    let unknown = Malformed::Unknown { what: "Direction", number: 2 };
    assert_eq!(Direction::take(&mut &[2][..]), Err(unknown));
}

#[test]
fn a_function_has_its_number_and_its_name_once() {
    let names: BTreeSet<_> = Function::ALL.into_iter().map(Function::name).collect();
    assert_eq!(names.len(), Function::ALL.len());
    for (function, number) in Function::ALL.into_iter().zip(1..) {
        assert_eq!((function.number(), Function::of(number)), (number, Some(function)));
    }
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/wire.md")).unwrap();
    for function in Function::ALL {
        let row = format!("| {} | `{}` |", function.number(), function.name());
        assert!(page.contains(&row), "{row}");
    }
    assert!(
        Function::BlobPut.writes() && Function::MapsPutMany.writes() && Function::DispatchHandleOp.writes()
    );
    assert!(!Function::PersistRead.writes() && !Function::AdminStats.writes());
}

/// Errors stand in answers to operations and in answers to calls: one table of bytes has both.
#[test]
fn an_error_of_a_call_has_the_bytes_of_one_of_an_operation() {
    let mut random = Random::new(13);
    let mut kinds = BTreeSet::new();
    for _ in 0..2_000 {
        let Refusal { index, reason } = Draw::draw(&mut random);
        let bytes = answer(&Err::<(), _>((index, reason.clone())));
        let refusal = answered::<()>(bytes.clone()).unwrap().unwrap_err();
        assert_eq!((refusal.index, refusal.to_bytes()), (index, bytes.clone()));
        let mut error = Vec::new();
        reason.put(&mut error);
        assert!(bytes.ends_with(&error));
        assert_eq!(wire::has_failed(&bytes, false), refusal.reason.is_failure(), "{reason:?}");
        kinds.insert(error[0]);
    }
    assert_eq!(kinds.len(), 19);
}

/// The same of what is expected: the crate has these types of its own, for operations.
#[test]
fn what_is_expected_has_the_same_bytes_in_both() {
    let bytes = |part: &dyn Put| {
        let mut out = Vec::new();
        part.put(&mut out);
        out
    };
    assert_eq!(bytes(&types::Expect::Any), bytes(&wire::Expect::Any));
    assert_eq!(bytes(&types::Expect::Absent), bytes(&wire::Expect::Absent));
    assert_eq!(bytes(&types::Expect::Version(300)), bytes(&wire::Expect::Version(300)));
    assert_eq!(bytes(&types::ExpectSeq::Any), bytes(&wire::ExpectSeq::Any));
    assert_eq!(bytes(&types::ExpectSeq::At(300)), bytes(&wire::ExpectSeq::At(300)));
}

#[test]
fn only_what_the_disk_failed_is_a_failure() {
    let failure = || Failure { step: String::new(), file: String::new(), code: String::new() };
    let damage = Damage { file: String::new(), line: None, offset: 0, reason: String::new() };
    for (error, is_failure, is_accident) in [
        (Error::Io(failure()), true, true),
        (Error::NoSpace(failure()), true, true),
        (Error::Closed(failure()), true, true),
        (Error::Corrupt(damage), false, true),
        (Error::OutOfMemory, false, true),
        (Error::ReadOnly, false, false),
        (Error::Conflict(String::new()), false, false),
    ] {
        let bytes = answer(&Err::<(), _>((None, error.clone())));
        assert_eq!((wire::has_failed(&bytes, false), bytes[1] == 2), (is_failure, is_accident), "{error:?}");
        let refusal = answered::<()>(bytes.clone()).unwrap().unwrap_err();
        let answers = [Ok(wire::Outcome::Put), Err(refusal.reason)];
        let bytes = wire::Answers { lsn: 1, answers: answers.to_vec() }.into_bytes();
        assert_eq!((wire::has_failed(&bytes, true), wire::has_failed(&bytes, false)), (is_failure, false));
    }
    let page = answer::<Error>(&Ok(KeyPage { keys: Vec::new(), through: String::new(), done: true }));
    assert!(!wire::has_failed(&page, false));
}
