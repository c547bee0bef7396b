//! A graph of instances while it is built.

use crate::error::{Error, Result};
use crate::preamble;
use std::error::Error as StdError;
use std::iter;
use wac_graph::types::{ItemKind, Package, are_semver_compatible};
use wac_graph::{CompositionGraph, EncodeOptions, InstantiationArgumentError, NodeId, PackageId};

/// Components that are being put together.
#[derive(Default)]
pub(crate) struct Composition {
    graph: CompositionGraph,
}

/// One of the components.
pub(crate) struct Part {
    /// Which of those given, for errors.
    name: String,
    package: PackageId,
}

/// What a part of the whole offers: the name of each export, and the instance that has it.
pub(crate) struct Exports(Vec<(String, NodeId)>);

impl Exports {
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// What is exported under a name, or under that of a compatible version.
    pub(crate) fn named(&self, name: &str) -> Option<(String, NodeId)> {
        let same = self.0.iter().find(|(export, _)| export == name);
        same.or_else(|| self.0.iter().find(|(export, _)| are_semver_compatible(export, name))).cloned()
    }

    /// What is exported under the name of an interface, whatever its package is called.
    pub(crate) fn named_in_another_package(&self, name: &str) -> Option<(String, NodeId)> {
        let interface = interface(name)?;
        self.0.iter().find(|(export, _)| self::interface(export) == Some(interface)).cloned()
    }
}

impl Composition {
    /// Takes a component in.
    pub(crate) fn part(&mut self, name: &str, bytes: &[u8]) -> Result<Part> {
        let refuse = |reason| Error::NotAComponent { part: name.to_owned(), reason };
        preamble::check(bytes).map_err(|reason| refuse(reason.to_owned()))?;
        // What it is called in the whole, for whoever looks into that.
        let label = name.trim_start_matches("the ").replace(' ', "-");
        let package = Package::from_bytes(&label, None, bytes, self.graph.types_mut())
            .map_err(|error| refuse(format!("{error:#}")))?;
        let package = self.graph.register_package(package).map_err(|error| refuse(error.to_string()))?;
        Ok(Part { name: name.to_owned(), package })
    }

    /// The names of what a part imports.
    pub(crate) fn imports(&self, part: &Part) -> impl Iterator<Item = &str> {
        self.graph.types()[self.graph[part.package].ty()].imports.keys().map(String::as_str)
    }

    /// An instance whose imports become those of the whole.
    pub(crate) fn instantiate(&mut self, part: &Part) -> Exports {
        let instance = self.graph.instantiate(part.package);
        self.exports(part, instance)
    }

    /// An instance that is given what `find` finds for its imports.
    pub(crate) fn instantiate_on(
        &mut self,
        part: &Part,
        find: impl Fn(&str) -> Option<(String, NodeId)>,
    ) -> Result<Exports> {
        let instance = self.graph.instantiate(part.package);
        let found: Vec<_> =
            self.imports(part).filter_map(|name| Some((name.to_owned(), find(name)?))).collect();
        if found.is_empty() {
            return Err(Error::NothingMatches { part: part.name.clone() });
        }
        for (import, (export, from)) in found {
            let argument = self.graph.alias_instance_export(from, &export).map_err(unfit)?;
            self.graph.set_instantiation_argument(instance, &import, argument).map_err(
                |error| match error {
                    InstantiationArgumentError::ArgumentTypeMismatch { source, .. } => {
                        Error::Mismatch { part: part.name.clone(), import, reason: format!("{source:#}") }
                    }
                    other => unfit(other),
                },
            )?;
        }
        Ok(self.exports(part, instance))
    }

    fn exports(&self, part: &Part, instance: NodeId) -> Exports {
        let exports = &self.graph.types()[self.graph[part.package].ty()].exports;
        Exports(exports.keys().map(|name| (name.clone(), instance)).collect())
    }

    /// Checks that everything a part imports of the packages below it is met.
    pub(crate) fn check_met(&self, part: &Part, below: &Exports) -> Result<()> {
        let is_of =
            |name: &str| package(name).is_some() && below.0.iter().any(|(e, _)| package(e) == package(name));
        match self.imports(part).find(|name| is_of(name) && below.named(name).is_none()) {
            Some(import) => Err(Error::Unmet { part: part.name.clone(), import: import.to_owned() }),
            None => Ok(()),
        }
    }

    /// What a layer exports, and the interfaces below it that hold types alone.
    pub(crate) fn with_types(&self, exports: &Exports, below: &Exports) -> Exports {
        let is_new = |name: &str| exports.0.iter().all(|(export, _)| export != name);
        let types = below.0.iter().filter(|(name, from)| is_new(name) && self.has_types_alone(*from, name));
        Exports(types.cloned().chain(exports.0.iter().cloned()).collect())
    }

    fn has_types_alone(&self, instance: NodeId, export: &str) -> bool {
        let ItemKind::Instance(interface) = self.graph[instance].item_kind() else { return false };
        let types = self.graph.types();
        let Some(ItemKind::Instance(interface)) = types[interface].exports.get(export) else { return false };
        types[*interface].exports.values().all(|kind| matches!(kind, ItemKind::Type(_)))
    }

    /// The whole, which exports these.
    pub(crate) fn encode(mut self, exports: &Exports) -> Result<Vec<u8>> {
        for (name, from) in &exports.0 {
            let export = self.graph.alias_instance_export(*from, name).map_err(unfit)?;
            self.graph.export(export, name).map_err(unfit)?;
        }
        self.graph.encode(EncodeOptions::default()).map_err(unfit)
    }
}

/// `sx:persist` of `sx:persist/maps@0.2.0`.
fn package(name: &str) -> Option<&str> {
    name.split_once('/').map(|(package, _)| package)
}

/// `maps@0.2.0` of `sx:persist/maps@0.2.0`.
fn interface(name: &str) -> Option<&str> {
    name.split_once('/').map(|(_, interface)| interface)
}

/// An error and what led to it.
fn unfit(error: impl StdError) -> Error {
    let causes = iter::successors(error.source(), |&cause| cause.source());
    let words: Vec<_> = iter::once(error.to_string()).chain(causes.map(ToString::to_string)).collect();
    Error::Unfit { reason: words.join(": ") }
}
