//! What bytes are, by how they begin.

/// What all WebAssembly begins with.
const WASM: &[u8] = b"\0asm";
/// What follows in a core module: its version, and its layer.
const MODULE: &[u8] = &[1, 0, 0, 0];

/// Refuses what is no component for a reason that its author can do something about; what else is wrong the parser says.
pub(crate) fn check(bytes: &[u8]) -> Result<(), &'static str> {
    match bytes.strip_prefix(WASM) {
        None => Err("it is no WebAssembly, which begins with the bytes 00 61 73 6d"),
        Some(rest) if rest.starts_with(MODULE) => Err(
            "it is a core module; build it for wasm32-wasip2, or for wasm32-unknown-unknown with the linker wasm-component-ld, \
             or make it a component with `wasm-tools component new`",
        ),
        Some(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_core_module_and_what_is_no_webassembly_are_told_apart() {
        assert!(check(b"\0asm\x0d\0\x01\0").is_ok());
        assert!(check(b"\0asm\x01\0\0\0").unwrap_err().contains("wasm-component-ld"));
        for none in [&b""[..], b"\0as", b"(component)", b"#!/bin/sh"] {
            assert!(check(none).unwrap_err().starts_with("it is no WebAssembly"));
        }
    }
}
