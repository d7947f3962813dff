"""The command unitrans-serve: a tagger that answers over HTTP.

Beside its own interface it has that of Label Studio's machine-learning backends, so that an
annotator sees suggestions.
"""

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from unitrans.errors import InputError
from unitrans.jobs.log import failure
from unitrans.tagging.command import share, whole_number
from unitrans.tagging.formats import MODEL, prediction
from unitrans.tagging.tagger import Tagger

try:
    import uvicorn
    from starlette.applications import Starlette
    from starlette.concurrency import run_in_threadpool
    from starlette.exceptions import HTTPException
    from starlette.requests import Request
    from starlette.responses import JSONResponse
    from starlette.routing import Route
except ImportError as error:
    raise SystemExit(
        "unitrans-serve: found no starlette and uvicorn; expected both: pip install '.[serve]'"
    ) from error

MOST_BYTES = 1_000_000  # of a request
MOST_SECONDS = 60.0  # of an answer
MOST_INTERFACE = 100_000  # characters of Label Studio's description of an interface


class Service:
    """What the server answers.

    Args:
        tagger: The tagger. One request at a time uses it; the others wait.
        most_bytes: Of a request.
        most_seconds: Of an answer, waiting included.
    """

    def __init__(
        self,
        tagger: Tagger,
        *,
        most_bytes: int = MOST_BYTES,
        most_seconds: float = MOST_SECONDS,
    ) -> None:
        self.tagger = tagger
        self.most_bytes = most_bytes
        self.most_seconds = most_seconds
        self._turn = asyncio.Lock()

    def application(self) -> Starlette:
        """Put the answers at their addresses.

        Returns:
            The application.
        """
        routes = [
            Route("/tag", self.tag, methods=["POST"]),
            Route("/health", self.health),
            Route("/", self.health),
            Route("/setup", self.setup, methods=["POST"]),
            Route("/predict", self.predict, methods=["POST"]),
            Route("/webhook", self.webhook, methods=["POST"]),
        ]
        return Starlette(routes=routes, exception_handlers={HTTPException: _refuse})

    async def tag(self, request: Request) -> JSONResponse:
        """Tag one text or several: ``{"text": ...}`` or ``{"texts": [...]}``."""
        body = await self._json(request)
        if isinstance(body.get("text"), str):
            (found,) = await self._entities([body["text"]])
            return JSONResponse({"entities": found})
        texts = body.get("texts")
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise _bad('found neither; expected "text", a string, or "texts", a list of strings')
        return JSONResponse({"results": [{"entities": f} for f in await self._entities(texts)]})

    async def health(self, request: Request) -> JSONResponse:
        """Say that the server is there, and what it finds."""
        types, language = list(self.tagger.types), self.tagger.language
        return JSONResponse(
            {"status": "UP", "model_class": MODEL, "language": language, "types": types}
        )

    async def setup(self, request: Request) -> JSONResponse:
        """Answer Label Studio when a project is connected."""
        await self._json(request)
        return JSONResponse({"model_version": MODEL})

    async def webhook(self, request: Request) -> JSONResponse:
        """Take notice of Label Studio's events; nothing is trained here."""
        await self._json(request)
        return JSONResponse({}, status_code=201)

    async def predict(self, request: Request) -> JSONResponse:
        """Suggest entities for Label Studio's tasks."""
        body = await self._json(request)
        tasks = body.get("tasks")
        if not isinstance(tasks, list):
            raise _bad("found no tasks; expected a list of them")
        tag, to, key = interface(body.get("label_config"))
        texts = []
        for number, task in enumerate(tasks, 1):
            data = task.get("data") if isinstance(task, dict) else None
            text = data.get(key) if isinstance(data, dict) else None
            if not isinstance(text, str):
                raise _bad(f"task {number}: found no text; expected one under data.{key}")
            texts.append(text)
        found = await self._entities(texts)
        return JSONResponse({"results": [prediction(own, tag, to) for own in found]})

    async def _json(self, request: Request) -> dict[str, Any]:
        """Read a request that holds a JSON object."""
        content = bytearray()
        async for part in request.stream():
            content += part
            if len(content) > self.most_bytes:
                raise HTTPException(413, f"found more; expected {self.most_bytes:,} bytes at most")
        try:
            body = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise _bad(f"found no JSON ({error}); expected an object") from error
        if not isinstance(body, dict):
            raise _bad(f"found {type(body).__name__}; expected a JSON object")
        return body

    async def _entities(self, texts: Sequence[str]) -> list[list[dict[str, Any]]]:
        """Tag texts when it is this request's turn."""
        try:
            async with asyncio.timeout(self.most_seconds):
                async with self._turn:
                    return await run_in_threadpool(self._tag, texts)
        except TimeoutError as error:
            raise HTTPException(503, f"no answer within {self.most_seconds:g} seconds") from error

    def _tag(self, texts: Sequence[str]) -> list[list[dict[str, Any]]]:
        return [
            [
                {key: getattr(one, key) for key in ("type", "start", "end", "text", "score")}
                for one in found
            ]
            for found in self.tagger.each(texts)
        ]


def interface(description: object) -> tuple[str, str, str]:
    """Find what an interface of Label Studio calls labels and text.

    Args:
        description: Its XML, or nothing.

    Returns:
        The names of the labels and of the text, and the key of the text in a task's data.

    Raises:
        HTTPException: It is no such XML, or has no labels for a text.
    """
    if not description:
        return "label", "text", "text"
    if not isinstance(description, str) or len(description) > MOST_INTERFACE:
        raise _bad("label_config: found no short text; expected the XML of an interface")
    try:
        root = ElementTree.fromstring(description)
    except ElementTree.ParseError as error:
        raise _bad(f"label_config: found no XML ({error}); expected an interface") from error
    texts = {one.get("name"): one.get("value", "") for one in root.iter("Text")}
    for labels in root.iter("Labels"):
        to = labels.get("toName")
        if to in texts:
            return str(labels.get("name")), str(to), texts[to].removeprefix("$") or "text"
    raise _bad("label_config: found no Labels of a Text; expected both")


def _bad(message: str) -> HTTPException:
    return HTTPException(400, message)


async def _refuse(request: Request, error: Exception) -> JSONResponse:
    """Say in one line why there is no answer."""
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": error.detail}, status_code=error.status_code)


def parser() -> argparse.ArgumentParser:
    """Describe the command line.

    Returns:
        The parser.
    """
    command = argparse.ArgumentParser(
        "unitrans-serve", description="Answer over HTTP with the entities of texts."
    )
    command.add_argument("student", type=Path, help="folder of the tagger")
    command.add_argument("--host", default="127.0.0.1", help="address to listen at (127.0.0.1)")
    command.add_argument("--port", type=_port, default=9090, help="port to listen at (9090)")
    command.add_argument("--language", help="ISO 639-1 code (the one that the folder names)")
    command.add_argument("--threads", type=whole_number, help="cores to compute with (all)")
    command.add_argument(
        "--threshold", type=share, default=0.0, help="leave out entities with lower scores (0)"
    )
    command.add_argument(
        "--most-bytes", type=int, default=MOST_BYTES, help=f"of a request ({MOST_BYTES:,})"
    )
    command.add_argument(
        "--most-seconds", type=float, default=MOST_SECONDS, help=f"of an answer ({MOST_SECONDS:g})"
    )
    return command


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 <= int(text[:6]) <= 65535:
        raise argparse.ArgumentTypeError(f"found {text[:20]!r}; expected 0 to 65535")
    return int(text)


def main(arguments: Sequence[str] | None = None, *, run: Callable[..., None] = uvicorn.run) -> int:
    """Run the command.

    Args:
        arguments: The command line; None for the process' own.
        run: What serves an application.

    Returns:
        The exit status: 1 where the folder cannot be used.
    """
    options = parser().parse_args(arguments)
    try:
        tagger = Tagger(
            options.student,
            language=options.language,
            threads=options.threads,
            threshold=options.threshold,
        )
        service = Service(tagger, most_bytes=options.most_bytes, most_seconds=options.most_seconds)
        run(service.application(), host=options.host, port=options.port, log_level="warning")
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except InputError as error:
        print(f"unitrans-serve: {failure(error, options.student)}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
