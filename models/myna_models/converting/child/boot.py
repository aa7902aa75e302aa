"""Started by path, in isolated mode: makes its folder a package, and runs `main` of it.

The folder lies inside Myna, whose neighbours an environment of its own must not see; so it is no entry of the path.
"""

import importlib
import importlib.util
import sys
from pathlib import Path

if __name__ == "__main__":
    folder = Path(__file__).parent
    spec = importlib.util.spec_from_file_location(
        "conversion", folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    if spec is None or spec.loader is None:
        sys.exit("the folder of the conversion cannot be loaded")
    package = importlib.util.module_from_spec(spec)
    sys.modules["conversion"] = package
    spec.loader.exec_module(package)
    sys.exit(importlib.import_module("conversion.main").main(sys.argv[1:]))
