"""Other ways to publish counts, that ours is measured against: what each shows, and what a number then stands for."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from report_abuse_receiver.rules.feedback.attack import Place, Shown, relations, stands_for
from report_abuse_receiver.rules.feedback.brackets import UNKNOWN, Bracket, Relation, propagate
from report_abuse_receiver.rules.feedback.disclosure import FLOOR, Status

HIDDEN: Shown = (None, "low")
Counts = Mapping[Place, int]


@dataclass(frozen=True, kw_only=True)
class Method:
    """A way to publish; `steady` says that equal facts show equal numbers, which is then used against it too."""

    name: str
    publish: Callable[[Counts], Mapping[Place, Shown]]
    read: Callable[[int | None, Status], Bracket]
    steady: bool = True

    def told(self, counts: Counts) -> tuple[dict[Place, Bracket], list[Relation[Place]]]:
        """What is known and how it adds up, once these counts were published."""
        told = self.publish(counts)
        among = relations(told)
        if not self.steady:
            among = [replace(one, apart=frozenset()) for one in among]
        return {place: self.read(*shown) for place, shown in told.items()}, among

    def attacked(self, counts: Counts) -> dict[Place, Bracket]:
        """The brackets that interval propagation leaves."""
        return propagate(*self.told(counts))


def _each(show: Callable[[int], Shown]) -> Callable[[Counts], dict[Place, Shown]]:
    return lambda counts: {place: show(count) for place, count in counts.items()}


def _exactly(observation: int | None, status: Status) -> Bracket:
    if observation is None:
        return (0, UNKNOWN) if status == "not_shown" else (1, FLOOR - 1)
    return observation, observation


def _hide_small(count: int) -> Shown:
    return HIDDEN if 0 < count < FLOOR else (count, "shown")


def _hide_small_and_none(count: int) -> Shown:
    return HIDDEN if count < FLOOR else (count, "shown")


def _to_five(count: int) -> Shown:
    return (count + 2) // 5 * 5, "shown"


def _nhs(count: int) -> Shown:
    return HIDDEN if 0 < count < 8 else _to_five(count)


def _read_five(observation: int | None, status: Status) -> Bracket:
    return (0, UNKNOWN) if observation is None else (max(observation - 2, 0), observation + 2)


def _read_nhs(observation: int | None, status: Status) -> Bracket:
    if observation is None:
        return 1, 7
    return (0, 0) if observation == 0 else (max(observation - 2, 8), observation + 2)


def complementary(counts: Counts) -> dict[Place, Shown]:
    """Hide 1 to 4, and then the smallest other part wherever a sum would give back the only one that is hidden."""
    told = _each(_hide_small)(counts)
    hidden = {place for place, shown in told.items() if shown == HIDDEN}
    sums = [(one.whole, *one.parts) for one in relations(told)]
    sums = [cells for cells in sums if all(cell in told for cell in cells)]
    of = _sums_of(sums)
    waiting = list(range(len(sums)))
    while waiting:
        cells = sums[waiting.pop()]
        if sum(cell in hidden for cell in cells) == 1:
            more = _smallest([cell for cell in cells if cell not in hidden], counts)
            hidden.add(more)
            waiting += of[more]
    return {place: HIDDEN if place in hidden else shown for place, shown in told.items()}


def _sums_of(sums: Sequence[Sequence[Place]]) -> Mapping[Place, list[int]]:
    of = defaultdict[Place, list[int]](list)
    for number, cells in enumerate(sums):
        for cell in cells:
            of[cell].append(number)
    return of


def _smallest(cells: Iterable[Place], counts: Counts) -> Place:
    """A count of none hides nothing where none is shown as none; it is taken only where nothing else is left."""
    return min(cells, key=lambda cell: (counts[cell] == 0, counts[cell], cell))


def _read_complements(observation: int | None, status: Status) -> Bracket:
    return (0, UNKNOWN) if observation is None else (observation, observation)


RAW = Method(name="raw counts", publish=_each(lambda count: (count, "shown")), read=_exactly)
NAIVE = Method(name="hide 1 to 4", publish=_each(_hide_small), read=_exactly)
HIDE_NONE_TOO = Method(
    name="hide 0 to 4",
    publish=_each(_hide_small_and_none),
    read=lambda observation, status: (0, FLOOR - 1) if observation is None else _exactly(observation, status),
)
COMPLEMENTARY = Method(name="hide 1 to 4 and complements", publish=complementary, read=_read_complements, steady=False)
NHS = Method(name="hide 1 to 7, nearest 5 (NHS)", publish=_each(_nhs), read=_read_nhs)
BASE_FIVE = Method(name="round to base 5", publish=_each(_to_five), read=_read_five)
OTHERS = (RAW, NAIVE, HIDE_NONE_TOO, COMPLEMENTARY, NHS, BASE_FIVE)


def ours(told: Mapping[Place, Shown]) -> Method:
    """Cell keys with a floor, as it was told."""
    return Method(name="cell key, variance 3, floor 5 (ours)", publish=lambda _: told, read=stands_for)
