"""What one bibliography file and its lock file become: the old bytes and what is known go in, the new bytes come out."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import PurePath

from bibtool.cited import Citation
from bibtool.errors import BibtoolError, FormatError, InputError, NotFoundError
from bibtool.identifiers import Identifier
from bibtool.reference import Reference
from bibtool.syncing import lockfile
from bibtool.syncing.aliases import alias_text, is_plain, names_in
from bibtool.syncing.citekeys import plain_identifier
from bibtool.syncing.files import open_file
from bibtool.syncing.job import ALIAS_ENGINES, IDS_ENGINES, EntryConflict, Form, Job, Known, Plan, Render, place_of
from bibtool.syncing.lockfile import Lock, Written
from bibtool.syncing.merging import merge
from bibtool.syncing.offers import entry_identifier, missing_values
from bibtool.syncing.records import Plain, spelt, unspelt
from bibtool.terminal import printable

DEFAULT_FORMAT = "bibtex"
_VERSION = re.compile(r"v\d+$", re.ASCII)


def plan(job: Job, content: bytes | None, lock: bytes | None, known: Known, render: Render) -> Plan:
    """Raises InputError where the file or its lock file is broken: then nothing is to be written."""
    return _Planner(job, content, lock, known, render).planned()


class _Planner:
    def __init__(self, job: Job, content: bytes | None, lock: bytes | None, known: Known, render: Render) -> None:
        self._job, self._known, self._render = job, known, render
        self._found = {spelt(identifier): reference for identifier, reference in known.references.items()}
        self._old, self._old_lock = content, lock
        self._file = PurePath(job.path).name
        self._lock_name = printable(str(PurePath(job.path).with_name(lockfile.NAME)))
        self._lock = Lock.parse((lock or b"").decode("utf-8", "replace"), self._lock_name)
        self._target = open_file(job.path, content, has_comments=bool(job.engines) and not job.engines & ALIAS_ENGINES)
        self._owned = self._lock.works_of(self._file)
        self._aliases: Mapping[str, str] = self._lock.aliases_of(self._file)
        self._locked_form = self._lock.form(self._file) or {}
        self._form: Form = _form(self._locked_form, job.form)
        self._is_reformed = bool(self._owned) and self._form != self._locked_form
        self._tables: dict[lockfile.TableName, str | None] = {}
        self._needs: dict[Identifier, None] = {}
        self._wants: dict[Identifier, None] = {}
        self._added: list[str] = []
        self._changed: list[str] = []
        self._unknown: list[tuple[str, str]] = []
        self._unanswered: list[tuple[str, str]] = []
        self._unlocked: list[str] = []
        self._conflicts: list[EntryConflict] = []
        self._notes: list[str] = []
        self._errors: list[BibtoolError] = []

    def planned(self) -> Plan:
        """Everything that is cited looked at once, then what else has changed."""
        cited = self._look_at_citations()
        self._bring_up_to_date(cited)
        lock = self._new_lock()
        works = lock.works_of(self._file)
        content = self._target.content()
        return Plan(
            content=content if content or self._old is not None else None,
            lock=self._old_lock if lock is self._lock else lockfile.in_bytes(lock.text, self._old_lock),
            needs=tuple(self._needs),
            wants=tuple(self._wants),
            added=tuple(self._added),
            changed=tuple(self._changed),
            withdrawn=tuple(key for key in cited if lock.is_withdrawn(works.get(key, ""))),
            unknown=tuple(self._unknown),
            unanswered=tuple(self._unanswered),
            unlocked=tuple(self._unlocked),
            conflicts=tuple(self._conflicts),
            notes=tuple(self._notes),
            errors=tuple(self._errors),
        )

    def _look_at_citations(self) -> list[str]:
        """Sorts the citations into what is there, what is to be written, and what nobody knows; gives the keys of bibt's entries."""
        cited: dict[str, None] = {}
        works: dict[Identifier, list[tuple[Citation, Identifier]]] = {}
        spellings = {citation.citekey for citation in self._job.citations}
        for citation in self._job.citations:
            key = citation.citekey
            there = self._target.key_like(key, folds_case=self._folds_case)
            if there is None and key in self._owned:
                there = key
            if there is None and self._can_alias and key in self._aliases:
                there = self._aliases[key]
            if there in self._owned:
                cited[there] = None
                if there == key or there not in spellings or key in self._aliases:
                    continue
            elif there is not None:
                self._guarded(self._look_at_own_entry, there)
                continue
            elif self._target.other_names.get(key, self._file) not in {*self._owned, self._file} and self._job.engines <= IDS_ENGINES:
                continue
            identifier = self._job.identify(key)
            if identifier is None:
                self._unknown.append((key, place_of(citation)))
            else:
                works.setdefault(identifier.without_version(), []).append((citation, identifier))
        for work, spelt_as in works.items():
            self._guarded(self._write_work, work, spelt_as, cited)
        return list(cited)

    def _write_work(self, work: Identifier, spelt_as: list[tuple[Citation, Identifier]], cited: dict[str, None]) -> None:
        """An entry for a work that is cited under keys which no entry has: a new one, or more names for the one that there is."""
        holder = next((key for key, own in self._owned.items() if _bare(own) == spelt(work)), None)
        identifiers = [identifier for _, identifier in spelt_as]
        if holder and (locked := unspelt(self._owned[holder])):
            identifiers.append(locked)
        identifier = max(identifiers, key=lambda one: one.version or 0)
        reference = self._reference(identifier)
        if reference is None:
            self._say_missing(identifier, spelt_as)
            return
        keys = [citation.citekey for citation, _ in spelt_as]
        if not self._can_alias:
            for key in keys:
                self._write(key, spelt(identifier), reference)
            cited |= dict.fromkeys(keys)
            return
        key, *others = [holder, *keys] if holder else keys
        known = [alias for alias, entry in self._aliases.items() if entry == key]
        cited[key] = None
        self._say_same_work(key, work)
        self._say_same_letters([key, *others])
        self._write(key, spelt(identifier), reference, tuple(dict.fromkeys([*known, *others])))

    def _write(self, key: str, work: str, reference: Reference, aliases: tuple[str, ...] = ()) -> None:
        """Brings bibt's own entry to what the record says, and leaves what the author made of it."""
        self._put(key, self._written(key, work, reference, aliases))

    def _put(self, key: str, new: Written) -> None:
        if self._target.key_like(key) is None:
            self._target.add(key, new)
            self._added.append(key)
        else:
            base = self._lock.entry(self._file, key)
            new = self._merged(key, base, new) if base else new
        for alias in new.aliases if self._job.engines & ALIAS_ENGINES else ():
            if not self._target.has_text(alias_text(alias, key)) and is_plain(alias) and is_plain(key):
                self._target.add_text(alias_text(alias, key))
        reference = self._record(new.work)
        if reference is not None:
            self._keep(key, new, reference)

    def _merged(self, key: str, base: Written, new: Written) -> Written:
        line = self._target.line(key)
        merged = merge(base.values, self._target.values(key), new.values, base.unsettled)
        if merged.changes:
            self._target.change(key, merged.changes, new)
            self._changed.append(key)
        self._conflicts += [EntryConflict(f"{self._target.name}:{line}", key, conflict) for conflict in merged.conflicts]
        return replace(new, unsettled=tuple(conflict.field for conflict in merged.conflicts))

    def _bring_up_to_date(self, cited: Iterable[str]) -> None:
        """What is cited and has gone comes back; entries whose form or record has changed are merged."""
        lost = [key for key in cited if self._target.key_like(key) is None]
        anew = [key for key, work in self._owned.items() if self._is_reformed or work in self._job.renewed]
        for key in dict.fromkeys([*anew, *self._lock.unsettled(self._file), *lost]):
            if key in self._owned and ("entry", self._file, key) not in self._tables:
                self._guarded(self._renew, key, key in lost, key in anew)

    def _renew(self, key: str, is_lost: bool, is_anew: bool) -> None:  # noqa: FBT001  # _guarded hands them on
        base = self._lock.entry(self._file, key)
        reference = self._record(self._owned[key])
        if base is None or reference is None:
            return
        new = self._written(key, base.work, reference, base.aliases, has_ids="ids" in base.fields) if is_anew else base
        if is_lost or self._target.key_like(key) is not None:
            self._put(key, new)
        elif is_anew:
            self._keep(key, new, reference)

    def _look_at_own_entry(self, key: str) -> None:
        """An entry that bibt did not write, or cannot remember having written: taken for its own only where it holds nothing else."""
        identifier = plain_identifier(key)
        if identifier is None and self._job.fill:
            identifier = entry_identifier(self._target.values(key))
        reference = self._reference(identifier, is_needed=False) if identifier else None
        if identifier is None or reference is None:
            if identifier is not None and self._job.fill:
                self._say_unfilled(key, identifier)
            return
        own = self._target.values(key)
        new = self._written(key, spelt(identifier), reference, names_in(own.get("ids", "")))
        if own == new.values and plain_identifier(key):
            if not self._job.frozen:
                self._keep(key, new, reference)
                self._owned[key] = new.work
            return
        missing = missing_values(own, new.values)
        if not missing:
            return
        if self._job.fill:
            self._target.change(key, missing, new)
            self._changed.append(key)
        else:
            place = f"{self._target.name}:{self._target.line(key)}"
            self._notes.append(f"{place}: {key} is your own entry; --fill would add {', '.join(missing)}")

    def _written(self, key: str, work: str, reference: Reference, aliases: tuple[str, ...], *, has_ids: bool = False) -> Written:
        form = {**self._form, "encoding": "latex"} if self._target.wants_ascii else self._form
        new = self._target.written(key, self._render(key, reference, form), work)
        if aliases and (has_ids or self._job.engines & IDS_ENGINES):
            new = replace(new, fields={"ids": ",".join(aliases), **new.fields})
        return replace(new, aliases=aliases)

    def _keep(self, key: str, written: Written, reference: Reference) -> None:
        self._tables["entry", self._file, key] = lockfile.entry_table(written)
        if written.work in self._job.renewed or ("reference", written.work) not in self._lock.tables:
            record = lockfile.reference_table(reference, abstract=bool(self._form.get("abstract")))
            self._tables["reference", written.work] = record

    def _record(self, work: str) -> Reference | None:
        """The record that is locked, or else the one that was found."""
        locked = self._lock.reference(work) if work not in self._job.renewed else None
        return locked or self._found.get(work) or self._lock.reference(work)

    def _reference(self, identifier: Identifier, *, is_needed: bool = True) -> Reference | None:
        """The record of an identifier; where there is none yet, that is noted."""
        reference = self._record(spelt(identifier))
        if reference is None and identifier not in self._known.failures:
            (self._needs if is_needed else self._wants)[identifier] = None
        return reference

    def _say_missing(self, identifier: Identifier, spelt_as: list[tuple[Citation, Identifier]]) -> None:
        failure = self._known.failures.get(identifier)
        for citation, _ in spelt_as:
            if self._job.frozen:
                self._unlocked.append(f"{citation.citekey} ({place_of(citation)})")
            elif isinstance(failure, NotFoundError):
                self._unknown.append((citation.citekey, place_of(citation)))
                self._errors.append(NotFoundError(f"{place_of(citation)}: {failure}"))
            elif failure is not None:
                self._unanswered.append((f"{citation.citekey} ({place_of(citation)})", str(failure)))

    def _say_unfilled(self, key: str, identifier: Identifier) -> None:
        """Whoever asks for an entry to be filled hears why it is not."""
        failure = self._known.failures.get(identifier)
        place = f"{self._target.name}:{self._target.line(key)}"
        if isinstance(failure, NotFoundError):
            self._errors.append(NotFoundError(f"{place}: {printable(key)}: {failure}"))
        elif failure is not None:
            self._unanswered.append((f"{key} ({place})", str(failure)))

    def _say_same_work(self, key: str, work: Identifier) -> None:
        """Where the author has an entry of the same work under another key, both would be listed."""
        for other in self._target.holding(str(work)):
            found = entry_identifier(self._target.values(other)) or plain_identifier(other) if other not in self._owned else None
            if found is not None and found.without_version() == work:
                place = f"{self._target.name}:{self._target.line(other)}"
                self._notes.append(f"{place}: {other} is the same work as {key}: cite it under one of the two keys, or both are listed")

    def _say_same_letters(self, keys: list[str]) -> None:
        alike = {key.lower() for key in keys}
        if self._folds_case and len(alike) < len(keys):
            self._notes.append(
                f"{', '.join(keys)}: BibTeX stops at keys that differ in case only; cite one of them, or build with bibt latex"
            )

    def _guarded(self, step: Callable[..., None], *arguments: object) -> None:
        """One entry that cannot be written, or an author's that cannot be read, costs itself alone."""
        try:
            step(*arguments)
        except (FormatError, InputError) as error:
            self._errors.append(error)

    def _new_lock(self) -> Lock:
        if self._tables and self._form != self._locked_form:
            self._tables["file", self._file] = lockfile.form_table(self._form)
        changed = {table: body for table, body in self._tables.items() if self._lock.tables.get(table) != body}
        if not changed:
            return self._lock
        lock = self._lock.updated(changed)
        lock = lock.updated({("reference", work): None for work in lock.unused()})
        if self._job.frozen:
            if not self._unlocked:
                self._unlocked.append(f"{self._target.name} in the form or with the names that the document now asks for")
            return self._lock
        return lock

    @property
    def _can_alias(self) -> bool:
        return self._target.has_names and self._job.engines <= IDS_ENGINES | ALIAS_ENGINES

    @property
    def _folds_case(self) -> bool:
        return bool(self._job.engines & ALIAS_ENGINES)


def _form(locked: Form, asked: Form) -> Form:
    """What is asked for, and where nobody asks what there was: a document that names no style leaves another one's entries in theirs."""
    form: dict[str, Plain] = dict(asked)
    form.setdefault("format", locked.get("format", DEFAULT_FORMAT))
    if form["format"] == locked.get("format") and "style" not in form:
        form |= {name: value for name, value in locked.items() if name in ("style", "forms")}
    return form


def _bare(work: str) -> str:
    """An identifier with its scheme, without its version."""
    return _VERSION.sub("", work) if work.startswith("arxiv:") else work
