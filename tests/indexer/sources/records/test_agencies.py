"""Items of news agencies: NewsML-G2, NewsML 1, NITF and ninjs."""

import io
import json
from datetime import date
from typing import Any

import pytest
from source_samples import kind_of, read, read_one

from indexer.errors import SourceError
from indexer.item import RawItem
from indexer.sources import AS_THEY_ARE
from indexer.sources.registry import BY_NAME, load_reader
from indexer.sources.source import ReadContext, Skipped

NAR = 'xmlns="http://iptc.org/std/nar/2006-10-01/" standard="NewsML-G2" standardversion="2.34"'


def news_item(
    body: str,
    guid: str = "urn:newsml:puerto.example:20180305:q1",
    version: int = 2,
    meta: str = "",
    kind: str = "text",
) -> str:
    """Return an item of NewsML-G2."""
    return (
        f'<newsItem guid="{guid}" version="{version}"><rightsInfo><copyrightNotice>Puerto'
        f'</copyrightNotice></rightsInfo><itemMeta><itemClass qcode="ninat:{kind}"/>'
        '<provider literal="puerto.example"/><versionCreated>2018-03-05T23:30:00-05:00</versionCreated>'
        f"<firstCreated>2018-03-04T08:00:00-05:00</firstCreated>{meta}</itemMeta><contentMeta>"
        '<urgency>4</urgency><language tag="es"/><headline>El segundo muelle abre</headline>'
        "<slugline>muelle-alta</slugline><by>Ana Prieto</by><located><name>Alta</name></located>"
        '<subject qcode="medtop:1"><name>Puertos</name></subject><subject><name>Comercio</name></subject>'
        f"</contentMeta><contentSet>{body}</contentSet></newsItem>"
    )


XHTML = (
    '<inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><head>'
    "<title>x</title></head><body><h2>Alta</h2><p>El <b>muelle</b> &amp; la grúa abren.</p>"
    "<p>Caben dos &lt;barcos&gt;.</p></body></html></inlineXML>"
)
PARAGRAPHS = ("Alta", "El muelle & la grúa abren.", "Caben dos <barcos>.")


def with_root(item: str) -> bytes:
    """Return an item of NewsML-G2 as a document."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>' + item.replace("<newsItem ", f"<newsItem {NAR} ", 1)
    ).encode()


def read_with(data: bytes, kind: str, **options: Any) -> tuple[list[RawItem], list[Skipped]]:
    """Read items as a kind with options, and the skipped ones."""
    skipped: list[Skipped] = []
    context = ReadContext("s", skipped.append, AS_THEY_ARE._replace(**options))
    source = load_reader(BY_NAME[kind])(io.BufferedReader(io.BytesIO(data)), context)
    return list(source.items), skipped


def test_a_news_item_of_newsml_g2_is_read() -> None:
    """The day is that of the version in its zone; all other fields are read too."""
    item = read_one(with_root(news_item(XHTML)))
    assert kind_of(with_root(news_item(XHTML))) == "newsml"
    assert item.date is not None
    assert (item.date.start, item.date.end) == (date(2018, 3, 5), date(2018, 3, 5))
    assert (item.title, item.paragraphs) == ("El segundo muelle abre", PARAGRAPHS)
    assert (item.author, item.likely_language, item.stated) == ("Ana Prieto", "es", True)
    assert dict(item.fields) == {
        "version": "2",
        "versioncreated": "2018-03-05T23:30:00-05:00",
        "firstcreated": "2018-03-04T08:00:00-05:00",
        "provider": "puerto.example",
        "located": "Alta",
        "slugline": "muelle-alta",
        "subjects": "Puertos, Comercio",
        "urgency": "4",
        "rights": "Puerto",
    }


@pytest.mark.parametrize(
    "content",
    [
        (
            "<inlineXML><nitf xmlns='http://iptc.org/std/NITF/2006-10-18/'><body><body.head><hedline><hl1>x</hl1>"
            "</hedline></body.head><body.content><hl2>Alta</hl2><p>El <b>muelle</b> &amp; la grúa abren.</p>"
            "<media><media-caption>x</media-caption></media><p>Caben dos &lt;barcos&gt;.</p></body.content>"
            "</body></nitf></inlineXML>"
        ),
        (
            "<inlineData contenttype='html'>&lt;h2>Alta&lt;/h2>&lt;p>El &lt;b>muelle&lt;/b> &amp;amp; la "
            "grúa abren.&lt;/p>&lt;p>Caben dos &amp;lt;barcos&amp;gt;.&lt;/p></inlineData>"
        ),
    ],
)
def test_inline_content_of_newsml_g2_becomes_paragraphs(content: str) -> None:
    """NITF and escaped HTML within an item give the same paragraphs as XHTML."""
    assert read_one(with_root(news_item(content))).paragraphs == PARAGRAPHS


def test_plain_inline_data_is_split_at_its_lines() -> None:
    """A text without elements keeps its lines."""
    item = read_one(with_root(news_item("<inlineData>El muelle abre.\nCaben dos.</inlineData>")))
    assert item.paragraphs == ("El muelle abre.", "Caben dos.")


def test_a_message_holds_items_and_packages() -> None:
    """Each item of a message is read, also with prefixes; packages and pictures are counted."""
    items = news_item(XHTML) + news_item(XHTML, guid="urn:newsml:puerto.example:20180305:q2")
    package = '<packageItem guid="p1" version="1"><itemMeta><title>x</title></itemMeta></packageItem>'
    picture = news_item("<remoteContent href='a.jpg'/>", guid="urn:newsml:puerto.example:f1", kind="picture")
    data = f"<newsMessage {NAR}><header/><itemSet>{items}{package}{picture}</itemSet></newsMessage>"
    for text in (
        data,
        data.replace("<", "<nar:").replace("<nar:/", "</nar:").replace("xmlns=", "xmlns:nar="),
    ):
        found, skipped = read(text.encode())
        assert len(found) == 2
        assert len({item.id for item in found}) == 2
        assert [one.reason for one in skipped] == [
            "no article but a packageItem",
            "no text but a picture, a sound or a graphic",
        ]


def test_canceled_items_are_reported_and_skipped() -> None:
    """An item whose status is canceled is left out with its title."""
    canceled = news_item(XHTML, guid="urn:x:1", meta='<pubStatus qcode="stat:canceled"/>')
    usable = news_item(XHTML, meta='<pubStatus qcode="stat:usable"/>')
    found, skipped = read(f"<newsMessage {NAR}><itemSet>{canceled}{usable}</itemSet></newsMessage>".encode())
    assert len(found) == 1
    assert [one.reason for one in skipped] == ["canceled by its agency: “El segundo muelle abre”"]


@pytest.mark.parametrize(
    ("meta", "field"),
    [
        ("<embargoed>2999-01-01T10:00:00Z</embargoed>", "2999-01-01T10:00:00Z"),
        ('<pubStatus qcode="stat:withheld"/>', "until further notice"),
        ("<embargoed>2018-03-01T10:00:00Z</embargoed>", None),
        ("<embargoed>2018-03-01T10:00:00</embargoed>", None),
    ],
)
def test_items_under_embargo_have_a_field(meta: str, field: str | None) -> None:
    """An embargo that has not ended is the field embargoed, or leaves the item out if wanted."""
    data = with_root(news_item(XHTML, meta=meta))
    (item,), _ = read_with(data, "newsml")
    assert dict(item.fields).get("embargoed") == field
    if field is None:
        assert len(read_with(data, "newsml", skip_embargoed=True)[0]) == 1
    else:
        with pytest.raises(SourceError, match="s is NewsML-G2, but holds no article that can be read"):
            read_with(data, "newsml", skip_embargoed=True)


def test_ids_depend_on_the_guid_only() -> None:
    """A later version of an item has the same id; a short guid is completed by its provider."""
    first = read_one(with_root(news_item(XHTML)))
    later = read_one(with_root(news_item("<inlineData>Otro texto.</inlineData>", version=3)))
    assert first.id == later.id
    assert read_one(with_root(news_item(XHTML, guid="17"))).stated


NEWSML_1 = """<?xml version="1.0" encoding="iso-8859-1"?><!DOCTYPE NewsML SYSTEM "x.dtd">
<NewsML Version="1.2"><NewsEnvelope><DateAndTime>20180306T010000Z</DateAndTime></NewsEnvelope>
<NewsItem><Identification><NewsIdentifier><ProviderId>quai.example</ProviderId><DateId>20180305</DateId>
<NewsItemId>Q7</NewsItemId><RevisionId PreviousRevision="1" Update="N">2</RevisionId>
<PublicIdentifier>urn:newsml:quai.example:20180305:Q7:2</PublicIdentifier></NewsIdentifier></Identification>
<NewsManagement><NewsItemType FormalName="News"/><FirstCreated>20180304T101500+0100</FirstCreated>
<ThisRevisionCreated>20180305T233000+0100</ThisRevisionCreated><Status FormalName="Usable"/>
<Urgency FormalName="3"/></NewsManagement><NewsComponent><NewsLines><HeadLine>Un deuxième quai</HeadLine>
<ByLine>Par Luc Mora</ByLine><DateLine>Alta, 5 mars</DateLine></NewsLines>
<DescriptiveMetadata><Language FormalName="fr"/></DescriptiveMetadata><ContentItem>
<MediaType FormalName="Text"/>
<DataContent>%s</DataContent></ContentItem></NewsComponent></NewsItem></NewsML>"""


@pytest.mark.parametrize(
    "content",
    [
        "<p>Le quai est prêt.</p><p>Il ouvre.</p>",
        "<nitf><body><body.content><p>Le quai est prêt.</p><p>Il ouvre.</p></body.content></body></nitf>",
        "<html><head><title>x</title></head><body><p>Le quai est prêt.</p><p>Il ouvre.</p></body></html>",
    ],
)
def test_newsml_1_is_read(content: str) -> None:
    """The day is that of the revision; the revision is the version."""
    data = (NEWSML_1 % content).encode("iso-8859-1")
    item = read_one(data)
    assert kind_of(data) == "newsml1"
    assert item.date is not None
    assert (item.date.start, item.title, item.author) == (date(2018, 3, 5), "Un deuxième quai", "Luc Mora")
    assert (item.paragraphs, item.likely_language) == (("Le quai est prêt.", "Il ouvre."), "fr")
    fields = dict(item.fields)
    assert (fields["version"], fields["provider"], fields["urgency"]) == ("2", "quai.example", "3")


NITF = """<?xml version="1.0"?><nitf xml:lang="en"><head><title>x</title>
<docdata management-status="%s"><doc-id id-string="Q9" regsrc="harbour.example"/>
<date.issue norm="20180305T233000-0500"/>
<date.release norm="20180305T120000Z"/><du-key key="quay" version="4"/><doc.copyright holder="Harbour"/>
<key-list><keyword key="ports"/></key-list></docdata>
<pubdata name="The Harbour Post" position.section="Trade" position.page="7"/></head><body><body.head>
<hedline>
<hl1>A second quay opens</hl1><hl2>Cranes are ready</hl2></hedline><byline>By <person>Ann Lee</person>
</byline>
<dateline><location>ALTA</location></dateline><abstract><p>Short.</p></abstract></body.head>
<body.content><block><p>The <em>quay</em> opens.</p><p>Two ships fit.</p><media>
<media-caption>x</media-caption></media>
</block></body.content><body.end><tagline>x</tagline></body.end></body></nitf>"""


def test_nitf_is_read() -> None:
    """Title, day, author, section, page, publication and text of NITF are read."""
    item = read_one((NITF % "usable").encode())
    assert kind_of((NITF % "usable").encode()) == "nitf"
    assert item.date is not None
    assert (item.date.start, item.title, item.author) == (date(2018, 3, 5), "A second quay opens", "Ann Lee")
    assert (item.paragraphs, item.section) == (("The quay opens.", "Two ships fit."), "Trade")
    fields = dict(item.fields)
    assert (fields["version"], fields["page"], fields["publication"]) == ("4", "7", "The Harbour Post")
    assert (fields["subheadline"], fields["located"], fields["summary"]) == (
        "Cranes are ready",
        "ALTA",
        "Short.",
    )
    with pytest.raises(SourceError, match="is NITF, but holds no article"):
        read((NITF % "canceled").encode())


NINJS_1: dict[str, Any] = {
    "uri": "urn:newsml:puerto.example:20180305:n1",
    "type": "text",
    "version": "2",
    "versioncreated": "2018-03-05T23:30:00-05:00",
    "pubstatus": "usable",
    "language": "es",
    "headline": "El muelle",
    "byline": "Ana Prieto",
    "body_text": "El muelle abre. Caben dos.",
    "body_xhtml": "<p>El muelle abre.</p><p>Caben dos.</p>",
    "subject": [{"code": "p", "name": "Puertos"}],
    "place": [{"name": "Alta"}],
    "renditions": {"web": {"href": "https://puerto.example/a.jpg"}},
}
NINJS_3: dict[str, Any] = {
    "uri": "urn:newsml:puerto.example:20180305:n1",
    "standard": {"name": "ninjs", "version": "3.0"},
    "type": "text",
    "version": "2",
    "versioncreated": "2018-03-05T23:30:00-05:00",
    "language": "es",
    "headlines": [{"role": "seo", "value": "x"}, {"role": "main", "value": "El muelle"}],
    "bodies": [
        {"contenttype": "text/plain", "value": "El muelle abre. Caben dos."},
        {"contenttype": "text/html", "value": "<p>El muelle abre.</p><p>Caben dos.</p>"},
    ],
    "bylines": [{"value": "Ana Prieto"}],
    "subjects": [{"name": "Puertos"}],
    "places": [{"name": "Alta"}],
    "infosources": [{"name": "Puerto"}],
}
NINJS_2 = NINJS_3 | {"standard": {"name": "ninjs", "version": "2.1"}, "by": "Ana Prieto"}
del NINJS_2["bylines"]
NINJS_31 = NINJS_3 | {"versionCreated": NINJS_3["versioncreated"], "by": "Ana Prieto"}
del NINJS_31["bylines"], NINJS_31["versioncreated"]
NINJS_16 = NINJS_1 | {"headline_main": "El muelle", "type": "composite", "associations": {"a": {"uri": "b"}}}
del NINJS_16["headline"]


@pytest.mark.parametrize("record", [NINJS_1, NINJS_16, NINJS_2, NINJS_3, NINJS_31])
def test_ninjs_of_all_versions_is_read(record: dict[str, Any]) -> None:
    """The versions of ninjs give the same title, text, day, author and id."""
    for data in (json.dumps(record), json.dumps([record]), json.dumps({"items": [record]}, indent=1)):
        item = read_one(data.encode())
        assert kind_of(data.encode()) == "ninjs"
        assert item.date is not None
        assert (item.date.start, item.title, item.author) == (date(2018, 3, 5), "El muelle", "Ana Prieto")
        assert (item.paragraphs, item.likely_language) == (("El muelle abre.", "Caben dos."), "es")
        assert "Puertos" in dict(item.fields).values()
        assert dict(item.fields)["version"] == "2"
        assert item.id == read_one(json.dumps(NINJS_1).encode()).id


def test_ninjs_on_lines_is_read_up_to_a_fault() -> None:
    """Canceled items are reported, and so is a file that breaks off."""
    other = NINJS_1 | {"uri": "urn:x:2", "pubstatus": "canceled"}
    lines = f"{json.dumps(NINJS_1)}\n{json.dumps(other)}\n{json.dumps(NINJS_1)[:60]}"
    found, skipped = read(lines.encode())
    assert len(found) == 1
    reasons = [one.reason.partition(":")[0] for one in skipped]
    assert reasons == ["canceled by its agency", "is not valid JSON at line 3"]


def test_an_item_that_breaks_off_is_read_as_far_as_it_goes() -> None:
    """Half of a file gives the items that are complete, and the rest of the last one."""
    second = news_item(XHTML, guid="urn:x:2")
    data = f"<newsMessage {NAR}><itemSet>{news_item(XHTML)}{second}".encode()
    assert len(read(data[: -len(second) // 3])[0]) == 2


def test_entities_are_not_expanded() -> None:
    """Declarations of entities are ignored, so that none can grow without bound."""
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    item = read_one(bomb.encode() + with_root(news_item("<inlineData>uno &b; dos</inlineData>"))[38:])
    assert item.paragraphs == ("uno &b; dos",)
