"""Exports of press databases for tests: invented articles in the published layout of each system.

The layouts follow the public descriptions that indexer/sources/press/README.md names; all words are invented.
"""

# ruff: noqa: E501 - markup is easier to compare in one piece

import io
import json
import textwrap
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from email.message import EmailMessage
from pathlib import Path
from typing import NamedTuple


class Story(NamedTuple):
    """An invented article and what its export states."""

    title: str
    publication: str
    day: date
    written: str  # the day in words
    author: str
    section: str
    page: str
    place: str
    country: str
    body: tuple[str, ...]


def _stories() -> dict[str, list[Story]]:
    stories: dict[str, list[Story]] = {}
    for line in Path(__file__).with_name("press_stories.jsonl").read_text("utf-8").splitlines():
        values = json.loads(line)
        language = values.pop("language")
        values |= {"day": date.fromisoformat(values["day"]), "body": tuple(values["body"])}
        stories.setdefault(language, []).append(Story(**values))
    return stories


STORIES = _stories()
"""Articles by language."""

LANGUAGES = {"en": "English", "es": "Español", "fr": "Français"}
_WORDS = {"en": "words", "es": "palabras", "fr": "mots"}
_BY = {"en": "By ", "es": "Por ", "fr": "Par "}
_DOCUMENT = {"en": "Document", "es": "Documento", "fr": "Document"}


def number_of(story: Story) -> str:
    """Return the number of an article in Factiva."""
    return f"ALTA000020{story.day:%Y%m%d}ee3500001"


def _coded(story: Story, language: str) -> list[tuple[str, list[str]]]:
    """Return the fields of an article of Factiva by their codes."""
    return [
        ("SE", [story.section]),
        ("HD", [story.title]),
        ("BY", [_BY[language] + story.author]),
        ("WC", [f"85 {_WORDS[language]}"]),
        ("PD", [story.written]),
        ("ET", ["07:15"]),
        ("SN", [story.publication]),
        ("SC", ["ALTA"]),
        ("PG", [story.page]),
        ("LA", [LANGUAGES[language]]),
        ("CY", [f"(c) {story.day.year} Alta Press"]),
        ("LP", [*story.body[:1]]),
        ("TD", [*story.body[1:]]),
        ("NS", ["gpol : Domestic Politics | gcat : Political/General News"]),
        ("RE", [f"xyz : {story.place} | eurz : Continent"]),
        ("PUB", ["Alta Press Ltd"]),
        ("AN", [f"{_DOCUMENT[language]} {number_of(story)}"]),
    ]


def _sequence(story: Story, language: str) -> list[str]:
    """Return the lines before the text of an article of Factiva without codes."""
    return [
        f"85 {_WORDS[language]}",
        story.written,
        "07:15",
        story.publication,
        "ALTA",
        "1; National",
        story.page,
        LANGUAGES[language],
        f"(c) {story.day.year} Alta Press",
    ]


def factiva_html(stories: Sequence[Story], language: str) -> bytes:
    """Return an export of Factiva as HTML with field codes."""
    articles = []
    for story in stories:
        rows = []
        for code, texts in _coded(story, language):
            cell = "".join(
                f'<p class="articleParagraph {language}articleParagraph">{one}</p>\n' for one in texts
            )
            cell = cell if code in {"LP", "TD"} else texts[0]
            cell = f"<b class='{language}Headline'>{cell}</b>" if code == "HD" else cell
            rows.append(
                f'<tr><td align="right" valign="top" class="index"><b>{code}</b>&nbsp;</td><td>{cell}</td></tr>'
            )
        table = "\n".join(rows)
        articles.append(f'<div class="article {language}Article"><table>{table}</table></div><br/>')
    return _factiva_page("".join(articles))


def factiva_html_plain(stories: Sequence[Story], language: str) -> bytes:
    """Return an export of Factiva as HTML without field codes."""
    articles = []
    for story in stories:
        body = "".join(
            f'<p class="articleParagraph {language}articleParagraph">{one}</p>' for one in story.body
        )
        lines = "".join(f"<div>{line}</div>" for line in _sequence(story, language))
        articles.append(
            f'<div id="article-{number_of(story)}" class="article"><div class="article {language}Article"><p>'
            f"<div>{story.section}</div><div id='hd'><span class='{language}Headline'>{story.title}</span></div>"
            f'<div class="author">{_BY[language]}{story.author} </div>{lines}<p></p>{body}<p>Alta Press Ltd</p>'
            f"<p>{_DOCUMENT[language]} {number_of(story)}</p></div></div><br/><span></span>"
        )
    return _factiva_page("".join(articles))


def _factiva_page(body: str) -> bytes:
    return (
        '<html><head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8"/><title>Factiva</title>'
        f"<style>{'.a{margin:0}' * 9000}</style></head><body><h1>Factiva</h1><span>Dow Jones</span>{body}"
        "<script>var modal = '<p>no text</p>';</script></body></html>"
    ).encode()


def factiva_xml(stories: Sequence[Story], language: str) -> bytes:
    """Return an answer of Factiva in XML."""
    articles = "".join(
        f"<ppsarticle><article><accessionNo>{number_of(story)}</accessionNo>"
        f"<reference>distdoc:archive/{number_of(story)}</reference><baseLanguage>{language.upper()}</baseLanguage>"
        f"<byline>{_BY[language]}{story.author}</byline><copyright>(c) Alta Press</copyright>"
        f'<headline><paragraph display="Proportional"><hlt>{story.title[:3]}</hlt>{story.title[3:]}</paragraph>'
        f"</headline><leadParagraph><paragraph>{story.body[0]}</paragraph></leadParagraph>"
        f"<pages>{story.page}</pages><publicationDate><date>{story.day}</date></publicationDate>"
        f"<publisherName>Alta Press Ltd</publisherName><sectionName>{story.section}</sectionName>"
        f"<sourceName>{story.publication}</sourceName><region code='xyz'><name>{story.place}</name></region>"
        "<newsSubject code='gpol'><name>Domestic Politics</name></newsSubject><sourceCode>ALTA</sourceCode>"
        f"<tailParagraphs>{''.join(f'<paragraph>{one}</paragraph>' for one in story.body[1:])}</tailParagraphs>"
        "<wordCount>85</wordCount></article></ppsarticle>"
        for story in stories
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<PPSResponse><ppsArticleResponse '
        f'xmlns="http://global.factiva.com/pps/2.0"><ppsarticleResultSet count="2">{articles}'
        "</ppsarticleResultSet></ppsArticleResponse></PPSResponse>"
    ).encode()


def rtf(*lines: str) -> bytes:
    """Return a document in RTF: accents as bytes of the code page, other signs as Unicode."""
    text = "".join(lines)
    signs = (
        sign
        if sign.isascii()
        else f"\\'{sign.encode('cp1252')[0]:02x}"
        if sign.isalpha()
        else f"\\u{ord(sign)}?"
        for sign in text
    )
    return (
        r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fswiss\fcharset0 Arial;}{\f1\froman Times;}}"
        r"{\colortbl;\red0\green0\blue0;}{\info{\title An export}{\author A program}}"
        rf"{{\header\pard Page 1 of 9\par}}\viewkind4 {''.join(signs)}}}"
    ).encode("ascii")


def factiva_rtf(stories: Sequence[Story], language: str) -> bytes:
    """Return an export of Factiva as RTF with field codes, which are cells of a table."""
    parts = []
    for story in stories:
        for code, texts in _coded(story, language):
            cell = "\\par\\par ".join(texts)
            parts.append(
                f"\\trowd\\cellx900\\cellx9000\\pard\\intbl\\b {code}\\b0\\cell\\pard\\intbl {cell}\\cell\\row\n"
            )
        parts.append("\\pard\\page ")
    return rtf(*parts)


def factiva_rtf_plain(stories: Sequence[Story], language: str) -> bytes:
    """Return an export of Factiva as RTF without field codes."""
    return rtf(
        *(
            "\\par\n".join(
                [
                    story.section,
                    rf"{{\b {story.title}}}",
                    _BY[language] + story.author,
                    *_sequence(story, language),
                    "",
                    *story.body,
                    "Alta Press Ltd",
                    f"{_DOCUMENT[language]} {number_of(story)}\\par\n",
                ]
            )
            for story in stories
        )
    )


_NEXIS = {
    "en": "BYLINE SECTION LENGTH LOAD-DATE LANGUAGE PUBLICATION-TYPE GEOGRAPHIC SUBJECT DOCUMENTS of Pg.",
    "es": "AUTOR SECCIÓN LONGITUD FECHA-CARGA IDIOMA TIPO-PUBLICACIÓN PAÍS TEMA DOCUMENTOS de Pág.",
    "fr": "AUTEUR RUBRIQUE LONGUEUR DATE-CHARGEMENT LANGUE TYPE-PUBLICATION LOCALISATION-GEO SUJET DOCUMENTS de Pg.",
}
_NAMES_OF_LANGUAGES = {"en": "ENGLISH", "es": "SPANISH; ESPAÑOL", "fr": "FRENCH; FRANÇAIS"}


def _nexis(story: Story, language: str) -> tuple[list[str], list[str], list[str]]:
    """Return the lines with labels of an article of Nexis: before and behind its text; and its names."""
    names = _NEXIS[language].split()
    head = [
        f"{names[0]}: {_BY[language]}{story.author}",
        f"{names[1]}: {story.section}; {names[10]} {story.page}",
        f"{names[2]}: 85 {_WORDS[language]}",
    ]
    tail = [
        f"{names[3]}: {story.written}",
        f"{names[4]}: {_NAMES_OF_LANGUAGES[language]}",
        f"{names[7]}: PORTS (93%); STRIKES (88%); A VERY LONG NAME OF A SUBJECT (70%); ANOTHER LONG NAME (68%)",
        f"{names[6]}: {story.place.upper()} (92%); CONTINENT (60%)",
        f"{names[5]}: Newspaper",
    ]
    return head, tail, names


def nexis_text(stories: Sequence[Story], language: str) -> bytes:
    """Return an export of Nexis as text, with its delivery note."""
    parts = [
        "\ufeff\n\nDownload Request: Selected Items: 1-2\nTime Of Request: Friday, March 20, 2020\n\nSend To:\nALTA\n"
    ]
    for number, story in enumerate(stories, 1):
        head, tail, names = _nexis(story, language)
        centred = f"{number} {'of' if language == 'en' else 'de'} {len(stories)} {names[8]}"
        parts += ["", centred.center(78).rstrip(), "", "", story.publication.center(78).rstrip(), ""]
        parts += [story.written.center(78).rstrip(), "", textwrap.fill(story.title, 78), ""]
        for text in (*head, *story.body, *tail):
            parts += [textwrap.fill(text, 78, break_on_hyphens=False), ""]
        parts += [f"Copyright {story.day.year} Alta Press".center(78), "All Rights Reserved".center(78)]
    return "\r\n".join("\n".join(parts).split("\n")).encode()


def nexis_html(stories: Sequence[Story], language: str) -> bytes:
    """Return an export of Nexis as HTML."""
    articles = []
    for number, story in enumerate(stories, 1):
        head, tail, names = _nexis(story, language)
        count = f"{number} {'of' if language == 'en' else 'de'} {len(stories)} {names[8]}"
        labelled = [text.replace(": ", ': </SPAN><SPAN CLASS="c2">', 1) for text in head]
        behind = [text.replace(": ", ': </SPAN><SPAN CLASS="c2">', 1) for text in tail]
        blocks = [
            [count],
            [story.publication],
            [f"{story.written}&nbsp;"],
            [story.title],
            *([one] for one in labelled),
        ]
        blocks += [
            list(story.body),
            *([one] for one in behind),
            [f"Copyright {story.day.year} Alta Press<BR>Rights"],
        ]
        articles.append(
            f'<A NAME="DOC_ID_0_{number}"></A><!-- Hide XML section from browser\n<DOC NUMBER={number}>\n<DOCFULL> -->'
            + "".join(
                '<BR><DIV CLASS="c5">'
                + "".join(f'<P CLASS="c9"><SPAN CLASS="c2">{text}</SPAN></P>\n' for text in block)
                + "</DIV>"
                for block in blocks
            )
            + "<!-- Hide XML section from browser\n</DOCFULL>\n</DOC> -->\n"
        )
    return (
        '<HTML><HEAD><STYLE TYPE="text/css"><!--\n.c0 { margin: 0 }\n--></STYLE><!-- LXNComment 3847:48486968 -->'
        '<TITLE>&nbsp;</TITLE><META TOPIC="null" DOCUMENTS="2" /></HEAD><BODY><DIV><P>Send To: ALTA</P></DIV>'
        f"{''.join(articles)}</BODY></HTML>"
    ).encode()


def nexis_rtf(stories: Sequence[Story], language: str) -> bytes:
    """Return an export of Nexis as RTF."""
    lines = ["Download Request: Selected Items: 1-2", "Send To: ALTA", ""]
    for number, story in enumerate(stories, 1):
        head, tail, names = _nexis(story, language)
        count = f"{number} {'of' if language == 'en' else 'de'} {len(stories)} {names[8]}"
        lines += [
            count,
            story.publication,
            story.written,
            f"\\b {story.title}\\b0",
            *head,
            *story.body,
            *tail,
        ]
        lines += [f"Copyright {story.day.year} Alta Press", "All Rights Reserved\\page"]
    return rtf(*(f"\\pard {line}\\par\n" for line in lines))


_LEXIS = {
    "en": ("Section", "Length", "Byline", "Body", "Classification", "Language", "Geographic", "Load-Date"),
    "es": ("Sección", "Longitud", "Autor", "Cuerpo", "Clasificación", "Idioma", "País", "Fecha-Carga"),
    "fr": ("Rubrique", "Longueur", "Auteur", "Corps", "Classification", "Langue", "Pays", "Date-Chargement"),
}
_ENDS = {"en": "End of Document", "es": "Fin del documento", "fr": "Fin du document"}
COVER = [
    "Date and Time: Friday, 5. July 2019 09:31:00",
    "Job Number: 1",
    "Documents (2)",
    "1. A ferry",
    "Search Terms: x",
]


def _lexis(story: Story, language: str) -> list[str]:
    """Return the lines of an article of Nexis Uni."""
    section, length, byline, body, classes, spoken, place, loaded = _LEXIS[language]
    return [
        story.title,
        story.publication,
        story.written,
        f"Copyright {story.day.year} Alta Press All Rights Reserved",
        f"{section}:\u00a0{story.section}; Pg. {story.page}",
        f"{length}:\u00a085 {_WORDS[language]}",
        f"{byline}:\u00a0{_BY[language]}{story.author}",
        body,
        *story.body,
        classes,
        f"{spoken}:\u00a0{_NAMES_OF_LANGUAGES[language]}",
        f"{place}:\u00a0{story.place.upper()} (92%)",
        f"{loaded}:\u00a0{story.written}",
        _ENDS[language],
    ]


def lexis_docx(stories: Sequence[Story], language: str) -> bytes:
    """Return an export of Nexis Uni or Lexis Advance as DOCX, with its cover page."""
    word = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    section = "<w:p><w:pPr><w:sectPr/></w:pPr></w:p>"
    paragraphs = [[*COVER], *(_lexis(story, language) for story in stories)]
    body = section.join(
        "".join(f'<w:p><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>' for text in texts)
        for texts in paragraphs
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f"<w:document {word}><w:body>{body}</w:body></w:document>")
    return file.getvalue()


def lexis_rtf(stories: Sequence[Story], language: str) -> bytes:
    """Return an export of Nexis Uni or Lexis Advance as RTF, with its cover page."""
    parts = [[*COVER], *(_lexis(story, language) for story in stories)]
    return rtf("\\sect\n".join("".join(f"\\pard {line}\\par\n" for line in lines) for lines in parts))


_CERTIFICATES = {
    "en": (
        "Document number",
        "This certificate is issued to Alta for personal use.",
        "Date of issue: 2024-01-09",
    ),
    "es": ("Número de documento", "Este certificado se expide a Alta.", "Fecha de emisión: 2024-01-09"),
    "fr": ("Numéro de document", "Ce certificat est émis à Alta.", "Date d'émission : 2024-01-09"),
}


def _certified(story: Story) -> str:
    return f"news·{story.day:%Y%m%d}·ALTA·{story.day:%d%m}"


def europresse_html(stories: Sequence[Story], language: str) -> bytes:
    """Return an export of Europresse as HTML, with the certificate of issue."""
    number, certificate, issued = _CERTIFICATES[language]
    articles = "".join(
        '<article><header><div class="rdp__DocPublicationName"><span class="DocPublicationName">'
        f'{story.publication}, no. 4301</span></div><div><span class="DocHeader">{story.section}, {story.written}, '
        f'p. {story.page}</span></div><div><p>KICKER</p></div><div class="titreArticle">'
        f'<p class="titreArticleVisu rdp__articletitle">{story.title}</p></div>'
        f"<div class='docAuthors'>{story.author}</div></header><section><div class=\"DocText\">"
        f"<div class='docOcurrContainer'>{''.join(f'<p>{one}</p>' for one in story.body)}</div></div></section>"
        f"<aside><div><b>Illustration(s) : </b><p>A photo.</p></div></aside><footer><small>© {story.day.year} Alta. "
        f'Tous droits réservés.</small><p>{number} : {_certified(story)}</p><div id="divPubliC"><div>'
        f"<span>{_certified(story)}</span></div><div>{certificate}</div><div>{issued}</div></div></footer></article>"
        for story in stories
    )
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title></title><style>.DocHeader{{margin:0}}</style>'
        f"</head><body>{articles}</body></html>"
    ).encode()


def europresse_html_old(stories: Sequence[Story], language: str) -> bytes:
    """Return an export of Europresse in its older HTML, in a one-byte encoding."""
    number, certificate, issued = _CERTIFICATES[language]
    articles = "".join(
        '<p><br><table><tr><td><table id="tbHeaderImages"><tr><td><img src="x.gif"></td></tr></table>'
        f'<span class="DocPublicationName">{story.publication}</span><br><span class="DocHeader">{story.section}, '
        f'</span><span class="DocHeader">{story.written}</span><span class="DocHeader">, p. {story.page}</span><br>'
        f'<span class="TitreArticleVisu">{story.title}</span><br><br>{story.author}<br><p></p>'
        f"{'<p></p>'.join(story.body)}<p></p><b><i>© {story.day.year} Alta</i></b><p></p>{number} : {_certified(story)}"
        f'<br><table><tr><td align="center">{_certified(story)}</td></tr><tr><td>{certificate}</td></tr>'
        f"<tr><td>{issued}</td></tr></table></td></tr></table>"
        for story in stories
    )
    return f"<html><head></head><body>{articles}</body></html>".encode("cp1252")


def europresse_rtf(stories: Sequence[Story], language: str) -> bytes:
    """Return an export of Europresse as RTF."""
    number, certificate, issued = _CERTIFICATES[language]
    lines = [
        line
        for story in stories
        for line in (
            story.publication,
            f"{story.section}, {story.written}, p. {story.page}",
            f"\\b {story.title}\\b0",
            story.author,
            *story.body,
            f"© {story.day.year} Alta",
            f"{number} : {_certified(story)}",
            _certified(story),
            certificate,
            f"{issued}\\page",
        )
    ]
    return rtf(*(f"\\pard {line}\\par\n" for line in lines))


_PROQUEST = {
    "en": "Title|Author|Full text|Publication title|Publication date|Section|Pages|Location|Language of publication|"
    "ProQuest document ID|Document URL|Subject|Copyright|Document",
    "es": "Título|Autor|Texto completo|Título de publicación|Fecha de publicación|Sección|Páginas|Lugar|"
    "Idioma de la publicación|ID del documento de ProQuest|URL del documento|Materia|Copyright|Documento",
    "fr": "Titre|Auteur|Texte intégral|Titre de la publication|Date de publication|Section|Pages|Lieu|"
    "Langue de publication|ID du document ProQuest|URL du document|Sujet|Copyright|Document",
}


def _proquest(
    story: Story, language: str
) -> tuple[list[tuple[str, str]], tuple[str, str], list[tuple[str, str]]]:
    """Return the labels of an article of ProQuest before its text, that of its text, and those behind it."""
    names = _PROQUEST[language].split("|")
    key = f"20{story.day:%d%m%Y}"
    behind = [
        (names[11], "Strikes; Ports"),
        (names[7], f"Alta; {story.place}--{story.country}"),
        (names[0], story.title),
        (names[3], f"{story.publication}; Alta"),
        (names[6], story.page),
        (names[4], story.written),
        (names[5], story.section),
        (names[8], LANGUAGES[language]),
        (names[9], key),
        (names[10], f"https://search.proquest.com/docview/{key}?accountid=1"),
        (names[12], f"Copyright Alta Press {story.day.year}"),
    ]
    return [(names[1], story.author)], (names[2], story.body[0]), behind


def proquest_text(stories: Sequence[Story], language: str) -> bytes:
    """Return an export of ProQuest as text."""
    parts = []
    for story in stories:
        before, text, behind = _proquest(story, language)
        parts.append(f"{'_' * 60}\n\n{story.title}\n")
        parts += [f"{name}: {value}\n" for name, value in before]
        parts.append("\n".join([f"{text[0]}: {text[1]}", *story.body[1:]]) + "\n")
        parts += [f"{name}: {value}\n" for name, value in behind]
    parts.append(f"{'_' * 60}\n\nContact ProQuest\n\nCopyright © 2020 ProQuest LLC. All rights reserved.\n")
    return "\n".join(parts).encode()


def proquest_html(stories: Sequence[Story], language: str) -> bytes:
    """Return an export of ProQuest as HTML."""
    articles = []
    for story in stories:
        before, text, behind = _proquest(story, language)
        named = "".join(f"<p><strong>{name}: </strong>{value}</p>" for name, value in before)
        others = "".join(f"<p><strong>{name}: </strong>{value}</p>" for name, value in behind)
        body = "".join(f"<p>{one}</p>" for one in story.body)
        articles.append(
            f'<div style="margin-bottom:20px;border-bottom:2px solid #ccc"><a name="DocID_{story.day:%d%m}"></a><p></p>'
            f'<p style="font-weight:bold;">{story.title}</p>{named}<p><a href="https://search.proquest.com/docview/1">'
            f'ProQuest document link</a></p><p><strong>{text[0]}: </strong><text wordcount="85">{body}</text></p>'
            f"{others}</div>"
        )
    return f"<html><body>{''.join(articles)}</body></html>".encode()


def proquest_mail(stories: Sequence[Story], language: str) -> bytes:
    """Return the articles that ProQuest sends by mail."""
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "noreply@press.example", "Your research"
    mail["Date"] = "Tue, 09 Jan 2024 10:00:00 +0000"
    mail.set_content("Your articles")
    mail.add_alternative(proquest_html(stories, language).decode(), subtype="html", cte="quoted-printable")
    return mail.as_bytes()


def proquest_rtf(stories: Sequence[Story], language: str) -> bytes:
    """Return an export of ProQuest as RTF."""
    lines = []
    for number, story in enumerate(stories, 1):
        before, text, behind = _proquest(story, language)
        of = {"en": "of", "es": "de", "fr": "sur"}[language]
        lines += [
            f"{_PROQUEST[language].split('|')[13]} {number} {of} {len(stories)}",
            f"\\b {story.title}\\b0",
        ]
        lines += [f"\\b {name}: \\b0 {value}" for name, value in before]
        lines += [f"\\b {text[0]}: \\b0 {text[1]}", *story.body[1:]]
        lines += [f"\\b {name}: \\b0 {value}" for name, value in behind]
    return rtf(*(f"\\pard {line}\\par\n" for line in lines))


EXPORTS: dict[str, Callable[[Sequence[Story], str], bytes]] = {
    "Factiva (HTML)": factiva_html,
    "Factiva (HTML) without codes": factiva_html_plain,
    "Factiva (XML)": factiva_xml,
    "Factiva (RTF)": factiva_rtf,
    "Factiva (RTF) without codes": factiva_rtf_plain,
    "Nexis (text)": nexis_text,
    "Nexis (HTML)": nexis_html,
    "Nexis (RTF)": nexis_rtf,
    "Nexis Uni (DOCX)": lexis_docx,
    "Nexis Uni (RTF)": lexis_rtf,
    "Europresse (HTML)": europresse_html,
    "Europresse (HTML) before 2014": europresse_html_old,
    "Europresse (RTF)": europresse_rtf,
    "ProQuest (text)": proquest_text,
    "ProQuest (HTML)": proquest_html,
    "ProQuest (RTF)": proquest_rtf,
    "ProQuest (mail)": proquest_mail,
}
"""A function for each system, format and layout: articles in a language -> a file."""
