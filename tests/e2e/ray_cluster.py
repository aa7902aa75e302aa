"""A cluster of Ray on this machine with one or two replicas of the server; test_ray.py starts it, and tells it to end.

It begins with one replica, and has two once requests wait. Prints one line of JSON for each command that it reads:
`scale N`, `end`.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import ray
from ray import serve

from myna_ray import Arguments, Replica

GROWING = {
    "min_replicas": 1,
    "max_replicas": 2,
    "target_ongoing_requests": 1,
    "upscale_delay_s": 0.5,
    # Told every 10 s, the mean of half a minute would take its time.
    "metrics_interval_s": 0.3,
    "look_back_period_s": 1,
}


def deploy(replicas: int = 0) -> None:
    """`replicas`: 0 for as many as the requests need."""
    options: dict[str, Any] = {
        **({"num_replicas": replicas} if replicas else {"autoscaling_config": GROWING}),
        "max_ongoing_requests": 16,
        "graceful_shutdown_wait_loop_s": 0.2,
        "graceful_shutdown_timeout_s": 20,
        "health_check_period_s": 1,
        # Shares of a core: this machine has other work.
        "ray_actor_options": {"num_cpus": 0.1},
    }
    arguments = Arguments(home=os.environ["MYNA_HOME"], open=True)
    serve.run(Replica.options(**options).bind(arguments.model_dump()), name="myna", route_prefix="/")


def begin(folder: str, tries: int) -> None:
    """Start Ray. It gives itself 30 s for that, which on a busy machine may be too few: then all begins anew."""
    try:
        ray.init(
            num_cpus=2,
            include_dashboard=False,
            logging_level="warning",
            log_to_driver=False,
            object_store_memory=80 * 1024 * 1024,
            _temp_dir=f"{folder}/{tries}",
        )
    except Exception as error:
        if tries <= 1 or "timed out during startup" not in str(error):
            raise
        # In the same process, whose children are ended with it.
        os.execv(sys.executable, [sys.executable, *sys.argv[:3], str(tries - 1)])


def main(port: int, folder: str, tries: int = 3) -> None:
    begin(folder, tries)
    serve.start(http_options={"host": "127.0.0.1", "port": port}, proxy_location="HeadOnly")
    deploy()
    say(ready=True)
    for line in sys.stdin:
        command, _, number = line.strip().partition(" ")
        if command == "scale":
            deploy(int(number))
            say(replicas=int(number))
        elif command == "end":
            break
    serve.shutdown()
    ray.shutdown()


def say(**what: object) -> None:
    sys.__stdout__.write(json.dumps(what) + "\n")
    sys.__stdout__.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], *map(int, sys.argv[3:]))
