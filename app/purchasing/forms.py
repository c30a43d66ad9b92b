"""Forms of quick orders and requisition lists."""

from flask_babel import lazy_gettext as _l
from wtforms import FileField, SelectField
from wtforms.validators import InputRequired

from app.purchasing.actions.requisition import LONGEST_NAME
from app.purchasing.errors import FileTooLarge, NothingTyped
from app.purchasing.rules.lines import LONGEST_SKU, TypedLine, read_csv, read_text
from app.purchasing.rules.workbook import is_workbook, read_workbook
from app.web.fields import LineField, ParagraphsField
from app.web.forms import BaseForm

LONGEST_FILE = 2_000_000


class QuickOrderForm(BaseForm):
    lines = ParagraphsField(_l("Codes and quantities"), longest=500_000)
    file = FileField(_l("Or a file"))
    shop = LineField(_l("Only from this shop"), longest=80)

    def typed_lines(self) -> list[TypedLine]:
        """Of the file, if one was sent, else of the text. Raises what reading them raises."""
        if self.file.data and self.file.data.filename:
            content = self.file.data.stream.read(LONGEST_FILE + 1)
            if len(content) > LONGEST_FILE:
                raise FileTooLarge(field="file", most=LONGEST_FILE // 1_000_000)
            return read_workbook(content) if is_workbook(content) else read_csv(content)
        if not (self.lines.data or "").strip():
            raise NothingTyped(field="lines")
        return read_text(self.lines.data or "")


class LineForm(BaseForm):
    sku = LineField(_l("Code (SKU)"), longest=LONGEST_SKU)
    quantity = LineField(_l("Quantity"), longest=20)
    chosen = LineField(_l("Which of these?"), longest=40)


class ListForm(BaseForm):
    name = LineField(_l("Name of the list"), [InputRequired()], longest=LONGEST_NAME)


class PutForm(BaseForm):
    """From a product, the cart or an order onto one of one's lists."""

    to = SelectField(_l("Put on a list"), [InputRequired()])
