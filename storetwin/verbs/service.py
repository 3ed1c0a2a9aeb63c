"""serve, load: the reference service, and its load test."""

from importlib.util import find_spec
from typing import Annotated

import typer

from storetwin.failures import BROKEN, OK, Failure
from storetwin.output import emit, note, progress
from storetwin.verbs.options import Json, Overrides, ScenarioFile


def serve(
    database: Annotated[
        str, typer.Option("--database", help="The SQLite file; created where it is missing.")
    ] = "shop.db",
    host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535)] = 8000,
    sample: Annotated[
        bool, typer.Option("--sample", help="A new shop gets product 12345 with 50 units.")
    ] = False,
    new_key: Annotated[
        bool, typer.Option("--new-key", help="Make another API key, where the first is lost.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Serve orders and stock over HTTP until stopped.

    Prints how to call the service; the API key is shown once.

    \b
    Examples:
      storetwin serve --sample
      storetwin serve --database boutique.db --port 8080
    """
    from adapters.http.service import serve as serve_shop

    _refuse_taken(host, port)

    def announce(line: str) -> None:
        emit({"says": line}, [line], as_json=as_json)

    serve_shop(database, host=host, port=port, sample=sample, new_key=new_key, announce=announce)


def load(
    file: ScenarioFile,
    seconds: Annotated[
        float, typer.Option("--seconds", min=1, max=600, help="How long customers come.")
    ] = 20.0,
    users: Annotated[
        int, typer.Option("--users", min=1, max=1000, help="Requests open at the same time.")
    ] = 50,
    overrides: Overrides = None,
    as_json: Json = False,
) -> int:
    """Load the real service with a busy hour, then audit it.

    The service runs in a process of its own with a temporary database; customers come at the
    scenario's times whether or not it keeps up. Marked writes measure the lag of a poll link and
    an event link. Exit code 1 when an invariant is broken.

    \b
    Examples:
      storetwin load scenarios/library/boutique.yaml
      storetwin load shop.yaml --seconds 60 --users 200 --json
    """
    # Only looked for: importing locust would replace this process's sockets.
    if find_spec("locust") is None:
        message = "load needs locust; install it with: pip install 'storetwin[load]'"
        raise Failure(message)
    from benchmarks.load import lab
    from benchmarks.load.service import ServiceFailed
    from scenarios import catalogue
    from scenarios.loader import load as load_scenario

    loaded = load_scenario(file, overrides or ())
    with progress(f"load for {seconds:g} s"):
        try:
            outcome = lab.run(loaded.scenario, catalogue.read(loaded), seconds=seconds, users=users)
        except (lab.LoadFailed, ServiceFailed) as error:
            raise Failure(str(error), BROKEN) from error
    emit(outcome.document(), lab.lines(outcome), as_json=as_json)
    if not outcome.holds:
        note("an invariant is broken")
    return OK if outcome.holds else BROKEN


def _refuse_taken(host: str, port: int) -> None:
    """Refuse a port that somebody listens on already."""
    import socket

    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            message = (
                f"cannot listen on {host}:{port}: {error.strerror or error}; try --port {port + 1}"
            )
            raise Failure(message) from error
