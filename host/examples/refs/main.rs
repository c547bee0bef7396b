//! Eight threads advance one branch in transactions, and no advance is lost.
//!
//! As in git, an advance is an object that names the one before it, and a branch that moves to it if it still points to that one.
//! Whoever comes too late looks again.

use anyhow::{Context as _, Result, bail, ensure};
use sha2::{Digest as _, Sha256};
use std::io::{self, Write as _};
use std::thread;
use sx_persist::{Hash, Store};

const BRANCH: &str = "refs/heads/main";
const THREADS: u64 = 8;
const ADVANCES: u64 = 50;

/// Advances the branch once. Answers how often another thread was first.
fn advance(store: &Store, thread: u64, number: u64) -> Result<u64> {
    let mut rounds = 0;
    // One commit: whoever sees the branch there finds the object, and who is too late leaves nothing and looks again.
    store.transact(|tx| {
        rounds += 1;
        let parent = tx.refs().get(BRANCH)?;
        let parent = parent.as_ref().map_or("none", Hash::as_str);
        let text = format!("parent {parent}\nthread {thread} number {number}\n");
        let hash = Sha256::digest(&text).iter().fold(String::new(), |hash, byte| format!("{hash}{byte:02x}"));
        let hash = hash.parse()?;
        tx.objects().put(&hash, text.as_bytes());
        tx.refs().set(BRANCH, &hash);
        Ok::<_, sx_persist::Error>(())
    })?;
    Ok(rounds - 1)
}

/// Lets all threads advance the branch so many times each. Answers how often one of them was too late.
fn advance_all(store: &Store, threads: u64, advances: u64) -> Result<u64> {
    let all_of = |thread| (0..advances).map(|number| advance(store, thread, number)).sum::<Result<u64>>();
    thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|thread| scope.spawn(move || all_of(thread))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| bail!("a thread panicked"))).sum()
    })
}

/// The advances that the branch leads back to, the first one first: each as its thread and its number.
fn history(store: &Store) -> Result<Vec<(u64, u64)>> {
    let mut history = Vec::new();
    let mut next = store.refs().get(BRANCH)?;
    while let Some(hash) = next {
        let bytes = store.objects().get(&hash)?.with_context(|| format!("{hash} is not there"))?;
        let text = String::from_utf8(bytes)?;
        let words: Vec<_> = text.split_whitespace().collect();
        let ["parent", parent, "thread", thread, "number", number] = words[..] else {
            bail!("{hash} holds {text:?}")
        };
        history.push((thread.parse()?, number.parse()?));
        next = (parent != "none").then(|| parent.parse()).transpose()?;
    }
    history.reverse();
    Ok(history)
}

/// Every advance of every thread is there once, in the order in which its thread made it.
fn check(history: &[(u64, u64)], threads: u64, advances: u64) -> Result<()> {
    ensure!(history.len() as u64 == threads * advances, "{} advances are left", history.len());
    for thread in 0..threads {
        let made: Vec<_> =
            history.iter().filter(|(by, _)| *by == thread).map(|(_, number)| *number).collect();
        ensure!(made == (0..advances).collect::<Vec<_>>(), "thread {thread} is left with {made:?}");
    }
    Ok(())
}

fn main() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let store = Store::open(folder.path())?;
    let lost = advance_all(&store, THREADS, ADVANCES)?;
    let history = history(&store)?;
    check(&history, THREADS, ADVANCES)?;
    writeln!(
        io::stdout(),
        "{THREADS} threads advanced {BRANCH} {ADVANCES} times each; {lost} times one was too late and looked again.\n\
         The branch leads back to all {} advances.",
        history.len()
    )?;
    Ok(store.close()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_advance_of_eight_threads_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        advance_all(&store, THREADS, ADVANCES).unwrap();
        store.close().unwrap();
        let store = Store::open(folder.path()).unwrap();
        check(&history(&store).unwrap(), THREADS, ADVANCES).unwrap();
        // Nothing else is left of those that were too late.
        assert_eq!(store.objects().stats().unwrap().objects, THREADS * ADVANCES);
    }

    #[test]
    fn a_lost_advance_would_be_noticed() {
        let whole = [(0, 0), (1, 0), (1, 1), (0, 1)];
        check(&whole, 2, 2).unwrap();
        for wrong in [&whole[1..], &[(0, 0), (1, 0), (1, 0), (0, 1)], &[(0, 1), (1, 0), (1, 1), (0, 0)]] {
            check(wrong, 2, 2).unwrap_err();
        }
    }
}
