import json
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from unitrans import Tagger

pytest.importorskip("starlette", reason="the extra serve is not installed")
from unitrans.tagging import server

CLIENTS = 32
TEXTS = ["Ana vive en Oslo.", "Gil va a Bergen. ¿Y José?", "", "La Universidad de Oslo. " * 9]
INTERFACE = (
    '<View><Labels name="who" toName="words"><Label value="PER"/></Labels>'
    '<Text name="words" value="$body"/></View>'
)


@pytest.fixture(scope="module")
def expected(folder):
    tagger = Tagger(folder, threads=1)
    return [[(one.type, one.start, one.end) for one in tagger(text)] for text in TEXTS]


@pytest.fixture(scope="module")
def address(folder):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "unitrans.tagging.server", str(folder), "--threads", "1"]
    process = subprocess.Popen([*command, "--port", str(port), "--most-bytes", "20000"])
    where = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(where + "/health").read()
                break
            except OSError:
                time.sleep(0.2)
        yield where, process.pid
    finally:
        process.terminate()
        process.wait(20)


def ask(address, path, body, *, raw=None):
    content = raw if raw is not None else json.dumps(body).encode()
    request = urllib.request.Request(address[0] + path, content, method="POST")
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def places(entities):
    return [(one["type"], one["start"], one["end"]) for one in entities]


def test_a_text_has_its_entities(address, expected):
    for text, own in zip(TEXTS, expected, strict=True):
        status, answer = ask(address, "/tag", {"text": text})
        assert status == 200
        assert places(answer["entities"]) == own
        for one in answer["entities"]:
            assert text[one["start"] : one["end"]] == one["text"]


def test_several_texts_have_an_answer_each(address, expected):
    _, answer = ask(address, "/tag", {"texts": TEXTS})
    assert [places(one["entities"]) for one in answer["results"]] == expected


def test_it_says_what_it_is(address):
    with urllib.request.urlopen(address[0] + "/health") as answer:
        health = json.load(answer)
    assert health["status"] == "UP"
    assert health["types"] == ["PER", "ORG", "LOC", "MISC"]


def test_label_studio_gets_suggestions_in_its_own_words(address, expected):
    assert ask(address, "/setup", {"project": "1", "schema": INTERFACE})[0] == 200
    tasks = [{"id": number, "data": {"body": text}} for number, text in enumerate(TEXTS)]
    _, answer = ask(address, "/predict", {"tasks": tasks, "label_config": INTERFACE})
    for one, own in zip(answer["results"], expected, strict=True):
        values = [region["value"] for region in one["result"]]
        assert [(v["labels"][0], v["start"], v["end"]) for v in values] == own
        assert all(region["from_name"] == "who" for region in one["result"])
        assert all(region["to_name"] == "words" for region in one["result"])
    assert ask(address, "/webhook", {"action": "ANNOTATION_CREATED"})[0] == 201


@pytest.mark.parametrize(
    ("path", "raw", "status", "message"),
    [
        ("/tag", b"{", 400, "found no JSON"),
        ("/tag", b"[]", 400, "found list; expected a JSON object"),
        ("/tag", b"{}", 400, 'expected "text", a string'),
        ("/tag", b'{"texts": [1]}', 400, 'expected "text", a string'),
        ("/tag", b"\xff\xfe", 400, "found no JSON"),
        ("/tag", b"[" * 10_000, 400, "found no JSON"),
        ("/tag", b"x" * 20_001, 413, "expected 20,000 bytes at most"),
        ("/predict", b"{}", 400, "found no tasks"),
        ("/predict", b'{"tasks": [{}]}', 400, "task 1: found no text"),
        ("/predict", b'{"tasks": [], "label_config": "<"}', 400, "label_config: found no XML"),
        ("/predict", b'{"tasks": [], "label_config": "<View/>"}', 400, "found no Labels"),
        ("/nowhere", b"{}", 404, "Not Found"),
    ],
)
def test_a_bad_request_gets_one_clear_answer(address, path, raw, status, message):
    found, answer = ask(address, path, None, raw=raw)
    assert (found, list(answer)) == (status, ["error"])
    assert message in answer["error"]
    assert "\n" not in answer["error"]


def memory(pid):
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        pytest.skip("there is no /proc to read a process' memory from")
    return int(re.search(r"VmRSS:\s+(\d+)", status.read_text())[1]) / 1024


@pytest.mark.slow
def test_many_clients_at_once_get_the_right_answers_in_flat_memory(address, expected):
    def client(number):
        which = number % len(TEXTS)
        _, answer = ask(address, "/tag", {"text": TEXTS[which]})
        return places(answer["entities"]) == expected[which]

    with ThreadPoolExecutor(CLIENTS) as clients:
        assert all(clients.map(client, range(CLIENTS * 5)))
        before = memory(address[1])
        assert all(clients.map(client, range(CLIENTS * 20)))
    assert memory(address[1]) - before < 30  # MB


def test_one_that_waits_too_long_is_told_so(folder):
    from starlette.testclient import TestClient

    busy = threading.Event()

    class Slow:
        types, language = ("PER",), "es"

        def each(self, texts):
            busy.wait(5)
            return iter([[] for _ in texts])

    service = server.Service(Slow(), most_seconds=0.2)
    with TestClient(service.application()) as client:
        answer = client.post("/tag", json={"text": "Ana"})
    busy.set()
    assert answer.status_code == 503
    assert "no answer within 0.2 seconds" in answer.json()["error"]


def test_a_folder_that_is_none_is_refused_in_one_line(tmp_path, capsys):
    assert server.main([str(tmp_path)], run=lambda *_, **__: None) == 1
    err = capsys.readouterr().err
    assert err.startswith("unitrans-serve: ")
    assert err.count("\n") == 1
