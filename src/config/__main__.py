"""Django's own commands: `python -m config migrate`."""

import os
import sys

from django.core.management import execute_from_command_line

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
execute_from_command_line(["python -m config", *sys.argv[1:]])
