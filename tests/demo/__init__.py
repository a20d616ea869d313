"""`make demo`: the whole of Kliping on the sample press, told in plain words; `python -m tests.demo`.

The press and `kliping run` are processes of their own, each below a warden that ends it when the demo is gone.

    place.py     the folder: configuration, ports, what a second run must know
    press.py     the sample press as a process        warden.py   a process that lives no longer than who started it
    watch.py     what was found, read, grouped, clipped so far, and whether all of it was
    edition.py   closing, sending, writing down the edition; is it complete?
    account.py   the login                            command.py  the shipped commands
    words.py     what the demo says
"""
