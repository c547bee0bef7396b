//! X: what is gathered before it is handed over, by the component alone and behind each layer. A host's linker is in
//! `tests/integration/embedding`.

use sx_persist::bindings::DurableStore;
use sx_persist::bindings::exports::sx::persist::types::{Error, Excess, Refusal};
use sx_persist::{MEMORY_COMPONENT, middleware};
use wasmtime::Store;
use wasmtime::component::{Component, Linker, ResourceAny};

/// A store that imports nothing, as its own exports are called.
pub(crate) struct Bare {
    pub(crate) data: Store<()>,
    pub(crate) exports: DurableStore,
}

/// One alone, and one behind each layer that takes writes.
pub(crate) fn each(test: impl Fn(&mut Bare)) {
    let cached = sx_persist_compose::layer(&[middleware::CACHED], MEMORY_COMPONENT).unwrap();
    let layered = sx_persist_compose::join(middleware::LAYERED, MEMORY_COMPONENT, MEMORY_COMPONENT).unwrap();
    for component in [MEMORY_COMPONENT, &cached, &layered] {
        test(&mut Bare::new(component));
    }
}

impl Bare {
    fn new(component: &[u8]) -> Self {
        let engine = support::usual_engine();
        let component: Component = sx_persist::code::load(&engine, component).unwrap();
        let mut data = Store::new(&engine, ());
        data.set_epoch_deadline(support::NEVER);
        let exports = DurableStore::instantiate(&mut data, &component, &Linker::new(&engine)).unwrap();
        Self { data, exports }
    }

    fn begin(&mut self) -> Result<ResourceAny, Error> {
        self.exports.sx_persist_batch().transaction().call_constructor(&mut self.data).unwrap()
    }

    fn kv_put(&mut self, transaction: ResourceAny, key: &str, value: &str) -> Result<u32, Error> {
        let batch = self.exports.sx_persist_batch();
        batch.transaction().call_kv_put(&mut self.data, transaction, key, value).unwrap()
    }

    fn blob_put(&mut self, transaction: ResourceAny, bytes: &[u8]) -> Result<u32, Error> {
        self.exports
            .sx_persist_batch()
            .transaction()
            .call_blob_put(&mut self.data, transaction, bytes)
            .unwrap()
    }

    fn commit(&mut self, transaction: ResourceAny) -> Result<ResourceAny, Refusal> {
        self.exports.sx_persist_batch().transaction().call_commit(&mut self.data, transaction).unwrap()
    }

    fn begin_reads(&mut self) -> Result<ResourceAny, Error> {
        self.exports.sx_persist_batch().reads().call_constructor(&mut self.data).unwrap()
    }

    fn read(&mut self, reads: ResourceAny) -> Result<ResourceAny, Refusal> {
        self.exports.sx_persist_batch().reads().call_read(&mut self.data, reads).unwrap()
    }

    fn writer(&mut self) -> Result<ResourceAny, Error> {
        let writer = self.exports.sx_persist_blob().writer().call_constructor(&mut self.data).unwrap()?;
        let blob = self.exports.sx_persist_blob();
        blob.writer().call_write(&mut self.data, writer, &vec![7; 100_000]).unwrap()?;
        Ok(writer)
    }

    fn drop(&mut self, resource: ResourceAny) {
        resource.resource_drop(&mut self.data).unwrap();
    }

    pub(crate) fn has(&mut self, key: &str) -> bool {
        self.exports.sx_persist_persist().call_kv_has(&mut self.data, key).unwrap().unwrap()
    }
}

fn too_large(limit: u64, actual: u64) -> Error {
    Error::TooLarge(Excess { limit, actual })
}

#[test]
fn x2_a_method_looks_at_nothing_and_commit_says_what_is_wrong() {
    each(|store| {
        let transaction = store.begin().unwrap();
        assert_eq!(store.kv_put(transaction, "k", "1"), Ok(0));
        assert_eq!(store.kv_put(transaction, "", "1"), Ok(1));
        assert_eq!(store.kv_put(transaction, "l", "("), Ok(2));
        let refused = store.commit(transaction).unwrap_err();
        assert_eq!(refused.index, Some(1));
        assert!(matches!(refused.reason, Error::InvalidName(_)));
        assert!(!store.has("k"));
        // It is the store's no more: another call with it is the caller's mistake, and the store goes on.
        let batch = store.exports.sx_persist_batch();
        assert!(batch.transaction().call_kv_put(&mut store.data, transaction, "k", "1").is_err());
        assert!(batch.transaction().call_commit(&mut store.data, transaction).is_err());
        let transaction = store.begin().unwrap();
        assert_eq!(store.kv_put(transaction, "k", "1"), Ok(0));
        store.commit(transaction).unwrap();
        assert!(store.has("k"));
    });
}

#[test]
fn x1_what_is_dropped_has_done_nothing() {
    each(|store| {
        // So often that a writer or a transaction which stayed would be one too many.
        for _ in 0..70 {
            let writer = store.writer().unwrap();
            let transaction = store.begin().unwrap();
            store.kv_put(transaction, "k", "1").unwrap();
            let batch = store.exports.sx_persist_batch();
            let finished = batch.transaction().call_blob_finish(&mut store.data, transaction, writer);
            assert_eq!(finished.unwrap(), Ok(1));
            store.drop(transaction);
            let reads = store.begin_reads().unwrap();
            store.drop(reads);
        }
        assert!(!store.has("k"));
        let blobs = store.exports.sx_persist_blob().call_list(&mut store.data, None, 9).unwrap().unwrap();
        assert_eq!(blobs.names, Vec::<String>::new());
    });
}

#[test]
fn x7_so_many_are_held_at_a_time() {
    each(|store| {
        let held: Vec<_> = (0..32).map(|_| store.begin().unwrap()).collect();
        let read: Vec<_> = (0..32).map(|_| store.begin_reads().unwrap()).collect();
        assert_eq!(store.begin(), Err(too_large(64, 65)));
        assert_eq!(store.begin_reads(), Err(too_large(64, 65)));
        // An answer has the place of what it answers, until it is dropped.
        let committed = store.commit(held[0]).unwrap();
        let moment = store.read(read[0]).unwrap();
        assert_eq!(store.begin(), Err(too_large(64, 65)));
        store.drop(committed);
        store.drop(moment);
        let (transaction, reads) = (store.begin().unwrap(), store.begin_reads().unwrap());
        assert_eq!(store.begin(), Err(too_large(64, 65)));
        for resource in held[1..].iter().chain(&read[1..]).chain([&transaction, &reads]) {
            store.drop(*resource);
        }
        // One that was refused takes none.
        for _ in 0..70 {
            let transaction = store.begin().unwrap();
            store.kv_put(transaction, "", "1").unwrap();
            store.commit(transaction).unwrap_err();
        }
    });
}

#[test]
fn x7_so_much_is_held_at_a_time() {
    each(|store| {
        let half = vec![7; 32 << 20];
        let (one, other) = (store.begin().unwrap(), store.begin().unwrap());
        assert_eq!(store.blob_put(one, &half), Ok(0));
        assert_eq!(store.blob_put(other, &half), Ok(0));
        let full = too_large(64 << 20, (64 << 20) + 2);
        assert_eq!(store.kv_put(other, "k", "1"), Err(full));
        store.drop(one);
        // What was refused was not added, and takes no index.
        assert_eq!(store.kv_put(other, "k", "1"), Ok(1));
        store.drop(other);
        let many = store.begin().unwrap();
        for index in 0..65_536 {
            assert_eq!(store.kv_put(many, "k", "1"), Ok(index));
        }
        assert_eq!(store.kv_put(many, "k", "1"), Err(too_large(65_536, 65_537)));
        store.commit(many).unwrap();
        assert!(store.has("k"));
    });
}

#[test]
fn a_layer_that_takes_no_writes_refuses_a_transaction_and_answers_reads() {
    let readonly = sx_persist_compose::layer(&[middleware::READONLY], MEMORY_COMPONENT).unwrap();
    let mut store = Bare::new(&readonly);
    let transaction = store.begin().unwrap();
    assert_eq!(store.kv_put(transaction, "k", "1"), Ok(0));
    assert_eq!(store.commit(transaction), Err(Refusal { index: None, reason: Error::ReadOnly }));
    let reads = store.begin_reads().unwrap();
    let batch = store.exports.sx_persist_batch();
    assert_eq!(batch.reads().call_kv_get(&mut store.data, reads, "k").unwrap(), Ok(0));
    let moment = store.read(reads).unwrap();
    let batch = store.exports.sx_persist_batch();
    assert_eq!(batch.moment().call_text(&mut store.data, moment, 0).unwrap(), None);
    assert_eq!(batch.moment().call_lsn(&mut store.data, moment).unwrap(), 0);
}
