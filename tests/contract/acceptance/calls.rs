//! Calls as bytes, by the component alone and behind each layer: each is answered what its function answers, and bytes that are no
//! call are refused.

use super::gathering::{Bare, each};
use sim::random::Random;
use sx_persist::bindings::exports::sx::persist::types::{
    Direction, Error, MapPair, MapRange, NamePage, Position,
};
use sx_persist::types::{LinePage, MapPage, Refusal};
use sx_persist_wire::{Function, Part, Put, answered, call};

impl Bare {
    fn call<R: Part>(
        &mut self,
        function: Function,
        arguments: impl FnOnce(&mut Vec<u8>),
    ) -> Result<R, sx_persist_wire::Refusal> {
        let call = call(function, 0, arguments);
        let answer = self.exports.sx_persist_wire().call_call(&mut self.data, &call).unwrap().unwrap();
        answered(answer).unwrap()
    }
}

#[test]
fn a_call_is_answered_what_its_function_answers() {
    each(|store| {
        let persist = store.exports.sx_persist_persist();
        persist.call_kv_put(&mut store.data, "k", "(list 1)").unwrap().unwrap();
        for seq in 1..=3 {
            let persist = store.exports.sx_persist_persist();
            persist.call_append(&mut store.data, "s", &format!("{{:seq {seq}}}")).unwrap().unwrap();
        }
        let pairs = [b"a", b"b"].map(|key| MapPair { key: key.to_vec(), value: vec![0, 255] });
        let version: u64 = store.call(Function::MapsPutMany, |out| ("m", pairs.to_vec()).put(out)).unwrap();

        let persist = store.exports.sx_persist_persist();
        let got = persist.call_kv_get(&mut store.data, "k").unwrap().unwrap();
        assert_eq!(store.call(Function::PersistKvGet, |out| "k".put(out)), Ok(got));
        assert_eq!(store.call(Function::PersistKvGet, |out| "absent".put(out)), Ok(None::<String>));

        let (at, backward) = (Position::End, Direction::Backward);
        let persist = store.exports.sx_persist_persist();
        let page = persist.call_read_page(&mut store.data, "s", &at, 2, backward).unwrap().unwrap();
        let called: LinePage =
            store.call(Function::PersistReadPage, |out| ("s", &at, 2_u32, backward).put(out)).unwrap();
        assert_eq!((called.lines.lines().count(), called), (2, page));

        let range = MapRange { prefix: Vec::new(), start: Some(b"b".to_vec()), end: None };
        let forward = Direction::Forward;
        let maps = store.exports.sx_persist_maps();
        let page = maps.call_scan(&mut store.data, "m", &range, None, 9, forward).unwrap().unwrap();
        let scan = ("m", &range, None::<&str>, 9_u32, forward);
        let called: MapPage = store.call(Function::MapsScan, |out| scan.put(out)).unwrap();
        assert_eq!((called.items[0].version, called), (version, page));

        let bytes = vec![7_u8; 100_000];
        let cid: String = store.call(Function::BlobPut, |out| bytes.put(out)).unwrap();
        let none = (None::<&str>, 9_u32);
        let blobs: NamePage = store.call(Function::BlobList, |out| none.put(out)).unwrap();
        assert_eq!(blobs.names, [cid]);
    });
}

#[test]
fn a_refused_call_says_why_and_which_of_several() {
    each(|store| {
        let persist = store.exports.sx_persist_persist();
        let refused = persist.call_kv_get(&mut store.data, "").unwrap().unwrap_err();
        let called = store.call::<Option<String>>(Function::PersistKvGet, |out| "".put(out)).unwrap_err();
        assert_eq!((called.index, Error::from(called.reason)), (None, refused));
        let objects = vec![("a".repeat(40), vec![1]), ("none".to_owned(), vec![2])];
        let write = store.exports.sx_persist_objects();
        let Refusal { index, reason } =
            write.call_write_batch(&mut store.data, &objects).unwrap().unwrap_err();
        let called = store.call::<()>(Function::ObjectsWriteBatch, |out| objects.put(out)).unwrap_err();
        assert_eq!((called.index, Error::from(called.reason)), (index, reason));
        assert_eq!(index, Some(1));
    });
}

/// Not even bytes that nobody wrote end the instance.
#[test]
fn bytes_that_are_no_call_are_refused() {
    each(|store| {
        let mut random = Random::new(3);
        let (mut refused, mut performed) = (0, 0);
        for _ in 0..1_000 {
            let number = 1 + random.below(Function::ALL.len() as u64 + 2);
            let mut bytes = vec![1, u8::try_from(number).unwrap()];
            for _ in 0..random.below(6) {
                // Small ones, so that something is a length now and then.
                let below = if random.one_in(2) { 4 } else { 256 };
                bytes.push(u8::try_from(random.below(below)).unwrap());
            }
            match store.exports.sx_persist_wire().call_call(&mut store.data, &bytes).unwrap() {
                Ok(answer) => {
                    assert_eq!(answer[0], 1);
                    performed += 1;
                }
                Err(Error::InvalidArgument(_)) => refused += 1,
                Err(other) => panic!("{bytes:?}: {other:?}"),
            }
        }
        assert!(refused > 250 && performed > 25, "{refused} refused, {performed} performed");
        for bytes in [&[][..], &[1], &[2, 1], &[1, 0], &[1, 255]] {
            let answer = store.exports.sx_persist_wire().call_call(&mut store.data, bytes).unwrap();
            assert!(matches!(answer, Err(Error::InvalidArgument(_))), "{bytes:?}");
        }
        // What was performed was asked for, and the store goes on.
        let persist = store.exports.sx_persist_persist();
        persist.call_kv_put(&mut store.data, "k", "1").unwrap().unwrap();
        assert!(store.has("k"));
    });
}
