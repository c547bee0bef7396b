//! Nothing: this crate is there for what its manifest asks for.
