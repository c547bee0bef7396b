"""Lines that rot, and `repair` of the logs that have them."""

from disk import BROKEN, NoSpace
from reader import log_file, logs_in
from state import ROT, STATISTICS, apply, base_needed, has_rot, records_of_logs


def rot(world):
    """A line changes that was synced long ago."""
    store, disk = world.store, world.disk
    if store.is_own:
        store.finish()
    # What rots behind a mend goes with it: that is why a mend does not wait.
    if not store.is_own or (store.has_mend() and 'takeover: a mend waits' not in BROKEN):
        return
    choices = [(log, line) for log in sorted(logs_in(disk)) for line in lines_at_rest(world, log)]
    if not choices:
        return
    log, line = world.random.choice(choices)
    file, rotten = log_file(disk, store.manifest, log), (ROT,) + line[1:]
    disk.files[file] = tuple(rotten if chunk == line else chunk for chunk in disk.files[file])
    disk.edition += 1
    world.rewrite(
        ('s', log), lambda value: (tuple(rotten if one == line else one for one in value[0]), value[1])
    )
    world.strangers |= {(log, rotten)}
    world.beside.clear()
    world.release()
    STATISTICS['lines that rotted'] += 1


def lines_at_rest(world, log):
    """Lines of the base that are synced, and that the state of the log rests on."""
    store, disk = world.store, world.disk
    file = log_file(disk, store.manifest, log)
    if file is None or file in disk.durable or ('s', log) not in world.states[-1]:
        return []
    mark, records = store.marks.get(log), records_of_logs(store.frames).get(log, ())
    chunks = disk.files[file]
    if mark is not None:
        chunks = chunks[: base_needed(mark.length, records) if mark.exists else 0]
    return [line for line in chunks if line in world.states[-1]['s', log][0] and line[0] != ROT]


def mend(world):
    logs = [key[1] for key, value in world.states[-1].items() if key[0] == 's' and has_rot(value[0])]
    if not logs:
        return
    log = world.random.choice(sorted(logs))
    world.store.before_commit()
    state, before = apply(dict(world.states[-1]), (('mend', log),), 0), (world.states, world.commits)
    world.states, world.commits = world.states + [state], world.commits + [(('mend', log),)]
    end = world.first + len(world.states) - 1
    world.ever.setdefault(end, []).append(state)
    try:
        world.store.mend(log)
        STATISTICS['logs mended'] += 1
    except NoSpace:
        if world.store.lsn < end:
            world.states, world.commits = before
        raise
