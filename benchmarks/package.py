"""P3 and P4: the package as built, beside what Chalice alone leaves.

    .venv/bin/python benchmarks/package.py

P3 imports the application from both in fresh processes, in turns; P4 weighs what was built. Wants
`make package` first. Chalice's own is made here from the same wheels: as Chalice puts them into a
zip, without bytecode, with every template as its source.
"""

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT)]

from benchmarks.cold_import import ENVIRONMENT, PACKAGE  # noqa: E402 - the path is set above
from infra.package import wheels  # noqa: E402

MEGABYTE = 1024 * 1024
ROUNDS = 11
AGAINST = 2.0


def main() -> None:
    if not PACKAGE.exists():
        sys.exit("There is no package to measure: run `make package` first.")
    with tempfile.TemporaryDirectory() as folder:
        plain = as_chalice_leaves_it(Path(folder) / "plain")
        ratios = [_seconds(plain) / _seconds(PACKAGE) for _ in range(ROUNDS)]
        print(
            f"P3 import: {statistics.median(ratios):.2f} x faster than Chalice's own"
            f" (pairwise median of {ROUNDS}; goal {AGAINST})"
        )
        print(f"   Chalice's own: {_size(plain):.1f} MB unzipped")
    build = ROOT / "build"
    functions, layer = _size(PACKAGE), _size(build / "documents-layer")
    zipped = (build / "deployment.zip").stat().st_size / MEGABYTE
    print(f"P4 functions: {functions:.1f} MB, zipped {zipped:.1f} (goal 40 and 10)")
    print(f"P4 build_document with its layer: {functions + layer:.1f} MB (goal 130)")


def as_chalice_leaves_it(folder: Path) -> Path:
    """The same application and wheels with nothing of ours done to them."""
    version = (sys.version_info[0], sys.version_info[1])
    wheels.download(ROOT / "requirements.txt", folder, version)
    shutil.copytree(PACKAGE / "chalice", folder / "chalice", ignore=_no_bytecode)
    for module in (PACKAGE / "chalice").rglob("*.pyc"):
        _as_source(module, folder)
    shutil.copy(ROOT / "app.py", folder)
    shutil.copytree(ROOT / "chalicelib", folder / "chalicelib", ignore=_no_bytecode)
    return folder


def _as_source(module: Path, folder: Path) -> None:
    import chalice

    name = module.name.split(".")[0] + ".py"
    shutil.copy(Path(chalice.__file__).parent / name, folder / "chalice" / name)


def _no_bytecode(_folder: str, names: list[str]) -> set[str]:
    return {name for name in names if name == "__pycache__" or name.endswith(".pyc")}


def _seconds(folder: Path) -> float:
    code = f"import sys; sys.path[:0] = [{str(folder)!r}]; import app"
    began = time.perf_counter()
    subprocess.run(
        [str(Path(sys.executable).resolve()), "-I", "-S", "-B", "-c", code],
        env=ENVIRONMENT,
        check=True,
    )
    return time.perf_counter() - began


def _size(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / MEGABYTE


if __name__ == "__main__":
    main()
