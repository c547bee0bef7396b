//! `block` for libFuzzer.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sx_persist_fuzz::block::check(data));
