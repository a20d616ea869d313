#!/bin/sh
# install.sh VENV: Kliping, with the versions that its tests ran with, into a new virtual environment. Run in the checkout.
# Every library comes as a wheel: no compiler is needed here or later.
set -eu
python3 -m venv "$1"
# pip 23.2 stops at lxml's doubled extra; a newer one comes first
"$1/bin/python" -m pip install --quiet --no-cache-dir --upgrade 'pip>=25'
"$1/bin/python" -m pip install --quiet --no-cache-dir --only-binary=:all: --no-binary=kliping --constraint constraints.txt .
