//! Runs without a manifest: their files say what they are.
//!
//! At each moment runs cover stretches of commits that follow each other, and what a merge makes covers what its inputs covered. So of two
//! files that have a key, the one whose highest version is higher has the newer entry of it, or the same.

use crate::base::layout::{self, RUNS};
use crate::engine::Root;
use crate::engine::report::Report;
use crate::error::{Damage, Error, Result};
use crate::journal::manifest::Manifest;
use crate::run::RunFile;
use crate::run::check::{Walk, WalkedPart};
use crate::run::hit::Hit;
use crate::run::list::{ListedFile, ListedRun};
use crate::run::reader::{Run, RunSource};
use crate::run::unnamed::UnnamedRun;
use crate::run::value::{self, ValueBytes};
use crate::storage::Storage;
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What no file says for certain: those that a merge has replaced may be there still, and removals that it has dropped are not.
const MAY_BE_BACK: &str = "the journal that names the runs is lost; keys that were removed may be back";
/// What is told of files that go.
const NO_RUN: &str = "the journal that says what it is cannot be read";
const NO_KEYS: &str =
    "a damaged run, and the journal that says which keys it had is lost; older values of them may be back";

impl<S: Storage> Root<S> {
    /// A manifest of the runs whose files can be read, each as a run of its own, newest first. All others go to quarantine.
    pub(super) fn salvage_runs(&mut self, report: &mut Report) -> Result<Manifest> {
        let mut manifest = Manifest::default();
        let (mut found, mut others) = (Vec::new(), Vec::new());
        for number in self.numbers_in_runs()? {
            let reason = match self.find_run(number) {
                Ok(UnnamedRun { highest_version, file }) => {
                    self.lsn_floor = self.lsn_floor.max(highest_version);
                    match file {
                        Ok(file) => {
                            manifest.next_file = number + 1;
                            let values = self.values_of(&file)?;
                            found.push((highest_version, file, values));
                            continue;
                        }
                        Err(Error::Corrupt(_)) => NO_KEYS,
                        Err(error) => return Err(error),
                    }
                }
                Err(Error::Corrupt(_)) => NO_RUN,
                Err(error) => return Err(error),
            };
            others.push((number, reason));
        }
        if !found.is_empty() {
            let (file, reason) = (RUNS.to_owned(), MAY_BE_BACK.into());
            report.add(Damage { file, line: None, offset_bytes: 0, reason }, None);
        }
        let pointed_at: BTreeSet<u64> =
            found.iter().flat_map(|(_, _, values)| values.keys().copied()).collect();
        for (number, reason) in others {
            // The values in it are whole or not, each for itself.
            if pointed_at.contains(&number)
                && let Some(length_bytes) = self.length_of(number)?
            {
                manifest.next_file = manifest.next_file.max(number + 1);
                manifest.runs.kept.insert(number, length_bytes);
                continue;
            }
            let damage =
                Damage { file: layout::run(number), line: None, offset_bytes: 0, reason: reason.into() };
            let copy = self.move_aside(&damage)?;
            report.add(damage, Some(copy));
        }
        found.sort_by_key(|(version, file, _)| Reverse((*version, file.number)));
        let run = |(_, file, values): (u64, RunFile, ValueBytes)| {
            Arc::new(ListedRun { values, ..ListedRun::new(vec![ListedFile::whole(file)]) })
        };
        manifest.runs.runs = found.into_iter().map(run).collect();
        // What is gone is found where a value is missing.
        manifest.runs = manifest.runs.clone().with_kept(&manifest.runs);
        Ok(manifest)
    }

    /// How long a file is; none where no file stands there.
    fn length_of(&mut self, number: u64) -> Result<Option<u64>> {
        match self.files.open(&layout::run(number)) {
            Ok(Some(file)) => self.files.size(&file).map(Some),
            Ok(None) | Err(Error::Corrupt(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What the entries of a file have in others, as far as it can be read.
    fn values_of(&mut self, named: &RunFile) -> Result<ValueBytes> {
        let mut values = ValueBytes::new();
        let Some(file) = self.files.open(&layout::run(named.number))? else { return Ok(values) };
        let source = &mut RunSource { files: &mut self.files, file: &file };
        let run = Run::open(source, named)?;
        let mut walk = Walk::new(&run)?;
        while let Some(part) = walk.next(&run, source)? {
            let WalkedPart::Whole(block) = part else { continue };
            let places = Hit::all(&block).filter_map(|hit| hit.place());
            places.for_each(|place| value::add_place(&mut values, place));
        }
        Ok(values)
    }

    fn find_run(&mut self, number: u64) -> Result<UnnamedRun> {
        let path = layout::run(number);
        let Some(file) = self.files.open(&path)? else { return Err(Error::corrupt(&path, 0, NO_RUN)) };
        let size = self.files.size(&file)?;
        UnnamedRun::find(&mut RunSource { files: &mut self.files, file: &file }, number, size)
    }
}
