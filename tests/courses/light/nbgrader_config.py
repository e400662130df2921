"""The course as nbgrader sees it: its folders, and our judge in place of running checks.

Late penalties, exporters, due dates: add nbgrader's own settings below, all of them work. The
lines here are needed as they are; tests/test_nbgrader.py says what each is for by failing.
"""

c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "three_steps"
c.CourseDirectory.source_directory = "build/source"
c.CourseDirectory.release_directory = "notebooks"
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__"]

# A submission is read by `Rebuild`, never by nbgrader: the order is as nbgrader runs them.
c.Autograde.exporter_class = "autograder.preprocessors.SubmissionExporter"
c.Autograde.sanitize_preprocessors = [
    "autograder.preprocessors.Rebuild",
    "nbgrader.preprocessors.OverwriteKernelspec",
]
c.Autograde.autograde_preprocessors = [
    "autograder.preprocessors.Judge",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
]

# Pages with a learner's text in them, for formgrader and for the feedback.
c.HTMLExporter.filters = {"markdown2html": "autograder.preprocessors.markdown"}
c.GenerateFeedback.exporter_class = "autograder.feedback.FeedbackExporter"
