"""Runs `chalice package` on a copy of the project, so that a build leaves no trace in the tree."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from infra.package import template_files

ROOT = Path(__file__).parents[2]
RESOURCES = ROOT / "infra" / "resources.yaml"
MERGED = "resources.yaml"
STAGE = "live"  # API Gateway's stage; the installation's stage is a parameter of the template
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
    _write_merge_template(folder / MERGED)
    return folder


def _write_merge_template(file: Path) -> None:
    """Our resources and our error pages in one file: Chalice takes one."""
    subprocess.run(
        [sys.executable, "-m", "infra.package.gateway_pages", str(file)], cwd=ROOT, check=True
    )
    pages = json.loads(file.read_text(encoding="utf-8"))
    whole = template_files.merged(template_files.load(RESOURCES), pages)
    file.write_text(yaml.safe_dump(whole), encoding="utf-8")


def package(project: Path, out: Path) -> str:
    """Write `sam.yaml` and `deployment.zip` into `out`; return what Chalice said."""
    shutil.rmtree(out, ignore_errors=True)
    # Chalice imports app.py to find the routes; nothing there may need AWS.
    env = os.environ | {"AWS_DEFAULT_REGION": "eu-west-2", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [
            *(sys.executable, "-c", "from chalice.cli import main; main()"),
            *("--project-dir", str(project)),
            *("package", "--stage", STAGE, "--template-format", "yaml"),
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
    return said
