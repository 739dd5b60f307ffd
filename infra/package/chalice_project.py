"""Runs `chalice package` on a copy of the project, so that a build leaves no trace in the tree."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
MERGE_TEMPLATE = ROOT / "infra" / "resources.yaml"
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
    return folder


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
            *("--merge-template", str(MERGE_TEMPLATE), str(out)),
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
