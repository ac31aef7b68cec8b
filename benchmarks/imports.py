"""How long the package takes to import, beside pandas: `python benchmarks/imports.py [--rounds N]`.

Each import is a fresh process; ours and pandas take turns, and the median of the rounds counts,
in CPU seconds. `press-coverage --help` is a fresh process, too, in seconds of the clock.
"""

import argparse
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

COMMANDS = {
    "import pandas": ["-c", "import pandas"],
    "import press_coverage": ["-c", "import press_coverage"],
    "press_coverage.load": ["-c", "import press_coverage; press_coverage.load"],
    "press_coverage.rates": ["-c", "import press_coverage; press_coverage.rates"],
    "press_coverage.annotate": ["-c", "import press_coverage; press_coverage.annotate"],
    "press-coverage --help": ["-m", "press_coverage", "--help"],
}


def seconds(arguments: Sequence[str]) -> tuple[float, float]:
    """CPU seconds and seconds of the clock that a Python process takes."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    clock, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, clock


def main() -> None:
    """Print a row a command, and fail where the import or the help is too slow."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    for arguments in COMMANDS.values():
        seconds(arguments)  # files are in the cache from then on
    taken = {name: [] for name in COMMANDS}  # type: dict[str, list[tuple[float, float]]]
    for _ in range(rounds):
        for name, arguments in COMMANDS.items():
            taken[name].append(seconds(arguments))
    cpu = {name: statistics.median(row[0] for row in rows) for name, rows in taken.items()}
    clock = {name: statistics.median(row[1] for row in rows) for name, rows in taken.items()}
    peer = cpu["import pandas"]
    print(f"{'':26}{'CPU s':>8}{'clock s':>9}{'x pandas':>10}")
    for name in COMMANDS:
        print(f"{name:26}{cpu[name]:8.2f}{clock[name]:9.2f}{cpu[name] / peer:10.2f}")
    slow = cpu["import press_coverage"] > 1.5 * peer or clock["press-coverage --help"] > 1
    sys.exit("too slow" if slow else 0)


if __name__ == "__main__":
    main()
