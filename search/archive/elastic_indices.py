"""The indices of an Elasticsearch archive: made, put behind the alias, taken away. Everything raises Unavailable."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from elasticsearch import Elasticsearch as Client

from kliping.errors import Unavailable
from kliping.settings import Elasticsearch
from search.archive.base import Document
from search.archive.elastic_client import answering, kind_of
from search.archive.elastic_layout import generation_of, index_name, month, read, template, write_name
from search.archive.elastic_state import REBUILD, State

NAMES: Final = 50  # indices taken away in one call: their names stand in its address, which has 4 KB


class Indices:
    """The months of all generations of one archive."""

    def __init__(self, client: Client, prefix: str, place: str, options: Elasticsearch) -> None:
        self._client = client
        self._prefix = prefix
        self._place = place
        self._options = options
        self._made: set[str] = set()  # by this process, since the state last changed

    def create(self, index: str, state: State) -> None:
        """Make the index of a month. One of the current generation is behind the alias from its beginning."""
        number = generation_of(self._prefix, index)
        self._made.add(index)
        aliases: dict[str, Any] = {write_name(index): {}}
        if number == state.current.number:
            aliases[self._prefix] = {}
        try:
            with answering(self._place):
                self._client.indices.put_index_template(**template(self._prefix, number or 0, self._options))
                self._client.indices.create(index=index, aliases=aliases)
        except Unavailable as error:
            if kind_of(error.__cause__)[1] != "resource_already_exists_exception":
                raise

    def settle(self, state: State) -> None:
        """The state changed: what we made by the old one stands behind the alias, or goes, as the new one says."""
        made, self._made = self._made, set()
        known = {generation.number for generation in state.targets()}
        self._delete(name for name in made if generation_of(self._prefix, name) not in known)
        self.show(state, made)

    def show(self, state: State, names: Iterable[str] | None = None) -> None:
        """Put months of the current generation behind the alias: those of `names`, or all."""
        number = state.current.number
        chosen = self.names() if names is None else names
        actions = [
            {"add": {"index": name, "alias": self._prefix}}
            for name in chosen
            if generation_of(self._prefix, name) == number
        ]
        if actions:
            with answering(self._place):
                self._client.indices.update_aliases(actions=actions)

    def swap(self, generation: int) -> None:
        """Let the alias stand for the months of `generation` and no others, in one call."""
        actions = []
        for name, index in self._listed().items():
            behind = self._prefix in index["aliases"]
            if generation_of(self._prefix, name) == generation:
                actions.append({"add": {"index": name, "alias": self._prefix}})
            elif behind:
                actions.append({"remove": {"index": name, "alias": self._prefix}})
        if actions:
            with answering(self._place):
                self._client.indices.update_aliases(actions=actions)

    def remove_strays(self, state: State) -> None:
        """Take away the indices and templates of all generations that the state does not name."""
        known = {generation.number for generation in state.targets()}
        found = [(name, generation_of(self._prefix, name)) for name in self.names()]
        strays = [name for name, number in found if number is not None and number not in known]
        self._delete(strays)
        for number in self._templates() - known:
            with answering(self._place):
                self._client.options(ignore_status=404).indices.delete_index_template(name=f"{self._prefix}.g{number}")

    def names(self) -> list[str]:
        """The months of all generations."""
        return list(self._listed())

    def highest(self) -> int:
        """The highest number of a generation that has an index or a template; 0 for none."""
        numbers = {number for name in self.names() if (number := generation_of(self._prefix, name)) is not None}
        return max(numbers | self._templates(), default=0)

    def refresh(self, generation: int | None = None) -> None:
        """Make what was written searchable: of one generation, or of all."""
        which = f"{self._prefix}.g*" if generation is None else f"{self._prefix}.g{generation}.*"
        with answering(self._place):
            self._client.indices.refresh(index=which)

    def stored(self, generation: int, documents: Sequence[Document]) -> list[Document | None]:
        """What a generation has in the places of `documents`, refreshed or not."""
        wanted = [
            {
                "_index": index_name(self._prefix, generation, month(document.first_seen)),
                "_id": document.id,
                "routing": document.desk,
                "_source": ["body"],
            }
            for document in documents
        ]
        if not wanted:
            return []
        with answering(self._place):
            found = self._client.mget(docs=wanted).body["docs"]
        return [_present(each, self._place) for each in found]

    def total(self, generation: int) -> int:
        """All documents of a generation, active or not, of all desks; as of the last refresh."""
        with answering(self._place):
            return int(self._client.count(index=f"{self._prefix}.g{generation}.*")["count"])

    def problems(self, state: State) -> list[str]:
        """What does not fit together, for the doctor."""
        listed = self._listed()
        known = {generation.number for generation in state.targets()}
        found = []
        for name, index in sorted(listed.items()):
            number, behind = generation_of(self._prefix, name), self._prefix in index["aliases"]
            if number not in known:
                found.append(f"{name} is left of an earlier rebuild; the next one takes it away")
            elif behind != (number == state.current.number):
                found.append(f"{name} is {'' if behind else 'not '}behind the alias {self._prefix}; {REBUILD}")
            elif index["mappings"].get("dynamic") != "strict":
                found.append(f"{name} was not made from our template; {REBUILD}")
        return [*found, *self._red(listed)]

    def _red(self, listed: Mapping[str, Any]) -> list[str]:
        if not listed:
            return []
        with answering(self._place):
            health = self._client.cluster.health(index=f"{self._prefix}.g*", level="indices")["indices"]
        return [
            f"{name}: a shard is not there (red)" for name, index in sorted(health.items()) if index["status"] == "red"
        ]

    def _listed(self) -> dict[str, Any]:
        with answering(self._place):
            found = self._client.indices.get(index=f"{self._prefix}.g*", features="aliases,mappings").body
        return {name: index for name, index in found.items() if generation_of(self._prefix, name) is not None}

    def _templates(self) -> set[int]:
        with answering(self._place):
            client = self._client.options(ignore_status=404)  # none of this name
            found = client.indices.get_index_template(name=f"{self._prefix}.g*").body.get("index_templates", ())
        names = [each["name"].removeprefix(f"{self._prefix}.g") for each in found]
        return {int(name) for name in names if name.isdecimal()}

    def _delete(self, names: Iterable[str]) -> None:
        left = list(names)
        while left:
            now, left = left[:NAMES], left[NAMES:]
            with answering(self._place):
                self._client.indices.delete(index=now, ignore_unavailable=True)


def _present(found: Mapping[str, Any], place: str) -> Document | None:
    """One answer of an mget; an index that is not there has no document."""
    if found.get("found"):
        return read(found["_source"])
    error = found.get("error", {})
    if error and error.get("type") != "index_not_found_exception":
        raise Unavailable(f"{place}: {error.get('type')} {error.get('reason')}")
    return None
