"""Every job has words for the operator."""

from procrastinate.contrib.django import app

from bihuan.clockwork.queries import LABELS, label_of

app.perform_import_paths()  # as a worker does
OURS = {name for name in app.tasks if "procrastinate.builtin_tasks" not in name}


def test_every_job_is_told_in_words_and_no_words_are_left_without_their_job() -> None:
    assert LABELS.keys() == OURS
    assert len(set(LABELS.values())) == len(LABELS)


def test_a_job_of_an_older_version_is_told_by_its_name() -> None:
    assert label_of("clockwork.of_old") == "clockwork.of_old"
