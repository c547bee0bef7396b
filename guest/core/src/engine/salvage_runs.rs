//! Runs without a manifest: their files say what they are.
//!
//! At each moment runs cover stretches of commits that follow each other, and what a merge makes covers what its inputs covered. So of two
//! files that have a key, the one whose highest version is higher has the newer entry of it, or the same.

use crate::base::layout::{self, RUNS};
use crate::engine::Root;
use crate::engine::report::Report;
use crate::error::{Damage, Error, Result};
use crate::journal::manifest::Manifest;
use crate::run::list::{ListedFile, ListedRun, Runs};
use crate::run::reader::{RunSource, UnnamedRun};
use crate::storage::Storage;
use std::cmp::Reverse;
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
        let mut found = Vec::new();
        for number in self.numbers_in_runs()? {
            let reason = match self.find_run(number) {
                Ok(UnnamedRun { highest_version, file }) => {
                    self.lsn_floor = self.lsn_floor.max(highest_version);
                    match file {
                        Ok(file) => {
                            manifest.next_file = number + 1;
                            found.push((highest_version, file));
                            continue;
                        }
                        Err(Error::Corrupt(_)) => NO_KEYS,
                        Err(error) => return Err(error),
                    }
                }
                Err(Error::Corrupt(_)) => NO_RUN,
                Err(error) => return Err(error),
            };
            let damage =
                Damage { file: layout::run(number), line: None, offset_bytes: 0, reason: reason.into() };
            let copy = self.move_aside(&damage)?;
            report.add(damage, Some(copy));
        }
        if !found.is_empty() {
            let (file, reason) = (RUNS.to_owned(), MAY_BE_BACK.into());
            report.add(Damage { file, line: None, offset_bytes: 0, reason }, None);
        }
        found.sort_by_key(|(version, file)| Reverse((*version, file.number)));
        let run = |file| Arc::new(ListedRun { files: vec![ListedFile::whole(file)], inputs: 0 });
        manifest.runs = Runs { runs: found.into_iter().map(|(_, file)| run(file)).collect() };
        Ok(manifest)
    }

    fn find_run(&mut self, number: u64) -> Result<UnnamedRun> {
        let path = layout::run(number);
        let Some(file) = self.files.open(&path)? else { return Err(Error::corrupt(&path, 0, NO_RUN)) };
        let size = self.files.size(&file)?;
        UnnamedRun::find(&mut RunSource { files: &mut self.files, file: &file }, number, size)
    }
}
