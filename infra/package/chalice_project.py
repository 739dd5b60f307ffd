"""Runs `chalice package` on a copy of the project, so that a build leaves no trace in the tree."""

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from infra.package import bytecode, table_roles, template_files

ROOT = Path(__file__).parents[2]
RESOURCES = ROOT / "infra" / "resources.yaml"
MERGED = "resources.json"
STAGE = "live"  # API Gateway's stage; the installation's stage is a parameter of the template
KEPT = ROOT / "build" / "laptop"
_MOST_KEPT = 3
IGNORED = shutil.ignore_patterns("__pycache__", "*.pyc", ".*")


class PackagingFailed(RuntimeError):
    """Chalice could not make the package; its own words are the message."""


def lay_out(folder: Path, requirements: str) -> Path:
    """Copy what ships into `folder` with these requirements, and return it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "app.py", folder)
    shutil.copytree(ROOT / "chalicelib", folder / "chalicelib", ignore=IGNORED)
    shutil.copytree(
        ROOT / ".chalice", folder / ".chalice", ignore=shutil.ignore_patterns("deployments", "venv")
    )
    (folder / "requirements.txt").write_text(requirements, encoding="utf-8")
    _use_templates(folder)
    _list_doors(folder)
    bytecode.compile_all(folder / "chalicelib", keep_sources=_names(folder / "chalicelib"))
    return folder


def _use_templates(folder: Path) -> None:
    """Compile the templates, and lay our error pages over our resources: Chalice takes one file."""
    merged = folder / MERGED
    subprocess.run(
        [sys.executable, "-m", "infra.package.from_templates", str(folder), str(merged)],
        cwd=ROOT,
        check=True,
    )
    pages = json.loads(merged.read_text(encoding="utf-8"))
    whole = template_files.merged(template_files.load(RESOURCES), pages)
    whole = template_files.merged(whole, table_roles.part())
    merged.write_text(json.dumps(whole), encoding="utf-8")
    shutil.rmtree(folder / "chalicelib" / "templates")  # the compiled form is what is read
    bytecode.drop_sources(folder / "chalicelib" / "templates_compiled")


def _list_doors(folder: Path) -> None:
    """Write down which feature answers which path, so that a cold start imports only that one."""
    file = folder / "chalicelib" / "web" / "doors.json"
    code = f"import app, pathlib; app.doors.write(app.FEATURES, pathlib.Path({str(file)!r}))"
    env = os.environ | {"AWS_DEFAULT_REGION": "eu-west-2"}
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, env=env)


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"templates_compiled"}


def packaged(out: Path) -> None:
    """Have `sam.json` and `deployment.zip` in `out`, as for a laptop: without dependencies.

    They are made once for the same sources and kept in `build/`, so that a later start need not
    wait for them; the newest few are kept.
    """
    kept = KEPT / _digest()
    if not (kept / "sam.json").exists():
        KEPT.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=KEPT) as folder:
            project = lay_out(Path(folder) / "project", requirements="")
            package(project, Path(folder) / "out")
            # Whoever else made the same meanwhile was quicker: theirs is as good.
            with contextlib.suppress(OSError):
                (Path(folder) / "out").rename(kept)
    kept.touch()
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(kept, out)
    whole = [each for each in KEPT.iterdir() if (each / "sam.json").exists()]
    for older in sorted(whole, key=lambda each: each.stat().st_mtime)[:-_MOST_KEPT]:
        shutil.rmtree(older, ignore_errors=True)


def _digest() -> str:
    """What the package is made from, as one word: sources, ours and the libraries' versions."""
    found = hashlib.sha256(sys.version.encode())
    folders = (ROOT / "chalicelib", ROOT / ".chalice", ROOT / "infra" / "package")
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    files += [ROOT / "app.py", RESOURCES, *ROOT.glob("requirements*.txt")]
    for path in sorted(files):
        if not {"__pycache__", "deployments", "templates_compiled"} & set(path.parts):
            found.update(f"{path.relative_to(ROOT)}\0".encode())
            found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()[:32]


def package(project: Path, out: Path) -> str:
    """Write `sam.json` and `deployment.zip` into `out`; return what Chalice said."""
    shutil.rmtree(out, ignore_errors=True)
    # Chalice imports app.py to find the routes; nothing there may need AWS.
    env = os.environ | {"AWS_DEFAULT_REGION": "eu-west-2", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [
            *(sys.executable, "-c", "from chalice.cli import main; main()"),
            *("--project-dir", str(project)),
            *("package", "--stage", STAGE, "--template-format", "json"),
            *("--merge-template", str(project / MERGED), str(out)),
        ],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    if done.returncode:
        raise PackagingFailed(said)
    _without_spaces(out / "sam.json")
    return said


def _without_spaces(template: Path) -> None:
    """CloudFormation takes a million bytes, and a third of what Chalice writes is indentation."""
    whole = json.loads(template.read_text(encoding="utf-8"))
    template.write_text(json.dumps(whole, separators=(",", ":")), encoding="utf-8")
