"""The program `aks`: its commands, and the one edge where refusals, faults and broken pipes become sentences and exit codes."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer

from audit.cli import (
    cases,
    cycles,
    demo,
    doctor,
    documents,
    flows,
    growth,
    history,
    identify,
    imports,
    install,
    opinions,
    people,
    reports,
    serve,
    show,
    signing,
    verify,
    work,
)
from audit.cli.indonesian import Command, UsageError, application, is_bare_group, usage_sentence
from audit.cli.known_faults import sentence_for
from audit.cli.log import start_logging, stop_logging, write_fault
from audit.cli.opening import HOME, current_settings
from audit.errors import Fault, Refused
from audit.forms import Doubted, Problems

DONE, REFUSED, USAGE, FAULT, INTERRUPTED = 0, 1, 2, 3, 130

app = application("AKS: audit kasus stunting satu kabupaten/kota, dari berkas registri sampai laporan diseminasi.")
for _name, _command in (
    ("init", install.init_command),
    ("demo", demo.demo_command),
    ("identify", identify.identify_command),
    ("run", flows.run_command),
    ("report", reports.report_command),
    ("documents", documents.documents_command),
    ("sign", signing.sign_command),
    ("verify", verify.verify_command),
    ("serve", serve.serve_command),
    ("work", work.work_command),
    ("zscore", growth.zscore_command),
    ("doctor", doctor.doctor_command),
):
    app.command(_name, cls=Command, options_metavar="[PILIHAN]")(_command)
for _name, _group in (
    ("cycle", cycles.app),
    ("import", imports.app),
    ("case", cases.app),
    ("opinion", opinions.app),
    ("people", people.app),
    ("history", history.app),
):
    app.add_typer(_group, name=_name)


@app.callback()
def _every_command(
    home: Annotated[
        Path | None, typer.Option("--home", metavar="FOLDER", help="Folder AKS; bila kosong: AKS_HOME, lalu ~/aks. Boleh di mana saja.")
    ] = None,
    _version: Annotated[
        bool, typer.Option("--version", help="Tampilkan versi lalu selesai.", is_eager=True, callback=lambda wanted: _say_version(wanted))
    ] = False,
) -> None:
    HOME.set(home)
    settings = current_settings()
    if settings.key_file.exists():  # a folder that is not ours gets no log
        start_logging(settings.log_file)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 refused or nothing usable, 2 usage, 3 fault, 130 interrupted.

    arguments: without the name of the program; None: those of the process. Nothing is ever raised, and no traceback is printed.
    """
    given = _home_first(list(sys.argv[1:] if arguments is None else arguments))
    HOME.set(None)
    as_json = "--json" in given
    try:
        code = _guarded(given, as_json=as_json)
        sys.stdout.flush()
    except BrokenPipeError:
        _stdout_to_nowhere()
        code = DONE
    except OSError as error:
        _stdout_to_nowhere()
        show.remark(sentence_for(error) or "Jawaban tidak dapat ditulis ke keluaran.")
        code = FAULT
    finally:
        stop_logging()
    return code


def _stdout_to_nowhere() -> None:
    """Whoever read us has gone, or the disk is full: what Python would flush at exit must not end in a message of its own."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _guarded(given: list[str], *, as_json: bool) -> int:
    streams = sys.stdout, sys.stderr
    try:
        code = app(args=given, prog_name="aks", standalone_mode=False)
        if code == INTERRUPTED:  # Typer turns Ctrl-C into an exit code
            raise KeyboardInterrupt
        return code if isinstance(code, int) else DONE
    except UsageError as error:
        return _usage(error, as_json=as_json)
    except Refused as refused:
        return _refused(refused, as_json=as_json)
    except (KeyboardInterrupt, typer.Abort):
        show.remark("Dihentikan. Yang belum selesai tidak disimpan; perintah yang sama dapat diulang.")
        return INTERRUPTED
    except (BrokenPipeError, SystemExit) as gone:  # Typer wraps the streams and leaves when a pipe breaks; nothing else exits here
        sys.stdout, sys.stderr = streams
        raise BrokenPipeError from gone
    except Exception as error:  # noqa: BLE001 - the edge of the program
        return _fault(error, as_json=as_json)


def _usage(error: Exception, *, as_json: bool) -> int:
    if is_bare_group(error):
        show.remark(str(error.format_message()))  # type: ignore[attr-defined]  # every UsageError has it
    else:
        sentence = usage_sentence(error)
        show.remark(sentence)
        if as_json:
            _print_json({"refused": [{"code": "usage", "sentence": sentence}], "problems": []})
    return USAGE


def _refused(refused: Refused, *, as_json: bool) -> int:
    problems = refused.problems if isinstance(refused, Problems) else ()
    if as_json:
        _print_json(
            {
                "refused": [{"code": r.code, "sentence": r.sentence} for r in refused.reasons],
                "problems": [{"place": p.place, "value": p.value, "code": p.code, "message": p.message} for p in problems],
                **({"doubts_stamp": refused.stamp} if isinstance(refused, Doubted) else {}),
            }
        )
    show.remark(*(reason.sentence for reason in refused.reasons))
    return REFUSED


def _fault(error: Exception, *, as_json: bool) -> int:
    known = str(error) if isinstance(error, Fault) else sentence_for(error)
    fault_id, log = write_fault(error)
    sentence = f"{known or 'Terjadi kesalahan pada program; tidak ada yang tersimpan setengah.'} (id {fault_id})"
    if as_json:
        _print_json({"fault": {"id": fault_id, "sentence": sentence}})
    show.remark(sentence)
    if known is None and log:
        show.remark(f"Rinciannya, tanpa data sasaran, ada di catatan: {log}")
    return FAULT


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False))


def _home_first(given: list[str]) -> list[str]:
    """The same arguments with --home in front, so that it may be written behind any command."""
    front: list[str] = []
    rest: list[str] = []
    waiting = iter(given)
    for one in waiting:
        if one == "--":
            rest += [one, *waiting]
        elif one == "--home":
            front += [one, *([value] if (value := next(waiting, None)) is not None else [])]
        elif one.startswith("--home="):
            front.append(one)
        else:
            rest.append(one)
    return [*front, *rest]


def _say_version(wanted: bool) -> None:
    if wanted:
        print(f"aks {version('audit-kasus-stunting')}")
        raise typer.Exit


if __name__ == "__main__":
    sys.exit(main())
