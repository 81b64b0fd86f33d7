"""The Django project: settings, addresses, and the wiring of ports to adapters. Nothing else."""
