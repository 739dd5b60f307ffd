"""Runs `chalice package` on a copy of the project, so that a build leaves no trace in the tree."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from infra.package import bytecode, table_roles, template_files

ROOT = Path(__file__).parents[2]
RESOURCES = ROOT / "infra" / "resources.yaml"
MERGED = "resources.json"
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
