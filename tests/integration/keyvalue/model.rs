//! Random operations, and a model from std alone that says what each answers. Seeds: `SEED` and `CASES`.

use crate::both_drafts;
use crate::client::{Draft2, KeyValue, NotSwapped, is_other};
use sim::random::Random;
use std::any::Any;
use std::collections::BTreeMap;
use support::counted;
use wasmtime::component::ResourceAny;

const BUCKETS: [&str; 3] = ["", "orders", "\u{fc}"];
const KEYS: [&str; 5] = ["a", "b", "b/c", "\u{e4}", "z z"];

/// The last write of a key, and whether the key is there: who remembers both sees whether anything happened to it since.
type Seen = (Option<u64>, bool);

#[derive(Default)]
struct Model {
    writes: u64,
    buckets: [BTreeMap<String, Vec<u8>>; BUCKETS.len()],
    /// Of each key that ever was there, how many writes there had been when it was last written.
    written: [BTreeMap<String, u64>; BUCKETS.len()],
}

impl Model {
    fn set(&mut self, bucket: usize, key: &str, value: Vec<u8>) {
        self.writes += 1;
        self.buckets[bucket].insert(key.to_owned(), value);
        self.written[bucket].insert(key.to_owned(), self.writes);
    }

    fn get(&self, bucket: usize, key: &str) -> Option<Vec<u8>> {
        self.buckets[bucket].get(key).cloned()
    }

    /// What a handle remembers: the write that left the key as it is, and whether it is there.
    fn seen(&self, bucket: usize, key: &str) -> Seen {
        (self.written[bucket].get(key).copied(), self.buckets[bucket].contains_key(key))
    }

    /// The sum; none when there is none.
    fn sum(&self, bucket: usize, key: &str, delta: u32) -> Option<i128> {
        let Some(value) = self.get(bucket, key) else { return Some(delta.into()) };
        let addend: i128 = String::from_utf8(value).ok()?.parse().ok()?;
        Some(addend + i128::from(delta))
    }
}

/// A handle of the later draft: its bucket, its key, and what it remembers.
struct Handle {
    cas: ResourceAny,
    bucket: usize,
    key: &'static str,
    seen: Seen,
}

/// A client, the model, and handles on both.
struct Walk<'a, C> {
    root: &'a std::path::Path,
    random: Random,
    client: C,
    open: [ResourceAny; BUCKETS.len()],
    model: Model,
    handles: Vec<Handle>,
    met: &'a mut BTreeMap<&'static str, u64>,
}

impl<'a, C: KeyValue> Walk<'a, C> {
    fn new(root: &'a std::path::Path, seed: u64, met: &'a mut BTreeMap<&'static str, u64>) -> Self {
        let (client, open) = started(root);
        let (random, model) = (Random::new(seed), Model::default());
        Self { root, random, client, open, model, handles: Vec::new(), met }
    }

    fn value(&mut self) -> Vec<u8> {
        match self.random.below(4) {
            0 => Vec::new(),
            1 => self.random.number().to_be_bytes().to_vec(),
            _ => self.random.below(100).to_string().into_bytes(),
        }
    }

    fn keys(&mut self) -> Vec<String> {
        let count = self.random.index(4);
        (0..count).map(|_| (*self.random.pick(&KEYS)).to_owned()).collect()
    }

    fn step(&mut self) {
        let (bucket, key) = (self.random.index(BUCKETS.len()), *self.random.pick(&KEYS));
        let handle = self.open[bucket];
        let operation = match self.random.below(12) {
            0..2 => {
                let value = self.value();
                self.client.set(handle, key, &value).unwrap();
                self.model.set(bucket, key, value);
                "set"
            }
            2 => {
                self.client.delete(handle, key).unwrap();
                self.model.buckets[bucket].remove(key);
                "delete"
            }
            3 => {
                let found = (self.client.get(handle, key).unwrap(), self.client.exists(handle, key).unwrap());
                let held = self.model.get(bucket, key);
                assert_eq!(found, (held.clone(), held.is_some()));
                "get"
            }
            4..6 => self.increment(bucket, key),
            6 => {
                let pairs: Vec<_> = self.keys().into_iter().map(|key| (key, self.value())).collect();
                self.client.set_many(handle, &pairs).unwrap();
                pairs.into_iter().for_each(|(key, value)| self.model.set(bucket, &key, value));
                "set-many"
            }
            7 => {
                let keys = self.keys();
                self.client.delete_many(handle, &keys).unwrap();
                keys.iter().for_each(|key| drop(self.model.buckets[bucket].remove(key)));
                "delete-many"
            }
            8 => {
                let keys = self.keys();
                let held: Vec<_> = keys.iter().map(|key| self.model.get(bucket, key)).collect();
                assert_eq!(self.client.get_many(handle, &keys).unwrap(), held);
                "get-many"
            }
            9 if self.random.one_in(4) => {
                self.handles.clear();
                (self.client, self.open) = started(self.root);
                "restart"
            }
            9 => {
                let mut listed = self.client.keys(handle);
                listed.sort();
                assert!(listed.iter().eq(self.model.buckets[bucket].keys()));
                "list-keys"
            }
            _ => self.compare(bucket, key),
        };
        *self.met.entry(operation).or_default() += 1;
    }

    fn increment(&mut self, bucket: usize, key: &str) -> &'static str {
        let delta = u32::try_from(self.random.below(50)).unwrap();
        let answer = self.client.increment(self.open[bucket], key, delta.into());
        if let Some(sum) = self.model.sum(bucket, key, delta) {
            assert_eq!(answer.unwrap().into(), sum);
            self.model.set(bucket, key, sum.to_string().into_bytes());
            return "increment";
        }
        assert!(is_other(&answer, "invalid-argument"));
        "increment of no integer"
    }

    /// Makes a handle, or swaps one that was made before. The earlier draft has none.
    fn compare(&mut self, bucket: usize, key: &'static str) -> &'static str {
        let value = self.value();
        let Some(client) = (&mut self.client as &mut dyn Any).downcast_mut::<Draft2>() else {
            return "nothing";
        };
        if self.handles.len() < 4 {
            let cas = client.cas(self.open[bucket], key).unwrap();
            let seen = self.model.seen(bucket, key);
            self.handles.push(Handle { cas, bucket, key, seen });
            return "cas";
        }
        let Handle { cas, bucket, key, seen } = self.handles.swap_remove(self.random.index(4));
        assert_eq!(client.current(cas).unwrap(), self.model.get(bucket, key));
        let now = self.model.seen(bucket, key);
        match client.swap(cas, &value) {
            Ok(()) if seen == now => {
                self.model.set(bucket, key, value);
                "swap"
            }
            Err(NotSwapped::Failed(cas)) if seen != now => {
                self.handles.push(Handle { cas, bucket, key, seen: now });
                "swap of an old handle"
            }
            other => panic!("{other:?}, seen {seen:?}, now {now:?}"),
        }
    }
}

fn started<C: KeyValue>(root: &std::path::Path) -> (C, [ResourceAny; BUCKETS.len()]) {
    let mut client = C::on(root);
    let open = BUCKETS.map(|name| client.open(name).unwrap());
    (client, open)
}

both_drafts! {
    fn random_operations_answer_what_the_model_says<C: KeyValue>() {
        let chosen = |name: &str, usual| std::env::var(name).map_or(usual, |text| text.parse().unwrap());
        let (first, cases): (u64, u64) = (chosen("SEED", 1), chosen("CASES", 12));
        let mut met = BTreeMap::new();
        for seed in first..first + cases {
            let root = tempfile::tempdir().unwrap();
            let mut walk = Walk::<C>::new(root.path(), seed, &mut met);
            for _ in 0..150 {
                walk.step();
            }
        }
        counted(&format!("keyvalue: seeds {first} to {}, {met:?}", first + cases - 1));
        assert!(met.len() >= 10 && met.values().all(|count| *count > 5), "{met:?}");
    }
}
