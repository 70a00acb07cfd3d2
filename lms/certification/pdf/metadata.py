"""What a file says about itself: XMP for machines of this century, the Info dictionary for those of the last one.

PDF/A demands that both agree; PDF/UA that the title is there; and the two standards are claimed here, in XMP.
"""

from __future__ import annotations

import hashlib
import zlib
from codecs import BOM_UTF16_BE
from dataclasses import dataclass
from datetime import date

from lms.certification.pdf.xref import stream

PRODUCER = "Groundschool"
CREDENTIAL_NAME = "credential.json"


@dataclass(frozen=True, slots=True)
class Description:
    """The metadata of one certificate. `address` is its public link, which doubles as its identifier."""

    title: str
    author: str
    language: str
    issued_on: date
    address: str


# PDF/A does not know "pdfuaid:part", so the file has to bring that schema's description along (ISO 19005-3, 6.6.2.3).
_UA_SCHEMA = """<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 to which the file conforms</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"""

_UA_CLAIM = """<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part></rdf:Description>"""

_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance><pdfuaid:part>1</pdfuaid:part>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:identifier>{address}</dc:identifier>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<pdf:Producer>{producer}</pdf:Producer>
<xmp:CreateDate>{moment}</xmp:CreateDate><xmp:ModifyDate>{moment}</xmp:ModifyDate>
<xmp:MetadataDate>{moment}</xmp:MetadataDate>
</rdf:Description>{schema}</rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""


def _xml(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def xmp_stream(about: Description) -> bytes:
    """Return the metadata stream. It stays uncompressed, so that tools that know no PDF can find it."""
    packet = _PACKET.format(
        title=_xml(about.title),
        author=_xml(about.author),
        address=_xml(about.address),
        language=_xml(about.language),
        producer=PRODUCER,
        moment=f"{about.issued_on.isoformat()}T00:00:00Z",
        schema=_UA_SCHEMA,
    )
    return stream(b"/Type/Metadata/Subtype/XML", packet.encode())


def claim_accessible(packet: bytes) -> bytes:
    """Return an XMP packet that claims one standard with the claim of PDF/UA-1 added.

    Raises:
        ValueError: it is no XMP packet.
    """
    end = packet.rindex(b"</rdf:RDF>")
    return packet[:end] + (_UA_CLAIM + _UA_SCHEMA).encode() + packet[end:]


def info_dictionary(about: Description) -> bytes:
    """Return the Info dictionary that says the same as the XMP packet."""
    moment = pdf_date(about.issued_on)
    return b"<</Title %s/Author %s/Producer(%s)/CreationDate(%s)/ModDate(%s)>>" % (
        pdf_text(about.title),
        pdf_text(about.author),
        PRODUCER.encode(),
        moment,
        moment,
    )


def pdf_text(text: str) -> bytes:
    """Return a PDF text string: ASCII in parentheses, anything else as UTF-16 with a byte order mark, in hex."""
    if text.isascii() and text.isprintable():
        return b"(" + text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)").encode() + b")"
    return b"<" + (BOM_UTF16_BE + text.encode("utf-16-be")).hex().encode() + b">"


def pdf_date(day: date) -> bytes:
    """Return midnight UTC of `day` as PDF writes it, ``D:20260302000000Z``."""
    return f"D:{day:%Y%m%d}000000Z".encode()


def credential_stream(credential: bytes, day: date) -> bytes:
    """Return the embedded credential as a stream object; the checksum is MD5 because the format says so."""
    checksum = hashlib.md5(credential, usedforsecurity=False).hexdigest().encode()
    moment = pdf_date(day)
    entries = (
        b"/Type/EmbeddedFile/Subtype/application#2Fld+json/Filter/FlateDecode"
        b"/Params<</Size %d/CheckSum<%s>/CreationDate(%s)/ModDate(%s)>>" % (len(credential), checksum, moment, moment)
    )
    return stream(entries, zlib.compress(credential, 6))


def credential_entry(stream_number: int) -> bytes:
    """Return the file specification that gives the embedded stream its name and says what it is to the page."""
    return (
        b"<</Type/Filespec/F(%(name)s)/UF(%(name)s)/EF<</F %(n)d 0 R/UF %(n)d 0 R>>"
        b"/Desc(Open Badges 3.0 credential of this certificate)/AFRelationship/Data>>"
        % {b"name": CREDENTIAL_NAME.encode(), b"n": stream_number}
    )
