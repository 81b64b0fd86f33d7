"""What can be wrong with parts of a catalog together: overlapping prices, prerequisites that lead nowhere or round."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from tallystick.catalog.core.items import NewPrice, PriceDatesKey


def find_overlaps(prices: Sequence[NewPrice]) -> list[tuple[int, int]]:
    """Pairs of prices of one key that share a day, by place: the one that starts later, and the one it runs into.

    Each price is named once as the later one at most.
    """
    by_key: dict[PriceDatesKey, list[int]] = defaultdict(list)
    for place, price in enumerate(prices):
        by_key[price.key].append(place)
    return [pair for places in by_key.values() for pair in _find_overlaps_of_key(places, prices)]


def _find_overlaps_of_key(places: list[int], prices: Sequence[NewPrice]) -> Iterator[tuple[int, int]]:
    places.sort(key=lambda place: prices[place].valid_from)
    reaching = places[0]
    for place in places[1:]:
        until = prices[reaching].valid_until
        if until is None or prices[place].valid_from < until:
            yield place, reaching
        else:
            reaching = place


def find_missing_prerequisite(requires: Mapping[str, str]) -> str | None:
    """A service whose prerequisite is not in the plan; `requires` maps each service of it to its prerequisite or ""."""
    for service, required in requires.items():
        if required and required not in requires:
            return service
    return None


def find_prerequisite_circle(requires: Mapping[str, str]) -> list[str]:
    """The services of a circle of prerequisites, from the one that comes first; empty when there is none."""
    done: set[str] = set()
    for start in requires:
        path: list[str] = []
        service = start
        while service and service not in done and service not in path:
            path.append(service)
            service = requires.get(service, "")
        if service in path:
            return path[path.index(service) :]
        done.update(path)
    return []
