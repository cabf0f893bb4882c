"""The sample project: a funnel file, and the invented log and changes that the sample's generator makes."""

from __future__ import annotations

from pathlib import Path

from growthctl.errors import Problem, UsageError

FUNNEL = Path("funnels/saas_signup.yml")
GENERATOR = Path("sample_data/make.py")
"""Both as they stand in a clone; the wheel has them in a folder of the package, see pyproject.toml."""
_PACKAGE = Path(__file__).parents[1]


def write_sample(folder: Path) -> Path:
    """The funnel file of the sample project, which is written into a folder that is empty or does not exist.

    Raises UsageError for any other folder, and where nothing can be written.
    """
    # Only who makes a sample needs them.
    import runpy
    from tempfile import TemporaryDirectory

    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            hint = "name one that is empty or new: growthctl demo DIR"
            raise UsageError(Problem("not_empty", f"{folder} is not an empty folder", hint))
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder, prefix=".growthctl-") as partial:
            written = Path(partial, FUNNEL)
            written.parent.mkdir()
            written.write_bytes(_source(FUNNEL).read_bytes())
            runpy.run_path(str(_source(GENERATOR)))["write_log"](Path(partial, GENERATOR.parent))
            for part in sorted(Path(partial).iterdir()):
                part.rename(folder / part.name)
    except OSError as error:
        reason = error.strerror or error
        raise UsageError(
            Problem("cannot_write", f"cannot write to {folder}: {reason}", "name another folder")
        ) from None
    return folder / FUNNEL


def _source(path: Path) -> Path:
    """Of a file of the sample: where it is installed, else in the clone."""
    installed = _PACKAGE / "sample" / path.name
    return installed if installed.exists() else _PACKAGE.parents[1] / path
