"""Several clients at once: some order of their requests must explain all replies."""

from collections.abc import Sequence
from itertools import cycle, islice, permutations

from hypothesis import strategies as st

from storetwin_contract.history import in_words
from storetwin_contract.properties.shop import Shop, asks, which
from storetwin_contract.properties.steps import step
from storetwin_contract.protocol import Capability, Line, Reply, Request, Verb
from storetwin_contract.truth import Place, Truth

FREEING = (Verb.RECEIVE, Verb.CANCEL, Verb.RELEASE, Verb.FULFIL)
wishes = st.tuples(
    st.sampled_from([Verb.PLACE] * 4 + [Verb.RESERVE] * 2 + list(FREEING)),
    which,  # order or reservation
    asks,
    st.none() | st.none() | which,  # a second level, where an order may have several lines
)
Wish = tuple[Verb, int, int | str, int | None]
# Who makes how many steps before the next one has a turn, again and again.
Runs = list[tuple[int, int]]
runs = st.lists(
    st.tuples(st.integers(0, 2), st.one_of(st.integers(1, 3), st.integers(1, 9))), max_size=6
)
STEPS_OF_A_RACE = 60


def schedule(runs: Runs) -> list[int]:
    """Whose turn it is, step by step."""
    turns = [client for client, steps in runs for _ in range(steps)]
    return list(islice(cycle(turns), STEPS_OF_A_RACE))


NEEDED = {
    Verb.RESERVE: Capability.RESERVE,
    Verb.RELEASE: Capability.RESERVE,
    Verb.CANCEL: Capability.CANCEL,
    Verb.FULFIL: Capability.FULFIL,
}


class Races(Shop):
    """Several clients at once: some order of their requests must explain all replies."""

    @step(
        lambda self: self.can(Capability.RACE),
        at=which,
        left=st.integers(0, 2),
        asked=st.lists(wishes, min_size=2, max_size=3),
        runs=runs,
    )
    def race(self, at: int, left: int, asked: list[Wish], runs: Runs) -> None:
        """Clients meet over a level that has something *left*, if that much was asked for."""
        sku, location = self.spot(at)
        self.leave_edges()
        self.supply((sku, location), left)
        self.meet([self.wish((sku, location), *wish) for wish in asked], runs)

    @step(
        lambda self: self.can(Capability.RACE),
        at=which,
        left=st.integers(1, 2),
        clients=st.integers(2, 3),
        runs=runs,
    )
    def rush(self, at: int, left: int, clients: int, runs: Runs) -> None:
        """More clients than units: so many get one as there are."""
        sku, location = self.spot(at)
        self.leave_edges()
        self.supply((sku, location), left)
        wanted = [Line(sku, 1, location)]
        self.meet([self.request(Verb.PLACE, wanted) for _ in range(clients)], runs)

    @step(
        lambda self: (
            self.can(Capability.RACE, Capability.MANY_LINES) and len(self.truth.shelves) > 1
        ),
        at=which,
        left=st.integers(0, 2),
        turned=st.lists(st.booleans(), min_size=2, max_size=3),
        runs=runs,
    )
    def same_cart(self, at: int, left: int, turned: list[bool], runs: Runs) -> None:
        """Clients want the same two things, and each has put them into the cart in some order."""
        places = [self.spot(at), self.spot(at + 1)]
        self.leave_edges()
        for place in places:
            self.supply(place, left)
        wanted = [Line(sku, 1, location) for sku, location in places]
        carts = [wanted[::-1] if turn else wanted for turn in turned]
        self.meet([self.request(Verb.PLACE, cart) for cart in carts], runs)

    def supply(self, place: Place, left: int) -> None:
        """See that at least so many units are free."""
        lacking = left - self.truth.free(place)[0]
        if lacking > 0:
            self.carry(self.request(Verb.RECEIVE, [Line(place[0], lacking, place[1])]))
        self.settle()
        self.leave_edges()

    def meet(self, requests: Sequence[Request], runs: Runs) -> None:
        """Put requests to the inventory at once, and find an order of them that explains it."""
        replies = self.example.race(requests, schedule(runs))
        self.run.judged += 1
        after = self.explained(requests, replies)
        if after is None:
            self.mind("unexplained", self.unexplained(requests, replies))
            after = self.truth
            for request, reply in zip(requests, replies, strict=True):
                after.apply(request, reply)
        self.truth = after
        self.unsettled = self.example.inventory.settle_s > 0

    def wish(
        self, place: Place, verb: Verb, at: int, ask: int | str, second: int | None
    ) -> Request:
        """A request for what can be asked for now; an order where nothing else can."""
        if verb in NEEDED and not self.can(NEEDED[verb]):
            verb = Verb.PLACE
        if verb is Verb.RELEASE and self.live_holds():
            return self.request(verb, [], of=self.pick(self.live_holds(), at)[0])
        lines = self.allocated_lines() if verb is Verb.FULFIL else self.open_lines()
        if verb in {Verb.CANCEL, Verb.FULFIL} and lines:
            order, units = self.some(verb, lines, at, [ask] if isinstance(ask, int) else [])
            # How much "all that is left" is depends on who comes first: here clients name it.
            return self.about(verb, order, units or self.left(verb, order))
        if verb not in {Verb.RESERVE, Verb.RECEIVE}:
            verb = Verb.PLACE
        places = [place]
        if second is not None and verb is Verb.PLACE and self.can(Capability.MANY_LINES):
            places.append(self.spot(second))
        free = [self.truth.free(place)[1] for place in places]
        wanted = [
            Line(sku, self.units(ask, left), location)
            for (sku, location), left in zip(places, free, strict=True)
        ]
        return self.request(verb, wanted)

    def explained(self, requests: Sequence[Request], replies: Sequence[Reply]) -> Truth | None:
        """What is true after the race; None where no order of the requests gives the replies."""
        lenient = self.example.inventory.settle_s > 0  # a refusal may rest on what is settling
        for sequence in permutations(range(len(requests))):
            truth = self.truth.copy()
            for at in sequence:
                kept = truth.allows(requests[at], replies[at])
                if not kept and not (lenient and not replies[at].accepted):
                    break
                truth.apply(requests[at], replies[at])
            else:
                return truth
        return None

    def unexplained(self, requests: Sequence[Request], replies: Sequence[Reply]) -> str:
        """Say in words what is wrong with the replies of a race."""
        truth = self.truth.copy()
        frees = {Verb.RECEIVE, Verb.RELEASE, Verb.CANCEL}
        pairs = sorted(
            zip(requests, replies, strict=True), key=lambda pair: pair[0].verb not in frees
        )
        for request, reply in pairs:
            order = request.verb is Verb.PLACE
            if reply.accepted and request.verb in {Verb.PLACE, Verb.RESERVE}:
                excess = truth.too_much(request.lines, order=order)
                if excess:
                    return f"together more than there is: {excess}"
            truth.apply(request, reply)
        refused = [in_words(request) for request, reply in pairs if not reply.accepted]
        if refused:
            return (
                "in whatever order the clients came, these replies are not possible;"
                f" refused: {', '.join(refused)}"
            )
        return "in whatever order the clients came, these replies are not possible"
