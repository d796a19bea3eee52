"""Figures: each measured beside its limit, in the same run, on the same machine.

`make bench` runs them all and prints one JSON object; `make bench BENCH=lifecycle` runs one.
"""

import os

import tests.environment  # noqa: F401 keys and a data folder, before the settings are read

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")

import django

django.setup()
