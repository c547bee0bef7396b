//! Puts components together into one: a client on a store, and layers over a store.
//!
//! What is put together stays as it was built, byte for byte, in a component that wires the parts. What a part imports and no
//! other part gives is an import of the whole; equal imports of several parts become one. The same parts give the same bytes.
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let read = |name: &str| std::fs::read(name);
//! let guarded = sx_persist_compose::layer(&[&read("readonly.wasm")?], &read("sx-persist.wasm")?)?;
//! let program = sx_persist_compose::plug(&read("client.wasm")?, &guarded)?;
//! std::fs::write("program.wasm", program)?;
//! # Ok(())
//! # }
//! ```

#![forbid(unsafe_code)]

mod capacity;
mod composition;
mod error;
mod preamble;

pub use capacity::{Capacity, capacity, is_cached};
pub use error::{Error, Result};

use composition::Composition;

/// Puts a client on a store: what `wac plug` does.
///
/// # Shape
///
/// Two components. What the client imports and the store exports under the same name, or of a compatible version, is wired.
/// The whole exports what the client exports, and nothing of the store's.
///
/// # Errors
///
/// [`Error::NotAComponent`]; [`Error::NothingMatches`] when the client imports nothing that the store exports;
/// [`Error::Mismatch`] when it imports what the store exports with another type.
pub fn plug(client: &[u8], store: &[u8]) -> Result<Vec<u8>> {
    plug_with(client, &[], store)
}

/// Puts a client on a store and on adapters over the same store.
///
/// # Shape
///
/// Components: the client; adapters, each of which imports interfaces of the store and exports others; the store. What the client
/// imports is given by the first adapter that exports it, or by the store. There is one instance of the store for all that import it.
/// The whole exports what the client exports. Without adapters it is what [`plug`] makes.
///
/// # Errors
///
/// Those of [`plug`], for the client and for each adapter.
///
/// # Examples
///
/// ```no_run
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let read = |name: &str| std::fs::read(name);
/// let adapter = read("sx-persist-keyvalue-draft2.wasm")?;
/// let program = sx_persist_compose::plug_with(&read("visits.wasm")?, &[&adapter], &read("sx-persist.wasm")?)?;
/// # Ok(())
/// # }
/// ```
pub fn plug_with(client: &[u8], adapters: &[&[u8]], store: &[u8]) -> Result<Vec<u8>> {
    let mut composition = Composition::default();
    let store = composition.part("the store", store)?;
    let store = composition.instantiate(&store);
    let mut below = Vec::new();
    for (at, adapter) in adapters.iter().enumerate() {
        let adapter = composition.part(&format!("adapter {}", at + 1), adapter)?;
        below.push(composition.instantiate_on(&adapter, |import| store.named(import))?);
    }
    below.push(store);
    let client = composition.part("the client", client)?;
    let whole =
        composition.instantiate_on(&client, |import| below.iter().find_map(|part| part.named(import)))?;
    composition.encode(&whole)
}

/// Puts layers over a store.
///
/// # Shape
///
/// The layers, the top one first; the store. A layer imports and exports the interfaces of a store; those without functions
/// (`types`) it only imports. The whole exports what the top layer exports, and the interfaces without functions. So what a
/// layer leaves out is not there, and nothing leads around it. Without layers the whole is the store.
///
/// # Errors
///
/// Those of [`plug`], for each layer and what is below it; [`Error::Unmet`] when a layer imports an interface of the store's
/// package that nothing below it exports.
pub fn layer(layers: &[&[u8]], store: &[u8]) -> Result<Vec<u8>> {
    let mut composition = Composition::default();
    let base = composition.part("the store", store)?;
    if layers.is_empty() {
        return Ok(store.to_owned());
    }
    let mut below = composition.instantiate(&base);
    for (at, layer) in layers.iter().enumerate().rev() {
        let layer = composition.part(&format!("layer {}", at + 1), layer)?;
        let exports = composition.instantiate_on(&layer, |import| below.named(import))?;
        composition.check_met(&layer, &below)?;
        below = composition.with_types(&exports, &below);
    }
    composition.encode(&below)
}

/// Puts one layer over two stores.
///
/// # Shape
///
/// The layer; the upper store, which gives what the layer imports under the names of a store's interfaces; the lower one, which
/// gives what it imports under the same names in another package: `sx:persist/maps` for `sx:lower/maps`. The whole exports
/// what the layer exports, and the interfaces without functions of the upper store.
///
/// # Errors
///
/// Those of [`layer`].
pub fn join(layer: &[u8], upper: &[u8], lower: &[u8]) -> Result<Vec<u8>> {
    let mut composition = Composition::default();
    let upper = composition.part("the upper store", upper)?;
    let lower = composition.part("the lower store", lower)?;
    let layer = composition.part("the layer", layer)?;
    let (upper, lower) = (composition.instantiate(&upper), composition.instantiate(&lower));
    let exports = composition.instantiate_on(&layer, |import| {
        upper.named(import).or_else(|| lower.named_in_another_package(import))
    })?;
    composition.check_met(&layer, &upper)?;
    let whole = composition.with_types(&exports, &upper);
    composition.encode(&whole)
}

/// The names of what a component imports, in its order.
///
/// # Errors
///
/// [`Error::NotAComponent`].
pub fn imports(component: &[u8]) -> Result<Vec<String>> {
    let mut composition = Composition::default();
    let part = composition.part("the component", component)?;
    Ok(composition.imports(&part).map(str::to_owned).collect())
}

/// The names of what a component exports, in its order.
///
/// # Errors
///
/// [`Error::NotAComponent`].
pub fn exports(component: &[u8]) -> Result<Vec<String>> {
    let mut composition = Composition::default();
    let part = composition.part("the component", component)?;
    Ok(composition.instantiate(&part).names().map(str::to_owned).collect())
}
