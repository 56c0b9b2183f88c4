"""The forms of products, and every format that has a module of its own."""

from mailkit.formats import Format, ashop, astercc, djaboo, lettershop, native, office24
from mailkit.formats.form import Form
from mailkit.formats.tables import csv_format

__all__ = ["FORMATS", "FORMS"]

FORMS: tuple[Form, ...] = (
    ashop.FORM,
    astercc.FORM,
    lettershop.FORM,
    djaboo.FORM,
    office24.FORM,
)
FORMATS: tuple[Format, ...] = (native, *FORMS, csv_format)
