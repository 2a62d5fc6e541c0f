"""nbgrader's files, as its own code expects them: the course's configuration, an empty gradebook, notebooks."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import nbformat
from alembic.config import Config as AlembicConfig
from alembic.script import ScriptDirectory
from nbformat import NotebookNode
from nbgrader import dbutil
from nbgrader.api import Base
from sqlalchemy import create_engine, text
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

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
        config: Config = PyFileConfigLoader(file.name, path=str(root)).load_config()
    except Exception as error:
        raise CourseError(f"{file} cannot be run: {type(error).__name__}: {error}.", "Correct it.") from error
    return config


def as_node(notebook: dict[str, Any]) -> NotebookNode:
    """A notebook as nbgrader's preprocessors take it; a copy."""
    node: NotebookNode = nbformat.from_dict(notebook)  # type: ignore[no-untyped-call]
    return node


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
