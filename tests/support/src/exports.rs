//! The interfaces of an instance, each looked up when it is first called: a crash case calls a few functions of a hundred, and to check
//! the types of all of them would take a tenth of its time.

use crate::state::State;
use std::cell::OnceCell;
use std::sync::Arc;
use sx_persist::bindings::exports::sx::persist as interfaces;
use wasmtime::component::{Instance, InstancePre};
use wasmtime::{Result, Store};

macro_rules! interfaces {
    ($($name:ident)*) => {
        /// A component that is ready to be started, and where its interfaces are.
        pub(crate) struct Ready {
            pub(crate) pre: InstancePre<State>,
            $($name: interfaces::$name::GuestIndices,)*
        }

        impl Ready {
            pub(crate) fn new(pre: InstancePre<State>) -> Result<Self> {
                Ok(Self { $($name: interfaces::$name::GuestIndices::new(&pre)?,)* pre })
            }
        }

        /// What an instance exports.
        pub struct Exports {
            ready: Arc<Ready>,
            instance: Instance,
            $($name: OnceCell<interfaces::$name::Guest>,)*
        }

        impl Exports {
            pub(crate) fn of(instance: Instance, ready: Arc<Ready>) -> Self {
                Self { ready, instance, $($name: OnceCell::new(),)* }
            }

            $(
                /// Its functions.
                ///
                /// # Panics
                /// When they have other types.
                pub fn $name(&self, store: &mut Store<State>) -> &interfaces::$name::Guest {
                    self.$name.get_or_init(|| {
                        self.ready.$name.load(store, &self.instance).expect("functions of these types")
                    })
                }
            )*
        }
    };
}

interfaces! { persist blob refs maps objects sessions snapshots batch wire dispatch admin }
