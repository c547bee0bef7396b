//! Are the runs whole, and how much is in the tables that stand there?

use crate::base::layout::{self, RUNS};
use crate::engine::Opened;
use crate::engine::counted::CountedEntries;
use crate::engine::listing::Direction;
use crate::engine::pull::{NamePull, PulledKey};
use crate::engine::report::Survey;
use crate::engine::runs::{run_key, table_of};
use crate::engine::share::Share;
use crate::engine::survey_segments::SegmentFlaw;
use crate::engine::survey_streams::StreamFlaw;
use crate::error::{Damage, Error, Result};
use crate::journal::read::number_of;
use crate::keyspace::name_range::NameRange;
use crate::keyspace::{
    self, COUNTS, ENTRIES, EVENTS, Keyspace, MEMBERS, PACKED_BLOBS, PACKED_STREAMS, RECENT, REFS, SEGMENTS,
    SESSIONS, TRACES,
};
use crate::run::block::Block;
use crate::run::check::{Walk, WalkedPart};
use crate::run::hit::Hit;
use crate::run::list::ListedFile;
use crate::run::open_files::DiskRuns;
use crate::run::reader::{Run, RunSource};
use crate::run::stack::Saying;
use crate::run::value::{self, ValueBytes};
use crate::storage::Storage;
use std::collections::BTreeSet;
use std::sync::Arc;

impl<S: Storage> Opened<'_, S> {
    /// Reads each file of the runs, and counts the keys that are there; of both, a share.
    pub(crate) fn survey_runs(&mut self, share: Share, survey: &mut Survey) -> Result<()> {
        let runs = self.state.stack.runs().clone();
        let named: BTreeSet<u64> = runs.numbers().collect();
        let keys = share.keys(&runs);
        for run in &runs.runs {
            let mut values = ValueBytes::new();
            for file in run.files.iter().filter(|file| keys.has(&file.file.last_key)) {
                survey.report.bytes += file.file.length_bytes;
                match self.survey_run(file, &mut values, survey) {
                    Err(Error::Corrupt(damage)) => {
                        survey.add_in_run(file.file.number, damage);
                        survey.lose_up_to(&file.file.last_key);
                    }
                    surveyed => surveyed?,
                }
            }
            // What points at files that are not there any more says nothing, or is found by itself.
            values.retain(|number, _| named.contains(number));
            let is_less =
                |(number, bytes): (&u64, &u64)| run.values.get(number).is_none_or(|counted| counted < bytes);
            if values.iter().any(is_less) {
                let reason = "entries with values in a file of which the journal says that they have fewer";
                survey.add_in_runs(in_runs(reason.to_owned()));
            }
        }
        for keyspace in keyspace::ALL.into_iter().filter(|keyspace| keyspace.is_in_runs()) {
            self.survey_table(keyspace, keys.names(keyspace), survey)?;
        }
        if share.has_number(0) {
            survey.report.foreign += self.foreign_in_runs()?;
            survey.add_flaws(self.wrong_counts(), |(row, _)| {
                format!("{} holds something else than its count says", table_of(row))
            })?;
        }
        if share.has_number(1) {
            survey.add_flaws(self.segment_flaws(), SegmentFlaw::reason)?;
        }
        if share.has_number(2) {
            survey.add_flaws(self.stream_flaws(), StreamFlaw::reason)?;
        }
        Ok(())
    }

    fn survey_run(
        &mut self,
        listed: &ListedFile,
        values: &mut ValueBytes,
        survey: &mut Survey,
    ) -> Result<()> {
        let named = &listed.file;
        let path = layout::run(named.number);
        let Some(file) = self.root.files.open(&path)? else {
            return Err(Error::corrupt(&path, 0, "the file is gone"));
        };
        let run = Run::open(&mut RunSource { files: &mut self.root.files, file: &file }, named)?;
        survey.highest_lsn = survey.highest_lsn.max(run.footer.highest_version);
        let mut walk = Walk::new(&run)?;
        while let Some(part) = walk.next(&run, &mut RunSource { files: &mut self.root.files, file: &file })? {
            match part {
                WalkedPart::Whole(block) => self.survey_values(listed, &block, values, survey)?,
                WalkedPart::Damaged(damage, lost) => {
                    survey.add_in_run(named.number, damage);
                    lost.iter().for_each(|lost| survey.lose_up_to(&lost.last));
                }
            }
        }
        Ok(())
    }

    /// Reads what the entries of a block have in other files.
    fn survey_values(
        &mut self,
        listed: &ListedFile,
        block: &Arc<Block>,
        values: &mut ValueBytes,
        survey: &mut Survey,
    ) -> Result<()> {
        for hit in Hit::all(block) {
            let Some(place) = hit.place().filter(|_| hit.compare_key(listed.lowest_key()).is_ge()) else {
                continue;
            };
            value::add_place(values, place);
            match self.value_of(&hit) {
                Err(Error::Corrupt(damage)) if self.counts(&hit)? => {
                    survey.add_value(listed.file.number, hit.key(), damage);
                }
                Err(Error::Corrupt(_)) => {}
                read => survey.report.bytes += read?.bytes.len() as u64,
            }
        }
        Ok(())
    }

    /// Is an entry the one that says what its key has come to, as far as that can be read? Of one that is hidden the value may have gone
    /// rightly, where the manifest that said so is lost.
    fn counts(&mut self, hit: &Hit) -> Result<bool> {
        let mut files = DiskRuns { files: &mut self.root.files, open: &mut self.state.open_runs };
        match self.state.stack.get(&mut files, &hit.key()) {
            Ok(Some(Saying::Value(newest))) => Ok(newest.place() == hit.place()),
            Ok(Some(Saying::Removed) | None) => Ok(false),
            Err(Error::Corrupt(_)) => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// Counts what is in a part of a table, and looks at what its values say.
    fn survey_table(
        &mut self,
        keyspace: &'static Keyspace,
        names: NameRange,
        survey: &mut Survey,
    ) -> Result<()> {
        if [&COUNTS, &SESSIONS, &RECENT, &MEMBERS].contains(&keyspace)
            || (keyspace.is_packed() && !self.is_packed())
        {
            // They say nothing but what others do.
            return Ok(());
        }
        let mut counted = CountedEntries::default();
        self.walk_table(keyspace, names, survey, |engine, key, survey| {
            if ![&ENTRIES, &TRACES, &EVENTS].contains(&keyspace) {
                return engine.survey_key(keyspace, key, survey);
            }
            let name = key.name();
            let counts = counted.has(engine, keyspace, &name)?;
            let is_whole = counts && !survey.has_damaged_value(&run_key(keyspace, &name));
            survey.report.events += u64::from(is_whole);
            Ok(())
        })
    }

    /// Hands each of these keys of a table to `visit` that can be found, behind damage too.
    pub(super) fn walk_table(
        &mut self,
        keyspace: &'static Keyspace,
        mut left: NameRange,
        survey: &mut Survey,
        mut visit: impl FnMut(&mut Self, &PulledKey, &mut Survey) -> Result<()>,
    ) -> Result<()> {
        let mut passed = run_key(keyspace, left.start());
        let mut names = NamePull::new(keyspace, left.clone(), Direction::Forward);
        loop {
            match names.next_key(self) {
                Ok(Some(key)) => {
                    passed = run_key(keyspace, &key.name());
                    match visit(self, &key, survey) {
                        // Its value has been found in its file.
                        Err(Error::Corrupt(_)) => {}
                        visited => visited?,
                    }
                }
                Ok(None) => return Ok(()),
                // It has been found in its file, and the keys behind it are to be found, too.
                Err(Error::Corrupt(_)) => {
                    let end = survey.next_lost_end(&passed).filter(|end| end.first() == Some(&keyspace.id));
                    let Some(end) = end else { return Ok(()) };
                    left.start_behind(end.get(1..).unwrap_or_default());
                    names = NamePull::new(keyspace, left.clone(), Direction::Forward);
                    passed = end;
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn survey_key(
        &mut self,
        keyspace: &'static Keyspace,
        key: &PulledKey,
        survey: &mut Survey,
    ) -> Result<()> {
        if [&SEGMENTS, &PACKED_STREAMS].contains(&keyspace) {
            survey.report.logs += 1;
        } else if *keyspace == PACKED_BLOBS {
            self.survey_packed_blob(key, survey)?;
        } else if *keyspace == REFS {
            let value = self.pulled_value(keyspace, key)?;
            let text = value.as_ref().map(|value| std::str::from_utf8(&value.bytes));
            if text.is_none_or(|text| text.is_ok_and(keyspace.is_value)) {
                survey.report.entries += 1;
            } else {
                let damage = in_runs("a ref that is not a hash".to_owned());
                survey.add(keyspace, &key.name(), damage, 0..0);
            }
        } else {
            let is_whole = !survey.has_damaged_value(&run_key(keyspace, &key.name()));
            survey.report.entries += u64::from(is_whole);
        }
        Ok(())
    }

    fn survey_packed_blob(&mut self, key: &PulledKey, survey: &mut Survey) -> Result<()> {
        let digest = key.name();
        let bytes = self.pulled_value(&PACKED_BLOBS, key)?.map(|value| value.bytes).unwrap_or_default();
        if self.digest(&bytes).as_slice() == digest {
            survey.report.add_whole(true);
        } else {
            let damage = in_runs("the bytes of a blob do not match its address".to_owned());
            survey.add(&PACKED_BLOBS, &digest, damage, 0..0);
        }
        Ok(())
    }

    /// Files in `runs/` whose names are no numbers.
    fn foreign_in_runs(&mut self) -> Result<u64> {
        let entries = match self.root.files.list(RUNS) {
            // Something else stands in its place, which is found as such.
            Err(Error::Corrupt(_)) => return Ok(0),
            entries => entries?,
        };
        Ok(entries.iter().filter(|entry| number_of(&entry.name).is_none()).count() as u64)
    }
}

impl Survey {
    /// Adds what tables do not say alike, each with its reason. Where damage keeps that from being looked at, it has been found in its file.
    fn add_flaws<T>(&mut self, flaws: Result<Vec<T>>, reason: impl Fn(&T) -> String) -> Result<()> {
        match flaws {
            Err(Error::Corrupt(_)) => {}
            flaws => flaws?.iter().for_each(|flaw| self.add_in_runs(in_runs(reason(flaw)))),
        }
        Ok(())
    }
}

fn in_runs(reason: String) -> Damage {
    Damage { file: RUNS.to_owned(), line: None, offset_bytes: 0, reason: reason.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::memory::Memory;
    use crate::engine::Engine;

    #[test]
    fn a_value_that_this_store_does_not_write_is_found_and_taken_out() {
        for is_settled in [false, true] {
            let mut engine = Engine::new(Memory::new());
            engine.ref_set("good", &"1".repeat(40)).unwrap();
            engine
                .write(|engine| {
                    engine.put_value(&REFS, b"bad", b"\"no hash\"")?;
                    engine.put_value(&SEGMENTS, &[1; 16], b"short")
                })
                .unwrap();
            if is_settled {
                engine.checkpoint().unwrap();
            }
            let report = engine.verify().unwrap();
            assert_eq!((report.damaged, report.entries), (2, 1), "{report:?}");
            assert_eq!(engine.repair().unwrap().damaged, 2);
            assert_eq!(engine.verify().unwrap().damaged, 0);
            assert_eq!(engine.ref_list("", None, 9).unwrap().items, [("good".to_owned(), "1".repeat(40))]);
        }
    }

    #[test]
    fn keys_behind_damage_are_counted_and_foreign_files_too() {
        let mut disk = Memory::new();
        disk.make_folder("runs").unwrap();
        disk.create("runs/notes").unwrap();
        let mut engine = Engine::new(disk.clone());
        for number in 0..100 {
            engine.map_put("t", format!("{number:03}").as_bytes(), &[7; 400]).unwrap();
            engine.object_write(&format!("{number:040}"), b"o").unwrap();
        }
        engine.checkpoint().unwrap();
        let path =
            layout::run(engine.opened().unwrap().state.stack.runs().files().next().unwrap().file.number);
        let file = disk.open(&path).unwrap();
        // Objects stand before maps.
        disk.write(&file, 20_000, b"rot").unwrap();
        let report = Engine::new(disk).verify().unwrap();
        assert_eq!((report.damaged, report.foreign), (1, 1), "{report:?}");
        assert!((180..200).contains(&report.entries), "{report:?}");
    }
}
