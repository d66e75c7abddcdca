"""Records of libraries and reference managers in XML: EndNote, Zotero, MODS, MARCXML, TEI."""

from datetime import date

import pytest
from source_samples import kind_of, read, read_one

from indexer.errors import SourceError

ENDNOTE = b"""<?xml version="1.0" encoding="UTF-8"?><xml><records><record>
<database name="a.enl">a.enl</database>
<source-app name="EndNote">EndNote</source-app><rec-number>1</rec-number>
<ref-type name="Newspaper Article">23</ref-type>
<contributors><authors><author><style face="normal">Prieto, Ana</style></author>
<author>Mora, Luc</author></authors>
</contributors><titles><title><style face="normal">A second </style><style face="italic">quay</style>
</title>
<secondary-title>The Harbour Post</secondary-title></titles><pages>7</pages><keywords>
<keyword>ports</keyword>
<keyword>trade</keyword></keywords><dates><year><style>2018</style></year><pub-dates><date>
<style>March 5</style></date>
</pub-dates></dates><abstract>The quay opens. Two ships fit.</abstract><urls><related-urls>
<url>https://harbour.example/1
</url></related-urls></urls><language>English</language></record>
<record><titles><title>Cranes</title></titles><dates><year>2019</year></dates><notes>None</notes>
</record></records></xml>"""


def test_xml_of_endnote_is_read() -> None:
    """Styles within fields are ignored; the day is completed by the year."""
    assert kind_of(ENDNOTE) == "endnote"
    (first, second), skipped = read(ENDNOTE)
    assert not skipped
    assert first.date is not None
    assert (first.title, first.author, first.date.start) == (
        "A second quay",
        "Ana Prieto, Luc Mora",
        date(2018, 3, 5),
    )
    assert (first.paragraphs, first.url) == (("The quay opens. Two ships fit.",), "https://harbour.example/1")
    assert first.likely_language == "en"
    assert dict(first.fields) == {
        "publication": "The Harbour Post",
        "page": "7",
        "keywords": "ports, trade",
        "reference_type": "Newspaper Article",
    }
    assert second.date is not None
    assert (second.title, second.date.end) == ("Cranes", date(2019, 12, 31))


ZOTERO = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:z="http://www.zotero.org/namespaces/export#"
 xmlns:dcterms="http://purl.org/dc/terms/" xmlns:bib="http://purl.org/net/biblio#" xmlns:foaf="http://xmlns.com/foaf/0.1/"
 xmlns:link="http://purl.org/rss/1.0/modules/link/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<bib:Article rdf:about="https://puerto.example/1"><z:itemType>newspaperArticle</z:itemType>
<dcterms:isPartOf>
<bib:Newspaper><dc:title>El Puerto</dc:title></bib:Newspaper></dcterms:isPartOf><bib:authors><rdf:Seq>
<rdf:li><foaf:Person>
<foaf:surname>Prieto</foaf:surname><foaf:givenName>Ana</foaf:givenName></foaf:Person></rdf:li></rdf:Seq>
</bib:authors>
<link:link rdf:resource="#item_2"/><dc:title>Un segundo muelle</dc:title><dcterms:abstract>El muelle abre.
Caben dos.</dcterms:abstract><dc:date>2018-03-05</dc:date><z:language>es</z:language><dc:identifier>
<dcterms:URI>
<rdf:value>https://puerto.example/1</rdf:value></dcterms:URI></dc:identifier>
<dc:subject>Puertos</dc:subject></bib:Article>
<z:Attachment rdf:about="#item_2"><dc:title>Snapshot</dc:title></z:Attachment>
<bib:Document rdf:about="#item_3"><dc:title>Otro muelle</dc:title><dc:date>March 6, 2018</dc:date>
</bib:Document>
</rdf:RDF>"""


def test_rdf_of_zotero_is_read() -> None:
    """Items of Zotero are read, its attachments are not."""
    assert kind_of(ZOTERO) == "zotero"
    (first, second), _ = read(ZOTERO)
    assert first.date is not None
    assert (first.title, first.author, first.date.start) == (
        "Un segundo muelle",
        "Ana Prieto",
        date(2018, 3, 5),
    )
    assert (first.paragraphs, first.url) == (("El muelle abre.", "Caben dos."), "https://puerto.example/1")
    assert dict(first.fields)["publication"] == "El Puerto"
    assert second.date is not None
    assert (second.title, second.date.start) == ("Otro muelle", date(2018, 3, 6))


MODS = """<mods:modsCollection xmlns:mods="http://www.loc.gov/mods/v3"><mods:mods version="3.7">
<mods:titleInfo>
<mods:nonSort>Le</mods:nonSort><mods:title>quai</mods:title></mods:titleInfo>
<mods:titleInfo type="alternative">
<mods:title>x</mods:title></mods:titleInfo><mods:name type="personal">
<mods:namePart type="family">Mora</mods:namePart>
<mods:namePart type="given">Luc</mods:namePart><mods:role><mods:roleTerm>author</mods:roleTerm>
</mods:role></mods:name>
<mods:originInfo><mods:dateIssued encoding="w3cdtf">1898-03-05</mods:dateIssued></mods:originInfo>
<mods:language><mods:languageTerm type="code">fre</mods:languageTerm></mods:language>
<mods:abstract>Le quai ouvre lundi.</mods:abstract><mods:relatedItem type="host"><mods:titleInfo>
<mods:title>Le Port
</mods:title></mods:titleInfo><mods:part><mods:extent unit="page"><mods:start>3</mods:start>
</mods:extent></mods:part>
</mods:relatedItem><mods:location><mods:url>https://port.example/3</mods:url></mods:location>
<mods:recordInfo>
<mods:recordIdentifier>q3</mods:recordIdentifier></mods:recordInfo></mods:mods></mods:modsCollection>"""


def test_records_of_mods_are_read() -> None:
    """Title with its article, author by parts, day and text of MODS are read, with any prefix."""
    for data in (MODS, MODS.replace("mods:mods", "mods").replace("mods:", "").replace("xmlns:mods", "xmlns")):
        item = read_one(data.encode())
        assert kind_of(data.encode()) == "mods"
        assert item.date is not None
        assert (item.title, item.author, item.date.start) == ("Le quai", "Luc Mora", date(1898, 3, 5))
        assert (item.paragraphs, item.likely_language) == (("Le quai ouvre lundi.",), "fr")
        assert item.url == "https://port.example/3"
        fields = dict(item.fields)
        assert (fields["publication"], fields["page"], fields["record_number"]) == ("Le Port", "3", "q3")


def marc(count: int) -> bytes:
    """Return records of MARCXML."""
    record = (
        "<record><leader>00000nab a2200000 a 4500</leader><controlfield tag='001'>%d</controlfield>"
        "<controlfield tag='008'>180306e20180305pe            000 0 spa d</controlfield>"
        "<datafield tag='100' ind1='1'><subfield code='a'>Prieto, Ana</subfield></datafield>"
        "<datafield tag='245'><subfield code='a'>Muelle %d :</subfield><subfield code='b'>el "
        "segundo /</subfield></datafield><datafield tag='520'><subfield code='a'>"
        "Abre el muelle %d.</subfield></datafield><datafield tag='650'><subfield code='a'>Puertos</subfield>"
        "</datafield><datafield tag='773'><subfield code='t'>El Puerto</subfield></datafield></record>"
    )
    records = "".join(record % (number, number, number) for number in range(count))
    return f'<collection xmlns="http://www.loc.gov/MARC21/slim">{records}</collection>'.encode()


def test_records_of_marcxml_are_read() -> None:
    """Day and language are in the control field; punctuation at the end of a title is removed."""
    assert kind_of(marc(1)) == "marcxml"
    first, second = read(marc(2))[0]
    assert first.date is not None
    assert (first.title, first.author, first.date.start) == (
        "Muelle 0 : el segundo",
        "Ana Prieto",
        date(2018, 3, 5),
    )
    assert (first.paragraphs, first.likely_language) == (("Abre el muelle 0.",), "es")
    assert dict(first.fields) == {"publication": "El Puerto", "keywords": "Puertos", "record_number": "0"}
    assert first.id != second.id


TEI = """<?xml version="1.0"?><TEI xmlns="http://www.tei-c.org/ns/1.0" xml:lang="en"><teiHeader>
<fileDesc><titleStmt>
<title>The Harbour Post</title></titleStmt><publicationStmt><publisher>Library</publisher>
<date when="2020-01-01"/>
</publicationStmt><sourceDesc><bibl><title level="j">The Harbour Post</title>
<date when="1898-03-05">5 March 1898</date>
</bibl></sourceDesc></fileDesc></teiHeader><text><body>%s</body></text></TEI>"""
DIVS = """<div type="page"><pb n="1"/><div type="article" xml:id="a1"><head>A second quay</head>
<byline>By <persName>Ann Lee</persName></byline><dateline>Alta, <date when="1898-03-04">yesterday</date>
</dateline>
<p>The har-<lb break="no"/>bour has<lb/>a quay of <date when="1797">1797</date>.</p><fw>x</fw>
<p>Two ships <hi>fit</hi>.</p>
</div><div type="article"><head>Cranes</head><p>They turn.</p></div><div type="advert"><p>Soap.</p></div>
</div>"""


def test_articles_of_tei_are_read() -> None:
    """Each division of the type article is an item, with its own day or that of its source."""
    data = (TEI % DIVS).encode()
    assert kind_of(data) == "tei"
    (first, second), _ = read(data)
    assert first.date is not None
    assert (first.title, first.author, first.date.start) == ("A second quay", "Ann Lee", date(1898, 3, 4))
    assert first.paragraphs == ("The harbour has a quay of 1797.", "Two ships fit.")
    assert dict(first.fields) == {
        "identifier": "a1",
        "publication": "The Harbour Post",
        "publisher": "Library",
    }
    assert second.date is not None
    assert (second.title, second.date.start, second.likely_language) == ("Cranes", date(1898, 3, 5), "en")


def test_tei_without_articles_is_one_item() -> None:
    """A text without such divisions is read whole, with the title of its header."""
    item = read_one((TEI % "<p>One.</p><div><head>Part</head><p>Two.</p></div>").encode())
    assert (item.title, item.paragraphs) == ("The Harbour Post", ("One.", "Part", "Two."))


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"<xml><records><record><rec-number>1</rec-number></record></records></xml>", "XML of EndNote"),
        (b'<mods xmlns="http://www.loc.gov/mods/v3"><genre>x</genre></mods>', "MODS"),
        (b"<collection><record><leader>x</leader></record></collection>", "MARCXML"),
    ],
)
def test_a_known_format_without_articles_is_named(data: bytes, what: str) -> None:
    """The error names the format and the reason."""
    with pytest.raises(SourceError, match=f"s.xml is {what}, but holds no article that can be read"):
        read(data)
