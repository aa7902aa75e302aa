"""Loading: each plugin on its own, each mistake named, the others untouched."""

import re
import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from textwrap import dedent

import pytest

from myna import host
from myna.config import PluginSettings, Settings
from myna.hookspecs import CommandInfo, hookimpl
from myna.host import PluginHost
from myna.plugin import PluginStatus

pytestmark = pytest.mark.logs

GOOD = """
from myna.hookspecs import CommandInfo, hookimpl

@hookimpl
def myna_register_commands():
    return [CommandInfo(__name__, "a command", "nowhere:command")]
"""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Writes a module and returns its entry point."""
    monkeypatch.syspath_prepend(tmp_path)
    names: list[str] = []

    def install(name: str, source: str, *, module: str = "", attribute: str = "") -> EntryPoint:
        module = module or f"installed_{name}"
        (tmp_path / f"{module}.py").write_text(dedent(source), encoding="utf-8")
        names.append(module)
        return EntryPoint(name, f"{module}:{attribute}" if attribute else module, host.GROUP)

    yield install
    for name in names:
        sys.modules.pop(name, None)


def load(*entries: EntryPoint, extra=(), disabled=(), only=()) -> PluginHost:
    return PluginHost.load(PluginSettings(disabled, only), extra=extra, entry_points=entries)


def status(loaded: PluginHost, name: str) -> PluginStatus:
    [found] = [plugin for plugin in loaded.plugins() if plugin.name == name]
    return found


def commands(loaded: PluginHost) -> list[str]:
    return [command.name for command in loaded.commands()]


def test_a_module_is_loaded_and_described(installed, tmp_path):
    entry = installed("good", GOOD + '\n__version__ = "1.2"\nMYNA_NEEDS = ("network", "files")\n')
    [plugin] = load(entry).plugins()
    assert plugin == PluginStatus(
        name="good",
        state="active",
        origin="installed_good",
        path=str(tmp_path / "installed_good.py"),
        version="1.2",
        needs=("network", "files"),
        hooks=("myna_register_commands",),
    )


def test_an_object_and_a_class_are_plugins_too(installed):
    class Instance:
        def __init__(self, name: str = "made") -> None:
            self.name = name

        @hookimpl
        def myna_register_commands(self):
            return [CommandInfo(self.name, "", "")]

    entry = installed("held", GOOD + "\nclass Plugin:\n    hook = None\n\nplugin = Plugin()\n", attribute="plugin")
    loaded = load(entry, extra=[("instance", Instance("given")), ("class", Instance)])
    assert commands(loaded) == ["given", "made"]
    assert status(loaded, "instance").origin == f"{__name__}:{Instance.__qualname__}"
    assert status(loaded, "held").error == "it implements no hook; functions of a plugin are marked with @hookimpl"


def test_the_built_in_plugins_have_a_distribution_and_a_version():
    own = [plugin for plugin in PluginHost.load(PluginSettings()).plugins() if plugin.distribution == "myna"]
    assert {"chat", "llama", "models"} <= {plugin.name for plugin in own}
    assert all(plugin.version for plugin in own)


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("import no_such_library", "ModuleNotFoundError: No module named 'no_such_library'"),
        ("raise ValueError('first line\\nsecond')", "ValueError: first line"),
        ("import sys; sys.exit(3)", "SystemExit: 3"),
        ("def broken(:", "SyntaxError: invalid syntax (installed_bad.py, line 1)"),
        ("x = 1", "it implements no hook; functions of a plugin are marked with @hookimpl"),
        (
            "from myna.hookspecs import hookimpl\n@hookimpl\ndef myna_prepare_trun(draft): ...",
            "unknown hook myna_prepare_trun; did you mean myna_prepare_turn?",
        ),
        (
            "from myna.hookspecs import hookimpl\n@hookimpl\ndef nothing_like_it(): ...",
            "unknown hook nothing_like_it",
        ),
        ("def myna_observe(event): ...", "myna_observe is not marked with @hookimpl"),
        (
            "from myna.hookspecs import hookimpl\n@hookimpl\ndef myna_observe(evnt): ...",
            "myna_observe has no argument evnt; did you mean event?",
        ),
        (
            "from myna.hookspecs import hookimpl\n@hookimpl\ndef myna_screen_input(zzz): ...",
            "myna_screen_input has no argument zzz; it may take message, draft",
        ),
        (
            "from myna.hookspecs import hookimpl\n@hookimpl\ndef myna_register_panels(zzz): ...",
            "myna_register_panels has no argument zzz; it takes no arguments",
        ),
        (
            "from myna.hookspecs import hookimpl\n@hookimpl\ndef myna_observe(event=None): ...",
            "myna_observe: event has a default value and would get nothing; remove the default",
        ),
        (
            "from myna.hookspecs import hookimpl\n@hookimpl\ndef myna_observe(**all): ...",
            "myna_observe: **all would get nothing; it may take event, by position",
        ),
        (
            "from myna.hookspecs import hookimpl\n@hookimpl\nasync def myna_observe(event): ...",
            "myna_observe cannot be async",
        ),
        (
            "import pluggy\n@pluggy.HookimplMarker('myna')(wrapper=True)\ndef myna_observe(event):\n    return (yield)",
            "myna_observe is a wrapper; hooks of Myna cannot be wrapped",
        ),
        (GOOD + "MYNA_NEEDS = ('netwrok',)", "MYNA_NEEDS names 'netwrok'; did you mean network?"),
        (
            GOOD + "MYNA_NEEDS = ('the moon',)",
            "MYNA_NEEDS names 'the moon'; it may be network, microphone, camera, files",
        ),
        (
            GOOD + "MYNA_NEEDS = 'network'",
            "MYNA_NEEDS must be a tuple of network, microphone, camera, files, not 'network'",
        ),
        (GOOD + "MYNA_NEEDS = (['network'],)", "MYNA_NEEDS names ['network']; did you mean network?"),
        (GOOD + "MYNA_REQUIRES = '>=99'", "it asks for Myna >=99, and this is "),
        (GOOD + "MYNA_REQUIRES = 'new'", "MYNA_REQUIRES: 'new' is not made of clauses like '>=0.1'"),
        (GOOD + "MYNA_REQUIRES = 1", "MYNA_REQUIRES must be a text like '>=0.1', not 1"),
    ],
)
def test_a_mistake_is_named_and_the_others_run(installed, source, error):
    loaded = load(installed("bad", source), installed("good", GOOD))
    bad = status(loaded, "bad")
    assert bad.state == "failed"
    assert bad.error.startswith(error)
    assert "\n" not in bad.error
    raised = re.match(r"(\w+(Error|Exit)): ", error)
    assert (bad.traceback != "") == bool(raised), "what the plugin itself raised has a traceback"
    assert commands(loaded) == ["installed_good"]


def test_a_plugin_that_fails_registers_nothing_at_all(installed):
    half = GOOD + "\n@hookimpl\ndef myna_obzerve(event): ...\n"
    loaded = load(installed("half", half))
    assert status(loaded, "half").state == "failed"
    assert commands(loaded) == []


def test_an_argument_of_the_plugins_own_may_have_a_default(installed):
    source = """
    from myna.hookspecs import CommandInfo, hookimpl
    @hookimpl
    def myna_register_commands(name="own"):
        return [CommandInfo(name, "", "")]
    """
    assert commands(load(installed("own", source))) == ["own"]


def test_a_disabled_plugin_is_listed_and_not_imported(installed):
    loaded = load(installed("good", GOOD), installed("off", "raise AssertionError"), disabled=("off",))
    off = status(loaded, "off")
    assert (off.state, off.error, off.hooks) == ("disabled", "", ())
    assert "installed_off" not in sys.modules
    assert commands(loaded) == ["installed_good"]


def test_only_leaves_out_the_others(installed):
    loaded = load(installed("good", GOOD), installed("off", "raise AssertionError"), only=("good",))
    assert [plugin.state for plugin in loaded.plugins()] == ["active", "disabled"]


def test_disabled_beats_only(installed):
    loaded = load(installed("good", GOOD), only=("good",), disabled=("good",))
    assert status(loaded, "good").state == "disabled"


def test_names_that_nobody_has_are_noted(installed):
    findings = load(installed("good", GOOD), disabled=("goood",), only=("good", "zzz")).health(Settings())
    assert [(finding.level, finding.text) for finding in findings] == [
        ("note", "plugins.disabled names goood, but there is no such plugin; did you mean good?"),
        ("note", "plugins.only names zzz, but there is no such plugin"),
        ("ok", "1 loaded: good"),
    ]


def test_the_second_plugin_of_a_name_is_refused(installed):
    first = installed("twin", GOOD, module="installed_first")
    second = installed("twin", GOOD, module="installed_second")
    loaded = load(first, second)
    assert [(plugin.origin, plugin.state) for plugin in loaded.plugins()] == [
        ("installed_first", "active"),
        ("installed_second", "failed"),
    ]
    assert loaded.plugins()[1].error == "another plugin, installed_first, already has the name twin"
    assert commands(loaded) == ["installed_first"]
    assert "installed_second" not in sys.modules


def test_one_module_under_two_names_is_called_once(installed):
    entry = installed("one", GOOD)
    loaded = load(entry, EntryPoint("two", entry.value, host.GROUP))
    assert sorted(plugin.state for plugin in loaded.plugins()) == ["active", "failed"]
    assert commands(loaded) == ["installed_one"]


def test_own_plugins_come_before_those_of_others_and_given_ones_before_all(installed):
    class Given:
        @hookimpl
        def myna_register_commands(self):
            return [CommandInfo("given", "", "")]

    entries = [installed("b", GOOD), installed("a", GOOD), EntryPoint("models", "myna_models.plugin", host.GROUP)]
    loaded = load(*entries, extra=[("z", Given())])
    assert [plugin.name for plugin in loaded.plugins()] == ["z", "models", "a", "b"]
    ours = [name for name in commands(loaded) if name == "given" or name.startswith("installed_")]
    assert ours == ["given", "installed_a", "installed_b"]


def test_tryfirst_and_trylast_move_an_implementation(installed):
    moved = GOOD.replace("@hookimpl", "@hookimpl(%s=True)")
    loaded = load(installed("a", moved % "trylast"), installed("b", GOOD), installed("c", moved % "tryfirst"))
    assert commands(loaded) == ["installed_c", "installed_b", "installed_a"]


def test_a_closed_host_calls_nobody(installed):
    loaded = load(installed("good", GOOD))
    loaded.close()
    assert commands(loaded) == []


@pytest.mark.parametrize(
    ("version", "requires", "fits"),
    [
        ("0.1.0", ">=0.1", True),
        ("0.1", ">=0.1.0", True),
        ("0.1.0", ">=0.1,<1", True),
        ("1.0", ">=0.1,<1", False),
        ("0.10", ">0.9", True),
        ("0.2.0rc1", ">=0.2", True),
        ("0.2", "!=0.2.0", False),
        ("0.2", "== 0.2.0", True),
        ("0.2.1", "<=0.2", False),
    ],
)
def test_versions_compare_by_number(version, requires, fits):
    from myna.requires import satisfies

    assert satisfies(version, requires) is fits


@pytest.mark.parametrize("requires", ["", "0.1", ">=", ">=0.1,", "~=1", ">=0.1 and more"])
def test_a_requirement_that_makes_no_sense_is_refused(requires):
    from myna.requires import satisfies

    with pytest.raises(ValueError, match="not made of clauses"):
        satisfies("0.1", requires)
