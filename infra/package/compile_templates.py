"""Writes every template as Python: `python -m infra.package.compile_templates FOLDER`.

A cold start's first page costs about half of what it costs to read and compile them there.
"""

import sys
from pathlib import Path

from chalicelib.web import render


def main() -> None:
    number = render.compile_to(Path(sys.argv[1]))
    print(f"{number} templates compiled")


if __name__ == "__main__":
    main()
