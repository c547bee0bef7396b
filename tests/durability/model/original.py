"""The original program: it knows plain files alone, and syncs what it writes."""

from reader import log_file, original_state, place_of
from disk import FOLDER, ROOT
from layout import PLAIN
from state import LOG_RECORDS, STATISTICS, apply, name_of

LOGS = ('x', 'y', 'z')


def folder_there(disk, path):
    if path not in disk.folders:
        disk.make_folder(path)
    # It may be ours, made a moment before a kill. Where it is durable, the original syncs no more than it has to.
    if disk.folders_durable[ROOT].get(path) != FOLDER:
        disk.sync_folder(ROOT, 'of the original')


def plant(disk, folder, name, chunks, is_new_file=False):
    """Writes a file, all of it durable."""
    folder_there(disk, folder)
    if is_new_file and name in disk.names(folder):
        disk.remove(folder, name, 'of the original')
    file = disk.names(folder).get(name) or disk.create(folder, name, 'of the original')
    disk.files[file] = chunks
    disk.edition += 1
    for pictures in (disk.durable, disk.versions, disk.doomed):
        pictures.pop(file, None)
    disk.sync_folder(folder, 'of the original')


def write_after_close(world):
    disk, random = world.disk, world.random
    disk.hook, hook = None, disk.hook
    disk.sync_fails_in = disk.sync_fails_at = None
    disk.set_full(None, 0)
    state, log = dict(world.states[-1]), random.choice(LOGS)
    key = 's', log
    world.count += 1
    how = random.random()
    if how < 0.3:  # it truncates: a new file under the name
        upto = max(0, state.get(('s', log), ((), 0))[1] - 1)
        apply(state, [('truncate', log, upto)], 0)
        lines, last_seq = state['s', log]
        plant(disk, 'streams', log + '.log', lines, is_new_file=True)
        plant(disk, 'streams', log + '.seq', (last_seq,), is_new_file=True)
    elif how < 0.7:
        seq = state.get(('s', log), ((), 0))[1] + 1
        apply(state, [('append', log, ((seq, f'original {world.count}'),))], 0)
        lines, last_seq = state['s', log]
        plant(disk, 'streams', log + '.log', lines)
        plant(disk, 'streams', log + '.seq', (last_seq,))
    else:
        key = 'k', log
        state[key] = 1000 + world.count
        plant(disk, 'kv', log, (state[key],))
    # No frame that is left names anything plain, so it is there whatever is lost of them.
    world.rewrite(key, lambda _: state[key], begin=world.store.manifest['L'])
    STATISTICS['writes of the original'] += 1
    disk.hook = hook


def write_unclean(world):
    """It does not know of the journal: of a name in a frame it finds, and changes, an older state."""
    disk, random, store = world.disk, world.random, world.store
    if disk.folders_durable.get('journal', {}).get(store.number) != store.journal:
        return  # K6 half done: which frames count is open, and so is what stands behind them
    if store.layout != PLAIN or disk.folders_durable[ROOT].get('format') != disk.names(ROOT).get('format'):
        return  # these files are not what counts, or may not be
    disk.hook, hook = None, disk.hook
    disk.sync_fails_in = disk.sync_fails_at = None
    disk.set_full(None, 0)
    world.count += 1
    first_named = {}
    for frame in store.frames:
        for record in frame.records:
            first_named.setdefault(name_of(record), frame.lsn)
    if random.random() < 0.2:
        key, value = ('k', random.choice('abz')), 1000 + world.count
        plant(disk, 'kv', key[1], (value,))
        world.rewrite(key, lambda _: value, begin=store.manifest['L'], end=first_named.get(key))
    else:
        logs = sorted(name[:-4] for name in disk.names('streams') if name.endswith('.log'))
        if logs:
            append_unclean(world, random.choice(logs), first_named)
    disk.hook = hook


def append_unclean(world, log, first_named):
    disk, store = world.disk, world.store
    folder, stem = place_of(log)
    file, key = disk.names(folder).get(stem + '.log'), ('s', log)
    is_its_file = file is not None and file == log_file(disk, store.manifest, log)
    if not is_its_file or disk.folders_durable[folder].get(stem + '.log') != file:
        return
    mark = store.marks.get(log)
    chunks, last_seq = disk.files[file], (original_state(disk).get(key) or ((), None))[1]
    if mark is None and type(last_seq) is not int:
        return
    seq = (last_seq if type(last_seq) is int else 0) + 1
    line = seq, (chunks[-1][1] if chunks and len(chunks[-1]) > 1 else 0) + 1, f'original {world.count}', 0
    plant(disk, folder, stem + '.log', chunks + (line,))
    plant(disk, folder, stem + '.seq', (seq,))
    beyond = chunks[mark.length :] if mark is not None else ()
    if all(str(chunk[2:3]).startswith("('original") for chunk in beyond):
        # Nothing of the log was carried, so the frames that name it may be lost: then its whole file counts.
        world.rewrite(
            key,
            lambda value: ((value or ((), 0))[0] + (line,), seq),
            begin=store.manifest['L'], end=first_named.get(key),
        )
    if mark is not None and not any(
        record[0] in ('truncate', 'cut', 'drop') and record[1] == log
        for frame in store.frames for record in frame.records if record[0] in LOG_RECORDS
    ):
        world.strangers |= {(log, line)}
        STATISTICS['bytes behind a log'] += 1
