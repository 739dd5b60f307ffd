"""The package as AWS gets it: whole, compiled, small, and nothing in it that should not ship."""

import gzip
import json
import marshal
import re
import shutil
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.loaders import Loader

import chalicelib
from infra.package import build, bytecode, wheels

VERSION = (sys.version_info[0], sys.version_info[1])


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """`make package`, which fails by itself on what is missing, miscompiled or too heavy."""
    out = tmp_path_factory.mktemp("build")
    build.build(VERSION, out)
    yield out
    shutil.rmtree(out)


def test_the_package_holds_the_application_and_nothing_else_of_ours(built: Path) -> None:
    """No test, no demo, no dot file, no key of the local cloud."""
    names = zipfile.ZipFile(built / "deployment.zip").namelist()

    assert "app.py" in names
    assert [] == [name for name in names if re.match(r"(tests|infra|docs|benchmarks)/", name)]
    assert [] == [name for name in names if "/." in f"/{name}"]


def test_the_package_is_the_same_from_the_same_content(built: Path, tmp_path: Path) -> None:
    """An unchanged function is not deployed again, whenever and wherever its files were laid."""
    before, after = tmp_path / "before.zip", tmp_path / "after.zip"
    build.write_zip(built / "functions" / "chalicelib", before)
    again = shutil.copytree(
        built / "functions" / "chalicelib", tmp_path / "again", copy_function=shutil.copy
    )
    build.write_zip(again, after)

    assert before.read_bytes() == after.read_bytes()


def test_a_module_compiled_for_another_python_is_found(built: Path, tmp_path: Path) -> None:
    """Lambda would ignore it, or refuse it, and say nothing until somebody waits."""
    shutil.copytree(built / "functions" / "chalicelib" / "audit", tmp_path / "audit")
    compiled = next((tmp_path / "audit").rglob("*.pyc"))
    compiled.write_bytes(b"\x00\x00" + compiled.read_bytes()[2:])

    (fault,) = bytecode.faults(tmp_path, VERSION)

    assert "another Python" in fault


def test_a_missing_dependency_is_found(built: Path, tmp_path: Path) -> None:
    """A package whose wheel was dropped would fail in production only."""
    shutil.copytree(built / "functions", tmp_path / "functions")
    for folder in (tmp_path / "functions").glob("jmespath-*.dist-info"):
        shutil.rmtree(folder)

    found = list(wheels.missing(tmp_path / "functions"))

    assert any("jmespath" in each for each in found), found


def test_every_aws_service_that_is_called_has_its_description_in_the_package() -> None:
    """Botocore's data is cut to a list, and the list must not fall behind the code."""
    sources = Path(chalicelib.__file__).parent.rglob("*.py")
    called = {
        name
        for source in sources
        for name in re.findall(r'\.client\(\s*"([\w-]+)"', source.read_text(encoding="utf-8"))
    }

    assert len(called) >= 3
    assert called <= wheels.SERVICES


def test_a_service_s_description_lost_its_words_and_nothing_else(built: Path) -> None:
    """Every operation and shape that botocore describes is in the package as it was."""
    for model in (built / "functions" / "botocore" / "data").rglob("service-2.json.gz"):
        service, version = model.parts[-3:-1]
        whole = Loader().load_service_model(service, "service-2", version)
        packed = json.loads(gzip.decompress(model.read_bytes()))

        assert whole["operations"].keys() == packed["operations"].keys()
        for name, shape in whole["shapes"].items():
            kept = packed["shapes"][name]
            assert shape.keys() - {"documentation"} == kept.keys(), (service, name)
            assert shape.get("members", {}).keys() == kept.get("members", {}).keys()


def test_a_packaged_module_says_where_it_failed_and_holds_no_docstring(built: Path) -> None:
    """Logs tell the place of a failure by file and line; words for readers stay in the sources."""
    compiled = built / "functions" / "chalicelib" / "clock.pyc"
    code = marshal.loads(compiled.read_bytes()[16:])  # noqa: S302 - made by this very test

    assert "chalicelib/clock.py" == code.co_filename
    assert any(line for _, _, line in code.co_lines())
    assert "" == code.co_consts[0]
