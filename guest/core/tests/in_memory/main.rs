//! What does the engine do on a storage in memory, watched or refused at any step? One program: what takes long in one file runs
//! beside what takes long in another.

mod adopted;
mod any_disk;
mod before_damage;
mod cache;
mod closed;
mod contents;
mod damage_in_runs;
mod endless;
mod engine;
mod full_disk;
mod larger_values;
mod listing;
mod long_names;
mod lost_lines;
mod maps;
mod memory;
mod misplaced;
mod moments;
mod objects;
mod original;
mod pull;
mod room;
mod runs_merged;
mod saved_again;
mod searches;
mod segments;
mod session_damage;
mod sessions;
mod snapshots;
mod spread;
mod strange_files;
mod tables;
mod transactions;
mod watched;
mod written;
