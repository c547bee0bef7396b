"""Would the model notice? Each sync, order and rule is left out, in scripts of the style that finds it."""

import time
from collections import namedtuple

from check import DAMAGED, FULL, WRONG, run
from disk import BROKEN

# `first`: the script to begin with, which noticed when the table was made. Others follow, up to the number
# asked for.
Mutant = namedtuple('Mutant', 'name style first mode must', defaults=('crash', True))

SYNCS = [
    Mutant('sync frame', 'mixed', 0),
    Mutant('sync frozen', 'plain', 0),
    Mutant('sync log', 'plain', 0),
    Mutant('sync seq', 'plain', 0),
    Mutant('sync new log', 'original', 0),
    Mutant('sync value of a key', 'plain', 0),
    Mutant('sync value of a blob', 'keys', 0),
    Mutant('sync run', 'mixed', 0),
    Mutant('sync large blob', 'plain', 0),
    Mutant('sync next journal', 'plain', 0),
    Mutant('sync format', 'plain', 0),
    Mutant('sync quarantine', 'tables', 1),
    Mutant('sync frame that was cut back', 'tables', 4),
    Mutant('sync flush', 'tables', 2),
    Mutant('sync folder root', 'plain', 0),
    Mutant('sync folder parent', 'plain', 0),
    Mutant('sync folder streams', 'plain', 0),
    Mutant('sync folder session', 'plain', 0),
    Mutant('sync folder kv', 'plain', 0),
    Mutant('sync folder blobs', 'mixed', 0),
    Mutant('sync folder blobs of a large one', 'plain', 0),
    Mutant('sync folder runs', 'mixed', 0),
    Mutant('sync folder journal', 'plain', 0),
    Mutant('sync folder quarantine', 'keys', 0),
    Mutant('sync folder closed', 'original', 0),
    Mutant('sync folder closed journal', 'half closed', 19),
    Mutant('sync folder closed runs', 'half closed', 103),
    Mutant('sync format of a layout', 'layouts', 0),
    Mutant('sync folder root behind a layout', 'layouts', 0),
    Mutant('sync folder blobs of a layout', 'layouts', 0),
    Mutant('sync folder blobs of a takeover', 'layouts', 14),
    Mutant('sync folder closed root', 'layouts', 1),
    Mutant('sync folder root behind a layout that is cleared', 'layouts', 1),
    # A folder that goes takes its files along, and in the model nobody else has any there.
    Mutant('sync folder of a layout', 'layouts', 0, must=False),
]
RULES = [
    Mutant('J4: damage is not looked for', 'keys', 0),
    Mutant('J4: synced is the lsn of the frame', 'plain', 0),
    Mutant('takeover: marks are left out', 'original', 5),
    Mutant('takeover: frames are left out', 'plain', 0),
    Mutant('takeover: its commit is left out', 'plain', 0),
    Mutant('takeover: orphans are left', 'tables', 0),
    Mutant('takeover: a mend waits', 'damage', 63),
    # What was given twice is removed and written anew, and K4 syncs runs/ before a manifest names it.
    Mutant('takeover: numbers as the manifest has them', 'full', 0, must=False),
    Mutant('K1', 'plain', 0),
    Mutant('K1: keys alone', 'keys', 1),
    Mutant('K1: logs alone', 'plain', 0),
    Mutant('K1: cuts alone', 'original', 1),
    Mutant('K1: not for kept journals', 'tables', 3),
    Mutant('K2', 'blobs', 0, 'beside'),
    Mutant('K2: keys alone', 'blobs', 270, 'beside'),
    Mutant('K2: logs alone', 'damage', 74, 'beside'),
    Mutant('K2: cuts alone', 'segments', 142, 'beside'),
    Mutant('K3a: not cut to the mark', 'logs', 0),
    Mutant('K3a: all up to the mark is needed', 'plain', 2),
    Mutant('K3b: renamed at once', 'original', 0),
    Mutant('K3c: a leftover is opened', 'keys', 54),
    Mutant('K3c: unlinked though put again', 'blobs', 0),
    Mutant('K3d: a removal is left out above a run', 'tables', 0),
    Mutant('K4: the folders of pending logs', 'keys', 40),
    Mutant('K4: runs/ before plain folders', 'segments', 34),
    Mutant('K4: runs/ behind K6', 'mixed', 0),
    Mutant('K4: the root for `format`', 'plain', 0),
    Mutant('K4: the parent of a made folder', 'plain', 0),
    Mutant('K5: marks as they were', 'damage', 0),
    Mutant('K5: marks are left out', 'mixed', 0),
    Mutant('K5: pending is left out', 'original', 0),
    Mutant('K5: the tail is left out', 'plain', 0),
    Mutant('K5: position is left out', 'plain', 0),
    # The frames of the tail are in the same synced file, and say it again.
    Mutant('K5: position of the end', 'keys', 0, must=False),
    Mutant('K5: copied frames say synced', 'tables', 0),
    Mutant('K6: the next journal in place', 'plain', 0),
    Mutant('K7 before K6: journals', 'plain', 0),
    Mutant('K7 before K6: runs', 'mixed', 8),
    Mutant('K7 before K6: trimmed', 'tables', 42),
    Mutant('K7 at any time: trimmed', 'tables', 42),
    Mutant('K8 before K6', 'original', 0),
    Mutant('K8: not in a takeover', 'logs', 9),
    Mutant('thaw: the old announcement stands', 'blobs', 481, 'beside'),
    Mutant('thaw: orphans are left', 'tables', 1),
    Mutant('thaw: room is not made first', 'full', 1),
    Mutant('quarantine: nothing is copied', 'original', 61),
    Mutant('runs: an input is not trimmed', 'tables', 111),
    Mutant('runs: a removal is dropped above a run', 'tables', 34),
    Mutant('runs: an entry is dropped by an older row', 'entries', 24),
    Mutant('close: not flushed', 'tables', 2),
    Mutant('Y: what was copied before is not cleared', 'layouts', 0),
    Mutant('Y: goes on behind a commit', 'layouts', 0),
    Mutant('Y: copies are not in the base before the switch', 'layouts', 0),
    Mutant('Y: `format` in place', 'layouts', 0),
    Mutant('Y: no journal behind the switch', 'layouts', 1, 'beside'),
    Mutant('Y: the journal before the switch', 'layouts', 0, 'beside'),
    Mutant('Y: goes on behind a switch that failed', 'layouts', 45, 'beside'),
    Mutant('Y: a reader looks at `format` once', 'layouts', 10, 'beside'),
    Mutant('Y: swept before the switch', 'layouts', 0),
    Mutant('Y: a removal names the runs alone', 'layouts', 1),
    Mutant('Y: blobs/ behind the guards', 'layouts', 3),
    Mutant('no second look', 'original', 2, 'beside'),
    Mutant('only what is above is looked at', 'mixed', 30, 'beside'),
    Mutant('only the list is looked at', 'tables', 257, 'beside'),
    Mutant('backup: logs as they are met', 'mixed', 96, 'beside'),
    Mutant('backup: all frames on each log', 'tables', 1, 'beside'),
    Mutant('repair: the journal is not set aside', 'keys', 0),
    Mutant('repair: takes over first', 'tables', 1),
    Mutant('repair: lsns go on', 'tables', 1),
    Mutant('repair: K8 is left out', 'half closed', 16),
    Mutant('repair: marks without frames', 'segments', 34),
]
# A script without crashes takes a hundredth of the time, and a reader seldom stands where it matters.
BESIDE_SCRIPTS = 20
# A mutant that need not be noticed is looked for in fewer scripts.
QUIET_SHARE = 10


def effort_for(mutant):
    return DAMAGED if mutant.name.startswith('repair') else FULL


def first_noticed(mutant, scripts):
    """(how many scripts it took, the script, what was raised), or nothing."""
    count = scripts * (BESIDE_SCRIPTS if mutant.mode == 'beside' else 1)
    count = count if mutant.must else count // QUIET_SHARE
    seeds = [mutant.first] + [seed for seed in range(count) if seed != mutant.first]
    is_sync = mutant.name.startswith('sync ')
    for at, seed in enumerate(seeds[: max(1, count)], 1):
        BROKEN.clear()
        if not is_sync:
            BROKEN.add(mutant.name)
        try:
            run(seed, mutant.style, mutant.mode, effort_for(mutant), (mutant.name,) if is_sync else ())
        except WRONG as met:
            return at, seed, met
        finally:
            BROKEN.clear()
    return None


def is_quiet_without(mutant, seed, cases):
    """What a script finds counts only where it finds nothing so far with every rule in its place."""
    try:
        run(seed, mutant.style, mutant.mode, effort_for(mutant), cases_max=2 * cases + 100)
    except WRONG as met:
        print(f'{mutant.name}: script {seed} fails without it, too: {met}', flush=True)
        return False
    return True


def mutants(scripts, names=(), part=(1, 1)):
    """All of them, or those of these names; of that every so many-th, from one on."""
    at, parts = part
    known = (SYNCS + RULES)[at - 1 :: parts]
    unknown = set(names) - {mutant.name for mutant in known}
    begun, noticed, is_right = time.monotonic(), 0, not unknown
    for name in sorted(unknown):
        print(f'{name}: there is no such mutant')
    for mutant in known:
        if names and mutant.name not in names:
            continue
        found = first_noticed(mutant, scripts)
        if found is None:
            is_right = is_right and not mutant.must
            verdict = 'NOT NOTICED' if mutant.must else 'not noticed, nor need it be'
            print(f'{mutant.name}: {verdict}', flush=True)
            continue
        at, seed, met = found
        noticed += 1
        is_right = is_quiet_without(mutant, seed, met.cases) and is_right
        if names:
            what = f'{type(met).__name__}: {met}'
            style = mutant.style or 'any style'
            print(f'{mutant.name}: script {seed} of {style}, {at} looked at: {what[:300]}', flush=True)
    asked = len(names) if names else len(known)
    print(f'{noticed} of {asked} mutants noticed, {time.monotonic() - begun:.0f} s')
    return is_right
