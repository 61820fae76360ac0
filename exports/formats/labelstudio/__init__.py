"""Label Studio, both ways and without a server: tasks, annotations, the labelling configuration.

`tasks` writes records as Label Studio's JSON, `back` reads it back by our ids, `config` makes the
labelling configuration of a codebook and `edited` reads one that somebody changed there, from
which `kept` carries on what a codebook has no place for.
Importing this package registers the formats.
"""

from exports.formats.labelstudio import files as files
from exports.formats.labelstudio.back import Back, Problem, ReadSet, Source, read_task
from exports.formats.labelstudio.config import configuration, instruction
from exports.formats.labelstudio.edited import Edited, read_configuration
from exports.formats.labelstudio.kept import with_kept
from exports.formats.labelstudio.names import Names
from exports.formats.labelstudio.tasks import (
    annotation,
    follow,
    prediction,
    result,
    task_data,
    task_meta,
    tasks,
)

__all__ = [
    "Back",
    "Edited",
    "Names",
    "Problem",
    "ReadSet",
    "Source",
    "annotation",
    "configuration",
    "follow",
    "instruction",
    "prediction",
    "read_configuration",
    "read_task",
    "result",
    "task_data",
    "task_meta",
    "tasks",
    "with_kept",
]
