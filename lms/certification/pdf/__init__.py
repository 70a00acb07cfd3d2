"""Certificate documents: one PDF that is PDF/A-3a and PDF/UA-1 at once, drawn in full or stamped from a template.

In the order a reader may want them: `page` composes the HTML, `layout` has WeasyPrint turn it into PDF objects,
`skeleton` completes them and `document` writes the file (`render_certificate`). For batches, `template` keeps one
laid-out page with holes, `stamp` fills the holes in about a millisecond, and `issue` chooses between both
(`make_certificate`). `fonts`, `glyphs` and `shaping` turn text into glyphs, `qr` draws the code, `metadata` describes
the file, `xref` writes it, `signing` seals it.
"""
