"""nbgrader's settings for this course: `nbgrader autograde` and the formgrader work on the same files as `autograder`.

Due dates are nbgrader's. They are kept in the gradebook, in UTC, and can be set before or after grading:

    nbgrader db assignment add 03_losses --duedate="2026-10-05 23:59:59 UTC"

Late penalties are nbgrader's too. By default there is none. To give late work no points, or to call your own plugin:

    c.LateSubmissionPlugin.penalty_method = "zero"
    c.AssignLatePenalties.plugin_class = "penalties.TenPercentADay"   # penalties.py lies beside this file

Either way, `autograder grade 03_losses` afterwards works the penalties out anew.
"""

import os
import sys
from pathlib import Path

from autograder.config import load

c = get_config()  # noqa: F821

root = Path(__file__).resolve().parent

c.CourseDirectory.root = str(root)
c.CourseDirectory.course_id = load(root).course_id
c.CourseDirectory.solution_directory = "solutions"

# A new gradebook gets its version from the command `alembic`, which lies beside the interpreter, on the path or not.
commands = str(Path(sys.executable).parent)
if commands not in os.environ.get("PATH", "").split(os.pathsep):
    os.environ["PATH"] = os.pathsep.join(filter(None, (os.environ.get("PATH"), commands)))

# What `nbgrader autograde` does. Without the two lists it runs the students' code in a kernel of its own, not isolated:
# there the grade cells call the same checks.
c.Autograde.pre_convert_hook = "autograder.reports.nbgrader_step.register"
c.Autograde.sanitize_preprocessors = [
    "autograder.reports.nbgrader_step.RestoreSubmission",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.DeduplicateIds",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    "autograder.reports.nbgrader_step.GradeWithAutograder",
    "nbgrader.preprocessors.LimitOutput",
    "autograder.reports.nbgrader_step.SaveGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# The formgrader and `nbgrader generate_feedback` show what students wrote, in a browser that is logged in to Jupyter.
c.HTMLExporter.sanitize_html = True
c.HTMLExporter.filters = {"markdown2html": "autograder.reports.inert.nbgrader_markdown"}
c.GenerateFeedback.exporter_class = "autograder.reports.nbgrader_page.InertHTMLExporter"
