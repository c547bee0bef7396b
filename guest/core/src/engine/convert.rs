//! From one layout to the other, in parts: streams, keys and blobs are copied by commits (`copy.rs`), `format` says the new layout at one
//! moment, and what only the other layout needs is removed (docs/durability.md, "Layouts").
//!
//! What is copied counts for nothing before that moment, and what is left behind for nothing after it. So whatever ends a conversion, the
//! next one, to either side, begins with taking away what there is of the layout that does not count.

use crate::base::format::{Layout, Origin};
use crate::base::layout::{self, GUARDS, LOG, SEQ};
use crate::disk::files::ROOT;
use crate::engine::{Engine, Opened};
use crate::error::{Error, Result};
use crate::keyspace::name_range::NameRange;
use crate::keyspace::{BLOBS, KV, Keyspace, PACKED_BLOBS, PACKED_KV, PACKED_STREAMS, STREAMS};
use crate::state::conversion::{Conversion, Stage};
use crate::storage::{EntryKind, Storage};
use std::collections::VecDeque;

/// Names that one commit removes, and files that one part does.
const CLEARED_ITEMS: usize = 1_000;
/// Folders that only the files of the original need. Below the first two stand names that are too long for one.
const PLAIN_FOLDERS: [&str; 5] = ["long/kv+", "long/streams+", "long", "kv", "streams"];
/// Why streams and keys of some names cannot be packed.
const NO_TEXT: &str = "a name of the original that is no UTF-8: it cannot be packed";

/// Some names of a table of the packed layout.
type PackedNames = (&'static Keyspace, Vec<Vec<u8>>);

impl<S: Storage> Engine<S> {
    /// `admin.convert-step`: does a part of what makes the root one of this layout. Answers about how much is left, 0 when it is done.
    ///
    /// # Errors
    /// As in `wit/admin.wit`.
    pub fn convert_step(&mut self, to: Layout) -> Result<u64> {
        self.writable()?.convert_step(to)
    }
}

impl<S: Storage> Opened<'_, S> {
    fn convert_step(&mut self, to: Layout) -> Result<u64> {
        let is_going_on = self.state.conversion.as_ref().is_some_and(|conversion| conversion.to == to);
        if self.root.layout == to && !is_going_on && self.is_swept()? {
            return Ok(0);
        }
        self.ensure_owned()?;
        let next_lsn = self.state.journal.next_lsn;
        let going_on = self.state.conversion.take();
        let mut conversion = match going_on.filter(|it| it.to == to && it.next_lsn == next_lsn) {
            Some(conversion) => conversion,
            None => self.begin_conversion(to)?,
        };
        if !self.convert_part(&mut conversion)? {
            return Ok(0);
        }
        conversion.next_lsn = self.state.journal.next_lsn;
        let left = conversion.left.max(1);
        self.state.conversion = Some(conversion);
        Ok(left)
    }

    fn begin_conversion(&mut self, to: Layout) -> Result<Conversion> {
        // Of what is copied nothing is pending, and its names stand in the index.
        self.checkpoint()?;
        if self.root.layout == to {
            return Ok(Conversion::new(to, Stage::Sweep, 0));
        }
        if to == Layout::Packed {
            for keyspace in [&STREAMS, &KV] {
                let listing = layout::list(&mut self.root.files, keyspace)?;
                if let Some(path) = listing.originals.first() {
                    return Err(Error::corrupt(path, 0, NO_TEXT));
                }
                if let Some(damage) = listing.misplaced.into_iter().next() {
                    return Err(Error::Corrupt(damage));
                }
            }
        }
        let keys = self.count_names(self.kv(), NameRange::default())?;
        let items = self.count_streams()? + keys + self.blobs()?.len() as u64;
        Ok(Conversion::new(to, Stage::Clear, 2 * items))
    }

    /// Answers whether there is more.
    fn convert_part(&mut self, conversion: &mut Conversion) -> Result<bool> {
        let to = conversion.to;
        let is_more = match conversion.stage {
            Stage::Clear => self.clear_part(to, conversion)?,
            Stage::Streams => self.copy_streams(conversion)?,
            Stage::Keys => self.copy_keys(conversion)?,
            Stage::Blobs => self.copy_blobs(conversion)?,
            Stage::Switch => {
                self.switch_layout(to)?;
                false
            }
            Stage::Sweep => {
                let from = if to == Layout::Plain { Layout::Packed } else { Layout::Plain };
                return self.clear_part(from, conversion);
            }
        };
        if !is_more {
            conversion.enter(match conversion.stage {
                Stage::Clear => Stage::Streams,
                Stage::Streams => Stage::Keys,
                Stage::Keys => Stage::Blobs,
                Stage::Blobs => Stage::Switch,
                Stage::Switch | Stage::Sweep => Stage::Sweep,
            });
        }
        Ok(true)
    }

    fn switch_layout(&mut self, to: Layout) -> Result<()> {
        // ORDER: what was copied is in the base for good before `format` says that it counts.
        self.checkpoint()?;
        let switched = self.with_room_given(|engine| engine.try_switch(to));
        self.root.close_on_failure(switched)
    }

    fn try_switch(&mut self, to: Layout) -> Result<()> {
        self.write_format(to)?;
        // ORDER: it says so for good before anything goes that the other layout needs.
        self.root.files.sync_folder(ROOT)?;
        (self.root.layout, self.root.origin) = (to, Origin::Own);
        // ORDER: a reader beside this writer finds a new journal, and looks at `format` again, before that.
        self.install_merged()
    }

    /// Is there nothing of the layout that does not count?
    fn is_swept(&mut self) -> Result<bool> {
        if self.is_packed() {
            return self.root.has_all_guards();
        }
        Ok(self.next_packed(None)?.is_none())
    }

    /// Takes away a part of what there is of a layout that does not count. Answers whether there is more.
    fn clear_part(&mut self, of: Layout, conversion: &mut Conversion) -> Result<bool> {
        if of == Layout::Packed { self.clear_packed(conversion) } else { self.clear_plain(conversion) }
    }

    /// Events go with the rows of their streams.
    fn clear_packed(&mut self, conversion: &mut Conversion) -> Result<bool> {
        let Some((keyspace, names)) = self.next_packed(conversion.behind.as_deref())? else {
            return Ok(false);
        };
        self.write(|engine| names.iter().try_for_each(|name| engine.remove_value(keyspace, name)))?;
        conversion.count(names.len());
        let last = names.last().map(Vec::as_slice).unwrap_or_default();
        conversion.behind = Some([[keyspace.id].as_slice(), last].concat());
        Ok(true)
    }

    /// The next names of the packed layout, all of one table, behind a number of a table and a name of it.
    fn next_packed(&mut self, behind: Option<&[u8]>) -> Result<Option<PackedNames>> {
        let (id, name) =
            behind.and_then(<[u8]>::split_first).map_or((0, None), |(id, name)| (*id, Some(name)));
        for keyspace in [&PACKED_STREAMS, &PACKED_KV, &PACKED_BLOBS] {
            if keyspace.id >= id {
                let behind = name.filter(|_| keyspace.id == id);
                let names = self.names_behind(keyspace, behind, CLEARED_ITEMS)?;
                if !names.is_empty() {
                    return Ok(Some((keyspace, names)));
                }
            }
        }
        Ok(None)
    }

    fn clear_plain(&mut self, conversion: &mut Conversion) -> Result<bool> {
        let mut files = match conversion.files.take() {
            Some(files) => files,
            None => self.plain_files()?,
        };
        let part: Vec<_> = files.drain(..files.len().min(CLEARED_ITEMS)).collect();
        let is_more = !files.is_empty();
        conversion.files = Some(files);
        conversion.count(part.len());
        let cleared = part.iter().try_for_each(|path| self.root.files.remove(path));
        // A blob that has gone may be removed by a commit now, which would not name its file.
        let cleared = cleared.and_then(|()| self.root.files.sync_folder(layout::BLOBS_FOLDER));
        let cleared =
            cleared.and_then(|()| if is_more { Ok(()) } else { self.end_clearing_plain(conversion.to) });
        self.root.close_on_failure(cleared)?;
        Ok(is_more)
    }

    /// The files that only the plain layout needs. A blob has one in both, unless it is in the runs.
    fn plain_files(&mut self) -> Result<VecDeque<String>> {
        let mut files = VecDeque::new();
        for digest in layout::list(&mut self.root.files, &BLOBS)?.names {
            if self.has_value(&PACKED_BLOBS, &digest)? {
                files.push_back(layout::path(&BLOBS, &digest, ""));
            }
        }
        for (keyspace, suffixes) in [(&KV, &[""][..]), (&STREAMS, &[LOG, SEQ][..])] {
            for name in layout::list_all(&mut self.root.files, keyspace)?.names {
                files.extend(suffixes.iter().map(|suffix| layout::path(keyspace, &name, suffix)));
            }
        }
        Ok(files)
    }

    /// Removes the folders, and puts guards in their place where the root stays packed. What is none of the store's stays.
    fn end_clearing_plain(&mut self, to: Layout) -> Result<()> {
        for folder in PLAIN_FOLDERS {
            self.remove_empty_folders(folder)?;
        }
        let top = self.root.files.list(ROOT)?;
        for name in GUARDS {
            let found = top.iter().find(|entry| entry.name == name).map(|entry| entry.kind);
            match to {
                Layout::Packed if found.is_none() => drop(self.root.files.create(name)?),
                Layout::Plain if found == Some(EntryKind::File) => self.root.files.remove(name)?,
                Layout::Packed | Layout::Plain => {}
            }
        }
        self.root.files.sync_folder(ROOT)?;
        self.root.folders.clear();
        self.state.forget_plain();
        Ok(())
    }

    /// Removes a folder and those below it, where they hold no file.
    fn remove_empty_folders(&mut self, top: &str) -> Result<()> {
        let mut folders = vec![top.to_owned()];
        let mut at = 0;
        while let Some(folder) = folders.get(at).cloned() {
            at += 1;
            let entries = match self.root.files.list(&folder) {
                // A guard.
                Err(Error::Corrupt(_)) => return Ok(()),
                entries => entries?,
            };
            let below = entries.into_iter().filter(|entry| entry.kind == EntryKind::Folder);
            folders.extend(below.map(|entry| format!("{folder}/{}", entry.name)));
        }
        for folder in folders.iter().rev() {
            self.root.files.sync_folder(folder)?;
            if self.root.files.list(folder)?.is_empty() {
                self.root.files.remove_folder(folder)?;
            }
        }
        Ok(())
    }
}
