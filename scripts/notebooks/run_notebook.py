"""Executes one tslab notebook and writes the executed copy, or fails with the cell, its source and the error.

    python run_notebook.py SOURCE.ipynb --out EXECUTED.ipynb --cwd notebooks --root . [--timeout 300] [--name 01-explore]

The kernel never sends an `error` message: it prints the error on stderr and answers with status `error`; a
promise that fails after its cell has ended is printed under a later cell, with status `ok`. So this runner reads
the streams itself, and waits a moment after the last cell. Progress goes to standard output, one line a cell.
A signal ends it and its kernel; with --with-parent so does the end of standard input, whose other side the parent
holds: it ends however the parent does.
"""

import argparse
import asyncio
import os
import queue
import re
import signal
import sys
import tempfile
import threading
import time
from contextlib import AsyncExitStack
from pathlib import Path

import nbformat
from jupyter_client.kernelspec import NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete, CellExecutionError, DeadKernelError
from nbformat import NotebookNode

KERNEL = {"display_name": "TypeScript", "language": "typescript", "name": "tslab"}
# What the kernel says of itself, word for word: JupyterLab writes it into every notebook that it opens.
LANGUAGE = {
    "codemirror_mode": {"mode": "typescript", "name": "javascript", "typescript": True},
    "file_extension": ".ts",
    "mimetype": "text/typescript",
    "name": "typescript",
    "version": "3.7.2",
}
LATE = re.compile(r"^(UncaughtException|UnhandledPromiseRejection):", re.MULTILINE)
REFUSED_TAGS = {
    "raises-exception": "the kernel would skip the cells after it and report success",
    "skip-execution": "its outputs would be those of another run",
}
# What is still an absolute path after the known folders were replaced: a place on one machine.
ABSOLUTE = re.compile(
    r"(?<![\w.:/<~>-])/(?:home|root|Users|tmp|var|private|opt|usr|mnt|srv|work|workspace)/[^\s\"'<>)]+"
    r"|(?<![\w])[A-Za-z]:\\(?:Users|Windows|Temp|Program Files)[^\s\"'<>)]*"
)
# What a finished progress line says of its time: another in every run.
TOOK = re.compile(r"( of [\d,]+) in (?:\d+(?:\.\d+)? s|\d+ min \d+ s)")
# Bytes that one cell may put out: many times a whole notebook that can be shown. Each message takes some of the memory, too.
MOST_OUTPUT = 64 << 20
OF_MESSAGE = 1 << 10
# Frames of the kernel and of Node say nothing about the notebook.
FRAME = re.compile(r"^\s+at .*(node:|node_modules[\\/](@tslab|tslab|commander)[\\/]|tslab[\\/]dist)")


class NotebookFailed(Exception):
    """One message for people: where, what was run, what it said."""


class Interrupted(Exception):
    """A signal, or the end of the parent."""


class TooMuchOutput(Exception):
    """A cell that puts out more than a notebook can hold, perhaps without end."""


class KernelDidNotStart(Exception):
    """Two kernels that start at once may choose the same port: worth another try."""


class TslabClient(NotebookClient):
    """nbclient that also keeps what a cell prints after it has ended, and that can be stopped."""

    def __init__(self, nb: NotebookNode, **options):
        super().__init__(nb, **options)
        self.cell_of_message: dict[str, int] = {}
        self.late: list[tuple[int, str]] = []
        self.put_out = 0
        self.reason: Exception | None = None

    def stop(self, reason: Exception) -> None:
        """Ends the cell under way as if its kernel had died; the kernel ends with it, without being asked."""
        self.reason = self.reason or reason
        self.shutdown_kernel = "immediate"
        if self.task_poll_for_reply is not None:
            self.task_poll_for_reply.cancel()

    def count(self, msg: dict) -> None:
        self.put_out += OF_MESSAGE + size_of(msg["content"])
        if self.put_out > MOST_OUTPUT:
            self.stop(TooMuchOutput())

    async def _async_poll_output_msg(self, parent_msg_id, cell, cell_index):
        self.cell_of_message[parent_msg_id] = cell_index
        self.put_out = 0
        while self.reason is None:
            msg = await self.kc.iopub_channel.get_msg(timeout=None)
            self.count(msg)
            parent = msg["parent_header"].get("msg_id")
            if parent == parent_msg_id:
                try:
                    self.process_message(msg, cell, cell_index)
                except CellExecutionComplete:
                    return
            elif msg["msg_type"] == "stream" and parent in self.cell_of_message:
                self.late.append((self.cell_of_message[parent], msg["content"]["text"]))
            elif msg["msg_type"] == "update_display_data":
                self._update_display_id(msg["content"]["transient"]["display_id"], msg)


def size_of(value) -> int:
    """How much text a message has."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(map(size_of, value.values()))
    return sum(map(size_of, value)) if isinstance(value, list) else 8


class Paths:
    """Replaces the folders of this machine in text: the project's by nothing, home by ~, temporary ones by <tmp>."""

    def __init__(self, root: str, cwd: str):
        known = [(os.path.join(cwd, ""), ""), (cwd, "."), (os.path.join(root, ""), ""), (root, ".")]
        known += [(str(Path.home()), "~"), (tempfile.gettempdir(), "<tmp>")]
        self.known = []
        for folder, instead in known:
            for form in {folder, os.path.realpath(folder) + ("/" if folder.endswith("/") else "")}:
                if form.strip("/\\"):
                    self.known += [("file://" + form, instead), (form, instead)]
        self.known.sort(key=lambda pair: -len(pair[0]))

    def scrub(self, text: str) -> str:
        for folder, instead in self.known:
            text = text.replace(folder, instead)
            text = text.replace(folder.replace("\\", "\\\\"), instead) if "\\" in folder else text
        return text

    def scrub_all(self, value, where: str):
        """Every string of an output; raises for a path that belongs to no known folder."""
        if isinstance(value, str):
            text = self.scrub(value)
            found = ABSOLUTE.search(text)
            if found:
                raise NotebookFailed(
                    f"{where} writes the absolute path {found.group()}, which exists on this machine only: "
                    "print a path relative to the project instead."
                )
            return text
        if isinstance(value, list):
            return [self.scrub_all(item, where) for item in value]
        if isinstance(value, dict):
            kept = {"bdata", "image/png", "image/jpeg", "application/pdf"}  # base64
            return NotebookNode({k: v if k in kept else self.scrub_all(v, where) for k, v in value.items()})
        return value


def stderr_of(cell: NotebookNode) -> str:
    return "".join(o.text for o in cell.get("outputs", []) if o.output_type == "stream" and o.name == "stderr")


def shortened(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if not FRAME.search(line)]
    return "\n".join(lines[:40] + (["…"] if len(lines) > 40 else []))


def indent(text: str) -> str:
    return "\n".join("    " + line for line in text.splitlines())


def refuse_hidden_errors(nb: NotebookNode, name: str) -> None:
    allowed = [nb.metadata, nb.metadata.get("execution", {})] + [cell.metadata for cell in nb.cells]
    if any(metadata.get("allow_errors") for metadata in allowed):
        raise NotebookFailed(f"{name}: the metadata says allow_errors; a notebook here runs without an error. Remove it.")
    for number, cell in numbered(nb):
        for tag, reason in REFUSED_TAGS.items():
            if tag in cell.metadata.get("tags", []):
                raise NotebookFailed(
                    f"{name}, code cell {number} is tagged {tag}: {reason}. Remove the tag; "
                    "to show an error, catch it in the cell and print it."
                )


def numbered(nb: NotebookNode) -> list[tuple[int, NotebookNode]]:
    """The code cells that run, counted from 1, as JupyterLab numbers them after Run All."""
    cells = [cell for cell in nb.cells if cell.cell_type == "code" and cell.source.strip()]
    return list(enumerate(cells, 1))


def coalesced(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Neighbouring pieces of one stream become one output; a carriage return leaves what was written last."""
    joined: list[NotebookNode] = []
    for output in outputs:
        last = joined[-1] if joined else None
        if last and output.output_type == last.output_type == "stream" and output.name == last.name:
            last.text += output.text
        else:
            joined.append(output)
    for output in joined:
        if output.output_type == "stream":
            output.text = re.sub(r"[^\n]*\r(?!\n)", "", output.text)
    return [output for output in joined if output.output_type != "stream" or output.text]


def failure(name: str, number: int, count: int, cell: NotebookNode, what: str, text: str) -> NotebookFailed:
    return NotebookFailed(
        f"{name}, code cell {number} of {count} {what}\n{indent(cell.source)}\n\n{indent(text or 'The kernel gave no text.')}"
    )


async def outputs_arrive(kc) -> None:
    """Waits until the kernel's output channel is open: this kernel answers before it is, and what it sends is lost."""
    for _ in range(60):
        asked = kc.kernel_info()
        try:
            while (await kc.get_iopub_msg(timeout=1))["parent_header"].get("msg_id") != asked:
                pass
            return
        except queue.Empty:
            continue
    raise KernelDidNotStart("It sends no output.")


def stops_with_signals(client: TslabClient) -> None:
    """nbclient's own handlers shut the kernel down and go on with the next cell."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()

    def stop() -> None:
        client.stop(Interrupted())
        task.cancel()

    try:
        for signum in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(signum, stop)
    except NotImplementedError:  # Windows, where Ctrl-C raises KeyboardInterrupt
        pass


def end_with_parent() -> None:
    """Interrupts this process once standard input ends."""

    def wait() -> None:
        while os.read(0, 4096):
            pass
        signal.raise_signal(signal.SIGINT)

    threading.Thread(target=wait, daemon=True).start()


async def execute(nb: NotebookNode, name: str, cwd: str, timeout: float, paths: Paths) -> None:
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    cells = numbered(nb)
    client = TslabClient(
        nb,
        kernel_name="tslab",
        timeout=timeout,
        startup_timeout=120,
        iopub_timeout=60,  # outputs may lag behind the answer on a busy machine: after it they are lost without a word
        interrupt_on_timeout=True,
        error_on_timeout={"ename": "Timeout", "evalue": "", "traceback": []},
        record_timing=False,
        resources={"metadata": {"path": cwd}},
    )
    client.log.disabled = True
    index_of = {id(cell): index for index, cell in enumerate(nb.cells)}
    number_of = {index_of[id(cell)]: number for number, cell in cells}

    async def run(cell: NotebookNode, index: int, **options) -> None:
        try:
            if client.reason is None:
                await client.async_execute_cell(cell, index, **options)
        except DeadKernelError:
            if client.reason is None:
                raise
        if isinstance(client.reason, TooMuchOutput):
            number = number_of.get(index, len(cells))
            raise NotebookFailed(
                f"{name}, code cell {number} of {len(cells)} put out more than {MOST_OUTPUT >> 20} MB and was stopped: "
                "print less, or to a file."
            ) from None
        if client.reason is not None:
            raise client.reason from None

    def raise_if_late(seen: int) -> None:
        for number, cell in cells[:seen]:
            index = index_of[id(cell)]
            text = stderr_of(cell) + "".join(t for i, t in client.late if i == index)
            if LATE.search(text):
                what = "or one before it left a promise or timer behind, which failed after its cell had ended:"
                raise failure(name, number, len(cells), cell, what, paths.scrub(shortened(text)))

    # What the kernel's own process prints is no output of a cell; it matters only when the kernel ends.
    own = tempfile.TemporaryFile()
    async with AsyncExitStack() as running:
        try:
            await running.enter_async_context(client.async_setup_kernel(stdout=own, stderr=own))
        except (RuntimeError, DeadKernelError) as error:
            own.seek(0)
            raise KernelDidNotStart(f"{error}\n{shortened(own.read().decode(errors='replace')[-2000:])}") from None
        stops_with_signals(client)
        await outputs_arrive(client.kc)
        for number, cell in cells:
            started = time.monotonic()
            try:
                await run(cell, index_of[id(cell)], store_history=True)
            except CellExecutionError:
                raise_if_late(number - 1)
                took = time.monotonic() - started
                what = f"was stopped at its limit of {timeout:g} s:" if took >= timeout else "failed:"
                text = paths.scrub(shortened(stderr_of(cell)))
                raise failure(name, number, len(cells), cell, what, text) from None
            except DeadKernelError:
                own.seek(0)
                last = shortened(own.read().decode(errors="replace")[-2000:])
                advice = "If it ran out of memory: a smaller dataset, or NODE_OPTIONS=--max-old-space-size=8192."
                text = paths.scrub(f"{last}\n{advice}".strip())
                raise failure(name, number, len(cells), cell, "ended the kernel:", text) from None
            raise_if_late(number)
            cell.execution_count = number
            first = next((line for line in cell.source.splitlines() if line.strip()), "")
            print(f"{name} {number}/{len(cells)} {time.monotonic() - started:.1f} s  {first[:70]}", flush=True)
        settle = nbformat.v4.new_code_cell("await new Promise(resolve => setTimeout(resolve, 300))")
        nb.cells.append(settle)
        await run(settle, len(nb.cells) - 1)
        nb.cells.pop()
        raise_if_late(len(cells))
        if LATE.search(stderr_of(settle)):
            number, cell = cells[-1]
            what = "or one before it left a promise behind, which failed after the last cell:"
            raise failure(name, number, len(cells), cell, what, paths.scrub(shortened(stderr_of(settle))))
    for index, text in client.late:
        output = nbformat.v4.new_output("stream", name="stdout", text=text)
        nb.cells[index].outputs.append(output) if index in number_of else None


def cleaned(nb: NotebookNode, name: str, paths: Paths) -> NotebookNode:
    """The same bytes from every machine: no paths, no timings, no versions, ids that do not change."""
    nb.metadata = NotebookNode(kernelspec=NotebookNode(KERNEL), language_info=NotebookNode(LANGUAGE))
    for index, cell in enumerate(nb.cells):
        cell.metadata.pop("execution", None)
        cell.setdefault("id", f"cell-{index + 1}")
    for number, cell in numbered(nb):
        where = f"{name}, code cell {number}"
        cell.outputs = [paths.scrub_all(output, where) for output in coalesced(cell.outputs)]
        for data in (output.data for output in cell.outputs if "data" in output):
            if 'role="status"' in data.get("text/html", ""):
                data.update({kind: TOOK.sub(r"\1", data[kind]) for kind in ("text/html", "text/plain") if kind in data})
    nb.nbformat, nb.nbformat_minor = 4, 5
    return nb


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source")
    parser.add_argument("--out", required=True)
    parser.add_argument("--cwd", required=True, help="the folder in which the cells run")
    parser.add_argument("--root", required=True, help="the project's folder, which no output may name")
    parser.add_argument("--timeout", type=float, default=300, help="seconds a cell may take")
    parser.add_argument("--name", help="how messages call the notebook")
    parser.add_argument("--with-parent", action="store_true", help="ends when standard input does")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if options.with_parent:
        end_with_parent()
    name = options.name or Path(options.source).stem
    cwd, root = os.path.abspath(options.cwd), os.path.abspath(options.root)
    paths = Paths(root, cwd)
    try:
        nb = nbformat.from_dict(nbformat.read(options.source, as_version=4))
        refuse_hidden_errors(nb, name)
        for tries_left in (2, 1, 0):
            try:
                asyncio.run(execute(nb, name, cwd, options.timeout, paths))
                break
            except KernelDidNotStart as error:
                if not tries_left:
                    raise NotebookFailed(f"{name}: the kernel did not start. {error}") from None
        nbformat.write(cleaned(nb, name, paths), options.out)
    except (NotebookFailed, NoSuchKernel, nbformat.ValidationError, nbformat.reader.NotJSONError) as error:
        print(f"{error}" if isinstance(error, NotebookFailed) else f"{name}: {error}", file=sys.stderr)
        return 1
    except (KeyboardInterrupt, asyncio.CancelledError, Interrupted):
        print(f"{name}: interrupted.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
