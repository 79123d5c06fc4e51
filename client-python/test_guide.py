"""Every Python snippet of the guide runs as it stands, as a program of its own, and its lines arrive.

Snippets under a comment that says so need a framework; check_frameworks.py runs those.
"""

from __future__ import annotations

import pathlib
import re
import tempfile
import unittest

from fake_loki import FakeLoki
from programs import HERE, run_file

GUIDE = HERE.parent / "docs" / "guide"
SNIPPET = re.compile(r"^(<!-- run by [^\n]*-->\n)?```python(?: file=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)

FENCE = re.compile(r"^([^\n]*)\n```(\S[^\n]*)$", re.MULTILINE)


class GuideTest(unittest.TestCase):
    def test_snippets(self) -> None:
        ran = 0
        for page in sorted(GUIDE.glob("python-*.md")):
            for marked, _, code in SNIPPET.findall(page.read_text()):
                if marked:
                    continue
                with self.subTest(page.name, code=code), FakeLoki() as loki, tempfile.TemporaryDirectory() as folder:
                    script = pathlib.Path(folder) / "snippet.py"
                    script.write_text(code)
                    result = run_file(script, LOKI_URL=loki.url, TMPDIR=folder)
                    self.assertEqual((0, ""), (result.status, result.err))
                    self.assertGreater(len(loki.lines), 0)
                    ran += 1
        self.assertGreaterEqual(ran, 7)


    def test_what_is_not_run_says_so(self) -> None:
        for page in sorted(GUIDE.glob("python-*.md")):
            for mark, language in FENCE.findall(page.read_text()):
                with self.subTest(page.name, language=language):
                    self.assertTrue(language.startswith("python") or mark.startswith("<!-- not run"), mark)


if __name__ == "__main__":
    unittest.main()
