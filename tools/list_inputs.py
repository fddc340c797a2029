"""Prints the files that tools/generate.py reads, for meson.build: a new file there is noticed at the next build."""

import pathlib

root = pathlib.Path(__file__).resolve().parent.parent
patterns = ["api/*.yaml", "sql/**/*.sql", "web/*", "src/base/errors.def", "tools/generate.py", "tools/generator/*.py"]
for pattern in patterns:
    for path in sorted(root.glob(pattern)):
        if path.is_file():
            print(path.relative_to(root))
