"""Write the golden files again: ``python -m tests.contract.write [AREA...]``."""

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]


def main() -> None:
    """Write the files of the named areas, or of all."""
    sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests/support")]
    from contract.areas import AREAS
    from contract.golden import write_golden
    from contract.program import Program

    program = Program()
    for area in sys.argv[1:] or AREAS:
        prepare, record = AREAS[area]
        with tempfile.TemporaryDirectory() as folder:
            for name, recorded in record(prepare(program, Path(folder))).items():
                write_golden(name, recorded)


if __name__ == "__main__":
    main()
