"""`repair` of a damaged journal: what precedes the damage is carried, and lsns go on far above.

The journal that says so, with nothing in it, is the one that makes the damaged one go: a takeover before it
would let lsns come again.
"""

from carry import Carry
from disk import BROKEN, GARBAGE, ROOT
from layout import PACKED
from reader import base_of_log, log_file, logs_in, numbers, place_of
from state import ROT, Damaged, Frame, Header, base_needed, records_of_logs
from store import Store

JUMP = 1000  # 2^48 there


def salvageable(store):
    """Logs that cannot be read, or whose `.seq` is behind their lines, each with what is whole of it."""
    disk, found = store.disk, {}
    if store.layout == PACKED:
        return found
    of_log = records_of_logs(store.frames)
    # A log may have lost its lines and have its last-seq still.
    for log in sorted(logs_in(disk, ('.log', '.seq')) | set(store.manifest['pending']) | set(store.marks)):
        mark, records = store.marks.get(log), of_log.get(log, ())
        folder, stem = place_of(log)
        said = disk.read(folder, stem + '.seq') or (0,)
        try:
            base = base_of_log(disk, store.manifest, mark, records, log)
            if base is None:
                continue
            # Where a cut in place wrote over lines that the lost frames cut, others stand below the mark.
            last_seq = max([base[1]] + [line[0] for line in base[0] if line[0] not in (ROT, '?')])
            if last_seq != (said[0] if mark is None else base[1]):
                found[log] = base[0], last_seq
        except Damaged:
            file = log_file(disk, store.manifest, log)
            chunks = () if file is None else disk.files[file]
            if mark is not None:
                chunks = chunks[: base_needed(mark.length, records)]
            lines = tuple(line for line in chunks if line != GARBAGE)
            seqs = [line[0] for line in lines if line[0] != ROT] + [seq for seq in said if type(seq) is int]
            found[log] = lines, max(seqs + [0 if mark is None else mark.last_seq])
    return found


def repair(disk, is_always):
    store = Store(disk, is_always, upto_damage=True)
    highest = max(store.lsn, store.manifest['L'])
    for number in numbers(disk):
        for chunk in disk.read('journal', number):
            highest = max(highest, chunk.lsn if type(chunk) is Frame else 0)
            if type(chunk) is Header:
                highest = max(highest, chunk.manifest['L'])
    disk.sync_folder(ROOT, 'root')
    if 'repair: the journal is not set aside' not in BROKEN:
        store.set_aside(disk.files[store.journal], 'damaged journal')
    there = set(disk.names('runs'))
    store.next_file = max([store.manifest['next']] + [number + 1 for number in there])
    store.is_own = True
    store.synced = store.lsn  # J4: what precedes the damage was durable
    if 'repair: takes over first' in BROKEN:
        store.is_own = False
        store.take_over()
    if 'repair: K8 is left out' not in BROKEN:
        store.settle(store.manifest)  # the next manifest does not name these files
    salvage = salvageable(store)
    # Frames that are lost may have been half carried: the mark says what stood in the file before them.
    marked = () if 'repair: marks without frames' in BROKEN else store.marks
    carry = Carry(store, salvage=salvage, others=sorted(set(salvage) | set(marked)))
    carry.secure()
    for _ in carry.files():
        pass
    carry.folders()
    carry.install(jump=highest + (0 if 'repair: lsns go on' in BROKEN else JUMP))
    store.remove_orphans(there)
    return store
