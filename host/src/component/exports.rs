//! What an instance exports, looked up when it is first called. To check the types of every function of every interface takes a good
//! part of opening a store, and calls go through one of them. Hidden: the project's suites call the bare component through it, too.

use crate::bindings::exports::sx::persist as interfaces;
use std::cell::OnceCell;
use std::fmt;
use std::sync::Arc;
use wasmtime::component::{Instance, InstancePre};
use wasmtime::{Engine, Result, Store};

macro_rules! interfaces {
    ($($name:ident)*) => {
        /// A component that is ready to be instantiated, and where its functions are.
        pub struct Ready<T: 'static> {
            pre: InstancePre<T>,
            $($name: interfaces::$name::GuestIndices,)*
        }

        impl<T> Ready<T> {
            /// Finds the functions by their names.
            ///
            /// # Errors
            /// One of a store's functions is missing.
            pub fn new(pre: InstancePre<T>) -> Result<Self> {
                Ok(Self { $($name: interfaces::$name::GuestIndices::new(&pre)?,)* pre })
            }

            /// The engine that it was compiled for.
            pub fn engine(&self) -> &Engine {
                self.pre.engine()
            }

            /// Starts an instance.
            ///
            /// # Errors
            /// Those of wasmtime.
            pub fn instantiate(self: &Arc<Self>, store: &mut Store<T>) -> Result<Exports<T>> {
                let instance = self.pre.instantiate(store)?;
                Ok(Exports { ready: Arc::clone(self), instance, $($name: OnceCell::new(),)* })
            }
        }

        /// The functions of an instance.
        pub struct Exports<T: 'static> {
            ready: Arc<Ready<T>>,
            instance: Instance,
            $($name: OnceCell<interfaces::$name::Guest>,)*
        }

        impl<T> Exports<T> {
            $(
                /// The functions of an interface.
                ///
                /// # Errors
                /// They have other types.
                pub fn $name(&self, store: &mut Store<T>) -> Result<&interfaces::$name::Guest> {
                    if let Some(found) = self.$name.get() {
                        return Ok(found);
                    }
                    let found = self.ready.$name.load(store, &self.instance)?;
                    Ok(self.$name.get_or_init(|| found))
                }
            )*
        }
    };
}

interfaces! { persist blob refs maps objects sessions snapshots batch wire dispatch admin }

impl<T> fmt::Debug for Ready<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Ready").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Exports<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Exports").finish_non_exhaustive()
    }
}
