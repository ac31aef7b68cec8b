from .offices import actors as actors
from .offices import holders as holders
from .outlets import Outlet as Outlet
from .outlets import outlet as outlet
from .outlets import suggest as suggest
from .terms import Hit as Hit
from .terms import Matcher as Matcher
from .terms import Row as Row
from .terms import check_rows as check_rows
from .terms import forms as forms
from .terms import languages as languages
from .terms import matcher as matcher
from .terms import read as read

__all__ = [
    "Hit",
    "Matcher",
    "Outlet",
    "Row",
    "actors",
    "check_rows",
    "forms",
    "holders",
    "languages",
    "matcher",
    "outlet",
    "read",
    "suggest",
]
