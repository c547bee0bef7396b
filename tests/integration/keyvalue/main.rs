//! Does `wasi:keyvalue` mean on a store what docs/keyvalue.md says? Called as a guest would call it, on each of two adapters:
//! composed with the store, over a real directory and a simulated disk; and alone, on a store that threads share.

mod batches;
mod beside;
mod bindings;
mod buckets;
mod client;
mod counters;
mod guests;
mod host;
mod listings;
mod model;
mod swaps;
mod threads;

/// The same tests for both drafts, each on a directory of its own.
#[macro_export]
macro_rules! both_drafts {
    ($($(#[$meta:meta])* fn $test:ident<$client:ident: KeyValue>() $body:block)*) => {
        $(
            $(#[$meta])*
            fn $test<$client: $crate::client::KeyValue>() $body
        )*

        mod draft {
            $(#[test] fn $test() { super::$test::<$crate::client::Draft>(); })*
        }

        mod draft2 {
            $(#[test] fn $test() { super::$test::<$crate::client::Draft2>(); })*
        }
    };
}
