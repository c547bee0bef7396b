//! `sx:persist/digest`, with the processor's own instructions. Hidden: the project's suites give it to the bare component, too.

use wasmtime::StoreContextMut;
use wasmtime::component::{Linker, WasmList};

/// H0 to H7.
type State = (u32, u32, u32, u32, u32, u32, u32, u32);

/// Defines what `wit/digest.wit` describes. It keeps nothing, so it asks nothing of the store's data.
///
/// # Errors
/// When something of that name is defined already.
pub fn add_to_linker<T: 'static>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    let mut interface = linker.instance("sx:persist/digest@0.2.0")?;
    interface.func_wrap(
        "compress",
        |store: StoreContextMut<'_, T>, (state, blocks): (State, WasmList<u8>)| {
            let mut words = state.into();
            // The bytes where they are: a copy of them would cost a tenth of the hash.
            let (blocks, _) = blocks.as_le_slice(&store).as_chunks();
            sha2::block_api::compress256(&mut words, blocks);
            Ok((State::from(words),))
        },
    )?;
    interface.func_wrap(
        "checksums",
        |store: StoreContextMut<'_, T>, (bytes, bounds): (WasmList<u8>, WasmList<u32>)| {
            let bytes = bytes.as_le_slice(&store);
            let (bounds, _) = bounds.as_le_slice(&store).as_chunks();
            let part =
                |[start, end]: &[u32; 2]| bytes.get(*start as usize..*end as usize).unwrap_or_default();
            Ok((bounds.iter().map(|bounds| crc32c::crc32c(part(bounds))).collect::<Vec<_>>(),))
        },
    )
}
