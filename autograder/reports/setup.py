"""What stands before the first grade: nbgrader's configuration of the course, and an empty gradebook."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from alembic.config import Config as AlembicConfig
from alembic.script import ScriptDirectory
from nbgrader import dbutil
from nbgrader.api import Base
from sqlalchemy import create_engine, text
from traitlets.config import Config, PyFileConfigLoader

from autograder.errors import CourseError
from autograder.reports.grades import database_url


def nbgrader_config(root: Path) -> Config:
    """What ``root``'s nbgrader_config.py sets; nothing where there is no such file.

    Raises:
        CourseError: it cannot be run.
    """
    file = root / "nbgrader_config.py"
    if not file.is_file():
        return Config()
    if str(root) not in sys.path:  # a late-submission plugin may lie beside it
        sys.path.append(str(root))
    try:
        return PyFileConfigLoader(file.name, path=str(root)).load_config()
    except Exception as error:
        raise CourseError(f"{file} cannot be run: {type(error).__name__}: {error}.", "Correct it.") from error


def create_gradebook(file: Path) -> None:
    """An empty gradebook at ``file`` with nbgrader's schema; one that is there already stays as it is.

    It appears whole, whoever else tries the same at the same time. ``nbgrader.api.Gradebook`` would create it in place,
    and ask the ``alembic`` command, which need not be on the path, for the schema's version.
    """
    if file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f".{file.name}.{os.getpid()}")
    engine = create_engine(database_url(new))
    try:
        with engine.begin() as connection:
            Base.metadata.create_all(connection)
            connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
            connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": _schema_version()})
        engine.dispose()
        with suppress(FileExistsError):
            os.link(new, file)
    finally:
        engine.dispose()
        new.unlink(missing_ok=True)


def _schema_version() -> str:
    alembic = AlembicConfig()
    alembic.set_main_option("script_location", dbutil.ALEMBIC_DIR)
    return str(ScriptDirectory.from_config(alembic).get_current_head())
