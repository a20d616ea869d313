"""Every claim of quality or speed as a command: `python -m benchmarks.NAME [--data DIR] [--json]`."""
