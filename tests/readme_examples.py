"""The examples of the README, and whether they do what they show."""

import contextlib
import os
import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# What a command builds is looked at for what it prints: the profile of the other checks, which have built most of it, will
# do, and saves some minutes.
FOR_USERS = " --release"


class Example:
    """A fenced block of the README: its language, its text, its line, and why it is passed over, if it is."""

    def __init__(self, language, text, line, reason):
        self.language = language
        self.text = text
        self.line = line
        self.reason = reason

    def run(self, python):
        """What is wrong with the example; None if nothing is. `python` is the interpreter that has the package."""
        return self.run_python(python) if self.language == "python" else self.run_console(python.parent)

    def run_python(self, python):
        """A block with `>>>` is a session whose answers must be as shown, any other must run without an exception."""
        if ">>>" in self.text:
            driver = ("import doctest, sys\nfinder = doctest.DocTestParser()\n"
                      "test = finder.get_doctest(sys.stdin.read(), {}, 'README.md', 'README.md', 0)\n"
                      "sys.exit(doctest.DocTestRunner().run(test).failed > 0)")
        else:
            driver = "import sys\nexec(compile(sys.stdin.read(), 'README.md', 'exec'), {'__name__': '__main__'})"
        done = subprocess.run([python, "-c", driver], input=self.text, cwd=ROOT, text=True, encoding="utf-8",
                              capture_output=True, timeout=600)
        return None if done.returncode == 0 else (done.stdout + done.stderr).strip() or "it failed without a word"

    def run_console(self, programs):
        """Lines behind `$` are commands; the lines between them what they print, `...` standing for anything."""
        commands, problems = [], []
        for line in self.text.splitlines():
            if line.startswith("$ "):
                commands.append((line[2:], []))
            elif commands:
                commands[-1][1].append(line)
        environment = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', '')}"}
        for command, expected in commands:
            command = command.replace(FOR_USERS, "")
            print(f"$ {command}", flush=True)
            done = subprocess.run(["bash", "-c", command], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
                                  text=True, encoding="utf-8", capture_output=True, timeout=1200)
            print(done.stdout, end="")
            if done.returncode != 0:
                problems.append(f"`{command}` gave {done.returncode}: {done.stderr.strip()[-2000:]}")
            elif not matches(expected, done.stdout):
                problems.append(f"`{command}` printed\n{done.stdout}instead of\n" + "\n".join(expected))
        if not commands:
            problems.append("no line begins with `$ `")
        return "\n".join(problems) or None


def matches(expected, printed):
    """Whether a command printed what the README shows; no shown line means that any output will do.

    `...` stands for anything within a line, and alone in a line for any number of lines.
    """
    expected = [line.rstrip() for line in expected if line.strip()]
    if not expected:
        return True
    pattern = "".join(
        r"(?:[^\n]*\n)*?" if line.strip() == "..." else r"[^\n]*".join(map(re.escape, line.split("..."))) + r"\n"
        for line in expected
    )
    printed = "".join(line.rstrip() + "\n" for line in printed.splitlines() if line.strip())
    return re.fullmatch(pattern, printed) is not None


def examples():
    """The fenced blocks of the README in Python and of the console. `<!-- not run: why -->` above a block passes it over."""
    examples, block, reason = [], None, None
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines(), 1):
        if block is None and (opened := re.fullmatch(r"```(\w+)", line.strip())):
            block = Example(opened[1], "", number, reason)
        elif block is not None and line.strip() == "```":
            if block.language in ("python", "console"):
                examples.append(block)
            block, reason = None, None
        elif block is not None:
            block.text += line + "\n"
        elif passed_over := re.fullmatch(r"<!-- not run: (.+) -->", line.strip()):
            reason = passed_over[1]
        elif line.strip():
            reason = None
    return examples


@contextlib.contextmanager
def nothing_left(*kept):
    """Takes away what examples make in the project's folder, but for these."""
    before = set(ROOT.iterdir())
    try:
        yield
    finally:
        for made in set(ROOT.iterdir()) - before - set(kept):
            shutil.rmtree(made) if made.is_dir() else made.unlink()
