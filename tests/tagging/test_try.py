"""The page to try a tagger in, with transformers.js in a browser and without a network."""

import functools
import http.server
import shutil
import threading

import pytest

from tagging.exported import TEXT
from tagging.test_clients import CLIENTS

pytestmark = pytest.mark.slow
TEXTS = [TEXT.replace(" .", "."), "Ana vive en Oslo.\n\nGil va a Bergen."]


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A server that says nothing."""

    def log_message(self, *_):
        """Do nothing."""


@pytest.fixture
def site(exported, tmp_path):
    """Where the export is served, with what npm installs beside its page."""
    modules = CLIENTS / "node_modules"
    if not (modules / "onnxruntime-web").exists():
        pytest.skip("no transformers.js (npm install --ignore-scripts in tests/clients)")
    shutil.copytree(exported, tmp_path / "export")
    (tmp_path / "export/try/node_modules").symlink_to(modules)
    handler = functools.partial(Quiet, directory=tmp_path)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


def test_the_page_marks_entities_and_asks_nobody(browser, site):
    page, elsewhere = browser.new_page(), []
    page.on("request", lambda one: one.url.startswith(site) or elsewhere.append(one.url))
    page.goto(site + "export/try/index.html")
    page.wait_for_selector("#find:enabled", timeout=60_000)
    for text in TEXTS:
        page.fill("#text", text)
        page.click("#find")
        page.wait_for_function("document.getElementById('status').textContent.includes(' ms')")
        shown = page.eval_on_selector(
            "#result", "one => [...one.childNodes].map(part => (part.firstChild ?? part).data)"
        )
        assert "".join(shown) == text
        kinds = page.eval_on_selector_all(
            "#result mark", "marks => marks.map(one => one.className)"
        )
        assert kinds
        assert set(kinds) <= {"PER", "ORG", "LOC", "MISC"}
        page.evaluate("document.getElementById('status').textContent = ''")
    assert elsewhere == []
    page.close()


def test_without_transformers_js_the_page_says_what_it_needs(browser, exported):
    page = browser.new_page()
    page.goto((exported / "try/index.html").as_uri())
    page.wait_for_function("document.getElementById('status').textContent.startsWith('It does')")
    assert page.is_disabled("#find")
    page.close()
