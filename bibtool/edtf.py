"""Dates as biblatex writes them (ISO 8601-2, EDTF) and as CSL-JSON holds them: ranges, seasons and guesses beyond a plain date."""

import re

from bibtool.reference import PartialDate

CslDate = dict[str, object]

_PLAIN = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?", re.ASCII)
_EDTF = re.compile(r"[0-9X]{4}[0-9X~?%/.:TZ+-]*", re.ASCII)
_TIME = re.compile(r"T[0-9:.Z+-]*$", re.ASCII)
_DOUBT = re.compile(r"[~?%]$")


def csl_date(text: str) -> CslDate:
    """The date as CSL-JSON's variable; what it has no form for (open ranges, unknown digits) as the text itself.

    >>> csl_date("2004-05/2006"), csl_date("1850~")
    ({'date-parts': [[2004, 5], [2006]]}, {'date-parts': [[1850]], 'circa': True})
    """
    ends = text.strip().split("/")
    dates = [_plain(end) for end in ends]
    if len(ends) > 2 or None in dates:
        return {"raw": text} if _EDTF.fullmatch(text) else {"literal": text}
    parts = [[part for part in (date.year, date.month, date.day) if part] for date in dates if date]
    is_doubtful = any(_DOUBT.search(end) for end in ends)
    return {"date-parts": parts, **({"circa": True} if is_doubtful else {})}


def edtf(value: object) -> str:
    """A date variable of CSL-JSON as EDTF, or as the text that it holds; nothing where it holds none."""
    if isinstance(value, str | int):
        return str(value)
    if not isinstance(value, dict):
        return ""
    parts = value.get("date-parts")
    if not isinstance(parts, list) or not all(isinstance(part, list) and part for part in parts[:2]) or not parts:
        return str(value.get("raw") or value.get("edtf") or value.get("literal") or "")
    # pandoc writes the open end of a range as the year 0.
    ends = ["" if str(part[0]) == "0" else _iso([str(one) for one in part[:3]]) for part in parts[:2]]
    season = str(value.get("season") or "")
    if season in ("1", "2", "3", "4") and len(parts[0]) == 1:
        ends[0] += f"-2{season}"
    return "/".join(ends) + ("~" if value.get("circa") and value["circa"] != "false" else "")


def is_plain(text: str) -> bool:
    """Whether the date is one year, month or day of the calendar, so that a reference's own date says all of it."""
    return _PLAIN.fullmatch(text) is not None and str(PartialDate.parse(text)) == text


def _plain(end: str) -> PartialDate | None:
    text = _DOUBT.sub("", _TIME.sub("", end))
    return PartialDate.parse(text) if is_plain(text) else None


def _iso(numbers: list[str]) -> str:
    return "-".join(number.zfill(4 if place == 0 else 2) for place, number in enumerate(numbers))
