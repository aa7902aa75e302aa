"""Set up a clone: `python3 deploy/setup/setup.py run|dev|bench`, called by `up` when something changed.

    run     virtual environment, dependencies, compiled llama.cpp, a first model for the person who runs it
    dev     the same without the model, and the tools of `make test` and `make lint`
    bench   dev, and what is measured against: llama.cpp's own programs, and packages that nothing else needs

Runs on a bare Python 3.11: nothing is imported that the set-up itself brings. Pip's configuration and the PIP_*
variables are honoured; the only thing that is pinned is what has to be compiled (see `native.py`).
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import llama_tools
import native
import ray_packages
from progress import LiveLine, reason, watch
from system import SetupError, ensure_packages

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
PIP = [str(PYTHON), "-m", "pip"]
SOURCES = ("runtime", "plugins", "models", "ui")
DEFAULT_EXTRAS = "onnx,speech,vision,guard,desktop,serve"
DEFAULT_MODELS = (
    "smollm2-135m-instruct", "whisper-tiny-en", "piper-en-us-joe", "silero-vad", "smart-turn-v3", "pp-ocr-v6",
    "efficientnet-lite0", "securevector-guardian", "profanity-en",
)  # fmt: skip
"""All travel on the package index, or with Myna."""
GROUPS = {"run": (), "dev": ("dev",), "bench": ("dev", "bench")}
"""Of dependencies, by goal."""
_QUIET = ["--disable-pip-version-check", "-qq"]


def say(text: str) -> None:
    print(f"- {text}", flush=True)


def call(command: list[str], failure: str) -> None:
    """Run a command in the clone.

    Raises:
        SetupError: it failed; `failure` says what that means.
    """
    if subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, check=False).returncode:
        raise SetupError(failure)


def make_environment() -> None:
    """Create `.venv`, or create it again when its interpreter is gone or is not the one that runs this."""
    probe = "import sys; print('%d.%d' % sys.version_info[:2])"
    if PYTHON.exists():
        found = subprocess.run([str(PYTHON), "-c", probe], capture_output=True, text=True, check=False)
        if found.returncode == 0 and found.stdout.strip() == "{}.{}".format(*sys.version_info[:2]):
            return
    say("virtual environment in .venv")
    call([sys.executable, "-m", "venv", "--clear", str(VENV)], "python3 -m venv failed: is python3-venv installed?")
    # Dependency groups need pip 25.1; Debian 12 brings 23.
    call([*PIP, "install", *_QUIET, "--upgrade", "pip>=25.1"], "could not update pip: is the package index reachable?")


def install_runtime() -> None:
    """Install the compiled llama.cpp, unless this very build is installed already."""
    made = native.wheel(native.RUNTIME, PIP)
    mark = VENV / ".native"
    if mark.is_file() and mark.read_text(encoding="utf-8") == made.parent.name:
        return
    say("llama-cpp-python, compiled for this processor")
    call([*PIP, "install", *_QUIET, "--force-reinstall", "--no-deps", str(made)], "could not install llama-cpp-python")
    mark.write_text(made.parent.name, encoding="utf-8")


def install_project(*groups: str) -> None:
    """Install Myna with its extras, and these dependency groups."""
    extras = os.environ.get("EXTRAS", DEFAULT_EXTRAS)
    project = f"{ROOT}[{extras}]" if extras else str(ROOT)
    group = [word for name in groups for word in ("--group", f"{ROOT / 'pyproject.toml'}:{name}")]
    line = LiveLine("dependencies" + (" and development tools" if groups else ""), every_s=native.interval(os.environ))
    log = VENV / "install.log"
    if watch([*PIP, "install", "--disable-pip-version-check", "--editable", project, *group], os.environ, line, log):
        line.finish("failed to install")
        raise SetupError(f"{reason(log)}\nthe whole log: {log}")
    line.finish("installed")
    # An editable install is not compiled by pip, and the first start of everything would be slow.
    call([str(PYTHON), "-m", "compileall", "-q", *SOURCES], "could not compile Myna's own modules")


def pull_models() -> None:
    names = ", ".join(DEFAULT_MODELS)
    say(f"models {names}")
    call([str(BIN / "myna"), "models", "pull", *DEFAULT_MODELS], f"could not bring all of {names}")


def link_tools() -> None:
    """Let `.venv/llama-bin` name the folder with llama.cpp's programs."""
    folder = llama_tools.install(PIP)
    link = VENV / "llama-bin"
    link.unlink(missing_ok=True)
    link.symlink_to(folder, target_is_directory=True)


def bring_ray() -> None:
    """For one test, which is left out where Ray cannot be had."""
    if not ray_packages.folder().is_dir():
        say("Ray, beside the virtual environment")
    if not ray_packages.install(PIP):
        say("Ray could not be installed: its test is left out")


def main(goal: str) -> None:
    ensure_packages(tests=goal != "run")
    make_environment()
    install_runtime()
    install_project(*GROUPS[goal])
    if goal == "run":
        pull_models()
    if goal == "dev":
        bring_ray()
    if goal == "bench":
        link_tools()


if __name__ == "__main__":
    if sys.argv[1:] not in (["run"], ["dev"], ["bench"]):
        sys.exit("usage: setup.py run|dev|bench")
    try:
        main(sys.argv[1])
    except SetupError as error:
        sys.exit(f"set-up: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
