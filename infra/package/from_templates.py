"""What packaging makes of our templates: `python -m infra.package.from_templates PROJECT FILE`.

Writes them as Python into the project, where the first page of a cold start costs half as much,
and the gateway's error pages, as a part of the merge template, into the file. The registers'
definitions become one JSON file there: parsing TOML costs a hundred times as much.
"""

import json
import os
import sys
from pathlib import Path

from infra.package import gateway_pages


def main() -> None:
    project, file = map(Path, sys.argv[1:])
    os.environ["PUBLIC_URL"] = f"https://holdfast.invalid{gateway_pages.MARK}"
    from chalicelib.registers import loader
    from chalicelib.web import render  # reads PUBLIC_URL

    render.compile_to(project / "chalicelib" / "templates_compiled")
    loader.compile_to(project / "chalicelib" / "registers" / "definitions")
    part = {"RestAPI": {"Properties": {"GatewayResponses": gateway_pages.responses()}}}
    file.write_text(json.dumps({"Resources": part}), encoding="utf-8")


if __name__ == "__main__":
    main()
