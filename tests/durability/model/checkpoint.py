#!/usr/bin/env python3
"""A crash model of a root that one checkpoint carries, from a frozen part, while commits go on.

    checkpoint.py run FROM TO              scripts FROM to TO - 1, crashed at every step
    checkpoint.py beside FROM TO           the same with more readers and copies, and no crash
    checkpoint.py mutants N [NAME..]       each sync, order and rule left out: is it noticed within N scripts?
    checkpoint.py mutants N --part 1/2     every second of these, from the first on

`--quick` looks at fewer disks of each script. Ends with 1 where something is wrong.
"""

import sys
import time
import traceback

from check import FULL, QUICK, WRONG, run
from mutants import mutants
from state import STATISTICS


# Of so many scripts one more is about what has scripts of its own.
SHARES = {'entries': 10, 'layouts': 8}


def scripts(mode, first, end, effort):
    begun, cases, violations = time.monotonic(), 0, 0
    usual = [(seed, None) for seed in range(first, end)]
    others = [(seed, style) for style, share in SHARES.items() for seed, _ in usual[::share]]
    for seed, style in usual + others:
        try:
            cases += run(seed, style, mode=mode, effort=effort)
        except WRONG as met:
            violations += 1
            print(f'script {seed} of {style or "any style"}: {type(met).__name__}: {met}', flush=True)
            if not isinstance(met, Exception) or type(met).__name__ not in ('Violation', 'Damaged', 'Gone'):
                traceback.print_exc(limit=-4)
    seconds = time.monotonic() - begun
    print(f'{len(usual)} scripts, and {len(others)} of their own styles, {cases} crash cases, {violations} violations, {seconds:.0f} s')
    print(', '.join(f'{count} {what}' for what, count in sorted(STATISTICS.items())))
    return violations == 0


def main(words):
    effort = QUICK if '--quick' in words else FULL
    words = [word for word in words if word != '--quick']
    if len(words) == 3 and words[0] in ('run', 'beside'):
        mode = {'run': 'crash', 'beside': 'beside'}[words[0]]
        return scripts(mode, int(words[1]), int(words[2]), effort)
    if len(words) >= 2 and words[0] == 'mutants':
        if words[2:3] == ['--part']:
            part, parts = words[3].split('/')
            return mutants(int(words[1]), part=(int(part), int(parts)))
        return mutants(int(words[1]), words[2:])
    print(__doc__)
    return False


if __name__ == '__main__':
    sys.exit(0 if main(sys.argv[1:]) else 1)
