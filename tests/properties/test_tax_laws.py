"""What must hold for the tax of every document."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tallystick.taxes.core.computation import TaxedNet, compute_tax, compute_tax_cumulative, tax_on
from tallystick.taxes.core.treatment import Treatment

MINOR = st.integers(-(10**12), 10**12)
RATES = st.sampled_from([Decimal(rate) for rate in ("0", "5", "7", "19", "21", "25.5", "27")])
NETS = st.lists(
    st.builds(TaxedNet, st.sampled_from(["DE", "AT"]), st.sampled_from(Treatment), RATES, MINOR), max_size=20
)


@given(nets=NETS)
def test_the_nets_of_the_groups_sum_to_the_nets_of_the_lines(nets: list[TaxedNet]) -> None:
    assert sum(line.net_minor for line in compute_tax(nets)) == sum(net.net_minor for net in nets)


@given(nets=NETS)
def test_each_group_is_within_half_a_minor_unit_of_the_exact_tax(nets: list[TaxedNet]) -> None:
    for line in compute_tax(nets):
        exact = Fraction(0)
        for net in nets:
            if (net.country, net.treatment, net.rate) == (line.country, line.treatment, line.rate):
                exact += Fraction(net.rate) * net.net_minor / 100
        assert abs(line.tax_minor - exact) <= Fraction(1, 2)


@given(nets=NETS)
def test_a_credit_note_of_everything_takes_back_exactly_the_tax(nets: list[TaxedNet]) -> None:
    back = compute_tax(net._replace(net_minor=-net.net_minor) for net in nets)
    assert [-line.tax_minor for line in back] == [line.tax_minor for line in compute_tax(nets)]


@given(nets=st.lists(MINOR, max_size=20), rate=RATES)
def test_taxed_one_by_one_they_end_at_the_tax_of_their_sum(nets: list[int], rate: Decimal) -> None:
    net_so_far = tax_so_far = 0
    for net in nets:
        tax_so_far += compute_tax_cumulative(net_so_far, tax_so_far=tax_so_far, net_new=net, rate=rate)
        net_so_far += net
    assert tax_so_far == tax_on(sum(nets), rate=rate)
