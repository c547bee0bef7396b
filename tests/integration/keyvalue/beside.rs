//! Listings beside a writer. They take the longest here, so they stand early: tests start in the order of their names.

use crate::both_drafts;
use crate::listings::{MANY, long};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use support::counted;
use sx_persist::Store;

both_drafts! {
    fn a_listing_goes_on_while_others_write<C: KeyValue>() {
        // So many files would take a disk longer than all else here.
        let store = Store::in_memory().unwrap();
        let staying: BTreeSet<_> = (0..MANY).map(|number| long("stays", number)).collect();
        let is_done = AtomicBool::new(false);
        let changes = AtomicU32::new(0);
        let mut client = C::sharing(&store);
        let bucket = client.open("b").unwrap();
        client.set_many(bucket, &staying.iter().map(|key| (key.clone(), Vec::new())).collect::<Vec<_>>()).unwrap();
        thread::scope(|scope| {
            scope.spawn(|| {
                let mut client = C::sharing(&store);
                let bucket = client.open("b").unwrap();
                for number in (0..MANY).cycle() {
                    client.set(bucket, &long("comes", number), b"").unwrap();
                    client.delete(bucket, &long("comes", (number + MANY / 2) % MANY)).unwrap();
                    changes.fetch_add(1, Ordering::Relaxed);
                    if is_done.load(Ordering::Relaxed) {
                        return;
                    }
                }
            });
            let listed = client.keys(bucket);
            let once: BTreeSet<_> = listed.iter().cloned().collect();
            assert_eq!(once.len(), listed.len(), "a key was listed twice");
            assert!(once.is_superset(&staying), "a key that stayed was left out");
            is_done.store(true, Ordering::Relaxed);
        });
        counted(&format!("keyvalue: {} changes during a listing", changes.into_inner()));
    }
}
