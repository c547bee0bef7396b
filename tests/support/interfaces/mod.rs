//! What a trace knows of an interface, a file each: its operations, how a line spells them, how random ones are drawn, and how the
//! component and the host library perform them. What they mean stands in `model/`.

pub mod maps;
pub mod refs;
