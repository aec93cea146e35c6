"""The command line program: `python -m tabulith recalc IN -o OUT`."""

import signal
import sys

from tabulith import _core


def main() -> int:
    """Runs the program with the arguments of the process; its exit code."""
    # The work is done outside Python, where nobody would see an interrupt until its end.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return _core.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
