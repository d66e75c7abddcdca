"""Kinds of XML are recognised by their first element; nothing else is taken for a feed."""

import json

import pytest
from source_samples import atom, kind_of, rss


@pytest.mark.parametrize(
    "data",
    [
        rss(""),
        rss("").decode().encode("utf-16"),
        b"\xef\xbb\xbf \n" + rss(""),
        atom(""),
        b'<atom:feed xmlns:atom="http://www.w3.org/2005/Atom">',
        b'<entry xmlns="http://www.w3.org/2005/Atom">',
        b'<feed version="0.3" xmlns="http://purl.org/atom/ns#">',
        b'<?xml version="1.0"?>\n<!-- '
        + b"note " * 1000
        + b'-->\n<rdf:RDF xmlns="http://purl.org/rss/1.0/">',
        b'<rdf:RDF xmlns="http://my.netscape.com/rdf/simple/0.9/">',
        b"<channel><title>A</title><item>",
    ],
)
def test_feeds_of_all_versions_are_recognised(data: bytes) -> None:
    """Feeds may be in any encoding, after comments and blank lines."""
    assert kind_of(data) == "feed"


@pytest.mark.parametrize(
    "data",
    [
        b"<html><head><title>On RSS</title></head><body>&lt;rss version='2.0'&gt;&lt;channel&gt;</html>",
        b"<!DOCTYPE html><html><svg><rdf:RDF xmlns:cc='https://cc.example/ns#'></rdf:RDF></svg>",
        b'<rdf:RDF xmlns:skos="http://www.w3.org/2004/02/skos/core#"><skos:Concept/></rdf:RDF>',
        b"<feed><offer/></feed>",
        b"<urls/>",
        json.dumps({"title": "A", "body": "<?xml version='1.0'?><rss version='2.0'><channel>"}).encode(),
        json.dumps([{"body": "<rss version='2.0'><channel>"}]).encode(),
        b'title,body\n"A","<?xml?><b>"\n',
        b"3 May 2018\nA quay opens\nThe <rss> format is ten years old.\n",
        b"",
    ],
)
def test_other_files_are_no_feeds(data: bytes) -> None:
    """Pages about feeds, other XML, and records and tables that contain feeds are none."""
    assert kind_of(data) not in {"feed", "wordpress", "sitemap"}
