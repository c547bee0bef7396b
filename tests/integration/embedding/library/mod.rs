//! The handles of the library, as programs use them: over a component in this process, and over an end to which nothing but bytes goes.

mod blobs;
mod errors;
mod keys;
mod lists;
mod mixed;
mod transactions;

use std::path::Path;
use sx_persist::{Hash, Result, Store};

/// What is below the handles.
#[derive(Clone, Copy, Debug)]
enum End {
    /// The component, as programs have it.
    Here,
    /// A store in a thread.
    BehindAThread,
}

impl End {
    fn in_memory(self) -> Store {
        self.of(Store::in_memory().unwrap())
    }

    fn open(self, root: &Path) -> Result<Store> {
        Store::open(root).map(|store| self.of(store))
    }

    fn of(self, store: Store) -> Store {
        match self {
            Self::Here => store,
            Self::BehindAThread => store.behind_a_thread(),
        }
    }
}

/// A test of each function, over each end.
macro_rules! over_each_end {
    ($($test:ident)+) => {
        mod here {
            $(
                #[test]
                fn $test() {
                    super::$test(crate::library::End::Here);
                }
            )+
        }

        mod behind_a_thread {
            $(
                #[test]
                fn $test() {
                    super::$test(crate::library::End::BehindAThread);
                }
            )+
        }
    };
}

use over_each_end;

/// A hash of one digit.
fn hash(digit: char) -> Hash {
    digit.to_string().repeat(40).parse().unwrap()
}
