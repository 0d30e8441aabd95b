"""Containers: what is in them is read, within limits, and what cannot be read is said."""

import bz2
import gzip
import io
import lzma
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from bibtool.components import Limits
from bibtool.errors import InputError
from bibtool.extractors.text import extract
from bibtool.readers import bibtool_readers
from bibtool.reading.inputs import Report, open_documents

READERS = {suffix: reader for reader in bibtool_readers() for suffix in reader.suffixes}
TEXT = b"see arXiv:2404.07839v2 for this"
WORD = (
    '<w:document xmlns:w="w"><w:body><w:p><w:r><w:t>arXiv:2404.</w:t></w:r><w:r><w:t>07839v2</w:t></w:r></w:p>'
    "<w:p><w:pPr>\n</w:pPr><w:hyperlink r:id='a'><w:r><w:t>here</w:t></w:r></w:hyperlink></w:p></w:body></w:document>"
)
LINKS = "<Relationships><Relationship Target='https://arxiv.org/abs/1706.03762' TargetMode='External'/></Relationships>"
ODT = '<office:text xmlns:office="o"><text:p xmlns:text="t">arXiv:<text:span>2404.07839</text:span>v2</text:p></office:text>'


def identifiers(path: Path, limits: Limits = Limits()) -> tuple[list[tuple[str, str]], Report]:  # noqa: B008 - frozen
    report = Report()
    found = []
    for document in open_documents([str(path)], READERS, limits, report):
        try:
            found += [(mention.document.replace(str(path), "F"), str(mention.identifier)) for mention in extract(document)]
        except InputError as error:
            report.errors.append(error)
    return found, report


def zipped(**members: bytes | str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return held.getvalue()


def tarred(content: bytes = TEXT, name: str = "a/b.txt") -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        member = tarfile.TarInfo(name)
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
        device = tarfile.TarInfo("device")
        device.type = tarfile.CHRTYPE
        archive.addfile(device)
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return held.getvalue()


def zstd(content: bytes) -> bytes:
    from backports import zstd as zstandard

    return zstandard.compress(content)


def parquet(text: str) -> bytes:
    import pyarrow
    from pyarrow import parquet as pq

    held = io.BytesIO()
    pq.write_table(pyarrow.table({"number": [1, 2], "text": ["none", text]}), held)
    return held.getvalue()


ONE = "2404.07839v2"
CONTAINERS = [
    ("a.txt.gz", gzip.compress(TEXT), [("F", ONE)]),
    ("a.txt.bz2", bz2.compress(TEXT), [("F", ONE)]),
    ("a.txt.xz", lzma.compress(TEXT), [("F", ONE)]),
    ("a.txt.zst", zstd(TEXT), [("F", ONE)]),
    ("a.zip", zipped(b_dot_txt=TEXT, c__d_dot_md=TEXT), [("F!/b.txt", ONE), ("F!/c/d.md", ONE)]),
    ("a.tar", tarred(), [("F!/a/b.txt", ONE)]),
    ("a.tar.gz", gzip.compress(tarred()), [("F!/a/b.txt", ONE)]),
    ("a.tgz", gzip.compress(tarred()), [("F!/a/b.txt", ONE)]),
    ("up.tar", tarred(name="../../etc/passwd"), [("F!/../../etc/passwd", ONE)]),
    ("nested.zip", zipped(b_dot_zip=zipped(c_dot_txt=TEXT)), [("F!/b.zip!/c.txt", ONE)]),
    ("nested.tar.xz", lzma.compress(tarred(zipped(c_dot_txt=TEXT), "b.zip")), [("F!/b.zip!/c.txt", ONE)]),
    ("binary.zip", zipped(b_dot_png=b"\x89PNG" + bytes(100), c_dot_txt=TEXT), [("F!/c.txt", ONE)]),
    ("gzip.zip", zipped(b_dot_txt_dot_gz=gzip.compress(TEXT)), [("F!/b.txt.gz", ONE)]),
    ("gzip.tar", tarred(gzip.compress(TEXT), "b.txt.gz"), [("F!/b.txt.gz", ONE)]),
    ("tar.gz.zip", zipped(b_dot_tar_dot_gz=gzip.compress(tarred())), [("F!/b.tar.gz!/a/b.txt", ONE)]),
    ("gzip.tgz", gzip.compress(tarred(gzip.compress(TEXT), "b.txt.gz")), [("F!/b.txt.gz", ONE)]),
    ("a.txt.gz.gz", gzip.compress(gzip.compress(TEXT)), [("F!/a.txt.gz", ONE)]),
    ("a.txt.gz.xz", lzma.compress(gzip.compress(TEXT)), [("F!/a.txt.gz", ONE)]),
    ("a.docx", zipped(word__document_dot_xml=WORD, word___rels__document_dot_xml_dot_rels=LINKS), [("F", ONE), ("F", "1706.03762")]),
    ("a.odt", zipped(content_dot_xml=ODT), [("F", ONE)]),
    ("a.epub", zipped(b_dot_xhtml="<p>arXiv:<i>2404.07839v2</i></p>"), [("F!/b.xhtml", ONE)]),
    ("a.parquet", parquet(TEXT.decode()), [("F", ONE)]),
]


@pytest.mark.parametrize(("name", "content", "wanted"), CONTAINERS, ids=[name for name, _, _ in CONTAINERS])
def test_what_a_container_holds_is_read(tmp_path: Path, name: str, content: bytes, wanted: list[tuple[str, str]]) -> None:
    (tmp_path / name).write_bytes(content)
    assert identifiers(tmp_path / name)[0] == wanted


@pytest.mark.parametrize(("name", "content"), [(name, content) for name, content, _ in CONTAINERS], ids=[name for name, _, _ in CONTAINERS])
def test_a_container_cut_short_is_an_error_that_names_it(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content[: len(content) // 2])
    found, report = identifiers(path)
    assert len(report.errors) >= (not found)
    assert all(name in str(error) and "\n" not in str(error) for error in report.errors)


LONG = TEXT + b" " + bytes(range(97, 123)) * 20_000
LATE = b"1706.03762v5"


def cut(content: bytes) -> bytes:
    return content[:-6]


def wrong_size(content: bytes) -> bytes:
    """A .zip that promises less than it holds."""
    packed = bytearray(zipped(b_dot_txt=content))
    for header, field in ((b"PK\x03\x04", 14), (b"PK\x01\x02", 16)):
        packed[packed.index(header) + field] ^= 0xFF
    return bytes(packed)


DAMAGED = [
    ("garbage behind.txt.gz", gzip.compress(LONG + LATE) + b"garbage that is no member"),
    ("garbage behind a short text.txt.gz", gzip.compress(TEXT) + b"garbage that is no member"),
    ("wrong sum of a short text.txt.gz", gzip.compress(TEXT)[:-8] + bytes(8)),
    ("damaged member behind.txt.gz", gzip.compress(LONG + LATE) + b"\x1f\x8b\x08" + bytes(40)),
    ("cut.txt.gz", cut(gzip.compress(LONG + LATE + b"\n"))),
    ("wrong sum.txt.gz", gzip.compress(LONG + LATE)[:-8] + bytes(8)),
    ("wrong sum.zip", wrong_size(LONG + LATE)),
    ("cut.txt.bz2", bz2.compress(LONG + LATE) + bz2.compress(TEXT)[:-6]),
    ("cut.txt.xz", cut(lzma.compress(LONG + LATE))),
    ("cut.txt.zst", cut(zstd(LONG + LATE) + zstd(TEXT))),
]


@pytest.mark.parametrize("has_isal", [True, False], ids=["isal", "gzip"])
@pytest.mark.parametrize(("name", "content"), DAMAGED, ids=[name for name, _ in DAMAGED])
def test_what_stands_before_the_damage_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes, has_isal: bool
) -> None:
    if not has_isal:
        monkeypatch.setitem(sys.modules, "isal", None)
    path = tmp_path / name
    path.write_bytes(content)
    found, report = identifiers(path)
    assert [identifier for _, identifier in found][:1] == [ONE]
    assert [str(error).count("()") for error in report.errors] == [0]


PAGE = b"""BT /F1 12 Tf 72 700 Td (We follow arXiv:hep-) Tj 0 -14 Td (th/9901001 and arXiv:1810.04805v2.) Tj ET
BT /F1 20 Tf 0 1 -1 0 30 300 Tm (arXiv:2404.07839v1  [cs.CL]  11 Apr 2024) Tj ET"""


def pdf(page: bytes = PAGE) -> bytes:
    """A page with a broken line, a stamp in its margin and a link."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Annots[6 0 R]/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(page), page),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        b"<</Type/Annot/Subtype/Link/Rect[72 100 99 120]/A<</S/URI/URI(https://arxiv.org/abs/1706.03762)>>>>",
    ]
    content, places = b"%PDF-1.4\n", []
    for number, value in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, value)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(content))
    return content + b"xref\n0 %d\n0000000000 65535 f \n%s%s" % (len(objects) + 1, table, trailer)


BY_PYPDFIUM2 = pytest.param("pypdfium2", marks=pytest.mark.needs("pypdfium2"))


@pytest.mark.parametrize("package", [BY_PYPDFIUM2, "pypdf"])
def test_a_pdf_gives_its_text_its_stamp_and_its_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    if package == "pypdf":
        monkeypatch.setitem(sys.modules, "pypdfium2", None)
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf())
    found, report = identifiers(path)
    names = ["1706.03762", "1810.04805v2", "2404.07839v1", "hep-th/9901001"]
    assert (sorted(found), report.errors) == ([("F#page=1", name) for name in names], [])


@pytest.mark.parametrize("package", [BY_PYPDFIUM2, "pypdf"])
@pytest.mark.parametrize("content", [b"%PDF-1.4\nnothing", pdf()[:200]])
def test_a_damaged_pdf_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str, content: bytes) -> None:
    if package == "pypdf":
        monkeypatch.setitem(sys.modules, "pypdfium2", None)
    path = tmp_path / "a.pdf"
    path.write_bytes(content)
    found, report = identifiers(path)
    assert found == []
    assert ["a.pdf: a damaged or encrypted PDF (" in str(error) for error in report.errors] == [True]


@pytest.mark.parametrize("package", [BY_PYPDFIUM2, "pypdf"])
def test_a_pdf_with_a_password_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    import pypdf

    if package == "pypdf":
        monkeypatch.setitem(sys.modules, "pypdfium2", None)
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf()))
    writer.encrypt("secret", algorithm="RC4-128")
    path = tmp_path / "a.pdf"
    writer.write(path)
    found, report = identifiers(path)
    assert found == []
    assert ["without a password" in str(error) for error in report.errors] == [True]


def test_archives_nested_too_deep_are_left_out_and_said(tmp_path: Path) -> None:
    content = TEXT
    for _ in range(40):
        content = zipped(b_dot_zip=content)
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    found, report = identifiers(path)
    assert found == []
    assert ["more than 8 archives deep" in str(error) for error in report.errors] == [True]


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress, zstd, lambda text: zipped(b_dot_txt=text)])
def test_a_bomb_is_read_up_to_the_limit(tmp_path: Path, compress: "type[object]") -> None:
    suffix = {gzip.compress: ".gz", bz2.compress: ".bz2", lzma.compress: ".xz", zstd: ".zst"}.get(compress, ".zip")  # type: ignore[call-overload]
    path = tmp_path / f"a.txt{suffix}"
    path.write_bytes(compress(TEXT + bytes(80 << 20).replace(b"\0", b" ")))  # type: ignore[call-arg, arg-type]
    found, report = identifiers(path, Limits(max_ratio=100))
    assert [identifier for _, identifier in found] in ([ONE], [])
    assert ["unpacks to more than" in str(error) for error in report.errors] == [True]


def test_entities_are_never_expanded(tmp_path: Path) -> None:
    path = tmp_path / "a.odt"
    path.write_bytes(zipped(content_dot_xml='<!DOCTYPE a [<!ENTITY b "arXiv:2404.07839">]><a>&b;</a>'))
    found, report = identifiers(path)
    assert found == []
    assert ["document type" in str(error) for error in report.errors] == [True]


@pytest.mark.parametrize(
    ("name", "content", "wanted"),
    [
        ("1706.03762v5", gzip.compress(tarred()), [("F!/a/b.txt", ONE)]),
        ("noname", zipped(b_dot_txt=TEXT), [("F!/b.txt", ONE)]),
        ("zip.tar", zipped(b_dot_txt=TEXT), [("F!/b.txt", ONE)]),
        ("tar.tgz", tarred(), [("F!/a/b.txt", ONE)]),
        ("tar.gz.zip", gzip.compress(tarred()), [("F!/tar.gz!/a/b.txt", ONE)]),
        ("bzip2.gz", bz2.compress(TEXT), [("F", ONE)]),
    ],
)
def test_a_container_is_read_as_what_it_is_whatever_its_name_says(
    tmp_path: Path, name: str, content: bytes, wanted: list[tuple[str, str]]
) -> None:
    (tmp_path / name).write_bytes(content)
    found, report = identifiers(tmp_path / name)
    assert (found, report.errors) == (wanted, [])


def test_an_archive_comes_through_a_pipe() -> None:
    report = Report()
    documents = open_documents(["-"], READERS, Limits(), report, stdin=io.BytesIO(zipped(b_dot_txt=TEXT)))
    assert [document.text for document in documents] == [TEXT.decode()]


@pytest.mark.parametrize(
    ("magic", "remedy"), [(b"7z\xbc\xaf", "unpack it"), (b"Rar!", "unpack it"), (b"\xd0\xcf\x11\xe0", "save it as .docx")]
)
@pytest.mark.parametrize("name", ["a.bin", "a.docx"])
def test_what_no_reader_knows_is_named_with_a_remedy(tmp_path: Path, name: str, magic: bytes, remedy: str) -> None:
    (tmp_path / name).write_bytes(magic + bytes(600))
    [error] = identifiers(tmp_path / name)[1].errors
    assert name in str(error)
    assert remedy in str(error)


def test_links_and_devices_in_archives_are_named_and_no_failure(tmp_path: Path) -> None:
    held = io.BytesIO(zipped(b_dot_txt=TEXT))
    with zipfile.ZipFile(held, "a") as archive:
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    (tmp_path / "a.zip").write_bytes(held.getvalue())
    (tmp_path / "a.tar").write_bytes(tarred())
    for name in ("a.zip", "a.tar"):
        report = identifiers(tmp_path / name)[1]
        assert report.errors == []
        assert report.skipped["link in an archive"] == [f"{tmp_path / name}!/link"]


def test_pictures_in_an_archive_are_named_and_no_failure(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped(b_dot_png=b"\x89PNG" + bytes(100), c_dot_txt=TEXT))
    report = identifiers(tmp_path / "a.zip")[1]
    assert report == Report(skipped={"binary": [f"{tmp_path / 'a.zip'}!/b.png"]})


def test_what_stands_twice_in_a_word_document_is_read_once_and_headers_are_read(tmp_path: Path) -> None:
    box = "<w:p><w:r><w:t>arXiv:2404.07839v2</w:t></w:r></w:p>"
    body = f"<w:document xmlns:w='w' xmlns:m='m'><m:AlternateContent>{box}<m:Fallback>{box}</m:Fallback></m:AlternateContent></w:document>"
    header = "<w:hdr xmlns:w='w'><w:p><w:r><w:t>arXiv:1706.03762</w:t></w:r></w:p></w:hdr>"
    (tmp_path / "a.docm").write_bytes(zipped(word__header1_dot_xml=header, word__document_dot_xml=body))
    assert identifiers(tmp_path / "a.docm")[0] == [("F", ONE), ("F", "1706.03762")]


@pytest.mark.parametrize(
    ("name", "part", "content"),
    [
        ("a.pptx", "ppt__slides__slide1_dot_xml", "<a:p xmlns:a='a'><a:t>arXiv:2404.</a:t><a:t>07839v2</a:t></a:p>"),
        ("a.xlsx", "xl__sharedStrings_dot_xml", "<sst><si><t>1</t></si><si><t>arXiv:2404.</t><t>07839v2</t></si><si><t>1</t></si></sst>"),
    ],
)
def test_slides_and_workbooks_are_read(tmp_path: Path, name: str, part: str, content: str) -> None:
    (tmp_path / name).write_bytes(zipped(**{part: content}))
    assert identifiers(tmp_path / name)[0] == [("F", ONE)]


def test_a_note_parts_nothing_in_an_opendocument_text(tmp_path: Path) -> None:
    note = "<t:note><t:note-citation>1</t:note-citation><t:note-body><t:p>arXiv:1706.03762</t:p></t:note-body></t:note>"
    (tmp_path / "a.odt").write_bytes(zipped(content_dot_xml=f"<o xmlns:t='t'><t:p>arXiv:2404.0{note}7839v2</t:p></o>"))
    assert identifiers(tmp_path / "a.odt")[0] == [("F", ONE), ("F", "1706.03762")]


def test_an_office_file_without_text_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(zipped(b_dot_txt=TEXT))
    [error] = identifiers(tmp_path / "a.docx")[1].errors
    assert "name it .zip" in str(error)
