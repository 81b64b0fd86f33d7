"""How people and programs reach the house: command line, jobs, console, API, importing. They only translate."""
