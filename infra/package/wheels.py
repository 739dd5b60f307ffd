"""Fills a folder with the locked wheels of a requirements file, for Lambda whatever runs this."""

import gzip
import importlib.metadata
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

# What Lambda's Amazon Linux can load, newest first: 3.11 runs on glibc 2.26, later ones on 2.34.
GLIBC = {(3, 11): 26, (3, 12): 34, (3, 13): 34}
# What is in the wheels and never read in production.
DEAD_WEIGHT = (
    *("*.pyi", "*.dist-info/licenses", "*.dist-info/sboms", "*.dist-info/RECORD", "**/tests"),
    *("boto3/data", "boto3/examples", "dateutil/zoneinfo/*.tar.gz", "*.po"),
    *("wtforms/locale", "urllib3/contrib/emscripten"),
    *("recurring_ical_events/test", "recurring_ical_events/.gitignore"),
    "aws_lambda_powertools/event_handler",
    *(f"fido2/{each}" for each in ("attestation", "client", "ctap2", "hid", "mds3.py", "pcsc.py")),
    *(
        f"aws_lambda_powertools/utilities/{each}"
        for each in ("auth_alpha", "data_classes", "feature_flags", "idempotency", "kafka")
    ),
    *(f"aws_lambda_powertools/utilities/{each}" for each in ("parser", "parameters", "streaming")),
)
# Dependencies that nothing here reaches at run time, and why.
LEFT_OUT = {
    "dnspython": "email-validator asks DNS only when told to, and we never do",
    "cffi": "the compiled modules need its back end, a file of its own that stays",
    "pycparser": "only cffi's compiler reads C",
    "lxml": "pyHanko reads lists of trusted signers with it; a certificate has our own seal only",
    "tzdata": "Lambda has the time zones of its system, which `clock` reads too",
}
FOLDERS = {"dnspython": "dns"}
# The AWS services that the functions talk to; botocore describes four hundred.
SERVICES = {
    *("dynamodb", "kms", "pinpoint-sms-voice-v2", "s3"),
    *("secretsmanager", "sesv2", "sqs", "sts"),
}


class WheelMissing(RuntimeError):
    """A locked package has no wheel that Lambda can load; pip's own words are the message."""


def install(requirements: Path, folder: Path, version: tuple[int, int]) -> None:
    """Put the wheels that the lock names into the folder, less what is never read there.

    Raises:
        WheelMissing: one is not to be had for Lambda.
    """
    download(requirements, folder, version)
    _slim(folder)


def download(requirements: Path, folder: Path, version: tuple[int, int]) -> None:
    """Put the wheels that the lock names, checked by their hashes, into the folder as they are.

    Raises:
        WheelMissing: one is not to be had for Lambda.
    """
    platforms = ["manylinux2014_x86_64", "linux_x86_64"]
    platforms += [f"manylinux_2_{minor}_x86_64" for minor in range(GLIBC[version], 16, -1)]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("--require-hashes", "--only-binary=:all:", "--no-compile", "--no-deps"),
            *("--implementation", "cp", "--python-version", f"{version[0]}.{version[1]}"),
            *(argument for platform in platforms for argument in ("--platform", platform)),
            *("--target", str(folder), "--requirement", str(requirements)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise WheelMissing(done.stdout + done.stderr)


def drop_shared(layer: Path, functions: Path) -> None:
    """Take out of a layer what its function has itself, in the same version: it is found there."""
    have = {each.name: each.version for each in _distributions(functions)}
    for each in _distributions(layer):
        if have.get(each.name) == each.version:
            name = each.name.lower().replace("-", "_")
            for path in (*layer.glob(f"{name}-*.dist-info"), layer / name):
                shutil.rmtree(path, ignore_errors=True)
            (layer / f"{name}.py").unlink(missing_ok=True)
    for module in layer.glob("*.so"):
        if (functions / module.name).exists():
            module.unlink()


def _distributions(folder: Path) -> list[importlib.metadata.Distribution]:
    return list(importlib.metadata.distributions(path=[str(folder)]))


def missing(folder: Path, *beside: Path) -> Iterator[str]:
    """Each dependency that a package in the folder needs and neither it nor those beside have."""
    found = [each for where in (folder, *beside) for each in _distributions(where)]
    versions = {canonicalize_name(each.metadata["Name"]): each.version for each in found}
    for each in found:
        for text in each.requires or ():
            needed = Requirement(text)
            if needed.marker and not needed.marker.evaluate({"extra": ""}):
                continue
            if canonicalize_name(needed.name) in LEFT_OUT:
                continue
            have = versions.get(canonicalize_name(needed.name))
            if have is None or not needed.specifier.contains(have, prereleases=True):
                yield f"{each.metadata['Name']} needs {needed}, and the package has {have}"


def _strip(folder: Path) -> None:
    """Take the symbols, which only a debugger reads, out of compiled modules; 3 MB of one alone."""
    strip = shutil.which("strip")
    if strip is None:
        print("`strip` is missing, so the package is larger: apt-get install binutils")
        return
    for module in folder.rglob("*.so"):
        subprocess.run([strip, "--strip-unneeded", str(module)], check=True)


def _slim(folder: Path) -> None:
    _strip(folder)
    shutil.rmtree(folder / "bin", ignore_errors=True)
    for pattern in DEAD_WEIGHT:
        for path in list(folder.rglob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for name in LEFT_OUT:
        for path in (folder / FOLDERS.get(name, name), *folder.glob(f"{name}-*.dist-info")):
            shutil.rmtree(path, ignore_errors=True)
    data = folder / "botocore" / "data"
    if data.exists():
        for service in data.iterdir():
            if service.is_dir() and service.name not in SERVICES:
                shutil.rmtree(service)
        for examples in data.rglob("examples-1.json*"):
            examples.unlink()
        for model in data.rglob("service-2.json.gz"):
            _undocumented(model)


def _undocumented(model: Path) -> None:
    """Take the handbook out of a service's description: two thirds of what a client loads."""
    described = json.loads(gzip.decompress(model.read_bytes()))
    shorter = json.dumps(_without_words(described), separators=(",", ":")).encode()
    model.write_bytes(gzip.compress(shorter, mtime=0))


def _without_words(part: Any) -> Any:
    if isinstance(part, dict):
        return {
            name: _without_words(value)
            for name, value in part.items()
            if not (name == "documentation" and isinstance(value, str))
        }
    return [_without_words(each) for each in part] if isinstance(part, list) else part
