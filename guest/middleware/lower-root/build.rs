//! What `wasm-component-ld` brings along for programs of an older WASI describes all of `wasi:filesystem`, and would have this crate
//! describe all of it, too. No guest is such a program.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|target| target == "wasm32") {
        println!("cargo::rustc-link-arg-cdylib=--wasi-adapter=none");
    }
}
