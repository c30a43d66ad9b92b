"""On a phone each cell of a table says what it is."""

from markupsafe import Markup

from app.web.cells import label_cells

COLUMNS = [{"label": "Order"}, {"label": "You <get>", "number": True}, {"label": "Action", "hidden": True}]


def test_cells_carry_the_names_of_their_columns() -> None:
    row = Markup('<tr><td>A</td><td class="n">5.00</td><td><a class="btn">Go</a></td></tr>')
    assert label_cells(row, COLUMNS) == (
        '<tr><td data-label="Order">A</td><td class="n" data-label="You &lt;get&gt;">5.00</td>'
        '<td><a class="btn">Go</a></td></tr>'
    )


def test_what_says_nothing_takes_no_room_and_every_row_begins_anew() -> None:
    row = Markup("<tr><td>A</td><td></td><td>–</td></tr>")
    labeled = label_cells(row + row, COLUMNS)
    assert labeled.count('data-label="Order"') == 2
    assert labeled.count("data-nil") == 4
