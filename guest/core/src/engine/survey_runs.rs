//! Are the runs whole, and how much is in the tables that stand there?

use crate::base::layout::{self, RUNS};
use crate::codec::uuid::Id;
use crate::engine::Opened;
use crate::engine::listing::Direction;
use crate::engine::pull::{NamePull, PulledKey};
use crate::engine::report::Survey;
use crate::engine::runs::{run_key, table_of};
use crate::error::{Damage, Error, Result};
use crate::journal::read::number_of;
use crate::keyspace::name_range::NameRange;
use crate::keyspace::{self, COUNTS, Keyspace, REFS, SEGMENTS};
use crate::run::RunFile;
use crate::run::check::{Walk, WalkedPart};
use crate::run::reader::{Run, RunSource};
use crate::storage::Storage;

impl<S: Storage> Opened<'_, S> {
    /// Reads each file of the runs, and counts the keys that are there.
    pub(crate) fn survey_runs(&mut self, survey: &mut Survey) -> Result<()> {
        let runs = self.state.stack.runs().clone();
        for file in runs.files() {
            survey.report.bytes += file.file.length_bytes;
            match self.survey_run(&file.file, survey) {
                Err(Error::Corrupt(damage)) => {
                    survey.add_in_run(file.file.number, damage);
                    survey.lose_up_to(&file.file.last_key);
                }
                surveyed => surveyed?,
            }
        }
        survey.report.foreign += self.foreign_in_runs()?;
        let tables =
            keyspace::ALL.into_iter().filter(|keyspace| keyspace.is_in_runs() && **keyspace != COUNTS);
        for keyspace in tables {
            self.survey_table(keyspace, survey)?;
        }
        match self.wrong_counts() {
            // It has been found in its file.
            Err(Error::Corrupt(_)) => {}
            wrong => wrong?.iter().for_each(|(row, _)| {
                let reason = format!("{} holds something else than its count says", table_of(row));
                let file = RUNS.to_owned();
                survey.add_in_runs(Damage { file, line: None, offset_bytes: 0, reason: reason.into() });
            }),
        }
        Ok(())
    }

    fn survey_run(&mut self, named: &RunFile, survey: &mut Survey) -> Result<()> {
        let path = layout::run(named.number);
        let Some(file) = self.root.files.open(&path)? else {
            return Err(Error::corrupt(&path, 0, "the file is gone"));
        };
        let source = &mut RunSource { files: &mut self.root.files, file: &file };
        let run = Run::open(source, named)?;
        survey.highest_lsn = survey.highest_lsn.max(run.footer.highest_version);
        let mut walk = Walk::new(&run)?;
        while let Some(part) = walk.next(&run, source)? {
            if let WalkedPart::Damaged(damage, lost) = part {
                survey.add_in_run(named.number, damage);
                lost.iter().for_each(|lost| survey.lose_up_to(&lost.last));
            }
        }
        Ok(())
    }

    /// Counts the keys of a table that are there, and looks at what their values say.
    fn survey_table(&mut self, keyspace: &'static Keyspace, survey: &mut Survey) -> Result<()> {
        let mut passed = run_key(keyspace, &[]);
        let mut names = NamePull::all(keyspace);
        loop {
            match names.next_key(self) {
                Ok(Some(key)) => {
                    passed = run_key(keyspace, &key.name());
                    self.survey_key(keyspace, &key, survey)?;
                }
                Ok(None) => return Ok(()),
                // It has been found in its file, and the keys behind it are to be found, too.
                Err(Error::Corrupt(_)) => {
                    let end = survey.next_lost_end(&passed).filter(|end| end.first() == Some(&keyspace.id));
                    let Some(end) = end else { return Ok(()) };
                    let mut left = NameRange::default();
                    left.start_behind(end.get(1..).unwrap_or_default());
                    names = NamePull::new(keyspace, left, Direction::Forward);
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
        let reason = if *keyspace == REFS {
            "a ref that is not a hash"
        } else if *keyspace == SEGMENTS {
            "a segment without its session, or with a meta that is not UTF-8"
        } else {
            survey.report.entries += 1;
            return Ok(());
        };
        let value = self.pulled_value(keyspace, key)?;
        if value.is_none_or(|value| is_value(keyspace, &value.bytes)) {
            survey.report.entries += 1;
        } else {
            let damage = Damage { file: RUNS.to_owned(), line: None, offset_bytes: 0, reason: reason.into() };
            survey.add(keyspace, &key.name(), damage, 0..0);
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

/// Does a ref or a segment have a value that this store writes?
fn is_value(keyspace: &Keyspace, bytes: &[u8]) -> bool {
    let text = if *keyspace == SEGMENTS { bytes.get(size_of::<Id>()..) } else { Some(bytes) };
    let text = text.and_then(|text| std::str::from_utf8(text).ok());
    text.is_some_and(|text| (keyspace.is_value)(text))
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
