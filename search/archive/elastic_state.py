"""Which generation of an archive is current, and which one is being made: one small document that all writers look at.

A writer looks after each write: if it finds another state than the one it wrote by, it writes again by the new one. So
a write is complete only when a look after it found nothing changed, and no write falls between two generations.
Who rebuilds holds a lease in the same document; every change of it names the version that it was made from, so of two
who change it one fails.
"""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import msgspec
from elasticsearch import Elasticsearch as Client

from kliping.clock import now
from kliping.errors import Unavailable
from search.archive.elastic_client import answering, kind_of
from search.archive.elastic_layout import MAPPING, generation_of

LEASE: Final = 60.0  # seconds without a sign after which a rebuild counts as dead and may be taken over
REBUILD: Final = "run `kliping archive rebuild`"
BEING_MADE: Final = "no_shard_available_action_exception"
_SETTINGS: Final = {"number_of_shards": 1, "refresh_interval": "1s"}


class Generation(msgspec.Struct, frozen=True):
    """One complete set of months, all of one mapping."""

    number: int
    mapping: int


class Build(msgspec.Struct, frozen=True):
    """A generation that is being made: by whom, until when they are believed to live, and how far they have come."""

    generation: Generation
    owner: str
    until: datetime
    reached: str = ""


class State(msgspec.Struct, frozen=True):
    """What the document says."""

    current: Generation
    building: Build | None = None

    def targets(self) -> tuple[Generation, ...]:
        """The generations that a document is written to."""
        return (self.current, self.building.generation) if self.building else (self.current,)

    @property
    def is_ours(self) -> bool:
        """Whether this program may write to all of them."""
        return all(generation.mapping == MAPPING for generation in self.targets())

    def check(self) -> None:
        """Raises Unavailable where this program would read or write fields that mean something else there."""
        if self.current.mapping != MAPPING:
            raise Unavailable(f"archive: its mapping is of version {self.current.mapping}, need {MAPPING}; {REBUILD}")

    def check_writing(self) -> None:
        """The same, and for a generation that another program is making."""
        self.check()
        for generation in self.targets():
            if generation.mapping != MAPPING:
                raise Unavailable(
                    f"archive: is being rebuilt with mapping {generation.mapping} by another version of this program; "
                    f"this one writes mapping {MAPPING} and waits"
                )


class Held(msgspec.Struct, frozen=True):
    """A state with the place in the engine's history that it was read at."""

    state: State
    at: dict[str, int]  # if_seq_no and if_primary_term of a change


class StateFile:
    """The state document of one archive. Everything raises Unavailable."""

    def __init__(self, client: Client, prefix: str, place: str, replicas: int) -> None:
        self._client = client
        self._prefix = prefix
        self._place = place
        self._index = f"{prefix}.state"
        self._settings = {**_SETTINGS, "number_of_replicas": replicas}

    def read(self, *, patient: bool = True) -> Held | None:
        """The state as it is now, None where nobody has written an archive yet."""
        try:
            with answering(self._place):
                found = self._client.get(index=self._index, id="state")
        except Unavailable as error:
            status, kind = kind_of(error.__cause__)
            if status == 404:
                return None
            if kind != BEING_MADE or not patient:
                raise
            return self._soon()
        try:
            state = msgspec.convert(found["_source"], State)
        except msgspec.ValidationError as error:
            raise Unavailable(f"{self._place}: state not understood: {error}") from error
        return Held(state, {"if_seq_no": found["_seq_no"], "if_primary_term": found["_primary_term"]})

    def _soon(self) -> Held | None:
        """The state once its shard answers: another process has made the index just now."""
        with answering(self._place):
            self._client.cluster.health(index=self._index, wait_for_active_shards=1, timeout="5s")
        return self.read(patient=False)

    def write(self, state: State, before: Held) -> Held:
        """Change the state from `before`. Unavailable also where someone else changed it meanwhile."""
        with answering(f"{self._place}: state changed by another process"):
            done = self._client.index(index=self._index, id="state", document=_plain(state), **before.at)  # type: ignore[arg-type]
        return Held(state, {"if_seq_no": done["_seq_no"], "if_primary_term": done["_primary_term"]})

    def begun(self) -> Held:
        """The state, made where there is none: of the indices behind the alias, else a first generation."""
        found = self.read()
        if found is not None:
            return found
        self._create_index()
        try:
            with answering(self._place):
                self._client.create(index=self._index, id="state", document=_plain(self._first()))
        except Unavailable as error:
            if kind_of(error.__cause__)[0] != 409:  # 409: another process was first
                raise
        found = self.read()
        if found is None:
            raise Unavailable(f"{self._place}: the state document is gone again")
        return found

    def _create_index(self) -> None:
        properties = {"current": {"type": "object", "enabled": False}, "building": {"type": "object", "enabled": False}}
        try:
            with answering(self._place):
                self._client.indices.create(
                    index=self._index,
                    settings=self._settings,
                    mappings={"dynamic": "strict", "properties": properties},
                )
        except Unavailable as error:
            if kind_of(error.__cause__)[1] != "resource_already_exists_exception":
                raise

    def _first(self) -> State:
        """What the alias shows, where the state was lost; else the beginning."""
        with answering(self._place):
            found = self._client.indices.get(index=f"{self._prefix}.g*", features="aliases,mappings")
        behind = [name for name, index in found.items() if self._prefix in index["aliases"]]
        generations = {number for name in behind if (number := generation_of(self._prefix, name)) is not None}
        if not generations:
            return State(Generation(1, MAPPING))
        newest = max(generations)
        meta = found[next(name for name in behind if generation_of(self._prefix, name) == newest)]["mappings"]
        return State(Generation(newest, int(meta.get("_meta", {}).get("mapping", 0))))


class Lease:
    """The right to rebuild, renewed by `renew` and `reach`; each raises Unavailable when another process has it now."""

    def __init__(self, file: StateFile, seconds: float = LEASE) -> None:
        self._file = file
        self._seconds = seconds
        self._owner = uuid4().hex
        self._held: Held | None = None

    def take(self, highest: int) -> State:
        """Begin, or go on with what a dead rebuild left. `highest`: the highest number that any index has.

        Unavailable while another process rebuilds.
        """
        held = self._file.begun()
        before = held.state.building
        if before and before.until > now():
            raise Unavailable(f"archive: another process is rebuilding it, until {before.until:%H:%M:%S} UTC at least")
        if before and before.generation.mapping == MAPPING:
            build = self._build(before.generation, before.reached)
        else:
            made = [before.generation.number] if before else []
            build = self._build(Generation(max(held.state.current.number, highest, *made) + 1, MAPPING), "")
        self._held = self._file.write(State(held.state.current, build), held)
        return self._held.state

    @property
    def build(self) -> Build:
        """What we make."""
        held = self._own()
        if held.state.building is None:
            raise Unavailable("archive: this rebuild is over")
        return held.state.building

    def reach(self, mark: str) -> None:
        """Note how far we have come, and renew."""
        build = self.build
        state = State(self._own().state.current, self._build(build.generation, mark))
        self._held = self._file.write(state, self._own())

    def renew(self) -> None:
        """Show a sign of life when half of the lease is over."""
        if self.build.until - now() < timedelta(seconds=self._seconds / 2):
            self.reach(self.build.reached)

    def finish(self) -> None:
        """What we made is current; nobody builds."""
        self._held = self._file.write(State(self.build.generation), self._own())

    def give_up(self) -> None:
        """Nobody builds, and what was current stays so."""
        self._held = self._file.write(State(self._own().state.current), self._own())

    def let_go(self) -> None:
        """Leave it to whoever goes on: the lease ends now, the mark stays."""
        build = self.build
        ended = Build(build.generation, self._owner, now(), build.reached)
        self._held = self._file.write(State(self._own().state.current, ended), self._own())

    def _build(self, generation: Generation, reached: str) -> Build:
        return Build(generation, self._owner, now() + timedelta(seconds=self._seconds), reached)

    def _own(self) -> Held:
        if self._held is None:
            raise Unavailable("archive: no rebuild was begun")
        return self._held


def _plain(state: State) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(state)
    return plain
