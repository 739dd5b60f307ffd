"""`make package`: builds in `build/` what `make deploy` puts on AWS.

Chalice packages the application and merges our resources; the wheels come straight from the hashed
lock; everything is compiled for the one Python that Lambda will run; Typst goes into a layer that
only build_document has. The build fails when anything is missing or has outgrown its limit.
"""

import argparse
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from infra.package import bytecode, chalice_project, wheels
from infra.package.chalice_project import ROOT

BUILD = ROOT / "build"
MEGABYTE = 1024 * 1024
# Unzipped and zipped, in MB (performance.md P4): every function, and the layer on top of it.
LIMITS = {"functions": (40, 13), "documents-layer": (90, 40)}
EPOCH = (2020, 1, 1, 0, 0, 0)  # one time for every file, so that the same content is the same zip


class BuildFailed(RuntimeError):
    """The package would not be what it should; the message lists why."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", default="3.11", help="the Lambda runtime's minor version")
    version = tuple(map(int, parser.parse_args().python.split(".")))
    try:
        build((version[0], version[1]))
    except (BuildFailed, wheels.WheelMissing, chalice_project.PackagingFailed) as error:
        raise SystemExit(str(error)) from None


def build(version: tuple[int, int], out: Path = BUILD) -> None:
    """Build the whole package into `out`.

    Raises:
        BuildFailed: it would be wrong in a way that this can see.
    """
    if version != sys.version_info[:2]:
        here, wanted = ".".join(map(str, sys.version_info[:2])), ".".join(map(str, version))
        message = (
            f"The package is for Lambda's Python {wanted}; this is {here}, and bytecode is only"
            f" made by its own version. Build with that one (rm -r .venv; make package"
            f" PYTHON=python{wanted}) or name this one (make package LAMBDA_PYTHON={here})."
        )
        raise BuildFailed(message)
    project = chalice_project.lay_out(out / "project", requirements="")
    package = out / "package"
    chalice_project.package(project, package)

    functions, layer = out / "functions", out / "documents-layer"
    for folder in (functions, layer):
        shutil.rmtree(folder, ignore_errors=True)
    with zipfile.ZipFile(package / "deployment.zip") as made_by_chalice:
        made_by_chalice.extractall(functions)
    wheels.install(ROOT / "requirements.txt", functions, version)
    wheels.install(ROOT / "requirements-documents.txt", layer / "python", version)
    wheels.drop_shared(layer / "python", functions)

    bytecode.compile_all(functions, keep_sources={"app.py"})
    bytecode.compile_all(layer)
    _check(functions, layer, version)
    shutil.copy(package / "sam.json", out / "sam.json")
    write_zip(functions, out / "deployment.zip")
    write_zip(layer, out / "documents-layer.zip")
    for folder in (functions, layer):
        _weigh(folder, out / f"{'deployment' if folder is functions else folder.name}.zip")


def _check(functions: Path, layer: Path, version: tuple[int, int]) -> None:
    found = [*wheels.missing(functions), *wheels.missing(layer / "python", functions)]
    found += bytecode.faults(functions, version)
    found += bytecode.faults(layer, version)
    found += _import_alone(functions)
    if found:
        raise BuildFailed("\n".join(found))
    print("No dependency is missing; every module is compiled; the application imports alone.")


def _import_alone(functions: Path) -> list[str]:
    """The application must import with nothing but the package on its path."""
    code = (
        f"import sys; sys.path.insert(0, {str(functions)!r}); import app; print(app.app.app_name)"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", code],
        env={"AWS_DEFAULT_REGION": "eu-west-2", "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    return [] if done.returncode == 0 else [f"the package does not import: {done.stderr}"]


def write_zip(folder: Path, file: Path) -> None:
    with zipfile.ZipFile(file, "w") as made:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(str(path.relative_to(folder)), EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                made.writestr(entry, path.read_bytes(), compresslevel=9)


def _weigh(folder: Path, zipped: Path) -> None:
    whole = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / MEGABYTE
    packed = zipped.stat().st_size / MEGABYTE
    print(f"{zipped.name}: {whole:.1f} MB, zipped {packed:.1f} MB")
    most_whole, most_packed = LIMITS[folder.name]
    if whole > most_whole or packed > most_packed:
        message = f"{zipped.name} may have {most_whole} MB, zipped {most_packed} MB"
        raise BuildFailed(message)


if __name__ == "__main__":
    main()
