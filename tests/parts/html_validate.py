"""html-validate, whose rules go beyond what parsers mind; one run for as many pages as there are."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.parts.real import missing
from tests.parts.source import ROOT

#: Where .ci/parts puts it.
PROGRAM = ROOT / "build/node/node_modules/html-validate/bin/html-validate.mjs"
#: The first has in it what "standard" and "a11y" have; the second is what can be told of whole documents alone.
PRESETS = ("html-validate:recommended", "html-validate:document")
RULES = {
    # Either spelling makes a standards-mode page.
    "doctype-style": "off",
    # A button submits and an input takes text unless told otherwise, and each byte of a page is counted.
    "no-implicit-button-type": "off",
    "no-implicit-input-type": "off",
    # Boxes that are ticked together share a name, and so do the hidden fields that keep them; it cannot know of those.
    "form-dup-name": "off",
    # What a page loads from its own site needs no fingerprint.
    "require-sri": ["error", {"target": "crossorigin"}],
    # With text at double size on a narrow screen, "Call 0808 800 5000" has to break to stay on it.
    "tel-non-breaking": "off",
}
#: What holds for the providers' page beside that.
OF_REPORTS = {
    # On narrow screens its tables are blocks to the stylesheet, and browsers would no longer tell that they are tables.
    "no-redundant-role": "off",
}


def mistakes(folder: Path, pages: Mapping[str, str], rules: Mapping[str, object] = RULES) -> list[str]:
    """What is wrong with these pages (name -> HTML), a line each; they are laid in `folder`."""
    node = shutil.which("node")
    if node is None or not PROGRAM.exists():
        missing("html-validate", package="npm && bash .ci/parts")
    folder.mkdir(exist_ok=True)
    (folder / "rules.json").write_text(json.dumps({"root": True, "extends": PRESETS, "rules": rules}))
    files = {str(folder / f"{number}.html"): name for number, name in enumerate(pages)}
    for path, name in files.items():
        Path(path).write_text(pages[name], "utf-8", newline="")
    # Into a file, because it ends before a pipe has taken more than 64 kB.
    options = ["--config", str(folder / "rules.json"), "--formatter", f"json={folder / 'found.json'}"]
    command = [node, str(PROGRAM), *options, *files]
    run = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd=folder)
    if not (folder / "found.json").exists():
        raise RuntimeError(f"html-validate ended with {run.returncode}: {run.stdout}{run.stderr}")
    return [
        f"{files[found['filePath']]}, line {one['line']}: {one['ruleId']}: {one['message']}"
        for found in json.loads((folder / "found.json").read_text("utf-8"))
        for one in found["messages"]
    ]
