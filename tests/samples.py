"""The samples that all tests share: written to a folder by the room that makes them."""

import subprocess

from running import ROOT


def write(folder):
    """Jars in `zoo/`, archives made by enemies in `hostile/`; gives (file, rule as a jar, rule as a pack, what it does)
    of each of these."""
    command = ["cargo", "run", "--quiet", "--locked", "--package", "kleister-samples", "--example", "write", "--"]
    subprocess.run([*command, str(folder)], cwd=ROOT, check=True)
    return [line.split("\t") for line in (folder / "hostile.tsv").read_text().splitlines()]
