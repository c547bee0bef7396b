//! Somebody who calls `wasi:keyvalue`, of either draft. A trap is a failure of the test.

use crate::bindings::{draft, draft2};
use crate::host::{Below, State, compile, link};
use sim::disk::Disk;
use std::fmt::Debug;
use std::path::Path;
use std::sync::LazyLock;
use wasmtime::Store;
use wasmtime::component::{Component, ResourceAny};
use wasmtime_wasi::filesystem::FsPerms;

/// What a call answers.
pub(crate) type Answer<T> = Result<T, Refused>;

/// `store.error`, the same in both drafts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    NoSuchStore,
    AccessDenied,
    Other(String),
}

/// Is this an `other` that begins with the name of a case of `sx:persist/types.error`?
pub(crate) fn is_other<T>(answer: &Answer<T>, case: &str) -> bool {
    matches!(answer, Err(Refused::Other(text)) if text.starts_with(&format!("{case}: ")))
}

/// What both drafts have.
pub(crate) trait KeyValue: Sized + 'static {
    type Cursor: Clone + Debug;
    type Integer: From<u32> + Into<i128> + Debug;

    /// The adapter as it was built.
    fn adapter() -> &'static Component;

    /// The adapter composed with the store.
    fn composed() -> &'static Component;

    fn start(component: &Component, below: Below<'_>) -> Self;

    /// Composed, on a directory.
    fn on(root: &Path) -> Self {
        Self::start(Self::composed(), Below::Directory(root, FsPerms::ReadWrite))
    }

    /// The adapter alone, on a store that others use meanwhile.
    fn sharing(store: &sx_persist::Store) -> Self {
        Self::start(Self::adapter(), Below::Maps(store))
    }

    /// The simulated disk that it was on. The instance ends without a word.
    fn into_disk(self) -> Disk;

    fn open(&mut self, name: &str) -> Answer<ResourceAny>;
    fn get(&mut self, bucket: ResourceAny, key: &str) -> Answer<Option<Vec<u8>>>;
    fn set(&mut self, bucket: ResourceAny, key: &str, value: &[u8]) -> Answer<()>;
    fn delete(&mut self, bucket: ResourceAny, key: &str) -> Answer<()>;
    fn exists(&mut self, bucket: ResourceAny, key: &str) -> Answer<bool>;
    fn list_keys(
        &mut self,
        bucket: ResourceAny,
        cursor: Option<Self::Cursor>,
    ) -> Answer<(Vec<String>, Option<Self::Cursor>)>;
    fn increment(&mut self, bucket: ResourceAny, key: &str, delta: Self::Integer) -> Answer<Self::Integer>;
    fn get_many(&mut self, bucket: ResourceAny, keys: &[String]) -> Answer<Vec<Option<Vec<u8>>>>;
    fn set_many(&mut self, bucket: ResourceAny, pairs: &[(String, Vec<u8>)]) -> Answer<()>;
    fn delete_many(&mut self, bucket: ResourceAny, keys: &[String]) -> Answer<()>;

    /// All pages of a listing, put together.
    fn keys(&mut self, bucket: ResourceAny) -> Vec<String> {
        let (mut keys, mut cursor) = (Vec::new(), None);
        loop {
            let (page, next) = self.list_keys(bucket, cursor).unwrap();
            keys.extend(page);
            if next.is_none() {
                return keys;
            }
            cursor = next;
        }
    }
}

macro_rules! client {
    ($client:ident, $draft:ident, $adapter:ident, $cursor:ty, $borrow:expr, $integer:ty, $find:expr) => {
        pub(crate) struct $client {
            pub(crate) store: Store<State>,
            exports: $draft::Adapter,
        }

        impl From<$draft::exports::wasi::keyvalue::store::Error> for Refused {
            fn from(error: $draft::exports::wasi::keyvalue::store::Error) -> Self {
                use $draft::exports::wasi::keyvalue::store::Error;
                match error {
                    Error::NoSuchStore => Self::NoSuchStore,
                    Error::AccessDenied => Self::AccessDenied,
                    Error::Other(what) => Self::Other(what),
                }
            }
        }

        impl KeyValue for $client {
            type Cursor = $cursor;
            type Integer = $integer;

            fn adapter() -> &'static Component {
                static ADAPTER: LazyLock<Component> =
                    LazyLock::new(|| compile(sx_persist::keyvalue::$adapter));
                &ADAPTER
            }

            fn composed() -> &'static Component {
                static COMPOSED: LazyLock<Component> =
                    LazyLock::new(|| compile(&on_store(sx_persist::keyvalue::$adapter)));
                &COMPOSED
            }

            fn start(component: &Component, below: Below<'_>) -> Self {
                let (mut store, pre) = link(component, below);
                let instance = pre.instantiate(&mut store).unwrap();
                let exports = $draft::Adapter::new(&mut store, &instance).unwrap();
                Self { store, exports }
            }

            fn into_disk(self) -> Disk {
                self.store.into_data().into_disk()
            }

            fn open(&mut self, name: &str) -> Answer<ResourceAny> {
                Ok(self.exports.wasi_keyvalue_store().call_open(&mut self.store, name).unwrap()?)
            }

            fn get(&mut self, bucket: ResourceAny, key: &str) -> Answer<Option<Vec<u8>>> {
                let exports = self.exports.wasi_keyvalue_store().bucket();
                Ok(exports.call_get(&mut self.store, bucket, key).unwrap()?)
            }

            fn set(&mut self, bucket: ResourceAny, key: &str, value: &[u8]) -> Answer<()> {
                let exports = self.exports.wasi_keyvalue_store().bucket();
                Ok(exports.call_set(&mut self.store, bucket, key, value).unwrap()?)
            }

            fn delete(&mut self, bucket: ResourceAny, key: &str) -> Answer<()> {
                let exports = self.exports.wasi_keyvalue_store().bucket();
                Ok(exports.call_delete(&mut self.store, bucket, key).unwrap()?)
            }

            fn exists(&mut self, bucket: ResourceAny, key: &str) -> Answer<bool> {
                let exports = self.exports.wasi_keyvalue_store().bucket();
                Ok(exports.call_exists(&mut self.store, bucket, key).unwrap()?)
            }

            fn list_keys(
                &mut self,
                bucket: ResourceAny,
                cursor: Option<$cursor>,
            ) -> Answer<(Vec<String>, Option<$cursor>)> {
                let exports = self.exports.wasi_keyvalue_store().bucket();
                let page = exports.call_list_keys(&mut self.store, bucket, $borrow(&cursor)).unwrap()?;
                Ok((page.keys, page.cursor))
            }

            fn increment(&mut self, bucket: ResourceAny, key: &str, delta: $integer) -> Answer<$integer> {
                let exports = self.exports.wasi_keyvalue_atomics();
                Ok(exports.call_increment(&mut self.store, bucket, key, delta).unwrap()?)
            }

            fn get_many(&mut self, bucket: ResourceAny, keys: &[String]) -> Answer<Vec<Option<Vec<u8>>>> {
                let exports = self.exports.wasi_keyvalue_batch();
                let found = exports.call_get_many(&mut self.store, bucket, keys).unwrap()?;
                assert_eq!(found.len(), keys.len());
                Ok(found.into_iter().zip(keys).map(|(found, key)| $find(found, key)).collect())
            }

            fn set_many(&mut self, bucket: ResourceAny, pairs: &[(String, Vec<u8>)]) -> Answer<()> {
                let exports = self.exports.wasi_keyvalue_batch();
                Ok(exports.call_set_many(&mut self.store, bucket, pairs).unwrap()?)
            }

            fn delete_many(&mut self, bucket: ResourceAny, keys: &[String]) -> Answer<()> {
                let exports = self.exports.wasi_keyvalue_batch();
                Ok(exports.call_delete_many(&mut self.store, bucket, keys).unwrap()?)
            }
        }
    };
}

client!(Draft, draft, DRAFT, u64, Option::clone, u64, found_in_draft);
client!(Draft2, draft2, DRAFT2, String, Option::as_deref, i64, found_in_draft2);

/// An adapter composed with the store.
pub(crate) fn on_store(adapter: &[u8]) -> Vec<u8> {
    sx_persist_compose::plug(adapter, &sx_persist::COMPONENT).expect("an adapter on the store")
}

/// An answer of the draft's `get-many`: that of an absent key does not say which.
fn found_in_draft(found: Option<(String, Vec<u8>)>, asked: &String) -> Option<Vec<u8>> {
    found.map(|(key, value)| {
        assert_eq!(key, *asked);
        value
    })
}

fn found_in_draft2((key, value): (String, Option<Vec<u8>>), asked: &String) -> Option<Vec<u8>> {
    assert_eq!(key, *asked);
    value
}

/// Why a `swap` was refused.
#[derive(Debug)]
pub(crate) enum NotSwapped {
    /// With the handle for another try.
    Failed(ResourceAny),
    Store(Refused),
}

/// What the later draft has of its own.
impl Draft2 {
    /// `cas.new`.
    pub(crate) fn cas(&mut self, bucket: ResourceAny, key: &str) -> Answer<ResourceAny> {
        let exports = self.exports.wasi_keyvalue_atomics().cas();
        Ok(exports.call_new(&mut self.store, bucket, key).unwrap()?)
    }

    pub(crate) fn current(&mut self, cas: ResourceAny) -> Answer<Option<Vec<u8>>> {
        Ok(self.exports.wasi_keyvalue_atomics().cas().call_current(&mut self.store, cas).unwrap()?)
    }

    pub(crate) fn swap(&mut self, cas: ResourceAny, value: &[u8]) -> Result<(), NotSwapped> {
        use draft2::exports::wasi::keyvalue::atomics::CasError;
        match self.exports.wasi_keyvalue_atomics().call_swap(&mut self.store, cas, value).unwrap() {
            Ok(()) => Ok(()),
            Err(CasError::CasFailed(cas)) => Err(NotSwapped::Failed(cas)),
            Err(CasError::StoreError(error)) => Err(NotSwapped::Store(error.into())),
        }
    }
}
