"""Without a configuration nothing of this is loaded, and no socket is opened."""

import subprocess
import sys

PROGRAM = """
import socket, sys
sys.addaudithook(lambda event, _: sys.exit(f"{event} happened") if event.startswith("socket.") else None)
from myna.config import PluginSettings, Settings
from myna.host import PluginHost
from myna_remote.plugin import RemotePlugin

host = PluginHost.load(PluginSettings(), extra=[("remote", RemotePlugin())], entry_points=())
settings = Settings()
assert host.offered_models(settings) == []
assert [finding.area for finding in host.health(settings)] == ["plugins"]
assert host.engines()[0].name == "remote"
try:
    host.resolve_model("cluster", "chat", settings)
except Exception as error:
    assert type(error).__name__ == "ModelMissing", error
loaded = {name.partition(".")[0] for name in sys.modules} & {"httpx", "anyio", "ssl"}
print(sorted(loaded), "myna_remote.worker" in sys.modules)
"""


def test_nothing_happens():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("[] False\n", "")
