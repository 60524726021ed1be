"""Write all files of a study at once: the old folder stays whole until the new one is complete."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from mlbc_stats.errors import StudyError

MANIFEST = "manifest.json"
OWNER = "mlbc-stats"


def write_outputs(folder: Path, files: Mapping[str, str | bytes], manifest: Mapping[str, object]) -> None:
    """Replace the contents of an output folder.

    Everything is written to a new folder beside the target, then the two change places by renaming; an
    interruption at any moment leaves the old contents as they were. Files in the folder that no earlier run
    listed in its manifest are carried over untouched.

    Parameters
    ----------
    folder : the target; made when missing.
    files : contents by path relative to the folder, with "/" between its parts.
    manifest : written as ``manifest.json`` together with the list of ``files`` and the SHA-256 of each.

    Raises
    ------
    StudyError
        when the folder holds files but no manifest of ours, when a foreign file is in the way, when the
        target is a file, or when it cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     write_outputs(Path(place) / "build", {"tables/a.csv": "x"}, {})
    ...     (Path(place) / "build" / "tables" / "a.csv").read_text()
    'x'
    """
    folder = folder.resolve()
    kept = check_target(folder, files)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise StudyError(f"{folder}: cannot write there ({error.strerror}); choose another output") from None
    try:
        staging.chmod(0o755)
        sums = {name: sha256_of(files[name]) for name in sorted(files)}
        listed = {**manifest, "owner": OWNER, "files": sorted(files), "sha256": sums}
        text = json.dumps(listed, indent=2, ensure_ascii=False) + "\n"
        for name, content in {**files, MANIFEST: text}.items():
            _write(staging / name, content)
        for name in kept:
            (staging / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(folder / name, staging / name, follow_symlinks=False)
        _swap(staging, folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def check_target(folder: Path, files: Mapping[str, object] | tuple[str, ...] = ()) -> tuple[str, ...]:
    """Foreign files to carry over; StudyError when the folder is not ours to replace.

    Called before the work starts, so that nobody waits for results that cannot be saved.

    Examples
    --------
    >>> check_target(Path("no-such-folder"))
    ()
    """
    if not folder.exists():
        return ()
    if not folder.is_dir():
        raise StudyError(f"{folder}: is a file, expected a folder for the results; choose another output")
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if _is_file(path)}
    ours = _listed(folder)
    unclaimed = sorted(present - _claimed(folder))
    if ours is None and unclaimed:
        some = ", ".join(unclaimed[:3])
        raise StudyError(
            f"{folder}: holds files that no study wrote ({some}); choose an empty or a new folder as output"
        )
    foreign = present - (ours or set()) - ({MANIFEST} if ours is not None else set())
    blocked = sorted(foreign & set(files))
    if blocked:
        raise StudyError(f"{folder}: {blocked[0]} was not written by a study and would be lost; move it away")
    return tuple(sorted(foreign))


def changed_files(folder: Path) -> tuple[str, ...]:
    """Files of an output folder that are no longer as the run wrote them, or gone.

    Raises
    ------
    StudyError
        when the folder holds no manifest of a run, or one without checksums.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     write_outputs(Path(place) / "build", {"a.csv": "x", "b.csv": "y"}, {})
    ...     _ = (Path(place) / "build" / "a.csv").write_text("z")
    ...     changed_files(Path(place) / "build")
    ('a.csv',)
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        sums = dict(manifest["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        raise StudyError(
            f"{folder}: holds no results with a manifest; run the study first: mlbc study run"
        ) from None
    return tuple(
        name
        for name, known in sums.items()
        if not (folder / name).is_file() or sha256_of((folder / name).read_bytes()) != known
    )


def sha256_of(content: str | bytes) -> str:
    """SHA-256 of what a file holds, in hexadecimal.

    Examples
    --------
    >>> sha256_of("")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(content.encode("utf-8") if isinstance(content, str) else content).hexdigest()


def _listed(folder: Path) -> set[str] | None:
    """Files of an earlier run by its manifest; None when there is no manifest of ours."""
    with contextlib.suppress(OSError, ValueError, UnicodeDecodeError):
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if isinstance(manifest, dict) and manifest.get("owner") == OWNER:
            return {str(name) for name in manifest.get("files", ())}
    return None


def _claimed(folder: Path) -> set[str]:
    """Files that manifests of ours list, in this folder and in folders below it."""
    claimed: set[str] = set()
    for manifest in folder.rglob(MANIFEST):
        place = manifest.parent.relative_to(folder)
        listed = _listed(manifest.parent)
        claimed |= {(place / name).as_posix() for name in (*(listed or ()), MANIFEST) if listed is not None}
    return claimed


def _write(path: Path, content: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)


def _swap(staging: Path, folder: Path) -> None:
    """Let the complete new folder take the place of the old one."""
    old = staging.with_name(staging.name + "-old")
    try:
        if folder.exists():
            folder.replace(old)
        staging.replace(folder)
    except BaseException:
        if old.exists() and not folder.exists():
            old.replace(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _is_file(path: Path) -> bool:
    """Whether something would be lost with it: a file of any kind, or a link."""
    return path.is_symlink() or not path.is_dir()
