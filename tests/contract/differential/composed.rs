//! The compositions.

use std::sync::LazyLock;
use support::machine::Composed;
use sx_persist::{CORE_COMPONENT, MEMORY_COMPONENT, middleware};
use sx_persist_compose::{join, layer};

pub(crate) static CACHED: LazyLock<Composed> =
    LazyLock::new(|| Composed::new(&layer(&[middleware::CACHED], CORE_COMPONENT).unwrap()));

pub(crate) static LAYERED: LazyLock<Composed> =
    LazyLock::new(|| Composed::new(&join(middleware::LAYERED, CORE_COMPONENT, MEMORY_COMPONENT).unwrap()));

/// A store in memory over one on a disk.
pub(crate) static OVER: LazyLock<Composed> =
    LazyLock::new(|| Composed::new(&join(middleware::LAYERED, MEMORY_COMPONENT, CORE_COMPONENT).unwrap()));
