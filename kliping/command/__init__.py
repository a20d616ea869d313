"""The composition root: the `kliping` command builds everything from Settings and hands it down.

`build.py` opens the stores, `processes.py` says what children run, one module for each group of commands. Nothing
else imports this package.
"""
